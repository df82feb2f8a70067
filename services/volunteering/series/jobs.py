"""The clocks of class series."""

from __future__ import annotations

from datetime import datetime

from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.volunteering.series.domain.clocks import advance, to_look_at
from services.volunteering.series.records import Records
from services.volunteering.series.storage import SeriesOfClasses


def advance_class_series(process: Process, now: datetime) -> None:
    """End what has ended in each series under way, and ask the next in line (VOL-50 to VOL-52)."""
    series, records = process.storage(SeriesOfClasses), Records(process)
    for stored in series.under_way():
        timing = records.timing(stored.state, now)
        standings = records.standings(to_look_at(stored.state, timing), now, stored.state if stored.state.clashing else None)
        after, facts = advance(stored.state, standings, timing)
        if after == stored.state:
            continue
        try:
            series.save(stored, after, facts, Cause.of_job("class_series.advance", f"{stored.id}:{stored.version}", now))
        except StaleVersion:
            # Somebody changed it just now; the next round looks at what it has become.
            continue


JOBS = (advance_class_series,)
