"""Study sessions, lessons and personal links in full: what each act writes down, every fact, every refusal."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Dated
from services.common.events.learning import (
    LessonHeard,
    LessonOpened,
    LessonPlayedWithMember,
    LessonRecalled,
    LessonWritten,
    MaterialAdded,
    PersonalLinkIssued,
    StudySessionCancelled,
    StudySessionCovered,
    StudySessionHeld,
    StudySessionPostponed,
    StudySessionScheduled,
)
from services.learning.coverage.domain.rows import CoverageState
from services.learning.lessons import domain as lessons
from services.learning.lessons.domain import Lesson, RecallQuestion
from services.learning.links import domain as links
from services.learning.links.domain import Audience, LinkPolicy, PersonalLink
from services.learning.productions.domain import Made, ProducedForm, Production, ProductionState
from services.learning.sessions import domain as sessions
from services.learning.sessions.domain import Form, Material, OpenRow, SessionKind, SessionState, StudySession, Tally
from tests.unit.learning.builders import a_member, a_row, a_session

S = SessionState
AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
HELD_AT, HELD_ON, COVER_BY = datetime(2025, 4, 10, 6, tzinfo=UTC), date(2025, 4, 10), date(2025, 5, 10)
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
IDS = {"session_id": "s1", "branch_id": "b1"}
PAPER = Material(Form.PAPER, "讲义", 20, "柜 3")


def refusal(command, *args, **details):
    """Return the code of a refusal with its values; of a field, the field too."""
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code) if errors else (refused.value.code, refused.value.params)


def a_study(state=S.DRAFT, **details):
    values = {
        "kind": SessionKind.THEMATIC_REPORT,
        "title": "邻里守望",
        "topic": None,
        "place": None,
        "partner_names": (),
        "credit_minutes": 60,
        "must_cover": True,
        "includes_attached": False,
        "restricted": False,
        "recall_asked": False,
        "materials": (),
        "held_at": None,
        "held_on": None,
        "cover_by_on": None,
        "held_by": None,
        "attended_member_ids": (),
        "reason": None,
        "covered_at": None,
        "covered_by": None,
        "recorded_at": AT,
        "recorded_by": "S1",
    }
    return StudySession(id="s1", branch_id="b1", state=state, **{**values, **details})


def scheduled(state=S.SCHEDULED, **details):
    return a_study(state, **{"held_at": HELD_AT, "held_on": HELD_ON, "cover_by_on": COVER_BY, **details})


def test_a_session_is_written_down_with_everything_that_was_said_of_it():
    said = {"topic": "党史", "place": "二楼", "credit_minutes": 45, "must_cover": False, "includes_attached": True, "restricted": True, "recall_asked": True}

    bare = sessions.draft(id="s1", branch_id="b1", kind=SessionKind.THEMATIC_REPORT, title="邻里守望", at=AT, by="S1")
    whole = sessions.draft(
        id="s1", branch_id="b1", kind=SessionKind.THEMATIC_REPORT, title="邻里守望", at=AT, by="S1", partner_names=("甲", "乙", "甲"), materials=[PAPER], **said
    )

    assert bare == (a_study(), [])
    assert whole == (a_study(**said, partner_names=("甲", "乙"), materials=(PAPER,)), [])


def schedule(session, **details):
    return sessions.schedule(session, **{"held_at": HELD_AT, "held_on": HELD_ON, "cover_by_on": COVER_BY, "at": AT, **details})


@pytest.mark.rule("U5")
@pytest.mark.parametrize("must_cover", [True, False])
def test_a_date_is_announced_with_the_day_by_which_everybody_has_the_lesson(must_cover):
    postponed = a_study(S.POSTPONED, reason="讲师生病", must_cover=must_cover)

    session, facts = schedule(postponed)

    assert session == scheduled(must_cover=must_cover)
    assert facts == [StudySessionScheduled(**IDS, kind="THEMATIC_REPORT", held_at=HELD_AT, cover_by_on=COVER_BY, must_cover=must_cover)]


@pytest.mark.rule("X-3")
def test_a_date_lies_at_most_a_week_back_and_its_cover_not_before_it():
    week = HELD_AT + 7 * DAY

    assert schedule(a_study(), at=week, cover_by_on=HELD_ON)[0].cover_by_on == HELD_ON
    assert refusal(schedule, a_study(), at=week + SECOND) == ("held_at", "IN_THE_PAST")
    assert refusal(schedule, a_study(), cover_by_on=HELD_ON - DAY) == ("cover_by_on", "BEFORE_SESSION")
    assert refusal(schedule, scheduled()) == ("SESSION_STATE", {"state": S.SCHEDULED})


def test_a_session_that_loses_its_date_or_is_called_off_says_why():
    assert sessions.postpone(scheduled(), reason="讲师生病") == (scheduled(S.POSTPONED, reason="讲师生病"), [StudySessionPostponed(**IDS)])
    assert sessions.cancel(scheduled(), reason="讲师生病") == (scheduled(S.CANCELLED, reason="讲师生病"), [StudySessionCancelled(**IDS)])
    assert refusal(sessions.postpone, a_study(), reason="x") == ("SESSION_STATE", {"state": S.DRAFT})
    assert refusal(sessions.cancel, scheduled(S.HELD), reason="x") == ("SESSION_STATE", {"state": S.HELD})


def hold(session, *attended, members=("m1", "m2"), at=HELD_AT):
    return sessions.hold(session, attended_member_ids=attended, member_ids=frozenset(members), at=at, by="S2")


@pytest.mark.parametrize(
    ("attended", "must_cover", "state"), [(("m1", "m2"), True, S.HELD), (("m1",), True, S.COVERING), (("m1",), False, S.HELD), ((), True, S.COVERING)]
)
def test_who_was_there_is_on_record_once_each_and_who_was_not_still_gets_the_lesson(attended, must_cover, state):
    held, facts = hold(scheduled(must_cover=must_cover), *attended, *attended)

    assert held == scheduled(state, must_cover=must_cover, held_by="S2", attended_member_ids=attended)
    assert facts == [Dated(StudySessionHeld(**IDS, kind="THEMATIC_REPORT", held_at=HELD_AT, members=2), HELD_ON)]


def test_a_session_is_held_from_its_very_moment_on_and_by_its_members():
    assert refusal(hold, scheduled(), at=HELD_AT - SECOND) == ("SESSION_NOT_YET", {})
    assert refusal(hold, scheduled(held_at=None)) == ("SESSION_NOT_YET", {})
    assert refusal(hold, scheduled(), "m1", "m9") == ("attended_member_ids.1", "NOT_A_MEMBER")
    assert refusal(hold, a_study()) == ("SESSION_STATE", {"state": S.DRAFT})


def test_material_is_added_at_the_end_of_what_there_is():
    session = scheduled(S.COVERED, materials=(PAPER,))
    audio = Material(Form.AUDIO, "录音")

    assert sessions.add_material(session, material=audio) == (replace(session, materials=(PAPER, audio)), [MaterialAdded(**IDS, form="AUDIO", edition=1)])
    assert refusal(sessions.add_material, a_study(S.CANCELLED), material=audio) == ("SESSION_STATE", {"state": S.CANCELLED})


@pytest.mark.rule("U5")
@pytest.mark.parametrize("state", [S.HELD, S.COVERING])
def test_the_certificate_says_who_gave_it_when_and_for_how_many(state):
    covered = sessions.certify(scheduled(state), Tally(4, 2, ()), at=AT, by="S3")

    assert covered == (scheduled(S.COVERED, covered_at=AT, covered_by="S3"), [StudySessionCovered(**IDS, members=6, verified=4, waived=2)])


@pytest.mark.rule("U5")
def test_a_certificate_is_refused_where_nothing_is_to_be_covered_or_somebody_waits():
    waits = Tally(1, 1, (OpenRow("c1", "m1", "BLOCKED", "ADD_ADDRESS"),))

    assert waits.members == 3
    assert refusal(sessions.certify, scheduled(S.HELD, must_cover=False), Tally(0, 0, ()), at=AT, by="S3") == ("NOTHING_TO_COVER", {})
    assert refusal(sessions.certify, scheduled(S.COVERED), Tally(0, 0, ()), at=AT, by="S3") == ("SESSION_STATE", {"state": S.COVERED})
    assert refusal(sessions.certify, scheduled(S.HELD), waits, at=AT, by="S3") == ("SESSION_NOT_COVERED", {"open_count": 1})


# Lessons

ASKED = RecallQuestion("远亲不如什么？", ("近邻",))


@pytest.mark.rule("LRN-24")
def test_an_edition_keeps_its_words_its_questions_and_a_mark_of_both_title_and_text():
    first, facts = lessons.write(id="L1", session=scheduled(), latest=None, title="题", text="文", questions=[ASKED], at=AT, by="S1")
    mark = hashlib.sha256("题\0文".encode()).hexdigest()

    assert first == Lesson("L1", "s1", "b1", 1, "题", "文", (ASKED,), mark, AT, "S1")
    assert facts == [LessonWritten(lesson_id="L1", **IDS, edition=1)]
    second, facts = lessons.write(id="L2", session=scheduled(), latest=replace(first, edition=6), title="题二", text="文", questions=[ASKED], at=AT, by="S1")
    assert (second.edition, facts) == (7, [LessonWritten(lesson_id="L2", **IDS, edition=7)])
    assert lessons.supersede(first, "L2") == (replace(first, superseded_by="L2"), [])


@pytest.mark.rule("LRN-24")
def test_a_lesson_without_words_answers_or_news_is_refused():
    def write(**details):
        values = {"session": scheduled(), "latest": None, "title": "题", "text": "文", "questions": (ASKED,), **details}
        return lessons.write(id="L1", **values, at=AT, by="S1")

    assert refusal(write, text=" ，。_") == ("text", "LESSON_WITHOUT_WORDS")
    assert refusal(write, questions=(ASKED, RecallQuestion("?", ("！", "_")))) == ("questions.1.accepted", "REQUIRED")
    assert write(questions=(RecallQuestion("?", ("！", "是")),))[0].edition == 1
    assert refusal(write, latest=write()[0]) == ("LESSON_UNCHANGED", {})
    assert refusal(write, session=a_study(S.CANCELLED)) == ("SESSION_STATE", {"state": S.CANCELLED})


@pytest.mark.parametrize(("typed", "said"), [("Ａb Ｃ。", "abc"), ("近_邻！", "近邻"), ("STRASSE ß", "strassess"), ("", "")])
def test_what_is_said_is_the_same_however_it_is_typed(typed, said):
    assert lessons.said(typed) == said


# Links

ON = date(2025, 3, 1)
TERMS = LinkPolicy(valid_days=10, most_wrong_answers=2, members_per_device=2)
LESSON = Lesson("L1", "s1", "b1", 1, "题", "文", (ASKED, RecallQuestion("哪里？", ("社区",))), "c", AT, "S1")
ROW = replace(a_row(a_session(), a_member()), id="c1")
SOUND = Production("P1", "L1", "s1", "b1", 1, ProducedForm.AUDIO, ProductionState.DONE, AT, AT, made=Made("audio/mpeg", 1, "c", 200.0))


def a_link(**details):
    values = {
        "id": "K1",
        "coverage_id": "c1",
        "session_id": ROW.session_id,
        "branch_id": ROW.branch_id,
        "member_id": ROW.member_id,
        "person_id": ROW.person_id,
        "lesson_id": "L1",
        "audience": Audience.MEMBER,
        "token_hash": "h",
        "issued_at": AT,
        "issued_by": "S1",
        "expires_on": ON + 10 * DAY,
        "sound_id": "P1",
        "length": 200.0,
    }
    return PersonalLink(**{**values, **details})


def issue(audience=Audience.RELATIVE, **details):
    values = {"row": ROW, "session": scheduled(), "lesson": LESSON, "sound": SOUND, **details}
    return links.issue(id="K1", **values, audience=audience, token_hash="h", policy=TERMS, today=ON, at=AT, by="S1")


def test_a_link_says_whose_it_is_for_which_lesson_and_until_when():
    assert issue() == (
        a_link(audience=Audience.RELATIVE),
        [PersonalLinkIssued(link_id="K1", coverage_id="c1", session_id=ROW.session_id, audience="RELATIVE")],
    )
    assert issue(Audience.MEMBER)[0] == a_link()


@pytest.mark.parametrize("state", [CoverageState.VERIFIED, CoverageState.WAIVED, CoverageState.VOID])
def test_no_link_leads_to_what_is_closed_kept_in_the_room_or_not_made(state):
    assert refusal(issue, row=replace(ROW, state=state)) == ("COVERAGE_STATE", {"state": state})
    assert refusal(issue, session=scheduled(restricted=True)) == ("LESSON_RESTRICTED", {})
    for sound in (None, replace(SOUND, made=None), replace(SOUND, made=Made("audio/mpeg", 1, "c", None)), replace(SOUND, made=Made("audio/mpeg", 1, "c", 0.0))):
        assert refusal(issue, sound=sound) == ("LESSON_NOT_READY", {})
    assert refusal(issue, lesson=None) == ("LESSON_NOT_READY", {})


def test_a_link_leads_somewhere_until_its_last_day_or_its_end():
    link = a_link()

    assert links.must_lead(link, scheduled(), today=ON + 10 * DAY) is None
    revoked = links.revoke(link, at=AT)
    assert revoked == (a_link(revoked_at=AT), [])
    assert links.revoke(revoked[0], at=AT + DAY) == revoked
    for over, today in ((link, ON + 11 * DAY), (revoked[0], ON)):
        with pytest.raises(NotFound) as refused:
            links.must_lead(over, scheduled(), today=today)
        assert refused.value.code == "LINK_LEADS_NOWHERE"


def test_pressing_play_is_noted_and_told_the_first_time():
    first = links.open_(a_link(), at=AT, device="x")
    second = links.open_(first[0], at=AT + DAY)

    assert first == (a_link(opened_at=AT, devices=("x",)), [LessonOpened(link_id="K1", coverage_id="c1", audience="MEMBER", happened_at=AT)])
    assert second == (a_link(opened_at=AT, devices=("x",)), [])


@pytest.mark.rule("LRN-11")
@pytest.mark.parametrize(("people", "flagged"), [(2, False), (3, True)])
def test_a_device_is_flagged_when_more_people_share_it_than_may(people, flagged):
    assert links.flag_device(a_link(), frozenset(map(str, range(people))), policy=TERMS) == (a_link(device_flagged=flagged), [])


def hear(link, *intervals, speed=1.0, seconds=3600.0):
    return links.hear(link, intervals, speed=speed, at=AT + timedelta(seconds=seconds), on=ON)


@pytest.mark.rule("LRN-10")
def test_what_was_heard_is_merged_with_the_fastest_speed_and_told_at_four_fifths():
    link = a_link(opened_at=AT, heard=((0.0, 50.0),), fastest=1.25)
    at = AT + timedelta(seconds=3600)

    some, nothing = hear(link, (40.0, 159.0), speed=1.1)
    most, facts = hear(link, (40.0, 160.0), speed=1.5)

    assert (some, nothing) == (replace(link, heard=((0.0, 159.0),)), [])
    assert most == replace(link, heard=((0.0, 160.0),), fastest=1.5, heard_told=True)
    assert facts == [Dated(LessonHeard(link_id="K1", coverage_id="c1", percent=80, speed_percent=150, happened_at=at), ON)]
    assert hear(most, (160.0, 200.0), seconds=7200)[1] == []
    assert hear(replace(link, audience=Audience.RELATIVE), (40.0, 200.0))[0].heard_told is False


def test_a_report_stays_within_the_recording_and_within_the_time_that_has_passed():
    link = a_link(opened_at=AT)

    assert hear(link, (0, 201), seconds=200)[0].percent == 100
    for wrong in ((0, 201.1), (-1, 5), (5, 5), (6, 5)):
        assert refusal(hear, link, (0, 1), wrong) == ("intervals.1", "HEARD_OUTSIDE")
    # Ten seconds and three of a clock's difference, at one and a half times.
    assert hear(link, (0, 19.5), seconds=10)[0].seconds == 19.5
    assert refusal(hear, link, (0, 19.6), seconds=10) == ("intervals", "HEARD_IMPOSSIBLE")
    with pytest.raises(Invalid) as fast:
        hear(link, (0, 10), speed=1.51)
    assert [(one.field, one.code, one.params) for one in fast.value.errors] == [("speed", "HEARD_TOO_FAST", {"max": 1.5})]
    assert refusal(hear, a_link(), (0, 10)) == ("LINK_NOT_OPENED", {})


def answer(link, text, place=0, on=ON):
    return links.answer(link, LESSON, place, text, policy=TERMS, at=AT, on=on)


def test_right_and_wrong_answers_are_counted_by_the_day():
    wrong = answer(a_link(), "远亲")
    assert wrong == (a_link(wrong=1, wrong_on=ON, last_right=False), [])
    twice, _ = answer(wrong[0], "远亲")
    assert twice == a_link(wrong=2, wrong_on=ON, last_right=False)
    assert refusal(answer, twice, "近邻") == ("TOO_MANY_ANSWERS", {})
    assert answer(twice, "远亲", on=ON + DAY)[0] == a_link(wrong=1, wrong_on=ON + DAY, last_right=False)
    second, nothing = answer(wrong[0], "社区", 1)
    assert (second, nothing) == (replace(wrong[0], answered=(1,), last_right=True), [])
    both, facts = answer(second, "近邻")
    assert both == replace(second, answered=(0, 1), recalled_at=AT)
    assert facts == [Dated(LessonRecalled(link_id="K1", coverage_id="c1", asked=True, happened_at=AT), ON)]
    assert answer(both, "近邻") == (both, [])
    assert refusal(answer, a_link(), "x", 2) == ("question", "NO_SUCH_QUESTION")


def test_a_word_is_taken_where_nothing_is_asked_and_a_relatives_only_through_their_own_link():
    plain, relative = replace(LESSON, questions=()), a_link(audience=Audience.RELATIVE)

    assert links.reply(a_link(), plain, at=AT, on=ON) == (
        a_link(recalled_at=AT),
        [Dated(LessonRecalled(link_id="K1", coverage_id="c1", asked=False, happened_at=AT), ON)],
    )
    assert links.reply(a_link(recalled_at=AT), plain, at=AT + DAY, on=ON) == (a_link(recalled_at=AT), [])
    assert refusal(links.reply, a_link(), LESSON, at=AT, on=ON) == ("QUESTIONS_TO_ANSWER", {})
    assert links.play_with_member(relative, at=AT, on=ON) == (
        replace(relative, played_at=AT),
        [Dated(LessonPlayedWithMember(link_id="K1", coverage_id="c1", happened_at=AT), ON)],
    )
    assert refusal(links.play_with_member, a_link(), at=AT, on=ON) == ("NOT_A_RELATIVES_LINK", {})


@pytest.mark.parametrize(
    ("link", "done"),
    [
        (a_link(heard_told=True), False),
        (a_link(recalled_at=AT), False),
        (a_link(heard_told=True, recalled_at=AT), True),
        (a_link(audience=Audience.RELATIVE, heard_told=True, recalled_at=AT), False),
        (a_link(audience=Audience.RELATIVE, played_at=AT), True),
    ],
)
def test_a_link_is_done_when_all_is_proved_that_can_be_proved_through_it(link, done):
    assert link.done is done


def test_how_much_was_heard_is_never_more_than_all_of_it():
    assert (a_link(heard=((0.0, 1.9),)).percent, a_link(heard=((0.0, 2.0),)).percent, a_link(heard=((0.0, 201.0),)).percent) == (0, 1, 100)
    assert links.merged([(5.0, 6.0), (0.0, 3.0), (3.0, 4.0)]) == ((0.0, 4.0), (5.0, 6.0))
