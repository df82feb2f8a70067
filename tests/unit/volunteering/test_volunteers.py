"""Who may serve, in which role, on which day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.volunteering import (
    ClearanceExpired,
    ClearanceExpiring,
    ClearanceGranted,
    ClearanceRevoked,
    VolunteerApplied,
    VolunteerApproved,
    VolunteerBegan,
    VolunteerExited,
    VolunteerRefused,
    VolunteerReinstated,
    VolunteerRested,
    VolunteerReturned,
    VolunteerSuspended,
)
from services.volunteering.volunteers import calendars, clearances, interruptions, screening
from services.volunteering.volunteers.calendars import Calendar, Claim, ClaimKind
from services.volunteering.volunteers.domain import (
    CHILD_CLEARANCES,
    ClearanceResult,
    ClearanceType,
    PauseKind,
    RefusalCategory,
    VolunteerKind,
    VolunteerPolicy,
    VolunteerState,
    age_on,
    has_failed_check,
    in_force,
    is_close_to,
    lacks_insurance,
    may_mind_children,
    may_serve,
    prefers_light,
)
from tests.unit.volunteering.builders import DAY, HOUR, NOW, START, TODAY, a_clearance, a_volunteer, refusal


def apply(**details):
    values = {"person_id": "P1", "kinds": [VolunteerKind.GENERAL], "born_on": date(1980, 1, 1), "today": TODAY, "at": NOW, "by": "W1"}
    return screening.apply(id="V1", **{**values, **details})


def approve(volunteer, **details):
    values = {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": TODAY, "today": TODAY, "at": NOW, "by": "C1"}
    return screening.approve(volunteer, **{**values, **details})


def record(volunteer, **details):
    values = {
        "type": ClearanceType.RECORD_CHECK,
        "result": ClearanceResult.CLEAR,
        "checked_on": TODAY,
        "today": TODAY,
        "at": NOW,
        "by": "C1",
    }
    return clearances.record_clearance(volunteer, id="X", **{**values, **details})


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
    policy = clearances.ClearancePolicy()

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


@pytest.mark.rule("VOL-2", "VOL-3")
@pytest.mark.parametrize("result", [ClearanceResult.NOT_CLEAR, ClearanceResult.WITHDRAWN])
def test_a_first_check_that_is_not_clear_is_told_once_and_without_a_why(result):
    revoked = ClearanceRevoked(volunteer_id="V1", clearance_type="RECORD_CHECK")

    failed, facts = record(a_volunteer(), result=result)
    after_pending, late = record(record(a_volunteer(), result=ClearanceResult.PENDING)[0], result=result)
    again, nothing = record(failed, result=ClearanceResult.NOT_CLEAR)

    assert (facts, late) == ([revoked], [revoked])
    assert failed.clearances[0].expires_on is None
    assert (len(again.clearances), nothing) == (2, [])
    assert record(failed, result=result, type=ClearanceType.HEALTH)[1] == [ClearanceRevoked(volunteer_id="V1", clearance_type="HEALTH")]


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
    suspended, facts = screening.suspend(a_volunteer(), reason="待查", at=NOW, by="C1")
    back, more = screening.reinstate(suspended, at=NOW, by="C1")

    assert facts == [VolunteerSuspended(volunteer_id="V1", person_id="P-V1")]
    assert more == [VolunteerReinstated(volunteer_id="V1", person_id="P-V1")]
    assert (back.state, back.suspended_reason) == (VolunteerState.ACTIVE, None)
    with pytest.raises(Conflict):
        screening.suspend(suspended, reason="x", at=NOW, by="C1")
    with pytest.raises(Conflict):
        screening.reinstate(back, at=NOW, by="C1")


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


def refuse(volunteer, *, by="C1", today=TODAY, **details):
    values = {"category": RefusalCategory.CHECK, "note": "旧案"}
    return screening.refuse(volunteer, **{**values, **details}, today=today, at=NOW, by=by)


def test_an_application_is_screened_approved_and_begins_with_its_first_place():
    screened, nothing = screening.screen(apply()[0], at=NOW, by="C1")
    approved = approve(screened)[0]
    active, facts = screening.begin(approved)

    assert (screened.state, nothing) == (VolunteerState.SCREENING, [])
    assert screening.screen(screened, at=NOW, by="C1") == (screened, [])
    assert (active.state, facts) == (VolunteerState.ACTIVE, [VolunteerBegan(volunteer_id="V1", person_id="P1")])
    assert screening.begin(active) == (active, [])
    with pytest.raises(Conflict) as refused:
        screening.screen(active, at=NOW, by="C1")
    assert refused.value.code == "NOT_APPLIED"


@pytest.mark.rule("VOL-3")
def test_a_refusal_tells_no_reason_and_may_be_appealed_once_within_fifteen_days():
    refused, facts = refuse(apply()[0])
    last = TODAY + timedelta(days=15)

    assert facts == [VolunteerRefused(volunteer_id="V1", person_id="P1", appeal_until=last)]
    assert screening.appeal(refused, today=last, at=NOW, by="C2")[0].state == VolunteerState.SCREENING
    with pytest.raises(Conflict) as late:
        screening.appeal(refused, today=last + timedelta(days=1), at=NOW, by="C2")
    again, more = refuse(screening.appeal(refused, today=last, at=NOW, by="C2")[0], by="C2")
    with pytest.raises(Conflict) as twice:
        screening.appeal(again, today=last, at=NOW, by="C3")

    assert {late.value.code, twice.value.code} == {"APPEAL_OVER"}
    assert more == [VolunteerRefused(volunteer_id="V1", person_id="P1", appeal_until=None)]


def test_an_appeal_is_decided_by_somebody_else_than_who_refused():
    appealed = screening.appeal(refuse(apply()[0], by="C1")[0], today=TODAY, at=NOW, by="C1")[0]

    for decide in (approve, refuse):
        with pytest.raises(Forbidden) as refused:
            decide(appealed, by="C1")
        assert refused.value.code == "APPEAL_NEEDS_ANOTHER"
    approved = approve(appealed, by="C2")[0]
    assert (approved.state, approved.refusal_category, approved.refusal_note) == (VolunteerState.APPROVED, None, None)


def test_who_was_refused_or_left_may_offer_again_when_no_appeal_is_open():
    refused = refuse(apply()[0])[0]
    with pytest.raises(Conflict) as early:
        screening.apply_again(refused, today=TODAY, at=NOW, by="C1")
    again, facts = screening.apply_again(refused, today=TODAY + timedelta(days=16), at=NOW, by="C1")
    left = screening.leave(a_volunteer(), at=NOW, by="C1")[0]

    assert early.value.code == "APPEAL_OPEN"
    assert (again.state, facts) == (VolunteerState.APPLIED, [VolunteerApplied(volunteer_id="V1", person_id="P1", kinds=["GENERAL"])])
    assert approve(again, by="C1")[0].state == VolunteerState.APPROVED
    assert screening.apply_again(left, today=TODAY, at=NOW, by="C1")[0].state == VolunteerState.APPLIED
    with pytest.raises(Conflict):
        screening.apply_again(a_volunteer(), today=TODAY, at=NOW, by="C1")


def test_a_volunteer_rests_returns_and_leaves_each_told_once():
    ids = {"volunteer_id": "V1", "person_id": "P-V1"}
    resting, rested = screening.rest(a_volunteer(state=VolunteerState.ACTIVE), at=NOW, by="C1")
    back, returned = screening.come_back(resting, at=NOW, by="C1")
    gone, left = screening.leave(resting, at=NOW, by="C1")

    assert (rested, returned, left) == ([VolunteerRested(**ids)], [VolunteerReturned(**ids)], [VolunteerExited(**ids)])
    assert not may_serve(resting, TODAY)
    assert may_serve(back, TODAY)
    assert (screening.rest(resting, at=NOW, by="C1")[1], screening.leave(gone, at=NOW, by="C1")[1]) == ([], [])
    for command, volunteer in ((screening.rest, gone), (screening.come_back, back), (screening.leave, refuse(apply()[0])[0])):
        with pytest.raises(Conflict):
            command(volunteer, at=NOW, by="C1")


@pytest.mark.rule("REG-30")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (VolunteerState.APPLIED, VolunteerState.APPLIED),
        (VolunteerState.APPROVED, VolunteerState.ACTIVE),
        (VolunteerState.RESTING, VolunteerState.RESTING),
        (VolunteerState.SUSPENDED, VolunteerState.SUSPENDED),
    ],
)
def test_a_confirmed_death_ends_volunteering_and_one_that_was_none_gives_it_back(before, after):
    dead, facts = interruptions.die(a_volunteer(state=before))
    alive, _ = interruptions.live(dead)

    assert (dead.state, facts) == (VolunteerState.EXITED, [VolunteerExited(volunteer_id="V1", person_id="P-V1")])
    assert interruptions.die(dead) == (dead, [])
    assert (alive.state, alive.left_from) == (after, None)


@pytest.mark.rule("REG-30")
def test_who_left_by_themselves_does_not_come_back_by_a_retracted_death():
    left = screening.leave(a_volunteer(), at=NOW, by="C1")[0]

    assert interruptions.live(interruptions.die(left)[0])[0].state == VolunteerState.EXITED


def test_a_pause_covers_its_days_and_nothing_after():
    away, facts = interruptions.pause(a_volunteer(), kind=PauseKind.AWAY, since=TODAY, until=TODAY + timedelta(days=2))
    held = interruptions.pause(away, kind=PauseKind.HELD, since=TODAY)[0]

    assert (facts, [may_serve(away, TODAY + timedelta(days=days)) for days in (-1, 0, 1, 2)]) == ([], [True, False, False, True])
    assert not may_serve(held, TODAY + timedelta(days=99))
    assert interruptions.unpause(held, kind=PauseKind.HELD)[0] == away
    assert interruptions.unpause(away, kind=PauseKind.AWAY)[0] == a_volunteer()


@pytest.mark.rule("VOL-4")
def test_a_volunteer_under_16_is_approved_with_a_guardian_by_name():
    child = apply(born_on=date(2009, 7, 2), guardian_consent_id="G")[0]

    with pytest.raises(Invalid) as refused:
        approve(child)

    assert code_of(refused) == ("guardian_person_id", "GUARDIAN_REQUIRED")
    assert approve(child, guardian_person_id="P9")[0].guardian_person_id == "P9"
    assert approve(apply(born_on=date(2009, 7, 1), guardian_consent_id="G")[0])[0].guardian_person_id is None


@pytest.mark.rule("VOL-4")
def test_from_70_on_light_roles_are_the_default_and_insurance_is_looked_at():
    policy = VolunteerPolicy()
    before, old = a_volunteer(born_on=date(1955, 7, 2)), a_volunteer(born_on=date(1955, 7, 1))

    assert [prefers_light(one, TODAY, policy) for one in (before, old)] == [False, True]
    assert not prefers_light(a_volunteer(born_on=date(1955, 7, 1), heavy_by_choice=True), TODAY, policy)
    insured = a_volunteer(born_on=date(1955, 7, 1), insured_until=TODAY)
    assert [lacks_insurance(one, TODAY, policy) for one in (before, old, insured)] == [False, True, False]
    assert lacks_insurance(insured, TODAY + timedelta(days=1), policy)


@pytest.mark.rule("VOL-2")
def test_the_end_of_a_check_is_told_60_30_and_7_days_ahead_and_once_when_it_has_come():
    ends = date(2025, 12, 31)
    volunteer = a_volunteer(clearances=(a_clearance(ClearanceType.RECORD_CHECK, until=ends),))
    told = []
    for days in range(62, -4, -1):
        assert (clearances.next_look(volunteer, clearances.ClearancePolicy()) or date.max) >= ends - timedelta(days=days)
        volunteer, facts = clearances.mind(volunteer, today=ends - timedelta(days=days))
        told += facts

    about = {"volunteer_id": "V1", "clearance_type": "RECORD_CHECK"}
    assert told == [*(ClearanceExpiring(**about, expires_on=ends, days_left=days) for days in (60, 30, 7)), ClearanceExpired(**about, expired_on=ends)]
    assert volunteer.clearances[0].result == ClearanceResult.EXPIRED
    assert clearances.next_look(volunteer, clearances.ClearancePolicy()) is None


@pytest.mark.rule("VOL-2")
def test_a_clock_that_stood_still_for_months_tells_only_what_is_so_now():
    ends = date(2025, 12, 31)
    volunteer = a_volunteer(clearances=(a_clearance(ClearanceType.RECORD_CHECK, until=ends),))

    late, facts = clearances.mind(volunteer, today=date(2025, 12, 28))
    over = clearances.mind(volunteer, today=date(2026, 7, 1))[1]

    assert [fact.days_left for fact in facts] == [3]
    assert clearances.mind(late, today=date(2025, 12, 29))[1] == []
    assert over == [ClearanceExpired(volunteer_id="V1", clearance_type="RECORD_CHECK", expired_on=ends)]


@pytest.mark.rule("VOL-2")
def test_a_renewed_check_is_reminded_of_by_its_own_end_and_those_who_left_are_not_reminded():
    old = a_clearance(ClearanceType.RECORD_CHECK, until=TODAY)
    renewed = record(a_volunteer(clearances=(old,)), checked_on=TODAY)[0]
    gone = a_volunteer(state=VolunteerState.EXITED, clearances=(old,))

    assert clearances.mind(renewed, today=TODAY + timedelta(days=10))[1] == []
    assert clearances.mind(gone, today=TODAY + timedelta(days=10))[1] == []
    assert clearances.next_look(gone, clearances.ClearancePolicy()) is None


@pytest.mark.rule("VOL-2")
def test_an_end_that_was_told_changes_nothing_about_the_days_before_it():
    volunteer = a_volunteer(clearances=(a_clearance(ClearanceType.HEALTH, until=date(2025, 7, 5)),))
    told = clearances.mind(volunteer, today=date(2025, 8, 1))[0]

    days = [date(2025, 7, 5), date(2025, 7, 6)]
    assert [in_force(told, ClearanceType.HEALTH, day) for day in days] == [True, False]


@pytest.mark.rule("VOL-2")
def test_a_check_expires_by_its_date_and_by_nobodys_word():
    with pytest.raises(Invalid) as refused:
        record(a_volunteer(), result=ClearanceResult.EXPIRED)

    assert code_of(refused) == ("result", "ENDS_BY_ITS_DATE")


def test_a_description_changes_only_what_it_names():
    volunteer = a_volunteer(skills=("理发",), limits="不能久站")

    changed, facts = screening.describe(volunteer, skills=["书法", "书法"], heavy_by_choice=True, at=NOW, by="C1")

    assert (changed.skills, changed.limits, changed.heavy_by_choice, facts) == (("书法",), "不能久站", True, [])


@pytest.mark.rule("VOL-2")
def test_a_failed_check_is_one_whose_last_word_is_not_clear():
    failed = record(a_volunteer(), result=ClearanceResult.NOT_CLEAR)[0]

    assert [has_failed_check(one) for one in (a_volunteer(cleared=True), failed, record(failed)[0])] == [False, True, False]
    assert has_failed_check(record(failed, result=ClearanceResult.PENDING)[0])


@pytest.mark.rule("VOL-2")
@pytest.mark.parametrize("result", [ClearanceResult.NOT_CLEAR, ClearanceResult.WITHDRAWN])
def test_a_check_that_was_clear_before_it_failed_restores_nothing_when_it_is_recorded_afterwards(result):
    check = ClearanceType.RECORD_CHECK
    failed = a_volunteer(clearances=(a_clearance(check), replace(a_clearance(check, result=result, since=date(2025, 3, 1)), id="X")))
    stale = replace(failed, clearances=(*failed.clearances, replace(a_clearance(check, since=date(2025, 2, 28)), id="Y")))
    anew = replace(failed, clearances=(*failed.clearances, replace(a_clearance(check, since=date(2025, 3, 1)), id="Y")))

    assert [in_force(one, check, DAY) for one in (failed, stale, anew)] == [False, False, True]
    values = {"id": "Y", "type": check, "result": ClearanceResult.CLEAR, "expires_on": date(2026, 1, 1), "today": TODAY, "at": NOW, "by": "C1"}
    assert refusal(clearances.record_clearance, failed, checked_on=date(2025, 2, 28), **values) == ("checked_on", "CHECKED_BEFORE_THE_LAST")
    assert in_force(clearances.record_clearance(failed, checked_on=date(2025, 3, 1), **values)[0], check, DAY)


@pytest.mark.rule("VOL-2")
def test_the_checks_to_renew_are_those_that_hold_until_a_day_or_did_and_what_ends_first_comes_first():
    ended = a_clearance(ClearanceType.HEALTH, until=date(2025, 6, 1), result=ClearanceResult.EXPIRED)
    soon, later = a_clearance(ClearanceType.RECORD_CHECK, until=date(2025, 8, 1)), a_clearance(ClearanceType.TEACHING, until=date(2026, 8, 1))
    others = (a_clearance(ClearanceType.DRIVING, until=None), a_clearance(ClearanceType.FIRST_AID, result=ClearanceResult.NOT_CLEAR))
    volunteer = a_volunteer(clearances=(later, soon, ended, *others))

    assert volunteer.ending == (ended, soon, later)
    assert replace(volunteer, clearances=(*volunteer.clearances, replace(ended, id="C9", expires_on=date(2026, 6, 1), result=ClearanceResult.CLEAR))).ending[0] == soon
    for nobody in ({"state": VolunteerState.EXITED}, {"state": VolunteerState.REFUSED}, {"merged_into": "V2"}):
        assert replace(volunteer, **nobody).ending == ()


@pytest.mark.rule("VOL-32")
def test_nobody_close_to_a_volunteer_changes_who_may_not_vouch_for_the_hours():
    volunteer = a_volunteer(staff_id="S1", kin_staff_ids=("S2",))

    for by in ("S1", "S2"):
        for changes in ({"staff_id": None}, {"kin_staff_ids": []}):
            with pytest.raises(Forbidden) as refused:
                screening.describe(volunteer, **changes, at=NOW, by=by)
            assert refused.value.code == "OWN_RECORD"
    assert screening.describe(volunteer, staff_id="S1", kin_staff_ids=["S2"], max_per_week=2, at=NOW, by="S1")[0].max_per_week == 2
    assert screening.describe(volunteer, staff_id="S9", kin_staff_ids=[], at=NOW, by="C1")[0].staff_id == "S9"
    assert screening.describe(a_volunteer(), staff_id="S1", at=NOW, by="S1")[0].staff_id == "S1"
