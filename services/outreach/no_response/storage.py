"""Where no-response plans are kept; what was agreed lies encrypted under the elder's key."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope
from services.outreach.no_response.domain import NoResponsePlan

EVERYBODY = Scope.everything("whether a plan holds the ladder back knows no areas")


class NoResponsePlans(Aggregates[NoResponsePlan]):
    """Plans, one document for each person of whom outreach must know something in this regard."""

    collection, aggregate, state = "no_response_plans", "no_response_plan", NoResponsePlan
    area = "grid_id"
    opens = True
    indexes = (Index("agreed", "review_on"), Index("agreed", "to_review"))
    sealed = ("wishes",)

    def of(self, person_id: str) -> NoResponsePlan | None:
        """Return what is known of a person's wishes."""
        found = self.find_one({"_id": person_id}, EVERYBODY)
        return found.state if found else None
