"""Where obligations are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.obligations.domain import Obligation, ObligationKind

EVERYBODY = Scope.everything("facts and clocks know no areas")


class Obligations(Aggregates[Obligation]):
    """Visits owed, one document each; at most one of a kind is open per person (OUT-1)."""

    collection, aggregate, state = "obligations", "obligation", Obligation
    area = "grid_id"
    indexes = (
        Index("person_id", "kind", unique=True, where={"open": True}, code="OWED_ALREADY"),
        Index("open", "due_on"),
        Index("escalated_to", "open"),
    )

    def routine_of(self, person_id: str) -> Stored[Obligation] | None:
        """Return the routine visit that is owed to a person."""
        return self.find_one({"person_id": person_id, "kind": ObligationKind.ROUTINE.value, "open": True}, EVERYBODY)

    def open_of(self, person_id: str) -> list[Stored[Obligation]]:
        """Return all that is owed to a person."""
        return self.find({"person_id": person_id, "open": True}, EVERYBODY)
