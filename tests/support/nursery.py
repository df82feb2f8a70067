"""Starts processes of the platform by fork from one that has read the libraries already: most of a start is reading them.

Each is an operating-system process of its own, with its own memory, files and signals. Of the product only `services.common`
is read beforehand, as every process reads it; what a service forgets to import is missing here too.
All end when the one who asked for them ends.
"""

from __future__ import annotations

import atexit
import functools
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Child:
    """A process that a nursery started, as `subprocess.Popen` shows one."""

    def __init__(self, nursery: Nursery, pid: int):
        self.pid, self.returncode, self._nursery = pid, None, nursery

    def poll(self) -> int | None:
        """Return its exit code, negative for a signal, or None while it runs."""
        if self.returncode is None:
            self.returncode = self._nursery.ask(poll=self.pid)
        return self.returncode

    def wait(self, timeout: float) -> int:
        """Return its exit code, or raise `subprocess.TimeoutExpired` when it still runs after so many seconds."""
        deadline = time.monotonic() + timeout
        while (code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(str(self.pid), timeout)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended: its number may be somebody else's by then."""
        if self.poll() is None:
            os.kill(self.pid, number)


class Nursery:
    """The process to fork from: that of a `service` runs under eventlet, that of a `worker` does not."""

    def __init__(self, kind: str):
        self._one_at_a_time = threading.Lock()
        command = [sys.executable, "-W", "ignore", "-m", "tests.support.nursery", kind]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(ROOT / ".pytest_cache" / "compiled"), "EVENTLET_NO_GREENDNS": "yes"}
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env, cwd=ROOT, start_new_session=True)
        atexit.register(self.close)

    def start(self, module: str, arguments: list[str], env: dict[str, str], folder: Path, log: Path) -> Child:
        """Run a module as `python -m` would, with its output added to a file."""
        return Child(self, self.ask(module=module, arguments=arguments, env=env, folder=str(folder), log=str(log)))

    def ask(self, **what):
        """Send an order and return the number that answers it."""
        assert self._process.stdin and self._process.stdout
        with self._one_at_a_time:
            self._process.stdin.write(json.dumps(what).encode() + b"\n")
            self._process.stdin.flush()
            return json.loads(self._process.stdout.readline())

    def close(self) -> None:
        self._process.communicate()


@functools.cache
def nursery(kind: str) -> Nursery:
    """Return the nursery of this test run for processes of this kind, started when it is first asked for."""
    return Nursery(kind)


def _serve() -> dict | None:
    """Fork what is asked for until nobody asks any more; in the fork, return what it shall become."""
    children: set[int] = set()
    # Not by os.read: under eventlet that waits in a hub, which a fork must not share.
    for line in sys.stdin.buffer:
        order = json.loads(line)
        if "poll" in order:
            pid, status = os.waitpid(order["poll"], os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
            children.discard(pid)
        else:
            answer = os.fork()
            if not answer:
                return order
            children.add(answer)
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n")
        sys.stdout.buffer.flush()
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    return None


def _become(order: dict) -> None:
    """Be the process that was asked for: its session, folder, environment and output, and then its module."""
    os.setsid()
    os.chdir(order["folder"])
    log, nothing = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), os.open(os.devnull, os.O_RDONLY)
    for target, source in enumerate((nothing, log, log)):
        os.dup2(source, target)
    os.environ.clear()
    os.environ.update(order["env"])
    sys.argv = [order["module"], *order["arguments"]]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    under_eventlet = sys.argv[1] == "service"
    importlib.import_module("services.common.run" if under_eventlet else "services.common.worker")
    gc.freeze()
    order = _serve()
    if order:
        if under_eventlet:
            importlib.import_module("eventlet.hubs").use_hub()
        _become(order)
