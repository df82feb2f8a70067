"""Figures of wishes, opinions and joint activities: the first promise, the wisher's own word, each activity once."""

from __future__ import annotations

import pytest

from gateway.views.statistics.asked import joint_activities_held, opinions_answered, wishes_kept
from gateway.views.statistics.metric import restate
from tests.unit.gateway.views.test_statistics import JUNE, a_fact, part


def wished(id: str, on: str = "2025-06-01"):
    return a_fact("WishSubmitted", on, wish_id=id)


def answered(id: str, on: str, answer: str = "ACCEPTED"):
    return a_fact("WishAnswered", on, wish_id=id, answer=answer, answered_on=on)


def delivered(id: str, on: str, kept: bool = True):
    return a_fact("WishDelivered", on, wish_id=id, delivered_on=on, first_promise_kept=kept)


@pytest.mark.rule("U12", "OUT-30")
def test_the_days_to_an_answer_end_when_the_wisher_knew_and_count_the_first_answer():
    facts = [wished("a"), wished("b"), wished("c"), wished("may", "2025-05-20"), wished("none")]
    facts += [answered("a", "2025-06-03"), answered("b", "2025-06-09"), answered("c", "2025-07-01"), answered("may", "2025-06-01"), answered("a", "2025-06-20")]

    parts = wishes_kept(facts, JUNE)

    assert (part(parts, "submitted").ids, part(parts, "answered").ids) == (("a", "b", "c", "none"), ("a", "b", "may"))
    assert part(parts, "median_days_to_answer").value == 8


@pytest.mark.rule("U12", "OUT-30")
def test_the_first_promise_is_kept_or_not_as_the_delivery_says():
    facts = [delivered("a", "2025-06-05"), delivered("b", "2025-06-06", kept=False), delivered("july", "2025-07-01")]

    parts = wishes_kept(facts, JUNE)

    assert (part(parts, "delivered").ids, part(parts, "first_promise_kept").ids, part(parts, "first_promise_kept_share").value) == (("a", "b"), ("a",), 0.5)


@pytest.mark.rule("U12", "OUT-32", "OUT-33")
def test_who_cannot_be_reached_is_never_satisfied_and_stands_apart():
    facts = [delivered(id, "2025-06-02") for id in ("a", "b", "c", "d")]
    facts += [a_fact("WishConfirmed", "2025-06-10", wish_id="a"), a_fact("WishConfirmationUnreachable", "2025-06-20", wish_id="b")]
    facts += [a_fact("WishReopened", "2025-06-10", wish_id="c", times=1), a_fact("WishReopened", "2025-06-11", wish_id="d", times=1)]
    facts.append(a_fact("WishConfirmed", "2025-06-25", wish_id="d"))

    parts = wishes_kept(facts, JUNE)

    assert (part(parts, "heard").ids, part(parts, "confirmed").ids, part(parts, "confirmed_satisfied_share").value) == (("a", "c", "d"), ("a", "d"), 0.6666)
    assert part(parts, "unreachable").ids == ("b",)
    assert (part(parts, "reopened").ids, part(parts, "reopened_share").value) == (("c", "d"), 0.5)


@pytest.mark.rule("U12", "OUT-17")
def test_a_word_that_a_visit_brought_which_was_none_was_not_heard_whenever_that_is_known():
    facts = [delivered("a", "2025-06-02"), a_fact("WishConfirmed", "2025-06-10", wish_id="a"), a_fact("WishWordTakenBack", "2025-07-03", wish_id="a")]
    assert (part(wishes_kept(facts, JUNE), "heard").ids, part(wishes_kept(facts[:2], JUNE), "heard").ids) == ((), ("a",))
    again = [*facts[:2], a_fact("WishWordTakenBack", "2025-06-12", wish_id="a"), a_fact("WishConfirmed", "2025-06-20", wish_id="a")]
    assert part(wishes_kept(again, JUNE), "confirmed").ids == ("a",)


@pytest.mark.rule("U12")
def test_a_word_that_is_known_later_restates_the_figure_by_the_wish():
    facts = [delivered("a", "2025-06-02")]
    late = a_fact("WishReopened", "2025-06-28", known="2025-07-05", wish_id="a", times=1)

    changed = {one.name: one for one in restate(wishes_kept(facts, JUNE), wishes_kept([*facts, late], JUNE)) if one.changed}

    assert changed["reopened"].added == ("a",) and changed["reopened_share"].after == 1.0


@pytest.mark.rule("U12", "OUT-41", "OUT-43")
def test_opinions_are_answered_adopted_and_done_and_a_split_one_is_counted_in_its_parts():
    facts = [a_fact("OpinionReceived", "2025-06-01", opinion_id=id, voices=voices) for id, voices in (("a", 40), ("b", 1), ("c", 1), ("d", 1), ("whole", 5))]
    facts += [a_fact("OpinionSplit", "2025-06-02", opinion_id="whole", into_ids=["x"]), a_fact("OpinionReceived", "2025-06-02", opinion_id="x", voices=1)]
    facts += [a_fact("OpinionSupported", "2025-06-03", opinion_id="b", voices=3)]
    facts += [a_fact("OpinionAnswered", "2025-06-10", opinion_id=id, outcome=word) for id, word in (("a", "ADOPTED"), ("b", "PARTLY"), ("c", "ADOPTED"), ("d", "ELSEWHERE"))]
    facts += [a_fact("OpinionUnadopted", "2025-06-12", opinion_id="c"), a_fact("OpinionDone", "2025-06-20", opinion_id="a"), a_fact("OpinionDone", "2025-06-11", opinion_id="c")]

    parts = opinions_answered(facts, JUNE)

    assert (part(parts, "received").ids, part(parts, "voices").value) == (("a", "b", "c", "d", "x"), 46)
    assert (part(parts, "answered").value, part(parts, "answered_share").value) == (4, 0.8)
    assert (part(parts, "adopted").ids, part(parts, "adopted_share").value) == (("a", "b"), 0.5)
    assert (part(parts, "adopted_and_done").ids, part(parts, "adopted_and_done_share").value) == (("a",), 0.5)


@pytest.mark.rule("U12", "OUT-50")
def test_one_activity_is_one_count_and_each_partner_has_its_participations():
    def held(id: str, on: str, *partners: str, headcount: int = 20):
        return a_fact("JointActivityHeld", on, joint_activity_id=id, held_on=on, headcount=headcount, partner_ids=list(partners))

    facts = [held("a", "2025-06-02", "hospital", "school"), held("b", "2025-06-09", "school", headcount=12), held("july", "2025-07-01", "school")]
    facts += [a_fact("JointActivityReported", "2025-06-05", joint_activity_id=id) for id in ("a", "b")]
    facts.append(a_fact("JointActivityReportReverted", "2025-06-06", joint_activity_id="b"))

    parts = joint_activities_held(facts, JUNE)

    assert (part(parts, "activities").ids, part(parts, "people_came").value) == (("a", "b"), 32)
    assert (part(parts, "participations").value, part(parts, "participations_of_school").ids) == (3, ("a", "b"))
    assert (part(parts, "reported").ids, part(parts, "reported_share").value) == (("a",), 0.5)
