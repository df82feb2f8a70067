"""Registry as it runs: its service and its worker against a real broker and database, once for this folder."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.common.broker import Publisher
from services.common.events.base import Event
from tests.conftest import an_environment
from tests.support.facts import tell as tell_fact


@pytest.fixture(scope="module")
def running(tmp_path_factory, keys, broker, mongodb_uri):
    """Yield where a registry runs whose clock the tests may set, and its service."""
    with an_environment(tmp_path_factory.mktemp("registry"), keys, broker, mongodb_uri, NUANXIN_SIMULATION="1") as platform:
        service, worker = platform.service("registry"), platform.worker("registry")
        service.start(wait=False), worker.start(wait=False)
        service.wait(), worker.wait()
        yield platform, service
        assert not platform.failures()


@pytest.fixture(scope="module")
def registry(running):
    """Return a client of the running registry."""
    platform, service = running
    return platform.client(service)


@pytest.fixture
def tell(running):
    """Return what publishes a fact as another service would."""
    platform, _ = running
    publisher = Publisher(platform.env["AMQP_URI"], (50, 100, 200))

    def told(fact: Event, subject: str) -> None:
        tell_fact(publisher, fact, subject, datetime.now(UTC))

    yield told
    publisher.drop()
