"""What people say when they are asked: kept as they said it, answered to each, reported only when nobody is left out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.common.errors import Conflict, Invalid
from services.outreach.consultations import domain as consultations
from services.outreach.consultations.domain import ConsultationKind, ConsultationState, Report
from services.outreach.opinions import domain
from services.outreach.opinions.domain import Channel, OpinionState, themes

AT, TODAY = datetime(2025, 3, 3, 2, 0, tzinfo=UTC), date(2025, 3, 3)


def an_opinion(id="o1", **more):
    said = {"text": "食堂周末也开", "by": "s1", "person_id": "p1", "grid_id": "g1", **more}
    return domain.receive(id=id, at=AT, today=TODAY, **said)[0]


def adopted(**more):
    return domain.answer(an_opinion(**more), outcome=OpinionState.ADOPTED, text="下月起供餐", at=AT, by="s1")[0]


def named(facts) -> list[str]:
    return [type(fact).__name__ for fact in facts]


@pytest.mark.rule("OUT-41")
def test_what_was_said_stays_as_it_was_said():
    described, facts = domain.describe(an_opinion(), theme="食堂", summary="周末供餐", duplicate_of=None)

    assert (described.text, described.summary, described.theme, facts) == ("食堂周末也开", "周末供餐", "食堂", [])
    with pytest.raises(Invalid):
        domain.describe(described, theme=None, summary=None, duplicate_of="o1")


@pytest.mark.rule("OUT-41")
def test_an_adopted_opinion_is_dropped_only_with_a_public_reason():
    with pytest.raises(Invalid):
        domain.unadopt(adopted(), public_reason="  ")
    with pytest.raises(Conflict):
        domain.unadopt(an_opinion(), public_reason="场地租约到期")

    dropped, facts = domain.unadopt(adopted(), public_reason="场地租约到期")

    assert (dropped.state, dropped.public_reason, named(facts)) == (OpinionState.NOT_ADOPTED, "场地租约到期", ["OpinionUnadopted"])


@pytest.mark.rule("OUT-41")
def test_an_opinion_is_answered_once_in_words_and_its_author_is_told_first_that_it_arrived():
    with pytest.raises(Invalid):
        domain.answer(an_opinion(), outcome=OpinionState.ADOPTED, text=" ", at=AT, by="s1")
    with pytest.raises(Invalid):
        domain.answer(an_opinion(), outcome=OpinionState.DONE, text="好", at=AT, by="s1")

    answered, facts = domain.answer(an_opinion(), outcome=OpinionState.NOT_ADOPTED, text="场地不够", at=AT, by="s1")

    assert named(facts) == ["OpinionAcknowledged", "OpinionAnswered"]
    with pytest.raises(Conflict):
        domain.answer(answered, outcome=OpinionState.ADOPTED, text="又行了", at=AT, by="s1")


@pytest.mark.rule("OUT-40")
def test_author_and_supporters_follow_it_without_having_asked_and_count_once():
    supported, facts = domain.support(an_opinion(group_size=3), person_id="p2", channel=Channel.PHONE)

    assert [(follower.person_id, follower.channel) for follower in supported.followers] == [("p1", Channel.VISIT), ("p2", Channel.PHONE)]
    assert (supported.voices, named(facts)) == (4, ["OpinionSupported"])
    for who in ("p1", "p2"):
        with pytest.raises(Conflict):
            domain.support(supported, person_id=who, channel=Channel.PHONE)


@pytest.mark.rule("OUT-40")
def test_the_anonymous_are_told_by_a_code_and_nobody_else_is():
    assert an_opinion(person_id=None).channel is Channel.CODE
    with pytest.raises(Invalid):
        an_opinion(person_id=None, channel=Channel.PHONE)
    with pytest.raises(Invalid):
        an_opinion(channel=Channel.CODE)


@pytest.mark.rule("OUT-40")
def test_an_adopted_opinion_is_done_with_its_last_deed_and_ends_when_its_author_was_told():
    linked = domain.link_deed(domain.link_deed(adopted(), "d1")[0], "d2")[0]
    half, facts = domain.deed_done(linked, "d1")
    assert (half.state, facts) == (OpinionState.DOING, [])

    done, facts = domain.deed_done(half, "d2")
    assert (done.state, named(facts)) == (OpinionState.DONE, ["OpinionDone"])
    assert domain.fed_back(done, who="somebody")[0].state is OpinionState.DONE
    assert domain.fed_back(done, who="p1")[0].state is OpinionState.FED_BACK


@pytest.mark.rule("OUT-43")
def test_a_sentence_with_several_opinions_is_counted_in_its_parts():
    with pytest.raises(Invalid):
        domain.split(an_opinion(), into_ids=["o2"])
    whole, facts = domain.split(an_opinion(), into_ids=["o2", "o3"])
    parts = [an_opinion("o2", theme="灯", split_from="o1"), an_opinion("o3", theme="坡道", split_from="o1")]

    assert (whole.counted, whole.split_into, named(facts)) == (False, ("o2", "o3"), ["OpinionSplit"])
    assert {(theme.theme, theme.opinions, theme.voices) for theme in themes([whole, *parts])} == {("灯", 1, 1), ("坡道", 1, 1)}
    with pytest.raises(Conflict):
        domain.answer(whole, outcome=OpinionState.ADOPTED, text="好", at=AT, by="s1")
    with pytest.raises(Conflict):
        domain.split(domain.support(an_opinion(), person_id="p2", channel=Channel.PHONE)[0], into_ids=["o2", "o3"])


@pytest.mark.rule("OUT-43")
def test_the_same_opinion_of_40_people_is_one_theme_with_40_voices():
    first = an_opinion("o0", theme="食堂")
    others = [domain.describe(an_opinion(f"o{n}", person_id=f"p{n}"), theme=None, summary=None, duplicate_of="o0")[0] for n in range(1, 40)]

    [theme] = themes([first, *others])

    assert (theme.theme, theme.opinions, theme.voices, theme.answered) == ("食堂", 40, 40, 0)


def a_consultation(state=ConsultationState.ANSWERING):
    asked = consultations.draft(id="c1", topic="食堂", kind=ConsultationKind.MEETING, opens_on=TODAY, closes_on=TODAY, by="s1")[0]
    for step in (consultations.open_it, lambda one: consultations.close(one, minutes=None, attendance_count=12), consultations.begin_answers):
        if asked.state is state:
            break
        asked = step(asked)[0]
    return asked


@pytest.mark.rule("OUT-41")
def test_a_consultation_is_not_reported_while_one_opinion_is_unanswered():
    figures = Report(opinions=2, voices=2, themes=1, adopted=1)
    with pytest.raises(Conflict) as refused:
        consultations.report(a_consultation(), unanswered=["o2"], figures=figures, today=TODAY)
    assert (refused.value.code, refused.value.extra) == ("OPINIONS_UNANSWERED", {"unanswered": ["o2"]})

    reported, facts = consultations.report(a_consultation(), unanswered=[], figures=figures, today=TODAY)

    assert (reported.state, named(facts)) == (ConsultationState.REPORTED, ["ConsultationReported"])


@pytest.mark.rule("OUT-41")
@pytest.mark.parametrize("state", [ConsultationState.DRAFT, ConsultationState.CLOSED, ConsultationState.ANSWERING])
def test_opinions_are_taken_only_while_people_are_asked(state):
    with pytest.raises(Conflict):
        consultations.may_take_opinions(a_consultation(state))
    consultations.may_take_opinions(a_consultation(ConsultationState.OPEN))
