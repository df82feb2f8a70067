"""Services as a test runs them: real processes against a real broker and database, each test in its own vhost and databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

from deploy.parts import free_ports
from services.common.access import Actor, ActorTokens, Role
from services.common.ids import new_id
from tests.support.nursery import Child, nursery

ROOT = Path(__file__).parents[2]
RUNNER = "services.common.run"
_given: set[int] = set()


def a_port() -> int:
    """Return a free port that nobody else of this run gets: no other process of this worker, and no other worker."""
    worker, workers = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    while True:
        port = free_ports(1)[0]
        # The kernel gives odd numbers, so their halves are dealt out.
        if port // 2 % workers == worker % workers and port not in _given:
            _given.add(port)
            return port


def eventually(probe, within: float = 20.0, every: float = 0.03, why: str = ""):
    """Return the probe's first true value, or fail when the deadline has passed, with what was seen last."""
    deadline, longest = time.monotonic() + within, max(every, min(6 * every, 0.2))
    seen = None
    while True:
        try:
            seen = probe()
            if seen:
                return seen
        except (AssertionError, OSError, LookupError, TypeError) as error:
            seen = error
        if time.monotonic() > deadline:
            raise AssertionError(f"{why or 'it'} did not come true within {within} s; last seen: {seen!r}")
        time.sleep(every)
        # What takes long is not hindered by being looked at all the time.
        every = min(every * 1.2, longest)


@dataclass
class Running:
    """One operating-system process of the platform."""

    name: str
    module: str
    arguments: tuple[str, ...]
    env: dict[str, str]
    port: int
    log: Path
    child: subprocess.Popen | Child | None = None
    folder: Path = ROOT

    def start(self, wait: bool = True, **more: str) -> Running:
        env = {**self.env, **more}
        # What is read at the start of Python, or of another checkout, is not what a nursery has read.
        if self.folder == ROOT and "NUANXIN_FAIL_AT" not in env:
            self.child = nursery("service" if self.module == RUNNER else "worker").start(self.module, self.arguments, env, self.folder, self.log)
        else:
            command = [sys.executable, "-m", self.module, *self.arguments]
            with self.log.open("ab") as out:
                self.child = subprocess.Popen(command, env=env, stdout=out, stderr=out, cwd=self.folder, start_new_session=True)
        if wait:
            self.wait()
        return self

    def wait(self, within: float = 90) -> None:
        def ready() -> bool:
            assert self.child is not None
            if self.child.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self.child.returncode}: {self.text()[-3000:]}")
            return requests.get(f"http://127.0.0.1:{self.port}/health/ready", timeout=2).status_code == 200

        eventually(ready, within, every=0.1, why=f"{self.name} ready")

    def signal(self, number: int) -> None:
        assert self.child is not None
        self.child.send_signal(number)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.child and self.child.poll() is None:
            self.signal(signal.SIGKILL)
        if self.child:
            self.child.wait(10)

    def stop(self, within: float = 90) -> int:
        """End it as an operator would; return its exit code."""
        if self.child and self.child.poll() is None:
            self.signal(signal.SIGTERM)
        return self.child.wait(within) if self.child else 0

    def gone(self, within: float = 30) -> int:
        """Wait until it has died by itself."""
        assert self.child is not None
        return self.child.wait(within)

    def text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


@dataclass
class Client:
    """Sends requests to one service as the gateway would, for any actor."""

    url: str
    audience: str
    tokens: ActorTokens
    session: requests.Session = field(default_factory=requests.Session)

    def __call__(self, method: str, path: str, body=None, *, roles=(Role.ADMINISTRATOR,), areas=(), staff=None, key=None, actor="tester", headers=None, **query):
        token = self.tokens.sign(Actor(actor, frozenset(Role(role) for role in roles), tuple(areas), staff), self.audience)
        all_headers = {"Authorization": f"Bearer {token}", **(headers or {})}
        if method != "GET":
            all_headers["Idempotency-Key"] = key or new_id()
        return self.session.request(method, self.url + path, json=body, params=query or None, headers=all_headers, timeout=15)

    def get(self, path, **more):
        return self("GET", path, **more)

    def post(self, path, body=None, **more):
        body = {} if body is None else body
        answer = self("POST", path, body, **more)
        if path == "/v1/people" and answer.status_code == 409 and answer.json()["code"] == "DUPLICATE_SUSPECTED":
            # The people of tests resemble one another; whoever tests that, calls the client itself.
            seen = [candidate["person_id"] for candidate in answer.json()["candidates"]]
            return self.post(path, {**body, "duplicates_seen": [*body.get("duplicates_seen", ()), *seen]}, **more)
        return answer

    def settle(self) -> None:
        """Wait until nothing is under way at a service in simulated time: no job, no fact unpublished, none without its effect."""
        quiet = {"jobs_done": True, "pending": 0, "queued": 0, "in_flight": 0}

        def still() -> bool:
            for _ in range(3):
                if self.get("/internal/simulation/state", roles=(Role.SYSTEM,)).json() != quiet:
                    return False
                # A broker that stands still for a moment says that nothing waits, so the looks are apart.
                time.sleep(0.05)
            return True

        eventually(still, within=60, why="quiet")


class Platform:
    """The environment of one test: its keys, vhost, databases, ports, and the processes that it started."""

    def __init__(self, folder: Path, keys: Path, amqp_uri: str, mongodb_uri: str, prefix: str, **more: str):
        self.folder, self.keys = folder, keys
        self.prefix = prefix
        self.processes: list[Running] = []
        self.tokens = ActorTokens((keys / "actors.pub.pem").read_bytes(), (keys / "actors.pem").read_bytes())
        self.env = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LD_LIBRARY_PATH") if name in os.environ},
            "PYTHONPATH": str(ROOT),
            "PYTHONWARNINGS": "ignore",
            # Nothing here is looked up by name, and eventlet's own resolver is a sixth of what a process needs to start.
            "EVENTLET_NO_GREENDNS": "yes",
            # Compiled once for all processes of all tests.
            "PYTHONPYCACHEPREFIX": str(ROOT / ".pytest_cache" / "compiled"),
            "AMQP_URI": amqp_uri,
            "MONGODB_URI": mongodb_uri,
            "MONGODB_PREFIX": prefix,
            "NUANXIN_KEYS": str(keys),
            "NUANXIN_RETRY_LADDER": "50,100,200",
            **more,
        }

    def service(self, name: str, module: str | None = None) -> Running:
        """Return the HTTP and inbox process of a service, not yet started."""
        port = a_port()
        self.env[f"{name.upper()}_PORT"] = str(port)
        self.env[f"{name.upper()}_URL"] = f"http://127.0.0.1:{port}"
        return self._process(name, port, RUNNER, module or f"services.{name}.service")

    def worker(self, name: str, *command: str) -> Running:
        """Return the worker process of a service, not yet started."""
        port = a_port()
        self.env[f"{name.upper()}_WORKER_PORT"] = str(port)
        return self._process(f"{name}-worker", port, *(command or (f"services.{name}.worker",)))

    def client(self, running: Running) -> Client:
        return Client(f"http://127.0.0.1:{running.port}", running.name, self.tokens)

    def logs(self) -> str:
        return "".join(process.text() for process in self.processes)

    def failures(self) -> str:
        """Return what the processes logged of failures that nobody asked for."""
        signs = ("internal_error", "handler_failed", "job.failed")
        # Who was only slower than somebody else looks again.
        slower = ("StaleVersion at", "STALE_VERSION")
        return "\n".join(line for line in self.logs().splitlines() if any(sign in line for sign in signs) and not any(sign in line for sign in slower))

    def close(self) -> None:
        for process in self.processes:
            if process.child and process.child.poll() is None:
                process.signal(signal.SIGCONT)
                process.signal(signal.SIGTERM)
        for process in self.processes:
            if process.child:
                try:
                    process.child.wait(15)
                except subprocess.TimeoutExpired:
                    process.kill()

    def _process(self, name: str, port: int, module: str, *arguments: str) -> Running:
        running = Running(name, module, arguments, self.env, port, self.folder / f"{name}.log")
        self.processes.append(running)
        return running
