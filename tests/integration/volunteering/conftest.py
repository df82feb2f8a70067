"""Volunteering as it runs: its service and its worker against a real broker and database, once for this folder."""

from __future__ import annotations

import pytest

from services.common.ids import new_id
from tests.conftest import drop_databases
from tests.integration.volunteering.community import COORDINATOR, OTHER_COORDINATOR, Community, ok
from tests.support.running import Platform


@pytest.fixture(scope="module")
def community(tmp_path_factory, keys, broker, mongodb_uri):
    """Yield a running volunteering service whose clock the tests may set."""
    name = new_id().lower()
    vhost = f"t{name}"
    platform = Platform(
        tmp_path_factory.mktemp("volunteering"), keys, broker.make_vhost(vhost), mongodb_uri, f"t{name[-8:]}_", NUANXIN_SIMULATION="1"
    )
    service, worker = platform.service("volunteering"), platform.worker("volunteering")
    service.start()
    worker.start()
    community = Community(platform.client(service), platform)
    for actor in (COORDINATOR["actor"], OTHER_COORDINATOR):
        ok(community.post("/v1/kin-declarations", {"person_ids": []}, actor=actor), 200)
    yield community
    logs = platform.logs()
    community.publisher.drop()
    platform.close()
    broker.drop_vhost(vhost)
    drop_databases(mongodb_uri, platform.prefix)
    assert "internal_error" not in logs, logs[-4000:]
