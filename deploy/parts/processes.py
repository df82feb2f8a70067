"""Process trees as the kernel knows them, so that stopping one leaves nothing behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Process(NamedTuple):
    """A process that is not mistaken for a later one with the same number."""

    pid: int
    started: int


def spawn(command: Sequence[str], env: Mapping[str, str], log: Path, folder: Path | None = None) -> subprocess.Popen:
    """Start a process in a group of its own, out of reach of the terminal's Ctrl-C; what it prints goes to the log."""
    # With setpriv the kernel ends the process when its starter is killed.
    setpriv = shutil.which("setpriv")
    prefix = [setpriv, "--pdeathsig", "TERM"] if setpriv else []
    with log.open("ab") as out:
        return subprocess.Popen(
            [*prefix, *command], env=dict(env), cwd=folder, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )


def _stat(pid: int) -> list[str] | None:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return None


def identify(pid: int) -> Process | None:
    """Return the running process with this number, or None when it is gone or only waits to be reaped."""
    stat = _stat(pid)
    return None if stat is None or stat[0] in "ZX" else Process(pid, int(stat[19]))


def is_running(process: Process) -> bool:
    return identify(process.pid) == process


def tree(pid: int) -> list[Process]:
    """Return a process and all that descend from it, the root first."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (stat := _stat(int(entry))):
            children.setdefault(int(stat[1]), []).append(int(entry))
    found, queue = [], [pid]
    while queue:
        current = queue.pop(0)
        if process := identify(current):
            found.append(process)
        queue.extend(children.get(current, ()))
    return found


def send(processes: Iterable[Process], number: signal.Signals) -> None:
    """Send a signal to those that still run."""
    for process in processes:
        if is_running(process):
            try:
                os.kill(process.pid, number)
            except ProcessLookupError:
                continue


def wait_until_gone(processes: Iterable[Process], seconds: float) -> list[Process]:
    """Wait until all are gone; return those that are not."""
    left, deadline = list(processes), time.monotonic() + seconds
    while (left := [process for process in left if is_running(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return left


def end(processes: Iterable[Process], grace: float) -> None:
    """Let processes end by themselves for a while, then kill what is left of them."""
    left = wait_until_gone(processes, grace)
    send(left, signal.SIGKILL)
    wait_until_gone(left, 5)
