"""A reduced yearly requirement: proposed by one, in force only when somebody else approved it (LRN-32)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from services.common.errors import Conflict, Forbidden, Invalid, NotFound


class ReductionReason(StrEnum):
    """Why less is asked of a member; sealed like circumstances, because it tells of their life (LRN-2)."""

    HOSPITAL = "HOSPITAL"
    LONG_TERM_FRAIL = "LONG_TERM_FRAIL"
    OTHER = "OTHER"


@dataclass(frozen=True)
class Reduction:
    """How many minutes a year are asked of a member instead, from one day to another."""

    id: str
    minutes: int
    reason: ReductionReason
    since: date
    until: date
    proposed_by: str
    proposed_on: date
    approved_by: str | None = None
    approved_on: date | None = None

    def in_force(self, day: date) -> bool:
        """Say whether it holds on a day; a proposal holds on none."""
        return self.approved_by is not None and self.since <= day <= self.until


def propose(
    known: tuple[Reduction, ...], *, id: str, minutes: int, full: int, reason: ReductionReason, since: date, until: date, today: date, by: str
) -> tuple[Reduction, ...]:
    """Propose a reduction; it takes the place of an earlier proposal, but never of what was approved."""
    if until < since:
        raise Invalid.field("until", "ENDS_BEFORE_START")
    if minutes >= full:
        raise Invalid.field("minutes", "NOT_REDUCED", full=full)
    approved = tuple(one for one in known if one.approved_by is not None)
    if any(one.since <= until and since <= one.until for one in approved):
        raise Conflict("REDUCTION_OVERLAPS")
    return (*approved, Reduction(id, minutes, reason, since, until, by, today))


def approve(known: tuple[Reduction, ...], reduction_id: str, *, today: date, by: str) -> tuple[Reduction, ...]:
    """Approve a proposal of somebody else's."""
    proposed = next((one for one in known if one.id == reduction_id), None)
    if proposed is None:
        raise NotFound()
    if proposed.approved_by is not None:
        raise Conflict("REDUCTION_APPROVED")
    if proposed.proposed_by == by:
        raise Forbidden("SECOND_SIGNER_MUST_DIFFER")
    approved = replace(proposed, approved_by=by, approved_on=today)
    return tuple(approved if one.id == reduction_id else one for one in known)
