"""Where dwellings are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.registry.dwellings.domain import Dwelling


class Dwellings(Aggregates[Dwelling]):
    """The doors of the community; one address stands once in its grid."""

    collection, aggregate, state = "dwellings", "dwelling", Dwelling
    area = "grid_id"
    indexes = (Index("grid_id", "address_norm", unique=True, code="DWELLING_KNOWN"),)
