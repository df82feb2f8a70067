"""Where it is kept who broke the glass, and why."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.registry.break_glass.domain import BreakGlass


class BreakGlasses(Aggregates[BreakGlass]):
    """Each use, for ever; the reason is about the person, so it is sealed with their key."""

    collection, aggregate, state = "break_glass", "break_glass", BreakGlass
    area = "grid_id"
    indexes = (Index("person_id", "_id"), Index("grid_id", "_id"))
    sealed = ("reason",)

    def key_of(self, state: BreakGlass) -> str:
        return state.person_id
