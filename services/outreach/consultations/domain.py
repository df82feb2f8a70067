"""A consultation: people are asked, and it is reported only when every one of them was answered (OUT-41)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.outreach import ConsultationClosed, ConsultationOpened, ConsultationReported
from services.common.states import NEW, StateMachine, Transition


class ConsultationKind(StrEnum):
    OPEN_DAY = "OPEN_DAY"
    MEETING = "MEETING"
    WALL = "WALL"
    ONLINE = "ONLINE"
    DOOR = "DOOR"


class ConsultationState(StrEnum):
    DRAFT = "DRAFT"
    OPEN = "OPEN"
    CLOSED = "CLOSED"
    ANSWERING = "ANSWERING"
    REPORTED = "REPORTED"


S = ConsultationState
LIFECYCLE = StateMachine(
    "Consultation",
    ConsultationState,
    Transition((NEW,), S.DRAFT, "somebody prepares it", "OUT-40"),
    Transition((S.DRAFT,), S.OPEN, "people are asked", "OUT-40"),
    Transition((S.OPEN,), S.CLOSED, "no more opinions are taken", "OUT-40"),
    Transition((S.CLOSED,), S.ANSWERING, "the answers begin", "OUT-41"),
    Transition((S.ANSWERING,), S.REPORTED, "every opinion has its answer", "OUT-41"),
)


@dataclass(frozen=True)
class GroupAnswer:
    """One answer that was given to many at once."""

    theme: str | None
    outcome: str
    opinions: int
    at: datetime
    by: str


@dataclass(frozen=True)
class Report:
    """What was said and answered, in figures."""

    opinions: int
    voices: int
    themes: int
    adopted: int


@dataclass(frozen=True)
class Consultation:
    """One topic on which people are asked."""

    id: str
    topic: str
    kind: ConsultationKind
    opens_on: date
    closes_on: date
    planned_by: str
    hosts: tuple[str, ...] = ()
    partner_ids: tuple[str, ...] = ()
    state: ConsultationState = ConsultationState.DRAFT
    minutes: str | None = None
    attendance_count: int | None = None
    group_answers: tuple[GroupAnswer, ...] = ()
    report: Report | None = None
    reported_on: date | None = None


Change = tuple[Consultation, list[Event]]


def draft(
    *,
    id: str,
    topic: str,
    kind: ConsultationKind,
    opens_on: date,
    closes_on: date,
    by: str,
    hosts: Sequence[str] = (),
    partner_ids: Sequence[str] = (),
) -> Change:
    """Prepare a consultation."""
    if closes_on < opens_on:
        raise Invalid.field("closes_on", "ENDS_BEFORE_IT_BEGINS")
    state = LIFECYCLE.step(NEW, ConsultationState.DRAFT)
    return Consultation(id, topic, kind, opens_on, closes_on, by, tuple(hosts), tuple(partner_ids), state), []


def open_it(consultation: Consultation) -> Change:
    """Ask people."""
    _in(consultation, ConsultationState.DRAFT)
    fact = ConsultationOpened(
        consultation_id=consultation.id, kind=consultation.kind.value, opens_on=consultation.opens_on, closes_on=consultation.closes_on
    )
    return _step(consultation, ConsultationState.OPEN), [fact]


def close(consultation: Consultation, *, minutes: str | None, attendance_count: int | None) -> Change:
    """Take no more opinions; each that was taken is owed an answer."""
    _in(consultation, ConsultationState.OPEN)
    closed = replace(_step(consultation, ConsultationState.CLOSED), minutes=minutes, attendance_count=attendance_count)
    return closed, [ConsultationClosed(consultation_id=consultation.id)]


def begin_answers(consultation: Consultation) -> Change:
    """Begin to answer."""
    _in(consultation, ConsultationState.CLOSED)
    return _step(consultation, ConsultationState.ANSWERING), []


def note_group_answer(consultation: Consultation, answer: GroupAnswer) -> Change:
    """Keep that many were answered at once, and with how many it was."""
    may_answer(consultation)
    return replace(consultation, group_answers=(*consultation.group_answers, answer)), []


def report(consultation: Consultation, *, unanswered: Sequence[str], figures: Report, today: date) -> Change:
    """Report it; refused with the list of those who were not answered, be it a single one (OUT-41)."""
    _in(consultation, ConsultationState.ANSWERING)
    if unanswered:
        raise Conflict("OPINIONS_UNANSWERED", extra={"unanswered": list(unanswered)}, count=len(unanswered))
    done = replace(_step(consultation, ConsultationState.REPORTED), report=figures, reported_on=today)
    fact = ConsultationReported(
        consultation_id=consultation.id,
        opinions=figures.opinions,
        voices=figures.voices,
        themes=figures.themes,
        adopted=figures.adopted,
    )
    return done, [fact]


def may_take_opinions(consultation: Consultation) -> None:
    """Refuse an opinion where nobody is being asked: what comes later would be reported without an answer."""
    if consultation.state is not ConsultationState.OPEN:
        raise Conflict("CONSULTATION_NOT_OPEN", state=consultation.state.value)


def may_answer(consultation: Consultation) -> None:
    """Refuse group answers before the answers have begun, and after they were reported."""
    _in(consultation, ConsultationState.ANSWERING)


def _in(consultation: Consultation, state: ConsultationState) -> None:
    if consultation.state is not state:
        raise Conflict("CONSULTATION_STATE", state=consultation.state.value, wanted=state.value)


def _step(consultation: Consultation, state: ConsultationState) -> Consultation:
    return replace(consultation, state=LIFECYCLE.step(consultation.state, state))
