"""A wish and its life: nothing but the wisher's own word ends it well (U6)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.events.base import Dated, Event
from services.common.states import NEW, StateMachine, Transition


class Source(StrEnum):
    VISIT = "VISIT"
    BOX = "BOX"
    QR = "QR"
    PHONE = "PHONE"
    EVENT = "EVENT"
    ONLINE = "ONLINE"


class Category(StrEnum):
    DAILY_LIFE = "DAILY_LIFE"
    REPAIR = "REPAIR"
    ITEM = "ITEM"
    COMPANY = "COMPANY"
    OUTING = "OUTING"
    LEARNING = "LEARNING"
    FACILITY = "FACILITY"
    ENVIRONMENT = "ENVIRONMENT"
    SAFETY = "SAFETY"
    HEALTH = "HEALTH"
    MONEY = "MONEY"
    OTHER = "OTHER"


UNTOLD = frozenset({Category.HEALTH, Category.MONEY})
"""What everybody may see says OTHER of these."""


def told_as(category: Category) -> frozenset[Category]:
    """Return the categories of which everybody is told that they are this one (OUT-36)."""
    return frozenset(one for one in Category if (Category.OTHER if one in UNTOLD else one) is category)
"""Categories that would tell of somebody's health or money: nobody outside the work hears more than OTHER (OUT-36)."""


class WishScope(StrEnum):
    PERSONAL = "PERSONAL"
    BUILDING = "BUILDING"
    COMMUNITY = "COMMUNITY"


class Visibility(StrEnum):
    PUBLIC = "PUBLIC"
    MASKED = "MASKED"
    PRIVATE = "PRIVATE"


class Channel(StrEnum):
    """How a wisher wants to be told; CODE is for the anonymous, who look it up themselves."""

    APP = "APP"
    PHONE = "PHONE"
    VISIT = "VISIT"
    LETTER = "LETTER"
    CODE = "CODE"


class WishState(StrEnum):
    SUBMITTED = "SUBMITTED"
    TRIAGED = "TRIAGED"
    NEEDS_INFO = "NEEDS_INFO"
    ACCEPTED = "ACCEPTED"
    DECLINED = "DECLINED"
    REFERRED = "REFERRED"
    MERGED = "MERGED"
    IN_HAND = "IN_HAND"
    DELIVERED = "DELIVERED"
    REOPENED = "REOPENED"
    CONFIRMED = "CONFIRMED"
    CONFIRM_UNREACHABLE = "CONFIRM_UNREACHABLE"
    ARCHIVED = "ARCHIVED"
    WITHDRAWN = "WITHDRAWN"
    MOOT = "MOOT"


S = WishState
UNANSWERED = (S.SUBMITTED, S.TRIAGED, S.NEEDS_INFO)
UNDER_WAY = (S.ACCEPTED, S.IN_HAND, S.REOPENED)
LIVE = (*UNANSWERED, *UNDER_WAY, S.DELIVERED)
LIFECYCLE = StateMachine(
    "Wish",
    WishState,
    Transition((NEW,), S.SUBMITTED, "somebody wishes; the receipt goes out at once", "OUT-30"),
    Transition((S.SUBMITTED,), S.TRIAGED, "a member of staff takes it", "OUT-30"),
    Transition((S.TRIAGED,), S.NEEDS_INFO, "something must be asked", "OUT-30"),
    Transition((S.NEEDS_INFO, S.MERGED), S.TRIAGED, "the wisher told more, or it is split off again", "OUT-34"),
    Transition((S.TRIAGED,), S.ACCEPTED, "accepted with a promised day", "OUT-30"),
    Transition((S.TRIAGED,), S.DECLINED, "declined with code, text and alternative", "OUT-31"),
    Transition((S.TRIAGED,), S.REFERRED, "not ours: handed to who can do it", "OUT-31"),
    Transition((*UNANSWERED, S.ACCEPTED), S.MERGED, "the same as another wish", "OUT-34"),
    Transition((S.ACCEPTED, S.REOPENED), S.IN_HAND, "a deed is planned for it", "OUT-34"),
    Transition((S.IN_HAND,), S.DELIVERED, "all its deeds are done", "OUT-34"),
    Transition((S.DELIVERED, S.CONFIRM_UNREACHABLE), S.CONFIRMED, "the wisher, or kin for them, says so", "OUT-32"),
    Transition((S.CONFIRMED,), S.DELIVERED, "the visit that brought the wisher's word was none", "OUT-17"),
    Transition((S.DELIVERED,), S.CONFIRM_UNREACHABLE, "nobody was reached in three tries", "OUT-32"),
    Transition((S.DELIVERED, S.CONFIRM_UNREACHABLE, S.CONFIRMED), S.REOPENED, "the wisher is not satisfied, or it did not last", "OUT-33"),
    Transition((S.CONFIRMED, S.CONFIRM_UNREACHABLE), S.ARCHIVED, "put away, nothing is left to look at", "OUT-33"),
    Transition(LIVE, S.WITHDRAWN, "the wisher takes it back", "OUT-30"),
    Transition((*UNANSWERED, *UNDER_WAY), S.MOOT, "the wisher died, or moved away and wants it no more", "OUT-35"),
    Transition((S.MOOT,), S.TRIAGED, "resumed: the family wants it done, or the wisher is alive", "OUT-35"),
    Transition((S.MOOT,), S.ACCEPTED, "resumed with its promise", "OUT-35"),
    Transition((S.MOOT,), S.IN_HAND, "resumed with its deeds", "OUT-35"),
)
"""From DECLINED, REFERRED, WITHDRAWN and ARCHIVED nothing leads on: who wishes again enters a new wish."""


class Clock(StrEnum):
    TRIAGE = "TRIAGE"
    ANSWER = "ANSWER"
    PROMISE = "PROMISE"
    CALL_BACK = "CALL_BACK"
    RECHECK = "RECHECK"


class Asks(StrEnum):
    """What must be asked of whom before anybody goes on (OUT-35)."""

    FAMILY = "FAMILY"
    MOVED_AWAY = "MOVED_AWAY"


@dataclass(frozen=True)
class WishPolicy:
    """A community's terms for wishes (OUT-30 to OUT-33)."""

    triage_working_days: int = 3
    answer_working_days: int = 7
    personal_promise_days: int = 30
    facility_promise_days: int = 180
    promise_moves: int = 2
    call_back_after_days: int = 14
    call_back_tries: int = 3
    recheck_after_days: int = 28
    unsatisfied_up_to: int = 2

    def promise_days(self, scope: WishScope) -> int:
        """Return within how many days a wish of this scope is promised."""
        return self.personal_promise_days if scope is WishScope.PERSONAL else self.facility_promise_days


@dataclass(frozen=True)
class Stakeholder:
    """One wisher of a wish, as they came with a wish that was merged into it (OUT-34)."""

    wish_id: str
    person_id: str | None
    household_id: str | None
    channel: Channel

    @property
    def key(self) -> str:
        """Return by what one wisher is told apart from another: nobody is told the same thing twice."""
        return self.person_id or self.household_id or self.wish_id


@dataclass(frozen=True)
class Answer:
    """What the wisher was answered, in words of whoever answered."""

    kind: str
    text: str | None
    at: datetime
    by: str
    reason: str | None = None
    alternative: str | None = None
    delivered_how: str | None = None
    delivered_by: str | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True)
class Promise:
    """One promised day; every day but the first has the reason that the wisher was told."""

    on: date
    said_on: date
    by: str
    reason: str | None = None


@dataclass(frozen=True)
class DeedLink:
    """A deed that is done for the wish, as its own facts tell of it."""

    deed_id: str
    kind: str
    owner_staff_id: str
    state: str = "PLANNED"
    doer_staff_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class CallBack:
    """One try to hear from the wisher whether it is done."""

    on: date
    by: str
    reached: bool = False


@dataclass(frozen=True)
class Confirmation:
    """The wisher's word, and how it is proved that it is theirs (OUT-32)."""

    by_person_id: str | None
    capacity: str
    method: str
    at: datetime
    recorded_by: str
    satisfied: int | None
    proof: str | None = None
    relation: str | None = None
    note: str | None = None
    taken_back: bool = False
    """Whether the visit that brought it was none (OUT-17); what was written stays on record."""


@dataclass(frozen=True)
class Wish:
    """What somebody asks for."""

    id: str
    grid_id: str | None
    source: Source
    category: Category
    scope: WishScope
    visibility: Visibility
    text: str
    recorded_by: str
    submitted_at: datetime
    submitted_on: date
    triage_by_on: date
    answer_by_on: date
    channel: Channel
    state: WishState = WishState.SUBMITTED
    open: bool = True
    clock_on: date | None = None
    """The next day on which a term of it ends; None where none runs."""
    person_id: str | None = None
    household_id: str | None = None
    anonymous: bool = False
    group_size: int = 1
    visit_id: str | None = None
    place: str | None = None
    masked_text: str | None = None
    owner_staff_id: str | None = None
    question: str | None = None
    answer: Answer | None = None
    answered_on: date | None = None
    referred_to: str | None = None
    first_promise_on: date | None = None
    promise_on: date | None = None
    promise_moves: int = 0
    promise_history: tuple[Promise, ...] = ()
    merged_into: str | None = None
    stakeholders: tuple[Stakeholder, ...] = ()
    deeds: tuple[DeedLink, ...] = ()
    delivered_on: date | None = None
    call_back_on: date | None = None
    call_backs: tuple[CallBack, ...] = ()
    confirmations: tuple[Confirmation, ...] = ()
    reopened: int = 0
    recheck_on: date | None = None
    late: tuple[Clock, ...] = ()
    escalated_to: str | None = None
    asks: Asks | None = None
    before_moot: WishState | None = None
    closed_reason: str | None = None
    last_wish: bool = False
    """遗愿: the wisher died, and the family wants it done."""

    @property
    def wishers(self) -> tuple[Stakeholder, ...]:
        """Return everybody whose wish this is: who entered it, and those of the wishes merged into it."""
        return (Stakeholder(self.id, self.person_id, self.household_id, self.channel), *self.stakeholders)

    @property
    def doers(self) -> frozenset[str]:
        """Return those who answer for it or do it; none of them can say that it is done well (OUT-32)."""
        staff = {self.owner_staff_id, *(id for deed in self.deeds for id in (deed.owner_staff_id, *deed.doer_staff_ids))}
        return frozenset(id for id in staff if id)

    @property
    def told_category(self) -> Category:
        """Return the category as others than those who work on it hear it (OUT-36)."""
        return Category.OTHER if self.category in UNTOLD else self.category

    @property
    def calls(self) -> int:
        """Return how often somebody called the wisher since it was delivered."""
        return len(self.call_backs)


Change = tuple[Wish, list[Event | Dated]]


def clocks(wish: Wish) -> dict[Clock, date]:
    """Return the terms that run, each with its last day; a call-back and a re-check are due on theirs."""
    match wish.state:
        case S.SUBMITTED:
            return {Clock.TRIAGE: wish.triage_by_on, Clock.ANSWER: wish.answer_by_on}
        case S.TRIAGED | S.NEEDS_INFO:
            return {Clock.ANSWER: wish.answer_by_on}
        case S.DECLINED | S.REFERRED if wish.answered_on is None:
            return {Clock.ANSWER: wish.answer_by_on}
        case S.ACCEPTED | S.IN_HAND | S.REOPENED:
            return {Clock.PROMISE: wish.promise_on} if wish.promise_on else {Clock.ANSWER: wish.answer_by_on}
        case S.DELIVERED if wish.call_back_on:
            return {Clock.CALL_BACK: wish.call_back_on}
        case S.CONFIRMED if wish.recheck_on:
            return {Clock.RECHECK: wish.recheck_on}
    return {}


def move(wish: Wish, state: WishState, **changes) -> Wish:
    """Return the wish in another state, with what follows from it: what is late no longer runs, and whether it is open."""
    return settled(replace(wish, state=LIFECYCLE.step(wish.state, state), **changes))


def settled(wish: Wish) -> Wish:
    """Return the wish with what follows from its parts."""
    running = clocks(wish)
    finished = wish.state in (S.MERGED, S.ARCHIVED, S.WITHDRAWN, S.MOOT, S.CONFIRM_UNREACHABLE)
    answered = wish.state in (S.DECLINED, S.REFERRED) and wish.answered_on is not None
    rests = wish.state is S.CONFIRMED and wish.recheck_on is None
    return replace(
        wish,
        clock_on=min(running.values(), default=None),
        late=tuple(clock for clock in wish.late if clock in running),
        open=not (finished or answered or rests),
    )
