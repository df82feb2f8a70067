"""Who comes to a meeting, who does not, and who was not expected."""

from datetime import timedelta

import pytest

from services.common.errors import Conflict, NotFound
from services.common.events.volunteering import (
    ChildAccountedFor,
    ChildCheckedIn,
    ChildNotArrived,
    ChildUnaccounted,
    PickUpAlerted,
    UnknownChildKept,
)
from services.volunteering.children.domain import Pickup
from services.volunteering.sessions.domain import arrivals, running
from services.volunteering.sessions.domain.records import CallResult, ChildState
from tests.unit.volunteering.builders import START, a_child, a_consent, a_session, enrol, full, refusal
from tests.unit.volunteering.class_meetings import POLICY, TWO, an_open_session, arrive, ready, with_one_in

MINUTE = timedelta(minutes=1)
LATE = START + 15 * MINUTE
GUARDIANS = {"K1": ["G1", "G2"], "K2": ["G1", "G2"]}


def miss(session, at):
    return arrivals.miss(session, GUARDIANS, at=at, policy=POLICY)


def call(session, guardian, result, at=LATE, child=None):
    return arrivals.call_guardian(session, child or a_child("K1"), guardian, result, at=at, by="C1", policy=POLICY)


def missing(at=LATE):
    return miss(an_open_session(), at)[0]


@pytest.mark.rule("VOL-57")
def test_a_child_is_admitted_once_with_consent_and_documents():
    course = full()
    session = an_open_session(course)

    inside, facts = arrive(session, course, a_child("K1"))

    assert (inside.children_in, inside.children_expected) == (1, 1)
    assert facts == [ChildCheckedIn(session_id="M1", series_id="S1", child_id="K1")]
    assert refusal(arrive, inside, course, a_child("K1")) == "CHILD_CAME"
    assert refusal(arrive, session, course, a_child("stranger")) == "NOT_ENROLLED"
    assert refusal(arrive, session, course, a_child("K2", health_declared_on=None)) == "DOCUMENTS_MISSING"
    for nobody in ({"blocked": True}, {"on_hold": True}, {"valid_to": START.date() - timedelta(days=1)}):
        assert refusal(arrive, session, course, a_child("K2", pickups=(Pickup("PU1", "王某", "母亲", **nobody),))) == "DOCUMENTS_MISSING"
    assert refusal(arrive, a_session(), course, a_child("K1")) == "SESSION_NOT_OPEN"
    disagreed, _ = enrol(course, consent=a_consent("G2", participation=False))
    assert refusal(arrive, session, disagreed, a_child("K1")) == "CONSENT_MISSING"


def test_a_child_in_line_has_no_place_in_the_meeting():
    course, _ = enrol(full(), a_child("K3"))

    assert refusal(arrive, an_open_session(course), course, a_child("K3")) == "NOT_ENROLLED"


@pytest.mark.rule("VOL-53")
def test_no_child_is_admitted_while_the_adults_do_not_suffice():
    course = full()

    assert refusal(arrive, an_open_session(course), course, a_child("K1"), TWO[:1]) == "SESSION_NOT_READY"


@pytest.mark.rule("VOL-57")
@pytest.mark.parametrize(("minutes", "called"), [(14, False), (15, True), (29, True)])
def test_the_guardians_of_who_has_not_come_after_15_minutes_are_to_be_called_in_order_once(minutes, called):
    session, facts = miss(an_open_session(), START + minutes * MINUTE)

    expected = [ChildNotArrived(session_id="M1", child_id=child, guardian_ids=["G1", "G2"]) for child in ("K1", "K2")]
    assert facts == (expected if called else [])
    assert miss(session, START + minutes * MINUTE) == (session, [])


@pytest.mark.rule("VOL-57")
def test_who_is_known_to_be_absent_or_came_is_not_missed():
    course = full()
    session, _ = arrive(an_open_session(course), course, a_child("K1"))
    session, _ = arrivals.excuse(session, "K2", course.enrolment_of("K2"), known=True)

    assert miss(session, START + 500 * MINUTE) == (session, [])


@pytest.mark.rule("VOL-57")
def test_if_nobody_says_where_a_child_is_it_is_looked_for_and_a_late_clock_tells_only_that():
    first = missing()
    lost, facts = miss(first, START + 30 * MINUTE)
    late, same = miss(an_open_session(), START + 31 * MINUTE)

    assert facts == same == [ChildUnaccounted(session_id="M1", series_id="S1", child_id=child) for child in ("K1", "K2")]
    assert (lost.unaccounted_ids, late.unaccounted_ids) == (["K1", "K2"], ["K1", "K2"])
    assert miss(lost, START + 60 * MINUTE) == (lost, [])
    assert miss(a_session(), START + 60 * MINUTE) == (a_session(), [])


@pytest.mark.rule("VOL-57")
def test_guardians_are_called_in_order_and_when_none_answers_the_child_is_looked_for_at_once():
    session = missing()

    with pytest.raises(Conflict) as refused:
        call(session, "G2", CallResult.NO_ANSWER)
    first, nothing = call(session, "G1", CallResult.NO_ANSWER)
    second, facts = call(first, "G2", CallResult.NO_ANSWER)

    assert (refused.value.code, refused.value.extra) == ("CALL_IN_ORDER", {"guardian_id": "G1"})
    assert (nothing, facts) == ([], [ChildUnaccounted(session_id="M1", series_id="S1", child_id="K1")])
    assert [one.guardian_id for one in second.attendance("K1").calls] == ["G1", "G2"]
    assert refusal(call, session, "stranger", CallResult.ABSENT) == ("guardian_id", "NOT_A_GUARDIAN")


@pytest.mark.rule("VOL-57")
def test_a_guardian_who_believes_the_child_is_here_starts_the_search_at_once():
    lost, facts = call(missing(), "G1", CallResult.NOT_WITH_US)

    assert (lost.unaccounted_ids, [type(fact) for fact in facts]) == (["K1"], [ChildUnaccounted])


@pytest.mark.rule("VOL-57")
def test_a_guardian_who_is_on_the_way_gets_the_time_once_more():
    waiting, _ = call(missing(), "G1", CallResult.COMING, LATE)

    assert [fact.child_id for fact in miss(waiting, LATE + 14 * MINUTE)[1]] == []
    told = miss(waiting, LATE + 15 * MINUTE)[1]
    assert [(type(fact), fact.child_id) for fact in told] == [(ChildNotArrived, "K1"), (ChildUnaccounted, "K2")]


@pytest.mark.rule("VOL-57")
def test_a_child_who_was_looked_for_is_found_by_coming_or_by_a_word():
    course = full()
    lost = miss(missing(), START + 30 * MINUTE)[0]

    came, facts = arrive(lost, course, a_child("K1"), at=START + 40 * MINUTE)
    home, told = call(lost, "G1", CallResult.ABSENT, START + 40 * MINUTE)

    assert facts[0] == ChildAccountedFor(session_id="M1", child_id="K1", how="IN")
    assert told == [ChildAccountedFor(session_id="M1", child_id="K1", how="ABSENT_KNOWN")]
    assert came.unaccounted_ids == home.unaccounted_ids == ["K2"]
    assert call(home, "G1", CallResult.COMING, child=a_child("K2"))[0].unaccounted_ids == ["K2"]


@pytest.mark.rule("VOL-57")
def test_a_guardian_who_is_blocked_or_dead_is_never_called():
    child = a_child("K1", blocked_ids=("G1",))
    session = missing()

    assert refusal(call, session, "G1", CallResult.ABSENT, child=child) == ("guardian_id", "NOT_A_GUARDIAN")
    assert call(session, "G2", CallResult.ABSENT, child=child)[0].attendance("K1").state is ChildState.ABSENT_KNOWN
    assert a_child("K1", lost_ids=("G2",)).callable_ids == ["G1"]


def test_there_is_nothing_to_call_about_a_child_who_is_accounted_for():
    session = missing()
    known, _ = call(session, "G1", CallResult.ABSENT)

    assert refusal(call, known, "G1", CallResult.ABSENT) == "NOBODY_TO_CALL_ABOUT"
    assert refusal(call, a_session(), "G1", CallResult.ABSENT) == "NOBODY_TO_CALL_ABOUT"
    inside, child = with_one_in()
    assert refusal(call, inside, "G1", CallResult.ABSENT) == ("result", "CHILD_IS_HERE")
    assert len(call(inside, "G1", CallResult.COMING)[0].attendance("K1").calls) == 1


def test_only_a_child_with_a_place_that_did_not_come_is_excused():
    course = full()
    session, _ = arrive(an_open_session(course), course, a_child("K1"))

    assert refusal(arrivals.excuse, session, "stranger", None, known=True) == "NOT_ENROLLED"
    assert refusal(arrivals.excuse, session, "K1", course.enrolment_of("K1"), known=True) == "CHILD_CAME"
    absent, _ = arrivals.excuse(session, "K2", course.enrolment_of("K2"), known=False)
    assert absent.attendance("K2").state == ChildState.ABSENT_UNKNOWN
    assert arrive(absent, course, a_child("K2"))[0].children_in == 2
    closed, _ = running.close(an_open_session(course), at=START, by="C1")
    assert refusal(arrivals.excuse, closed, "K2", None, known=True) == "SESSION_CLOSED"


@pytest.mark.rule("VOL-57", "VOL-58", "REG-45")
def test_who_is_blocked_from_a_child_that_is_kept_safe_is_not_called_and_never_goes_with_it():
    session, _ = arrivals.keep_safe(an_open_session(), id="KEPT", child_id="K1", at=START, by="C1")
    child = a_child("K1", blocked_ids=("G1",))

    def call_about(guardian_id, **known):
        return arrivals.call_about_kept(session, "KEPT", guardian_id=guardian_id, result=CallResult.COMING, **known, at=START, by="C1")

    assert refusal(call_about, "G1", child=child, barred=["G1"]) == ("guardian_id", "GUARDIAN_BLOCKED")
    assert refusal(call_about, "G1", barred=["G1"]) == ("guardian_id", "GUARDIAN_BLOCKED")
    assert refusal(call_about, "uncle", child=child) == ("guardian_id", "NOT_A_GUARDIAN")
    called, _ = call_about("G2", child=child, barred=["G1"])
    assert arrivals.let_go(called, "KEPT", to="G2", barred=["G1"], at=START)[0].kept_ids == []
    # Blocked after the call.
    assert refusal(arrivals.let_go, called, "KEPT", to="G2", barred=["G2"], at=START) == "PICKUP_BLOCKED"
    assert arrivals.refuse_kept(called, "KEPT") == (called, [PickUpAlerted(session_id="M1", child_id="K1", reason="BLOCKED_AT_DOOR")])


@pytest.mark.rule("VOL-58")
def test_two_adults_stay_also_with_a_child_that_is_only_kept_safe():
    session, _ = arrivals.keep_safe(an_open_session(), id="KEPT", at=START, by="C1")
    alone = ready(session, present=TWO[:1])

    assert refusal(running.check_adult_out, session, "V2", alone, at=START, by="C1") == "TWO_ADULTS_STAY"
    gone, _ = running.check_adult_out(session, "V2", alone, gone=True, at=START, by="C1")
    alarmed, facts = running.watch(gone, alone, at=START, policy=POLICY)
    assert ([type(fact).__name__ for fact in facts], alarmed.shortfall is not None) == (["SessionNotReady"], True)


@pytest.mark.rule("VOL-57")
def test_a_child_nobody_expected_is_kept_safe_and_goes_with_a_guardian_who_was_called_or_the_police():
    session, facts = arrivals.keep_safe(an_open_session(), id="KEPT", at=START, by="C1")

    assert facts == [UnknownChildKept(session_id="M1", kept_id="KEPT")]
    assert (session.children_in, session.kept_ids) == (0, ["KEPT"])
    assert refusal(arrivals.let_go, session, "KEPT", to="G7", at=START) == "CALL_FIRST"
    assert refusal(running.close, session, at=START, by="C1") == "CHILD_KEPT_HERE"
    called, _ = arrivals.call_about_kept(session, "KEPT", guardian_id="G7", result=CallResult.COMING, at=START, by="C1")
    gone, _ = arrivals.let_go(called, "KEPT", to="G7", at=START + MINUTE)
    assert (gone.kept_ids, gone.kept[0].left_to) == ([], "G7")
    assert arrivals.let_go(session, "KEPT", to="POLICE", at=START)[0].kept_ids == []
    assert running.close(gone, at=START, by="C1")[1]
    assert refusal(arrivals.let_go, gone, "KEPT", to="G7", at=START) == "CHILD_NOT_IN"
    assert refusal(arrivals.keep_safe, a_session(), id="KEPT", at=START, by="C1") == "SESSION_NOT_OPEN"
    with pytest.raises(NotFound):
        arrivals.let_go(session, "other", to="POLICE", at=START)


@pytest.mark.rule("VOL-57")
def test_who_is_looked_for_when_the_meeting_is_over_is_looked_for_until_somebody_says_where_it_is():
    closed, _ = running.close(miss(missing(), START + 30 * MINUTE)[0], at=START + 60 * MINUTE, by="C1")
    assert closed.unaccounted_ids == ["K1", "K2"]

    home, told = call(closed, "G1", CallResult.ABSENT, START + 90 * MINUTE)
    found, facts = arrivals.excuse(home, "K2", None, known=True)

    assert told == [ChildAccountedFor(session_id="M1", child_id="K1", how="ABSENT_KNOWN")]
    assert facts == [ChildAccountedFor(session_id="M1", child_id="K2", how="ABSENT_KNOWN")]
    assert found.unaccounted_ids == []
    assert refusal(arrivals.excuse, closed, "K2", None, known=False) == "SESSION_CLOSED"
    assert refusal(arrivals.excuse, found, "K2", None, known=True) == "SESSION_CLOSED"
    assert refusal(call, found, "G1", CallResult.ABSENT) == "NOBODY_TO_CALL_ABOUT"
