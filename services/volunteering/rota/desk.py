"""The rota's desk: gathers what a rota is made from, computes it, and takes the places of a published one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from services.common.calendar import business_date, local
from services.common.errors import Refusal
from services.common.hands import Hands
from services.common.ids import id_from
from services.common.store import Cause, Stored
from services.common.workdays import WorkCalendar
from services.volunteering.activities.domain import planning, quota, sign_up
from services.volunteering.activities.domain.activity import Activity, ActivityKind, ActivityState, AssignmentState, Need, Source, Verdict
from services.volunteering.activities.domain.verdicts import Circumstances, SignUpPolicy, judge, required_clearances
from services.volunteering.activities.engagements import circumstances, claim_for, is_agreed, restricted
from services.volunteering.activities.storage import Activities
from services.volunteering.rota import optimal
from services.volunteering.rota.domain import greedy, weights
from services.volunteering.rota.domain.model import Blocked, Engagement, Helper, Rota, RotaInputs, RotaPolicy, Slot, Solver
from services.volunteering.rota.domain.plan import Placement, RotaPlan
from services.volunteering.rota.domain.shares import RotaWish
from services.volunteering.rota.storage import COMMUNITY, RotaWishes
from services.volunteering.volunteers.domain import MAY_SERVE, Availability, Volunteer, VolunteerPolicy, decided
from services.volunteering.volunteers.storage import Calendars, Volunteers

FEW = 100
DAY = timedelta(days=1)
GONE = (AssignmentState.NO_SHOW, AssignmentState.EXCUSED)
NOT_AGAINST = (Verdict.OK, Verdict.FULL, Verdict.FULL_WAITLIST, Verdict.ALREADY_IN)
"""Verdicts that say nothing against somebody whom the rota itself weighs."""


def solve(inputs: RotaInputs) -> Rota:
    """Return the rota of these inputs, by the solver that their policy names."""
    return optimal.solve(inputs) if inputs.policy.solver == Solver.CP_SAT else greedy.solve(inputs)


class RotaDesk:
    """What the rota needs of the rest of the service."""

    def __init__(self, hands: Hands):
        self._hands = hands
        self._activities, self._volunteers = hands.storage(Activities), hands.storage(Volunteers)
        self._calendars, self._wishes = hands.storage(Calendars), hands.storage(RotaWishes)
        self._policy, self._workdays = hands.policy(RotaPolicy), hands.policy(WorkCalendar)
        self._ages = hands.policy(VolunteerPolicy)

    def mark_popular(self, plan: RotaPlan, now: datetime, cause: Cause) -> None:
        """Let the places that a plan calls popular go round by quota, in the rota and for whoever signs up by themselves (VOL-22)."""
        for id in plan.popular_activity_ids:
            stored = self._activities.find_one({"_id": id}, COMMUNITY)
            if stored and not stored.state.popular and stored.state.state in (ActivityState.DRAFT, ActivityState.PUBLISHED):
                self._activities.save(stored, *planning.mark_popular(stored.state, popular=True, at=now, by=plan.created_by), cause.part(id))

    def inputs(self, plan: RotaPlan, now: datetime) -> RotaInputs:
        """Gather everything from which the rota of a plan follows, as it is on record now."""
        policy = replace(self._policy, solver=plan.solver)
        begin, end = local(plan.since), local(plan.until + DAY)
        near = {"starts_at": {"$gte": begin - timedelta(weeks=policy.weeks), "$lt": end + 7 * DAY}}
        activities = [one.state for one in self._activities.each(near, COMMUNITY, FEW)]
        engaged: dict[str, list[Engagement]] = defaultdict(list)
        load: dict[str, float] = defaultdict(float)
        served: dict[str, int] = defaultdict(int)
        for activity in activities:
            for place in activity.seated():
                if activity.state == ActivityState.CANCELLED or place.state in GONE:
                    continue
                served[place.volunteer_id] += place.state == AssignmentState.SERVED
                engaged[place.volunteer_id].append(_engagement(activity, now))
                if activity.starts_at < end:
                    load[place.volunteer_id] += weights.load(activity, place, policy, self._workdays)
        volunteers = list(self._serving())
        experience = {one.id: self._experience(one.id, served[one.id]) for one in volunteers}
        open_activities = [one for one in activities if self._is_planned(one, plan, max(begin, now), end)]
        slots = tuple(self._slots(open_activities, experience, now))
        return RotaInputs(
            seed=plan.seed,
            slots=slots,
            helpers=tuple(
                self._helper(one, plan, slots, open_activities, load[one.id], engaged[one.id], experience[one.id], now) for one in volunteers
            ),
            policy=policy,
            travel_minutes=self._hands.policy(SignUpPolicy).travel / timedelta(minutes=1),
        )

    def take_places(self, plan: RotaPlan, now: datetime, cause: Cause) -> list[Placement]:
        """Take the places of a published rota; what speaks against one by now is noted instead (VOL-13)."""
        placements = []
        known = {one.id: one for one in plan.inputs.slots} if plan.inputs else {}
        for choice in plan.rota.choices if plan.rota else ():
            slot = known[choice.slot_id]
            id = id_from(plan.id, f"{choice.slot_id}:{choice.helper_id}")
            verdict = self._take(slot, choice.helper_id, id, plan.published_by, now, cause.part(id))
            placements.append(Placement(choice.slot_id, choice.helper_id, id, verdict))
        return placements

    def _take(self, slot: Slot, volunteer_id: str, assignment_id: str, by: str | None, now: datetime, cause: Cause) -> str:
        # The calendar is read first, as a sign-up does, so that no other place of the same time is taken beside this one (VOL-10).
        calendar = self._calendars.of(volunteer_id)
        stored = self._activities.get(slot.activity_id, COMMUNITY)
        made = next((one for one in stored.state.assignments if one.id == assignment_id), None)
        if made is not None:
            return made.verdict.value
        volunteer = self._volunteers.get(volunteer_id, COMMUNITY).state
        known = circumstances(
            self._activities, calendar.state, stored.state, assignment_id, now, self._hands.policy(SignUpPolicy), self._ages, self._policy
        )
        known = restricted(self._hands, volunteer, known)
        asked = _always_open(stored.state)
        try:
            changed, facts = sign_up.sign_up(
                asked, volunteer, id=assignment_id, need_id=slot.need_id, known=known, source=Source.ROTA, by=by
            )
        except Refusal as refused:
            self._calendars.release(calendar, assignment_id, cause)
            return refused.code
        changed = replace(changed, sign_up_from=stored.state.sign_up_from, sign_up_until=stored.state.sign_up_until)
        if changed.assignment(assignment_id).state == AssignmentState.ACCEPTED:
            self._calendars.claim(calendar, claim_for(stored.state, assignment_id, now), cause)
        self._activities.save(stored, changed, facts, cause)
        return changed.assignment(assignment_id).verdict.value

    def _serving(self) -> Iterator[Volunteer]:
        may = {"state": {"$in": sorted(state.value for state in MAY_SERVE)}}
        for one in self._volunteers.each(may, COMMUNITY, FEW):
            if one.state.merged_into is None:
                yield one.state

    def _experience(self, volunteer_id: str, lately: int) -> int:
        if lately >= self._policy.newcomer_sessions:
            return lately
        served = {"volunteer_id": volunteer_id, "state": AssignmentState.SERVED.value}
        return self._activities.count({"assignments": {"$elemMatch": served}}, COMMUNITY)

    def _is_planned(self, activity: Activity, plan: RotaPlan, begin: datetime, end: datetime) -> bool:
        wanted = not plan.kinds or activity.kind in plan.kinds
        return wanted and activity.state == ActivityState.PUBLISHED and begin <= activity.starts_at < end

    def _slots(self, activities: list[Activity], experience: dict[str, int], now: datetime) -> Iterator[Slot]:
        for activity in activities:
            seated = tuple(one.volunteer_id for one in activity.seated())
            popular = quota.goes_by_quota(activity, now, self._policy)
            for need in activity.needs:
                missing = need.min - len(activity.seated(need.id))
                if missing > 0:
                    yield Slot(
                        id=slot_id(activity, need),
                        activity_id=activity.id,
                        need_id=need.id,
                        starts_at=activity.starts_at,
                        ends_at=activity.ends_at,
                        place=activity.place,
                        program=quota.program_of(activity),
                        places=missing,
                        weight=weights.weight(activity, self._policy, self._workdays),
                        class_day=activity.kind == ActivityKind.HOLIDAY_CLASS,
                        popular=popular,
                        seated_ids=seated,
                        experienced_there=any(experience.get(id, 0) >= self._policy.newcomer_sessions for id in seated),
                    )

    def _helper(
        self,
        volunteer: Volunteer,
        plan: RotaPlan,
        slots: tuple[Slot, ...],
        activities: list[Activity],
        load: float,
        engaged: list[Engagement],
        experience: int,
        now: datetime,
    ) -> Helper:
        stored = self._wishes.find_one({"_id": volunteer.id}, COMMUNITY)
        wish = stored.state if stored else RotaWish(volunteer.id, volunteer.person_id)
        unstated = not volunteer.availability and self._policy.minutes_unstated > 0
        joined = business_date(volunteer.approved_at) if volunteer.approved_at else volunteer.applied_on
        return Helper(
            id=volunteer.id,
            load=round(load, 2),
            offered=self._policy.minutes_unstated / 60 if unstated else hours_offered(volunteer.availability, plan.since, plan.until),
            availability=volunteer.availability,
            always=unstated,
            max_per_week=volunteer.max_per_week,
            experience=experience,
            new=joined > plan.since - timedelta(weeks=self._policy.weeks),
            engaged=tuple(engaged),
            blocked=tuple(self._blocked(volunteer, wish, slots, activities, now)),
            together_with=wish.together_with,
            apart_from=wish.apart_from,
            long_runs=wish.long_runs,
        )

    def _blocked(
        self, volunteer: Volunteer, wish: RotaWish, slots: tuple[Slot, ...], activities: list[Activity], now: datetime
    ) -> Iterator[Blocked]:
        known, today = {one.id: _always_open(one) for one in activities}, business_date(now)
        told = restricted(self._hands, volunteer, Circumstances(at=now, today=today, day=today, ages=self._ages))
        for slot in slots:
            activity, day = known[slot.activity_id], business_date(slot.starts_at)
            need = activity.need(slot.need_id)
            if slot.class_day and wish.is_exempt(day):
                yield Blocked(slot.id, "NOT_ASKED")
                continue
            verdict = judge(activity, need, volunteer, replace(told, day=day, agreed=is_agreed(self._hands, volunteer, day)))
            if verdict not in NOT_AGAINST:
                yield Blocked(slot.id, verdict.value, _last_day(volunteer, need) if verdict == Verdict.CLEARANCE_EXPIRES_BEFORE else None)


def slot_id(activity: Activity, need: Need) -> str:
    """Return under which id the rota knows the places of a need."""
    return f"{activity.id}:{need.id}"


def hours_offered(availability: tuple[Availability, ...], since: date, until: date) -> float:
    """Return how many hours a week somebody offers, single dates spread over the weeks of the rota."""
    weeks = max(1.0, ((until - since).days + 1) / 7)
    hours = 0.0
    for one in availability:
        length = max(0.0, _clock(one.ends) - _clock(one.starts))
        if one.on is None:
            hours += length if one.until is None or one.until >= since else 0.0
        elif since <= one.on <= until:
            hours += length / weeks
    return round(hours, 3)


def _clock(time: str) -> float:
    hour, minute = time.split(":")[:2]
    return int(hour) + int(minute) / 60


def _engagement(activity: Activity, now: datetime) -> Engagement:
    return Engagement(
        activity.starts_at,
        activity.ends_at,
        activity.place,
        activity.id,
        quota.program_of(activity),
        activity.kind == ActivityKind.HOLIDAY_CLASS,
        activity.popular and quota.week_of(activity.starts_at) >= quota.week_of(now),
    )


def _always_open(activity: Activity) -> Activity:
    # When volunteers sign up by themselves does not bind the rota.
    return replace(activity, sign_up_from=None, sign_up_until=None)


def _last_day(volunteer: Volunteer, need: Need) -> date | None:
    words = [decided(volunteer, type) for type in required_clearances(need)]
    days = [one.expires_on for one in words if one is not None and one.expires_on is not None]
    return min(days, default=None)


def proposed(desk: RotaDesk, stored: Stored[RotaPlan], now: datetime) -> tuple[RotaInputs, Rota]:
    """Return what a plan's rota is made from, and the rota."""
    inputs = desk.inputs(stored.state, now)
    return inputs, solve(inputs)
