"""Where the leads of grids are kept: a copy of the register's facts, without facts of its own."""

from __future__ import annotations

from services.common.store import Aggregates, Scope
from services.outreach.grids.domain import Grid


class Grids(Aggregates[Grid]):
    """Grids, one document each."""

    collection, state = "grids", Grid

    def leads(self) -> dict[str, str | None]:
        """Return the lead of each grid."""
        return {grid.id: grid.state.lead_staff_id for grid in self.each({}, Scope.everything("leads are known by all of outreach"))}
