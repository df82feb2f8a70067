"""The coordinator's desk: judges places anew, looks for substitutes, gives back the places of who serves no more."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from services.common.calendar import SHANGHAI
from services.common.errors import Refusal
from services.common.events.base import Event
from services.common.hands import Hands
from services.common.ids import id_from
from services.common.store import Cause, Scope, Stored
from services.volunteering.activities.domain import offers, outdoors, risk, sign_up
from services.volunteering.activities.domain.activity import LIVE, Activity, ActivityState, AssignmentState, Checkpoint, Source, Verdict
from services.volunteering.activities.domain.outdoors import WeatherPolicy
from services.volunteering.activities.domain.verdicts import Circumstances, SignUpPolicy, required_clearances, standing
from services.volunteering.activities.engagements import circumstances, restricted
from services.volunteering.activities.storage import Activities, WeatherWarnings
from services.volunteering.rota.domain.model import RotaPolicy
from services.volunteering.volunteers.calendars import Calendar
from services.volunteering.volunteers.domain import MAY_SERVE, Availability, Volunteer, VolunteerPolicy
from services.volunteering.volunteers.storage import COMMUNITY, Volunteers

SYSTEM = "system"
SEARCHED = 300
"""Among so many volunteers a substitute is looked for at once."""


class Desk:
    """What follows for places from the passing of time and from other facts."""

    def __init__(self, hands: Hands):
        self._hands = hands
        self.activities, self._volunteers = hands.storage(Activities), hands.storage(Volunteers)
        self._policy = hands.policy(SignUpPolicy)

    def review(
        self, stored: Stored[Activity], now: datetime, cause: Cause, *, volunteer_id: str | None = None, checkpoint: Checkpoint | None = None
    ) -> Stored[Activity]:
        """Judge the places of an activity anew, all or those of one volunteer, and tell what changed (VOL-13)."""
        after, facts = risk.review(stored.state, self._verdicts(stored.state, now, volunteer_id), checkpoint=checkpoint)
        if checkpoint:
            after = risk.kept(after, checkpoint)
        return self._kept(stored, after, facts, cause)

    def heed_warnings(self, stored: Stored[Activity], now: datetime, cause: Cause) -> Stored[Activity]:
        """Put outdoor work at risk that was opened, or moved to this time, after a warning that counts for it (VOL-43)."""
        policy, after, facts = self._hands.policy(WeatherPolicy), stored.state, []
        for warning in self._hands.storage(WeatherWarnings).since(now - policy.warned_ahead) if after.outdoor else ():
            if warning.counts_for(after, policy):
                after, more = outdoors.warned(after, kind=warning.kind, at=now)
                facts += more
        return self._kept(stored, after, facts, cause)

    def review_wards(self, activity_id: str, person_id: str, now: datetime, cause: Cause) -> None:
        """Judge anew the places of those who serve only beside somebody who came to an activity, or leaves it (VOL-4, VOL-13)."""
        wards = {one.id for one in self._volunteers.find({"guardian_person_id": person_id}, Scope.everything(COMMUNITY))}
        stored = self.activities.find_one({"_id": activity_id}, Scope.everything(COMMUNITY)) if wards else None
        for one in stored.state.upcoming() if stored else ():
            if one.volunteer_id in wards:
                stored = self.review(stored, now, cause.part(one.id), volunteer_id=one.volunteer_id)

    def review_all(self, volunteer_id: str, now: datetime, cause: Cause) -> list[Stored[Activity]]:
        """Judge anew every place that a volunteer has in what is to come."""
        activities = self.activities.to_come(volunteer_id, now)
        return [self.review(one, now, cause.part(one.id), volunteer_id=volunteer_id) for one in activities]

    def give_back(self, volunteer_id: str, now: datetime, cause: Cause) -> list[tuple[Stored[Activity], list[str]]]:
        """Give back every place of somebody who serves no more, in what has not begun; the gaps are open at once (VOL-12)."""
        done = []
        for stored in self.activities.to_come(volunteer_id, now):
            after, facts = stored.state, []
            for one in stored.state.assignments:
                if one.volunteer_id != volunteer_id or one.state not in LIVE or stored.state.state != ActivityState.PUBLISHED:
                    continue
                if one.state == AssignmentState.OFFERED:
                    after, more = offers.decline(after, one.id, at=now, by=SYSTEM)
                else:
                    after, more = sign_up.withdraw(after, one.id, at=now, by=SYSTEM, is_coordinator=True, policy=self._policy)
                facts += more
            kept = self._kept(stored, after, facts, cause.part(stored.id))
            # Whether by this fact, by itself once more after a crash, or by what else followed from the same end.
            own = (one for one in kept.state.assignments if one.volunteer_id == volunteer_id and one.ended_by == SYSTEM)
            done.append((kept, [one.id for one in own if one.ended_at and one.ended_at >= now]))
        return done

    def find_substitutes(self, activity_id: str, assignment_id: str, now: datetime, cause: Cause) -> None:
        """Ask who may fill a gap shortly before the start: who waits in line first, then who has time; the first answer has it (VOL-12)."""
        stored = self.activities.find_one({"_id": activity_id}, Scope.everything(COMMUNITY))
        if stored is None or stored.state.state != ActivityState.PUBLISHED or now >= stored.state.starts_at:
            return
        after, facts, asked = stored.state, [], 0
        left = after.assignment(assignment_id)
        if left.state != AssignmentState.WITHDRAWN or len(after.seated(left.need_id)) >= after.need(left.need_id).max:
            return
        # Who said no, or nothing, to this gap is not asked twice.
        heard = {left.volunteer_id, *(one.volunteer_id for one in after.assignments if one.replaces == left.id)}
        for volunteer in self._candidates(after, left.need_id, cause.key):
            if asked == self._policy.substitutes:
                break
            if volunteer.id in heard:
                continue
            try:
                after, more = offers.offer(
                    after,
                    volunteer,
                    id=id_from(cause.key, volunteer.id),
                    need_id=left.need_id,
                    known=self.known(volunteer, after, "", now),
                    source=Source.SUBSTITUTE,
                    expires_at=now + self._policy.substitute_within,
                    replaces=left.id,
                    by=SYSTEM,
                )
            except Refusal:
                # They cannot, or should not; whoever comes next is asked.
                continue
            facts += more
            asked += 1
        self._kept(stored, after, facts, cause)

    def go_on_searching(self, activity_id: str, assignment_id: str, now: datetime, cause: Cause) -> None:
        """Ask others where everybody who was asked to fill in has said no, or nothing (VOL-12)."""
        stored = self.activities.find_one({"_id": activity_id}, Scope.everything(COMMUNITY))
        lost = next((one for one in stored.state.assignments if one.id == assignment_id), None) if stored else None
        if lost is None or lost.source != Source.SUBSTITUTE or lost.replaces is None:
            return
        if not any(one.replaces == lost.replaces and one.state == AssignmentState.OFFERED for one in stored.state.assignments):
            self.find_substitutes(activity_id, lost.replaces, now, cause)

    def known(self, volunteer: Volunteer, activity: Activity, assignment_id: str, now: datetime) -> Circumstances:
        """Return what decides on a place, as it is on record."""
        policies = {"policy": self._policy, "ages": self._hands.policy(VolunteerPolicy), "rota": self._hands.policy(RotaPolicy)}
        known = circumstances(self.activities, Calendar(volunteer.id), activity, assignment_id, now, **policies)
        return restricted(self._hands, volunteer, known)

    def change(self, stored: Stored[Activity], decide: Callable[[Activity], tuple[Activity, list[Event]]], cause: Cause) -> Stored[Activity]:
        """Let a fact change an activity, once; nothing is written where nothing changes."""
        return self._kept(stored, *decide(stored.state), cause)

    def _kept(self, stored: Stored[Activity], after: Activity, facts: list[Event], cause: Cause) -> Stored[Activity]:
        return self.activities.save(stored, after, facts, cause) if facts or after != stored.state else stored

    def _verdicts(self, activity: Activity, now: datetime, volunteer_id: str | None) -> dict[str, Verdict]:
        places = [one for one in activity.upcoming() if volunteer_id in (None, one.volunteer_id)]
        known = {one.id: one for one in self._volunteers.of(place.volunteer_id for place in places)}
        verdicts = {}
        for place in places:
            volunteer = known.get(place.volunteer_id)
            if volunteer is None:
                verdicts[place.id] = Verdict.NOT_APPROVED
                continue
            verdicts[place.id] = standing(activity, place, volunteer, self.known(volunteer, activity, place.id, now))
        return verdicts

    def _candidates(self, activity: Activity, need_id: str, seed: str) -> list[Volunteer]:
        waiting = self._volunteers.of(one.volunteer_id for one in activity.waiting(need_id))
        need = activity.need(need_id)
        filter: dict = {"state": {"$in": sorted(state.value for state in MAY_SERVE)}}
        if need.skill:
            filter["skills"] = need.skill
        types = required_clearances(need)
        if types:
            filter["clearances.type"] = types[0].value
        others = [one.state for one in self._volunteers.find(filter, Scope.everything(COMMUNITY), limit=SEARCHED)]
        # Not always the same ones: who offered the time first, among them in an order that this gap alone decides.
        others.sort(key=lambda one: (not offers_time(one, activity), hashlib.sha256(f"{seed}{one.id}".encode()).digest()))
        line = {one.id for one in waiting}
        return [*waiting, *(one for one in others if one.id not in line)]


def offers_time(volunteer: Volunteer, activity: Activity) -> bool:
    """Say whether a volunteer offered the whole time of an activity."""
    return any(_covers(one, activity) for one in volunteer.availability)


def _covers(offered: Availability, activity: Activity) -> bool:
    starts, ends = activity.starts_at.astimezone(SHANGHAI), activity.ends_at.astimezone(SHANGHAI)
    day = starts.date()
    if offered.on is not None:
        fits = offered.on == day
    else:
        fits = offered.weekday == day.isoweekday() and (offered.until is None or day <= offered.until)
    return fits and ends.date() == day and offered.starts <= f"{starts:%H:%M}" and f"{ends:%H:%M}" <= offered.ends
