"""Where swaps are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope
from services.volunteering.swaps.domain.swap import Swap

COMMUNITY = Scope.everything("swaps belong to the whole community")


class Swaps(Aggregates[Swap]):
    """Swaps, one document each; a place is in one swap at a time, and the words of why lie sealed."""

    collection, aggregate, state = "swaps", "swap", Swap
    sealed = ("reason",)
    indexes = (
        Index("hold", unique=True, code="SWAP_UNDER_WAY"),
        Index("state", "deadline"),
        Index("given.activity_id"),
        Index("given.volunteer_id"),
    )

    def key_of(self, state: Swap) -> str:
        return state.person_id
