"""What people say when they are asked: kept as they said it, answered to each, reported only when nobody is left out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.outreach import (
    ConsultationClosed,
    ConsultationOpened,
    ConsultationReported,
    OpinionAcknowledged,
    OpinionAdopted,
    OpinionAnswered,
    OpinionDone,
    OpinionFedBack,
    OpinionReceived,
    OpinionSplit,
    OpinionSupported,
    OpinionUnadopted,
    OpinionUnserved,
)
from services.outreach.consultations import domain as consultations
from services.outreach.consultations.domain import ConsultationKind, ConsultationState, Report
from services.outreach.opinions import domain
from services.outreach.opinions.domain import Channel, OpinionState, themes
from tests.support.refusals import reason_of

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
    for step in (
        consultations.open_it,
        lambda one: consultations.close(one, minutes=None, attendance_count=12),
        consultations.begin_answers,
    ):
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


@pytest.mark.rule("OUT-40")
def test_what_is_said_is_kept_whole_with_who_said_it_where_and_when():
    said = {"consultation_id": "c1", "on_behalf_by": "p9", "group_size": 3, "theme": "食堂", "split_from": "o0"}

    opinion, facts = domain.receive(
        id="o1", grid_id="g1", text="食堂周末也开", by="s1", at=AT, today=TODAY, person_id="p1", channel=Channel.PHONE, **said
    )

    assert opinion == domain.Opinion(
        id="o1",
        grid_id="g1",
        text="食堂周末也开",
        recorded_by="s1",
        received_at=AT,
        received_on=TODAY,
        channel=Channel.PHONE,
        person_id="p1",
        anonymous=False,
        state=OpinionState.RECEIVED,
        **said,
    )
    assert facts == [OpinionReceived(opinion_id="o1", consultation_id="c1", voices=3, person_id="p1")]
    assert an_opinion(person_id=None).anonymous


@pytest.mark.rule("OUT-40")
def test_its_author_is_told_of_each_step_once():
    known, told = domain.acknowledge(an_opinion())
    studied, facts = domain.study(known)

    assert (known.state, told) == (OpinionState.ACKNOWLEDGED, [OpinionAcknowledged(opinion_id="o1", person_id="p1")])
    assert (studied.state, facts) == (OpinionState.STUDYING, [])
    assert domain.study(an_opinion()) == (studied, told)
    assert reason_of(lambda: domain.acknowledge(known)) == "OPINION_ACKNOWLEDGED"
    assert reason_of(lambda: domain.study(studied)) == "OPINION_STUDIED"
    assert reason_of(lambda: domain.study(adopted())) == "OPINION_STUDIED"


@pytest.mark.rule("OUT-41")
def test_an_answer_is_kept_with_who_gave_it_and_is_told_to_the_author():
    studied = domain.study(an_opinion(consultation_id="c1"))[0]

    answered, facts = domain.answer(studied, outcome=OpinionState.ELSEWHERE, text="请找物业", at=AT, by="s2")

    assert (answered.state, answered.answered) == (OpinionState.ELSEWHERE, True)
    assert answered.answer == domain.OpinionAnswer("ELSEWHERE", "请找物业", AT, "s2")
    assert facts == [OpinionAnswered(opinion_id="o1", outcome="ELSEWHERE", consultation_id="c1", person_id="p1")]


@pytest.mark.rule("OUT-41")
@pytest.mark.parametrize("state", [OpinionState.ADOPTED, OpinionState.PARTLY, OpinionState.DOING])
def test_whatever_is_still_to_be_done_can_be_dropped_and_its_author_hears_of_it(state):
    to_do = domain.answer(
        an_opinion(), outcome=OpinionState.PARTLY if state is OpinionState.PARTLY else OpinionState.ADOPTED, text="好", at=AT, by="s1"
    )[0]
    if state is OpinionState.DOING:
        to_do = domain.serve_by_plan(to_do, plan_ref="2025-7")[0]

    assert to_do.state is state
    assert domain.unadopt(to_do, public_reason="场地租约到期")[1] == [OpinionUnadopted(opinion_id="o1", person_id="p1")]


@pytest.mark.rule("OUT-41")
def test_a_plan_serves_what_was_adopted_and_ends_it_once():
    planned, facts = domain.serve_by_plan(adopted(), plan_ref="2025-7")
    assert (planned.state, planned.plan_ref, planned.plan_done) == (OpinionState.DOING, "2025-7", False)
    assert facts == [OpinionAdopted(opinion_id="o1", deed_id=None, person_id="p1")]

    done, facts = domain.finish_plan(planned)
    assert (done.state, done.plan_done, facts) == (OpinionState.DONE, True, [OpinionDone(opinion_id="o1", person_id="p1")])

    for other in (an_opinion(), planned, done):
        assert reason_of(lambda other=other: domain.serve_by_plan(other, plan_ref="2025-8")) == "OPINION_NOT_ADOPTED"
    for other in (adopted(), done, domain.link_deed(adopted(), "d1")[0]):
        assert reason_of(lambda other=other: domain.finish_plan(other)) == "OPINION_HAS_NO_PLAN"


@pytest.mark.rule("OUT-41")
def test_a_plan_and_a_deed_must_both_be_done():
    both = domain.link_deed(domain.serve_by_plan(adopted(), plan_ref="2025-7")[0], "d1")[0]

    plan_first, facts = domain.finish_plan(both)
    assert (plan_first.state, plan_first.plan_done, facts) == (OpinionState.DOING, True, [])
    assert reason_of(lambda: domain.finish_plan(plan_first)) == "OPINION_HAS_NO_PLAN"
    assert domain.deed_done(plan_first, "d1")[0].state is OpinionState.DONE

    deed_first, facts = domain.deed_done(both, "d1")
    assert (deed_first.state, deed_first.deeds, facts) == (OpinionState.DOING, (("d1", True),), [])
    assert domain.finish_plan(deed_first)[0].state is OpinionState.DONE


@pytest.mark.rule("OUT-40")
def test_a_deed_is_linked_once_and_only_to_what_is_to_be_done():
    linked, facts = domain.link_deed(adopted(), "d1")
    assert (linked.state, linked.deeds) == (OpinionState.DOING, (("d1", False),))
    assert facts == [OpinionAdopted(opinion_id="o1", deed_id="d1", person_id="p1")]
    assert domain.link_deed(linked, "d1") == (linked, [])
    assert domain.link_deed(an_opinion(), "d1") == (an_opinion(), [])


@pytest.mark.rule("OUT-40")
def test_a_deed_that_serves_it_no_longer_holds_it_up_no_longer():
    two = domain.link_deed(domain.link_deed(adopted(), "d1")[0], "d2")[0]
    half = domain.deed_done(two, "d1")[0]
    assert half.deeds == (("d1", True), ("d2", False))

    done, facts = domain.unlink_deed(half, "d2")
    assert (done.state, done.deeds, facts) == (OpinionState.DONE, (("d1", True),), [OpinionDone(opinion_id="o1", person_id="p1")])

    alone, facts = domain.unlink_deed(domain.link_deed(adopted(), "d1")[0], "d1")
    waits = OpinionUnserved(opinion_id="o1", deed_id="d1", waits=True, person_id="p1")
    assert (alone.state, alone.deeds, facts) == (OpinionState.ADOPTED, (), [waits])
    assert domain.link_deed(alone, "d3")[0].state is OpinionState.DOING

    left, facts = domain.unlink_deed(two, "d1")
    assert (left.state, left.deeds, facts) == (OpinionState.DOING, (("d2", False),), [OpinionUnserved(opinion_id="o1", deed_id="d1", waits=False, person_id="p1")])
    assert domain.unlink_deed(left, "d1") == (left, [])
    by_plan = domain.link_deed(domain.serve_by_plan(adopted(), plan_ref="2025-7")[0], "d1")[0]
    assert domain.unlink_deed(by_plan, "d1")[0].state is OpinionState.DOING
    in_part = domain.answer(an_opinion(), outcome=OpinionState.PARTLY, text="Half of it.", at=AT, by="s")[0]
    assert domain.unlink_deed(domain.link_deed(in_part, "d1")[0], "d1")[0].state is OpinionState.PARTLY


@pytest.mark.rule("OUT-40")
def test_an_author_without_a_name_has_been_told_when_the_code_was_looked_up():
    done = domain.finish_plan(domain.serve_by_plan(adopted(person_id=None), plan_ref="2025-7")[0])[0]

    assert domain.fed_back(done, who="p1") == (done, [])
    assert domain.fed_back(adopted(), who="p1") == (adopted(), [])
    ended, facts = domain.fed_back(done, who="o1")
    assert (ended.state, facts) == (OpinionState.FED_BACK, [OpinionFedBack(opinion_id="o1", person_id=None)])
    named_one = domain.finish_plan(domain.serve_by_plan(adopted(), plan_ref="2025-7")[0])[0]
    assert domain.fed_back(named_one, who="p1")[1] == [OpinionFedBack(opinion_id="o1", person_id="p1")]


@pytest.mark.rule("OUT-43")
def test_supporting_and_splitting_are_told_and_refused_with_their_reasons():
    assert domain.support(an_opinion(), person_id="p2", channel=Channel.APP)[1] == [
        OpinionSupported(opinion_id="o1", voices=2, person_id="p2")
    ]
    whole, facts = domain.split(an_opinion(), into_ids=["o2", "o3"])
    assert facts == [OpinionSplit(opinion_id="o1", into_ids=["o2", "o3"], person_id="p1")]

    supported = domain.support(an_opinion(), person_id="p2", channel=Channel.APP)[0]
    assert reason_of(lambda: domain.support(supported, person_id="p2", channel=Channel.APP)) == "FOLLOWS_ALREADY"
    assert reason_of(lambda: domain.support(an_opinion(), person_id="p2", channel=Channel.CODE)) == "CODE_FOR_ANONYMOUS"
    assert reason_of(lambda: domain.support(whole, person_id="p2", channel=Channel.APP)) == "OPINION_IS_SPLIT"
    assert reason_of(lambda: domain.split(whole, into_ids=["o4", "o5"])) == "OPINION_IS_SPLIT"
    assert reason_of(lambda: domain.split(an_opinion(), into_ids=["o2"])) == "TWO_PARTS"
    for other in (supported, adopted()):
        assert reason_of(lambda other=other: domain.split(other, into_ids=["o2", "o3"])) == "OPINION_NOT_TO_SPLIT"


@pytest.mark.rule("OUT-41")
def test_each_refusal_says_what_is_wrong():
    def answered(**changes):
        return domain.answer(an_opinion(), **{"outcome": OpinionState.ADOPTED, "text": "好", "at": AT, "by": "s1", **changes})

    assert reason_of(lambda: answered(outcome=OpinionState.DONE)) == "NOT_AN_OUTCOME"
    assert reason_of(lambda: answered(text=" ")) == "REQUIRED"
    assert reason_of(lambda: domain.answer(adopted(), outcome=OpinionState.ADOPTED, text="好", at=AT, by="s1")) == "OPINION_ANSWERED"
    assert reason_of(lambda: domain.unadopt(adopted(), public_reason=" ")) == "REQUIRED"
    assert reason_of(lambda: domain.unadopt(an_opinion(), public_reason="租约到期")) == "OPINION_NOT_ADOPTED"
    assert reason_of(lambda: domain.describe(an_opinion(), theme=None, summary=None, duplicate_of="o1")) == "OPINION_OF_ITSELF"
    assert reason_of(lambda: an_opinion(person_id=None, channel=Channel.APP)) == "ANONYMOUS_BY_CODE"
    assert reason_of(lambda: an_opinion(channel=Channel.CODE)) == "CODE_FOR_ANONYMOUS"


@pytest.mark.rule("OUT-43")
def test_themes_stand_by_their_voices_with_what_was_answered_and_what_was_adopted():
    def answered(id, outcome, **more):
        return domain.answer(an_opinion(id, **more), outcome=outcome, text="好", at=AT, by="s1")[0]

    said = [
        an_opinion("o1", theme="灯"),
        answered("o2", OpinionState.ADOPTED, theme="食堂", group_size=5),
        answered("o3", OpinionState.PARTLY, theme="食堂"),
        answered("o4", OpinionState.NOT_ADOPTED, theme="食堂"),
        answered("o5", OpinionState.ELSEWHERE, theme="食堂"),
        answered("o6", OpinionState.ALREADY_SO, theme="食堂"),
        an_opinion("o7", theme="坡道"),
        an_opinion("o8"),
        domain.describe(an_opinion("o9"), theme="停车", summary=None, duplicate_of="o1")[0],
        domain.describe(an_opinion("o10"), theme="停车", summary=None, duplicate_of="gone")[0],
        domain.describe(an_opinion("o12"), theme="停车", summary=None, duplicate_of="o8")[0],
    ]

    assert themes(said) == [
        domain.Theme("食堂", opinions=5, voices=9, answered=5, adopted=2),
        domain.Theme("停车", opinions=2, voices=2, answered=0, adopted=0),
        domain.Theme("灯", opinions=2, voices=2, answered=0, adopted=0),
        domain.Theme("", opinions=1, voices=1, answered=0, adopted=0),
        domain.Theme("坡道", opinions=1, voices=1, answered=0, adopted=0),
    ]


@pytest.mark.rule("OUT-40")
def test_a_consultation_is_kept_as_it_was_prepared_and_tells_of_each_step():
    later = date(2025, 3, 9)
    drafted, facts = consultations.draft(
        id="c1", topic="食堂", kind=ConsultationKind.WALL, opens_on=TODAY, closes_on=later, by="s1", hosts=["s2"], partner_ids=["x1"]
    )
    assert drafted == consultations.Consultation(
        id="c1",
        topic="食堂",
        kind=ConsultationKind.WALL,
        opens_on=TODAY,
        closes_on=later,
        planned_by="s1",
        hosts=("s2",),
        partner_ids=("x1",),
    )
    assert facts == []

    opened, facts = consultations.open_it(drafted)
    assert facts == [ConsultationOpened(consultation_id="c1", kind="WALL", opens_on=TODAY, closes_on=later)]
    closed, facts = consultations.close(opened, minutes="大家都说好", attendance_count=12)
    assert (closed.state, closed.minutes, closed.attendance_count) == (ConsultationState.CLOSED, "大家都说好", 12)
    assert facts == [ConsultationClosed(consultation_id="c1")]
    answering, facts = consultations.begin_answers(closed)
    assert (answering.state, facts) == (ConsultationState.ANSWERING, [])

    with pytest.raises(Conflict) as refused:
        consultations.open_it(closed)
    assert (refused.value.code, refused.value.params) == ("CONSULTATION_STATE", {"state": "CLOSED", "wanted": "DRAFT"})
    backwards = {"id": "c1", "topic": "食堂", "kind": ConsultationKind.WALL, "by": "s1", "opens_on": later}
    assert reason_of(lambda: consultations.draft(**backwards, closes_on=date(2025, 3, 8))) == "ENDS_BEFORE_IT_BEGINS"
    assert consultations.draft(**backwards, closes_on=later)[0].closes_on == later


@pytest.mark.rule("OUT-41")
def test_a_report_keeps_and_tells_its_figures_and_what_was_answered_to_many_at_once():
    many = consultations.GroupAnswer("食堂", "ADOPTED", 40, AT, "s1")
    noted, facts = consultations.note_group_answer(a_consultation(), many)
    assert (noted.group_answers, facts) == ((many,), [])
    assert reason_of(lambda: consultations.note_group_answer(a_consultation(ConsultationState.OPEN), many)) == "CONSULTATION_STATE"

    figures = Report(opinions=7, voices=45, themes=3, adopted=2)
    reported, facts = consultations.report(noted, unanswered=[], figures=figures, today=TODAY)
    assert (reported.report, reported.reported_on, reported.group_answers) == (figures, TODAY, (many,))
    assert facts == [ConsultationReported(consultation_id="c1", opinions=7, voices=45, themes=3, adopted=2)]
    assert reason_of(lambda: consultations.note_group_answer(reported, many)) == "CONSULTATION_STATE"
