"""Planning an activity, opening it, changing its places, calling it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.volunteering import ActivityCancelled, ActivityPublished, NeedPublished
from services.common.states import NEW
from services.volunteering.activities.domain.activity import (
    LIFECYCLE,
    LIVE,
    Activity,
    ActivityKind,
    ActivityState,
    AssignmentState,
    Need,
    Tools,
)

CLEANUP_MINIMUM = 2
"""Nobody cleans up outdoors alone (VOL-43)."""


def plan(
    *,
    id: str,
    kind: ActivityKind,
    title: str,
    place: str,
    starts_at: datetime,
    ends_at: datetime,
    needs: Sequence[Need] = (),
    organiser: str | None = None,
    partners: Sequence[str] = (),
    audience: str | None = None,
    sign_up_from: datetime | None = None,
    sign_up_until: datetime | None = None,
    program_id: str | None = None,
    coordinator_id: str | None = None,
    outdoor: bool = False,
    popular: bool = False,
    tools: Sequence[Tools] = (),
    origin_id: str | None = None,
    at: datetime,
    by: str | None,
) -> tuple[Activity, list[Event]]:
    """Plan an activity; nobody sees it until it is published."""
    if ends_at <= starts_at:
        raise Invalid.field("ends_at", "BEFORE_START")
    if sign_up_until is not None and sign_up_until > ends_at:
        raise Invalid.field("sign_up_until", "AFTER_END")
    for number, need in enumerate(needs):
        _checked(need.min, need.max, f"needs.{number}.")
    if kind == ActivityKind.HOLIDAY_CLASS:
        # Whoever helps there is among children, whatever the role is called (VOL-1).
        needs = [replace(need, child_role=True) for need in needs]
    activity = Activity(
        id=id,
        kind=kind,
        title=title.strip(),
        place=place.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        state=LIFECYCLE.step(NEW, ActivityState.DRAFT),
        needs=tuple(needs),
        organiser=organiser,
        partners=tuple(partners),
        audience=audience,
        sign_up_from=sign_up_from,
        sign_up_until=sign_up_until,
        created_by=by,
        program_id=program_id,
        coordinator_id=coordinator_id or by,
        # Cleaning up the neighbourhood is outdoor work.
        outdoor=outdoor or kind == ActivityKind.CLEANUP,
        popular=popular,
        tools=tuple(tools),
        origin_id=origin_id,
    )
    return activity, []


def publish(activity: Activity, *, at: datetime, by: str | None) -> tuple[Activity, list[Event]]:
    """Open an activity for sign-up; a clean-up asks for at least two (VOL-43)."""
    if activity.state != ActivityState.DRAFT:
        raise Conflict("NOT_DRAFT")
    if at >= activity.ends_at:
        raise Conflict("ENDED")
    _enough_for_cleanup(activity)
    needs = [NeedPublished(need_id=need.id, min=need.min, max=need.max) for need in activity.needs]
    fact = ActivityPublished(
        activity_id=activity.id, program_kind=activity.kind.value, starts_at=activity.starts_at, ends_at=activity.ends_at, needs=needs
    )
    return replace(activity, state=LIFECYCLE.step(activity.state, ActivityState.PUBLISHED), published_at=at), [fact]


def resize(activity: Activity, need_id: str, *, min: int, max: int, waitlist_max: int) -> tuple[Activity, list[Event]]:
    """Change how many places a need has; nobody is ejected, a need with more people than places shows as overfull (VOL-11)."""
    if activity.state not in (ActivityState.DRAFT, ActivityState.PUBLISHED):
        raise Conflict("NOT_OPEN_FOR_CHANGE")
    _checked(min, max, "")
    changed = replace(activity.need(need_id), min=min, max=max, waitlist_max=waitlist_max)
    resized = replace(activity, needs=tuple(changed if need.id == need_id else need for need in activity.needs))
    if activity.state == ActivityState.PUBLISHED:
        _enough_for_cleanup(resized)
    return resized, []


def mark_popular(activity: Activity, *, popular: bool, at: datetime, by: str | None) -> tuple[Activity, list[Event]]:
    """Let the places of an activity go round by quota, or no more; who has one keeps it (VOL-22)."""
    if activity.state not in (ActivityState.DRAFT, ActivityState.PUBLISHED):
        raise Conflict("NOT_OPEN_FOR_CHANGE")
    return replace(activity, popular=popular), []


def cancel(activity: Activity, *, reason: str, at: datetime, by: str | None) -> tuple[Activity, list[Event]]:
    """Call an activity off, and with it every place."""
    if activity.state in (ActivityState.DONE, ActivityState.CANCELLED):
        raise Conflict("ALREADY_OVER")
    assignments = tuple(
        replace(one, state=AssignmentState.CANCELLED, ended_at=at, ended_by=by) if one.state in LIVE else one
        for one in activity.assignments
    )
    cancelled = replace(activity, state=LIFECYCLE.step(activity.state, ActivityState.CANCELLED), cancel_reason=reason, assignments=assignments)
    return cancelled, [ActivityCancelled(activity_id=activity.id, program_kind=activity.kind.value, reason=CANCELLED_BY_ORGANISER)]


def take_over(activity: Activity, *, coordinator_id: str, at: datetime, by: str | None) -> tuple[Activity, list[Event]]:
    """Let somebody answer for an activity."""
    if activity.state in (ActivityState.DONE, ActivityState.CANCELLED):
        raise Conflict("ALREADY_OVER")
    return replace(activity, coordinator_id=coordinator_id), []


CANCELLED_BY_ORGANISER = "ORGANISER"
"""The reason's code in the fact; the words stay in the activity, for they may name somebody (X-18)."""


def _enough_for_cleanup(activity: Activity) -> None:
    if activity.kind == ActivityKind.CLEANUP and sum(need.min for need in activity.needs) < CLEANUP_MINIMUM:
        raise Conflict("TOO_FEW_FOR_CLEANUP", minimum=CLEANUP_MINIMUM)


def _checked(min: int, max: int, path: str) -> None:
    if max < 1:
        raise Invalid.field(f"{path}max", "TOO_SMALL", min=1)
    if not 0 <= min <= max:
        raise Invalid.field(f"{path}min", "MIN_ABOVE_MAX")
