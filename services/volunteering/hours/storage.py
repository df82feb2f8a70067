"""Where hours are kept."""

from __future__ import annotations

from datetime import datetime

from services.common.store import Aggregates, Index, Scope, Stored
from services.volunteering.hours.domain import HoursEntry, HoursState
from services.volunteering.volunteers.storage import Volunteers

OWN = "a volunteer's hours are compared with one another"


class Hours(Aggregates[HoursEntry]):
    """Entries of volunteered time, one document each."""

    collection, aggregate, state = "hours", "hours", HoursEntry
    indexes = (Index("volunteer_id", "starts_at"), Index("activity_id"), Index("state", "starts_at"))

    def verified(self, volunteer_id: str, since: datetime, until: datetime, without: str) -> list[Stored[HoursEntry]]:
        """Return a volunteer's other verified entries that touch a span of time."""
        filter = {
            "volunteer_id": {"$in": self._process.storage(Volunteers).every_id(volunteer_id)},
            "state": HoursState.VERIFIED.value,
            "starts_at": {"$lt": until},
            "ends_at": {"$gt": since},
            "_id": {"$ne": without},
        }
        return self.find(filter, Scope.everything(OWN), sort="starts_at")

    def is_decided(self, hours_id: str) -> bool:
        """Say whether an entry is verified or rejected."""
        decided = [HoursState.VERIFIED.value, HoursState.REJECTED.value]
        return self.count({"_id": hours_id, "state": {"$in": decided}}, Scope.everything(OWN)) > 0
