"""The clock of safeguarding: a suspicion that nobody reported is told again each day."""

from __future__ import annotations

from datetime import datetime

from services.common.process import Process
from services.volunteering.safeguarding.domain import ChildSafeguardingPolicy
from services.volunteering.safeguarding.storage import ChildCases


def mind_child_cases(process: Process, now: datetime) -> None:
    """Tell of every suspicion that was not reported in time (VOL-60)."""
    process.storage(ChildCases).tell_late(now, process.policy(ChildSafeguardingPolicy))


JOBS = (mind_child_cases,)
