"""Study sessions of a branch, from the draft to the certificate that nobody was missed (U5)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events import Dated, Event
from services.common.events.learning import (
    LessonSuperseded,
    MaterialAdded,
    StudySessionCancelled,
    StudySessionCovered,
    StudySessionHeld,
    StudySessionPostponed,
    StudySessionReopened,
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
    Transition((SessionState.HELD, SessionState.COVERED), SessionState.COVERING, "a new edition must be studied again, or somebody lacks it after all", "LRN-24"),
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
    id: str | None = None
    edition: int = 1
    superseded_by: str | None = None
    """What took its place: the material or the lesson; it goes to nobody any more (LRN-24)."""
    restricted: bool = False
    """Whether it is sealed or controlled, and must not leave the room or the teacher's hands (LRN-23)."""


@dataclass(frozen=True)
class Edition:
    """One edition of a session's lesson after the first: from when on it is the one that is owed, and whether who had an earlier one studies again."""

    number: int
    since: datetime
    must_restudy: bool
    lesson_id: str | None = None
    """The text from which it is made, if it is not about papers alone."""


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
    """Whether every material of it is restricted, also those that are still to come (LRN-23)."""
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
    editions: tuple[Edition, ...] = ()
    """Every edition after the first, in order (LRN-24)."""
    lesson_asks: bool = False
    """Whether the present text of its lesson has recall questions."""

    @property
    def asks_recall(self) -> bool:
        """Whether who studies it another way than by listening answers a question about it as well."""
        return self.recall_asked or self.lesson_asks

    @property
    def forms(self) -> frozenset[Form]:
        """The forms in which the present edition exists."""
        return frozenset(material.form for material in self.materials if material.superseded_by is None)

    @property
    def in_closed_hands(self) -> bool:
        """Whether one of its present materials is restricted, so that the lesson is given in the room or by a teacher at home only (LRN-23)."""
        return self.restricted or any(material.restricted for material in self.materials if material.superseded_by is None)

    @property
    def shown_materials(self) -> tuple[Material, ...]:
        """Its materials, each restricted where the whole session is."""
        return tuple(replace(material, restricted=material.restricted or self.restricted) for material in self.materials)

    @property
    def edition(self) -> int:
        return self.editions[-1].number if self.editions else 1

    @property
    def restudy_from(self) -> int:
        """The first edition of which a proof still counts."""
        return max((one.number for one in self.editions if one.must_restudy), default=1)

    def edition_at(self, moment: datetime) -> int:
        """Return the edition that was taught at a moment."""
        return max((one.number for one in self.editions if one.since <= moment), default=1)

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
    material = replace(material, edition=session.edition)
    event = MaterialAdded(session_id=session.id, branch_id=session.branch_id, form=material.form, edition=material.edition, material_id=material.id)
    return replace(session, materials=(*session.materials, material)), [event]


def replace_material(session: StudySession, *, material: Material, must_restudy: bool, at: datetime, cover_by_on: date) -> tuple[StudySession, list[Event | Dated]]:
    """Let a material take the place of all earlier ones of its form, because they were wrong or are out of date (LRN-24)."""
    if session.state is SessionState.CANCELLED:
        raise _refused(session)
    if material.form not in session.forms:
        raise Invalid.field("supersedes", "NOTHING_SUPERSEDED")
    old = frozenset(index for index, one in enumerate(session.materials) if one.form is material.form)
    after, facts = _supersede(session, old, by_id=material.id, lesson_id=None, must_restudy=must_restudy, at=at, cover_by_on=cover_by_on)
    added, more = add_material(after, material=material)
    return added, [*facts, *more]


def new_edition(session: StudySession, *, lesson_id: str, must_restudy: bool, at: datetime, cover_by_on: date) -> tuple[StudySession, list[Event | Dated]]:
    """Let a lesson that was written anew take the place of what was made of the one before; papers from elsewhere stay (LRN-24)."""
    if session.state is SessionState.CANCELLED or any(one.lesson_id == lesson_id for one in session.editions):
        return session, []
    old = frozenset(index for index, one in enumerate(session.materials) if (one.reference or "").startswith(MADE_OF_LESSONS))
    return _supersede(session, old, by_id=lesson_id, lesson_id=lesson_id, must_restudy=must_restudy, at=at, cover_by_on=cover_by_on)


def ask_recall(session: StudySession, *, questions: bool) -> tuple[StudySession, list[Event | Dated]]:
    """Let the present text of a lesson say whether its recall is asked; what the draft said holds anyhow."""
    return replace(session, lesson_asks=questions), []


MADE_OF_LESSONS = ("lesson/", "production/")
"""How the references of materials begin that are a lesson's text, or were made out of it."""


def _supersede(
    session: StudySession, old: frozenset[int], *, by_id: str | None, lesson_id: str | None, must_restudy: bool, at: datetime, cover_by_on: date
) -> tuple[StudySession, list[Event | Dated]]:
    number = session.edition + 1
    materials = tuple(
        replace(one, superseded_by=by_id) if index in old and one.superseded_by is None else one for index, one in enumerate(session.materials)
    )
    after = replace(session, materials=materials, editions=(*session.editions, Edition(number, at, must_restudy, lesson_id)))
    ids = {"session_id": session.id, "branch_id": session.branch_id}
    facts: list[Event | Dated] = [LessonSuperseded(**ids, edition=number, must_restudy=must_restudy)]
    if must_restudy and session.must_cover and session.state in (SessionState.HELD, SessionState.COVERING, SessionState.COVERED):
        # Who is to study again gets the time for it that everybody had.
        after = replace(after, cover_by_on=max(cover_by_on, session.cover_by_on), covered_at=None, covered_by=None)
        if session.state is not SessionState.COVERING:
            after = _moved(after, SessionState.COVERING)
        if session.state is SessionState.COVERED:
            facts.append(StudySessionReopened(**ids, edition=number))
    return after, facts


def uncover(session: StudySession) -> tuple[StudySession, list[Event | Dated]]:
    """Take the certificate back of a session whose lesson somebody lacks after all, because a visit that taught it was none (OUT-17), or a row of it is open again (U5)."""
    if session.state is not SessionState.COVERED:
        return session, []
    reopened = _moved(session, SessionState.COVERING, covered_at=None, covered_by=None)
    return reopened, [StudySessionReopened(session_id=session.id, branch_id=session.branch_id, edition=session.edition)]


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
