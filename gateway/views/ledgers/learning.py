"""The ledger of study: every member and session, with or without the lesson."""

from __future__ import annotations

from typing import Any

from gateway.views.read_models import Put, ReadModel, Row, on
from services.common.events.learning import (
    CoverageAssigned,
    CoverageBlocked,
    CoverageEscalated,
    CoverageFailed,
    CoveragePlanned,
    CoverageReopened,
    CoverageVerified,
    CoverageVoided,
    CoverageWaived,
    LessonBearerLost,
    LessonBearerNamed,
    StudySessionCancelled,
    StudySessionCovered,
    StudySessionHeld,
    StudySessionPostponed,
    StudySessionReopened,
    StudySessionScheduled,
)
from services.common.store import Index, Scope

AT_THE_DOOR = frozenset({"HOME_TEACHING", "PAPER_BY_HAND"})
"""Ways of a lesson that a visit can go; the others reach the member without one."""


class StudySessions(ReadModel):
    """Study sessions of the branches."""

    collection, area = "view_study_sessions", "branch_id"
    indexes = (Index("state"), Index("held_on"))

    def not_yet_held(self) -> list[str]:
        """Return the sessions whose lesson nobody can have missed yet."""
        rows = self.every({"state": {"$in": ["SCHEDULED", "POSTPONED"]}}, Scope.everything("only ids, to leave them out"), ("_id",))
        return [row["_id"] for row in rows]


class Coverages(ReadModel):
    """One row per member and session; open until there is proof or a waiver (U5)."""

    collection, area = "view_coverages", "branch_id"
    indexes = (Index("open", "cover_by_on"), Index("session_id", "open"), Index("person_id"), Index("state", "verified_on"), Index("member_id"), Index("bearer_id", "open"))

    def totals(self, scope: Scope, upcoming_sessions: list[str]) -> dict[str, Any]:
        """Return how many lessons are owed, verified, waived and missing."""
        verified, waived = self.count({"state": "VERIFIED"}, scope), self.count({"state": "WAIVED"}, scope)
        gaps = self.count(gaps_filter(upcoming_sessions), scope)
        members = {row["member_id"] for row in self.every(gaps_filter(upcoming_sessions), scope, ("member_id",))}
        total = verified + waived + self.count({"open": True}, scope)
        return {
            "ledger": "learning",
            "total": total,
            "closed": verified,
            "waived": waived,
            "gaps": gaps,
            "members_not_covered": len(members),
            "escalated": self.count({"open": True, "escalated_on": {"$gt": ""}}, scope),
            "upcoming": total - verified - waived - gaps,
            "progress": int(verified / (verified + waived + gaps) * 10_000) / 10_000 if verified + waived + gaps else None,
        }


@on(StudySessionScheduled)
def session_scheduled(event):
    """Note when a session will be."""
    session = event.data
    fields = {name: getattr(session, name) for name in ("branch_id", "kind", "held_at", "cover_by_on", "must_cover", "partner_ids", "place_kind")}
    yield Put(StudySessions, session.session_id, {**fields, "state": "SCHEDULED"})


@on(StudySessionPostponed, StudySessionCancelled)
def session_put_off(event):
    """Note that a session is not when it was to be."""
    state = "CANCELLED" if isinstance(event.data, StudySessionCancelled) else "POSTPONED"
    yield Put(StudySessions, event.data.session_id, {"branch_id": event.data.branch_id, "state": state})


@on(StudySessionHeld)
def session_held(event):
    """Note that a session took place."""
    session = event.data
    fields = {"branch_id": session.branch_id, "kind": session.kind, "held_at": session.held_at, "members": session.members, "partner_ids": session.partner_ids, "place_kind": session.place_kind}
    yield Put(StudySessions, session.session_id, {**fields, "state": "HELD", "held_on": event.effective_on})


@on(StudySessionReopened)
def session_reopened(event):
    """Note that a certificate holds no longer."""
    yield Put(StudySessions, event.data.session_id, {"state": "HELD", "covered_on": None})


@on(StudySessionCovered)
def session_covered(event):
    """Note that nobody was missed."""
    session = event.data
    fields = {"members": session.members, "verified": session.verified, "waived": session.waived}
    yield Put(StudySessions, session.session_id, {**fields, "state": "COVERED", "covered_on": event.effective_on})


@on(CoveragePlanned)
def coverage_planned(event):
    """Note that a member is owed a lesson."""
    row = event.data
    fields = {"branch_id": row.branch_id, "planned_on": event.effective_on, "cover_by_on": row.cover_by_on}
    yield _put(event, **fields, state="PLANNED", open=True, mode=None)


@on(CoverageAssigned, CoverageBlocked, CoverageFailed, CoverageEscalated)
def coverage_moved(event):
    """Note how far the lesson has come on its way."""
    row = event.data
    match row:
        case CoverageAssigned():
            # Whoever was to go by another way, or before, is to be named anew.
            yield _put(event, state="ASSIGNED", open=True, mode=row.mode, cover_by_on=row.cover_by_on, blocker=None, missing_forms=[], bearer_id=None)
        case CoverageBlocked():
            yield _put(event, state="BLOCKED", open=True, blocker=row.blocker, missing_forms=row.missing_forms, bearer_id=None)
        case CoverageFailed():
            yield _put(event, failed_on=event.effective_on, mode=row.next_mode)
        case _:
            late = {"state": "NEEDS_SECRETARY"} if row.reason == "DECISION" else {}
            yield _put(event, open=True, escalated_on=event.effective_on, escalated_for=row.reason, **late)


@on(LessonBearerNamed, LessonBearerLost)
def bearer_changed(event):
    """Note who goes to the member with the lesson, or that nobody does."""
    yield _put(event, bearer_id=event.data.bearer_id if isinstance(event.data, LessonBearerNamed) else None)


@on(CoverageVerified, CoverageWaived, CoverageVoided)
def coverage_closed(event):
    """Note by what a lesson is owed no longer; a waiver is not coverage."""
    row = event.data
    match row:
        case CoverageVerified():
            fields = {"mode": row.mode, "proof_kind": row.proof_kind, "verified_on": event.effective_on}
            yield _put(event, state="VERIFIED", open=False, escalated_on=None, **fields)
        case CoverageWaived():
            yield _put(event, state="WAIVED", open=False, escalated_on=None, waived_on=event.effective_on)
        case _:
            yield _put(event, state="VOID", open=False, escalated_on=None, void_reason=row.reason)


@on(CoverageReopened)
def coverage_reopened(event):
    """Note that a lesson is owed again: neither its proof nor its end holds any more."""
    yield _put(event, state="PLANNED", open=True, mode=None, bearer_id=None, proof_kind=None, verified_on=None, waived_on=None, void_reason=None)


def gaps_filter(upcoming_sessions: list[str], **wanted: Any) -> Row:
    """Return the filter for members without the lesson of a session that was held, or is no longer to be held."""
    to_come: Row = {"session_id": {"$nin": upcoming_sessions}} if upcoming_sessions else {}
    return {"$and": [{"open": True}, to_come, {name: value for name, value in wanted.items() if value is not None}]}


def _put(event, **fields: Any) -> Put:
    row = event.data
    ids = {"session_id": row.session_id, "member_id": row.member_id, "person_id": row.person_id}
    return Put(Coverages, row.coverage_id, ids | fields)
