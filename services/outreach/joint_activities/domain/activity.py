"""A joint activity and its life: agreed by every host, counted once, reported in time (OUT-50)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict
from services.common.events.base import Dated, Event
from services.common.states import NEW, StateMachine, Transition

OWN = "COMMUNITY"
"""The community itself among the hosts."""


class ActivityState(StrEnum):
    PROPOSED = "PROPOSED"
    AGREED = "AGREED"
    SCHEDULED = "SCHEDULED"
    HELD = "HELD"
    REPORTED = "REPORTED"
    CANCELLED = "CANCELLED"


S = ActivityState
PLANNED = (S.PROPOSED, S.AGREED, S.SCHEDULED)
LIFECYCLE = StateMachine(
    "JointActivity",
    ActivityState,
    Transition((NEW,), S.PROPOSED, "somebody proposes it to all hosts", "OUT-50"),
    Transition((S.PROPOSED,), S.AGREED, "the last host accepted", "OUT-50"),
    Transition((S.AGREED, S.SCHEDULED), S.PROPOSED, "a host withdrew, or its terms changed", "OUT-50"),
    Transition((S.AGREED,), S.SCHEDULED, "it has its date and place", "OUT-50"),
    Transition((S.SCHEDULED,), S.SCHEDULED, "it rains, and the rain plan has another date or place", "OUT-50"),
    Transition((S.SCHEDULED,), S.HELD, "it took place", "OUT-50"),
    Transition((S.HELD,), S.REPORTED, "what came of it is on record", "OUT-50"),
    Transition((S.REPORTED,), S.HELD, "the report did not hold", "OUT-50"),
    Transition(PLANNED, S.CANCELLED, "called off, by somebody or by the rain plan", "OUT-50"),
)


class HostRole(StrEnum):
    LEAD = "LEAD"
    CO_HOST = "CO_HOST"


class PlaceKind(StrEnum):
    """Whether the others are invited in (请进来), or one goes out to a partner (走出去)."""

    HERE = "HERE"
    PARTNER = "PARTNER"


class CancelReason(StrEnum):
    WEATHER = "WEATHER"
    HOSTS_DISAGREE = "HOSTS_DISAGREE"
    TOO_FEW = "TOO_FEW"
    UNSAFE = "UNSAFE"
    OTHER = "OTHER"


class RainAct(StrEnum):
    MOVE_INDOORS = "MOVE_INDOORS"
    POSTPONE = "POSTPONE"
    CANCEL = "CANCEL"


class Channel(StrEnum):
    """How somebody who signed up wants to hear of changes."""

    APP = "APP"
    PHONE = "PHONE"
    VISIT = "VISIT"


@dataclass(frozen=True)
class JointActivityPolicy:
    """Terms of joint activities (OUT-50)."""

    report_days: int = 7
    """Within how many days after it was held an activity is reported; afterwards it stands on the list of those that are late."""
    most_sign_ups: int = 300
    """How many people can sign up where no capacity is set."""


@dataclass(frozen=True)
class Host:
    """One organisation that hosts it, and whether it accepted what is proposed now."""

    org: str
    role: HostRole = HostRole.CO_HOST
    accepted_at: datetime | None = None
    accepted_by: str | None = None
    withdrew_at: datetime | None = None


@dataclass(frozen=True)
class Contribution:
    """What one organisation brings, expected and in fact."""

    org: str
    contributes: str
    resource_id: str | None = None
    people_expected: int = 0
    people_came: int | None = None


@dataclass(frozen=True)
class Share:
    """What one host pays, in fen."""

    org: str
    amount_fen: int


@dataclass(frozen=True)
class Place:
    """Where it is."""

    kind: PlaceKind
    words: str
    partner_id: str | None = None


@dataclass(frozen=True)
class RainPlan:
    """What is done when the weather does not allow it as planned; agreed beforehand, so that nobody has to be asked again."""

    act: RainAct
    place: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class SignUp:
    """Somebody who wants to come."""

    person_id: str
    channel: Channel
    at: datetime


@dataclass(frozen=True)
class Attendance:
    """Who came: some by name, all by number."""

    person_ids: tuple[str, ...]
    headcount_by_org: dict[str, int]

    @property
    def headcount(self) -> int:
        return sum(self.headcount_by_org.values())


@dataclass(frozen=True)
class Terms:
    """What every host accepts, or does not."""

    title: str
    theme: str
    hosts: tuple[Host, ...]
    contributions: tuple[Contribution, ...] = ()
    cost_split: tuple[Share, ...] = ()
    capacity: int | None = None
    rain_plan: RainPlan | None = None
    volunteers_needed: int = 0
    program_kind: str = "NEIGHBOURHOOD"


@dataclass(frozen=True)
class JointActivity:
    """One activity, however many hosts it has."""

    id: str
    terms: Terms
    proposed_at: datetime
    proposed_by: str
    state: ActivityState = ActivityState.PROPOSED
    place: Place | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    asked_for: int = 0
    """How many volunteers volunteering was asked for."""
    sign_ups: tuple[SignUp, ...] = ()
    attendance: Attendance | None = None
    held_on: date | None = None
    outcomes: tuple[str, ...] = ()
    report_due_on: date | None = None
    late: bool = False
    """Held, and not reported in time."""
    reported_at: datetime | None = None
    reported_by: str | None = None
    cancel_reason: CancelReason | None = None
    revert_reason: str | None = None

    @property
    def orgs(self) -> tuple[str, ...]:
        return tuple(host.org for host in self.terms.hosts)

    @property
    def partner_ids(self) -> tuple[str, ...]:
        """Return the hosts beside the community itself."""
        return tuple(org for org in self.orgs if org != OWN)

    @property
    def headcount(self) -> int | None:
        return self.attendance.headcount if self.attendance else None

    @property
    def signed_up(self) -> tuple[str, ...]:
        return tuple(one.person_id for one in self.sign_ups)

    @property
    def signed_up_count(self) -> int:
        return len(self.sign_ups)

    @property
    def places_left(self) -> int | None:
        """Return how many can still sign up; None where it takes whoever comes."""
        return None if self.terms.capacity is None else max(0, self.terms.capacity - len(self.sign_ups))


Change = tuple[JointActivity, list[Event | Dated]]


def move(activity: JointActivity, state: ActivityState, **changes) -> JointActivity:
    """Return the activity in another state."""
    return replace(activity, state=LIFECYCLE.step(activity.state, state), **changes)


def must_be(activity: JointActivity, *states: ActivityState) -> None:
    """Refuse what an activity in this state does not allow."""
    if activity.state not in states:
        raise Conflict("ACTIVITY_STATE", state=activity.state.value, wanted=", ".join(states))
