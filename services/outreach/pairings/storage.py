"""Where pairings are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.pairings.domain import AT_WORK, Pairing, PairingState, Role

EVERYBODY = Scope.everything("a member of staff may work in several grids")


class Pairings(Aggregates[Pairing]):
    """Pairings, one document each; at most one is open per person and role (OUT-10)."""

    collection, aggregate, state = "pairings", "pairing", Pairing
    area = "grid_id"
    sealed = ("load_override_reason", "preference_reason", "handover_override_reason", "handover_preference_reason")
    indexes = (
        Index("person_id", "role", unique=True, where={"open": True}, code="PAIRED_ALREADY"),
        Index("staff_id", "state"),
        Index("person_id", "-proposed_at"),
        Index("covered_by", "open"),
        Index("handover.to_staff_id", "open"),
        Index("state", "answer_by"),
        Index("grid_id", "_id"),
    )

    def open_of_person(self, person_id: str) -> list[Stored[Pairing]]:
        """Return the offers and active pairings of a person."""
        return self.find({"person_id": person_id, "open": True}, EVERYBODY)

    def of_person(self, person_id: str) -> list[Stored[Pairing]]:
        """Return the pairings a person has or had, the latest first."""
        return self.find({"person_id": person_id}, EVERYBODY, sort="-proposed_at", limit=50)

    def people_of(self, staff_id: str) -> list[str]:
        """Return the people somebody looks after now: as their primary, or because they cover for one (OUT-13)."""
        mine = self.find({"staff_id": staff_id, "state": {"$in": list(AT_WORK)}, "role": Role.PRIMARY.value}, EVERYBODY)
        covered = self.covered_by(staff_id)
        return [pairing.state.person_id for pairing in (*mine, *covered)]

    def key_of(self, state: Pairing) -> str:
        return state.person_id

    def offered_to(self, staff_id: str) -> list[str]:
        """Return the people whom somebody was asked to look after, or is taking over."""
        asked = self.find({"staff_id": staff_id, "state": PairingState.PROPOSED.value, "role": Role.PRIMARY.value}, EVERYBODY)
        return [pairing.state.person_id for pairing in (*asked, *self.handed_to(staff_id))]

    def covered_by(self, staff_id: str) -> list[Stored[Pairing]]:
        """Return the pairings of others for whom somebody covers."""
        return self.find({"covered_by": staff_id, "open": True}, EVERYBODY)

    def handed_to(self, staff_id: str) -> list[Stored[Pairing]]:
        """Return the pairings that somebody is to take over."""
        return self.find({"handover.to_staff_id": staff_id, "open": True}, EVERYBODY)

    def of_staff(self, staff_id: str) -> list[Stored[Pairing]]:
        """Return the pairings somebody has or had, the latest first."""
        return self.find({"staff_id": staff_id}, EVERYBODY, sort="-proposed_at", limit=2000)

    def backup_of(self, person_id: str) -> Stored[Pairing] | None:
        """Return the backup who accepted to stand in for the primary of a person."""
        return self.find_one({"person_id": person_id, "role": Role.BACKUP.value, "state": PairingState.ACTIVE.value}, EVERYBODY)

    def primary_of(self, person_id: str) -> str | None:
        """Return who looks after a person now."""
        there = {"person_id": person_id, "role": Role.PRIMARY.value, "state": {"$in": [*AT_WORK, PairingState.ON_COVER.value]}}
        found = self.find_one(there, EVERYBODY)
        return (found.state.covered_by or found.state.staff_id) if found else None
