"""What the gateway is made of."""

from __future__ import annotations

from gateway.accounts.doorkeeper import Doorkeeper
from gateway.accounts.entrypoints import AccountRoutes, SessionRoutes
from gateway.accounts.storage import Accounts
from gateway.accounts.subscriptions import AccountSubscriptions
from gateway.console.entrypoints import ConsoleRoutes
from gateway.documents.entrypoints import DocumentRoutes
from gateway.forwarding.entrypoints import forwarding_routes
from gateway.forwarding.table import contracts, operations
from gateway.messages import MESSAGES
from gateway.settings import load_gateway
from gateway.simulation import ClockSettings, SimulationClockRoutes
from gateway.views import KEPT, READ_MODELS, ViewRoutes, ViewSubscriptions
from gateway.views.grants import Grants
from services.common.service import Service

CONTRACTS = contracts(load_gateway().contracts)
ForwardedRoutes = forwarding_routes(operations(CONTRACTS))


class OwnRoutes(SessionRoutes, AccountRoutes, ViewRoutes, DocumentRoutes, ConsoleRoutes, SimulationClockRoutes):
    """What the gateway answers itself."""


class GatewayApi(OwnRoutes, ForwardedRoutes):
    """The one address for clients."""

    name = "gateway"


class GatewayInbox(ViewSubscriptions, AccountSubscriptions):
    """The projections of every fact, and what the register says of who may sign in."""

    name = "gateway.inbox"


def authenticator(process):
    """Return the check of client tokens, which adds to whoever broke the glass whose records are open to them."""
    doorkeeper, grants = process.storage(Doorkeeper), process.storage(Grants)

    def authenticate(request, route):
        return grants.with_granted(doorkeeper.authenticate(request, route))

    return authenticate


SERVICE = Service("gateway", api=GatewayApi, inbox=GatewayInbox, storages=(Accounts, ClockSettings, *KEPT, *READ_MODELS), messages=MESSAGES, title="Nuanxin")
