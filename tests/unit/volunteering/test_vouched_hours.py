"""Hours, their corrections, certificates and what stands beside them: every word that is kept, every refusal, every boundary."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated
from services.common.events.volunteering import (
    HoursCertificateSuperseded,
    HoursCertified,
    HoursCorrected,
    HoursGroupEntered,
    HoursVerified,
)
from services.volunteering.certificates import domain as certificates
from services.volunteering.certificates.domain import CertificateState, Certified, HoursCertificate
from services.volunteering.hours.domain import corrections, entries, groups, kin
from services.volunteering.hours.domain.entries import Correction, Dispute, HoursBasis, HoursEntry, HoursPolicy, HoursState
from services.volunteering.records import domain as records
from services.volunteering.records.domain import RecordKind, VolunteerRecord
from tests.unit.volunteering.builders import DAY, HOUR, START, a_volunteer

H = HoursState
MINUTE = timedelta(minutes=1)
PLANNED = (START, START + 2 * HOUR)
LATER = START + timedelta(days=1)
POLICY = HoursPolicy(over_plan=15, long_day=300, cancelled_credit=20)
WHO = {"volunteer_id": "V1", "person_id": "P-V1", "activity_id": "A1"}


def an_entry(**details):
    values = {
        **WHO,
        "id": "H1",
        "starts_at": START,
        "ends_at": START + 2 * HOUR,
        "minutes": 120,
        "stated_minutes": 120,
        "planned_minutes": 120,
        "basis": HoursBasis.CHECKED,
        "state": H.VERIFIED,
        "assignment_id": "AS1",
        "verified_by": "C1",
        "verified_at": LATER,
    }
    return HoursEntry(**{**values, **details})


def why(command, *args, **kwargs):
    """Return the kind of a refusal, its code, its field, and what it tells beside."""
    with pytest.raises((Conflict, Forbidden, Invalid)) as refused:
        command(*args, **kwargs)
    error = refused.value
    if error.errors:
        return "Invalid", error.errors[0].field, error.errors[0].code, error.errors[0].params
    return type(error).__name__, error.code


# Entries


def claim(**details):
    values = {"planned": PLANNED, "starts_at": START, "ends_at": START + HOUR, "at": LATER, "by": "W1", "policy": POLICY, **WHO}
    return entries.claim(id="H1", **{**values, **details})


@pytest.mark.rule("VOL-31")
def test_a_claim_keeps_who_claimed_what_for_whom_and_is_capped():
    claimed = claim(ends_at=START + 3 * HOUR, minutes=150, description="搬书", group_id="G1")

    assert claimed == (
        HoursEntry(
            id="H1",
            **WHO,
            starts_at=START,
            ends_at=START + 3 * HOUR,
            minutes=135,
            stated_minutes=150,
            planned_minutes=120,
            basis=HoursBasis.CLAIMED,
            state=H.CLAIMED,
            description="搬书",
            claimed_by="W1",
            group_id="G1",
        ),
        [],
    )


@pytest.mark.rule("VOL-31")
def test_a_claim_ends_five_minutes_from_now_at_the_latest_and_after_it_began():
    assert claim(at=START + HOUR - 5 * MINUTE)[0].minutes == 60
    assert why(claim, at=START + HOUR - 5 * MINUTE - timedelta(seconds=1)) == ("Invalid", "ends_at", "IN_THE_FUTURE", {})
    assert why(claim, ends_at=START) == ("Invalid", "ends_at", "BEFORE_START", {})
    assert claim(minutes=60)[0].stated_minutes == 60
    assert why(claim, minutes=61) == ("Invalid", "minutes", "LONGER_THAN_SPAN", {"span": 60})
    assert claim(minutes=0)[0].minutes == 0


def check(in_at=None, out_at=None, **details):
    return entries.check(id="H1", assignment_id="AS1", planned=PLANNED, in_at=in_at, out_at=out_at, policy=POLICY, **WHO, **details)[0]


@pytest.mark.rule("VOL-31")
@pytest.mark.parametrize(
    ("in_at", "out_at", "starts", "ends", "minutes", "basis"),
    [
        (None, None, 0, 120, 120, HoursBasis.PLANNED),
        (10, None, 10, 120, 110, HoursBasis.PLANNED),
        (None, 50, 0, 50, 50, HoursBasis.PLANNED),
        (10, 50, 10, 50, 40, HoursBasis.CHECKED),
        (0, 180, 0, 180, 135, HoursBasis.CHECKED),
        (150, None, 150, 150, 0, HoursBasis.PLANNED),
        (None, -10, -10, -10, 0, HoursBasis.PLANNED),
        (50, 10, 50, 10, 0, HoursBasis.CHECKED),
        (120, None, 120, 120, 0, HoursBasis.PLANNED),
    ],
)
def test_a_roll_call_counts_the_times_that_were_taken_and_the_plan_where_none_were(in_at, out_at, starts, ends, minutes, basis):
    def moment(at):
        return None if at is None else START + at * MINUTE

    entry = check(moment(in_at), moment(out_at))

    stated = max(0, ends - starts)
    assert entry == HoursEntry(
        "H1", **WHO, starts_at=moment(starts), ends_at=moment(ends), minutes=minutes, stated_minutes=stated, planned_minutes=120, basis=basis, state=H.CHECKED, assignment_id="AS1"
    )


@pytest.mark.rule("VOL-32")
def test_a_roll_call_by_the_volunteers_own_word_is_a_claim():
    entry = check(START, START + HOUR, claimed_by="W1")

    assert (entry.basis, entry.state, entry.claimed_by, entry.minutes) == (HoursBasis.CLAIMED, H.CLAIMED, "W1", 60)


@pytest.mark.rule("VOL-34")
@pytest.mark.parametrize(("in_at", "since"), [(None, START), (START - HOUR, START - HOUR)])
def test_who_had_come_when_it_was_called_off_has_the_same_credit_whatever_the_plan(in_at, since):
    entry, facts = entries.credit_for_coming(id="H1", assignment_id="AS1", planned=PLANNED, in_at=in_at, policy=POLICY, **WHO)

    assert facts == []
    assert entry == HoursEntry(
        "H1",
        **WHO,
        starts_at=since,
        ends_at=since + 20 * MINUTE,
        minutes=20,
        stated_minutes=20,
        planned_minutes=120,
        basis=HoursBasis.CHECKED,
        state=H.CHECKED,
        assignment_id="AS1",
    )


def verify(entry, **details):
    values = {"overlapping": [], "minutes_that_day": 0, "at": LATER, "by": "C1", "policy": POLICY}
    return entries.verify(entry, a_volunteer(), **{**values, **details})


@pytest.mark.rule("VOL-32")
@pytest.mark.parametrize(("before", "long"), [(180, False), (181, True)])
def test_who_vouches_stands_in_the_entry_and_a_long_day_is_flagged(before, long):
    open_entry = check()

    verified, facts = verify(open_entry, minutes_that_day=before)

    assert verified == replace(open_entry, state=H.VERIFIED, long_day=long, verified_by="C1", verified_at=LATER)
    assert facts == [Dated(HoursVerified(hours_id="H1", **WHO, minutes=120), DAY)]


@pytest.mark.rule("VOL-31")
def test_what_goes_beyond_the_plan_is_credited_only_by_a_word():
    long, _ = claim(ends_at=START + 3 * HOUR)

    assert verify(long)[0].minutes == 135
    assert verify(long, confirm_over_plan=True)[0].minutes == 180


@pytest.mark.rule("VOL-32")
@pytest.mark.parametrize("state", [H.VERIFIED, H.CERTIFIED, H.CORRECTED, H.REJECTED, H.DISPUTED])
def test_what_was_decided_is_decided_once(state):
    assert why(verify, an_entry(state=state)) == ("Conflict", "HOURS_DECIDED")
    assert why(entries.reject, an_entry(state=state), a_volunteer(), reason="x", at=LATER, by="C1") == ("Conflict", "HOURS_DECIDED")


@pytest.mark.rule("VOL-32")
def test_an_entry_is_declined_with_the_reason_and_by_whom():
    open_entry = check()

    declined = entries.reject(open_entry, a_volunteer(), reason="没有来", at=LATER, by="C1")

    assert declined == (replace(open_entry, state=H.REJECTED, reject_reason="没有来", verified_by="C1", verified_at=LATER), [])
    assert why(entries.reject, open_entry, a_volunteer(), reason="x", at=LATER, by="C1", kin_of_by=None) == ("Conflict", "KIN_NOT_DECLARED")
    assert why(entries.reject, open_entry, a_volunteer(), reason="x", at=LATER, by="C1", kin_of_by=["P-V1"]) == ("Forbidden", "OWN_HOURS")


@pytest.mark.rule("VOL-32")
def test_only_a_claim_bars_who_wrote_it_down():
    assert why(verify, check(claimed_by="C1")) == ("Forbidden", "OWN_CLAIM")
    assert verify(replace(check(), claimed_by="C1"))[0].state is H.VERIFIED


# Corrections


def correct(entry, minutes=60, **details):
    values = {"reason": "提前离开", "minutes_that_day": 0, "reversal_id": "R1", "replacement_id": "H2", "at": LATER, "by": "C2", "kin_of_by": [], "policy": POLICY}
    return corrections.correct(entry, a_volunteer(), minutes=minutes, **{**values, **details})


@pytest.mark.rule("VOL-31")
@pytest.mark.parametrize(("minutes", "replacement"), [(60, "H2"), (0, None)])
def test_a_correction_says_what_was_wrong_and_leaves_the_entry_as_it_was(minutes, replacement):
    corrected, facts = correct(an_entry(), minutes)

    assert corrected == an_entry(state=H.CORRECTED, correction=Correction("R1", replacement, minutes, "提前离开", "C2", LATER))
    assert facts == [HoursCorrected(hours_id="H1", **WHO, reversal_id="R1", replacement_id=replacement)]


@pytest.mark.rule("VOL-31")
def test_a_correction_may_reach_the_span_and_with_a_word_go_beyond_the_plan():
    long = an_entry(ends_at=START + 3 * HOUR)

    assert correct(long, 135)[0].correction.minutes == 135
    assert why(correct, long, 136) == ("Invalid", "minutes", "OVER_PLAN", {"most": 135})
    assert correct(long, 180, confirm_over_plan=True)[0].correction.minutes == 180
    assert why(correct, long, 181, confirm_over_plan=True) == ("Invalid", "minutes", "LONGER_THAN_SPAN", {"span": 180})
    assert why(correct, long, 120) == ("Invalid", "minutes", "SAME_MINUTES", {})
    assert why(correct, long, kin_of_by=None) == ("Conflict", "KIN_NOT_DECLARED")


def disputed(before, **details):
    return an_entry(state=H.DISPUTED, dispute=Dispute(before, LATER, "C1"), dispute_words="我做到了十二点", **details)


@pytest.mark.rule("VOL-31")
@pytest.mark.parametrize("before", [H.VERIFIED, H.CERTIFIED])
def test_a_correction_settles_the_objection_that_asked_for_it(before):
    asked = disputed(before)

    corrected, _ = correct(asked, at=LATER + HOUR)

    assert (corrected.state, corrected.dispute) == (H.CORRECTED, Dispute(before, LATER, "C1", LATER + HOUR, "C2"))


@pytest.mark.rule("VOL-31")
def test_an_earlier_objection_stays_as_it_was_settled():
    settled = Dispute(H.VERIFIED, LATER, "C1", LATER, "C9")

    assert correct(an_entry(dispute=settled))[0].dispute == settled


@pytest.mark.rule("VOL-31")
@pytest.mark.parametrize(
    "entry",
    [
        an_entry(state=H.CLAIMED),
        an_entry(state=H.CORRECTED),
        an_entry(state=H.REJECTED),
        an_entry(reverses="H0"),
        disputed(H.REJECTED),
        disputed(H.VERIFIED, reverses="H0"),
    ],
)
def test_only_what_counts_and_reverses_nothing_is_corrected(entry):
    assert why(correct, entry) == ("Conflict", "HOURS_NOT_CORRECTABLE")


@pytest.mark.rule("X-2")
def test_the_entries_of_a_correction_stand_by_themselves_and_name_the_one_they_put_right():
    wrong = an_entry(long_day=True, certificate_id="CE1", description="搬书", dispute=Dispute(H.VERIFIED, LATER, "C1"), dispute_words="x")
    corrected, _ = correct(wrong, at=LATER + HOUR)
    plain = an_entry(verified_by="C2", verified_at=LATER + HOUR)

    (reversal, took), (replacement, gave) = corrections.rows(corrected)

    assert reversal == replace(plain, id="R1", minutes=-120, stated_minutes=-120, reverses="H1")
    assert replacement == replace(plain, id="H2", minutes=60, stated_minutes=60, replaces="H1")
    assert took == [Dated(HoursVerified(hours_id="R1", **WHO, minutes=-120, reverses="H1"), DAY)]
    assert gave == [Dated(HoursVerified(hours_id="H2", **WHO, minutes=60, replaces="H1"), DAY)]


@pytest.mark.rule("VOL-31")
def test_what_put_one_entry_right_can_be_put_right_itself():
    again, _ = correct(replace(an_entry(replaces="H0"), id="H5"), reversal_id="R2", replacement_id="H6")

    (reversal, _), (replacement, _) = corrections.rows(again)

    assert (reversal.reverses, replacement.replaces, replacement.reverses) == ("H5", "H5", None)


@pytest.mark.rule("VOL-30")
@pytest.mark.parametrize("state", [H.VERIFIED, H.CERTIFIED, H.REJECTED])
def test_an_objection_keeps_the_words_the_state_and_who_noted_it(state):
    entry = an_entry(state=state)

    asked = corrections.dispute(entry, words="我做到了十二点", at=LATER, by="C1")

    assert asked == (replace(entry, state=H.DISPUTED, dispute=Dispute(state, LATER, "C1"), dispute_words="我做到了十二点"), [])


@pytest.mark.rule("VOL-30")
@pytest.mark.parametrize("entry", [an_entry(state=H.CLAIMED), an_entry(state=H.CORRECTED), disputed(H.VERIFIED), an_entry(reverses="H0")])
def test_nobody_objects_to_what_is_open_gone_or_objected_to_already(entry):
    assert why(corrections.dispute, entry, words="x", at=LATER, by="C1") == ("Conflict", "HOURS_NOT_DISPUTABLE")


def settle(entry, reopen=False, **details):
    return corrections.settle(entry, a_volunteer(), reopen=reopen, **{"at": LATER + HOUR, "by": "C2", "kin_of_by": [], **details})


@pytest.mark.rule("VOL-30")
@pytest.mark.parametrize("before", [H.VERIFIED, H.CERTIFIED, H.REJECTED])
def test_what_stands_stands_as_it_was_before_the_objection(before):
    asked = disputed(before, reject_reason="没有来")

    stands = settle(asked)

    assert stands == (replace(asked, state=before, dispute=Dispute(before, LATER, "C1", LATER + HOUR, "C2")), [])


@pytest.mark.rule("VOL-30")
def test_what_was_declined_is_looked_at_as_if_nobody_had_decided():
    asked = disputed(H.REJECTED, reject_reason="没有来")

    anew, facts = settle(asked, reopen=True)

    assert anew == replace(
        asked,
        state=H.CLAIMED,
        dispute=Dispute(H.REJECTED, LATER, "C1", LATER + HOUR, "C2"),
        verified_by=None,
        verified_at=None,
        reject_reason=None,
    )
    assert facts == []


@pytest.mark.rule("VOL-30", "VOL-32")
def test_an_objection_is_heard_by_who_may_and_only_where_there_is_one():
    assert why(settle, an_entry()) == ("Conflict", "NOT_DISPUTED")
    assert why(settle, disputed(H.VERIFIED), reopen=True) == ("Conflict", "CORRECT_INSTEAD")
    assert why(settle, disputed(H.REJECTED), by="C1") == ("Forbidden", "OWN_DECISION")
    assert settle(disputed(H.VERIFIED), by="C1")[0].state is H.VERIFIED
    assert why(settle, disputed(H.VERIFIED), kin_of_by=["P-V1"]) == ("Forbidden", "OWN_HOURS")
    assert why(settle, disputed(H.VERIFIED), kin_of_by=None) == ("Conflict", "KIN_NOT_DECLARED")
    assert why(settle, disputed(H.VERIFIED), by="V1") == ("Forbidden", "OWN_HOURS")


# Groups and kin


@pytest.mark.rule("VOL-31")
def test_a_group_entry_keeps_what_was_entered_once_for_all():
    group, facts = groups.enter_group(
        id="G1", activity_id="A1", entries={"V2": "H2", "V1": "H1"}, starts_at=START, ends_at=START + HOUR, minutes=45, description="搬书", at=LATER, by="C1"
    )

    assert group == groups.HoursGroup("G1", "A1", ("V2", "V1"), ("H2", "H1"), START, START + HOUR, 45, "搬书", LATER, "C1")
    assert facts == [HoursGroupEntered(group_id="G1", activity_id="A1", entries=2)]


@pytest.mark.rule("VOL-32")
def test_a_declaration_names_each_of_the_kin_once_or_nobody():
    assert kin.declare_kin("W1", ["P2", "P1", "P2"], at=LATER) == (kin.KinDeclaration("W1", ("P2", "P1"), LATER), [])
    assert kin.declare_kin("W1", [], at=LATER)[0].person_ids == ()


# Certificates

SERVED = date(2025, 7, 5)


def issue(*counted, as_of=SERVED, **details):
    values = {"holder_name": " 张三 ", "today": SERVED, "at": LATER, "by": "C2", "kin_of_by": []}
    return certificates.issue(a_volunteer(), counted, id="CE1", number="2025-AAAAA-BBBBB", as_of=as_of, **{**values, **details})


@pytest.mark.rule("VOL-32")
def test_a_certificate_lists_what_it_counts_in_order_and_announces_the_sum():
    later = an_entry(id="H2", activity_id="A2", starts_at=START + HOUR, minutes=30, state=H.CERTIFIED)
    same = an_entry(id="H0", activity_id="A3", minutes=7)

    certificate, facts = issue(later, an_entry(), same, an_entry(id="H9", state=H.REJECTED))

    assert certificate == HoursCertificate(
        id="CE1",
        number="2025-AAAAA-BBBBB",
        volunteer_id="V1",
        person_id="P-V1",
        holder_name="张三",
        as_of=SERVED,
        minutes=157,
        entries=(Certified("H0", "A3", SERVED, 7), Certified("H1", "A1", SERVED, 120), Certified("H2", "A2", SERVED, 30)),
        state=CertificateState.VALID,
        issued_at=LATER,
        issued_by="C2",
    )
    assert facts == [HoursCertified(certificate_id="CE1", volunteer_id="V1", person_id="P-V1", as_of=SERVED, minutes=157, entries=3)]
    assert (certificate.hours, certificate.times, certificate.issued_on) == ("2.6", 3, LATER.date())


@pytest.mark.rule("VOL-32")
def test_a_certificate_ends_with_its_day_by_the_clock_of_the_community():
    night = an_entry(id="H2", starts_at=datetime(2025, 7, 5, 15, 59, tzinfo=UTC))
    morning = an_entry(id="H3", starts_at=datetime(2025, 7, 5, 16, tzinfo=UTC))

    assert [one.hours_id for one in issue(night, morning)[0].entries] == ["H2"]
    assert why(issue, morning) == ("Conflict", "NOTHING_TO_CERTIFY")
    assert why(issue, night, as_of=SERVED + timedelta(days=1)) == ("Invalid", "as_of", "IN_THE_FUTURE", {})


@pytest.mark.rule("VOL-32")
def test_what_counts_nothing_in_all_is_not_certified_and_one_minute_is():
    taken = an_entry(id="R1", minutes=-119, reverses="H1")

    assert issue(an_entry(), taken)[0].minutes == 1
    assert why(issue, an_entry(), replace(taken, minutes=-120)) == ("Conflict", "NOTHING_TO_CERTIFY")
    assert issue(an_entry(), taken)[0].times == 1


@pytest.mark.rule("VOL-32")
def test_activities_whose_time_was_all_taken_away_are_not_counted_among_them():
    certificate, _ = issue(an_entry(), an_entry(id="H2", activity_id="A2"), an_entry(id="R1", minutes=-120, reverses="H1"))

    assert (certificate.minutes, certificate.times) == (120, 1)


@pytest.mark.rule("VOL-32")
def test_a_correction_that_is_still_being_written_holds_back_a_certificate_until_its_day_alone():
    correction = Correction("R1", None, 0, "x", "C2", LATER)
    corrected = an_entry(id="H5", starts_at=START + timedelta(days=1), state=H.CORRECTED, correction=correction)
    reversal = an_entry(id="R1", minutes=-120, reverses="H5", starts_at=corrected.starts_at)
    day = SERVED + timedelta(days=1)

    assert issue(an_entry(), corrected)[0].minutes == 120
    assert why(issue, an_entry(), corrected, as_of=day, today=day) == ("Conflict", "CORRECTION_UNDER_WAY")
    assert issue(an_entry(), corrected, reversal, as_of=day, today=day)[0].minutes == 120


@pytest.mark.rule("VOL-32")
def test_nobody_certifies_for_themselves_or_their_kin():
    assert why(issue, an_entry(), by="V1") == ("Forbidden", "OWN_HOURS")
    assert why(issue, an_entry(), kin_of_by=["P-V1"]) == ("Forbidden", "OWN_HOURS")
    assert why(issue, an_entry(), kin_of_by=None) == ("Conflict", "KIN_NOT_DECLARED")


@pytest.mark.rule("VOL-32")
def test_a_certificate_that_is_overtaken_stays_readable_and_is_told_once():
    certificate, _ = issue(an_entry())

    superseded, facts = certificates.supersede(certificate, at=LATER + HOUR)

    assert superseded == replace(certificate, state=CertificateState.SUPERSEDED, superseded_at=LATER + HOUR)
    assert facts == [HoursCertificateSuperseded(certificate_id="CE1", volunteer_id="V1", person_id="P-V1")]
    assert not certificates.is_overtaken(certificate, an_entry())
    assert certificates.ids_of(an_entry()) == set()
    assert certificates.ids_of(an_entry(correction=Correction("R1", "H2", 60, "x", "C2", LATER))) == {"R1", "H2"}
    assert certificates.ids_of(an_entry(correction=Correction("R1", None, 0, "x", "C2", LATER))) == {"R1"}


@pytest.mark.rule("VOL-32")
def test_what_a_certificate_counts_says_in_which_one_it_is():
    assert certificates.taken_in(an_entry(), "CE1") == an_entry(state=H.CERTIFIED, certificate_id="CE1")
    assert certificates.taken_in(an_entry(state=H.CERTIFIED, certificate_id="CE0"), "CE1").certificate_id == "CE0"


@pytest.mark.rule("VOL-32")
@pytest.mark.parametrize(
    ("digest", "number"), [("0", "2025-22222-22222"), ("1", "2025-32222-22222"), ("1e", "2025-23222-22222"), ("383", "2025-ZZ222-22222")]
)
def test_the_number_of_a_certificate_is_its_year_and_ten_letters_that_cannot_be_misread(digest, number):
    assert certificates.number_for(digest, 2025) == number
    assert len(certificates.ALPHABET) == 30 and not set("01ILOU") & set(certificates.ALPHABET)


# Records beside the hours


def record(kind, **details):
    values = {"on": SERVED, "title": " 儿童安全培训 ", "today": SERVED, "at": LATER, "by": "C1"}
    return records.record(id="R1", volunteer_id="V1", person_id="P-V1", kind=kind, **{**values, **details})


@pytest.mark.rule("VOL-30")
def test_a_record_keeps_everything_that_was_said_of_it():
    made = record(RecordKind.TRAINING, organiser="红十字会", minutes=90, grade=4, remark="认真")

    assert made == (
        VolunteerRecord("R1", "V1", "P-V1", RecordKind.TRAINING, SERVED, "儿童安全培训", "红十字会", 90, 4, "认真", "C1", LATER),
        [],
    )


@pytest.mark.rule("VOL-30")
def test_a_training_has_a_length_an_evaluation_a_grade_and_an_award_neither():
    assert record(RecordKind.AWARD)[0].kind is RecordKind.AWARD
    assert why(record, RecordKind.TRAINING, grade=3) == ("Invalid", "minutes", "REQUIRED", {})
    assert why(record, RecordKind.EVALUATION, minutes=60) == ("Invalid", "grade", "REQUIRED", {})
    assert record(RecordKind.EVALUATION, grade=0)[0].grade == 0
    assert record(RecordKind.TRAINING, minutes=0)[0].minutes == 0
    assert why(record, RecordKind.AWARD, on=SERVED + timedelta(days=1)) == ("Invalid", "on", "IN_THE_FUTURE", {})


@pytest.mark.rule("X-2")
def test_a_record_that_was_wrong_says_who_took_it_back_and_why_and_only_once():
    made, _ = record(RecordKind.AWARD)

    back, facts = records.withdraw(made, reason="记错了人", at=LATER + HOUR, by="C2")

    assert (back, facts) == (replace(made, withdrawn_at=LATER + HOUR, withdrawn_by="C2", withdrawal_reason="记错了人"), [])
    assert why(records.withdraw, back, reason="x", at=LATER, by="C1") == ("Conflict", "ALREADY_WITHDRAWN")
