"""What the worker does for rotas: it computes them, away from the requests, and locks them when their days begin."""

from __future__ import annotations

import threading
from datetime import datetime

from pymongo.errors import PyMongoError

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.common.telemetry import log, where
from services.volunteering.hands import Hands
from services.volunteering.rota.desk import RotaDesk, proposed
from services.volunteering.rota.domain import plan as plans
from services.volunteering.rota.domain.plan import RotaState
from services.volunteering.rota.storage import COMMUNITY, RotaPlans

LOOK_SECONDS = 1


def compute_rotas(process: Process, now: datetime) -> None:
    """Compute every rota that was asked for; two workers that do it at once come to the same one, and one of them keeps it."""
    rotas = process.storage(RotaPlans)
    for stored in rotas.find({"state": RotaState.DRAFT.value}, COMMUNITY):
        inputs, rota = proposed(RotaDesk(Hands(process)), stored, now)
        cause = Cause.of_job("rota.compute", f"{stored.id}:{stored.version}", now)
        try:
            rotas.save(stored, *plans.propose(stored.state, inputs, rota, at=now), cause)
        except StaleVersion:
            continue


def lock_rotas(process: Process, now: datetime) -> None:
    """Lock every published rota whose first day has come."""
    rotas = process.storage(RotaPlans)
    for stored in rotas.find({"state": RotaState.PUBLISHED.value}, COMMUNITY):
        if stored.state.since <= business_date(now) and stored.state.placements is not None:
            try:
                rotas.save(stored, *plans.lock(stored.state, at=now, by="system"), Cause.of_job("rota.lock", stored.id, now))
            except StaleVersion:
                continue


def make_rotas(process: Process, stopped: threading.Event) -> None:
    """Compute what was asked for within a second or two, until the worker stops."""
    while not stopped.wait(LOOK_SECONDS):
        try:
            if process.prepared.is_set():
                compute_rotas(process, process.clock.now())
        except PyMongoError:
            # The database is away; what was asked for is still there when it comes back.
            continue
        except Exception as error:
            log.error("rota.failed", reason=where(error))
            stopped.wait(30)


JOBS = (lock_rotas,)
