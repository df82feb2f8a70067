"""The code on the screen of a study session: for this session, within its window, and only for who is on its list (LRN-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from services.common.codes import Digest, code_of, is_same
from services.common.errors import Conflict
from services.learning.coverage.domain.proofs import GivenBy, ProofKind
from services.learning.coverage.domain.proving import prove
from services.learning.coverage.domain.rows import Coverage, CoverageState, Decision
from services.learning.members.domain import Mode
from services.learning.sessions.domain import SessionState, StudySession


@dataclass(frozen=True)
class CheckInPolicy:
    """When members may check in to a study session, and how long one code holds."""

    opens_before: timedelta = timedelta(minutes=30)
    """How long before the session the first code is shown."""
    closes_after: timedelta = timedelta(minutes=30)
    """How long after the session's end the last code is shown; a session lasts as long as it is credited."""
    code_every: timedelta = timedelta(minutes=1)
    """How long one code is shown, and holds."""


@dataclass(frozen=True)
class SessionCode:
    """The code of one study session for one span of time, and the window within which there are codes."""

    session_id: str
    code: str
    valid_from: datetime
    valid_until: datetime
    opens_at: datetime
    closes_at: datetime


def code_at(digest: Digest, session: StudySession, at: datetime, policy: CheckInPolicy) -> SessionCode:
    """Return the code that is to be shown now; outside the window of the session there is none."""
    if session.held_at is None or session.state in (SessionState.DRAFT, SessionState.POSTPONED, SessionState.CANCELLED):
        raise Conflict("SESSION_STATE", state=session.state)
    opens_at = session.held_at - policy.opens_before
    closes_at = session.held_at + timedelta(minutes=session.credit_minutes) + policy.closes_after
    if not opens_at <= at < closes_at:
        raise Conflict("CHECK_IN_CLOSED")
    return SessionCode(session.id, *code_of(digest, "study session code", session.id, at, policy.code_every), opens_at, closes_at)


def check_in(row: Coverage | None, session: StudySession, *, code: str, digest: Digest, at: datetime, on: date, by: str, policy: CheckInPolicy) -> Decision:
    """Take the code of this very minute from a member who is on the list; a second look at the screen changes nothing."""
    shown = code_at(digest, session, at, policy)
    # The code comes first: who is not in the room learns nothing about who is on the list.
    if not is_same(code, shown.code):
        raise Conflict("CODE_NOT_VALID")
    if row is None or row.state in (CoverageState.VOID, CoverageState.WAIVED):
        raise Conflict("NOT_ON_THE_LIST")
    return prove(
        row,
        session,
        proof_id=f"{session.id}/code",
        kind=ProofKind.ROTATING_CODE,
        given_by=GivenBy.MEMBER,
        mode=Mode.IN_PERSON,
        at=at,
        on=on,
        now=at,
        by=by,
    )
