"""Work that no request can wait for, done in a loop of the worker: it is taken up within a second, by one process at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from pymongo.errors import PyMongoError

from services.common.process import Process
from services.common.relay import Lease
from services.common.telemetry import log, where

LOOK_SECONDS = 0.5
GoingOn = Callable[[], bool]
Waiting = Callable[[Process], bool]
Work = Callable[[Process, datetime, GoingOn], None]


def loop(name: str, *pieces: tuple[Waiting, Work]) -> Callable[[Process, threading.Event], None]:
    """Return a loop for `run_worker(more=...)` that does each piece of work when there is any, each so that it can be done again.

    An idle community costs a look-up for each piece twice a second, and no write.
    """

    def work_off(process: Process, stopped: threading.Event) -> None:
        lease = Lease(process.db, name)
        while not stopped.wait(LOOK_SECONDS):
            try:
                for waiting, work in pieces if process.prepared.is_set() else ():
                    if waiting(process) and lease.held():
                        process.at_work.set()
                        work(process, process.clock.now(), lambda: not stopped.is_set() and lease.held())
            except Exception as error:
                # What failed stands where it was; a fault that lasts is looked at again, and must not end the loop.
                log.error(f"{name}.failed", reason=where(error))
                stopped.wait(2)
            finally:
                process.at_work.clear()
        try:
            lease.release()
        except PyMongoError as error:
            log.warning(f"{name}.lease_not_released", reason=where(error))

    work_off.__name__ = name
    return work_off
