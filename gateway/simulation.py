"""Simulated time for the whole platform: set everywhere, and waited for until everything due has happened."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

import eventlet
import msgspec
from marshmallow import ValidationError, fields

from gateway.forwarding.owners import Owners
from services.common.access import Access, Actor, Role
from services.common.clock import SimulatedClock
from services.common.errors import Invalid, NotFound, StaleVersion, Unavailable
from services.common.http import get, post
from services.common.http.schemas import Input, Output, Time
from services.common.nameko import Storage
from services.common.settings import SERVICES
from services.common.simulation import under_way
from services.common.store import Aggregates, Scope, Stored
from services.common.telemetry import correlation

ADMINISTRATOR = Access(Role.ADMINISTRATOR)
STAFF = Access(Role.WORKER, Role.GRID_LEAD, Role.BRANCH_SECRETARY, Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
PLATFORM = Actor("gateway", frozenset({Role.SYSTEM}))
ANSWER_WITHIN = 7.5
LOOK_EVERY = 0.05
QUIET_LOOKS = 2
EVERYTHING = Scope.everything("the clock belongs to the platform")
DURATION = re.compile(r"^P(?:(?P<weeks>\d{1,4})W)?(?:(?P<days>\d{1,5})D)?(?:T(?=\d)(?:(?P<hours>\d{1,5})H)?(?:(?P<minutes>\d{1,6})M)?(?:(?P<seconds>\d{1,8})S)?)?$")


class Phase(StrEnum):
    """How far a setting of the clock has come."""

    ASKED = "ASKED"
    SET = "SET"
    DONE = "DONE"


@dataclass(frozen=True)
class ClockSetting:
    """One wish for another time; kept, so that repeating it goes on with it instead of advancing twice."""

    id: str
    target: datetime
    fingerprint: str
    phase: Phase = Phase.ASKED


class ClockSettings(Aggregates[ClockSetting]):
    """Settings of simulated time."""

    collection, aggregate, state = "clock_settings", "clock_setting", ClockSetting


class Duration(fields.String):
    """An ISO 8601 duration of weeks, days, hours, minutes, seconds: months have no fixed length."""

    def _deserialize(self, value, attr, data, **kwargs):
        match = DURATION.match(super()._deserialize(value, attr, data, **kwargs))
        duration = timedelta(**{unit: int(count) for unit, count in match.groupdict().items() if count}) if match else timedelta(0)
        if duration <= timedelta(0):
            raise ValidationError("NOT_A_DURATION")
        return duration


class SetTimeSchema(Input):
    """Either a moment or how much later it shall be."""

    now = Time(metadata={"description": "The moment that it shall be.", "example": "2025-06-01T09:00:00+08:00"})
    advance = Duration(metadata={"description": "Or: how much later than now.", "example": "P60D"})


class ClockSettingSchema(Output):
    """A setting of the clock that everything due has been done for."""

    target = Time(required=True)
    phase = fields.Enum(Phase, by_value=True, required=True, metadata={"description": "DONE: all jobs due have run and all facts have had their effect.", "example": "DONE"})


class ClockSchema(Input):
    """The time of the platform."""

    now = Time(required=True)
    quiet = fields.Boolean(required=True, metadata={"description": "Whether everything due has been done.", "example": True})


class SimulationClockRoutes:
    """The platform's clock; it exists only where NUANXIN_SIMULATION=1."""

    clock_settings = Storage(ClockSettings)
    owners = Storage(Owners)

    @post("/v1/simulation/clock", access=ADMINISTRATOR, body=SetTimeSchema, answer=ClockSettingSchema, writes="clock_settings", example={"advance": "P60D"})
    def set_time(self, request):
        """Set simulated time and wait until every job due by then has run and every fact has had its effect.

        While work is under way the answer is 503 SIMULATION_BUSY: send the same request with the same Idempotency-Key
        again, it goes on waiting and does not advance twice. Without NUANXIN_SIMULATION=1 there is no such address.
        """
        if not isinstance(request.process.clock, SimulatedClock):
            raise NotFound()
        patience = time.monotonic() + ANSWER_WITHIN
        platform = Platform(request.process, request.inbox, self.owners)
        setting = self._setting(request)
        if setting.state.phase is Phase.ASKED:
            platform.wait_until_quiet(patience)
            platform.set_clocks(setting.state.target)
            setting = self._reach(setting, Phase.SET, request.cause.part("set"))
        platform.wait_until_quiet(patience)
        return self._reach(setting, Phase.DONE, request.cause)

    @get("/v1/simulation/clock", access=STAFF, answer=ClockSchema)
    def get_time(self, request):
        """Say what time it is for the platform, and whether everything due has been done."""
        if not isinstance(request.process.clock, SimulatedClock):
            raise NotFound()
        return {"now": request.now, "quiet": Platform(request.process, request.inbox, self.owners).quiet()}

    def _setting(self, request) -> Stored[ClockSetting]:
        """Return what this command asked for when it was first sent, or a waiting wish for the same moment."""
        body = request.body
        if len(body) != 1:
            raise Invalid("NOW_OR_ADVANCE")
        known = self.clock_settings.find_one({"_id": request.new_id()}, EVERYTHING)
        if known is None and "now" in body:
            known = self.clock_settings.find_one({"target": body["now"], "phase": {"$ne": Phase.DONE.value}}, EVERYTHING)
        elif known and known.state.fingerprint != request.cause.fingerprint:
            raise Invalid("KEY_REUSED")
        if known:
            return known
        target = body["now"] if "now" in body else request.now + body["advance"]
        return self.clock_settings.add(ClockSetting(request.new_id(), target, request.cause.fingerprint), [], request.cause.part("asked"))

    def _reach(self, setting: Stored[ClockSetting], phase: Phase, cause) -> Stored[ClockSetting]:
        try:
            return self.clock_settings.save(setting, replace(setting.state, phase=phase), [], cause)
        except StaleVersion:
            # The same request was sent twice and the other one was quicker; both mean the same.
            return self.clock_settings.get(setting.id, EVERYTHING)


class Platform:
    """All services and the gateway, as far as time is concerned."""

    def __init__(self, process, inbox, owners: Owners):
        self._process, self._inbox, self._owners = process, inbox, owners

    def set_clocks(self, now: datetime) -> None:
        """Set every clock; a repetition sets those that were missed."""
        body = msgspec.json.encode({"now": now})
        for service in SERVICES:
            answer = self._ask(service, "POST", "/internal/simulation/clock", body)
            if answer.status != 200:
                raise Unavailable("SERVICE_AWAY", retry_after=1)
        self._process.clock.set(now)

    def wait_until_quiet(self, patience: float) -> None:
        """Return when nothing is under way anywhere, or raise SIMULATION_BUSY when the time to answer has come."""
        seen = 0
        while True:
            # A fact is between two services for a moment, so quiet means seen quiet more than once.
            seen = seen + 1 if self.quiet() else 0
            if seen >= QUIET_LOOKS:
                return
            if time.monotonic() > patience:
                raise Unavailable("SIMULATION_BUSY", retry_after=1)
            eventlet.sleep(LOOK_EVERY)

    def quiet(self) -> bool:
        """Say whether every job due has run and every fact has had its effect."""
        pool = eventlet.GreenPool(len(SERVICES))
        return all(pool.imap(self._service_quiet, SERVICES)) and _is_quiet(under_way(self._process, self._inbox))

    def _service_quiet(self, service: str) -> bool:
        answer = self._ask(service, "GET", "/internal/simulation/state")
        if answer.status != 200:
            raise Unavailable("SERVICE_AWAY", retry_after=1)
        return _is_quiet(msgspec.json.decode(answer.data))

    def _ask(self, service: str, method: str, path: str, body: bytes = b""):
        headers = {"Content-Type": "application/json", "Idempotency-Key": "clock"}
        return self._owners.request(service, method, path, body, PLATFORM, correlation.get(), headers)


def _is_quiet(state: dict) -> bool:
    return state["jobs_done"] and not (state["pending"] or state["queued"] or state["in_flight"])
