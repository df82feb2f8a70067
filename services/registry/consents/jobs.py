"""Clock jobs of consents."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.process import Process
from services.common.store import Cause
from services.registry.consents import domain
from services.registry.consents.storage import EVERYBODY, Consents


def expire_consents(process: Process, now: datetime) -> None:
    """Let consents lapse whose last day has passed; they have permitted nothing since (X-14)."""
    consents, today = process.storage(Consents), business_date(now)
    over = {"standing": True, "valid_to": {"$lt": today.isoformat()}}
    for stored in consents.each(over, EVERYBODY):
        consents.save(stored, *domain.expire(stored.state, today=today), Cause.of_job("consents.expire", f"{stored.id}:{stored.version}", now))
