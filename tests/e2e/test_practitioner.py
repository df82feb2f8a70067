"""What a sceptical practitioner asks to see, each end to end through the gateway in simulated time, one after the other."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from tests.e2e.practice import Practice

pytestmark = pytest.mark.timeout(600)


def an_open_round(practice: Practice, grid, doors: int) -> tuple[str, list[dict]]:
    """Open a sweep over a grid's doors; return it with its targets."""
    dwellings = [practice.a_door(grid) for _ in range(doors)]
    today = practice.now().date().isoformat()
    due = (practice.now().date() + timedelta(days=20)).isoformat()
    asked = {"name": "练习摸排", "scope_grid_ids": [grid.id], "population": "ALL_DOORS", "opens_on": today, "due_on": due}
    round_id = grid.lead.post("/v1/census-rounds", asked, 201)["id"]
    grid.lead.post(f"/v1/census-rounds/{round_id}/opening")
    practice.pass_time(minutes=2)
    targets = grid.lead.all("/v1/census-targets", round_id=round_id)
    assert {target["dwelling_id"] for target in targets} == set(dwellings)
    return round_id, targets


def resolve(grid, target: dict, now: datetime) -> None:
    knock = {"method": "PROPERTY_OFFICE", "result": "VACANT_SIGNS", "outcome": "VACANT_CONFIRMED", "evidence": "水表半年未走", "happened_at": now.isoformat()}
    grid.worker.post(f"/v1/census-targets/{target['id']}/attempts", knock)


@pytest.mark.rule("U1")
@pytest.mark.rule("REG-10")
def test_1_a_round_with_one_unresolved_door_is_not_closed_and_says_which(practice):
    grid = practice.a_grid()
    round_id, targets = an_open_round(practice, grid, 4)
    for target in targets[:-1]:
        resolve(grid, target, practice.now())

    grid.lead.post(f"/v1/census-rounds/{round_id}/closing")
    refused = grid.lead.post(f"/v1/census-rounds/{round_id}/certificate", {}, 409)

    assert refused["code"] == "ROUND_NOT_COVERED"
    assert [door["target_id"] for door in refused["open"]] == [targets[-1]["id"]]
