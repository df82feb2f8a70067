"""Where the monthly lists of shortfalls are kept."""

from __future__ import annotations

from services.common.ids import id_from
from services.common.store import Aggregates, Index
from services.learning.credit.domain.lists import ShortfallList


class ShortfallLists(Aggregates[ShortfallList]):
    """One document for each branch and month; its id follows from both, so a month has one list, however often the clock runs."""

    collection, aggregate, state = "shortfall_lists", "shortfall_list", ShortfallList
    area = "branch_id"
    indexes = (Index("branch_id", "-as_of"),)


def list_id(branch_id: str, year: int, month: int) -> str:
    """Return the id of the one list of a branch and month."""
    return id_from("shortfall-list", branch_id, f"{year}-{month:02}")
