"""Merging two records of one person, over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from services.common.access import Role
from tests.integration.registry.test_registry import a_door, a_grid, a_home, an_id_number, ok, told_of
from tests.support.running import eventually


def enter(registry, grid, name, **more):
    return ok(registry.post("/v1/people", {"grid_id": grid, "name": name, "born_on": "1955-08-08", **more}))["id"]


def propose(registry, winner, loser, by="S-1", **more):
    return registry.post("/v1/merges", {"winner_id": winner, "loser_id": loser, **more}, staff=by)


def approve(registry, merge, by="S-2", **who):
    return registry.post(f"/v1/merges/{merge}/approval", staff=by, **who)


def merge_of(registry, merge):
    return ok(registry.get(f"/v1/merges/{merge}"), 200)


def person(registry, id):
    return ok(registry.get(f"/v1/people/{id}"), 200)


@pytest.fixture(scope="module")
def two(registry):
    """Two records of one elder, each with a home, a case file and a telephone."""
    grid = a_grid(registry)
    winner = enter(registry, grid, "沈从文", phones=[{"number": "13700000001"}], living_children=1)
    loser = enter(registry, grid, "沈崇文", phones=[{"number": "13700000002"}], id_number=an_id_number("19550808"))
    homes = [a_home(registry, a_door(registry, grid, room), (one, "HEAD")) for room, one in ((21, winner), (22, loser))]
    eventually(lambda: all("LIVING_ALONE" in [one["code"] for one in person(registry, id)["classifications"]] for id in (winner, loser)))
    files = []
    for one, tier in ((winner, "GENERAL"), (loser, "HIGH")):
        factors = {"risk_factors": ["LIFE_THREATENING_CONDITION"]} if tier == "HIGH" else {}
        files.append(ok(registry.post("/v1/case-files", {"person_id": one, "opened_by": "VISIT", "risk_tier": tier, **factors}, staff="S-1"))["id"])
    return {"grid": grid, "winner": winner, "loser": loser, "homes": homes, "files": files}


@pytest.mark.rule("REG-52")
def test_a_merge_is_proposed_field_by_field_and_approved_by_another(registry, two):
    open_fields = propose(registry, two["winner"], two["loser"])
    merge = ok(propose(registry, two["winner"], two["loser"], field_choices={"name": "WINNER", "phones": "BOTH"}))

    assert {(error["field"], error["code"]) for error in open_fields.json()["errors"]} == {
        ("field_choices.name", "CHOICE_MISSING"),
        ("field_choices.phones", "CHOICE_MISSING"),
    }
    assert propose(registry, two["loser"], two["winner"], field_choices={"name": "WINNER", "phones": "BOTH"}).json()["code"] == "MERGE_UNDER_WAY"
    assert approve(registry, merge["id"], by="S-1").json()["code"] == "SECOND_PERSON_NEEDED"
    assert approve(registry, merge["id"], roles=(Role.WORKER,), areas=[two["grid"]]).status_code == 403
    assert approve(registry, merge["id"], roles=(Role.GRID_LEAD,), areas=[a_grid(registry)]).status_code == 404
    two["merge"] = merge["id"]


@pytest.mark.rule("REG-52", "REG-53", "REG-54", "REG-55")
def test_of_approvals_at_once_one_counts_and_everything_of_the_loser_is_the_winners(registry, two):
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: approve(registry, two["merge"], by=f"S-{n}"), range(2, 6)))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    merge = eventually(lambda: (found := merge_of(registry, two["merge"]))["state"] == "APPLIED" and found)
    winner = person(registry, two["loser"])
    assert (winner["id"], winner["name"], winner["merged_ids"]) == (two["winner"], "沈从文", [two["loser"]])
    assert winner["former_names"] == ["沈崇文"]
    assert len(winner["phones"]) == 2 and winner["id_last4"]
    files = {id: ok(registry.get(f"/v1/case-files/{id}"), 200) for id in two["files"]}
    assert [(one["person_id"], one["state"], one["risk_tier"]) for one in files.values()] == [
        (two["winner"], "OPEN", "HIGH"),
        (two["winner"], "CLOSED", "HIGH"),
    ]
    homes = [ok(registry.get(f"/v1/households/{id}"), 200) for id in two["homes"]]
    assert [[(one["person_id"], one["primary_residence"]) for one in home["members"]] for home in homes] == [
        [(two["winner"], True)],
        [(two["winner"], False)],
    ]
    assert [home["state"] for home in homes] == ["ACTIVE", "ACTIVE"]
    assert merge["waiting_for"][-3:] == ["outreach", "volunteering", "learning"] and not merge["complete"]


@pytest.mark.rule("REG-54")
def test_the_loser_is_a_redirect_for_ever_that_takes_nothing_up(registry, two):
    writes = [
        registry("PATCH", f"/v1/people/{two['loser']}", {"living_children": 2}),
        registry.post("/v1/case-files", {"person_id": two["loser"], "opened_by": "VISIT", "risk_tier": "GENERAL"}, staff="S-1"),
        registry.post(f"/v1/households/{two['homes'][0]}/members", {"person_id": two["loser"], "relation_to_head": "OTHER"}),
        propose(registry, two["loser"], enter(registry, two["grid"], "废名")),
    ]

    assert {(answer.status_code, answer.json().get("code"), answer.json().get("winner_id")) for answer in writes} == {(409, "MERGED", two["winner"])}
    listed = ok(registry.get("/v1/people", grid_id=two["grid"]), 200)["items"]
    assert two["loser"] not in [row["id"] for row in listed]


@pytest.mark.rule("REG-54")
def test_chains_are_one_step_long_and_come_apart_from_their_end(registry, two):
    third = enter(registry, two["grid"], "沈岳焕")
    merge = ok(propose(registry, third, two["winner"], field_choices={"name": "WINNER"}))["id"]
    ok(approve(registry, merge), 200)

    assert person(registry, two["loser"])["id"] == third
    assert set(person(registry, third)["merged_ids"]) == {two["winner"], two["loser"]}
    first = registry.post(f"/v1/merges/{two['merge']}/undoing", staff="S-2")
    assert (first.json()["code"], first.json()["winner_id"]) == ("MERGED", third)

    ok(registry.post(f"/v1/merges/{merge}/undoing", staff="S-2"), 200)
    assert person(registry, two["loser"])["id"] == two["winner"]
    assert person(registry, third)["merged_ids"] == []


@pytest.mark.rule("REG-56", "U9")
def test_undoing_gives_each_what_it_had_and_leaves_what_came_since(registry, two):
    ok(registry("PATCH", f"/v1/people/{two['winner']}", {"source": "合并之后", "living_children": 3}), 200)

    undone = ok(registry.post(f"/v1/merges/{two['merge']}/undoing", staff="S-3"), 200)

    assert undone["state"] == "UNDONE"
    winner, loser = person(registry, two["winner"]), person(registry, two["loser"])
    assert (loser["id"], loser["name"], len(loser["phones"]), bool(loser["id_last4"])) == (two["loser"], "沈崇文", 1, True)
    assert (winner["former_names"], len(winner["phones"]), winner["id_last4"]) == ([], 1, None)
    assert (winner["source"], winner["living_children"], winner["merged_ids"]) == ("合并之后", 3, [])
    files = [ok(registry.get(f"/v1/case-files/{id}"), 200) for id in two["files"]]
    assert [(one["person_id"], one["state"], one["risk_tier"]) for one in files] == [
        (two["winner"], "OPEN", "GENERAL"),
        (two["loser"], "OPEN", "HIGH"),
    ]
    homes = [ok(registry.get(f"/v1/households/{id}"), 200) for id in two["homes"]]
    assert [[one["person_id"] for one in home["members"] if not one["until"]] for home in homes] == [[two["winner"]], [two["loser"]]]
    assert registry.post(f"/v1/merges/{two['merge']}/undoing", staff="S-3").json()["code"] == "MERGE_NOT_APPLIED"


@pytest.mark.rule("REG-52", "REG-41", "U10")
def test_an_absence_that_came_with_the_losers_record_is_told_of_the_winner_and_ends_with_the_merge(registry, mongodb_uri):
    grid = a_grid(registry)
    winner, loser = enter(registry, grid, "程砚秋"), enter(registry, grid, "程豔秋")
    ok(registry.post(f"/v1/people/{loser}/absence", {"kind": "HOSPITAL"}), 200)
    merge = ok(propose(registry, winner, loser, field_choices={"name": "WINNER", "residency": "LOSER"}))["id"]
    ok(approve(registry, merge), 200)

    eventually(lambda: told_of(mongodb_uri, winner, "PersonAwayStarted"), why="others hear that the winner is in hospital")
    ok(registry.post(f"/v1/merges/{merge}/undoing", staff="S-3"), 200)
    eventually(lambda: told_of(mongodb_uri, winner, "PersonAwayEnded"), why="others hear that the winner is not")
    assert person(registry, loser)["residency"] == "HOSPITAL" and not told_of(mongodb_uri, loser, "PersonAwayEnded")


@pytest.mark.rule("REG-42", "REG-56", "U10")
def test_a_home_that_ended_because_the_losers_record_had_moved_is_named_when_the_merge_is_undone(registry, mongodb_uri):
    grid = a_grid(registry)
    winner, loser = enter(registry, grid, "程派秋"), enter(registry, grid, "程湃秋")
    home = a_home(registry, a_door(registry, grid, 31), (winner, "HEAD"))
    ok(registry.post(f"/v1/people/{loser}/move-out", {}), 200)
    merge = ok(propose(registry, winner, loser, field_choices={"name": "WINNER", "residency": "LOSER"}))["id"]
    ok(approve(registry, merge), 200)
    eventually(lambda: told_of(mongodb_uri, winner, "PersonMovedOut"), why="others hear that the winner moved")
    eventually(lambda: ok(registry.get(f"/v1/households/{home}"), 200)["state"] == "DISSOLVED", why="the home ends as for anybody who moves")

    undone = ok(registry.post(f"/v1/merges/{merge}/undoing", staff="S-3"), 200)

    assert undone["conflicts"] == [f"HOME_ENDED:household/{home}"]
    eventually(lambda: told_of(mongodb_uri, winner, "PersonMovedIn"), why="others hear that the winner lives here")
