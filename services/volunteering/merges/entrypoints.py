"""Volunteering's answer to merges."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from services.common.errors import Conflict
from services.common.events.registry import PersonMerged, PersonUnmerged
from services.common.inbox import subscribe
from services.common.merging import EVERYBODY, Change, Mover, Plan
from services.common.nameko import Storage
from services.common.store import Cause
from services.volunteering.activities.storage import Activities
from services.volunteering.cascades.storage import VolunteeringCascades
from services.volunteering.children.storage import Children
from services.volunteering.greetings.domain import OPEN
from services.volunteering.greetings.storage import Greetings
from services.volunteering.hours.storage import Hours
from services.volunteering.merges import domain
from services.volunteering.series.domain.line import clashing
from services.volunteering.series.domain.times import meet_at_once
from services.volunteering.series.records import Records
from services.volunteering.series.storage import SeriesOfClasses
from services.volunteering.volunteers.storage import Volunteers

KINDS = (Volunteers, Activities, Children, SeriesOfClasses, Greetings)
FACTS = {"volunteer": domain.volunteer_facts, "class_series": domain.series_facts, "greeting": domain.greeting_facts}


class MergeHands(Mover):
    """What volunteering has in hand for merges."""

    def __init__(self, process):
        super().__init__(process, KINDS, FACTS)

    def prepare(self) -> None:
        """Need nothing beyond the storages."""

    def plan(self, event) -> Plan:
        """Return the plan for one merge."""
        return lambda loser, winner: self._plan(event, loser, winner)

    def _plan(self, event, loser: str, winner: str):
        yield from self._volunteers(event, loser, winner)
        yield from self._children(event, loser, winner)
        yield from self._greetings(loser, winner)

    def _volunteers(self, event, loser: str, winner: str):
        volunteers, proven = self._process.storage(Volunteers), event.data.same_id_proven
        theirs = volunteers.find_one({"person_id": loser}, EVERYBODY)
        own = volunteers.find_one({"person_id": winner}, EVERYBODY)
        if theirs is None:
            return
        if own is None:
            yield Change(volunteers, theirs, domain.moved(theirs.state, winner, same_id_proven=proven))
            return
        yield from self._places(event, theirs.state, own.state)
        hours = self._process.storage(Hours)
        mine, others = (
            [one.state for one in hours.counted([id]) if one.state.fills_time] for id in (own.id, theirs.id)
        )
        yield from domain.overlapping(mine, others)
        if theirs.state.merged_into is None:
            yield Change(volunteers, own, domain.united(own.state, theirs.state, same_id_proven=proven))
            yield Change(volunteers, theirs, domain.led_away(theirs.state, own.state))

    def _places(self, event, loser, winner):
        activities = self._process.storage(Activities)
        to_come = {"assignments.volunteer_id": loser.id, "starts_at": {"$gt": event.time - timedelta(hours=12)}}
        for activity in activities.find(to_come, EVERYBODY):
            after, conflicts = domain.activity(activity.state, loser, winner)
            yield from conflicts
            yield Change(activities, activity, after)

    def _greetings(self, loser: str, winner: str):
        greetings = self._process.storage(Greetings)
        own = {one.state.cycle_key for one in greetings.of_person(winner)}
        for theirs in greetings.of_person(loser):
            if theirs.state.state in OPEN:
                yield Change(greetings, theirs, domain.greeting(theirs.state, winner, owed_already=theirs.state.cycle_key in own))

    def _children(self, event, loser: str, winner: str):
        children, series = self._process.storage(Children), self._process.storage(SeriesOfClasses)
        theirs, own = (children.find_one({"_id": id}, EVERYBODY) for id in (loser, winner))
        if theirs and own:
            yield Change(children, own, domain.children(own.state, theirs.state))
        elif theirs:
            # So that nobody has to register the child again, the winner's id has a record here at once.
            with suppress(Conflict):
                children.add(domain.child_for(theirs.state, winner), [], Cause.of_event(event, "child"))
        for ward in children.with_guardian(loser):
            yield Change(children, ward, domain.guardian(ward.state, loser, winner))
        records = Records(self._process)
        for one in series.find({"$or": [{"enrolments.child_id": loser}, {"enrolments.consents.guardian_id": loser}]}, EVERYBODY):
            place, second = one.state.enrolment_of(loser), False
            for other in series.of_child(winner) if place and place.fills_time else ():
                mine = other.state.enrolment_of(winner)
                if other.id == one.id or mine is None or not mine.fills_time or not meet_at_once(one.state, other.state):
                    continue
                # Nobody is put out unasked: the place that was asked for later is held until a guardian has chosen (VOL-51).
                waits = domain.later(place, mine)
                second = second or waits is place
                yield f"SAME_TIME:enrolment/{waits.id}"
                if waits is mine:
                    held = clashing(other.state, mine, records.timing(other.state, event.time))
                    yield Change(series, other, other.state.with_enrolment(held))
            after, conflicts = domain.series(one.state, loser, winner, records.timing(one.state, event.time), second=second)
            yield from conflicts
            yield Change(series, one, after)


class MergeSubscriptions:
    """Unites what two records of one person gave and hold, and takes it apart again (REG-57)."""

    merge_hands, cascades = Storage(MergeHands), Storage(VolunteeringCascades)

    @subscribe(PersonMerged)
    def on_person_merged(self, event):
        """Let the winner have the loser's places and hours; clearances only where the identity was proven."""
        self.cascades.answer(event, self.merge_hands.merge(event, self.merge_hands.plan(event)))

    @subscribe(PersonUnmerged)
    def on_person_unmerged(self, event):
        """Give back what was moved."""
        self.cascades.answer(event, self.merge_hands.unmerge(event))
