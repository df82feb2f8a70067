"""A database that would lose what it acknowledged is refused (P1)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from services.common.database import UnfitDatabase, check
from tests.support.running import a_port, eventually


@pytest.fixture
def forgetful(tmp_path):
    """The embedded database without --sync-on-commit."""
    port = a_port()
    command = [Path(sys.executable).with_name("secantusd-py"), "--host", "127.0.0.1", "--port", str(port), "--storage-path", tmp_path / "data"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    uri = f"mongodb://127.0.0.1:{port}/?retryWrites=false"
    with MongoClient(uri, serverSelectionTimeoutMS=500) as client:
        eventually(lambda: answers(client))
        yield uri, client
    server.terminate()
    server.wait(20)


def answers(client) -> bool:
    try:
        return bool(client.admin.command("ping"))
    except PyMongoError:
        return False


@pytest.mark.promise("P1")
def test_an_embedded_database_that_does_not_sync_is_refused(forgetful, platform):
    uri, client = forgetful

    with pytest.raises(UnfitDatabase, match="--sync-on-commit"):
        check(client, "demo")

    platform.env["MONGODB_URI"] = uri
    service = platform.service("registry", "tests.support.small_registry").start(wait=False)
    assert service.gone() == 78
    assert "--sync-on-commit" in service.text()


@pytest.mark.promise("P1")
def test_the_embedded_database_is_refused_in_production(mongodb_uri):
    with MongoClient(mongodb_uri) as client:
        check(client, "demo")
        with pytest.raises(UnfitDatabase, match="replica set"):
            check(client, "production")
