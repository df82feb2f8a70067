"""Every process is killed at every named step of the write, relay and consume paths; each fact still has one effect (P1, P2, P3)."""

from __future__ import annotations

import pytest
import requests

from services.common.failpoints import POINTS
from services.common.ids import new_id
from tests.support.running import eventually


@pytest.mark.promise("P1")
@pytest.mark.promise("P2")
@pytest.mark.promise("P3")
@pytest.mark.parametrize("point", POINTS)
def test_a_process_that_dies_here_loses_and_doubles_nothing(small, point):
    victim = {"write": small.registry, "relay": small.registry_worker, "inbox": small.outreach}[point.split(".")[0]]
    before = small.define("before")
    eventually(lambda: small.codes(before) == ["before"])
    victim.stop()
    victim.start(NUANXIN_FAIL_AT=point)
    key = new_id()
    try:
        small.publisher.post("/v1/grids", {"code": "during"}, key=key)
        small.publisher.post("/v1/grids", {"code": "and another"}, key=new_id())
    except requests.ConnectionError:
        assert point.startswith("write")

    assert victim.gone() == 137
    victim.start()
    grid_id = small.publisher.post("/v1/grids", {"code": "during"}, key=key).json()["id"]
    small.rename(grid_id, "after")

    eventually(lambda: small.codes(grid_id) == ["during", "after"])
    small.rename(before, "last")
    eventually(lambda: small.codes(before) == ["before", "last"])
    assert len(small.publisher.get("/v1/grids").json()["items"]) == len({item["code"] for item in small.publisher.get("/v1/grids").json()["items"]})
