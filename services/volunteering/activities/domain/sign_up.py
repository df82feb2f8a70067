"""Signing up and withdrawing: who gets a place, and why not (VOL-10 to VOL-12)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from services.common.errors import Conflict, Forbidden
from services.common.events.base import Event
from services.common.events.volunteering import VolunteerSignedUp, VolunteerWithdrew
from services.volunteering.activities.domain.activity import (
    Activity,
    ActivityState,
    Assignment,
    AssignmentState,
    Need,
    Source,
    Verdict,
)
from services.volunteering.activities.domain.overlap import Nearness, Shift, nearness
from services.volunteering.volunteers.domain import (
    ADULT,
    CHILD_CLEARANCES,
    MAY_SERVE,
    ClearanceType,
    Volunteer,
    VolunteerState,
    age_on,
    in_force,
)

WELCOME = frozenset({Verdict.OK, Verdict.OVERLAP_SOFT})
"""Verdicts with which a place is taken."""
PAUSED = frozenset({VolunteerState.SUSPENDED, VolunteerState.RESTING})
"""States in which an approved volunteer serves not for now; whoever signs them up is not told why (VOL-3)."""
OVERRIDABLE = frozenset({Verdict.OVERLAP_HARD, Verdict.TRAVEL_TIGHT, Verdict.SKILL, Verdict.QUOTA, Verdict.NOT_YET, Verdict.CLOSED})
"""Verdicts over which a coordinator may decide with a reason; those of safety and of capacity stand (VOL-10)."""
_CLASHES = {Nearness.HARD: Verdict.OVERLAP_HARD, Nearness.TRAVEL: Verdict.TRAVEL_TIGHT, Nearness.SOFT: Verdict.OVERLAP_SOFT}


@dataclass(frozen=True)
class SignUpPolicy:
    """The community's settings of signing up and withdrawing."""

    grace: timedelta = timedelta(minutes=30)
    travel: timedelta = timedelta(minutes=20)
    late: timedelta = timedelta(hours=12)
    """From so long before the start on, only a coordinator gives a place back (VOL-12)."""


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
    child_roles_open: bool = True
    """False while no-shows keep the volunteer from signing up for roles with children (VOL-33)."""
    policy: SignUpPolicy = SignUpPolicy()


def judge(
    activity: Activity, need: Need, volunteer: Volunteer, known: Circumstances, overridden: frozenset[Verdict] = frozenset()
) -> Verdict:
    """Return the gravest verdict that applies and is not overridden."""
    return next(verdict for verdict in _applying(activity, need, volunteer, known) if verdict not in overridden)


def required_clearances(need: Need) -> tuple[ClearanceType, ...]:
    """Return what a role requires; one with children requires every child clearance (VOL-1)."""
    return tuple(dict.fromkeys((*need.requires, *(CHILD_CLEARANCES if need.child_role else ()))))


def sign_up(
    activity: Activity,
    volunteer: Volunteer,
    *,
    id: str,
    need_id: str,
    known: Circumstances,
    source: Source = Source.COORDINATOR,
    override_reason: str | None = None,
    is_coordinator: bool = False,
    by: str | None,
) -> tuple[Activity, list[Event]]:
    """Give a volunteer a place or a place in line, or refuse with the verdict (VOL-10, VOL-11)."""
    need = activity.need(need_id)
    if override_reason and not is_coordinator:
        raise Forbidden("OVERRIDE_NEEDS_COORDINATOR")
    strict = judge(activity, need, volunteer, known)
    # A draft has no place to give, whoever asks.
    overridden = OVERRIDABLE if override_reason and activity.state != ActivityState.DRAFT else frozenset()
    verdict = judge(activity, need, volunteer, known, overridden)
    if verdict == Verdict.ALREADY_IN:
        held = activity.holding(volunteer.id)
        raise Conflict(verdict.value, extra={"assignment_id": held.id if held else None})
    if verdict not in WELCOME | {Verdict.FULL_WAITLIST}:
        raise Conflict(verdict.value)
    waits = verdict == Verdict.FULL_WAITLIST
    assignment = Assignment(
        id=id,
        need_id=need_id,
        volunteer_id=volunteer.id,
        person_id=volunteer.person_id,
        state=AssignmentState.WAITLISTED if waits else AssignmentState.ACCEPTED,
        verdict=verdict if waits else strict,
        source=source,
        signed_up_at=known.at,
        signed_up_by=by,
        override_reason=override_reason if strict != verdict else None,
    )
    signed = replace(activity, assignments=(*activity.assignments, assignment))
    return signed, [_signed_up(signed, assignment)]


def seat(
    activity: Activity, assignment_id: str, volunteer: Volunteer, *, known: Circumstances, by: str | None
) -> tuple[Activity, list[Event]]:
    """Give a free place to somebody who waits; whatever may have changed since they came into line is judged anew (VOL-12)."""
    assignment = activity.assignment(assignment_id)
    if assignment.state != AssignmentState.WAITLISTED:
        raise Conflict("NOT_WAITING")
    need = activity.need(assignment.need_id)
    others = replace(
        activity,
        assignments=tuple(one for one in activity.assignments if one.need_id != need.id or one.state != AssignmentState.WAITLISTED),
    )
    verdict = judge(others, need, volunteer, known)
    if verdict == Verdict.FULL_WAITLIST:
        verdict = Verdict.FULL
    if verdict not in WELCOME:
        raise Conflict(verdict.value)
    seated = replace(assignment, state=AssignmentState.ACCEPTED, verdict=verdict)
    changed = activity.with_assignment(seated)
    return changed, [_signed_up(changed, seated)]


def withdraw(
    activity: Activity,
    assignment_id: str,
    *,
    at: datetime,
    by: str | None,
    is_coordinator: bool = False,
    policy: SignUpPolicy = SignUpPolicy(),
) -> tuple[Activity, list[Event]]:
    """Give a place back: the gap is open at once, and nobody in line is moved without being asked (VOL-12)."""
    assignment = activity.assignment(assignment_id)
    if assignment.state == AssignmentState.WITHDRAWN:
        return activity, []
    if assignment.state not in (AssignmentState.ACCEPTED, AssignmentState.WAITLISTED) or activity.state != ActivityState.PUBLISHED:
        raise Conflict("NOT_WITHDRAWABLE")
    seated = assignment.state == AssignmentState.ACCEPTED
    if seated and at > activity.starts_at - policy.late and not is_coordinator:
        raise Forbidden("LATE_WITHDRAWAL_NEEDS_COORDINATOR", hours=int(policy.late / timedelta(hours=1)))
    changed = activity.with_assignment(replace(assignment, state=AssignmentState.WITHDRAWN, ended_at=at, ended_by=by))
    fact = VolunteerWithdrew(
        assignment_id=assignment.id,
        volunteer_id=assignment.volunteer_id,
        person_id=assignment.person_id,
        activity_id=activity.id,
        need_id=assignment.need_id,
    )
    return changed, [fact]


def _applying(activity: Activity, need: Need, volunteer: Volunteer, known: Circumstances) -> Iterator[Verdict]:
    yield from _of_activity(activity, known)
    yield from _of_volunteer(activity, volunteer, known)
    yield from _of_role(need, volunteer, known)
    clash = _clash(activity, known)
    if clash in (Verdict.OVERLAP_HARD, Verdict.TRAVEL_TIGHT):
        yield clash
    if volunteer.max_per_week is not None and known.this_week >= volunteer.max_per_week:
        yield Verdict.QUOTA
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


def _of_volunteer(activity: Activity, volunteer: Volunteer, known: Circumstances) -> Iterator[Verdict]:
    if volunteer.state in PAUSED or any(pause.covers(known.day) for pause in volunteer.pauses):
        yield Verdict.SUSPENDED
    if volunteer.state not in MAY_SERVE:
        yield Verdict.NOT_APPROVED
    if activity.holding(volunteer.id):
        yield Verdict.ALREADY_IN


def _of_role(need: Need, volunteer: Volunteer, known: Circumstances) -> Iterator[Verdict]:
    age = age_on(volunteer.born_on, known.day)
    if (need.min_age is not None and age < need.min_age) or (age < ADULT and volunteer.guardian_consent_id is None):
        yield Verdict.TOO_YOUNG
    if need.child_role and not known.child_roles_open:
        yield Verdict.SUSPENDED
    lacking = [type for type in required_clearances(need) if not in_force(volunteer, type, known.day)]
    if any(not in_force(volunteer, type, known.today) for type in lacking):
        yield Verdict.CLEARANCE_MISSING
    if lacking:
        yield Verdict.CLEARANCE_EXPIRES_BEFORE
    if need.skill is not None and need.skill not in volunteer.skills:
        yield Verdict.SKILL


def _of_places(activity: Activity, need: Need) -> Iterator[Verdict]:
    waiting = len(activity.waiting(need.id))
    # While somebody waits, a newcomer goes to the end of the line: a gap is not taken past those who stand there.
    if len(activity.seated(need.id)) >= need.max or waiting:
        yield Verdict.FULL_WAITLIST if waiting < need.waitlist_max else Verdict.FULL


def _clash(activity: Activity, known: Circumstances) -> Verdict | None:
    shift = Shift(activity.starts_at, activity.ends_at, activity.place)
    found = {nearness(shift, other, grace=known.policy.grace, travel=known.policy.travel) for other in known.elsewhere}
    return next((verdict for near, verdict in _CLASHES.items() if near in found), None)


def _signed_up(activity: Activity, assignment: Assignment) -> VolunteerSignedUp:
    return VolunteerSignedUp(
        assignment_id=assignment.id,
        volunteer_id=assignment.volunteer_id,
        person_id=assignment.person_id,
        activity_id=activity.id,
        need_id=assignment.need_id,
        program_kind=activity.kind.value,
        source=assignment.source.value,
        verdict=assignment.verdict.value,
        waitlist_pos=activity.waitlist_pos(assignment),
        child_role=activity.need(assignment.need_id).child_role,
    )
