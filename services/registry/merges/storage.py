"""Where merges are kept; what the two records said before lies encrypted under the winner's key."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope
from services.registry.merges.domain.merge import Merge

EVERYBODY = Scope.everything("a merge changes whatever belongs to the two")


class Merges(Aggregates[Merge]):
    """Merges, one document each; no person is in two that are proposed or under way, so no circle can come about (REG-54)."""

    collection, aggregate, state = "merges", "merge", Merge
    area = "grid_ids"
    sealed = ("moves",)
    indexes = (
        Index("party_ids", unique=True, where={"under_way": True}, code="MERGE_UNDER_WAY"),
        Index("state", "_id"),
        Index("winner_id", "state"),
        Index("loser_id", "state"),
        Index("grid_ids", "_id"),
    )

    def key_of(self, state: Merge) -> str:
        return state.winner_id
