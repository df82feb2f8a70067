"""A warning of extreme weather; each high-tier elder is owed a call or a visit by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.common.events.base import Event
from services.common.events.outreach import WeatherWarningIssued


class WeatherKind(StrEnum):
    HEAT = "HEAT"
    COLD = "COLD"
    RAIN = "RAIN"
    SNOW = "SNOW"
    WIND = "WIND"
    TYPHOON = "TYPHOON"
    SMOG = "SMOG"


class Level(StrEnum):
    YELLOW = "YELLOW"
    ORANGE = "ORANGE"
    RED = "RED"


@dataclass(frozen=True)
class WeatherWarning:
    """One warning, for some grids."""

    id: str
    kind: WeatherKind
    level: Level
    grid_ids: tuple[str, ...]
    """Where it holds; empty for the whole community."""
    issued_at: datetime
    issued_by: str


def warn(
    *, id: str, kind: WeatherKind, level: Level, grid_ids: Sequence[str], at: datetime, by: str
) -> tuple[WeatherWarning, list[Event]]:
    """Issue a warning; what is owed by it follows from its fact."""
    warning = WeatherWarning(id=id, kind=kind, level=level, grid_ids=tuple(dict.fromkeys(grid_ids)), issued_at=at, issued_by=by)
    return warning, [WeatherWarningIssued(warning_id=id, kind=kind.value, level=level.value, grid_ids=list(warning.grid_ids))]
