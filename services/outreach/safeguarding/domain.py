"""What is outreach's own of a safeguarding case: the signs that a visit may show, and the clock of their report (OUT-16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.common.events.outreach import SafeguardingClosed, SafeguardingOverdue, SafeguardingRaised, SafeguardingReported
from services.common.safeguarding import domain as common
from services.common.safeguarding.domain import Case, Change, Facts

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

    LIFECYCLE = LIFECYCLE
    FACTS = Facts(SafeguardingRaised, SafeguardingReported, SafeguardingOverdue, SafeguardingClosed)


def raise_case(*, signs: Sequence[Sign], **seen) -> Change[SafeguardingCase]:
    """Take what somebody saw or was told; its clock runs from now (OUT-16)."""
    return common.open_case(SafeguardingCase, signs=tuple(dict.fromkeys(signs)), **seen)
