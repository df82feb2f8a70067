"""How old a view is: the newest fact of each publisher that took effect, and what keeps newer ones away."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import urllib3

from gateway.settings import service_urls
from services.common.settings import SERVICES
from services.common.telemetry import log, where

LOOK_SECONDS = 5
SILENT = timedelta(seconds=20)
"""For how long a service need not have answered before it counts as away."""


class Freshness:
    """One row per publisher: the time of its newest fact that took effect here, and when its service last answered."""

    facts, services = "view_freshness", "view_services"

    def __init__(self, process):
        self._newest, self._answered = process.db[self.facts], process.db[self.services]
        self._inbox = process.db["inbox"]

    def prepare(self) -> None:
        """Create the index by which parked facts are counted."""
        self._inbox.create_index("parked.sequence", sparse=True)

    def drop(self) -> None:
        """Forget what was seen."""
        self._newest.drop()

    def remember(self, event) -> None:
        """Note that a fact took effect; the order of two such notes does not matter."""
        self._newest.update_one({"_id": event.type.publisher}, {"$max": {"newest_at": event.time}}, upsert=True)

    def answered(self, publisher: str, at: datetime, alive: bool) -> None:
        """Note whether a service answered when it was last asked."""
        change: dict[str, Any] = {"$set": {"asked_at": at, "alive": alive}}
        if alive:
            change["$set"]["answered_at"] = at
        self._answered.update_one({"_id": publisher}, change, upsert=True)

    def now(self, request) -> dict[str, Any]:
        """Return what every view says about its age."""
        return as_of(
            newest={row["_id"]: row["newest_at"] for row in self._newest.find()},
            services={row["_id"]: row for row in self._answered.find()},
            missing=self._inbox.count_documents({"parked.sequence": {"$gt": 0}})
            + self._inbox.count_documents({"held_since": {"$gt": datetime(2000, 1, 1, tzinfo=UTC)}}),
            broker=None if request.inbox is None else bool(request.inbox.connected),
            now=request.now,
            real_now=datetime.now(UTC),
        )


@dataclass(frozen=True)
class Source:
    """One publisher, as a view knows of it."""

    publisher: str
    as_of: datetime | None
    lag_seconds: int | None
    reachable: bool | None

    def shown(self) -> dict[str, Any]:
        return {"publisher": self.publisher, "as_of": self.as_of, "lag_seconds": self.lag_seconds, "reachable": self.reachable}


def as_of(*, newest: dict, services: dict, missing: int, broker: bool | None, now: datetime, real_now: datetime) -> dict[str, Any]:
    """Say of when a view is, and whether something is known to be missing from it."""
    sources = [
        Source(name, newest.get(name), _age(newest.get(name), now), _reachable(services.get(name), real_now)) for name in SERVICES
    ]
    latest = max((source.as_of for source in sources if source.as_of), default=None)
    reasons = ["BROKER_AWAY"] if broker is False else []
    reasons += ["SERVICE_AWAY"] if any(source.reachable is False for source in sources) else []
    reasons += ["FACTS_WAITING"] if missing else []
    return {
        "as_of": latest,
        "lag_seconds": _age(latest, now),
        "stale": bool(reasons),
        "stale_reasons": reasons,
        "facts_waiting": missing,
        "sources": [source.shown() for source in sources],
    }


def _age(at: datetime | None, now: datetime) -> int | None:
    return None if at is None else max(0, int((now - at).total_seconds()))


def _reachable(row: dict[str, Any] | None, real_now: datetime) -> bool | None:
    # Nobody asked lately: then nothing is known, which is not the same as away.
    if row is None or row["asked_at"] < real_now - SILENT:
        return None
    return bool(row["alive"]) or row.get("answered_at", row["asked_at"] - SILENT) > real_now - SILENT / 2


def watch_services(process, stopped: threading.Event) -> None:
    """Ask each service now and then whether it is alive, so that a view can say whose facts may be late."""
    freshness = Freshness(process)
    pool = urllib3.PoolManager(timeout=urllib3.Timeout(connect=1, read=2), retries=False, maxsize=1)
    while not stopped.is_set():
        for name, url in service_urls().items():
            try:
                alive = pool.request("GET", f"{url}/health/live").status == 200
            except urllib3.exceptions.HTTPError:
                alive = False
            try:
                freshness.answered(name, datetime.now(UTC), alive)
            except Exception as error:
                log.warning("freshness.not_noted", reason=where(error))
        stopped.wait(LOOK_SECONDS)
