"""Where case files are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.registry.case_files.domain import CaseFile, CaseFileState


class CaseFiles(Aggregates[CaseFile]):
    """Case files; a person has at most one that is open. Health, need and family lie encrypted under the person's key (X-16)."""

    collection, aggregate, state = "case_files", "case_file", CaseFile
    area = "grid_id"
    opens = True
    indexes = (
        Index("person_id", unique=True, where={"state": CaseFileState.OPEN.value}, code="CASE_FILE_OPEN"),
        Index("person_id", "-opened_on"),
        Index("round_id"),
        Index("grid_id", "_id"),
    )
    sealed = ("needs", "risk_factors", "risk_reasons", "tiers", "downgrade")

    def key_of(self, state: CaseFile) -> str:
        return state.person_id

    def open_of(self, person_id: str) -> Stored[CaseFile] | None:
        """Return a person's open case file."""
        return self.find_one({"person_id": person_id, "state": CaseFileState.OPEN.value}, Scope.everything("facts and clocks know no areas"))
