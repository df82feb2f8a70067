"""Categories of elders: who is in them, since when, and who is told."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.errors import Conflict
from services.common.events.base import Dated
from services.common.events.registry import ClassificationChanged
from services.registry.households.domain import Relation
from services.registry.people.domain import classifications as rules
from services.registry.people.domain import overrides
from services.registry.people.domain.ages import BirthPrecision
from services.registry.people.domain.classifications import Category, CategoryPolicy, ElderPolicy, Resident, Subject
from services.registry.people.domain.person import Person

TODAY = date(2025, 6, 1)
ELDER, AGED80, ALONE = Category.ELDER, Category.AGED80, Category.LIVING_ALONE
NEST, CARER, LEFT = Category.EMPTY_NEST, Category.CARER_PRESENT, Category.LEFT_BEHIND


def someone(name, born=1950, relation=Relation.HEAD, **more):
    return Resident(Subject(name, date(born, 1, 1) if born else None, **more), relation)


def categories(me, *others, home=True, on=TODAY, **more):
    return set(rules.derive(me.subject, (me, *others) if home else None, on=on, **more))


def test_an_elder_by_themself_lives_alone():
    assert categories(someone("me")) == {ELDER, ALONE}


def test_nobody_below_the_age_of_elders_is_in_a_category():
    assert categories(someone("me", born=1970)) == set()


def test_without_a_birth_date_nothing_is_derived():
    assert categories(someone("me", born=None)) == set()


@pytest.mark.rule("X-6")
def test_the_birthday_itself_counts():
    me = Subject("me", date(1965, 6, 1))

    assert set(rules.derive(me, None, on=date(2025, 5, 31))) == set()
    assert rules.derive(me, None, on=date(2025, 6, 1)) == {ELDER: date(2025, 6, 1)}


@pytest.mark.rule("X-7")
def test_an_elder_known_by_year_counts_from_the_first_of_january():
    me = Subject("me", date(1965, 1, 1), BirthPrecision.YEAR)

    assert rules.derive(me, None, on=date(2025, 1, 1)) == {ELDER: date(2025, 1, 1)}


def test_eighty_is_a_category_of_its_own():
    assert categories(someone("me", born=1945)) == {ELDER, AGED80, ALONE}


def test_without_a_known_home_nothing_is_said_about_living_alone():
    assert categories(someone("me"), home=False) == {ELDER}


def test_the_age_of_elders_is_a_setting():
    assert categories(someone("me", born=1970), policy=ElderPolicy(elder_age=55)) == {ELDER, ALONE}


def test_a_member_who_is_in_hospital_leaves_the_other_alone():
    spouse = someone("you", relation=Relation.SPOUSE, resident=False)

    assert categories(someone("me"), spouse) == {ELDER, ALONE}


def test_a_live_in_carer_is_not_family():
    carer = someone("carer", born=1980, relation=Relation.CARER)

    assert categories(someone("me"), carer) == {ELDER, ALONE, CARER}
    assert categories(replace(carer, subject=Subject("carer", date(1950, 1, 1))), someone("me")) == {ELDER}


def test_a_couple_whose_children_live_elsewhere_is_an_empty_nest():
    me, you = someone("me", living_children=2), someone("you", relation=Relation.SPOUSE)

    assert categories(me, you) == categories(you, me) == {ELDER, NEST}


def test_a_couple_without_living_children_is_no_empty_nest():
    assert categories(someone("me", living_children=0), someone("you", relation=Relation.SPOUSE)) == {ELDER}


def test_a_couple_with_a_younger_member_is_no_empty_nest():
    assert categories(someone("me", living_children=1), someone("you", 1970, Relation.SPOUSE)) == {ELDER}


def test_an_old_child_who_lives_with_them_fills_the_nest():
    mother = someone("me", 1930, living_children=1)

    assert categories(mother, someone("son", 1955, Relation.CHILD)) == {ELDER, AGED80}
    assert categories(replace(mother, relation=Relation.PARENT), someone("son", 1955)) == {ELDER, AGED80}


def test_living_alone_and_empty_nest_exclude_each_other():
    assert categories(someone("me", living_children=3)) == {ELDER, ALONE}


def test_nobody_is_classified_after_death():
    assert categories(someone("me", alive=False)) == set()


def a_person(**more):
    return Person(id="P1", grid_id="G1", name="王秀英", born_on=date(1950, 1, 1), registered_on=date(2024, 1, 1), **more)


@pytest.mark.rule("REG-2")
def test_each_change_is_announced_once_with_the_day_since_which_it_holds():
    person, facts = rules.reclassify(a_person(), {ELDER: date(2010, 1, 1), ALONE: None}, on=TODAY, today=TODAY)

    assert facts == [
        Dated(
            ClassificationChanged(person_id="P1", code="ELDER", holds=True, since=date(2010, 1, 1), basis="DERIVED", rule_version=2),
            date(2024, 1, 1),
        ),
        Dated(ClassificationChanged(person_id="P1", code="LIVING_ALONE", holds=True, since=TODAY, basis="DERIVED", rule_version=2), TODAY),
    ]
    assert rules.current_codes(person) == {ELDER, ALONE}
    assert rules.reclassify(person, {ELDER: date(2010, 1, 1), ALONE: None}, on=TODAY, today=TODAY) == (person, [])


@pytest.mark.rule("REG-2")
def test_a_category_that_ceases_is_kept_with_its_last_day():
    person, _ = rules.reclassify(a_person(), {ALONE: None}, on=date(2025, 5, 1), today=date(2025, 5, 1))

    person, facts = rules.reclassify(person, {}, on=TODAY, today=TODAY)

    assert [(fact.event.holds, fact.event.since) for fact in facts] == [(False, TODAY)]
    assert [(one.since, one.until) for one in person.classifications] == [(date(2025, 5, 1), TODAY)]


@pytest.mark.rule("REG-2")
def test_what_begins_and_ends_on_one_day_leaves_no_trace():
    person, _ = rules.reclassify(a_person(), {ALONE: None}, on=TODAY, today=TODAY)

    person, facts = rules.reclassify(person, {}, on=TODAY, today=TODAY)

    assert person.classifications == ()
    assert [fact.event.holds for fact in facts] == [False]


@pytest.mark.rule("REG-2")
def test_what_ends_and_begins_again_on_one_day_goes_on_since_it_first_began():
    person, _ = rules.reclassify(a_person(), {ALONE: None}, on=date(2025, 5, 1), today=date(2025, 5, 1))
    person, _ = rules.reclassify(person, {}, on=TODAY, today=TODAY)

    person, facts = rules.reclassify(person, {ALONE: None}, on=TODAY, today=TODAY)

    assert [(one.since, one.until) for one in person.classifications] == [(date(2025, 5, 1), None)]
    assert [fact.event.since for fact in facts] == [date(2025, 5, 1)]


def test_living_alone_does_not_begin_before_being_an_elder():
    _, facts = rules.reclassify(a_person(), {ELDER: TODAY, ALONE: None}, on=date(2025, 3, 1), today=TODAY)

    assert [fact.event.since for fact in facts] == [TODAY, TODAY]


@pytest.mark.rule("REG-2")
def test_a_change_entered_late_counts_since_its_day_and_never_ends_before_it_began():
    person, facts = rules.reclassify(a_person(), {ELDER: date(2010, 1, 1), ALONE: None}, on=date(2025, 5, 1), today=date(2025, 5, 20))
    assert facts[1].effective_on == facts[1].event.since == date(2025, 5, 1)

    never_alone, facts = rules.reclassify(person, {ELDER: date(2010, 1, 1)}, on=date(2025, 4, 1), today=TODAY)

    assert facts[0].event.since == date(2025, 5, 1)
    assert [one.code for one in never_alone.classifications] == [ELDER]


@pytest.mark.rule("X-7")
def test_an_estimated_age_marks_the_category():
    person, _ = rules.reclassify(a_person(birth_precision=BirthPrecision.YEAR), {ELDER: TODAY}, on=TODAY, today=TODAY)

    assert person.classifications[0].estimated


def test_an_elder_whose_children_are_all_far_for_half_a_year_is_left_behind():
    me = someone("me", living_children=1, far_since=date(2024, 12, 1))

    assert categories(me) == {ELDER, ALONE, LEFT}
    assert categories(me, on=date(2025, 5, 31)) == {ELDER, ALONE}
    assert rules.derive(me.subject, None, on=TODAY)[LEFT] == TODAY, "with or without a known home"
    assert categories(me, on=date(2025, 3, 1), policy=ElderPolicy(left_behind_months=3)) == {ELDER, ALONE, LEFT}
    assert categories(replace(me, subject=replace(me.subject, far_since=None))) == {ELDER, ALONE}


def test_the_end_of_a_short_month_is_the_end_of_half_a_year():
    assert rules.derive(Subject("me", date(1950, 1, 1), far_since=date(2024, 8, 31)), None, on=TODAY)[LEFT] == date(2025, 2, 28)


def test_a_child_of_ones_own_who_lives_with_a_couple_fills_the_nest_whatever_the_relation_says():
    me, you = someone("me", living_children=1, child_ids=frozenset({"son"})), someone("you", relation=Relation.SPOUSE)
    old_son = someone("son", 1960, Relation.OTHER)

    assert categories(me, you) == {ELDER, NEST}
    assert NEST not in categories(me, you, old_son)
    assert NEST not in categories(replace(me, subject=replace(me.subject, child_lives_with=True)), you)


@pytest.mark.rule("REG-3")
def test_what_staff_say_against_the_rule_is_kept_whole_and_leaves_other_words_alone():
    asked = {"policy": CategoryPolicy(), "today": date(2025, 6, 1), "by": "S1"}
    person = Person(id="P1", grid_id="G1", name="王秀英")
    said = overrides.override(person, code=Category.EMPTY_NEST, holds=True, note="儿子在外", **asked)
    both = overrides.override(
        said, code=Category.LIVING_ALONE, holds=False, note="侄女同住", co_resident_id="P2", co_resident_name="王梅", **asked
    )

    until = date(2025, 6, 1) + timedelta(days=CategoryPolicy().override_days)
    nest = overrides.Override(Category.EMPTY_NEST, True, date(2025, 6, 1), until, "S1", "儿子在外")
    alone = overrides.Override(Category.LIVING_ALONE, False, date(2025, 6, 1), until, "S1", "侄女同住", "P2", "王梅")
    assert both.overrides == (nest, alone)

    one_over = replace(both, overrides=(nest, replace(alone, until=date(2025, 6, 2))))
    lapsed, over = overrides.lapse(one_over, today=date(2025, 6, 3))
    ended = replace(alone, until=date(2025, 6, 2), lapsed=True)
    assert (lapsed.overrides, over) == ((nest, ended), (one_over.overrides[1],))
    assert overrides.lapse(one_over, today=date(2025, 6, 2)) == (one_over, ())
    assert overrides.lapse(lapsed, today=date(2025, 6, 3)) == (lapsed, ())

    assert overrides.withdraw(both, Category.LIVING_ALONE).overrides == (nest,)
    for wrong, code in ((lapsed, Category.LIVING_ALONE), (said, Category.LIVING_ALONE)):
        with pytest.raises(Conflict, match="NO_OVERRIDE"):
            overrides.withdraw(wrong, code)


@pytest.mark.rule("REG-3")
def test_of_living_alone_and_an_empty_nest_the_one_that_somebody_said_stands():
    on, since = date(2025, 6, 1), date(2025, 5, 1)
    asked = {"policy": CategoryPolicy(), "today": on, "by": "S1", "note": "x"}
    person = Person(id="P1", grid_id="G1", name="王秀英")

    def found(person, *codes):
        return overrides.apply({Category.ELDER: None, **dict.fromkeys(codes, since)}, person, on)

    nest = overrides.override(person, code=Category.EMPTY_NEST, holds=True, **asked)
    alone = overrides.override(person, code=Category.LIVING_ALONE, holds=True, **asked)
    assert found(nest, Category.LIVING_ALONE) == {Category.ELDER: None, Category.EMPTY_NEST: on}
    assert found(alone, Category.EMPTY_NEST) == {Category.ELDER: None, Category.LIVING_ALONE: on}
    assert found(nest, Category.EMPTY_NEST) == {Category.ELDER: None, Category.EMPTY_NEST: since}
    assert overrides.apply({Category.EMPTY_NEST: since}, alone, on) == {Category.EMPTY_NEST: since}, "nobody but an elder"
