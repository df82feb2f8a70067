"""What else a volunteer does at the time of a shift."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from services.common.calendar import business_date, local
from services.common.consent_copies import EVERYBODY, ConsentCopies
from services.common.consents import Purpose, in_force, is_no
from services.common.hands import Hands
from services.volunteering.activities.domain.activity import Activity
from services.volunteering.activities.domain.overlap import Shift
from services.volunteering.activities.domain.quota import PopularPlace, goes_by_quota, place_in, program_of, week_of
from services.volunteering.activities.domain.verdicts import Circumstances, SignUpPolicy
from services.volunteering.activities.storage import Activities
from services.volunteering.attendance.storage import Reliabilities
from services.volunteering.pledges.limits import LimitsTold
from services.volunteering.rota.domain.model import RotaPolicy
from services.volunteering.volunteers.calendars import Calendar, Claim, ClaimKind
from services.volunteering.volunteers.domain import ADULT, Volunteer, VolunteerPolicy, age_on


def circumstances(
    activities: Activities,
    calendar: Calendar,
    activity: Activity,
    assignment_id: str,
    now: datetime,
    policy: SignUpPolicy,
    ages: VolunteerPolicy,
    rota: RotaPolicy,
) -> Circumstances:
    """Return what decides on a sign-up: the places that the volunteer has elsewhere, or is about to take (VOL-10, VOL-22)."""
    monday = local(week_of(activity.starts_at))
    sunday = monday + timedelta(days=7)
    since, until = min(monday, activity.starts_at - policy.travel), max(sunday, activity.ends_at + policy.travel)
    # In this order: a claim that lands between the two looks is seen by the second one.
    claims = [claim for claim in calendar.young(now) if _in_flight(activities, claim, assignment_id)]
    others = [one.state for one in activities.of_volunteer(calendar.id, since, until, without=activity.id)]
    popular: dict[str, PopularPlace] = {}
    if goes_by_quota(activity, now, rota):
        popular |= {one.target_id: PopularPlace(one.popular_in, one.starts_at) for one in claims if one.popular_in is not None}
        popular |= {one.id: place_in(one.state) for one in activities.popular_of(calendar.id, local(week_of(now)), without=activity.id)}
    return Circumstances(
        at=now,
        today=business_date(now),
        day=business_date(activity.starts_at),
        elsewhere=[Shift(one.starts_at, one.ends_at, one.place) for one in (*others, *claims)],
        this_week=sum(monday <= one.starts_at < sunday for one in (*others, *claims)),
        popular=tuple(popular.values()),
        policy=policy,
        ages=ages,
        rota=rota,
    )


def restricted(hands: Hands, volunteer: Volunteer, known: Circumstances) -> Circumstances:
    """Return the circumstances with all that others have said about a volunteer: no-shows, a NO of their own or of a guardian, limits."""
    return replace(
        known,
        child_roles_open=hands.storage(Reliabilities).may_mind(volunteer.id, known.today),
        agreed=is_agreed(hands, volunteer, known.day),
        limited=hands.storage(LimitsTold).is_limited(volunteer.person_id),
    )


def is_agreed(hands: Hands, volunteer: Volunteer, day: date) -> bool:
    """Say whether nobody forbids a volunteer under age to serve: the guardian's consent stands, and there is no NO (VOL-4, X-15).

    A consent on paper that the register knows nothing of is taken at the coordinator's word.
    """
    if age_on(volunteer.born_on, day) >= ADULT:
        return True
    consents = hands.storage(ConsentCopies)
    given = consents.find_one({"_id": volunteer.guardian_consent_id}, EVERYBODY) if volunteer.guardian_consent_id else None
    if given and (is_no(given.state.state, given.state.assent) or not in_force(given.state, day)):
        return False
    return not consents.refused([volunteer.person_id], Purpose.CHILD_ACTIVITY, day)


def claim_for(activity: Activity, assignment_id: str, now: datetime) -> Claim:
    """Return the claim of a place's time, to be put down before the place is written."""
    popular_in = program_of(activity) if activity.popular else None
    return Claim(assignment_id, ClaimKind.PLACE, activity.id, activity.starts_at, activity.ends_at, activity.place, now, popular_in)


def _in_flight(activities: Activities, claim: Claim, own: str) -> bool:
    return claim.kind == ClaimKind.PLACE and claim.id != own and not activities.has_decided(claim.target_id, claim.id)
