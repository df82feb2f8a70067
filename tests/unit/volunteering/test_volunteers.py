"""Who may serve, in which role, on which day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict, Invalid
from services.common.events.volunteering import (
    ClearanceGranted,
    ClearanceRevoked,
    VolunteerApplied,
    VolunteerApproved,
    VolunteerReinstated,
    VolunteerSuspended,
)
from services.volunteering.volunteers import calendars, domain
from services.volunteering.volunteers.calendars import Calendar, Claim, ClaimKind
from services.volunteering.volunteers.domain import (
    CHILD_CLEARANCES,
    ClearanceResult,
    ClearanceType,
    VolunteerKind,
    VolunteerState,
    age_on,
    in_force,
    is_close_to,
    may_mind_children,
)
from tests.unit.volunteering.builders import DAY, HOUR, NOW, START, TODAY, a_clearance, a_volunteer


def apply(**details):
    values = {"person_id": "P1", "kinds": [VolunteerKind.GENERAL], "born_on": date(1980, 1, 1), "today": TODAY, "at": NOW, "by": "W1"}
    return domain.apply(id="V1", **{**values, **details})


def approve(volunteer, **details):
    values = {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": TODAY, "today": TODAY, "at": NOW, "by": "C1"}
    return domain.approve(volunteer, **{**values, **details})


def record(volunteer, **details):
    values = {
        "type": ClearanceType.RECORD_CHECK,
        "result": ClearanceResult.CLEAR,
        "checked_on": TODAY,
        "today": TODAY,
        "at": NOW,
        "by": "C1",
    }
    return domain.record_clearance(volunteer, id="X", **{**values, **details})


def code_of(refused):
    return (refused.value.errors[0].field, refused.value.errors[0].code) if refused.value.errors else refused.value.code


def test_applying_announces_ids_and_kinds_and_no_birth_date():
    volunteer, facts = apply(kinds=[VolunteerKind.LOVING_PARENT, VolunteerKind.LOVING_PARENT])

    assert volunteer.state == VolunteerState.APPLIED
    assert facts == [VolunteerApplied(volunteer_id="V1", person_id="P1", kinds=["LOVING_PARENT"])]


def test_an_application_without_a_kind_or_from_the_future_is_refused():
    with pytest.raises(Invalid) as no_kind:
        apply(kinds=[])
    with pytest.raises(Invalid) as unborn:
        apply(born_on=TODAY + timedelta(days=1))

    assert code_of(no_kind) == ("kinds", "REQUIRED")
    assert code_of(unborn) == ("born_on", "IN_THE_FUTURE")


@pytest.mark.rule("VOL-1")
def test_approving_announces_it_once():
    volunteer, facts = approve(apply()[0])

    assert volunteer.state == VolunteerState.APPROVED
    assert facts == [VolunteerApproved(volunteer_id="V1", person_id="P1", kinds=["GENERAL"])]
    with pytest.raises(Conflict) as again:
        approve(volunteer)
    assert again.value.code == "NOT_APPLIED"


@pytest.mark.rule("VOL-1")
@pytest.mark.parametrize("step", ["identity_checked", "phone_confirmed"])
def test_nobody_is_approved_whose_identity_or_phone_is_open(step):
    with pytest.raises(Invalid) as refused:
        approve(apply()[0], **{step: False})

    assert code_of(refused) == (step, "MUST_BE_DONE")


@pytest.mark.rule("VOL-1")
def test_a_code_of_conduct_is_not_signed_tomorrow():
    with pytest.raises(Invalid) as refused:
        approve(apply()[0], code_of_conduct_on=TODAY + timedelta(days=1))

    assert code_of(refused) == ("code_of_conduct_on", "IN_THE_FUTURE")


@pytest.mark.rule("VOL-4")
def test_somebody_under_18_needs_a_guardians_consent_until_the_birthday():
    day_before = apply(born_on=date(2007, 7, 2))[0]
    birthday = apply(born_on=date(2007, 7, 1))[0]

    with pytest.raises(Invalid) as refused:
        approve(day_before)

    assert code_of(refused) == ("guardian_consent_id", "GUARDIAN_CONSENT_REQUIRED")
    assert approve(day_before, guardian_consent_id="G")[0].guardian_consent_id == "G"
    assert approve(birthday)[0].state == VolunteerState.APPROVED


@pytest.mark.rule("VOL-2")
def test_a_clear_record_check_ends_after_twelve_months_unless_its_paper_says_otherwise():
    volunteer, facts = record(a_volunteer())

    assert facts == [ClearanceGranted(volunteer_id="V1", clearance_type="RECORD_CHECK", expires_on=date(2026, 6, 30))]
    assert record(a_volunteer(), expires_on=date(2025, 9, 1))[0].clearances[0].expires_on == date(2025, 9, 1)
    assert record(a_volunteer(), type=ClearanceType.FIRST_AID)[0].clearances[0].expires_on is None


@pytest.mark.rule("VOL-2")
def test_a_check_of_a_leap_day_ends_in_february():
    policy = domain.ClearancePolicy()

    assert policy.expiry(ClearanceType.RECORD_CHECK, date(2024, 2, 29)) == date(2025, 2, 27)
    assert policy.expiry(ClearanceType.RECORD_CHECK, date(2024, 1, 1)) == date(2024, 12, 31)


@pytest.mark.rule("VOL-1")
def test_a_clearance_holds_on_its_first_and_last_day_and_not_beyond():
    volunteer = a_volunteer(clearances=(a_clearance(ClearanceType.HEALTH, since=date(2025, 2, 1), until=date(2025, 7, 5)),))

    days = [date(2025, 1, 31), date(2025, 2, 1), date(2025, 7, 5), date(2025, 7, 6)]

    assert [in_force(volunteer, ClearanceType.HEALTH, day) for day in days] == [False, True, True, False]


@pytest.mark.rule("VOL-2")
def test_the_last_word_counts_and_a_pending_check_takes_nothing_away():
    cleared = record(a_volunteer())[0]
    pending, nothing = record(cleared, result=ClearanceResult.PENDING)
    revoked, facts = record(pending, result=ClearanceResult.WITHDRAWN)

    assert (in_force(pending, ClearanceType.RECORD_CHECK, TODAY), nothing) == (True, [])
    assert not in_force(revoked, ClearanceType.RECORD_CHECK, TODAY)
    assert facts == [ClearanceRevoked(volunteer_id="V1", clearance_type="RECORD_CHECK")]


@pytest.mark.rule("VOL-3")
def test_a_first_check_that_is_not_clear_is_announced_to_nobody():
    volunteer, facts = record(a_volunteer(), result=ClearanceResult.NOT_CLEAR)

    assert facts == []
    assert volunteer.clearances[0].expires_on is None


def test_a_check_from_the_future_or_ending_before_it_began_is_refused():
    with pytest.raises(Invalid) as future:
        record(a_volunteer(), checked_on=TODAY + timedelta(days=1))
    with pytest.raises(Invalid) as backwards:
        record(a_volunteer(), expires_on=TODAY - timedelta(days=1))

    assert code_of(future) == ("checked_on", "IN_THE_FUTURE")
    assert code_of(backwards) == ("expires_on", "BEFORE_START")


@pytest.mark.rule("VOL-1")
@pytest.mark.parametrize("missing", CHILD_CLEARANCES)
def test_who_lacks_one_child_clearance_does_not_mind_children(missing):
    complete = a_volunteer(cleared=True)
    lacking = a_volunteer(clearances=tuple(one for one in complete.clearances if one.type != missing))

    assert may_mind_children(complete, DAY)
    assert not may_mind_children(lacking, DAY)


@pytest.mark.rule("VOL-4")
def test_an_adult_is_18_on_the_day_and_approved():
    assert not may_mind_children(a_volunteer(cleared=True, born_on=date(2007, 7, 6)), DAY)
    assert may_mind_children(a_volunteer(cleared=True, born_on=date(2007, 7, 5)), DAY)
    assert not may_mind_children(a_volunteer(cleared=True, state=VolunteerState.SUSPENDED), DAY)
    assert not may_mind_children(a_volunteer(cleared=True, state=VolunteerState.APPLIED), DAY)


def test_a_suspension_holds_until_it_is_lifted():
    suspended, facts = domain.suspend(a_volunteer(), reason="待查", at=NOW, by="C1")
    back, more = domain.reinstate(suspended, at=NOW, by="C1")

    assert facts == [VolunteerSuspended(volunteer_id="V1", person_id="P-V1")]
    assert more == [VolunteerReinstated(volunteer_id="V1", person_id="P-V1")]
    assert (back.state, back.suspended_reason) == (VolunteerState.APPROVED, None)
    with pytest.raises(Conflict):
        domain.suspend(suspended, reason="x", at=NOW, by="C1")
    with pytest.raises(Conflict):
        domain.reinstate(back, at=NOW, by="C1")


@pytest.mark.rule("VOL-32")
def test_a_volunteer_and_the_nearest_kin_are_close_and_nobody_is_not():
    volunteer = a_volunteer(staff_id="W1", kin_staff_ids=("W2",))

    assert [is_close_to(volunteer, who) for who in ("V1", "P-V1", "W1", "W2", "W3", None)] == [True, True, True, True, False, False]


@pytest.mark.rule("VOL-10")
def test_a_claim_counts_for_a_minute_and_makes_room_for_later_ones():
    def a_claim(id, at=NOW):
        return Claim(id, ClaimKind.PLACE, f"A-{id}", START, START + HOUR, "x", at)

    minute = timedelta(minutes=1)
    calendar = calendars.claim(calendars.claim(Calendar("V1"), a_claim("1")), a_claim("2", NOW + minute / 2))

    assert [calendar.holds(id, NOW + minute / 2) for id in "123"] == [True, True, False]
    assert [claim.id for claim in calendar.young(NOW + minute)] == ["2"]
    assert [claim.id for claim in calendars.claim(calendar, a_claim("3", NOW + minute)).claims] == ["2", "3"]
    assert calendars.release(calendar, "1").claims == calendar.claims[1:]


@pytest.mark.rule("X-6")
def test_who_was_born_on_29_february_turns_older_on_1_march():
    born = date(2000, 2, 29)

    assert [age_on(born, day) for day in (date(2018, 2, 28), date(2018, 3, 1), date(2020, 2, 29))] == [17, 18, 20]


@pytest.mark.rule("X-6")
@given(born=st.dates(date(1900, 1, 1), date(2025, 1, 1)), days=st.integers(0, 40000))
def test_nobody_ever_grows_younger(born, days):
    day = min(born + timedelta(days=days), date(2200, 1, 1))

    assert 0 <= age_on(born, day) <= age_on(born, day + timedelta(days=1)) <= age_on(born, day) + 1
