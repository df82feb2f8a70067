"""Every process is killed at every named step of the write, relay and consume paths; each fact still has one effect (P1, P2, P3)."""

from __future__ import annotations

import pytest
import requests

from services.common.failpoints import POINTS
from services.common.ids import new_id
from tests.support.running import eventually
from tests.support.small_fixture import shared_small  # noqa: F401


@pytest.mark.promise("P1")
@pytest.mark.promise("P2")
@pytest.mark.promise("P3")
@pytest.mark.parametrize("point", POINTS)
def test_a_process_that_dies_here_loses_and_doubles_nothing(small, point):
    victim = {"write": small.registry, "relay": small.registry_worker, "inbox": small.outreach}[point.split(".")[0]]
    before = small.define(f"{point} before")
    eventually(lambda: small.codes(before) == [f"{point} before"])
    victim.stop()
    victim.start(NUANXIN_FAIL_AT=point)
    key = new_id()
    try:
        small.publisher.post("/v1/grids", {"code": f"{point} during"}, key=key)
        small.publisher.post("/v1/grids", {"code": f"{point} and another"}, key=new_id())
    except requests.ConnectionError:
        assert point.startswith("write")

    assert victim.gone() == 137
    victim.start()
    grid_id = small.publisher.post("/v1/grids", {"code": f"{point} during"}, key=key).json()["id"]
    small.rename(grid_id, f"{point} after")

    eventually(lambda: small.codes(grid_id) == [f"{point} during", f"{point} after"])
    small.rename(before, f"{point} last")
    eventually(lambda: small.codes(before) == [f"{point} before", f"{point} last"])
    items = small.publisher.get("/v1/grids", limit=200).json()["items"]
    assert len(items) == len({item["code"] for item in items})
