"""The database is killed and frozen: a clear 503 meanwhile, every acknowledged write afterwards, no restart needed (P1, P7)."""

from __future__ import annotations

import threading
import time

import pytest

from services.common.ids import new_id
from tests.conftest import an_environment
from tests.support.running import eventually
from tests.support.small_fixture import running


@pytest.fixture
def small(tmp_path, keys, broker, own_database):
    """The two small services on a database that may be hurt."""
    with an_environment(tmp_path, keys, broker, own_database.uri()) as platform, running(platform) as small:
        yield small


@pytest.mark.promise("P1")
@pytest.mark.promise("P7")
def test_no_acknowledged_write_is_lost_when_the_database_is_killed_under_load(small, own_database):
    acknowledged: list[str] = []
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            answer = small.publisher.post("/v1/grids", {"code": new_id()}, key=new_id())
            if answer.status_code == 201:
                acknowledged.append(answer.json()["id"])

    load = threading.Thread(target=write)
    load.start()
    for _ in range(3):
        count = len(acknowledged)
        eventually(lambda count=count: len(acknowledged) > count + 20, within=40)
        own_database.kill()
        own_database.start()
    count = len(acknowledged)
    eventually(lambda: len(acknowledged) > count + 5, within=40)
    stop.set()
    load.join()

    kept = {document["_id"] for document in small.process_of("registry").db["grids"].find({}, {"_id": 1})}
    assert set(acknowledged) <= kept
    for grid_id in acknowledged:
        eventually(lambda grid_id=grid_id: small.codes(grid_id), within=60)


@pytest.mark.promise("P7")
def test_without_the_database_the_answer_is_a_503_in_time_that_is_safe_to_repeat(small, own_database):
    key = new_id()
    own_database.kill()

    started = time.monotonic()
    answer = small.publisher.post("/v1/grids", {"code": "A"}, key=key)
    seconds = time.monotonic() - started

    assert (answer.status_code, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert int(answer.headers["Retry-After"]) > 0
    assert seconds < 9.5
    url = small.publisher.url + "/health/"
    eventually(lambda: small.publisher.session.get(url + "ready", timeout=5).json()["database"] is False)
    assert small.publisher.session.get(url + "ready", timeout=5).status_code == 503
    assert small.publisher.session.get(url + "live", timeout=5).status_code == 200

    own_database.start()
    made = eventually(lambda: (got := small.publisher.post("/v1/grids", {"code": "A"}, key=key)).status_code == 201 and got, within=60)
    eventually(lambda: small.codes(made.json()["id"]) == ["A"], within=30)


@pytest.mark.promise("P7")
def test_a_frozen_database_delays_and_then_refuses_within_the_deadline(small, own_database):
    own_database.freeze()
    try:
        started = time.monotonic()
        answer = small.publisher.post("/v1/grids", {"code": "A"})
        seconds = time.monotonic() - started
    finally:
        own_database.thaw()

    assert answer.status_code == 503
    assert seconds < 10
    eventually(lambda: small.publisher.post("/v1/grids", {"code": "B"}).status_code == 201, within=60)
