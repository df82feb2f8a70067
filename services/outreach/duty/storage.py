"""Where the duty roster is kept."""

from __future__ import annotations

from datetime import datetime

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.duty.domain import DutyPeriod

EVERYBODY = Scope.everything("who is on duty is on duty for the whole community")


class DutyPeriods(Aggregates[DutyPeriod]):
    """Entries of the roster, one document each."""

    collection, aggregate, state = "duty_periods", "duty_period", DutyPeriod
    indexes = (Index("cancelled", "ends_at"), Index("staff_id", "-starts_at"))

    def between(self, since: datetime, until: datetime) -> list[Stored[DutyPeriod]]:
        """Return every entry that touches this time."""
        return self.find({"cancelled": False, "ends_at": {"$gt": since}, "starts_at": {"$lt": until}}, EVERYBODY, sort="ends_at")

    def at(self, moment: datetime) -> list[DutyPeriod]:
        """Return every entry for this moment."""
        return [period.state for period in self.find({"cancelled": False, "ends_at": {"$gt": moment}, "starts_at": {"$lte": moment}}, EVERYBODY)]
