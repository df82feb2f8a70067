"""Where visits are kept; what was told in confidence lies encrypted under the visited person's key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from services.common.consents import Purpose
from services.common.redirects import Redirects
from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.consents.storage import Consents
from services.outreach.visits.domain.reports import ItemKind, Method, Report
from services.outreach.visits.domain.visits import MADE, Visit

EVERYBODY = Scope.everything("whether a visit counts, or overlaps another, knows no areas")
LONGEST = timedelta(hours=12)
MOMENT = timedelta(seconds=1)
"""The database keeps less than a fact tells of a time."""


class Visits(Aggregates[Visit]):
    """Visits, one document each, planned, made or tried."""

    collection, aggregate, state = "visits", "visit", Visit
    area = "grid_id"
    erasable = True
    opens = True
    indexes = (Index("recorded_at", "_id"), Index("photos.consent_id"), Index("missing"), Index("instead_of"), Index("declined_by"), Index("person_ids", "-recorded_at"), Index("seen_person_ids", "-happened_at"), Index("staff_ids", "-happened_at"), Index("check_wanted", "-recorded_at"), Index("awaiting", "-recorded_at"), Index("grid_id", "recorded_at", "_id"))
    sealed = ("note", "third_party", "late_reason", "observations")

    def key_of(self, state: Visit) -> str:
        return state.person_ids[0]

    def completed_of(self, person_id: str) -> list[Stored[Visit]]:
        """Return the latest visits in which a person was seen or spoken to."""
        made = {"seen_person_ids": self._process.storage(Redirects).matching(person_id), "state": {"$in": list(MADE)}, "awaiting": {"$ne": True}}
        return self.find(made, EVERYBODY, sort="-happened_at", limit=60)

    def taught(self, person_id: str, coverage_id: str, at: datetime) -> bool:
        """Say whether a lesson was taught on a visit of this moment on which the person was seen."""
        then = [visit.state for visit in self.completed_of(person_id) if abs(visit.state.happened_at - at) < MOMENT]
        return any(item.kind is ItemKind.LEARNING_DELIVERY and item.ref == coverage_id for visit in then for item in visit.items)

    def completed_among(self, person_ids: Collection[str], since: datetime | None) -> Iterator[dict[str, Any]]:
        """Give the visits in which any of these people was seen or spoken to; what was told in confidence stays sealed."""
        made: dict[str, Any] = {"seen_person_ids": {"$in": list(person_ids)}, "state": {"$in": list(MADE)}, "awaiting": {"$ne": True}}
        lately = {"happened_at": {"$gte": since}} if since else {}
        fields = dict.fromkeys(("seen_person_ids", "happened_at", "method", "outcome"), 1)
        yield from self._documents.find({**made, **lately, **self._living(EVERYBODY)}, fields)

    def beside(self, visit: Visit, report: Report) -> list[Visit]:
        """Return the visits that the same staff made in person at about the same time."""
        if report.method is not Method.IN_PERSON or report.ended_at is None:
            return []
        about = {"$gt": report.happened_at - LONGEST, "$lt": report.ended_at}
        same_staff = {"staff_ids": {"$in": list(visit.staff_ids)}, "method": Method.IN_PERSON.value, "happened_at": about}
        return [other.state for other in self.find(same_staff, EVERYBODY)]

    def draw(self, visit_id: str) -> float:
        """Return the lot of a visit between 0 and 100: the same whenever it is drawn, and nobody's to choose (OUT-17)."""
        return int(self.blind("spot_check", visit_id)[:8], 16) / 0xFFFFFFFF * 100

    def with_photos_under(self, consent_id: str) -> list[Stored[Visit]]:
        """Return the visits of which photos were taken by this consent."""
        return self.find({"photos.consent_id": consent_id}, EVERYBODY)

    def planned_by(self, staff_id: str) -> list[Stored[Visit]]:
        """Return the visits that are or were to be made by a member of staff and are not made."""
        not_made = {"state": {"$in": ["PLANNED", "CANCELLED"]}, "planned_for": {"$ne": None}}
        found = (*self.find({"staff_ids": staff_id, **not_made}, EVERYBODY), *self.find({"instead_of": staff_id, **not_made}, EVERYBODY))
        return list({visit.id: visit for visit in found}.values())

    def planned_without(self, person_id: str) -> list[Stored[Visit]]:
        """Return the visits that are planned to others because this person's death was reported."""
        return self.find({"missing": person_id, "state": "PLANNED"}, EVERYBODY)

    def ever_planned_for(self, person_ids: Collection[str]) -> list[Stored[Visit]]:
        """Return the latest visits that are or were planned to these people, the earliest planned first."""
        found = self.find({"person_ids": {"$in": sorted(set(person_ids))}, "planned_for": {"$ne": None}}, EVERYBODY, sort="-recorded_at", limit=200)
        return sorted(found, key=lambda visit: (visit.state.planned_for, visit.id))

    def ever_planned_or_declined(self, person_ids: Collection[str]) -> list[Stored[Visit]]:
        """Return what is or was planned to these people, and what goes on without them because they said NO (X-14)."""
        declined = self.find({"declined_by": {"$in": sorted(set(person_ids))}}, EVERYBODY, sort="-recorded_at", limit=200)
        return list({visit.id: visit for visit in (*self.ever_planned_for(person_ids), *declined)}.values())

    def refusing(self, visit: Visit, on: date) -> set[str]:
        """Return to whom of a visit's people a NO to visits at home stands on a day, under whatever id it was said (X-14)."""
        redirects, consents = self._process.storage(Redirects), self._process.storage(Consents)
        known_as = {id: redirects.resolve(id) for id in visit.person_ids}
        refusing = consents.refusing(known_as.values(), Purpose.HOME_VISIT, on)
        return {id for id, now in known_as.items() if now in refusing}
