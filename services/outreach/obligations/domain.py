"""A visit that is owed: it grows late, it is never forgotten (U2).

States follow from dates, so a clock that stood still for ten days comes to the same end as one that ticked every
hour. Only a contact that counts, or a fact of the register, closes an obligation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.events.base import Dated, Event
from services.common.events.outreach import (
    ObligationDue,
    ObligationEscalated,
    ObligationMet,
    ObligationOpened,
    ObligationOverdue,
    ObligationPeriodMissed,
    ObligationRescheduled,
    ObligationVoided,
)
from services.outreach.care.domain import Tier
from services.outreach.visits.domain.reports import Method, Outcome

DAY = timedelta(days=1)


class ObligationKind(StrEnum):
    ROUTINE = "ROUTINE"


class ObligationState(StrEnum):
    OPEN = "OPEN"
    DUE = "DUE"
    OVERDUE = "OVERDUE"
    ESCALATED = "ESCALATED"
    MET = "MET"
    MET_LATE = "MET_LATE"
    VOID = "VOID"


@dataclass(frozen=True)
class Rhythm:
    """How often the people of one tier are visited, in days from the last contact that counted."""

    interval_days: int
    grace_days: int
    hard_days: int
    in_person_percent: int
    remote_twice_in_a_row: bool = True


@dataclass(frozen=True)
class VisitPolicy:
    """The community's visit policy; these are the defaults."""

    high: Rhythm = Rhythm(7, 1, 10, 50, remote_twice_in_a_row=False)
    key: Rhythm = Rhythm(30, 5, 45, 80)
    general: Rhythm = Rhythm(90, 10, 120, 50)
    first_contact_days: int = 3
    ratio_over: int = 10
    """Over how many of the latest counting contacts the share in person is taken."""

    def of(self, tier: Tier) -> Rhythm:
        return {Tier.HIGH: self.high, Tier.KEY: self.key, Tier.GENERAL: self.general}[tier]


@dataclass(frozen=True)
class Contact:
    """One completed visit to one person who was seen or spoken to."""

    visit_id: str
    happened_at: datetime
    on: date = field(compare=False)
    method: Method = field(compare=False)
    outcome: Outcome = field(compare=False)

    @property
    def in_person(self) -> bool:
        return self.method is Method.IN_PERSON


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
    due_on: date
    overdue_on: date
    """The first day that is no longer within the grace."""
    hard_on: date
    """The last day before a supervisor gets it."""
    state: ObligationState = ObligationState.OPEN
    open: bool = True
    missed_periods: int = 0
    escalated_to: str | None = None
    met_by: str | None = None
    met_on: date | None = None
    void_reason: str | None = None


Change = tuple[Obligation, list[Event | Dated]]


def counting(contacts: Iterable[Contact], tier: Tier, policy: VisitPolicy) -> list[Contact]:
    """Return the contacts that count, oldest first, whatever order they became known in (OUT-3).

    Seen in person counts. Spoken to by telephone or video, or seen by a named third party, counts while enough of the
    latest contacts were in person, and for HIGH never twice in a row. A device alone never does.
    """
    rhythm, counted = policy.of(tier), []
    for contact in sorted(contacts, key=lambda contact: (contact.happened_at, contact.visit_id)):
        if contact.in_person:
            counts = contact.outcome is not Outcome.SPOKE
        else:
            counts = contact.method is not Method.DEVICE and _may_be_remote(counted, rhythm, policy)
        if counts:
            counted.append(contact)
    return counted


def _may_be_remote(counted: list[Contact], rhythm: Rhythm, policy: VisitPolicy) -> bool:
    if not rhythm.remote_twice_in_a_row and counted and not counted[-1].in_person:
        return False
    latest = counted[-(policy.ratio_over - 1) :]
    in_person = sum(contact.in_person for contact in latest)
    return in_person * 100 >= rhythm.in_person_percent * (len(latest) + 1)


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
) -> Change:
    """Owe the next routine visit: an interval after the last contact, and soon to somebody who is new (OUT-1)."""
    rhythm = policy.of(tier)
    first_due_on = in_care_since + timedelta(days=policy.first_contact_days)
    due_on = last_contact_on + timedelta(days=rhythm.interval_days) if last_contact_on else first_due_on
    if last_contact_on and last_contact_on < in_care_since and due_on < first_due_on:
        # A contact of long before they came into care proves nothing about today, and must not make the visit late at once.
        due_on, last_contact_on = first_due_on, None
    overdue_on, hard_on = _limits(due_on, rhythm)
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
    )
    opened = ObligationOpened(
        obligation_id=id,
        person_id=person_id,
        kind=obligation.kind.value,
        due_on=due_on,
        overdue_on=overdue_on,
        hard_on=hard_on,
        tier=tier.value,
    )
    return obligation, [opened]


def advance(obligation: Obligation, *, today: date, lead_staff_id: str | None) -> Change:
    """Bring the state up to a day: each step is told once, with the day on which it fell due (OUT-1, OUT-2, OUT-8)."""
    if not obligation.open:
        return obligation, []
    facts: list[Event | Dated] = []
    ids = {"obligation_id": obligation.id, "person_id": obligation.person_id}
    state, told, escalated_to = obligation.state, obligation.missed_periods, obligation.escalated_to
    if state is ObligationState.OPEN and today >= obligation.due_on:
        state = ObligationState.DUE
        facts.append(Dated(ObligationDue(**ids), obligation.due_on))
    if state is ObligationState.DUE and today >= obligation.overdue_on:
        state, told = ObligationState.OVERDUE, max(told, _missed(obligation, obligation.overdue_on))
        facts.append(Dated(ObligationOverdue(**ids, missed_periods=told), obligation.overdue_on))
    if state is ObligationState.OVERDUE and today > obligation.hard_on:
        passed_on = obligation.hard_on + DAY
        state, escalated_to, told = ObligationState.ESCALATED, lead_staff_id, max(told, _missed(obligation, passed_on))
        facts.append(Dated(ObligationEscalated(**ids, to_staff_id=lead_staff_id, missed_periods=told), passed_on))
    elif state is ObligationState.ESCALATED and lead_staff_id not in (None, escalated_to):
        escalated_to = lead_staff_id
        facts.append(ObligationEscalated(**ids, to_staff_id=lead_staff_id, missed_periods=told))
    missed = max(told, _missed(obligation, today))
    if missed > told:
        facts.append(Dated(ObligationPeriodMissed(**ids, missed_periods=missed), _boundary(obligation, today)))
    return replace(obligation, state=state, missed_periods=missed, escalated_to=escalated_to), facts


def change_tier(obligation: Obligation, *, tier: Tier, policy: VisitPolicy) -> Change:
    """Bring the dates forward to those of the new tier; none is ever put off, so nothing late becomes fine (OUT-5)."""
    if not obligation.open or obligation.tier is tier:
        return obligation, []
    rhythm, contact = policy.of(tier), obligation.last_contact_on
    due_on = min(obligation.due_on, contact + timedelta(days=rhythm.interval_days)) if contact else obligation.due_on
    overdue_on, hard_on = (min(pair) for pair in zip((obligation.overdue_on, obligation.hard_on), _limits(due_on, rhythm), strict=True))
    changed = replace(obligation, tier=tier, interval_days=rhythm.interval_days, due_on=due_on, overdue_on=overdue_on, hard_on=hard_on)
    rescheduled = ObligationRescheduled(
        obligation_id=obligation.id,
        person_id=obligation.person_id,
        due_on=due_on,
        overdue_on=overdue_on,
        hard_on=hard_on,
        tier=tier.value,
    )
    return changed, [rescheduled]


def is_met_by(obligation: Obligation, contact: Contact) -> bool:
    """Say whether a counting contact is one for which this obligation has been waiting."""
    if not obligation.open:
        return False
    if obligation.last_contact_on:
        return contact.on > obligation.last_contact_on
    # Somebody seen shortly before they came into care has been seen; a contact of long ago proves nothing about today.
    return contact.on + timedelta(days=obligation.interval_days) >= obligation.due_on


def meet(obligation: Obligation, contact: Contact) -> Change:
    """Close it by a contact that counts, on the day of the contact, late or not (OUT-2, OUT-3)."""
    late = contact.on >= obligation.overdue_on
    missed = _missed(obligation, contact.on)
    met = replace(
        obligation,
        state=ObligationState.MET_LATE if late else ObligationState.MET,
        open=False,
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
    )
    return met, [Dated(fact, contact.on)]


def void(obligation: Obligation, *, reason: str) -> Change:
    """Owe nothing any more, because the register says so; time never does this (OUT-2)."""
    if not obligation.open:
        return obligation, []
    fact = ObligationVoided(obligation_id=obligation.id, person_id=obligation.person_id, reason=reason)
    return replace(obligation, state=ObligationState.VOID, open=False, void_reason=reason), [fact]


def _limits(due_on: date, rhythm: Rhythm) -> tuple[date, date]:
    """Return the first day out of grace, and the last day before a supervisor gets it."""
    return due_on + timedelta(days=rhythm.grace_days) + DAY, due_on + timedelta(days=rhythm.hard_days - rhythm.interval_days)


def _missed(obligation: Obligation, today: date) -> int:
    """Count the ends of intervals that passed without a visit: the due day, and each interval after it (OUT-1)."""
    late_days = (today - obligation.due_on).days
    return 0 if late_days <= 0 else (late_days - 1) // obligation.interval_days + 1


def _boundary(obligation: Obligation, today: date) -> date:
    """Return the day after the latest end of an interval."""
    return obligation.due_on + timedelta(days=(_missed(obligation, today) - 1) * obligation.interval_days) + DAY
