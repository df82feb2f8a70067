"""The census: doors that are owed an outcome, and a gate that no round passes while one is open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict, Forbidden, Invalid, NotFound
from services.common.events.base import Dated
from services.common.events.registry import (
    CensusNoAnswer,
    CensusRoundCancelled,
    CensusRoundClosed,
    CensusRoundOpened,
    CensusRoundReopened,
    CensusSoftContactPlanned,
    CensusTargetAdded,
    CensusTargetAttempted,
    CensusTargetEscalated,
    CensusTargetExempted,
    CensusTargetReopened,
    CensusTargetResolved,
)
from services.registry.census.domain import attempts, rounds, tallies, targets
from services.registry.census.domain.attempts import KnownResidents
from services.registry.census.domain.rounds import AddedDoor, CancelReason, CensusRound, Population, ReopeningReason, RoundState, Rule
from services.registry.census.domain.targets import (
    CensusTarget,
    ElderFinding,
    ExemptCode,
    Interview,
    KnockAttempt,
    Method,
    NoNeed,
    Origin,
    Outcome,
    Partner,
    ReopenReason,
    Result,
    Role,
    SpokeTo,
    TargetState,
)
from services.registry.people.domain.classifications import Category

TODAY = date(2025, 6, 2)
NOW = datetime(2025, 6, 30, 12, tzinfo=UTC)
NOBODY = KnownResidents()


def a_target(**more):
    return CensusTarget(**{"id": "T1", "grid_id": "G1", "round_id": "R1", "dwelling_id": "D1", "origin": Origin.FRAME, **more})


def a_knock(result=Result.NO_ANSWER, outcome=None, day=2, hour=10, staff_id="S1", method=Method.IN_PERSON, **more):
    happened_at = datetime(2025, 6, day, hour - 8, tzinfo=UTC)
    id = more.pop("id", f"A{day}-{hour}-{staff_id}-{method}")
    return KnockAttempt(id, staff_id, happened_at, method, result, outcome=outcome, **more)


def just_after(one):
    return one.happened_at + timedelta(minutes=5)


def knock(target, *knocks, residents=NOBODY):
    facts = []
    for one in knocks:
        target, facts = attempts.attempt(target, one, residents=residents, at=just_after(one))
    return target, facts


def refusal_of(target, one, residents=NOBODY):
    with pytest.raises(Invalid) as refusal:
        attempts.attempt(target, one, residents=residents, at=just_after(one))
    return refusal.value.errors[0].code


def residents(case_files=None, **categories):
    return KnownResidents({name: frozenset(codes) for name, codes in categories.items()}, case_files or {})


def interviewed(*confirmed, outcome=Outcome.INTERVIEWED, elders=(), gone=(), spoke_to=None, **more):
    interview = Interview(SpokeTo.RESIDENT, spoke_to or (confirmed[0] if confirmed else None), confirmed, gone, tuple(elders))
    return a_knock(Result.OPENED, outcome, interview=interview, **more)


def test_a_door_on_the_list_is_announced():
    target, facts = targets.add(
        id="T1", grid_id="G1", round_id="R1", dwelling_id="D1", origin=Origin.FRAME, expected_person_ids=["P2", "P1"], at=NOW, by="S1"
    )

    assert facts == [CensusTargetAdded(round_id="R1", target_id="T1", dwelling_id="D1", origin="FRAME")]
    assert (target.open, target.expected_person_ids) == (True, ("P1", "P2"))


@pytest.mark.rule("REG-11")
def test_no_answer_leaves_the_door_owed():
    target, facts = knock(a_target(), a_knock())

    assert target.state is TargetState.ATTEMPTED and target.open
    assert facts == [CensusNoAnswer(round_id="R1", target_id="T1", dwelling_id="D1", attempts=1, escalated=False, knocks=1)]


@pytest.mark.rule("REG-11")
@given(st.lists(st.tuples(st.integers(2, 20), st.integers(8, 21), st.sampled_from(Method)), min_size=1, max_size=12, unique=True))
def test_no_number_of_unanswered_knocks_ever_resolves(knocks):
    target, _ = knock(a_target(), *(a_knock(day=day, hour=hour, method=method) for day, hour, method in knocks))

    assert target.open


ENQUIRY = {"method": Method.NEIGHBOUR, "result": Result.AWAY_KNOWN}


@pytest.mark.rule("REG-11")
@pytest.mark.parametrize(
    ("knocks", "escalated"),
    [
        ([{"day": 2}, {"day": 3}, {"day": 3, "hour": 18}, {"day": 4, **ENQUIRY}], True),
        ([{"day": 2}, {"day": 3}, {"day": 7}, {"day": 4, **ENQUIRY}], True),
        ([{"day": 4, **ENQUIRY}, {"day": 2}, {"day": 3}, {"day": 3, "hour": 19}], True),
        ([{"day": 2}, {"day": 3}, {"day": 3, "hour": 18}], False),
        ([{"day": 2}, {"day": 3, "hour": 18}, {"day": 4, **ENQUIRY}], False),
        ([{"day": 2}, {"day": 2, "hour": 12}, {"day": 2, "hour": 18}, {"day": 4, **ENQUIRY}], False),
        ([{"day": 2}, {"day": 3}, {"day": 3, "hour": 17}, {"day": 4, **ENQUIRY}], False),
    ],
)
def test_a_door_is_escalated_after_enough_attempts_at_different_times(knocks, escalated):
    target, facts = knock(a_target(), *(a_knock(**one) for one in knocks))

    assert (target.state is TargetState.ESCALATED) is escalated
    if escalated:
        assert facts[0].escalated


@pytest.mark.rule("REG-11")
def test_a_public_holiday_counts_as_a_rest_day():
    holidays = KnownResidents(is_rest_day=lambda day: day == date(2025, 6, 3))
    target = a_target()
    for one in (a_knock(day=2), a_knock(day=3), a_knock(day=3, hour=11), a_knock(day=4, **ENQUIRY)):
        target, _ = attempts.attempt(target, one, residents=holidays, at=just_after(one))

    assert target.state is TargetState.ESCALATED


@pytest.mark.rule("REG-11")
def test_an_unanswered_knock_cannot_claim_an_outcome():
    for outcome in Outcome:
        assert refusal_of(a_target(), a_knock(outcome=outcome)) == "NO_ANSWER_NEVER_RESOLVES"


@pytest.mark.rule("REG-17")
def test_an_interview_resolves_the_door_and_says_whom_it_covers():
    target, facts = knock(a_target(), interviewed("P1", "P2"), residents=residents(P1=(), P2=()))

    assert facts == [
        CensusTargetResolved(round_id="R1", target_id="T1", dwelling_id="D1", outcome="INTERVIEWED", covers_person_ids=["P1", "P2"])
    ]
    assert (target.state, target.resolved_on) == (TargetState.RESOLVED, date(2025, 6, 2))


@pytest.mark.rule("REG-17")
def test_an_interview_says_who_was_spoken_to_and_who_was_confirmed():
    home = residents(P1=(), P2=())
    assert refusal_of(a_target(), a_knock(Result.OPENED, Outcome.INTERVIEWED), home) == "REQUIRED"
    assert refusal_of(a_target(), interviewed(), home) == "NOBODY_CONFIRMED"
    assert refusal_of(a_target(), interviewed("P1"), home) == "MEMBERS_UNCONFIRMED"
    assert refusal_of(a_target(), interviewed("P1", "P2", spoke_to="P9"), home) == "SPOKE_TO_UNCONFIRMED"
    assert refusal_of(a_target(), interviewed("P1", "P2", "P9"), home) == "NOT_REGISTERED_HERE"
    refused = replace(interviewed("P1", "P2"), result=Result.REFUSED)
    assert refusal_of(a_target(), refused, home) == "INTERVIEW_NEEDS_CONTACT"


@pytest.mark.rule("REG-16", "REG-17")
def test_whose_name_nobody_knows_is_met_and_counts_as_nobody_identified():
    home = replace(residents(P1=(), P2=()), unnamed=frozenset({"P2"}))
    met, _ = knock(a_target(), interviewed("P1", "P2"), residents=home)

    assert (met.outcome, met.covers_person_ids, met.expected_person_ids) == (Outcome.INTERVIEWED, ("P1",), ("P1", "P2"))
    assert tallies.count([met]).person_coverage == 0.5


@pytest.mark.rule("REG-17")
@pytest.mark.parametrize("code", [Category.CHILDLESS, Category.LEFT_BEHIND, Category.IMPAIRED, Category.LOW_INCOME, Category.LOST_ONLY_CHILD])
def test_whatever_category_raises_a_tier_asks_for_a_decision_about_an_elder_and_about_nobody_else(code):
    assert refusal_of(a_target(), interviewed("P1"), residents(P1=(Category.ELDER, code))) == "ELDERS_UNDECIDED"
    assert not knock(a_target(), interviewed("P1"), residents=residents(P1=(code,)))[0].open
    assert not knock(a_target(), interviewed("P1"), residents=residents(P1=(Category.ELDER, Category.AGED80)))[0].open


@pytest.mark.rule("REG-17")
def test_every_elder_in_a_category_gets_a_case_file_or_a_reason():
    home = residents({"C1": "P1", "C2": "P9"}, P1=(Category.ELDER, Category.LIVING_ALONE))

    def found(**finding):
        return interviewed("P1", elders=[ElderFinding("P1", **finding)])

    assert refusal_of(a_target(), interviewed("P1"), home) == "ELDERS_UNDECIDED"
    assert refusal_of(a_target(), found(), home) == "CASE_FILE_OR_REASON"
    assert refusal_of(a_target(), found(case_file_id="C1", no_need=NoNeed.FILE_UP_TO_DATE), home) == "CASE_FILE_OR_REASON"
    assert refusal_of(a_target(), found(case_file_id="C2"), home) == "CASE_FILE_OF_ANOTHER"
    assert not knock(a_target(), found(case_file_id="C1"), residents=home)[0].open
    assert not knock(a_target(), found(no_need=NoNeed.FAMILY_CARES_DAILY), residents=home)[0].open


@pytest.mark.rule("REG-17")
def test_an_elder_in_no_swept_category_needs_no_decision():
    assert not knock(a_target(), interviewed("P1"), residents=residents(P1=(Category.ELDER,)))[0].open


@pytest.mark.rule("REG-17")
def test_who_no_longer_lives_here_need_not_be_confirmed():
    target, _ = knock(a_target(expected_person_ids=("P1", "P2")), interviewed("P1", gone=("P2",)), residents=residents(P1=(), P2=()))

    assert (target.covers_person_ids, target.expected_person_ids) == (("P1",), ("P1",))


def test_an_interview_with_somebody_unseen_is_a_partial_one():
    home = residents(P1=(), P2=())
    partly = interviewed("P1", outcome=Outcome.INTERVIEWED_PARTLY)

    assert attempts.unseen(a_target(), partly, home) == ("P2",)
    assert not knock(a_target(), partly, residents=home)[0].open
    assert refusal_of(a_target(), interviewed("P1", "P2", outcome=Outcome.INTERVIEWED_PARTLY), home) == "NOBODY_UNSEEN"


def test_a_follow_up_asks_only_for_those_who_were_not_seen():
    follow_up = a_target(origin=Origin.SPLIT, follow_up_of="T0", expected_person_ids=("P2",))

    assert not knock(follow_up, interviewed("P2"), residents=residents(P1=(), P2=()))[0].open


@pytest.mark.rule("REG-12")
def test_a_door_is_vacant_after_two_attempts_a_week_apart_or_by_evidence():
    def vacant(day, **more):
        return a_knock(Result.VACANT_SIGNS, Outcome.VACANT_CONFIRMED, day=day, **more)

    once, _ = knock(a_target(), a_knock(Result.VACANT_SIGNS, day=2))
    assert refusal_of(once, vacant(8)) == "VACANT_NEEDS_TIME_OR_EVIDENCE"
    assert not knock(once, vacant(9))[0].open
    assert not knock(a_target(), vacant(2, method=Method.PROPERTY_OFFICE))[0].open
    assert not knock(a_target(), vacant(2, evidence_ref="meter 0 since March"))[0].open
    assert refusal_of(once, replace(vacant(9), result=Result.OPENED)) == "VACANT_NEEDS_SIGNS"


@pytest.mark.rule("REG-13")
def test_a_refusal_is_confirmed_by_two_people_on_two_days():
    def refused(day, staff_id, outcome=Outcome.REFUSED_CONFIRMED):
        return a_knock(Result.REFUSED, outcome, day=day, staff_id=staff_id)

    once, _ = knock(a_target(), refused(2, "S1", None))
    assert refusal_of(once, refused(3, "S1")) == "REFUSAL_NEEDS_TWO_PEOPLE_TWO_DAYS"
    assert refusal_of(once, refused(2, "S2")) == "REFUSAL_NEEDS_TWO_PEOPLE_TWO_DAYS"
    assert not knock(once, refused(3, "S2"))[0].open


def test_other_outcomes_need_evidence():
    for outcome in (Outcome.MOVED_OUT, Outcome.DECEASED_ALL, Outcome.NOT_A_DWELLING):
        bare = a_knock(Result.WRONG_ADDRESS, outcome)
        assert refusal_of(a_target(), bare) == "OUTCOME_NEEDS_EVIDENCE"
        assert not knock(a_target(), replace(bare, evidence_ref="hukou notice"))[0].open
        assert not knock(a_target(), replace(bare, method=Method.PROPERTY_OFFICE))[0].open


def test_a_duplicate_names_the_other_door():
    duplicate = a_knock(Result.OPENED, Outcome.DUPLICATE_OF)
    assert refusal_of(a_target(), duplicate) == "DUPLICATE_NEEDS_TARGET"
    assert refusal_of(a_target(), replace(duplicate, duplicate_of="T1")) == "DUPLICATE_NEEDS_TARGET"
    assert not knock(a_target(), replace(duplicate, duplicate_of="T2"))[0].open


def test_a_partner_may_have_seen_them_within_a_week():
    seen = a_knock(
        Result.AWAY_KNOWN,
        Outcome.SEEN_BY_PARTNER,
        day=9,
        evidence_ref="police 12",
        partner=Partner.POLICE,
        seen_on=date(2025, 6, 2),
        persons_seen=("P1",),
    )

    assert knock(a_target(), seen)[0].covers_person_ids == ("P1",)
    assert refusal_of(a_target(), replace(seen, seen_on=date(2025, 6, 1))) == "SEEN_TOO_LONG_AGO"
    assert refusal_of(a_target(), replace(seen, seen_on=None)) == "OUTCOME_NEEDS_EVIDENCE"
    assert refusal_of(a_target(), replace(seen, partner=None)) == "OUTCOME_NEEDS_EVIDENCE"
    assert refusal_of(a_target(), replace(seen, evidence_ref=None)) == "OUTCOME_NEEDS_EVIDENCE"
    assert refusal_of(a_target(), replace(seen, persons_seen=())) == "NOBODY_CONFIRMED"


@pytest.mark.rule("REG-18")
def test_the_first_outcome_received_wins_and_the_second_is_kept_beside_it():
    home = residents(P1=(), P2=())
    target, _ = knock(a_target(), interviewed("P1", "P2"), residents=home)

    again, facts = knock(target, interviewed("P1", day=3, staff_id="S2", outcome=Outcome.INTERVIEWED_PARTLY), residents=home)
    unanswered, _ = knock(again, a_knock(day=4))

    assert (again.outcome, again.resolved_by_attempt_id, len(again.attempts), facts) == (Outcome.INTERVIEWED, target.attempts[0].id, 2, [])
    assert (unanswered.state, len(unanswered.attempts)) == (TargetState.RESOLVED, 3)


@pytest.mark.rule("REG-18")
@pytest.mark.parametrize(
    "second",
    [
        lambda: a_knock(Result.WRONG_ADDRESS, Outcome.NOT_A_DWELLING, day=3, evidence_ref="物业登记"),
        lambda: a_knock(Result.VACANT_SIGNS, Outcome.VACANT_CONFIRMED, day=3, evidence_ref="水表"),
        lambda: interviewed("P2", gone=("P1",), day=3, staff_id="S2"),
    ],
)
def test_a_contradictory_outcome_reopens_the_door(second):
    home = residents(P1=(), P2=())
    target, _ = knock(a_target(), interviewed("P1", "P2"), residents=home)

    again, facts = knock(target, second(), residents=home)

    assert facts == [CensusTargetReopened(round_id="R1", target_id="T1", dwelling_id="D1", reason="CONTRADICTED")]
    assert (again.state, again.outcome, again.covers_person_ids, len(again.attempts)) == (TargetState.PENDING, None, (), 2)
    assert again.reopenings[0].outcome is Outcome.INTERVIEWED


@pytest.mark.rule("REG-18")
def test_whoever_opens_an_empty_door_reopens_it():
    empty, _ = knock(a_target(), a_knock(Result.VACANT_SIGNS, Outcome.VACANT_CONFIRMED, evidence_ref="水表"))

    assert not knock(empty, a_knock(Result.VACANT_SIGNS, day=3))[0].open
    assert not knock(empty, a_knock(Result.PHONE_OK, day=3, method=Method.PHONE))[0].open
    assert knock(empty, a_knock(Result.OPENED, day=3))[0].state is TargetState.PENDING


@pytest.mark.rule("REG-18", "REG-12")
def test_what_was_tried_before_a_reopening_is_evidence_for_nothing_any_more():
    signs = [a_knock(Result.VACANT_SIGNS, day=day) for day in (2, 9)]
    empty, _ = knock(a_target(), signs[0], replace(signs[1], outcome=Outcome.VACANT_CONFIRMED))
    reopened, _ = targets.reopen(empty, reason=ReopenReason.EVIDENCE_FALSE, at=NOW, by="S2")

    assert refusal_of(reopened, a_knock(Result.VACANT_SIGNS, Outcome.VACANT_CONFIRMED, day=10)) == "VACANT_NEEDS_TIME_OR_EVIDENCE"
    assert len(reopened.attempts) == 2
    with pytest.raises(Conflict, match="TARGET_OPEN"):
        targets.reopen(reopened, reason=ReopenReason.EVIDENCE_FALSE, at=NOW, by="S2")


@pytest.mark.rule("X-3")
def test_what_is_told_late_needs_a_reason_and_waits_for_somebody_else():
    day_10 = datetime(2025, 6, 10, 4, tzinfo=UTC)
    late = interviewed("P1", day=2)
    home = residents(P1=())
    with pytest.raises(Invalid) as refusal:
        attempts.attempt(a_target(), late, residents=home, at=day_10)
    assert refusal.value.errors[0].code == "LATE_NEEDS_REASON"

    waiting, facts = attempts.attempt(a_target(), replace(late, late_reason="没有信号"), residents=home, at=day_10)
    assert (waiting.state, waiting.awaiting_acceptance, waiting.evidence, facts) == (TargetState.PENDING, True, (), [])

    with pytest.raises(Forbidden, match="SECOND_PERSON_NEEDED"):
        attempts.decide_late(waiting, late.id, accepted=True, residents=home, at=day_10, by="S1")
    refused, _ = attempts.decide_late(waiting, late.id, accepted=False, residents=home, at=day_10, by="S2")
    accepted, facts = attempts.decide_late(waiting, late.id, accepted=True, residents=home, at=day_10, by="S2")

    assert (refused.state, refused.awaiting_acceptance, refused.evidence) == (TargetState.PENDING, False, ())
    assert (accepted.state, accepted.awaiting_acceptance) == (TargetState.RESOLVED, False)
    assert [fact.effective_on for fact in facts] == [date(2025, 6, 2)]
    with pytest.raises(Conflict, match="ATTEMPT_DECIDED"):
        attempts.decide_late(accepted, late.id, accepted=True, residents=home, at=day_10, by="S2")


@pytest.mark.rule("X-3")
def test_seven_days_late_is_not_late_yet():
    done, _ = attempts.attempt(
        a_target(), interviewed("P1", day=2), residents=residents(P1=()), at=datetime(2025, 6, 9, 15, 59, tzinfo=UTC)
    )

    assert done.state is TargetState.RESOLVED and done.attempts[0].late_reason is None


@pytest.mark.rule("X-3")
def test_a_device_whose_clock_is_off_is_noted_and_not_refused():
    happened = a_knock().happened_at

    def suspect(captured):
        return attempts.attempt(a_target(), replace(a_knock(), captured_at=captured), residents=NOBODY, at=just_after(a_knock()))[
            0
        ].attempts[0]

    assert not suspect(happened + timedelta(minutes=15)).clock_suspect
    assert suspect(happened + timedelta(minutes=16)).clock_suspect
    assert suspect(happened - timedelta(minutes=11)).clock_suspect
    assert suspect(None).received_at == just_after(a_knock())


@pytest.mark.rule("REG-11", "OUT-20")
def test_the_first_no_answer_at_the_door_of_an_elder_at_high_risk_is_told_by_name():
    home = KnownResidents(high=frozenset({"P1"}))
    once, first = knock(a_target(), a_knock(), residents=home)
    twice, second = knock(once, a_knock(day=3), residents=home)
    _, third = knock(twice, a_knock(day=4), residents=KnownResidents(high=frozenset({"P1", "P2"})))

    assert [facts[0].high_person_ids for facts in (first, second, third)] == [["P1"], [], ["P2"]]
    [other] = knock(a_target(), a_knock(Result.NO_ACCESS), residents=home)[1]
    assert isinstance(other, CensusTargetAttempted), "nobody was asked for an answer"


@pytest.mark.rule("REG-11", "REG-13")
@pytest.mark.parametrize("result", [Result.REFUSED, Result.NO_ACCESS, Result.UNSAFE, Result.WRONG_ADDRESS])
def test_whoever_was_at_a_door_in_vain_for_another_reason_is_told_of_as_well(result):
    target, facts = knock(a_target(), a_knock(day=2), a_knock(result, day=3))

    ids = {"round_id": "R1", "target_id": "T1", "dwelling_id": "D1"}
    assert target.state is TargetState.ATTEMPTED
    assert facts == [CensusTargetAttempted(**ids, result=result.value, knocks=2, escalated=False)]


@pytest.mark.rule("REG-11")
def test_an_escalated_door_is_on_the_leads_list_by_name_until_it_has_an_outcome():
    led = KnownResidents(categories={"P1": frozenset()}, lead_staff_id="LEAD")
    knocks = [a_knock(day=2), a_knock(day=3), a_knock(day=3, hour=18), a_knock(day=4, **ENQUIRY)]
    target, facts = knock(a_target(), *knocks, residents=led)

    assert facts[1] == CensusTargetEscalated(round_id="R1", target_id="T1", dwelling_id="D1", to_staff_id="LEAD")
    assert (target.escalated_to, target.escalated_on) == ("LEAD", date(2025, 6, 4))
    again, facts = knock(target, a_knock(day=5), residents=led)
    assert again.state is TargetState.ESCALATED and len(facts) == 1
    new, [told] = targets.hand_over(again, "NEW")
    assert (new.escalated_to, told.event.to_staff_id, told.effective_on) == ("NEW", "NEW", date(2025, 6, 4))
    assert targets.hand_over(new, "NEW") == (new, []) and targets.hand_over(a_target(), "NEW") == (a_target(), [])
    assert not knock(again, interviewed("P1", day=6), residents=led)[0].open


@pytest.mark.rule("REG-13")
def test_who_refused_is_approached_again_gently():
    def refused(day, staff_id, outcome):
        return a_knock(Result.REFUSED, outcome, day=day, staff_id=staff_id)

    target, facts = knock(
        a_target(),
        refused(2, "S1", None),
        refused(3, "S2", Outcome.REFUSED_CONFIRMED),
        residents=KnownResidents(lead_staff_id="LEAD"),
    )

    assert target.soft_contact_on == date(2025, 6, 17)
    assert facts[1] == CensusSoftContactPlanned(
        round_id="R1", target_id="T1", dwelling_id="D1", first_on=date(2025, 6, 17), to_staff_id="LEAD"
    )


@pytest.mark.rule("REG-20")
def test_a_shared_dwelling_has_no_outcome_until_its_households_are_counted():
    manager = a_target(role=Role.MANAGER)

    def told(spoke_to=SpokeTo.MANAGER, **more):
        return a_knock(Result.OPENED, Outcome.INTERVIEWED, interview=Interview(spoke_to), **more)

    assert refusal_of(manager, told()) == "HOUSEHOLDS_UNCOUNTED"
    assert refusal_of(manager, told(SpokeTo.KIN, households=3)) == "SPOKE_TO_NO_MANAGER"
    assert refusal_of(manager, a_knock(Result.REFUSED, Outcome.REFUSED_CONFIRMED)) == "HOUSEHOLDS_UNCOUNTED"
    done, _ = knock(manager, told(households=3))
    assert (done.state, done.covers_person_ids) == (TargetState.RESOLVED, ())
    assert not knock(manager, a_knock(Result.VACANT_SIGNS, Outcome.VACANT_CONFIRMED, evidence_ref="物业"))[0].open


@pytest.mark.rule("REG-16", "REG-20")
def test_who_runs_a_dormitory_is_no_contact_with_a_resident():
    tally = rounds_count([resolved(1), replace(resolved(2), role=Role.MANAGER)])

    assert (tally.resolved, tally.interviewed, tally.occupied) == (2, 1, 1)


@pytest.mark.rule("REG-19")
def test_a_household_that_was_merged_away_is_a_duplicate_and_its_members_are_expected_at_the_other_door():
    loser, facts = targets.merge_into(a_target(id="T2", expected_person_ids=("P2",)), "T1", attempt_id="A1", at=NOW, by="system")

    assert (loser.outcome, loser.duplicate_of, facts[0].outcome) == (Outcome.DUPLICATE_OF, "T1", "DUPLICATE_OF")
    assert targets.take_in(a_target(expected_person_ids=("P1",)), ["P2"])[0].expected_person_ids == ("P1", "P2")
    assert targets.split_off(a_target(expected_person_ids=("P1", "P2")), ["P2"])[0].expected_person_ids == ("P1",)


@pytest.mark.rule("REG-10", "REG-15")
def test_doors_that_are_duplicates_of_one_another_only_keep_the_round_open():
    def duplicate(n, of):
        one = a_knock(Result.OPENED, Outcome.DUPLICATE_OF, id=f"A{n}", duplicate_of=of)
        return replace(resolved(n, Outcome.DUPLICATE_OF), attempts=(one,), resolved_by_attempt_id=f"A{n}")

    circle = rounds_count([resolved(1), duplicate(2, "T3"), duplicate(3, "T2")])
    chain = rounds_count([resolved(1), duplicate(2, "T3"), duplicate(3, "T1")])

    assert (circle.open_count, circle.open_target_ids) == (2, ("T2", "T3"))
    assert chain.open_count == 0


@pytest.mark.rule("X-3")
def test_an_attempt_in_the_future_or_twice_is_refused():
    soon = a_knock(day=30, hour=21)
    with pytest.raises(Invalid) as refusal:
        attempts.attempt(a_target(), soon, residents=NOBODY, at=soon.happened_at - timedelta(minutes=6))
    assert refusal.value.errors[0].code == "HAPPENED_IN_FUTURE"
    assert attempts.attempt(a_target(), soon, residents=NOBODY, at=soon.happened_at - timedelta(minutes=5))[0].attempts
    with pytest.raises(Conflict, match="ATTEMPT_KNOWN"):
        knock(a_target(), a_knock(), a_knock())


@pytest.mark.rule("REG-14")
def test_an_exemption_needs_two_persons():
    asked, facts = targets.ask_exemption(a_target(), code=ExemptCode.LEGAL_SEAL, at=NOW, by="S1")
    assert asked.open and facts == []
    with pytest.raises(Forbidden, match="SECOND_PERSON_NEEDED"):
        targets.approve_exemption(asked, at=NOW, by="S1")

    exempt, facts = targets.approve_exemption(asked, at=NOW, by="S2")

    assert facts == [CensusTargetExempted(round_id="R1", target_id="T1", dwelling_id="D1", code="LEGAL_SEAL")]
    assert (exempt.state, exempt.exempt.second_by) == (TargetState.EXEMPT, "S2")
    with pytest.raises(Conflict, match="TARGET_EXEMPT"):
        knock(exempt, a_knock())
    with pytest.raises(Conflict, match="TARGET_NOT_OPEN"):
        targets.ask_exemption(exempt, code=ExemptCode.LEGAL_SEAL, at=NOW, by="S1")
    with pytest.raises(Conflict, match="NO_EXEMPTION_ASKED"):
        targets.approve_exemption(a_target(), at=NOW, by="S2")


def test_a_kept_door_comes_back_by_itself():
    kept, _ = targets.reserve(a_target(), staff_id="S1", slots=(), today=TODAY)

    assert not targets.reservation_lapsed(kept, TODAY + timedelta(days=3))
    assert targets.reservation_lapsed(kept, TODAY + timedelta(days=4))
    with pytest.raises(Conflict, match="TARGET_NOT_FREE"):
        targets.reserve(kept, staff_id="S2", slots=(), today=TODAY)
    assert targets.reserve(kept, staff_id="S2", slots=(), today=TODAY + timedelta(days=4))[0].reserved_by == "S2"
    assert targets.release(kept)[0] == a_target()
    with pytest.raises(Conflict, match="TARGET_NOT_RESERVED"):
        targets.release(a_target())


def test_a_worker_keeps_only_so_many_doors():
    assert targets.reserve(a_target(), staff_id="S1", slots=range(39), today=TODAY)[0].open
    with pytest.raises(Conflict, match="RESERVATION_CAP"):
        targets.reserve(a_target(), staff_id="S1", slots=range(40), today=TODAY)


def a_round(state=RoundState.OPEN, **more):
    return CensusRound("R1", "春季敲门", ("G1",), TODAY, TODAY + timedelta(days=30), state=state, frame_doors=2, **more)


def door(n=3):
    return AddedDoor(f"T{n}", f"D{n}", "G1", Origin.DISCOVERED)


def resolved(n, outcome=Outcome.INTERVIEWED, covers=(), expected=None):
    return a_target(
        id=f"T{n}",
        state=TargetState.RESOLVED,
        outcome=outcome,
        covers_person_ids=covers,
        expected_person_ids=covers if expected is None else expected,
    )


rounds_count = tallies.count


def close(round, *doors):
    return rounds.close(round, rounds_count(doors), at=NOW, by="S1")


@pytest.mark.rule("REG-10")
def test_a_round_opens_with_its_frame_and_somebody_responsible():
    planned, _ = rounds.draft(id="R1", name=" 春季敲门 ", scope_grid_ids=["G1", "G1"], opens_on=TODAY, due_on=TODAY, at=NOW, by="S1")
    with pytest.raises(Conflict, match="GRID_WITHOUT_LEAD") as refusal:
        rounds.must_be_openable(planned, ["G1"])
    assert refusal.value.extra == {"grid_ids": ["G1"]}

    opened, facts = rounds.open_round(planned, frame_doors=2, at=NOW, today=TODAY, by="S1")

    assert facts == [CensusRoundOpened(round_id="R1", opens_on=TODAY, due_on=TODAY, doors=2)]
    assert (opened.state, opened.scope_grid_ids, opened.doors) == (RoundState.OPEN, ("G1",), 2)
    with pytest.raises(Conflict, match="ROUND_NOT_DRAFT"):
        rounds.open_round(opened, frame_doors=2, at=NOW, today=TODAY, by="S1")
    with pytest.raises(Conflict, match="ROUND_WITHOUT_DOORS"):
        rounds.open_round(planned, frame_doors=0, at=NOW, today=TODAY, by="S1")


def test_a_round_is_not_due_before_it_opens():
    with pytest.raises(Invalid):
        rounds.draft(id="R1", name="x", scope_grid_ids=["G1"], opens_on=TODAY, due_on=TODAY - timedelta(days=1), at=NOW, by=None)


@pytest.mark.rule("REG-10")
def test_one_open_door_of_500_keeps_the_round_open_and_is_named():
    doors = [resolved(n) for n in range(499)] + [a_target(id="T499", grid_id="G7", state=TargetState.ATTEMPTED)]

    with pytest.raises(Conflict, match="ROUND_NOT_COVERED") as refusal:
        close(replace(a_round(RoundState.CLOSING), frame_doors=500), *doors)

    assert refusal.value.extra == {"open": ["T499"], "by_grid": {"G7": 1}, "open_count": 1}


@pytest.mark.rule("REG-10")
@pytest.mark.parametrize("state", targets.OPEN_STATES)
def test_no_open_state_passes_the_gate(state):
    with pytest.raises(Conflict, match="ROUND_NOT_COVERED"):
        close(a_round(RoundState.CLOSING), resolved(1), a_target(id="T2", state=state))


@pytest.mark.rule("REG-10", "REG-15")
def test_a_door_that_is_announced_but_not_yet_written_keeps_the_round_open():
    growing = replace(a_round(RoundState.CLOSING), added=(door(),))

    with pytest.raises(Conflict, match="ROUND_NOT_COVERED") as refusal:
        close(growing, resolved(1), resolved(2))

    assert refusal.value.extra["open_count"] == 1


@pytest.mark.rule("REG-10", "REG-16")
def test_a_closed_round_says_what_was_reached_and_who_signed():
    exempt = a_target(id="T2", state=TargetState.EXEMPT, exempt=targets.Exemption(ExemptCode.QUARANTINE, "S1", NOW, "S2", NOW))

    closed, facts = close(a_round(RoundState.CLOSING), resolved(1, covers=("P1", "P2"), expected=("P1", "P2", "P3")), exempt)

    assert facts == [
        CensusRoundClosed(round_id="R1", doors=2, resolved=1, exempted=1, interviewed=1, persons_confirmed=2, persons_expected=3, occupied=2)
    ]
    certificate = closed.certificates[0]
    assert (closed.state, certificate.signed_by, certificate.version) == (RoundState.CLOSED, "S1", 1)
    assert [(one.target_id, one.by, one.second_by) for one in certificate.tally.exempt_doors] == [("T2", "S1", "S2")]


@pytest.mark.rule("REG-10")
def test_only_a_round_that_is_closing_is_closed():
    for state in (RoundState.DRAFT, RoundState.OPEN, RoundState.CLOSED):
        with pytest.raises(Conflict, match="ROUND_NOT_CLOSING"):
            close(a_round(state), resolved(1), resolved(2))
    assert rounds.request_close(a_round(), by="S1")[0].state is RoundState.CLOSING
    with pytest.raises(Conflict, match="ROUND_NOT_OPEN"):
        rounds.request_close(a_round(RoundState.CLOSED), by="S1")


@pytest.mark.rule("REG-15")
def test_a_discovered_door_reopens_a_round_that_was_about_to_close():
    grown, facts = rounds.add_door(a_round(RoundState.CLOSING), door())

    assert (grown.state, grown.doors, facts) == (RoundState.OPEN, 3, [])
    assert rounds.add_door(grown, door())[0] == grown


@pytest.mark.rule("REG-15")
@pytest.mark.parametrize("state", [RoundState.DRAFT, RoundState.CLOSED])
def test_a_round_that_does_not_run_takes_no_door(state):
    with pytest.raises(Conflict, match="ROUND_NOT_OPEN"):
        rounds.add_door(a_round(state), door())


@pytest.mark.rule("REG-16")
def test_refused_and_vacant_doors_do_not_look_like_success():
    tally = rounds_count(
        [
            resolved(1, covers=("P1",)),
            resolved(2, Outcome.REFUSED_CONFIRMED, expected=("P2", "P3")),
            resolved(3, Outcome.VACANT_CONFIRMED),
            a_target(id="T4"),
        ]
    )

    assert tally.door_coverage == 0.75
    assert tally.contact_rate == 0.3333
    assert tally.person_coverage == 0.3333
    assert rounds_count([]).door_coverage is None


@pytest.mark.rule("REG-16")
def test_a_rate_is_never_rounded_up_to_full():
    assert rounds_count([*(resolved(n) for n in range(19999)), a_target(id="x")]).door_coverage == 0.9999


@pytest.mark.rule("REG-10")
def test_a_closed_round_is_taken_up_again_and_signed_anew():
    once, _ = close(a_round(RoundState.CLOSING), resolved(1), resolved(2))

    reopened, facts = rounds.reopen(once, reason=ReopeningReason.EVIDENCE_FALSE, by="S1")
    assert facts == [CensusRoundReopened(round_id="R1", reason="EVIDENCE_FALSE", certificate_version=1)]
    assert reopened.running
    with pytest.raises(Conflict, match="ROUND_NOT_COVERED"):
        close(reopened, resolved(1), a_target(id="T2"))
    assert rounds.add_door(reopened, door())[0].state is RoundState.REOPENED
    twice, facts = close(reopened, resolved(1), resolved(2, Outcome.REFUSED_CONFIRMED))

    assert [(one.version, one.tally.interviewed) for one in twice.certificates] == [(1, 2), (2, 1)]
    assert facts[0].certificate_version == 2
    with pytest.raises(Conflict, match="ROUND_NOT_CLOSED"):
        rounds.reopen(reopened, reason=ReopeningReason.EVIDENCE_FALSE, by="S1")


@pytest.mark.rule("REG-10")
def test_a_round_is_cancelled_by_two_and_says_what_it_had_reached():
    tally = rounds_count([resolved(1), a_target(id="T2")])
    with pytest.raises(Conflict, match="NO_CANCELLATION_ASKED"):
        rounds.approve_cancellation(a_round(), tally, at=NOW, by="S2")
    asked, facts = rounds.ask_cancellation(a_round(), reason=CancelReason.EMERGENCY, at=NOW, by="S1")
    assert asked.running and facts == []
    with pytest.raises(Forbidden, match="SECOND_PERSON_NEEDED"):
        rounds.approve_cancellation(asked, tally, at=NOW, by="S1")

    cancelled, facts = rounds.approve_cancellation(asked, tally, at=NOW, by="S2")

    assert facts == [CensusRoundCancelled(round_id="R1", reason="EMERGENCY", doors=2, resolved=1, exempted=0)]
    assert (cancelled.state, cancelled.running, cancelled.cancellation.tally) == (RoundState.CANCELLED, False, tally)
    for state in (RoundState.CLOSING, RoundState.CLOSED, RoundState.REOPENED, RoundState.CANCELLED):
        with pytest.raises(Conflict, match="ROUND_NOT_CANCELLABLE"):
            rounds.ask_cancellation(a_round(state), reason=CancelReason.EMERGENCY, at=NOW, by="S1")


@pytest.mark.rule("REG-10", "REG-15")
def test_a_lead_who_does_not_sign_and_a_reopened_door_send_the_round_back():
    assert rounds.refuse_close(a_round(RoundState.CLOSING))[0].state is RoundState.OPEN
    assert rounds.note_reopened(a_round(RoundState.CLOSING))[0].state is RoundState.OPEN
    with pytest.raises(Conflict, match="ROUND_NOT_CLOSING"):
        rounds.refuse_close(a_round())
    with pytest.raises(Conflict, match="ROUND_NOT_OPEN"):
        rounds.note_reopened(a_round(RoundState.CLOSED))


@pytest.mark.rule("REG-10")
def test_a_large_round_says_how_far_its_list_is_and_keeps_the_moment_of_its_frame():
    planned = a_round(RoundState.DRAFT)
    asked, _ = rounds.ask_opening(planned, at=NOW, by="S1")
    again, _ = rounds.ask_opening(asked, at=NOW + timedelta(days=1), by="S2")
    half, _ = rounds.progress(again, done=1, total=2)

    opened, facts = rounds.open_round(half, frame_doors=2, at=NOW + timedelta(days=2), today=TODAY, by="S1")

    assert (half.opening.done, half.opening.total, half.opening.asked_by) == (1, 2, "S1")
    assert (opened.state, opened.frame_taken_at, opened.opening.done) == (RoundState.OPEN, NOW, 2)
    assert rounds.give_up_opening(asked)[0].opening is None


def test_a_rule_states_something():
    def planned(**more):
        return rounds.draft(id="R1", name="x", scope_grid_ids=["G1"], opens_on=TODAY, due_on=TODAY, at=NOW, by=None, **more)

    for wrong in ({"population": Population.RULE}, {"rule": Rule(min_age=80)}, {"population": Population.RULE, "rule": Rule()}):
        with pytest.raises(Invalid):
            planned(**wrong)
    assert planned(population=Population.RULE, rule=Rule(min_age=80))[0].rule.min_age == 80


@pytest.mark.rule("REG-15")
def test_a_door_is_kept_as_it_was_put_on_the_list_and_what_was_left_out_comes_first():
    target, _ = targets.add(
        id="T1",
        grid_id="G1",
        round_id="R1",
        dwelling_id="D1",
        origin=Origin.SPLIT,
        role=Role.HOUSEHOLD,
        household_id="H1",
        expected_person_ids=["P1"],
        follow_up_of="T0",
        at=NOW,
        by="S1",
    )

    assert target == CensusTarget(
        id="T1",
        grid_id="G1",
        round_id="R1",
        dwelling_id="D1",
        origin=Origin.SPLIT,
        role=Role.HOUSEHOLD,
        household_id="H1",
        state=TargetState.PENDING,
        priority=1,
        expected_person_ids=("P1",),
        follow_up_of="T0",
        added_at=NOW,
    )
    where = {"id": "T1", "grid_id": "G1", "round_id": "R1", "dwelling_id": "D1", "at": NOW, "by": "S1"}
    assert targets.add(**where, origin=Origin.CARRY_OVER)[0].priority == 0


def test_a_worker_who_keeps_a_door_may_keep_it_longer_in_the_same_place():
    kept, facts = targets.reserve(a_target(), staff_id="S1", slots={0, 2}, today=TODAY)
    assert (kept.state, kept.reserved_by, kept.reserved_slot, kept.reserved_until, facts) == (
        TargetState.RESERVED,
        "S1",
        1,
        TODAY + timedelta(days=3),
        [],
    )
    assert targets.reserve(kept, staff_id="S1", slots={0, 1, 2}, today=TODAY + timedelta(days=1)) == (
        replace(kept, reserved_until=TODAY + timedelta(days=4)),
        [],
    )
    with pytest.raises(Conflict) as refusal:
        targets.reserve(a_target(), staff_id="S1", slots=range(40), today=TODAY)
    assert (refusal.value.code, refusal.value.params) == ("RESERVATION_CAP", {"cap": 40})


@pytest.mark.rule("REG-14")
def test_an_exemption_keeps_who_asked_and_who_approved_and_when():
    later = NOW + timedelta(hours=1)
    kept, _ = targets.reserve(a_target(), staff_id="S1", slots=(), today=TODAY)
    asked, _ = targets.ask_exemption(kept, code=ExemptCode.QUARANTINE, at=NOW, by="S1")
    assert asked == replace(kept, exempt=targets.Exemption(ExemptCode.QUARANTINE, "S1", NOW))

    exempt, _ = targets.approve_exemption(asked, at=later, by="S2")
    signed = targets.Exemption(ExemptCode.QUARANTINE, "S1", NOW, "S2", later)
    assert exempt == replace(a_target(), state=TargetState.EXEMPT, exempt=signed)


@pytest.mark.rule("REG-18")
def test_a_reopened_door_forgets_its_outcome_and_keeps_why():
    knocked = a_knock(day=2)
    done = a_target(
        state=TargetState.RESOLVED,
        attempts=(knocked,),
        escalated_to="LEAD",
        escalated_on=TODAY,
        outcome=Outcome.VACANT_CONFIRMED,
        covers_person_ids=("P1",),
        resolved_by_attempt_id=knocked.id,
        resolved_on=TODAY,
        soft_contact_on=TODAY,
        exempt=targets.Exemption(ExemptCode.LEGAL_SEAL, "S1", NOW, "S2", NOW),
    )

    reopened, facts = targets.reopen(done, reason=ReopenReason.WRONG_DOOR, at=NOW, by="S3")

    assert reopened == a_target(
        attempts=(knocked,), counted_from=1, reopenings=(targets.Reopening(ReopenReason.WRONG_DOOR, "S3", NOW, Outcome.VACANT_CONFIRMED),)
    )
    assert facts == [CensusTargetReopened(round_id="R1", target_id="T1", dwelling_id="D1", reason="WRONG_DOOR")]


@pytest.mark.rule("REG-19")
def test_the_door_of_a_household_that_was_merged_is_a_duplicate_of_the_others():
    merged, facts = targets.merge_into(a_target(expected_person_ids=("P1",)), "T2", attempt_id="A1", at=NOW, by="S1")

    attempt = KnockAttempt(
        "A1", "S1", NOW, Method.IN_PERSON, Result.WRONG_ADDRESS, outcome=Outcome.DUPLICATE_OF, duplicate_of="T2", received_at=NOW
    )
    assert merged == a_target(
        state=TargetState.RESOLVED,
        attempts=(attempt,),
        outcome=Outcome.DUPLICATE_OF,
        resolved_by_attempt_id="A1",
        resolved_on=date(2025, 6, 30),
    )
    assert merged.duplicate_of == "T2"
    assert facts == [CensusTargetResolved(round_id="R1", target_id="T1", dwelling_id="D1", outcome="DUPLICATE_OF", covers_person_ids=[])]


@pytest.mark.rule("REG-10")
def test_a_round_is_kept_as_it_was_drafted():
    planned, facts = rounds.draft(
        id="R1",
        name=" 春季敲门 ",
        scope_grid_ids=["G2", "G1", "G2"],
        opens_on=TODAY,
        due_on=TODAY,
        population=Population.RULE,
        rule=Rule(min_age=80),
        at=NOW,
        by="S1",
    )

    assert planned == CensusRound(
        "R1", "春季敲门", ("G2", "G1"), TODAY, TODAY, Population.RULE, Rule(min_age=80), RoundState.DRAFT, drafted_by="S1"
    )
    assert facts == []
    for wrong, field, code in (
        ({"due_on": TODAY - timedelta(days=1)}, "due_on", "DUE_BEFORE_OPENING"),
        ({"rule": Rule(min_age=80)}, "rule", "RULE_AND_POPULATION_DIFFER"),
        ({"population": Population.RULE, "rule": Rule()}, "rule", "RULE_EMPTY"),
    ):
        with pytest.raises(Invalid) as refusal:
            rounds.draft(
                **{"id": "R1", "name": "x", "scope_grid_ids": ["G1"], "opens_on": TODAY, "due_on": TODAY, "at": NOW, "by": None, **wrong}
            )
        assert [(error.field, error.code) for error in refusal.value.errors] == [(field, code)]


@pytest.mark.rule("REG-10")
def test_each_step_of_a_round_keeps_who_took_it():
    planned = replace(a_round(RoundState.DRAFT), frame_doors=0)
    asked, _ = rounds.ask_opening(planned, at=NOW, by="S1")
    assert asked == replace(planned, frame_taken_at=NOW, opening=rounds.Opening("S1", NOW))
    assert rounds.give_up_opening(asked) == (planned, [])

    later = NOW + timedelta(days=1)
    opened, _ = rounds.open_round(asked, frame_doors=2, at=later, today=TODAY, by="S2")
    assert opened == replace(
        planned, state=RoundState.OPEN, frame_taken_at=NOW, frame_doors=2, opening=rounds.Opening("S1", NOW, 2, 2), opened_by="S2"
    )
    assert rounds.open_round(planned, frame_doors=2, at=later, today=TODAY, by="S2")[0] == replace(
        planned, state=RoundState.OPEN, frame_taken_at=later, frame_doors=2, opened_by="S2"
    )

    closing, _ = rounds.request_close(opened, by="S3")
    assert closing == replace(opened, state=RoundState.CLOSING, closing_requested_by="S3")
    once, _ = rounds.note_reopened(closing)
    assert rounds.note_reopened(once)[0] == replace(closing, state=RoundState.OPEN, reopenings=2)
    closed, _ = close(closing, resolved(1), resolved(2))
    assert rounds.reopen(closed, reason=ReopeningReason.DOOR_MISSED, by="S4")[0] == replace(
        closed, state=RoundState.REOPENED, reopened_by="S4"
    )


@pytest.mark.rule("REG-10")
def test_a_cancelled_round_keeps_both_names_and_writes_its_list_no_further():
    tally = rounds_count([resolved(1)])
    asking, _ = rounds.ask_opening(a_round(RoundState.DRAFT), at=NOW, by="S1")
    asked, _ = rounds.ask_cancellation(asking, reason=CancelReason.WRONG_SCOPE, at=NOW, by="S1")
    assert asked.cancellation == rounds.Cancellation(CancelReason.WRONG_SCOPE, "S1", NOW)

    later = NOW + timedelta(days=1)
    cancelled, _ = rounds.approve_cancellation(asked, tally, at=later, by="S2")
    ended = rounds.Cancellation(CancelReason.WRONG_SCOPE, "S1", NOW, "S2", later, tally)
    assert cancelled == replace(asked, state=RoundState.CANCELLED, cancellation=ended, opening=None)


@pytest.mark.rule("REG-18")
def test_outcomes_that_agree_do_not_reopen_the_door():
    home = residents(P1=(), P2=())
    both, _ = knock(a_target(), interviewed("P1", "P2"), residents=home)
    empty, _ = knock(a_target(), a_knock(Result.VACANT_SIGNS, Outcome.VACANT_CONFIRMED, evidence_ref="水表"))
    twin = a_knock(Result.OPENED, Outcome.DUPLICATE_OF, duplicate_of="T2")
    double, _ = knock(a_target(), twin)

    assert not knock(both, interviewed("P1", "P2", day=3), residents=home)[0].open
    assert not knock(empty, a_knock(Result.WRONG_ADDRESS, Outcome.MOVED_OUT, day=3, evidence_ref="户籍"))[0].open
    assert not knock(double, replace(twin, id="A9"))[0].open
    assert knock(double, replace(twin, id="A9", duplicate_of="T3"))[0].open
    gone, _ = knock(a_target(), interviewed("P1", gone=("P2",)), residents=home)
    assert knock(gone, interviewed("P2", gone=("P1",), day=3), residents=home)[0].open, "each says that the other one left"
    assert knock(gone, interviewed("P1", "P2", day=3), residents=home)[0].open, "who was said to be gone is at home"


@pytest.mark.rule("X-3")
def test_a_decision_about_a_late_attempt_is_kept_beside_the_attempt_and_nowhere_else():
    day_10 = datetime(2025, 6, 10, 4, tzinfo=UTC)
    tried, _ = knock(a_target(), a_knock(day=2, hour=9))
    late = a_knock(Result.VACANT_SIGNS, Outcome.VACANT_CONFIRMED, day=2, late_reason="没有信号", evidence_ref="水表")
    waiting, _ = attempts.attempt(tried, late, residents=NOBODY, at=day_10)

    accepted, _ = attempts.decide_late(waiting, late.id, accepted=True, residents=NOBODY, at=day_10, by="S2")
    assert accepted.attempts == (waiting.attempts[0], replace(waiting.attempts[1], acceptance=targets.Acceptance(True, "S2", day_10)))
    refused, _ = attempts.decide_late(waiting, late.id, accepted=False, residents=NOBODY, at=day_10, by="S2")
    assert refused.attempts == (waiting.attempts[0], replace(waiting.attempts[1], acceptance=targets.Acceptance(False, "S2", day_10)))
    with pytest.raises(NotFound):
        attempts.decide_late(waiting, "A0", accepted=True, residents=NOBODY, at=day_10, by="S2")

    unproven, _ = attempts.attempt(a_target(), replace(late, evidence_ref=None), residents=NOBODY, at=day_10)
    with pytest.raises(Invalid) as refusal:
        attempts.decide_late(unproven, late.id, accepted=True, residents=NOBODY, at=day_10, by="S2")
    assert [(error.field, error.code, error.params) for error in refusal.value.errors] == [
        ("outcome", "VACANT_NEEDS_TIME_OR_EVIDENCE", {"days": 7})
    ]


def test_a_partner_saw_them_that_day_or_before_and_never_afterwards():
    seen = a_knock(
        Result.AWAY_KNOWN, Outcome.SEEN_BY_PARTNER, day=9, evidence_ref="police 12", partner=Partner.POLICE,
        seen_on=date(2025, 6, 9), persons_seen=("P1",),
    )  # fmt: skip

    assert not knock(a_target(), seen)[0].open
    for wrong, field, code in (
        ({"seen_on": date(2025, 6, 10)}, "seen_on", "SEEN_TOO_LONG_AGO"),
        ({"seen_on": date(2025, 6, 1)}, "seen_on", "SEEN_TOO_LONG_AGO"),
        ({"partner": None}, "partner", "OUTCOME_NEEDS_EVIDENCE"),
        ({"seen_on": None}, "evidence_ref", "OUTCOME_NEEDS_EVIDENCE"),
        ({"persons_seen": ()}, "persons_seen", "NOBODY_CONFIRMED"),
    ):
        with pytest.raises(Invalid) as refusal:
            knock(a_target(), replace(seen, **wrong))
        assert [(error.field, error.code) for error in refusal.value.errors] == [(field, code)]


@pytest.mark.rule("REG-11")
def test_what_is_told_of_no_answer_counts_only_knocks_in_vain():
    target, facts = knock(a_target(), a_knock(Result.NO_ACCESS, day=2), a_knock(day=3), a_knock(day=4))

    assert facts == [CensusNoAnswer(round_id="R1", target_id="T1", dwelling_id="D1", attempts=2, escalated=False, knocks=3)]
    kept, _ = targets.reserve(a_target(), staff_id="S1", slots=(), today=TODAY)
    once, _ = knock(kept, a_knock())
    assert (once.state, once.reserved_by, once.reserved_slot, once.reserved_until) == (TargetState.ATTEMPTED, None, None, None)


@pytest.mark.rule("REG-17")
def test_a_refused_interview_names_who_is_missing_unknown_or_undecided():
    home = residents(P1=(), P2=(Category.ELDER, Category.LIVING_ALONE))

    def refused(one):
        with pytest.raises(Invalid) as refusal:
            knock(a_target(), one, residents=home)
        return [(error.field, error.code, error.params) for error in refusal.value.errors]

    people = "interview.confirmed_person_ids"
    assert refused(interviewed("P1")) == [(people, "MEMBERS_UNCONFIRMED", {"person_ids": ["P2"]})]
    assert refused(interviewed("P1", "P2", "P9", "P8")) == [(people, "NOT_REGISTERED_HERE", {"person_ids": ["P8", "P9"]})]
    assert refused(interviewed("P1", "P2")) == [("interview.elders", "ELDERS_UNDECIDED", {"person_ids": ["P2"]})]


@pytest.mark.rule("REG-11")
def test_a_door_that_opened_or_a_neighbour_who_did_not_answer_is_no_knock_in_vain():
    opened = [a_knock(Result.OPENED, day=2), a_knock(day=3), a_knock(day=3, hour=18), a_knock(day=4, **ENQUIRY)]
    neighbours = [a_knock(day=2, method=Method.NEIGHBOUR), a_knock(day=3), a_knock(day=3, hour=18)]

    for knocks in (opened, neighbours):
        assert knock(a_target(), *knocks)[0].state is TargetState.ATTEMPTED


@pytest.mark.rule("REG-11")
def test_only_a_knock_in_vain_is_told_by_the_name_of_an_elder_at_high_risk():
    home = KnownResidents(high=frozenset({"P1"}))
    away, _ = knock(a_target(), a_knock(Result.AWAY_KNOWN), residents=home)

    assert away.high_told == ()
    assert knock(away, a_knock(day=3), residents=home)[1][0].high_person_ids == ["P1"]


@pytest.mark.rule("REG-17")
def test_who_was_expected_and_who_was_found_are_both_expected_from_then_on():
    home = residents(P1=(), P2=(), P3=())
    partly = interviewed("P1", outcome=Outcome.INTERVIEWED_PARTLY)

    assert knock(a_target(expected_person_ids=("P0",)), partly, residents=home)[0].expected_person_ids == ("P0", "P1", "P2", "P3")
    follow_up = a_target(follow_up_of="T0", expected_person_ids=("P1", "P2"))
    assert knock(follow_up, partly, residents=home)[0].expected_person_ids == ("P1", "P2")
    empty, _ = knock(
        a_target(expected_person_ids=("P0",)), a_knock(Result.WRONG_ADDRESS, Outcome.MOVED_OUT, evidence_ref="x", persons_seen=("P9",))
    )
    assert (empty.covers_person_ids, empty.expected_person_ids) == ((), ("P0",))


@pytest.mark.rule("REG-18", "X-3")
def test_what_contradicts_is_kept_with_whose_knock_it_was_and_told_on_its_day():
    empty, _ = knock(a_target(), a_knock(Result.VACANT_SIGNS, Outcome.VACANT_CONFIRMED, evidence_ref="水表"))
    opened = a_knock(Result.OPENED, day=4, staff_id="S7")
    two_days_later = datetime(2025, 6, 6, 4, tzinfo=UTC)

    again, facts = attempts.attempt(empty, opened, residents=NOBODY, at=two_days_later)

    assert again.reopenings == (targets.Reopening(ReopenReason.CONTRADICTED, "S7", two_days_later, Outcome.VACANT_CONFIRMED),)
    told = CensusTargetReopened(round_id="R1", target_id="T1", dwelling_id="D1", reason="CONTRADICTED")
    assert facts == [Dated(told, date(2025, 6, 4))]


@pytest.mark.rule("REG-10")
@pytest.mark.parametrize(
    ("act", "state", "code"),
    [
        (lambda one: rounds.ask_opening(one, at=NOW, by="S1"), RoundState.OPEN, "ROUND_NOT_DRAFT"),
        (lambda one: rounds.request_close(one, by="S1"), RoundState.CLOSING, "ROUND_NOT_OPEN"),
        (lambda one: rounds.note_reopened(one), RoundState.CLOSED, "ROUND_NOT_OPEN"),
        (lambda one: rounds.refuse_close(one), RoundState.OPEN, "ROUND_NOT_CLOSING"),
        (lambda one: rounds.reopen(one, reason=ReopeningReason.DOOR_MISSED, by="S1"), RoundState.OPEN, "ROUND_NOT_CLOSED"),
        (
            lambda one: rounds.ask_cancellation(one, reason=CancelReason.ORDERED, at=NOW, by="S1"),
            RoundState.CLOSED,
            "ROUND_NOT_CANCELLABLE",
        ),
    ],
)
def test_a_step_that_a_round_cannot_take_says_where_the_round_stands(act, state, code):
    with pytest.raises(Conflict) as refusal:
        act(a_round(state))
    assert (refusal.value.code, refusal.value.params) == (code, {"state": state.value})


@pytest.mark.rule("REG-14")
def test_a_step_that_a_door_cannot_take_says_where_the_door_stands():
    done = resolved(1)
    for act, code in (
        (lambda: targets.reserve(done, staff_id="S1", slots=(), today=TODAY), "TARGET_NOT_FREE"),
        (lambda: targets.approve_exemption(done, at=NOW, by="S2"), "TARGET_NOT_OPEN"),
    ):
        with pytest.raises(Conflict) as refusal:
            act()
        assert (refusal.value.code, refusal.value.params) == (code, {"state": "RESOLVED"})
