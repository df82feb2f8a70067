"""A care plan: drafted by one, approved by another, looked at again on its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.outreach import CarePlanApproved, CarePlanClosed
from services.common.states import StateMachine, Transition


class PlanState(StrEnum):
    DRAFT = "DRAFT"
    APPROVED = "APPROVED"
    CLOSED = "CLOSED"


LIFECYCLE = StateMachine(
    "CarePlan",
    PlanState,
    Transition(("",), "DRAFT", "somebody drafts it"),
    Transition(("DRAFT",), "APPROVED", "another person approves it"),
    Transition(("DRAFT", "APPROVED"), "CLOSED", "it is reached, or no longer the right one"),
)


class Area(StrEnum):
    DAILY = "DAILY"
    MEDICAL = "MEDICAL"
    EMOTIONAL = "EMOTIONAL"
    SAFETY = "SAFETY"


class CloseReason(StrEnum):
    REACHED = "REACHED"
    REPLACED = "REPLACED"
    NO_LONGER_WANTED = "NO_LONGER_WANTED"
    LEFT_CARE = "LEFT_CARE"


@dataclass(frozen=True)
class CarePlanPolicy:
    """For how long a plan may go on before somebody looks at it again."""

    review_within: timedelta = timedelta(days=180)


@dataclass(frozen=True)
class Goal:
    """What is to get better, how one will see it, and by when."""

    area: Area
    aim: str
    measure: str
    by: date


@dataclass(frozen=True)
class CarePlan:
    """One person's plan; its goals are stored sealed."""

    id: str
    grid_id: str | None
    person_id: str
    goals: tuple[Goal, ...]
    review_on: date
    drafted_at: datetime
    drafted_by: str | None
    state: PlanState = PlanState.DRAFT
    approved_by: str | None = None
    approved_at: datetime | None = None
    closed_because: CloseReason | None = None
    closed_at: datetime | None = None


Change = tuple[CarePlan, list[Event]]


def draft(
    *,
    id: str,
    grid_id: str | None,
    person_id: str,
    goals: Sequence[Goal],
    review_on: date,
    today: date,
    at: datetime,
    by: str | None,
    policy: CarePlanPolicy,
) -> Change:
    """Draft a plan."""
    _check(goals, review_on, today, policy)
    return CarePlan(id, grid_id, person_id, tuple(goals), review_on, at, by, LIFECYCLE.step("", PlanState.DRAFT)), []


def revise(plan: CarePlan, *, goals: Sequence[Goal], review_on: date, today: date, at: datetime, by: str | None, policy: CarePlanPolicy) -> Change:
    """Change a draft; whoever did so last has drafted it, and cannot be who approves it."""
    if plan.state is not PlanState.DRAFT:
        raise Conflict("CARE_PLAN_STATE", state=plan.state.value)
    _check(goals, review_on, today, policy)
    return replace(plan, goals=tuple(goals), review_on=review_on, drafted_at=at, drafted_by=by), []


def approve(plan: CarePlan, *, at: datetime, by: str) -> Change:
    """Approve a plan that somebody else drafted."""
    if not LIFECYCLE.allows(plan.state, PlanState.APPROVED):
        raise Conflict("CARE_PLAN_STATE", state=plan.state.value)
    if by == plan.drafted_by:
        raise Conflict("APPROVED_BY_ANOTHER")
    approved = replace(plan, state=LIFECYCLE.step(plan.state, PlanState.APPROVED), approved_by=by, approved_at=at)
    return approved, [CarePlanApproved(plan_id=plan.id, person_id=plan.person_id, approved_by=by, review_on=plan.review_on)]


def close(plan: CarePlan, reason: CloseReason, *, at: datetime) -> Change:
    """Close a plan; a draft that never held is dropped without anybody being told."""
    if not LIFECYCLE.allows(plan.state, PlanState.CLOSED):
        raise Conflict("CARE_PLAN_STATE", state=plan.state.value)
    closed = replace(plan, state=LIFECYCLE.step(plan.state, PlanState.CLOSED), closed_because=reason, closed_at=at)
    held = plan.state is PlanState.APPROVED
    return closed, [CarePlanClosed(plan_id=plan.id, person_id=plan.person_id, reason=reason.value)] if held else []


def _check(goals: Sequence[Goal], review_on: date, today: date, policy: CarePlanPolicy) -> None:
    if not goals:
        raise Invalid.field("goals", "REQUIRED")
    for place, goal in enumerate(goals):
        if goal.by < today:
            raise Invalid.field(f"goals.{place}.by", "DUE_IN_THE_PAST")
    if not today < review_on <= today + policy.review_within:
        raise Invalid.field("review_on", "REVIEW_WITHIN", days=policy.review_within.days)
