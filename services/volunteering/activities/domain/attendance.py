"""Who came: the roll call, and the end of an activity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Event
from services.common.events.volunteering import ActivityDone
from services.volunteering.activities.domain.activity import (
    CAME,
    SEATED,
    Activity,
    ActivityState,
    AssignmentState,
    Attendance,
    Presence,
    Statement,
)

EARLY = timedelta(minutes=60)
FUTURE = timedelta(minutes=5)
_END = {Presence.NO_SHOW: AssignmentState.NO_SHOW, Presence.EXCUSED: AssignmentState.EXCUSED}


@dataclass(frozen=True)
class Call:
    """What the roll call found of one volunteer."""

    assignment_id: str
    result: Presence
    in_at: datetime | None = None
    out_at: datetime | None = None


def record_attendance(
    activity: Activity, *, calls: Sequence[Call], attendee_ids: Sequence[str] = (), at: datetime, by: str | None
) -> tuple[Activity, list[Event]]:
    """Record who came, volunteers and audience; a later roll call corrects an earlier one, and both stay on record (VOL-33)."""
    if activity.state not in (ActivityState.PUBLISHED, ActivityState.RUNNING):
        raise Conflict("NOT_PUBLISHED")
    if at < activity.starts_at - EARLY:
        raise Conflict("TOO_EARLY")
    for number, call in enumerate(calls):
        activity = _recorded(activity, call, f"calls.{number}", at, by)
    attendees = tuple(dict.fromkeys((*activity.attendee_ids, *attendee_ids)))
    return replace(activity, state=ActivityState.RUNNING, attendee_ids=attendees), []


def complete(activity: Activity, *, at: datetime, by: str | None) -> tuple[Activity, list[Event]]:
    """End an activity that took place; refuse while the roll call has not said of everyone whether they came."""
    if activity.state not in (ActivityState.PUBLISHED, ActivityState.RUNNING):
        raise Conflict("NOT_PUBLISHED")
    if at < activity.starts_at:
        raise Conflict("TOO_EARLY")
    unknown = [one.id for one in activity.seated() if one.attendance is None]
    if unknown:
        raise Conflict("ROLL_CALL_INCOMPLETE", extra={"assignment_ids": unknown}, count=len(unknown))
    assignments = tuple(_ended(one, at, by) for one in activity.assignments)
    present = sum(one.state == AssignmentState.SERVED for one in assignments)
    done = replace(activity, state=ActivityState.DONE, done_at=at, assignments=assignments)
    fact = ActivityDone(
        activity_id=activity.id, program_kind=activity.kind.value, volunteers_present=present, attendee_ids=list(activity.attendee_ids)
    )
    return done, [fact]


def _recorded(activity: Activity, call: Call, path: str, at: datetime, by: str | None) -> Activity:
    try:
        assignment = activity.assignment(call.assignment_id)
    except NotFound:
        raise Invalid.field(f"{path}.assignment_id", "NOT_FOUND") from None
    if assignment.state not in SEATED:
        raise Invalid.field(f"{path}.assignment_id", "NO_PLACE")
    for name, moment in (("in_at", call.in_at), ("out_at", call.out_at)):
        if moment is not None and moment > at + FUTURE:
            raise Invalid.field(f"{path}.{name}", "IN_THE_FUTURE")
    if call.in_at is not None and call.out_at is not None and call.out_at <= call.in_at:
        raise Invalid.field(f"{path}.out_at", "BEFORE_START")
    came = call.result in CAME
    said = (*(assignment.attendance.said_by if assignment.attendance else ()), Statement(by, call.result, at))
    attendance = Attendance(call.result, call.in_at if came else None, call.out_at if came else None, said)
    return activity.with_assignment(replace(assignment, attendance=attendance))


def _ended(assignment, at: datetime, by: str | None):
    if assignment.state == AssignmentState.WAITLISTED:
        return replace(assignment, state=AssignmentState.CANCELLED, ended_at=at, ended_by=by)
    if assignment.state != AssignmentState.ACCEPTED or assignment.attendance is None:
        return assignment
    return replace(assignment, state=_END.get(assignment.attendance.result, AssignmentState.SERVED))
