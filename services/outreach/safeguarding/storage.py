"""Where safeguarding cases are kept; who it is about is known only to who can read the case."""

from __future__ import annotations

from services.common.safeguarding.storage import Cases
from services.common.store import Index
from services.outreach.safeguarding.domain import SafeguardingCase


class SafeguardingCases(Cases[SafeguardingCase]):
    """Cases about persons."""

    collection, aggregate, state = "safeguarding_cases", "safeguarding_case", SafeguardingCase
    indexes = (*Cases.indexes, Index("person_id"))
    sealed = (*Cases.sealed, "visit_id")

    def key_of(self, state: SafeguardingCase) -> str:
        return state.person_id
