"""Guardianship: who may act for a ward, and who is kept from it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.registry import GuardianshipChanged
from services.registry.guardianships import domain as rules
from services.registry.guardianships.domain import EndReason, GuardianshipKind, GuardianshipState, Right

TODAY, NOW = date(2025, 6, 1), datetime(2025, 6, 1, 2, tzinfo=UTC)
BORN = date(2016, 3, 4)


def appoint(**more):
    given = {
        "kind": GuardianshipKind.PARENT,
        "may": [Right.PICK_UP, Right.DATA],
        "since": BORN,
        "evidence_ref": "卷3",
        "ward_born_on": BORN,
    }
    return rules.appoint(id="G1", grid_id="A", ward_id="W", guardian_id="M", **{**given, **more}, today=TODAY, at=NOW, by="S1")


def a_guardian(**more):
    return replace(appoint()[0], **more)


@pytest.mark.rule("REG-45")
def test_a_guardian_may_do_what_is_written_and_nothing_else():
    mother, facts = appoint()

    assert mother.allows(Right.PICK_UP, TODAY) and not mother.allows(Right.CONSENT_MEDICAL, TODAY)
    assert (facts[0].may, facts[0].blocked, facts[0].ward_id) == (["PICK_UP", "DATA"], False, "W")


@pytest.mark.rule("REG-45")
def test_a_blocked_guardian_may_do_nothing_from_that_moment():
    mother, facts = rules.block(a_guardian(), on=TODAY, evidence_ref="(2025)民初12号", today=TODAY, by="S1")

    assert mother.state is GuardianshipState.BLOCKED
    assert not any(mother.allows(right, TODAY) for right in Right)
    assert (facts[0].blocked, facts[0].may) == (True, [])
    with pytest.raises(Conflict, match="GUARDIAN_BLOCKED"):
        rules.grant(mother, may=[Right.PICK_UP], evidence_ref="x")


@pytest.mark.rule("REG-45")
def test_a_block_is_lifted_by_another_person_on_a_later_paper():
    blocked, _ = rules.block(a_guardian(), on=TODAY, evidence_ref="order", today=TODAY, by="S1")

    with pytest.raises(Forbidden, match="SECOND_PERSON_NEEDED"):
        rules.unblock(blocked, evidence_ref="later order", by="S1")
    free, facts = rules.unblock(blocked, evidence_ref="later order", by="S2")

    assert free.allows(Right.PICK_UP, TODAY) and facts[0].may == ["PICK_UP", "DATA"]
    with pytest.raises(Conflict, match="GUARDIAN_NOT_BLOCKED"):
        rules.unblock(free, evidence_ref="again", by="S2")


def test_parents_are_guardians_until_the_day_before_the_ward_is_of_age():
    assert appoint()[0].until == date(2034, 3, 3)
    assert appoint(until=date(2030, 1, 1))[0].until == date(2030, 1, 1)
    assert appoint(ward_born_on=None)[0].until is None
    assert appoint(kind=GuardianshipKind.AGREED, ward_born_on=date(1940, 1, 1))[0].until is None
    with pytest.raises(Invalid):
        appoint(ward_born_on=date(1990, 1, 1), since=TODAY)


def test_a_guardianship_lapses_after_its_last_day_and_not_before():
    mother = a_guardian(until=TODAY)
    assert rules.lapse(mother, today=TODAY) == (mother, [])

    ended, facts = rules.lapse(mother, today=date(2025, 6, 2))

    assert (ended.state, ended.end_reason, ended.standing) == (GuardianshipState.ENDED, EndReason.OF_AGE, False)
    assert (facts[0].effective_on, facts[0].event.may) == (TODAY, [])
    assert rules.lapse(ended, today=date(2025, 6, 3)) == (ended, [])
    temp = a_guardian(kind=GuardianshipKind.TEMP, until=TODAY)
    assert rules.lapse(temp, today=date(2025, 6, 2))[0].end_reason is EndReason.TERM


def test_dates_bound_what_a_guardian_may_before_any_job_ran():
    mother = a_guardian(until=TODAY)

    assert mother.allows(Right.DATA, TODAY) and not mother.allows(Right.DATA, date(2025, 6, 2))
    assert not a_guardian(since=date(2025, 6, 2)).allows(Right.DATA, TODAY)


def test_a_sole_guardian_has_nobody_beside_them():
    mother = a_guardian()

    for wrong in ({"sole": True, "others": [replace(mother, guardian_id="F")]}, {"others": [replace(mother, guardian_id="F", sole=True)]}):
        with pytest.raises(Conflict, match="SOLE_GUARDIAN_ELSE"):
            appoint(**wrong)
    blocked = replace(mother, guardian_id="F", state=GuardianshipState.BLOCKED)
    assert appoint(sole=True, others=[blocked])[0].sole, "who is blocked does not stand beside anybody"


def test_a_guardianship_must_make_sense():
    wrongs = (
        {"since": date(2025, 6, 2)},
        {"until": date(2010, 1, 1)},
        {"kind": GuardianshipKind.TEMP},
        {"guardian_born_on": date(2010, 1, 1)},
    )
    for wrong in wrongs:
        with pytest.raises(Invalid):
            appoint(**wrong)
    with pytest.raises(Invalid):
        rules.appoint(
            id="G", grid_id="A", ward_id="W", guardian_id="W", kind=GuardianshipKind.AGREED, may=[Right.DATA], since=TODAY,
            evidence_ref="x", today=TODAY, at=NOW, by="S1",
        )  # fmt: skip
    ended, _ = rules.end(a_guardian(), until=TODAY, reason=EndReason.COURT, today=TODAY)
    with pytest.raises(Conflict, match="GUARDIANSHIP_ENDED"):
        rules.end(ended, until=TODAY, reason=EndReason.COURT, today=TODAY)


def test_changing_rights_to_the_same_ones_tells_nobody():
    mother, facts = rules.grant(a_guardian(), may=[Right.DATA, Right.PICK_UP], evidence_ref="x")
    assert facts == []
    assert rules.grant(mother, may=[Right.DATA], evidence_ref="y")[1][0].may == ["DATA"]


def refused_field(act):
    with pytest.raises(Invalid) as refusal:
        act()
    return [(error.field, error.code) for error in refusal.value.errors]


@pytest.mark.rule("REG-45")
def test_a_guardian_is_kept_whole_and_told_with_ward_rights_and_last_day():
    father, facts = rules.appoint(
        id="G1", grid_id="A", ward_id="W", guardian_id="F", kind=GuardianshipKind.TEMP, may=[Right.DATA, Right.PICK_UP, Right.DATA],
        since=TODAY, evidence_ref="卷3", sole=True, until=date(2025, 9, 1), today=TODAY, at=NOW, by="S1",
    )  # fmt: skip

    assert father == rules.Guardianship(
        id="G1",
        grid_id="A",
        ward_id="W",
        guardian_id="F",
        kind=GuardianshipKind.TEMP,
        may=(Right.PICK_UP, Right.DATA),
        since=TODAY,
        evidence_ref="卷3",
        sole=True,
        until=date(2025, 9, 1),
        state=GuardianshipState.ACTIVE,
        recorded_by="S1",
        recorded_at=NOW,
    )
    told = {"guardianship_id": "G1", "ward_id": "W", "guardian_id": "F", "kind": "TEMP", "until": date(2025, 9, 1)}
    assert facts == [GuardianshipChanged(**told, may=["PICK_UP", "DATA"], blocked=False)]


@pytest.mark.rule("REG-45")
def test_each_change_keeps_its_paper():
    mother = a_guardian()
    assert rules.grant(mother, may=[Right.DATA], evidence_ref="卷4")[0] == replace(mother, may=(Right.DATA,), evidence_ref="卷4")

    blocked, _ = rules.block(mother, on=date(2025, 5, 30), evidence_ref="民初12", today=TODAY, by="S1")
    assert blocked == replace(mother, state=GuardianshipState.BLOCKED, block=rules.Block(date(2025, 5, 30), "民初12", "S1"))
    free, _ = rules.unblock(blocked, evidence_ref="民终3", by="S2")
    assert free == replace(mother, evidence_ref="民终3")
    assert refused_field(lambda: rules.block(mother, on=date(2025, 6, 2), evidence_ref="x", today=TODAY, by="S1")) == [
        ("on", "DATE_IN_FUTURE")
    ]
    with pytest.raises(Conflict, match="GUARDIAN_NOT_BLOCKED"):
        rules.unblock(rules.end(mother, until=TODAY, reason=EndReason.DIED, today=TODAY)[0], evidence_ref="x", by="S2")


@pytest.mark.rule("REG-45")
def test_ending_a_blocked_guardianship_gets_nobody_round_the_second_person():
    blocked, _ = rules.block(a_guardian(), on=TODAY, evidence_ref="order", today=TODAY, by="S1")
    by_hand, _ = rules.end(blocked, until=TODAY, reason=EndReason.RESIGNED, today=TODAY)
    by_clock, _ = rules.lapse(replace(blocked, kind=GuardianshipKind.TEMP, until=date(2025, 5, 31)), today=TODAY)

    for ended in (by_hand, by_clock):
        assert (ended.standing, ended.forbidden) == (False, True)
        with pytest.raises(Conflict, match="GUARDIAN_BLOCKED"):
            appoint(kind=GuardianshipKind.APPOINTED, others=[ended])
        assert appoint(others=[replace(ended, guardian_id="F")])[0].standing, "another guardian is not blocked by it"
        with pytest.raises(Forbidden, match="SECOND_PERSON_NEEDED"):
            rules.unblock(ended, evidence_ref="later order", by="S1")
        lifted, facts = rules.unblock(ended, evidence_ref="later order", by="S2")
        assert (lifted.state, lifted.forbidden, lifted.evidence_ref, facts) == (GuardianshipState.ENDED, False, "later order", [])
        assert appoint(others=[lifted])[0].standing


@pytest.mark.rule("REG-45")
def test_of_two_that_a_merge_made_one_only_the_one_that_stands_carries_the_order():
    blocked, _ = rules.block(a_guardian(), on=TODAY, evidence_ref="order", today=TODAY, by="S1")
    merged = replace(blocked, state=GuardianshipState.ENDED, standing=False, end_reason=EndReason.MERGED)

    assert not merged.forbidden and appoint(others=[merged])[0].standing


def test_a_guardianship_ends_between_its_first_day_and_today():
    mother = a_guardian()

    ended, facts = rules.end(mother, until=date(2025, 5, 30), reason=EndReason.COURT, today=TODAY)
    assert ended == replace(mother, state=GuardianshipState.ENDED, standing=False, until=date(2025, 5, 30), end_reason=EndReason.COURT)
    assert facts[0].effective_on == date(2025, 5, 30)
    assert rules.end(mother, until=BORN, reason=EndReason.ENTERED_IN_ERROR, today=TODAY)[0].until == BORN
    for until, code in ((date(2025, 6, 2), "DATE_IN_FUTURE"), (date(2016, 3, 3), "ENDS_BEFORE_IT_BEGAN")):
        assert refused_field(lambda until=until: rules.end(mother, until=until, reason=EndReason.COURT, today=TODAY)) == [("until", code)]
    for act in (
        lambda: rules.grant(ended, may=[Right.DATA], evidence_ref="x"),
        lambda: rules.block(ended, on=TODAY, evidence_ref="x", today=TODAY, by="S1"),
    ):
        with pytest.raises(Conflict, match="GUARDIANSHIP_ENDED"):
            act()


def test_what_is_wrong_with_a_guardianship_names_the_field():
    assert refused_field(lambda: appoint(since=date(2025, 6, 2))) == [("since", "DATE_IN_FUTURE")]
    assert refused_field(lambda: appoint(until=date(2016, 3, 3))) == [("until", "ENDS_BEFORE_IT_BEGAN")]
    assert appoint(until=BORN)[0].until == BORN
    assert refused_field(lambda: appoint(kind=GuardianshipKind.TEMP)) == [("until", "TEMP_NEEDS_END")]
    assert refused_field(lambda: appoint(guardian_born_on=date(2007, 6, 2))) == [("guardian_id", "GUARDIAN_UNDER_AGE")]
    assert appoint(guardian_born_on=date(2007, 6, 1))[0].standing
    assert refused_field(lambda: appoint(ward_born_on=date(2007, 6, 1), since=TODAY)) == [("ward_id", "WARD_OF_AGE")]
    assert appoint(ward_born_on=date(2007, 6, 2), since=TODAY)[0].until == TODAY


def test_a_guardian_acts_from_the_first_day_on():
    assert a_guardian(since=TODAY).allows(Right.DATA, TODAY)


def test_whoever_stands_in_the_way_of_a_sole_guardian_is_named():
    others = [a_guardian(id="G3", guardian_id="F"), a_guardian(id="G2", guardian_id="A")]

    with pytest.raises(Conflict) as refusal:
        appoint(sole=True, others=others)
    assert (refusal.value.code, refusal.value.extra) == ("SOLE_GUARDIAN_ELSE", {"guardianship_ids": ["G2", "G3"]})
