"""A plan for the day on which an elder does not answer: agreed with them, asked again each year (OUT-23).

It holds the ladder back only while nobody has reason to doubt that the elder can decide so. A sensitive category is told
as RESTRICTED, so a change of one raises the question, and until somebody has asked, people go and look.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import NoResponsePlanAgreed, NoResponsePlanToReview
from services.common.states import StateMachine, Transition

COGNITIVE, RESTRICTED = "COGNITIVE", "RESTRICTED"


@dataclass(frozen=True)
class NoResponsePolicy:
    """How often a plan is asked again, and for how long it holds when nobody has."""

    review_after: timedelta = timedelta(days=365)
    grace: timedelta = timedelta(days=30)


class Capacity(StrEnum):
    """Whether the elder can decide that nobody shall come."""

    CLEAR = "CLEAR"
    UNKNOWN = "UNKNOWN"
    IMPAIRED = "IMPAIRED"


CAPACITY = StateMachine(
    "Capacity",
    Capacity,
    Transition(("", "UNKNOWN", "IMPAIRED"), "CLEAR", "somebody asked, or the impairment ended", "OUT-23"),
    Transition(("", "CLEAR", "IMPAIRED"), "UNKNOWN", "a category that is not told began or ended", "OUT-23"),
    Transition(("", "CLEAR", "UNKNOWN"), "IMPAIRED", "a cognitive impairment is known", "OUT-23"),
)


class ReviewReason(StrEnum):
    """Why somebody must ask the elder again."""

    YEARLY = "YEARLY"
    LAPSED = "LAPSED"
    ASK = "ASK"


@dataclass(frozen=True)
class KeyHolder:
    """Somebody who has a key of the elder's home."""

    name: str
    phone: str | None = None
    relation: str | None = None


@dataclass(frozen=True)
class Wishes:
    """What was agreed."""

    agreed_on: date
    agreed_with: str
    wants_response: bool
    steps: tuple[str, ...] = ()
    key_holders: tuple[KeyHolder, ...] = ()
    known_habits: str | None = None
    hospital: str | None = None
    do_not_force_entry_unless: str | None = None


@dataclass(frozen=True)
class NoResponsePlan:
    """What is known of one elder's wishes; the id is the person's, and there may be no plan yet."""

    id: str
    grid_id: str | None = None
    capacity: Capacity = Capacity.CLEAR
    wishes: Wishes | None = None
    wants_response: bool = True
    agreed: bool = False
    review_on: date | None = None
    to_review: ReviewReason | None = None
    recorded_at: datetime | None = None
    recorded_by: str | None = None


Change = tuple[NoResponsePlan, list[Event | Dated]]


def agree(
    plan: NoResponsePlan,
    wishes: Wishes,
    *,
    grid_id: str | None,
    capacity_asked: bool,
    today: date,
    at: datetime,
    by: str | None,
    policy: NoResponsePolicy,
) -> Change:
    """Write down what the elder wants; that nobody shall come needs that they can decide so (OUT-23)."""
    if wishes.agreed_on > today:
        raise Invalid.field("agreed_on", "IN_THE_FUTURE")
    if not wishes.wants_response and plan.capacity is Capacity.IMPAIRED:
        raise Invalid.field("wants_response", "CANNOT_WAIVE")
    if not wishes.wants_response and plan.capacity is Capacity.UNKNOWN and not capacity_asked:
        raise Invalid.field("capacity_asked", "CAPACITY_UNKNOWN")
    asked = capacity_asked and plan.capacity is Capacity.UNKNOWN
    review_on = wishes.agreed_on + policy.review_after
    agreed = replace(
        plan,
        grid_id=grid_id,
        capacity=CAPACITY.step(plan.capacity, Capacity.CLEAR) if asked else plan.capacity,
        wishes=wishes,
        wants_response=wishes.wants_response,
        agreed=True,
        review_on=review_on,
        to_review=None,
        recorded_at=at,
        recorded_by=by,
    )
    return agreed, [Dated(NoResponsePlanAgreed(person_id=plan.id, agreed_on=wishes.agreed_on, review_on=review_on), wishes.agreed_on)]


def classify(plan: NoResponsePlan, *, code: str, holds: bool, since: date) -> Change:
    """Doubt a plan by what the register tells: an impairment by its name, or only that something sensitive changed (OUT-23)."""
    if code == COGNITIVE:
        return _be(plan, Capacity.IMPAIRED if holds else Capacity.CLEAR, since)
    if code != RESTRICTED or (plan.capacity is Capacity.IMPAIRED and holds):
        return plan, []
    return _be(plan, Capacity.UNKNOWN, since)


def answer(plan: NoResponsePlan, *, impaired: bool, today: date) -> Change:
    """Take note of what somebody found who asked whether the elder can decide so."""
    if not plan.agreed:
        raise Conflict("NO_PLAN")
    answered, facts = know(plan, impaired=impaired, today=today)
    if not impaired and answered.to_review is ReviewReason.ASK:
        answered = replace(answered, to_review=None)
    return answered, facts


def know(plan: NoResponsePlan, *, impaired: bool, today: date) -> Change:
    """Take note whether the elder can decide so, also where the plan that counts was agreed under another record of theirs."""
    return _be(plan, Capacity.IMPAIRED if impaired else Capacity.CLEAR, today)


def grow_old(plan: NoResponsePlan, *, today: date, policy: NoResponsePolicy) -> Change:
    """Ask for its yearly review, and say when it ceased to hold because nobody made it; each is told once."""
    if not plan.agreed or plan.review_on is None or today < plan.review_on:
        return plan, []
    lapses_on = plan.review_on + policy.grace
    reason, on = (ReviewReason.LAPSED, lapses_on) if today >= lapses_on else (ReviewReason.YEARLY, plan.review_on)
    if plan.to_review in (reason, ReviewReason.LAPSED):
        return plan, []
    fact = NoResponsePlanToReview(person_id=plan.id, reason=reason.value, review_on=plan.review_on)
    return replace(plan, to_review=reason), [Dated(fact, on)]


def together(plans: Iterable[NoResponsePlan]) -> NoResponsePlan | None:
    """Return what counts of the plans of one person's records, the present one first: the latest word, under every doubt (OUT-23)."""
    rows = list(plans)
    agreed = max((plan for plan in rows if plan.agreed), key=lambda plan: plan.recorded_at, default=None)
    if agreed is None:
        return rows[0] if rows else None
    # The register tells what it knows of the person under the present record; a doubt about it is one about every plan.
    doubt = max((rows[0].capacity, agreed.capacity), key=list(Capacity).index)
    return replace(agreed, capacity=doubt)


def holds_back(plan: NoResponsePlan | None, today: date, policy: NoResponsePolicy) -> bool:
    """Say whether the ladder ends at the contacts: the elder said so, can say so, and was asked within a year (OUT-23)."""
    if plan is None or not plan.agreed or plan.wants_response or plan.capacity is not Capacity.CLEAR:
        return False
    return plan.review_on is not None and today < plan.review_on + policy.grace


def _be(plan: NoResponsePlan, capacity: Capacity, since: date) -> Change:
    if plan.capacity is capacity:
        return plan, []
    changed = replace(plan, capacity=CAPACITY.step(plan.capacity, capacity))
    if capacity is Capacity.CLEAR or not plan.agreed or plan.wants_response:
        return changed, []
    fact = NoResponsePlanToReview(person_id=plan.id, reason=ReviewReason.ASK.value, review_on=since)
    return replace(changed, to_review=ReviewReason.ASK), [Dated(fact, since)]
