"""Households that split, move and merge, member by member."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.registry import (
    HouseholdClosed,
    HouseholdHeadNeeded,
    HouseholdMerged,
    HouseholdOpened,
    HouseholdSplit,
    MemberJoined,
    MemberLeft,
)
from services.registry.divisions import domain
from services.registry.divisions.domain import Choice, Listed, MergeChoice, Target
from services.registry.households.domain import (
    Household,
    HouseholdPolicy,
    HouseholdState,
    JoinReason,
    LeaveReason,
    Membership,
    Move,
    Relation,
)

TODAY, NOW, LONG_AGO = date(2025, 6, 10), datetime(2025, 6, 10, 2, tzinfo=UTC), date(2020, 1, 1)
POLICY, R = HouseholdPolicy(), Relation
MOVES, STAYS = Choice.MOVES, Choice.STAYS
NEW = Target("H2", "D2", "G2")
BEHIND_THE_DOOR = Target("H2", "D1", "G1")


def a_household(*members, id="H1", dwelling="D1"):
    lived = tuple(Membership(person, relation, LONG_AGO, primary) for person, relation, primary in members)
    head = next((one.person_id for one in lived if one.relation_to_head is R.HEAD), None)
    return Household(id, "G1", dwelling, LONG_AGO, members=lived, head_person_id=head)


FAMILY = (("MAN", R.HEAD, True), ("WIFE", R.SPOUSE, True), ("SON", R.CHILD, True), ("GIRL", R.GRANDCHILD, False))
HOME = a_household(*FAMILY)


def listing(**choices):
    return [Listed(name, *(choice if isinstance(choice, tuple) else (choice,))) for name, choice in choices.items()]


def divide(household=HOME, target=NEW, moved_on=TODAY, **choices):
    return domain.divide(household, listing(**choices), target, moved_on=moved_on, today=TODAY, born={}, policy=POLICY)


def arrive(household, move, elsewhere=(), key="H1/0"):
    return domain.arrive(household, move, key, elsewhere=elsewhere, today=TODAY, born={}, policy=POLICY)


def found(move, elsewhere=()):
    return domain.found(move, "H1/0", split_from="H1", elsewhere=elsewhere, today=TODAY, at=NOW)


def events(facts):
    return [fact.event if isinstance(fact, Dated) else fact for fact in facts]


def code_of(refusal):
    return refusal.value.errors[0].code if refusal.value.errors else refusal.value.code


@pytest.mark.rule("REG-19", "REG-44")
def test_some_members_found_a_household_behind_the_same_door_and_nobody_else_moves():
    left, facts = divide(target=BEHIND_THE_DOOR, MAN=STAYS, WIFE=STAYS, SON=(MOVES, R.HEAD), GIRL=(MOVES, R.CHILD))

    assert events(facts) == [
        MemberLeft(household_id="H1", person_id="SON", reason="SPLIT"),
        MemberLeft(household_id="H1", person_id="GIRL", reason="SPLIT"),
        HouseholdSplit(household_id="H1", into_id="H2", dwelling_id="D1", person_ids=["SON", "GIRL"]),
    ]
    assert [one.person_id for one in left.current] == ["MAN", "WIFE"]
    new, facts = found(left.moves[0])
    assert events(facts) == [
        HouseholdOpened(household_id="H2", dwelling_id="D1"),
        MemberJoined(household_id="H2", dwelling_id="D1", person_id="SON", relation_to_head="HEAD"),
        MemberJoined(household_id="H2", dwelling_id="D1", person_id="GIRL", relation_to_head="CHILD", primary_residence=False),
    ]
    assert (new.split_from, new.head_person_id, new.opened_on) == ("H1", "SON", TODAY)


@pytest.mark.rule("REG-44")
def test_a_head_who_moves_leaves_the_others_in_need_of_one():
    left, facts = divide(MAN=(MOVES, R.HEAD), WIFE=STAYS, SON=STAYS, GIRL=STAYS)

    assert events(facts)[-1] == HouseholdHeadNeeded(household_id="H1", by=date(2025, 7, 10), suggested_person_id="WIFE")
    assert left.members[0].out_reason is LeaveReason.MOVED_WITHIN


@pytest.mark.rule("REG-44")
def test_a_household_that_moves_whole_has_moved_out_of_its_door():
    everybody = {"MAN": (MOVES, R.HEAD), "WIFE": (MOVES, R.SPOUSE), "SON": (MOVES, R.CHILD), "GIRL": (MOVES, R.GRANDCHILD)}

    left, facts = divide(**everybody)

    assert events(facts)[-1] == HouseholdClosed(household_id="H1", dwelling_id="D1", reason="MOVED_OUT")
    assert not [fact for fact in events(facts) if isinstance(fact, HouseholdSplit)]
    assert left.state is HouseholdState.MOVED_OUT
    with pytest.raises(Invalid) as refusal:
        divide(target=BEHIND_THE_DOOR, **everybody)
    assert code_of(refusal) == "NOBODY_STAYS"


@pytest.mark.rule("REG-44")
@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ({"MAN": STAYS, "WIFE": STAYS, "SON": (MOVES, R.HEAD)}, "MEMBERS_NOT_LISTED"),
        ({"MAN": STAYS, "WIFE": STAYS, "SON": (MOVES, R.HEAD), "GIRL": STAYS, "GUEST": STAYS}, "NOT_A_MEMBER"),
        ({"MAN": STAYS, "WIFE": STAYS, "SON": STAYS, "GIRL": STAYS}, "NOBODY_MOVES"),
        ({"MAN": STAYS, "WIFE": STAYS, "SON": MOVES, "GIRL": STAYS}, "RELATION_NEEDED"),
        ({"MAN": STAYS, "WIFE": STAYS, "SON": (MOVES, R.CHILD), "GIRL": STAYS}, "NEW_HOUSEHOLD_NEEDS_HEAD"),
        ({"MAN": (MOVES, R.HEAD), "WIFE": (MOVES, R.HEAD), "SON": STAYS, "GIRL": STAYS}, "NEW_HOUSEHOLD_NEEDS_HEAD"),
    ],
)
def test_every_member_is_asked_about(choices, code):
    with pytest.raises(Invalid) as refusal:
        divide(**choices)
    assert code_of(refusal) == code
    if code == "MEMBERS_NOT_LISTED":
        assert refusal.value.extra == {"missing": ["GIRL"]}


@pytest.mark.rule("REG-44")
def test_nobody_is_listed_twice_and_nobody_moves_before_they_came_or_tomorrow():
    twice = [*listing(MAN=STAYS, WIFE=STAYS, SON=(MOVES, R.HEAD), GIRL=STAYS), Listed("SON", STAYS)]
    with pytest.raises(Invalid) as refusal:
        domain.divide(HOME, twice, NEW, today=TODAY, born={}, policy=POLICY)
    assert code_of(refusal) == "LISTED_TWICE"
    for day in (date(2019, 12, 31), date(2025, 6, 11)):
        with pytest.raises(Invalid):
            divide(moved_on=day, MAN=STAYS, WIFE=STAYS, SON=(MOVES, R.HEAD), GIRL=STAYS)


@pytest.mark.rule("REG-44")
def test_who_joins_a_household_that_stands_must_fit_into_it():
    there = a_household(("AUNT", R.HEAD, True), ("GIRL", R.OTHER_KIN, True), id="H2", dwelling="D2")
    target = Target("H2", "D2", "G2", there)

    with pytest.raises(Conflict, match="HOUSEHOLD_HAS_A_HEAD"):
        divide(target=target, MAN=STAYS, WIFE=STAYS, SON=(MOVES, R.HEAD), GIRL=STAYS)
    with pytest.raises(Conflict, match="ALREADY_A_MEMBER"):
        divide(target=target, MAN=STAYS, WIFE=STAYS, SON=STAYS, GIRL=(MOVES, R.CHILD))

    left, facts = divide(target=target, MAN=STAYS, WIFE=STAYS, SON=(MOVES, R.OTHER_KIN), GIRL=STAYS)
    assert not [fact for fact in events(facts) if isinstance(fact, HouseholdSplit)]
    arrived, facts = arrive(there, left.moves[0])
    assert events(facts) == [MemberJoined(household_id="H2", dwelling_id="D2", person_id="SON", relation_to_head="OTHER_KIN")]


def test_members_arrive_once_however_often_it_is_asked_for():
    there = a_household(("AUNT", R.HEAD, True), id="H2", dwelling="D2")
    left, _ = divide(target=Target("H2", "D2", "G2", there), MAN=STAYS, WIFE=STAYS, SON=(MOVES, R.OTHER_KIN), GIRL=STAYS)

    arrived, _ = arrive(there, left.moves[0])

    assert arrive(arrived, left.moves[0]) == (arrived, [])
    gone = Household("H2", "G1", "D2", LONG_AGO, state=HouseholdState.DISSOLVED)
    assert arrive(gone, left.moves[0]) == (gone, [])


@pytest.mark.rule("REG-43")
def test_who_got_another_primary_residence_on_the_way_does_not_get_a_second_one():
    left, _ = divide(MAN=STAYS, WIFE=STAYS, SON=(MOVES, R.HEAD), GIRL=STAYS)

    new, _ = found(left.moves[0], elsewhere={"SON"})

    assert new.residents == ()
    assert [one.person_id for one in new.current] == ["SON"]


KEPT, MOVED, ENDED = MergeChoice.KEPT, MergeChoice.MOVED, MergeChoice.ENDED
WINNER = a_household(("MAN", R.HEAD, True), ("CHILD", R.CHILD, False), id="W", dwelling="D1")
LOSER = a_household(("WIFE", R.HEAD, True), ("CHILD", R.CHILD, True), ("GHOST", R.OTHER, True), id="L", dwelling="D9")


def merge(loser=LOSER, winner=WINNER, **choices):
    return domain.merge(loser, winner, listing(**choices), today=TODAY, policy=POLICY)


@pytest.mark.rule("REG-55", "REG-19")
def test_a_merger_says_of_each_member_whether_they_are_kept_moved_or_ended():
    loser, facts = merge(MAN=KEPT, CHILD=KEPT, WIFE=(MOVED, R.SPOUSE), GHOST=ENDED)

    assert events(facts)[-2:] == [
        HouseholdMerged(household_id="L", into_id="W", person_ids=["WIFE"]),
        HouseholdClosed(household_id="L", dwelling_id="D9", reason="MERGED"),
    ]
    assert (loser.state, loser.merged_into, loser.current) == (HouseholdState.MERGED, "W", ())

    winner, _ = arrive(WINNER, loser.moves[0], key="L/0")
    assert {one.person_id: one.primary_residence for one in winner.current} == {"MAN": True, "CHILD": True, "WIFE": True}
    assert winner.head_person_id == "MAN"


@pytest.mark.rule("REG-55")
def test_a_merger_may_end_members_of_the_household_that_stays_and_bring_it_a_head():
    loser, _ = merge(MAN=ENDED, CHILD=KEPT, WIFE=(MOVED, R.HEAD), GHOST=ENDED)

    winner, facts = arrive(WINNER, loser.moves[0], key="L/0")

    assert [one.person_id for one in winner.current] == ["CHILD", "WIFE"]
    assert winner.head_person_id == "WIFE"
    assert MemberLeft(household_id="W", person_id="MAN", reason="MERGED") in events(facts)
    assert not [fact for fact in events(facts) if isinstance(fact, HouseholdHeadNeeded)]


@pytest.mark.rule("REG-55")
@pytest.mark.parametrize(
    ("choices", "code"),
    [
        ({"MAN": KEPT, "CHILD": KEPT, "WIFE": (MOVED, R.SPOUSE)}, "MEMBERS_NOT_LISTED"),
        ({"MAN": KEPT, "CHILD": (MOVED, R.CHILD), "WIFE": (MOVED, R.SPOUSE), "GHOST": ENDED}, "MEMBER_OF_BOTH"),
        ({"MAN": KEPT, "CHILD": KEPT, "WIFE": KEPT, "GHOST": ENDED}, "KEPT_IS_NO_MEMBER"),
        ({"MAN": KEPT, "CHILD": KEPT, "WIFE": MOVED, "GHOST": ENDED}, "RELATION_NEEDED"),
        ({"MAN": ENDED, "CHILD": ENDED, "WIFE": ENDED, "GHOST": ENDED}, "NOBODY_STAYS"),
        ({"MAN": KEPT, "CHILD": KEPT, "WIFE": (MOVED, R.HEAD), "GHOST": ENDED}, "HOUSEHOLD_HAS_A_HEAD"),
    ],
)
def test_a_merger_without_an_answer_for_everybody_is_refused(choices, code):
    with pytest.raises((Invalid, Conflict)) as refusal:
        merge(**choices)
    assert code_of(refusal) == code


@pytest.mark.rule("REG-55")
def test_only_two_households_that_stand_are_merged():
    merged, _ = merge(MAN=KEPT, CHILD=KEPT, WIFE=(MOVED, R.SPOUSE), GHOST=ENDED)
    with pytest.raises(Conflict, match="HOUSEHOLD_NOT_ACTIVE"):
        merge(merged, MAN=KEPT, CHILD=KEPT)
    with pytest.raises(Conflict, match="MERGED_WITH_ITSELF"):
        merge(WINNER, MAN=KEPT, CHILD=KEPT)

    empty, facts = merge(a_household(id="L", dwelling="D9"), MAN=KEPT, CHILD=KEPT)
    assert [type(fact) for fact in events(facts)] == [HouseholdMerged, HouseholdClosed]
    assert (empty.state, empty.merged_into) == (HouseholdState.MERGED, "W")


@pytest.mark.rule("REG-44")
def test_those_who_are_on_their_way_are_kept_as_they_will_be_until_they_have_arrived():
    day = date(2025, 6, 1)
    left, facts = divide(moved_on=day, MAN=STAYS, WIFE=STAYS, SON=(MOVES, R.HEAD), GIRL=(MOVES, R.CHILD))

    arriving = (
        Membership("SON", R.HEAD, day, True, None, JoinReason.MOVED_WITHIN),
        Membership("GIRL", R.CHILD, day, False, None, JoinReason.MOVED_WITHIN),
    )
    assert left.moves == (Move("H2", "D2", "G2", day, True, arriving),)
    assert {fact.effective_on for fact in facts} == {day}

    new, facts = found(left.moves[0])
    assert new == Household(
        "H2", "G2", "D2", day, members=arriving, head_person_id="SON", opened_at=NOW, split_from="H1", received=("H1/0",)
    )
    assert {fact.effective_on for fact in facts} == {day}


@pytest.mark.rule("REG-44")
def test_a_head_who_was_named_meanwhile_stays_when_another_arrives():
    alone = a_household(("AUNT", R.OTHER_KIN, True), id="H2", dwelling="D2")
    left, _ = divide(target=Target("H2", "D2", "G2", alone), MAN=(MOVES, R.HEAD), WIFE=STAYS, SON=STAYS, GIRL=STAYS)
    headed = a_household(("AUNT", R.HEAD, True), id="H2", dwelling="D2")

    arrived, facts = arrive(headed, left.moves[0])
    assert (arrived.head_person_id, arrived.received) == ("AUNT", ("H1/0",))
    assert events(facts) == [MemberJoined(household_id="H2", dwelling_id="D2", person_id="MAN", relation_to_head="OTHER_KIN")]

    arrived, facts = arrive(alone, left.moves[0])
    assert arrived.head_person_id == "MAN"
    assert events(facts) == [MemberJoined(household_id="H2", dwelling_id="D2", person_id="MAN", relation_to_head="HEAD")]


@pytest.mark.rule("REG-55")
def test_a_merger_tells_of_everybody_who_is_kept_moved_and_ended_in_turn():
    loser, facts = merge(MAN=ENDED, CHILD=KEPT, WIFE=(MOVED, R.OTHER_KIN), GHOST=ENDED)
    assert [fact.effective_on for fact in facts] == [TODAY] * len(facts)
    kept = Membership("CHILD", R.CHILD, LONG_AGO, True)
    coming = Membership("WIFE", R.OTHER_KIN, TODAY, True, None, JoinReason.MERGED)
    assert loser.moves == (Move("W", "D1", "G1", TODAY, False, (kept, coming), ("MAN",)),)

    born = {"WIFE": date(1942, 1, 1), "CHILD": date(2015, 1, 1)}
    policy = HouseholdPolicy(head_needed_within=timedelta(days=10))
    winner, facts = domain.arrive(WINNER, loser.moves[0], "L/0", elsewhere=(), today=TODAY, born=born, policy=policy)
    door = {"household_id": "W", "dwelling_id": "D1"}
    assert events(facts) == [
        MemberJoined(**door, person_id="CHILD", relation_to_head="CHILD", primary_residence=True),
        MemberJoined(**door, person_id="WIFE", relation_to_head="OTHER_KIN", primary_residence=True),
        MemberLeft(household_id="W", person_id="MAN", reason="MERGED"),
        HouseholdHeadNeeded(household_id="W", by=date(2025, 6, 20), suggested_person_id="WIFE"),
    ]
    assert winner.received == ("L/0",)


@pytest.mark.rule("REG-55")
def test_a_household_of_nobody_is_merged_on_its_day():
    day = date(2025, 6, 1)
    nobody = a_household(id="L", dwelling="D9")
    empty, facts = domain.merge(nobody, WINNER, listing(MAN=KEPT, CHILD=KEPT), merged_on=day, today=TODAY, policy=POLICY)

    assert facts == [
        Dated(HouseholdMerged(household_id="L", into_id="W", person_ids=[]), day),
        Dated(HouseholdClosed(household_id="L", dwelling_id="D9", reason="MERGED"), day),
    ]
    assert (empty.closed_on, empty.moves) == (day, (Move("W", "D1", "G1", day, False, ()),))
