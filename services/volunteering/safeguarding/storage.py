"""Where suspicions of harm to children are kept; which child it is about is known only to who can read the case."""

from __future__ import annotations

from services.common.safeguarding.storage import Cases
from services.common.store import Index
from services.volunteering.safeguarding.domain import ChildCase


class ChildCases(Cases[ChildCase]):
    """Suspicions, apart from every record of a meeting."""

    collection, aggregate, state = "child_cases", "child_safeguarding_case", ChildCase
    indexes = (*Cases.indexes, Index("child_id"))
    sealed = (*Cases.sealed, "session_id")

    def key_of(self, state: ChildCase) -> str:
        return state.child_id
