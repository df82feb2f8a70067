"""Where outreach's copies of staff are kept, without facts of their own."""

from __future__ import annotations

from collections.abc import Callable

from services.common.errors import Conflict, StaleVersion
from services.common.store import Aggregates, Cause, Index, Scope
from services.outreach.staff.domain import StaffMember

EVERYBODY = Scope.everything("staff are known by all of outreach")


class StaffMembers(Aggregates[StaffMember]):
    """Members of staff, one document each."""

    collection, state = "staff_members", StaffMember
    indexes = (Index("post"),)

    def known(self, staff_id: str) -> StaffMember:
        """Return somebody as they are known here; who was never heard of is taken to be at work."""
        found = self.find_one({"_id": staff_id}, EVERYBODY)
        return found.state if found else StaffMember(staff_id)

    def change(self, staff_id: str, cause: Cause, decide: Callable[[StaffMember], StaffMember]):
        """Change what is known of somebody, who may be new here."""
        found = self.find_one({"_id": staff_id}, EVERYBODY)
        if found:
            return self.save(found, decide(found.state), [], cause)
        try:
            return self.add(decide(StaffMember(staff_id)), [], cause)
        except Conflict:
            raise StaleVersion() from None

    def administrator(self) -> str | None:
        """Return the administrator who hears of what leads leave lying; the longest known one who is at work."""
        administrators = [one for one in self.find({"post": "ADMINISTRATOR", "left_on": None}, EVERYBODY) if not one.state.gone]
        there = [member.id for member in administrators if member.state.at_work] or [member.id for member in administrators]
        return there[0] if there else None

    def gone(self) -> frozenset[str]:
        """Return who left or was suspended, and so leads no grid any more."""
        gone = {"$or": [{"left_on": {"$ne": None}}, {"suspended_on": {"$ne": None}}]}
        return frozenset(member.id for member in self.find(gone, EVERYBODY))

    def administrators(self) -> tuple[str, ...]:
        """Return who answers for the community when nobody is on duty."""
        return tuple(member.id for member in self.find({"post": "ADMINISTRATOR", "left_on": None}, EVERYBODY) if member.state.at_work)

    def absent(self, staff_ids: set[str]) -> frozenset[str]:
        """Return who of these has left, or is on leave."""
        known = self.find({"_id": {"$in": sorted(staff_ids)}}, EVERYBODY, limit=len(staff_ids)) if staff_ids else []
        return frozenset(member.id for member in known if not member.state.at_work)
