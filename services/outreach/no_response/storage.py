"""Where no-response plans are kept; what was agreed lies encrypted under the elder's key."""

from __future__ import annotations

from dataclasses import replace

from services.common.errors import NotFound
from services.common.redirects import Redirects
from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.no_response.domain import NoResponsePlan, together

EVERYBODY = Scope.everything("whether a plan holds the ladder back knows no areas")


class NoResponsePlans(Aggregates[NoResponsePlan]):
    """Plans, one document for each person of whom outreach must know something in this regard."""

    collection, aggregate, state = "no_response_plans", "no_response_plan", NoResponsePlan
    area = "grid_id"
    opens = True
    indexes = (Index("agreed", "review_on"), Index("agreed", "to_review"))
    sealed = ("wishes",)

    def of(self, person_id: str) -> NoResponsePlan | None:
        """Return what is known of a person's wishes, under whichever id they were known."""
        return together([row.state for row in self._rows(person_id, EVERYBODY)])

    def agreed_with(self, person_id: str, scope: Scope) -> Stored[NoResponsePlan]:
        """Return the plan that counts for a person, under the id under which it was agreed."""
        rows = self._rows(person_id, scope)
        plan = together([row.state for row in rows])
        if plan is None or not plan.agreed:
            raise NotFound()
        return replace(next(row for row in rows if row.id == plan.id), state=plan)

    def _rows(self, person_id: str, scope: Scope) -> list[Stored[NoResponsePlan]]:
        ids = self._process.storage(Redirects).ids_of(person_id)
        return sorted(self.find({"_id": {"$in": ids}}, scope), key=lambda row: ids.index(row.id))
