"""Activities: planned, published, held or cancelled; each keeps its own places, so that the database guards them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.common.errors import NotFound
from services.common.states import NEW, StateMachine, Transition
from services.volunteering.volunteers.domain import ClearanceType


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
    OFFERED = "OFFERED"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    EXPIRED = "EXPIRED"
    CONFIRMED = "CONFIRMED"
    SERVED = "SERVED"
    NO_SHOW = "NO_SHOW"
    EXCUSED = "EXCUSED"
    WITHDRAWN = "WITHDRAWN"
    REPLACED = "REPLACED"
    CANCELLED = "CANCELLED"


UPCOMING = frozenset({AssignmentState.ACCEPTED, AssignmentState.CONFIRMED})
"""States in which somebody has a place in what has not ended."""
SEATED = UPCOMING | {AssignmentState.SERVED, AssignmentState.NO_SHOW, AssignmentState.EXCUSED}
"""States in which somebody has, or had to the end, one of the places."""
LIVE = UPCOMING | {AssignmentState.WAITLISTED, AssignmentState.OFFERED}
"""States that end when the activity does."""
LIFECYCLE = StateMachine(
    "Activity",
    ActivityState,
    Transition((NEW,), ActivityState.DRAFT, "planned"),
    Transition((ActivityState.DRAFT,), ActivityState.PUBLISHED, "open for sign-up"),
    Transition((ActivityState.PUBLISHED, ActivityState.RUNNING), ActivityState.RUNNING, "a roll call, from an hour before the start on", "VOL-33"),
    Transition((ActivityState.PUBLISHED, ActivityState.RUNNING), ActivityState.DONE, "the roll call says of everyone whether they came", "VOL-31"),
    Transition((ActivityState.DRAFT, ActivityState.PUBLISHED, ActivityState.RUNNING), ActivityState.CANCELLED, "called off"),
)
ASSIGNMENTS = StateMachine(
    "Assignment",
    AssignmentState,
    Transition((NEW,), AssignmentState.WAITLISTED, "signed up where all places are taken", "VOL-11"),
    Transition((NEW, AssignmentState.WAITLISTED), AssignmentState.OFFERED, "a coordinator, the rota or the search for a substitute asks", "VOL-12"),
    Transition((NEW, AssignmentState.WAITLISTED, AssignmentState.OFFERED), AssignmentState.ACCEPTED, "a place is taken", "VOL-11"),
    Transition((AssignmentState.OFFERED,), AssignmentState.DECLINED, "the volunteer says no"),
    Transition((AssignmentState.OFFERED,), AssignmentState.EXPIRED, "nobody answered in time, or the place went to another"),
    Transition((AssignmentState.ACCEPTED,), AssignmentState.CONFIRMED, "a day before, nothing speaks against it", "VOL-13"),
    Transition((*UPCOMING,), AssignmentState.SERVED, "the volunteer came", "VOL-33"),
    Transition((*UPCOMING,), AssignmentState.NO_SHOW, "the volunteer did not come", "VOL-33"),
    Transition((*UPCOMING, AssignmentState.NO_SHOW), AssignmentState.EXCUSED, "the absence is excused", "VOL-33"),
    Transition((*UPCOMING, AssignmentState.WAITLISTED), AssignmentState.WITHDRAWN, "given back", "VOL-12"),
    Transition((*UPCOMING, AssignmentState.WITHDRAWN), AssignmentState.REPLACED, "somebody else has taken over", "VOL-12"),
    Transition((*UPCOMING, AssignmentState.WAITLISTED, AssignmentState.OFFERED), AssignmentState.CANCELLED, "the activity is called off, or over"),
)


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
    HEAVY = "HEAVY"
    """Heavy work, and light roles are meant for this volunteer (VOL-4)."""
    QUOTA = "QUOTA"
    POPULAR_QUOTA = "POPULAR_QUOTA"
    """Had their share of popular places; what is still open a day before is for everybody (VOL-22)."""
    NOT_YET = "NOT_YET"
    CLOSED = "CLOSED"
    ENDED = "ENDED"
    SUSPENDED = "SUSPENDED"
    RESTING = "RESTING"
    """Takes no shifts for a while by their own wish, or is away; nobody keeps them from serving."""
    CONFLICT_OF_INTEREST = "CONFLICT_OF_INTEREST"
    CANCELLED = "CANCELLED"


class Source(StrEnum):
    """By which way somebody came to a place."""

    SELF = "SELF"
    COORDINATOR = "COORDINATOR"
    ROTA = "ROTA"
    SUBSTITUTE = "SUBSTITUTE"
    PLEDGE = "PLEDGE"


class Flag(StrEnum):
    """What a coordinator should know of somebody who has a place all the same."""

    NOT_INSURED = "NOT_INSURED"
    MOVED_AWAY = "MOVED_AWAY"
    """To be asked whether they still come."""


class Attention(StrEnum):
    """For what an activity waits for its coordinator."""

    AT_RISK = "AT_RISK"
    OVERFULL = "OVERFULL"
    SHORT = "SHORT"
    WEATHER = "WEATHER"
    NO_COORDINATOR = "NO_COORDINATOR"
    ASK = "ASK"
    LINE = "LINE"
    """A place is open and somebody waits in line for it: nobody else is let past them."""


class Checkpoint(StrEnum):
    """When every place of an activity is judged anew (VOL-13)."""

    PUBLICATION = "PUBLICATION"
    DAY_BEFORE = "DAY_BEFORE"
    START = "START"


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
    excluded_person_ids: tuple[str, ...] = ()
    """Whom a conflict of interest keeps from this role."""


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
    offered_at: datetime | None = None
    expires_at: datetime | None = None
    """Until when an offer may be answered."""
    responded_at: datetime | None = None
    replaces: str | None = None
    """The assignment that this one takes over."""
    replaced_by: str | None = None
    at_risk: Verdict | None = None
    """What speaks against a place that was taken, as it was last judged (VOL-13)."""
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Weather:
    """What speaks against being outdoors, and what the coordinator decided (VOL-43)."""

    reasons: tuple[str, ...]
    known_at: datetime
    go_ahead: bool | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Tools:
    """How many tools of one kind go out, and how many came back."""

    name: str
    count: int
    returned: int | None = None

    @property
    def missing(self) -> int:
        return 0 if self.returned is None else self.count - self.returned


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
    program_id: str | None = None
    coordinator_id: str | None = None
    """Who answers for it; it waits for one once they have left."""
    published_at: datetime | None = None
    checked: tuple[Checkpoint, ...] = ()
    outdoor: bool = False
    popular: bool = False
    """Whether everybody wants its places, so that they go round by quota (VOL-22)."""
    weather: Weather | None = None
    tools: tuple[Tools, ...] = ()
    origin_id: str | None = None
    """The request of another service for which it was planned."""
    attention: tuple[Attention, ...] = ()
    """For what it waits for its coordinator; the storage keeps it."""
    clock_at: datetime | None = None
    """When the clock next looks at it; the storage keeps it."""

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

    def offered(self, volunteer_id: str) -> Assignment | None:
        """Return the open offer that a volunteer has here."""
        return next((one for one in self.assignments if one.volunteer_id == volunteer_id and one.state == AssignmentState.OFFERED), None)

    def upcoming(self) -> list[Assignment]:
        """Return who has a place in what has not ended."""
        return [one for one in self.assignments if one.state in UPCOMING]

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
