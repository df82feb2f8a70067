"""The clock of safeguarding: a suspicion that nobody reported is told again each day."""

from __future__ import annotations

from datetime import datetime

from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.volunteering.safeguarding import domain
from services.volunteering.safeguarding.domain import ChildSafeguardingPolicy
from services.volunteering.safeguarding.storage import OFFICERS, ChildCases


def mind_child_cases(process: Process, now: datetime) -> None:
    """Tell of every suspicion that was not reported in time (VOL-60)."""
    cases, policy = process.storage(ChildCases), process.policy(ChildSafeguardingPolicy)
    for case in cases.each({"state": "OPEN", "next_at": {"$lte": now}}, OFFICERS):
        decision = domain.grow_late(case.state, now=now, policy=policy)
        try:
            cases.save(case, *decision, Cause.of_job("child-cases.late", f"{case.id}:{case.version}", now))
        except StaleVersion:
            # An officer wrote something just now; the next round looks again.
            continue


JOBS = (mind_child_cases,)
