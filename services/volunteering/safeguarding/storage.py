"""Where suspicions of harm to children are kept; which child it is about is known only to who can read the case."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.volunteering.safeguarding.domain import ChildCase

OFFICERS = Scope.everything("safeguarding belongs to no area; the officers' role decides")


class ChildCases(Aggregates[ChildCase]):
    """Cases, one document each, apart from every record of a meeting."""

    collection, aggregate, state = "child_cases", "child_safeguarding_case", ChildCase
    indexes = (Index("state", "due_at"), Index("state", "next_at"), Index("due_at", "_id"))
    sealed = ("signs", "words", "session_id", "reports", "notes")

    def key_of(self, state: ChildCase) -> str:
        return state.child_id

    def for_reader(self, case_id: str, reader: set[str]) -> Stored[ChildCase] | None:
        """Return a case, unless the reader is among those suspected in it."""
        return self.find_one({"_id": case_id, "hidden_from": {"$nin": sorted(reader)}}, OFFICERS)
