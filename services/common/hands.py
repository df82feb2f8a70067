"""What code outside the routes has in hand: every storage and every setting of the service."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, TypeVar

from services.common.calendar import business_date
from services.common.store import Cause, Stored

T = TypeVar("T")


class Hands:
    """Gives the parts of a cascade what a process gives a clock job, so that the same code serves both."""

    def __init__(self, process):
        self._process = process

    def storage(self, cls: type[T]) -> T:
        """Return the storage of one kind of aggregate."""
        return self._process.storage(cls)

    def policy(self, cls: type[T]) -> T:
        """Return the community's settings of one kind."""
        return self._process.policy(cls)


def is_done(stored: Stored[Any], cause: Cause) -> bool:
    """Say whether a cause took effect on this before, so that a fact that comes again tells the same of it."""
    return any(entry["key"] == cause.key for entry in stored.handled)


_done: dict[tuple[str, str], date] = {}


def is_first_today(process, job: str, now: datetime) -> bool:
    """Say whether a job has yet to look at everything on this business day, in this process."""
    return _done.get((process.db.name, job)) != business_date(now)


def done_today(process, job: str, now: datetime) -> None:
    """Note that a job has looked at everything; one that fails on the way does not get here, and looks again."""
    _done[(process.db.name, job)] = business_date(now)
