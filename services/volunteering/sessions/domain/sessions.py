"""Class meetings: they open only when they are safe at that minute, and close only when no child is left (VOL-53, VOL-58)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import SessionClosed, SessionNotReady, SessionOpened, SessionPlanned
from services.volunteering.children.domain import Child, PickupCheck, released_to
from services.volunteering.series.domain.series import ClassSeries, Enrolment, EnrolmentState, SeriesState
from services.volunteering.sessions.domain.ratio import required_adults
from services.volunteering.volunteers.domain import Volunteer, age_on, may_mind_children

EARLY = timedelta(minutes=60)
"""How long before its start a meeting may open."""


class SessionState(StrEnum):
    """How far a meeting has come."""

    PLANNED = "PLANNED"
    OPEN = "OPEN"
    CLOSED = "CLOSED"


class ChildState(StrEnum):
    """Where a child is, as far as a meeting knows."""

    EXPECTED = "EXPECTED"
    IN = "IN"
    OUT = "OUT"
    ABSENT_KNOWN = "ABSENT_KNOWN"
    ABSENT_UNKNOWN = "ABSENT_UNKNOWN"


@dataclass(frozen=True)
class AdultPresence:
    """A volunteer in the room, from when to when."""

    volunteer_id: str
    in_at: datetime
    in_by: str | None = None
    out_at: datetime | None = None
    out_by: str | None = None


@dataclass(frozen=True)
class ChildAttendance:
    """A child at a meeting: when it came, when it left, and with whom."""

    child_id: str
    state: ChildState
    in_at: datetime | None = None
    in_by: str | None = None
    out_at: datetime | None = None
    out_to: str | None = None
    """The entry of the pick-up list, or the child itself where it may leave alone."""
    out_check: PickupCheck | None = None
    out_by: str | None = None
    late_minutes: int = 0


@dataclass(frozen=True)
class ClassSession:
    """One meeting of a series."""

    id: str
    series_id: str
    starts_at: datetime
    ends_at: datetime
    room: str
    state: SessionState
    subject: str
    activity_id: str | None = None
    adults: tuple[AdultPresence, ...] = ()
    children: tuple[ChildAttendance, ...] = ()
    opened_at: datetime | None = None
    opened_by: str | None = None
    adults_required: int | None = None
    adults_counted: int | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None

    @property
    def present_ids(self) -> list[str]:
        """Return the volunteers who are in the room."""
        return [one.volunteer_id for one in self.adults if one.out_at is None]

    def ids(self, *states: ChildState) -> list[str]:
        """Return the children in one of these states."""
        return [one.child_id for one in self.children if one.state in states]

    @property
    def children_in(self) -> int:
        return len(self.ids(ChildState.IN))

    @property
    def children_out(self) -> int:
        return len(self.ids(ChildState.OUT))

    @property
    def children_expected(self) -> int:
        return len(self.ids(ChildState.EXPECTED))

    @property
    def adults_present(self) -> int:
        return len(self.present_ids)

    def attendance(self, child_id: str) -> ChildAttendance | None:
        """Return what the meeting knows of a child."""
        return next((one for one in self.children if one.child_id == child_id), None)

    def with_child(self, changed: ChildAttendance) -> ClassSession:
        """Return the meeting with what it now knows of one child."""
        if self.attendance(changed.child_id) is None:
            return replace(self, children=(*self.children, changed))
        return replace(self, children=tuple(changed if one.child_id == changed.child_id else one for one in self.children))


@dataclass(frozen=True)
class Adult:
    """A volunteer in the room, and whether another open meeting has them too."""

    volunteer: Volunteer
    elsewhere: bool = False


@dataclass(frozen=True)
class Readiness:
    """Whether a meeting is safe at this minute, and if not, why."""

    required: int
    counted: int
    children: int
    reasons: tuple[dict[str, Any], ...] = ()

    @property
    def ok(self) -> bool:
        return not self.reasons


def plan(
    *,
    id: str,
    series: ClassSeries,
    starts_at: datetime,
    ends_at: datetime,
    on: date,
    room: str | None = None,
    activity_id: str | None = None,
    at: datetime,
    by: str | None,
) -> tuple[ClassSession, list[Event]]:
    """Plan a meeting of an open series, within its dates."""
    if series.state == SeriesState.DRAFT:
        raise Conflict("SERIES_NOT_OPEN")
    if ends_at <= starts_at:
        raise Invalid.field("ends_at", "BEFORE_START")
    if not series.starts_on <= on <= series.ends_on:
        raise Invalid.field("starts_at", "OUTSIDE_SERIES")
    session = ClassSession(
        id=id,
        series_id=series.id,
        subject=series.subject.value,
        starts_at=starts_at,
        ends_at=ends_at,
        room=(room or series.room).strip(),
        activity_id=activity_id,
        state=SessionState.PLANNED,
    )
    fact = SessionPlanned(session_id=id, series_id=series.id, subject=session.subject, starts_at=starts_at, ends_at=ends_at)
    return session, [fact]


def expected_children(session: ClassSession, series: ClassSeries) -> list[str]:
    """Return the children with a place and every guardian's consent whom nobody excused."""
    excused = set(session.ids(ChildState.ABSENT_KNOWN, ChildState.ABSENT_UNKNOWN))
    return [one.child_id for one in series.enrolments if one.state == EnrolmentState.ENROLLED and one.child_id not in excused]


def readiness(series: ClassSeries, children: Sequence[Child], adults: Sequence[Adult], day: date) -> Readiness:
    """Compare the adults who count with those whom these children need (VOL-53).

    An adult counts who is in the room, of age, approved, with every child clearance in force, and in no other meeting.
    Why somebody does not count is not said (VOL-3).
    """
    required = required_adults(
        series.ratio, [age_on(child.born_on, day) for child in children], sum(child.needs_extra_adult for child in children)
    )
    eligible = {adult.volunteer.id: may_mind_children(adult.volunteer, day) for adult in adults}
    counted = sum(eligible[adult.volunteer.id] and not adult.elsewhere for adult in adults)
    if counted >= required:
        return Readiness(required, counted, len(children))
    reasons: list[dict[str, Any]] = [{"code": "RATIO_SHORT", "required": required, "counted": counted, "missing": required - counted}]
    for adult in adults:
        if not eligible[adult.volunteer.id]:
            reasons.append({"code": "ADULT_NOT_ELIGIBLE", "volunteer_id": adult.volunteer.id})
        elif adult.elsewhere:
            reasons.append({"code": "ADULT_ELSEWHERE", "volunteer_id": adult.volunteer.id})
    return Readiness(required, counted, len(children), tuple(reasons))


def check_adult_in(session: ClassSession, volunteer_id: str, *, at: datetime, by: str | None) -> tuple[ClassSession, list[Event]]:
    """Note that an adult is in the room; whether they count is decided when it matters (VOL-55)."""
    if session.state == SessionState.CLOSED:
        raise Conflict("SESSION_CLOSED")
    if volunteer_id in session.present_ids:
        return session, []
    return replace(session, adults=(*session.adults, AdultPresence(volunteer_id, at, by))), []


def check_adult_out(
    session: ClassSession, volunteer_id: str, *, left_ready: Readiness, at: datetime, by: str | None
) -> tuple[ClassSession, list[Event]]:
    """Note that an adult left; if children are left with too few, that is announced at once (VOL-56)."""
    if volunteer_id not in session.present_ids:
        raise Conflict("ADULT_NOT_IN")
    adults = tuple(
        replace(one, out_at=at, out_by=by) if one.volunteer_id == volunteer_id and one.out_at is None else one for one in session.adults
    )
    changed = replace(session, adults=adults)
    if session.state != SessionState.OPEN or not session.children_in or left_ready.ok:
        return changed, []
    reasons = [reason["code"] for reason in left_ready.reasons]
    return changed, [SessionNotReady(session_id=session.id, series_id=session.series_id, reasons=reasons)]


def open_session(
    session: ClassSession, expected: Sequence[str], ready: Readiness, *, at: datetime, by: str | None
) -> tuple[ClassSession, list[Event]]:
    """Open a meeting, or refuse with what is missing for all the children who may come (VOL-53, VOL-56)."""
    if session.state != SessionState.PLANNED:
        raise Conflict("NOT_PLANNED")
    if not session.starts_at - EARLY <= at < session.ends_at:
        raise Conflict("NOT_THE_TIME", minutes=int(EARLY / timedelta(minutes=1)))
    if not ready.ok:
        raise Conflict("SESSION_NOT_READY", extra={"reasons": list(ready.reasons)}, missing=ready.required - ready.counted)
    excused = tuple(one for one in session.children if one.child_id not in set(expected))
    opened = replace(
        session,
        state=SessionState.OPEN,
        opened_at=at,
        opened_by=by,
        adults_required=ready.required,
        adults_counted=ready.counted,
        children=(*excused, *(ChildAttendance(child_id, ChildState.EXPECTED) for child_id in expected)),
    )
    fact = SessionOpened(
        session_id=session.id, series_id=session.series_id, subject=session.subject, adults=ready.counted, children=len(expected)
    )
    return opened, [fact]


def excuse(session: ClassSession, child_id: str, enrolment: Enrolment | None, *, known: bool) -> tuple[ClassSession, list[Event]]:
    """Note that a child does not come, told beforehand or not."""
    if session.state == SessionState.CLOSED:
        raise Conflict("SESSION_CLOSED")
    if enrolment is None:
        raise Conflict("NOT_ENROLLED")
    attendance = session.attendance(child_id)
    if attendance is not None and attendance.state in (ChildState.IN, ChildState.OUT):
        raise Conflict("CHILD_CAME")
    state = ChildState.ABSENT_KNOWN if known else ChildState.ABSENT_UNKNOWN
    return session.with_child(ChildAttendance(child_id, state)), []


def arrive(
    session: ClassSession, child: Child, enrolment: Enrolment | None, ready: Readiness, *, at: datetime, by: str | None
) -> tuple[ClassSession, list[Event]]:
    """Admit a child with live consent, a health note and a pick-up list, if the adults in the room suffice for one more (VOL-53, VOL-57)."""
    if session.state != SessionState.OPEN:
        raise Conflict("SESSION_NOT_OPEN")
    if enrolment is None or enrolment.state not in (EnrolmentState.ENROLLED, EnrolmentState.INCOMPLETE):
        raise Conflict("NOT_ENROLLED")
    if enrolment.state == EnrolmentState.INCOMPLETE or not enrolment.consented:
        raise Conflict("CONSENT_MISSING")
    if child.missing:
        raise Conflict("DOCUMENTS_MISSING", extra={"missing": child.missing})
    attendance = session.attendance(child.id)
    if attendance is not None and attendance.state in (ChildState.IN, ChildState.OUT):
        raise Conflict("CHILD_CAME")
    if not ready.ok:
        raise Conflict("SESSION_NOT_READY", extra={"reasons": list(ready.reasons)}, missing=ready.required - ready.counted)
    return session.with_child(ChildAttendance(child.id, ChildState.IN, in_at=at, in_by=by)), []


def depart(
    session: ClassSession,
    child: Child,
    *,
    pickup_id: str | None = None,
    alone: bool = False,
    check: PickupCheck | None = None,
    id_last4: str | None = None,
    today: date,
    at: datetime,
    by: str | None,
) -> tuple[ClassSession, list[Event]]:
    """Hand a child over to a listed adult, and to nobody else (VOL-58)."""
    attendance = session.attendance(child.id)
    if attendance is None or attendance.state != ChildState.IN:
        raise Conflict("CHILD_NOT_IN")
    to = released_to(child, pickup_id=pickup_id, alone=alone, check=check, id_last4=id_last4, today=today)
    late = max(0, int((at - session.ends_at) / timedelta(minutes=1)))
    gone = replace(attendance, state=ChildState.OUT, out_at=at, out_to=to, out_check=None if alone else check, out_by=by, late_minutes=late)
    return session.with_child(gone), []


def close(session: ClassSession, *, at: datetime, by: str | None) -> tuple[ClassSession, list[Event]]:
    """End a meeting; refuse while a child is still in it (VOL-58)."""
    if session.state != SessionState.OPEN:
        raise Conflict("SESSION_NOT_OPEN")
    still_in = session.ids(ChildState.IN)
    if still_in:
        raise Conflict("CHILD_STILL_IN", extra={"child_ids": still_in}, count=len(still_in))
    children = tuple(replace(one, state=ChildState.ABSENT_UNKNOWN) if one.state == ChildState.EXPECTED else one for one in session.children)
    adults = tuple(replace(one, out_at=at, out_by=by) if one.out_at is None else one for one in session.adults)
    closed = replace(session, state=SessionState.CLOSED, closed_at=at, closed_by=by, children=children, adults=adults)
    fact = SessionClosed(session_id=session.id, series_id=session.series_id, subject=session.subject, children=closed.children_out)
    return closed, [fact]
