"""Personal links: whose, until when, and that what was heard was heard."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Dated
from services.common.events.learning import LessonHeard, LessonPlayedWithMember, LessonRecalled, PersonalLinkIssued
from services.learning.coverage.domain.rows import CoverageState
from services.learning.lessons.domain import RecallQuestion
from services.learning.links import domain, pages
from services.learning.links.domain import Audience, LinkPolicy
from services.learning.productions import domain as productions
from services.learning.productions.domain import ProducedForm
from services.learning.sessions import domain as sessions
from services.learning.sessions.domain import Form, Material
from tests.unit.learning.builders import a_member, a_row, a_session
from tests.unit.learning.test_lessons import a_lesson, done

AT, ON = datetime(2025, 3, 1, 2, tzinfo=UTC), date(2025, 3, 1)
POLICY = LinkPolicy()
LESSON = a_lesson()[0]
ROW = a_row(a_session(), a_member())
SOUND = done(productions.ask(id="P1", lesson=LESSON, form=ProducedForm.AUDIO, at=AT)[0], seconds=100.0)


def issue(audience=Audience.MEMBER, **more):
    given_ = {"row": ROW, "session": a_session(), "lesson": LESSON, "sound": SOUND}
    return domain.issue(id="K1", **{**given_, **more}, audience=audience, token_hash="h", policy=POLICY, today=ON, at=AT, by="S1")


def opened(audience=Audience.MEMBER):
    return domain.open_(issue(audience)[0], at=AT)[0]


def hear(link, *intervals, after=3600.0, speed=1.0):
    return domain.hear(link, intervals, speed=speed, at=AT + timedelta(seconds=after), on=ON)


def test_a_link_is_issued_for_an_open_row_and_a_lesson_that_can_be_heard():
    link, facts = issue()
    assert facts == [PersonalLinkIssued(link_id="K1", coverage_id=link.coverage_id, session_id=link.session_id, audience="MEMBER")]
    assert (link.expires_on, link.sound_id, link.length, link.percent, link.done) == (ON + timedelta(days=60), "P1", 100.0, 0, False)
    for wrong, code in (
        ({"row": replace(ROW, state=CoverageState.VERIFIED)}, "COVERAGE_STATE"),
        ({"session": replace(a_session(), restricted=True)}, "LESSON_RESTRICTED"),
        ({"lesson": None}, "LESSON_NOT_READY"),
        ({"sound": None}, "LESSON_NOT_READY"),
    ):
        with pytest.raises(Conflict) as refused:
            issue(**wrong)
        assert refused.value.code == code


def test_a_link_that_was_revoked_or_is_over_leads_nowhere_and_nobody_is_told_which():
    link = issue()[0]
    domain.must_lead(link, a_session(), today=link.expires_on)
    revoked = domain.revoke(link, at=AT)[0]
    for over, today in ((link, link.expires_on + timedelta(days=1)), (revoked, ON)):
        with pytest.raises(NotFound, match="^LINK_LEADS_NOWHERE$"):
            domain.must_lead(over, a_session(), today=today)
    assert domain.revoke(revoked, at=AT + timedelta(days=1))[0].revoked_at == AT


@pytest.mark.rule("LRN-23")
def test_no_link_is_issued_for_a_restricted_lesson_and_one_that_was_issued_before_leads_nowhere():
    sealed, _ = sessions.add_material(a_session(), material=Material(Form.PAPER, "内部文件", restricted=True))

    with pytest.raises(Conflict, match="^LESSON_RESTRICTED$"):
        issue(session=sealed)
    with pytest.raises(NotFound, match="^LINK_LEADS_NOWHERE$"):
        domain.must_lead(issue()[0], sealed, today=ON)


seconds = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(sorted).filter(lambda one: one[0] < one[1]).map(tuple)


@given(st.lists(seconds, max_size=30))
def test_a_second_counts_once_however_often_it_was_heard(intervals):
    found = domain.merged(intervals)

    assert {second for start, stop in found for second in range(start, stop)} == {second for start, stop in intervals for second in range(start, stop)}
    assert sum(stop - start for start, stop in found) == len({second for start, stop in intervals for second in range(start, stop)})
    assert domain.merged([*intervals, *found]) == found and list(found) == sorted(found)


@pytest.mark.rule("LRN-10")
def test_four_fifths_of_distinct_seconds_prove_that_it_was_heard_and_are_told_once():
    link, facts = hear(opened(), (0, 50), (25, 79))
    assert (link.percent, facts) == (79, [])
    link, facts = domain.hear(link, [(79, 80)], speed=1.25, at=AT + timedelta(hours=2), on=ON)
    told = LessonHeard(link_id="K1", coverage_id=link.coverage_id, percent=80, speed_percent=125, happened_at=AT + timedelta(hours=2))
    assert (facts, link.heard_told) == ([Dated(told, ON)], True)
    assert domain.hear(link, [(80, 100)], speed=1.0, at=AT + timedelta(hours=3), on=ON)[1] == []


def test_who_hears_the_same_half_twice_has_heard_half():
    link, facts = hear(opened(), *[(0, 50)] * 20)
    assert (link.percent, facts) == (50, [])


@pytest.mark.parametrize(
    ("intervals", "speed", "after", "wrong"),
    [
        ([(0, 100)], 1.6, 3600, ("speed", "HEARD_TOO_FAST")),
        ([(0, 50), (60, 102)], 1.0, 3600, ("intervals.1", "HEARD_OUTSIDE")),
        ([(50, 50)], 1.0, 3600, ("intervals.0", "HEARD_OUTSIDE")),
        ([(0, 100)], 1.0, 20, ("intervals", "HEARD_IMPOSSIBLE")),
    ],
)
def test_what_cannot_have_been_heard_counts_for_nothing(intervals, speed, after, wrong):
    with pytest.raises(Invalid) as refused:
        hear(opened(), *intervals, speed=speed, after=after)
    assert [(error.field, error.code) for error in refused.value.errors] == [wrong]


def test_nothing_was_heard_before_play_was_pressed_and_waiting_gives_the_seconds_back():
    with pytest.raises(Conflict, match="^LINK_NOT_OPENED$"):
        hear(issue()[0], (0, 10))
    assert hear(opened(), (0, 100), after=64)[0].percent == 100, "at one and a half times, with the player's own lateness"
    again = domain.open_(opened(), at=AT + timedelta(hours=1))[0]
    assert hear(again, (0, 100), after=3601)[0].percent == 100, "what was heard out of reach is not lost by a reload"


def say(link, text, place=0, lesson=LESSON, on=ON):
    return domain.answer(link, lesson, place, text, policy=POLICY, at=AT, on=on)


def test_the_lesson_is_recalled_when_every_question_is_answered_rightly():
    both = replace(LESSON, questions=(*LESSON.questions, RecallQuestion("哪里？", ("社区",))))
    link, facts = say(opened(), "远亲", lesson=both)
    assert (link.last_right, link.wrong, facts) == (False, 1, [])
    link, facts = say(link, "近邻", lesson=both)
    assert (link.last_right, link.recalled_at, facts) == (True, None, [])
    link, facts = say(link, "社区", 1, lesson=both)
    assert facts == [Dated(LessonRecalled(link_id="K1", coverage_id=link.coverage_id, asked=True, happened_at=AT, audience="MEMBER"), ON)]
    assert say(link, "社区", 1, lesson=both)[1] == []
    with pytest.raises(Invalid) as unknown:
        say(link, "x", 2, lesson=both)
    assert [(error.field, error.code) for error in unknown.value.errors] == [("question", "NO_SUCH_QUESTION")]


def test_nobody_guesses_for_ever_but_the_next_day_is_a_new_one():
    link = opened()
    for _ in range(POLICY.most_wrong_answers):
        link, _ = say(link, "错")
    with pytest.raises(Conflict, match="^TOO_MANY_ANSWERS$"):
        say(link, "近邻")
    assert say(link, "近邻", on=ON + timedelta(days=1))[0].recalled_at == AT


def test_a_lesson_without_questions_is_replied_to():
    link, facts = domain.reply(opened(), replace(LESSON, questions=()), at=AT, on=ON)
    assert (link.recalled_at, facts[0].event.asked) == (AT, False)
    with pytest.raises(Conflict, match="^QUESTIONS_TO_ANSWER$"):
        domain.reply(opened(), LESSON, at=AT, on=ON)


@pytest.mark.rule("LRN-10")
def test_a_relatives_answer_says_whose_it_is_and_their_word_is_not_the_members():
    assert say(opened(Audience.RELATIVE), "近邻")[1][0].event.audience == "RELATIVE"
    with pytest.raises(Conflict, match="^NOT_A_MEMBERS_LINK$"):
        domain.reply(opened(Audience.RELATIVE), replace(LESSON, questions=()), at=AT, on=ON)


def test_an_own_recording_is_played_by_the_links_that_are_out_unless_the_other_was_begun():
    own = replace(SOUND, id="P2", made=replace(SOUND.made, seconds=50.0))

    def switched(link, **more):
        return domain.switch(link, **{"session": a_session(), "lesson": LESSON, "sound": own, **more}, policy=POLICY, on=ON)[0]

    assert (switched(opened()).sound_id, switched(opened()).length) == ("P2", 50.0)
    for link in (hear(opened(), (0, 5))[0], domain.revoke(opened(), at=AT)[0]):
        assert switched(link) == link
    assert switched(opened(), lesson=replace(LESSON, id="L9")) == opened(), "the text that it reads is another one"


def test_a_relative_says_that_it_was_played_with_the_member_and_only_a_relative():
    relative = opened(Audience.RELATIVE)
    played, facts = domain.play_with_member(relative, at=AT, on=ON)
    assert facts == [Dated(LessonPlayedWithMember(link_id="K1", coverage_id=played.coverage_id, happened_at=AT), ON)]
    assert played.done and domain.play_with_member(played, at=AT + timedelta(1), on=ON) == (played, [])
    assert hear(relative, (0, 100))[1] == [], "what a relative hears proves nothing about the member"
    with pytest.raises(Conflict, match="^NOT_A_RELATIVES_LINK$"):
        domain.play_with_member(opened(), at=AT, on=ON)


def test_a_page_shows_the_lesson_and_runs_nothing_of_it():
    lesson = replace(LESSON, title="</script><script>alert(1)</script>", questions=(RecallQuestion("</script><img onerror=x>", ("是",)),))
    page = pages.player(lesson, "MEMBER", True, "zh")

    assert page.count("<script") == 2 and "alert(1)</script>" not in page and "<img" not in page
    assert "接着上次听" in page and "Go on listening" in pages.player(lesson, "MEMBER", False, "en")
    assert 'id="video"' not in pages.player(lesson, "MEMBER", False, "zh")
    assert LESSON.text not in page and "MATERNITY" not in page and "近邻" not in page
    assert "<script" not in pages.sheet(lesson, "http://x/l/1", "<svg></svg>")
    assert set(pages.WORDS["zh"]) == set(pages.WORDS["en"])


@pytest.mark.rule("LRN-11")
def test_a_couple_and_a_relative_share_a_device_in_silence_and_more_are_flagged_for_good():
    link = issue()[0]
    three = frozenset({"a", "b", "c"})
    assert domain.flag_device(link, three, policy=POLICY)[0].device_flagged is False
    flagged = domain.flag_device(link, three | {"d"}, policy=POLICY)[0]
    assert flagged.device_flagged is True
    assert domain.flag_device(flagged, three, policy=POLICY)[0].device_flagged is True
    assert domain.flag_device(link, three, policy=LinkPolicy(members_per_device=2))[0].device_flagged is True
    hear(domain.open_(flagged, at=AT, device="x")[0], (0, 10))


@pytest.mark.rule("LRN-11")
def test_a_device_is_kept_once_no_more_than_a_few_are_and_none_is_needed():
    link = issue()[0]
    assert domain.open_(link, at=AT)[0].devices == ()
    for name in ("x", "y", "x"):
        link = domain.open_(link, at=AT, device=name)[0]
    assert link.devices == ("x", "y")
    for number in range(50):
        link = domain.open_(link, at=AT, device=str(number))[0]
    assert len(link.devices) == domain.DEVICES and link.devices[-1] == "49"
