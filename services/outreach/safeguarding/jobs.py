"""The clock of safeguarding: a sign that nobody reported is told again each day."""

from __future__ import annotations

from datetime import datetime

from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.outreach.safeguarding import domain
from services.outreach.safeguarding.domain import SafeguardingPolicy
from services.outreach.safeguarding.storage import OFFICERS, SafeguardingCases


def mind_safeguarding(process: Process, now: datetime) -> None:
    """Tell of every case that was not reported in time (OUT-16)."""
    cases, policy = process.storage(SafeguardingCases), process.policy(SafeguardingPolicy)
    for case in cases.each({"state": "OPEN", "next_at": {"$lte": now}}, OFFICERS):
        decision = domain.grow_late(case.state, now=now, policy=policy)
        try:
            cases.save(case, *decision, Cause.of_job("safeguarding.late", f"{case.id}:{case.version}", now))
        except StaleVersion:
            # An officer wrote something just now; the next round looks again.
            continue
