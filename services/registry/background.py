"""Work of registry that no request can wait for: the lists of large rounds, and imports. It is taken up within a second."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from pymongo.errors import PyMongoError

from services.common.process import Process
from services.common.relay import Lease
from services.common.telemetry import log, where
from services.registry.census.jobs import open_large_rounds
from services.registry.census.storage import CensusRounds
from services.registry.imports.jobs import enter_imports, imports_wait

LOOK_SECONDS = 0.5
Waiting = Callable[[Process], bool]
Work = Callable[[Process, datetime, Callable[[], bool]], None]


def _rounds_wait(process: Process) -> bool:
    return bool(process.storage(CensusRounds).being_opened())


WORK: tuple[tuple[Waiting, Work], ...] = ((_rounds_wait, open_large_rounds), (imports_wait, enter_imports))
"""Each piece of work, and whether there is any: an idle community costs two look-ups a second and no write."""


def work_off(process: Process, stopped: threading.Event) -> None:
    """Do what was asked for until stopped; one process at a time, and each piece so that it can be done again."""
    lease = Lease(process.db, "background")
    while not stopped.wait(LOOK_SECONDS):
        try:
            for waiting, work in WORK if process.prepared.is_set() else ():
                if waiting(process) and lease.held():
                    work(process, process.clock.now(), lambda: not stopped.is_set() and lease.held())
        except Exception as error:
            # What failed stands where it was; a fault that lasts is looked at again, and must not end the loop.
            log.error("background.failed", reason=where(error))
            stopped.wait(2)
    try:
        lease.release()
    except PyMongoError as error:
        log.warning("background.lease_not_released", reason=where(error))
