"""What a swap does to the places of an activity: one is REPLACED and stays in its history, another stands in its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.common.errors import Conflict
from services.common.events.base import Event
from services.common.events.volunteering import AssignmentReplaced
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
from services.volunteering.activities.domain.overlap import Shift
from services.volunteering.activities.domain.quota import place_in
from services.volunteering.activities.domain.sign_up import signed_up
from services.volunteering.activities.domain.verdicts import Circumstances, flags, judge
from services.volunteering.volunteers.domain import Volunteer


def verdict_on(activity: Activity, given: str, volunteer: Volunteer, known: Circumstances, frees: Activity | None = None) -> str:
    """Say whether a volunteer may have a place that another gives, as if the place were free and their own shift given too."""
    place = activity.assignment(given)
    if place.state not in UPCOMING or activity.state != ActivityState.PUBLISHED:
        return "NOT_SWAPPABLE"
    return judge(_freed(activity, given, volunteer, frees), activity.need(place.need_id), volunteer, _relieved(known, frees)).value


def handed_over(
    activity: Activity, given: str, volunteer: Volunteer, *, id: str, known: Circumstances, frees: Activity | None = None, by: str | None
) -> tuple[Activity, list[Event]]:
    """Give a place to another volunteer in one step, so that at no moment two have it or nobody; judged anew (VOL-13)."""
    verdict = verdict_on(activity, given, volunteer, known, frees)
    if verdict not in ("OK", "OVERLAP_SOFT"):
        raise Conflict(verdict)
    old = activity.assignment(given)
    new = Assignment(
        id=id,
        need_id=old.need_id,
        volunteer_id=volunteer.id,
        person_id=volunteer.person_id,
        state=ASSIGNMENTS.step(NEW, AssignmentState.ACCEPTED),
        verdict=Verdict(verdict),
        source=Source.SUBSTITUTE,
        signed_up_at=known.at,
        signed_up_by=by,
        replaces=old.id,
        flags=flags(volunteer, known),
    )
    left = replace(
        old, state=ASSIGNMENTS.step(old.state, AssignmentState.REPLACED), replaced_by=id, ended_at=known.at, ended_by=by, at_risk=None
    )
    changed = activity.with_assignment(left)
    changed = replace(changed, assignments=(*changed.assignments, new))
    return changed, [_replaced(activity, old, id), signed_up(changed, new)]


def handed_back(activity: Activity, new: str, old: str, *, id: str, at: datetime, by: str | None) -> tuple[Activity, list[Event]]:
    """Give a place back to who had it, where the other half of an exchange could not follow; whoever had it may have it."""
    first, interim = activity.assignment(old), activity.assignment(new)
    again = replace(
        first, id=id, state=ASSIGNMENTS.step(NEW, AssignmentState.ACCEPTED), signed_up_at=at, replaces=new, replaced_by=None, ended_at=None, ended_by=None
    )
    left = replace(interim, state=ASSIGNMENTS.step(interim.state, AssignmentState.REPLACED), replaced_by=id, ended_at=at, ended_by=by)
    changed = activity.with_assignment(left)
    changed = replace(changed, assignments=(*changed.assignments, again))
    return changed, [_replaced(activity, interim, id), signed_up(changed, again)]


def _replaced(activity: Activity, old: Assignment, by_assignment: str) -> AssignmentReplaced:
    return AssignmentReplaced(
        assignment_id=old.id,
        replaced_by=by_assignment,
        volunteer_id=old.volunteer_id,
        person_id=old.person_id,
        activity_id=activity.id,
        need_id=old.need_id,
    )


def _freed(activity: Activity, given: str, volunteer: Volunteer, frees: Activity | None) -> Activity:
    """Return the activity without the place that is given, without the line, and without the other's own place where they give it here."""

    def stays(one: Assignment) -> bool:
        own = frees is not None and frees.id == activity.id and one.volunteer_id == volunteer.id
        return one.id != given and one.state != AssignmentState.WAITLISTED and not own

    # When volunteers sign up by themselves does not bind a swap of places that were taken.
    return replace(
        activity, assignments=tuple(one for one in activity.assignments if stays(one)), sign_up_from=None, sign_up_until=None
    )


def _relieved(known: Circumstances, frees: Activity | None) -> Circumstances:
    """Return what is known of a volunteer without the shift that they give themselves."""
    if frees is None:
        return known
    own, popular = Shift(frees.starts_at, frees.ends_at, frees.place), list(known.popular)
    if frees.popular and place_in(frees) in popular:
        popular.remove(place_in(frees))
    known = replace(known, popular=popular)
    if own not in known.elsewhere:
        return known
    elsewhere = list(known.elsewhere)
    elsewhere.remove(own)
    return replace(known, elsewhere=elsewhere, this_week=max(0, known.this_week - 1))
