"""Simulated time, between the gateway and a service; these routes exist only where NUANXIN_SIMULATION=1."""

from __future__ import annotations

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
        process = request.process
        pending = sum(
            process.db[storage.collection].count_documents({"pending": {"$gt": 0}}) for storage in process.service.storages if hasattr(storage, "aggregate")
        )
        with connect(process.settings.amqp_uri) as connection:
            channel = connection.channel()
            names = [inbox_queue(process.service.name), *(retry_queue(process.service.name, step) for step in process.settings.ladder)]
            queued = sum(channel.queue_declare(name, passive=True).message_count for name in names)
        inbox = request.inbox
        return {"jobs_done": process.clock.confirmed(), "pending": pending, "queued": queued, "in_flight": inbox.in_flight if inbox else 0}
