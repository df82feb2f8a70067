"""Business dates: times are stored in UTC, days are those of Asia/Shanghai (X-5)."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def business_date(at: datetime) -> date:
    """Return the local day of a moment."""
    return at.astimezone(SHANGHAI).date()


def local(day: date, hour: int = 0, minute: int = 0) -> datetime:
    """Return the moment at which the local clock shows this hour of this day."""
    return datetime.combine(day, time(hour, minute), SHANGHAI)
