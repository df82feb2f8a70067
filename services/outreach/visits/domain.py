"""A visit: planned, then made or tried; or recorded at once when nobody planned it.

Completing a visit is what everything else waits for: whoever was seen is owed no visit for a while. So a visit says
who was seen, by whom, how and when, and nothing that anybody tells in confidence leaves this service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, FieldError, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import ServiceItemDone, VisitCompleted, VisitNoAnswer, VisitPlanned, VisitRefused


class VisitState(StrEnum):
    PLANNED = "PLANNED"
    COMPLETED = "COMPLETED"
    NO_ANSWER = "NO_ANSWER"
    REFUSED = "REFUSED"


class Method(StrEnum):
    IN_PERSON = "IN_PERSON"
    PHONE = "PHONE"
    VIDEO = "VIDEO"
    BY_THIRD_PARTY = "BY_THIRD_PARTY"
    DEVICE = "DEVICE"


class Outcome(StrEnum):
    """How a visit ended; the last two mean that nobody was seen or spoken to."""

    SEEN_WELL = "SEEN_WELL"
    SEEN_CONCERN = "SEEN_CONCERN"
    SPOKE = "SPOKE"
    NO_ANSWER = "NO_ANSWER"
    REFUSED = "REFUSED"


class Purpose(StrEnum):
    ROUTINE = "ROUTINE"
    GREETING = "GREETING"
    FESTIVAL = "FESTIVAL"
    NEW_CASE = "NEW_CASE"
    FOLLOW_UP = "FOLLOW_UP"
    CENSUS = "CENSUS"


class ItemKind(StrEnum):
    DAILY_LIFE = "DAILY_LIFE"
    MEDICAL_REHAB = "MEDICAL_REHAB"
    EMOTIONAL = "EMOTIONAL"
    SAFETY_CHECK = "SAFETY_CHECK"
    POLICY_INFO = "POLICY_INFO"
    AGENT_ERRAND = "AGENT_ERRAND"
    BIRTHDAY = "BIRTHDAY"
    LEARNING_DELIVERY = "LEARNING_DELIVERY"
    WISH_FOLLOWUP = "WISH_FOLLOWUP"
    HEALTH_CHECK = "HEALTH_CHECK"


class ItemResult(StrEnum):
    DONE = "DONE"
    PARTLY_DONE = "PARTLY_DONE"
    DECLINED = "DECLINED"


class AbsenceSource(StrEnum):
    """Who told that the person is away, and where they know it from."""

    PERSON = "PERSON"
    KIN = "KIN"
    NEIGHBOUR = "NEIGHBOUR"
    PROPERTY_OFFICE = "PROPERTY_OFFICE"
    HOSPITAL = "HOSPITAL"
    REGISTER = "REGISTER"


class Flag(StrEnum):
    """What a supervisor should look at; none of it blocks anybody."""

    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    OVERLAPS = "OVERLAPS"
    CLOCK_SUSPECT = "CLOCK_SUSPECT"


@dataclass(frozen=True)
class RecordingPolicy:
    """What is plausible for something captured in the field (X-3, OUT-15)."""

    ahead: timedelta = timedelta(minutes=5)
    back_dated: timedelta = timedelta(days=7)
    clock_off: timedelta = timedelta(minutes=10)
    shortest: timedelta = timedelta(minutes=2)
    longest: timedelta = timedelta(hours=4)


@dataclass(frozen=True)
class ServiceItem:
    """One thing that was done for the person; `ref` names what it fulfils elsewhere, such as a delivery."""

    kind: ItemKind
    ref: str | None = None
    minutes: int | None = None
    result: ItemResult = ItemResult.DONE


@dataclass(frozen=True)
class ThirdParty:
    """Somebody else who saw the person, by name (OUT-3)."""

    name: str
    relation: str


@dataclass(frozen=True)
class KnownAbsence:
    """Evidence that nobody could answer, because the person is away (OUT-20)."""

    source: AbsenceSource
    until: date


@dataclass(frozen=True)
class Report:
    """What staff say of a visit that they made or tried to make."""

    method: Method
    outcome: Outcome
    happened_at: datetime
    ended_at: datetime | None = None
    captured_at: datetime | None = None
    late_reason: str | None = None
    seen_person_ids: tuple[str, ...] = ()
    items: tuple[ServiceItem, ...] = ()
    greeting_only: bool = False
    third_party: ThirdParty | None = None
    known_absence: KnownAbsence | None = None
    incident_id: str | None = None
    note: str | None = None


@dataclass(frozen=True)
class Visit:
    """One visit to one or more people at one door."""

    id: str
    grid_id: str | None
    person_ids: tuple[str, ...]
    staff_ids: tuple[str, ...]
    purposes: tuple[Purpose, ...]
    state: VisitState
    recorded_at: datetime
    recorded_by: str | None
    planned_for: datetime | None = None
    method: Method | None = None
    outcome: Outcome | None = None
    happened_at: datetime | None = None
    ended_at: datetime | None = None
    captured_at: datetime | None = None
    received_at: datetime | None = None
    late_reason: str | None = None
    seen_person_ids: tuple[str, ...] = ()
    items: tuple[ServiceItem, ...] = ()
    greeting_only: bool = False
    third_party: ThirdParty | None = None
    known_absence: KnownAbsence | None = None
    incident_id: str | None = None
    flags: tuple[Flag, ...] = ()
    note: str | None = None

    @property
    def minutes(self) -> int | None:
        return round((self.ended_at - self.happened_at).total_seconds() / 60) if self.ended_at and self.happened_at else None


def prepare(
    *,
    id: str,
    grid_id: str | None,
    person_ids: Sequence[str],
    staff_ids: Sequence[str],
    purposes: Sequence[Purpose] = (Purpose.ROUTINE,),
    planned_for: datetime | None = None,
    at: datetime,
    by: str | None,
) -> Visit:
    """Return a visit that is still to be made; one without a time is being made, or was."""
    if not staff_ids:
        raise Invalid.field("staff_ids", "REQUIRED")
    return Visit(
        id=id,
        grid_id=grid_id,
        person_ids=tuple(dict.fromkeys(person_ids)),
        staff_ids=tuple(dict.fromkeys(staff_ids)),
        purposes=tuple(dict.fromkeys(purposes)),
        state=VisitState.PLANNED,
        recorded_at=at,
        recorded_by=by,
        planned_for=planned_for,
    )


def plan(visit: Visit) -> tuple[Visit, list[Event | Dated]]:
    """Put the visit on the day of those who will make it."""
    if visit.planned_for is None:
        raise Invalid.field("planned_for", "REQUIRED")
    planned = VisitPlanned(
        visit_id=visit.id,
        person_ids=list(visit.person_ids),
        staff_ids=list(visit.staff_ids),
        purposes=[purpose.value for purpose in visit.purposes],
        planned_for=visit.planned_for,
    )
    return visit, [planned]


def complete(
    visit: Visit,
    report: Report,
    *,
    tiers: Mapping[str, str],
    happened_on: date,
    others: Sequence[Visit] = (),
    policy: RecordingPolicy,
    at: datetime,
    by: str | None,
) -> tuple[Visit, list[Event | Dated]]:
    """End a visit by what staff report of it: somebody was seen, nobody answered, or the visit was not wanted (OUT-15)."""
    if visit.state is not VisitState.PLANNED:
        raise Conflict("VISIT_ENDED", state=visit.state.value)
    if errors := [*_times(report, policy, at), *_contents(visit, report, happened_on)]:
        raise Invalid("INVALID", errors=errors)
    _no_high_elder_left_unexplained(visit, report, tiers)
    ended = replace(
        visit,
        **vars(report),
        state=_STATES.get(report.outcome, VisitState.COMPLETED),
        received_at=at,
        recorded_by=by,
    )
    ended = replace(ended, flags=_flags(ended, others, policy, at))
    return ended, [Dated(_told(ended, late=at - report.happened_at > policy.back_dated), happened_on)]


_STATES = {Outcome.NO_ANSWER: VisitState.NO_ANSWER, Outcome.REFUSED: VisitState.REFUSED}
_SEEN = (Outcome.SEEN_WELL, Outcome.SEEN_CONCERN)


def _times(report: Report, policy: RecordingPolicy, at: datetime) -> list[FieldError]:
    """Find what is wrong with when it is said to have happened (X-3)."""
    errors = []
    if report.happened_at > at + policy.ahead:
        errors.append(FieldError("happened_at", "IN_THE_FUTURE"))
    if report.ended_at and report.ended_at < report.happened_at:
        errors.append(FieldError("ended_at", "ENDS_BEFORE_IT_BEGINS"))
    if at - report.happened_at > policy.back_dated and not (report.late_reason or "").strip():
        errors.append(FieldError("late_reason", "LATE_REASON_REQUIRED", {"days": policy.back_dated.days}))
    return errors


def _contents(visit: Visit, report: Report, happened_on: date) -> list[FieldError]:
    """Find what is missing for this outcome (OUT-15, OUT-3)."""
    errors = []
    unknown = [place for place, person_id in enumerate(report.seen_person_ids) if person_id not in visit.person_ids]
    errors += [FieldError(f"seen_person_ids.{place}", "NOT_VISITED") for place in unknown]
    if report.outcome in _STATES:
        if report.seen_person_ids:
            errors.append(FieldError("seen_person_ids", "NOBODY_WAS_SEEN"))
        if report.items:
            errors.append(FieldError("items", "NOBODY_WAS_SEEN"))
    else:
        if not report.seen_person_ids:
            errors.append(FieldError("seen_person_ids", "REQUIRED"))
        if bool(report.items) == report.greeting_only:
            errors.append(FieldError("items", "ITEMS_OR_GREETING_ONLY"))
        if report.method is Method.PHONE and report.outcome in _SEEN:
            errors.append(FieldError("outcome", "NOT_SEEN_BY_PHONE"))
        if report.method is Method.BY_THIRD_PARTY and report.third_party is None:
            errors.append(FieldError("third_party", "THIRD_PARTY_BY_NAME"))
    if report.known_absence and report.known_absence.until < happened_on:
        errors.append(FieldError("known_absence.until", "ABSENCE_IS_OVER"))
    return errors


def _no_high_elder_left_unexplained(visit: Visit, report: Report, tiers: Mapping[str, str]) -> None:
    """Refuse a no-answer at a high-tier elder's door that neither opens an incident nor says where they are (OUT-20)."""
    explained = report.incident_id or report.known_absence
    if report.outcome is Outcome.NO_ANSWER and not explained and any(tiers.get(id) == "HIGH" for id in visit.person_ids):
        raise Invalid("INCIDENT_REQUIRED", errors=[FieldError("incident", "INCIDENT_REQUIRED")])


def _flags(visit: Visit, others: Sequence[Visit], policy: RecordingPolicy, at: datetime) -> tuple[Flag, ...]:
    length = visit.ended_at - visit.happened_at if visit.ended_at and visit.happened_at else None
    found = {
        Flag.TOO_SHORT: length is not None and length < policy.shortest and visit.method is Method.IN_PERSON,
        Flag.TOO_LONG: length is not None and length > policy.longest,
        Flag.OVERLAPS: any(_overlap(visit, other) for other in others),
        Flag.CLOCK_SUSPECT: visit.captured_at is not None and visit.captured_at > at + policy.clock_off,
    }
    return tuple(flag for flag, holds in found.items() if holds)


def _overlap(one: Visit, other: Visit) -> bool:
    """Say whether somebody is said to have been at two doors at once (OUT-15)."""
    if one.id == other.id or not set(one.staff_ids) & set(other.staff_ids):
        return False
    if one.method is not Method.IN_PERSON or other.method is not Method.IN_PERSON or not one.ended_at or not other.ended_at:
        return False
    return one.happened_at < other.ended_at and other.happened_at < one.ended_at


def _told(visit: Visit, late: bool) -> Event:
    """Return the fact: ids, codes and times, never a note (X-18)."""
    common = {
        "visit_id": visit.id,
        "person_ids": list(visit.person_ids),
        "staff_ids": list(visit.staff_ids),
        "happened_at": visit.happened_at,
    }
    if visit.state is VisitState.NO_ANSWER:
        return VisitNoAnswer(**common, incident_id=visit.incident_id, known_absence=visit.known_absence is not None)
    if visit.state is VisitState.REFUSED:
        return VisitRefused(**common)
    items = [
        ServiceItemDone(no=no, kind=item.kind.value, ref=item.ref, result=item.result.value) for no, item in enumerate(visit.items, start=1)
    ]
    return VisitCompleted(
        **common,
        seen_person_ids=list(visit.seen_person_ids),
        method=visit.method.value,
        purposes=[purpose.value for purpose in visit.purposes],
        outcome=visit.outcome.value,
        items=items,
        minutes=visit.minutes,
        late=late,
    )
