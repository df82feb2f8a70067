"""Categories that somebody states, and what staff say against the rules: with evidence, by two, for a time."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.registry.people.domain import classifications as rules
from services.registry.people.domain import overrides, statements
from services.registry.people.domain.classifications import RESTRICTED, Basis, Category, CategoryPolicy, Evidence, EvidenceKind
from services.registry.people.domain.kin import Kin, KinRelation
from services.registry.people.domain.person import Home, Person

TODAY, NOW = date(2025, 6, 1), datetime(2025, 6, 1, 2, tzinfo=UTC)
ELDER, ALONE, NEST, CHILDLESS = Category.ELDER, Category.LIVING_ALONE, Category.EMPTY_NEST, Category.CHILDLESS
POLICY = CategoryPolicy()


def a_person(**more):
    return Person(id="P1", grid_id="G1", name="王秀英", born_on=date(1950, 1, 1), registered_on=date(2024, 1, 1), **more)


def state(person, code=CHILDLESS, holds=True, since=TODAY, on=TODAY, kind=EvidenceKind.OFFICIAL_LIST, by="S1", today=TODAY, **more):
    evidence = Evidence(kind, on, "form 7")
    return statements.assert_category(person, code=code, holds=holds, since=since, evidence=evidence, today=today, at=NOW, by=by, **more)


def childless(**more):
    return statements.confirm(state(a_person(), **more)[0], CHILDLESS, today=TODAY, by="S2")


def test_childless_holds_when_a_second_person_confirmed_it():
    stated, facts = state(a_person(), since=date(2025, 1, 1))

    assert facts == [] and rules.current_codes(stated) == frozenset()
    with pytest.raises(Forbidden, match="SECOND_PERSON_NEEDED"):
        statements.confirm(stated, CHILDLESS, today=TODAY, by="S1")
    person, facts = statements.confirm(stated, CHILDLESS, today=TODAY, by="S2")

    assert [(fact.event.code, fact.event.holds, fact.event.since, fact.event.basis) for fact in facts] == [
        ("CHILDLESS", True, date(2025, 1, 1), "ASSERTED")
    ]
    assert (person.classifications[0].confirmed_by, person.classifications[0].evidence[0].ref, person.stated) == ("S2", "form 7", ())
    with pytest.raises(Conflict, match="NOTHING_STATED"):
        statements.confirm(person, CHILDLESS, today=TODAY, by="S3")


def test_a_statement_waits_once_and_can_be_taken_back():
    stated, _ = state(a_person())
    with pytest.raises(Conflict, match="CATEGORY_AWAITS_SECOND"):
        state(stated)

    assert statements.reject(stated, CHILDLESS).stated == ()


def test_whoever_has_children_is_not_childless_also_when_it_comes_out_before_the_confirmation():
    for person in (a_person(living_children=1), a_person(kin=(Kin("K1", KinRelation.CHILD, TODAY, name="王建国"),))):
        with pytest.raises(Conflict, match="CHILDLESS_HAS_CHILDREN"):
            state(person)
    with pytest.raises(Conflict, match="CHILDLESS_HAS_CHILDREN"):
        statements.confirm(replace(state(a_person())[0], living_children=1), CHILDLESS, today=TODAY, by="S2")


def test_no_rule_ends_what_somebody_stated():
    person, facts = rules.reclassify(childless()[0], {}, on=TODAY, today=TODAY)

    assert rules.current_codes(person) == {CHILDLESS} and facts == []


def test_what_was_stated_is_taken_back_by_another_statement():
    person, facts = state(childless(since=date(2025, 1, 1))[0], holds=False)

    assert (facts[0].event.holds, rules.current_codes(person), person.classifications[0].until) == (False, frozenset(), TODAY)
    with pytest.raises(Conflict, match="CATEGORY_UNCHANGED"):
        state(person, holds=False)


def test_a_statement_must_make_sense():
    tomorrow = date(2025, 6, 2)
    for wrong in ({"code": ALONE}, {"since": tomorrow}, {"on": tomorrow}):
        with pytest.raises(Invalid):
            state(a_person(), **wrong)
    with pytest.raises(Conflict, match="CATEGORY_UNCHANGED"):
        state(childless()[0])
    with pytest.raises(Invalid):
        state(childless()[0], holds=False, since=date(2025, 5, 1))


@pytest.mark.rule("REG-2a")
@pytest.mark.parametrize("code", sorted(RESTRICTED))
def test_a_sensitive_category_is_told_without_its_name_and_stands_in_no_list(code):
    person, facts = state(a_person(), code, valid_to=date(2026, 1, 1))

    assert [(fact.event.code, fact.event.holds) for fact in facts] == [("RESTRICTED", True)]
    assert person.categories == [] and person.classifications == () and rules.current_codes(person) == frozenset()
    assert statements.restricted_codes(person, TODAY) == {code}
    assert state(person, code, holds=False)[1][0].event.code == "RESTRICTED"


@pytest.mark.parametrize("code", [Category.LOST_ONLY_CHILD, Category.LOW_INCOME, Category.IMPAIRED, Category.DISABLED, Category.COGNITIVE])
def test_a_sensitive_category_rests_on_more_than_somebodys_word(code):
    with pytest.raises(Invalid):
        state(a_person(), code, kind=EvidenceKind.SELF_STATEMENT, valid_to=date(2026, 1, 1))


def test_the_loss_of_an_only_child_is_stated_by_authority_alone():
    with pytest.raises(Invalid):
        state(a_person(), Category.LOST_ONLY_CHILD, kind=EvidenceKind.DOCUMENT)
    assert state(a_person(), Category.LOST_ONLY_CHILD)[0].restricted[0].valid_to is None


def test_an_assessment_counts_for_a_year_and_is_renewed_by_a_newer_one():
    person, _ = state(a_person(), Category.IMPAIRED, on=date(2024, 8, 31))
    assert person.restricted[0].valid_to == person.review_on == date(2025, 8, 31)
    assert statements.expire(person, today=date(2025, 8, 31)) == (person, [], ())

    later, facts = state(person, Category.IMPAIRED, on=date(2025, 5, 1))
    assert (facts, later.review_on, len(later.restricted)) == ([], date(2026, 5, 1), 1)

    ended, facts, codes = statements.expire(person, today=date(2025, 10, 1))
    assert [(fact.event.code, fact.event.holds, fact.event.since) for fact in facts] == [("RESTRICTED", False, date(2025, 9, 1))]
    assert (codes, ended.review_on, statements.restricted_codes(ended, TODAY)) == ((Category.IMPAIRED,), None, frozenset())
    assert statements.expire(ended, today=date(2025, 10, 2)) == (ended, [], ())


def test_the_review_of_assessments_is_over_when_the_last_that_ran_out_was_renewed():
    person, _ = state(a_person(), Category.IMPAIRED, on=date(2024, 8, 31))
    person, _ = state(person, Category.COGNITIVE, on=date(2024, 8, 31))
    assert not statements.awaits_assessment(person)
    person, _, _ = statements.expire(person, today=date(2025, 10, 1))
    assert statements.awaits_assessment(person)

    person, _ = state(person, Category.IMPAIRED, on=date(2025, 10, 2), today=date(2025, 10, 2))
    assert statements.awaits_assessment(person), "a new paper about one says nothing of the other"
    person, _ = state(person, Category.COGNITIVE, on=date(2025, 10, 2), today=date(2025, 10, 2))
    assert not statements.awaits_assessment(person)


@pytest.mark.rule("REG-2a")
def test_the_sensitive_categories_share_one_code_that_holds_until_the_last_of_them_ends():
    paper = {"kind": EvidenceKind.OFFICIAL_LIST}
    person, _ = state(a_person(), Category.LOST_ONLY_CHILD, **paper)
    person, _ = state(person, Category.LOW_INCOME, valid_to=date(2025, 12, 31), **paper)

    one_left, facts = state(person, Category.LOST_ONLY_CHILD, holds=False)
    assert facts == [] and statements.restricted_codes(one_left, TODAY) == {Category.LOW_INCOME}
    none_left, facts, codes = statements.expire(one_left, today=date(2026, 2, 1))
    assert [(fact.event.code, fact.event.holds, fact.event.since) for fact in facts] == [("RESTRICTED", False, date(2026, 1, 1))]
    assert codes == (Category.LOW_INCOME,) and statements.expire(none_left, today=date(2026, 2, 2)) == (none_left, [], ())
    assert statements.expire(person, today=date(2026, 2, 1))[1] == [], "the loss of a child does not run out with the list"

    impaired, _ = state(a_person(), Category.IMPAIRED, **paper)
    both, _ = state(impaired, Category.LOW_INCOME, valid_to=date(2025, 12, 31), **paper)
    assert len(statements.expire(both, today=date(2027, 1, 1))[1]) == 1, "what ends at once is told once"


def test_what_ran_out_counts_no_more_also_before_a_job_found_it():
    person, _ = state(a_person(), Category.IMPAIRED, on=date(2024, 8, 31))

    assert statements.restricted_codes(person, date(2025, 8, 31)) and not statements.restricted_codes(person, date(2025, 9, 1))


def test_a_paper_that_is_too_old_supports_nothing_and_a_list_has_an_end():
    with pytest.raises(Invalid):
        state(a_person(), Category.IMPAIRED, since=date(2023, 1, 1), on=date(2024, 5, 1))
    assert state(a_person(), Category.IMPAIRED, on=date(2024, 5, 1), policy=CategoryPolicy(assessment_months=24))[1]
    with pytest.raises(Invalid):
        state(a_person(), Category.LOW_INCOME)
    assert state(a_person(), Category.LOW_INCOME, valid_to=date(2025, 12, 31))[0].review_on == date(2025, 12, 31)


def say(person=None, code=ALONE, holds=False, **more):
    co = {} if holds or code is not ALONE else {"co_resident_name": "王建国"}
    return overrides.override(person or a_person(), code=code, holds=holds, note="说明", policy=POLICY, today=TODAY, by="S1", **{**co, **more})


@pytest.mark.rule("REG-3")
def test_removing_living_alone_names_who_lives_with_them():
    with pytest.raises(Invalid) as refusal:
        say(co_resident_name=None)
    assert refusal.value.errors[0].code == "CO_RESIDENT_NEEDED"
    with pytest.raises(Invalid):
        say(co_resident_name=None, co_resident_id="P1")

    person = say(co_resident_name=None, co_resident_id="P2")

    assert set(overrides.apply({ELDER: None, ALONE: None}, person, TODAY)) == {ELDER}


@pytest.mark.rule("REG-3")
def test_an_override_counts_for_ninety_days_and_then_is_asked_again_once():
    person = say()
    last = date(2025, 8, 30)
    assert person.review_on == last
    assert ALONE not in overrides.apply({ELDER: None, ALONE: None}, person, last)
    assert ALONE in overrides.apply({ELDER: None, ALONE: None}, person, date(2025, 8, 31))
    assert overrides.lapse(person, today=last) == (person, ())

    lapsed, again = overrides.lapse(person, today=date(2025, 9, 15))

    assert ([one.code for one in again], lapsed.review_on) == ([ALONE], None)
    assert overrides.lapse(lapsed, today=date(2025, 9, 16)) == (lapsed, ())
    assert say(lapsed).overrides[0].lapsed is False


@pytest.mark.rule("REG-3")
def test_an_override_can_add_a_category_and_is_told_as_one():
    person = say(holds=True, person=a_person(home=Home("H1", "D1", TODAY)))
    found = overrides.apply({ELDER: date(2010, 1, 1), NEST: None}, person, TODAY)
    assert set(found) == {ELDER, ALONE}, "living alone and empty nest exclude each other"

    person, facts = rules.reclassify(person, found, on=TODAY, today=TODAY, overridden={ALONE})
    basis = {fact.event.code: fact.event.basis for fact in facts}

    assert basis == {"ELDER": "DERIVED", "LIVING_ALONE": "OVERRIDE"}
    assert {one.code: one.basis for one in person.classifications}[ALONE] is Basis.OVERRIDE
    person, facts = rules.reclassify(person, {ELDER: date(2010, 1, 1)}, on=date(2025, 9, 1), today=date(2025, 9, 1))
    assert [(fact.event.code, fact.event.holds) for fact in facts] == [("LIVING_ALONE", False)]


@pytest.mark.rule("REG-3")
def test_an_override_can_be_taken_back_and_ages_cannot_be_overridden():
    assert overrides.withdraw(say(), ALONE).overrides == ()
    with pytest.raises(Conflict, match="NO_OVERRIDE"):
        overrides.withdraw(a_person(), ALONE)
    for code in (ELDER, CHILDLESS, Category.IMPAIRED):
        with pytest.raises(Invalid):
            say(code=code, holds=True)


def test_an_override_makes_nobody_an_elder():
    assert overrides.apply({}, say(holds=True), TODAY) == {}


def test_a_word_for_the_empty_nest_stands_before_the_rules_living_alone():
    assert set(overrides.apply({ELDER: None, ALONE: None}, say(code=NEST, holds=True), TODAY)) == {ELDER, NEST}
