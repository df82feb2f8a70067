"""Clock jobs of guardianships."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.process import Process
from services.common.store import Cause
from services.registry.guardianships import domain
from services.registry.guardianships.storage import EVERYBODY, Guardianships


def lapse_guardianships(process: Process, now: datetime) -> None:
    """End guardianships whose last day has passed, or whose ward is of age; nobody may act by them since (REG-45)."""
    guardianships, today = process.storage(Guardianships), business_date(now)
    for stored in guardianships.each({"standing": True, "until": {"$lt": today.isoformat()}}, EVERYBODY):
        cause = Cause.of_job("guardianships.lapse", f"{stored.id}:{stored.version}", now)
        guardianships.save(stored, *domain.lapse(stored.state, today=today), cause)
