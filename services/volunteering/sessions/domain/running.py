"""A meeting from its plan to its end: it opens only when it is safe, and closes only when no child is left (VOL-53, VOL-56, VOL-58)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.common.errors import Conflict, Invalid
from services.common.events.volunteering import (
    ChildUnaccounted,
    SessionClosed,
    SessionEarlyPickUpStarted,
    SessionMerged,
    SessionNotReady,
    SessionOpened,
    SessionPlanned,
    SessionReady,
)
from services.volunteering.series.domain.series import ClassSeries, SeriesState
from services.volunteering.sessions.domain import readiness
from services.volunteering.sessions.domain.ratio import TWO_ADULTS, ClassRole, Setting
from services.volunteering.sessions.domain.records import (
    AdultPresence,
    BackupAnswer,
    BackupCall,
    ChildAttendance,
    ChildState,
    Readiness,
    Rostered,
    Shortfall,
)
from services.volunteering.sessions.domain.session import (
    BEFORE,
    DURING,
    LIFECYCLE,
    CancelReason,
    Change,
    ClassSession,
    SessionPolicy,
    SessionState,
)

MOVING = (ChildState.IN, ChildState.EXPECTED)
"""Children who go along when two rooms become one; who is still expected comes to the new room."""


def plan(
    *,
    id: str,
    series: ClassSeries,
    starts_at: datetime,
    ends_at: datetime,
    on: date,
    room: str | None = None,
    activity_id: str | None = None,
    lead_volunteer_id: str | None = None,
    roster: Sequence[Rostered] = (),
    settings: Sequence[Setting] = (),
) -> Change:
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
        lead_volunteer_id=lead_volunteer_id,
        roster=_once(roster),
        settings=tuple(dict.fromkeys(settings)),
        state=LIFECYCLE.step("", SessionState.PLANNED),
    )
    fact = SessionPlanned(session_id=id, series_id=series.id, subject=session.subject, starts_at=starts_at, ends_at=ends_at)
    return session, [fact]


def put_on_roster(session: ClassSession, *, lead_volunteer_id: str | None, roster: Sequence[Rostered]) -> Change:
    """Say who is to be there, who leads, and who does what."""
    if session.state not in BEFORE:
        raise Conflict("SESSION_BEGUN")
    return replace(session, lead_volunteer_id=lead_volunteer_id, roster=_once(roster)), []


def check_room(session: ClassSession, *, safe: bool, at: datetime, by: str | None) -> Change:
    """Note what a look at the room says; in an unsafe one no meeting opens (VOL-56)."""
    _not_over(session)
    return replace(session, room_safe=safe, room_checked_at=at, room_checked_by=by), []


def cancel(session: ClassSession, reason: CancelReason, *, at: datetime, by: str | None) -> Change:
    """Call a meeting off; one that has begun is closed instead, with every child handed over."""
    if session.state not in BEFORE:
        raise Conflict("SESSION_BEGUN")
    return readiness.cancel(session, reason, at=at, by=by)


def check_adult_in(
    session: ClassSession, volunteer_id: str, *, role: ClassRole | None = None, at: datetime, by: str | None
) -> Change:
    """Note that an adult is in the room; whether they count is decided when it matters (VOL-55)."""
    _not_over(session)
    if volunteer_id in session.present_ids:
        return session, []
    presence = AdultPresence(volunteer_id, at, by, role=role or session.role_of(volunteer_id))
    return replace(session, adults=(*session.adults, presence)), []


def check_adult_out(
    session: ClassSession, volunteer_id: str, left: Readiness, *, gone: bool = False, at: datetime, by: str | None
) -> Change:
    """Note that an adult left; children stay with two adults, so one who has not gone yet is kept (VOL-56, VOL-58)."""
    if volunteer_id not in session.present_ids:
        raise Conflict("ADULT_NOT_IN")
    if session.children_minded and left.counted < TWO_ADULTS and not gone:
        raise Conflict("TWO_ADULTS_STAY", count=session.children_minded)
    adults = tuple(
        replace(one, out_at=at, out_by=by) if one.volunteer_id == volunteer_id and one.out_at is None else one for one in session.adults
    )
    return replace(session, adults=adults), []


def open_session(
    session: ClassSession, expected: Sequence[str], ready: Readiness, *, at: datetime, by: str | None, policy: SessionPolicy
) -> Change:
    """Open a meeting, or refuse with what is missing for all the children who may come (VOL-53, VOL-56)."""
    if session.state not in BEFORE:
        raise Conflict("NOT_PLANNED")
    if not session.starts_at - policy.open_before <= at < session.ends_at:
        raise Conflict("NOT_THE_TIME", minutes=int(policy.open_before / timedelta(minutes=1)))
    refuse_unless(ready)
    facts = []
    if session.state is not SessionState.READY:
        session = session.stepped(SessionState.READY)
        facts = [SessionReady(session_id=session.id, series_id=session.series_id)]
    excused = tuple(one for one in session.children if one.child_id not in set(expected))
    call_from = max(at, session.starts_at) + policy.arrival_grace
    opened = session.stepped(
        SessionState.OPEN,
        opened_at=at,
        opened_by=by,
        readiness=ready,
        adults_required=ready.required,
        adults_counted=ready.counted,
        children=(*excused, *(ChildAttendance(child_id, ChildState.EXPECTED, call_from=call_from) for child_id in expected)),
    )
    fact = SessionOpened(
        session_id=session.id, series_id=session.series_id, subject=session.subject, adults=ready.counted, children=len(expected)
    )
    return opened, [*facts, fact]


def refuse_unless(ready: Readiness) -> None:
    """Refuse what would not be safe, and say what is missing."""
    if not ready.ok:
        raise Conflict("SESSION_NOT_READY", extra={"reasons": list(ready.reasons)}, missing=ready.missing)


def watch(session: ClassSession, ready: Readiness, *, at: datetime, policy: SessionPolicy) -> Change:
    """Raise the alarm while too few adults are with the children, and call it off when they suffice again (VOL-56)."""
    if session.state not in DURING:
        return session, []
    ids = {"session_id": session.id, "series_id": session.series_id}
    if not session.children_minded or ready.ok:
        if session.shortfall is None:
            return session, []
        return replace(session, shortfall=None, readiness=ready), [SessionReady(**ids)]
    if session.shortfall is None:
        short = replace(session, shortfall=Shortfall(since=at, until=at + policy.shortfall), readiness=ready)
        return short, [SessionNotReady(**ids, reasons=ready.codes, volunteer_ids=ready.volunteer_ids)]
    if at < session.shortfall.until or session.shortfall.early_pickup_at:
        return session, []
    early = replace(session, shortfall=replace(session.shortfall, early_pickup_at=at), readiness=ready)
    fact = SessionEarlyPickUpStarted(**ids, child_ids=session.ids(ChildState.IN))
    closing, missed = _closing(early, at)
    return closing, [fact, *missed]


def call_backup(session: ClassSession, volunteer_id: str, answer: BackupAnswer, *, at: datetime, by: str | None) -> Change:
    """Keep that somebody was asked to come at once, and what they said."""
    if session.shortfall is None:
        raise Conflict("NO_SHORTFALL")
    if volunteer_id in session.present_ids:
        raise Conflict("ADULT_IS_IN")
    call = BackupCall(volunteer_id, answer, at, by)
    return replace(session, shortfall=replace(session.shortfall, backup_calls=(*session.shortfall.backup_calls, call))), []


def take_over(into: ClassSession, other: ClassSession, together: Readiness, *, at: datetime, by: str | None) -> Change:
    """Take the children and the adults of another room in, if all of them together are safe here (VOL-56)."""
    if into.id == other.id:
        raise Invalid.field("into_id", "SAME_SESSION")
    if into.state is not SessionState.OPEN:
        raise Conflict("SESSION_NOT_OPEN")
    taken = {one.child_id for one in into.children if one.came_from == other.id or one.state is ChildState.IN}
    moving = [one for one in other.children if one.state in MOVING and one.child_id not in taken]
    refuse_unless(together)
    joined = into
    for one in moving:
        joined = joined.with_child(replace(one, came_from=other.id, pickup_step=0))
    for one in other.adults:
        if one.out_at is None and one.volunteer_id not in joined.present_ids:
            joined = replace(joined, adults=(*joined.adults, AdultPresence(one.volunteer_id, at, by, role=one.role)))
    return joined, []


def move_out(other: ClassSession, into: ClassSession, *, at: datetime, by: str | None) -> Change:
    """Leave a room whose children and adults another one has taken in; whoever is in it there has left here."""
    if other.state not in DURING:
        raise Conflict("SESSION_NOT_OPEN")
    taken = {one.child_id for one in into.children if one.came_from == other.id}
    children = tuple(
        replace(one, state=ChildState.MOVED, moved_to=into.id) if one.state in MOVING and one.child_id in taken else one
        for one in other.children
    )
    closed, facts = close(replace(other, children=children, merged_into=into.id), at=at, by=by)
    return closed, [SessionMerged(session_id=other.id, into_session_id=into.id), *facts]


def settle(into: ClassSession, other: ClassSession) -> Change:
    """Forget whom the other room had handed over in the very moment in which this one took it in."""
    gone = set(other.ids(ChildState.OUT))
    children = tuple(one for one in into.children if not (one.came_from == other.id and one.child_id in gone and one.state is ChildState.IN))
    return replace(into, children=children), []


def begin_closing(session: ClassSession, *, at: datetime) -> Change:
    """Let nobody come any more: the children are fetched from now on."""
    if session.state is SessionState.CLOSING:
        return session, []
    if session.state is not SessionState.OPEN:
        raise Conflict("SESSION_NOT_OPEN")
    return _closing(session, at)


def end_of_time(session: ClassSession, *, at: datetime) -> Change:
    """Begin the hand-over when the time of a meeting is over."""
    if session.state is SessionState.OPEN and at >= session.ends_at:
        return _closing(session, session.ends_at)
    return session, []


def close(session: ClassSession, *, at: datetime, by: str | None) -> Change:
    """End a meeting; refuse while a child is still in it, or kept safe in it (VOL-57, VOL-58)."""
    if session.state not in DURING:
        raise Conflict("SESSION_NOT_OPEN")
    still_in = session.ids(ChildState.IN)
    if still_in:
        raise Conflict("CHILD_STILL_IN", extra={"child_ids": still_in}, count=len(still_in))
    if session.kept_ids:
        raise Conflict("CHILD_KEPT_HERE", extra={"kept_ids": session.kept_ids}, count=len(session.kept_ids))
    closing, facts = _closing(session, at) if session.state is SessionState.OPEN else (session, [])
    closed = closing.stepped(
        SessionState.CLOSED,
        closed_at=at,
        closed_by=by,
        shortfall=None,
        adults=tuple(replace(one, out_at=at, out_by=by) if one.out_at is None else one for one in closing.adults),
    )
    return closed, [
        *facts,
        SessionClosed(session_id=session.id, series_id=session.series_id, subject=session.subject, children=closed.children_out),
    ]


def _closing(session: ClassSession, at: datetime) -> Change:
    """Stop waiting: a child who should have been here by now and of whom nobody has heard is looked for (VOL-57)."""
    children, facts = [], []
    for one in session.children:
        if one.state is ChildState.EXPECTED:
            overdue = one.call_from is not None and at >= one.call_from
            one = replace(one, state=ChildState.ABSENT_UNKNOWN, unaccounted_at=at if overdue else None)
            if overdue:
                facts.append(ChildUnaccounted(session_id=session.id, series_id=session.series_id, child_id=one.child_id))
        children.append(one)
    if session.state is SessionState.OPEN:
        session = session.stepped(SessionState.CLOSING, closing_at=at)
    return replace(session, children=tuple(children)), facts


def _once(roster: Sequence[Rostered]) -> tuple[Rostered, ...]:
    return tuple({one.volunteer_id: one for one in roster}.values())


def _not_over(session: ClassSession) -> None:
    if session.state in (SessionState.CLOSED, SessionState.CANCELLED):
        raise Conflict("SESSION_CLOSED")
