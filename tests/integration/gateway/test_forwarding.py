"""From the gateway to the owner of an operation and back."""

from __future__ import annotations

import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.common.access import ActorTokens
from services.common.ids import new_id
from tests.integration.gateway.echo import Echo
from tests.support.gateway import RunningGateway
from tests.support.running import eventually

TRACE = "01JD0000000000000000TRACE1"

OPERATIONS = {
    "/v1/echo/{name}": ("get", "post", "put", "patch", "delete"),
    "/v1/slow": ("get", "post"),
}


@pytest.fixture(scope="module")
def echo():
    """A service under the test's control, in volunteering's place."""
    echo = Echo()
    yield echo
    echo.close()


@pytest.fixture(scope="module")
def gateway(shared_platform, contracts, echo):
    """A gateway before a small registry and an echo."""
    paths = {
        path: {method: {"operationId": f"{method}_echo", "summary": "Echo.", "x-roles": ["worker"], "x-public": False, "tags": ["echo"], "responses": {}} for method in methods}
        for path, methods in OPERATIONS.items()
    }
    paths["/v1/open-door"] = {"get": {"operationId": "open_door", "summary": "Echo.", "x-roles": [], "x-public": True, "tags": ["echo"], "responses": {}}}
    (contracts / "volunteering" / "openapi.json").write_text(json.dumps({"paths": paths, "components": {"schemas": {}}}))
    shared_platform.env["VOLUNTEERING_URL"] = echo.url
    return RunningGateway(shared_platform, contracts).start()


@pytest.fixture(scope="module")
def registry(shared_platform, gateway):
    """The small registry, running; the gateway knows its address from the environment."""
    registry = shared_platform.service("registry", "tests.support.small_registry")
    registry.start(wait=False)
    gateway.process.stop()
    gateway.start()
    registry.wait()
    return registry


@pytest.fixture(scope="module")
def worker(gateway):
    """A worker of one grid."""
    return gateway.person("worker", areas=["01JD00000000000000000000G1"], staff_id="01JD00000000000000000000S1")


def test_the_request_arrives_as_it_was_sent(gateway, worker, echo, keys):
    body = '{"名": "王 秀英",   "n": 1.0}'.encode()
    headers = {"Authorization": f"Bearer {worker.token}", "Content-Type": "application/json", "Accept-Language": "en", "If-Match": '"3"', "Idempotency-Key": "k1", "X-Correlation-Id": TRACE, "Cookie": "x=1", "X-Other": "1"}

    worker.session.post(gateway.url + "/v1/echo/%E7%8E%8B%20b?q=%E7%8E%8B&a=1&a=2&empty=", data=body, headers=headers, timeout=10)

    seen = echo.requests[-1]
    assert (seen["method"], seen["body"]) == ("POST", body)
    assert seen["target"] == "/v1/echo/%E7%8E%8B%20b?q=%E7%8E%8B&a=1&a=2&empty="
    assert {name: seen["headers"][name] for name in ("Content-Type", "Accept-Language", "If-Match", "Idempotency-Key", "X-Correlation-Id")} == {
        "Content-Type": "application/json",
        "Accept-Language": "en",
        "If-Match": '"3"',
        "Idempotency-Key": "k1",
        "X-Correlation-Id": TRACE,
    }
    assert not {"Cookie", "X-Other"} & seen["headers"].keys()
    actor = ActorTokens((keys / "actors.pub.pem").read_bytes()).verify(seen["headers"]["Authorization"].removeprefix("Bearer "), "volunteering")
    assert (set(actor.roles), actor.areas, actor.staff_id) == ({"worker"}, ("01JD00000000000000000000G1",), "01JD00000000000000000000S1")


def test_the_answer_comes_back_as_it_was_given(worker, echo):
    answer = worker.get("/v1/echo/a")

    assert (answer.status_code, answer.json()) == (418, {"seen": len(echo.requests)})
    assert {name: answer.headers.get(name) for name in ("Content-Type", "ETag", "Retry-After", "Idempotent-Replayed", "Content-Language", "X-Secret")} == {
        "Content-Type": "application/echo",
        "ETag": '"7"',
        "Retry-After": "3",
        "Idempotent-Replayed": "true",
        "Content-Language": "en",
        "X-Secret": None,
    }


@pytest.mark.promise("P9")
def test_who_may_not_is_refused_before_anything_is_forwarded(gateway, echo):
    before = len(echo.requests)

    refused = [gateway.nobody.get("/v1/echo/a"), gateway.person("auditor").get("/v1/echo/a"), gateway.nobody.get("/v1/nothing-here")]

    assert [answer.status_code for answer in refused] == [401, 403, 404]
    assert refused[1].json()["code"] == "FORBIDDEN"
    assert len(echo.requests) == before


def test_what_is_open_to_everybody_is_forwarded_in_nobodys_name(gateway, echo):
    gateway.nobody.get("/v1/open-door")

    assert echo.requests[-1]["target"] == "/v1/open-door"
    assert "Authorization" not in echo.requests[-1]["headers"]


def test_a_connection_closed_under_a_request_is_tried_once_more(worker, echo):
    worker.get("/v1/echo/a")

    for method in ("GET", "POST"):
        echo.closing = 1
        assert worker(method, "/v1/echo/a").status_code == 418
    echo.closing = 2
    away = worker.post("/v1/echo/a")

    assert (away.status_code, away.json()["code"], away.headers["Retry-After"]) == (503, "SERVICE_AWAY", "2")
    echo.closing = 0


@pytest.mark.promise("P7")
def test_an_owner_that_takes_too_long_is_answered_for_within_the_deadline(worker):
    started = time.monotonic()

    slow = worker.post("/v1/slow")

    assert (slow.status_code, slow.json()["code"]) == (504, "SERVICE_SLOW")
    assert "Retry-After" in slow.headers
    assert 7 < time.monotonic() - started < 14


@pytest.mark.promise("P7")
def test_owners_that_hang_do_not_hold_up_the_rest(gateway, worker):
    with ThreadPoolExecutor(60) as hands:
        hanging = [hands.submit(worker, "GET", "/v1/slow") for _ in range(60)]
        time.sleep(1)
        started = time.monotonic()
        for _ in range(5):
            assert worker.get("/v1/session").status_code == 200
        took = time.monotonic() - started
        codes = {answer.result().status_code for answer in hanging}

    assert took < 6
    assert codes <= {503, 504}


@pytest.mark.promise("P4")
def test_a_command_and_its_repetition_have_the_owners_one_answer(gateway, registry):
    worker, key = gateway.person("worker"), new_id()

    first = worker.post("/v1/grids", {"code": f"A{key}"}, key=key)
    again = worker.post("/v1/grids", {"code": f"A{key}"}, key=key)
    other = worker.post("/v1/grids", {"code": f"B{key}"}, key=key)
    stale = worker.post(f"/v1/grids/{first.json()['id']}/name", {"code": f"C{key}"}, headers={"If-Match": '"9"', "Accept-Language": "en"})

    assert (first.status_code, first.headers["ETag"]) == (201, '"1"')
    assert (again.content, again.headers["Idempotent-Replayed"]) == (first.content, "true")
    assert (other.status_code, other.json()["code"]) == (422, "KEY_REUSED")
    assert (stale.status_code, stale.headers["Content-Language"]) == (409, "en")
    assert stale.json()["title"].startswith("Someone else")


def test_bad_input_is_refused_in_the_owners_words(gateway, registry):
    worker = gateway.person("worker")

    assert worker.post("/v1/grids", {"colour": "red"}).json()["errors"][0]["field"]
    no_key = worker.session.post(gateway.url + "/v1/grids", json={"code": "A"}, headers={"Authorization": f"Bearer {worker.token}"}, timeout=10)
    assert (no_key.status_code, no_key.json()["code"]) == (400, "KEY_REQUIRED")


@pytest.mark.promise("P7")
def test_a_stopped_service_is_answered_for_and_works_again_when_it_is_back(gateway, registry):
    worker = gateway.person("worker")
    worker.get("/v1/grids")
    registry.stop()

    started = time.monotonic()
    away = worker.post("/v1/grids", {"code": "away"})
    took = time.monotonic() - started
    registry.start()

    assert (away.status_code, away.json()["code"]) == (503, "SERVICE_AWAY")
    assert took < 6 and int(away.headers["Retry-After"]) >= 1
    assert worker.post("/v1/grids", {"code": new_id()}).status_code == 201


@pytest.mark.promise("P7")
def test_a_frozen_service_is_answered_for_within_the_deadline(gateway, registry):
    worker = gateway.person("worker")
    worker.get("/v1/grids")
    registry.signal(signal.SIGSTOP)
    started = time.monotonic()

    frozen = worker.get("/v1/grids")
    took = time.monotonic() - started
    registry.signal(signal.SIGCONT)

    assert (frozen.status_code, frozen.json()["code"]) == (504, "SERVICE_SLOW")
    assert took < 14
    eventually(lambda: worker.get("/v1/grids").status_code == 200)


def test_documents_and_their_page_are_served_to_anybody(gateway):
    nobody = gateway.nobody

    openapi, asyncapi, catalogue = nobody.get("/openapi.json"), nobody.get("/asyncapi.json"), nobody.get("/v1/events/catalog")
    page, script, stranger = nobody.get("/docs"), nobody.get("/docs/assets/start.js"), nobody.get("/docs/assets/package.json")

    assert openapi.json()["openapi"] == "3.1.0" and "/v1/grids" in openapi.json()["paths"]
    assert asyncapi.json()["asyncapi"] == "3.0.0"
    assert "VisitCompleted" in [item["name"] for item in catalogue.json()["items"]]
    assert nobody.get("/v1/events/catalog/VisitCompleted").json()["data_schema"]["properties"]["visit_id"]
    assert nobody.get("/v1/events/catalog/Nothing").status_code == 404
    assert page.headers["Content-Type"].startswith("text/html") and "//" not in page.text.replace("</", "")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert stranger.status_code == 404


def test_the_page_says_so_where_its_scripts_are_missing(shared_platform, contracts, tmp_path):
    gateway = RunningGateway(shared_platform, contracts, docs_assets=str(tmp_path)).start()

    assert "npm ci" in gateway.nobody.get("/docs").text
    gateway.process.stop()
