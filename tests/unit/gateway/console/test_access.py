"""The page offers what a role may do, and nothing else: its list is that of the routes."""

from __future__ import annotations

import json

from gateway.console.entrypoints import PAGE
from gateway.forwarding.table import contracts, operations
from gateway.settings import load_gateway
from gateway.views import ViewRoutes
from services.common.access import Role
from services.common.http.routes import routes_of

OFFERED = json.loads(PAGE["access.json"].content)


def test_the_page_knows_who_may_what_as_the_routes_declare_it():
    routes = [*routes_of(ViewRoutes), *(operation.route for operation in operations(contracts(load_gateway().contracts)))]
    declared = {f"{route.method} {route.path}": sorted(role.value for role in route.access.roles - {Role.SYSTEM}) for route in routes}

    assert {operation: sorted(roles) for operation, roles in OFFERED.items()} == {operation: declared[operation] for operation in OFFERED}
