"""Who comes, who does not, and who was not expected (VOL-57)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.volunteering import (
    ChildAccountedFor,
    ChildCheckedIn,
    ChildNotArrived,
    ChildUnaccounted,
    PickUpAlerted,
    UnknownChildKept,
)
from services.volunteering.children.domain import Child
from services.volunteering.series.domain.enrolments import Enrolment, EnrolmentState
from services.volunteering.sessions.domain.records import (
    Blocked,
    CallResult,
    ChildAttendance,
    ChildState,
    GuardianCall,
    KeptChild,
    Readiness,
)
from services.volunteering.sessions.domain.running import refuse_unless
from services.volunteering.sessions.domain.session import BEFORE, DURING, Change, ClassSession, SessionPolicy, SessionState

CAME = (ChildState.IN, ChildState.OUT, ChildState.MOVED)


def excuse(session: ClassSession, child_id: str, enrolment: Enrolment | None, *, known: bool) -> Change:
    """Note that a child does not come, told beforehand or not."""
    known_here = session.attendance(child_id)
    lost = known_here is not None and known_here.unaccounted_at is not None
    if session.state not in BEFORE | DURING and not (lost and known):
        raise Conflict("SESSION_CLOSED")
    if enrolment is None and not lost:
        raise Conflict("NOT_ENROLLED")
    attendance = known_here or ChildAttendance(child_id, ChildState.EXPECTED)
    if attendance.state in CAME:
        raise Conflict("CHILD_CAME")
    if known:
        return _accounted(session, attendance, ChildState.ABSENT_KNOWN)
    return session.with_child(replace(attendance, state=ChildState.ABSENT_UNKNOWN)), []


def arrive(
    session: ClassSession, child: Child, enrolment: Enrolment | None, ready: Readiness, *, refused: bool = False, at: datetime, by: str | None
) -> Change:
    """Admit a child with live consent, a health note and a pick-up list, if the adults in the room suffice for one more (VOL-53, VOL-57).

    `refused` says that a NO in the register holds today, also one that was told ahead (X-15).
    """
    if session.state is not SessionState.OPEN:
        raise Conflict("SESSION_NOT_OPEN")
    if enrolment is None or enrolment.state not in (EnrolmentState.ENROLLED, EnrolmentState.INCOMPLETE):
        raise Conflict("NOT_ENROLLED")
    if enrolment.state == EnrolmentState.INCOMPLETE or not enrolment.consented or refused:
        raise Conflict("CONSENT_MISSING")
    if missing := child.missing_on(business_date(at)):
        raise Conflict("DOCUMENTS_MISSING", extra={"missing": missing})
    attendance = session.attendance(child.id) or ChildAttendance(child.id, ChildState.EXPECTED)
    if attendance.state in CAME:
        raise Conflict("CHILD_CAME")
    refuse_unless(ready)
    admitted, facts = _accounted(session, attendance, ChildState.IN, in_at=at, in_by=by)
    return admitted, [*facts, ChildCheckedIn(session_id=session.id, series_id=session.series_id, child_id=child.id)]


def miss(session: ClassSession, guardians: dict[str, list[str]], *, at: datetime, policy: SessionPolicy) -> Change:
    """Have the guardians called of every child who should be here by now, and look for it if nobody says where it is (VOL-57).

    Both are computed from the moments kept with the child, so a clock that comes late tells only the last of them.
    """
    if session.state is not SessionState.OPEN:
        return session, []
    facts = []
    for one in session.children:
        if one.state is not ChildState.EXPECTED or one.call_from is None or at < one.call_from:
            continue
        look_from = one.look_from or one.call_from + policy.calls_within
        if at >= look_from:
            session, told = _look_for(session, one, at)
            facts += told
        elif one.look_from is None:
            session = session.with_child(replace(one, look_from=look_from))
            facts.append(ChildNotArrived(session_id=session.id, child_id=one.child_id, guardian_ids=guardians.get(one.child_id, [])))
    return session, facts


def call_guardian(
    session: ClassSession, child: Child, guardian_id: str, result: CallResult, *, at: datetime, by: str | None, policy: SessionPolicy
) -> Change:
    """Keep a call to a guardian; they are called in order, and who nobody can place is looked for at once (VOL-57, VOL-58)."""
    attendance = session.attendance(child.id)
    waited_for = (ChildState.EXPECTED, ChildState.ABSENT_UNKNOWN, ChildState.IN)
    # Who is still looked for when the meeting is over is looked for until somebody says where it is.
    over = session.state not in DURING and (attendance is None or attendance.unaccounted_at is None)
    if over or attendance is None or attendance.state not in waited_for:
        raise Conflict("NOBODY_TO_CALL_ABOUT")
    # Who is in was found; a late pick-up begins at the first guardian again.
    _in_order(child, tuple(call for call in attendance.calls if attendance.in_at is None or call.at >= attendance.in_at), guardian_id)
    called = replace(attendance, calls=(*attendance.calls, GuardianCall(guardian_id, result, at, by)))
    if attendance.state is ChildState.IN:
        if result is CallResult.ABSENT:
            raise Invalid.field("result", "CHILD_IS_HERE")
        return session.with_child(called), []
    if result is CallResult.ABSENT:
        return _accounted(session, called, ChildState.ABSENT_KNOWN)
    if result is CallResult.COMING:
        return session.with_child(replace(called, call_from=at + policy.arrival_grace, look_from=None)), []
    asked = {call.guardian_id for call in called.calls}
    if called.state is ChildState.EXPECTED and (result is CallResult.NOT_WITH_US or asked >= set(child.callable_ids)):
        return _look_for(session, called, at)
    return session.with_child(called), []


def keep_safe(session: ClassSession, *, id: str, child_id: str | None = None, at: datetime, by: str | None) -> Change:
    """Keep a child safe whom nobody expected; it is not admitted (VOL-57)."""
    if session.state not in DURING:
        raise Conflict("SESSION_NOT_OPEN")
    fact = UnknownChildKept(session_id=session.id, kept_id=id)
    return replace(session, kept=(*session.kept, KeptChild(id, at, by, child_id))), [fact]


def call_about_kept(
    session: ClassSession,
    kept_id: str,
    *,
    guardian_id: str,
    result: CallResult,
    child: Child | None = None,
    barred: Collection[str] = (),
    at: datetime,
    by: str | None,
) -> Change:
    """Keep a call to the guardian of a child who is kept safe; who is blocked from the child is not called about it (VOL-57, REG-45)."""
    kept = kept_child(session, kept_id)
    if guardian_id in barred:
        raise Invalid.field("guardian_id", "GUARDIAN_BLOCKED")
    if child is not None and guardian_id not in child.callable_ids:
        raise Invalid.field("guardian_id", "NOT_A_GUARDIAN")
    return _with_kept(session, replace(kept, calls=(*kept.calls, GuardianCall(guardian_id, result, at, by)))), []


def let_go(session: ClassSession, kept_id: str, *, to: str, barred: Collection[str] = (), at: datetime) -> Change:
    """Note with whom a child went who was kept safe: a guardian who was called and is not blocked since, or the police."""
    kept = kept_child(session, kept_id)
    if to in barred:
        raise Blocked()
    if to != "POLICE" and to not in {call.guardian_id for call in kept.calls}:
        raise Conflict("CALL_FIRST")
    return _with_kept(session, replace(kept, left_at=at, left_to=to)), []


def refuse_kept(session: ClassSession, kept_id: str) -> Change:
    """Tell that somebody who is blocked wanted to take a child who is kept safe (VOL-58)."""
    kept = kept_child(session, kept_id)
    return session, [PickUpAlerted(session_id=session.id, child_id=kept.child_id, reason="BLOCKED_AT_DOOR")] if kept.child_id else []


def kept_child(session: ClassSession, kept_id: str) -> KeptChild:
    """Return a child who is still kept safe here, by its entry."""
    kept = next((one for one in session.kept if one.id == kept_id), None)
    if kept is None:
        raise NotFound()
    if kept.left_at is not None:
        raise Conflict("CHILD_NOT_IN")
    return kept


def _accounted(session: ClassSession, attendance: ChildAttendance, state: ChildState, **changes) -> Change:
    found = replace(attendance, state=state, unaccounted_at=None, look_from=None, **changes)
    facts = [ChildAccountedFor(session_id=session.id, child_id=found.child_id, how=state.value)] if attendance.unaccounted_at else []
    return session.with_child(found), facts


def _look_for(session: ClassSession, attendance: ChildAttendance, at: datetime) -> Change:
    missing = replace(attendance, state=ChildState.ABSENT_UNKNOWN, unaccounted_at=at)
    fact = ChildUnaccounted(session_id=session.id, series_id=session.series_id, child_id=attendance.child_id)
    return session.with_child(missing), [fact]


def _in_order(child: Child, calls: tuple[GuardianCall, ...], guardian_id: str) -> None:
    order = child.callable_ids
    if guardian_id not in order:
        raise Invalid.field("guardian_id", "NOT_A_GUARDIAN")
    asked = {call.guardian_id for call in calls}
    before = [id for id in order[: order.index(guardian_id)] if id not in asked]
    if before:
        raise Conflict("CALL_IN_ORDER", extra={"guardian_id": before[0]})


def _with_kept(session: ClassSession, changed: KeptChild) -> ClassSession:
    return replace(session, kept=tuple(changed if one.id == changed.id else one for one in session.kept))
