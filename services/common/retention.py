"""How long records are kept, and what erases them: nothing but a clock job, which leaves a tombstone (X-4, X-19).

To delete is to change a state; what is written here is the other thing, physical erasure. A record that is erased whole
becomes its own tombstone, by one guarded write with the fact that tells it; of another only some parts go, and the fact
names them. A fact holds ids and codes, so the publisher's log of it may stay. Who holds a copy erases it when they hear.

The job runs once a night, may run late or twice, and looks in small batches. What somebody is still owed is held back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.events.base import Event
from services.common.events.registry import PersonErased
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.process import Process
from services.common.store import Aggregates, Cause, Scope, Stored
from services.common.telemetry import log

T = TypeVar("T")
BATCH = 100
EVERYTHING = Scope.everything("a term ends wherever somebody lives")


@dataclass(frozen=True)
class Retention(Generic[T]):
    """One kind of record: when its term ends, what still holds it, and what is erased then."""

    name: str
    reason: str
    """The code that tombstone and fact give."""
    storage: type[Aggregates[T]]
    years: int
    """For how long it is kept: a setting of the community."""
    expired: Callable[[date], dict[str, Any]]
    """The filter for records whose term ended before a day."""
    fact: Callable[[Stored[T]], Event]
    held: Callable[[Process, T, date], bool] = lambda process, state, before: False
    """Whether somebody still needs it, whatever its age."""
    forget: Callable[[T, date], T] | None = None
    """What is left of a record of which only parts are erased; None where it is erased whole."""

    def run(self, process: Process, now: datetime) -> int:
        """Erase what has expired; return how much."""
        storage = process.storage(self.storage)
        limit = years_before(business_date(now), self.years)
        erased = 0
        for stored in storage.each(self.expired(limit), EVERYTHING, BATCH):
            if self.held(process, stored.state, limit):
                continue
            cause = Cause.of_job(f"retention.{self.name}", f"{stored.id}:{stored.version}", now)
            try:
                erased += self._erase(storage, stored, limit, cause)
            except StaleVersion:
                # Somebody changed it just now, or a fact of it is not published yet; the next night looks again.
                continue
        if erased:
            log.info("retention.erased", records=self.name, count=erased)
        return erased

    def _erase(self, storage: Aggregates[T], stored: Stored[T], limit: date, cause: Cause) -> bool:
        if self.forget is None:
            storage.erase(stored, self.reason, self.fact(stored), cause)
            return True
        left = self.forget(stored.state, limit)
        if left == stored.state:
            return False
        storage.save(stored, left, [self.fact(stored)], cause)
        return True


def years_before(day: date, years: int) -> date:
    """Return the same day some years ago; the last of February where that year has no 29th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def erase_expired(process: Process, now: datetime, *retentions: Retention) -> None:
    """Erase what has expired of each kind, once on each business day."""
    runs, today = process.db["retention"], business_date(now).isoformat()
    for retention in retentions:
        if runs.find_one({"_id": retention.name, "on": today}) is None:
            retention.run(process, now)
            runs.update_one({"_id": retention.name}, {"$set": {"on": today}}, upsert=True)


class Forgotten:
    """The people whom registry has erased: one row each, which stays as this service's tombstone of them."""

    def __init__(self, process: Process):
        self._process = process
        self._rows = process.db["forgotten"]

    def prepare(self) -> None:
        """Create the index by which those are found whose key is still to be destroyed."""
        self._rows.create_index("key_kept", sparse=True)

    def ask(self, person_id: str, reason: str, at: datetime) -> None:
        """Note that a person is to be forgotten here too."""
        self._rows.update_one({"_id": person_id}, {"$setOnInsert": {"reason": reason, "erased_at": at, "key_kept": True}}, upsert=True)

    def carry_out(self, needed: Callable[[Process, str], bool]) -> None:
        """Destroy the key of everybody of whom nothing is open any more: what was sealed by it reads as erased from now on."""
        for row in list(self._rows.find({"key_kept": True}).limit(BATCH)):
            if not needed(self._process, row["_id"]):
                self._process.vault.destroy(row["_id"])
                self._rows.update_one({"_id": row["_id"]}, {"$unset": {"key_kept": ""}})


class PersonErasure:
    """What every service does when registry has erased a person."""

    forgotten = Storage(Forgotten)

    @subscribe(PersonErased)
    def on_person_erased(self, event):
        """Remember to destroy the person's key here."""
        self.forgotten.ask(event.data.person_id, event.data.reason, event.time)
