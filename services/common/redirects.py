"""Which ids of people lead to which others since records were merged: one small table in each service (REG-54).

What happened stays under the id under which it happened; whoever reads asks for all ids of a person. Facts about the one
and the other come in any order, and a merge may come after facts that it concerns, so nothing here depends on order: each
row says one step, and the way is followed when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

STEPS = 20
"""No chain is longer: registry refuses a merge of what is merged away already."""


class Redirects:
    """The table of one service."""

    def __init__(self, process):
        self._rows = process.db["redirects"]

    def prepare(self) -> None:
        """Create the index by which all ids of a person are found."""
        self._rows.create_index("winner_id")

    def put(self, merge_id: str, winner_id: str, loser_id: str) -> None:
        """Let an id lead to another."""
        self._rows.update_one({"_id": loser_id}, {"$set": {"winner_id": winner_id, "merge_id": merge_id}}, upsert=True)

    def remove(self, merge_id: str, loser_id: str) -> None:
        """Let an id stand for itself again, unless another merge has taken it since."""
        self._rows.delete_one({"_id": loser_id, "merge_id": merge_id})

    def resolve(self, person_id: str) -> str:
        """Return the id under which a person is known now."""
        for _ in range(STEPS):
            row = self._rows.find_one({"_id": person_id})
            if row is None:
                return person_id
            person_id = row["winner_id"]
        return person_id

    def ids_of(self, person_id: str) -> list[str]:
        """Return every id of a person, the present one first."""
        found = [self.resolve(person_id)]
        level = found
        for _ in range(STEPS):
            level = [row["_id"] for row in self._rows.find({"winner_id": {"$in": level}}) if row["_id"] not in found]
            if not level:
                break
            found = [*found, *level]
        return found

    def ids_of_each(self, person_ids: Sequence[str]) -> dict[str, list[str]]:
        """Return every id of each of these people, a hundred of them at most: almost all have one, so two look-ups do for all."""
        among = {"$in": list(person_ids)}
        moved = {row["_id"] for row in self._rows.find({"_id": among}, {"_id": 1})}
        moved |= {row["winner_id"] for row in self._rows.find({"winner_id": among}, {"winner_id": 1})}
        return {id: self.ids_of(id) if id in moved else [id] for id in person_ids}

    def matching(self, person_id: str) -> Any:
        """Return what a filter asks a field of person ids for, so that it finds the person under every id."""
        ids = self.ids_of(person_id)
        return ids[0] if len(ids) == 1 else {"$in": ids}
