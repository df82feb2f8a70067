"""Popular places, of which nobody takes many before others had their turn; one rule for the rota and for signing up (VOL-22)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from services.common.calendar import business_date
from services.volunteering.activities.domain.activity import Activity
from services.volunteering.rota.domain.model import RotaPolicy


class Timed(Protocol):
    """What counts of a popular place: of which program it is, and in which week."""

    @property
    def program(self) -> str: ...

    @property
    def starts_at(self) -> datetime: ...


@dataclass(frozen=True)
class PopularPlace:
    """A popular place that a volunteer has, or is about to take."""

    program: str
    starts_at: datetime


def program_of(activity: Activity) -> str:
    """Return of which program a place counts: the one that the activity belongs to, or else its kind."""
    return activity.program_id or activity.kind.value


def place_in(activity: Activity) -> PopularPlace:
    """Return what a place in a popular activity counts as."""
    return PopularPlace(program_of(activity), activity.starts_at)


def goes_by_quota(activity: Activity, at: datetime, policy: RotaPolicy) -> bool:
    """Say whether a place goes by quota; what nobody took until a day before is open to everybody."""
    return activity.popular and activity.starts_at - at > timedelta(hours=policy.popular_until_hours)


def is_used_up(place: Timed, held: Iterable[Timed], policy: RotaPolicy) -> bool:
    """Say whether who holds these popular places has had their share of that program's week, or of all."""
    held = list(held)
    same = sum(one.program == place.program and week_of(one.starts_at) == week_of(place.starts_at) for one in held)
    return same >= policy.popular_per_week or len(held) >= policy.popular_in_all


def week_of(moment: datetime) -> date:
    """Return the Monday of a moment's week."""
    day = business_date(moment)
    return day - timedelta(days=day.weekday())
