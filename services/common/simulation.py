"""Simulated time, between the gateway and a service; these routes exist only where NUANXIN_SIMULATION=1."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.common.access import Access, Role
from services.common.broker import connect, inbox_queue, retry_queue
from services.common.http.routes import get, post
from services.common.http.schemas import Input, Time

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
    """Return what is still to be done in this service: clock jobs, unpublished facts, facts without effect."""
    kept = [storage.collection for storage in process.service.storages if hasattr(storage, "aggregate")]

    def unpublished() -> int:
        return sum(process.db[collection].count_documents({"pending": {"$gt": 0}}) for collection in kept)

    jobs_done, pending, queued, in_flight = process.clock.confirmed(), unpublished(), 0, inbox.in_flight if inbox else 0
    if jobs_done and not pending and not in_flight:
        # Only where all else looks quiet is the broker asked. In the order in which a fact goes through a service, so that
        # one that moves on meanwhile is still met.
        with connect(process.settings.amqp_uri) as connection:
            channel = connection.channel()
            names = [inbox_queue(process.service.name), *(retry_queue(process.service.name, step) for step in process.settings.ladder)]
            queued = sum(channel.queue_declare(name, passive=True).message_count for name in names)
        in_flight = inbox.in_flight if inbox else 0
        pending = unpublished()
    return {"jobs_done": jobs_done, "pending": pending, "queued": queued, "in_flight": in_flight}


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
