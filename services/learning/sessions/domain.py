"""Study sessions of a branch, from the draft to the certificate that nobody was missed (U5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events import Dated, Event
from services.common.events.learning import (
    StudySessionCancelled,
    StudySessionCovered,
    StudySessionHeld,
    StudySessionPostponed,
    StudySessionScheduled,
)
from services.common.states import NEW, StateMachine, Transition


class SessionKind(StrEnum):
    """The four kinds of study."""

    TOPIC_STUDY = "TOPIC_STUDY"
    """专题领学"""
    SECRETARY_LECTURE = "SECRETARY_LECTURE"
    """书记讲党课"""
    THEMED_DISCUSSION = "THEMED_DISCUSSION"
    """主题研讨"""
    THEMATIC_REPORT = "THEMATIC_REPORT"
    """专题报告"""


class SessionState(StrEnum):
    """Where a session is on its way to the certificate."""

    DRAFT = "DRAFT"
    SCHEDULED = "SCHEDULED"
    POSTPONED = "POSTPONED"
    CANCELLED = "CANCELLED"
    HELD = "HELD"
    COVERING = "COVERING"
    COVERED = "COVERED"


LIFECYCLE = StateMachine(
    "Study session",
    SessionState,
    Transition((NEW,), SessionState.DRAFT, "written down"),
    Transition((SessionState.DRAFT, SessionState.POSTPONED), SessionState.SCHEDULED, "has a date"),
    Transition((SessionState.SCHEDULED,), SessionState.POSTPONED, "lost its date"),
    Transition((SessionState.DRAFT, SessionState.SCHEDULED, SessionState.POSTPONED), SessionState.CANCELLED, "called off"),
    Transition((SessionState.SCHEDULED,), SessionState.HELD, "held, everybody there"),
    Transition((SessionState.SCHEDULED,), SessionState.COVERING, "held, somebody was absent"),
    Transition((SessionState.HELD, SessionState.COVERING), SessionState.COVERED, "certificate: nobody without the lesson", "U5"),
)


class Form(StrEnum):
    """The forms in which material exists."""

    AUDIO = "AUDIO"
    VIDEO = "VIDEO"
    SUBTITLED_VIDEO = "SUBTITLED_VIDEO"
    TEXT = "TEXT"
    PAPER = "PAPER"
    LARGE_PRINT = "LARGE_PRINT"
    BRAILLE = "BRAILLE"


class PlaceKind(StrEnum):
    """Whether partners are invited in (请进来), or the branch goes out to one (走出去)."""

    HERE = "HERE"
    PARTNER = "PARTNER"


BACKDATED = timedelta(days=7)
"""How late a session that took place may still be entered (X-3)."""


@dataclass(frozen=True)
class Material:
    """The lesson in one form."""

    form: Form
    title: str
    minutes: int | None = None
    reference: str | None = None


@dataclass(frozen=True)
class StudySession:
    """One session; held jointly where partner names stand in it."""

    id: str
    branch_id: str
    kind: SessionKind
    title: str
    topic: str | None
    place: str | None
    partner_names: tuple[str, ...]
    credit_minutes: int
    must_cover: bool
    includes_attached: bool
    """Whether temporarily attached members owe it too (LRN-30)."""
    restricted: bool
    """Whether its documents must not leave the room or the teacher's hands (LRN-23)."""
    recall_asked: bool
    materials: tuple[Material, ...]
    state: SessionState
    held_at: datetime | None
    held_on: date | None
    cover_by_on: date | None
    held_by: str | None
    attended_member_ids: tuple[str, ...]
    reason: str | None
    covered_at: datetime | None
    covered_by: str | None
    recorded_at: datetime
    recorded_by: str
    partner_ids: tuple[str, ...] = ()
    """The partners of the register of partners with whom it is held; others stand among the names."""
    place_kind: PlaceKind = PlaceKind.HERE

    @property
    def forms(self) -> frozenset[Form]:
        return frozenset(material.form for material in self.materials)

    @property
    def owed(self) -> bool:
        """Whether members are owed this lesson now."""
        return self.must_cover and self.state not in (SessionState.DRAFT, SessionState.CANCELLED)


@dataclass(frozen=True)
class OpenRow:
    """One member who does not have the lesson yet, as the refused certificate lists them."""

    coverage_id: str
    member_id: str
    state: str
    next_action: str


@dataclass(frozen=True)
class Tally:
    """How the rows of a session stand."""

    verified: int
    waived: int
    open: tuple[OpenRow, ...]

    @property
    def members(self) -> int:
        return self.verified + self.waived + len(self.open)


def draft(
    *,
    id: str,
    branch_id: str,
    kind: SessionKind,
    title: str,
    at: datetime,
    by: str,
    topic: str | None = None,
    place: str | None = None,
    partner_names: tuple[str, ...] = (),
    credit_minutes: int = 60,
    must_cover: bool = True,
    includes_attached: bool = False,
    restricted: bool = False,
    recall_asked: bool = False,
    materials: tuple[Material, ...] = (),
    partner_ids: tuple[str, ...] = (),
    place_kind: PlaceKind = PlaceKind.HERE,
) -> tuple[StudySession, list[Event | Dated]]:
    """Write a session down; nobody is told yet. One at a partner's names that partner."""
    if place_kind is PlaceKind.PARTNER and not (partner_ids or partner_names):
        raise Invalid.field("partner_ids", "PARTNER_MISSING")
    session = StudySession(
        id,
        branch_id,
        kind,
        title,
        topic,
        place,
        tuple(dict.fromkeys(partner_names)),
        credit_minutes,
        must_cover,
        includes_attached,
        restricted,
        recall_asked,
        tuple(materials),
        LIFECYCLE.step(NEW, SessionState.DRAFT),
        held_at=None,
        held_on=None,
        cover_by_on=None,
        held_by=None,
        attended_member_ids=(),
        reason=None,
        covered_at=None,
        covered_by=None,
        recorded_at=at,
        recorded_by=by,
        partner_ids=tuple(dict.fromkeys(partner_ids)),
        place_kind=place_kind,
    )
    return session, []


def schedule(
    session: StudySession, *, held_at: datetime, held_on: date, cover_by_on: date, at: datetime
) -> tuple[StudySession, list[Event | Dated]]:
    """Give a session its date; from now on every member is owed it (U5)."""
    _may_become(session, SessionState.SCHEDULED)
    if held_at < at - BACKDATED:
        raise Invalid.field("held_at", "IN_THE_PAST")
    if cover_by_on < held_on:
        raise Invalid.field("cover_by_on", "BEFORE_SESSION")
    scheduled = _moved(session, SessionState.SCHEDULED, held_at=held_at, held_on=held_on, cover_by_on=cover_by_on, reason=None)
    event = StudySessionScheduled(
        session_id=session.id,
        branch_id=session.branch_id,
        kind=session.kind,
        held_at=held_at,
        cover_by_on=cover_by_on,
        must_cover=session.must_cover,
        **_joint(session),
    )
    return scheduled, [event]


def postpone(session: StudySession, *, reason: str) -> tuple[StudySession, list[Event | Dated]]:
    """Take the date away; the session waits for another one."""
    _may_become(session, SessionState.POSTPONED)
    return _moved(session, SessionState.POSTPONED, reason=reason), [
        StudySessionPostponed(session_id=session.id, branch_id=session.branch_id)
    ]


def cancel(session: StudySession, *, reason: str) -> tuple[StudySession, list[Event | Dated]]:
    """Call a session off before it was held; its rows become void."""
    _may_become(session, SessionState.CANCELLED)
    return _moved(session, SessionState.CANCELLED, reason=reason), [
        StudySessionCancelled(session_id=session.id, branch_id=session.branch_id)
    ]


def hold(
    session: StudySession,
    *,
    attended_member_ids: tuple[str, ...],
    member_ids: frozenset[str],
    at: datetime,
    by: str,
    leaving_ids: frozenset[str] = frozenset(),
    checked_in_ids: frozenset[str] = frozenset(),
) -> tuple[StudySession, list[Event | Dated]]:
    """Record that a session took place, with the host's roll-call; who was not there still gets the lesson.

    Whoever transfers away that day may have come, and is owed nothing here (LRN-30); who checked in by the code need not be called.
    """
    _may_become(session, SessionState.HELD)
    if session.held_at is None or at < session.held_at:
        raise Conflict("SESSION_NOT_YET")
    for place, member_id in enumerate(attended_member_ids):
        if member_id not in member_ids | leaving_ids:
            raise Invalid.field(f"attended_member_ids.{place}", "NOT_A_MEMBER")
    attended = tuple(dict.fromkeys(attended_member_ids))
    missing = session.must_cover and not member_ids <= {*attended, *checked_in_ids}
    held = _moved(session, SessionState.COVERING if missing else SessionState.HELD, held_by=by, attended_member_ids=attended)
    event = StudySessionHeld(
        session_id=session.id, branch_id=session.branch_id, kind=session.kind, held_at=session.held_at, members=len(member_ids), **_joint(session)
    )
    return held, [Dated(event, session.held_on)]


def add_material(session: StudySession, *, material: Material) -> tuple[StudySession, list[Event | Dated]]:
    """Add the lesson in one more form; rows that waited for it go on (LRN-3)."""
    if session.state is SessionState.CANCELLED:
        raise _refused(session)
    return replace(session, materials=(*session.materials, material)), []


def certify(session: StudySession, tally: Tally, *, at: datetime, by: str) -> tuple[StudySession, list[Event | Dated]]:
    """Pass the gate: nobody is without the lesson, or the refusal names who is and what to do next (U5)."""
    _may_become(session, SessionState.COVERED)
    if not session.must_cover:
        raise Conflict("NOTHING_TO_COVER")
    if tally.open:
        rows = [
            {"coverage_id": row.coverage_id, "member_id": row.member_id, "state": row.state, "next_action": row.next_action}
            for row in tally.open
        ]
        raise Conflict("SESSION_NOT_COVERED", extra={"open": rows}, open_count=len(rows))
    covered = _moved(session, SessionState.COVERED, covered_at=at, covered_by=by)
    event = StudySessionCovered(
        session_id=session.id, branch_id=session.branch_id, members=tally.members, verified=tally.verified, waived=tally.waived
    )
    return covered, [event]


def _joint(session: StudySession) -> dict[str, object]:
    return {"partner_ids": list(session.partner_ids), "place_kind": session.place_kind}


def _moved(session: StudySession, state: SessionState, **changes) -> StudySession:
    return replace(session, state=LIFECYCLE.step(session.state, state), **changes)


def _may_become(session: StudySession, state: SessionState) -> None:
    if not LIFECYCLE.allows(session.state, state):
        raise _refused(session)


def _refused(session: StudySession) -> Conflict:
    return Conflict("SESSION_STATE", state=session.state)
