"""What a rota is made from and what it is: plain data, stored whole, so that anybody can compute it again (VOL-20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.volunteering.volunteers.domain import Availability

RULES_VERSION = 1
"""Counts up with every change of the rules that could make another rota of the same inputs."""


class Solver(StrEnum):
    """By which of two ways a rota is found; both keep the same rules."""

    GREEDY = "GREEDY"
    CP_SAT = "CP_SAT"


@dataclass(frozen=True)
class RotaPolicy:
    """The community's settings of the rota (VOL-20 to VOL-24)."""

    solver: Solver = Solver.GREEDY
    """GREEDY, or CP_SAT where the extra `rota` is installed."""
    weeks: int = 8
    """The load of so many weeks counts."""
    odd_hours: float = 1.5
    """How much a minute early in the morning, at a weekend or on a holiday weighs."""
    early_before: str = "08:00"
    """What begins before this local time is early."""
    cleaning: float = 1.3
    """How much a minute of cleaning weighs."""
    last_minute: float = 0.8
    """How much a minute weighs of who filled in at the last minute: more may be asked of them later than of others."""
    last_minute_hours: int = 24
    """Who takes a place so long before its start or later fills in at the last minute."""
    rest_hours: int = 10
    """So long lies between the end of one day's shift and the start of another day's."""
    class_days: int = 2
    """More class days in a row only who asks for it."""
    newcomer_sessions: int = 2
    """Until somebody has served so often, somebody experienced is beside them."""
    popular_per_week: int = 1
    """So many of the popular places of one program a week."""
    popular_in_all: int = 3
    """So many popular places of this week and later."""
    popular_until_hours: int = 24
    """A popular place that is still open so long before its start is open to everybody."""
    spread: float = 30
    """Between the most and the least loaded lie at most so many weighted minutes per hour offered a week, or the rota says why not."""
    effort: float = 2.0
    """How long CP_SAT searches, in its own deterministic measure, which is about seconds."""
    minutes_unstated: int = 0
    """What somebody counts as offering a week who has not said when they have time; 0 leaves them out of the rota."""


@dataclass(frozen=True)
class Blocked:
    """That somebody may not take a place, why, and from when on where a day decides it."""

    slot_id: str
    code: str
    on: date | None = None


@dataclass(frozen=True)
class Slot:
    """The places of one need that are still open."""

    id: str
    activity_id: str
    need_id: str
    starts_at: datetime
    ends_at: datetime
    place: str
    program: str
    places: int
    weight: float = 1.0
    class_day: bool = False
    popular: bool = False
    seated_ids: tuple[str, ...] = ()
    """Volunteers who have a place in the activity already."""
    experienced_there: bool = False
    """Whether one of them is experienced."""

    @property
    def load(self) -> float:
        """Return the weighted minutes of one place."""
        return (self.ends_at - self.starts_at).total_seconds() / 60 * self.weight


@dataclass(frozen=True)
class Engagement:
    """What a volunteer does already at some time."""

    starts_at: datetime
    ends_at: datetime
    place: str
    activity_id: str
    program: str
    class_day: bool = False
    popular: bool = False


@dataclass(frozen=True)
class Helper:
    """One volunteer as the rota sees them."""

    id: str
    load: float
    """Weighted minutes of the last weeks."""
    offered: float
    """Hours that they offer a week."""
    availability: tuple[Availability, ...] = ()
    always: bool = False
    """Whether the community lets somebody count as free who has not said when they have time."""
    max_per_week: int | None = None
    experience: int = 0
    """How often they served."""
    new: bool = False
    """Whether they joined so lately that no load can be compared."""
    engaged: tuple[Engagement, ...] = ()
    blocked: tuple[Blocked, ...] = ()
    together_with: tuple[str, ...] = ()
    apart_from: tuple[str, ...] = ()
    long_runs: bool = False


@dataclass(frozen=True)
class RotaInputs:
    """Everything from which one rota follows."""

    seed: str
    slots: tuple[Slot, ...]
    helpers: tuple[Helper, ...]
    policy: RotaPolicy
    rules_version: int = RULES_VERSION
    travel_minutes: float = 20
    """How long it takes from one place to another, as for whoever signs up (VOL-10)."""


@dataclass(frozen=True)
class Skip:
    """Somebody with less load who could not take a place, and why."""

    helper_id: str
    code: str
    on: date | None = None


@dataclass(frozen=True)
class Choice:
    """Who takes one place, and why they and nobody else."""

    slot_id: str
    helper_id: str
    load: float
    """Their load before it."""
    next_id: str | None = None
    next_load: float | None = None
    skipped: tuple[Skip, ...] = ()
    moved: str | None = None
    """TOGETHER for who comes along with somebody; FILL or BALANCE where places were exchanged so that none stays empty, or loads are even."""


@dataclass(frozen=True)
class Reason:
    """How many people something keeps from a place."""

    code: str
    people: int


@dataclass(frozen=True)
class Unmet:
    """Places that nobody can take without breaking a rule, and what stands in the way (VOL-25)."""

    slot_id: str
    missing: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class LoadReason:
    """Why somebody's load lies far from the others'."""

    helper_id: str
    load: float
    code: str


@dataclass(frozen=True)
class Rota:
    """Who serves when, and what that does to everybody's load."""

    choices: tuple[Choice, ...]
    unmet: tuple[Unmet, ...]
    spread: float
    uneven: tuple[LoadReason, ...] = ()
    """Filled where the spread is wider than the community wants."""
    fewest: bool = False
    """Whether it is proven that no rota leaves fewer places empty (VOL-25)."""
    solver: Solver = Solver.GREEDY
