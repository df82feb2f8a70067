"""Clients that are slow, many, huge or malformed: health answers within 100 ms all the while, and the process lives (P7)."""

from __future__ import annotations

import resource
import socket
import statistics
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.common.access import Actor, Role
from services.common.http.server import BODY_SECONDS
from services.common.ids import new_id
from tests.support.running import eventually
from tests.support.small_fixture import shared_small  # noqa: F401

HALF_OPEN = 600


@contextmanager
def connections(port: int, count: int, send: bytes):
    """Open many connections and send each the same beginning of a request."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, count + 512)), hard))
    sockets = []
    try:
        for _ in range(count):
            sock = socket.create_connection(("127.0.0.1", port), timeout=5)
            sock.sendall(send)
            sockets.append(sock)
        yield sockets
    finally:
        for sock in sockets:
            sock.close()


def health_seconds(small) -> float:
    """Ask for health as a stranger does, on a connection of its own; return how long it took."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", small.registry.port), timeout=5) as sock:
        sock.sendall(b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = sock.recv(200)
    assert answer.startswith(b"HTTP/1.1 200"), answer
    return time.monotonic() - started


def prompt(seconds: list[float]) -> bool:
    """Say whether health answered within 100 ms; stragglers are the machine's, a frozen server makes all of them late."""
    return statistics.median(seconds) < 0.1


def raw(small, request: bytes) -> bytes:
    """Send bytes and return the first line of what comes back."""
    with socket.create_connection(("127.0.0.1", small.registry.port), timeout=15) as sock:
        sock.sendall(request)
        sock.settimeout(15)
        return sock.recv(4000).split(b"\r\n")[0]


@pytest.mark.promise("P7")
def test_health_answers_while_clients_send_a_header_and_no_body(small):
    token = small.platform.tokens.sign(Actor("a", frozenset({Role.WORKER})), "registry")
    head = f"POST /v1/grids HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n"
    head += "Content-Type: application/json\r\nIdempotency-Key: k\r\nContent-Length: 1000\r\n\r\n"

    with connections(small.registry.port, 50, head.encode()) as stalled:
        seconds = [health_seconds(small) for _ in range(20)]
        small.define(new_id())
        stalled[0].settimeout(BODY_SECONDS + 15)
        answer = stalled[0].recv(2000)

    assert prompt(seconds), seconds
    assert b" 408 " in answer.split(b"\r\n")[0]


@pytest.mark.promise("P7")
def test_health_answers_while_600_connections_are_half_open(small):
    with connections(small.registry.port, HALF_OPEN, b"GET /v1/gr"):
        seconds = [health_seconds(small) for _ in range(20)]
        small.define(new_id())

    assert prompt(seconds), seconds


@pytest.mark.promise("P7")
def test_a_body_of_200_megabytes_is_refused_by_its_length(small):
    head = b"POST /v1/grids HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 209715200\r\n\r\n"
    started = time.monotonic()

    line = raw(small, head + b"x" * 10_000)

    assert b" 413 " in line
    assert time.monotonic() - started < BODY_SECONDS, "it waited for a body that never comes"
    assert prompt([health_seconds(small) for _ in range(5)])


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"POST /v1/grids HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", b" 411 "),
        (b"POST /v1/grids HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}", b" 400 "),
        (b"POST /v1/grids HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n", b" 400 "),
        (b"GET /v1/grids HTTP/1.1\r\n\r\n", b" 400 "),
        (b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b" 414 "),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 80_000 + b"\r\n\r\n", b" 400 "),
        (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", b" 400 "),
        (b"DELETE /v1/grids HTTP/1.1\r\nHost: x\r\n\r\n", b" 405 "),
        (b"GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", b" 404 "),
    ],
)
def test_a_malformed_request_is_refused_and_harms_nobody(small, request_bytes, status):
    line = raw(small, request_bytes)

    assert status in line
    assert prompt([health_seconds(small) for _ in range(5)])


def test_a_process_without_descriptors_lives_on(small):
    pid = small.registry.child.pid
    in_use = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (in_use + 20, 4096))
    try:
        with connections(small.registry.port, 100, b"GET /v1/gr"):
            eventually(lambda: "http.accept_failed" in small.registry.text())
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (4096, 4096))

    eventually(lambda: health_seconds(small) < 0.1)
    small.define(new_id())
