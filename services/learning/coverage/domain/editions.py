"""What a new edition of a lesson does to the rows of those who have it and of those who do not (LRN-24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from services.common.events.learning import CoverageReopened, LessonRevised
from services.learning.coverage.domain.modes import FORMS
from services.learning.coverage.domain.proofs import ProofKind
from services.learning.coverage.domain.rows import NOTHING_CHOSEN, UNDISPATCHED, Coverage, Decision, Failure, FailureReason, moved, names_of
from services.learning.coverage.domain.rows import CoverageState as S
from services.learning.members.domain import Mode
from services.learning.sessions.domain import StudySession


def renew(row: Coverage, session: StudySession, *, today: date) -> Decision:
    """Bring a row to the present edition of its lesson; one that is done keeps its own, unless the new one must be studied."""
    if row.state in (S.WAIVED, S.VOID):
        return row, []
    if row.state is S.VERIFIED:
        return _done(row, session)
    if row.edition >= session.edition:
        return row, []
    again = session.restudy_from > row.edition and row.state not in UNDISPATCHED
    renewed = replace(row, edition=session.edition)
    if not again:
        # What is on its way brings the lesson as it was when it was sent; that is good enough, or it would have to be studied again.
        return renewed, []
    failed = (*row.failures, Failure(row.mode, FailureReason.SUPERSEDED, today, "system")) if row.mode else row.failures
    return begin_again(renewed, failures=failed), []


def _done(row: Coverage, session: StudySession) -> Decision:
    if session.restudy_from > row.verification.edition:
        fact = CoverageReopened(**names_of(row), reason="EDITION")
        earlier = (*row.past_verifications, row.verification)
        return begin_again(replace(row, edition=session.edition), verification=None, past_verifications=earlier, overdue_since=None, community_since=None), [fact]
    if session.edition > max(row.edition, row.noticed_edition):
        return replace(row, noticed_edition=session.edition), [LessonRevised(**names_of(row), edition=session.edition)]
    return row, []


def begin_again(row: Coverage, **changes) -> Coverage:
    """Return the row as one whose way is still to be chosen; what was sent stays on record."""
    past = (*row.past_deliveries, row.delivery) if row.delivery else row.past_deliveries
    return moved(row, S.PLANNED, delivery=None, past_deliveries=past, assigned_on=None, bearer=None, bearer_lost_on=None, **NOTHING_CHOSEN, **changes)


def edition_of(row: Coverage, session: StudySession, mode: Mode, kind: ProofKind, at: datetime) -> int:
    """Return of which edition a proof speaks: of what was sent last by its mode, or else of the one that was taught at its time."""
    if mode in FORMS and kind is not ProofKind.SECRETARY_CONTACT:
        deliveries = (*row.past_deliveries, *((row.delivery,) if row.delivery else ()))
        sent = [one.edition for one in deliveries if one.mode == mode and one.dispatched_on is not None]
        if sent:
            return sent[-1]
    return session.edition_at(at)
