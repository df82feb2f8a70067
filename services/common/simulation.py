"""Simulated time, between the gateway and a service; these routes exist only where NUANXIN_SIMULATION=1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.common.access import Access, Role
from services.common.broker import connect, inbox_queue, replay_queue, retry_queue
from services.common.errors import Unavailable
from services.common.events.base import CATALOGUE
from services.common.http.routes import get, post
from services.common.http.schemas import Input, Time
from services.common.settings import Settings

PLATFORM = Access(Role.SYSTEM)


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
    kept = [process.db[storage.collection] for storage in process.service.storages if hasattr(storage, "aggregate")]
    jobs_done, pending, queued, in_flight = process.clock.confirmed(), 0, 0, inbox.in_flight if inbox else 0
    if jobs_done and not in_flight:
        # Only where all else looks quiet is the broker asked, and every outbox. In the order in which a fact goes through a
        # service, so that one that moves on meanwhile is still met; what goes on to another service is met by a second look.
        queued = waiting_facts(process.settings, process.service.name)
        in_flight = inbox.in_flight if inbox else 0
        if not queued:
            pending = sum(collection.find_one({"pending": {"$gt": 0}}, {"_id": 1}) is not None for collection in kept)
    return {"jobs_done": jobs_done, "pending": pending, "queued": queued, "in_flight": in_flight}


def waiting_facts(settings: Settings, service: str) -> int:
    """Return how many facts wait at the broker for this service; raise Unavailable where it cannot be said, also before the first start."""
    names = [inbox_queue(service), *(retry_queue(service, step) for step in settings.ladder)]
    if any(kind.publisher == service for kind in CATALOGUE.values()):
        names.append(replay_queue(service))
    with connect(settings.amqp_uri) as connection:
        try:
            channel = connection.channel()
            return sum(channel.queue_declare(name, passive=True).message_count for name in names)
        except (*connection.connection_errors, *connection.channel_errors) as error:
            raise Unavailable(retry_after=1) from error


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
