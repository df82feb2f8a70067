"""Nobody may do what no route says that they may: every cell of operation and role, asked of a running gateway (P9)."""

from __future__ import annotations

import importlib
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.documents.access import ROLES, cells
from gateway.documents.generated import public_openapi
from services.common.access import Access, Actor, Role
from services.common.http import get
from services.common.http.openapi import is_public
from services.common.http.routes import routes_of
from services.common.ids import new_id
from services.common.settings import SERVICES
from tests.support.gateway import RunningGateway

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def gateway(platform):
    """A gateway whose services are all away, so that what is allowed ends in 503 and nothing is changed."""
    for service in SERVICES:
        platform.env[f"{service.upper()}_URL"] = NOWHERE
    return RunningGateway(platform, attempts_per_address="1000 per minute").start()


@pytest.mark.promise("P9")
@pytest.mark.timeout(300)
def test_every_cell_of_operation_and_role_is_as_declared(gateway):
    people = {role: gateway.person(role) for role in ROLES} | {"nobody": gateway.nobody}
    table = [(method, path, public, roles, who) for method, path, _, public, roles in cells(public_openapi()) for who in people]

    def ask(cell) -> tuple[str, str, str, int, bool]:
        method, path, public, roles, who = cell
        address = re.sub(r"{(\w+)}", new_id(), path)
        status = people[who](method, address, None if method == "GET" else {}).status_code
        return method, path, who, status, public or who in roles

    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(ask, table))

    wrong = [(method, path, who, status) for method, path, who, status, allowed in answers if not _as_declared(who, status, allowed)]
    assert wrong == []
    assert len(answers) == len(table) > 8 * 50


@pytest.mark.promise("P9")
@pytest.mark.parametrize("name", SERVICES)
def test_the_gateway_knows_every_operation_of_a_service_by_its_own_declaration(name):
    service = importlib.import_module(f"services.{name}.service").SERVICE
    table = {(method, path): (owner, public, roles) for method, path, owner, public, roles in cells(public_openapi())}

    for route in routes_of(service.api):
        if is_public(route):
            assert table[route.method, route.path] == (name, route.access.public, frozenset(role.value for role in route.access.roles - {Role.SYSTEM}))
        else:
            assert (route.method, route.path) not in table


@pytest.mark.promise("P9")
@pytest.mark.parametrize("name", SERVICES)
def test_a_service_by_itself_decides_every_cell_as_declared(name):
    service = importlib.import_module(f"services.{name}.service").SERVICE

    for route in routes_of(service.api):
        for role in Role:
            assert route.access.allows(Actor("somebody", frozenset({role}))) is (route.access.public or role in route.access.roles)
        assert route.access.allows(Actor("nobody", frozenset())) is route.access.public


@pytest.mark.promise("P9")
def test_a_route_without_access_cannot_be_declared():
    with pytest.raises(TypeError):
        get("/v1/things")
    with pytest.raises(TypeError):
        Access()
    with pytest.raises(TypeError):
        Access(Role.WORKER, public=True)


@pytest.mark.promise("P9")
def test_what_belongs_to_the_platform_is_offered_to_nobody():
    assert not [path for _, path, *_ in cells(public_openapi()) if path.startswith("/internal")]
    assert all(public or roles for _, _, _, public, roles in cells(public_openapi()))


def _as_declared(who: str, status: int, allowed: bool) -> bool:
    if status == 500:
        return False
    if allowed:
        # Signing in with nothing is refused for what was sent, not for who sent it.
        return status not in (401, 403)
    return status == (401 if who == "nobody" else 403)
