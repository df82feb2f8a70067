"""Relay and clock jobs of learning: `python -m services.learning.worker`."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.common.process import Process
from services.common.worker import run_worker
from services.learning.coverage.ledger import Ledger, settle_everything
from services.learning.coverage.storage import CoverageRows
from services.learning.credit import jobs as credit
from services.learning.parcels import jobs as parcels
from services.learning.productions.jobs import make_materials
from services.learning.reminders import jobs as reminders
from services.learning.retention import JOBS as RETENTION_JOBS
from services.learning.service import SERVICE
from services.learning.sessions.storage import StudySessions

LATECOMERS = timedelta(hours=1)
"""For how long after a certificate a member who joined at the same moment is still looked for."""


def settle_coverage(process: Process, now: datetime) -> None:
    """Give every owed lesson its row, its mode in time, its fallback in time, and its escalation (LRN-34)."""
    sessions, rows = process.storage(StudySessions), process.storage(CoverageRows)
    settle_everything(Ledger(process), sessions, rows, now - LATECOMERS, now)


JOBS = (
    *parcels.JOBS,
    settle_coverage,
    *reminders.JOBS,
    *credit.JOBS,
    *RETENTION_JOBS,
)


def main() -> None:
    """Run until SIGTERM."""
    run_worker("learning", SERVICE, jobs=JOBS, more=(make_materials,))


if __name__ == "__main__":
    main()
