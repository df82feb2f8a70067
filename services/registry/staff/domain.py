"""Staff: who works for the community, in which post and in which grids."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.registry import StaffAppointed, StaffLeaveEnded, StaffLeaveStarted, StaffLeft, StaffReinstated, StaffSuspended
from services.common.states import NEW, StateMachine, Transition


class Post(StrEnum):
    WORKER = "WORKER"
    GRID_LEAD = "GRID_LEAD"
    BRANCH_SECRETARY = "BRANCH_SECRETARY"
    VOLUNTEER_COORDINATOR = "VOLUNTEER_COORDINATOR"
    ADMINISTRATOR = "ADMINISTRATOR"
    AUDITOR = "AUDITOR"


class StaffState(StrEnum):
    WORKING = "WORKING"
    ON_LEAVE = "ON_LEAVE"
    SUSPENDED = "SUSPENDED"
    LEFT = "LEFT"


LIFECYCLE = StateMachine(
    "Staff",
    StaffState,
    Transition((NEW,), StaffState.WORKING, "appointed"),
    Transition((StaffState.WORKING,), StaffState.ON_LEAVE, "the first day of a leave has come", "OUT-13"),
    Transition((StaffState.ON_LEAVE,), StaffState.WORKING, "back, or the day after the last of the leave has come", "OUT-13"),
    Transition((StaffState.WORKING, StaffState.ON_LEAVE), StaffState.SUSPENDED, "an administrator suspends them, at once", "OUT-11"),
    Transition((StaffState.SUSPENDED,), StaffState.WORKING, "an administrator ends the suspension", "OUT-11"),
    Transition((StaffState.WORKING, StaffState.ON_LEAVE, StaffState.SUSPENDED), StaffState.LEFT, "the day of leaving has come", "OUT-11"),
)


class ExitReason(StrEnum):
    LEFT = "LEFT"
    RETIRED = "RETIRED"
    TRANSFERRED = "TRANSFERRED"
    DIED = "DIED"


@dataclass(frozen=True)
class Leave:
    """A time during which a member of staff is ill or away: why, is nobody's business here."""

    since: date
    until: date | None = None


@dataclass(frozen=True)
class StaffMember:
    """One person who works for the community; name and phone are stored sealed."""

    id: str
    name: str
    post: Post
    grid_ids: tuple[str, ...]
    since: date
    phone: str | None = None
    appointed_at: datetime | None = None
    state: StaffState = StaffState.WORKING
    leave: Leave | None = None
    """The leave of now, or the next one that was announced."""
    past_leaves: tuple[Leave, ...] = ()
    suspended_on: date | None = None
    left_on: date | None = None
    """The day on which they leave or left."""
    exit_reason: ExitReason | None = None
    changes_on: date | None = None
    """The day on which the clock has to look again."""

    @property
    def unavailable(self) -> Leave | None:
        """When they are not there: since their exit or suspension, or during the leave of now or next."""
        if self.state is StaffState.LEFT and self.left_on:
            return Leave(self.left_on)
        if self.state is StaffState.SUSPENDED and self.suspended_on:
            return Leave(self.suspended_on)
        return self.leave


def appoint(
    *,
    id: str,
    name: str,
    post: Post = Post.WORKER,
    grid_ids: tuple[str, ...] | list[str] = (),
    since: date | None = None,
    phone: str | None = None,
    today: date,
    at: datetime,
    by: str | None,
) -> tuple[StaffMember, list[Event | Dated]]:
    """Appoint somebody, effective on the day from which they work."""
    since = since or today
    member = StaffMember(
        id=id, name=name.strip(), post=post, grid_ids=tuple(dict.fromkeys(grid_ids)), since=since, phone=phone, appointed_at=at
    )
    return member, [Dated(StaffAppointed(staff_id=id, grid_ids=list(member.grid_ids), post=post.value), since)]


def start_leave(
    member: StaffMember, *, since: date | None = None, until: date | None = None, today: date
) -> tuple[StaffMember, list[Event | Dated]]:
    """Record a leave, begun or announced; it is told on its first day, and ends by itself after its last."""
    _must_work(member)
    since = since or today
    if until is not None and until < since:
        raise Invalid.field("until", "ENDS_BEFORE_IT_BEGAN")
    if member.leave is not None:
        raise Conflict("ON_LEAVE_ALREADY")
    return advance(replace(member, leave=Leave(since, until)), today)


def end_leave(member: StaffMember, *, today: date) -> tuple[StaffMember, list[Event | Dated]]:
    """Record that somebody is back from today; a leave that has not begun is called off."""
    _must_work(member)
    if member.leave is None:
        raise Conflict("NOT_ON_LEAVE")
    if member.state is not StaffState.ON_LEAVE:
        return _watched(replace(member, leave=None)), []
    return _back(member, today)


def suspend(member: StaffMember, *, today: date) -> tuple[StaffMember, list[Event | Dated]]:
    """Let somebody act for the community no longer, from this moment; why, is kept nowhere. A leave of theirs is over (OUT-11)."""
    _must_work(member)
    if member.state is StaffState.SUSPENDED:
        raise Conflict("SUSPENDED_ALREADY")
    leave, past = member.leave, member.past_leaves
    if member.state is StaffState.ON_LEAVE and leave:
        leave, past = None, (*past, replace(leave, until=max(today, leave.since)))
    state = LIFECYCLE.step(member.state, StaffState.SUSPENDED)
    suspended = replace(member, state=state, leave=leave, past_leaves=past, suspended_on=today)
    return _watched(suspended), [StaffSuspended(staff_id=member.id, since=today)]


def reinstate(member: StaffMember, *, today: date) -> tuple[StaffMember, list[Event | Dated]]:
    """End a suspension; a leave that was announced before begins if its day has come (OUT-11)."""
    if member.state is not StaffState.SUSPENDED:
        raise Conflict("NOT_SUSPENDED")
    back, facts = advance(replace(member, state=LIFECYCLE.step(member.state, StaffState.WORKING), suspended_on=None), today)
    return back, [StaffReinstated(staff_id=member.id), *facts]


def leave_post(
    member: StaffMember, *, left_on: date | None = None, reason: ExitReason = ExitReason.LEFT, today: date
) -> tuple[StaffMember, list[Event | Dated]]:
    """Record that somebody leaves the service of the community; it is told when the day has come."""
    _must_work(member)
    left_on = left_on or today
    if left_on < member.since:
        raise Invalid.field("left_on", "ENDS_BEFORE_IT_BEGAN")
    return advance(replace(member, left_on=left_on, exit_reason=reason), today)


def advance(member: StaffMember, today: date) -> tuple[StaffMember, list[Event | Dated]]:
    """Bring somebody to what their dates make them today, however late it is looked (OUT-11, OUT-13)."""
    facts: list[Event | Dated] = []
    leave = member.leave
    if member.state is StaffState.WORKING and leave and leave.since <= today:
        member = replace(member, state=LIFECYCLE.step(member.state, StaffState.ON_LEAVE))
        facts.append(Dated(StaffLeaveStarted(staff_id=member.id, since=leave.since, until=leave.until), leave.since))
    if member.state is not StaffState.LEFT and member.left_on and member.left_on <= today:
        past = (*member.past_leaves, replace(leave, until=member.left_on)) if member.state is StaffState.ON_LEAVE and leave else member.past_leaves
        member = replace(member, state=LIFECYCLE.step(member.state, StaffState.LEFT), leave=None, past_leaves=past)
        reason = (member.exit_reason or ExitReason.LEFT).value
        facts.append(Dated(StaffLeft(staff_id=member.id, left_on=member.left_on or today, reason=reason), member.left_on or today))
    elif member.state is StaffState.ON_LEAVE and leave and leave.until and leave.until < today:
        member, more = _back(member, leave.until + timedelta(days=1))
        facts += more
    return _watched(member), facts


def _back(member: StaffMember, on: date) -> tuple[StaffMember, list[Event | Dated]]:
    assert member.leave is not None
    ended = replace(member.leave, until=max(on - timedelta(days=1), member.leave.since))
    back = replace(member, state=LIFECYCLE.step(member.state, StaffState.WORKING), leave=None, past_leaves=(*member.past_leaves, ended))
    return _watched(back), [Dated(StaffLeaveEnded(staff_id=member.id), on)]


def _watched(member: StaffMember) -> StaffMember:
    """Note the next day on which dates alone change something."""
    days = []
    if member.state is not StaffState.LEFT:
        days = [member.left_on] if member.left_on else []
        if member.leave and member.state is StaffState.WORKING:
            days.append(member.leave.since)
        elif member.leave and member.leave.until and member.state is StaffState.ON_LEAVE:
            days.append(member.leave.until + timedelta(days=1))
    return replace(member, changes_on=min(days) if days else None)


def _must_work(member: StaffMember) -> None:
    if member.state is StaffState.LEFT:
        raise Conflict("STAFF_LEFT_ALREADY")
