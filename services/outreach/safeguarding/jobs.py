"""The clock of safeguarding: a sign that nobody reported is told again each day."""

from __future__ import annotations

from datetime import datetime

from services.common.process import Process
from services.outreach.safeguarding.domain import SafeguardingPolicy
from services.outreach.safeguarding.storage import SafeguardingCases


def mind_safeguarding(process: Process, now: datetime) -> None:
    """Tell of every case that was not reported in time (OUT-16)."""
    process.storage(SafeguardingCases).tell_late(now, process.policy(SafeguardingPolicy))
