"""The terms of wishes: what passes is told and goes to the lead by name; time alone closes nothing (OUT-30, OUT-32, OUT-33)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from services.common.events.base import Dated, Event
from services.common.events.outreach import WishCallBackDue, WishOverdue, WishRecheckDue
from services.outreach.wishes.domain.wishes import Change, Clock, Wish, clocks

DAY = timedelta(days=1)


def advance(wish: Wish, *, today: date, lead_staff_id: str | None) -> Change:
    """Tell, once each, which terms ended, with the day on which they did; the wish stays owed, and the lead has it (OUT-30)."""
    facts: list[Event | Dated] = []
    late, escalated_to = list(wish.late), wish.escalated_to
    for clock, on in clocks(wish).items():
        due_on = on if clock in (Clock.CALL_BACK, Clock.RECHECK) else on + DAY
        if today < due_on:
            continue
        if clock not in late:
            late.append(clock)
            escalated_to = lead_staff_id if clock in (Clock.TRIAGE, Clock.ANSWER, Clock.PROMISE) else escalated_to
            facts.append(Dated(_told(wish, clock, on, escalated_to), due_on))
        elif clock in (Clock.TRIAGE, Clock.ANSWER, Clock.PROMISE) and lead_staff_id not in (None, escalated_to):
            # Another lead took the grid over, and what is late with it.
            escalated_to = lead_staff_id
            facts.append(_told(wish, clock, on, escalated_to))
    return replace(wish, late=tuple(late), escalated_to=escalated_to), facts


def _told(wish: Wish, clock: Clock, on: date, to_staff_id: str | None) -> Event:
    ids = {"wish_id": wish.id, "person_id": wish.person_id}
    match clock:
        case Clock.CALL_BACK:
            return WishCallBackDue(**ids, due_on=on)
        case Clock.RECHECK:
            return WishRecheckDue(**ids, due_on=on)
        case _:
            return WishOverdue(**ids, clock=clock.value, due_on=on, to_staff_id=to_staff_id)
