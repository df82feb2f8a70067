"""Activities: planned, published, held or cancelled; each keeps its own places, so that the database guards them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Event
from services.common.events.volunteering import ActivityCancelled, ActivityPublished, NeedPublished
from services.volunteering.volunteers.domain import ClearanceType

CLEANUP_MINIMUM = 2
"""Nobody cleans up outdoors alone (VOL-43)."""


class ActivityKind(StrEnum):
    """What the community does together."""

    HEALTH_CHECK = "HEALTH_CHECK"
    DAILY_GREETING = "DAILY_GREETING"
    BIRTHDAY = "BIRTHDAY"
    LECTURE_HEALTH = "LECTURE_HEALTH"
    LECTURE_ANTIFRAUD = "LECTURE_ANTIFRAUD"
    LECTURE_LAW = "LECTURE_LAW"
    CULTURE = "CULTURE"
    NEIGHBOUR_HELP = "NEIGHBOUR_HELP"
    CLEANUP = "CLEANUP"
    JOINT_STUDY = "JOINT_STUDY"
    HOLIDAY_CLASS = "HOLIDAY_CLASS"
    OTHER = "OTHER"


class ActivityState(StrEnum):
    """How far an activity has come."""

    DRAFT = "DRAFT"
    PUBLISHED = "PUBLISHED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    CANCELLED = "CANCELLED"


class AssignmentState(StrEnum):
    """What became of a volunteer's place."""

    WAITLISTED = "WAITLISTED"
    ACCEPTED = "ACCEPTED"
    SERVED = "SERVED"
    NO_SHOW = "NO_SHOW"
    EXCUSED = "EXCUSED"
    WITHDRAWN = "WITHDRAWN"
    CANCELLED = "CANCELLED"


SEATED = frozenset({AssignmentState.ACCEPTED, AssignmentState.SERVED, AssignmentState.NO_SHOW, AssignmentState.EXCUSED})
"""States in which somebody has, or had to the end, one of the places."""


class Verdict(StrEnum):
    """What became of a sign-up: one word for each reason, told to the client and kept with the assignment."""

    OK = "OK"
    ALREADY_IN = "ALREADY_IN"
    FULL_WAITLIST = "FULL_WAITLIST"
    FULL = "FULL"
    OVERLAP_HARD = "OVERLAP_HARD"
    OVERLAP_SOFT = "OVERLAP_SOFT"
    TRAVEL_TIGHT = "TRAVEL_TIGHT"
    NOT_APPROVED = "NOT_APPROVED"
    CLEARANCE_MISSING = "CLEARANCE_MISSING"
    CLEARANCE_EXPIRES_BEFORE = "CLEARANCE_EXPIRES_BEFORE"
    TOO_YOUNG = "TOO_YOUNG"
    SKILL = "SKILL"
    QUOTA = "QUOTA"
    NOT_YET = "NOT_YET"
    CLOSED = "CLOSED"
    ENDED = "ENDED"
    SUSPENDED = "SUSPENDED"
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"
    CANCELLED = "CANCELLED"


class Source(StrEnum):
    """By which way somebody came to a place."""

    SELF = "SELF"
    COORDINATOR = "COORDINATOR"
    ROTA = "ROTA"
    SUBSTITUTE = "SUBSTITUTE"
    PLEDGE = "PLEDGE"


class Presence(StrEnum):
    """What the roll call found."""

    PRESENT = "PRESENT"
    LATE = "LATE"
    LEFT_EARLY = "LEFT_EARLY"
    NO_SHOW = "NO_SHOW"
    EXCUSED = "EXCUSED"


class InMethod(StrEnum):
    """How it is known that a volunteer came."""

    CODE = "CODE"
    ROLL_CALL = "ROLL_CALL"
    SELF = "SELF"


CAME = frozenset({Presence.PRESENT, Presence.LATE, Presence.LEFT_EARLY})


@dataclass(frozen=True)
class Need:
    """One role that an activity asks for, and how many places it has."""

    id: str
    role: str
    min: int
    max: int
    waitlist_max: int = 0
    requires: tuple[ClearanceType, ...] = ()
    min_age: int | None = None
    skill: str | None = None
    child_role: bool = False
    heavy: bool = False


@dataclass(frozen=True)
class Statement:
    """What somebody said about an attendance, and when."""

    who: str | None
    what: Presence
    at: datetime


@dataclass(frozen=True)
class Attendance:
    """Whether a volunteer came, from when to when, and everyone who said so."""

    result: Presence
    in_at: datetime | None = None
    out_at: datetime | None = None
    said_by: tuple[Statement, ...] = ()
    in_method: InMethod = InMethod.ROLL_CALL
    in_by: str | None = None


@dataclass(frozen=True)
class Assignment:
    """A volunteer's place for one need."""

    id: str
    need_id: str
    volunteer_id: str
    person_id: str
    state: AssignmentState
    verdict: Verdict
    source: Source
    signed_up_at: datetime
    signed_up_by: str | None = None
    override_reason: str | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None
    attendance: Attendance | None = None


@dataclass(frozen=True)
class Places:
    """A need as it stands: how many places are taken, how many are open, whether there are more people than places."""

    need: Need
    taken: int
    waiting: int

    @property
    def open(self) -> int:
        return max(0, self.need.max - self.taken)

    @property
    def overfull(self) -> bool:
        return self.taken > self.need.max

    @property
    def short(self) -> int:
        """Return how many are still missing to the minimum."""
        return max(0, self.need.min - self.taken)


@dataclass(frozen=True)
class Activity:
    """One thing done together, at a time and a place, with its needs and whoever signed up."""

    id: str
    kind: ActivityKind
    title: str
    place: str
    starts_at: datetime
    ends_at: datetime
    state: ActivityState
    needs: tuple[Need, ...] = ()
    assignments: tuple[Assignment, ...] = ()
    attendee_ids: tuple[str, ...] = ()
    organiser: str | None = None
    partners: tuple[str, ...] = ()
    audience: str | None = None
    sign_up_from: datetime | None = None
    sign_up_until: datetime | None = None
    cancel_reason: str | None = None
    created_by: str | None = None
    done_at: datetime | None = None
    last_check_in: str | None = None
    """The assignment of the latest check-in by code, whose volunteer is the one that gets the answer."""

    def need(self, need_id: str) -> Need:
        """Return a need, or raise NotFound."""
        for need in self.needs:
            if need.id == need_id:
                return need
        raise NotFound()

    def assignment(self, assignment_id: str) -> Assignment:
        """Return an assignment, or raise NotFound."""
        for assignment in self.assignments:
            if assignment.id == assignment_id:
                return assignment
        raise NotFound()

    def seated(self, need_id: str | None = None) -> list[Assignment]:
        """Return who has a place."""
        return [one for one in self.assignments if one.state in SEATED and need_id in (None, one.need_id)]

    def waiting(self, need_id: str) -> list[Assignment]:
        """Return who waits for a place, the first in line first."""
        return [one for one in self.assignments if one.state == AssignmentState.WAITLISTED and one.need_id == need_id]

    def waitlist_pos(self, assignment: Assignment) -> int | None:
        """Return the place in line; None for who does not wait."""
        line = [one.id for one in self.waiting(assignment.need_id)]
        return line.index(assignment.id) + 1 if assignment.id in line else None

    def holding(self, volunteer_id: str) -> Assignment | None:
        """Return the place, or the place in line, that a volunteer has here."""
        for one in self.assignments:
            if one.volunteer_id == volunteer_id and (one.state in SEATED or one.state == AssignmentState.WAITLISTED):
                return one
        return None

    @property
    def places(self) -> list[Places]:
        """Return every need as it stands."""
        return [Places(need, len(self.seated(need.id)), len(self.waiting(need.id))) for need in self.needs]

    @property
    def latest(self) -> Assignment | None:
        """Return the newest assignment, which is what a sign-up made."""
        return self.assignments[-1] if self.assignments else None

    @property
    def latest_pos(self) -> int | None:
        """Return the newest assignment's place in line."""
        return self.waitlist_pos(self.latest) if self.latest else None

    @property
    def checked_in(self) -> Assignment | None:
        """Return the assignment of the latest check-in by code."""
        return self.assignment(self.last_check_in) if self.last_check_in else None

    def with_assignment(self, changed: Assignment) -> Activity:
        """Return the activity with one assignment replaced."""
        return replace(self, assignments=tuple(changed if one.id == changed.id else one for one in self.assignments))


def plan(
    *,
    id: str,
    kind: ActivityKind,
    title: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    needs: Sequence[Need] = (),
    organiser: str | None = None,
    partners: Sequence[str] = (),
    audience: str | None = None,
    sign_up_from: datetime | None = None,
    sign_up_until: datetime | None = None,
    at: datetime,
    by: str | None,
) -> tuple[Activity, list[Event]]:
    """Plan an activity; nobody sees it until it is published."""
    if ends_at <= starts_at:
        raise Invalid.field("ends_at", "BEFORE_START")
    if sign_up_until is not None and sign_up_until > ends_at:
        raise Invalid.field("sign_up_until", "AFTER_END")
    for number, need in enumerate(needs):
        _checked(need.min, need.max, f"needs.{number}.")
    activity = Activity(
        id=id,
        kind=kind,
        title=title.strip(),
        place=place.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        state=ActivityState.DRAFT,
        needs=tuple(needs),
        organiser=organiser,
        partners=tuple(partners),
        audience=audience,
        sign_up_from=sign_up_from,
        sign_up_until=sign_up_until,
        created_by=by,
    )
    return activity, []


def publish(activity: Activity, *, at: datetime, by: str | None) -> tuple[Activity, list[Event]]:
    """Open an activity for sign-up; a clean-up asks for at least two (VOL-43)."""
    if activity.state != ActivityState.DRAFT:
        raise Conflict("NOT_DRAFT")
    if at >= activity.ends_at:
        raise Conflict("ENDED")
    if activity.kind == ActivityKind.CLEANUP and sum(need.min for need in activity.needs) < CLEANUP_MINIMUM:
        raise Conflict("TOO_FEW_FOR_CLEANUP", minimum=CLEANUP_MINIMUM)
    needs = [NeedPublished(need_id=need.id, min=need.min, max=need.max) for need in activity.needs]
    fact = ActivityPublished(
        activity_id=activity.id, program_kind=activity.kind.value, starts_at=activity.starts_at, ends_at=activity.ends_at, needs=needs
    )
    return replace(activity, state=ActivityState.PUBLISHED), [fact]


def resize(activity: Activity, need_id: str, *, min: int, max: int, waitlist_max: int) -> tuple[Activity, list[Event]]:
    """Change how many places a need has; nobody is ejected, a need with more people than places shows as overfull (VOL-11)."""
    if activity.state not in (ActivityState.DRAFT, ActivityState.PUBLISHED):
        raise Conflict("NOT_OPEN_FOR_CHANGE")
    _checked(min, max, "")
    changed = replace(activity.need(need_id), min=min, max=max, waitlist_max=waitlist_max)
    return replace(activity, needs=tuple(changed if need.id == need_id else need for need in activity.needs)), []


def cancel(activity: Activity, *, reason: str, at: datetime, by: str | None) -> tuple[Activity, list[Event]]:
    """Call an activity off, and with it every place."""
    if activity.state in (ActivityState.DONE, ActivityState.CANCELLED):
        raise Conflict("ALREADY_OVER")
    assignments = tuple(
        replace(one, state=AssignmentState.CANCELLED, ended_at=at, ended_by=by)
        if one.state in (AssignmentState.ACCEPTED, AssignmentState.WAITLISTED)
        else one
        for one in activity.assignments
    )
    cancelled = replace(activity, state=ActivityState.CANCELLED, cancel_reason=reason, assignments=assignments)
    return cancelled, [ActivityCancelled(activity_id=activity.id, program_kind=activity.kind.value, reason=CANCELLED_BY_ORGANISER)]


CANCELLED_BY_ORGANISER = "ORGANISER"
"""The reason's code in the fact; the words stay in the activity, for they may name somebody (X-18)."""


def _checked(min: int, max: int, path: str) -> None:
    if max < 1:
        raise Invalid.field(f"{path}max", "TOO_SMALL", min=1)
    if not 0 <= min <= max:
        raise Invalid.field(f"{path}min", "MIN_ABOVE_MAX")
