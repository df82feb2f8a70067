"""Simulated time, between the gateway and a service; these routes exist only where NUANXIN_SIMULATION=1."""

from __future__ import annotations

import functools
import threading
from contextlib import suppress
from typing import Any

import urllib3
from amqp import Connection
from marshmallow import fields

from services.common.access import Access, Role
from services.common.broker import connect, inbox_queue, replay_queue, retry_queue
from services.common.doorbell import EVERYWHERE, UNPUBLISHED, unpublished
from services.common.errors import Unavailable
from services.common.events.base import CATALOGUE
from services.common.http.routes import get, post
from services.common.http.schemas import Input, Time
from services.common.settings import Settings

PLATFORM = Access(Role.SYSTEM)
ERRORS = (*Connection.connection_errors, *Connection.channel_errors)
_http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=1, read=5), maxsize=4)


class SetClockSchema(Input):
    """The moment that it shall be."""

    now = Time(required=True)


class SimulationStateSchema(Input):
    """What is still under way at one service."""

    jobs_done = fields.Boolean()
    pending = fields.Integer()
    queued = fields.Integer()
    in_flight = fields.Integer()


def under_way(process, inbox) -> dict[str, Any]:
    """Return what is still to be done in this service: clock jobs, kinds of objects with unpublished facts, facts without effect."""
    jobs_done, pending, queued, in_flight = process.clock.confirmed(), 0, 0, inbox.in_flight if inbox else 0
    if jobs_done and not in_flight:
        # Only where all else looks quiet is the broker asked, and every outbox. In the order in which a fact goes through a
        # service, so that one that moves on meanwhile is still met; what goes on to another service is met by a second look.
        queued = _queues(process).waiting()
        in_flight = inbox.in_flight if inbox else 0
        if not queued:
            pending = _unpublished(process)
    return {"jobs_done": jobs_done, "pending": pending, "queued": queued, "in_flight": in_flight}


def _unpublished(process) -> int:
    """Return in how many collections facts wait, as far as this process and its worker kept them."""
    kept_by_worker = 0
    try:
        answer = _http.request("GET", f"http://{process.settings.host}:{process.settings.worker_port}{UNPUBLISHED}")
        kept_by_worker = int(answer.data)
    except (urllib3.exceptions.HTTPError, ValueError):
        # A worker that is away may have kept facts before.
        process.doorbell.rung.add(EVERYWHERE)
    return kept_by_worker + unpublished(process)


class Queues:
    """The queues in which facts wait for a service, over one connection that is kept: one for each look costs the broker more than the look."""

    def __init__(self, settings: Settings, service: str):
        self._uri, self._lock = settings.amqp_uri, threading.Lock()
        self._names = [inbox_queue(service), *(retry_queue(service, step) for step in settings.ladder)]
        if any(kind.publisher == service for kind in CATALOGUE.values()):
            self._names.append(replay_queue(service))
        self._connection: Connection | None = None

    def waiting(self) -> int:
        """Return how many facts wait; raise Unavailable where it cannot be said, also before the first start."""
        with self._lock:
            if self._connection:
                with suppress(*ERRORS):
                    return self._count()
                # The broker closes who was silent for long; a new connection says whether it is there.
            try:
                self._connection = connect(self._uri)
                self._connection.connect()
                return self._count()
            except ERRORS as error:
                raise Unavailable(retry_after=1) from error

    def _count(self) -> int:
        try:
            with self._connection.channel() as channel:
                return sum(channel.queue_declare(name, passive=True).message_count for name in self._names)
        except BaseException:
            connection, self._connection = self._connection, None
            connection.collect()
            raise


@functools.cache
def _queues(process) -> Queues:
    return Queues(process.settings, process.service.name)


class SimulationRoutes:
    """Sets a service's clock and says whether everything due has been done."""

    @post("/internal/simulation/clock", access=PLATFORM, body=SetClockSchema, hidden=True, repeatable=False)
    def set_clock(self, request):
        """Set the clock of this service."""
        process = request.process
        return {"revision": process.clock.set(request.body["now"])}

    @get("/internal/simulation/state", access=PLATFORM, answer=SimulationStateSchema, hidden=True)
    def simulation_state(self, request):
        """Say what is still under way: clock jobs, unpublished facts, facts without effect."""
        return under_way(request.process, request.inbox)
