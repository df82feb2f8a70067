"""Where grids are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.registry.grids.domain import Grid


class Grids(Aggregates[Grid]):
    """Grids, one document each, with the facts not yet published."""

    collection, aggregate, state = "grids", "grid", Grid
    area = "grid_id"
    indexes = (Index("code", unique=True, code="GRID_CODE_TAKEN"), Index("lead_staff_id"), Index("grid_id", "_id"))

    def led_by(self, staff_id: str) -> list[Stored[Grid]]:
        """Return the grids of which somebody is the lead."""
        return self.find({"lead_staff_id": staff_id}, Scope.everything("whoever leaves may lead any grid"))
