"""When series meet, and whether two of them do at the same time (VOL-51)."""

from __future__ import annotations

from datetime import timedelta

from services.volunteering.series.domain.series import ClassSeries, Slot


def meet_at_once(one: ClassSeries, other: ClassSeries) -> bool:
    """Say whether two series ever meet at the same time: slots of one weekday that overlap, on a day that both have."""
    return any(_overlap(mine, theirs) and _both_have(mine.weekday, one, other) for mine in one.slots for theirs in other.slots)


def _overlap(one: Slot, other: Slot) -> bool:
    return one.weekday == other.weekday and one.from_minute < other.to_minute and other.from_minute < one.to_minute


def _both_have(weekday: int, one: ClassSeries, other: ClassSeries) -> bool:
    first, last = max(one.starts_on, other.starts_on), min(one.ends_on, other.ends_on)
    return first + timedelta(days=(weekday - first.isoweekday()) % 7) <= last
