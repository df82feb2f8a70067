"""What a merge makes of each record of the two, and what it tells of it."""

from dataclasses import replace
from datetime import date

import pytest

from services.common.events.volunteering import (
    ClearanceGranted,
    ClearanceRevoked,
    EnrolmentConfirmed,
    EnrolmentWithdrawn,
    GreetingDue,
    GreetingSuppressed,
)
from services.volunteering.activities.domain.activity import Assignment, AssignmentState, Source, Verdict
from services.volunteering.children.domain import Pickup
from services.volunteering.greetings import domain as greetings
from services.volunteering.greetings.domain import Errand, GreetingState
from services.volunteering.merges import domain
from services.volunteering.series.domain.enrolments import ConsentEnd, Enrolment, EnrolmentState, NoShow
from services.volunteering.volunteers.domain import ClearanceResult, ClearanceType, VolunteerKind, VolunteerState
from tests.unit.volunteering.builders import HOUR, NOW, START, a_child, a_clearance, a_consent, a_series, a_timing, a_volunteer, an_activity

CHECK, HEALTH = ClearanceType.RECORD_CHECK, ClearanceType.HEALTH
E = EnrolmentState
pytestmark = pytest.mark.rule("REG-53")


def winner(**details):
    return a_volunteer("W", person_id="PW", **details)


def loser(**details):
    return a_volunteer("L", person_id="PL", **details)


# Volunteers


def test_a_volunteer_who_is_moved_is_the_winners_and_only_the_doubted_clearances_are_withheld():
    cleared = loser(cleared=True)

    assert domain.moved(cleared, "PW", same_id_proven=True) == replace(cleared, person_id="PW", withheld=())
    assert domain.moved(cleared, "PW", same_id_proven=False) == replace(cleared, person_id="PW", withheld=tuple(one.id for one in cleared.clearances))


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (VolunteerState.APPROVED, VolunteerState.SUSPENDED),
        (VolunteerState.ACTIVE, VolunteerState.SUSPENDED),
        (VolunteerState.APPLIED, VolunteerState.APPLIED),
        (VolunteerState.EXITED, VolunteerState.EXITED),
    ],
)
def test_the_record_that_ends_leads_to_the_one_that_goes_on_and_serves_no_more(state, after):
    one = loser(state=state)

    assert domain.led_away(one, winner()) == replace(one, merged_into="W", state=after)


def test_what_the_winner_has_said_stands_and_what_only_the_loser_said_is_added():
    one = winner(kinds=(VolunteerKind.SILVER,), emergency_contact="甲", limits=None, max_per_week=None, suspended_reason="x")
    other = loser(emergency_contact="乙", limits="不能久站", max_per_week=4, skills=("理发",))

    after = domain.united(one, other, same_id_proven=True)

    assert after == replace(
        one, kinds=(VolunteerKind.SILVER, VolunteerKind.GENERAL), skills=("理发",), limits="不能久站", max_per_week=4
    )
    assert domain.united(replace(one, emergency_contact=None), other, same_id_proven=True).emergency_contact == "乙"
    assert domain.united(one, loser(limits=None), same_id_proven=True).max_per_week is None


@pytest.mark.parametrize("state", [VolunteerState.APPLIED, VolunteerState.RESTING, VolunteerState.EXITED, VolunteerState.SUSPENDED])
def test_a_suspension_of_the_loser_changes_nothing_for_who_does_not_serve_anyway(state):
    one = winner(state=state, suspended_reason="own")

    after = domain.united(one, loser(state=VolunteerState.SUSPENDED, suspended_reason="other"), same_id_proven=True)

    assert (after.state, after.suspended_reason) == (state, "own")


def test_clearances_of_both_stand_in_the_order_of_their_days_and_none_twice():
    early, late = a_clearance(CHECK, since=date(2024, 1, 1)), a_clearance(HEALTH, since=date(2025, 3, 1))
    same_day = replace(a_clearance(HEALTH, since=date(2024, 1, 1)), id="A")
    one, other = winner(clearances=(late,)), loser(clearances=(late, early, same_day))

    after = domain.united(one, other, same_id_proven=True)

    assert after.clearances == (same_day, early, late)
    assert domain.united(after, other, same_id_proven=True).clearances == after.clearances


def test_clearances_that_the_loser_does_not_add_to_stay_in_the_order_in_which_they_were_recorded():
    recorded = (a_clearance(HEALTH, since=date(2025, 3, 1)), a_clearance(CHECK, since=date(2024, 1, 1)))

    assert domain.united(winner(clearances=recorded), loser(), same_id_proven=True).clearances == recorded


def test_of_a_doubted_identity_only_what_was_not_passed_follows():
    failed = replace(a_clearance(CHECK, result=ClearanceResult.NOT_CLEAR), id="X")
    other = loser(clearances=(failed, a_clearance(HEALTH), replace(a_clearance(CHECK, result=ClearanceResult.WITHDRAWN), id="Y")))

    assert domain.united(winner(), other, same_id_proven=False).clearances == (failed,)


@pytest.mark.parametrize("state", [VolunteerState.RESTING, VolunteerState.ACTIVE])
def test_only_a_suspension_or_its_end_is_told_of_states(state):
    assert domain.volunteer_facts(winner(), winner(state=state)) == []
    assert domain.volunteer_facts(winner(state=VolunteerState.SUSPENDED), winner(state=VolunteerState.SUSPENDED)) == []


def test_each_check_that_counts_anew_or_no_more_is_told_once():
    before = winner(clearances=(a_clearance(CHECK), a_clearance(HEALTH)))
    after = winner(clearances=(a_clearance(CHECK), a_clearance(ClearanceType.DRIVING, until=None)))

    assert domain.volunteer_facts(before, after) == [
        ClearanceRevoked(volunteer_id="W", clearance_type="HEALTH"),
        ClearanceGranted(volunteer_id="W", clearance_type="DRIVING", expires_on=None),
    ]
    assert domain.volunteer_facts(before, before) == []


@pytest.mark.rule("VOL-2")
def test_a_failed_check_that_came_with_a_merge_is_told_also_where_there_was_none_before():
    failed = winner(clearances=(a_clearance(CHECK, result=ClearanceResult.NOT_CLEAR),))

    assert domain.volunteer_facts(winner(), failed) == [ClearanceRevoked(volunteer_id="W", clearance_type="RECORD_CHECK")]
    assert domain.volunteer_facts(failed, failed) == domain.volunteer_facts(failed, winner()) == []


# Activities


def a_place(volunteer, state=AssignmentState.ACCEPTED, id=None):
    return Assignment(id or f"AS-{volunteer.id}", "N1", volunteer.id, volunteer.person_id, state, Verdict.OK, Source.SELF, NOW)


@pytest.mark.parametrize("state", [AssignmentState.ACCEPTED, AssignmentState.SERVED, AssignmentState.WAITLISTED])
def test_who_has_a_place_or_stands_in_line_takes_no_second_one(state):
    one = an_activity()
    one = replace(one, assignments=(a_place(winner(), state), a_place(loser()), a_place(loser(), AssignmentState.WITHDRAWN, "AS-old")))

    assert domain.activity(one, loser(), winner()) == (one, ["SEATED_TWICE:assignment/AS-L"])


def test_a_place_that_the_winner_gave_back_is_none_and_what_others_have_is_theirs():
    other = a_place(a_volunteer("V9"))
    one = replace(an_activity(), assignments=(a_place(winner(), AssignmentState.WITHDRAWN), a_place(loser()), other))

    after, conflicts = domain.activity(one, loser(), winner())

    assert conflicts == []
    assert after == replace(
        one, assignments=(one.assignments[0], replace(a_place(loser()), volunteer_id="W", person_id="PW"), other)
    )


# Children


def test_whoever_either_record_blocks_is_blocked_and_nobody_else_is_added():
    mother, uncle = Pickup("PU1", "王某", "母亲", phone="1"), Pickup("PU2", "李某", "舅舅", phone="2")
    namesake = Pickup("PU3", "王某", "姨母", phone="9")
    own = a_child("K1", pickups=(mother, namesake))
    other = a_child("K2", pickups=(replace(mother, id="PU7", blocked=True), replace(uncle, blocked=True), Pickup("PU8", "赵某", "邻居")))

    after = domain.children(own, other)

    assert after.pickups == (replace(mother, blocked=True), namesake, replace(uncle, blocked=True))
    assert domain.children(after, other).pickups == after.pickups


def test_every_word_and_every_caution_of_either_record_is_kept():
    own = a_child("K1", allergies="花生", medicines=None, needs="轮椅", photo_ok=True, leaves_alone_ok=True, needs_extra_adult=True)
    other = a_child("K2", allergies="花生", medicines="哮喘喷雾", needs="助听器", photo_ok=True, leaves_alone_ok=False)

    after = domain.children(own, other)

    assert after == replace(own, allergies="花生", medicines="哮喘喷雾", needs="轮椅；助听器", leaves_alone_ok=False)
    assert domain.children(replace(own, photo_ok=False), other).photo_ok is False
    assert domain.children(other, own).medicines == "哮喘喷雾"


def test_a_child_under_the_winners_id_is_not_its_own_guardian():
    child = a_child("K2", guardian_ids=("G1", "K1", "G2"))

    assert domain.child_for(child, "K1") == replace(child, id="K1", guardian_ids=("G1", "G2"))


# Greetings


def a_greeting(**details):
    values = {"id": "G1", "person_id": "PL", "cycle_key": "LUNAR-2025", "due_on": date(2025, 7, 15), "milestone": False, "grid_id": None}
    return replace(greetings.due(**values)[0], **details)


IDS = {"greeting_id": "G1", "cycle_key": "LUNAR-2025"}


@pytest.mark.rule("VOL-40")
def test_a_greeting_that_moves_or_stops_says_for_whom_and_what_is_left_to_do():
    before = a_greeting(state=GreetingState.ASSIGNED, volunteer_id="V1", ordered_at=NOW)

    moved = domain.greeting(before, "PW", owed_already=False)
    stopped = domain.greeting(before, "PW", owed_already=True)

    assert moved == replace(before, person_id="PW")
    assert domain.greeting_facts(before, moved) == [GreetingDue(**IDS, person_id="PW", due_on=date(2025, 7, 15), form="VISIT")]
    assert stopped.errands == (Errand.CANCEL_ORDER, Errand.TELL_VOLUNTEER)
    assert domain.greeting_facts(before, stopped) == [
        GreetingSuppressed(**IDS, person_id="PL", volunteer_id="V1", errands=["CANCEL_ORDER", "TELL_VOLUNTEER"])
    ]
    assert domain.greeting_facts(stopped, before) == [GreetingDue(**IDS, person_id="PL", due_on=date(2025, 7, 15), form="VISIT")]
    assert domain.greeting_facts(stopped, stopped) == []


# Series


def a_place_in_class(id, child_id, state=E.ENROLLED, guardians=("G1",)):
    return Enrolment(id, child_id, state, NOW, tuple(a_consent(guardian) for guardian in guardians), assent=True)


def a_course(*enrolments):
    return a_series(enrolments=enrolments)


@pytest.mark.rule("VOL-50")
def test_the_winner_has_the_losers_place_and_other_children_keep_theirs():
    course = a_course(a_place_in_class("E1", "K2"), a_place_in_class("E2", "K9"))

    after, conflicts = domain.series(course, "K2", "K1", a_timing())

    assert (after, conflicts) == (a_course(a_place_in_class("E1", "K1"), a_place_in_class("E2", "K9")), [])
    place = {"enrolment_id": "E1", "series_id": "S1"}
    assert domain.series_facts(course, after) == [
        EnrolmentWithdrawn(**place, child_id="K2", reason="MERGED"),
        EnrolmentConfirmed(**place, child_id="K1", guardian_id="G1"),
    ]
    assert domain.series_facts(course, course) == []


@pytest.mark.rule("VOL-50")
def test_a_child_with_two_places_keeps_its_own_and_the_other_is_named_and_free():
    course = a_course(a_place_in_class("E1", "K1"), a_place_in_class("E2", "K2"))

    after, conflicts = domain.series(course, "K2", "K1", a_timing())

    assert after == a_course(a_place_in_class("E1", "K1"), replace(a_place_in_class("E2", "K2", E.WITHDRAWN), reason="MERGED"))
    assert conflicts == ["ENROLLED_TWICE:enrolment/E2"]
    gone = EnrolmentWithdrawn(enrolment_id="E2", series_id="S1", child_id="K2", reason="MERGED")
    back = EnrolmentConfirmed(enrolment_id="E2", series_id="S1", child_id="K2", guardian_id="G1")
    assert domain.series_facts(course, after) == [gone]
    assert domain.series_facts(after, course) == [back]


@pytest.mark.rule("VOL-51")
def test_a_place_in_line_that_moves_confirms_nobody():
    course = a_course(a_place_in_class("E1", "K2", E.WAITLISTED))

    after, _ = domain.series(course, "K2", "K1", a_timing())

    assert domain.series_facts(course, after) == [EnrolmentWithdrawn(enrolment_id="E1", series_id="S1", child_id="K2", reason="MERGED")]


@pytest.mark.rule("VOL-50")
def test_a_guardian_who_is_merged_speaks_with_the_winners_voice_once():
    course = a_course(a_place_in_class("E1", "K8", guardians=("G2", "G3")), a_place_in_class("E2", "K9", guardians=("G1", "G2")))

    after, conflicts = domain.series(course, "G2", "G1", a_timing())

    assert conflicts == []
    assert [[one.guardian_id for one in place.consents] for place in after.enrolments] == [["G1", "G3"], ["G1", "G2"]]
    assert [place.child_id for place in after.enrolments] == ["K8", "K9"]


# Hours


@pytest.mark.rule("VOL-31")
@pytest.mark.parametrize(("start", "end", "named"), [(-2, 0, False), (-2, 1, True), (2, 4, False), (1, 4, True), (0, 2, True)])
def test_hours_that_only_touch_do_not_overlap(start, end, named):
    class Entry:
        def __init__(self, id, start, end):
            self.id, self.starts_at, self.ends_at = id, START + start * HOUR, START + end * HOUR

    assert domain.overlapping([Entry("H1", 0, 2)], [Entry("H2", start, end)]) == (["HOURS_OVERLAP:hours/H2"] if named else [])


def united(own, theirs):
    """Return the place that is left of two places of one child in one course."""
    places = a_place_in_class("E1", "K1"), a_place_in_class("E2", "K2")
    own, theirs = (replace(place, **{"applied_at": NOW, **details}) for place, details in zip(places, (own, theirs), strict=True))
    after, _ = domain.series(a_course(own, theirs), "K2", "K1", a_timing())
    (left,) = [one for one in after.enrolments if one.state is not E.WITHDRAWN]
    return left


YES, NO, ENDED = a_consent(), a_consent(data=False), a_consent(ended=ConsentEnd.MAY_NOT)


@pytest.mark.rule("VOL-50")
@pytest.mark.parametrize(
    ("own", "theirs", "word"), [(YES, NO, NO), (NO, YES, NO), (YES, ENDED, ENDED), (ENDED, YES, ENDED), (ENDED, NO, ENDED), (YES, YES, YES)]
)
def test_of_two_words_of_one_guardian_the_one_that_forbids_counts(own, theirs, word):
    assert united({"consents": (own,)}, {"consents": (theirs,)}).consents == (word,)


@pytest.mark.rule("VOL-50")
@pytest.mark.parametrize(
    ("own", "theirs", "word"), [(None, True, True), (True, None, True), (True, False, False), (False, None, False), (None, None, None)]
)
def test_a_child_that_said_no_once_said_no(own, theirs, word):
    assert united({"assent": own}, {"assent": theirs}).assent is word


@pytest.mark.rule("VOL-50")
def test_what_is_known_of_either_place_is_known_of_the_one_that_is_left():
    one, two, signed, later = NoShow("M1", NOW), NoShow("M2", NOW), date(2025, 6, 1), date(2025, 6, 2)

    left = united({"missed": (one,), "agreement_signed_on": None, "held": False}, {"missed": (one, two), "agreement_signed_on": signed, "held": True})

    assert (set(left.missed), len(left.missed), left.agreement_signed_on, left.held) == ({one, two}, 2, signed, True)
    assert united({"agreement_signed_on": later}, {"agreement_signed_on": signed}).agreement_signed_on == later


@pytest.mark.rule("VOL-50")
@pytest.mark.parametrize(
    ("own", "theirs", "left"),
    [
        ({"state": E.OFFERED}, {"state": E.APPLIED, "allotted": True}, "E2"),
        ({"state": E.APPLIED, "allotted": True}, {"state": E.ENROLLED, "applied_at": NOW + HOUR}, "E2"),
        ({"state": E.WAITLISTED, "applied_at": NOW + HOUR}, {"state": E.APPLIED}, "E1"),
        ({"state": E.WAITLISTED}, {"state": E.INCOMPLETE, "applied_at": NOW + HOUR}, "E2"),
        ({"state": E.WAITLISTED, "line": 2}, {"state": E.WAITLISTED, "line": 1, "applied_at": NOW + HOUR}, "E2"),
        ({"state": E.ENROLLED, "applied_at": NOW + HOUR}, {"state": E.ENROLLED}, "E2"),
    ],
)
def test_of_two_places_the_surer_one_is_left_and_of_two_alike_the_earlier(own, theirs, left):
    assert united(own, theirs).id == left
