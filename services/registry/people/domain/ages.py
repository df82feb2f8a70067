"""Age, always computed from the birth date and never stored."""

from __future__ import annotations

import calendar
from datetime import date
from enum import StrEnum


class BirthPrecision(StrEnum):
    DAY = "DAY"
    MONTH = "MONTH"
    YEAR = "YEAR"
    ESTIMATED = "ESTIMATED"


def age_on(born_on: date, day: date) -> int:
    """Return the completed years (周岁) on a day; one born on 29 February turns older on 1 March in common years (X-6)."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def reaches_on(born_on: date, precision: BirthPrecision, years: int) -> date:
    """Return the day from which somebody counts as `years` old.

    A birth date known only to the year counts from 1 January, so that no elder is missed (X-7).
    """
    year = born_on.year + years
    if precision in (BirthPrecision.YEAR, BirthPrecision.ESTIMATED):
        return date(year, 1, 1)
    if precision is BirthPrecision.MONTH:
        return date(year, born_on.month, 1)
    try:
        return date(year, born_on.month, born_on.day)
    except ValueError:
        return date(year, 3, 1)


def is_estimated(precision: BirthPrecision) -> bool:
    """Tell whether an age from this birth date is an estimate: such a person gets no birthday greeting (X-7)."""
    return precision is not BirthPrecision.DAY


def truncate(born_on: date, precision: BirthPrecision) -> date:
    """Return the birth date with what is not known of it set to 1, so that two entries of it are equal."""
    if precision in (BirthPrecision.YEAR, BirthPrecision.ESTIMATED):
        return date(born_on.year, 1, 1)
    return born_on.replace(day=1) if precision is BirthPrecision.MONTH else born_on


def latest(born_on: date, precision: BirthPrecision) -> date:
    """Return the last day on which somebody can have been born whose birth date is known only so far.

    Whoever must be old enough is taken for as young as they can be (X-15), and an elder for as old (X-7).
    """
    if precision in (BirthPrecision.YEAR, BirthPrecision.ESTIMATED):
        return date(born_on.year, 12, 31)
    if precision is BirthPrecision.MONTH:
        return born_on.replace(day=calendar.monthrange(born_on.year, born_on.month)[1])
    return born_on


def add_months(day: date, months: int) -> date:
    """Return the same day some months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
