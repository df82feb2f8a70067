"""What facts of life do to children's places."""

from datetime import date, timedelta

import pytest

from services.common.events.volunteering import EnrolmentIncomplete, EnrolmentOffered, EnrolmentWithdrawn
from services.volunteering.guardians.domain import CONSENT_ACTIVITY, Guardianship, may
from services.volunteering.series.domain import clocks, life
from services.volunteering.series.domain.enrolments import ConsentEnd, EnrolmentState, Standing
from tests.unit.volunteering.builders import NOW, TODAY, a_child, a_consent, a_series, a_timing, enrol, full

EARLY = a_timing(first_at=NOW + timedelta(days=10), next_at=NOW + timedelta(days=10))


def state_of(course, child="K1"):
    return next(one.state for one in course.enrolments if one.child_id == child)


def settled(course, child=None, days=0):
    child = child or a_child()
    timing = a_timing(now=NOW + timedelta(days=days), first_at=EARLY.first_at, next_at=EARLY.next_at)
    return clocks.advance(course, {child.id: Standing(child)}, timing)[0]


@pytest.mark.rule("VOL-50", "REG-45")
def test_a_guardian_consents_by_a_right_that_holds_and_not_against_a_block():
    mother = Guardianship("1", "K1", "G1", (CONSENT_ACTIVITY,), until=TODAY)

    assert may([mother], "G1", CONSENT_ACTIVITY, TODAY)
    assert not may([mother], "G1", CONSENT_ACTIVITY, TODAY + timedelta(days=1))
    assert not may([mother], "G1", "PICK_UP", TODAY)
    assert not may([mother], "G2", CONSENT_ACTIVITY, TODAY)
    assert not may([mother, Guardianship("2", "K1", "G1", (), blocked=True)], "G1", CONSENT_ACTIVITY, TODAY)


@pytest.mark.rule("VOL-50", "REG-45")
@pytest.mark.parametrize("why", list(ConsentEnd))
def test_with_the_last_guardians_word_gone_the_place_is_held_and_with_another_ones_it_goes_on(why):
    alone, _ = enrol(a_series())
    both, _ = enrol(alone, consent=a_consent("G2"))

    held, facts = life.word_ended(alone, "K1", "G1", why, EARLY)
    going_on, nothing = life.word_ended(both, "K1", "G1", why, EARLY)

    assert (state_of(held), [type(fact) for fact in facts]) == (EnrolmentState.INCOMPLETE, [EnrolmentIncomplete])
    assert (state_of(going_on), nothing, going_on.latest.enrolment.guardian_ids) == (EnrolmentState.ENROLLED, [], ["G2"])
    assert life.word_ended(held, "K1", "G1", why, EARLY) == (held, [])
    assert state_of(enrol(held, consent=a_consent("G2"))[0]) == EnrolmentState.ENROLLED


@pytest.mark.rule("VOL-50")
def test_a_guardian_who_disagreed_and_may_not_speak_any_more_holds_nothing_up():
    course, _ = enrol(a_series())
    course, _ = enrol(course, consent=a_consent("G2", participation=False))

    course, _ = life.word_ended(course, "K1", "G2", ConsentEnd.MAY_NOT, EARLY)

    assert state_of(settled(course)) == EnrolmentState.ENROLLED


@pytest.mark.rule("REG-30")
def test_the_word_of_a_guardian_who_is_alive_after_all_counts_again_and_a_blocked_ones_does_not():
    course, _ = enrol(a_series())
    died, _ = life.word_ended(course, "K1", "G1", ConsentEnd.DIED, EARLY)
    blocked, _ = life.word_ended(course, "K1", "G1", ConsentEnd.MAY_NOT, EARLY)

    back, _ = life.word_counts_again(died, "K1", "G1", ConsentEnd.DIED, EARLY)
    assert state_of(settled(back)) == EnrolmentState.ENROLLED
    assert life.word_counts_again(blocked, "K1", "G1", ConsentEnd.DIED, EARLY) == (blocked, [])


@pytest.mark.rule("X-14", "VOL-50")
def test_a_consent_taken_back_in_the_register_is_a_no_here():
    course, _ = enrol(a_series())
    course, _ = enrol(course, consent=a_consent("G2"))

    no, _ = life.word_taken_back(course, "K1", "G2", EARLY)
    refused, _ = life.refused(course, "K1", EARLY)

    assert (state_of(no), state_of(refused)) == (EnrolmentState.INCOMPLETE, EnrolmentState.INCOMPLETE)
    assert life.word_taken_back(course, "K9", "G2", EARLY) == (course, [])
    no_care, _ = life.word_taken_back(course, "K1", "G2", EARLY, to="emergency_care")
    assert (state_of(no_care), [one.emergency_care for one in no_care.enrolments[0].consents]) == (EnrolmentState.INCOMPLETE, [True, False])


@pytest.mark.rule("REG-30")
def test_a_child_reported_dead_is_not_expected_and_nothing_ends_by_the_clock_until_that_is_settled():
    course, _ = enrol(full(capacity=1), a_child("K2"))

    held, facts = life.child_held(course, "K1", EARLY)
    long_after = settled(held, days=15)

    assert (state_of(held), [type(fact) for fact in facts], life.child_held(held, "K1", EARLY)) == (
        EnrolmentState.INCOMPLETE,
        [EnrolmentIncomplete],
        (held, []),
    )
    assert (state_of(long_after), state_of(long_after, "K2")) == (EnrolmentState.INCOMPLETE, EnrolmentState.WAITLISTED)
    alive, _ = life.child_lives(held, "K1", EARLY)
    assert state_of(settled(alive)) == EnrolmentState.ENROLLED


@pytest.mark.rule("REG-30")
def test_the_place_of_a_child_who_died_is_offered_on_and_a_mistake_makes_it_first_in_line():
    course, _ = enrol(full(capacity=1, waitlist=3), a_child("K2"))
    course, _ = enrol(course, a_child("K3"), consent=a_consent(minute=3))

    gone, facts = life.child_died(life.child_held(course, "K1", EARLY)[0], "K1", EARLY)
    back, _ = life.child_lives(gone, "K1", EARLY)

    assert [type(fact) for fact in facts] == [EnrolmentWithdrawn, EnrolmentOffered]
    assert facts[0].reason == "DIED"
    assert life.child_died(gone, "K1", EARLY) == (gone, [])
    assert [one.child_id for one in back.waiting] == ["K1", "K3"]
    assert life.child_lives(back, "K1", EARLY)[0] == back


@pytest.mark.rule("REG-30")
def test_a_guardian_who_took_a_place_back_is_not_undone_by_a_retracted_death():
    course, _ = enrol(a_series(starts_on=date(2025, 7, 1)))
    withdrawn, _ = life.ended(course, course.enrolment("E-K1"), EnrolmentState.WITHDRAWN, "GUARDIAN")

    assert life.child_lives(withdrawn, "K1", EARLY) == (withdrawn, [])
