"""On which solar days a birthday falls, by the solar and by the lunar calendar (X-6, X-8, U11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from lunardate import LunarDate

from services.common.errors import Invalid

LUNAR_YEARS = range(1900, 2099)
"""The years that the tables of the lunar calendar know; beyond them no birthday is computed rather than a wrong one."""

DISPUTED = frozenset({(1933, 6), (1954, 11), (1978, 8), (2057, 9)})
"""Lunar months in which published almanacs and astronomy differ by a day: who was born then is asked (2.0.3)."""


class BirthdayCalendar(StrEnum):
    SOLAR = "SOLAR"
    LUNAR = "LUNAR"


class BirthdaySource(StrEnum):
    SELF = "SELF"
    FAMILY = "FAMILY"
    DERIVED = "DERIVED"


class LeapDay(StrEnum):
    """When somebody born on 29 February is greeted in a common year."""

    FEB28 = "FEB28"
    MAR01 = "MAR01"


class ShortMonth(StrEnum):
    """When somebody born on the 30th is greeted in a month of 29 days: the day before, or the first of the next month."""

    PREV = "PREV"
    NEXT_FIRST = "NEXT_FIRST"


class MilestoneBasis(StrEnum):
    """Whether milestones count completed years (周岁) or years begun (虚岁)."""

    COMPLETED = "COMPLETED"
    NOMINAL = "NOMINAL"


@dataclass(frozen=True)
class BirthdayPolicy:
    """How a community greets: on which day, at which ages, how long before, and how long a mourner is left alone."""

    leap_day_greeting: LeapDay = LeapDay.FEB28
    short_month: ShortMonth = ShortMonth.PREV
    milestone_basis: MilestoneBasis = MilestoneBasis.COMPLETED
    milestones: tuple[int, ...] = (60, 70, 80, 90, 100)
    notice_days: tuple[int, ...] = (14, 3)
    mourning_days: int = 49
    ask_from_age: int = 60
    """From which age somebody is asked for the day that they celebrate."""
    ask_within_days: int = 30


@dataclass(frozen=True)
class Celebrated:
    """The birthday that the person celebrates: asked, never derived in silence."""

    calendar: BirthdayCalendar
    month: int
    day: int
    is_leap_month: bool = False
    source: BirthdaySource = BirthdaySource.SELF


@dataclass(frozen=True)
class Occurrence:
    """One coming of a birthday: its day, and the year of its own calendar that it belongs to (X-9)."""

    falls_on: date
    calendar: BirthdayCalendar
    cycle: int

    @property
    def cycle_key(self) -> str:
        """The key of its greeting: one for each cycle of the calendar, not for each solar year (X-9)."""
        return f"{self.calendar.value}-{self.cycle}"


def check(birthday: Celebrated, field: str, born_on: date | None) -> None:
    """Refuse a day that no such month has, and a lunar day that was computed where almanacs disagree (2.0.3)."""
    longest = 30 if birthday.calendar is BirthdayCalendar.LUNAR else (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[birthday.month - 1]
    if birthday.day > longest:
        raise Invalid.field(f"{field}.day", "NO_SUCH_DAY")
    if birthday.is_leap_month and birthday.calendar is BirthdayCalendar.SOLAR:
        raise Invalid.field(f"{field}.is_leap_month", "NO_LEAP_MONTH")
    derived = birthday.source is BirthdaySource.DERIVED and birthday.calendar is BirthdayCalendar.LUNAR
    if derived and (born_on is None or is_disputed(born_on)):
        raise Invalid.field(f"{field}.source", "BIRTHDAY_MUST_BE_ASKED")


def occurrences(birthday: Celebrated, first: date, last: date, policy: BirthdayPolicy = BirthdayPolicy()) -> list[Occurrence]:
    """Return every coming of a birthday from one day to another; a lunar one comes 0, 1 or 2 times in a solar year (X-8)."""
    found = []
    for cycle in range(first.year - 1, last.year + 2):
        falls_on = _lunar(birthday, cycle, policy) if birthday.calendar is BirthdayCalendar.LUNAR else _solar(birthday, cycle, policy)
        if falls_on and first <= falls_on <= last:
            found.append(Occurrence(falls_on, birthday.calendar, cycle))
    return found


def turns(born_on: date, occurrence: Occurrence, basis: MilestoneBasis, celebrated: Celebrated) -> int:
    """Return which age is celebrated, in the years of the birthday's own calendar."""
    age = occurrence.cycle - _birth_cycle(born_on, celebrated)
    return age + 1 if basis is MilestoneBasis.NOMINAL else age


def is_disputed(born_on: date) -> bool:
    """Tell whether the lunar date of a birth is disputed, and so must be asked; the days beside such a month count too."""
    near = (born_on + timedelta(days=n) for n in (-1, 0, 1))
    return any((lunar.year, lunar.month) in DISPUTED for day in near if (lunar := _lunar_of(day)) is not None)


def months_of(first: date, last: date) -> set[str]:
    """Return the months in which a birthday that falls between two days may be celebrated, as `CALENDAR-month`."""
    months = {f"SOLAR-{day.month}" for day in _days(first - timedelta(days=1), last)}
    # A 30th may be greeted on the first of the next month.
    lunar = (_lunar_of(day) for day in _days(first - timedelta(days=1), last))
    return months | {f"LUNAR-{day.month}" for day in lunar if day is not None}


def month_of(birthday: Celebrated) -> str:
    """Return the month of a birthday as `months_of` names it."""
    return f"{birthday.calendar.value}-{birthday.month}"


def _solar(birthday: Celebrated, year: int, policy: BirthdayPolicy) -> date | None:
    try:
        return date(year, birthday.month, birthday.day)
    except ValueError:
        return date(year, 2, 28) if policy.leap_day_greeting is LeapDay.FEB28 else date(year, 3, 1)


def _lunar(birthday: Celebrated, year: int, policy: BirthdayPolicy) -> date | None:
    if year not in LUNAR_YEARS:
        return None
    leap = birthday.is_leap_month and LunarDate.leap_month_for_year(year) == birthday.month
    # The exact day, else the same day of the ordinary month, which a leap month lacks in most years and may be shorter than.
    for in_leap in dict.fromkeys((leap, False)):
        if exact := _solar_of(year, birthday.month, birthday.day, in_leap):
            return exact
    day_before = _solar_of(year, birthday.month, birthday.day - 1, leap)
    if day_before is None:
        return None
    return day_before if policy.short_month is ShortMonth.PREV else day_before + timedelta(days=1)


def _solar_of(year: int, month: int, day: int, leap: bool) -> date | None:
    try:
        return LunarDate(year, month, day, leap).to_solar_date()
    except ValueError:
        return None


def _lunar_of(day: date) -> LunarDate | None:
    try:
        return LunarDate.from_solar_date(day.year, day.month, day.day)
    except (ValueError, IndexError):
        return None


def _birth_cycle(born_on: date, celebrated: Celebrated) -> int:
    # On many identity cards the lunar date stands as if it were solar; then its year is the lunar one.
    written_as_lunar = (born_on.month, born_on.day) == (celebrated.month, celebrated.day)
    if celebrated.calendar is BirthdayCalendar.SOLAR or written_as_lunar:
        return born_on.year
    lunar = _lunar_of(born_on)
    return lunar.year if lunar else born_on.year


def _days(first: date, last: date):
    return (first + timedelta(days=n) for n in range((last - first).days + 1))
