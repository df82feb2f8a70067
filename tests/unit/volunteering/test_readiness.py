"""Whether a meeting is safe, and what it says when it is not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.events.volunteering import SessionCancelled, SessionNotReady, SessionReady
from services.volunteering.sessions.domain import readiness
from services.volunteering.sessions.domain.ratio import PRESETS, ClassRole, RatioRule, RolesPreset, Setting
from services.volunteering.sessions.domain.readiness import Adult, assess
from services.volunteering.sessions.domain.records import ChildAttendance, ChildState
from services.volunteering.sessions.domain.session import CancelReason, SessionState
from services.volunteering.volunteers.domain import ClearanceResult, ClearanceType, Pause, PauseKind, VolunteerState
from tests.unit.volunteering.builders import DAY, HOUR, START, a_child, a_consent, a_session, a_volunteer, enrol, full
from tests.unit.volunteering.class_meetings import POLICY, TWO, adults, ready

YESTERDAY = DAY - timedelta(days=1)


def codes(found):
    return [reason["code"] for reason in found.reasons]


def cleared_but(type, **details):
    """Return somebody whose one check is other than it should be."""
    usual = a_volunteer("V2", cleared=True)
    return replace(usual, clearances=tuple(replace(one, **details) if one.type is type else one for one in usual.clearances))


@pytest.mark.rule("VOL-53")
def test_two_cleared_adults_suffice_for_few_children():
    found = ready(group=[a_child("K1"), a_child("K2")])

    assert (found.ok, found.required, found.counted, found.children) == (True, 2, 2, 2)


@pytest.mark.rule("VOL-53", "VOL-1")
@pytest.mark.parametrize(
    "other",
    [
        a_volunteer("V2"),
        a_volunteer("V2", cleared=True, state=VolunteerState.SUSPENDED),
        a_volunteer("V2", cleared=True, state=VolunteerState.APPLIED),
        a_volunteer("V2", cleared=True, born_on=date(2007, 7, 6)),
        cleared_but(ClearanceType.RECORD_CHECK, expires_on=YESTERDAY),
        cleared_but(ClearanceType.HEALTH, result=ClearanceResult.NOT_CLEAR),
        cleared_but(ClearanceType.CHILD_SAFETY_TRAINING, checked_on=DAY + timedelta(days=1)),
    ],
)
def test_who_is_not_of_age_approved_and_cleared_that_day_does_not_count_and_it_is_not_said_why(other):
    found = ready(present=[TWO[0], Adult(other)])

    assert found.reasons[:2] == (
        {"code": "RATIO_SHORT", "required": 2, "counted": 1, "missing": 1},
        {"code": "ADULT_NOT_ELIGIBLE", "volunteer_id": "V2"},
    )
    assert (found.missing, found.volunteer_ids) == (1, ["V2"])


@pytest.mark.rule("VOL-53")
def test_who_is_eighteen_that_day_and_cleared_to_its_end_counts():
    assert ready(present=[TWO[0], Adult(a_volunteer("V2", cleared=True, born_on=date(2007, 7, 5)))]).ok
    assert ready(present=[TWO[0], Adult(cleared_but(ClearanceType.RECORD_CHECK, expires_on=DAY))]).ok


@pytest.mark.rule("VOL-53")
def test_who_is_assigned_elsewhere_does_not_count():
    found = ready(present=[TWO[0], replace(TWO[1], elsewhere=True)])

    assert found.reasons[1] == {"code": "ADULT_ELSEWHERE", "volunteer_id": "V2"}


@pytest.mark.rule("VOL-55")
def test_a_parent_counts_with_other_children_in_the_group_and_not_for_their_own_alone():
    mother = replace(TWO[1].volunteer, person_id="G1")
    present = [TWO[0], Adult(mother)]
    own, other = a_child("K1"), a_child("K2", guardian_ids=("G9",))

    assert ready(group=[own, other], present=present).ok
    assert ready(group=[own], present=present).reasons[1] == {"code": "OWN_CHILD_ONLY", "volunteer_id": "V2"}
    assert ready(group=[own, a_child("K3")], present=present).counted == 1


@pytest.mark.rule("VOL-55")
def test_a_parent_stays_an_adult_of_the_class_when_the_other_children_have_gone():
    present = [TWO[0], Adult(replace(TWO[1].volunteer, person_id="G1"))]
    own, gone = a_child("K1"), a_child("K2", guardian_ids=("G9",))

    assert readiness.readiness(RatioRule(), a_session(), [own], present, DAY, group=[own, gone]).ok
    assert not readiness.readiness(RatioRule(), a_session(), [own], present, DAY, group=[own]).ok


@pytest.mark.rule("VOL-54")
def test_a_place_and_a_special_need_ask_for_more_adults():
    outdoors = ready(a_session(settings=(Setting.OUTDOOR,)))
    needy = ready(group=[a_child("K1", needs_extra_adult=True)])

    assert (outdoors.missing, needy.missing) == (1, 1)


@pytest.mark.rule("VOL-53")
def test_each_role_is_filled_by_an_adult_who_counts():
    rule = RatioRule(roles_required=PRESETS[RolesPreset.WUHAN])
    roles = (ClassRole.LEAD, ClassRole.TEACHER, ClassRole.VOLUNTEER, ClassRole.VOLUNTEER, ClassRole.SECURITY)
    staffed = [Adult(a_volunteer(f"V{number}", cleared=True), role) for number, role in enumerate(roles)]

    assert ready(present=staffed, rule=rule).ok
    assert ready(present=staffed[:-1], rule=rule).reasons == ({"code": "ROLE_SHORT", "role": "SECURITY", "missing": 1},)
    uncleared = [*staffed[:-1], Adult(a_volunteer("V9"), ClassRole.SECURITY)]
    assert codes(ready(present=uncleared, rule=rule)) == ["ROLE_SHORT"]


@pytest.mark.rule("VOL-56")
def test_nobody_with_first_aid_is_a_reason_of_its_own():
    untrained = [Adult(replace(one.volunteer, clearances=tuple(c for c in one.volunteer.clearances if c.type is not ClearanceType.FIRST_AID))) for one in TWO]

    assert ready(present=untrained).reasons == ({"code": "NO_FIRST_AID", "missing": 1},)
    assert ready(present=untrained, rule=RatioRule(first_aiders=0)).ok
    assert ready(present=[TWO[0], untrained[1]]).ok


@pytest.mark.rule("VOL-56")
def test_a_room_that_somebody_found_unsafe_is_a_reason():
    assert codes(ready(a_session(room_safe=False))) == ["ROOM_UNSAFE"]
    assert ready(a_session(room_safe=True)).ok


@pytest.mark.rule("VOL-56")
def test_a_lead_who_is_not_cleared_is_named_even_where_the_others_suffice():
    led = a_session(lead_volunteer_id="V2")
    three = adults(a_volunteer("V1", cleared=True), a_volunteer("V3", cleared=True))
    expired = Adult(cleared_but(ClearanceType.RECORD_CHECK, expires_on=YESTERDAY))
    revoked = Adult(cleared_but(ClearanceType.RECORD_CHECK, result=ClearanceResult.NOT_CLEAR))

    assert ready(led, present=TWO).ok
    assert ready(led, present=[*three, expired]).reasons == ({"code": "LEAD_CLEARANCE_EXPIRED", "volunteer_id": "V2"},)
    noted = Adult(cleared_but(ClearanceType.RECORD_CHECK, expires_on=YESTERDAY, result=ClearanceResult.EXPIRED))
    assert ready(led, present=[*three, noted]).reasons == ({"code": "LEAD_CLEARANCE_EXPIRED", "volunteer_id": "V2"},)
    assert ready(led, present=[*three, revoked]).reasons == ({"code": "LEAD_NOT_ELIGIBLE", "volunteer_id": "V2"},)
    assert ready(led, present=three).reasons == ({"code": "LEAD_ABSENT", "volunteer_id": "V2"},)
    assert readiness.readiness(RatioRule(), led, [], three, DAY, present=False).ok


@pytest.mark.rule("VOL-56")
def test_from_a_day_before_a_meeting_is_ready_or_says_what_is_missing_and_only_changes_are_told():
    day_before = START - 24 * HOUR
    early = assess(a_session(), ready(present=TWO[:1]), at=day_before - timedelta(minutes=1), policy=POLICY)
    short, told = assess(a_session(), ready(present=TWO[:1]), at=day_before, policy=POLICY)
    again = assess(short, ready(present=TWO[:1]), at=day_before + HOUR, policy=POLICY)
    safe, relieved = assess(short, ready(), at=day_before + 2 * HOUR, policy=POLICY)
    worse, alarmed = assess(safe, ready(present=TWO[1:]), at=START, policy=POLICY)

    assert (early[0].state, early[1]) == (SessionState.PLANNED, [])
    assert short.state is SessionState.NOT_READY
    assert told == [SessionNotReady(session_id="M1", series_id="S1", reasons=["RATIO_SHORT"])]
    assert again == (short, [])
    assert (safe.state, relieved) == (SessionState.READY, [SessionReady(session_id="M1", series_id="S1")])
    assert (worse.state, len(alarmed)) == (SessionState.NOT_READY, 1)
    assert assess(safe, ready(), at=START, policy=POLICY) == (safe, [])


@pytest.mark.rule("VOL-56")
def test_of_a_meeting_that_stays_short_it_is_told_again_a_day_and_two_hours_before_and_at_its_start():
    gone = cleared_but(ClearanceType.RECORD_CHECK, result=ClearanceResult.NOT_CLEAR)
    minute, session, told_at = timedelta(minutes=1), a_session(), []

    for before in (20 * 24 * HOUR, 25 * HOUR, 24 * HOUR, 23 * HOUR, 2 * HOUR + minute, 2 * HOUR, HOUR, minute, 0 * HOUR, -minute):
        session, facts = assess(session, ready(present=[TWO[0], Adult(gone)]), at=START - before, policy=POLICY)
        told_at += [(before, fact.reasons) for fact in facts]

    assert told_at == [(before, ["RATIO_SHORT", "ADULT_NOT_ELIGIBLE"]) for before in (20 * 24 * HOUR, 24 * HOUR, 2 * HOUR, 0 * HOUR)]


@pytest.mark.rule("VOL-56")
def test_a_clock_that_ran_late_tells_once_and_who_hears_of_it_later_is_not_told_twice():
    short, _ = assess(a_session(), ready(present=TWO[:1]), at=START - 24 * HOUR, policy=POLICY)
    late, told = assess(short, ready(present=TWO[:1]), at=START, policy=POLICY)
    fresh, _ = assess(a_session(), ready(present=TWO[:1]), at=START - HOUR, policy=POLICY)
    safe, _ = assess(short, ready(), at=START - 3 * HOUR, policy=POLICY)

    assert len(told) == 1 and assess(late, ready(present=TWO[:1]), at=START + HOUR, policy=POLICY) == (late, [])
    assert assess(fresh, ready(present=TWO[:1]), at=START - HOUR / 2, policy=POLICY) == (fresh, [])
    assert assess(safe, ready(), at=START - 2 * HOUR, policy=POLICY) == (safe, [])


@pytest.mark.rule("VOL-56")
def test_what_else_is_missing_is_told_too():
    short, _ = assess(a_session(), ready(present=TWO[:1]), at=START - HOUR, policy=POLICY)
    other, told = assess(short, ready(a_session(room_safe=False)), at=START - HOUR, policy=POLICY)

    assert (other.state, told[0].reasons) == (SessionState.NOT_READY, ["ROOM_UNSAFE"])


@pytest.mark.rule("VOL-56", "VOL-2")
def test_an_adult_who_is_no_longer_cleared_is_told_long_before():
    revoked = cleared_but(ClearanceType.RECORD_CHECK, result=ClearanceResult.NOT_CLEAR)

    changed, told = assess(a_session(), ready(present=[TWO[0], Adult(revoked)]), at=START - 20 * 24 * HOUR, policy=POLICY)

    assert changed.state is SessionState.NOT_READY
    assert told == [SessionNotReady(session_id="M1", series_id="S1", reasons=["RATIO_SHORT", "ADULT_NOT_ELIGIBLE"], volunteer_ids=["V2"])]


@pytest.mark.rule("VOL-56")
@pytest.mark.parametrize("state", [SessionState.PLANNED, SessionState.READY, SessionState.NOT_READY])
def test_a_meeting_whose_time_passed_unopened_did_not_take_place(state):
    lapsed, told = assess(a_session(state=state), ready(), at=START + 300 * 24 * HOUR, policy=POLICY)

    assert (lapsed.state, lapsed.cancel_reason) == (SessionState.CANCELLED, CancelReason.NOT_OPENED)
    assert told == [SessionCancelled(session_id="M1", series_id="S1", subject="PAINTING", reason="NOT_OPENED")]
    assert assess(lapsed, ready(), at=START, policy=POLICY) == (lapsed, [])


@pytest.mark.parametrize("state", [SessionState.OPEN, SessionState.CLOSING, SessionState.CLOSED])
def test_what_has_begun_is_not_assessed_any_more(state):
    session = a_session(state=state)

    assert assess(session, ready(present=[]), at=START + 300 * HOUR, policy=POLICY) == (session, [])


def test_children_who_are_excused_or_not_agreed_to_are_not_expected():
    course, _ = enrol(full(), consent=a_consent("G2", participation=False))
    excused = a_session(children=(ChildAttendance("K2", ChildState.ABSENT_KNOWN),))

    assert readiness.expected_children(excused, course) == []
    assert readiness.expected_children(a_session(), course) == ["K2"]


@pytest.mark.rule("VOL-55")
def test_a_parent_whose_child_it_is_by_their_own_word_does_not_mind_nobody_but_their_own():
    parent = a_volunteer("V1", cleared=True, own_child_ids=("K1",))

    assert readiness.minds_only_own(parent, [a_child("K1")])
    assert not readiness.minds_only_own(parent, [a_child("K1"), a_child("K2")])


@pytest.mark.rule("VOL-56")
def test_who_is_away_that_day_is_not_counted_on_and_who_is_in_the_room_is():
    away = a_volunteer("V2", cleared=True, pauses=(Pause(PauseKind.AWAY, DAY),))
    two = adults(a_volunteer("V1", cleared=True), away)

    planned, present = (readiness.readiness(RatioRule(), a_session(), [], two, DAY, present=present) for present in (False, True))

    assert [(reason["code"], reason.get("volunteer_id")) for reason in planned.reasons] == [("RATIO_SHORT", None), ("ADULT_AWAY", "V2")]
    assert present.ok
