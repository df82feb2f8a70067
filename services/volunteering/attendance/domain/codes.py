"""The code on the organiser's screen: it follows from a keyed hash of the activity and the minute, so nobody brings one along."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.common.codes import Digest, code_of, is_same
from services.common.errors import Conflict
from services.common.events.base import Event
from services.volunteering.activities.domain.activity import CAME, Activity, AssignmentState, InMethod
from services.volunteering.activities.domain.attendance import AttendancePolicy, begun, presence, running, stated


@dataclass(frozen=True)
class AttendanceCode:
    """The code of one activity for one span of time."""

    activity_id: str
    code: str
    valid_from: datetime
    valid_until: datetime


def code_at(digest: Digest, activity: Activity, at: datetime, policy: AttendancePolicy) -> AttendanceCode:
    """Return the code that is to be shown now; there is none before the doors open or after the end."""
    begun(activity, at)
    return AttendanceCode(activity.id, *code_of(digest, "attendance code", activity.id, at, policy.code_every))


def check_in(
    activity: Activity, *, volunteer_id: str, code: str, leaving: bool, digest: Digest, at: datetime, policy: AttendancePolicy
) -> tuple[Activity, list[Event]]:
    """Take the word of a listed volunteer who shows the code of this very minute; the times decide what they are told (VOL-33)."""
    shown = code_at(digest, activity, at, policy)
    # The code comes first: who is not in the room learns nothing about who is on the list.
    if not is_same(code, shown.code):
        raise Conflict("CODE_NOT_VALID")
    place = activity.holding(volunteer_id)
    if place is None or place.state in (AssignmentState.WAITLISTED, AssignmentState.NO_SHOW, AssignmentState.EXCUSED):
        raise Conflict("NOT_LISTED")
    before = place.attendance
    came = before is not None and before.result in CAME
    if leaving and not came:
        raise Conflict("NOT_CHECKED_IN")
    in_at = before.in_at if came and before.in_at else at
    out_at = at if leaving else None
    if came and not leaving and before.in_at is not None:
        # A second look at the screen changes nothing; the answer says since when they are here.
        return replace(activity, last_check_in=place.id), []
    if leaving and before.in_at is None:
        in_at = activity.starts_at
    result = presence(activity, in_at, out_at, policy)
    changed = stated(place, result, in_at=in_at, out_at=max(out_at, in_at + timedelta(minutes=1)) if out_at else None, method=InMethod.CODE, at=at, by=volunteer_id)
    return replace(running(activity.with_assignment(changed)), last_check_in=place.id), []
