"""Whether a meeting is safe: the adults who count against the children who come (VOL-53..56)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.common.events.volunteering import SessionCancelled, SessionNotReady, SessionReady
from services.volunteering.children.domain import Child
from services.volunteering.series.domain.enrolments import EnrolmentState
from services.volunteering.series.domain.series import ClassSeries
from services.volunteering.sessions.domain.ratio import ClassRole, RatioRule, extras, required_adults
from services.volunteering.sessions.domain.records import ChildState, Readiness
from services.volunteering.sessions.domain.session import BEFORE, CancelReason, Change, ClassSession, SessionPolicy, SessionState
from services.volunteering.volunteers.domain import (
    CHILD_CLEARANCES,
    ClearanceResult,
    ClearanceType,
    Volunteer,
    age_on,
    decided,
    in_force,
    may_mind_children,
    may_serve,
)

NOT_BY_ITSELF = frozenset({"LEAD_CLEARANCE_EXPIRED", "LEAD_NOT_ELIGIBLE", "ADULT_NOT_ELIGIBLE", "ROOM_UNSAFE"})
"""What is told also long before a meeting: it does not mend by people being found in time."""


@dataclass(frozen=True)
class Adult:
    """A volunteer who is in the room, or is to be there; as what; and whether they are assigned elsewhere at that time."""

    volunteer: Volunteer
    role: ClassRole = ClassRole.VOLUNTEER
    elsewhere: bool = False


def expected_children(session: ClassSession, series: ClassSeries) -> list[str]:
    """Return the children with a place and every guardian's consent whom nobody excused."""
    excused = set(session.ids(ChildState.ABSENT_KNOWN, ChildState.ABSENT_UNKNOWN))
    return [one.child_id for one in series.enrolments if one.state == EnrolmentState.ENROLLED and one.child_id not in excused]


def readiness(
    rule: RatioRule,
    session: ClassSession,
    children: Sequence[Child],
    adults: Sequence[Adult],
    day: date,
    *,
    group: Sequence[Child] = (),
    present: bool = True,
) -> Readiness:
    """Compare the adults who count with those whom these children need (VOL-53).

    An adult counts who is of age, approved, with every child clearance in force that day, not assigned elsewhere, and not
    there for nobody but their own children; `group` is everybody's children of that meeting, also those who left already
    (VOL-55). Why somebody is not eligible is not said (VOL-3).
    """
    needs = sum(child.needs_extra_adult for child in children)
    required = required_adults(rule, [age_on(child.born_on, day) for child in children], extras(rule, session.settings, needs))
    # Who is away that day is not to be counted on; who is in the room all the same is.
    eligible = [adult for adult in adults if may_mind_children(adult.volunteer, day) and (present or may_serve(adult.volunteer, day))]
    own_only = {adult.volunteer.id for adult in eligible if minds_only_own(adult.volunteer, (*children, *group))}
    counted = [adult for adult in eligible if not adult.elsewhere and adult.volunteer.id not in own_only]
    reasons: list[dict[str, Any]] = []
    if len(counted) < required:
        missing = required - len(counted)
        reasons.append({"code": "RATIO_SHORT", "required": required, "counted": len(counted), "missing": missing})
        reasons += [_why_not(adult, eligible, day) for adult in adults if adult not in counted]
    reasons += _lead(session, adults, day, present)
    for role in rule.roles_required:
        filled = sum(adult.role is role.role for adult in counted)
        if filled < role.adults:
            reasons.append({"code": "ROLE_SHORT", "role": role.role.value, "missing": role.adults - filled})
    trained = sum(in_force(adult.volunteer, ClearanceType.FIRST_AID, day) for adult in counted)
    if trained < rule.first_aiders:
        reasons.append({"code": "NO_FIRST_AID", "missing": rule.first_aiders - trained})
    if session.room_safe is False:
        reasons.append({"code": "ROOM_UNSAFE"})
    return Readiness(required, len(counted), len(children), tuple(reasons))


def minds_only_own(volunteer: Volunteer, group: Collection[Child]) -> bool:
    """Say whether every child of a group is the volunteer's own: that is a parent with their child, not an adult of the class (VOL-55)."""
    return bool(group) and all(volunteer.person_id in child.guardian_ids or child.id in volunteer.own_child_ids for child in group)


def assess(session: ClassSession, ready: Readiness, *, at: datetime, policy: SessionPolicy) -> Change:
    """Take a meeting that has not begun to READY or NOT_READY, and tell it when that, or why, changes (VOL-56).

    Of a meeting that is still not ready it is told again at certain hours before its start, so that nobody counts on an old alarm.
    Until a day before its start a meeting is merely planned, unless an adult is no longer cleared or the room is unsafe.
    """
    if session.state not in BEFORE:
        return session, []
    if at >= session.ends_at:
        return cancel(session, CancelReason.NOT_OPENED, at=at, by=None)
    early = session.state is SessionState.PLANNED and at < session.starts_at - policy.ready_from
    if early and not NOT_BY_ITSELF & set(ready.codes):
        return session, []
    before = session.readiness
    state = SessionState.READY if ready.ok else SessionState.NOT_READY
    if session.state is not state:
        return replace(session.stepped(state), readiness=ready, told_at=at), [told(session, ready)]
    changed = before is None or (before.codes, before.volunteer_ids, before.missing) != (ready.codes, ready.volunteer_ids, ready.missing)
    if not ready.ok and (changed or _told_long_ago(session, at, policy)):
        return replace(session, readiness=ready, told_at=at), [told(session, ready)]
    return (replace(session, readiness=ready) if changed else session), []


def told(session: ClassSession, ready: Readiness) -> SessionReady | SessionNotReady:
    """Return the fact of what a meeting is now."""
    if ready.ok:
        return SessionReady(session_id=session.id, series_id=session.series_id)
    return SessionNotReady(session_id=session.id, series_id=session.series_id, reasons=ready.codes, volunteer_ids=ready.volunteer_ids)


def _told_long_ago(session: ClassSession, at: datetime, policy: SessionPolicy) -> bool:
    """Say whether one of the moments has passed since it was told; a clock that ran late tells once for all of them."""
    passed = [moment for ahead in policy.told_again if (moment := session.starts_at - ahead) <= at]
    return bool(passed) and (session.told_at is None or session.told_at < max(passed))


def cancel(session: ClassSession, reason: CancelReason, *, at: datetime, by: str | None) -> Change:
    """Call a meeting off before it has begun."""
    off = session.stepped(SessionState.CANCELLED, cancelled_at=at, cancelled_by=by, cancel_reason=reason)
    return off, [SessionCancelled(session_id=session.id, series_id=session.series_id, subject=session.subject, reason=reason.value)]


def _why_not(adult: Adult, eligible: Collection[Adult], day: date) -> dict[str, Any]:
    if adult not in eligible and may_mind_children(adult.volunteer, day):
        return {"code": "ADULT_AWAY", "volunteer_id": adult.volunteer.id}
    code = "ADULT_NOT_ELIGIBLE" if adult not in eligible else "ADULT_ELSEWHERE" if adult.elsewhere else "OWN_CHILD_ONLY"
    return {"code": code, "volunteer_id": adult.volunteer.id}


def _lead(session: ClassSession, adults: Sequence[Adult], day: date, present: bool) -> list[dict[str, Any]]:
    if session.lead_volunteer_id is None:
        return []
    lead = next((adult.volunteer for adult in adults if adult.volunteer.id == session.lead_volunteer_id), None)
    if lead is None:
        return [{"code": "LEAD_ABSENT", "volunteer_id": session.lead_volunteer_id}] if present else []
    if may_mind_children(lead, day):
        return []
    code = "LEAD_CLEARANCE_EXPIRED" if any(_ran_out(lead, type, day) for type in CHILD_CLEARANCES) else "LEAD_NOT_ELIGIBLE"
    return [{"code": code, "volunteer_id": lead.id}]


def _ran_out(volunteer: Volunteer, type: ClearanceType, day: date) -> bool:
    last = decided(volunteer, type)
    passed = last is not None and last.result in (ClearanceResult.CLEAR, ClearanceResult.EXPIRED)
    return passed and last.expires_on is not None and last.expires_on < day
