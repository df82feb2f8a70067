"""The clocks of the ladder: each minute, day and night, on holidays too (OUT-22)."""

from __future__ import annotations

from datetime import datetime

from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.outreach.incidents.desk import Desk
from services.outreach.incidents.storage import EVERYBODY, Incidents


def climb_ladders(process: Process, now: datetime) -> None:
    """Raise every incident whose clocks were missed, each from the moment at which they were; never end one."""
    desk = process.storage(Desk)
    for incident in process.storage(Incidents).each({"open": True, "next_at": {"$lte": now}}, EVERYBODY):
        try:
            desk.advance(incident, now, Cause.of_job("incidents.climb", f"{incident.id}:{incident.version}", now))
        except StaleVersion:
            # Somebody did something for the elder just now; the next round looks at what has become of it.
            continue
