"""A safeguarding case: who sees a sign says so and is told that it was taken; an officer reports it where the law asks.

Nothing of it is in an event but its own id. Whoever is suspected reads nothing of it, an officer neither. Each service says
about whom its cases are, which signs there are and which events tell of them (OUT-16, VOL-60).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.states import StateMachine, Transition

AHEAD = timedelta(minutes=5)
"""By how much a device's clock may be ahead of ours (X-3)."""


class CaseState(StrEnum):
    """How far a case has come."""

    OPEN = "OPEN"
    REPORTED = "REPORTED"
    CLOSED = "CLOSED"


class Authority(StrEnum):
    """To whom the law wants it reported."""

    POLICE = "POLICE"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS"
    EDUCATION = "EDUCATION"


class CaseOutcome(StrEnum):
    """What a case led to."""

    HANDED_OVER = "HANDED_OVER"
    PROTECTED = "PROTECTED"
    UNFOUNDED = "UNFOUNDED"


@dataclass(frozen=True)
class MandatoryReport:
    """To whom it was reported, when, and under which reference of theirs."""

    to: Authority
    at: datetime
    reference: str
    recorded_by: str | None
    recorded_at: datetime


@dataclass(frozen=True)
class CaseNote:
    """What an officer wrote down."""

    text: str
    at: datetime
    by: str | None


class Clock(Protocol):
    """Within how long a sign is reported, and how often it is told again that it was not."""

    report_within: timedelta
    again: timedelta


@dataclass(frozen=True)
class Facts:
    """The events that tell of a service's cases."""

    raised: type[Event]
    reported: type[Event]
    overdue: type[Event]
    closed: type[Event]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One case; all but its clock is stored sealed, so that what was erased with its key reads as None."""

    id: str
    opened_at: datetime
    opened_by: str | None
    due_at: datetime
    next_at: datetime | None
    """When it is told next that it was not reported."""
    hidden_from: tuple[str, ...] = ()
    """Who is suspected: for them there is no such case."""
    state: CaseState = CaseState.OPEN
    words: str | None = None
    reports: tuple[MandatoryReport, ...] | None = None
    notes: tuple[CaseNote, ...] | None = None
    overdue_times: int = 0
    outcome: CaseOutcome | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None

    LIFECYCLE: ClassVar[StateMachine]
    FACTS: ClassVar[Facts]


C = TypeVar("C", bound=Case)
Change = tuple[C, list[Event | Dated]]


def lifecycle(name: str, seen: str, rule: str) -> StateMachine:
    """Return the way of a case, as a service names it."""
    return StateMachine(
        name,
        CaseState,
        Transition(("",), "OPEN", seen, rule),
        Transition(("OPEN",), "REPORTED", "an officer reports it to the authority", rule),
        Transition(("OPEN", "REPORTED"), "CLOSED", "an officer closes it, with what it led to", rule),
    )


def open_case(kind: type[C], *, id: str, hidden_from: Any = (), at: datetime, by: str | None, policy: Clock, **seen: Any) -> Change[C]:
    """Take what somebody saw or was told; the clock of the mandatory report runs from now."""
    due_at = at + policy.report_within
    case = kind(
        id=id,
        opened_at=at,
        opened_by=by,
        due_at=due_at,
        next_at=due_at,
        hidden_from=tuple(dict.fromkeys(hidden_from)),
        state=kind.LIFECYCLE.step("", CaseState.OPEN),
        reports=(),
        notes=(),
        **seen,
    )
    return case, [kind.FACTS.raised(case_id=id, due_at=due_at)]


def report(case: C, *, to: Authority, reported_at: datetime, reference: str, at: datetime, by: str | None) -> Change[C]:
    """Note to which authority it was reported, when, and under which reference; a case may be reported to several."""
    _not_closed(case)
    if reported_at > at + AHEAD:
        raise Invalid.field("reported_at", "IN_THE_FUTURE")
    if reported_at < case.opened_at:
        raise Invalid.field("reported_at", "REPORTED_BEFORE_SEEN")
    first = case.state is CaseState.OPEN
    state = case.LIFECYCLE.step(case.state, CaseState.REPORTED) if first else case.state
    noted = replace(case, state=state, next_at=None, reports=(*(case.reports or ()), MandatoryReport(to, reported_at, reference, by, at)))
    return noted, [case.FACTS.reported(case_id=case.id, in_time=reported_at <= case.due_at)] if first else []


def note(case: C, *, text: str, at: datetime, by: str | None) -> Change[C]:
    """Write something down."""
    _not_closed(case)
    return replace(case, notes=(*(case.notes or ()), CaseNote(text, at, by))), []


def close(case: C, outcome: CaseOutcome, *, text: str, at: datetime, by: str | None) -> Change[C]:
    """Close it with what it led to; one that was never reported is closed only as unfounded, by another than who raised it."""
    _not_closed(case)
    if case.state is CaseState.OPEN and outcome is not CaseOutcome.UNFOUNDED:
        raise Conflict("REPORT_FIRST")
    if case.state is CaseState.OPEN and by is not None and by == case.opened_by:
        raise Conflict("UNFOUNDED_BY_ANOTHER")
    closed = replace(
        case,
        state=case.LIFECYCLE.step(case.state, CaseState.CLOSED),
        next_at=None,
        notes=(*(case.notes or ()), CaseNote(text, at, by)),
        outcome=outcome,
        closed_at=at,
        closed_by=by,
    )
    return closed, [case.FACTS.closed(case_id=case.id)]


def grow_late(case: C, *, now: datetime, policy: Clock) -> Change[C]:
    """Tell that it was not reported in time, and again each day; of several days missed, once, with how many."""
    if case.state is not CaseState.OPEN or case.next_at is None or now < case.next_at:
        return case, []
    times = (now - case.due_at) // policy.again + 1
    since = case.due_at + policy.again * (times - 1)
    late = replace(case, overdue_times=times, next_at=since + policy.again)
    return late, [Dated(case.FACTS.overdue(case_id=case.id, due_at=case.due_at, times=times), business_date(since))]


def _not_closed(case: Case) -> None:
    if case.state is CaseState.CLOSED:
        raise Conflict("CASE_CLOSED")
