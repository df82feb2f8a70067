"""Where obligations are kept."""

from __future__ import annotations

from datetime import date, datetime

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.obligations.domain import Obligation, ObligationKind, ObligationState

EVERYBODY = Scope.everything("facts and clocks know no areas")


class Obligations(Aggregates[Obligation]):
    """Visits owed, one document each; at most one of a kind is open per person (OUT-1)."""

    collection, aggregate, state = "obligations", "obligation", Obligation
    area = "grid_id"
    indexes = (
        Index("person_id", "kind", unique=True, where={"open": True}, code="OWED_ALREADY"),
        Index("person_id", "-opened_on"),
        Index("open", "due_on"),
        Index("open", "next_on"),
        Index("open", "due_at"),
        Index("escalated_to", "open"),
        Index("raised_to", "open"),
        Index("assigned_to", "open"),
        Index("met_by"),
        Index("ref"),
        Index("grid_id", "due_on", "_id"),
        Index("due_on", "_id"),
    )

    def routine_of(self, person_id: str) -> Stored[Obligation] | None:
        """Return the routine visit that is owed to a person."""
        return self.one_of(person_id, ObligationKind.ROUTINE)

    def one_of(self, person_id: str, kind: ObligationKind) -> Stored[Obligation] | None:
        """Return what is owed to a person for one reason."""
        return self.find_one({"person_id": person_id, "kind": kind.value, "open": True}, EVERYBODY)

    def people_owed(self, kind: ObligationKind) -> set[str]:
        """Return everybody to whom something is owed for one reason."""
        return {row["person_id"] for row in self._documents.find({"open": True, "kind": kind.value}, {"person_id": 1})}

    def open_of(self, person_id: str) -> list[Stored[Obligation]]:
        """Return all that is owed to a person."""
        return self.find({"person_id": person_id, "open": True}, EVERYBODY)

    def latest_of(self, person_id: str, limit: int = 100) -> list[Stored[Obligation]]:
        """Return what is or was owed to a person, the latest first."""
        return self.find({"person_id": person_id}, EVERYBODY, sort="-opened_on", limit=limit)

    def last_met_on(self, person_id: str) -> date | None:
        """Return the day of the latest contact that met something which is owed to a person."""
        met = {"person_id": person_id, "state": {"$in": [ObligationState.MET.value, ObligationState.MET_LATE.value]}}
        return max((one.state.met_on for one in self.find(met, EVERYBODY, sort="-opened_on", limit=20)), default=None)

    def met_by(self, visit_id: str) -> list[Stored[Obligation]]:
        """Return what a visit, or a contact, met."""
        return self.find({"met_by": visit_id}, EVERYBODY)

    def owed_for(self, ref: str) -> list[Stored[Obligation]]:
        """Return what is or was owed for one festival, one warning, or one death."""
        return self.find({"ref": ref}, EVERYBODY, limit=100)

    def people_assigned_to(self, staff_id: str) -> list[str]:
        """Return to whom somebody owes a visit or a call though no pairing says so."""
        return [owed.state.person_id for owed in self.find({"assigned_to": staff_id, "open": True}, EVERYBODY)]

    def ripe(self, today: date):
        """Give what time changes by this day, in batches."""
        return self.each({"open": True, "next_on": {"$lte": today.isoformat()}}, EVERYBODY)

    def past_their_hour(self, now: datetime) -> list[Stored[Obligation]]:
        """Return what could not wait for the end of a day, whose hour has passed and whom no supervisor has yet."""
        late = {"open": True, "due_at": {"$lt": now}, "state": {"$in": ["OPEN", "DUE", "OVERDUE"]}}
        return self.find(late, EVERYBODY)
