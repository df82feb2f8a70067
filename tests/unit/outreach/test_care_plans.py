"""Care plans: one drafts, another approves, and somebody looks at it again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.outreach import CarePlanApproved, CarePlanClosed
from services.outreach.care_plans import domain
from services.outreach.care_plans.domain import Area, CarePlanPolicy, CloseReason, Goal, PlanState

AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
TODAY = date(2025, 3, 1)
GOAL = Goal(Area.SAFETY, "no fall at night", "none in a month", date(2025, 4, 30))
NOW = {"today": TODAY, "at": AT, "policy": CarePlanPolicy()}


def drafted(goals=(GOAL,), review_on=date(2025, 6, 1)):
    return domain.draft(id="c", grid_id="g", person_id="p", goals=goals, review_on=review_on, by="s", **NOW)[0]


def test_a_plan_holds_when_another_than_who_drafted_it_approved_it():
    plan, facts = domain.approve(drafted(), at=AT, by="lead")

    assert (plan.state, plan.approved_by) == (PlanState.APPROVED, "lead")
    assert facts == [CarePlanApproved(plan_id="c", person_id="p", approved_by="lead", review_on=date(2025, 6, 1))]
    with pytest.raises(Conflict, match="APPROVED_BY_ANOTHER"):
        domain.approve(drafted(), at=AT, by="s")


def test_who_changed_a_draft_last_has_drafted_it():
    revised, _ = domain.revise(drafted(), goals=[GOAL], review_on=date(2025, 5, 1), by="lead", **NOW)

    assert (revised.review_on, revised.state) == (date(2025, 5, 1), PlanState.DRAFT)
    with pytest.raises(Conflict, match="APPROVED_BY_ANOTHER"):
        domain.approve(revised, at=AT, by="lead")
    assert domain.approve(revised, at=AT, by="s")[0].state is PlanState.APPROVED


def test_what_holds_is_closed_with_a_reason_and_not_changed_any_more():
    held, _ = domain.approve(drafted(), at=AT, by="lead")
    closed, facts = domain.close(held, CloseReason.REACHED, at=AT)

    assert facts == [CarePlanClosed(plan_id="c", person_id="p", reason="REACHED")]
    for act in (
        lambda: domain.revise(held, goals=[GOAL], review_on=date(2025, 5, 1), by="s", **NOW),
        lambda: domain.approve(held, at=AT, by="x"),
        lambda: domain.close(closed, CloseReason.REACHED, at=AT),
    ):
        with pytest.raises(Conflict, match="CARE_PLAN_STATE"):
            act()
    assert domain.close(drafted(), CloseReason.NO_LONGER_WANTED, at=AT)[1] == [], "a draft that never held is told to nobody"


@pytest.mark.parametrize(
    ("broken", "field", "code"),
    [
        ({"goals": ()}, "goals", "REQUIRED"),
        ({"goals": (GOAL, Goal(Area.DAILY, "a", "b", TODAY - timedelta(days=1)))}, "goals.1.by", "DUE_IN_THE_PAST"),
        ({"review_on": TODAY}, "review_on", "REVIEW_WITHIN"),
        ({"review_on": TODAY + timedelta(days=181)}, "review_on", "REVIEW_WITHIN"),
    ],
)
def test_a_plan_has_goals_to_come_and_a_day_to_look_again(broken, field, code):
    with pytest.raises(Invalid) as refusal:
        drafted(**broken)
    assert [(error.field, error.code) for error in refusal.value.errors] == [(field, code)]
