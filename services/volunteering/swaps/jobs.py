"""The clock of swaps."""

from __future__ import annotations

from datetime import datetime

from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.volunteering.swaps.domain import swap as swaps
from services.volunteering.swaps.domain.swap import UNDER_WAY
from services.volunteering.swaps.storage import COMMUNITY, Swaps


def expire_swaps(process: Process, now: datetime) -> None:
    """End each swap whose time is over; whoever had the shift still has it."""
    storage = process.storage(Swaps)
    for state in UNDER_WAY:
        for stored in storage.each({"state": state.value, "deadline": {"$lte": now}}, COMMUNITY, 100):
            after, facts = swaps.expire(stored.state, at=now)
            if after == stored.state:
                continue
            try:
                storage.save(stored, after, facts, Cause.of_job("swaps.expire", stored.id, now))
            except StaleVersion:
                # Somebody acted at the last moment; the next round looks at what it has become.
                continue


JOBS = (expire_swaps,)
