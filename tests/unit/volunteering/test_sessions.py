"""Class meetings: the ratio gate, and hand-over to listed adults only."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict
from services.common.events.volunteering import (
    SessionClosed,
    SessionNotReady,
    SessionOpened,
    SessionPlanned,
)
from services.volunteering.children.domain import Pickup, PickupCheck
from services.volunteering.series.domain import series
from services.volunteering.series.domain.series import SeriesState
from services.volunteering.sessions.domain import sessions
from services.volunteering.sessions.domain.ratio import Band, RatioRule, checked, required_adults
from services.volunteering.sessions.domain.sessions import Adult, ChildState, SessionState
from services.volunteering.volunteers.domain import VolunteerState
from tests.unit.volunteering.builders import (
    DAY,
    HOUR,
    NOW,
    START,
    TODAY,
    a_child,
    a_consent,
    a_series,
    a_session,
    a_volunteer,
    refusal,
)


def enrol(to, child=None, *, consent=None, assent=True, today=TODAY, **details):
    child = child or a_child()
    return series.enrol(to, child, id=f"E-{child.id}", consent=consent or a_consent(), assent=assent, today=today, **details)


def full(capacity=2, waitlist=1):
    course = a_series(capacity=capacity, waitlist_max=waitlist)
    for number in range(capacity):
        course, _ = enrol(course, a_child(f"K{number + 1}"))
    return course


def adults(*volunteers):
    return [Adult(volunteer) for volunteer in volunteers]


TWO = adults(a_volunteer("V1", cleared=True), a_volunteer("V2", cleared=True))


def ready(course=None, group=(), present=TWO, day=DAY):
    return sessions.readiness(course or a_series(), list(group), present, day)


def an_open_session(course, group=(), present=TWO):
    session = a_session()
    for adult in present:
        session, _ = sessions.check_adult_in(session, adult.volunteer.id, at=START, by="C1")
    opened, _ = sessions.open_session(
        session, sessions.expected_children(session, course), ready(course, group, present), at=START, by="C1"
    )
    return opened


def arrive(session, course, child, present=TWO):
    return sessions.arrive(session, child, course.enrolment_of(child.id), ready(course, [child], present), at=START, by="C1")


def depart(session, child, **details):
    values = {"pickup_id": "PU1", "check": PickupCheck.PHOTO, "today": DAY, "at": START + HOUR, "by": "C1"}
    return sessions.depart(session, child, **{**values, **details})


@pytest.mark.rule("VOL-53")
@pytest.mark.parametrize(
    ("ages", "adults_needed"),
    [
        ([], 2),
        ([6], 2),
        ([8] * 12, 2),
        ([8] * 13, 3),
        ([9] * 16, 2),
        ([9] * 17, 3),
        ([13] * 20, 2),
        ([13] * 21, 3),
        ([8] * 7 + [9], 3),
        ([6] * 7 + [9] * 9 + [13] * 11, 6),
    ],
)
def test_adults_are_rounded_up_for_each_band_and_never_fewer_than_two(ages, adults_needed):
    assert required_adults(RatioRule(), ages) == adults_needed


@pytest.mark.rule("VOL-54")
def test_a_special_need_adds_an_adult_and_ages_outside_the_bands_count_with_the_nearest():
    assert required_adults(RatioRule(), [8, 8], extras=1) == 3
    assert required_adults(RatioRule(), [4] * 13) == 3
    assert required_adults(RatioRule(), [17] * 21) == 3


@pytest.mark.rule("VOL-53")
@given(st.lists(st.integers(3, 17), max_size=60), st.integers(3, 17), st.integers(0, 4))
def test_one_more_child_never_needs_fewer_adults_and_at_most_one_more(ages, another, extras):
    before, after = (required_adults(RatioRule(), group, extras) for group in (ages, [*ages, another]))

    assert before <= after <= before + 1


@pytest.mark.rule("VOL-53")
def test_a_ratio_that_makes_no_sense_is_refused():
    assert checked(RatioRule()) == RatioRule()
    assert refusal(checked, RatioRule(bands=())) == ("ratio.bands", "REQUIRED")
    assert refusal(checked, RatioRule(bands=(Band(6, 8, 6), Band(8, 9, 6)))) == ("ratio.bands.1.age_from", "BANDS_OUT_OF_ORDER")
    assert refusal(checked, RatioRule(bands=(Band(6, 8, 0),))) == ("ratio.bands.0.children_per_adult", "TOO_SMALL")
    assert refusal(checked, RatioRule(min_adults=1)) == ("ratio.min_adults", "TOO_SMALL")


def test_a_meeting_lies_within_its_series():
    values = {"starts_at": START, "ends_at": START + HOUR, "at": NOW, "by": "C1"}
    session, facts = sessions.plan(id="M1", series=a_series(), on=DAY, **values)

    assert (session.state, session.room) == (SessionState.PLANNED, "二楼教室")
    assert facts == [SessionPlanned(session_id="M1", series_id="S1", subject="PAINTING", starts_at=START, ends_at=START + HOUR)]
    assert refusal(sessions.plan, id="M1", series=a_series(), on=date(2025, 9, 1), **values) == ("starts_at", "OUTSIDE_SERIES")
    assert refusal(sessions.plan, id="M1", series=a_series(), on=DAY, **{**values, "ends_at": START}) == ("ends_at", "BEFORE_START")
    assert refusal(sessions.plan, id="M1", series=a_series(state=SeriesState.DRAFT), on=DAY, **values) == "SERIES_NOT_OPEN"


@pytest.mark.rule("VOL-53")
def test_a_meeting_opens_with_two_cleared_adults_and_announces_it():
    course = full()

    session, facts = sessions.open_session(
        a_session(), sessions.expected_children(a_session(), course), ready(course, [a_child("K1"), a_child("K2")]), at=START, by="C1"
    )

    assert (session.state, session.adults_required, session.children_expected) == (SessionState.OPEN, 2, 2)
    assert facts == [SessionOpened(session_id="M1", series_id="S1", subject="PAINTING", adults=2, children=2)]
    assert refusal(sessions.open_session, session, [], ready(), at=START, by="C1") == "NOT_PLANNED"


@pytest.mark.rule("VOL-53")
@pytest.mark.parametrize(
    "who",
    [
        a_volunteer("V2"),
        a_volunteer("V2", cleared=True, born_on=date(2007, 7, 6)),
        a_volunteer("V2", cleared=True, state=VolunteerState.SUSPENDED),
    ],
)
def test_an_adult_who_does_not_count_keeps_the_door_shut_and_is_named_without_the_reason(who):
    answer = ready(present=adults(a_volunteer("V1", cleared=True), who))

    with pytest.raises(Conflict) as refused:
        sessions.open_session(a_session(), [], answer, at=START, by="C1")

    assert refused.value.code == "SESSION_NOT_READY"
    assert refused.value.extra["reasons"] == [
        {"code": "RATIO_SHORT", "required": 2, "counted": 1, "missing": 1},
        {"code": "ADULT_NOT_ELIGIBLE", "volunteer_id": "V2"},
    ]


@pytest.mark.rule("VOL-53")
def test_a_clearance_that_ends_at_midnight_closes_the_door_next_morning():
    last_day = [
        Adult(replace(adult.volunteer, clearances=tuple(replace(one, expires_on=DAY) for one in adult.volunteer.clearances)))
        for adult in TWO
    ]

    assert ready(present=last_day, day=DAY).ok
    assert not ready(present=last_day, day=DAY + timedelta(days=1)).ok


@pytest.mark.rule("VOL-53")
def test_an_adult_in_another_open_meeting_does_not_count():
    answer = ready(present=[TWO[0], replace(TWO[1], elsewhere=True)])

    assert answer.reasons[1] == {"code": "ADULT_ELSEWHERE", "volunteer_id": "V2"}


@pytest.mark.rule("VOL-55")
def test_a_parent_merely_attending_does_not_count_and_does_no_harm():
    assert ready(present=[*TWO, Adult(a_volunteer("parent"))]).ok


def test_a_meeting_opens_from_an_hour_before_its_start_to_its_end():
    for at, opens in ((START - HOUR - timedelta(minutes=1), False), (START - HOUR, True), (START + 2 * HOUR, False)):
        if opens:
            assert sessions.open_session(a_session(), [], ready(), at=at, by="C1")[1]
        else:
            assert refusal(sessions.open_session, a_session(), [], ready(), at=at, by="C1") == "NOT_THE_TIME"


def test_children_who_are_excused_or_not_agreed_to_are_not_expected():
    course, _ = enrol(full(), consent=a_consent("G2", participation=False))
    session, _ = sessions.excuse(a_session(), "K2", course.enrolment_of("K2"), known=True)

    assert sessions.expected_children(session, course) == []
    assert sessions.expected_children(a_session(), course) == ["K2"]
    opened, _ = sessions.open_session(session, [], ready(), at=START, by="C1")
    assert opened.attendance("K2").state == ChildState.ABSENT_KNOWN


@pytest.mark.rule("VOL-57")
def test_a_child_is_admitted_once_with_consent_and_documents():
    course = full()
    session = an_open_session(course)

    inside, _ = arrive(session, course, a_child("K1"))

    assert (inside.children_in, inside.children_expected) == (1, 1)
    assert refusal(arrive, inside, course, a_child("K1")) == "CHILD_CAME"
    assert refusal(arrive, session, course, a_child("stranger")) == "NOT_ENROLLED"
    assert refusal(arrive, session, course, a_child("K2", health_declared_on=None)) == "DOCUMENTS_MISSING"
    assert refusal(arrive, a_session(), course, a_child("K1")) == "SESSION_NOT_OPEN"
    disagreed, _ = enrol(course, consent=a_consent("G2", participation=False))
    assert refusal(arrive, session, disagreed, a_child("K1")) == "CONSENT_MISSING"


def test_a_child_in_line_has_no_place_in_the_meeting():
    course, _ = enrol(full(), a_child("K3"))

    assert refusal(arrive, an_open_session(course), course, a_child("K3")) == "NOT_ENROLLED"


@pytest.mark.rule("VOL-53")
def test_no_child_is_admitted_while_the_adults_do_not_suffice():
    course = full()

    assert refusal(arrive, an_open_session(course), course, a_child("K1"), present=TWO[:1]) == "SESSION_NOT_READY"


@pytest.mark.rule("VOL-56")
def test_an_adult_who_leaves_too_few_behind_is_noted_and_announced():
    course = full()
    session, _ = arrive(an_open_session(course), course, a_child("K1"))
    short = ready(course, [a_child("K1")], TWO[:1])

    left, facts = sessions.check_adult_out(session, "V2", left_ready=short, at=START + HOUR, by="C1")
    fine, nothing = sessions.check_adult_out(session, "V2", left_ready=ready(), at=START + HOUR, by="C1")

    assert (left.present_ids, fine.present_ids, nothing) == (["V1"], ["V1"], [])
    assert facts == [SessionNotReady(session_id="M1", series_id="S1", reasons=["RATIO_SHORT"])]
    assert refusal(sessions.check_adult_out, left, "V2", left_ready=short, at=START, by="C1") == "ADULT_NOT_IN"


def test_an_adult_is_in_the_room_once_and_may_come_back():
    session, _ = sessions.check_adult_in(a_session(), "V1", at=START, by="C1")
    left, _ = sessions.check_adult_out(session, "V1", left_ready=ready(present=[]), at=START, by="C1")
    back, _ = sessions.check_adult_in(left, "V1", at=START + HOUR, by="C1")

    assert sessions.check_adult_in(session, "V1", at=START, by="C1") == (session, [])
    assert (len(back.adults), back.present_ids) == (2, ["V1"])


@pytest.mark.rule("VOL-58")
def test_a_child_leaves_only_with_a_listed_valid_unblocked_adult():
    course = full()
    child = a_child(
        "K1",
        pickups=(
            Pickup("PU1", "王某", "母亲", id_last4="002X"),
            Pickup("PU2", "李某", "舅舅", valid_to=DAY - timedelta(days=1)),
            Pickup("PU3", "赵某", "邻居", blocked=True),
            Pickup("PU4", "孙某", "奶奶", valid_to=DAY),
        ),
    )
    session, _ = arrive(an_open_session(course), course, child)

    assert depart(session, child)[0].attendance("K1").out_to == "PU1"
    assert depart(session, child, pickup_id="PU4")[0].children_out == 1
    assert depart(session, child, check=PickupCheck.ID_LAST4, id_last4="002x")[0].children_out == 1
    assert refusal(depart, session, child, pickup_id="PU2") == "PICKUP_NOT_VALID"
    assert refusal(depart, session, child, pickup_id="PU3") == "PICKUP_NOT_VALID"
    assert refusal(depart, session, child, pickup_id="stranger") == "NOT_ON_PICKUP_LIST"
    assert refusal(depart, session, child, pickup_id=None) == "NOT_ON_PICKUP_LIST"
    assert refusal(depart, session, child, check=None) == ("check", "REQUIRED")
    assert refusal(depart, session, child, check=PickupCheck.ID_LAST4, id_last4="0021") == "IDENTITY_NOT_MATCHED"
    assert refusal(depart, session, child, check=PickupCheck.ID_LAST4) == "IDENTITY_NOT_MATCHED"
    assert refusal(depart, session, child, pickup_id="PU4", check=PickupCheck.ID_LAST4, id_last4=None) == "IDENTITY_NOT_MATCHED"


@pytest.mark.rule("VOL-58")
def test_a_child_leaves_alone_from_ten_on_and_with_consent():
    course = full()

    def leave(**details):
        child = a_child("K1", **details)
        session, _ = arrive(an_open_session(course), course, child)
        return depart(session, child, alone=True, pickup_id=None)

    assert leave(age=10, leaves_alone_ok=True)[0].attendance("K1").out_to == "K1"
    assert refusal(leave, age=9, leaves_alone_ok=True) == "MAY_NOT_LEAVE_ALONE"
    assert refusal(leave, age=12) == "MAY_NOT_LEAVE_ALONE"


@pytest.mark.rule("VOL-58")
def test_a_late_pick_up_is_counted_in_minutes():
    course = full()
    session, _ = arrive(an_open_session(course), course, a_child("K1"))

    assert depart(session, a_child("K1"), at=START + 2 * HOUR)[0].attendance("K1").late_minutes == 0
    assert depart(session, a_child("K1"), at=START + 2 * HOUR + timedelta(minutes=16))[0].attendance("K1").late_minutes == 16


@pytest.mark.rule("VOL-58")
def test_a_meeting_is_not_closed_while_a_child_is_in():
    course = full()
    session, _ = arrive(an_open_session(course), course, a_child("K1"))

    with pytest.raises(Conflict) as refused:
        sessions.close(session, at=START + 2 * HOUR, by="C1")
    gone, _ = depart(session, a_child("K1"))
    closed, facts = sessions.close(gone, at=START + 2 * HOUR, by="C1")

    assert (refused.value.code, refused.value.extra) == ("CHILD_STILL_IN", {"child_ids": ["K1"]})
    assert facts == [SessionClosed(session_id="M1", series_id="S1", subject="PAINTING", children=1)]
    assert closed.attendance("K2").state == ChildState.ABSENT_UNKNOWN
    assert closed.present_ids == []
    assert refusal(depart, gone, a_child("K1")) == "CHILD_NOT_IN"
    assert refusal(sessions.close, closed, at=START, by="C1") == "SESSION_NOT_OPEN"
    assert refusal(sessions.check_adult_in, closed, "V1", at=START, by="C1") == "SESSION_CLOSED"
    assert refusal(sessions.excuse, closed, "K2", None, known=True) == "SESSION_CLOSED"


def test_only_a_child_with_a_place_that_did_not_come_is_excused():
    course = full()
    session, _ = arrive(an_open_session(course), course, a_child("K1"))

    assert refusal(sessions.excuse, session, "stranger", None, known=True) == "NOT_ENROLLED"
    assert refusal(sessions.excuse, session, "K1", course.enrolment_of("K1"), known=True) == "CHILD_CAME"
    absent, _ = sessions.excuse(session, "K2", course.enrolment_of("K2"), known=False)
    assert absent.attendance("K2").state == ChildState.ABSENT_UNKNOWN
    assert arrive(absent, course, a_child("K2"))[0].children_in == 2


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
                session, _ = sessions.close(session, at=START + HOUR, by="C1")
        except Conflict:
            pass
        assert session.state != SessionState.CLOSED or session.children_in == 0
