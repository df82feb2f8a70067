"""Where census rounds and their doors are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from services.common.store import Aggregates, Index, Scope, Stored, all_of
from services.registry.census.domain.rounds import RUNNING, CensusRound
from services.registry.census.domain.targets import OPEN_STATES, CensusTarget, Role, TargetState

WORDS = ("note", "evidence_ref", "late_reason")
"""What somebody types about an attempt: it may name people, so it is stored encrypted."""
COUNTED = ("round_id", "grid_id", "dwelling_id", "origin", "role", "state", "expected_person_ids", "covers_person_ids", "outcome", "exempt")
"""What a count reads of a door, besides the attempt that resolved it."""


class CensusRounds(Aggregates[CensusRound]):
    """Census rounds; whoever works in one of its grids sees a round."""

    collection, aggregate, state = "census_rounds", "census_round", CensusRound
    area = "scope_grid_ids"
    indexes = (Index("scope_grid_ids"), Index("state"))

    def running(self, grid_id: str | None = None) -> list[Stored[CensusRound]]:
        """Return the rounds whose doors are knocked at, everywhere or in one grid."""
        filter: dict[str, Any] = {"state": {"$in": list(RUNNING)}}
        if grid_id:
            filter["scope_grid_ids"] = grid_id
        return self.find(filter, Scope.everything("what happens to a home concerns every round that visits it"))

    def being_opened(self) -> list[Stored[CensusRound]]:
        """Return the rounds whose lists the worker has to write."""
        filter = {"state": "DRAFT", "opening": {"$ne": None}}
        return self.find(filter, Scope.everything("the lists of all grids"))


class CensusTargets(Aggregates[CensusTarget]):
    """The doors of all rounds, one document per door and round."""

    collection, aggregate, state = "census_targets", "census_target", CensusTarget
    area = "grid_id"
    indexes = (
        Index("round_id", "state"),
        Index("round_id", "priority", "_id"),
        Index("round_id", "grid_id", "priority", "_id"),
        Index("dwelling_id", "round_id"),
        Index("reserved_by", "reserved_slot", unique=True, where={"state": TargetState.RESERVED.value}, code="RESERVATION_SLOT"),
        Index("state", "grid_id"),
    )

    def of_round(self, round_id: str, scope: Scope) -> Iterator[CensusTarget]:
        """Give every door of a round, for counting: without its attempts, but for what makes it a duplicate of another."""
        # One cursor, because paging by id would sort the whole list once for every batch. Under concurrent writes it may
        # give a door twice or not at all; the gate refuses then, since such a door was open or the number falls short.
        fields = dict.fromkeys((*COUNTED, "resolved_by_attempt_id", "version", "facts"), 1)
        duplicates = {row["_id"]: row["attempts"] for row in self._duplicates(round_id)}
        for document in self._documents.find(all_of({"round_id": round_id}, self._within(scope)), fields):
            yield self._load({**document, "attempts": duplicates.get(document["_id"], ())}).state

    def at(self, round_id: str, dwelling_id: str) -> list[Stored[CensusTarget]]:
        """Return the targets of one dwelling in one round."""
        return self.find({"round_id": round_id, "dwelling_id": dwelling_id}, Scope.everything("the door is known already"))

    def listed(self, round_id: str) -> tuple[set[str], Counter[str]]:
        """Return what is on a round's list, and how many households without a name are owed a visit at each dwelling."""
        ids, places = set(), Counter()
        for row in self._documents.find({"round_id": round_id}, {"dwelling_id": 1, "role": 1, "household_id": 1}):
            ids.add(row["_id"])
            if row.get("role") == Role.HOUSEHOLD and not row.get("household_id"):
                places[row["dwelling_id"]] += 1
        return ids, places

    def slots(self, staff_id: str) -> set[int]:
        """Return the places on a worker's list of kept doors that are taken."""
        kept = self._documents.find({"reserved_by": staff_id, "state": TargetState.RESERVED}, {"reserved_slot": 1})
        return {row["reserved_slot"] for row in kept}

    def exempt_dwellings(self, grid_ids: Iterable[str]) -> set[str]:
        """Return the dwellings that were exempted when they were last on a list: they come first in the next round (REG-14)."""
        everywhere = Scope.everything("what was left out last time")
        exempt = self.each({"grid_id": {"$in": list(grid_ids)}, "state": TargetState.EXEMPT}, everywhere)
        dwellings = {target.state.dwelling_id for target in exempt}
        newest = {
            dwelling_id: self.find({"dwelling_id": dwelling_id}, everywhere, sort="-added_at", limit=1)[0] for dwelling_id in dwellings
        }
        return {dwelling_id for dwelling_id, target in newest.items() if target.state.state is TargetState.EXEMPT}

    def open_filter(self, open: bool) -> dict[str, Any]:
        """Return the filter for doors that are owed an outcome, or for the others."""
        return {"state": {"$in" if open else "$nin": list(OPEN_STATES)}}

    def _duplicates(self, round_id: str) -> Iterable[dict[str, Any]]:
        said = {"round_id": round_id, "state": TargetState.RESOLVED, "outcome": "DUPLICATE_OF"}
        for row in self._documents.find(said, {"attempts": 1, "resolved_by_attempt_id": 1}):
            yield {**row, "attempts": [one | dict.fromkeys(WORDS) for one in row["attempts"] if one["id"] == row["resolved_by_attempt_id"]]}

    def _contents(self, states: Sequence[CensusTarget]) -> list[dict[str, Any]]:
        contents = super()._contents(states)
        for state, content in zip(states, contents, strict=True):
            words = {one["id"]: {name: one.pop(name, None) for name in WORDS} for one in content["attempts"]}
            said = {id: spoken for id, spoken in words.items() if any(spoken.values())}
            # A door belongs to no one person, so its grid's key seals what was typed; doors of which nothing is said need no cipher.
            content["words"] = self._process.vault.seal(state.grid_id, said) if said else None
        return contents

    def _load(self, document: dict[str, Any]) -> Stored[CensusTarget]:
        sealed = document.get("words")
        said = self._process.vault.unseal(document["grid_id"], sealed) if sealed else {}
        attempts = [{**one, **said.get(one["id"], {})} for one in document.get("attempts", ())]
        return super()._load({**document, "attempts": attempts})
