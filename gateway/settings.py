"""What only the gateway is told: where the services are, how long a session lasts, how often one may try to sign in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

from services.common.settings import PORTS, SERVICES

ROOT = Path(__file__).parents[1]


class GatewaySettings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting, by the name of its environment variable in lower case without the prefix GATEWAY_."""

    session_hours: float = 8
    """For how long a sign-in holds."""
    limits_uri: str = "memory://"
    """Where attempts are counted; several gateways share them in a database: mongodb://host:port/name."""
    attempts_per_login: str = "10 per 5 minutes"
    """Failed attempts to sign in to one account."""
    attempts_per_address: str = "120 per minute"
    """Attempts to sign in from one address."""
    trusted_proxies: int = 0
    """How many proxies of our own stand before the gateway and add to X-Forwarded-For."""
    contracts: Path = ROOT / "services"
    """The folder with each service's openapi.json."""
    docs_assets: Path = ROOT / "node_modules" / "swagger-ui-dist"
    """The folder of the documentation page's scripts."""


def load_gateway(environ: Mapping[str, str] = os.environ) -> GatewaySettings:
    """Read the gateway's own settings, or stop with a sentence that names what is wrong."""
    values = {name: environ[key] for name in GatewaySettings.__struct_fields__ if environ.get(key := f"GATEWAY_{name.upper()}", "") != ""}
    try:
        return msgspec.convert(values, GatewaySettings, strict=False, dec_hook=lambda kind, value: kind(value))
    except (msgspec.ValidationError, ValueError) as error:
        raise SystemExit(f"gateway: the configuration is wrong: {error}") from None


def service_urls(environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return where each service answers."""
    return {name: environ.get(f"{name.upper()}_URL") or f"http://127.0.0.1:{PORTS[name]}" for name in SERVICES}
