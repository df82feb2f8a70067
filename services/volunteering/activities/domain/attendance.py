"""Who came: the roll call, and the end of an activity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Dated, Event
from services.common.events.volunteering import ActivityDone, NoShowRecorded
from services.volunteering.activities.domain import outdoors
from services.volunteering.activities.domain.activity import (
    CAME,
    LIFECYCLE,
    SEATED,
    Activity,
    ActivityState,
    Assignment,
    AssignmentState,
    Attendance,
    InMethod,
    Presence,
    Statement,
)

EARLY = timedelta(minutes=60)
FUTURE = timedelta(minutes=5)
_END = {Presence.NO_SHOW: AssignmentState.NO_SHOW, Presence.EXCUSED: AssignmentState.EXCUSED}


@dataclass(frozen=True)
class AttendancePolicy:
    """The community's settings of who counts as present."""

    late_after: timedelta = timedelta(minutes=10)
    """Who comes so much after the start is LATE."""
    early_before: timedelta = timedelta(minutes=10)
    """Who leaves so much before the end LEFT_EARLY."""
    code_every: timedelta = timedelta(minutes=1)
    """How long one code of an activity is shown, and holds."""
    wrong_codes: int = 5
    """How many wrong codes somebody may show for one activity within the span below; then they wait, or are called up."""
    wrong_codes_of_all: int = 100
    """How many wrong codes all together may show for one activity within it, whoever they say they are."""
    wrong_codes_within: timedelta = timedelta(minutes=10)
    """The span within which wrong codes are counted."""


@dataclass(frozen=True)
class Call:
    """What the roll call found of one volunteer."""

    assignment_id: str
    result: Presence
    in_at: datetime | None = None
    out_at: datetime | None = None
    method: InMethod = InMethod.ROLL_CALL


def record_attendance(
    activity: Activity,
    *,
    calls: Sequence[Call],
    attendee_ids: Sequence[str] = (),
    mistaken_ids: Sequence[str] = (),
    at: datetime,
    by: str | None,
    policy: AttendancePolicy = AttendancePolicy(),
) -> tuple[Activity, list[Event]]:
    """Record who came, volunteers and audience; a later roll call corrects an earlier one, and both stay on record (VOL-33)."""
    begun(activity, at)
    for number, call in enumerate(calls):
        activity = _recorded(activity, call, f"calls.{number}", at, by, policy)
    before = (id for id in activity.attendee_ids if id not in mistaken_ids)
    attendees = tuple(dict.fromkeys((*before, *attendee_ids)))
    return replace(running(activity), attendee_ids=attendees), []


@dataclass(frozen=True)
class Seen:
    """From when to when a volunteer was somewhere, and who noted it."""

    in_at: datetime
    out_at: datetime | None
    by: str | None


def seen(activity: Activity, volunteers: Mapping[str, Seen], *, at: datetime, policy: AttendancePolicy) -> tuple[Activity, list[Event]]:
    """Take for the roll call what was noted elsewhere of who came (U12); what the roll call has said of somebody stays."""
    if activity.state not in (ActivityState.PUBLISHED, ActivityState.RUNNING):
        return activity, []
    before = activity
    for one in activity.upcoming():
        there = volunteers.get(one.volunteer_id)
        if there is not None and one.attendance is None:
            times = {"in_at": there.in_at, "out_at": there.out_at}
            result = presence(activity, **times, policy=policy)
            activity = activity.with_assignment(stated(one, result, **times, method=InMethod.ROLL_CALL, at=at, by=there.by))
    return (running(activity), []) if activity != before else (before, [])


def running(activity: Activity) -> Activity:
    """Return an activity to which people have come; while the weather is undecided it has not begun, and who came waits (VOL-34, VOL-43)."""
    return replace(activity, state=LIFECYCLE.step(activity.state, ActivityState.RUNNING)) if outdoors.is_decided(activity) else activity


def begun(activity: Activity, at: datetime) -> None:
    """Refuse before an hour ahead of the start, and once the activity is over or called off."""
    if activity.state not in (ActivityState.PUBLISHED, ActivityState.RUNNING):
        raise Conflict("NOT_PUBLISHED")
    if at < activity.starts_at - EARLY:
        raise Conflict("TOO_EARLY")


def presence(activity: Activity, in_at: datetime | None, out_at: datetime | None, policy: AttendancePolicy) -> Presence:
    """Return what the times of somebody who came say, whatever anybody would rather have them say."""
    if in_at is not None and in_at >= activity.starts_at + policy.late_after:
        return Presence.LATE
    if out_at is not None and out_at <= activity.ends_at - policy.early_before:
        return Presence.LEFT_EARLY
    return Presence.PRESENT


def stated(
    assignment: Assignment,
    result: Presence,
    *,
    in_at: datetime | None,
    out_at: datetime | None,
    method: InMethod,
    at: datetime,
    by: str | None,
) -> Assignment:
    """Return a place with one more statement about who came; the earlier ones stay (VOL-33)."""
    before = assignment.attendance
    said = (*(before.said_by if before else ()), Statement(by, result, at))
    return replace(assignment, attendance=Attendance(result, in_at, out_at, said, method, by))


def complete(activity: Activity, *, at: datetime, by: str | None) -> tuple[Activity, list[Event | Dated]]:
    """End an activity that took place; refuse while the roll call has not said of everyone whether they came.

    It took place on its day, however much later somebody says so.
    """
    if activity.state not in (ActivityState.PUBLISHED, ActivityState.RUNNING):
        raise Conflict("NOT_PUBLISHED")
    if at < activity.starts_at:
        raise Conflict("TOO_EARLY")
    outdoors.decided(activity)
    unknown = [one.id for one in activity.seated() if one.attendance is None]
    if unknown:
        raise Conflict("ROLL_CALL_INCOMPLETE", extra={"assignment_ids": unknown}, count=len(unknown))
    assignments = tuple(_ended(one, at, by) for one in activity.assignments)
    present = sum(one.state == AssignmentState.SERVED for one in assignments)
    done = replace(activity, state=LIFECYCLE.step(activity.state, ActivityState.DONE), done_at=at, assignments=assignments)
    fact = ActivityDone(
        activity_id=activity.id, program_kind=activity.kind.value, volunteers_present=present, attendee_ids=list(activity.attendee_ids)
    )
    missed = [_no_show(activity, one) for one in assignments if one.state == AssignmentState.NO_SHOW]
    return done, [Dated(fact, business_date(activity.starts_at)), *missed]


def excuse(activity: Activity, assignment_id: str) -> tuple[Activity, list[Event]]:
    """Let an absence count as excused after all, once the volunteer's answer was accepted (VOL-33)."""
    assignment = activity.assignment(assignment_id)
    if assignment.state != AssignmentState.NO_SHOW:
        return activity, []
    return activity.with_assignment(replace(assignment, state=AssignmentState.EXCUSED)), []


def _no_show(activity: Activity, assignment: Assignment) -> NoShowRecorded:
    said = assignment.attendance.said_by[-1]
    return NoShowRecorded(
        assignment_id=assignment.id,
        volunteer_id=assignment.volunteer_id,
        person_id=assignment.person_id,
        activity_id=activity.id,
        child_role=activity.need(assignment.need_id).child_role,
        recorded_by=said.who,
        recorded_at=said.at,
        missed_on=business_date(activity.starts_at),
    )


def _recorded(activity: Activity, call: Call, path: str, at: datetime, by: str | None, policy: AttendancePolicy) -> Activity:
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
    before = assignment.attendance
    came = call.result in CAME
    # What a check-in by code showed stays, unless the organiser gives another time.
    in_at = (call.in_at or (before.in_at if before else None)) if came else None
    out_at = (call.out_at or (before.out_at if before else None)) if came else None
    result = presence(activity, in_at, out_at, policy) if call.result == Presence.PRESENT else call.result
    return activity.with_assignment(stated(assignment, result, in_at=in_at, out_at=out_at, method=call.method, at=at, by=by))


def _ended(assignment: Assignment, at: datetime, by: str | None) -> Assignment:
    if assignment.state in (AssignmentState.WAITLISTED, AssignmentState.OFFERED):
        return replace(assignment, state=AssignmentState.CANCELLED, ended_at=at, ended_by=by)
    if assignment.state not in SEATED or assignment.attendance is None:
        return assignment
    return replace(assignment, state=_END.get(assignment.attendance.result, AssignmentState.SERVED))
