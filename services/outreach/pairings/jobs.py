"""The clock of pairings: offers that nobody answers are taken back, joint visits that nobody makes are told of."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.outreach.pairings import domain
from services.outreach.pairings.domain import Pairing, PairingState, handovers
from services.outreach.pairings.storage import EVERYBODY, Pairings


def lapse_offers(process: Process, now: datetime) -> None:
    """Take back the offers of pairings that nobody answered in time."""
    unanswered = {"state": PairingState.PROPOSED.value, "answer_by": {"$lt": now}}
    _change(process, unanswered, "pairings.lapse", lambda offer: domain.lapse(offer, now=now), now)


def watch_handovers(process: Process, now: datetime) -> None:
    """Take back hand-overs that nobody answered in time, and tell once of a joint visit that is overdue (OUT-11)."""
    today = business_date(now)
    _change(process, {"state": PairingState.HANDING_OVER.value}, "pairings.handover", lambda pairing: handovers.watch(pairing, now=now, today=today), now)


def _change(process: Process, filter: dict, job: str, decide: Callable[[Pairing], tuple], now: datetime) -> None:
    storage = process.storage(Pairings)
    for pairing in storage.each(filter, EVERYBODY):
        state, facts = decide(pairing.state)
        if state == pairing.state:
            continue
        try:
            storage.save(pairing, state, facts, Cause.of_job(job, f"{pairing.id}:{pairing.version}", now))
        except StaleVersion:
            # Somebody changed it just now; the next round looks at what it has become.
            continue


JOBS = (lapse_offers, watch_handovers)
