"""What is outreach's own of a safeguarding case: the signs that a visit may show, and the clock of their report (OUT-16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.events.outreach import SafeguardingClosed, SafeguardingOverdue, SafeguardingRaised, SafeguardingReported
from services.common.safeguarding import domain as common
from services.common.safeguarding.domain import Case, CaseOutcome, CaseState, Change, Facts

LIFECYCLE = common.lifecycle("SafeguardingCase", "somebody sees a sign", "OUT-16")


class Source(StrEnum):
    """Where a case came from."""

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


@dataclass(frozen=True)
class SafeguardingPolicy:
    """The clock of a sign of abuse, scam or harm."""

    report_within: timedelta = timedelta(hours=24)
    """By when a sign is reported to an authority."""
    again: timedelta = timedelta(hours=24)
    """How often it is told again that it was not reported."""


@dataclass(frozen=True, kw_only=True)
class SafeguardingCase(Case):
    """A sign about one person."""

    person_id: str
    source: Source
    signs: tuple[Sign, ...] | None = None
    visit_id: str | None = None
    follow_up_since: date | None = None
    """Since when somebody is to talk with them alone: being defrauded, they heard a lecture against fraud (VOL-42)."""

    LIFECYCLE = LIFECYCLE
    FACTS = Facts(SafeguardingRaised, SafeguardingReported, SafeguardingOverdue, SafeguardingClosed)


def raise_case(*, signs: Sequence[Sign], **seen) -> Change[SafeguardingCase]:
    """Take what somebody saw or was told; its clock runs from now (OUT-16)."""
    return common.open_case(SafeguardingCase, signs=tuple(dict.fromkeys(signs)), **seen)


def heard_lecture(case: SafeguardingCase, *, on: date) -> Change[SafeguardingCase]:
    """Owe a talk to who is being defrauded and heard a lecture against fraud with others; nobody there learns of it (VOL-42)."""
    if case.state is CaseState.CLOSED or Sign.SCAM not in (case.signs or ()) or case.follow_up_since is not None:
        return case, []
    return replace(case, follow_up_since=on), []


def note(case: SafeguardingCase, *, text: str, followed_up: bool = False, at: datetime, by: str | None) -> Change[SafeguardingCase]:
    """Write something down; also that the talk was held."""
    noted, facts = common.note(case, text=text, at=at, by=by)
    return (replace(noted, follow_up_since=None) if followed_up else noted), facts


def close(case: SafeguardingCase, outcome: CaseOutcome, *, text: str, at: datetime, by: str | None) -> Change[SafeguardingCase]:
    """Close it with what it led to; nothing is left to do then."""
    closed, facts = common.close(case, outcome, text=text, at=at, by=by)
    return replace(closed, follow_up_since=None), facts
