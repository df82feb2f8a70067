"""Keeps the ledger whole: every member of the audience has a row, and every open row is up to date.

It works from states and dates alone, so commands call it at once and the clock job makes good whatever a crash left undone.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

from services.common.calendar import business_date
from services.common.errors import Conflict, StaleVersion
from services.common.store import Cause, Scope, Stored
from services.learning.coverage.domain import rows as rules
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.coverage.domain.proofs import ProofKind
from services.learning.coverage.domain.rows import Coverage, CoverageState
from services.learning.coverage.domain.settling import settle
from services.learning.coverage.storage import CoverageRows, coverage_id
from services.learning.members.domain import EndReason, Member
from services.learning.members.storage import Members
from services.learning.sessions.domain import OpenRow, SessionState, StudySession, Tally, uncover
from services.learning.sessions.storage import StudySessions

ALL = Scope.everything("the ledger of a session knows no areas")
OWED = [SessionState.SCHEDULED, SessionState.POSTPONED, SessionState.HELD, SessionState.COVERING]
OPEN = [state.value for state in rules.OPEN]


class Ledger:
    """The rows of sessions and members, brought up to date."""

    def __init__(self, hands):
        self._sessions, self._members, self._rows = hands.storage(StudySessions), hands.storage(Members), hands.storage(CoverageRows)
        self._policy = hands.policy(StudyPolicy)

    def settle_session(self, session: StudySession, now: datetime, cause: Cause | None = None) -> None:
        """Give every member of the audience a row and bring the open ones up to date."""
        if session.held_on is None:
            return
        rows = {row.state.member_id: row for row in self._rows.each({"session_id": session.id}, ALL)}
        for member in self._members.each({"branch_id": session.branch_id}, ALL):
            self._settle(session, member.state, rows.get(member.id), now, cause)

    def settle_member(self, member: Member, now: datetime, cause: Cause | None = None) -> None:
        """Bring one member's rows up to date in every session that is owed or still open."""
        rows = {row.state.session_id: row for row in self._rows.each({"member_id": member.id}, ALL)}
        owed = {session.id: session for session in self._sessions.each({"branch_id": member.branch_id, "state": {"$in": OWED}}, ALL)}
        # Who is entered late was a member when a lesson was held that is certified already (LRN-30).
        today = business_date(now)
        since = min(date(today.year, 1, 1), today - timedelta(days=self._policy.cover_within))
        certified = {"branch_id": member.branch_id, "state": SessionState.COVERED.value, "held_on": {"$gte": since.isoformat()}}
        owed |= {session.id: session for session in self._sessions.each(certified, ALL) if session.id not in rows}
        for session_id, row in rows.items():
            if session_id not in owed and row.state.state not in rules.CLOSED:
                owed[session_id] = self._sessions.get(session_id, ALL)
        for session in owed.values():
            self._settle(session.state, member, rows.get(session.id), now, cause)

    def settle_row(self, row: Stored[Coverage], now: datetime, cause: Cause | None = None) -> None:
        """Bring one row up to date."""
        session = self._sessions.get(row.state.session_id, ALL).state
        self._settle(session, self._members.get(row.state.member_id, ALL).state, row, now, cause)

    def audience(self, session: StudySession) -> list[str]:
        """Return the members who are owed a session."""
        members = self._members.each({"branch_id": session.branch_id}, ALL)
        return [member.id for member in members if rules.owes(session, member.state)]

    def leaving(self, session: StudySession) -> list[str]:
        """Return the members who leave by a transfer on the day of a session, and may have come to it (LRN-30)."""
        if session.held_on is None:
            return []
        left = self._members.each({"branch_id": session.branch_id, "until": session.held_on.isoformat()}, ALL)
        return [member.id for member in left if member.state.end_reason is EndReason.TRANSFER_OUT]

    def checked_in(self, session: StudySession) -> list[str]:
        """Return the members who took the code of a session from its screen."""
        return [row.state.member_id for row in self._rows.each({"session_id": session.id, "proofs.kind": ProofKind.ROTATING_CODE.value}, ALL)]

    def tally(self, session: StudySession, today: date) -> Tally:
        """Return how a session's rows stand; a member of the audience without a row counts as open."""
        rows = [row.state for row in self._rows.each({"session_id": session.id}, ALL)]
        known = {row.member_id for row in rows}
        open_rows = [
            OpenRow(row.id, row.member_id, row.state, rules.next_action(row, today=today, policy=self._policy)) for row in rows if row.state not in rules.CLOSED
        ]
        open_rows += [
            OpenRow(coverage_id(session.id, member_id), member_id, CoverageState.PLANNED, rules.NextAction.WAIT)
            for member_id in self.audience(session)
            if member_id not in known
        ]
        verified = sum(row.state is CoverageState.VERIFIED for row in rows)
        return Tally(verified, sum(row.state is CoverageState.WAIVED for row in rows), tuple(open_rows))

    def secretary_may(self, session_id: str) -> bool:
        """Say whether the secretary's own contact may still verify, before a supervisor sees it (LRN-10)."""
        rows = self._rows.count({"session_id": session_id}, ALL)
        used = self._rows.count({"session_id": session_id, "verification.proof_kind": "SECRETARY_CONTACT"}, ALL)
        return used < max(1, int(rows * self._policy.secretary_share))

    def _settle(self, session: StudySession, member: Member, row: Stored[Coverage] | None, now: datetime, cause: Cause | None) -> None:
        today = business_date(now)
        if row is None:
            if rules.owes(session, member):
                self._plan(session, member, now, today, cause)
            return
        state, facts = settle(row.state, session, member, now=now, today=today, policy=self._policy)
        self._uncover_if_open(session, state, now, cause)
        if state == row.state:
            return
        # Somebody else who changes the row at this moment settles it as well, or the next run of the job does.
        with suppress(StaleVersion):
            self._rows.save(row, state, facts, _cause(cause, now, f"{row.id}:{row.version}"))

    def _plan(self, session: StudySession, member: Member, now: datetime, today: date, cause: Cause | None) -> None:
        row, facts = rules.plan(id=coverage_id(session.id, member.id), session=session, member=member, today=today)
        row, more = settle(row, session, member, now=now, today=today, policy=self._policy)
        self._uncover_if_open(session, row, now, cause)
        with suppress(Conflict):
            self._rows.add(row, [*facts, *more], _cause(cause, now, row.id))

    def _uncover_if_open(self, session: StudySession, row: Coverage, now: datetime, cause: Cause | None) -> None:
        """Take back the certificate under which somebody is without the lesson; before the row is written, so that a crash certifies nobody (U5)."""
        if session.state is not SessionState.COVERED or row.state in rules.CLOSED:
            return
        stored = self._sessions.get(session.id, ALL)
        reopened, facts = uncover(stored.state)
        if facts:
            # Whoever changes the session at this moment hinders nothing: the next run finds the open row.
            with suppress(StaleVersion):
                self._sessions.save(stored, reopened, facts, _cause(cause, now, f"uncover:{stored.id}:{stored.version}"))


def _cause(cause: Cause | None, now: datetime, part: str) -> Cause:
    return cause.part(f"settle:{part}") if cause else Cause.of_job("coverage.settle", part, now)


def settle_everything(ledger: Ledger, sessions: StudySessions, rows: CoverageRows, recent: datetime, now: datetime) -> None:
    """Settle every session that is owed, those certified or come out anew since `recent`, and every row that is open for another reason."""
    settled = set()
    lately = {"$gte": recent}
    due = {"$or": [{"state": {"$in": OWED}}, {"state": SessionState.COVERED, "covered_at": lately}, {"state": SessionState.COVERED, "editions.since": lately}]}
    for session in sessions.each(due, ALL):
        ledger.settle_session(session.state, now)
        settled.add(session.id)
    for row in rows.each({"state": {"$in": OPEN}}, ALL):
        if row.state.session_id not in settled:
            ledger.settle_row(row, now)
