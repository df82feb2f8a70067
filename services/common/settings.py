"""The configuration of one process: environment variables, typed; a wrong one stops it with a sentence."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

SERVICES = ("registry", "outreach", "volunteering", "learning")
PORTS = {"gateway": 7100, "registry": 7101, "outreach": 7102, "volunteering": 7103, "learning": 7104}


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting, by the name of its environment variable in lower case without the prefix NUANXIN_."""

    env: str = "demo"
    """`demo` or `production`."""
    simulation: bool = False
    """Simulated time, shared by all processes; refused in production."""
    community: str = "jingyuan"
    """The community whose work this installation carries; stands in every event."""
    mongodb_uri: str
    mongodb_prefix: str = "nuanxin_"
    """A service's database is this prefix and its name."""
    amqp_uri: str
    keys: Path
    """The folder of the key files; the first start makes them."""
    host: str = "127.0.0.1"
    port: int = 0
    """The HTTP port of this process."""
    worker_port: int = 0
    """The port of the worker's health and metrics."""
    retry_ladder: str = "500,2000,10000,60000,600000"
    """Milliseconds after which an event whose handler failed is tried again; then it is parked."""
    log_level: str = "INFO"
    max_workers: int = 48
    """HTTP requests that are worked on at once."""
    policies: Path | None = None
    """A TOML file with the community's own settings; docs/policies.md lists them with their defaults."""
    public_url: str = "http://127.0.0.1:7100"
    """Under which address people reach the gateway: it stands in every personal link, and in the QR codes of links and certificates."""
    lanes: int = 8
    """Events that are worked on at once; the facts of one subject stay in one lane."""

    @property
    def ladder(self) -> tuple[int, ...]:
        return tuple(int(step) for step in self.retry_ladder.split(",") if step)

    def database(self, service: str) -> str:
        return f"{self.mongodb_prefix}{service}"


def load(service: str, environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings of one service's process, or stop with a sentence that names what is wrong."""
    prefix = service.upper()
    values = {
        name: environ[variable]
        for name, variable in {
            **{field: f"NUANXIN_{field.upper()}" for field in Settings.__struct_fields__},
            "mongodb_uri": "MONGODB_URI",
            "mongodb_prefix": "MONGODB_PREFIX",
            "amqp_uri": "AMQP_URI",
            "port": f"{prefix}_PORT",
            "worker_port": f"{prefix}_WORKER_PORT",
        }.items()
        if environ.get(variable, "") != ""
    }
    values.setdefault("port", PORTS[service])
    values.setdefault("worker_port", PORTS[service] + 100)
    try:
        settings = msgspec.convert(values, Settings, strict=False, dec_hook=lambda kind, value: kind(value))
        assert all(step > 0 for step in settings.ladder)
    except (msgspec.ValidationError, ValueError, AssertionError) as error:
        raise SystemExit(f"{service}: the configuration is wrong: {error or 'NUANXIN_RETRY_LADDER wants positive milliseconds'}") from None
    return _checked(service, settings)


def _checked(service: str, settings: Settings) -> Settings:
    if settings.env not in ("demo", "production"):
        raise SystemExit(f"{service}: NUANXIN_ENV is {settings.env!r}; it must be demo or production.")
    if settings.simulation and settings.env == "production":
        raise SystemExit(f"{service}: NUANXIN_SIMULATION=1 is refused in production: simulated time would move real due dates.")
    if not settings.mongodb_uri.startswith("mongodb://"):
        raise SystemExit(f"{service}: MONGODB_URI must start with mongodb:// (plain hosts; mongodb+srv does not work under eventlet).")
    if "retryWrites=false" not in settings.mongodb_uri:
        raise SystemExit(f"{service}: MONGODB_URI must say retryWrites=false: writes here are safe to repeat, and driver retries slow the embedded database down.")
    if not settings.amqp_uri.startswith(("amqp://", "amqps://", "pyamqp://")):
        raise SystemExit(f"{service}: AMQP_URI must start with amqp:// or amqps://.")
    missing = [name for name in KEY_FILES if not (settings.keys / name).is_file() and not _spare(service, name)]
    if missing:
        raise SystemExit(f"{service}: NUANXIN_KEYS={settings.keys} lacks {', '.join(missing)}; `nuanxin keys` makes them.")
    return settings


KEY_FILES = ("tokens.pem", "tokens.pub.pem", "actors.pem", "actors.pub.pem", "master.key", "lookup.key", "service.key")


def _spare(service: str, name: str) -> bool:
    # Only the gateway signs: a service must run without the private keys on its disk.
    return service != "gateway" and name in ("tokens.pem", "tokens.pub.pem", "actors.pem")
