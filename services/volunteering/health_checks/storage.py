"""Where results of health checks are kept: sealed with the key of whose they are."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.volunteering.health_checks.domain import HealthCheck


class HealthChecks(Aggregates[HealthCheck]):
    """Results, one document each (CLS2)."""

    collection, aggregate, state = "health_checks", "health_check", HealthCheck
    sealed = ("measures",)
    indexes = (
        Index("activity_id", "person_id", unique=True, code="CHECKED_ALREADY"),
        Index("person_id", "checked_on"),
        Index("call_due_on", "_id"),
    )

    def key_of(self, state: HealthCheck) -> str:
        return state.person_id
