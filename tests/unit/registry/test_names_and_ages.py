"""Names in one written form, and ages that are computed."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Invalid
from services.registry.people.domain import ages, names
from services.registry.people.domain.ages import BirthPrecision
from services.registry.people.domain.person import Person


@pytest.mark.rule("X-13")
@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("黃小峯", "黄小峰"),
        ("張偉", "张 伟"),
        ("吾尔开希·买买提", "吾尔开希 • 买买提"),
        ("Ｊｏｈｎ  Smith", "john smith"),
        (" 王芳　", "王芳"),
    ],
)
def test_two_spellings_of_a_name_are_recognised_as_one(one, other):
    assert names.normalise(one) == names.normalise(other)


@pytest.mark.rule("X-13")
@pytest.mark.parametrize("name", ["王", "𠮷田", "\U00031350某", "古丽·阿依", "Ana-María O'Neil", "仇 英"])
def test_unusual_names_are_kept_as_given(name):
    assert names.clean(f"  {name} ") == name
    assert names.normalise(names.normalise(name)) == names.normalise(name)


@pytest.mark.rule("X-13")
@pytest.mark.parametrize("name", ["", "   ", "王8", "·", "王\n芳", "王😀", "王" * 81])
def test_what_cannot_be_a_name_is_refused(name):
    with pytest.raises(Invalid):
        names.clean(name)


@pytest.mark.rule("X-13")
def test_names_that_differ_stay_different():
    assert names.normalise("单小英") != names.normalise("善小英")
    assert names.normalise("john smith") != names.normalise("johnsmith")


@pytest.mark.rule("X-6")
@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(1948, 2, 29), date(2025, 2, 28), 76),
        (date(1948, 2, 29), date(2025, 3, 1), 77),
        (date(1948, 2, 29), date(2028, 2, 29), 80),
        (date(1945, 6, 1), date(2025, 5, 31), 79),
        (date(1945, 6, 1), date(2025, 6, 1), 80),
        (date(2025, 6, 1), date(2025, 6, 1), 0),
    ],
)
def test_an_age_is_the_completed_years(born_on, day, age):
    assert ages.age_on(born_on, day) == age


@pytest.mark.rule("X-6")
@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(1, 110))
def test_somebody_reaches_an_age_on_the_first_day_on_which_they_have_it(born_on, years):
    day = ages.reaches_on(born_on, BirthPrecision.DAY, years)

    assert ages.age_on(born_on, day) == years
    assert ages.age_on(born_on, day - timedelta(days=1)) == years - 1


@pytest.mark.rule("X-7")
def test_a_birth_date_known_to_the_year_counts_from_the_first_of_january():
    assert ages.reaches_on(date(1965, 8, 20), BirthPrecision.YEAR, 60) == date(2025, 1, 1)
    assert ages.reaches_on(date(1965, 8, 20), BirthPrecision.ESTIMATED, 60) == date(2025, 1, 1)
    assert ages.reaches_on(date(1965, 8, 20), BirthPrecision.MONTH, 60) == date(2025, 8, 1)
    assert ages.is_estimated(BirthPrecision.YEAR) and not ages.is_estimated(BirthPrecision.DAY)


@pytest.mark.rule("X-7", "X-15")
def test_a_birth_date_that_is_not_known_to_the_day_can_be_as_late_as_it_may():
    assert ages.latest(date(1965, 1, 1), BirthPrecision.YEAR) == ages.latest(date(1965, 8, 1), BirthPrecision.ESTIMATED) == date(1965, 12, 31)
    assert ages.latest(date(1964, 2, 1), BirthPrecision.MONTH) == date(1964, 2, 29)
    assert ages.latest(date(1965, 8, 20), BirthPrecision.DAY) == date(1965, 8, 20)
    assert Person("P", "A", "小宝", born_on=date(2011, 1, 1), birth_precision=BirthPrecision.YEAR).born_at_latest == date(2011, 12, 31)
    assert Person("P", "A", "小宝").born_at_latest is None


@pytest.mark.rule("X-7")
def test_what_is_not_known_of_a_birth_date_is_not_kept():
    assert ages.truncate(date(1965, 8, 20), BirthPrecision.YEAR) == date(1965, 1, 1)
    assert ages.truncate(date(1965, 8, 20), BirthPrecision.MONTH) == date(1965, 8, 1)
    assert ages.truncate(date(1965, 8, 20), BirthPrecision.DAY) == date(1965, 8, 20)
