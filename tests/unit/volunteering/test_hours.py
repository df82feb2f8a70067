"""Hours: minutes that somebody else verified."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated
from services.common.events.volunteering import HoursVerified
from services.volunteering.certificates import domain as certificates
from services.volunteering.certificates import pages
from services.volunteering.hours.domain import corrections, groups
from services.volunteering.hours.domain import entries as domain
from services.volunteering.hours.domain.entries import HoursBasis, HoursPolicy, HoursState
from services.volunteering.records import domain as records
from tests.unit.volunteering.builders import DAY, HOUR, START, a_volunteer

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

    assert (verified.minutes, fact.event.minutes) == (300, 300)


@pytest.mark.rule("VOL-31")
@pytest.mark.parametrize(("span", "left_out", "confirmed", "credited"), [(120, 30, False, 90), (150, 0, False, 150), (300, 60, False, 150), (300, 60, True, 240), (170, 40, False, 130)])
def test_travel_and_meals_are_left_out_of_what_was_checked(span, left_out, confirmed, credited):
    entry = checked(START, START + span * MINUTE)

    verified, (fact,) = verify(entry, left_out_minutes=left_out, confirm_over_plan=confirmed)

    assert (verified.minutes, verified.left_out_minutes, fact.event.minutes) == (credited, left_out, credited)


@pytest.mark.rule("VOL-31")
def test_no_more_is_left_out_than_there_was():
    with pytest.raises(Invalid) as refused:
        verify(checked(), left_out_minutes=121)
    assert [(one.field, one.code, one.params) for one in refused.value.errors] == [("left_out_minutes", "LONGER_THAN_SPAN", {"span": 120})]
    assert verify(checked(), left_out_minutes=120)[0].minutes == 0


@pytest.mark.rule("VOL-31")
@pytest.mark.parametrize(("others", "long"), [(420, False), (421, True)])
def test_a_correction_says_anew_whether_the_day_was_a_long_one(others, long):
    corrected, _ = correct(verified(), minutes_that_day=others)

    assert [one.long_day for one, _ in corrections.rows(corrected)] == [False, long]


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
    assert facts == [Dated(HoursVerified(hours_id="H1", volunteer_id="V1", person_id="P-V1", activity_id="A1", minutes=120), DAY)]
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


@pytest.mark.rule("VOL-32")
def test_nobody_decides_before_they_said_whose_kin_they_are_or_on_the_hours_of_declared_kin():
    with pytest.raises(Conflict) as unsaid:
        verify(checked(), kin_of_by=None)
    with pytest.raises(Forbidden) as kin:
        verify(checked(), kin_of_by=["P-V1"])

    assert (unsaid.value.code, kin.value.code) == ("KIN_NOT_DECLARED", "OWN_HOURS")
    assert verify(checked(), kin_of_by=["P-V2"])[0].state == HoursState.VERIFIED


def verified(**details):
    return verify(checked(START, START + 2 * HOUR), **details)[0]


def correct(entry, minutes=60, **details):
    values = {"reason": "提前离开", "minutes_that_day": 0, "reversal_id": "R1", "replacement_id": "H2", "at": LATER, "by": "C2", "kin_of_by": []}
    return corrections.correct(entry, a_volunteer(), minutes=minutes, policy=HoursPolicy(), **{**values, **details})


@pytest.mark.rule("VOL-31", "X-2")
def test_a_wrong_entry_is_taken_away_by_a_reversal_and_the_right_one_stands_beside_it():
    wrong = verified()

    corrected, (fact,) = correct(wrong)
    (reversal, took), (replacement, gave) = corrections.rows(corrected)

    assert (corrected.state, corrected.minutes, corrected.correction.reason) == (HoursState.CORRECTED, 120, "提前离开")
    assert (fact.reversal_id, fact.replacement_id) == ("R1", "H2")
    assert (reversal.minutes, reversal.reverses, replacement.minutes, replacement.replaces) == (-120, "H1", 60, "H1")
    assert [one.event.minutes for one in (*took, *gave)] == [-120, 60]
    assert sum(one.minutes for one in (corrected, reversal, replacement) if one.counts) == 60
    assert [one.fills_time for one in (corrected, reversal, replacement)] == [False, False, True]
    assert (replacement.verified_by, replacement.state) == ("C2", HoursState.VERIFIED)


@pytest.mark.rule("VOL-31")
def test_what_never_happened_is_only_reversed():
    corrected, (fact,) = correct(verified(), 0)

    assert fact.replacement_id is None
    assert [one.minutes for one, _ in corrections.rows(corrected)] == [-120]


@pytest.mark.rule("VOL-31", "VOL-32")
def test_a_correction_stays_within_the_span_and_the_plan_and_is_nobodys_own():
    def refused(error, entry, minutes=60, **details):
        with pytest.raises(error) as raised:
            correct(entry, minutes, **details)
        return raised.value.errors[0].code if raised.value.errors else raised.value.code

    long = verify(claimed(ends_at=START + 300 * MINUTE))[0]
    reversal = corrections.rows(correct(verified())[0])[0][0]

    assert refused(Invalid, verified(), 121) == "LONGER_THAN_SPAN"
    assert refused(Invalid, verified(), 120) == "SAME_MINUTES"
    assert refused(Invalid, long, 200) == "OVER_PLAN"
    assert correct(long, 200, confirm_over_plan=True)[0].correction.minutes == 200
    assert refused(Forbidden, verified(), kin_of_by=["P-V1"]) == "OWN_HOURS"
    assert {refused(Conflict, one) for one in (checked(), correct(verified())[0], reversal)} == {"HOURS_NOT_CORRECTABLE"}


@pytest.mark.rule("VOL-30")
def test_a_volunteer_may_ask_to_correct_and_what_counted_goes_on_counting():
    asked, _ = corrections.dispute(verified(), words="我做到了十二点", at=LATER, by="C1")
    settle = {"at": LATER, "by": "C2", "kin_of_by": []}

    stands, _ = corrections.settle(asked, a_volunteer(), reopen=False, **settle)

    assert (asked.state, asked.counts, asked.fills_time, asked.dispute_words) == (HoursState.DISPUTED, True, True, "我做到了十二点")
    assert (stands.state, stands.dispute.settled_by) == (HoursState.VERIFIED, "C2")
    assert correct(asked)[0].dispute.settled_at == LATER
    with pytest.raises(Conflict) as instead:
        corrections.settle(asked, a_volunteer(), reopen=True, **settle)
    with pytest.raises(Conflict) as nothing:
        corrections.dispute(checked(), words="x", at=LATER, by="C1")
    assert (instead.value.code, nothing.value.code) == ("CORRECT_INSTEAD", "HOURS_NOT_DISPUTABLE")


@pytest.mark.rule("VOL-30")
def test_what_was_declined_is_heard_by_somebody_else():
    declined, _ = domain.reject(claimed(), a_volunteer(), reason="没有来", at=LATER, by="C1")
    asked, _ = corrections.dispute(declined, words="我来了", at=LATER, by="C1")

    with pytest.raises(Forbidden) as own:
        corrections.settle(asked, a_volunteer(), reopen=True, at=LATER, by="C1", kin_of_by=[])
    anew, _ = corrections.settle(asked, a_volunteer(), reopen=True, at=LATER, by="C2", kin_of_by=[])

    assert own.value.code == "OWN_DECISION"
    assert (asked.counts, anew.state, anew.reject_reason) == (False, HoursState.CLAIMED, None)
    assert verify(anew, by="C3")[0].state == HoursState.VERIFIED


@pytest.mark.rule("VOL-31")
def test_a_group_entry_makes_one_entry_for_each_volunteer():
    group, (fact,) = groups.enter_group(
        id="G1", activity_id="A1", entries={"V1": "H1", "V2": "H2"}, starts_at=START, ends_at=START + HOUR, at=LATER, by="C1"
    )

    assert (group.volunteer_ids, group.hours_ids, fact.entries) == (("V1", "V2"), ("H1", "H2"), 2)


def issue(*entries, as_of=LATER.date(), **details):
    values = {"holder_name": "张三", "today": LATER.date(), "at": LATER, "by": "C2", "kin_of_by": []}
    return certificates.issue(a_volunteer(), entries, id="CE1", number="2025-AAAAA-BBBBB", as_of=as_of, **{**values, **details})


@pytest.mark.rule("VOL-30", "VOL-32")
def test_a_certificate_counts_every_minute_until_its_day_and_none_that_nobody_vouched_for():
    certificate, (fact,) = issue(verified(), replace(claimed(), id="H3"))

    assert (certificate.minutes, certificate.hours, certificate.times, fact.minutes, fact.entries) == (120, "2.0", 1, 120, 1)
    assert certificates.taken_in(verified(), "CE1").state == HoursState.CERTIFIED
    assert certificates.taken_in(checked(), "CE1") == checked()
    for wrong in ({"as_of": START.date() - timedelta(days=1)}, {"kin_of_by": ["P-V1"]}, {"by": "V1"}, {"kin_of_by": None}):
        with pytest.raises((Conflict, Forbidden)):
            issue(verified(), **wrong)
    with pytest.raises(Invalid):
        issue(verified(), as_of=LATER.date() + timedelta(days=1))


@pytest.mark.rule("VOL-32")
def test_a_later_reversal_supersedes_a_certificate_and_one_that_counts_it_stays_valid():
    corrected, _ = correct(certificates.taken_in(verified(), "CE1"))
    (reversal, _), (replacement, _) = corrections.rows(corrected)
    before, _ = issue(verified())
    after, _ = issue(corrected, reversal, replacement)

    superseded, (fact,) = certificates.supersede(before, at=LATER)

    assert certificates.is_overtaken(before, corrected) and not certificates.is_overtaken(after, corrected)
    assert (after.minutes, superseded.state.value, fact.certificate_id, superseded.minutes) == (60, "SUPERSEDED", "CE1", 120)
    assert certificates.supersede(superseded, at=LATER) == (superseded, [])
    for half in ((corrected,), (corrected, reversal)):
        with pytest.raises(Conflict) as early:
            issue(*half)
        assert early.value.code == "CORRECTION_UNDER_WAY"


@pytest.mark.rule("VOL-31")
@pytest.mark.parametrize(("minutes", "hours"), [(0, "0.0"), (30, "0.5"), (62, "1.0"), (63, "1.1"), (-60, "-1.0"), (754, "12.6")])
def test_minutes_are_shown_in_hours_to_a_tenth(minutes, hours):
    assert certificates.in_hours(minutes) == hours


@pytest.mark.rule("VOL-32")
def test_the_code_on_a_certificate_leads_to_its_check_page_which_tells_no_name():
    certificate, _ = issue(verified())
    url = f"https://nuanxin.example/v1/certificate-checks/{certificate.number}/page"

    picture = Image.open(BytesIO(pages.qr_png(url).get_data()))
    printed = pages.printable(certificate, {"A1": "重阳<联欢>"}, "社区<站>", url).get_data(as_text=True)
    shown = pages.check(certificate).get_data(as_text=True)

    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text == "https://nuanxin.example/v1/certificate-checks/2025-AAAAA-BBBBB/page"
    assert "张三" in printed and "社区&lt;站&gt;" in printed and "重阳&lt;联欢&gt;" in printed and "<svg" in printed
    assert "张三" not in shown and "P-V1" not in shown
    assert all(word in shown for word in ("2025-AAAAA-BBBBB", "有效", "2.0 小时", "2025-07-06"))
    assert pages.check(None).status_code == 404


@pytest.mark.rule("VOL-30")
def test_training_awards_and_evaluation_are_on_record_and_a_wrong_one_is_taken_back():
    about = {"id": "R1", "volunteer_id": "V1", "person_id": "P-V1", "title": "儿童安全培训", "on": LATER.date()}
    now = {"today": LATER.date(), "at": LATER, "by": "C1"}

    made, _ = records.record(kind=records.RecordKind.TRAINING, minutes=120, **about, **now)
    back, _ = records.withdraw(made, reason="记错了人", at=LATER, by="C1")

    assert (made.minutes, back.withdrawal_reason, back.title) == (120, "记错了人", "儿童安全培训")
    for kind in (records.RecordKind.TRAINING, records.RecordKind.EVALUATION):
        with pytest.raises(Invalid):
            records.record(kind=kind, **about, **now)
    with pytest.raises(Conflict):
        records.withdraw(back, reason="x", at=LATER, by="C1")


@pytest.mark.rule("VOL-31")
def test_time_outside_any_activity_is_described_and_beyond_half_an_hour_takes_a_word():
    entry = claimed(activity_id=None, planned=None, description="上门理发")

    assert (entry.basis, entry.activity_id, entry.minutes, entry.stated_minutes) == (HoursBasis.MANUAL, "H1", 30, 120)
    assert verify(entry)[0].minutes == 30
    assert verify(entry, confirm_over_plan=True)[0].minutes == 120
    assert claimed(description="布置").basis == HoursBasis.CLAIMED
    for words in (None, ""):
        with pytest.raises(Invalid) as refused:
            claimed(activity_id=None, planned=None, description=words)
        assert [(one.field, one.code) for one in refused.value.errors] == [("description", "REQUIRED")]
