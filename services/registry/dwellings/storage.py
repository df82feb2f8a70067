"""Where dwellings are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.common.store import Aggregates, Index
from services.registry.dwellings.domain import LIVED_IN_KINDS, Dwelling


class Dwellings(Aggregates[Dwelling]):
    """The doors of the community; one address stands once in its grid."""

    collection, aggregate, state = "dwellings", "dwelling", Dwelling
    area = "grid_id"
    indexes = (Index("grid_id", "address_norm", unique=True, code="DWELLING_KNOWN"),)

    def lived_in(self, grid_ids: Iterable[str]) -> Iterator[Dwelling]:
        """Give every door of some grids behind which somebody may live: the frame of a census."""
        kinds = [kind.value for kind in LIVED_IN_KINDS]
        for document in self._documents.find({"grid_id": {"$in": list(grid_ids)}, "kind": {"$in": kinds}}):
            yield self._load(document).state
