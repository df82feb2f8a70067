"""The census: doors that are owed an outcome, and a gate that no round passes while one is open."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.registry import (
    CensusNoAnswer,
    CensusRoundClosed,
    CensusRoundOpened,
    CensusTargetAdded,
    CensusTargetExempted,
    CensusTargetResolved,
)
from services.registry.census.domain import rounds, targets
from services.registry.census.domain.rounds import AddedDoor, CensusRound, RoundState
from services.registry.census.domain.targets import (
    CensusTarget,
    ElderFinding,
    ExemptCode,
    Interview,
    KnockAttempt,
    KnownResidents,
    Method,
    NoNeed,
    Origin,
    Outcome,
    Result,
    SpokeTo,
    TargetState,
)
from services.registry.people.domain.classifications import Category

TODAY = date(2025, 6, 2)
NOW = datetime(2025, 6, 30, 12, tzinfo=UTC)
NOBODY = KnownResidents({}, {})


def a_target(**more):
    return CensusTarget(**{"id": "T1", "grid_id": "G1", "round_id": "R1", "dwelling_id": "D1", "origin": Origin.FRAME, **more})


def a_knock(result=Result.NO_ANSWER, outcome=None, day=2, hour=10, staff_id="S1", method=Method.IN_PERSON, **more):
    happened_at = datetime(2025, 6, day, hour - 8, tzinfo=UTC)
    id = more.pop("id", f"A{day}-{hour}-{staff_id}-{method}")
    return KnockAttempt(id, staff_id, happened_at, method, result, outcome=outcome, **more)


def knock(target, *knocks, residents=NOBODY):
    facts = []
    for one in knocks:
        target, facts = targets.attempt(target, one, residents=residents, at=NOW)
    return target, facts


def refusal_of(target, one, residents=NOBODY):
    with pytest.raises(Invalid) as refusal:
        targets.attempt(target, one, residents=residents, at=NOW)
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
    assert facts == [CensusNoAnswer(round_id="R1", target_id="T1", dwelling_id="D1", attempts=1, escalated=False)]


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
    policy = targets.CensusPolicy(rest_days=frozenset({date(2025, 6, 3)}))
    target = a_target()
    for one in (a_knock(day=2), a_knock(day=3), a_knock(day=3, hour=11), a_knock(day=4, **ENQUIRY)):
        target, _ = targets.attempt(target, one, residents=NOBODY, at=NOW, policy=policy)

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

    assert targets.unseen(a_target(), partly, home) == ("P2",)
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
        Result.AWAY_KNOWN, Outcome.SEEN_BY_PARTNER, day=9, evidence_ref="police 12", seen_on=date(2025, 6, 2), persons_seen=("P1",)
    )

    assert knock(a_target(), seen)[0].covers_person_ids == ("P1",)
    assert refusal_of(a_target(), replace(seen, seen_on=date(2025, 6, 1))) == "SEEN_TOO_LONG_AGO"
    assert refusal_of(a_target(), replace(seen, seen_on=None)) == "OUTCOME_NEEDS_EVIDENCE"


@pytest.mark.rule("REG-18")
def test_the_first_outcome_received_wins_and_the_second_is_kept_beside_it():
    target, _ = knock(a_target(), interviewed("P1"), residents=residents(P1=()))

    again, facts = knock(target, a_knock(Result.WRONG_ADDRESS, Outcome.NOT_A_DWELLING, day=3))

    assert (again.outcome, len(again.attempts), facts) == (Outcome.INTERVIEWED, 2, [])


def test_an_attempt_in_the_future_or_twice_is_refused():
    soon = a_knock(day=30, hour=21)
    assert refusal_of(a_target(), soon) == "HAPPENED_IN_FUTURE"
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
    kept, _ = targets.reserve(a_target(), staff_id="S1", reserved=0, today=TODAY)

    assert not targets.reservation_lapsed(kept, TODAY + timedelta(days=3))
    assert targets.reservation_lapsed(kept, TODAY + timedelta(days=4))
    with pytest.raises(Conflict, match="TARGET_NOT_FREE"):
        targets.reserve(kept, staff_id="S2", reserved=0, today=TODAY)
    assert targets.reserve(kept, staff_id="S2", reserved=0, today=TODAY + timedelta(days=4))[0].reserved_by == "S2"
    assert targets.release(kept)[0] == a_target()
    with pytest.raises(Conflict, match="TARGET_NOT_RESERVED"):
        targets.release(a_target())


def test_a_worker_keeps_only_so_many_doors():
    assert targets.reserve(a_target(), staff_id="S1", reserved=39, today=TODAY)[0].open
    with pytest.raises(Conflict, match="RESERVATION_CAP"):
        targets.reserve(a_target(), staff_id="S1", reserved=40, today=TODAY)


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


def close(round, *doors):
    return rounds.close(round, rounds.count(doors), at=NOW, by="S1")


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
        CensusRoundClosed(round_id="R1", doors=2, resolved=1, exempted=1, interviewed=1, persons_confirmed=2, persons_expected=3)
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
    tally = rounds.count(
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
    assert rounds.count([]).door_coverage is None


@pytest.mark.rule("REG-16")
def test_a_rate_is_never_rounded_up_to_full():
    assert rounds.count([*(resolved(n) for n in range(19999)), a_target(id="x")]).door_coverage == 0.9999
