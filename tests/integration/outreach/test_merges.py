"""Two records of one elder become one in outreach, and two again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.common.events.registry import CaseFileMoved, ClassificationChanged, PersonDeathConfirmed, PersonMerged, PersonUnmerged
from services.common.ids import new_id
from tests.integration.outreach.conftest import START, worker


def merge(outreach, winner, loser, wait=True):
    id = new_id()
    outreach.tell(PersonMerged(merge_id=id, winner_id=winner, loser_id=loser), id)
    if wait:
        outreach.settle()
    return id


def unmerge(outreach, id, winner, loser):
    outreach.tell(PersonUnmerged(merge_id=id, winner_id=winner, loser_id=loser), id)
    outreach.settle()


def routine(outreach, person):
    return [owed for owed in outreach.owed(person) if owed["kind"] == "ROUTINE"]


def active(outreach, person):
    return [(one["staff_id"], one["role"]) for one in outreach.get("/v1/pairings", person_id=person, state="ACTIVE")["items"]]


def answers(outreach, merge_id):
    return [row["effects"] for row in outreach.db["cascades"].find({"merge_id": merge_id}).sort("_id", 1)]


@pytest.mark.rule("OUT-6", "REG-57", "U9")
def test_the_winner_is_owed_what_both_were_at_the_earlier_day_and_a_merge_can_be_undone(outreach):
    outreach.set_clock(max(outreach.now, START) + timedelta(days=1))
    grid, anna, ben = outreach.a_grid(), new_id(), new_id()
    winner, loser = outreach.a_person(grid, "GENERAL"), outreach.a_person(grid, "HIGH")
    outreach.pair(loser, anna, grid)
    outreach.visit([winner], ben, grid)
    outreach.pass_days(20)
    outreach.visit([winner], ben, grid)
    outreach.settle()
    late, fresh = routine(outreach, loser)[0], routine(outreach, winner)[0]
    assert late["due_on"] < fresh["due_on"] and late["missed_periods"] > fresh["missed_periods"] == 0

    merged = merge(outreach, winner, loser)

    owed = routine(outreach, winner)
    assert [(one["id"], one["due_on"], one["missed_periods"]) for one in owed] == [(fresh["id"], late["due_on"], late["missed_periods"])]
    assert outreach.owed(loser) == []
    assert outreach.get(f"/v1/obligations/{late['id']}")["void_reason"] == "MERGED"
    assert active(outreach, winner) == [(anna, "PRIMARY")]
    assert active(outreach, loser) == []
    assert not outreach.get(f"/v1/care-recipients/{loser}")["in_care"]
    (effects,) = answers(outreach, merged)
    assert f"obligation/{late['id']}" in effects["stopped"] and f"obligation/{fresh['id']}" in effects["started"]

    unmerge(outreach, merged, winner, loser)

    assert [(one["due_on"], one["missed_periods"] >= late["missed_periods"]) for one in routine(outreach, loser)] == [(late["due_on"], True)]
    assert active(outreach, loser) == [(anna, "PRIMARY")]
    assert active(outreach, winner) == []
    assert len(answers(outreach, merged)) == 2


@pytest.mark.rule("OUT-6", "REG-57", "U9")
def test_who_looked_after_the_loser_goes_on_also_when_the_moved_home_is_heard_of_before_the_merge(outreach):
    outreach.set_clock(max(outreach.now, START) + timedelta(days=1))
    grid, anna = outreach.a_grid(), new_id()
    winner, loser = outreach.a_person(grid), outreach.a_person(grid)
    outreach.pair(loser, anna, grid)
    outreach.visit([winner], new_id(), grid)
    outreach.settle()
    [late] = routine(outreach, loser)
    outreach.tell(ClassificationChanged(person_id=loser, code="LIVING_ALONE", holds=False, since=outreach.now.date(), basis="DERIVED"), loser, grid)
    outreach.settle()
    assert (active(outreach, loser), outreach.owed(loser)) == ([], [])

    merged = merge(outreach, winner, loser)

    assert active(outreach, winner) == [(anna, "PRIMARY")]
    assert [one["due_on"] for one in routine(outreach, winner)] == [late["due_on"]]
    unmerge(outreach, merged, winner, loser)
    outreach.tell(ClassificationChanged(person_id=loser, code="LIVING_ALONE", holds=True, since=outreach.now.date(), basis="DERIVED"), loser, grid)
    outreach.settle()
    assert (active(outreach, loser), active(outreach, winner)) == ([(anna, "PRIMARY")], [])
    assert [one["due_on"] for one in routine(outreach, loser)] == [late["due_on"]]


@pytest.mark.rule("OUT-6", "REG-54")
def test_a_visit_that_was_made_to_the_loser_counts_for_the_winner_whenever_it_becomes_known(outreach):
    grid, staff = outreach.a_grid(), new_id()
    winner, loser = outreach.a_person(grid), outreach.a_person(grid)
    before = routine(outreach, winner)[0]
    merge(outreach, winner, loser)

    outreach.visit([loser], staff, grid)
    outreach.settle()

    assert outreach.get(f"/v1/obligations/{before['id']}")["state"] in ("MET", "MET_LATE")
    assert len(routine(outreach, winner)) == 1


@pytest.mark.rule("OUT-23", "OUT-35", "REG-54")
def test_what_one_of_two_records_wished_and_agreed_is_found_under_the_other(outreach):
    grid, staff = outreach.a_grid(), new_id()
    winner, loser = outreach.a_person(grid, "HIGH"), outreach.a_person(grid)
    plan = {"agreed_on": str(outreach.now.date()), "agreed_with": "本人", "wants_response": False}
    assert outreach.client("PUT", f"/v1/no-response-plans/{loser}", plan, **worker(staff, grid)).ok
    wish = outreach.post(
        "/v1/wishes",
        {"source": "VISIT", "person_id": loser, "text": "想换一盏灯", "category": "REPAIR", "scope": "PERSONAL", "asked": True},
        201,
        **worker(staff, grid),
    )["id"]
    outreach.settle()

    merge(outreach, winner, loser)

    path = f"/v1/no-response-plans/{winner}"
    assert outreach.get(path, **worker(staff, grid))["wants_response"] is False
    restricted = ClassificationChanged(person_id=winner, code="RESTRICTED", holds=True, since=outreach.now.date(), basis="DERIVED")
    outreach.tell(restricted, winner, grid)
    outreach.settle()
    assert outreach.get(path, **worker(staff, grid))["capacity"] == "UNKNOWN"
    outreach.post(f"{path}/capacity", {"impaired": False}, **worker(staff, grid))
    assert outreach.get(path, **worker(staff, grid))["capacity"] == "CLEAR"
    assert [one["person_id"] for one in outreach.get("/v1/notices", person_id=winner, state="TO_DELIVER")["items"]] == [loser]

    outreach.tell(PersonDeathConfirmed(person_id=winner, co_resident_ids=[]), winner, grid)
    outreach.settle()
    assert outreach.get(f"/v1/wishes/{wish}", **worker(staff, grid))["state"] == "MOOT"
    assert outreach.get("/v1/notices", person_id=winner, state="TO_DELIVER")["items"] == []


@pytest.mark.rule("OUT-6", "OUT-10")
def test_the_winner_keeps_one_primary_and_a_lead_is_told_of_the_other(outreach):
    grid, anna, ben = outreach.a_grid(), new_id(), new_id()
    winner, loser = outreach.a_person(grid), outreach.a_person(grid)
    outreach.pair(winner, anna, grid)
    pairing = outreach.pair(loser, ben, grid)

    merged = merge(outreach, winner, loser)

    assert active(outreach, winner) == [(anna, "PRIMARY")]
    assert answers(outreach, merged)[0]["conflicts"] == [f"PAIRED_ALREADY:pairing/{pairing}"]


@pytest.mark.rule("OUT-6", "REG-57")
def test_a_winner_who_comes_into_care_after_the_merge_inherits_all_the_same(outreach):
    grid = outreach.a_grid()
    loser = outreach.a_person(grid, "HIGH")
    owed = routine(outreach, loser)[0]
    file = outreach.get(f"/v1/care-recipients/{loser}")
    winner = new_id()
    merge(outreach, winner, loser)
    assert outreach.owed(winner) == [] and file["in_care"]

    outreach.tell(ClassificationChanged(person_id=winner, code="LIVING_ALONE", holds=True, since=outreach.now.date(), basis="DERIVED"), winner, grid)
    outreach.settle()

    assert [one["due_on"] for one in routine(outreach, winner)] == [owed["due_on"]]


@pytest.mark.rule("REG-54")
def test_a_case_file_speaks_for_the_record_to_which_it_belongs_now(outreach):
    grid = outreach.a_grid()
    winner, loser = outreach.a_person(grid), outreach.a_person(grid, "HIGH")
    (document,) = outreach.db["care_recipients"].find({"_id": loser})
    file = document["files"][0]["case_file_id"]

    outreach.tell(CaseFileMoved(case_file_id=file, person_id=winner, previous_person_id=loser, risk_tier="HIGH"), file, grid)
    outreach.settle()

    assert [outreach.get(f"/v1/care-recipients/{one}")["tier"] for one in (winner, loser)] == ["HIGH", "GENERAL"]
