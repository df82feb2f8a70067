"""Where the rows of the coverage ledger are kept; why a row goes its way lies encrypted under the person's key."""

from __future__ import annotations

from services.common.ids import id_from
from services.common.redirects import Redirects
from services.common.store import Aggregates, Index
from services.learning.coverage.domain.rows import Coverage


class CoverageRows(Aggregates[Coverage]):
    """One row per member and session; its id follows from both, so it cannot be doubled."""

    collection, aggregate, state = "coverage", "coverage", Coverage
    area = "branch_id"
    opens = True
    indexes = (
        Index("session_id", "member_id", unique=True, code="COVERAGE_DOUBLED"),
        Index("member_id", "state"),
        Index("state", "session_id"),
    )
    sealed = ("rule", "blocker", "abroad", "fallbacks", "options", "waiver")

    def key_of(self, state: Coverage) -> str:
        return state.person_id

    def every_id(self, person_id: str) -> list[str]:
        """Return every id under which a person is known (REG-54)."""
        return self._process.storage(Redirects).ids_of(person_id)


def coverage_id(session_id: str, member_id: str) -> str:
    """Return the id of the one row of a member and a session."""
    return id_from("coverage", session_id, member_id)
