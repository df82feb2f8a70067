"""What was learnt in one branch and counts in another: on the day of a transfer, and while a member is attached elsewhere (LRN-30)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from services.common.errors import Conflict, Invalid
from services.common.events.learning import CoverageShown, CreditAccepted
from services.learning.coverage.domain.rows import Acceptance, Coverage, CoverageState, Decision, names_of, refused
from services.learning.members.domain import EndReason, Member, ShownLesson
from services.learning.sessions.domain import StudySession


def show(row: Coverage, session: StudySession, member: Member, *, today: date) -> Decision:
    """Show the receiving branch that a member had the lesson here on the day of their transfer, so that it is not owed there as well."""
    if row.state is not CoverageState.VERIFIED:
        raise refused(row)
    if member.end_reason is not EndReason.TRANSFER_OUT or member.until != row.held_on:
        raise Conflict("NOT_A_TRANSFER_THAT_DAY")
    if row.shown_on is not None:
        raise Conflict("COVERAGE_SHOWN")
    fact = CoverageShown(**names_of(row), branch_id=row.branch_id, kind=session.kind, held_on=row.held_on)
    return replace(row, shown_on=today), [fact]


def take_over(member: Member, *, coverage_id: str, held_on: date, kind: str) -> Member:
    """Note at the receiving branch which lesson its new member had on the day on which they came."""
    shown = ShownLesson(coverage_id, held_on, kind)
    if member.since != held_on or shown in member.shown:
        return member
    return replace(member, shown=(*member.shown, shown))


def accept(row: Coverage, attached: Member, home: Member, *, ids: frozenset[str], today: date, by: str) -> Decision:
    """Count at home what a member learnt where they are attached; it is counted once, and only if the home branch says so."""
    if row.person_id not in ids or not attached.attached or home.attached or not home.belongs_on(row.held_on):
        raise Invalid.field("coverage_id", "NOT_FOUND")
    if row.state is not CoverageState.VERIFIED:
        raise refused(row)
    if row.acceptance is not None:
        raise Conflict("CREDIT_ACCEPTED")
    names = {"coverage_id": row.id, "session_id": row.session_id, "member_id": home.id, "person_id": row.person_id}
    fact = CreditAccepted(**names, branch_id=home.branch_id, minutes=row.verification.credit_minutes)
    return replace(row, acceptance=Acceptance(home.branch_id, home.id, by, today)), [fact]
