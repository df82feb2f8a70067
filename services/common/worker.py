"""The worker process of a service: its relay and its clock jobs, plain Python without eventlet."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
from pymongo.errors import PyMongoError

from services.common import telemetry
from services.common.clock import SimulatedClock
from services.common.doorbell import UNPUBLISHED, unpublished
from services.common.nameko import check_policies
from services.common.process import Process
from services.common.relay import Lease, Relay
from services.common.service import Service
from services.common.settings import load
from services.common.telemetry import JOB_SECONDS, log, metrics, where

Job = Callable[[Process, datetime], None]
TICK_SECONDS = 60
LOOK_SECONDS = 0.2


class Jobs:
    """Runs every clock job each minute, and at once when simulated time was set.

    A job computes states from dates, so running it late, twice, or once for a year is all the same.
    """

    def __init__(self, process: Process, jobs: tuple[Job, ...]):
        self._process, self._jobs = process, jobs
        self._lease = Lease(process.db, "jobs")
        self._stopped = threading.Event()

    def run(self) -> None:
        """Run due jobs until stopped."""
        due, seen = 0.0, -1
        renewed = 0.0
        mine = False
        clock = self._process.clock
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                if not self._process.prepared.is_set():
                    continue
                if time.monotonic() - renewed > 2:
                    mine, renewed = self._lease.held(), time.monotonic()
                revision = clock.revision() if isinstance(clock, SimulatedClock) else 0
                if mine and (time.monotonic() >= due or revision != seen):
                    self.run_all(clock.now())
                    if isinstance(clock, SimulatedClock):
                        clock.confirm(revision)
                    due, seen = time.monotonic() + TICK_SECONDS, revision
            except Exception as error:
                log.warning("jobs.failed", reason=where(error))
                self._stopped.wait(1)
        try:
            self._lease.release()
        except PyMongoError as error:
            log.warning("jobs.lease_not_released", reason=where(error))

    def run_all(self, now: datetime) -> None:
        """Run each job for this moment; one that fails does not keep the others from running, and is run again."""
        failed = None
        for job in self._jobs:
            if self._stopped.is_set():
                return
            started = time.monotonic()
            try:
                job(self._process, now)
            except Exception as error:
                failed = error
                log.error("job.failed", job=job.__name__, reason=where(error))
            JOB_SECONDS.labels(self._process.service.name, job.__name__).observe(time.monotonic() - started)
        if failed:
            raise failed

    def stop(self) -> None:
        self._stopped.set()


def run_worker(name: str, service: Service, jobs: tuple[Job, ...] = (), more: tuple[Callable[[Process, threading.Event], None], ...] = ()) -> None:
    """Relay facts and run clock jobs until SIGTERM; `more` are further loops that end when the event is set."""
    settings = load(name)
    telemetry.configure(f"{name}-worker", settings.log_level)
    process = Process(service, settings)
    check_policies(process)
    relay, clock_jobs = Relay(process), Jobs(process, jobs)
    stopped = threading.Event()

    def stop(*_: object) -> None:
        stopped.set()
        process.stopping.set()
        relay.stop()
        clock_jobs.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server = _health_server(process, relay)
    process.prepare_when_possible(stopped)
    loops = [threading.Thread(target=relay.run, name="relay"), threading.Thread(target=clock_jobs.run, name="jobs")]
    loops += [threading.Thread(target=loop, args=(process, stopped), name=loop.__name__) for loop in more]
    for loop in loops:
        loop.start()
    log.info("worker.started", port=settings.worker_port)
    while not stopped.wait(1):
        if not all(loop.is_alive() for loop in loops):
            # A loop that ended by itself would leave facts unpublished in silence; the supervisor starts us afresh.
            log.error("worker.loop_died")
            stop()
            raise SystemExit(1)
    for loop in loops:
        loop.join(timeout=8)
    server.shutdown()
    log.info("worker.stopped")


def _health_server(process: Process, relay: Relay) -> ThreadingHTTPServer:
    class Health(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            if self.path == "/health/live":
                self._say(200, b'{"status":"live"}')
            elif self.path == "/health/ready":
                ready = process.prepared.is_set()
                self._say(200 if ready else 503, msgspec.json.encode({"status": "ready" if ready else "not_ready", "broker": relay.connected}))
            elif self.path == UNPUBLISHED and process.settings.simulation:
                self._say(200, str(unpublished(process)).encode())
            elif self.path == "/metrics":
                body, kind = metrics()
                self._say(200, body, kind)
            else:
                self._say(404, b"{}")

        def _say(self, status: int, body: bytes, kind: str = "application/json") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Health checks are not worth a line."""

    try:
        server = ThreadingHTTPServer((process.settings.host, process.settings.worker_port), Health)
    except OSError:
        name = process.service.name
        raise SystemExit(f"{name}: port {process.settings.worker_port} is taken; set {name.upper()}_WORKER_PORT to a free one.") from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
