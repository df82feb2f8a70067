"""The clock of greetings: those whose days have passed are missed."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.common.calendar import business_date
from services.common.process import Process
from services.common.store import Cause
from services.volunteering.greetings import domain
from services.volunteering.greetings.domain import OPEN, GreetingPolicy
from services.volunteering.greetings.storage import EVERYBODY, Greetings


def miss_greetings(process: Process, now: datetime) -> None:
    """Put greetings whose days have passed on the list of those that were missed, each once (VOL-40)."""
    policy, today = process.policy(GreetingPolicy), business_date(now)
    passed = {"state": {"$in": [state.value for state in OPEN]}, "due_on": {"$lt": (today - timedelta(days=policy.late)).isoformat()}}
    cause = Cause.of_job("greetings.miss", "", now)
    process.storage(Greetings).change_each(passed, EVERYBODY, lambda stored: domain.miss(stored.state, today=today, policy=policy), cause)


JOBS = (miss_greetings,)
