"""Identity numbers: which are accepted, what they say, what they contradict."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.exceptions import InvalidChecksum, InvalidComponent, InvalidFormat

from services.common.errors import Invalid
from services.registry.people.domain import identity
from services.registry.people.domain.identity import IdType, Sex

TODAY = date(2025, 6, 1)


def read(text, type=IdType.RESIDENT_ID):
    return identity.read(type, text, today=TODAY)


def refused(text, type=IdType.RESIDENT_ID):
    with pytest.raises(Invalid) as refusal:
        read(text, type)
    return refusal.value.errors[0].code


@pytest.mark.rule("X-11")
def test_the_standard_example_is_read_with_its_date_and_sex():
    number = read("11010519491231002X")

    assert (number.born_on, number.sex, number.last4) == (date(1949, 12, 31), Sex.FEMALE, "002X")


@pytest.mark.rule("X-11")
@pytest.mark.parametrize("text", ["11010519491231002x", " 110105 19491231 002X ", "１１０１０５１９４９１２３１００２Ｘ"])
def test_lower_case_spaces_and_full_width_digits_are_read_alike(text):
    assert read(text).number == "11010519491231002X"


@pytest.mark.rule("X-11")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("110105194912310021", "ID_CHECKSUM"),
        ("110105194902300024", "ID_DATE"),
        ("110105190002290025", "ID_DATE"),
        ("110105209912310023", "ID_DATE"),
        ("110105174912310023", "ID_DATE"),
        ("11010519491231002", "ID_FORM"),
        ("010105194912310023", "ID_FORM"),
        ("1101051949123100XX", "ID_FORM"),
        ("", "ID_FORM"),
        ("11010549023100", "ID_FORM"),
        ("110105490231002", "ID_DATE"),
    ],
)
def test_a_number_that_cannot_be_one_is_refused_with_the_reason(text, code):
    assert refused(text) == code


@pytest.mark.rule("X-11")
def test_a_refusal_never_quotes_the_number():
    with pytest.raises(Invalid) as refusal:
        read("110105194912310021")

    assert "1949" not in repr(refusal.value.errors) + str(refusal.value)


@pytest.mark.rule("X-11", "X-12")
def test_a_15_digit_number_is_the_18_digit_number_of_the_same_person():
    assert read("110105491231002") == read("11010519491231002X")


@pytest.mark.rule("X-11")
@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(110000, 829999))
def test_every_number_with_a_right_check_character_is_read(born_on, serial, region):
    first17 = f"{region}{born_on:%Y%m%d}{serial:03d}"

    number = read(first17 + identity.check_character(first17))

    assert number.born_on == born_on
    assert number.sex is (Sex.MALE if serial % 2 else Sex.FEMALE)


@pytest.mark.rule("X-11")
@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_never_passes(born_on, serial, place, shift):
    first17 = f"110105{born_on:%Y%m%d}{serial:03d}"
    right = first17 + identity.check_character(first17)
    digits = "0123456789X" if place == 17 else "0123456789"
    wrong = right[:place] + digits[(digits.index(right[place]) + shift) % len(digits)] + right[place + 1 :]

    assert refused(wrong) in {"ID_CHECKSUM", "ID_DATE", "ID_FORM"}


@pytest.mark.rule("X-11")
@pytest.mark.parametrize(
    ("type", "text"),
    [
        (IdType.HK_MACAU_PERMIT, "H12345678"),
        (IdType.HK_MACAU_PERMIT, "M1234567800"),
        (IdType.TAIWAN_PERMIT, "12345678"),
        (IdType.TAIWAN_PERMIT, "1234567890B"),
        (IdType.PASSPORT, "E12345678"),
        (IdType.FOREIGN_PERMANENT_ID, "USA110012345678"),
        (IdType.RESIDENT_ID, "810000199408230021"),
    ],
)
def test_other_documents_are_accepted(type, text):
    assert read(text, type).type is type


@pytest.mark.rule("X-11")
@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(110000, 839999), st.sampled_from("0123456789X"))
def test_a_library_for_resident_ids_comes_to_the_same_where_it_knows_the_region(born_on, serial, region, last):
    number = f"{region}{born_on:%Y%m%d}{serial:03d}{last}"
    try:
        theirs = bool(ric.validate(number))
    except (InvalidChecksum, InvalidFormat):
        theirs = False
    except (InvalidComponent, KeyError):
        # Its list of regions has gaps, and it stumbles over some of its own entries.
        return

    if theirs:
        assert read(number).born_on == ric.get_birth_date(number) == born_on
    else:
        assert refused(number) == "ID_CHECKSUM"


@pytest.mark.rule("X-11")
@pytest.mark.parametrize(
    ("type", "text", "said"),
    [
        (IdType.RESIDENT_ID, "11010519491231002X", ()),
        (IdType.RESIDENT_ID, "810000199408230021", ("ID_NOT_CHECKABLE",)),
        (IdType.HK_MACAU_PERMIT, "H12345678", ("ID_NOT_CHECKABLE",)),
        (IdType.TAIWAN_PERMIT, "12345678", ("ID_NOT_CHECKABLE",)),
        (IdType.PASSPORT, "E12345678", ("ID_NOT_CHECKABLE",)),
    ],
)
def test_a_number_that_nobody_can_check_is_accepted_with_a_warning(type, text, said):
    assert identity.warnings(type, read(text, type).number) == said
    assert ric.is_valid(text) is (said == ())


@pytest.mark.rule("X-11")
def test_the_permanent_resident_card_of_2023_is_built_like_a_resident_id():
    first17 = "91101018001010001"[:6] + "19800101" + "001"
    number = first17 + identity.check_character(first17)

    assert read(number, IdType.FOREIGN_PERMANENT_ID).born_on == date(1980, 1, 1)
    assert refused(first17 + ("1" if number[-1] != "1" else "2"), IdType.FOREIGN_PERMANENT_ID) == "ID_CHECKSUM"


@pytest.mark.rule("X-11")
@pytest.mark.parametrize(("type", "text"), [(IdType.PASSPORT, "ABC"), (IdType.PASSPORT, "ABCDEFG"), (IdType.HK_MACAU_PERMIT, "X12345678")])
def test_other_documents_are_refused_when_malformed(type, text):
    assert refused(text, type) == "ID_FORM"


@pytest.mark.rule("X-11")
def test_a_number_that_contradicts_what_was_stated_names_the_fields():
    number = read("11010519491231002X")

    assert identity.conflicts(number, sex=Sex.MALE, born_on=date(1949, 12, 30)) == ("sex", "born_on")
    assert identity.conflicts(number, sex=Sex.FEMALE, born_on=date(1949, 12, 31)) == ()
    assert identity.conflicts(number, sex=None, born_on=None) == ()
    assert identity.conflicts(read("E12345678", IdType.PASSPORT), sex=Sex.MALE, born_on=TODAY) == ()
