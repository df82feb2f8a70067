"""Where guardianships are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.registry.guardianships.domain import EndReason, Guardianship

EVERYBODY = Scope.everything("who may act for a ward does not depend on who asks")


class Guardianships(Aggregates[Guardianship]):
    """Guardianships by ward; what court papers say is sealed with the ward's key (X-15)."""

    collection, aggregate, state = "guardianships", "guardianship", Guardianship
    area = "grid_id"
    opens = True
    sealed = ("evidence_ref", "block", "end_reason")
    indexes = (
        Index("ward_id", "guardian_id", unique=True, where={"standing": True}, code="GUARDIANSHIP_STANDS"),
        Index("ward_id"),
        Index("guardian_id"),
        Index("standing", "until"),
        Index("grid_id", "_id"),
    )

    def key_of(self, state: Guardianship) -> str:
        return state.ward_id

    def standing_of(self, ward_id: str) -> list[Stored[Guardianship]]:
        """Return the guardianships of a ward that have not ended."""
        return self.find({"ward_id": ward_id, "standing": True}, EVERYBODY)

    def ever_of(self, ward_id: str) -> list[Stored[Guardianship]]:
        """Return every guardianship of a ward, those that ended included: a block outlives the one it was put on (REG-45)."""
        return self.find({"ward_id": ward_id}, EVERYBODY)

    def blocked_of(self, ward_id: str) -> frozenset[str]:
        """Return whom a court keeps from a ward: no pick-up, no messages, no word for them (REG-45)."""
        return frozenset(one.state.guardian_id for one in self.ever_of(ward_id) if one.state.forbidden)

    def standing_by(self, guardian_id: str) -> list[Stored[Guardianship]]:
        """Return the guardianships of a guardian that have not ended."""
        return self.find({"guardian_id": guardian_id, "standing": True}, EVERYBODY)

    def ended_by_death_of(self, person_id: str) -> list[Stored[Guardianship]]:
        """Return the guardianships of or by a person that a death ended."""
        found = [one for name in ("ward_id", "guardian_id") for one in self.find({name: person_id, "standing": False}, EVERYBODY)]
        return [one for one in found if one.state.end_reason is EndReason.DIED]
