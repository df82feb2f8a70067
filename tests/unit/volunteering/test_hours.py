"""Hours: minutes that somebody else verified."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.volunteering import HoursVerified
from services.volunteering.hours import domain
from services.volunteering.hours.domain import HoursBasis, HoursState
from tests.unit.volunteering.builders import HOUR, START, a_volunteer

MINUTE = timedelta(minutes=1)
PLANNED = (START, START + 2 * HOUR)
LATER = START + timedelta(days=1)
WHO = {"volunteer_id": "V1", "person_id": "P-V1", "activity_id": "A1", "planned": PLANNED}


def claimed(minutes=None, **details):
    values = {"starts_at": START, "ends_at": START + 2 * HOUR, "minutes": minutes, "at": LATER, "by": "V1", **WHO}
    return domain.claim(id="H1", **{**values, **details})[0]


def checked(in_at=None, out_at=None):
    return domain.check(id="H1", assignment_id="AS1", in_at=in_at, out_at=out_at, **WHO)[0]


def verify(entry, volunteer=None, **details):
    values = {"overlapping": [], "minutes_that_day": 0, "at": LATER, "by": "C1"}
    return domain.verify(entry, volunteer or a_volunteer(), **{**values, **details})


@pytest.mark.rule("VOL-31")
@pytest.mark.parametrize(("span", "credited"), [(60, 60), (120, 120), (150, 150), (151, 150), (300, 150)])
def test_credit_is_capped_half_an_hour_above_the_plan(span, credited):
    entry = claimed(ends_at=START + span * MINUTE)

    assert (entry.stated_minutes, entry.minutes, entry.state) == (span, credited, HoursState.CLAIMED)


@pytest.mark.rule("VOL-31")
def test_a_coordinator_may_confirm_what_goes_beyond_the_plan():
    verified, (fact,) = verify(claimed(ends_at=START + 300 * MINUTE), confirm_over_plan=True)

    assert (verified.minutes, fact.minutes) == (300, 300)


@pytest.mark.rule("VOL-31")
def test_travel_and_meals_are_left_out_by_stating_fewer_minutes():
    assert claimed(90).minutes == 90
    with pytest.raises(Invalid) as refused:
        claimed(121)
    assert refused.value.errors[0].code == "LONGER_THAN_SPAN"


def test_a_claim_of_the_future_or_of_no_time_is_refused():
    with pytest.raises(Invalid) as future:
        claimed(at=START + HOUR)
    with pytest.raises(Invalid) as nothing:
        claimed(ends_at=START)

    assert [refused.value.errors[0].code for refused in (future, nothing)] == ["IN_THE_FUTURE", "BEFORE_START"]


def test_a_roll_call_with_times_counts_them_and_one_without_counts_the_plan():
    assert (checked(START, START + HOUR).minutes, checked(START, START + HOUR).basis) == (60, HoursBasis.CHECKED)
    assert (checked().minutes, checked().basis, checked().state) == (120, HoursBasis.PLANNED, HoursState.CHECKED)
    assert checked(START + HOUR).minutes == 60
    assert checked(START, START + 5 * HOUR).minutes == 150


def test_times_that_contradict_the_plan_give_no_minutes_rather_than_fewer_than_none():
    assert checked(in_at=START + 3 * HOUR).minutes == 0
    assert checked(out_at=START - HOUR).minutes == 0


@pytest.mark.rule("VOL-32")
def test_somebody_else_verifies_and_it_is_announced():
    verified, facts = verify(checked())

    assert (verified.state, verified.verified_by, verified.long_day) == (HoursState.VERIFIED, "C1", False)
    assert facts == [HoursVerified(hours_id="H1", volunteer_id="V1", person_id="P-V1", activity_id="A1", minutes=120)]
    with pytest.raises(Conflict) as again:
        verify(verified)
    assert again.value.code == "HOURS_DECIDED"


@pytest.mark.rule("VOL-32")
@pytest.mark.parametrize("who", ["V1", "P-V1", "W1", "W2", None])
def test_nobody_verifies_or_rejects_their_own_hours_or_those_of_their_kin(who):
    volunteer = a_volunteer(staff_id="W1", kin_staff_ids=("W2",))

    with pytest.raises(Forbidden) as refused:
        verify(checked(), volunteer, by=who)
    with pytest.raises(Forbidden):
        domain.reject(checked(), volunteer, reason="x", at=LATER, by=who)

    assert refused.value.code == "OWN_HOURS"


@pytest.mark.rule("VOL-32")
def test_who_entered_a_claim_does_not_verify_it():
    with pytest.raises(Forbidden) as refused:
        verify(claimed(by="C1"), by="C1")

    assert refused.value.code == "OWN_CLAIM"
    assert verify(claimed(by="C1"), by="C2")[0].state == HoursState.VERIFIED


@pytest.mark.rule("VOL-31")
def test_an_entry_that_overlaps_a_verified_one_is_not_verified():
    with pytest.raises(Conflict) as refused:
        verify(checked(), overlapping=["H0"])

    assert (refused.value.code, refused.value.extra) == ("HOURS_OVERLAP", {"hours_ids": ["H0"]})


@pytest.mark.rule("VOL-31")
def test_a_day_of_more_than_eight_hours_is_flagged():
    assert verify(checked(), minutes_that_day=360)[0].long_day is False
    assert verify(checked(), minutes_that_day=361)[0].long_day is True


def test_a_rejected_entry_counts_nothing_and_says_why():
    rejected, facts = domain.reject(claimed(), a_volunteer(), reason="没有来", at=LATER, by="C1")

    assert (rejected.state, rejected.reject_reason, facts) == (HoursState.REJECTED, "没有来", [])


@pytest.mark.rule("VOL-31")
@given(st.integers(-600, 900), st.integers(-600, 900))
def test_no_roll_call_credits_less_than_nothing_or_more_than_the_cap(came, went):
    assert 0 <= checked(START + came * MINUTE, START + went * MINUTE).minutes <= 150
