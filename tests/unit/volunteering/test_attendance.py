"""Coming and staying away: codes, truthful results, no-shows and what several lead to."""

from datetime import date, timedelta
from hashlib import sha256

import pytest

from services.common.errors import Conflict, Forbidden
from services.common.events.volunteering import (
    ChildSignUpPaused,
    ChildSignUpResumed,
    NoShowExcused,
    NoShowRecorded,
    VolunteerTalkDue,
    VolunteerTalkHeld,
)
from services.volunteering.activities.domain import attendance, sign_up
from services.volunteering.activities.domain.activity import (
    AssignmentState,
    InMethod,
    Presence,
    Source,
    Verdict,
)
from services.volunteering.activities.domain.attendance import AttendancePolicy, Call
from services.volunteering.attendance.domain import codes, reliability
from services.volunteering.attendance.domain.reliability import Excuse, NoShowState, Reliability, ReliabilityPolicy
from services.volunteering.hours.domain import entries as hours
from services.volunteering.hours.domain.entries import HoursBasis, HoursState
from tests.unit.volunteering.builders import HOUR, START, a_need, a_volunteer, an_activity, known

MINUTE = timedelta(minutes=1)
POLICY, RULES = AttendancePolicy(), ReliabilityPolicy()
MISSED = date(2025, 7, 5)


def digest(kind, value):
    return sha256(f"key {kind} {value}".encode()).hexdigest()


def with_place(*volunteers, **need):
    activity = an_activity(needs=[a_need(max=9, **need)])
    for one in volunteers or (a_volunteer(),):
        activity, _ = sign_up.sign_up(activity, one, id=f"AS-{one.id}", need_id="N1", known=known(), source=Source.SELF, by="C1")
    return activity


def shown(activity, at):
    return codes.code_at(digest, activity, at, POLICY).code


def check_in(activity, at, *, code=None, who="V1", leaving=False):
    return codes.check_in(
        activity, volunteer_id=who, code=code or shown(activity, at), leaving=leaving, digest=digest, at=at, policy=POLICY
    )[0]


def refusal(call, *args, **details):
    with pytest.raises(Conflict) as refused:
        call(*args, **details)
    return refused.value.code


@pytest.mark.rule("VOL-33")
def test_each_minute_and_each_activity_has_its_own_code():
    activity, other = with_place(), an_activity("A2")

    seen = {shown(one, START + number * MINUTE) for one in (activity, other) for number in range(10)}

    assert len(seen) == 20
    assert shown(activity, START) == shown(activity, START + timedelta(seconds=59))
    assert codes.code_at(digest, activity, START + 30 * timedelta(seconds=1), POLICY).valid_until == START + MINUTE
    assert codes.code_at(lambda kind, value: sha256(value.encode()).hexdigest(), activity, START, POLICY).code != shown(activity, START)


@pytest.mark.rule("VOL-33")
def test_a_code_holds_only_inside_its_minute():
    activity = with_place()
    code = shown(activity, START)

    came = check_in(activity, START + timedelta(seconds=59), code=f" {code.lower()[:3]}-{code[3:]} ")

    assert came.checked_in.attendance.result == Presence.PRESENT
    for moment in (START - timedelta(seconds=1), START + MINUTE, START + HOUR):
        assert refusal(check_in, activity, moment, code=code) == "CODE_NOT_VALID"
    assert refusal(check_in, activity, START, code=shown(an_activity("A2"), START)) == "CODE_NOT_VALID"
    assert refusal(check_in, activity, START - 61 * MINUTE) == "TOO_EARLY"


@pytest.mark.rule("VOL-33")
def test_only_a_listed_volunteer_checks_in_and_a_stranger_without_the_code_learns_nothing():
    activity = with_place()

    assert refusal(check_in, activity, START, who="V9") == "NOT_LISTED"
    assert refusal(check_in, activity, START, who="V9", code="222222") == "CODE_NOT_VALID"


@pytest.mark.rule("VOL-33")
@pytest.mark.parametrize(("minutes", "result"), [(-5, "PRESENT"), (9, "PRESENT"), (10, "LATE"), (45, "LATE")])
def test_the_answer_says_what_the_time_says(minutes, result):
    came = check_in(with_place(), START + minutes * MINUTE).checked_in.attendance

    assert (came.result.value, came.in_method, came.in_by, came.said_by[0].who) == (result, InMethod.CODE, "V1", "V1")


@pytest.mark.rule("VOL-33")
def test_who_leaves_early_has_left_early_and_a_second_look_changes_nothing():
    here = check_in(with_place(), START)
    again = check_in(here, START + 20 * MINUTE)
    gone = check_in(again, START + HOUR, leaving=True).checked_in.attendance

    assert again.checked_in == here.checked_in
    assert (gone.result, gone.in_at, gone.out_at) == (Presence.LEFT_EARLY, START, START + HOUR)
    assert refusal(check_in, with_place(), START, leaving=True) == "NOT_CHECKED_IN"


@pytest.mark.rule("VOL-33")
def test_a_roll_call_cannot_make_somebody_punctual_whom_the_code_saw_late():
    late = check_in(with_place(), START + 30 * MINUTE)

    called, _ = attendance.record_attendance(late, calls=[Call("AS-V1", Presence.PRESENT)], at=START + HOUR, by="C1")

    came = called.assignment("AS-V1").attendance
    assert (came.result, came.in_at, [one.who for one in came.said_by]) == (Presence.LATE, START + 30 * MINUTE, ["V1", "C1"])


@pytest.mark.rule("VOL-33")
def test_the_end_tells_who_stayed_away_and_who_said_so():
    activity = with_place(a_volunteer(), a_volunteer("V2"), a_volunteer("V3"))
    calls = [Call("AS-V1", Presence.NO_SHOW), Call("AS-V2", Presence.EXCUSED), Call("AS-V3", Presence.PRESENT)]
    called, _ = attendance.record_attendance(activity, calls=calls, at=START, by="W7")

    done, (_, fact, *more) = attendance.complete(called, at=START + HOUR, by="C1")

    assert more == []
    assert (fact.volunteer_id, fact.recorded_by, fact.recorded_at, fact.missed_on) == ("V1", "W7", START, MISSED)
    assert attendance.excuse(done, "AS-V1")[0].assignment("AS-V1").state == AssignmentState.EXCUSED
    assert attendance.excuse(done, "AS-V3")[0] == done


def a_no_show(number=1, on=MISSED):
    return NoShowRecorded(
        assignment_id=f"AS{number}",
        volunteer_id="V1",
        person_id="P-V1",
        activity_id="A1",
        child_role=False,
        recorded_by="W7",
        recorded_at=START + number * HOUR,
        missed_on=on,
    )


def after(*days):
    state, facts = Reliability("V1", "P-V1"), []
    for number, day in enumerate(days, 1):
        state, facts = reliability.record(state, a_no_show(number, day), today=day, policy=RULES)
    return state, facts


def decide(state, assignment="AS1", *, excused=True, by="C1", today=MISSED, volunteer=None):
    who = volunteer or a_volunteer()
    return reliability.decide(state, who, assignment, excused=excused, at=START + 9 * HOUR, today=today, by=by, policy=RULES)


@pytest.mark.rule("VOL-33")
def test_two_unexcused_no_shows_ask_for_a_talk_and_three_pause_sign_up_for_roles_with_children():
    day = timedelta(days=1)

    first, nothing = after(MISSED)
    second, asked = after(MISSED, MISSED + 5 * day)
    third, paused = after(MISSED, MISSED + 5 * day, MISSED + 89 * day)

    assert (nothing, first.talk_due_since) == ([], None)
    assert asked == [VolunteerTalkDue(volunteer_id="V1", person_id="P-V1", no_shows=2)]
    assert second.may_mind(MISSED + 6 * day)
    assert paused == [ChildSignUpPaused(volunteer_id="V1", person_id="P-V1", until=MISSED + 90 * day)]
    assert not third.may_mind(MISSED + 89 * day) and third.may_mind(MISSED + 90 * day)
    assert after(MISSED, MISSED + 45 * day, MISSED + 90 * day)[1] == []
    assert reliability.record(third, a_no_show(3), today=MISSED, policy=RULES) == (third, [])


@pytest.mark.rule("VOL-33")
def test_an_excused_no_show_never_counts_and_takes_back_what_it_led_to():
    state, _ = after(MISSED, MISSED, MISSED)

    two, facts = decide(state)
    one, more = decide(two, "AS2")

    ids = {"volunteer_id": "V1", "person_id": "P-V1"}
    assert facts == [NoShowExcused(**ids, assignment_id="AS1", activity_id="A1"), ChildSignUpResumed(**ids)]
    assert two.may_mind(MISSED) and two.talk_due_since == MISSED
    assert more[1:] == [VolunteerTalkHeld(**ids, needless=True)] and one.talk_due_since is None


@pytest.mark.rule("VOL-33")
def test_a_volunteer_answers_within_seven_days_and_somebody_else_decides():
    state, _ = after(MISSED)
    details = {"excuse": Excuse.ILLNESS, "words": "发烧", "at": START, "by": "C1"}

    answered, _ = reliability.answer(state, "AS1", today=MISSED + timedelta(days=7), **details)

    assert answered.no_show("AS1").state == NoShowState.ANSWERED
    assert refusal(reliability.answer, state, "AS1", today=MISSED + timedelta(days=8), **details) == "ANSWER_TOO_LATE"
    assert refusal(reliability.answer, answered, "AS1", today=MISSED, **details) == "NO_SHOW_ANSWERED"
    assert refusal(decide, state, excused=False) == "NO_SHOW_NOT_ANSWERED"
    upheld, facts = decide(answered, excused=False)
    assert (upheld.no_show("AS1").state, facts) == (NoShowState.UPHELD, [])
    assert refusal(decide, upheld) == "NO_SHOW_DECIDED"
    for who in ("V1", "W2"):
        with pytest.raises(Forbidden):
            decide(answered, by=who, volunteer=a_volunteer(kin_staff_ids=("W2",)))


@pytest.mark.rule("VOL-33")
def test_a_coordinator_lets_a_volunteer_go_on_after_the_talk_and_old_no_shows_pause_no_more():
    state, _ = after(MISSED, MISSED, MISSED)
    later = START + timedelta(days=3)
    assert refusal(reliability.resume, state, at=later, today=MISSED) == "TALK_FIRST"

    talked, _ = reliability.talk(state, held_on=MISSED, today=MISSED, by="C1", policy=RULES)
    resumed, _ = reliability.resume(talked, at=later, today=MISSED)
    once_more, facts = reliability.record(resumed, a_no_show(100), today=MISSED, policy=RULES)

    assert resumed.may_mind(MISSED) and once_more.may_mind(MISSED)
    assert facts == [VolunteerTalkDue(volunteer_id="V1", person_id="P-V1", no_shows=4)]
    assert refusal(reliability.resume, resumed, at=later, today=MISSED) == "NOT_PAUSED"
    assert refusal(reliability.talk, resumed, held_on=MISSED, today=MISSED, by="C1", policy=RULES) == "NO_TALK_DUE"


@pytest.mark.rule("VOL-33")
def test_a_paused_volunteer_signs_up_for_no_role_with_children_and_for_every_other():
    volunteer, paused = a_volunteer(cleared=True), known(child_roles_open=False)

    assert sign_up.judge(an_activity(), a_need(child_role=True), volunteer, paused) == Verdict.SUSPENDED
    assert sign_up.judge(an_activity(), a_need(), volunteer, paused) == Verdict.OK
    assert sign_up.judge(an_activity(), a_need(child_role=True), volunteer, known()) == Verdict.OK


WHO = {"volunteer_id": "V1", "person_id": "P-V1", "activity_id": "A1", "assignment_id": "AS1", "planned": (START, START + 2 * HOUR)}


@pytest.mark.rule("VOL-34")
def test_who_had_come_when_it_was_called_off_has_half_an_hour():
    entry, _ = hours.credit_for_coming(id="H1", in_at=START - 10 * MINUTE, **WHO)

    assert (entry.minutes, entry.state, entry.starts_at, entry.ends_at - entry.starts_at) == (30, HoursState.CHECKED, START - 10 * MINUTE, 30 * MINUTE)


@pytest.mark.rule("VOL-31")
def test_time_that_only_the_volunteer_vouches_for_is_a_claim():
    entry, _ = hours.check(id="H1", in_at=START, out_at=START + HOUR, claimed_by="C1", **WHO)

    assert (entry.state, entry.basis, entry.claimed_by, entry.minutes) == (HoursState.CLAIMED, HoursBasis.CLAIMED, "C1", 60)
