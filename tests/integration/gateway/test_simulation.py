"""Simulated time across all processes."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from pymongo import MongoClient

from services.common.broker import connect, declare_topology, inbox_queue
from services.common.errors import Unavailable
from services.common.ids import new_id
from services.common.settings import SERVICES, load
from services.common.simulation import Queues
from tests.support.gateway import RunningGateway
from tests.support.running import eventually

START = "2025-01-01T09:00:00+08:00"


@pytest.fixture(scope="module")
def seconds(tmp_path_factory):
    """The file that says for how long registry's job runs."""
    file = tmp_path_factory.mktemp("jobs") / "seconds"
    file.write_text("0")
    return file


@pytest.fixture(scope="module")
def gateway(shared_platform, contracts, seconds):
    """Every service and worker, small, in simulated time."""
    shared_platform.env |= {"NUANXIN_SIMULATION": "1", "NUANXIN_TEST_JOB_SECONDS": str(seconds)}
    modules = {name: f"tests.support.small_{name}" for name in SERVICES}
    running = [shared_platform.service(name, module) for name, module in modules.items()]
    gateway = RunningGateway(shared_platform, contracts)
    modules["gateway"] = "gateway.service"
    running += [shared_platform.worker(name, "tests.integration.gateway.waiting_worker", name, module) for name, module in modules.items()]
    for process in (*running, gateway.process):
        process.start(wait=False)
    for process in (*running, gateway.process):
        process.wait(90)
    return gateway


def set_time(gateway, body, key=None):
    """Send the request until it is no longer answered BUSY, as clients do."""
    key = key or new_id()

    def done():
        answer = gateway.administrator.post("/v1/simulation/clock", body, key=key)
        assert answer.status_code in (200, 503), answer.text
        return answer if answer.status_code == 200 else None

    return eventually(done, within=60, every=0.2)


def now(gateway) -> datetime:
    return datetime.fromisoformat(gateway.administrator.get("/v1/simulation/clock").json()["now"])


@pytest.mark.timeout(240)
def test_time_is_set_everywhere_and_jobs_have_run_when_the_answer_comes(gateway, seconds):
    seconds.write_text("0")

    answer = set_time(gateway, {"now": START})

    assert answer.json()["phase"] == "DONE"
    with MongoClient(gateway.platform.env["MONGODB_URI"]) as client:
        clocks = [client[gateway.platform.prefix + name]["simulation"].find_one({"_id": "clock"}) for name in (*SERVICES, "gateway")]
        ran = client[gateway.platform.prefix + "registry"]["jobs_ran_for"].find_one(sort=[("_id", -1)])["at"].replace(tzinfo=UTC)
    assert all(clock["jobs_ran"] == clock["revision"] for clock in clocks)
    assert timedelta(0) <= ran - datetime.fromisoformat(START) < timedelta(seconds=30)
    assert timedelta(0) <= now(gateway) - datetime.fromisoformat(START) < timedelta(minutes=2)


@pytest.mark.timeout(240)
def test_advancing_goes_on_from_now_and_a_repetition_does_not_advance_again(gateway):
    before, key = now(gateway), new_id()

    first = set_time(gateway, {"advance": "P60D"}, key)
    again = gateway.administrator.post("/v1/simulation/clock", {"advance": "P60D"}, key=key)
    other = gateway.administrator.post("/v1/simulation/clock", {"advance": "P61D"}, key=key)

    assert again.content == first.content and again.headers["Idempotent-Replayed"] == "true"
    assert other.json()["code"] == "KEY_REUSED"
    assert timedelta(days=60) <= now(gateway) - before < timedelta(days=60, minutes=2)


@pytest.mark.timeout(240)
@pytest.mark.promise("P7")
def test_while_work_is_under_way_the_answer_is_busy_and_repeating_it_is_safe(gateway, seconds):
    before, key = now(gateway), new_id()
    seconds.write_text("11")
    started = time.monotonic()

    busy = gateway.administrator.post("/v1/simulation/clock", {"advance": "P1D"}, key=key)
    took = time.monotonic() - started
    repeated = set_time(gateway, {"advance": "P1D"}, key)
    seconds.write_text("0")

    assert (busy.status_code, busy.json()["code"], busy.headers["Retry-After"]) == (503, "SIMULATION_BUSY", "1")
    assert took < 14
    assert repeated.json()["phase"] == "DONE"
    assert timedelta(days=1) <= now(gateway) - before < timedelta(days=1, minutes=2)


@pytest.mark.timeout(240)
def test_facts_under_way_have_had_their_effect_when_the_answer_comes(gateway, seconds):
    worker = gateway.person("worker")
    codes = [new_id() for _ in range(30)]
    with ThreadPoolExecutor(4) as hands:
        made = list(hands.map(lambda code: worker.post("/v1/grids", {"code": code}).json()["id"], codes))

    set_time(gateway, {"advance": "PT1H"})

    assert [worker.get(f"/v1/counts/{grid}").status_code for grid in made] == [200] * 30


@pytest.mark.promise("P9")
def test_only_administrators_turn_the_clock(gateway):
    assert gateway.person("worker").post("/v1/simulation/clock", {"now": START}).status_code == 403
    assert gateway.administrator.get("/internal/simulation/state").status_code == 403


def test_what_is_neither_a_moment_nor_a_duration_is_refused(gateway):
    ask = gateway.administrator
    for body, code in (({}, "NOW_OR_ADVANCE"), ({"now": START, "advance": "P1D"}, "NOW_OR_ADVANCE"), ({"advance": "P1M"}, "INVALID"), ({"now": "2025-01-01T09:00:00"}, "INVALID")):
        answer = ask.post("/v1/simulation/clock", body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_in_real_time_there_is_no_such_address(platform, contracts):
    gateway = RunningGateway(platform, contracts).start()

    assert gateway.administrator.post("/v1/simulation/clock", {"now": START}).status_code == 404
    assert gateway.administrator.get("/v1/simulation/clock").status_code == 404


def test_what_waits_is_not_said_where_a_service_has_no_queue_yet(platform):
    settings = load("outreach", platform.env)

    queues = Queues(settings, "outreach")
    with pytest.raises(Unavailable):
        queues.waiting()

    with connect(settings.amqp_uri) as connection:
        declare_topology(connection.channel(), settings.ladder)
        assert (queues.waiting(), queues.waiting()) == (0, 0)
        connection.channel().queue_delete(inbox_queue("outreach"))
    with pytest.raises(Unavailable):
        queues.waiting()
