"""Volunteering as it runs: its service and its worker against a real broker and database, once for this folder."""

from __future__ import annotations

import pytest

from tests.conftest import an_environment
from tests.integration.volunteering.community import COORDINATOR, OTHER_COORDINATOR, Community, ok


@pytest.fixture(scope="module")
def community(tmp_path_factory, keys, broker, mongodb_uri):
    """Yield a running volunteering service whose clock the tests may set."""
    with an_environment(tmp_path_factory.mktemp("volunteering"), keys, broker, mongodb_uri, NUANXIN_SIMULATION="1") as platform:
        service, worker = platform.service("volunteering"), platform.worker("volunteering")
        service.start(wait=False), worker.start(wait=False)
        service.wait(), worker.wait()
        community = Community(platform.client(service), platform)
        for actor in (COORDINATOR["actor"], OTHER_COORDINATOR):
            ok(community.post("/v1/kin-declarations", {"person_ids": []}, actor=actor), 200)
        yield community
        community.publisher.drop()
        assert not platform.failures()
