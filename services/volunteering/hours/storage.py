"""Where hours are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.common.redirects import Redirects
from services.common.store import Aggregates, Index, Scope, Stored
from services.volunteering.hours.domain.entries import COUNTED, OPEN, HoursEntry, HoursState
from services.volunteering.hours.domain.groups import HoursGroup
from services.volunteering.hours.domain.kin import KinDeclaration
from services.volunteering.volunteers.storage import Volunteers

OWN = Scope.everything("a volunteer's hours are compared with one another")
FEW = 100
PERHAPS = [*(state.value for state in COUNTED), HoursState.DISPUTED.value]
"""States of which the entry itself says whether it counts."""


class Hours(Aggregates[HoursEntry]):
    """Entries of volunteered time, one document each; a volunteer's words about one are sealed."""

    collection, aggregate, state = "hours", "hours", HoursEntry
    sealed = ("dispute_words",)
    indexes = (Index("volunteer_id", "starts_at"), Index("activity_id"), Index("state", "starts_at"), Index("long_day", "starts_at"), Index("starts_at", "_id"))

    def key_of(self, state: HoursEntry) -> str:
        return state.person_id

    def verified(self, volunteer_id: str, since: datetime, until: datetime, without: str) -> list[Stored[HoursEntry]]:
        """Return a volunteer's other entries that count and fill some of a span of time."""
        filter = {
            "volunteer_id": {"$in": self._process.storage(Volunteers).every_id(volunteer_id)},
            "state": {"$in": PERHAPS},
            "starts_at": {"$lt": until},
            "ends_at": {"$gt": since},
            "_id": {"$ne": without},
        }
        return [one for one in self.find(filter, OWN, sort="starts_at") if one.state.fills_time]

    def counted(self, volunteer_ids: Iterable[str]) -> list[Stored[HoursEntry]]:
        """Return every entry in the sum of a volunteer, under whatever ids it was earned."""
        found = [one for id in volunteer_ids for one in self.each({"volunteer_id": id, "state": {"$in": PERHAPS}}, OWN, FEW)]
        return [one for one in found if one.state.counts]

    def is_decided(self, hours_id: str) -> bool:
        """Say whether somebody has vouched for an entry or declined it."""
        still_open = {"_id": hours_id, "state": {"$in": [state.value for state in OPEN]}}
        return self.find_one({"_id": hours_id}, OWN) is not None and self.count(still_open, OWN) == 0


class HoursGroups(Aggregates[HoursGroup]):
    """Time entered for several people at once, one document each, from which their entries follow."""

    collection, aggregate, state = "hours_groups", "hours_group", HoursGroup


class KinDeclarations(Aggregates[KinDeclaration]):
    """What staff say of their close kin, one document each under the id of the member."""

    collection, aggregate, state = "kin_declarations", "kin_declaration", KinDeclaration

    def of(self, staff_id: str) -> list[str] | None:
        """Return the people whom somebody declared as close kin, as they are known now; None where nothing was declared."""
        stored = self.find_one({"_id": staff_id}, OWN)
        return [self._process.storage(Redirects).resolve(id) for id in stored.state.person_ids] if stored else None
