"""Where activities are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.common.errors import Invalid, NotFound
from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.volunteering.activities.domain import risk
from services.volunteering.activities.domain.activity import UPCOMING, Activity, AssignmentState
from services.volunteering.activities.domain.outdoors import Warned
from services.volunteering.activities.domain.verdicts import SignUpPolicy

COMMUNITY = "activities belong to the whole community"
TO_COME = frozenset(state.value for state in UPCOMING)
TAKEN = TO_COME | {"SERVED"}
"""States of a place whose holder is to be there, or was."""


class Activities(Aggregates[Activity]):
    """Activities, one document each with all of its places, so that one guarded write gives the last of them to one (VOL-11)."""

    collection, aggregate, state = "activities", "activity", Activity
    indexes = (
        Index("assignments.volunteer_id", "starts_at"),
        Index("starts_at", "_id"),
        Index("kind", "starts_at"),
        Index("attention", "starts_at"),
        Index("program_id", "starts_at"),
        Index("coordinator_id", "starts_at"),
        Index("clock_at"),
        Index("origin_id"),
    )

    def add(self, state: Activity, facts, cause: Cause) -> Stored[Activity]:
        """Write a new activity."""
        return super().add(self._minded(state), facts, cause)

    def save(self, stored: Stored[Activity], state: Activity, facts, cause: Cause) -> Stored[Activity]:
        """Write an activity, with what it waits for and when the clock next looks at it."""
        return super().save(stored, self._minded(state), facts, cause)

    def _minded(self, state: Activity) -> Activity:
        policy = self._process.policy(SignUpPolicy)
        return replace(state, attention=risk.attention(state), clock_at=risk.next_look(state, policy))

    def to_come(self, volunteer_id: str, now: datetime) -> list[Stored[Activity]]:
        """Return the activities that have not ended in which a volunteer has anything."""
        filter = {"assignments.volunteer_id": volunteer_id, "ends_at": {"$gt": now}}
        return self.find(filter, Scope.everything(COMMUNITY), sort="starts_at")

    def referred(self, activity_id: str) -> Stored[Activity]:
        """Return the activity that the input names."""
        try:
            return self.get(activity_id, Scope.everything(COMMUNITY))
        except NotFound:
            raise Invalid.field("activity_id", "NOT_FOUND") from None

    def of_volunteer(self, volunteer_id: str, since: datetime, until: datetime, without: str) -> list[Stored[Activity]]:
        """Return the other activities in which a volunteer has a place and which touch a span of time."""
        seated = sorted(TAKEN)
        filter: dict[str, Any] = {
            "assignments": {"$elemMatch": {"volunteer_id": volunteer_id, "state": {"$in": seated}}},
            "starts_at": {"$lt": until},
            "ends_at": {"$gt": since},
            "_id": {"$ne": without},
        }
        return self.find(filter, Scope.everything(COMMUNITY), sort="starts_at")

    def popular_of(self, volunteer_id: str, since: datetime, without: str) -> list[Stored[Activity]]:
        """Return the other popular activities from a moment on in which a volunteer has a place (VOL-22)."""
        filter = {"assignments.volunteer_id": volunteer_id, "starts_at": {"$gte": since}, "popular": True}
        others = [one for one in self.find(filter, Scope.everything(COMMUNITY), sort="starts_at") if one.id != without]
        return [one for one in others if any(place.volunteer_id == volunteer_id and place.state in TAKEN for place in one.state.assignments)]

    def engaged(self, volunteer_ids: Sequence[str], since: datetime, until: datetime, without: str | None) -> set[str]:
        """Return which of these volunteers have a place at this time in an activity other than one."""
        if not volunteer_ids:
            return set()
        meanwhile = {"assignments.volunteer_id": {"$in": list(volunteer_ids)}, "starts_at": {"$lt": until}, "ends_at": {"$gt": since}}
        others = [one.state for one in self.find(meanwhile, Scope.everything(COMMUNITY)) if one.id != without]
        busy = {place.volunteer_id for one in others for place in one.assignments if place.state in TO_COME}
        return busy & set(volunteer_ids)

    def to_come_of(self, volunteer_id: str, since: datetime) -> list[str]:
        """Return the activities of yesterday and later in which a volunteer has, or had, a place."""
        filter = {"assignments.volunteer_id": volunteer_id, "starts_at": {"$gt": since - timedelta(days=1)}}
        return [one.id for one in self.find(filter, Scope.everything(COMMUNITY), sort="starts_at")]

    def has_decided(self, activity_id: str, assignment_id: str) -> bool:
        """Say whether an assignment has been written and does not wait any more, whatever became of it since."""
        open = [AssignmentState.WAITLISTED.value, AssignmentState.OFFERED.value]
        decided = {"$elemMatch": {"id": assignment_id, "state": {"$nin": open}}}
        return self.count({"_id": activity_id, "assignments": decided}, Scope.everything(COMMUNITY)) > 0


class WeatherWarnings(Aggregates[Warned]):
    """Warnings of extreme weather as they were heard, one document each, for what is opened or moved after one."""

    collection, state = "weather_warnings", Warned
    indexes = (Index("issued_at"),)

    def heard(self, warning: Warned, cause: Cause) -> None:
        """Keep a warning, once."""
        if self.find_one({"_id": warning.id}, Scope.everything(COMMUNITY)) is None:
            self.add(warning, [], cause)

    def since(self, moment: datetime) -> list[Warned]:
        """Return the warnings of this moment and later, the earliest first."""
        return [one.state for one in self.find({"issued_at": {"$gte": moment}}, Scope.everything(COMMUNITY), sort="issued_at")]
