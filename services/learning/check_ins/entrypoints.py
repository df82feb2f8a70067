"""Checking in to a study session over HTTP."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from services.common.http import PUBLIC, Access, Role, get, post
from services.common.nameko import Policy, Storage
from services.common.store import Cause, Stored
from services.learning.check_ins import domain
from services.learning.check_ins.domain import CheckInPolicy
from services.learning.check_ins.schemas import CheckedInSchema, CheckInSchema, SessionCodeSchema
from services.learning.coverage.domain.proofs import ProofKind
from services.learning.coverage.ledger import ALL
from services.learning.coverage.storage import CoverageRows, coverage_id
from services.learning.sessions.storage import StudySessions


class CheckInRoutes:
    """The code on the screen, and who takes it."""

    sessions, rows, check_in_policy = Storage(StudySessions), Storage(CoverageRows), Policy(CheckInPolicy)

    @get("/v1/study-sessions/{session_id}/attendance-code", access=Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR), answer=SessionCodeSchema)
    def get_session_code(self, request):
        """Return the code that the screen in the room shows this minute; the next minute has another."""
        session = self.sessions.get(request.params["session_id"], request.scope).state
        return domain.code_at(self.sessions.blind, session, request.now, self.check_in_policy)

    @post("/v1/study-sessions/{session_id}/check-ins", access=PUBLIC, body=CheckInSchema, answer=CheckedInSchema, writes="rows")
    def check_in_member(self, request):
        """Check a member in who is on the list and sees the code of this minute; the answer says what is on record now."""
        session = self.sessions.get(request.params["session_id"], request.scope).state
        member_id = request.body["member_id"]
        row = self.rows.find_one({"_id": coverage_id(session.id, member_id)}, ALL)
        how = {"code": request.body["code"], "digest": self.sessions.blind, "at": request.now, "on": request.today, "by": member_id}
        decision = domain.check_in(row.state if row else None, session, **how, policy=self.check_in_policy)
        return _told(self.rows.save(row, *decision, _telling(request.cause)))


def _telling(cause: Cause) -> Cause:
    """Return a cause whose kept answer says what is on record, so that a repetition is told the same."""
    return replace(cause, render=lambda row: cause.render(_told(row)))


def _told(row: Stored) -> Stored:
    at = next(proof.at for proof in row.state.proofs if proof.kind is ProofKind.ROTATING_CODE)
    return replace(row, state=SimpleNamespace(session_id=row.state.session_id, state=row.state.state, checked_in_at=at))
