"""The working calendar: what is worked, and terms that are counted in it."""

from datetime import date, timedelta

import pytest

from services.common.policies import Policies, read
from services.common.workdays import DayKind, WorkCalendar, is_published

OFFICIAL = WorkCalendar()


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 13), DayKind.WORKDAY),
        (date(2026, 2, 14), DayKind.SHIFTED_WORKDAY),
        (date(2026, 2, 17), DayKind.HOLIDAY),
        (date(2026, 2, 21), DayKind.HOLIDAY),
        (date(2026, 3, 7), DayKind.REST),
        (date(2025, 10, 8), DayKind.HOLIDAY),
        (date(2025, 9, 28), DayKind.SHIFTED_WORKDAY),
    ],
)
def test_a_published_year_follows_the_state_council(day, kind):
    assert OFFICIAL.kind(day) is kind
    assert OFFICIAL.is_working_day(day) is (kind in (DayKind.WORKDAY, DayKind.SHIFTED_WORKDAY))


def test_a_year_that_is_not_published_counts_the_holidays_of_the_law():
    assert is_published(2026) and not is_published(2031)
    assert OFFICIAL.kind(date(2031, 10, 1)) is DayKind.HOLIDAY
    assert OFFICIAL.kind(date(2031, 1, 23)) is DayKind.HOLIDAY, "the lunar new year of 2031"
    assert OFFICIAL.kind(date(2031, 10, 11)) is DayKind.REST
    assert OFFICIAL.kind(date(2031, 10, 13)) is DayKind.WORKDAY


def test_an_operator_enters_the_days_that_are_published_later():
    calendar = WorkCalendar(holidays=(date(2031, 10, 13),), workdays=(date(2031, 10, 11), date(2031, 10, 1)))

    assert calendar.kind(date(2031, 10, 13)) is DayKind.HOLIDAY
    assert calendar.kind(date(2031, 10, 11)) is DayKind.SHIFTED_WORKDAY
    assert calendar.kind(date(2031, 10, 1)) is DayKind.WORKDAY


def test_a_term_skips_the_holidays_and_counts_the_shifted_days():
    # 2025: holiday from 1 to 8 October, worked on Saturday the 11th.
    assert OFFICIAL.add_working_days(date(2025, 9, 30), 1) == date(2025, 10, 9)
    assert OFFICIAL.add_working_days(date(2025, 9, 30), 3) == date(2025, 10, 11)
    assert OFFICIAL.add_working_days(date(2025, 10, 4), 1) == date(2025, 10, 9)
    assert OFFICIAL.add_working_days(date(2025, 10, 9), -1) == date(2025, 9, 30)
    assert OFFICIAL.add_working_days(date(2025, 10, 4), 0) == date(2025, 10, 4)


def test_counting_days_is_the_inverse_of_adding_them():
    start = date(2025, 9, 24)
    for n in range(1, 30):
        end = OFFICIAL.add_working_days(start, n)
        assert OFFICIAL.working_days_between(start, end) == n
        assert OFFICIAL.working_days_between(start, end - timedelta(days=1)) == n - 1


def test_the_days_of_an_operator_hold_for_every_service(tmp_path):
    file = tmp_path / "policies.toml"
    file.write_text("[common.WorkCalendar]\nholidays = [2031-10-13]\n\n[outreach.WorkCalendar]\nworkdays = [2031-10-11]\n")

    assert read("registry", file).of(WorkCalendar) == WorkCalendar(holidays=(date(2031, 10, 13),))
    assert read("outreach", file).of(WorkCalendar) == WorkCalendar((date(2031, 10, 13),), (date(2031, 10, 11),))


def test_a_day_cannot_be_both():
    with pytest.raises(SystemExit, match="2031-10-13 stands under holidays and under workdays"):
        Policies("registry", {"WorkCalendar": {"holidays": [date(2031, 10, 13)], "workdays": [date(2031, 10, 13)]}}).of(WorkCalendar)
