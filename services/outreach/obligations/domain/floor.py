"""The floor of one contact a calendar month for everybody on the list of special difficulty: a check of its own (OUT-9)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from services.common.events.base import Dated
from services.common.events.outreach import ObligationDue, ObligationEscalated, ObligationMonthMissed
from services.outreach.obligations.domain.obligation import DAY, LIFECYCLE, Change, Obligation, ObligationState, with_next
from services.outreach.obligations.domain.policy import ObligationKind, VisitPolicy


def check_months(
    obligation: Obligation,
    *,
    contact_on: date | None,
    in_scope_since: date,
    today: date,
    lead_staff_id: str | None,
    policy: VisitPolicy,
) -> Change:
    """Look at the months since the last contact: one that ended escalates and is counted, from day 20 this one is due (OUT-9).

    The dates of the tier stay as they are, and so does what is late by them. A month in which the person was excused
    or out of scope until day 20 is not asked for.
    """
    if not obligation.open or obligation.excused or obligation.kind is not ObligationKind.ROUTINE:
        return obligation, []
    facts, ids = [], {"obligation_id": obligation.id, "person_id": obligation.person_id}
    state, missed, latest = obligation.state, obligation.months_missed, obligation.last_month_missed
    for month in _months_ended(_asked_from(obligation, contact_on, in_scope_since, policy), today):
        if latest and month.isoformat()[:7] <= latest:
            continue
        missed, latest = missed + 1, month.isoformat()[:7]
        facts.append(Dated(ObligationMonthMissed(**ids, month=latest), _after(month)))
    floor_on = today.replace(day=policy.floor_day)
    due = today >= floor_on and _asked_from(obligation, contact_on, in_scope_since, policy) <= today.replace(day=1)
    if state is ObligationState.OPEN and (due or facts):
        state = LIFECYCLE.step(state, ObligationState.DUE)
        due_on = facts[0].effective_on - DAY if facts else floor_on
        facts.insert(0, Dated(ObligationDue(**ids), due_on))
    escalated_to, escalated_on = obligation.escalated_to, obligation.escalated_on
    if missed > obligation.months_missed and state in (ObligationState.DUE, ObligationState.OVERDUE):
        state = LIFECYCLE.step(state, ObligationState.ESCALATED)
        escalated_to, escalated_on = lead_staff_id, facts[-1].effective_on
        told = ObligationEscalated(**ids, to_staff_id=lead_staff_id, missed_periods=obligation.missed_periods)
        facts.append(Dated(told, escalated_on))
    if not facts:
        return obligation, []
    changed = replace(
        obligation, state=state, months_missed=missed, last_month_missed=latest, escalated_to=escalated_to, escalated_on=escalated_on
    )
    return with_next(changed, policy), facts


def _asked_from(obligation: Obligation, contact_on: date | None, in_scope_since: date, policy: VisitPolicy) -> date:
    """Return the first day of the first month for which a contact is still asked."""
    since = max(in_scope_since, obligation.resumed_on or in_scope_since)
    first = since.replace(day=1) if since.day <= policy.floor_day else _after(since)
    return max(first, _after(contact_on)) if contact_on else first


def _months_ended(first: date, today: date) -> list[date]:
    """Return the first days of the months from one that are over."""
    months = []
    while _after(first) <= today:
        months.append(first)
        first = _after(first)
    return months


def _after(day: date) -> date:
    """Return the first day of the next month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
