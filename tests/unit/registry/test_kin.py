"""Kin: who they are, who is called first, and what their distance makes of an elder."""

from dataclasses import replace
from datetime import date

import pytest

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.registry import PersonUpdated
from services.registry.people.domain import kin as rules
from services.registry.people.domain.classifications import Basis, Category, Classification
from services.registry.people.domain.kin import ContactFrequency, Distance, Kin, KinEnd, KinRelation, Living
from services.registry.people.domain.person import Person

TODAY, LONG_AGO = date(2025, 6, 1), date(2024, 1, 1)


def a_person(*kin, **more):
    return Person(id="P1", grid_id="G1", name="王秀英", born_on=date(1950, 1, 1), kin=kin, **more)


def child(id="K1", **more):
    return Kin(**{"id": id, "relation": KinRelation.CHILD, "verified_on": LONG_AGO, "name": "王建国", **more})


def far(id="K1", since=LONG_AGO, **more):
    return child(id, distance=Distance.FAR, distance_since=since, **more)


def add(person=None, **more):
    given = {"relation": KinRelation.CHILD, "name": "王建国", **more}
    return rules.add_kin(person or a_person(), id=given.pop("id", "K9"), today=TODAY, **given)


def test_a_relative_is_entered_and_the_change_told_without_values():
    person, facts = add(phone="138 1234 5678", contact_freq=ContactFrequency.WEEKLY)

    assert (person.kin[0].phone, person.kin[0].verified_on) == ("+8613812345678", TODAY)
    assert [(fact.person_id, fact.fields) for fact in facts] == [("P1", ["kin"])]


def test_a_relative_is_somebody_else_and_entered_once():
    for wrong in ({"name": None}, {"other_person_id": "P1"}, {"verified_on": date(2025, 6, 2)}, {"phone": "12"}):
        with pytest.raises(Invalid):
            add(**wrong)
    with pytest.raises(Conflict, match="KIN_KNOWN"):
        add(a_person(child(other_person_id="P2")), other_person_id="P2")
    with pytest.raises(Conflict, match="TOO_MANY_KIN"):
        add(a_person(*(child(f"K{n}") for n in range(rules.MOST))))


def test_two_are_not_called_first():
    with pytest.raises(Conflict, match="EMERGENCY_RANK_TAKEN"):
        add(a_person(child(emergency_rank=1)), emergency_rank=1)
    assert add(a_person(child(emergency_rank=1, until=TODAY)), emergency_rank=1)[0].kin[1].emergency_rank == 1


def test_who_is_not_alive_has_no_key_and_is_not_called():
    with pytest.raises(Invalid):
        add(alive=Living.NO, has_key=True)

    order = rules.in_emergency_order(
        [child("a"), child("b", phone="1"), child("c", emergency_rank=2), child("d", emergency_rank=1), child("e", alive=Living.NO)]
    )

    assert [one.id for one in order] == ["d", "c", "b", "a"]


def test_a_change_counts_as_verified_today_and_no_change_is_told_to_nobody():
    person, facts = rules.change_kin(a_person(child()), "K1", {"has_key": True}, today=TODAY)
    assert (person.kin[0].has_key, person.kin[0].verified_on, len(facts)) == (True, TODAY, 1)

    assert rules.change_kin(person, "K1", {"has_key": True}, today=TODAY) == (person, [])
    with pytest.raises(NotFound):
        rules.change_kin(person, "K7", {}, today=TODAY)


def test_far_away_counts_since_the_child_moved_and_not_since_the_last_change():
    person, _ = rules.change_kin(a_person(far()), "K1", {"distance": Distance.ABROAD}, today=TODAY)
    assert person.kin[0].distance_since == LONG_AGO

    person, _ = rules.change_kin(person, "K1", {"distance": Distance.SAME_CITY}, today=TODAY)
    assert person.kin[0].distance_since == TODAY
    assert (
        rules.change_kin(person, "K1", {"distance": Distance.FAR, "distance_since": LONG_AGO}, today=TODAY)[0].kin[0].distance_since
        == LONG_AGO
    )
    assert rules.change_kin(person, "K1", {"distance": None}, today=TODAY)[0].kin[0].distance_since is None


def test_an_entry_ends_and_stays():
    person, facts = rules.end_kin(a_person(child(has_key=True)), "K1", until=TODAY, reason=KinEnd.ENTERED_IN_ERROR, today=TODAY)

    assert (person.kin[0].current, person.kin[0].has_key, len(facts)) == (False, False, 1)
    for again in (
        lambda: rules.change_kin(person, "K1", {}, today=TODAY),
        lambda: rules.end_kin(person, "K1", until=TODAY, reason=KinEnd.SEPARATED, today=TODAY),
    ):
        with pytest.raises(Conflict, match="KIN_ENDED"):
            again()


def test_all_living_children_have_to_be_far_away_and_known():
    assert a_person(far("a"), far("b", date(2024, 9, 1))).subject().far_since == date(2024, 9, 1)
    assert a_person(far("a"), child("b")).subject().far_since is None
    assert a_person(far("a"), child("b", distance=Distance.SAME_CITY, distance_since=LONG_AGO)).subject().far_since is None
    assert a_person(far("a"), child("b", alive=Living.NO)).subject().far_since == LONG_AGO
    assert a_person(far("a"), living_children=2).subject().far_since is None, "of the other child nothing is known"
    assert a_person(far("a", until=TODAY)).subject().far_since is None
    assert a_person(far("a", lives_with=True)).subject().far_since is None


def test_children_on_record_count_before_a_number_that_somebody_said():
    assert a_person().subject().living_children is None
    assert a_person(child(alive=Living.NO)).subject().living_children == 0
    assert a_person(child(), living_children=None).subject().living_children == 1
    assert a_person(child(), living_children=3).subject().living_children == 3
    assert a_person(child(other_person_id="P2")).subject().child_ids == {"P2"}


def test_a_registered_relatives_death_takes_them_off_every_call_list_until_it_proves_false():
    person, facts = rules.kin_died(a_person(far(other_person_id="P2", emergency_rank=1)), "P2")
    assert (person.kin[0].alive, person.kin[0].emergency_rank, person.subject().far_since, len(facts)) == (Living.NO, None, None, 1)
    assert rules.kin_died(person, "P2") == (person, [])

    alive, facts = rules.kin_lives(person, "P2")
    assert (alive.subject().far_since, len(facts)) == (LONG_AGO, 1)
    assert rules.kin_lives(alive, "P2") == (alive, [])


def test_a_child_of_somebody_childless_is_refused_until_that_is_corrected():
    childless = Classification(Category.CHILDLESS, Basis.ASSERTED, LONG_AGO)
    with pytest.raises(Conflict, match="CHILD_OF_CHILDLESS"):
        add(a_person(classifications=(childless,)))


def test_living_kin_may_help_to_consent():
    assert rules.who_may_assist([child("a", other_person_id="P2"), child("b", alive=Living.NO), child("c", until=TODAY)]) == {"a", "P2"}


@pytest.mark.rule("REG-45")
def test_whom_a_court_keeps_away_is_not_called_under_whatever_name():
    entries = [child("a", other_person_id="F", emergency_rank=1), child("b")]

    assert [one.id for one in rules.in_emergency_order(entries, {"F"})] == ["b"]
    assert rules.ids_of(entries, {"F", "X"}) == {"F", "X", "a"}


TOLD = [PersonUpdated(person_id="P1", fields=["kin"])]


def test_each_change_touches_one_entry_and_leaves_the_others():
    other = child("K2", name="李芳", has_key=True, emergency_rank=2, other_person_id="P3")
    person = a_person(child(has_key=True, emergency_rank=1, other_person_id="P2"), other)

    changed, facts = rules.change_kin(person, "K1", {"phone": "138 1234 5678"}, today=TODAY)
    first = replace(person.kin[0], phone="+8613812345678", verified_on=TODAY)
    assert (changed.kin, facts) == ((first, other), TOLD)

    ended, facts = rules.end_kin(person, "K1", until=TODAY, reason=KinEnd.SEPARATED, today=TODAY)
    gone = replace(person.kin[0], until=TODAY, end_reason=KinEnd.SEPARATED, emergency_rank=None, has_key=False)
    assert (ended.kin, facts) == ((gone, other), TOLD)
    with pytest.raises(Invalid) as refusal:
        rules.end_kin(person, "K1", until=date(2025, 6, 2), reason=KinEnd.SEPARATED, today=TODAY)
    assert [(error.field, error.code) for error in refusal.value.errors] == [("until", "DATE_IN_FUTURE")]

    died, facts = rules.kin_died(person, "P2")
    dead = replace(person.kin[0], alive=Living.NO, lives_with=False, has_key=False, emergency_rank=None)
    assert (died.kin, facts) == ((dead, other), TOLD)
    lives, facts = rules.kin_lives(died, "P2")
    assert (lives.kin, facts) == ((replace(dead, alive=Living.YES), other), TOLD)


def test_who_is_changed_may_keep_what_is_theirs_and_takes_nothing_of_others():
    person = a_person(child(emergency_rank=1, other_person_id="P2"), child("K2", name="李芳", emergency_rank=2, other_person_id="P3"))

    assert rules.change_kin(person, "K1", {"emergency_rank": 1, "has_key": True}, today=TODAY)[0].kin[0].has_key
    with pytest.raises(Conflict) as refusal:
        rules.change_kin(person, "K1", {"emergency_rank": 2}, today=TODAY)
    assert (refusal.value.code, refusal.value.params) == ("EMERGENCY_RANK_TAKEN", {"rank": 2})
    with pytest.raises(Conflict, match="KIN_KNOWN"):
        rules.change_kin(person, "K1", {"other_person_id": "P3"}, today=TODAY)


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"name": None}, "name", "KIN_WHO"),
        ({"other_person_id": "P1"}, "other_person_id", "KIN_OF_ONESELF"),
        ({"verified_on": date(2025, 6, 2)}, "verified_on", "DATE_IN_FUTURE"),
        ({"distance": Distance.FAR, "distance_since": date(2025, 6, 2)}, "distance_since", "DATE_IN_FUTURE"),
        ({"alive": Living.NO, "has_key": True}, "alive", "KIN_NOT_ALIVE"),
        ({"alive": Living.NO, "lives_with": True}, "alive", "KIN_NOT_ALIVE"),
        ({"alive": Living.NO, "emergency_rank": 1}, "alive", "KIN_NOT_ALIVE"),
    ],
)
def test_what_is_wrong_with_a_relative_names_the_field(wrong, field, code):
    with pytest.raises(Invalid) as refusal:
        add(**wrong)
    assert [(error.field, error.code) for error in refusal.value.errors] == [(field, code)]
    assert add(verified_on=TODAY, distance=Distance.FAR, distance_since=TODAY)[0].kin[0].distance_since == TODAY


def test_what_is_left_blank_is_not_known_rather_than_wrong():
    blank = dict.fromkeys(("alive", "lives_with", "has_key", "verified_on"))
    person, _ = add(name=" 王建国 ", distance=Distance.FAR, **blank)
    assert person.kin == (Kin("K9", KinRelation.CHILD, TODAY, "王建国", distance=Distance.FAR, distance_since=TODAY),)

    known = a_person(child(has_key=True, lives_with=True))
    changed, _ = rules.change_kin(known, "K1", {**blank, "relation": None, "phone": "138 1234 5678"}, today=TODAY)
    assert changed.kin == (replace(known.kin[0], phone="+8613812345678", verified_on=TODAY),)
    with pytest.raises(TypeError, match="not a field of kin: .'until'."):
        rules.change_kin(known, "K1", {"until": TODAY}, today=TODAY)


def test_a_child_who_lives_with_an_elder_is_known_to():
    assert rules.children_of([child(lives_with=True)]).live_with is True
    assert rules.children_of([child(lives_with=True, alive=Living.NO), child("K2")]).live_with is False


def test_only_the_one_who_lives_is_alive_again():
    person = a_person(child(other_person_id="P2", alive=Living.NO), child("K2", other_person_id="P3", alive=Living.NO))

    assert [one.alive for one in rules.kin_lives(person, "P3")[0].kin] == [Living.NO, Living.YES]
