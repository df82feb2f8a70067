"""The table of operations, and how much the gateway waits for whom."""

from __future__ import annotations

import json
import time

import pytest

from gateway.forwarding.owners import CONNECTIONS, Owner, ServiceAway, ServiceSlow
from gateway.forwarding.table import contracts, operations
from gateway.settings import service_urls
from services.common.access import Role
from services.common.settings import SERVICES


def an_operation(*roles: str) -> dict:
    return {"operationId": "op", "summary": "Do.", "x-roles": list(roles), "x-public": not roles}


def test_each_operation_knows_its_owner_and_who_may():
    table = operations({"registry": {"paths": {"/v1/people": {"get": an_operation("worker"), "post": an_operation("administrator")}}}, "learning": {"paths": {"/v1/open": {"get": an_operation()}}}})

    assert [(entry.owner, entry.route.method, entry.route.path) for entry in table] == [
        ("learning", "GET", "/v1/open"),
        ("registry", "GET", "/v1/people"),
        ("registry", "POST", "/v1/people"),
    ]
    assert table[0].route.access.public
    assert table[1].route.access.roles == {Role.WORKER}
    assert all(entry.route.raw for entry in table)


def test_an_address_has_one_owner():
    both = {"paths": {"/v1/people": {"get": an_operation("worker")}}}

    with pytest.raises(SystemExit, match="registry and to learning"):
        operations({"registry": both, "learning": both})


def test_an_operation_that_names_nobody_is_refused():
    with pytest.raises(TypeError):
        operations({"registry": {"paths": {"/v1/people": {"get": an_operation() | {"x-public": False}}}}})


def test_a_missing_document_stops_with_a_sentence(tmp_path):
    for service in SERVICES[:-1]:
        (tmp_path / service).mkdir()
        (tmp_path / service / "openapi.json").write_text(json.dumps({"paths": {}}))

    with pytest.raises(SystemExit, match=r"learning/openapi\.json is missing"):
        contracts(tmp_path)


def test_services_are_where_the_environment_says():
    urls = service_urls({"REGISTRY_URL": "http://registry:80"})

    assert (urls["registry"], urls["outreach"]) == ("http://registry:80", "http://127.0.0.1:7102")


def test_few_may_wait_for_a_service_whose_last_answer_never_came(monkeypatch):
    owner = Owner("registry", "http://127.0.0.1:9")
    with pytest.raises(ServiceSlow), owner:
        raise ServiceSlow()

    waiting = _enter_all(owner)
    monkeypatch.setattr("time.monotonic", lambda real=time.monotonic: real() + 60)

    assert waiting == 8
    assert waiting + _enter_all(owner) == CONNECTIONS


def _enter_all(owner: Owner) -> int:
    entered = 0
    try:
        while True:
            owner.__enter__()
            entered += 1
    except ServiceAway:
        return entered
