"""The clock of clearances: reminders before their end, and their end (VOL-2)."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause, Scope
from services.volunteering.volunteers.clearances import ClearancePolicy, mind
from services.volunteering.volunteers.storage import COMMUNITY, Volunteers


def mind_clearances(process: Process, now: datetime) -> None:
    """Remind of checks that end soon and tell of those that ended, each once; what they end follows from the facts (VOL-2)."""
    volunteers, policy, today = process.storage(Volunteers), process.policy(ClearancePolicy), business_date(now)
    for stored in volunteers.each({"clock_on": {"$lte": today.isoformat()}}, Scope.everything(COMMUNITY)):
        after, facts = mind(stored.state, today=today, policy=policy)
        try:
            volunteers.save(stored, after, facts, Cause.of_job("volunteers.clearances", f"{stored.id}:{stored.version}", now))
        except StaleVersion:
            # Somebody changed it just now; the next round looks at what it has become.
            continue


JOBS = (mind_clearances,)
