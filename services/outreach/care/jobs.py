"""The clock of care: whoever has nobody for more than a day is told of, every day until it is mended (OUT-10)."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.outreach.care import domain
from services.outreach.care.domain import CarePolicy
from services.outreach.care.storage import EVERYBODY, CareRecipients


def find_orphans(process: Process, now: datetime) -> None:
    """Raise the alarm for whoever in care has had nobody for more than a day, and again each day (OUT-10)."""
    people, policy, today = process.storage(CareRecipients), process.policy(CarePolicy), business_date(now)
    for person in people.each({"in_care": True, "unpaired_since": {"$lt": domain.orphaned_before(now, policy)}}, EVERYBODY):
        since = person.state.unpaired_since
        on = business_date(since + policy.orphan_after)
        state, facts = domain.alarm(person.state, since=business_date(since), on=on, today=today, now=now, policy=policy)
        if not facts:
            continue
        try:
            people.save(person, state, facts, Cause.of_job("care.orphans", f"{person.id}:{person.version}", now))
        except StaleVersion:
            # Somebody changed it just now; the next round looks at what it has become.
            continue


JOBS = (find_orphans,)
