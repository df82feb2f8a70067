"""Class meetings in full: who is written down as what and when, what is told, and the minute from which it holds."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.volunteering import (
    ChildAccountedFor,
    ChildCheckedIn,
    ChildCheckedOut,
    ChildNotArrived,
    ChildUnaccounted,
    SessionCancelled,
    SessionClosed,
    SessionEarlyPickUpStarted,
    SessionMerged,
    SessionNotReady,
    SessionOpened,
    SessionPlanned,
    SessionReady,
    UnknownChildKept,
)
from services.volunteering.children.domain import MedicineConsent, Pickup, PickupCheck
from services.volunteering.series.domain.enrolments import Enrolment, EnrolmentState
from services.volunteering.series.domain.series import Slot
from services.volunteering.series.domain.times import meet_at_once
from services.volunteering.sessions.domain import arrivals, departures, readiness, running
from services.volunteering.sessions.domain.departures import AtTheDoor
from services.volunteering.sessions.domain.ratio import (
    Band,
    ClassRole,
    ExtraAdults,
    RatioRule,
    RoleRequired,
    Setting,
    checked,
    extras,
    required_adults,
)
from services.volunteering.sessions.domain.readiness import Adult
from services.volunteering.sessions.domain.records import (
    AdultPresence,
    BackupAnswer,
    BackupCall,
    CallResult,
    ChildAttendance,
    ChildState,
    GuardianCall,
    KeptChild,
    MedicineGiven,
    Readiness,
    Rostered,
    Shortfall,
)
from services.volunteering.sessions.domain.session import CancelReason, ClassSession, SessionPolicy, SessionState
from services.volunteering.volunteers.domain import ClearanceResult, ClearanceType
from tests.unit.volunteering.builders import DAY, HOUR, NOW, START, TODAY, a_child, a_clearance, a_consent, a_series, a_session, a_volunteer

S, C, Calls = SessionState, ChildState, CallResult
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
END, LATER = START + 2 * HOUR, START + HOUR
POLICY = SessionPolicy(open_before=30 * MINUTE, arrival_grace=10 * MINUTE, calls_within=5 * MINUTE, shortfall=7 * MINUTE, ready_from=5 * HOUR)
FINE, SHORT = Readiness(2, 2, 3), Readiness(2, 1, 3, ({"code": "RATIO_SHORT", "volunteer_id": "V9"},))
MEETING = {"session_id": "M1", "series_id": "S1"}


def refusal(command, *args, **details):
    """Return the code of a refusal with what it tells beside; of a field, the field and its values."""
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    if errors:
        return errors[0].field, errors[0].code, errors[0].params
    return refused.value.code, refused.value.extra, refused.value.params


def adult(id="V1", **details):
    return AdultPresence(id, **{"in_at": START, "in_by": "C1", **details})


def child(id="K1", state=C.EXPECTED, **details):
    return ChildAttendance(id, state, **details)


def an_open(*children, state=S.OPEN, **details):
    return a_session(state=state, children=children, **{"adults": (adult("V1"), adult("V2")), **details})


def enrolment(id="K1", state=EnrolmentState.ENROLLED, **details):
    return Enrolment(f"E-{id}", id, state, NOW, **{"consents": (a_consent(),), **details})


# Plan, roster, room


def plan(**details):
    values = {"series": a_series(), "starts_at": START, "ends_at": END, "on": DAY, **details}
    return running.plan(id="M1", **values)


def test_a_meeting_is_planned_with_everything_that_was_said_of_it():
    roster = [Rostered("V2"), Rostered("V3"), Rostered("V2", ClassRole.TEACHER)]

    session, facts = plan(room=" 操场 ", activity_id="A1", lead_volunteer_id="V1", roster=roster, settings=[Setting.WATER, Setting.WATER])

    assert session == ClassSession(
        "M1",
        "S1",
        START,
        END,
        "操场",
        S.PLANNED,
        "PAINTING",
        activity_id="A1",
        lead_volunteer_id="V1",
        roster=(Rostered("V2", ClassRole.TEACHER), Rostered("V3")),
        settings=(Setting.WATER,),
    )
    assert facts == [SessionPlanned(**MEETING, subject="PAINTING", starts_at=START, ends_at=END)]
    assert plan()[0] == a_session()


def test_a_meeting_may_be_on_the_first_and_on_the_last_day_of_its_series():
    series = a_series()

    assert [plan(on=day)[0].state for day in (series.starts_on, series.ends_on)] == [S.PLANNED, S.PLANNED]
    for day in (series.starts_on - timedelta(days=1), series.ends_on + timedelta(days=1)):
        assert refusal(plan, on=day) == ("starts_at", "OUTSIDE_SERIES", {})


@pytest.mark.rule("VOL-56")
@pytest.mark.parametrize("safe", [True, False])
@pytest.mark.parametrize("state", [S.PLANNED, S.READY, S.NOT_READY, S.OPEN, S.CLOSING])
def test_a_look_at_the_room_says_who_looked_when_and_what_they_found(state, safe):
    session = a_session(state=state)

    assert running.check_room(session, safe=safe, at=LATER, by="C1") == (
        replace(session, room_safe=safe, room_checked_at=LATER, room_checked_by="C1"),
        [],
    )
    for over in (S.CLOSED, S.CANCELLED):
        assert refusal(running.check_room, a_session(state=over), safe=safe, at=LATER, by="C1") == ("SESSION_CLOSED", {}, {})


def test_who_comes_and_goes_is_written_down_with_who_noted_it_and_as_what_they_came():
    session = a_session(lead_volunteer_id="V1", roster=(Rostered("V2", ClassRole.TEACHER),), adults=(adult("V3", out_at=START, role=ClassRole.SECURITY),))

    def come(id, role=None):
        return running.check_adult_in(session, id, role=role, at=LATER, by="C2")[0].adults[-1]

    late = {"in_at": LATER, "in_by": "C2"}
    assert come("V1") == adult("V1", **late, role=ClassRole.LEAD)
    assert come("V2") == adult("V2", **late, role=ClassRole.TEACHER)
    assert come("V2", ClassRole.SECURITY) == adult("V2", **late, role=ClassRole.SECURITY)
    assert come("V3") == adult("V3", **late), "as what somebody was there before is over"
    assert come("V4") == adult("V4", **late, role=ClassRole.VOLUNTEER)
    here = replace(session, adults=(adult("V3", role=ClassRole.SECURITY),))
    assert here.role_of("V3") is ClassRole.SECURITY


def test_who_leaves_leaves_once_and_alone():
    session = an_open(adults=(adult("V1", out_at=START, out_by="C0"), adult("V1"), adult("V2")))

    left, _ = running.check_adult_out(session, "V1", FINE, at=LATER, by="C2")

    assert left.adults == (session.adults[0], adult("V1", out_at=LATER, out_by="C2"), adult("V2"))
    with_child = replace(session, children=(child(state=C.IN),))
    assert refusal(running.check_adult_out, with_child, "V1", SHORT, at=LATER, by="C2") == ("TWO_ADULTS_STAY", {}, {"count": 1})


# Opening


@pytest.mark.rule("VOL-53", "VOL-57")
@pytest.mark.parametrize(("at", "call_from"), [(START - 30 * MINUTE, START + 10 * MINUTE), (LATER, LATER + 10 * MINUTE)])
def test_a_meeting_that_opens_keeps_what_it_was_opened_with_and_when_each_child_is_missed(at, call_from):
    excused = child("K9", C.ABSENT_KNOWN)
    session = a_session(state=S.READY, children=(excused, child("K1", C.ABSENT_UNKNOWN)))

    opened, facts = running.open_session(session, ["K1", "K2"], FINE, at=at, by="C1", policy=POLICY)

    assert opened == replace(
        session,
        state=S.OPEN,
        opened_at=at,
        opened_by="C1",
        readiness=FINE,
        adults_required=2,
        adults_counted=2,
        children=(excused, child("K1", call_from=call_from), child("K2", call_from=call_from)),
    )
    assert facts == [SessionOpened(**MEETING, subject="PAINTING", adults=2, children=2)]
    early = START - 30 * MINUTE - SECOND
    assert refusal(running.open_session, session, [], FINE, at=early, by="C1", policy=POLICY) == ("NOT_THE_TIME", {}, {"minutes": 30})
    refused = ("SESSION_NOT_READY", {"reasons": list(SHORT.reasons)}, {"missing": 1})
    assert refusal(running.open_session, session, [], SHORT, at=START, by="C1", policy=POLICY) == refused


# Too few adults


@pytest.mark.rule("VOL-56")
def test_too_few_adults_raise_an_alarm_then_the_children_are_fetched_and_enough_call_it_off():
    session = an_open(child(state=C.IN), child("K2", C.OUT))
    alarm = Shortfall(START, START + 7 * MINUTE)

    short, told = running.watch(session, SHORT, at=START, policy=POLICY)
    assert (short, told) == (replace(session, shortfall=alarm, readiness=SHORT), [SessionNotReady(**MEETING, reasons=["RATIO_SHORT"], volunteer_ids=["V9"])])
    assert running.watch(short, SHORT, at=START + 7 * MINUTE - SECOND, policy=POLICY) == (short, [])

    worse = replace(SHORT, counted=0)
    fetched, told = running.watch(short, worse, at=START + 7 * MINUTE, policy=POLICY)
    begun = replace(alarm, early_pickup_at=START + 7 * MINUTE)
    assert fetched == replace(short, state=S.CLOSING, closing_at=START + 7 * MINUTE, shortfall=begun, readiness=worse)
    assert told == [SessionEarlyPickUpStarted(**MEETING, child_ids=["K1"])]
    assert running.watch(fetched, SHORT, at=END, policy=POLICY) == (fetched, [])

    mended, told = running.watch(short, FINE, at=START + MINUTE, policy=POLICY)
    assert (mended, told) == (replace(session, readiness=FINE), [SessionReady(**MEETING)])
    empty = replace(short, children=(child("K2", C.OUT),))
    assert running.watch(empty, SHORT, at=START + MINUTE, policy=POLICY) == (replace(empty, shortfall=None, readiness=SHORT), [SessionReady(**MEETING)])


@pytest.mark.rule("VOL-56")
def test_a_call_for_help_is_kept_with_its_answer():
    first = BackupCall("V8", BackupAnswer.CANNOT, START, "C1")
    session = an_open(shortfall=Shortfall(START, END, (first,)))

    called, facts = running.call_backup(session, "V9", BackupAnswer.COMING, at=LATER, by="C2")

    calls = (first, BackupCall("V9", BackupAnswer.COMING, LATER, "C2"))
    assert (called, facts) == (replace(session, shortfall=Shortfall(START, END, calls)), [])
    assert refusal(running.call_backup, session, "V1", BackupAnswer.COMING, at=LATER, by="C2") == ("ADULT_IS_IN", {}, {})
    assert refusal(running.call_backup, an_open(), "V9", BackupAnswer.COMING, at=LATER, by="C2") == ("NO_SHORTFALL", {}, {})


# Two rooms become one


@pytest.mark.rule("VOL-56")
def test_a_room_takes_in_the_children_who_are_there_or_come_and_the_adults_with_their_roles():
    into = an_open(child("K9", C.IN), adults=(adult("V1"),))
    moving = (child("K1", C.IN, pickup_step=2, in_at=START), child("K2"), child("K3", C.OUT), child("K9"))
    other = replace(an_open(*moving), id="M2", adults=(adult("V1"), adult("V2", role=ClassRole.TEACHER), adult("V3", out_at=START)))

    joined, facts = running.take_over(into, other, FINE, at=LATER, by="C2")

    assert joined.children == (child("K9", C.IN), child("K1", C.IN, in_at=START, came_from="M2"), child("K2", came_from="M2"))
    assert joined.adults == (adult("V1"), AdultPresence("V2", LATER, "C2", role=ClassRole.TEACHER))
    assert facts == []
    assert running.take_over(joined, other, FINE, at=END, by="C2") == (joined, []), "a step that is repeated changes nothing"
    assert refusal(running.take_over, into, into, FINE, at=LATER, by="C2") == ("into_id", "SAME_SESSION", {})
    assert refusal(running.take_over, replace(into, state=S.CLOSING), other, FINE, at=LATER, by="C2") == ("SESSION_NOT_OPEN", {}, {})
    assert refusal(running.take_over, into, other, SHORT, at=LATER, by="C2")[0] == "SESSION_NOT_READY"


@pytest.mark.rule("VOL-56", "VOL-58")
def test_a_room_whose_children_another_one_has_taken_in_is_closed_and_says_where_they_went():
    other = replace(an_open(child("K1", C.IN), child("K2"), child("K3", C.OUT), shortfall=Shortfall(START, END)), id="M2")
    into = an_open(child("K1", C.IN, came_from="M2"), child("K2", came_from="M2"), child("K3", C.IN, came_from="M2"))

    moved, facts = running.move_out(other, into, at=LATER, by="C2")

    left = tuple(adult(id, out_at=LATER, out_by="C2") for id in ("V1", "V2"))
    assert moved == replace(
        other,
        state=S.CLOSED,
        closing_at=LATER,
        closed_at=LATER,
        closed_by="C2",
        merged_into="M1",
        shortfall=None,
        adults=left,
        children=(child("K1", C.MOVED, moved_to="M1"), child("K2", C.MOVED, moved_to="M1"), child("K3", C.OUT)),
    )
    assert facts == [SessionMerged(session_id="M2", into_session_id="M1"), SessionClosed(session_id="M2", series_id="S1", subject="PAINTING", children=1)]
    assert running.settle(into, moved)[0].children == into.children[:2]
    not_taken = replace(into, children=(child("K1", C.IN, came_from="M7"), child("K2", came_from="M2")))
    assert refusal(running.move_out, other, not_taken, at=LATER, by="C2")[0] == "CHILD_STILL_IN"


# The end


@pytest.mark.rule("VOL-57", "VOL-58")
def test_closing_looks_for_whom_nobody_heard_of_from_the_very_minute_in_which_they_are_missed():
    due, later = child("K1", call_from=LATER), child("K2", call_from=LATER + SECOND)
    session = an_open(due, later, child("K3"), child("K4", C.OUT))

    closing, facts = running.begin_closing(session, at=LATER)

    assert closing.children == (
        replace(due, state=C.ABSENT_UNKNOWN, unaccounted_at=LATER),
        replace(later, state=C.ABSENT_UNKNOWN),
        child("K3", C.ABSENT_UNKNOWN),
        child("K4", C.OUT),
    )
    assert (closing.state, closing.closing_at, facts) == (S.CLOSING, LATER, [ChildUnaccounted(**MEETING, child_id="K1")])


@pytest.mark.rule("VOL-57", "VOL-58")
@pytest.mark.parametrize("state", [S.OPEN, S.CLOSING])
def test_a_meeting_that_ends_sends_home_who_is_still_there_and_forgets_no_child(state):
    gone = adult("V2", out_at=START, out_by="C0")
    session = an_open(child(state=C.OUT), child("K2", call_from=START), state=state, adults=(adult("V1"), gone), shortfall=Shortfall(START, END))
    kept = KeptChild("X1", START, "C1")

    closed, facts = running.close(session, at=LATER, by="C2")

    assert closed.adults == (adult("V1", out_at=LATER, out_by="C2"), gone)
    assert (closed.state, closed.closed_at, closed.closed_by, closed.shortfall) == (S.CLOSED, LATER, "C2", None)
    missed = [ChildUnaccounted(**MEETING, child_id="K2")] if state is S.OPEN else []
    assert facts == [*missed, SessionClosed(**MEETING, subject="PAINTING", children=1)]
    here = replace(session, kept=(kept, replace(kept, id="X2", left_at=START)))
    assert refusal(running.close, here, at=LATER, by="C2") == ("CHILD_KEPT_HERE", {"kept_ids": ["X1"]}, {"count": 1})
    inside = replace(session, children=(child(state=C.IN),))
    assert refusal(running.close, inside, at=LATER, by="C2") == ("CHILD_STILL_IN", {"child_ids": ["K1"]}, {"count": 1})
    assert refusal(running.close, closed, at=LATER, by="C2") == ("SESSION_NOT_OPEN", {}, {})


@pytest.mark.rule("VOL-56")
def test_a_meeting_that_is_called_off_says_by_whom_when_and_why():
    off, facts = running.cancel(a_session(), CancelReason.WEATHER, at=LATER, by="C1")

    assert off == a_session(state=S.CANCELLED, cancelled_at=LATER, cancelled_by="C1", cancel_reason=CancelReason.WEATHER)
    assert facts == [SessionCancelled(**MEETING, subject="PAINTING", reason="WEATHER")]


# Arrivals


def arrive(session, who=None, place=None, ready=FINE, **details):
    who = who or a_child("K1")
    return arrivals.arrive(session, who, place or enrolment(who.id), ready, **details, at=LATER, by="C2")


@pytest.mark.rule("VOL-57", "X-15")
def test_a_child_of_whom_the_register_has_a_no_that_holds_today_is_not_admitted():
    assert refusal(arrive, an_open(child("K1")), refused=True)[0] == "CONSENT_MISSING"
    assert arrive(an_open(child("K1")), refused=False)[1]


@pytest.mark.rule("VOL-57")
def test_a_child_who_comes_is_in_with_who_let_it_in_and_is_looked_for_no_more():
    missing = child("K1", C.ABSENT_UNKNOWN, call_from=START, look_from=LATER, unaccounted_at=LATER)

    came, facts = arrive(an_open(child("K9"), missing))
    unexpected, told = arrive(an_open(child("K9")))

    assert came.children == (child("K9"), child("K1", C.IN, in_at=LATER, in_by="C2", call_from=START))
    assert facts == [ChildAccountedFor(session_id="M1", child_id="K1", how="IN"), ChildCheckedIn(**MEETING, child_id="K1")]
    assert unexpected.children == (child("K9"), child("K1", C.IN, in_at=LATER, in_by="C2"))
    assert told == [ChildCheckedIn(**MEETING, child_id="K1")]


@pytest.mark.rule("VOL-53", "VOL-57")
@pytest.mark.parametrize(
    ("place", "code"),
    [
        (enrolment(state=EnrolmentState.INCOMPLETE), "CONSENT_MISSING"),
        (enrolment(consents=(a_consent(data=False),)), "CONSENT_MISSING"),
        (enrolment(state=EnrolmentState.WAITLISTED), "NOT_ENROLLED"),
    ],
)
def test_a_child_without_a_place_or_a_word_is_not_let_in(place, code):
    assert refusal(arrive, an_open(child()), place=place) == (code, {}, {})
    unready = a_child("K1", health_declared_on=None, pickups=())
    assert refusal(arrive, an_open(child()), unready) == ("DOCUMENTS_MISSING", {"missing": ["health_declared_on", "pickups"]}, {})
    for state in (C.IN, C.OUT, C.MOVED):
        assert refusal(arrive, an_open(child(state=state))) == ("CHILD_CAME", {}, {})


@pytest.mark.rule("VOL-57")
def test_an_absence_is_noted_also_of_a_child_that_the_meeting_does_not_know_yet():
    looked_for = child("K1", C.ABSENT_UNKNOWN, unaccounted_at=START, look_from=START)

    def excuse(session, known):
        return arrivals.excuse(session, "K1", enrolment(), known=known)

    assert excuse(a_session(), True) == (a_session(children=(child("K1", C.ABSENT_KNOWN),)), [])
    assert excuse(a_session(), False) == (a_session(children=(child("K1", C.ABSENT_UNKNOWN),)), [])
    assert excuse(an_open(looked_for), True) == (an_open(child("K1", C.ABSENT_KNOWN)), [ChildAccountedFor(session_id="M1", child_id="K1", how="ABSENT_KNOWN")])
    assert excuse(an_open(looked_for), False) == (an_open(looked_for), [])


@pytest.mark.rule("VOL-57")
def test_every_child_who_is_missed_is_told_also_one_without_guardians_behind_one_who_came():
    children = (child("K1", C.IN), child("K2", call_from=LATER), child("K3", call_from=LATER + SECOND), child("K4", call_from=LATER))

    missed, facts = arrivals.miss(an_open(*children), {"K2": ["G1"]}, at=LATER, policy=POLICY)

    look = LATER + 5 * MINUTE
    assert missed.children == (children[0], replace(children[1], look_from=look), children[2], replace(children[3], look_from=look))
    assert facts == [ChildNotArrived(session_id="M1", child_id="K2", guardian_ids=["G1"]), ChildNotArrived(session_id="M1", child_id="K4", guardian_ids=[])]
    assert arrivals.miss(missed, {}, at=look - SECOND, policy=POLICY)[1] == [ChildNotArrived(session_id="M1", child_id="K3", guardian_ids=[])]
    looked_for, facts = arrivals.miss(missed, {}, at=look, policy=POLICY)
    assert looked_for.children[1] == replace(missed.children[1], state=C.ABSENT_UNKNOWN, unaccounted_at=look)
    assert facts[0] == ChildUnaccounted(**MEETING, child_id="K2")


def call(session, guardian="G1", result=Calls.NO_ANSWER, at=LATER):
    return arrivals.call_guardian(session, a_child("K1"), guardian, result, at=at, by="C2", policy=POLICY)


@pytest.mark.rule("VOL-57", "VOL-58")
def test_a_call_is_kept_with_what_it_brought_and_when():
    before = GuardianCall("G1", Calls.NO_ANSWER, START, "C1")
    known = child("K1", calls=(before,))
    added = (before, GuardianCall("G2", Calls.COMING, LATER, "C2"))

    called, facts = call(an_open(known), "G2", Calls.COMING)

    assert (called.children, facts) == ((child("K1", calls=added, call_from=LATER + 10 * MINUTE),), [])
    asked, facts = call(an_open(known), "G2")
    assert facts == [ChildUnaccounted(**MEETING, child_id="K1")]
    assert asked.children[0].calls == (before, GuardianCall("G2", Calls.NO_ANSWER, LATER, "C2"))
    assert refusal(call, an_open(child("K1")), "G2") == ("CALL_IN_ORDER", {"guardian_id": "G1"}, {})
    assert refusal(call, an_open(known), "uncle") == ("guardian_id", "NOT_A_GUARDIAN", {})
    for session in (an_open(), an_open(child("K1", C.OUT)), replace(an_open(known), state=S.CLOSED), a_session(children=(known,))):
        assert refusal(call, session) == ("NOBODY_TO_CALL_ABOUT", {}, {})


@pytest.mark.rule("VOL-58")
def test_for_a_late_pick_up_the_calls_begin_anew_with_the_child_in():
    inside = child("K1", C.IN, in_at=START, calls=(GuardianCall("G1", Calls.NO_ANSWER, START - SECOND, "C1"),))
    at_once = replace(inside, calls=(GuardianCall("G1", Calls.NO_ANSWER, START, "C1"),))

    assert refusal(call, an_open(inside), "G2")[0] == "CALL_IN_ORDER"
    assert len(call(an_open(at_once), "G2")[0].children[0].calls) == 2
    assert refusal(call, an_open(inside), "G1", Calls.ABSENT) == ("result", "CHILD_IS_HERE", {})


@pytest.mark.rule("VOL-57")
def test_a_child_nobody_expected_is_kept_with_who_keeps_it_and_only_its_own_calls():
    other = KeptChild("X0", START, "C0")
    session = an_open(kept=(other,))

    kept, facts = arrivals.keep_safe(session, id="X1", child_id="K7", at=LATER, by="C2")
    called, _ = arrivals.call_about_kept(kept, "X1", guardian_id="G7", result=Calls.COMING, at=END, by="C3")
    gone, _ = arrivals.let_go(called, "X1", to="G7", at=END)

    x1 = KeptChild("X1", LATER, "C2", "K7")
    calls = (GuardianCall("G7", Calls.COMING, END, "C3"),)
    assert (kept.kept, facts) == ((other, x1), [UnknownChildKept(session_id="M1", kept_id="X1")])
    assert called.kept == (other, replace(x1, calls=calls))
    assert gone.kept == (other, replace(x1, calls=calls, left_at=END, left_to="G7"))


# Departures


def depart(session, who=None, at=END, **door):
    door = AtTheDoor(**{"pickup_id": "PU1", "name": "王某", "check": PickupCheck.PHOTO, **door})
    return departures.depart(session, who or a_child("K1"), door, today=DAY, at=at, by="C2", policy=POLICY)


@pytest.mark.rule("VOL-58")
@pytest.mark.parametrize(("late", "minutes"), [(-HOUR, 0), (0 * HOUR, 0), (59 * SECOND, 0), (61 * SECOND, 1)])
def test_who_fetched_a_child_how_that_was_made_sure_and_how_late_is_on_record(late, minutes):
    inside = child("K1", C.IN, in_at=START)

    gone, facts = depart(an_open(inside), at=END + late)

    assert gone.children == (
        replace(inside, state=C.OUT, out_at=END + late, out_to="PU1", out_check=PickupCheck.PHOTO, out_by="C2", late_minutes=minutes),
    )
    assert facts == [ChildCheckedOut(**MEETING, child_id="K1", how="PICKUP", late_minutes=minutes)]


@pytest.mark.rule("VOL-58")
def test_a_child_who_leaves_alone_was_checked_by_nobody():
    inside, big = child("K1", C.IN), a_child("K1", age=10, leaves_alone_ok=True)

    gone, facts = depart(an_open(inside), big, alone=True)

    assert gone.children == (replace(inside, state=C.OUT, out_at=END, out_to="K1", out_by="C2"),)
    assert facts == [ChildCheckedOut(**MEETING, child_id="K1", how="ALONE")]
    assert refusal(depart, an_open(inside), replace(big, leaves_alone_ok=False), alone=True) == ("MAY_NOT_LEAVE_ALONE", {}, {"age": 10})


@pytest.mark.rule("VOL-58", "REG-45")
def test_an_entry_of_a_blocked_person_fetches_nobody_also_where_the_entry_itself_is_not_blocked():
    known = Pickup("PU1", "王某", "母亲", photo_ref="x", person_id="G1")

    assert refusal(depart, an_open(child(state=C.IN)), a_child("K1", pickups=(known,), blocked_ids=("G1",)))[0] == "PICKUP_BLOCKED"
    assert refusal(depart, an_open(child(state=C.IN)), a_child("K1", blocked_ids=("G1",)), person_id="G1")[0] == "PICKUP_BLOCKED"


@pytest.mark.rule("VOL-58")
@pytest.mark.parametrize(("listed", "shown", "fits"), [("002X", "002x", True), ("002X", "0021", False), ("002X", None, False), (None, None, False)])
def test_the_last_four_of_an_id_fit_or_do_not(listed, shown, fits):
    who = a_child("K1", pickups=(Pickup("PU1", "王某", "母亲", id_last4=listed),))

    if fits:
        assert depart(an_open(child(state=C.IN)), who, check=PickupCheck.ID_LAST4, id_last4=shown)[1]
    else:
        assert refusal(depart, an_open(child(state=C.IN)), who, check=PickupCheck.ID_LAST4, id_last4=shown)[0] == "IDENTITY_NOT_MATCHED"


@pytest.mark.rule("VOL-59")
def test_a_medicine_is_noted_with_the_consent_the_two_and_the_moment():
    who = a_child("K1", medicine_consents=(MedicineConsent("MC1", "布洛芬", "5 毫升", "G1", TODAY),))
    inside = child("K1", C.IN, medicines=(MedicineGiven("MC0", "V1", "V2", START),))

    two = {"given_by": "V1", "witnessed_by": "V2", "adult_ids": ("V1", "V2")}
    given, facts = departures.give_medicine(an_open(inside), who, consent_id="MC1", **two, today=DAY, at=LATER)

    assert (given.children, facts) == ((replace(inside, medicines=(*inside.medicines, MedicineGiven("MC1", "V1", "V2", LATER))),), [])


# Ratio and readiness


@pytest.mark.rule("VOL-53", "VOL-54")
def test_the_bands_of_ages_rise_from_nought_without_overlapping():
    def bands(*bands):
        return checked(RatioRule(bands=bands))

    assert bands(Band(0, 0, 1), Band(1, 1, 1)).bands == (Band(0, 0, 1), Band(1, 1, 1))
    assert refusal(bands, Band(-1, 3, 4)) == ("ratio.bands.0.age_from", "BANDS_OUT_OF_ORDER", {})
    assert refusal(bands, Band(3, 5, 4), Band(5, 9, 4)) == ("ratio.bands.1.age_from", "BANDS_OUT_OF_ORDER", {})
    assert refusal(bands, Band(3, 2, 4)) == ("ratio.bands.0.age_from", "BANDS_OUT_OF_ORDER", {})
    assert refusal(bands, Band(3, 5, 0)) == ("ratio.bands.0.children_per_adult", "TOO_SMALL", {"min": 1})
    assert refusal(bands) == ("ratio.bands", "REQUIRED", {})
    assert refusal(checked, RatioRule(min_adults=1)) == ("ratio.min_adults", "TOO_SMALL", {"min": 2})


@pytest.mark.rule("VOL-53")
@pytest.mark.parametrize(("age", "band"), [(0, 0), (8, 0), (9, 1), (12, 1), (13, 2), (14, 2), (17, 2)])
def test_every_age_has_a_band_the_youngest_or_the_oldest_where_it_lies_outside(age, band):
    rule = RatioRule()

    assert rule.band_of(age) == rule.bands[band]


@pytest.mark.rule("VOL-54")
def test_place_and_needs_ask_for_as_many_more_as_the_rule_says():
    rule = RatioRule(extra_adults_for=ExtraAdults(outdoor=3, water=5, special_need=7))

    assert [extras(rule, settings, needs) for settings, needs in (((), 0), ((Setting.OUTDOOR,), 0), ((Setting.WATER,), 0), ((), 2), (tuple(Setting), 1))] == [0, 3, 5, 14, 15]
    assert required_adults(rule, [6] * 7 + [9] * 9, 1) == 5


CLEARED = tuple(Adult(a_volunteer(f"V{number}", cleared=True)) for number in range(1, 5))


def ready(session, children, adults=CLEARED[:2], rule=RatioRule(), **details):
    return readiness.readiness(rule, session, children, adults, DAY, **details)


@pytest.mark.rule("VOL-53")
def test_the_ages_of_the_children_on_the_day_decide_how_many_adults_they_need():
    young, old = ([a_child(f"K{number}", age=age) for number in range(20)] for age in (8, 14))

    assert (ready(a_session(), young).required, ready(a_session(), old).required) == (4, 2)
    assert ready(a_session(), young).reasons[0] == {"code": "RATIO_SHORT", "required": 4, "counted": 2, "missing": 2}


@pytest.mark.rule("VOL-53")
def test_how_many_are_missing_for_a_role_and_for_first_aid_is_told():
    rule = RatioRule(roles_required=(RoleRequired(ClassRole.TEACHER, 3),), first_aiders=3)
    teacher = replace(CLEARED[0], role=ClassRole.TEACHER)

    found = ready(a_session(), [], (teacher, CLEARED[1]), rule)

    assert found.reasons == ({"code": "ROLE_SHORT", "role": "TEACHER", "missing": 2}, {"code": "NO_FIRST_AID", "missing": 1})


def test_nobody_is_expected_who_is_excused_or_was_missed_already():
    course = a_series(enrolments=tuple(enrolment(f"K{number}") for number in (1, 2, 3)))

    assert readiness.expected_children(a_session(children=(child("K1", C.ABSENT_UNKNOWN), child("K2", C.ABSENT_KNOWN))), course) == ["K3"]


@pytest.mark.rule("VOL-56")
@pytest.mark.parametrize(("until", "code"), [(DAY, None), (DAY - timedelta(days=1), "LEAD_CLEARANCE_EXPIRED")])
def test_a_lead_whose_clearance_ends_that_day_still_leads(until, code):
    kinds = (ClearanceType.RECORD_CHECK, ClearanceType.HEALTH, ClearanceType.CHILD_SAFETY_TRAINING, ClearanceType.FIRST_AID)
    lead = a_volunteer("V9", clearances=tuple(a_clearance(kind, until=until) for kind in kinds))
    failed = a_volunteer("V9", clearances=tuple(a_clearance(kind, until=DAY, result=ClearanceResult.NOT_CLEAR) for kind in kinds))
    session = a_session(lead_volunteer_id="V9")

    assert ready(session, [], (*CLEARED[:2], Adult(lead))).codes == ([code] if code else [])
    for without in (failed, a_volunteer("V9", clearances=())):
        assert ready(session, [], (*CLEARED[:2], Adult(without))).codes == ["LEAD_NOT_ELIGIBLE"]
    young = replace(lead, born_on=date(2010, 1, 1), clearances=tuple(a_clearance(kind, until=DAY) for kind in kinds))
    assert ready(session, [], (*CLEARED[:2], Adult(young))).codes == ["LEAD_NOT_ELIGIBLE"]


@pytest.mark.rule("VOL-56")
def test_a_meeting_is_assessed_from_its_hours_on_and_did_not_take_place_at_its_end():
    def assess(session, found, at):
        return readiness.assess(session, found, at=at, policy=POLICY)

    watched = START - 5 * HOUR
    assert assess(a_session(), FINE, watched - SECOND) == (a_session(), [])
    assert assess(a_session(), FINE, watched) == (a_session(state=S.READY, readiness=FINE, told_at=watched), [SessionReady(**MEETING)])
    off = {"cancelled_at": END, "cancel_reason": CancelReason.NOT_OPENED}
    assert assess(a_session(), FINE, END) == (a_session(state=S.CANCELLED, **off), [SessionCancelled(**MEETING, subject="PAINTING", reason="NOT_OPENED")])
    assert assess(a_session(), FINE, END - SECOND)[0].state is S.READY


@pytest.mark.rule("VOL-56")
def test_only_what_is_missing_otherwise_than_before_is_told_again():
    worse = Readiness(3, 1, 9, SHORT.reasons)
    session = a_session(state=S.NOT_READY, readiness=SHORT, told_at=START)

    assert readiness.assess(session, worse, at=START + SECOND, policy=POLICY) == (
        replace(session, readiness=worse, told_at=START + SECOND),
        [SessionNotReady(**MEETING, reasons=["RATIO_SHORT"], volunteer_ids=["V9"])],
    )
    assert readiness.assess(session, replace(SHORT, children=4), at=START, policy=POLICY) == (session, [])
    fewer = Readiness(2, 2, 1, ())
    fine = a_session(state=S.READY, readiness=None)
    assert readiness.assess(fine, fewer, at=START, policy=POLICY) == (replace(fine, readiness=fewer), [])


# Times of the week


@pytest.mark.rule("VOL-51")
def test_two_courses_that_only_follow_one_another_do_not_meet():
    one = a_series(slots=(Slot(2, 540, 600),))

    def other(first, last):
        return a_series("S2", slots=(Slot(2, first, last),))

    assert not meet_at_once(one, other(600, 660)) and not meet_at_once(one, other(480, 540))
    assert meet_at_once(one, other(599, 660)) and meet_at_once(one, other(480, 541))


@pytest.mark.rule("VOL-51")
@pytest.mark.parametrize(
    ("weekday", "first", "last", "both"),
    [(2, 26, 26, True), (2, 27, 31, False), (3, 27, 31, True), (2, 21, 26, True), (2, 21, 25, False), (7, 25, 31, True)],
)
def test_two_courses_meet_only_where_both_have_that_day_of_the_week(weekday, first, last, both):
    one = a_series(slots=(Slot(weekday, 540, 600),))
    short = a_series("S2", slots=(Slot(weekday, 540, 600),), starts_on=date(2025, 8, first), ends_on=date(2025, 8, last))

    assert meet_at_once(one, short) is meet_at_once(short, one) is both
