"""What a community may set about its census."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class CensusPolicy:
    """How often and when a community knocks before a door is escalated or taken for empty."""

    attempts: int = 3
    days: int = 2
    evening_from: int = 18
    vacant_days_apart: int = 7
    reserve_days: int = 3
    reserve_cap: int = 40
    partner_days: int = 7
    future_tolerance: timedelta = timedelta(minutes=5)
    clock_off: timedelta = timedelta(minutes=10)
    late_days: int = 7
    soft_contact_days: int = 14
    doors_opened_at_once: int = 500
    """A round of so many doors at most is open when the request is answered; a larger one is opened by the worker."""


def is_weekend(day: date) -> bool:
    """Tell whether a day is a Saturday or Sunday."""
    return day.weekday() >= 5
