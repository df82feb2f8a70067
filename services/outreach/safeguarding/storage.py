"""Where safeguarding cases are kept; who it is about is known only to who can read the case."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.safeguarding.domain import SafeguardingCase

OFFICERS = Scope.everything("safeguarding belongs to no area; the officers' role decides")


class SafeguardingCases(Aggregates[SafeguardingCase]):
    """Cases, one document each; they belong to no grid, so that no fact of them names one."""

    collection, aggregate, state = "safeguarding_cases", "safeguarding_case", SafeguardingCase
    indexes = (Index("state", "due_at"), Index("state", "next_at"), Index("due_at", "_id"))
    sealed = ("signs", "words", "visit_id", "reports", "notes")

    def key_of(self, state: SafeguardingCase) -> str:
        return state.person_id

    def for_reader(self, case_id: str, reader: set[str]) -> Stored[SafeguardingCase] | None:
        """Return a case, unless the reader is among those suspected in it."""
        return self.find_one({"_id": case_id, "hidden_from": {"$nin": sorted(reader)}}, OFFICERS)
