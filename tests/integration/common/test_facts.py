"""From a command to its effect in another service, through the real broker."""

from __future__ import annotations

import pytest

from tests.support.running import eventually


@pytest.mark.promise("P3")
def test_a_command_takes_effect_in_the_service_that_follows(small):
    answer = small.publisher.post("/v1/grids", {"code": "A-01"})
    grid_id = answer.json()["id"]
    small.publisher.post(f"/v1/grids/{grid_id}/name", {"code": "A-02"})

    count = eventually(lambda: (got := small.follower.get(f"/v1/counts/{grid_id}").json())["times"] == 2 and got)

    assert answer.status_code == 201
    assert count["codes"] == ["A-01", "A-02"]
