"""Keeps processes running: starts them, waits until they are ready, restarts the dead, stops all in order."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Protocol

import urllib3

from deploy.parts import Part, processes
from deploy.parts.ports import require_free

BACKOFF_SECONDS = (1, 2, 4, 8, 15, 30)
STEADY_SECONDS = 60
LOG_BYTES = 20_000_000

_http = urllib3.PoolManager(retries=False, timeout=urllib3.Timeout(connect=1, read=2), maxsize=4)


class Member(Protocol):
    """What the supervisor looks after: a process of the platform, or a part beside it."""

    name: str
    log: Path
    grace: float

    def require_ports(self) -> None: ...
    def launch(self) -> None: ...
    def probe(self) -> None: ...
    @property
    def is_running(self) -> bool: ...
    def ask_to_stop(self) -> None: ...
    def end(self) -> None: ...


class Program:
    """One process of the platform, in a process group of its own; what it prints goes to its log."""

    grace = 10.0

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path, port: int, port_variable: str):
        self.name, self.log = name, log
        self._command, self._env = list(command), dict(env)
        self._port, self._port_variable = port, port_variable
        self._child: subprocess.Popen | None = None

    def require_ports(self) -> None:
        require_free(self._port, self.name, self._port_variable)

    def launch(self) -> None:
        self._child = processes.spawn(self._command, self._env, self.log)

    def probe(self) -> None:
        response = _http.request("GET", f"http://127.0.0.1:{self._port}/health/ready")
        if response.status != 200:
            raise RuntimeError(response.data[:200].decode(errors="replace"))

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self._child.poll() if self._child else None

    def ask_to_stop(self) -> None:
        if self._child:
            self._child.send_signal(signal.SIGTERM)

    def end(self) -> None:
        """Kill what is left of it."""
        if self.is_running:
            processes.send(processes.tree(self._child.pid), signal.SIGKILL)
            self._child.wait()


class Companion:
    """The broker or the database, as the supervisor looks after it."""

    def __init__(self, part: Part):
        self.part, self.name, self.log, self.grace = part, part.name, part.log, part.grace

    def require_ports(self) -> None:
        self.part.require_ports()

    def launch(self) -> None:
        # A node that died may have left its name server.
        self.part.kill()
        self.part.launch()

    def probe(self) -> None:
        self.part.probe()

    @property
    def is_running(self) -> bool:
        return self.part.is_running

    def ask_to_stop(self) -> None:
        self.part.ask_to_stop()

    def end(self) -> None:
        self.part.stop(grace=0)


class Failed(Exception):
    """The platform cannot run, and why."""


class Supervisor:
    """Runs the members in stages: started at once, stopped stage by stage, the last first."""

    def __init__(self, stages: Sequence[Sequence[Member]], say: Callable[[str], None], stopping: Callable[[], bool]):
        self.stages = [list(stage) for stage in stages]
        self.members = [member for stage in self.stages for member in stage]
        self._say, self._stopping = say, stopping
        self._launched: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._due: dict[str, float] = {}
        self._ready: set[str] = set()
        self._looked_at_logs = time.monotonic()

    def start(self) -> None:
        """Launch every member; nothing is launched when a port is taken."""
        for member in self.members:
            member.require_ports()
        for member in self.members:
            self._launch(member)

    def wait(self, timeout: float, patience: int = 3, besides: Sequence[str] = ()) -> bool:
        """Return True when every member but those named answers, False when asked to stop; raise Failed when one keeps ending, or mute."""
        began = time.monotonic()
        waiting = [member for member in self.members if member.name not in self._ready and member.name not in besides]
        reasons: dict[str, str] = {}
        while waiting and not self._stopping():
            for member in list(waiting):
                if self._stopping():
                    return False
                try:
                    if member.is_running:
                        member.probe()
                        waiting.remove(member)
                        self._ready.add(member.name)
                        self._say(f"{member.name} ready after {time.monotonic() - self._launched[member.name]:.1f} s")
                except Exception as error:
                    reasons[member.name] = str(error) or type(error).__name__
            self.look()
            for member in waiting:
                if self._failures.get(member.name, 0) >= patience:
                    raise Failed(f"{member.name} ended {patience} times while starting. {last_words(member.log)}")
            if waiting and time.monotonic() - began > timeout:
                mute = "; ".join(f"{member.name}: {reasons.get(member.name, 'no answer')}" for member in waiting)
                raise Failed(f"Not ready after {timeout:.0f} s: {mute}. {last_words(waiting[0].log)}")
            time.sleep(0.1)
        return not waiting

    def watch(self) -> None:
        """Restart what dies, until asked to stop."""
        while not self._stopping():
            self.look()
            time.sleep(0.2)

    def look(self) -> None:
        """Restart members that ended, each after a longer pause when it keeps ending."""
        now = time.monotonic()
        for member in self.members:
            if member.is_running:
                if now - self._launched[member.name] > STEADY_SECONDS:
                    self._failures.pop(member.name, None)
            elif member.name not in self._due:
                failures = self._failures[member.name] = self._failures.get(member.name, 0) + 1
                pause = BACKOFF_SECONDS[min(failures, len(BACKOFF_SECONDS)) - 1]
                self._due[member.name] = now + pause
                self._say(f"{member.name} ended by itself; it is started again in {pause} s. {last_words(member.log, 3)}")
            elif now >= self._due[member.name]:
                del self._due[member.name]
                try:
                    self._launch(member)
                except Exception as error:
                    self._say(f"{member.name} cannot be started: {error}")
        if now - self._looked_at_logs > 30:
            self._looked_at_logs = now
            for member in self.members:
                shorten(member.log)

    def stop(self, seconds: float, hurry: Callable[[], bool] = lambda: False) -> None:
        """Stop the stages, the last first, within the time; what does not end in its share of it is killed."""
        deadline = time.monotonic() + seconds
        for left in range(len(self.stages), 0, -1):
            stage = self.stages[left - 1]
            share = time.monotonic() + (deadline - time.monotonic()) / left
            asked = time.monotonic()
            for member in stage:
                member.ask_to_stop()
            while any(member.is_running and time.monotonic() < min(share, asked + member.grace) for member in stage) and not hurry():
                time.sleep(0.02)
            late = [member.name for member in stage if member.is_running and time.monotonic() < asked + member.grace]
            if late:
                self._say(f"{', '.join(late)} did not end in time: killed")
            for member in stage:
                member.end()

    def _launch(self, member: Member) -> None:
        self._launched[member.name] = time.monotonic()
        member.launch()


def last_words(log: Path, lines: int = 8) -> str:
    """Return the end of a log, indented."""
    with suppress(OSError), log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 6000))
        tail = [line for line in file.read().decode(errors="replace").splitlines() if line.strip()][-lines:]
        if tail:
            return f"The end of {log}:\n" + "\n".join(f"    {line[:400]}" for line in tail)
    return f"It printed nothing ({log})."


def shorten(log: Path) -> None:
    """Keep one older copy of a log that has grown long; its writer appends and goes on."""
    with suppress(OSError):
        if log.stat().st_size > LOG_BYTES:
            shutil.copyfile(log, log.with_suffix(".1.log"))
            log.write_bytes(b"")
