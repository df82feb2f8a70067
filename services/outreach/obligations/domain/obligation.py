"""A visit that is owed: it grows late, it is never forgotten (U2).

States follow from dates, so a clock that stood still for ten days comes to the same end as one that ticked every
hour. Only a contact that counts, a fact of the register, or two persons close an obligation.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import (
    ObligationDue,
    ObligationEscalated,
    ObligationEscalationRepeated,
    ObligationExcused,
    ObligationMet,
    ObligationOverdue,
    ObligationPeriodMissed,
    ObligationReopened,
    ObligationRescheduled,
    ObligationResumed,
    ObligationVoided,
)
from services.common.states import StateMachine, Transition
from services.outreach.care.domain import Tier
from services.outreach.obligations.domain.contacts import Contact
from services.outreach.obligations.domain.policy import ObligationKind, VisitPolicy

DAY = timedelta(days=1)


class ObligationState(StrEnum):
    OPEN = "OPEN"
    DUE = "DUE"
    OVERDUE = "OVERDUE"
    ESCALATED = "ESCALATED"
    EXCUSED = "EXCUSED"
    MET = "MET"
    MET_LATE = "MET_LATE"
    VOID = "VOID"


_OWED = ("OPEN", "DUE", "OVERDUE", "ESCALATED")
LIFECYCLE = StateMachine(
    "Obligation",
    ObligationState,
    Transition(("",), "OPEN", "in scope of a policy, paired or not; or something happened", "OUT-1"),
    Transition(("OPEN",), "DUE", "the day has come, or day 20 of a month without a contact", "OUT-9"),
    Transition(("DUE",), "OVERDUE", "the grace is over", "OUT-2"),
    Transition(("OVERDUE",), "ESCALATED", "the hard limit is passed", "OUT-2"),
    Transition(("DUE",), "ESCALATED", "the month ended without a contact", "OUT-9"),
    Transition((*_OWED, "EXCUSED"), "MET", "a contact that counts", "OUT-3"),
    Transition((*_OWED, "EXCUSED"), "MET_LATE", "a contact that counts, after the grace", "OUT-3"),
    Transition(_OWED, "EXCUSED", "away, in hospital, or a plan of soft contact", "OUT-2"),
    Transition(("EXCUSED",), "OPEN", "the excuse is over", "OUT-2"),
    Transition((*_OWED, "EXCUSED"), "VOID", "a fact of the register, or two persons", "OUT-2"),
    Transition(("MET", "MET_LATE"), "OPEN", "the visit that met it was contradicted", "OUT-17"),
    Transition(("MET", "MET_LATE"), "MET", "another visit met it in time", "OUT-17"),
    Transition(("MET", "MET_LATE"), "MET_LATE", "another visit met it late", "OUT-17"),
)


class ExcuseCode(StrEnum):
    """Why a visit need not be made for a time; the last is the register's word alone."""

    TEMP_AWAY = "TEMP_AWAY"
    HOSPITAL = "HOSPITAL"
    CARE_HOME = "CARE_HOME"
    REFUSED_CONTACT_PLAN = "REFUSED_CONTACT_PLAN"
    DEATH_REPORTED = "DEATH_REPORTED"


@dataclass(frozen=True)
class Excuse:
    """Why, by whose word, and until when; None until the register says that it is over."""

    code: ExcuseCode
    by: str | None
    until: date | None


@dataclass(frozen=True)
class VoidProposal:
    """The first of the two persons who say that nothing is owed."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Obligation:
    """One visit owed to one person."""

    id: str
    grid_id: str | None
    person_id: str
    kind: ObligationKind
    tier: Tier
    opened_on: date
    last_contact_on: date | None
    """The contact from which it is counted; None for somebody whom nobody has visited yet."""
    interval_days: int
    """After how many days the next period begins; 0 for what is owed once."""
    due_on: date
    overdue_on: date
    """The first day that is no longer within the grace."""
    hard_on: date
    """The last day before a supervisor gets it."""
    state: ObligationState = ObligationState.OPEN
    open: bool = True
    missed_periods: int = 0
    escalated_to: str | None = None
    escalated_on: date | None = None
    raised_to: str | None = None
    """Who above the lead has heard of it, and how many weeks after the lead."""
    weeks_escalated: int = 0
    opened_at: datetime | None = None
    due_at: datetime | None = None
    """The moment by which somebody must have come, for what cannot wait for the end of a day."""
    next_on: date | None = None
    """The day on which time next changes something; for the clock job to find it by."""
    ref: str | None = None
    """What it is owed for: a festival, a warning, a person who died."""
    assigned_to: str | None = None
    """Whose it is where no pairing says so."""
    excused: Excuse | None = None
    resumed_on: date | None = None
    months_missed: int = 0
    """Calendar months that ended without a contact (OUT-9)."""
    last_month_missed: str | None = None
    met_by: str | None = None
    met_on: date | None = None
    void_reason: str | None = None
    voided_at: datetime | None = None
    """When it was, where it ended because the register took somebody out of care."""
    void_proposed: VoidProposal | None = None


Change = tuple[Obligation, list[Event | Dated]]


def advance(
    obligation: Obligation,
    *,
    today: date,
    lead_staff_id: str | None,
    administrator_id: str | None = None,
    now: datetime | None = None,
    policy: VisitPolicy | None = None,
) -> Change:
    """Bring the state up to a day: each step is told once, with the day on which it fell due (OUT-1, OUT-2, OUT-8)."""
    policy = policy or VisitPolicy()
    if not obligation.open:
        return obligation, []
    facts: list[Event | Dated] = []
    if obligation.excused:
        until = obligation.excused.until
        if until is None or today <= until:
            return obligation, []
        obligation, facts = resume(obligation, due_on=until + timedelta(days=policy.back_after_days), on=until + DAY, policy=policy)
    ids, supervisor = {"obligation_id": obligation.id, "person_id": obligation.person_id}, lead_staff_id or administrator_id
    state, told, escalated_to = obligation.state, obligation.missed_periods, obligation.escalated_to
    escalated_on, raised_to, weeks = obligation.escalated_on, obligation.raised_to, obligation.weeks_escalated
    missed_the_hour = obligation.due_at is not None and now is not None and now > obligation.due_at
    if state is ObligationState.OPEN and today >= obligation.due_on:
        state = LIFECYCLE.step(state, ObligationState.DUE)
        facts.append(Dated(ObligationDue(**ids), obligation.due_on))
    if state is ObligationState.DUE and (today >= obligation.overdue_on or missed_the_hour):
        late_on = min(obligation.overdue_on, today)
        state, told = LIFECYCLE.step(state, ObligationState.OVERDUE), max(told, _missed(obligation, late_on))
        facts.append(Dated(ObligationOverdue(**ids, missed_periods=told), late_on))
    if state is ObligationState.OVERDUE and (today > obligation.hard_on or missed_the_hour):
        escalated_on = min(obligation.hard_on + DAY, today)
        state, escalated_to = LIFECYCLE.step(state, ObligationState.ESCALATED), supervisor
        told = max(told, _missed(obligation, escalated_on))
        facts.append(Dated(ObligationEscalated(**ids, to_staff_id=supervisor, missed_periods=told), escalated_on))
    elif state is ObligationState.ESCALATED and supervisor not in (None, escalated_to):
        escalated_to = supervisor
        facts.append(ObligationEscalated(**ids, to_staff_id=supervisor, missed_periods=told))
    if escalated_on and (today - escalated_on).days // policy.renotify_days > weeks:
        weeks = (today - escalated_on).days // policy.renotify_days
        raised_to = administrator_id or escalated_to
        repeated = ObligationEscalationRepeated(**ids, to_staff_id=raised_to, weeks=weeks, missed_periods=max(told, _missed(obligation, today)))
        facts.append(Dated(repeated, escalated_on + timedelta(days=weeks * policy.renotify_days)))
    missed = max(told, _missed(obligation, today))
    if missed > told:
        facts.append(Dated(ObligationPeriodMissed(**ids, missed_periods=missed), _boundary(obligation, today)))
    changed = replace(
        obligation,
        state=state,
        missed_periods=missed,
        escalated_to=escalated_to,
        escalated_on=escalated_on,
        raised_to=raised_to,
        weeks_escalated=weeks,
    )
    return with_next(changed, policy), facts


def change_tier(obligation: Obligation, *, tier: Tier, policy: VisitPolicy) -> Change:
    """Bring the dates forward to those of the new tier; none is ever put off, so nothing late becomes fine (OUT-5)."""
    if not obligation.open or obligation.tier is tier:
        return obligation, []
    rhythm, contact = policy.of(tier), obligation.last_contact_on
    due_on = min(obligation.due_on, contact + timedelta(days=rhythm.interval_days)) if contact else obligation.due_on
    return _rescheduled(replace(obligation, tier=tier, interval_days=rhythm.interval_days), due_on, policy)


def bring_forward(obligation: Obligation, *, due_on: date, policy: VisitPolicy) -> Change:
    """Owe it by an earlier day, or at once by an excuse that is over; never by a later one (OUT-5)."""
    if not obligation.open:
        return obligation, []
    if obligation.excused:
        return resume(obligation, due_on=due_on, on=due_on, policy=policy)
    return _rescheduled(obligation, due_on, policy) if due_on < obligation.due_on else (obligation, [])


def is_met_by(obligation: Obligation, contact: Contact) -> bool:
    """Say whether a counting contact is one for which this obligation has been waiting."""
    if not obligation.open:
        return False
    return waited_for(obligation, contact)


def waited_for(obligation: Obligation, contact: Contact) -> bool:
    """Say whether a contact came after what this obligation is counted from."""
    if obligation.kind is not ObligationKind.ROUTINE:
        since = obligation.opened_at if obligation.due_at else None
        return contact.happened_at >= since if since else contact.on >= obligation.opened_on
    if obligation.last_contact_on:
        return contact.on > obligation.last_contact_on
    # Somebody seen shortly before they came into care has been seen; a contact of long ago proves nothing about today.
    return contact.on + timedelta(days=obligation.interval_days) >= obligation.due_on


def meet(obligation: Obligation, contact: Contact) -> Change:
    """Close it by a contact that counts, on the day of the contact, late or not (OUT-2, OUT-3)."""
    late = contact.on >= obligation.overdue_on or (obligation.due_at is not None and contact.happened_at > obligation.due_at)
    missed = _missed(obligation, contact.on)
    met = replace(
        obligation,
        state=LIFECYCLE.step(obligation.state, ObligationState.MET_LATE if late else ObligationState.MET),
        open=False,
        next_on=None,
        missed_periods=missed,
        met_by=contact.visit_id,
        met_on=contact.on,
    )
    fact = ObligationMet(
        obligation_id=obligation.id,
        person_id=obligation.person_id,
        visit_id=contact.visit_id,
        met_on=contact.on,
        late=late,
        missed_periods=missed,
        source=contact.source,
    )
    return met, [Dated(fact, contact.on)]


def excuse(obligation: Obligation, *, code: ExcuseCode, by: str | None, until: date | None, policy: VisitPolicy) -> Change:
    """Let it rest for a time; it comes back by itself when the time is over (OUT-2)."""
    if not obligation.open:
        return obligation, []
    told = ObligationExcused(obligation_id=obligation.id, person_id=obligation.person_id, code=code.value, until=until)
    state = obligation.state if obligation.excused else LIFECYCLE.step(obligation.state, ObligationState.EXCUSED)
    return with_next(replace(obligation, state=state, excused=Excuse(code, by, until)), policy), [told]


def excuse_by_hand(obligation: Obligation, *, code: ExcuseCode, until: date, by: str, today: date, policy: VisitPolicy) -> Change:
    """Let somebody's word excuse it, for a reason of the list and until a day that comes."""
    if not obligation.open or obligation.excused:
        raise Conflict("NOT_EXCUSABLE", state=obligation.state.value)
    if not today <= until <= today + timedelta(days=policy.excuse_days):
        raise Invalid.field("until", "EXCUSED_TOO_LONG", days=policy.excuse_days)
    return excuse(obligation, code=code, by=by, until=until, policy=policy)


def resume(obligation: Obligation, *, due_on: date, on: date, policy: VisitPolicy) -> Change:
    """Owe it again from a day, because its excuse is over; what was missed before stays counted."""
    if not obligation.excused or not obligation.open:
        return obligation, []
    overdue_on, hard_on = _limits_of(obligation, due_on, policy)
    changed = replace(
        obligation,
        state=LIFECYCLE.step(obligation.state, ObligationState.OPEN),
        excused=None,
        resumed_on=on,
        escalated_to=None,
        escalated_on=None,
        raised_to=None,
        weeks_escalated=0,
        due_on=due_on,
        overdue_on=overdue_on,
        hard_on=hard_on,
    )
    told = ObligationResumed(
        obligation_id=changed.id,
        person_id=changed.person_id,
        due_on=due_on,
        overdue_on=overdue_on,
        hard_on=hard_on,
        tier=changed.tier.value,
    )
    return with_next(changed, policy), [Dated(told, on)]


def reopen(obligation: Obligation, *, visit_id: str, policy: VisitPolicy) -> Change:
    """Owe it again from its first date, because the visit that met it did not happen (OUT-17)."""
    changed = replace(
        obligation, state=LIFECYCLE.step(obligation.state, ObligationState.OPEN), open=True, met_by=None, met_on=None, escalated_on=None, weeks_escalated=0
    )
    told = ObligationReopened(obligation_id=changed.id, person_id=changed.person_id, visit_id=visit_id, due_on=changed.due_on)
    return with_next(changed, policy), [told]


def void(obligation: Obligation, *, reason: str, at: datetime | None = None) -> Change:
    """Owe nothing any more, because the register or two persons say so; time never does this (OUT-2)."""
    if not obligation.open:
        return obligation, []
    fact = ObligationVoided(obligation_id=obligation.id, person_id=obligation.person_id, reason=reason)
    state = LIFECYCLE.step(obligation.state, ObligationState.VOID)
    return replace(obligation, state=state, open=False, next_on=None, void_reason=reason, voided_at=at), [fact]


def revived(obligation: Obligation) -> Obligation:
    """Return what was void as what it was before: a merge closed it, and it is owed to another record of the person."""
    return replace(obligation, state=ObligationState.OPEN, open=True, void_reason=None, voided_at=None, next_on=obligation.due_on)


def propose_void(obligation: Obligation, *, reason: str, by: str, at: datetime) -> Change:
    """Let one person say that nothing is owed, and another one close it (OUT-2)."""
    if not obligation.open:
        raise Conflict("OBLIGATION_CLOSED", state=obligation.state.value)
    first = obligation.void_proposed
    if first is None:
        return replace(obligation, void_proposed=VoidProposal(reason, by, at)), []
    if first.by == by:
        raise Conflict("NEEDS_ANOTHER_PERSON")
    return void(obligation, reason=first.reason)


def limits(due_on: date, grace_days: int, hard_days: int) -> tuple[date, date]:
    """Return the first day out of grace, and the last day before a supervisor gets it."""
    return due_on + timedelta(days=grace_days) + DAY, due_on + timedelta(days=hard_days)


def with_next(obligation: Obligation, policy: VisitPolicy) -> Obligation:
    """Return it with the day on which time next changes something."""
    return replace(obligation, next_on=_next_on(obligation, policy) if obligation.open else None)


def _next_on(obligation: Obligation, policy: VisitPolicy) -> date | None:
    boundary = obligation.due_on + timedelta(days=obligation.missed_periods * obligation.interval_days) + DAY
    missing = [boundary] if obligation.interval_days else []
    match obligation.state:
        case ObligationState.OPEN:
            return obligation.due_on
        case ObligationState.DUE:
            hour = [business_date(obligation.due_at)] if obligation.due_at else []
            return min([obligation.overdue_on, *missing, *hour])
        case ObligationState.OVERDUE:
            return min([obligation.hard_on + DAY, *missing])
        case ObligationState.ESCALATED:
            since = obligation.escalated_on or obligation.hard_on + DAY
            return min([since + timedelta(days=(obligation.weeks_escalated + 1) * policy.renotify_days), *missing])
        case ObligationState.EXCUSED if obligation.excused and obligation.excused.until:
            return obligation.excused.until + DAY
    return None


def _limits_of(obligation: Obligation, due_on: date, policy: VisitPolicy) -> tuple[date, date]:
    if obligation.kind is ObligationKind.ROUTINE:
        rhythm = policy.of(obligation.tier)
        return limits(due_on, rhythm.grace_days, rhythm.hard_days - rhythm.interval_days)
    return limits(due_on, policy.grace_days, policy.grace_days)


def _rescheduled(obligation: Obligation, due_on: date, policy: VisitPolicy) -> Change:
    new = _limits_of(obligation, due_on, policy)
    overdue_on, hard_on = min(obligation.overdue_on, new[0]), min(obligation.hard_on, new[1])
    changed = replace(obligation, due_on=due_on, overdue_on=overdue_on, hard_on=hard_on)
    told = ObligationRescheduled(
        obligation_id=obligation.id,
        person_id=obligation.person_id,
        due_on=due_on,
        overdue_on=overdue_on,
        hard_on=hard_on,
        tier=changed.tier.value,
        due_at=changed.due_at,
    )
    return with_next(changed, policy), [told]


def _missed(obligation: Obligation, today: date) -> int:
    """Count the ends of intervals that passed without a visit: the due day, and each interval after it (OUT-1)."""
    late_days = (today - obligation.due_on).days
    return 0 if late_days <= 0 or not obligation.interval_days else (late_days - 1) // obligation.interval_days + 1


def _boundary(obligation: Obligation, today: date) -> date:
    """Return the day after the latest end of an interval."""
    return obligation.due_on + timedelta(days=(_missed(obligation, today) - 1) * obligation.interval_days) + DAY
