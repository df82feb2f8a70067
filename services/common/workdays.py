"""The working calendar: which days are worked, after the State Council's holidays and shifted days (调休).

Terms in working days follow it; clocks of safety, such as the ladder or the pick-up of a child, never do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

import chinese_calendar
import holidays as statutory

SATURDAY = 5


class DayKind(StrEnum):
    """WORKDAY and REST follow the week; HOLIDAY and SHIFTED_WORKDAY are exceptions from it."""

    WORKDAY = "WORKDAY"
    REST = "REST"
    HOLIDAY = "HOLIDAY"
    SHIFTED_WORKDAY = "SHIFTED_WORKDAY"


@dataclass(frozen=True)
class WorkCalendar:
    """A policy: the official calendar, and the days that an operator enters before a release of ours knows them.

    Years that are not published yet count the holidays that the law fixes, made up for where they fall on a weekend; no shifted days.

        [common.WorkCalendar]
        holidays = [2027-02-11]
        workdays = [2027-02-14]
    """

    holidays: tuple[date, ...] = ()
    """Days that are not worked here, whatever the official calendar says."""
    workdays: tuple[date, ...] = ()
    """Days that are worked here, whatever the official calendar says."""

    def __post_init__(self):
        both = set(self.holidays) & set(self.workdays)
        if both:
            raise ValueError(f"{min(both)} stands under holidays and under workdays")

    def kind(self, day: date) -> DayKind:
        """Return what a day is."""
        if day in self.holidays:
            return DayKind.HOLIDAY
        if day in self.workdays:
            return DayKind.SHIFTED_WORKDAY if day.weekday() >= SATURDAY else DayKind.WORKDAY
        return _official(day)

    def is_working_day(self, day: date) -> bool:
        """Tell whether a day is worked."""
        return self.kind(day) in (DayKind.WORKDAY, DayKind.SHIFTED_WORKDAY)

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after a day, or before it where n is negative; for 0 the day itself."""
        step = timedelta(days=1 if n > 0 else -1)
        for _ in range(abs(n)):
            day += step
            while not self.is_working_day(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after `start`, up to and including `end`."""
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def is_published(year: int) -> bool:
    """Tell whether the State Council's calendar of a year is known here."""
    try:
        chinese_calendar.is_workday(date(year, 1, 1))
    except NotImplementedError:
        return False
    return True


def _official(day: date) -> DayKind:
    weekend = day.weekday() >= SATURDAY
    try:
        worked, named = chinese_calendar.is_workday(day), chinese_calendar.get_holiday_detail(day)[1]
    except NotImplementedError:
        calendar = _statutory(day.year)
        worked, named = day not in calendar and not weekend, day in calendar
    if worked:
        return DayKind.SHIFTED_WORKDAY if weekend else DayKind.WORKDAY
    return DayKind.HOLIDAY if named else DayKind.REST


@lru_cache(maxsize=16)
def _statutory(year: int) -> frozenset[date]:
    return frozenset(statutory.country_holidays("CN", years=year))
