"""A visit: planned, then made or tried; or recorded at once when nobody planned it.

Completing a visit is what everything else waits for: whoever was seen is owed no visit for a while. So a visit says
who was seen, by whom, how and when, and nothing that anybody tells in confidence leaves this service.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, FieldError, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import ServiceItemDone, VisitCompleted, VisitNoAnswer, VisitPlanned, VisitRefused
from services.outreach.visits.domain.reports import (
    KnownAbsence,
    Method,
    Outcome,
    Purpose,
    RecordingPolicy,
    Report,
    ServiceItem,
    ThirdParty,
    faults,
)


class VisitState(StrEnum):
    PLANNED = "PLANNED"
    COMPLETED = "COMPLETED"
    NO_ANSWER = "NO_ANSWER"
    REFUSED = "REFUSED"


class Flag(StrEnum):
    """What a supervisor should look at; none of it blocks anybody."""

    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    OVERLAPS = "OVERLAPS"
    CLOCK_SUSPECT = "CLOCK_SUSPECT"


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
    if errors := faults(report, person_ids=visit.person_ids, happened_on=happened_on, policy=policy, at=at):
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
