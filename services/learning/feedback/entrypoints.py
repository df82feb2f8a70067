"""Feedback over HTTP, and the summary of a session."""

from __future__ import annotations

from types import SimpleNamespace

from services.common.consent_copies import ConsentCopies
from services.common.consents import Purpose
from services.common.errors import Conflict, NotFound
from services.common.http import Access, Role, get, post
from services.common.nameko import Storage
from services.common.store import Scope, Stored
from services.learning.coverage.domain import acts
from services.learning.coverage.domain.rows import OPEN, CoverageState
from services.learning.coverage.schemas import CoverageStateSchema
from services.learning.coverage.storage import CoverageRows
from services.learning.feedback.schemas import FeedbackInputSchema, SummarySchema
from services.learning.members.domain import Mode
from services.learning.sessions.storage import StudySessions

SECRETARIES = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
TEACHERS = Access(Role.WORKER, Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)


class FeedbackRoutes:
    """What members say of a lesson (LRN-33)."""

    sessions, rows, record_consents = Storage(StudySessions), Storage(CoverageRows), Storage(ConsentCopies)

    @post("/v1/coverage/{coverage_id}/feedback", access=TEACHERS, body=FeedbackInputSchema, answer=CoverageStateSchema, writes="rows", status=201)
    def give_feedback(self, request):
        """Write down what a member said of a lesson. A worker writes down what was said where they taught at home."""
        row = self._row_to_tell(request)
        if self._unwilling([row.state], request):
            raise Conflict("RECORD_REFUSED")
        state = acts.tell(row.state, id=request.new_id("feedback"), **request.body, at=request.now, by=request.by)
        return self.rows.save(row, state, [], request.cause)

    @get("/v1/study-sessions/{session_id}/summary", access=SECRETARIES, answer=SummarySchema)
    def get_study_summary(self, request):
        """Show what came of a session: who has the lesson by which way, and what everybody said, in the room or at home."""
        session = self.sessions.get(request.params["session_id"], request.scope)
        counts = {mode: self._rows_in(session, request, CoverageState.VERIFIED, **{"verification.mode": mode.value}) for mode in Mode}
        told = SimpleNamespace(
            branch_id=session.state.branch_id,
            verified=self._rows_in(session, request, CoverageState.VERIFIED),
            waived=self._rows_in(session, request, CoverageState.WAIVED),
            open=sum(self._rows_in(session, request, state) for state in OPEN),
            by_mode=[{"mode": mode, "verified": count} for mode, count in counts.items() if count],
            feedback=self._voices(session.id, request),
        )
        return Stored(session.id, told, session.version, session.facts)

    def _voices(self, session_id, request):
        """What somebody said who since said NO to being written down stays with the row and is shown to nobody (X-14)."""
        rows = [row.state for row in self.rows.each({"session_id": session_id}, request.scope) if row.state.feedback]
        unwilling = self._unwilling(rows, request)
        return acts.voices(row for row in rows if row.person_id not in unwilling)

    def _unwilling(self, rows, request):
        return self.record_consents.refused((row.person_id for row in rows), Purpose.LEARNING_RECORD, request.today)

    def _rows_in(self, session, request, state, **more):
        return self.rows.count({"session_id": session.id, "state": state.value, **more}, request.scope)

    def _row_to_tell(self, request):
        """A worker is of a grid, not of the branch: of its rows they reach only those that they taught themselves."""
        coverage_id = request.params["coverage_id"]
        if request.actor.has(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR):
            try:
                return self.rows.get(coverage_id, request.scope)
            except NotFound:
                if not request.actor.has(Role.WORKER):
                    raise
        row = self.rows.get(coverage_id, Scope.everything("who teaches at home is of no branch"))
        if not acts.taught_by(row.state, request.by):
            raise NotFound()
        return row
