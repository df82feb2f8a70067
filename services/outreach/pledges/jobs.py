"""The clocks of pledges."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.outreach.pledges.domain import advance
from services.outreach.pledges.storage import EVERYBODY, Pledges


def advance_pledges(process: Process, now: datetime) -> None:
    """Let pledges begin, end and lapse on their days, however late the job runs (OUT-42)."""
    pledges, today = process.storage(Pledges), business_date(now)
    for pledge in pledges.each({"open": True, "clock_on": {"$lte": today.isoformat()}}, EVERYBODY):
        after, facts = advance(pledge.state, today=today)
        if after == pledge.state:
            continue
        try:
            pledges.save(pledge, after, facts, Cause.of_job("pledges.advance", f"{pledge.id}:{pledge.version}", now))
        except StaleVersion:
            # Somebody changed it just now; the next round looks at what it has become.
            continue


JOBS = (advance_pledges,)
