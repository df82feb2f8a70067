"""What else a volunteer does at the time of a shift."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.common.calendar import business_date, local
from services.volunteering.activities.domain.activity import Activity
from services.volunteering.activities.domain.overlap import Shift
from services.volunteering.activities.domain.verdicts import Circumstances, SignUpPolicy
from services.volunteering.activities.storage import Activities
from services.volunteering.volunteers.calendars import Calendar, Claim, ClaimKind
from services.volunteering.volunteers.domain import VolunteerPolicy


def circumstances(
    activities: Activities,
    calendar: Calendar,
    activity: Activity,
    assignment_id: str,
    now: datetime,
    policy: SignUpPolicy,
    ages: VolunteerPolicy,
) -> Circumstances:
    """Return what decides on a sign-up: the places that the volunteer has elsewhere, or is about to take (VOL-10)."""
    day = business_date(activity.starts_at)
    monday = local(day - timedelta(days=day.weekday()))
    sunday = monday + timedelta(days=7)
    since, until = min(monday, activity.starts_at - policy.travel), max(sunday, activity.ends_at + policy.travel)
    # In this order: a claim that lands between the two looks is seen by the second one.
    claims = [claim for claim in calendar.young(now) if _in_flight(activities, claim, assignment_id)]
    others = [one.state for one in activities.of_volunteer(calendar.id, since, until, without=activity.id)]
    return Circumstances(
        at=now,
        today=business_date(now),
        day=day,
        elsewhere=[Shift(one.starts_at, one.ends_at, one.place) for one in (*others, *claims)],
        this_week=sum(monday <= one.starts_at < sunday for one in (*others, *claims)),
        policy=policy,
        ages=ages,
    )


def claim_for(activity: Activity, assignment_id: str, now: datetime) -> Claim:
    """Return the claim of a place's time, to be put down before the place is written."""
    return Claim(assignment_id, ClaimKind.PLACE, activity.id, activity.starts_at, activity.ends_at, activity.place, now)


def _in_flight(activities: Activities, claim: Claim, own: str) -> bool:
    return claim.kind == ClaimKind.PLACE and claim.id != own and not activities.has_decided(claim.target_id, claim.id)
