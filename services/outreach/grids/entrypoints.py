"""What the register's facts about grids do here."""

from __future__ import annotations

from services.common.events.registry import GridDefined
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause, Scope
from services.outreach.grids.domain import Grid
from services.outreach.grids.storage import Grids


class GridSubscriptions:
    """Keeps the lead of each grid."""

    grids = Storage(Grids)

    @subscribe(GridDefined)
    def on_grid_defined(self, event):
        """Keep the grid's lead, or its new one."""
        grid, cause = Grid(event.data.grid_id, event.data.lead_staff_id), Cause.of_event(event)
        known = self.grids.find_one({"_id": grid.id}, Scope.everything("a fact of the register"))
        if known:
            self.grids.save(known, grid, [], cause)
        else:
            self.grids.add(grid, [], cause)
