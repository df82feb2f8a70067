"""Every operation of the real services takes the example that the document shows for it."""

from __future__ import annotations

import re

import pytest

from services.common.settings import SERVICES
from tests.support.gateway import RunningGateway

FAULTS_OF_FORM = {"REQUIRED", "NULL", "UNKNOWN_FIELD", "NOT_TEXT", "NOT_A_NUMBER", "NOT_BOOLEAN", "NOT_A_DATE", "NOT_A_TIME", "NOT_AN_ID", "NOT_A_LIST", "NOT_AN_OBJECT", "NOT_A_CHOICE", "BAD_FORMAT"}
OWN_AFFAIRS = ("/v1/session/password", "/v1/simulation/clock")


@pytest.mark.timeout(240)
def test_every_example_of_the_document_is_understood(platform):
    running = [platform.service(name) for name in SERVICES]
    gateway = RunningGateway(platform)
    for process in (*running, gateway.process):
        process.start(wait=False)
    for process in (*running, gateway.process):
        process.wait(90)
    administrator = gateway.administrator

    misunderstood = []
    for path, operations in administrator.get("/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            if path in OWN_AFFAIRS or (content and "application/json" not in content):
                # A file is no example; those who take one have tests of their own.
                continue
            body = content.get("application/json", {}).get("example")
            address = re.sub(r"{(\w+)}", "01JD0000000000000000000000", path)
            asked = {each["name"]: each["example"] for each in operation.get("parameters", ()) if each.get("in") == "query" and each.get("required")}
            answer = administrator(method.upper(), address, body, **asked)
            faults = {error["code"] for error in answer.json().get("errors", ())} & FAULTS_OF_FORM if answer.status_code == 422 else set()
            if answer.status_code >= 500 or answer.status_code in (400, 405, 415) or faults:
                misunderstood.append((method, path, answer.status_code, answer.text[:200]))

    assert misunderstood == []
