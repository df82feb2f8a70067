"""Fixtures for things with a lifetime: broker and database once a run, a vhost and databases of its own for each test."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

import pytest
from pymongo import MongoClient

from deploy.keys import make_keys
from deploy.parts import Broker, Database
from services.common.ids import new_id
from tests.support.running import Platform


@pytest.fixture(scope="session")
def keys(tmp_path_factory) -> Path:
    """The key files of a fresh installation."""
    folder = tmp_path_factory.mktemp("keys")
    make_keys(folder)
    return folder


@pytest.fixture(scope="session")
def broker(tmp_path_factory):
    """A private RabbitMQ, shared by the tests of a run; tests that break it take `own_broker`."""
    if os.environ.get("NUANXIN_TEST_AMQP"):
        yield _RunningBroker(os.environ["NUANXIN_TEST_AMQP"], os.environ["NUANXIN_TEST_MANAGEMENT"])
        return
    with Broker(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory):
    """A private database server, shared by the tests of a run; tests that break it take `own_database`."""
    if os.environ.get("NUANXIN_TEST_MONGODB"):
        yield os.environ["NUANXIN_TEST_MONGODB"]
        return
    with Database(tmp_path_factory.mktemp("database")) as database:
        yield database.uri()


@pytest.fixture(scope="module")
def own_broker(tmp_path_factory):
    """A broker that may be killed, frozen and wiped."""
    with Broker(tmp_path_factory.mktemp("own-broker")) as broker:
        yield broker


@pytest.fixture(scope="module")
def own_database(tmp_path_factory):
    """A database server that may be killed and frozen."""
    with Database(tmp_path_factory.mktemp("own-database")) as database:
        yield database


@contextmanager
def an_environment(folder, keys, broker, mongodb_uri, **more: str):
    """Give an environment for real processes with a vhost and databases of its own, and clear it away."""
    name = new_id().lower()
    vhost = f"t{name}"
    platform = Platform(folder, keys, broker.make_vhost(vhost), mongodb_uri, f"t{name[-8:]}_", **more)
    try:
        yield platform
    finally:
        platform.close()
        broker.drop_vhost(vhost)
        _drop_databases(mongodb_uri, platform.prefix)


@pytest.fixture
def platform(tmp_path, keys, broker, mongodb_uri):
    """An environment for real processes: its own vhost and its own databases."""
    with an_environment(tmp_path, keys, broker, mongodb_uri) as platform:
        yield platform


def _drop_databases(uri: str, prefix: str) -> None:
    """Remove the databases of one test from a server that goes on; a private one goes with all that is in it."""
    if not os.environ.get("NUANXIN_TEST_MONGODB"):
        return
    with MongoClient(uri) as client:
        for name in client.list_database_names():
            if name.startswith(prefix):
                client.drop_database(name)


class _RunningBroker:
    """A broker that somebody else keeps running, as the fixture offers it."""

    def __init__(self, amqp: str, management: str):
        self._amqp, self._management = amqp, management

    def make_vhost(self, name: str) -> str:
        import requests

        user = self._management.split("//")[1].split(":")[0]
        requests.put(f"{self._management}/api/vhosts/{name}", json={}, timeout=20).raise_for_status()
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        requests.put(f"{self._management}/api/permissions/{name}/{user}", json=everything, timeout=20).raise_for_status()
        return f"{self._amqp}/{name}"

    def drop_vhost(self, name: str) -> None:
        import requests

        requests.delete(f"{self._management}/api/vhosts/{name}", timeout=20)
