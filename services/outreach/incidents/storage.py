"""Where incidents are kept; who confirmed an elder's safety, and all that was said, lies encrypted under the elder's key."""

from __future__ import annotations

from datetime import datetime

from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.outreach.incidents.domain.incidents import Incident, Resolution

EVERYBODY = Scope.everything("whether somebody is being looked for knows no areas")


class Incidents(Aggregates[Incident]):
    """Incidents, one document each; at most one is open for a person."""

    collection, aggregate, state = "incidents", "incident", Incident
    area = "grid_id"
    erasable = True
    opens = True
    indexes = (
        Index("person_id", unique=True, where={"open": True}, code="INCIDENT_OPEN_ALREADY"),
        Index("person_id", "-opened_at"),
        Index("open", "next_at"),
        Index("open", "-opened_at"),
        Index("state", "-opened_at"),
        Index("aftercare_open", "-opened_at"),
        Index("ticked.visit_id"),
        Index("grid_id", "opened_at", "_id"),
        Index("opened_at", "_id"),
    )
    sealed = ("safety_confirmed_by", "steps", "hearsay", "police_case_ref")

    def key_of(self, state: Incident) -> str:
        return state.person_id

    def open_of(self, person_id: str) -> Stored[Incident] | None:
        """Return the incident that is open for a person."""
        return self.find_one({"person_id": person_id, "open": True}, EVERYBODY)

    def find_caused(self, cause: Cause) -> Stored[Incident] | None:
        """Return the incident on which a cause took effect before."""
        return self.find_one({"handled.key": cause.key}, EVERYBODY)

    def safe_away_since(self, person_id: str, since: datetime) -> list[str]:
        """Return which incidents of a person that opened since then ended with them safe elsewhere (OUT-24)."""
        wanted = {"person_id": person_id, "opened_at": {"$gte": since}, "resolution": Resolution.SAFE_AWAY.value}
        return [incident.id for incident in self.find(wanted, EVERYBODY, sort="-opened_at")]

    def visited_by(self, visit_id: str) -> list[Stored[Incident]]:
        """Return the incidents after which this visit was the one that was owed."""
        return self.find({"ticked.visit_id": visit_id}, EVERYBODY)

    def to_care_for(self, person_id: str) -> list[Stored[Incident]]:
        """Return a person's incidents after which something is left to do."""
        return self.find({"person_id": person_id, "aftercare_open": True}, EVERYBODY, sort="-opened_at")
