"""Opens the incidents that belong to a visit at which nobody answered (OUT-20)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from services.common.errors import Invalid, NotFound
from services.common.store import Cause, Scope
from services.outreach.care.domain import CareRecipient, Tier
from services.outreach.incidents.desk import Desk
from services.outreach.incidents.domain.incidents import to_look_for
from services.outreach.visits.domain.reports import KnownAbsence, Method
from services.outreach.visits.domain.visits import Visit


class Registrar:
    """Finds the incident of each elder who did not answer, and opens those that are not open yet.

    `people` are those visited as they are known now, by the ids that the visit names; an incident stands under the id
    under which the elder is in care (REG-54).
    """

    def __init__(self, desk: Desk, visit: Visit, people: Mapping[str, CareRecipient]):
        self._desk, self._incidents, self._visit, self._people = desk, desk.incidents, visit, people

    @property
    def tiers(self) -> dict[str, Tier]:
        """Return the tier of each of those visited who is known here."""
        return {person_id: person.tier for person_id, person in self._people.items()}

    def named(self, incident_id: str, scope: Scope) -> dict[str, str]:
        """Return by person an incident that is open for one of the people visited, or refuse it."""
        try:
            incident = self._incidents.get(incident_id, scope).state
        except NotFound:
            raise Invalid.field("incident_id", "INCIDENT_UNKNOWN") from None
        theirs = [person_id for person_id in self._visit.person_ids if incident.person_id in (person_id, self._present(person_id))]
        if not theirs or not incident.open:
            raise Invalid.field("incident_id", "INCIDENT_OF_OTHERS")
        return dict.fromkeys(theirs, incident_id)

    def foreseen(
        self, new_id: Callable[[str], str], *, method: Method, absence: KnownAbsence | None, looked_for: Collection[str], asked: bool
    ) -> dict[str, str]:
        """Return by person which incident there is, or is to be."""
        at_the_door = method is Method.IN_PERSON
        wanted = to_look_for(
            self._visit.person_ids,
            self.tiers,
            absent=absence.of(self._visit.person_ids) if absence else (),
            looked_for=looked_for,
            asked=asked,
            should_answer=[id for id, person in self._people.items() if person.should_answer] if at_the_door else (),
        )
        known = {person_id: self._incidents.open_of(self._present(person_id)) for person_id in wanted}
        return {person_id: incident.id if incident else new_id(f"incident:{person_id}") for person_id, incident in known.items()}

    def open(self, foreseen: Mapping[str, str], *, happened_at: datetime, by: str, cause: Cause) -> None:
        """Open what is not open yet; the same cause again opens nothing twice."""
        for person_id, incident_id in foreseen.items():
            present_id = self._present(person_id)
            if self._incidents.open_of(present_id) is None:
                self._desk.open(
                    id=incident_id,
                    grid_id=self._visit.grid_id,
                    person_id=present_id,
                    tier=self.tiers.get(person_id, Tier.GENERAL),
                    visit_id=self._visit.id,
                    happened_at=happened_at,
                    by=by,
                    cause=cause.part(f"incident:{person_id}"),
                )

    def _present(self, person_id: str) -> str:
        return self._people[person_id].id if person_id in self._people else person_id
