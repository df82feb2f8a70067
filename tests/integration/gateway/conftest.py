"""One gateway for all tests of a module; those that need a gateway of their own start one."""

from __future__ import annotations

import pytest

from services.common.http.openapi import document, encode
from services.common.http.routes import routes_of
from services.common.settings import SERVICES
from tests.conftest import an_environment
from tests.support.gateway import RunningGateway
from tests.support.small import OUTREACH, REGISTRY


@pytest.fixture(scope="module")
def contracts(tmp_path_factory):
    """The documents of two small services, and of two that offer nothing."""
    folder = tmp_path_factory.mktemp("contracts")
    offered = {"registry": REGISTRY, "outreach": OUTREACH}
    for name in SERVICES:
        routes = routes_of(offered[name].api) if name in offered else []
        (folder / name).mkdir()
        (folder / name / "openapi.json").write_text(encode(document(name, name, routes)))
    return folder


@pytest.fixture(scope="module")
def shared_platform(tmp_path_factory, keys, broker, mongodb_uri):
    """An environment that the tests of a module share."""
    with an_environment(tmp_path_factory.mktemp("platform"), keys, broker, mongodb_uri) as platform:
        yield platform


@pytest.fixture(scope="module")
def gateway(shared_platform, contracts):
    """A running gateway with its first administrator."""
    return RunningGateway(shared_platform, contracts, attempts_per_address="1000 per minute").start()
