"""Where pairings are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.pairings.domain import Pairing

EVERYBODY = Scope.everything("a member of staff may work in several grids")


class Pairings(Aggregates[Pairing]):
    """Pairings, one document each; at most one is open per person and role (OUT-10)."""

    collection, aggregate, state = "pairings", "pairing", Pairing
    area = "grid_id"
    indexes = (
        Index("person_id", "role", unique=True, where={"open": True}, code="PAIRED_ALREADY"),
        Index("staff_id", "state"),
        Index("state", "answer_by"),
    )

    def open_of_person(self, person_id: str) -> list[Stored[Pairing]]:
        """Return the offers and active pairings of a person."""
        return self.find({"person_id": person_id, "open": True}, EVERYBODY)

    def people_of(self, staff_id: str) -> list[str]:
        """Return the people whose primary somebody is."""
        mine = self.find({"staff_id": staff_id, "state": "ACTIVE", "role": "PRIMARY"}, EVERYBODY)
        return [pairing.state.person_id for pairing in mine]

    def primary_of(self, person_id: str) -> str | None:
        """Return who looks after a person."""
        found = self.find_one({"person_id": person_id, "role": "PRIMARY", "state": "ACTIVE"}, EVERYBODY)
        return found.state.staff_id if found else None
