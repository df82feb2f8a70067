"""Which TCP ports are free, and a sentence when a wanted one is not."""

from __future__ import annotations

import socket
from contextlib import ExitStack


class PortTaken(Exception):
    """Somebody else listens where a part was told to."""

    def __init__(self, port: int, purpose: str, variable: str | None = None):
        advice = f"Set {variable} to a free port, or end the program that listens there." if variable else "Choose another, or end that program."
        super().__init__(f"Port {port}, wanted for {purpose}, is taken. {advice}")
        self.port, self.variable = port, variable


def free_ports(count: int) -> list[int]:
    """Return as many different ports on which nobody listens now."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether a process could listen on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def require_free(port: int, purpose: str, variable: str | None = None) -> None:
    """Raise PortTaken, which names the port and its variable, unless the port is free."""
    if not is_free(port):
        raise PortTaken(port, purpose, variable)
