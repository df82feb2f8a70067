"""What the worker does for rotas: it computes them, away from the requests, and locks them when their days begin."""

from __future__ import annotations

import threading
from datetime import datetime

from pymongo.errors import PyMongoError

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.hands import Hands
from services.common.process import Process
from services.common.store import Cause
from services.common.telemetry import log, where
from services.volunteering.rota.desk import RotaDesk, proposed
from services.volunteering.rota.domain import plan as plans
from services.volunteering.rota.domain.plan import RotaState
from services.volunteering.rota.storage import COMMUNITY, RotaPlans

LOOK_SECONDS = 1
AFTER_FAILURE_SECONDS = 30


def compute_rotas(process: Process, now: datetime) -> bool:
    """Compute every rota that was asked for; two workers that do it at once come to the same one, and one of them keeps it.

    Say whether all could be computed; one that cannot does not keep the others waiting.
    """
    rotas, well = process.storage(RotaPlans), True
    for stored in rotas.find({"state": RotaState.DRAFT.value}, COMMUNITY):
        cause = Cause.of_job("rota.compute", f"{stored.id}:{stored.version}", now)
        try:
            desk = RotaDesk(Hands(process))
            desk.mark_popular(stored.state, now, cause)
            rotas.save(stored, *plans.propose(stored.state, *proposed(desk, stored, now), at=now), cause)
        except StaleVersion:
            continue
        except PyMongoError:
            raise
        except Exception as error:
            log.error("rota.failed", rota_id=stored.id, reason=where(error))
            well = False
    return well


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
    pause: float = LOOK_SECONDS
    while not stopped.wait(pause):
        try:
            well = not process.prepared.is_set() or compute_rotas(process, process.clock.now())
            pause = LOOK_SECONDS if well else AFTER_FAILURE_SECONDS
        except PyMongoError:
            # The database is away; what was asked for is still there when it comes back.
            continue


JOBS = (lock_rotas,)
