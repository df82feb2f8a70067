"""A safeguarding case: who sees a sign says so and is told that it was taken; an officer reports it where the law asks.

Nothing of it is in an event but its own id. Whoever is suspected reads nothing of it, an officer neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import SafeguardingClosed, SafeguardingOverdue, SafeguardingRaised, SafeguardingReported
from services.common.states import StateMachine, Transition

AHEAD = timedelta(minutes=5)
"""By how much a device's clock may be ahead of ours (X-3)."""


class CaseState(StrEnum):
    OPEN = "OPEN"
    REPORTED = "REPORTED"
    CLOSED = "CLOSED"


LIFECYCLE = StateMachine(
    "SafeguardingCase",
    CaseState,
    Transition(("",), "OPEN", "somebody sees a sign", "OUT-16"),
    Transition(("OPEN",), "REPORTED", "an officer reports it to the authority", "OUT-16"),
    Transition(("OPEN", "REPORTED"), "CLOSED", "an officer closes it, with what it led to", "OUT-16"),
)


class Source(StrEnum):
    OBSERVATION = "OBSERVATION"
    STAFF = "STAFF"


class Sign(StrEnum):
    """What was seen or told."""

    ABUSE = "ABUSE"
    NEGLECT = "NEGLECT"
    SCAM = "SCAM"
    HARM_TO_CHILD = "HARM_TO_CHILD"
    SELF_HARM = "SELF_HARM"
    OTHER = "OTHER"


class Authority(StrEnum):
    POLICE = "POLICE"
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS"
    EDUCATION = "EDUCATION"


class Outcome(StrEnum):
    """What a case led to."""

    HANDED_OVER = "HANDED_OVER"
    PROTECTED = "PROTECTED"
    UNFOUNDED = "UNFOUNDED"


@dataclass(frozen=True)
class SafeguardingPolicy:
    """Within how long a sign is reported, and how often it is told again that it was not."""

    report_within: timedelta = timedelta(hours=24)
    again: timedelta = timedelta(hours=24)


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


@dataclass(frozen=True)
class SafeguardingCase:
    """One case; all but its clock is stored sealed."""

    id: str
    person_id: str
    source: Source
    opened_at: datetime
    opened_by: str | None
    due_at: datetime
    next_at: datetime | None
    signs: tuple[Sign, ...] = ()
    words: str | None = None
    visit_id: str | None = None
    hidden_from: tuple[str, ...] = ()
    """Members of staff who are suspected: for them there is no such case."""
    state: CaseState = CaseState.OPEN
    overdue_times: int = 0
    reports: tuple[MandatoryReport, ...] = ()
    notes: tuple[CaseNote, ...] = ()
    outcome: Outcome | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None


Change = tuple[SafeguardingCase, list[Event | Dated]]


def raise_case(
    *,
    id: str,
    person_id: str,
    source: Source,
    signs: Sequence[Sign],
    words: str | None = None,
    visit_id: str | None = None,
    hidden_from: Sequence[str] = (),
    at: datetime,
    by: str | None,
    policy: SafeguardingPolicy,
) -> Change:
    """Take what somebody saw or was told; its clock runs from now (OUT-16)."""
    due_at = at + policy.report_within
    case = SafeguardingCase(
        id=id,
        person_id=person_id,
        source=source,
        opened_at=at,
        opened_by=by,
        due_at=due_at,
        next_at=due_at,
        signs=tuple(dict.fromkeys(signs)),
        words=words,
        visit_id=visit_id,
        hidden_from=tuple(dict.fromkeys(hidden_from)),
        state=LIFECYCLE.step("", CaseState.OPEN),
    )
    return case, [SafeguardingRaised(case_id=id, due_at=due_at)]


def report(case: SafeguardingCase, *, to: Authority, reported_at: datetime, reference: str, at: datetime, by: str | None) -> Change:
    """Note to which authority it was reported, when, and under which reference; a case may be reported to several."""
    _not_closed(case)
    if reported_at > at + AHEAD:
        raise Invalid.field("reported_at", "IN_THE_FUTURE")
    if reported_at < case.opened_at:
        raise Invalid.field("reported_at", "REPORTED_BEFORE_SEEN")
    first = case.state is CaseState.OPEN
    state = LIFECYCLE.step(case.state, CaseState.REPORTED) if first else case.state
    noted = replace(case, state=state, next_at=None, reports=(*case.reports, MandatoryReport(to, reported_at, reference, by, at)))
    return noted, [SafeguardingReported(case_id=case.id, in_time=reported_at <= case.due_at)] if first else []


def note(case: SafeguardingCase, *, text: str, at: datetime, by: str | None) -> Change:
    """Write something down."""
    _not_closed(case)
    return replace(case, notes=(*case.notes, CaseNote(text, at, by))), []


def close(case: SafeguardingCase, outcome: Outcome, *, text: str, at: datetime, by: str | None) -> Change:
    """Close it with what it led to; a case that was never reported is closed only as unfounded, by another than who raised it."""
    _not_closed(case)
    if case.state is CaseState.OPEN and outcome is not Outcome.UNFOUNDED:
        raise Conflict("REPORT_FIRST")
    if case.state is CaseState.OPEN and by is not None and by == case.opened_by:
        raise Conflict("UNFOUNDED_BY_ANOTHER")
    closed = replace(
        case,
        state=LIFECYCLE.step(case.state, CaseState.CLOSED),
        next_at=None,
        notes=(*case.notes, CaseNote(text, at, by)),
        outcome=outcome,
        closed_at=at,
        closed_by=by,
    )
    return closed, [SafeguardingClosed(case_id=case.id)]


def grow_late(case: SafeguardingCase, *, now: datetime, policy: SafeguardingPolicy) -> Change:
    """Tell that it was not reported in time, and again each day; of several days missed, once, with how many (OUT-16)."""
    if case.state is not CaseState.OPEN or case.next_at is None or now < case.next_at:
        return case, []
    times = (now - case.due_at) // policy.again + 1
    since = case.due_at + policy.again * (times - 1)
    late = replace(case, overdue_times=times, next_at=since + policy.again)
    return late, [Dated(SafeguardingOverdue(case_id=case.id, due_at=case.due_at, times=times), business_date(since))]


def _not_closed(case: SafeguardingCase) -> None:
    if case.state is CaseState.CLOSED:
        raise Conflict("CASE_CLOSED")
