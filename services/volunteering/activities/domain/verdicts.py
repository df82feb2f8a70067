"""Verdicts: what speaks against a volunteer in a place, before it is taken and afterwards (VOL-10, VOL-13)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.volunteering.activities.domain.activity import Activity, ActivityState, Assignment, Flag, Need, Verdict
from services.volunteering.activities.domain.overlap import Nearness, Shift, nearness
from services.volunteering.activities.domain.quota import PopularPlace, goes_by_quota, is_used_up, place_in
from services.volunteering.rota.domain.model import RotaPolicy
from services.volunteering.volunteers.domain import (
    ADULT,
    CHILD_CLEARANCES,
    MAY_SERVE,
    ClearanceType,
    Volunteer,
    VolunteerPolicy,
    age_on,
    in_force,
    is_resting,
    is_suspended,
    lacks_insurance,
    prefers_light,
)

WELCOME = frozenset({Verdict.OK, Verdict.OVERLAP_SOFT})
"""Verdicts with which a place is taken."""
OVERRIDABLE = frozenset(
    {
        Verdict.OVERLAP_HARD,
        Verdict.TRAVEL_TIGHT,
        Verdict.SKILL,
        Verdict.HEAVY,
        Verdict.QUOTA,
        Verdict.POPULAR_QUOTA,
        Verdict.NOT_YET,
        Verdict.CLOSED,
    }
)
"""Verdicts over which a coordinator may decide with a reason; those of safety and of capacity stand (VOL-10)."""
_CLASHES = {Nearness.HARD: Verdict.OVERLAP_HARD, Nearness.TRAVEL: Verdict.TRAVEL_TIGHT, Nearness.SOFT: Verdict.OVERLAP_SOFT}


@dataclass(frozen=True)
class SignUpPolicy:
    """The community's settings of signing up and withdrawing."""

    grace: timedelta = timedelta(minutes=30)
    travel: timedelta = timedelta(minutes=20)
    late: timedelta = timedelta(hours=12)
    """From so long before the start on, only a coordinator gives a place back, and a substitute is looked for (VOL-12)."""
    answer_within: timedelta = timedelta(hours=24)
    """How long an offered place may be answered, the start at the latest."""
    substitute_within: timedelta = timedelta(hours=2)
    """How long who is asked to fill in may think about it."""
    substitutes: int = 5
    """How many are asked at once to fill in; the first one has the place."""
    confirmed_before: timedelta = timedelta(hours=24)
    """So long before the start every place is judged anew and confirmed (VOL-13)."""


@dataclass(frozen=True)
class Circumstances:
    """What is known at the moment of deciding, beside the activity and the volunteer themselves."""

    at: datetime
    today: date
    day: date
    """The business date of the service."""
    elsewhere: Sequence[Shift] = ()
    """The volunteer's shifts in other activities."""
    this_week: int = 0
    """How many of those lie in the week of the service."""
    popular: Sequence[PopularPlace] = ()
    """The popular places of this week and later that the volunteer has elsewhere (VOL-22)."""
    child_roles_open: bool = True
    """False while no-shows keep the volunteer from signing up for roles with children (VOL-33)."""
    agreed: bool = True
    """False where somebody under age says NO, or the consent of their guardian does not stand on that day (VOL-4, X-15)."""
    limited: bool = False
    """Whether an elder told outreach of limits, of which nobody here knows more (OUT-42)."""
    policy: SignUpPolicy = SignUpPolicy()
    ages: VolunteerPolicy = VolunteerPolicy()
    rota: RotaPolicy = RotaPolicy()


def judge(
    activity: Activity, need: Need, volunteer: Volunteer, known: Circumstances, overridden: frozenset[Verdict] = frozenset()
) -> Verdict:
    """Return the gravest verdict that applies and is not overridden."""
    return next(verdict for verdict in _applying(activity, need, volunteer, known) if verdict not in overridden)


def required_clearances(need: Need) -> tuple[ClearanceType, ...]:
    """Return what a role requires; one with children requires every child clearance (VOL-1)."""
    return tuple(dict.fromkeys((*need.requires, *(CHILD_CLEARANCES if need.child_role else ()))))


def standing(activity: Activity, assignment: Assignment, volunteer: Volunteer, known: Circumstances) -> Verdict:
    """Judge anew whoever has a place: not whether there is one, but whether they may still have it (VOL-13).

    What a coordinator went over once with a reason stays gone over; verdicts of safety cannot be.
    """
    need = activity.need(assignment.need_id)
    settled = OVERRIDABLE if assignment.override_reason else frozenset({Verdict.QUOTA})
    clash = _clash(activity, known)
    against = [*_of_state(volunteer, known), *_of_role(activity, need, volunteer, known), *([clash] if clash else [])]
    return next((verdict for verdict in against if verdict not in settled), Verdict.OK)


def flags(volunteer: Volunteer, known: Circumstances) -> tuple[Flag, ...]:
    """Return what a coordinator should know of somebody who gets a place all the same (VOL-4)."""
    return (Flag.NOT_INSURED,) if lacks_insurance(volunteer, known.day, known.ages, limited=known.limited) else ()


def _applying(activity: Activity, need: Need, volunteer: Volunteer, known: Circumstances) -> Iterator[Verdict]:
    yield from _of_activity(activity, known)
    yield from _of_state(volunteer, known)
    if activity.holding(volunteer.id):
        yield Verdict.ALREADY_IN
    yield from _of_role(activity, need, volunteer, known)
    clash = _clash(activity, known)
    if clash in (Verdict.OVERLAP_HARD, Verdict.TRAVEL_TIGHT):
        yield clash
    if volunteer.max_per_week is not None and known.this_week >= volunteer.max_per_week:
        yield Verdict.QUOTA
    if goes_by_quota(activity, known.at, known.rota) and is_used_up(place_in(activity), known.popular, known.rota):
        yield Verdict.POPULAR_QUOTA
    yield from _of_places(activity, need)
    if clash == Verdict.OVERLAP_SOFT:
        yield clash
    yield Verdict.OK


def _of_activity(activity: Activity, known: Circumstances) -> Iterator[Verdict]:
    if activity.state == ActivityState.CANCELLED:
        yield Verdict.CANCELLED
    if activity.state == ActivityState.DONE or known.at >= activity.ends_at:
        yield Verdict.ENDED
    if activity.state == ActivityState.DRAFT or (activity.sign_up_from is not None and known.at < activity.sign_up_from):
        yield Verdict.NOT_YET
    if activity.sign_up_until is not None and known.at >= activity.sign_up_until:
        yield Verdict.CLOSED


def _of_state(volunteer: Volunteer, known: Circumstances) -> Iterator[Verdict]:
    if is_suspended(volunteer, known.day):
        yield Verdict.SUSPENDED
    if is_resting(volunteer, known.day):
        yield Verdict.RESTING
    if volunteer.state not in MAY_SERVE:
        yield Verdict.NOT_APPROVED


def _of_role(activity: Activity, need: Need, volunteer: Volunteer, known: Circumstances) -> Iterator[Verdict]:
    age = age_on(volunteer.born_on, known.day)
    consented = age >= ADULT or (volunteer.guardian_consent_id is not None and known.agreed)
    accompanied = age >= known.ages.accompanied_below or any(
        one.person_id == volunteer.guardian_person_id for one in activity.seated() if volunteer.guardian_person_id is not None
    )
    if (need.min_age is not None and age < need.min_age) or not consented or not accompanied:
        yield Verdict.TOO_YOUNG
    if volunteer.person_id in need.excluded_person_ids:
        yield Verdict.CONFLICT_OF_INTEREST
    if need.child_role and not known.child_roles_open:
        yield Verdict.SUSPENDED
    lacking = [type for type in required_clearances(need) if not in_force(volunteer, type, known.day)]
    if any(not in_force(volunteer, type, known.today) for type in lacking):
        yield Verdict.CLEARANCE_MISSING
    if lacking:
        yield Verdict.CLEARANCE_EXPIRES_BEFORE
    if need.skill is not None and need.skill not in volunteer.skills:
        yield Verdict.SKILL
    if need.heavy and prefers_light(volunteer, known.day, known.ages, limited=known.limited):
        yield Verdict.HEAVY


def _of_places(activity: Activity, need: Need) -> Iterator[Verdict]:
    waiting = len(activity.waiting(need.id))
    # While somebody waits, a newcomer goes to the end of the line: a gap is not taken past those who stand there.
    if len(activity.seated(need.id)) >= need.max or waiting:
        yield Verdict.FULL_WAITLIST if waiting < need.waitlist_max else Verdict.FULL


def _clash(activity: Activity, known: Circumstances) -> Verdict | None:
    shift = Shift(activity.starts_at, activity.ends_at, activity.place)
    found = {nearness(shift, other, grace=known.policy.grace, travel=known.policy.travel) for other in known.elsewhere}
    return next((verdict for near, verdict in _CLASHES.items() if near in found), None)
