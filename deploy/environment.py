"""The environment variables of a whole platform on one machine: for `make run`, and for tests on free ports."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from deploy.parts import BrokerPorts, free_ports
from deploy.parts.broker import VARIABLES

ROOT = Path(__file__).resolve().parents[1]

PORTS = {
    "GATEWAY_PORT": 7100,
    "REGISTRY_PORT": 7101,
    "OUTREACH_PORT": 7102,
    "VOLUNTEERING_PORT": 7103,
    "LEARNING_PORT": 7104,
    "GATEWAY_WORKER_PORT": 7200,
    "REGISTRY_WORKER_PORT": 7201,
    "OUTREACH_WORKER_PORT": 7202,
    "VOLUNTEERING_WORKER_PORT": 7203,
    "LEARNING_WORKER_PORT": 7204,
    "BROKER_PORT": 7150,
    "BROKER_MANAGEMENT_PORT": 7151,
    "BROKER_DISTRIBUTION_PORT": 7152,
    "BROKER_EPMD_PORT": 7153,
    "DATABASE_PORT": 7160,
}


MEMORY = "environment.json"
REMEMBERED = {*PORTS, "AMQP_URI", "MONGODB_URI", "MONGODB_PREFIX"}


class WrongSetting(Exception):
    """A variable's value that cannot be used, in a sentence."""


def environment(var: Path, *, free: bool = False, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables of every process: what is given stays, the rest gets a default, or a free port if asked."""
    given = os.environ if given is None else given
    chosen = dict(zip(PORTS, free_ports(len(PORTS)), strict=True)) if free else PORTS
    env = {name: str(port) for name, port in chosen.items()} | {
        "NUANXIN_ENV": "demo",
        "NUANXIN_KEYS": str(var / "keys"),
        "NUANXIN_VAR": str(var),
        "NUANXIN_HOST": "127.0.0.1",
        "NUANXIN_COMMUNITY": "jingyuan",
        "NUANXIN_LOG_LEVEL": "INFO",
        "MONGODB_PREFIX": "nuanxin_",
    }
    env |= {name: value for name, value in given.items() if value != ""}
    for name in PORTS:
        port(env, name)
    if env["NUANXIN_ENV"] != "production":
        env.setdefault("NUANXIN_SIMULATION", "1")
    for service in ("registry", "outreach", "volunteering", "learning", "gateway"):
        env.setdefault(f"{service.upper()}_URL", f"http://127.0.0.1:{env[f'{service.upper()}_PORT']}")
    env.setdefault("NUANXIN_PUBLIC_URL", env["GATEWAY_URL"])
    # All hosts here are addresses: eventlet's own resolver would only cost a quarter of a second in every process.
    env.setdefault("EVENTLET_NO_GREENDNS", "yes")
    # Libraries announce their future plans at each start; logs are for ours.
    env.setdefault("PYTHONWARNINGS", "ignore")
    env["PYTHONPATH"] = str(ROOT)
    env["PYTHONUNBUFFERED"] = "1"
    return env


def remember(var: Path, env: Mapping[str, str]) -> None:
    """Keep how this installation runs, for the command line beside it; it holds the broker's password."""
    kept = {name: value for name, value in env.items() if name in REMEMBERED or name.startswith("NUANXIN_")}
    part = var / f"{MEMORY}.part"
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(kept, file, indent=1)
    part.replace(var / MEMORY)


def recall(var: Path, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables of the installation of a folder: what is given, else what it last ran with, else the defaults."""
    given = os.environ if given is None else given
    memory = json.loads((var / MEMORY).read_text()) if (var / MEMORY).is_file() else {}
    return environment(var, given=memory | {name: value for name, value in given.items() if value != ""})


def port(env: Mapping[str, str], name: str) -> int:
    """Return the port that a variable names, or say what is wrong with it."""
    if not env[name].isdecimal() or not 0 < int(env[name]) < 65536:
        raise WrongSetting(f"{name} is {env[name]!r}; it must be a port, 1 to 65535.")
    return int(env[name])


def broker_ports(env: Mapping[str, str]) -> BrokerPorts:
    return BrokerPorts(*(port(env, name) for name in VARIABLES))
