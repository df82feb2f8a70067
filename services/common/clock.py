"""The one source of time: domain code gets it as an argument and never asks.

Simulated time is real time plus an offset that lies in the service's database, so that all processes of a
service share it and it survives a restart.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Gives the time, aware, in UTC, to the millisecond that the database keeps."""

    def now(self) -> datetime: ...


def _milliseconds(at: datetime) -> datetime:
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        return _milliseconds(datetime.now(UTC))


class SimulatedClock:
    """Real time plus the offset that was last set; it ticks."""

    def __init__(self, db):
        self._settings = db["simulation"]

    def now(self) -> datetime:
        row = self._settings.find_one({"_id": "clock"})
        offset = timedelta(milliseconds=row["offset_ms"]) if row else timedelta(0)
        return _milliseconds(datetime.now(UTC) + offset)

    def set(self, now: datetime) -> int:
        """Make it `now` and return the revision that the worker confirms when its jobs up to then have run."""
        offset = int((now - datetime.now(UTC)) / timedelta(milliseconds=1))
        self._settings.update_one({"_id": "clock"}, {"$set": {"offset_ms": offset}, "$inc": {"revision": 1}}, upsert=True)
        return self._settings.find_one({"_id": "clock"})["revision"]

    def revision(self) -> int:
        row = self._settings.find_one({"_id": "clock"})
        return row["revision"] if row else 0

    def confirm(self, revision: int) -> None:
        """Say that every job due up to this setting of the clock has run."""
        self._settings.update_one({"_id": "clock"}, {"$set": {"jobs_ran": revision}})

    def confirmed(self) -> bool:
        row = self._settings.find_one({"_id": "clock"})
        return row is None or row.get("jobs_ran", 0) >= row["revision"]
