"""Signing up and withdrawing: who gets a place, and why not (VOL-10 to VOL-12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from services.common.errors import Conflict, Forbidden
from services.common.events.base import Event
from services.common.events.volunteering import VolunteerSignedUp, VolunteerWithdrew
from services.common.states import NEW
from services.volunteering.activities.domain.activity import (
    ASSIGNMENTS,
    UPCOMING,
    Activity,
    ActivityState,
    Assignment,
    AssignmentState,
    Source,
    Verdict,
)
from services.volunteering.activities.domain.verdicts import OVERRIDABLE, WELCOME, Circumstances, SignUpPolicy, flags, judge
from services.volunteering.volunteers.domain import Volunteer


def sign_up(
    activity: Activity,
    volunteer: Volunteer,
    *,
    id: str,
    need_id: str,
    known: Circumstances,
    source: Source = Source.COORDINATOR,
    override_reason: str | None = None,
    is_coordinator: bool = False,
    by: str | None,
) -> tuple[Activity, list[Event]]:
    """Give a volunteer a place or a place in line, or refuse with the verdict (VOL-10, VOL-11)."""
    need = activity.need(need_id)
    if override_reason and not is_coordinator:
        raise Forbidden("OVERRIDE_NEEDS_COORDINATOR")
    strict = judge(activity, need, volunteer, known)
    # A draft has no place to give, whoever asks.
    overridden = OVERRIDABLE if override_reason and activity.state != ActivityState.DRAFT else frozenset()
    verdict = judge(activity, need, volunteer, known, overridden)
    if verdict == Verdict.ALREADY_IN:
        raise Conflict(verdict.value, extra={"assignment_id": activity.holding(volunteer.id).id})
    if verdict not in WELCOME | {Verdict.FULL_WAITLIST}:
        raise Conflict(verdict.value)
    waits = verdict == Verdict.FULL_WAITLIST
    offer = activity.offered(volunteer.id)
    asked = offer.id if offer else None
    assignment = Assignment(
        id=id,
        need_id=need_id,
        volunteer_id=volunteer.id,
        person_id=volunteer.person_id,
        state=ASSIGNMENTS.step(NEW, AssignmentState.WAITLISTED if waits else AssignmentState.ACCEPTED),
        verdict=verdict if waits else strict,
        source=source,
        signed_up_at=known.at,
        signed_up_by=by,
        override_reason=override_reason if strict != verdict else None,
        flags=flags(volunteer, known),
    )
    # Who comes by themselves answers an offer with that.
    before = tuple(replace(one, state=AssignmentState.EXPIRED) if one.id == asked else one for one in activity.assignments)
    signed = replace(activity, assignments=(*before, assignment))
    return signed, [signed_up(signed, assignment)]


def seat(
    activity: Activity, assignment_id: str, volunteer: Volunteer, *, known: Circumstances, by: str | None
) -> tuple[Activity, list[Event]]:
    """Give a free place to somebody who waits; whatever may have changed since they came into line is judged anew (VOL-12)."""
    assignment = activity.assignment(assignment_id)
    if assignment.state != AssignmentState.WAITLISTED:
        raise Conflict("NOT_WAITING")
    need = activity.need(assignment.need_id)
    others = replace(
        activity,
        assignments=tuple(one for one in activity.assignments if one.need_id != need.id or one.state != AssignmentState.WAITLISTED),
    )
    verdict = judge(others, need, volunteer, known)
    if verdict == Verdict.FULL_WAITLIST:
        verdict = Verdict.FULL
    if verdict not in WELCOME:
        raise Conflict(verdict.value)
    seated = replace(assignment, state=ASSIGNMENTS.step(assignment.state, AssignmentState.ACCEPTED), verdict=verdict)
    changed = activity.with_assignment(seated)
    return changed, [signed_up(changed, seated)]


def withdraw(
    activity: Activity,
    assignment_id: str,
    *,
    at: datetime,
    by: str | None,
    is_coordinator: bool = False,
    policy: SignUpPolicy = SignUpPolicy(),
) -> tuple[Activity, list[Event]]:
    """Give a place back: the gap is open at once, and nobody in line is moved without being asked (VOL-12)."""
    assignment = activity.assignment(assignment_id)
    if assignment.state == AssignmentState.WITHDRAWN:
        return activity, []
    if assignment.state not in (*UPCOMING, AssignmentState.WAITLISTED) or activity.state != ActivityState.PUBLISHED:
        raise Conflict("NOT_WITHDRAWABLE")
    late = assignment.state in UPCOMING and at > activity.starts_at - policy.late
    if late and not is_coordinator:
        raise Forbidden("LATE_WITHDRAWAL_NEEDS_COORDINATOR", hours=int(policy.late / timedelta(hours=1)))
    changed = activity.with_assignment(replace(assignment, state=ASSIGNMENTS.step(assignment.state, AssignmentState.WITHDRAWN), at_risk=None, ended_at=at, ended_by=by))
    fact = VolunteerWithdrew(
        assignment_id=assignment.id,
        volunteer_id=assignment.volunteer_id,
        person_id=assignment.person_id,
        activity_id=activity.id,
        need_id=assignment.need_id,
        late=late,
    )
    return changed, [fact]


def signed_up(activity: Activity, assignment: Assignment) -> VolunteerSignedUp:
    """Return the fact that somebody has a place, or a place in line."""
    return VolunteerSignedUp(
        assignment_id=assignment.id,
        volunteer_id=assignment.volunteer_id,
        person_id=assignment.person_id,
        activity_id=activity.id,
        need_id=assignment.need_id,
        program_kind=activity.kind.value,
        source=assignment.source.value,
        verdict=assignment.verdict.value,
        waitlist_pos=activity.waitlist_pos(assignment),
        child_role=activity.need(assignment.need_id).child_role,
    )
