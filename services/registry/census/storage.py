"""Where census rounds and their doors are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.common.store import Aggregates, Index, Scope, all_of
from services.registry.census.domain.rounds import CensusRound
from services.registry.census.domain.targets import CensusTarget, TargetState


class CensusRounds(Aggregates[CensusRound]):
    """Census rounds; whoever works in one of its grids sees a round."""

    collection, aggregate, state = "census_rounds", "census_round", CensusRound
    area = "scope_grid_ids"
    indexes = (Index("scope_grid_ids"),)


class CensusTargets(Aggregates[CensusTarget]):
    """The doors of all rounds, one document per door and round."""

    collection, aggregate, state = "census_targets", "census_target", CensusTarget
    area = "grid_id"
    indexes = (Index("round_id", "state"), Index("dwelling_id", "-added_at"), Index("reserved_by", "state"))

    def of_round(self, round_id: str, scope: Scope) -> Iterator[CensusTarget]:
        """Give every door of a round, for counting."""
        # One cursor, because paging by id would sort the whole list once for every batch. Under concurrent writes it may
        # give a door twice or not at all; the gate refuses then, since such a door was open or the number falls short.
        for document in self._documents.find(all_of({"round_id": round_id}, self._within(scope))):
            yield self._load(document).state

    def reserved_by(self, staff_id: str) -> int:
        """Return how many doors are kept for a worker."""
        return self.count({"reserved_by": staff_id, "state": TargetState.RESERVED}, Scope.everything("a worker's own doors"))

    def exempt_dwellings(self, grid_ids: Iterable[str]) -> set[str]:
        """Return the dwellings that were exempted when they were last on a list: they come first in the next round (REG-14)."""
        everywhere = Scope.everything("what was left out last time")
        exempt = self.each({"grid_id": {"$in": list(grid_ids)}, "state": TargetState.EXEMPT}, everywhere)
        dwellings = {target.state.dwelling_id for target in exempt}
        newest = {
            dwelling_id: self.find({"dwelling_id": dwelling_id}, everywhere, sort="-added_at", limit=1)[0] for dwelling_id in dwellings
        }
        return {dwelling_id for dwelling_id, target in newest.items() if target.state.state is TargetState.EXEMPT}
