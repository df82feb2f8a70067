"""A suspicion of harm to a child, and its way to the authorities (VOL-60).

Who sees a sign says so and is told that it was taken. Nothing of it is in an event but its own id, nor in the record of the
meeting. Whoever is suspected reads nothing of it, an officer neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.volunteering import (
    ChildSafeguardingClosed,
    ChildSafeguardingOverdue,
    ChildSafeguardingRaised,
    ChildSafeguardingReported,
)
from services.common.states import StateMachine, Transition


class CaseState(StrEnum):
    """How far a suspicion has come."""

    OPEN = "OPEN"
    REPORTED = "REPORTED"
    CLOSED = "CLOSED"


LIFECYCLE = StateMachine(
    "ChildSafeguardingCase",
    CaseState,
    Transition(("",), "OPEN", "somebody suspects harm", "VOL-60"),
    Transition(("OPEN",), "REPORTED", "an officer reports it to the authority", "VOL-60"),
    Transition(("OPEN", "REPORTED"), "CLOSED", "an officer closes it, with what it led to", "VOL-60"),
)


class Harm(StrEnum):
    """Of what there are signs."""

    PHYSICAL = "PHYSICAL"
    SEXUAL = "SEXUAL"
    NEGLECT = "NEGLECT"
    EMOTIONAL = "EMOTIONAL"
    BULLYING = "BULLYING"
    SELF_HARM = "SELF_HARM"
    OTHER = "OTHER"


class Authority(StrEnum):
    """To whom the law wants it reported at once."""

    POLICE = "POLICE"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS"
    EDUCATION = "EDUCATION"


class CaseOutcome(StrEnum):
    """What a case led to."""

    HANDED_OVER = "HANDED_OVER"
    PROTECTED = "PROTECTED"
    UNFOUNDED = "UNFOUNDED"


@dataclass(frozen=True)
class ChildSafeguardingPolicy:
    """The clock of a suspicion of harm to a child."""

    report_within: timedelta = timedelta(hours=2)
    """By when a suspicion is reported to an authority; the law says at once."""
    again: timedelta = timedelta(hours=24)
    """How often it is told again that it was not reported."""


@dataclass(frozen=True)
class AuthorityReport:
    """To whom it was reported, when, and under which reference of theirs."""

    to: Authority
    at: datetime
    reference: str
    recorded_by: str | None
    recorded_at: datetime


@dataclass(frozen=True)
class OfficerNote:
    """What an officer wrote down."""

    text: str
    at: datetime
    by: str | None


@dataclass(frozen=True)
class ChildCase:
    """One suspicion; all but its clock is stored sealed."""

    id: str
    child_id: str
    opened_at: datetime
    opened_by: str | None
    due_at: datetime
    next_at: datetime | None
    hidden_from: tuple[str, ...] = ()
    """Who is suspected, by staff or volunteer: for them there is no such case."""
    state: CaseState = CaseState.OPEN
    signs: tuple[Harm, ...] | None = None
    words: str | None = None
    session_id: str | None = None
    reports: tuple[AuthorityReport, ...] | None = None
    notes: tuple[OfficerNote, ...] | None = None
    overdue_times: int = 0
    outcome: CaseOutcome | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None


Change = tuple[ChildCase, list[Event | Dated]]


def raise_case(
    *,
    id: str,
    child_id: str,
    signs: Sequence[Harm],
    words: str | None = None,
    session_id: str | None = None,
    hidden_from: Sequence[str] = (),
    at: datetime,
    by: str | None,
    policy: ChildSafeguardingPolicy,
) -> Change:
    """Take what somebody saw or was told; the clock of the mandatory report runs from now (VOL-60)."""
    due_at = at + policy.report_within
    case = ChildCase(
        id=id,
        child_id=child_id,
        opened_at=at,
        opened_by=by,
        due_at=due_at,
        next_at=due_at,
        hidden_from=tuple(dict.fromkeys(hidden_from)),
        state=LIFECYCLE.step("", CaseState.OPEN),
        signs=tuple(dict.fromkeys(signs)),
        words=words,
        session_id=session_id,
        reports=(),
        notes=(),
    )
    return case, [ChildSafeguardingRaised(case_id=id, due_at=due_at)]


def report(case: ChildCase, *, to: Authority, reported_at: datetime, reference: str, at: datetime, by: str | None) -> Change:
    """Note to which authority it was reported, when, and under which reference; a case may be reported to several."""
    _not_closed(case)
    if reported_at > at:
        raise Invalid.field("reported_at", "IN_THE_FUTURE")
    if reported_at < case.opened_at:
        raise Invalid.field("reported_at", "REPORTED_BEFORE_SEEN")
    first = case.state is CaseState.OPEN
    state = LIFECYCLE.step(case.state, CaseState.REPORTED) if first else case.state
    noted = replace(case, state=state, next_at=None, reports=(*(case.reports or ()), AuthorityReport(to, reported_at, reference, by, at)))
    return noted, [ChildSafeguardingReported(case_id=case.id, in_time=reported_at <= case.due_at)] if first else []


def note(case: ChildCase, *, text: str, at: datetime, by: str | None) -> Change:
    """Write something down."""
    _not_closed(case)
    return replace(case, notes=(*(case.notes or ()), OfficerNote(text, at, by))), []


def close(case: ChildCase, outcome: CaseOutcome, *, text: str, at: datetime, by: str | None) -> Change:
    """Close it with what it led to; one that was never reported is closed only as unfounded, by another than who raised it."""
    _not_closed(case)
    if case.state is CaseState.OPEN and outcome is not CaseOutcome.UNFOUNDED:
        raise Conflict("REPORT_FIRST")
    if case.state is CaseState.OPEN and by == case.opened_by:
        raise Conflict("UNFOUNDED_BY_ANOTHER")
    closed = replace(
        case,
        state=LIFECYCLE.step(case.state, CaseState.CLOSED),
        next_at=None,
        notes=(*(case.notes or ()), OfficerNote(text, at, by)),
        outcome=outcome,
        closed_at=at,
        closed_by=by,
    )
    return closed, [ChildSafeguardingClosed(case_id=case.id)]


def grow_late(case: ChildCase, *, now: datetime, policy: ChildSafeguardingPolicy) -> Change:
    """Tell that it was not reported in time, and again each day; of several days missed, once, with how many (VOL-60)."""
    if case.state is not CaseState.OPEN or case.next_at is None or now < case.next_at:
        return case, []
    times = (now - case.due_at) // policy.again + 1
    since = case.due_at + policy.again * (times - 1)
    late = replace(case, overdue_times=times, next_at=since + policy.again)
    return late, [Dated(ChildSafeguardingOverdue(case_id=case.id, due_at=case.due_at, times=times), business_date(since))]


def _not_closed(case: ChildCase) -> None:
    if case.state is CaseState.CLOSED:
        raise Conflict("CASE_CLOSED")
