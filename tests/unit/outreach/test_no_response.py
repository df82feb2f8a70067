"""No-response plans: the elder's word holds the ladder back, as long as nobody has reason to doubt it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import NoResponsePlanAgreed, NoResponsePlanToReview
from services.outreach.no_response import domain
from services.outreach.no_response.domain import Capacity, NoResponsePlan, NoResponsePolicy, ReviewReason, Wishes

AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
TODAY = date(2025, 3, 1)
POLICY = NoResponsePolicy()


def agreed(plan=None, wants=False, asked=False, on=TODAY):
    wishes = Wishes(agreed_on=on, agreed_with="herself", wants_response=wants)
    return domain.agree(
        plan or NoResponsePlan("p"), wishes, grid_id="g", capacity_asked=asked, today=TODAY, at=AT, by="s", policy=POLICY
    )


def classified(plan, code, holds=True):
    return domain.classify(plan, code=code, holds=holds, since=TODAY)


def holds(plan, on=TODAY) -> bool:
    return domain.holds_back(plan, on, POLICY)


@pytest.mark.rule("OUT-23")
def test_of_the_plans_of_two_records_of_one_elder_the_latest_word_counts_under_every_doubt():
    here, there = NoResponsePlan("here"), agreed(NoResponsePlan("there"))[0]
    assert domain.together([]) is None
    assert domain.together([here]) == here
    assert domain.together([here, there]) == there and holds(domain.together([here, there]))

    doubted = classified(here, "RESTRICTED")[0]
    assert not holds(domain.together([doubted, there])), "the register doubts it under the present record"
    assert not holds(domain.together([here, classified(there, "COGNITIVE")[0]]))
    assert holds(domain.together([domain.know(doubted, impaired=False, today=TODAY)[0], there]))

    later = replace(agreed(here, wants=True)[0], recorded_at=AT + timedelta(hours=1))
    assert domain.together([later, there]) == later and domain.together([there, later]) == later


@pytest.mark.rule("OUT-23")
def test_who_wants_no_response_holds_the_ladder_back_and_who_wants_one_does_not():
    plan, facts = agreed()

    assert holds(plan) and not holds(agreed(wants=True)[0]) and not holds(None) and not holds(NoResponsePlan("p"))
    assert facts == [Dated(NoResponsePlanAgreed(person_id="p", agreed_on=TODAY, review_on=date(2026, 3, 1)), TODAY)]
    with pytest.raises(Invalid):
        agreed(on=TODAY + timedelta(days=1))


@pytest.mark.rule("OUT-23")
def test_a_plan_is_invalid_while_there_is_a_cognitive_impairment():
    plan, facts = classified(agreed()[0], "COGNITIVE")

    assert (plan.capacity, holds(plan), plan.to_review) == (Capacity.IMPAIRED, False, ReviewReason.ASK)
    assert facts == [Dated(NoResponsePlanToReview(person_id="p", reason="ASK", review_on=TODAY), TODAY)]
    with pytest.raises(Invalid) as refusal:
        agreed(plan, asked=True)
    assert refusal.value.errors[0].code == "CANNOT_WAIVE"
    assert agreed(plan, wants=True)[0].wants_response, "that somebody shall come can always be agreed"
    assert holds(classified(plan, "COGNITIVE", holds=False)[0])


@pytest.mark.rule("OUT-23")
@pytest.mark.parametrize("began", [True, False])
def test_a_restricted_change_is_a_question_and_until_it_is_answered_people_come(began):
    doubted, facts = classified(agreed()[0], "RESTRICTED", began)

    assert (doubted.capacity, holds(doubted), len(facts)) == (Capacity.UNKNOWN, False, 1)
    cleared, _ = domain.answer(doubted, impaired=False, today=TODAY)
    assert (holds(cleared), cleared.to_review) == (True, None)
    impaired, _ = domain.answer(doubted, impaired=True, today=TODAY)
    assert (holds(impaired), impaired.capacity) == (False, Capacity.IMPAIRED)
    assert classified(doubted, "RESTRICTED", began) == (doubted, []), "asked once"


@pytest.mark.rule("OUT-23")
def test_what_is_restricted_of_somebody_without_a_plan_is_asked_when_one_is_agreed():
    unknown, facts = classified(NoResponsePlan("p"), "RESTRICTED")
    assert facts == [] and unknown.to_review is None

    with pytest.raises(Invalid) as refusal:
        agreed(unknown)
    assert refusal.value.errors[0].code == "CAPACITY_UNKNOWN"
    assert holds(agreed(unknown, asked=True)[0])


@pytest.mark.rule("OUT-23")
def test_other_categories_and_an_end_of_what_never_began_change_nothing():
    plan, _ = agreed()
    assert classified(plan, "LIVING_ALONE") == (plan, [])
    assert classified(plan, "COGNITIVE", holds=False) == (plan, [])
    impaired, _ = classified(plan, "COGNITIVE")
    assert classified(impaired, "RESTRICTED") == (impaired, []), "an impairment that is known stays known"
    with pytest.raises(Conflict, match="NO_PLAN"):
        domain.answer(NoResponsePlan("p"), impaired=False, today=TODAY)


@pytest.mark.rule("OUT-23")
def test_after_a_year_it_is_asked_again_and_a_month_later_it_holds_no_longer_each_told_once():
    plan, _ = agreed()
    due, lapse = date(2026, 3, 1), date(2026, 3, 31)

    def grown(one, on):
        return domain.grow_old(one, today=on, policy=POLICY)

    assert grown(plan, due - timedelta(days=1)) == (plan, [])
    yearly, facts = grown(plan, due + timedelta(days=3))
    assert facts == [Dated(NoResponsePlanToReview(person_id="p", reason="YEARLY", review_on=due), due)]
    assert grown(yearly, due + timedelta(days=4)) == (yearly, [])
    assert holds(yearly, lapse - timedelta(days=1)) and not holds(yearly, lapse)
    lapsed, facts = grown(yearly, lapse + timedelta(days=9))
    assert [(fact.event.reason, fact.effective_on) for fact in facts] == [("LAPSED", lapse)]
    assert grown(lapsed, lapse + timedelta(days=99)) == (lapsed, [])
    again = domain.agree(
        lapsed, replace(lapsed.wishes, agreed_on=lapse), grid_id="g", capacity_asked=False, today=lapse, at=AT, by="s", policy=POLICY
    )[0]
    assert (again.to_review, holds(again, lapse)) == (None, True)
