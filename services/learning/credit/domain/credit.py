"""What is asked of a member in a year, what they have, and what they will have at its end (LRN-32)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from services.common.errors import Conflict
from services.common.events import Dated, Event
from services.learning.coverage.domain.rows import Coverage, CoverageState
from services.learning.credit.domain import reductions
from services.learning.credit.domain.reductions import ReductionReason
from services.learning.members.domain import Member, MemberKind


@dataclass(frozen=True)
class CreditPolicy:
    """How many minutes of study a year asks of each kind of member; the operator sets the official figures (LRN-32)."""

    full: int = 1920
    """Minutes a year of a full member: 32 lessons of 60 minutes, until the operator sets the official figure."""
    probationary: int = 1920
    """Minutes a year of a probationary member."""
    temp_attached: int = 0
    """Minutes a year of somebody temporarily attached; their own branch asks the rest of them."""
    project_from_month: int = 6
    """The month from which on the year's end is projected; earlier it would say more of the calendar than of the member."""


@dataclass(frozen=True)
class Standing:
    """How a member stands in a year; nothing is projected before the month from which on it is."""

    year: int
    as_of: date
    projected_from: date
    required_minutes: int
    credited_minutes: int
    lessons: int
    projected_minutes: int | None
    shortfall_minutes: int | None


def propose(
    member: Member, policy: CreditPolicy, *, id: str, minutes: int, reason: ReductionReason, since: date, until: date, today: date, by: str
) -> tuple[Member, list[Event | Dated]]:
    """Propose that less be asked of a member for a time; nothing about it is announced (LRN-2)."""
    if not member.active:
        raise Conflict("MEMBER_LEFT")
    full = minutes_of(member.kind, policy)
    how = {"id": id, "minutes": minutes, "full": full, "reason": reason, "since": since, "until": until, "today": today, "by": by}
    return replace(member, reductions=reductions.propose(member.reductions, **how)), []


def approve(member: Member, reduction_id: str, *, today: date, by: str) -> tuple[Member, list[Event | Dated]]:
    """Let a proposed reduction hold, as somebody else than who proposed it."""
    return replace(member, reductions=reductions.approve(member.reductions, reduction_id, today=today, by=by)), []


def minutes_of(kind: MemberKind, policy: CreditPolicy) -> int:
    """Return the minutes that a whole year asks of a kind of member."""
    return {MemberKind.FULL: policy.full, MemberKind.PROBATIONARY: policy.probationary, MemberKind.TEMP_ATTACHED: policy.temp_attached}[kind]


def projected_from(year: int, policy: CreditPolicy) -> date:
    """Return the first day on which a year's end is projected."""
    return date(year, policy.project_from_month, 1)


def to_accept(memberships: Sequence[Member], rows: Sequence[Coverage]) -> list[Coverage]:
    """Return the lessons that somebody had as an attached member while they had a branch at home, which has not accepted them yet (LRN-30)."""
    attached = {one.id for one in memberships if one.attached}
    at_home = [one for one in memberships if not one.attached]
    return [
        row
        for row in rows
        if row.member_id in attached and row.acceptance is None and row.state is CoverageState.VERIFIED and any(one.belongs_on(row.held_on) for one in at_home)
    ]


def standing(memberships: Sequence[Member], rows: Sequence[Coverage], *, year: int, today: date, policy: CreditPolicy) -> Standing:
    """Say how one person stands in a year, whatever branches they belonged to in it.

    Each day asks for its share of the year's minutes, so whoever joins in July owes half, and a reduction holds for its days
    alone. What was learnt counts in the year in which the session was held; once for each session, and only when verified.
    What somebody learnt where they are attached counts at home when the home branch has accepted it (LRN-30).
    """
    belonging = [day for day in days_of(year) if any(one.belongs_on(day) for one in memberships)]
    required = sum(_asked_on(day, memberships, policy) for day in belonging) // len(days_of(year))
    waiting = {row.id for row in to_accept(memberships, rows)}
    verified = {
        row.session_id: row.credited.credit_minutes
        for row in rows
        if row.credited is not None and row.held_on.year == year and row.id not in waiting
    }
    credited, elapsed = sum(verified.values()), sum(day <= today for day in belonging)
    from_day = projected_from(year, policy)
    projected = credited * len(belonging) // elapsed if today >= from_day and elapsed else None
    shortfall = None if projected is None else max(0, required - projected)
    return Standing(year, today, from_day, required, credited, len(verified), projected, shortfall)


def days_of(year: int) -> list[date]:
    """Return the days of a year."""
    first = date(year, 1, 1)
    return [first + timedelta(days=number) for number in range((date(year, 12, 31) - first).days + 1)]


def _asked_on(day: date, memberships: Sequence[Member], policy: CreditPolicy) -> int:
    """Return the yearly minutes that one day counts with; of two memberships at once the one that asks more."""
    full = max(minutes_of(one.kind, policy) for one in memberships if one.belongs_on(day))
    return min([full, *(reduction.minutes for one in memberships for reduction in one.reductions if reduction.in_force(day))])
