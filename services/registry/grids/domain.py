"""Grids: the areas by which the community divides its work and its rights."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.common.events.base import Event
from services.common.events.registry import GridDefined


class GridKind(StrEnum):
    BASE = "BASE"
    SPECIAL = "SPECIAL"


@dataclass(frozen=True)
class Grid:
    """One grid; its own id is the area that its dwellings, people and doors carry."""

    id: str
    grid_id: str
    code: str
    name: str
    kind: GridKind = GridKind.BASE
    lead_staff_id: str | None = None
    defined_at: datetime | None = None


def define(
    *, id: str, code: str, name: str, kind: GridKind = GridKind.BASE, lead_staff_id: str | None = None, at: datetime, by: str | None
) -> tuple[Grid, list[Event]]:
    """Define a grid and announce it."""
    grid = Grid(id=id, grid_id=id, code=code.strip().upper(), name=name.strip(), kind=kind, lead_staff_id=lead_staff_id, defined_at=at)
    return grid, [_defined(grid)]


def change(
    grid: Grid, *, name: str | None = None, lead_staff_id: str | None = None, at: datetime, by: str | None
) -> tuple[Grid, list[Event]]:
    """Rename a grid or give it another lead; what is not named stays."""
    changed = replace(grid, name=(name or grid.name).strip(), lead_staff_id=lead_staff_id or grid.lead_staff_id)
    return changed, [_defined(changed)] if changed != grid else []


def lose_lead(grid: Grid) -> tuple[Grid, list[Event]]:
    """Leave a grid without a lead who works here no longer."""
    without = replace(grid, lead_staff_id=None)
    return without, [_defined(without)] if without != grid else []


def _defined(grid: Grid) -> GridDefined:
    return GridDefined(grid_id=grid.id, code=grid.code, lead_staff_id=grid.lead_staff_id)
