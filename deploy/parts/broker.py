"""A private RabbitMQ node, beside any other on the machine: own name server, ports, cookie, user and data."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

import amqp
import urllib3

from deploy.parts.part import NotReady, Part
from deploy.parts.ports import free_ports, require_free

USER = "nuanxin"
VHOST = "nuanxin"
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
PLUGIN = "rabbitmq_management"


class BrokerPorts(NamedTuple):
    """The four ports of a node; all listen on 127.0.0.1 only."""

    amqp: int
    management: int
    distribution: int
    epmd: int

    @classmethod
    def free(cls) -> BrokerPorts:
        return cls(*free_ports(4))


VARIABLES = BrokerPorts("BROKER_PORT", "BROKER_MANAGEMENT_PORT", "BROKER_DISTRIBUTION_PORT", "BROKER_EPMD_PORT")  # type: ignore[arg-type]
PURPOSES = BrokerPorts("the broker", "the broker's management", "the broker's Erlang distribution", "the broker's Erlang name server")  # type: ignore[arg-type]


class Broker(Part):
    """A RabbitMQ node with one user, whose password is generated, and the virtual hosts that were asked for."""

    name = "broker"
    # After 2 s all is on the disk; then the management plugin waits 5 s for nothing.
    grace = 3.0

    def __init__(self, directory: Path | str, ports: BrokerPorts | None = None):
        super().__init__(directory)
        self.ports = ports or BrokerPorts.free()
        self.vhosts: set[str] = set()
        # A node that has just started may keep a request waiting; all that are sent here may be sent again.
        patience = urllib3.Retry(connect=0, read=2, other=0)
        self._http = urllib3.PoolManager(retries=patience, timeout=urllib3.Timeout(connect=2, read=10))

    @property
    def password(self) -> str:
        """The password of the node's only user; made once, kept in the directory."""
        path = self.directory / "password"
        if not path.is_file():
            self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_secret(path, secrets.token_urlsafe(24))
        return path.read_text()

    def uri(self, vhost: str = VHOST) -> str:
        return f"amqp://{USER}:{self.password}@127.0.0.1:{self.ports.amqp}/{quote(vhost, safe='')}"

    @property
    def management_uri(self) -> str:
        """The base of the HTTP API, with user and password."""
        return f"http://{USER}:{self.password}@127.0.0.1:{self.ports.management}"

    def make_vhost(self, name: str) -> str:
        """Create a virtual host that the user may do everything in; return its URI."""
        self.api("PUT", f"/vhosts/{quote(name, safe='')}", {})
        self.api("PUT", f"/permissions/{quote(name, safe='')}/{USER}", {"configure": ".*", "write": ".*", "read": ".*"})
        self.vhosts.add(name)
        return self.uri(name)

    def drop_vhost(self, name: str) -> None:
        """Delete a virtual host with its queues and messages; it may be gone already."""
        self.vhosts.discard(name)
        self.api("DELETE", f"/vhosts/{quote(name, safe='')}", missing_ok=True)

    def api(self, method: str, path: str, body: Any = None, missing_ok: bool = False) -> Any:
        """Call the management HTTP API below /api."""
        token = base64.b64encode(f"{USER}:{self.password}".encode()).decode()
        response = self._http.request(
            method,
            f"http://127.0.0.1:{self.ports.management}/api{path}",
            body=None if body is None else json.dumps(body),
            headers={"Authorization": f"Basic {token}", "Content-Type": "application/json"},
        )
        if response.status >= 400 and not (missing_ok and response.status == 404):
            raise NotReady(f"The broker's management answers {response.status} to {method} {path}: {response.data[:300].decode(errors='replace')}")
        return json.loads(response.data) if response.data and response.status < 300 else None

    def require_ports(self) -> None:
        for port, purpose, variable in zip(self.ports, PURPOSES, VARIABLES, strict=True):
            require_free(port, purpose, variable)

    def probe(self) -> None:
        """Log in over AMQP; the first time, see to feature flags and the virtual hosts that were asked for."""
        connection = amqp.Connection(
            f"127.0.0.1:{self.ports.amqp}", userid=USER, password=self.password, virtual_host=VHOST, connect_timeout=2, read_timeout=5, write_timeout=5
        )
        try:
            connection.connect()
            connection.close()
        finally:
            connection.collect()
        if not self._prepared:
            for flag in self.api("GET", "/feature-flags"):
                if flag["state"] == "disabled":
                    self.api("PUT", f"/feature-flags/{flag['name']}/enable", {})
            for vhost in self.vhosts:
                self.make_vhost(vhost)
            self._prepared = True

    def wipe(self) -> None:
        super().wipe()
        shutil.rmtree(self.directory / "log", ignore_errors=True)

    def _launch(self) -> None:
        epmd = shutil.which("epmd")
        if not epmd or not SERVER.exists():
            raise NotReady("RabbitMQ is not installed: `make setup` installs it (Debian's rabbitmq-server), or set AMQP_URI to a broker that runs.")
        self._prepared = False
        env = self._configure()
        # The name server is a child of its own; a node that finds none would leave a daemon behind.
        self._spawn([epmd, "-port", str(self.ports.epmd), "-address", "127.0.0.1"], env)
        self._spawn([str(self._home() / "sbin" / SERVER.name)], env)

    def _home(self) -> Path:
        """Lay out RabbitMQ's folders again with only the needed applications: Erlang looks for each module in every one of them."""
        installed, home = SERVER.resolve().parents[1], self.directory / "rabbitmq"
        shutil.rmtree(home, ignore_errors=True)
        (home / "plugins").mkdir(parents=True)
        for folder in ("sbin", "escript"):
            (home / folder).symlink_to(installed / folder)
        for application in applications(installed / "plugins", ("rabbit", "rabbitmq_prelaunch", PLUGIN)):
            (home / "plugins" / application.name).symlink_to(application)
        return home

    def _configure(self) -> dict[str, str]:
        home = self.directory / "home"
        home.mkdir(exist_ok=True, mode=0o700)
        cookie = home / ".erlang.cookie"
        if not cookie.is_file():
            write_secret(cookie, secrets.token_hex(24), mode=0o400)
        write_secret(
            self.directory / "rabbitmq.conf",
            f"listeners.tcp.1 = 127.0.0.1:{self.ports.amqp}\n"
            f"management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = {self.ports.management}\n"
            f"default_vhost = {VHOST}\ndefault_user = {USER}\ndefault_pass = {self.password}\n"
            f"default_user_tags.administrator = true\nloopback_users.{USER} = true\n"
            "log.file.level = warning\nlog.console = false\n",
        )
        (self.directory / "plugins").write_text(f"[{PLUGIN}].\n")
        (self.directory / "rabbitmq-env.conf").write_text("")
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("RABBITMQ_", "ERL_")) and key != "NOTIFY_SOCKET"}
        return inherited | {
            "HOME": str(home),
            "ERL_EPMD_PORT": str(self.ports.epmd),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP_SECONDS": "0",
            "RABBITMQ_NODENAME": "nuanxin@localhost",
            "RABBITMQ_NODE_PORT": str(self.ports.amqp),
            "RABBITMQ_DIST_PORT": str(self.ports.distribution),
            "RABBITMQ_CONF_ENV_FILE": str(self.directory / "rabbitmq-env.conf"),
            "RABBITMQ_CONFIG_FILE": str(self.directory / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.directory / "advanced.config"),
            "RABBITMQ_GENERATED_CONFIG_DIR": str(self.directory / "generated"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.directory / "plugins"),
            "RABBITMQ_MNESIA_BASE": str(self.data),
            "RABBITMQ_LOG_BASE": str(self.directory / "log"),
            # The script then becomes the node itself instead of staying in front of it.
            "RABBITMQ_ALLOW_INPUT": "true",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-noinput -kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none",
        }


def applications(folder: Path, wanted: Iterable[str]) -> list[Path]:
    """Return the folders of Erlang applications and of all that they need, as far as they lie in this folder."""
    folders = {path.name.rpartition("-")[0]: path for path in folder.iterdir() if path.is_dir()}
    found, queue = set(), list(wanted)
    while queue:
        name = queue.pop()
        if name in folders and name not in found:
            found.add(name)
            needs = re.search(r"\{\s*applications\s*,\s*\[(.*?)\]", (folders[name] / "ebin" / f"{name}.app").read_text(), re.DOTALL)
            queue.extend(re.findall(r"\w+", needs[1]) if needs else ())
    return [folders[name] for name in sorted(found)]


def write_secret(path: Path, text: str, mode: int = 0o600) -> None:
    """Write a file that only its owner can read, at no time open to others."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as file:
        file.write(text)
