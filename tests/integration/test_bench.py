"""The bench of a community's sizes runs to its end, small: what it measures at full size cannot rot meanwhile."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tests.bench.__main__ import show
from tests.bench.lists import SCANNED
from tests.bench.sizes import Sizes, Town


@pytest.mark.timeout(400)
def test_every_size_of_a_small_community_is_measured_beside_its_target(platform):
    console = Console(record=True, width=240, file=io.StringIO())
    measured = Town(platform, Sizes(residents=100, owed=10, others=6), lambda line: None).run()
    show(measured, 500, console)

    table = console.export_text()
    for what in ("import of 50 residents", "its memory", "sweep over 40 doors opened", "night that owes them", "night that finds them late", "/v1/people", "/v1/obligations", "/v1/hours", "/v1/parcels"):
        assert what in table
    assert SCANNED not in table
    assert all(one.seconds > 0 and one.target for one in measured)
