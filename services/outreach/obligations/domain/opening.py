"""What opens an obligation: the rhythm of a tier, or something that happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.calendar import business_date
from services.common.events.outreach import ObligationDue, ObligationOpened, ObligationRescheduled
from services.outreach.care.domain import CareRecipient, Life, Tier
from services.outreach.obligations.domain.obligation import (
    LIFECYCLE,
    Change,
    ExcuseCode,
    Obligation,
    ObligationState,
    limits,
    resume,
    with_next,
)
from services.outreach.obligations.domain.policy import ObligationKind, VisitPolicy


class MajorChange(StrEnum):
    """What happened to a person, after which somebody comes within a day."""

    FALL = "FALL"
    FIRE = "FIRE"
    ILLNESS = "ILLNESS"
    ACCIDENT = "ACCIDENT"


@dataclass(frozen=True)
class Trigger:
    """Something that happened to or around a person, and by when somebody has to come or to call.

    `ref` names it, such as a festival, a warning or the person who died; `at` is a moment for what cannot wait for the
    end of a day.
    """

    kind: ObligationKind
    due_on: date
    at: datetime | None = None
    grace_days: int = 0
    every_days: int = 0
    """Again after so many days, where the cause still holds."""
    ref: str | None = None


def open_routine(
    *,
    id: str,
    grid_id: str | None,
    person_id: str,
    tier: Tier,
    in_care_since: date,
    last_contact_on: date | None,
    today: date,
    policy: VisitPolicy,
    due_on: date | None = None,
) -> Change:
    """Owe the next routine visit: an interval after the last contact, and soon to somebody who is new (OUT-1)."""
    rhythm = policy.of(tier)
    first_due_on = in_care_since + timedelta(days=policy.first_contact_days)
    counted = last_contact_on + timedelta(days=rhythm.interval_days) if last_contact_on else first_due_on
    if last_contact_on and last_contact_on < in_care_since and counted < first_due_on:
        # A contact of long before they came into care proves nothing about today, and must not make the visit late at once.
        counted, last_contact_on = first_due_on, None
    due_on = due_on or counted
    overdue_on, hard_on = limits(due_on, rhythm.grace_days, rhythm.hard_days - rhythm.interval_days)
    obligation = Obligation(
        id=id,
        grid_id=grid_id,
        person_id=person_id,
        kind=ObligationKind.ROUTINE,
        tier=tier,
        opened_on=today,
        last_contact_on=last_contact_on,
        interval_days=rhythm.interval_days,
        due_on=due_on,
        overdue_on=overdue_on,
        hard_on=hard_on,
        next_on=due_on,
        state=LIFECYCLE.step("", ObligationState.OPEN),
    )
    return obligation, [opened(obligation)]


def due_after_all(person: CareRecipient, *, last_contact_on: date | None, today: date) -> date | None:
    """Return today for whom somebody took for dead, until somebody has been there since; None for everybody else (REG-30)."""
    since = person.alive_after_all_on
    return None if since is None or (last_contact_on and last_contact_on >= since) else today


def was_held_for_a_death(owed: Obligation) -> bool:
    """Say whether this visit ended because its person was taken for dead (REG-30)."""
    held = owed.excused is not None and owed.excused.code is ExcuseCode.DEATH_REPORTED
    return owed.kind is ObligationKind.ROUTINE and owed.state is ObligationState.VOID and (held or owed.void_reason == "DECEASED")


def open_triggered(
    trigger: Trigger, *, id: str, grid_id: str | None, person_id: str, tier: Tier, at: datetime, assigned_to: str | None = None
) -> Change:
    """Owe a visit or a call because of something that happened; what cannot wait for tomorrow is due at once."""
    today, deadline = business_date(at), business_date(trigger.at) if trigger.at else trigger.due_on
    overdue_on, hard_on = limits(deadline, trigger.grace_days, trigger.grace_days)
    obligation = Obligation(
        id=id,
        grid_id=grid_id,
        person_id=person_id,
        kind=trigger.kind,
        tier=tier,
        opened_on=min(today, trigger.due_on),
        opened_at=at,
        last_contact_on=None,
        interval_days=trigger.every_days,
        due_on=trigger.due_on,
        due_at=trigger.at,
        overdue_on=overdue_on,
        hard_on=hard_on,
        next_on=trigger.due_on,
        ref=trigger.ref,
        assigned_to=assigned_to,
        state=LIFECYCLE.step("", ObligationState.OPEN),
    )
    facts = [opened(obligation)]
    if trigger.at:
        state = LIFECYCLE.step(obligation.state, ObligationState.DUE)
        obligation = replace(obligation, state=state, next_on=min(deadline, overdue_on))
        facts.append(ObligationDue(obligation_id=id, person_id=person_id))
    return obligation, facts


def hasten(obligation: Obligation, trigger: Trigger, *, at: datetime, policy: VisitPolicy) -> Change:
    """Owe by the moment of what has happened now what is owed for later already, so that one visit does for both (OUT-5).

    An excuse of before ends with it, but not where the person may be dead. Nothing is ever put off, and only who comes
    after it happened has come because of it.
    """
    held = obligation.excused is not None and obligation.excused.code is ExcuseCode.DEATH_REPORTED
    in_time = obligation.due_at is not None and trigger.at is not None and obligation.due_at <= trigger.at and not obligation.excused
    if not obligation.open or trigger.at is None or held or in_time:
        return obligation, []
    owed, facts = resume(obligation, due_on=trigger.due_on, on=trigger.due_on, policy=policy)
    overdue_on, hard_on = limits(business_date(trigger.at), trigger.grace_days, trigger.grace_days)
    earlier = {
        "due_on": min(owed.due_on, trigger.due_on),
        "overdue_on": min(owed.overdue_on, overdue_on),
        "hard_on": min(owed.hard_on, hard_on),
    }
    due = owed.state is ObligationState.OPEN
    state = LIFECYCLE.step(owed.state, ObligationState.DUE) if due else owed.state
    ref = trigger.ref or owed.ref
    hastened = with_next(replace(owed, **earlier, state=state, due_at=trigger.at, opened_at=at, ref=ref), policy)
    ids = {"obligation_id": owed.id, "person_id": owed.person_id}
    told = ObligationRescheduled(**ids, **earlier, tier=owed.tier.value, due_at=trigger.at)
    return hastened, [*facts, told, *([ObligationDue(**ids)] if due else [])]


def opened(obligation: Obligation) -> ObligationOpened:
    return ObligationOpened(
        obligation_id=obligation.id,
        person_id=obligation.person_id,
        kind=obligation.kind.value,
        due_on=obligation.due_on,
        overdue_on=obligation.overdue_on,
        hard_on=obligation.hard_on,
        tier=obligation.tier.value,
        due_at=obligation.due_at,
        assigned_to=obligation.assigned_to,
    )


def call_every(person: CareRecipient, today: date, policy: VisitPolicy) -> int | None:
    """Return after how many days who is away, or moved, is called; None for who is not (REG-41, REG-42)."""
    if person.life is not Life.ALIVE:
        return None
    if person.moved:
        return policy.moved_out_call_days if today <= person.moved.phone_until else None
    if person.away and person.in_care and person.tier in policy.phone_tiers:
        return policy.of(person.tier).interval_days
    return None


def asked_for(kind: ObligationKind, reason: MajorChange | None, *, at: datetime, policy: VisitPolicy) -> Trigger:
    """Return what somebody asks to be owed: after a major change within a day, anything else soon."""
    today = business_date(at)
    if reason or kind in (ObligationKind.BEREAVEMENT, ObligationKind.DISCHARGE):
        return Trigger(kind, today, at=at + policy.major_change, ref=reason.value if reason else None)
    return Trigger(kind, today + timedelta(days=policy.soon_days), grace_days=policy.grace_days)
