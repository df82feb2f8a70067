"""Registering and updating people."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from marshmallow import ValidationError

from services.common.errors import Conflict, Invalid
from services.common.events.registry import PersonRegistered, PersonUpdated
from services.common.http.schemas import field_errors
from services.registry.people import schemas
from services.registry.people.domain import person as people
from services.registry.people.domain.abilities import Abilities, ReadsChinese
from services.registry.people.domain.ages import BirthPrecision
from services.registry.people.domain.birthdays import BirthdayCalendar, Celebrated
from services.registry.people.domain.identity import IdStatus, IdType, Sex
from services.registry.people.domain.person import Home, Life, Phone
from services.registry.people.storage import People

TODAY, NOW = date(2025, 6, 1), datetime(2025, 6, 1, 2, tzinfo=UTC)
VALID_ID = "11010519491231002X"


def register(**details):
    return people.register(id="P1", grid_id="G1", **{"name": "王秀英", "today": TODAY, "at": NOW, "by": "S1", **details})


def update(person, **changes):
    return people.update(person, changes, today=TODAY, at=NOW, by="S1")


def refusal_of(command, *args, **kwargs):
    with pytest.raises(Invalid) as refusal:
        command(*args, **kwargs)
    return refusal.value.errors[0].field, refusal.value.errors[0].code


def test_registering_a_person_announces_the_id_and_nothing_else():
    person, facts = register(id_number=VALID_ID)

    assert facts == [PersonRegistered(person_id="P1")]
    assert person.registered_on == TODAY


@pytest.mark.rule("X-13", "REG-16")
def test_who_refuses_the_name_is_entered_by_a_description_until_somebody_says_a_name():
    met, _ = register(name="门内女士", unnamed=True)

    assert (met.name, met.unnamed, register()[0].unnamed) == ("门内女士", True, False)
    assert update(met, sex=Sex.FEMALE)[0].unnamed
    assert update(met, name="门内女士（二楼）", unnamed=True)[0].unnamed
    assert not update(met, name="王秀英")[0].unnamed


@pytest.mark.rule("X-11")
def test_the_identity_number_fills_what_was_not_stated():
    person, _ = register(id_number="110105491231002")

    assert (person.id_number, person.id_type, person.id_status, person.id_last4) == (VALID_ID, IdType.RESIDENT_ID, IdStatus.SEEN, "002X")
    assert (person.born_on, person.sex, person.birth_precision) == (date(1949, 12, 31), Sex.FEMALE, BirthPrecision.DAY)


@pytest.mark.rule("X-11")
def test_a_contradicting_number_is_a_warning_and_the_stated_values_stay():
    person, _ = register(id_number=VALID_ID, sex=Sex.MALE, born_on=date(1948, 1, 1))

    assert person.id_conflicts == ("sex", "born_on")
    assert (person.sex, person.born_on) == (Sex.MALE, date(1948, 1, 1))


@pytest.mark.rule("X-7", "X-11")
def test_an_estimated_birth_date_gives_way_to_that_of_the_number():
    person, _ = register(id_number=VALID_ID, born_on=date(1950, 5, 5), birth_precision=BirthPrecision.YEAR)

    assert (person.born_on, person.birth_precision, person.id_conflicts) == (date(1949, 12, 31), BirthPrecision.DAY, ())


@pytest.mark.rule("X-11")
@pytest.mark.parametrize("status", [IdStatus.NONE, IdStatus.UNSEEN, IdStatus.REFUSED])
def test_a_person_without_a_number_is_registered_with_the_reason(status):
    person, _ = register(id_status=status)

    assert (person.id_status, person.id_number, person.id_last4) == (status, None, None)


@pytest.mark.rule("X-11")
def test_status_and_number_must_agree():
    assert refusal_of(register, id_status=IdStatus.SEEN) == ("id_number", "ID_STATUS_NEEDS_NUMBER")
    assert refusal_of(register, id_status=IdStatus.NONE, id_number=VALID_ID) == ("id_status", "ID_STATUS_FORBIDS_NUMBER")


@pytest.mark.rule("X-11")
def test_a_number_that_was_told_but_not_shown_stays_unseen():
    assert register(id_status=IdStatus.UNSEEN, id_number=VALID_ID)[0].id_status is IdStatus.UNSEEN


@pytest.mark.rule("X-7")
def test_a_birth_date_known_to_the_year_keeps_only_the_year():
    person, _ = register(born_on=date(1950, 5, 5), birth_precision=BirthPrecision.YEAR)

    assert person.born_on == date(1950, 1, 1)


def test_a_birth_date_in_the_future_is_refused():
    assert refusal_of(register, born_on=date(2025, 6, 2)) == ("born_on", "BORN_IN_FUTURE")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 1234 5678", "+8613812345678"),
        ("010-65288888", "+861065288888"),
        ("+852 2345 6789", "+85223456789"),
        ("0085223456789", "+85223456789"),
    ],
)
def test_phones_are_kept_in_one_form(typed, kept):
    assert register(phones=[{"number": typed}])[0].phones == (Phone(kept),)


@pytest.mark.parametrize("typed", ["12345", "+1", "abc", "23812345678"])
def test_a_number_that_is_no_phone_is_refused(typed):
    assert refusal_of(register, phones=[{"number": "13812345678"}, {"number": typed}]) == ("phones.1.number", "PHONE_FORM")


def test_the_celebrated_birthday_must_be_a_day_of_its_calendar():
    solar, lunar = BirthdayCalendar.SOLAR, BirthdayCalendar.LUNAR
    assert register(celebrated={"calendar": lunar, "month": 12, "day": 30})[0].celebrated == Celebrated(lunar, 12, 30)
    assert refusal_of(register, celebrated={"calendar": lunar, "month": 1, "day": 31}) == ("celebrated.day", "NO_SUCH_DAY")
    assert refusal_of(register, celebrated={"calendar": solar, "month": 2, "day": 30}) == ("celebrated.day", "NO_SUCH_DAY")
    leap = {"calendar": solar, "month": 2, "day": 3, "is_leap_month": True}
    assert refusal_of(register, celebrated=leap) == ("celebrated.is_leap_month", "NO_LEAP_MONTH")


def test_an_update_announces_the_names_of_what_changed_and_no_values():
    person, _ = register()

    changed, facts = update(person, name="王秀云", phones=[{"number": "13812345678"}], living_children=2)

    assert facts == [PersonUpdated(person_id="P1", fields=["name", "phones", "living_children"])]
    assert changed.name == "王秀云"


def test_an_update_that_changes_nothing_announces_nothing():
    person, _ = register(living_children=2)

    assert update(person, name="王秀英", living_children=2) == (person, [])


def test_a_number_can_be_corrected_and_taken_back():
    person, _ = register(id_status=IdStatus.NONE)

    found, facts = update(person, id_number=VALID_ID)
    assert (found.id_status, found.born_on) == (IdStatus.SEEN, date(1949, 12, 31))
    assert "id_number" in facts[0].fields

    lost, _ = update(found, id_number=None)
    assert (lost.id_number, lost.id_type, lost.id_status) == (None, None, IdStatus.UNSEEN)


def test_only_clearable_fields_are_cleared_by_null():
    person, _ = register(living_children=2, source="ROUND")

    changed, _ = update(person, living_children=None, name=None)

    assert (changed.living_children, changed.name) == (None, "王秀英")


def test_each_ability_is_known_by_itself_and_what_is_not_named_stays():
    person, _ = register(abilities={"hearing": 2, "vision": None})
    assert person.abilities == Abilities(hearing=2)

    changed, facts = update(person, abilities={"mobility": 0})
    assert changed.abilities == Abilities(mobility=0, hearing=2)
    assert facts == [PersonUpdated(person_id="P1", fields=["abilities"])], "and nobody is told which, or how far"
    assert update(changed, abilities={"hearing": 2}) == (changed, [])
    assert update(changed, abilities={"hearing": None})[0].abilities == Abilities(mobility=0)
    assert update(person, abilities={"hearing": None})[0].abilities is None
    assert update(changed, abilities=None)[0].abilities is None


def test_how_somebody_is_spoken_to_is_kept_as_it_was_told_and_can_be_unknown_again():
    person, _ = register(reads_chinese=ReadsChinese.LITTLE, dialects=["SHANDONG", "DONGBEI", "SHANDONG"], has_smartphone=False)

    assert (person.reads_chinese, person.dialects, person.has_smartphone) == (ReadsChinese.LITTLE, ("DONGBEI", "SHANDONG"), False)
    assert update(person, dialects=["SHANDONG", "DONGBEI"]) == (person, []), "an order says nothing"
    unknown, facts = update(person, reads_chinese=None, dialects=[], has_smartphone=None)
    assert (unknown.reads_chinese, unknown.dialects, unknown.has_smartphone) == (None, (), None)
    assert facts[0].fields == ["reads_chinese", "dialects", "has_smartphone"]


@pytest.mark.rule("X-16")
def test_abilities_lie_sealed_and_stand_in_no_answer_but_their_own():
    shown = [name for name, member in vars(schemas).items() if isinstance(member, type) and "abilities" in getattr(member, "_declared_fields", ())]

    assert "abilities" in People.sealed
    assert shown == ["_Details", "RegisterPersonSchema", "UpdatePersonSchema"]


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"abilities": {"hearing": 4}}, "abilities.hearing", "OUT_OF_RANGE"),
        ({"abilities": {"hearing": -1}}, "abilities.hearing", "OUT_OF_RANGE"),
        ({"abilities": {"hearing": 1.5}}, "abilities.hearing", "NOT_A_NUMBER"),
        ({"abilities": {"smell": 1}}, "abilities.smell", "UNKNOWN_FIELD"),
        ({"reads_chinese": "MAYBE"}, "reads_chinese", "NOT_A_CHOICE"),
        ({"dialects": ["dongbei"]}, "dialects.0", "BAD_FORMAT"),
        ({"dialects": [f"D{n}" for n in range(11)]}, "dialects", "TOO_LONG"),
        ({"has_smartphone": "often"}, "has_smartphone", "NOT_BOOLEAN"),
    ],
)
def test_what_is_no_grade_no_code_and_no_answer_is_refused_by_its_name(said, field, code):
    with pytest.raises(ValidationError) as refusal:
        schemas.UpdatePersonSchema().load(said)

    assert [(error.field, error.code) for error in field_errors(refusal.value)] == [(field, code)]


def test_a_field_with_a_command_of_its_own_cannot_be_updated():
    with pytest.raises(TypeError):
        update(register()[0], life=Life.DECEASED)


def test_a_deceased_person_is_not_updated():
    with pytest.raises(Conflict, match="PERSON_DECEASED"):
        update(replace(register()[0], life=Life.DECEASED), name="某")


def test_a_person_settles_where_the_household_is():
    home = Home("H1", "D1", TODAY)

    settled = people.settle(register()[0], home, "G2")

    assert (settled.home, settled.grid_id) == (home, "G2")
    assert people.settle(settled, None).grid_id == "G2"
