"""Roll calls, codes and no-shows in full: what each writes down and tells, at the minute and the day that decide."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.codes import ALPHABET
from services.common.codes import letters as letters_of
from services.common.errors import Conflict, Forbidden, Invalid, NotFound
from services.common.events.base import Dated
from services.common.events.volunteering import (
    ActivityDone,
    ChildSignUpPaused,
    ChildSignUpResumed,
    NoShowExcused,
    NoShowRecorded,
    VolunteerTalkDue,
    VolunteerTalkHeld,
)
from services.volunteering.activities.domain import attendance
from services.volunteering.activities.domain.activity import (
    ActivityState,
    Assignment,
    AssignmentState,
    Attendance,
    InMethod,
    Presence,
    Source,
    Statement,
    Verdict,
    Weather,
)
from services.volunteering.activities.domain.attendance import AttendancePolicy, Call
from services.volunteering.attendance.domain import codes, reliability
from services.volunteering.attendance.domain.codes import AttendanceCode
from services.volunteering.attendance.domain.reliability import Answer, Excuse, NoShow, NoShowState, Reliability, ReliabilityPolicy, Talk
from tests.unit.volunteering.builders import HOUR, NOW, START, a_need, a_volunteer, an_activity

MINUTE, SECOND, DAY = timedelta(minutes=1), timedelta(seconds=1), timedelta(days=1)
A, P = AssignmentState, Presence
TERMS = AttendancePolicy(late_after=5 * MINUTE, early_before=20 * MINUTE, code_every=2 * MINUTE)
END = START + 2 * HOUR
pytestmark = pytest.mark.rule("VOL-33")


def refusal(command, *args, **details):
    """Return the code of a refusal, with its field where it has one."""
    with pytest.raises((Conflict, Forbidden, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code) if errors else refused.value.code


def a_place(number=1, state=A.ACCEPTED, **details):
    return Assignment(f"AS{number}", "N1", f"V{number}", f"P{number}", state, Verdict.OK, Source.SELF, NOW, **details)


def an_open_activity(*places, **details):
    return an_activity(assignments=places or (a_place(),), **details)


# Roll calls


@pytest.mark.parametrize(
    ("came", "went", "result"),
    [
        (None, None, P.PRESENT),
        (5 * MINUTE - SECOND, None, P.PRESENT),
        (5 * MINUTE, None, P.LATE),
        (None, 100 * MINUTE + SECOND, P.PRESENT),
        (None, 100 * MINUTE, P.LEFT_EARLY),
        (5 * MINUTE, 100 * MINUTE, P.LATE),
    ],
)
def test_the_times_say_who_was_late_or_left_early(came, went, result):
    in_at, out_at = (None if passed is None else START + passed for passed in (came, went))

    assert attendance.presence(an_activity(), in_at, out_at, TERMS) is result


def called(activity, *calls, at=END, **details):
    return attendance.record_attendance(activity, calls=calls, at=at, by="C1", policy=TERMS, **details)[0]


def test_a_roll_call_writes_down_who_said_what_when_and_how_it_is_known():
    before = Attendance(P.LATE, START + HOUR, END, (Statement("V1", P.LATE, START),), InMethod.CODE, "V1")
    activity = an_open_activity(a_place(attendance=before), a_place(2))

    after = called(activity, Call("AS1", P.PRESENT, START, method=InMethod.SELF), Call("AS2", P.LEFT_EARLY, START, START + MINUTE), attendee_ids=["P8", "P9", "P8"])

    assert after == replace(
        activity,
        state=ActivityState.RUNNING,
        attendee_ids=("P8", "P9"),
        assignments=(
            a_place(attendance=Attendance(P.PRESENT, START, END, (*before.said_by, Statement("C1", P.PRESENT, END)), InMethod.SELF, "C1")),
            a_place(2, attendance=Attendance(P.LEFT_EARLY, START, START + MINUTE, (Statement("C1", P.LEFT_EARLY, END),), InMethod.ROLL_CALL, "C1")),
        ),
    )


def test_what_the_code_saw_stays_unless_the_roll_call_gives_other_times_or_says_that_nobody_came():
    before = Attendance(P.PRESENT, START, END, (), InMethod.CODE, "V1")
    activity = an_open_activity(a_place(attendance=before))

    def seen(*call):
        said = called(activity, Call("AS1", *call)).assignment("AS1").attendance
        return said.result, said.in_at, said.out_at

    assert seen(P.PRESENT) == (P.PRESENT, START, END)
    assert seen(P.PRESENT, START + 5 * MINUTE) == (P.LATE, START + 5 * MINUTE, END)
    assert seen(P.PRESENT, None, START + 100 * MINUTE) == (P.LEFT_EARLY, START, START + 100 * MINUTE)
    assert seen(P.LATE, None, None) == (P.LATE, START, END)
    assert seen(P.NO_SHOW, START, END) == (P.NO_SHOW, None, None)
    assert seen(P.EXCUSED) == (P.EXCUSED, None, None)


def test_who_comes_to_a_roll_call_has_a_place_and_times_that_have_been():
    activity = an_open_activity(a_place(), a_place(2, A.WITHDRAWN))

    def call(*args, at=START, of=activity):
        return refusal(called, of, Call("AS1", P.PRESENT), Call(*args), at=at)

    soon = START + 5 * MINUTE
    assert called(activity, Call("AS1", P.PRESENT, soon, soon + SECOND), at=START + SECOND).assignment("AS1").attendance.in_at == soon
    assert call("AS1", P.PRESENT, soon + SECOND) == ("calls.1.in_at", "IN_THE_FUTURE")
    assert call("AS1", P.PRESENT, None, soon + SECOND) == ("calls.1.out_at", "IN_THE_FUTURE")
    assert call("AS1", P.PRESENT, START, START - SECOND) == ("calls.1.out_at", "BEFORE_START")
    assert call("AS2", P.PRESENT) == ("calls.1.assignment_id", "NO_PLACE")
    assert call("AS9", P.PRESENT) == ("calls.1.assignment_id", "NOT_FOUND")


@pytest.mark.parametrize("state", [A.ACCEPTED, A.CONFIRMED, A.SERVED, A.NO_SHOW, A.EXCUSED])
def test_a_roll_call_may_correct_an_earlier_one(state):
    assert called(an_open_activity(a_place(state=state)), Call("AS1", P.PRESENT)).assignment("AS1").attendance.result is P.PRESENT


def test_a_roll_call_is_held_from_an_hour_before_the_start_until_the_activity_is_over():
    weather = Weather(("HEAT",), NOW)

    assert called(an_open_activity(), at=START - HOUR).state is ActivityState.RUNNING
    assert refusal(called, an_open_activity(), at=START - HOUR - SECOND) == "TOO_EARLY"
    assert called(an_open_activity(state=ActivityState.RUNNING)).state is ActivityState.RUNNING
    for state in (ActivityState.DRAFT, ActivityState.DONE, ActivityState.CANCELLED):
        assert refusal(called, an_open_activity(state=state)) == "NOT_PUBLISHED"
    assert called(an_open_activity(weather=weather)).state is ActivityState.PUBLISHED
    with pytest.raises(Conflict) as undecided:
        attendance.complete(an_open_activity(weather=weather), at=END, by="C1")
    assert (undecided.value.code, undecided.value.extra) == ("WEATHER_UNDECIDED", {"reasons": ["HEAT"]})
    assert called(an_open_activity(weather=replace(weather, go_ahead=True))).state is ActivityState.RUNNING


def said(result, who="W7", at=START):
    return Attendance(result, said_by=(Statement("W1", P.PRESENT, NOW), Statement(who, result, at)))


def test_the_end_gives_every_place_its_end_and_tells_who_stayed_away():
    places = (
        a_place(1, attendance=said(P.LATE)),
        a_place(2, A.CONFIRMED, attendance=said(P.NO_SHOW)),
        a_place(3, attendance=said(P.EXCUSED)),
        a_place(4, A.WAITLISTED),
        a_place(5, A.OFFERED),
        a_place(6, A.WITHDRAWN),
        a_place(7, A.DECLINED, attendance=said(P.NO_SHOW)),
    )
    activity = an_open_activity(*places, needs=[a_need(child_role=True)], state=ActivityState.RUNNING, attendee_ids=("P9",), starts_at=datetime(2025, 7, 4, 17, tzinfo=UTC))

    done, facts = attendance.complete(activity, at=END, by="C1")

    ends = {"ended_at": END, "ended_by": "C1"}
    assert done == replace(
        activity,
        state=ActivityState.DONE,
        done_at=END,
        assignments=(
            replace(places[0], state=A.SERVED),
            replace(places[1], state=A.NO_SHOW),
            replace(places[2], state=A.EXCUSED),
            replace(places[3], state=A.CANCELLED, **ends),
            replace(places[4], state=A.CANCELLED, **ends),
            *places[5:],
        ),
    )
    assert facts == [
        Dated(ActivityDone(activity_id="A1", program_kind="CULTURE", volunteers_present=1, attendee_ids=["P9"]), date(2025, 7, 5)),
        NoShowRecorded(
            assignment_id="AS2",
            volunteer_id="V2",
            person_id="P2",
            activity_id="A1",
            child_role=True,
            recorded_by="W7",
            recorded_at=START,
            missed_on=date(2025, 7, 5),
        ),
    ]


def test_the_end_waits_for_the_start_and_names_of_whom_nobody_has_said_whether_they_came():
    activity = an_open_activity(a_place(1), a_place(2, attendance=said(P.LATE)), a_place(3), a_place(4, A.WAITLISTED))

    assert refusal(attendance.complete, activity, at=START - SECOND, by="C1") == "TOO_EARLY"
    with pytest.raises(Conflict) as incomplete:
        attendance.complete(activity, at=START, by="C1")
    assert (incomplete.value.code, incomplete.value.extra, incomplete.value.params) == (
        "ROLL_CALL_INCOMPLETE",
        {"assignment_ids": ["AS1", "AS3"]},
        {"count": 2},
    )
    for state in (ActivityState.DRAFT, ActivityState.DONE, ActivityState.CANCELLED):
        assert refusal(attendance.complete, an_activity(state=state), at=END, by="C1") == "NOT_PUBLISHED"


def test_only_a_no_show_is_excused_afterwards():
    activity = an_open_activity(a_place(1, A.NO_SHOW), a_place(2, A.NO_SHOW), a_place(3, A.SERVED))

    assert attendance.excuse(activity, "AS1") == (activity.with_assignment(a_place(1, A.EXCUSED)), [])
    assert attendance.excuse(activity, "AS3") == (activity, [])


# Codes


def digest(kind, value):
    assert kind == "attendance code"
    return f"{len(value)}{value.encode().hex()}"


def shown(activity, at):
    return codes.code_at(digest, activity, at, TERMS)


def test_a_code_holds_for_the_spans_of_the_communitys_clock():
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    window = (START - epoch) // (2 * MINUTE)
    first = shown(an_activity(), START + SECOND)

    assert first == AttendanceCode("A1", letters_of(digest("attendance code", f"A1:{window}")), START, START + 2 * MINUTE)
    assert shown(an_activity(), START + 2 * MINUTE - SECOND) == first
    assert shown(an_activity(), START + 2 * MINUTE).valid_from == START + 2 * MINUTE
    assert refusal(shown, an_activity(state=ActivityState.DRAFT), START) == "NOT_PUBLISHED"


@pytest.mark.parametrize(("hashed", "letters"), [("0", "222222"), ("1", "322222"), ("1e", "232222"), ("383", "ZZ2222"), ("384", "223222")])
def test_a_code_is_six_letters_that_cannot_be_misread(hashed, letters):
    activity = an_activity()

    assert codes.code_at(lambda kind, value: hashed, activity, START, TERMS).code == letters
    assert len(set(ALPHABET)) == 30 and not set("01ILOU") & set(ALPHABET)


def check_in(activity, at, leaving=False, who="V1", code=None):
    code = shown(activity, at).code if code is None else code
    return codes.check_in(activity, volunteer_id=who, code=code, leaving=leaving, digest=digest, at=at, policy=TERMS)


def test_a_check_in_is_the_volunteers_own_word_by_the_code():
    activity = an_open_activity(a_place(), a_place(2))

    after, facts = check_in(activity, START + 5 * MINUTE)

    at = START + 5 * MINUTE
    here = a_place(attendance=Attendance(P.LATE, at, None, (Statement("V1", P.LATE, at),), InMethod.CODE, "V1"))
    assert (after, facts) == (replace(activity, assignments=(here, a_place(2)), state=ActivityState.RUNNING, last_check_in="AS1"), [])


def test_a_second_look_is_answered_with_the_first_and_leaving_keeps_when_they_came():
    here = check_in(an_open_activity(a_place(), a_place(2)), START)[0]
    other = check_in(here, START, who="V2")[0]

    again, _ = check_in(other, START + HOUR)
    gone, _ = check_in(again, START + 100 * MINUTE, leaving=True)

    assert again == replace(other, last_check_in="AS1")
    left = gone.checked_in.attendance
    assert (left.result, left.in_at, left.out_at) == (P.LEFT_EARLY, START, START + 100 * MINUTE)
    assert [one.what for one in left.said_by] == [P.PRESENT, P.LEFT_EARLY]


def test_who_was_called_without_a_time_came_at_the_start_when_they_leave_and_now_when_they_show_the_code():
    called_in = an_open_activity(a_place(attendance=said(P.PRESENT)), state=ActivityState.RUNNING)

    left = check_in(called_in, END, leaving=True)[0].checked_in.attendance
    came = check_in(called_in, START + MINUTE)[0].checked_in.attendance

    assert (left.in_at, left.out_at, left.result) == (START, END, P.PRESENT)
    assert (came.in_at, came.out_at, came.result) == (START + MINUTE, None, P.PRESENT)


def test_who_leaves_in_the_minute_in_which_they_came_was_there_for_a_minute():
    here = check_in(an_open_activity(), START)[0]

    left = check_in(here, START, leaving=True)[0].checked_in.attendance

    assert (left.in_at, left.out_at) == (START, START + MINUTE)


@pytest.mark.parametrize("state", [A.WAITLISTED, A.NO_SHOW, A.EXCUSED, A.WITHDRAWN, A.OFFERED])
def test_who_has_no_place_is_not_listed(state):
    assert refusal(check_in, an_open_activity(a_place(state=state)), START) == "NOT_LISTED"


def test_nobody_leaves_who_did_not_come():
    missed = an_open_activity(a_place(attendance=said(P.NO_SHOW)))

    assert refusal(check_in, an_open_activity(), START, leaving=True) == "NOT_CHECKED_IN"
    assert refusal(check_in, missed, START, leaving=True) == "NOT_CHECKED_IN"
    assert check_in(missed, START)[0].checked_in.attendance.in_at == START
    assert refusal(check_in, an_open_activity(), START, code="") == "CODE_NOT_VALID"


# No-shows

RULES = ReliabilityPolicy(answer_days=3, window_days=30, talk_at=2, pause_at=3)
MISSED = date(2025, 7, 5)
WHO = {"volunteer_id": "V1", "person_id": "P-V1"}


def a_no_show(number=1, on=MISSED, **details):
    values = {"answer_until": on + 3 * DAY, "state": NoShowState.RECORDED}
    return NoShow(f"AS{number}", f"A{number}", on, False, "W7", START + number * HOUR, **{**values, **details})


def a_fact(number=1, on=MISSED, **details):
    values = {"child_role": False, "recorded_by": "W7", "recorded_at": START + number * HOUR, **details}
    return NoShowRecorded(assignment_id=f"AS{number}", activity_id=f"A{number}", missed_on=on, **WHO, **values)


def on_record(*no_shows, **details):
    return Reliability("V1", "P-V1", no_shows, **details)


def record(before, fact, today=MISSED):
    return reliability.record(before, fact, today=today, policy=RULES)


def test_a_no_show_is_put_on_record_once_with_who_said_so_and_until_when_it_may_be_answered():
    state, facts = record(on_record(), a_fact(child_role=True), today=MISSED + DAY)

    assert state == on_record(replace(a_no_show(answer_until=MISSED + 4 * DAY, told_on=MISSED + DAY), child_role=True))
    assert facts == []
    assert record(state, a_fact(), today=MISSED + DAY) == (state, [])


def test_with_the_second_a_talk_is_due_and_with_the_third_roles_with_children_wait():
    one = on_record(a_no_show(1))

    two, asked = record(one, a_fact(2, MISSED + DAY), today=MISSED + DAY)
    three, paused = record(two, a_fact(3, MISSED + 2 * DAY), today=MISSED + 2 * DAY)

    assert (two.talk_due_since, asked) == (MISSED + DAY, [VolunteerTalkDue(**WHO, no_shows=2)])
    assert (three.talk_due_since, three.paused_until) == (MISSED + DAY, MISSED + 30 * DAY)
    assert paused == [ChildSignUpPaused(**WHO, until=MISSED + 30 * DAY)]


@pytest.mark.parametrize(("days", "counted"), [(29, 2), (30, 1)])
def test_what_lies_as_long_ago_as_the_window_counts_no_more(days, counted):
    today = MISSED + days * DAY
    state = on_record(a_no_show(2, today), a_no_show(1))

    assert [one.assignment_id for one in state.unexcused(today, RULES)] == ["AS1", "AS2"][-counted:]
    assert len(state.unexcused(today - DAY, RULES)) == 1, "what is still to come does not count"


def test_a_further_no_show_moves_the_end_of_the_pause_and_tells_it_anew():
    three = on_record(*(a_no_show(n, MISSED + n * DAY) for n in range(3)), talk_due_since=MISSED, paused_until=MISSED + 30 * DAY)

    four, facts = record(three, a_fact(3, MISSED + 3 * DAY), today=MISSED + 3 * DAY)

    assert (four.paused_until, facts) == (MISSED + 31 * DAY, [ChildSignUpPaused(**WHO, until=MISSED + 31 * DAY)])


def test_a_no_show_that_came_to_light_late_and_leaves_the_pause_as_it_is_tells_nothing():
    three = on_record(*(a_no_show(n, MISSED + n * DAY) for n in range(3)), talk_due_since=MISSED, paused_until=MISSED + 30 * DAY)

    after, facts = record(three, a_fact(9, MISSED - DAY), today=MISSED + 3 * DAY)

    assert (after.paused_until, facts, len(after.no_shows)) == (MISSED + 30 * DAY, [], 4)


def test_an_answer_is_kept_with_the_words_and_who_noted_it():
    state = on_record(a_no_show(1), a_no_show(2), answers=(Answer("AS0", Excuse.OTHER, None, NOW, "C0"),))

    answered = reliability.answer(state, "AS1", excuse=Excuse.ILLNESS, words="发烧", at=START, today=MISSED + 3 * DAY, by="C1")

    assert answered == (
        replace(
            state,
            no_shows=(a_no_show(1, state=NoShowState.ANSWERED), a_no_show(2)),
            answers=(*state.answers, Answer("AS1", Excuse.ILLNESS, "发烧", START, "C1")),
        ),
        [],
    )
    assert reliability.answer(on_record(a_no_show()), "AS1", excuse=Excuse.OTHER, at=START, today=MISSED, by=None)[0].answers == (
        Answer("AS1", Excuse.OTHER, None, START, None),
    )
    with pytest.raises(Conflict) as late:
        reliability.answer(state, "AS1", excuse=Excuse.ILLNESS, at=START, today=MISSED + 4 * DAY, by="C1")
    assert (late.value.code, late.value.params) == ("ANSWER_TOO_LATE", {"until": "2025-07-08"})
    with pytest.raises(NotFound):
        reliability.answer(state, "AS7", excuse=Excuse.ILLNESS, at=START, today=MISSED, by="C1")


def decide(state, *, excused, by="C1", today=MISSED, volunteer=None):
    return reliability.decide(state, volunteer or a_volunteer(), "AS1", excused=excused, at=START, today=today, by=by, policy=RULES)


def test_a_decision_says_who_took_it_and_an_accepted_answer_is_told():
    answered = on_record(a_no_show(1, state=NoShowState.ANSWERED), a_no_show(2, MISSED - 30 * DAY))

    upheld, nothing = decide(answered, excused=False)
    excused, told = decide(answered, excused=True)

    by = {"decided_by": "C1", "decided_at": START}
    assert upheld.no_shows[0] == a_no_show(1, state=NoShowState.UPHELD, **by)
    assert excused.no_shows[0] == a_no_show(1, state=NoShowState.EXCUSED, **by)
    assert (nothing, told) == ([], [NoShowExcused(**WHO, assignment_id="AS1", activity_id="A1")])
    assert upheld.no_shows[1:] == excused.no_shows[1:] == (a_no_show(2, MISSED - 30 * DAY),)


@pytest.mark.parametrize(
    ("state", "excused", "code"),
    [
        (NoShowState.RECORDED, False, "NO_SHOW_NOT_ANSWERED"),
        (NoShowState.EXCUSED, True, "NO_SHOW_DECIDED"),
        (NoShowState.EXCUSED, False, "NO_SHOW_DECIDED"),
        (NoShowState.UPHELD, True, "NO_SHOW_DECIDED"),
        (NoShowState.UPHELD, False, "NO_SHOW_DECIDED"),
    ],
)
def test_a_no_show_is_decided_once_and_against_nobody_who_has_not_answered(state, excused, code):
    assert refusal(decide, on_record(a_no_show(state=state)), excused=excused) == code


@pytest.mark.parametrize("who", ["V1", "P-V1", "W1", "W2"])
def test_nobody_decides_on_their_own_no_show_or_their_kins(who):
    volunteer = a_volunteer(staff_id="W1", kin_staff_ids=("W2",))

    assert refusal(decide, on_record(a_no_show()), excused=True, by=who, volunteer=volunteer) == "OWN_NO_SHOW"


def test_an_excuse_that_leaves_too_few_takes_back_the_talk_and_the_pause_while_they_last():
    two = on_record(a_no_show(1), a_no_show(2), talk_due_since=MISSED)
    three = on_record(a_no_show(1), a_no_show(2), a_no_show(3), talk_due_since=MISSED, paused_until=MISSED + 30 * DAY)

    excused = NoShowExcused(**WHO, assignment_id="AS1", activity_id="A1")
    one, facts = decide(two, excused=True)
    assert (one.talk_due_since, facts) == (None, [excused, VolunteerTalkHeld(**WHO, needless=True)])
    left, facts = decide(three, excused=True)
    assert (left.talk_due_since, left.paused_until, facts) == (MISSED, None, [excused, ChildSignUpResumed(**WHO)])
    over, facts = decide(three, excused=True, today=MISSED + 30 * DAY)
    assert (over.paused_until, facts) == (None, [excused, VolunteerTalkHeld(**WHO, needless=True)])


def test_an_excuse_asks_for_no_talk_that_was_held_already():
    held = on_record(*(a_no_show(n) for n in (1, 2, 3)), talks=(Talk(MISSED, "C1", 3, ("AS1", "AS2", "AS3")),), paused_until=MISSED + 30 * DAY)

    assert decide(held, excused=True)[0].talk_due_since is None
    assert decide(held, excused=True)[1][1:] == [ChildSignUpResumed(**WHO)]


def test_a_talk_is_noted_with_how_many_no_shows_it_was_about():
    due = on_record(a_no_show(1), a_no_show(2), a_no_show(3, MISSED - 30 * DAY), talk_due_since=MISSED, talks=(Talk(MISSED - 90 * DAY, "C0", 2),))

    held = reliability.talk(due, held_on=MISSED, today=MISSED, by="C1", policy=RULES)

    assert held == (replace(due, talk_due_since=None, talks=(*due.talks, Talk(MISSED, "C1", 2, ("AS1", "AS2")))), [VolunteerTalkHeld(**WHO, needless=False)])
    assert refusal(reliability.talk, due, held_on=MISSED + DAY, today=MISSED, by="C1", policy=RULES) == ("held_on", "IN_THE_FUTURE")
    assert refusal(reliability.talk, on_record(), held_on=MISSED, today=MISSED, by="C1", policy=RULES) == "NO_TALK_DUE"


def test_who_goes_on_after_the_talk_does_so_from_that_moment():
    paused = on_record(*(a_no_show(n) for n in (1, 2, 3)), paused_until=MISSED + 30 * DAY)

    resumed = reliability.resume(paused, at=START, today=MISSED + 29 * DAY)

    assert resumed == (replace(paused, paused_until=None, resumed_at=START), [ChildSignUpResumed(**WHO)])
    assert refusal(reliability.resume, paused, at=START, today=MISSED + 30 * DAY) == "NOT_PAUSED"
    assert refusal(reliability.resume, replace(paused, talk_due_since=MISSED), at=START, today=MISSED) == "TALK_FIRST"


@pytest.mark.parametrize("order", itertools.permutations([(1, 0, 0), (2, 1, 1), (3, 2, 5), (4, 30, 30)]))
def test_in_whichever_order_the_absences_come_the_same_follows(order):
    state, told = on_record(), []

    for number, missed, ended in order:
        state, facts = record(state, a_fact(number, MISSED + missed * DAY), today=MISSED + ended * DAY)
        told += facts

    assert (state.talk_due_since, state.paused_until) == (MISSED + DAY, MISSED + 31 * DAY)
    assert VolunteerTalkDue(**WHO, no_shows=2) in told and ChildSignUpPaused(**WHO, until=MISSED + 31 * DAY) in told
    assert {type(one) for one in told} == {VolunteerTalkDue, ChildSignUpPaused}, "nothing is taken back in between"


@pytest.mark.parametrize("late", [1, 2, 3])
def test_an_absence_of_an_earlier_day_that_comes_last_takes_nothing_back(late):
    days = [MISSED + n * DAY for n in range(3)]
    state = on_record()
    for number, day in enumerate(days):
        if number + 1 != late:
            state, _ = record(state, a_fact(number + 1, day), today=day)

    after, facts = record(state, a_fact(late, days[late - 1]), today=days[late - 1])

    assert (after.talk_due_since, after.paused_until) == (MISSED + DAY, MISSED + 30 * DAY)
    assert facts == [ChildSignUpPaused(**WHO, until=MISSED + 30 * DAY)]


def test_after_a_talk_only_what_came_to_light_since_asks_for_another():
    talked = on_record(
        *(a_no_show(n, MISSED + n * DAY) for n in (1, 2)), talks=(Talk(MISSED + 3 * DAY, "C1", 2, ("AS1", "AS2")),)
    )

    third, asked = record(talked, a_fact(3, MISSED + 9 * DAY), today=MISSED + 9 * DAY)
    late, nothing = record(third, a_fact(4, MISSED + 8 * DAY), today=MISSED + 8 * DAY)
    back, taken = reliability.decide(third, a_volunteer(), "AS3", excused=True, at=START, today=MISSED + 9 * DAY, by="C1", policy=RULES)

    assert (third.talk_due_since, asked[0]) == (MISSED + 9 * DAY, VolunteerTalkDue(**WHO, no_shows=3))
    assert (late.talk_due_since, [type(one) for one in nothing]) == (MISSED + 8 * DAY, [ChildSignUpPaused])
    assert back.talk_due_since is None and VolunteerTalkHeld(**WHO, needless=True) in taken


@pytest.mark.parametrize(("since", "paused"), [(START + HOUR, False), (START + HOUR - SECOND, True)])
def test_only_what_is_recorded_after_the_talk_pauses_again(since, paused):
    before = on_record(a_no_show(1), a_no_show(2), talk_due_since=MISSED, resumed_at=since)

    after, _ = record(before, a_fact(3))

    assert (after.paused_until is not None) is paused


@pytest.mark.rule("U12")
def test_who_was_noted_in_a_class_needs_no_second_roll_call_and_what_one_said_stays():
    there = {f"V{number}": attendance.Seen(START, END, "W9") for number in (1, 2, 3, 4)}
    places = (a_place(1), a_place(2, A.CONFIRMED, attendance=said(P.NO_SHOW)), a_place(3, A.WITHDRAWN), a_place(5))
    activity = an_open_activity(*places)

    noted, facts = attendance.seen(activity, there | {"V1": attendance.Seen(START, None, "W9")}, at=END, policy=attendance.AttendancePolicy())

    came = Attendance(P.PRESENT, START, None, (Statement("W9", P.PRESENT, END),), InMethod.ROLL_CALL, "W9")
    assert (noted, facts) == (replace(activity, state=ActivityState.RUNNING, assignments=(replace(places[0], attendance=came), *places[1:])), [])
    assert attendance.seen(noted, there, at=END, policy=attendance.AttendancePolicy()) == (noted, [])
    for state in (ActivityState.DRAFT, ActivityState.DONE, ActivityState.CANCELLED):
        over = replace(activity, state=state)
        assert attendance.seen(over, there, at=END, policy=attendance.AttendancePolicy()) == (over, [])
