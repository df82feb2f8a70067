"""What a visit proved that did not happen so: the proof stays on record and proves nothing (OUT-17, LRN-10)."""

from __future__ import annotations

from dataclasses import replace

from services.common.events.learning import CoverageReopened
from services.learning.coverage.domain import proofs as proofs_
from services.learning.coverage.domain.editions import begin_again
from services.learning.coverage.domain.proofs import TEACHING
from services.learning.coverage.domain.rows import Coverage, Decision, names_of
from services.learning.coverage.domain.rows import CoverageState as S
from services.learning.sessions.domain import StudySession


def take_back(row: Coverage, session: StudySession, *, visit_id: str) -> Decision:
    """Take back what a visit proved; a row that nothing else proves is owed again, and its credit with it."""
    proofs = tuple(replace(one, taken_back=True) if one.kind in TEACHING and one.reference == visit_id else one for one in row.proofs)
    if proofs == row.proofs:
        return row, []
    row = replace(row, proofs=proofs)
    counting = tuple(one for one in proofs if one.edition >= session.restudy_from)
    still = any(proofs_.satisfied(mode, counting, recall_asked=session.asks_recall) for mode in {one.mode for one in counting})
    if row.state is not S.VERIFIED or still:
        return row, []
    return begin_again(row, verification=None), [CoverageReopened(**names_of(row), reason="VISIT_REJECTED")]
