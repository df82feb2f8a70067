"""Runs one service under nameko: `python -m services.common.run services.outreach.service`."""

# ruff: noqa: E402
# Everything that opens a socket or starts a thread must find eventlet's versions, so this comes before any other import.
import os

# Only password hashes run in eventlet's pool of real threads, and each thread keeps the 19 MB of its last one.
os.environ.setdefault("EVENTLET_THREADPOOL_SIZE", "2")

import eventlet

eventlet.monkey_patch()

import importlib
import signal
import socket
import sys
import threading
from dataclasses import dataclass

import msgspec
from nameko.runners import ServiceRunner
from pymongo.errors import PyMongoError

from services.common import telemetry
from services.common.access import NOBODY, ActorTokens
from services.common.doorbell import EVERYWHERE
from services.common.errors import Unauthenticated
from services.common.nameko import check_policies, with_inbox
from services.common.process import Process
from services.common.service import Service
from services.common.settings import Settings, load
from services.common.simulation import SimulationRoutes
from services.common.telemetry import log

PING_SECONDS = 1.0


@dataclass(frozen=True)
class State:
    """Whether a process can do its work, and why not."""

    ready: bool
    body: bytes


class Readiness:
    """Looks after the database every second, so that a health check never waits for it."""

    def __init__(self, process: Process, config: dict):
        self._process, self._config = process, config
        self._database = False
        self._stopped = threading.Event()

    def run(self) -> None:
        while not self._stopped.wait(PING_SECONDS):
            self.look()

    def look(self) -> None:
        try:
            self._process.client.admin.command("ping")
            self._database = True
        except PyMongoError:
            self._database = False

    def stop(self) -> None:
        self._stopped.set()

    def state(self) -> State:
        inbox = self._config.get("inbox")
        ready = self._database and self._process.prepared.is_set()
        # Without the broker the service does its work: facts wait in the outbox. So it is shown and does not count.
        parts = {"status": "ready" if ready else "not_ready", "database": self._database, "prepared": self._process.prepared.is_set(), "broker": bool(inbox and inbox.connected)}
        return State(ready, msgspec.json.encode(parts))


def actor_authenticator(process: Process):
    """Return the check that a request comes from the gateway and says who acts."""
    tokens = ActorTokens((process.settings.keys / "actors.pub.pem").read_bytes())

    def authenticate(request, route):
        header = request.headers.get("Authorization", "")
        if not header:
            if route.access.public:
                return NOBODY
            raise Unauthenticated("UNAUTHENTICATED")
        return tokens.verify(header.removeprefix("Bearer "), process.service.name)

    return authenticate


def build(service: Service, settings: Settings, authenticator=actor_authenticator) -> tuple[ServiceRunner, Process, Readiness]:
    """Return a service ready to be started: its API and its inbox, each with a worker pool of its own."""
    process = Process(service, settings)
    check_policies(process)
    config: dict = {
        "WEB_SERVER_ADDRESS": f"{settings.host}:{settings.port}",
        "AMQP_URI": settings.amqp_uri,
        "max_workers": settings.max_workers,
        "process": process,
    }
    config["authenticate"] = authenticator(process)
    readiness = config["readiness"] = Readiness(process, config)
    runner = ServiceRunner(config)
    api = type(service.api.__name__, (service.api, SimulationRoutes), {}) if settings.simulation else service.api
    runner.add_service(api)
    runner.add_service(with_inbox(service.inbox))
    return runner, process, readiness


def refuse_taken_port(name: str, host: str, port: int) -> None:
    """Stop with a sentence if somebody listens there; eventlet would silently share the port with them."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        if probe.connect_ex((host, port)) == 0:
            raise SystemExit(f"{name}: port {port} on {host} is taken; set {name.upper()}_PORT to a free one, or stop what listens there.")


def main() -> None:
    """Serve until SIGTERM or SIGINT, then finish what was begun."""
    module = importlib.import_module(sys.argv[1])
    service: Service = module.SERVICE
    settings = load(service.name)
    telemetry.configure(service.name, settings.log_level)
    refuse_taken_port(service.name, settings.host, settings.port)
    runner, process, readiness = build(service, settings, getattr(module, "authenticator", actor_authenticator))
    stopped = threading.Event()

    def stop(*_: object) -> None:
        if not stopped.is_set():
            stopped.set()
            readiness.stop()
            eventlet.spawn_n(runner.stop)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    readiness.look()
    threading.Thread(target=process.prepare_when_possible, args=(stopped,), daemon=True).start()
    threading.Thread(target=readiness.run, daemon=True).start()
    runner.start()
    process.doorbell.ring(EVERYWHERE)
    log.info("service.started", port=settings.port)
    runner.wait()
    log.info("service.stopped")


if __name__ == "__main__":
    main()
