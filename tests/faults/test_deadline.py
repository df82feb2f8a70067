"""Everything that a request waits for counts against its one deadline (P7), and a twin is answered like its original (P4)."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from types import SimpleNamespace

import eventlet
import pytest

from services.common.access import NOBODY, Access, Role
from services.common.errors import StaleVersion, Unavailable
from services.common.http.routes import HttpRoute, Request, Route
from services.common.store import Answer, Cause, Replayed, Scope


@pytest.fixture
def entrypoint():
    entrypoint = HttpRoute(Route("POST", "/v1/things", Access(Role.WORKER), writes="things"))
    entrypoint.method_name = "make"
    return entrypoint


def a_request(if_match: int | None = None) -> Request:
    now = datetime.now(UTC)
    raw = SimpleNamespace(environ={})
    return Request({}, {}, {}, NOBODY, Scope.everything("test"), now, Cause("key", "print", now, if_match=if_match), raw, None)


@pytest.mark.promise("P7")
def test_waiting_for_a_free_worker_has_an_end(entrypoint):
    entrypoint.container = SimpleNamespace(spawn_worker=lambda *args, **kwargs: eventlet.sleep(30))
    started = time.monotonic()

    with pytest.raises(Unavailable):
        entrypoint._call(a_request(), started + 0.2)

    assert time.monotonic() - started < 2


@pytest.mark.promise("P4")
def test_a_twin_with_if_match_gets_the_answer_of_its_original(entrypoint, monkeypatch):
    """The original changes the version between the twin's look at the keys and its own write."""
    kept = iter([None, Answer(200, 2, b"{}")])

    def replay(cause: Cause) -> None:
        if answer := next(kept):
            raise Replayed(answer)

    def make(request: Request, until: float):
        raise StaleVersion(current_version=2)

    monkeypatch.setattr(entrypoint, "_storage", lambda process: SimpleNamespace(replay=replay))
    monkeypatch.setattr(entrypoint, "_call", make)

    with pytest.raises(Replayed):
        entrypoint._carry_out(a_request(if_match=1), None, time.monotonic() + 5)
