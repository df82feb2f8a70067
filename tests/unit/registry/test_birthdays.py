"""Birthdays by both calendars: on which days they fall, who is told of them once, and who is left in peace."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Invalid
from services.common.events.registry import BirthdayDue, BirthdaySuppressed
from services.registry.people.domain import birthdays as rules
from services.registry.people.domain import greetings
from services.registry.people.domain.ages import BirthPrecision, age_on, reaches_on
from services.registry.people.domain.birthdays import (
    BirthdayCalendar,
    BirthdayPolicy,
    BirthdaySource,
    Celebrated,
    LeapDay,
    MilestoneBasis,
    Occurrence,
    ShortMonth,
)
from services.registry.people.domain.greetings import Greetings, Suppression
from services.registry.people.domain.person import Life, Person, Residency

SOLAR, LUNAR = BirthdayCalendar.SOLAR, BirthdayCalendar.LUNAR
POLICY = BirthdayPolicy()


def falls(birthday, first, last, policy=POLICY):
    return [one.falls_on for one in rules.occurrences(birthday, first, last, policy)]


def in_year(birthday, year, policy=POLICY):
    return falls(birthday, date(year, 1, 1), date(year, 12, 31), policy)


def days(text):
    return [date.fromisoformat(day) for day in text.split()]


@pytest.mark.rule("X-8", "U11")
@pytest.mark.parametrize(
    ("birthday", "by_year"),
    [
        (
            Celebrated(LUNAR, 12, 30),
            {
                2023: "2023-01-21",
                2024: "2024-02-09",
                2025: "2025-01-28",
                2026: "2026-02-16",
                2027: "2027-02-05",
                2028: "2028-01-25",
                2029: "2029-02-12",
                2030: "2030-02-02",
            },
        ),
        (
            Celebrated(LUNAR, 12, 1),
            {
                2022: "2022-01-03 2022-12-23",
                2023: "",
                2024: "2024-01-11 2024-12-31",
                2025: "",
                2026: "2026-01-19",
                2027: "2027-01-08 2027-12-28",
                2028: "",
            },
        ),
        (
            Celebrated(LUNAR, 11, 20),
            {2023: "", 2024: "2024-01-01 2024-12-20", 2025: "", 2026: "2026-01-08 2026-12-28"},
        ),
        (Celebrated(LUNAR, 6, 1, is_leap_month=True), {2025: "2025-07-25", 2024: "2024-07-06", 2026: "2026-07-14", 2027: "2027-07-04"}),
        (Celebrated(LUNAR, 2, 30, is_leap_month=True), {2023: "2023-03-21", 2024: "2024-04-08", 2025: "2025-03-28"}),
        (Celebrated(LUNAR, 8, 15), {2024: "2024-09-17", 2025: "2025-10-06", 2026: "2026-09-25"}),
        (Celebrated(SOLAR, 2, 29), {2025: "2025-02-28", 2028: "2028-02-29"}),
    ],
    ids=["腊月三十", "腊月初一", "冬月二十", "闰六月初一", "闰二月三十", "八月十五", "29 Feb"],
)
def test_a_birthday_falls_on_the_days_of_the_almanac(birthday, by_year):
    assert {year: in_year(birthday, year) for year in by_year} == {year: days(text) for year, text in by_year.items()}


@pytest.mark.rule("X-6", "U11")
def test_somebody_born_on_a_leap_day_is_greeted_a_day_before_they_turn_older():
    born = date(1948, 2, 29)

    assert in_year(Celebrated(SOLAR, 2, 29), 2025, replace(POLICY, leap_day_greeting=LeapDay.MAR01)) == [date(2025, 3, 1)]
    assert reaches_on(born, BirthPrecision.DAY, 80) == date(2028, 2, 29)
    assert (age_on(born, date(2025, 2, 28)), age_on(born, date(2025, 3, 1))) == (76, 77)


@pytest.mark.rule("X-8")
def test_a_community_may_greet_a_missing_thirtieth_on_the_first_of_the_next_month():
    assert in_year(Celebrated(LUNAR, 12, 30), 2025, replace(POLICY, short_month=ShortMonth.NEXT_FIRST)) == [date(2025, 1, 29)]


@pytest.mark.rule("X-8", "X-9")
@given(month=st.integers(1, 12), day=st.integers(1, 30), leap=st.booleans(), year=st.integers(1950, 2090))
def test_a_lunar_birthday_comes_once_in_every_lunar_year_and_at_most_twice_in_a_solar_one(month, day, leap, year):
    birthday = Celebrated(LUNAR, month, day, leap)

    found = rules.occurrences(birthday, date(year, 1, 1), date(year + 5, 12, 31))

    cycles = [one.cycle for one in found]
    assert cycles == sorted(set(cycles)) and set(range(year, year + 5)) <= set(cycles)
    assert len([one for one in found if one.falls_on.year == year + 2]) <= 2
    assert all(350 <= (later.falls_on - one.falls_on).days <= 386 for one, later in zip(found, found[1:], strict=False))


@pytest.mark.rule("X-8")
def test_a_window_gives_what_lies_in_it_and_its_edges():
    birthday = Celebrated(LUNAR, 12, 1)

    assert falls(birthday, date(2024, 1, 11), date(2024, 12, 31)) == days("2024-01-11 2024-12-31")
    assert falls(birthday, date(2024, 1, 12), date(2024, 12, 30)) == []


def test_beyond_the_tables_no_lunar_day_is_made_up():
    assert falls(Celebrated(LUNAR, 8, 15), date(2105, 1, 1), date(2106, 1, 1)) == []


@pytest.mark.rule("U11")
@pytest.mark.parametrize(
    ("born", "disputed"), [("1933-07-25", True), ("1954-12-01", True), ("1978-09-10", True), ("1933-06-10", False), ("1950-05-05", False)]
)
def test_a_lunar_date_that_almanacs_dispute_is_asked_and_never_computed(born, disputed):
    born_on = date.fromisoformat(born)
    derived = Celebrated(LUNAR, 6, 3, source=BirthdaySource.DERIVED)

    assert rules.is_disputed(born_on) is disputed
    if disputed:
        with pytest.raises(Invalid) as refusal:
            rules.check(derived, "celebrated", born_on)
        assert refusal.value.errors[0].code == "BIRTHDAY_MUST_BE_ASKED"
    else:
        rules.check(derived, "celebrated", born_on)
    rules.check(replace(derived, source=BirthdaySource.FAMILY), "celebrated", born_on)
    with pytest.raises(Invalid):
        rules.check(derived, "celebrated", None)


@given(
    first=st.dates(date(2000, 1, 1), date(2080, 1, 1)),
    length=st.integers(0, 62),
    month=st.integers(1, 12),
    day=st.integers(1, 30),
    leap=st.booleans(),
    lunar=st.booleans(),
)
def test_whoever_may_have_a_birthday_in_a_window_is_looked_at(first, length, month, day, leap, lunar):
    birthday = Celebrated(LUNAR, month, day, leap) if lunar else Celebrated(SOLAR, month, min(day, 28))
    last = first + timedelta(days=length)

    for policy in (POLICY, replace(POLICY, short_month=ShortMonth.NEXT_FIRST, leap_day_greeting=LeapDay.MAR01)):
        if rules.occurrences(birthday, first, last, policy):
            assert rules.month_of(birthday) in rules.months_of(first, last)


def a_person(*celebrated, born=date(1945, 9, 21), **more):
    celebrated = celebrated or (Celebrated(LUNAR, 8, 15),)
    both = dict(zip(("celebrated", "also_celebrated"), celebrated, strict=False))
    return Person(id="P1", grid_id="G1", name="王秀英", born_on=born, **both, **more)


MOON = date(2025, 10, 6)


def review(person, on, policy=POLICY):
    return greetings.review(person, today=on, policy=policy)


@pytest.mark.rule("X-9")
def test_a_birthday_is_announced_fourteen_and_three_days_ahead_and_never_twice():
    person, told = a_person(), []
    for n in range(60):
        for _ in range(2):
            person, facts = review(person, date(2025, 9, 1) + timedelta(days=n))
            told += [(n, fact.days_ahead, fact.falls_on, fact.cycle_key) for fact in facts]

    assert told == [(21, 14, MOON, "LUNAR-2025"), (32, 3, MOON, "LUNAR-2025")]


@pytest.mark.rule("X-9")
def test_a_clock_that_stood_still_announces_what_is_due_and_nothing_that_was_missed():
    person, facts = review(a_person(), date(2025, 10, 5))
    assert [(fact.days_ahead, fact.falls_on) for fact in facts] == [(3, MOON)]

    assert review(person, MOON)[1] == []
    assert review(a_person(), MOON + timedelta(days=1))[1] == []


@pytest.mark.rule("X-9", "U11")
def test_who_celebrates_by_both_calendars_is_greeted_twice_and_each_cycle_once():
    person = a_person(Celebrated(LUNAR, 12, 1), Celebrated(SOLAR, 1, 10))

    person, facts = review(person, date(2024, 1, 8))
    assert {fact.cycle_key for fact in facts} == {"LUNAR-2023", "SOLAR-2024"}
    keys = [fact.cycle_key for fact in facts]
    for n in range(1, 400):
        person, facts = review(person, date(2024, 1, 8) + timedelta(days=n))
        keys += [fact.cycle_key for fact in facts if fact.days_ahead == 14]
    assert sorted(keys) == ["LUNAR-2023", "LUNAR-2024", "SOLAR-2024", "SOLAR-2025"], "two lunar birthdays in one solar year are two cycles"


@pytest.mark.rule("X-10")
@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"life": Life.DEATH_REPORTED}, "NOT_ALIVE"),
        ({"life": Life.DECEASED}, "NOT_ALIVE"),
        ({"residency": Residency.MOVED_OUT}, "MOVED_OUT"),
        ({"greetings": Greetings(opted_out=True)}, "OPTED_OUT"),
    ],
)
def test_nobody_is_greeted_who_must_not_be(change, reason):
    assert review(replace(a_person(), **change), date(2025, 10, 1))[1] == []

    announced, _ = review(a_person(), date(2025, 9, 25))
    state = replace(announced, **change)
    if "greetings" in change:
        state = replace(announced, greetings=replace(announced.greetings, opted_out=True))
    suppressed, facts = review(state, date(2025, 9, 26))

    assert facts == [BirthdaySuppressed(person_id="P1", cycle_key="LUNAR-2025", reason=reason)]
    assert review(suppressed, date(2025, 9, 27))[1] == []


@pytest.mark.rule("X-10")
def test_a_mourner_is_left_in_peace_for_seven_times_seven_days():
    mourner = greetings.mourn(a_person(), "P2", date(2025, 8, 18), POLICY)
    assert greetings.suppression(mourner, date(2025, 10, 6)) is Suppression.IN_MOURNING
    assert greetings.suppression(mourner, date(2025, 10, 7)) is None
    assert greetings.suppression(greetings.mourn(a_person(), "P2", date(2025, 8, 17), POLICY), MOON) is None

    earlier = greetings.mourn(mourner, "P2", date(2025, 8, 17), POLICY)
    assert len(earlier.greetings.mourning) == 1 and greetings.suppression(earlier, MOON) is None
    assert greetings.suppression(greetings.mourn_no_more(mourner, "P2"), MOON) is None


@pytest.mark.rule("X-10")
def test_the_family_may_want_the_greeting_in_spite_of_the_mourning_but_is_asked_for_each():
    mourner = greetings.wish(greetings.mourn(a_person(), "P2", date(2025, 9, 1), POLICY), opted_out=False, also_in_mourning=True)
    assert greetings.suppression(mourner, MOON) is None

    again = greetings.mourn(mourner, "P3", date(2025, 9, 20), POLICY)

    assert greetings.suppression(again, MOON) is Suppression.IN_MOURNING


@pytest.mark.rule("X-10")
def test_a_death_that_was_a_mistake_brings_back_what_is_still_to_come_and_nothing_else():
    person, _ = review(a_person(), date(2025, 9, 25))
    person, _ = review(replace(person, life=Life.DEATH_REPORTED), date(2025, 9, 26))

    alive, facts = review(replace(person, life=Life.ALIVE), date(2025, 9, 28))
    assert [type(fact) for fact in facts] == [BirthdayDue]
    assert review(replace(person, life=Life.ALIVE), MOON + timedelta(days=2))[1] == []
    assert review(alive, date(2025, 9, 29))[1] == []


def test_a_corrected_day_is_announced_anew_and_another_calendar_takes_the_old_one_back():
    person, _ = review(a_person(), date(2025, 9, 25))

    moved, facts = review(replace(person, celebrated=Celebrated(LUNAR, 8, 17)), date(2025, 9, 26))
    assert [(fact.cycle_key, fact.falls_on) for fact in facts] == [("LUNAR-2025", date(2025, 10, 8))]

    other, facts = review(replace(person, celebrated=Celebrated(SOLAR, 9, 30)), date(2025, 9, 26))
    assert [(type(fact).__name__, fact.cycle_key) for fact in facts] == [
        ("BirthdayDue", "SOLAR-2025"),
        ("BirthdaySuppressed", "LUNAR-2025"),
    ]
    assert review(other, date(2025, 9, 26))[1] == []
    assert review(moved, date(2025, 9, 26))[1] == []


@pytest.mark.rule("X-6")
def test_great_birthdays_count_completed_years_or_years_begun():
    eighty, coming = Celebrated(LUNAR, 8, 15), Occurrence(MOON, LUNAR, 2025)

    assert rules.turns(date(1945, 9, 20), coming, MilestoneBasis.COMPLETED, eighty) == 80
    assert rules.turns(date(1945, 9, 20), coming, MilestoneBasis.NOMINAL, eighty) == 81
    assert review(a_person(), date(2025, 10, 4))[1][0].milestone
    assert not review(a_person(), date(2025, 10, 4), replace(POLICY, milestone_basis=MilestoneBasis.NOMINAL))[1][0].milestone
    assert review(a_person(born=date(1946, 9, 10)), date(2025, 10, 4), replace(POLICY, milestone_basis=MilestoneBasis.NOMINAL))[1][
        0
    ].milestone


@pytest.mark.rule("X-6", "U11")
def test_who_was_born_in_the_last_lunar_month_is_as_old_as_the_lunar_year_says():
    last_month = Celebrated(LUNAR, 12, 20)
    born = date(1946, 1, 22)
    [coming] = rules.occurrences(last_month, date(2026, 1, 1), date(2026, 12, 31))

    assert (coming.cycle, rules.turns(born, coming, MilestoneBasis.COMPLETED, last_month)) == (2025, 80)
    as_written = Celebrated(LUNAR, 1, 22)
    [coming] = rules.occurrences(as_written, date(2026, 1, 1), date(2026, 12, 31))
    assert rules.turns(born, coming, MilestoneBasis.COMPLETED, as_written) == 80, "the lunar date written on the card as if solar"


@pytest.mark.rule("X-7")
def test_who_is_known_by_year_is_asked_and_no_milestone_is_guessed():
    by_year = Person(id="P1", grid_id="G1", name="王秀英", born_on=date(1945, 1, 1), birth_precision=BirthPrecision.YEAR)

    assert review(by_year, date(2025, 1, 1)) == (by_year, [])
    assert greetings.is_to_ask(by_year, date(2025, 1, 1), POLICY)
    told = replace(by_year, celebrated=Celebrated(LUNAR, 8, 15))
    assert not greetings.is_to_ask(told, MOON, POLICY)
    assert [fact.milestone for fact in review(told, date(2025, 10, 4))[1]] == [False]


def test_elders_alone_are_asked_and_only_who_can_answer():
    unknown = Person(id="P1", grid_id="G1", name="王秀英", born_on=date(1965, 6, 1))

    assert greetings.is_to_ask(unknown, date(2025, 6, 1), POLICY)
    assert not greetings.is_to_ask(unknown, date(2025, 5, 31), POLICY)
    for change in (
        {"born_on": None},
        {"life": Life.DECEASED},
        {"residency": Residency.MOVED_OUT},
        {"greetings": Greetings(opted_out=True)},
    ):
        assert not greetings.is_to_ask(replace(unknown, **change), date(2025, 6, 1), POLICY)


def test_a_day_is_celebrated_that_its_month_has():
    longest = {1: 31, 2: 29, 3: 31, 4: 30, 5: 31, 6: 30, 7: 31, 8: 31, 9: 30, 10: 31, 11: 30, 12: 31}

    def refused(birthday):
        with pytest.raises(Invalid) as refusal:
            rules.check(birthday, "celebrated", None)
        return [(error.field, error.code) for error in refusal.value.errors]

    for month, day in longest.items():
        rules.check(Celebrated(SOLAR, month, day), "celebrated", None)
        assert refused(Celebrated(SOLAR, month, day + 1)) == [("celebrated.day", "NO_SUCH_DAY")]
        rules.check(Celebrated(LUNAR, month, 30, is_leap_month=True), "celebrated", None)
        assert refused(Celebrated(LUNAR, month, 31)) == [("celebrated.day", "NO_SUCH_DAY")]
    assert refused(Celebrated(SOLAR, 6, 1, is_leap_month=True)) == [("celebrated.is_leap_month", "NO_LEAP_MONTH")]


@pytest.mark.rule("U11")
def test_the_days_just_beside_a_disputed_month_are_asked_too_and_those_beyond_are_not():
    born = date(1933, 7, 25)
    first = next(born - timedelta(days=n) for n in range(60) if not rules.is_disputed(born - timedelta(days=n)))
    last = next(born + timedelta(days=n) for n in range(60) if not rules.is_disputed(born + timedelta(days=n)))

    # A lunar month has 29 or 30 days, and one day on each side is as doubtful.
    assert (last - first).days - 1 in (31, 32)
