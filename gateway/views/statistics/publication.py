"""What figures leave the community, and when: each month once it is over, and a year's brief once somebody publishes it (LRN-36).

Two overlapping periods, or two moments, would give away by their difference what is too little to be published. So whoever is
not of the community reads months only, which do not overlap, each as it was known at one moment, whenever it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from gateway.views.statistics.metric import Period
from services.common.calendar import business_date, local
from services.common.errors import Invalid


@dataclass(frozen=True)
class PublicationPolicy:
    """How long after its end a month is published, and a year's brief may be, as it is known then; what is entered later changes nothing that is out."""

    after: timedelta = timedelta(days=10)


def known_at(period: Period, asked_as_of: datetime | None, *, now: datetime, policy: PublicationPolicy) -> datetime:
    """Return the one moment as of which a month is published; refuse any other period, another moment, and a month that is not out yet."""
    following = (period.first.replace(day=1) + timedelta(days=31)).replace(day=1)
    if period.first.day != 1 or period.last != following - timedelta(days=1):
        raise Invalid.field("to", "WHOLE_MONTH_ONLY")
    if asked_as_of is not None:
        raise Invalid.field("as_of", "PUBLISHED_ONCE")
    _is_out(period.last, "to", now, policy, "NOT_PUBLISHED_YET")
    return local(published_on(period.last, policy))


def refuse_before_it_is_out(year: int, code: str, *, now: datetime, policy: PublicationPolicy) -> None:
    """Refuse the brief of a year that is not over, or so lately that much of it is still being entered (LRN-36)."""
    _is_out(date(year, 12, 31), "year", now, policy, code)


def published_on(last: date, policy: PublicationPolicy) -> date:
    """Return the day on which what ended on a day is published."""
    return last + timedelta(days=1) + policy.after


def _is_out(last: date, field: str, now: datetime, policy: PublicationPolicy, code: str) -> None:
    on = published_on(last, policy)
    if business_date(now) < on:
        raise Invalid.field(field, code, on=on.isoformat())
