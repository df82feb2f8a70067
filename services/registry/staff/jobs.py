"""What the clock does about staff."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause, Scope
from services.registry.staff import domain
from services.registry.staff.storage import Staff


def advance_staff(process: Process, now: datetime) -> None:
    """Let announced leaves begin and end, and exits come true, on their days."""
    staff, today = process.storage(Staff), business_date(now)
    for member in staff.each({"changes_on": {"$lte": today.isoformat()}}, Scope.everything("the staff belongs to no area")):
        try:
            staff.save(member, *domain.advance(member.state, today), Cause.of_job("staff.advance", member.id, now))
        except StaleVersion:
            # Somebody just changed it; the next minute decides by that.
            continue
