"""Where safeguarding cases are kept; who it is about is known only to who can read the case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.common.redirects import Redirects
from services.common.safeguarding.domain import CaseState
from services.common.safeguarding.storage import OFFICERS, Cases
from services.common.store import Index, Stored
from services.outreach.safeguarding.domain import SafeguardingCase


class SafeguardingCases(Cases[SafeguardingCase]):
    """Cases about persons."""

    collection, aggregate, state = "safeguarding_cases", "safeguarding_case", SafeguardingCase
    indexes = (*Cases.indexes, Index("person_id"), Index("follow_up_since", "_id"))
    sealed = (*Cases.sealed, "visit_id")

    def key_of(self, state: SafeguardingCase) -> str:
        return state.person_id

    def asked(self, query: dict[str, Any]) -> dict[str, Any]:
        """Return what a list is asked for beside what every service's is."""
        return {"follow_up_since": {"$gt": ""}} if query.get("follow_up") else {}

    def of_each(self, person_ids: Sequence[str]) -> list[Stored[SafeguardingCase]]:
        """Return the cases about these people that are not closed, a hundred people at most, under whatever id."""
        ids = [id for each in self._process.storage(Redirects).ids_of_each(person_ids).values() for id in each]
        open = [state.value for state in CaseState if state is not CaseState.CLOSED]
        return [one for id in ids for one in self.find({"person_id": id, "state": {"$in": open}}, OFFICERS)]
