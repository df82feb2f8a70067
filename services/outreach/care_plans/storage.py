"""Where care plans are kept; their goals lie encrypted under the person's key."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.outreach.care_plans.domain import CarePlan, PlanState


class CarePlans(Aggregates[CarePlan]):
    """Care plans, one document each; at most one is approved for a person."""

    collection, aggregate, state = "care_plans", "care_plan", CarePlan
    area = "grid_id"
    opens = True
    indexes = (
        Index("person_id", unique=True, where={"state": PlanState.APPROVED.value}, code="CARE_PLAN_APPROVED_ALREADY"),
        Index("state", "review_on"),
        Index("person_id", "review_on"),
        Index("grid_id", "review_on", "_id"),
        Index("review_on", "_id"),
    )
    sealed = ("goals",)

    def key_of(self, state: CarePlan) -> str:
        return state.person_id
