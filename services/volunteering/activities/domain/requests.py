"""Requests of other services for volunteers: each becomes one activity with a need (OUT-50)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.common.errors import Refusal
from services.common.events.base import Event
from services.common.events.volunteering import ActivityMoved
from services.volunteering.activities.domain import planning
from services.volunteering.activities.domain.activity import Activity, ActivityKind, ActivityState, Need

OPEN = (ActivityState.DRAFT, ActivityState.PUBLISHED)
LINE = 10
"""How many may wait for a place with a joint activity."""
TITLE, PLACE, ROLE = "联合活动志愿服务", "见联合活动安排", "志愿者"
"""What the activity is called until its coordinator knows better; the words of the joint activity stay in outreach."""


def requested(*, id: str, need_id: str, origin_id: str, kind: str, starts_at: datetime, ends_at: datetime, people: int, at: datetime) -> tuple[Activity, list[Event]]:
    """Plan and open an activity for a joint one; it waits for a coordinator."""
    known = set(ActivityKind)
    activity_kind = ActivityKind(kind) if kind in known else ActivityKind.OTHER
    activity, _ = planning.plan(
        id=id,
        kind=activity_kind,
        title=TITLE,
        place=PLACE,
        starts_at=starts_at,
        ends_at=ends_at,
        needs=[Need(need_id, ROLE, *_bounds(activity_kind, people), waitlist_max=LINE)],
        origin_id=origin_id,
        at=at,
        by=None,
    )
    try:
        return planning.publish(activity, at=at, by=None)
    except Refusal:
        # It was asked for too late to be opened; the coordinator sees it as a draft.
        return activity, []


def changed(activity: Activity, *, people: int, starts_at: datetime, ends_at: datetime, at: datetime) -> tuple[Activity, list[Event]]:
    """Bring the activity to what is needed now; 0 people call it off, another time has every place judged anew (VOL-13)."""
    if activity.state not in OPEN:
        return activity, []
    if people == 0:
        return planning.cancel(activity, reason=TITLE, at=at, by=None)
    need = activity.needs[0]
    low, high = _bounds(activity.kind, people)
    needs = (replace(need, min=low, max=high), *activity.needs[1:])
    return moved(replace(activity, needs=needs), starts_at=starts_at, ends_at=ends_at)


def moved(activity: Activity, *, starts_at: datetime, ends_at: datetime) -> tuple[Activity, list[Event]]:
    """Bring the activity to its new time."""
    if activity.state not in OPEN or (activity.starts_at, activity.ends_at) == (starts_at, ends_at):
        return activity, []
    later = replace(activity, starts_at=starts_at, ends_at=ends_at, checked=())
    if activity.state == ActivityState.DRAFT:
        return later, []
    return later, [ActivityMoved(activity_id=activity.id, program_kind=activity.kind.value, starts_at=starts_at, ends_at=ends_at)]


def _bounds(kind: ActivityKind, people: int) -> tuple[int, int]:
    few = planning.CLEANUP_MINIMUM if kind == ActivityKind.CLEANUP else 1
    return max(people, few), max(people, few)
