"""Where grids are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.registry.grids.domain import Grid


class Grids(Aggregates[Grid]):
    """Grids, one document each, with the facts not yet published."""

    collection, aggregate, state = "grids", "grid", Grid
    area = "grid_id"
    indexes = (Index("code", unique=True, code="GRID_CODE_TAKEN"),)
