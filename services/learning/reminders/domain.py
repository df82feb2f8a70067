"""When a member is reminded of a lesson that waits to be opened or fetched, or told that it was called off: never in the hours in which people sleep (LRN-35)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from services.common.calendar import SHANGHAI, business_date, local
from services.common.errors import Conflict, Invalid
from services.common.events import Dated, Event
from services.common.events.learning import ReminderDue
from services.common.states import NEW, StateMachine, Transition
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.coverage.domain.rows import Coverage, CoverageState
from services.learning.members.domain import CircumstanceCode, Member, Mode, needs_on
from services.learning.parcels.domain import ParcelState, ReceivedBy


class ReminderKind(StrEnum):
    """Of what a member is reminded."""

    OPEN_LESSON = "OPEN_LESSON"
    PICK_UP = "PICK_UP"
    CALLED_OFF = "CALLED_OFF"
    """The session was cancelled after its lesson had been sent to the member, or taught."""


class ReminderState(StrEnum):
    """Whether somebody still has to remind the member."""

    DUE = "DUE"
    TOLD = "TOLD"
    NEEDLESS = "NEEDLESS"
    """The lesson was opened or fetched, or goes another way, before anybody was reminded."""


R = ReminderState
LIFECYCLE = StateMachine(
    "Reminder",
    ReminderState,
    Transition((NEW,), R.DUE, "lesson not opened, or parcel not fetched, in time, or called off", "LRN-35"),
    Transition((R.DUE,), R.TOLD, "the member was reminded"),
    Transition((R.DUE,), R.NEEDLESS, "the lesson waits no more"),
)


@dataclass(frozen=True)
class ReminderPolicy:
    """In which hours nobody is reminded, by the clock of Shanghai (LRN-35)."""

    quiet_from: time = time(21)
    """From when on nobody is reminded."""
    quiet_until: time = time(7, 30)
    """Until when, in the morning."""
    night_shift_from: time = time(10)
    """From when on those who work at night are not reminded either."""
    night_shift_until: time = time(16)
    """Until when they sleep."""


@dataclass(frozen=True)
class Reminder:
    """One reminder that somebody should give a member."""

    id: str
    coverage_id: str
    branch_id: str
    session_id: str
    member_id: str
    kind: ReminderKind
    state: ReminderState
    at: datetime
    """The first moment at which it may be given."""
    told_at: datetime | None = None
    told_by: str | None = None


@dataclass(frozen=True)
class Due:
    """What a row's member should be reminded of, and from which day on; what waits, and since when, tells one reminder from the next."""

    kind: ReminderKind
    since: date
    on: date


Decision = tuple[Reminder, list[Event | Dated]]


def remind_at(due_at: datetime, night_shift: bool, policy: ReminderPolicy) -> datetime:
    """Return the first moment from `due_at` on that is outside the quiet hours (LRN-35)."""
    windows = [(policy.quiet_from, policy.quiet_until)]
    if night_shift:
        windows.append((policy.night_shift_from, policy.night_shift_until))
    at = due_at.astimezone(SHANGHAI)
    # Once for each window: the end of one may lie in another, and settings that fill the whole day must not hang the job.
    for _ in windows:
        until = next((until for since, until in windows if _within(at.time(), since, until)), None)
        if until is not None:
            at = datetime.combine(at.date() + timedelta(days=at.time() >= until), until, SHANGHAI)
    return at.astimezone(UTC)


def due_for(row: Coverage, policy: StudyPolicy) -> Due | None:
    """Return what a row waits for that its member can be reminded of: to open the lesson, or to fetch it from a locker."""
    if row.state is not CoverageState.DISPATCHED or row.held_since is not None:
        return None
    if row.mode is Mode.MOBILE_AUDIO:
        return _due(ReminderKind.OPEN_LESSON, row.delivery.dispatched_on, policy.audio_remind)
    parcel = row.delivery.parcel
    if row.mode is Mode.PARCEL and parcel.state is ParcelState.DELIVERED and parcel.delivered_to is ReceivedBy.LOCKER:
        return _due(ReminderKind.PICK_UP, parcel.delivered_on, policy.parcel_pick_up)
    return None


def called_off_for(row: Coverage, *, on: date) -> Due | None:
    """Return what a member is to be told of whom the lesson of a cancelled session has reached already, or may still reach (U5)."""
    sent = any(one.dispatched_on is not None for one in (*row.past_deliveries, *((row.delivery,) if row.delivery else ())))
    served = sent or row.verification is not None
    return Due(ReminderKind.CALLED_OFF, row.held_on, on) if served and row.held_since is None and row.merged_into is None else None


def fall_due(row: Coverage, due: Due, member: Member, *, id: str, policy: ReminderPolicy, now: datetime) -> Decision:
    """Let a reminder be due from the beginning of its day, or from now if the day was missed.

    A day begins in quiet hours that everybody has, so all reminders of a day begin at the same moment and it tells of no
    night shift (LRN-2); only what a stopped clock makes good during the day can begin later for those who sleep then.
    """
    at = may_remind_from(max(local(due.on), now), member, policy)
    reminder = Reminder(id, row.id, row.branch_id, row.session_id, row.member_id, due.kind, LIFECYCLE.step(NEW, R.DUE), at)
    fact = ReminderDue(coverage_id=row.id, member_id=row.member_id, kind=due.kind, at=at)
    return reminder, [Dated(fact, business_date(at))]


def may_remind_from(moment: datetime, member: Member, policy: ReminderPolicy) -> datetime:
    """Return the first moment from this one on at which the member may be reminded (LRN-35)."""
    night_shift = CircumstanceCode.NIGHT_SHIFT in needs_on(member, business_date(moment)).codes
    return remind_at(moment, night_shift, policy)


def tell(reminder: Reminder, member: Member, *, at: datetime, now: datetime, by: str, policy: ReminderPolicy) -> Decision:
    """Note when the member was reminded: never in the hours in which they sleep (LRN-35)."""
    if at > now:
        raise Invalid.field("at", "IN_THE_FUTURE")
    if may_remind_from(at, member, policy) > at:
        raise Invalid.field("at", "QUIET_HOURS")
    return replace(_moved(reminder, R.TOLD), told_at=at, told_by=by), []


def drop(reminder: Reminder) -> Decision:
    """Remind nobody of what waits no more."""
    return _moved(reminder, R.NEEDLESS), []


def _due(kind: ReminderKind, since: date, days: int) -> Due:
    return Due(kind, since, since + timedelta(days=days))


def _within(clock: time, since: time, until: time) -> bool:
    return since <= clock < until if since <= until else clock >= since or clock < until


def _moved(reminder: Reminder, state: ReminderState) -> Reminder:
    if not LIFECYCLE.allows(reminder.state, state):
        raise Conflict("REMINDER_STATE", state=reminder.state)
    return replace(reminder, state=LIFECYCLE.step(reminder.state, state))
