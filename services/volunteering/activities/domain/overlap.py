"""Whether two shifts of one volunteer get in each other's way (VOL-10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Nearness(StrEnum):
    """How two shifts stand to each other."""

    APART = "APART"
    SOFT = "SOFT"
    TRAVEL = "TRAVEL"
    HARD = "HARD"


@dataclass(frozen=True)
class Shift:
    """A span of time at a place."""

    starts_at: datetime
    ends_at: datetime
    place: str

    @property
    def duration(self) -> timedelta:
        return self.ends_at - self.starts_at


def nearness(one: Shift, other: Shift, *, grace: timedelta, travel: timedelta) -> Nearness:
    """Compare two shifts: hard if they still intersect after the shorter one is shrunk by the grace at both ends.

    A grace longer than half the shorter shift counts as that half, so a short shift inside a long one is always hard.
    Shifts at different places also need the time to get from one to the other.
    """
    short, long = sorted((one, other), key=lambda shift: shift.duration)
    margin = min(grace, short.duration / 2)
    if short.starts_at + margin < long.ends_at and long.starts_at < short.ends_at - margin:
        return Nearness.HARD
    if _elsewhere(one, other) and one.starts_at < other.ends_at + travel and other.starts_at < one.ends_at + travel:
        return Nearness.TRAVEL
    if one.starts_at < other.ends_at and other.starts_at < one.ends_at:
        return Nearness.SOFT
    return Nearness.APART


def _elsewhere(one: Shift, other: Shift) -> bool:
    return one.place.strip().casefold() != other.place.strip().casefold()
