"""Clock jobs of duplicates."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.process import Process
from services.common.store import Cause
from services.registry.duplicates.domain import pairs as domain
from services.registry.duplicates.storage import EVERYBODY, DuplicateCandidates


def wake_duplicates(process: Process, now: datetime) -> None:
    """Ask again about the pairs whose day has come (REG-51)."""
    pairs, today = process.storage(DuplicateCandidates), business_date(now)
    for pair in pairs.each({"snoozed_until": {"$lte": today.isoformat()}}, EVERYBODY):
        woken = domain.wake(pair.state, today=today)
        if woken != pair.state:
            pairs.save(pair, woken, [], Cause.of_job("duplicates.wake", f"{pair.id}:{pair.version}", now))
