"""Where incidents are kept; who confirmed an elder's safety lies encrypted under the elder's key."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.incidents.domain import Incident

EVERYBODY = Scope.everything("whether somebody is being looked for knows no areas")


class Incidents(Aggregates[Incident]):
    """Incidents, one document each; at most one is open for a person."""

    collection, aggregate, state = "incidents", "incident", Incident
    area = "grid_id"
    indexes = (Index("person_id", unique=True, where={"open": True}, code="INCIDENT_OPEN_ALREADY"), Index("open", "-opened_at"))
    sealed = ("safety_confirmed_by",)

    def key_of(self, state: Incident) -> str:
        return state.person_id

    def open_of(self, person_id: str) -> Stored[Incident] | None:
        """Return the incident that is open for a person."""
        return self.find_one({"person_id": person_id, "open": True}, EVERYBODY)
