"""The lead of a grid, on whose list an escalated obligation stands by name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """A grid of the register and its lead."""

    id: str
    lead_staff_id: str | None = None
