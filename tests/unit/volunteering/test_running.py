"""A meeting from its plan to its end."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict
from services.common.events.volunteering import (
    ChildUnaccounted,
    SessionCancelled,
    SessionClosed,
    SessionEarlyPickUpStarted,
    SessionMerged,
    SessionNotReady,
    SessionOpened,
    SessionPlanned,
    SessionReady,
)
from services.volunteering.series.domain.series import SeriesState
from services.volunteering.sessions.domain import running
from services.volunteering.sessions.domain.ratio import ClassRole
from services.volunteering.sessions.domain.records import BackupAnswer, ChildState, Rostered
from services.volunteering.sessions.domain.session import BEFORE, CancelReason, SessionState
from tests.unit.volunteering.builders import DAY, HOUR, START, TODAY, a_child, a_series, a_session, refusal
from tests.unit.volunteering.class_meetings import POLICY, TWO, an_open_session, arrive, depart, full, ready, with_one_in

MINUTE = timedelta(minutes=1)
END = START + 2 * HOUR
SHORT = ready(group=[a_child("K1")], present=TWO[:1])


def open_at(session, at=START, found=None, expected=()):
    return running.open_session(session, list(expected), found or ready(), at=at, by="C1", policy=POLICY)


def test_a_meeting_lies_within_its_series():
    values = {"starts_at": START, "ends_at": START + HOUR}
    session, facts = running.plan(id="M1", series=a_series(), on=DAY, **values)

    assert (session.state, session.room) == (SessionState.PLANNED, "二楼教室")
    assert facts == [SessionPlanned(session_id="M1", series_id="S1", subject="PAINTING", starts_at=START, ends_at=START + HOUR)]
    assert refusal(running.plan, id="M1", series=a_series(state=SeriesState.DRAFT), on=DAY, **values) == "SERIES_NOT_OPEN"
    assert refusal(running.plan, id="M1", series=a_series(), on=TODAY - timedelta(days=1), **values) == ("starts_at", "OUTSIDE_SERIES")
    assert refusal(running.plan, id="M1", series=a_series(), on=DAY, starts_at=START, ends_at=START) == ("ends_at", "BEFORE_START")


def test_who_is_to_be_there_is_named_once_and_keeps_the_role_in_the_room():
    roster = [Rostered("V2"), Rostered("V2", ClassRole.TEACHER), Rostered("V3")]
    session, _ = running.put_on_roster(a_session(), lead_volunteer_id="V1", roster=roster)
    for volunteer in ("V1", "V2"):
        session, _ = running.check_adult_in(session, volunteer, at=START, by="C1")

    assert session.rostered_ids == ["V1", "V2", "V3"]
    assert [session.role_of(id) for id in ("V1", "V2", "V3")] == [ClassRole.LEAD, ClassRole.TEACHER, ClassRole.VOLUNTEER]
    assert [one.role for one in session.adults] == [ClassRole.LEAD, ClassRole.TEACHER]
    assert refusal(running.put_on_roster, an_open_session(), lead_volunteer_id=None, roster=[]) == "SESSION_BEGUN"


@pytest.mark.rule("VOL-53", "VOL-56")
@pytest.mark.parametrize("state", sorted(BEFORE))
def test_a_meeting_opens_only_when_it_is_ready_and_says_what_is_missing(state):
    session = a_session(state=state)

    with pytest.raises(Conflict) as refused:
        open_at(session, found=SHORT)
    opened, facts = open_at(session, expected=["K1"])

    assert (refused.value.code, refused.value.extra["reasons"]) == ("SESSION_NOT_READY", list(SHORT.reasons))
    assert (opened.state, opened.children_expected, opened.adults_counted) == (SessionState.OPEN, 1, 2)
    assert facts[-1] == SessionOpened(session_id="M1", series_id="S1", subject="PAINTING", adults=2, children=1)
    assert facts[:-1] == ([] if state is SessionState.READY else [SessionReady(session_id="M1", series_id="S1")])


@pytest.mark.parametrize(("at", "opens"), [(START - 61 * MINUTE, False), (START - HOUR, True), (END - MINUTE, True), (END, False)])
def test_a_meeting_opens_around_its_time_only(at, opens):
    if opens:
        assert open_at(a_session(), at)[1]
    else:
        assert refusal(open_at, a_session(), at) == "NOT_THE_TIME"


def test_a_meeting_opens_once():
    assert refusal(open_at, an_open_session()) == "NOT_PLANNED"


@pytest.mark.rule("VOL-56")
def test_a_meeting_is_called_off_before_it_has_begun_and_not_after():
    off, facts = running.cancel(a_session(state=SessionState.NOT_READY), CancelReason.RATIO, at=START, by="C1")

    assert (off.state, off.cancel_reason, off.cancelled_by) == (SessionState.CANCELLED, CancelReason.RATIO, "C1")
    assert facts == [SessionCancelled(session_id="M1", series_id="S1", subject="PAINTING", reason="RATIO")]
    for session in (an_open_session(), off):
        assert refusal(running.cancel, session, CancelReason.OTHER, at=START, by="C1") == "SESSION_BEGUN"
    assert refusal(open_at, off) == "NOT_PLANNED"
    assert refusal(running.check_adult_in, off, "V1", at=START, by="C1") == "SESSION_CLOSED"


def test_an_adult_is_in_the_room_once_and_may_come_back():
    session, _ = running.check_adult_in(a_session(), "V1", at=START, by="C1")
    left, _ = running.check_adult_out(session, "V1", SHORT, at=START, by="C1")
    back, _ = running.check_adult_in(left, "V1", at=START + HOUR, by="C1")

    assert running.check_adult_in(session, "V1", at=START, by="C1") == (session, [])
    assert (len(back.adults), back.present_ids) == (2, ["V1"])
    assert refusal(running.check_adult_out, left, "V1", SHORT, at=START, by="C1") == "ADULT_NOT_IN"


@pytest.mark.rule("VOL-54", "VOL-58")
def test_two_adults_stay_while_a_child_is_in_and_one_who_has_gone_all_the_same_is_noted():
    session, child = with_one_in()

    assert refusal(running.check_adult_out, session, "V2", SHORT, at=END, by="C1") == "TWO_ADULTS_STAY"
    assert running.check_adult_out(session, "V2", ready(), at=END, by="C1")[0].present_ids == ["V1"]
    assert running.check_adult_out(session, "V2", SHORT, gone=True, at=END, by="C1")[0].present_ids == ["V1"]
    empty, _ = depart(session, child)
    assert running.check_adult_out(empty, "V2", SHORT, at=END, by="C1")[0].present_ids == ["V1"]


@pytest.mark.rule("VOL-56")
def test_too_few_adults_raise_the_alarm_and_enough_of_them_end_it():
    session, _ = with_one_in()

    short, alarm = running.watch(session, SHORT, at=START + HOUR, policy=POLICY)
    safe, relief = running.watch(short, ready(), at=START + HOUR + 5 * MINUTE, policy=POLICY)

    assert alarm == [SessionNotReady(session_id="M1", series_id="S1", reasons=["RATIO_SHORT"])]
    assert short.shortfall.until == START + HOUR + 20 * MINUTE
    assert running.watch(short, SHORT, at=START + HOUR + 19 * MINUTE, policy=POLICY) == (short, [])
    assert (safe.shortfall, safe.state, relief) == (None, SessionState.OPEN, [SessionReady(session_id="M1", series_id="S1")])
    assert running.watch(session, ready(), at=START, policy=POLICY) == (session, [])


@pytest.mark.rule("VOL-56", "VOL-57")
@pytest.mark.parametrize("minutes", [20, 21, 60 * 24 * 300])
def test_a_shortfall_that_nobody_mended_starts_the_early_pick_up_once(minutes):
    session, _ = with_one_in()
    short, _ = running.watch(session, SHORT, at=START + HOUR, policy=POLICY)

    early, facts = running.watch(short, SHORT, at=START + HOUR + minutes * MINUTE, policy=POLICY)

    assert facts[0] == SessionEarlyPickUpStarted(session_id="M1", series_id="S1", child_ids=["K1"])
    assert facts[1:] == [ChildUnaccounted(session_id="M1", series_id="S1", child_id="K2")], "it should have come by now, and nobody comes in any more"
    assert (early.state, early.children_in) == (SessionState.CLOSING, 1)
    assert running.watch(early, SHORT, at=END, policy=POLICY) == (early, [])
    assert refusal(arrive, early, full(), a_child("K2")) == "SESSION_NOT_OPEN"


@pytest.mark.rule("VOL-56")
def test_without_children_nobody_is_short_of_adults():
    session = an_open_session()

    assert running.watch(session, SHORT, at=START, policy=POLICY) == (session, [])


@pytest.mark.rule("VOL-56")
def test_calls_to_backups_are_kept_while_adults_are_missing():
    session, _ = with_one_in()
    short, _ = running.watch(session, SHORT, at=START + HOUR, policy=POLICY)

    called, _ = running.call_backup(short, "V9", BackupAnswer.COMING, at=START + HOUR, by="C1")

    assert [(one.volunteer_id, one.answer) for one in called.shortfall.backup_calls] == [("V9", BackupAnswer.COMING)]
    assert refusal(running.call_backup, short, "V1", BackupAnswer.COMING, at=START, by="C1") == "ADULT_IS_IN"
    assert refusal(running.call_backup, session, "V9", BackupAnswer.COMING, at=START, by="C1") == "NO_SHORTFALL"


def rooms():
    other, _ = with_one_in()
    into = replace(an_open_session(id="M2"), adults=())
    into, _ = running.check_adult_in(into, "V3", at=START, by="C1")
    return into, other


def merge(into, other, found=None):
    who = {"at": START + HOUR, "by": "C1"}
    taken, _ = running.take_over(into, other, found or ready(), **who)
    left, facts = running.move_out(other, taken, **who)
    return taken, left, facts


@pytest.mark.rule("VOL-56")
def test_two_rooms_become_one_where_all_together_are_safe():
    into, other = rooms()

    taken, left, facts = merge(into, other)

    assert (taken.ids(ChildState.IN), taken.present_ids) == (["K1"], ["V3", "V1", "V2"])
    assert (left.state, left.attendance("K1").state, left.attendance("K1").moved_to, left.present_ids) == (SessionState.CLOSED, ChildState.MOVED, "M2", [])
    assert facts == [
        SessionMerged(session_id="M1", into_session_id="M2"),
        SessionClosed(session_id="M1", series_id="S1", subject="PAINTING", children=0),
    ]
    assert depart(taken, a_child("K1"))[0].children_out == 1
    assert arrive(taken, full(), a_child("K2"))[0].children_in == 2


@pytest.mark.rule("VOL-56")
def test_two_rooms_do_not_become_one_where_that_is_not_safe():
    into, other = rooms()

    assert refusal(merge, into, other, SHORT) == "SESSION_NOT_READY"
    assert refusal(running.take_over, into, into, ready(), at=START, by="C1") == ("into_id", "SAME_SESSION")
    assert refusal(running.take_over, a_session("M3"), other, ready(), at=START, by="C1") == "SESSION_NOT_OPEN"
    assert refusal(running.move_out, a_session(), into, at=START, by="C1") == "SESSION_NOT_OPEN"


@pytest.mark.rule("VOL-56", "VOL-58")
def test_a_child_is_in_one_room_whatever_happens_between_the_two_writes():
    into, other = rooms()
    taken, _ = running.take_over(into, other, ready(), at=START + HOUR, by="C1")

    # Fetched from the new room before the old one was written.
    gone, _ = depart(taken, a_child("K1"))
    left, _ = running.move_out(other, gone, at=START + HOUR, by="C1")
    assert (left.attendance("K1").state, gone.attendance("K1").state) == (ChildState.MOVED, ChildState.OUT)
    assert running.take_over(gone, other, ready(), at=START + HOUR, by="C1")[0].children_in == 0

    # Fetched from the old room before it was written.
    fetched, _ = depart(other, a_child("K1"))
    left, _ = running.move_out(fetched, taken, at=START + HOUR, by="C1")
    settled, _ = running.settle(taken, left)
    assert (left.children_out, settled.children_in) == (1, 0)
    assert running.settle(taken, merge(into, other)[1]) == (taken, [])


@pytest.mark.rule("VOL-58")
def test_the_hand_over_begins_when_the_time_is_over_or_earlier_by_hand():
    session, _ = with_one_in()

    assert running.end_of_time(session, at=END - MINUTE) == (session, [])
    ended, facts = running.end_of_time(session, at=END)
    assert (ended.state, ended.closing_at) == (SessionState.CLOSING, END)
    assert facts == [ChildUnaccounted(session_id="M1", series_id="S1", child_id="K2")]
    assert running.end_of_time(ended, at=END) == (ended, [])

    by_hand, _ = running.begin_closing(session, at=START + 10 * MINUTE)
    assert (by_hand.state, by_hand.attendance("K2").unaccounted_at) == (SessionState.CLOSING, None)
    assert running.begin_closing(by_hand, at=END) == (by_hand, [])
    assert refusal(running.begin_closing, a_session(), at=START) == "SESSION_NOT_OPEN"


@pytest.mark.rule("VOL-58")
def test_a_meeting_is_not_closed_while_a_child_is_in():
    session, child = with_one_in()

    with pytest.raises(Conflict) as refused:
        running.close(session, at=END, by="C1")
    gone, _ = depart(session, child)
    closed, facts = running.close(gone, at=START + MINUTE, by="C1")

    assert (refused.value.code, refused.value.extra) == ("CHILD_STILL_IN", {"child_ids": ["K1"]})
    assert facts == [SessionClosed(session_id="M1", series_id="S1", subject="PAINTING", children=1)]
    assert (closed.attendance("K2").state, closed.present_ids) == (ChildState.ABSENT_UNKNOWN, [])
    assert refusal(depart, gone, a_child("K1")) == "CHILD_NOT_IN"
    assert refusal(running.close, closed, at=START, by="C1") == "SESSION_NOT_OPEN"
    assert refusal(running.check_adult_in, closed, "V1", at=START, by="C1") == "SESSION_CLOSED"
    assert refusal(running.check_room, closed, safe=True, at=START, by="C1") == "SESSION_CLOSED"


@pytest.mark.rule("VOL-57")
def test_who_never_came_and_was_never_heard_of_is_not_forgotten_when_a_meeting_closes():
    closed, facts = running.close(an_open_session(), at=END, by="C1")

    assert closed.unaccounted_ids == ["K1", "K2"]
    assert facts[:2] == [ChildUnaccounted(session_id="M1", series_id="S1", child_id=child) for child in ("K1", "K2")]


@pytest.mark.rule("VOL-58")
@given(st.lists(st.tuples(st.sampled_from(["come", "go", "close"]), st.integers(1, 3)), max_size=25))
def test_however_children_come_and_go_a_closed_meeting_holds_none(steps):
    course = full(capacity=3)
    session = an_open_session(course)

    for step, number in steps:
        child = a_child(f"K{number}")
        try:
            if step == "come":
                session, _ = arrive(session, course, child)
            elif step == "go":
                session, _ = depart(session, child)
            else:
                session, _ = running.close(session, at=START + HOUR, by="C1")
        except Conflict:
            pass
        assert session.state != SessionState.CLOSED or session.children_in == 0
