"""Where dwellings are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.common.store import Aggregates, Index, Scope, Stored, batches
from services.registry.dwellings.domain import LIVED_IN_KINDS, Dwelling


class Dwellings(Aggregates[Dwelling]):
    """The doors of the community; one address stands once in its grid."""

    collection, aggregate, state = "dwellings", "dwelling", Dwelling
    area = "grid_id"
    indexes = (Index("grid_id", "address_norm", unique=True, code="DWELLING_KNOWN"), Index("grid_id", "_id"))
    sealed = ("access_note",)

    def key_of(self, state: Dwelling) -> str:
        """Return the grid: a gate code is nobody's own, and a key for each of 40,000 doors would protect it no better."""
        return state.grid_id

    def addressed(self, grid_id: str, addresses: Iterable[str]) -> dict[str, Stored[Dwelling]]:
        """Return the doors of a grid that have these addresses in their written form."""
        everywhere, found = Scope.everything("one address stands once in its grid"), {}
        # The embedded database's time for $in grows by the square of its length.
        for some in batches(addresses, 100):
            doors = self.find({"grid_id": grid_id, "address_norm": {"$in": some}}, everywhere)
            found |= {dwelling.state.address_norm: dwelling for dwelling in doors}
        return found

    def more_than(self, number: int, grid_ids: Iterable[str]) -> bool:
        """Say whether some grids have more doors than a number, without counting the doors of all of them."""
        found = 0
        for grid_id in grid_ids:
            found += len(list(self._documents.find({"grid_id": grid_id}, {"_id": 1}).limit(number + 1 - found)))
            if found > number:
                return True
        return False

    def lived_in(self, grid_ids: Iterable[str]) -> Iterator[Dwelling]:
        """Give every door of some grids behind which somebody may live: the frame of a census."""
        # A grid at a time and the kind looked at here, because the embedded database takes twice as long for a list of grids.
        for grid_id in grid_ids:
            for document in self._documents.find({"grid_id": grid_id}):
                if document["kind"] in LIVED_IN_KINDS:
                    yield self._load(document).state
