"""A class series: a course over a holiday, with the places of its children in it, so that the database guards them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.calendar import business_date
from services.common.errors import NotFound
from services.common.states import NEW, StateMachine, Transition
from services.volunteering.series.domain.enrolments import LIVE, Enrolment, EnrolmentState
from services.volunteering.sessions.domain.ratio import RatioRule


class Season(StrEnum):
    """When a series is held."""

    WINTER = "WINTER"
    SUMMER = "SUMMER"
    HOLIDAY = "HOLIDAY"
    SATURDAY = "SATURDAY"


class Subject(StrEnum):
    """The kind of course."""

    SPORT = "SPORT"
    PAINTING = "PAINTING"
    TUTORING = "TUTORING"
    READING = "READING"
    HANDICRAFT = "HANDICRAFT"
    PUZZLE = "PUZZLE"
    OTHER = "OTHER"


class IntakeRule(StrEnum):
    """Who gets a place: AT_ONCE who applies first; otherwise all who applied in time, by priority and then by TIME or LOTTERY."""

    AT_ONCE = "AT_ONCE"
    TIME = "TIME"
    LOTTERY = "LOTTERY"


class SeriesState(StrEnum):
    """How far a series has come."""

    DRAFT = "DRAFT"
    INTAKE = "INTAKE"
    ALLOCATING = "ALLOCATING"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    CANCELLED = "CANCELLED"


S = SeriesState
LIFECYCLE = StateMachine(
    "Class series",
    SeriesState,
    Transition((NEW,), S.DRAFT, "planned"),
    Transition((S.DRAFT,), S.INTAKE, "guardians may apply", "VOL-50"),
    Transition((S.INTAKE,), S.ALLOCATING, "the intake ends; who gets a place is drawn from all who applied", "VOL-51"),
    Transition((S.ALLOCATING,), S.RUNNING, "the places are allocated, once and with the seed that was fixed before", "VOL-51"),
    Transition((S.INTAKE,), S.RUNNING, "places were given at once, and the first meeting opens"),
    Transition((S.INTAKE, S.ALLOCATING, S.RUNNING), S.FINISHED, "its last day has passed"),
    Transition((S.DRAFT, S.INTAKE, S.ALLOCATING, S.RUNNING), S.CANCELLED, "called off"),
)
UNDER_WAY = (S.INTAKE, S.ALLOCATING, S.RUNNING)


@dataclass(frozen=True)
class ClassPolicy:
    """A community's terms for holiday classes (VOL-50 to VOL-52, VOL-61)."""

    waitlist_max: int = 20
    """How many may wait for a place in a series that does not say otherwise (VOL-51)."""
    age_min: int = 6
    """The least age on the first day, where a series does not say otherwise (VOL-50)."""
    age_max: int = 14
    """The greatest age on the first day, where a series does not say otherwise (VOL-50)."""
    left_behind_points: int = 2
    """What counts for a child whose parents work far away, with evidence (VOL-51)."""
    low_income_points: int = 2
    """What counts for a child of a family with a low income, with evidence (VOL-51)."""
    both_parents_work_points: int = 1
    """What counts where both parents work, with evidence (VOL-51)."""
    new_employment_points: int = 1
    """What counts for a child of couriers, drivers and the like, with evidence (VOL-51)."""
    offer_hours: int = 24
    """How long a guardian has to answer an offered place."""
    offer_hours_short: int = 2
    """How long where the next meeting is tomorrow."""
    phone_only_hours: int = 12
    """Within how many hours before a meeting a place is offered by phone only."""
    documents_days: int = 3
    """How many days before the first meeting the documents must be complete."""
    held_until_hours: int = 24
    """Until how many hours before it the place of a child with incomplete documents is held."""
    no_shows: int = 2
    """How many meetings missed without a word let a place be taken back, after the family was told."""
    unfit_words: tuple[str, ...] = ("收费", "排名", "培优", "提优", "提分", "冲刺", "应试")
    """Words of school courses for profit, in no title of a class (VOL-61)."""


@dataclass(frozen=True)
class Timing:
    """This moment, and how far off the meetings of a series are."""

    now: datetime
    first_at: datetime
    """When its first meeting starts, or its first day begins where none is planned."""
    next_at: datetime | None = None
    """When the next meeting starts, if there is one."""
    policy: ClassPolicy = ClassPolicy()

    @property
    def today(self) -> date:
        return business_date(self.now)

    @property
    def documents_due_at(self) -> datetime:
        return self.first_at - timedelta(days=self.policy.documents_days)

    @property
    def hold_until(self) -> datetime:
        """Return until when a place is held that turns out incomplete now; a family always has the time between the two terms."""
        held = timedelta(hours=self.policy.held_until_hours)
        return max(self.first_at - held, self.now + timedelta(days=self.policy.documents_days) - held)

    @property
    def offer_until(self) -> datetime | None:
        """Return when an offer made now ends; None where it is too late for any but a call (VOL-51)."""
        policy, day = self.policy, timedelta(days=1)
        if self.next_at is None:
            return self.now + timedelta(hours=policy.offer_hours)
        if self.next_at - self.now < timedelta(hours=policy.phone_only_hours):
            return None
        soon = business_date(self.next_at) <= self.today + day
        return self.now + timedelta(hours=policy.offer_hours_short if soon else policy.offer_hours)


@dataclass(frozen=True)
class Slot:
    """A time of the week at which a series meets: the weekday from 1 for Monday, and minutes of the day."""

    weekday: int
    from_minute: int
    to_minute: int


@dataclass(frozen=True)
class Candidate:
    """What counts of one application: the points, never the circumstances that give them."""

    enrolment_id: str
    child_id: str
    guardian_ids: tuple[str, ...]
    points: int
    applied_at: datetime
    same_time: bool = False
    """Whether the child had a place in another series at the same time, and was passed over."""


@dataclass(frozen=True)
class Allocation:
    """How places were given, with all that it followed from, so that anybody may compute it again (VOL-51)."""

    rule: IntakeRule
    seed: str
    places: int
    in_line: int
    candidates: tuple[Candidate, ...]
    order: tuple[str, ...]
    """The enrolments in the order of the draw."""
    at: datetime
    by: str | None = None


@dataclass(frozen=True)
class Place:
    """An enrolment as a reader sees it, with its number in line."""

    enrolment: Enrolment
    position: int | None


@dataclass(frozen=True)
class ClassSeries:
    """A course of one subject over some weeks."""

    id: str
    season: Season
    subject: Subject
    title: str
    age_min: int
    age_max: int
    capacity: int
    room: str
    starts_on: date
    ends_on: date
    state: SeriesState
    waitlist_max: int = 0
    ratio: RatioRule = RatioRule()
    enrolments: tuple[Enrolment, ...] = ()
    created_by: str | None = None
    intake_rule: IntakeRule = IntakeRule.AT_ONCE
    intake_ends_on: date | None = None
    """The last day on which guardians apply, where places are drawn."""
    reserved: int = 0
    """How many of the places a coordinator gives by hand, to who needs one most (VOL-52)."""
    slots: tuple[Slot, ...] = ()
    seed: str | None = None
    seed_digest: str | None = None
    allocation: Allocation | None = None

    @property
    def seated(self) -> list[Enrolment]:
        """Return the enrolments that hold a place."""
        return [one for one in self.enrolments if one.holds_place]

    @property
    def clashing(self) -> bool:
        """Say whether some place waits for a guardian to choose between two at the same time."""
        return any(one.clashes for one in self.seated)

    @property
    def waiting(self) -> list[Enrolment]:
        """Return the enrolments in line, the first one first."""
        line = (one for one in self.enrolments if one.state is EnrolmentState.WAITLISTED)
        return sorted(line, key=lambda one: (one.line, one.applied_at, one.id))

    @property
    def open_reserved(self) -> int:
        """Return how many reserved places nobody has."""
        return max(0, self.reserved - sum(one.reserved for one in self.seated))

    @property
    def open_places(self) -> int:
        """Return how many places anybody may have; never less than none, also where the capacity was lowered below it (VOL-52)."""
        return max(0, self.capacity - self.open_reserved - len(self.seated))

    @property
    def offers(self) -> list[Enrolment]:
        """Return the places that wait for a guardian's word, the one that ends first before the others (VOL-51)."""
        return sorted((one for one in self.enrolments if one.state is EnrolmentState.OFFERED), key=lambda one: (one.offer_expires_at, one.id))

    @property
    def places(self) -> list[Place]:
        """Return every enrolment with its number in line."""
        numbers = {one.id: number for number, one in enumerate(self.waiting, 1)}
        return [Place(one, numbers.get(one.id)) for one in self.enrolments]

    @property
    def latest(self) -> Place | None:
        """Return the enrolment that the last command made or changed."""
        return self.places[-1] if self.enrolments else None

    @property
    def line_end(self) -> int:
        """Return the number behind the last one in line."""
        return max((one.line for one in self.enrolments), default=0) + 1

    @property
    def revealed_seed(self) -> str | None:
        """Return the seed once it can favour nobody any more."""
        return self.allocation.seed if self.allocation else None

    def enrolment(self, enrolment_id: str) -> Enrolment:
        """Return an enrolment, or raise NotFound."""
        for one in self.enrolments:
            if one.id == enrolment_id:
                return one
        raise NotFound()

    def enrolment_of(self, child_id: str) -> Enrolment | None:
        """Return the enrolment of a child that is not at its end, or was completed."""
        alive = (*LIVE, EnrolmentState.COMPLETED)
        return next((one for one in self.enrolments if one.child_id == child_id and one.state in alive), None)

    def with_enrolment(self, changed: Enrolment) -> ClassSeries:
        """Return the series with one enrolment replaced, where it stands."""
        return replace(self, enrolments=tuple(changed if one.id == changed.id else one for one in self.enrolments))

    def with_last(self, changed: Enrolment) -> ClassSeries:
        """Return the series with one enrolment added or replaced, as its latest."""
        return replace(self, enrolments=(*(one for one in self.enrolments if one.id != changed.id), changed))
