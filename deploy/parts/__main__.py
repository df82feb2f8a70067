"""Run a broker and a database alone, for several test runs to share: python -m deploy.parts DIRECTORY [--ports ...]."""

from __future__ import annotations

import argparse
import signal
import threading
from pathlib import Path

from deploy.parts import Broker, BrokerPorts, Database, free_ports
from deploy.parts.broker import write_secret


def exports(broker: Broker, database: Database) -> str:
    """Return the shell lines with which tests use these parts instead of starting their own."""
    return (
        f"export NUANXIN_TEST_AMQP={broker.uri('').rstrip('/')}\n"
        f"export NUANXIN_TEST_MANAGEMENT={broker.management_uri}\n"
        f"export NUANXIN_TEST_MONGODB='{database.uri()}'\n"
    )


def main() -> None:
    """Start both, write their addresses to DIRECTORY/env, and stop both at SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(prog="python -m deploy.parts", description=main.__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--ports", type=int, nargs=5, metavar=("AMQP", "MANAGEMENT", "DISTRIBUTION", "EPMD", "MONGODB"), default=None)
    arguments = parser.parse_args()
    ports = arguments.ports or free_ports(5)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    broker, database = Broker(arguments.directory / "broker", BrokerPorts(*ports[:4])), Database(arguments.directory / "database", ports[4])
    with database, broker:
        env = arguments.directory / "env"
        write_secret(env, exports(broker, database))
        print(f"Ready: source {env}", flush=True)
        stopped.wait()
        env.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
