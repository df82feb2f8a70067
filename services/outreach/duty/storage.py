"""Where the duty roster is kept, and the little that outreach knows of the staff."""

from __future__ import annotations

from datetime import datetime

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.duty.domain import DutyPeriod, StaffMember

EVERYBODY = Scope.everything("who is on duty is on duty for the whole community")
ADMINISTRATOR = "ADMINISTRATOR"


class DutyStaff(Aggregates[StaffMember]):
    """A copy of the register's facts about staff, without facts of its own."""

    collection, state = "duty_staff", StaffMember
    indexes = (Index("post", "left"), Index("left"))

    def administrators(self) -> tuple[str, ...]:
        """Return who answers for the community when nobody is on duty."""
        return tuple(member.id for member in self.find({"post": ADMINISTRATOR, "left": False}, EVERYBODY))

    def left(self, staff_ids: set[str]) -> set[str]:
        """Return who of these works here no longer."""
        if not staff_ids:
            return set()
        return {member.id for member in self.find({"_id": {"$in": sorted(staff_ids)}, "left": True}, EVERYBODY, limit=len(staff_ids))}


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
