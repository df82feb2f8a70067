"""The clock of agreements with partners."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.outreach.partners.domain import advance
from services.outreach.partners.storage import EVERYBODY, Partners


def mind_agreements(process: Process, now: datetime) -> None:
    """Tell once of each agreement that it ends soon, or has ended (OUT-50)."""
    partners, today = process.storage(Partners), business_date(now)
    for partner in partners.each({"open": True, "notice_on": {"$lte": today.isoformat()}}, EVERYBODY):
        after, facts = advance(partner.state, today=today)
        if not facts:
            continue
        try:
            partners.save(partner, after, facts, Cause.of_job("partners.agreements", f"{partner.id}:{partner.version}", now))
        except StaleVersion:
            # Somebody changed it just now; the next round looks at what it has become.
            continue
