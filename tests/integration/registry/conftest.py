"""Registry as it runs: its service and its worker against a real broker and database, once for this folder."""

from __future__ import annotations

import pytest

from tests.conftest import an_environment


@pytest.fixture(scope="module")
def registry(tmp_path_factory, keys, broker, mongodb_uri):
    """Yield a client of a running registry whose clock the tests may set."""
    with an_environment(tmp_path_factory.mktemp("registry"), keys, broker, mongodb_uri, NUANXIN_SIMULATION="1") as platform:
        service, worker = platform.service("registry"), platform.worker("registry")
        service.start(wait=False), worker.start(wait=False)
        service.wait(), worker.wait()
        yield platform.client(service)
        assert not platform.failures()
