"""One program of others that the platform runs for itself: started, stopped, and broken on purpose by tests."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from deploy.parts import processes
from deploy.parts.processes import Process


class NotReady(Exception):
    """The part did not become ready, and why."""


class Part:
    """A program with its data in one directory, in process groups of its own; it ends with the process that started it."""

    name = "part"
    grace = 10.0
    """How many seconds the program has to end by itself."""

    def __init__(self, directory: Path | str):
        self.directory = Path(directory).resolve()
        self._children: list[subprocess.Popen] = []
        self._lock: int | None = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def start(self, timeout: float = 60):
        """Start the program and return when it answers."""
        self.launch()
        try:
            self.wait(timeout)
        except BaseException:
            self.stop()
            raise
        return self

    def launch(self) -> None:
        """Start the program without waiting; do nothing when it runs."""
        if self.is_running:
            return
        self._release()
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._take_over()
        self.require_ports()
        try:
            self._launch()
        except BaseException:
            self.kill()
            raise

    def wait(self, timeout: float = 60) -> None:
        """Return when the program answers; raise NotReady when it ended or stays mute."""
        deadline = time.monotonic() + timeout
        while True:
            if not self.is_running:
                raise NotReady(f"The {self.name} ended while starting. {self._last_words()}")
            try:
                return self.probe()
            except Exception as error:
                reason = error
            if time.monotonic() > deadline:
                raise NotReady(f"The {self.name} does not answer after {timeout:.0f} s ({type(reason).__name__}: {reason}). {self._last_words()}")
            time.sleep(0.1)

    def stop(self, grace: float | None = None) -> None:
        """Ask the program to end and return when all its processes are gone; kill it after its grace."""
        self._end(signal.SIGTERM, self.grace if grace is None else grace)

    def ask_to_stop(self) -> None:
        """Ask the program to end, without waiting."""
        self._signal_main(signal.SIGTERM)

    def kill(self) -> None:
        """Kill the program as a power cut would, with every process that belongs to it."""
        self._end(signal.SIGKILL, 0)

    def freeze(self) -> None:
        """Make the program mute while its sockets stay open."""
        self._signal_main(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen program go on."""
        self._signal_main(signal.SIGCONT)

    def wipe(self) -> None:
        """Delete what the program has stored; it must not run."""
        if self.is_running:
            raise RuntimeError(f"The {self.name} runs: stop or kill it before its data are deleted.")
        shutil.rmtree(self.data, ignore_errors=True)

    def restart(self, timeout: float = 60):
        """Stop the program and start it again on its data."""
        self.stop()
        return self.start(timeout)

    @property
    def is_running(self) -> bool:
        return bool(self._children) and self.main.poll() is None

    @property
    def pid(self) -> int:
        """The number of the process that does the work."""
        return self.main.pid

    @property
    def main(self) -> subprocess.Popen:
        return self._children[-1]

    @property
    def log(self) -> Path:
        """What the program prints."""
        return self.directory / f"{self.name}.out"

    @property
    def data(self) -> Path:
        """Where the program stores."""
        return self.directory / "data"

    def require_ports(self) -> None:
        """Raise PortTaken when somebody else listens on a port of this part."""
        raise NotImplementedError

    def probe(self) -> None:
        """Raise unless the program does its work."""
        raise NotImplementedError

    def _launch(self) -> None:
        raise NotImplementedError

    def _spawn(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        child = processes.spawn(command, env, self.log, self.directory)
        self._children.append(child)
        if process := processes.identify(child.pid):
            with open(self._pids, "a") as file:
                file.write(f"{process.pid} {process.started}\n")

    def _end(self, number: signal.Signals, grace: float) -> None:
        if self._children:
            # A stopped process keeps SIGTERM waiting, so it is woken first.
            self.thaw()
            family = [each for child in self._children if child.poll() is None for each in processes.tree(child.pid)]
            if number != signal.SIGKILL and grace:
                self.main.send_signal(number)
                _wait(self.main, grace)
            processes.send(family, signal.SIGKILL)
            for child in self._children:
                child.wait()
            processes.wait_until_gone(family, 5)
        self._pids.unlink(missing_ok=True)
        self._children.clear()
        self._release()

    def _signal_main(self, number: signal.Signals) -> None:
        if self.is_running:
            self.main.send_signal(number)

    @property
    def _pids(self) -> Path:
        return self.directory / f"{self.name}.pids"

    def _take_over(self) -> None:
        """Own the directory; end what a killed starter left running in it."""
        lock = os.open(self.directory / f"{self.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise NotReady(f"The {self.name} of {self.directory} is already run by another process.") from None
        self._lock = lock
        if self._pids.is_file():
            left = [Process(*map(int, line.split())) for line in self._pids.read_text().splitlines()]
            family = [each for process in left if processes.is_running(process) for each in processes.tree(process.pid)]
            processes.send(family, signal.SIGTERM)
            processes.end(family, 5)
            self._pids.unlink()

    def _release(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _last_words(self) -> str:
        try:
            lines = self.log.read_text(errors="replace").splitlines()
        except OSError:
            return ""
        tail = "\n".join(f"  {line}" for line in lines[-12:] if line.strip())
        return f"The end of {self.log}:\n{tail}" if tail else f"It printed nothing ({self.log})."


def _wait(child: subprocess.Popen, seconds: float) -> None:
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(seconds)
