"""What somebody can do, and how they are spoken to: asked or assessed, never derived."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DIALECT = r"^[A-Z][A-Z0-9_]{1,19}$"
"""How a dialect or language is written: a community's own codes, the same as for its staff."""
MOST_DIALECTS = 10


class ReadsChinese(StrEnum):
    """Whether somebody reads Chinese characters."""

    Y = "Y"
    N = "N"
    LITTLE = "LITTLE"


@dataclass(frozen=True)
class Abilities:
    """How far each ability is lost, as elders are assessed: 0 not, 1 slightly, 2 moderately, 3 severely; None while nobody knows."""

    mobility: int | None = None
    hearing: int | None = None
    vision: int | None = None
    cognition: int | None = None
