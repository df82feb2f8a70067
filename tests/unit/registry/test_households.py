"""Households that lose members and heads."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Dated
from services.common.events.registry import HouseholdClosed, HouseholdHeadChanged, HouseholdHeadNeeded, MemberJoined, MemberLeft
from services.registry.households import domain as households
from services.registry.households.domain import (
    Household,
    HouseholdKind,
    HouseholdPolicy,
    HouseholdState,
    JoinReason,
    LeaveReason,
    Membership,
    Relation,
)

TODAY, NOW = date(2025, 6, 10), datetime(2025, 6, 10, 2, tzinfo=UTC)
LONG_AGO = date(2020, 1, 1)
WHEN = {"today": TODAY, "at": NOW, "by": "S1"}
BORN = {"WIFE": date(1942, 1, 1), "SON": date(1970, 1, 1), "AUNT": date(1950, 1, 1), "GIRL": date(2008, 1, 1), "NURSE": date(1930, 1, 1)}
R = Relation


def a_household(*members, head="MAN"):
    lived = tuple(Membership(person, relation, LONG_AGO, primary) for person, relation, primary in members)
    return Household("H1", "G1", "D1", LONG_AGO, members=(Membership("MAN", R.HEAD, LONG_AGO), *lived), head_person_id=head)


def leave(household, person_id="MAN", reason=LeaveReason.DECEASED, **more):
    return households.leave(household, person_id=person_id, out_reason=reason, born=BORN, **{**WHEN, **more})


FAMILY = (("WIFE", R.SPOUSE, True), ("SON", R.CHILD, True), ("AUNT", R.OTHER_KIN, True), ("NURSE", R.CARER, True))


@pytest.mark.rule("REG-30", "REG-42")
@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (LeaveReason.DECEASED, "DEATH_HAS_COMMANDS"),
        (LeaveReason.MOVED_OUT, "MOVE_OUT_HAS_A_COMMAND"),
        (LeaveReason.CARE_HOME, "CARE_HOME_HAS_A_COMMAND"),
    ],
)
def test_a_death_or_a_move_is_said_of_the_person_and_not_of_one_household(reason, code):
    with pytest.raises(Invalid) as refusal:
        households.check_reason(reason)

    assert [(error.field, error.code) for error in refusal.value.errors] == [("out_reason", code)]
    households.check_reason(LeaveReason.MARRIED)


@pytest.mark.rule("REG-31")
def test_a_household_that_lost_its_head_needs_one_within_thirty_days_and_keeps_its_id():
    household, facts = leave(a_household(*FAMILY))

    assert facts == [
        Dated(MemberLeft(household_id="H1", person_id="MAN", reason="DECEASED"), TODAY),
        HouseholdHeadNeeded(household_id="H1", by=date(2025, 7, 10), suggested_person_id="WIFE"),
    ]
    assert (household.id, household.state, household.head_person_id) == ("H1", HouseholdState.ACTIVE, None)
    policy = HouseholdPolicy(head_needed_within=timedelta(days=10))
    assert leave(a_household(*FAMILY), policy=policy)[1][-1].by == date(2025, 6, 20)


@pytest.mark.rule("REG-31")
@pytest.mark.parametrize(
    ("members", "suggested"),
    [
        (FAMILY, "WIFE"),
        (FAMILY[1:], "AUNT"),
        ((("WIFE", R.SPOUSE, False), ("SON", R.CHILD, True)), "SON"),
        ((("GIRL", R.GRANDCHILD, True), ("NURSE", R.CARER, True)), None),
        ((("STRANGER", R.SIBLING, True),), None),
    ],
)
def test_the_spouse_is_suggested_or_else_the_eldest_adult_of_the_family_who_lives_there(members, suggested):
    assert leave(a_household(*members))[1][-1].suggested_person_id == suggested


@pytest.mark.rule("REG-31")
def test_who_is_not_the_head_leaves_no_gap():
    assert [type(fact.event) for fact in leave(a_household(*FAMILY), "WIFE")[1]] == [MemberLeft]


@pytest.mark.rule("REG-31")
def test_a_household_that_nobody_is_left_in_is_dissolved_and_says_where():
    household, facts = leave(a_household(), until=date(2025, 6, 1))

    assert facts[-1] == Dated(HouseholdClosed(household_id="H1", dwelling_id="D1", reason="DISSOLVED"), date(2025, 6, 1))
    assert (household.state, household.closed_on) == (HouseholdState.DISSOLVED, date(2025, 6, 1))


def name(household, person_id="WIFE", **more):
    return households.name_head(household, person_id=person_id, at=NOW, by="S1", **more)


@pytest.mark.rule("REG-31")
def test_a_new_head_is_told_and_the_others_are_related_to_the_new_one():
    widowed = leave(a_household(*FAMILY, ("MOTHER", R.PARENT, True)))[0]

    household, facts = name(widowed)

    assert facts == [HouseholdHeadChanged(household_id="H1", person_id="WIFE")]
    assert {one.person_id: one.relation_to_head for one in household.current} == {
        "WIFE": R.HEAD,
        "SON": R.CHILD,
        "AUNT": R.OTHER_KIN,
        "NURSE": R.CARER,
        "MOTHER": R.PARENT_IN_LAW,
    }
    assert household.members[0].relation_to_head is R.HEAD  # the past stays as it was


@pytest.mark.rule("REG-31")
def test_a_child_takes_over_from_living_parents():
    household, _ = name(a_household(*FAMILY), "SON", relations={"AUNT": R.SIBLING})

    related = {one.person_id: one.relation_to_head for one in household.current}
    assert (related["MAN"], related["WIFE"], related["AUNT"]) == (R.PARENT, R.PARENT, R.SIBLING)
    assert household.head_person_id == "SON"


@pytest.mark.rule("REG-31")
def test_a_head_lives_in_the_household_and_is_named_once():
    home = a_household(("WIFE", R.SPOUSE, True), ("SON", R.CHILD, False))

    with pytest.raises(Conflict, match="HEAD_ALREADY"):
        name(home, "MAN")
    with pytest.raises(Conflict, match="HEAD_LIVES_ELSEWHERE"):
        name(home, "SON")
    with pytest.raises(Invalid):
        name(home, "NOBODY")
    with pytest.raises(Invalid):
        name(home, relations={"SON": R.HEAD})
    with pytest.raises(Conflict, match="HOUSEHOLD_NOT_ACTIVE"):
        name(leave(a_household())[0])


@pytest.mark.rule("REG-30")
def test_a_death_that_never_was_gives_back_membership_headship_and_household():
    dissolved, _ = leave(a_household())

    household, facts = households.take_back(dissolved, "MAN", primary=True)

    joined = MemberJoined(household_id="H1", dwelling_id="D1", person_id="MAN", relation_to_head="HEAD")
    assert facts == [joined]
    assert (household.state, household.closed_on, household.head_person_id) == (HouseholdState.ACTIVE, None, "MAN")
    assert households.take_back(household, "MAN", primary=True) == (household, [])


@pytest.mark.rule("REG-30")
def test_whoever_became_head_meanwhile_stays_it():
    widowed, _ = name(leave(a_household(*FAMILY))[0])

    household, _ = households.take_back(widowed, "MAN", primary=True)

    assert household.head_person_id == "WIFE"
    assert next(one.relation_to_head for one in household.current if one.person_id == "MAN") is R.OTHER_KIN
    assert households.take_back(leave(a_household(*FAMILY), reason=LeaveReason.MOVED_OUT)[0], "MAN", primary=True)[1] == []


@pytest.mark.rule("REG-43")
def test_a_household_becomes_and_ceases_to_be_a_primary_residence():
    home = a_household(("WIFE", R.SPOUSE, True))

    without, facts = households.set_primary(home, "WIFE", False)

    joined = MemberJoined(household_id="H1", dwelling_id="D1", person_id="WIFE", relation_to_head="SPOUSE", primary_residence=False)
    assert facts == [joined]
    assert [one.person_id for one in without.residents] == ["MAN"]
    assert households.set_primary(without, "WIFE", False) == (without, [])
    assert households.set_primary(home, "NOBODY", True) == (home, [])


@pytest.mark.rule("REG-43")
def test_a_member_of_two_households_chooses_the_primary_one():
    home = a_household(("GIRL", R.GRANDCHILD, False))

    chosen, facts = households.choose_primary(home, "GIRL")

    assert [fact.primary_residence for fact in facts] == [True]
    assert "GIRL" in [one.person_id for one in chosen.residents]
    with pytest.raises(Conflict, match="PRIMARY_RESIDENCE_UNCHANGED"):
        households.choose_primary(chosen, "GIRL")
    with pytest.raises(NotFound):
        households.choose_primary(home, "NOBODY")
    with pytest.raises(Conflict, match="HOUSEHOLD_NOT_ACTIVE"):
        households.choose_primary(leave(a_household())[0], "MAN")


@pytest.mark.rule("REG-30")
def test_only_the_last_death_is_taken_back_and_everybody_else_stays_as_they_were():
    twice = Membership("SON", R.CHILD, date(2021, 1, 1), True, date(2022, 1, 1), out_reason=LeaveReason.DECEASED)
    before = Membership("SON", R.SIBLING, LONG_AGO, True, date(2020, 6, 1), out_reason=LeaveReason.DECEASED)
    home = Household("H1", "G1", "D1", LONG_AGO, members=(twice, before, Membership("MAN", R.HEAD, LONG_AGO)), head_person_id="MAN")

    household, facts = households.take_back(home, "SON", primary=True)

    again = Membership("SON", R.CHILD, date(2021, 1, 1))
    assert household.members == (again, *home.members[1:])
    assert facts == [MemberJoined(household_id="H1", dwelling_id="D1", person_id="SON", relation_to_head="CHILD", primary_residence=True)]
    assert not households.take_back(home, "SON", primary=False)[0].current[0].primary_residence


@pytest.mark.rule("REG-30")
@pytest.mark.parametrize("state", [HouseholdState.MERGED, HouseholdState.MOVED_OUT])
def test_a_household_that_went_elsewhere_takes_nobody_back(state):
    gone = replace(leave(a_household())[0], state=state)

    assert households.take_back(gone, "MAN", primary=True) == (gone, [])


@pytest.mark.rule("REG-44")
@pytest.mark.parametrize(
    ("together", "reason", "before", "state"),
    [
        (True, LeaveReason.MOVED_OUT, None, HouseholdState.MOVED_OUT),
        (True, LeaveReason.CARE_HOME, None, HouseholdState.DISSOLVED),
        (False, LeaveReason.MOVED_OUT, None, HouseholdState.DISSOLVED),
        (False, LeaveReason.MOVED_OUT, LeaveReason.DECEASED, HouseholdState.DISSOLVED),
        (False, LeaveReason.MOVED_OUT, LeaveReason.MOVED_OUT, HouseholdState.MOVED_OUT),
    ],
)
def test_a_household_moved_out_when_all_of_it_did_on_one_day(together, reason, before, state):
    home = a_household(("WIFE", R.SPOUSE, True)) if together or before else a_household()
    if together:
        home, facts = households.depart(
            home, ["MAN", "WIFE"], until=TODAY, out_reason=reason, today=TODAY, born=BORN, policy=HouseholdPolicy()
        )
    else:
        home = leave(home, "WIFE", before)[0] if before else home
        home, facts = leave(home, "MAN", reason)

    assert (home.state, home.closed_on) == (state, TODAY)
    assert facts[-1] == Dated(HouseholdClosed(household_id="H1", dwelling_id="D1", reason=state.value), TODAY)


@pytest.mark.rule("REG-31")
@pytest.mark.parametrize(("born", "suggested"), [(date(2007, 6, 10), "GIRL"), (date(2007, 6, 11), None)])
def test_who_is_suggested_as_head_is_of_age_that_day(born, suggested):
    home = a_household(("GIRL", R.GRANDCHILD, True))

    facts = households.leave(home, person_id="MAN", out_reason=LeaveReason.OTHER, born={"GIRL": born}, **WHEN)[1]

    assert facts[-1].suggested_person_id == suggested


@pytest.mark.rule("REG-31")
def test_a_new_head_who_was_no_near_kin_makes_the_others_other_kin():
    home, _ = name(a_household(("AUNT", R.OTHER_KIN, True), ("SON", R.CHILD, True), ("NURSE", R.CARER, True)), "AUNT")

    assert {one.person_id: one.relation_to_head for one in home.current} == {
        "MAN": R.OTHER_KIN,
        "AUNT": R.HEAD,
        "SON": R.OTHER_KIN,
        "NURSE": R.CARER,
    }


def test_a_household_is_kept_as_it_was_opened_and_a_member_as_they_joined():
    founder = Membership("P1", R.HEAD, LONG_AGO)
    opened, _ = households.open_household(
        id="H1",
        grid_id="G1",
        dwelling_id="D1",
        opened_on=LONG_AGO,
        no="7",
        kind=HouseholdKind.SHARED,
        members=(founder,),
        split_from="H0",
        **WHEN,
    )
    assert opened == Household(
        "H1", "G1", "D1", LONG_AGO, "7", HouseholdKind.SHARED, members=(founder,), head_person_id="P1", opened_at=NOW, split_from="H0"
    )

    joined, facts = households.join(
        opened, person_id="P2", relation_to_head=R.CARER, primary_residence=False, in_reason=JoinReason.OTHER, **WHEN
    )
    assert joined.members == (founder, Membership("P2", R.CARER, TODAY, False, None, JoinReason.OTHER))
    told = MemberJoined(household_id="H1", dwelling_id="D1", person_id="P2", relation_to_head="CARER", primary_residence=False)
    assert facts == [Dated(told, TODAY)]

    for act, field in (
        (lambda: households.join(opened, person_id="P2", relation_to_head=R.CHILD, since=date(2025, 6, 11), **WHEN), "since"),
        (
            lambda: households.open_household(
                id="H1", grid_id="G1", dwelling_id="D1", members=(founder, Membership("P2", R.CHILD, date(2025, 6, 11))), **WHEN
            ),
            "members.1.since",
        ),
    ):
        with pytest.raises(Invalid) as refusal:
            act()
        assert [(error.field, error.code) for error in refusal.value.errors] == [(field, "DATE_IN_FUTURE")]
