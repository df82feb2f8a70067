"""Opens the incidents that belong to a visit at which nobody answered (OUT-20)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from services.common.errors import Invalid, NotFound
from services.common.store import Cause, Scope
from services.outreach.care.domain import Tier
from services.outreach.incidents.desk import Desk
from services.outreach.incidents.domain.incidents import at_risk
from services.outreach.visits.domain.visits import Visit


class Registrar:
    """Finds the incident of each elder at risk who did not answer, and opens those that are not open yet."""

    def __init__(self, desk: Desk, visit: Visit, tiers: Mapping[str, Tier]):
        self._desk, self._incidents, self._visit, self._tiers = desk, desk.incidents, visit, tiers

    def named(self, incident_id: str, scope: Scope) -> str:
        """Return the id of an incident that is open for one of the people visited, or refuse it."""
        try:
            incident = self._incidents.get(incident_id, scope).state
        except NotFound:
            raise Invalid.field("incident_id", "INCIDENT_UNKNOWN") from None
        if incident.person_id not in self._visit.person_ids or not incident.open:
            raise Invalid.field("incident_id", "INCIDENT_OF_OTHERS")
        return incident_id

    def foreseen(self, new_id: Callable[[str], str]) -> dict[str, str]:
        """Return by person which incident there is, or is to be."""
        known = {person_id: self._incidents.open_of(person_id) for person_id in at_risk(self._visit.person_ids, self._tiers)}
        return {person_id: incident.id if incident else new_id(f"incident:{person_id}") for person_id, incident in known.items()}

    def open(self, foreseen: Mapping[str, str], *, happened_at: datetime, by: str, cause: Cause) -> None:
        """Open what is not open yet; the same cause again opens nothing twice."""
        for person_id, incident_id in foreseen.items():
            if self._incidents.open_of(person_id) is None:
                self._desk.open(
                    id=incident_id,
                    grid_id=self._visit.grid_id,
                    person_id=person_id,
                    tier=self._tiers.get(person_id, Tier.GENERAL),
                    visit_id=self._visit.id,
                    happened_at=happened_at,
                    by=by,
                    cause=cause.part(f"incident:{person_id}"),
                )
