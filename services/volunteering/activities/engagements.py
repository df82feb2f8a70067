"""What else a volunteer does at the time of a shift, and the claim by which two sign-ups of one volunteer meet."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.common.calendar import business_date, local
from services.common.store import Cause, Stored
from services.volunteering.activities.domain.activity import Activity
from services.volunteering.activities.domain.overlap import Shift
from services.volunteering.activities.domain.sign_up import Circumstances, SignUpPolicy
from services.volunteering.activities.storage import Activities
from services.volunteering.volunteers.domain import Claim, ClaimKind, Volunteer
from services.volunteering.volunteers.storage import Volunteers


class Engagements:
    """The times of volunteers across all activities."""

    def __init__(self, volunteers: Volunteers, activities: Activities):
        self._volunteers, self._activities = volunteers, activities

    def around(self, volunteer: Volunteer, activity: Activity, assignment_id: str, now: datetime, policy: SignUpPolicy) -> Circumstances:
        """Return what decides on a sign-up; the volunteer must have been read before, or a claim could slip between."""
        day = business_date(activity.starts_at)
        monday = local(day - timedelta(days=day.weekday()))
        week = (monday, monday + timedelta(days=7))
        since, until = min(week[0], activity.starts_at - policy.travel), max(week[1], activity.ends_at + policy.travel)
        # In this order: a claim that lands between the two looks is seen by the second one.
        claims = self._volunteers.in_flight(volunteer, ClaimKind.PLACE, assignment_id, self._has_landed, now)
        others = [one.state for one in self._activities.of_volunteer(volunteer.id, since, until, without=activity.id)]
        return Circumstances(
            at=now,
            today=business_date(now),
            day=day,
            elsewhere=[Shift(one.starts_at, one.ends_at, one.place) for one in (*others, *claims)],
            this_week=sum(week[0] <= one.starts_at < week[1] for one in (*others, *claims)),
            policy=policy,
        )

    def claim(self, volunteer: Stored[Volunteer], activity: Activity, assignment_id: str, now: datetime, cause: Cause) -> None:
        """Claim the time of a place before it is written."""
        span = (activity.starts_at, activity.ends_at, activity.place)
        self._volunteers.claim(volunteer, Claim(assignment_id, ClaimKind.PLACE, activity.id, *span, now), cause)

    def _has_landed(self, claim: Claim) -> bool:
        return self._activities.has_decided(claim.target_id, claim.id)
