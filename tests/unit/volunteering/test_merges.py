"""Two volunteers who are one person: every restriction of either, and no clearance that was given to somebody else."""

from dataclasses import replace
from datetime import date

import pytest

from services.common.events.volunteering import ClearanceGranted, ClearanceRevoked, VolunteerReinstated, VolunteerSuspended
from services.volunteering.activities.domain.activity import AssignmentState
from services.volunteering.activities.domain.sign_up import sign_up
from services.volunteering.children.domain import Pickup, block_guardian
from services.volunteering.greetings import domain as greetings
from services.volunteering.greetings.domain import GreetingState
from services.volunteering.merges import domain
from services.volunteering.series.domain.clocks import advance
from services.volunteering.series.domain.enrolments import Enrolment, EnrolmentState, Standing
from services.volunteering.series.domain.series import Slot
from services.volunteering.volunteers.domain import ClearanceResult, ClearanceType, VolunteerKind, VolunteerState, in_force
from tests.unit.volunteering.builders import (
    HOUR,
    NOW,
    START,
    TODAY,
    a_child,
    a_clearance,
    a_consent,
    a_series,
    a_timing,
    a_volunteer,
    an_activity,
    known,
)

CHECK = ClearanceType.RECORD_CHECK


def winner(**details):
    return a_volunteer("W", person_id="PW", **details)


def loser(**details):
    return a_volunteer("L", person_id="PL", **details)


@pytest.mark.rule("REG-53")
def test_clearances_follow_only_where_the_same_identity_was_proven():
    cleared = loser(cleared=True)

    proven = domain.united(winner(), cleared, same_id_proven=True)
    unproven = domain.united(winner(), cleared, same_id_proven=False)

    assert in_force(proven, CHECK, TODAY)
    assert unproven.clearances == ()
    assert not in_force(domain.moved(cleared, "PW", same_id_proven=False), CHECK, TODAY)
    assert in_force(domain.moved(cleared, "PW", same_id_proven=True), CHECK, TODAY)


@pytest.mark.rule("REG-53")
@pytest.mark.rule("VOL-2")
@pytest.mark.parametrize("proven", [True, False])
def test_a_check_that_was_not_passed_follows_whoever_it_was(proven):
    failed = loser(clearances=(replace(a_clearance(CHECK, result=ClearanceResult.NOT_CLEAR, since=date(2025, 3, 1)), id="X"),))
    before = winner(cleared=True)

    after = domain.united(before, failed, same_id_proven=proven)

    assert not in_force(after, CHECK, TODAY)
    assert ClearanceRevoked(volunteer_id="W", clearance_type="RECORD_CHECK") in domain.volunteer_facts(before, after)


@pytest.mark.rule("REG-53")
def test_what_both_offered_is_united_and_the_stricter_limit_holds():
    one = winner(skills=("书法",), max_per_week=3, limits="不能久站")
    other = loser(skills=("理发", "书法"), max_per_week=2, limits="不能提重物", kinds=(VolunteerKind.SILVER,), kin_staff_ids=("S1",))

    after = domain.united(one, other, same_id_proven=False)

    assert (after.kinds, after.skills, after.max_per_week) == ((VolunteerKind.GENERAL, VolunteerKind.SILVER), ("书法", "理发"), 2)
    assert (after.limits, after.kin_staff_ids) == ("不能久站；不能提重物", ("S1",))
    assert domain.united(after, other, same_id_proven=False) == after


@pytest.mark.rule("REG-53")
@pytest.mark.parametrize("state", [VolunteerState.APPROVED, VolunteerState.ACTIVE])
def test_a_suspension_of_either_holds_and_is_told_and_undone(state):
    before = winner(state=state)
    after = domain.united(before, loser(state=VolunteerState.SUSPENDED, suspended_reason="待查"), same_id_proven=True)

    assert (after.state, after.suspended_reason) == (VolunteerState.SUSPENDED, "待查")
    ids = {"volunteer_id": "W", "person_id": "PW"}
    assert domain.volunteer_facts(before, after) == [VolunteerSuspended(**ids)]
    assert domain.volunteer_facts(after, before) == [VolunteerReinstated(**ids)]
    assert domain.led_away(loser(state=state), before).state == VolunteerState.SUSPENDED


@pytest.mark.rule("REG-53")
def test_a_clearance_that_follows_is_told_as_granted():
    before = winner()
    after = domain.united(before, loser(clearances=(a_clearance(CHECK),)), same_id_proven=True)

    assert domain.volunteer_facts(before, after) == [ClearanceGranted(volunteer_id="W", clearance_type="RECORD_CHECK", expires_on=date(2026, 1, 1))]


@pytest.mark.rule("REG-53")
def test_the_winner_has_the_losers_places_and_one_person_has_one_place():
    def join(activity, volunteer):
        return sign_up(activity, volunteer, id=f"AS-{volunteer.id}", need_id="N1", known=known(), by="C1")[0]

    one, both = join(an_activity(), loser()), join(join(an_activity(), loser()), winner())

    moved, none = domain.activity(one, loser(), winner())
    kept, conflicts = domain.activity(both, loser(), winner())

    assert [(place.volunteer_id, place.person_id, place.state) for place in moved.assignments] == [("W", "PW", AssignmentState.ACCEPTED)]
    assert (none, kept, conflicts) == ([], both, ["SEATED_TWICE:assignment/AS-L"])


@pytest.mark.rule("REG-53")
@pytest.mark.rule("VOL-31")
def test_hours_of_both_are_united_and_those_at_the_same_time_are_named_for_a_person_to_decide():
    class Entry:
        def __init__(self, id, start):
            self.id, self.starts_at, self.ends_at = id, START + start * HOUR, START + (start + 2) * HOUR

    mine, theirs = [Entry("H1", 0)], [Entry("H2", 1), Entry("H3", 2), Entry("H4", -2)]

    assert domain.overlapping(mine, theirs) == ["HOURS_OVERLAP:hours/H2"]


@pytest.mark.rule("REG-53", "VOL-58")
def test_who_is_blocked_from_either_record_of_a_child_is_blocked_from_the_one_that_goes_on():
    one = a_child("K1", guardian_ids=("G1",), pickups=(Pickup("PU1", "王某", "母亲", person_id="G1"), Pickup("PU2", "李某", "姨")))
    other = block_guardian(a_child("K2", guardian_ids=("G9",)), "G9")

    after = domain.children(one, other)

    assert (after.blocked_ids, [(pickup.id, pickup.on_hold) for pickup in after.pickups]) == (("G9",), [("PU1", False), ("PU2", True)])


@pytest.mark.rule("REG-53", "VOL-58")
def test_a_guardian_with_two_records_is_called_once_and_stays_blocked_under_both():
    child = block_guardian(a_child(guardian_ids=("GL", "GW", "G3"), pickups=(Pickup("PU1", "王某", "父亲", person_id="GL"),)), "GL")

    after = domain.guardian(child, "GL", "GW")

    assert (after.guardian_ids, after.callable_ids) == (("GW", "G3"), ["G3"])
    assert (after.blocked_ids, after.pickups[0].person_id, after.pickups[0].blocked) == (("GL", "GW"), "GW", True)


def placed(child_id, at=0, **details):
    values = {"state": EnrolmentState.ENROLLED, "consents": (a_consent(f"G-{child_id}"),), "agreement_signed_on": TODAY, "assent": True}
    return Enrolment(f"E-{child_id}", child_id, applied_at=NOW + at * HOUR, **{**values, **details})


def two_places(own, theirs, **more):
    before = a_series(enrolments=(own, theirs), slots=more.pop("slots", ()))
    after, conflicts = domain.series(before, "PL", "PW", a_timing(), **more)
    return {one.id: one for one in after.enrolments}, conflicts, [type(fact).__name__ for fact in domain.series_facts(before, after)]


@pytest.mark.rule("REG-53", "VOL-50")
@pytest.mark.parametrize(("own", "theirs", "kept"), [("ENROLLED", "ENROLLED", "E-PW"), ("WAITLISTED", "ENROLLED", "E-PL"), ("INCOMPLETE", "OFFERED", "E-PW")])
def test_a_child_entered_twice_in_one_course_keeps_the_better_place_with_the_words_of_both(own, theirs, kept):
    places, conflicts, told = two_places(placed("PW", state=EnrolmentState(own)), placed("PL", at=1, state=EnrolmentState(theirs)))

    other = ({"E-PW", "E-PL"} - {kept}).pop()
    assert (places[kept].child_id, set(places[kept].guardian_ids)) == ("PW", {"G-PW", "G-PL"})
    assert (places[other].state, places[other].reason) == (EnrolmentState.WITHDRAWN, "MERGED")
    assert (conflicts, told.count("EnrolmentWithdrawn")) == ([f"ENROLLED_TWICE:enrolment/{other}"], 1 + (kept == "E-PL"))


@pytest.mark.rule("REG-53", "VOL-50")
@pytest.mark.parametrize("no", [{"consents": (a_consent("G2", participation=False),)}, {"assent": False}])
def test_a_no_of_either_record_holds_the_one_place(no):
    places, _, told = two_places(placed("PW"), placed("PL", at=1, **no))

    assert (places["E-PW"].state, "EnrolmentIncomplete" in told) == (EnrolmentState.INCOMPLETE, True)


@pytest.mark.rule("REG-53", "VOL-51")
def test_of_two_places_at_the_same_time_the_later_one_is_held_until_a_guardian_chooses():
    before = a_series(enrolments=(placed("PL"),), slots=(Slot(2, 540, 630),))

    after, conflicts = domain.series(before, "PL", "PW", a_timing(first_at=NOW + 240 * HOUR), second=True)

    [held] = after.enrolments
    assert (held.state, held.child_id, held.clashes, conflicts) == (EnrolmentState.INCOMPLETE, "PW", True, [])
    facts = {type(fact).__name__: fact for fact in domain.series_facts(before, after)}
    assert (facts["EnrolmentIncomplete"].child_id, facts["EnrolmentWithdrawn"].child_id) == ("PW", "PL")
    assert domain.later(placed("A"), placed("B", at=1)).id == "E-B" == domain.later(placed("B", at=1), placed("A")).id

    timing = a_timing(first_at=NOW + 240 * HOUR)
    child = a_child("PW")
    still, _ = advance(after, {"PW": Standing(child, same_time=True)}, timing)
    chosen, facts = advance(after, {"PW": Standing(child)}, timing)
    assert still.enrolments[0].state is EnrolmentState.INCOMPLETE
    assert (chosen.enrolments[0].state, chosen.enrolments[0].clashes) == (EnrolmentState.ENROLLED, False)
    assert [type(fact).__name__ for fact in facts] == ["EnrolmentConfirmed"]
    ended, _ = advance(after, {"PW": Standing(child, same_time=True)}, a_timing(held.hold_until, first_at=NOW + 240 * HOUR))
    assert ended.enrolments[0].state is EnrolmentState.EXPIRED


@pytest.mark.rule("REG-56")
def test_facts_of_a_merge_undone_are_told_of_the_right_places_whatever_their_order():
    one, other = placed("K1"), placed("PW")
    before = a_series(enrolments=(one, other))

    assert domain.series_facts(before, a_series(enrolments=(other, one))) == []


@pytest.mark.rule("REG-53")
def test_what_either_record_of_a_child_forbids_is_forbidden():
    one = a_child("K1", photo_ok=True, leaves_alone_ok=True, allergies="花生")
    other = a_child("K2", photo_ok=False, leaves_alone_ok=True, allergies="牛奶", needs_extra_adult=True)

    after = domain.children(one, other)

    assert (after.photo_ok, after.leaves_alone_ok, after.needs_extra_adult, after.allergies) == (False, True, True, "花生；牛奶")
    assert len(after.pickups) == len(one.pickups)


def a_greeting(**details):
    values = {"id": "G1", "person_id": "PL", "cycle_key": "LUNAR-2025", "due_on": date(2025, 7, 15), "milestone": False, "grid_id": None}
    return greetings.due(**{**values, **details})[0]


@pytest.mark.rule("REG-53")
@pytest.mark.rule("VOL-40")
def test_one_person_is_greeted_once_under_the_winners_name():
    before = a_greeting()

    moved = domain.greeting(before, "PW", owed_already=False)
    stopped = domain.greeting(before, "PW", owed_already=True)

    assert (moved.person_id, moved.state) == ("PW", GreetingState.DUE)
    assert [type(fact).__name__ for fact in domain.greeting_facts(before, moved)] == ["GreetingDue"]
    assert (stopped.person_id, stopped.state) == ("PL", GreetingState.SUPPRESSED)
    assert [type(fact).__name__ for fact in domain.greeting_facts(before, stopped)] == ["GreetingSuppressed"]
    assert [type(fact).__name__ for fact in domain.greeting_facts(stopped, before)] == ["GreetingDue"]
    assert domain.greeting_facts(before, before) == []
