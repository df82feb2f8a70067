"""What is volunteering's own of a suspicion of harm to a child: what is suspected, and how soon it is reported (VOL-60)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.common.events.volunteering import (
    ChildSafeguardingClosed,
    ChildSafeguardingOverdue,
    ChildSafeguardingRaised,
    ChildSafeguardingReported,
)
from services.common.safeguarding import domain as common
from services.common.safeguarding.domain import Case, Change, Facts

LIFECYCLE = common.lifecycle("ChildSafeguardingCase", "somebody suspects harm", "VOL-60")


class Harm(StrEnum):
    """Of what there are signs."""

    PHYSICAL = "PHYSICAL"
    SEXUAL = "SEXUAL"
    NEGLECT = "NEGLECT"
    EMOTIONAL = "EMOTIONAL"
    BULLYING = "BULLYING"
    SELF_HARM = "SELF_HARM"
    OTHER = "OTHER"


@dataclass(frozen=True)
class ChildSafeguardingPolicy:
    """The clock of a suspicion of harm to a child."""

    report_within: timedelta = timedelta(hours=2)
    """By when a suspicion is reported to an authority; the law says at once."""
    again: timedelta = timedelta(hours=24)
    """How often it is told again that it was not reported."""


@dataclass(frozen=True, kw_only=True)
class ChildCase(Case):
    """A suspicion about one child; hidden from who is suspected, by staff or volunteer."""

    child_id: str
    signs: tuple[Harm, ...] | None = None
    session_id: str | None = None

    LIFECYCLE = LIFECYCLE
    FACTS = Facts(ChildSafeguardingRaised, ChildSafeguardingReported, ChildSafeguardingOverdue, ChildSafeguardingClosed)


def raise_case(*, signs: Sequence[Harm], **seen) -> Change[ChildCase]:
    """Take what somebody saw or was told; the clock of the mandatory report runs from now (VOL-60)."""
    return common.open_case(ChildCase, signs=tuple(dict.fromkeys(signs)), **seen)
