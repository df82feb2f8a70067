"""The broker is stopped, frozen and wiped while commands go on: none fails for that reason, and all facts arrive (P1, P7, P8)."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager

import msgspec
import pytest
from pymongo import MongoClient

from services.common.broker import Publisher, inbox_queue, replay_queue
from services.common.ids import new_id
from services.common.relay import ReplayRequested
from tests.conftest import an_environment
from tests.support.running import eventually
from tests.support.small_fixture import Small, running


@pytest.fixture
def small(tmp_path, keys, own_broker, mongodb_uri):
    """The two small services on a broker that may be hurt."""
    with an_environment(tmp_path, keys, own_broker, mongodb_uri) as platform, running(platform) as small:
        yield small


class Load:
    """Commands that go on, one after another, with how long each took."""

    def __init__(self, small: Small):
        self.small = small
        self.grid_ids = [small.define(f"{new_id()}") for _ in range(4)]
        self.statuses: list[int] = []
        self.seconds: list[float] = []

    @contextmanager
    def going_on(self):
        stop = threading.Event()

        def work() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                started = time.monotonic()
                self.statuses.append(self.small.rename(self.grid_ids[number % 4], f"{new_id()}").status_code)
                self.seconds.append(time.monotonic() - started)
                stop.wait(0.02)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield self
        finally:
            stop.set()
            thread.join()

    def all_arrive(self, within: float = 60) -> None:
        for grid_id in self.grid_ids:
            version = self.small.publisher.get(f"/v1/grids/{grid_id}").json()["version"]
            eventually(lambda grid_id=grid_id, version=version: len(self.small.codes(grid_id)) == version, within=within)


@pytest.mark.promise("P7")
@pytest.mark.parametrize("hurt", ["stopped for 20 s", "killed", "frozen for 5 s"])
def test_commands_go_on_without_the_broker_and_their_facts_arrive(small, own_broker, hurt):
    load = Load(small)
    # A broker that is killed while it declares a quorum queue may be left with one that confirms nothing any more.
    load.all_arrive()

    with load.going_on():
        eventually(lambda: len(load.statuses) > 5)
        away = time.monotonic()
        if hurt == "frozen for 5 s":
            own_broker.freeze()
            eventually(lambda: time.monotonic() - away > 5, within=10)
            own_broker.thaw()
        else:
            own_broker.kill() if hurt == "killed" else own_broker.stop()
            eventually(lambda: time.monotonic() - away > (20 if hurt == "stopped for 20 s" else 2), within=30)
            own_broker.start()

    assert set(load.statuses) == {200}
    assert sorted(load.seconds)[-3] < 3 and max(load.seconds) < 9, "nobody waits for the broker"
    load.all_arrive()


@pytest.mark.promise("P8")
def test_the_brokers_disk_may_be_deleted(small, own_broker):
    load = Load(small)
    load.all_arrive()
    small.outreach.stop()
    with load.going_on():
        eventually(lambda: len(load.statuses) > 20)
    eventually(lambda: small.process_of("registry").db["grids"].count_documents({"pending": {"$gt": 0}}) == 0)
    own_broker.kill()
    own_broker.wipe()
    own_broker.start()
    small.outreach.start()

    settings = small.process_of("registry").settings
    publisher = Publisher(settings.amqp_uri, settings.ladder)
    request = ReplayRequested(to=inbox_queue("outreach"))
    publisher.publish(msgspec.json.encode(request), "", replay_queue("registry"), content_type="application/json")
    publisher.drop()

    load.all_arrive()


def test_a_service_starts_and_works_without_a_broker(small, own_broker):
    own_broker.stop()
    small.registry.stop()

    small.registry.start()
    grid_id = small.define("without a broker")

    assert small.publisher.get(f"/v1/grids/{grid_id}").status_code == 200
    own_broker.start()
    eventually(lambda: small.codes(grid_id) == ["without a broker"], within=60)


@pytest.mark.promise("P6")
def test_no_late_confirm_is_taken_for_another_messages(small, own_broker):
    """A confirm that comes after its time must not confirm the next message (py-amqp looks at no delivery tag)."""
    grid_id = small.define("first")
    eventually(lambda: small.codes(grid_id) == ["first"])
    own_broker.freeze()
    small.rename(grid_id, "second")
    eventually(lambda: "relay.failed" in small.registry_worker.text(), within=20)
    small.rename(grid_id, "third")
    own_broker.thaw()

    eventually(lambda: small.codes(grid_id) == ["first", "second", "third"], within=40)
    with MongoClient(small.platform.env["MONGODB_URI"]) as client:
        log = client[small.platform.prefix + "registry"]["events"]
        eventually(lambda: log.count_documents({"subject": f"grid/{grid_id}"}) == 3, why="all three in the log")
