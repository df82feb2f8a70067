"""One method that is the entrypoint of every service's every operation."""

from __future__ import annotations

from gateway.forwarding.owners import Owners
from gateway.forwarding.table import Operation
from services.common.http.routes import HttpRoute


def forwarding_routes(table: list[Operation]) -> type:
    """Return the class whose one method answers every operation of the table."""
    owners = {(operation.route.method, operation.route.path): operation.owner for operation in table}

    class ForwardedRoutes:
        """Operations that services carry out."""

        def forward(self, request):
            """Send the request to its owner in the caller's name."""
            owner = owners[request.route.method, request.route.path]
            return request.process.storage(Owners).forward(owner, request.raw, request.content, request.actor)

    for operation in table:
        HttpRoute.decorator(operation.route)(ForwardedRoutes.forward)
    ForwardedRoutes.forward.nuanxin_routes = tuple(operation.route for operation in table)
    return ForwardedRoutes
