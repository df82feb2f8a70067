"""The festivals of the lunar calendar on which elders are visited: 春节, 中秋, 重阳 (U11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lunardate import LunarDate


@dataclass(frozen=True)
class Festival:
    """A festival by its day in the lunar year."""

    code: str
    month: int
    day: int

    def falls_on(self, lunar_year: int) -> date:
        """Return its day in a lunar year; none of these days is in a leap month, or missing from a short one."""
        return LunarDate(lunar_year, self.month, self.day).to_solar_date()


FESTIVALS = (Festival("SPRING_FESTIVAL", 1, 1), Festival("MID_AUTUMN", 8, 15), Festival("DOUBLE_NINTH", 9, 9))


def near(today: date, days_before: int, days_after: int) -> list[tuple[str, date]]:
    """Return the festivals whose visits are owed about now, each with its day."""
    dated = [(festival.code, festival.falls_on(year)) for year in (today.year - 1, today.year) for festival in FESTIVALS]
    return [(code, day) for code, day in dated if -days_after <= (day - today).days <= days_before]
