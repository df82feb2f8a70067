"""Where census rounds and their doors are kept."""

from __future__ import annotations

from collections.abc import Iterable

from services.common.store import Aggregates, Index, Scope
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

    def dwellings_of(self, round_id: str) -> set[str]:
        """Return the dwellings that stand on a round's list."""
        return {target.state.dwelling_id for target in self.each({"round_id": round_id}, Scope.everything("the whole list of a round"))}

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
