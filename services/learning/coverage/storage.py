"""Where the rows of the coverage ledger are kept; why a row goes its way lies encrypted under the person's key."""

from __future__ import annotations

from datetime import date

from services.common.ids import id_from
from services.common.redirects import STEPS, Redirects
from services.common.store import Aggregates, Index, Scope, Stored
from services.learning.coverage.domain.rows import Coverage

EVERYBODY = Scope.everything("what was learnt in another branch counts as well")


class CoverageRows(Aggregates[Coverage]):
    """One row per member and session; its id follows from both, so it cannot be doubled."""

    collection, aggregate, state = "coverage", "coverage", Coverage
    area = "branch_id"
    opens = True
    indexes = (
        Index("session_id", "member_id", unique=True, code="COVERAGE_DOUBLED"),
        Index("member_id", "state"),
        Index("state", "session_id"),
        Index("member_id", "held_on"),
        Index("person_id", "held_on"),
        Index("bearer.id", sparse=True),
        Index("bearer_lost_on"),
        Index("proofs.reference", sparse=True),
        Index("branch_id", "_id"),
    )
    sealed = ("rule", "blocker", "abroad", "fallbacks", "options", "waiver", "feedback")

    def key_of(self, state: Coverage) -> str:
        return state.person_id

    def credited_in(self, member_id: str, year: int) -> list[Stored[Coverage]]:
        """Return a member's lessons of the sessions of a year that were credited, also those of which a new edition is owed (LRN-32)."""
        held_on = {"$gte": f"{year}-01-01", "$lte": f"{year}-12-31"}
        return [row for row in self.each({"member_id": member_id, "held_on": held_on}, EVERYBODY) if row.state.credited]

    def borne_by(self, bearer_id: str) -> list[Stored[Coverage]]:
        """Return the rows whose lessons somebody brings, or brought, to the member."""
        return list(self.each({"bearer.id": bearer_id}, EVERYBODY))

    def taught_on(self, visit_id: str) -> list[Stored[Coverage]]:
        """Return the rows for which something was recorded of a visit."""
        return list(self.each({"proofs.reference": visit_id}, EVERYBODY))

    def shown(self, person_ids: list[str], held_on: date) -> list[Stored[Coverage]]:
        """Return the lessons of a day of which some branch showed that a person had them (LRN-30)."""
        wanted = {"held_on": held_on.isoformat(), "shown_on": {"$gt": ""}}
        return [row for id in person_ids for row in self.find({"person_id": id, **wanted}, EVERYBODY)]

    def standing(self, coverage_id: str) -> Stored[Coverage] | None:
        """Return the row itself, or the one that stands for it since a merge, so that what comes late for either counts (LRN-12)."""
        row = self.find_one({"_id": coverage_id}, EVERYBODY)
        for _ in range(STEPS):
            if row is None or row.state.merged_into is None:
                break
            row = self.find_one({"_id": row.state.merged_into}, EVERYBODY)
        return row

    def every_id(self, person_id: str) -> list[str]:
        """Return every id under which a person is known (REG-54)."""
        return self._process.storage(Redirects).ids_of(person_id)


def coverage_id(session_id: str, member_id: str) -> str:
    """Return the id of the one row of a member and a session."""
    return id_from("coverage", session_id, member_id)
