"""A sweep over HTTP: what the doors, the homes and the clock do to it, and who may do what."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from pymongo import MongoClient

from services.common.access import Role
from services.common.calendar import SHANGHAI
from services.common.ids import new_id
from tests.integration.registry.test_registry import a_door, a_grid, a_home, a_person, an_open_round, at, ok, open_doors, resolve, told_of
from tests.support.running import eventually


def target_at(registry, round_id, dwelling_id, **more):
    return ok(registry.get(f"/v1/census-rounds/{round_id}/targets", dwelling_id=dwelling_id, **more), 200)["items"]


def resolved_round(registry, round_id):
    for target in open_doors(registry, round_id):
        resolve(registry, target["id"])
    ok(registry.post(f"/v1/census-rounds/{round_id}/closing-request"), 200)
    return ok(registry.post(f"/v1/census-rounds/{round_id}/closure"), 200)


@pytest.mark.rule("REG-11", "OUT-20")
def test_an_unanswered_door_of_an_elder_at_high_risk_names_the_elder_once(registry, mongodb_uri):
    grid = a_grid(registry)
    elder, door = a_person(registry, grid), a_door(registry, grid, 1)
    a_home(registry, door, (elder, "HEAD"))
    target = open_doors(registry, an_open_round(registry, grid))[0]["id"]

    resolve(registry, target, result="NO_ANSWER")
    resolve(registry, target, result="NO_ANSWER")

    facts = eventually(lambda: told_of(mongodb_uri, target, "CensusNoAnswer")[1:] and told_of(mongodb_uri, target, "CensusNoAnswer"))
    assert sorted(elder.encode() in fact for fact in facts) == [False, True]


@pytest.mark.rule("REG-12", "REG-13", "REG-14")
def test_what_is_found_at_a_door_is_kept_with_it_and_a_vacant_one_is_asked_again(registry):
    grid = a_grid(registry)
    vacant, refused = a_door(registry, grid, 1), a_door(registry, grid, 2)
    round_id = an_open_round(registry, grid)
    one, other = (target_at(registry, round_id, door)[0]["id"] for door in (vacant, refused))

    resolve(registry, one, result="VACANT_SIGNS", outcome="VACANT_CONFIRMED", evidence_ref="水表三月未走")
    ok(registry.post(f"/v1/census-targets/{other}/attempts", {"happened_at": at(), "result": "REFUSED", "note": "门内不应"}, staff="S1"))
    early = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    body = {"happened_at": early, "result": "REFUSED", "outcome": "REFUSED_CONFIRMED"}
    gone = ok(registry.post(f"/v1/census-targets/{other}/attempts", body, staff="S2"))

    assert gone["soft_contact_on"] and gone["attempts"][0]["note"] == "门内不应"
    tasks = ok(registry.get("/v1/tasks", kind="SOFT_CONTACT", grid_id=grid), 200)["items"]
    assert [task["dwelling_id"] for task in tasks] == [refused]
    assert ok(registry.get(f"/v1/dwellings/{vacant}"), 200)["occupancy"] == "VACANT_CONFIRMED"
    assert ok(registry.get(f"/v1/dwellings/{refused}"), 200)["occupancy"] == "OCCUPIED"
    resolved_round(registry, round_id)
    assert target_at(registry, an_open_round(registry, grid), vacant)[0]["state"] == "PENDING"


@pytest.mark.rule("REG-18", "REG-10", "X-3")
def test_a_contradiction_reopens_a_door_and_sends_a_closing_round_back(registry):
    grid = a_grid(registry)
    a_door(registry, grid, 1)
    round_id = an_open_round(registry, grid)
    target = open_doors(registry, round_id)[0]["id"]
    resolve(registry, target, result="VACANT_SIGNS", outcome="VACANT_CONFIRMED", evidence_ref="水表")
    ok(registry.post(f"/v1/census-rounds/{round_id}/closing-request"), 200)
    late = {"happened_at": "2026-01-01T10:00:00+08:00", "result": "OPENED"}

    refused = registry.post(f"/v1/census-targets/{target}/attempts", late, staff="S1")
    waiting = ok(registry.post(f"/v1/census-targets/{target}/attempts", {**late, "late_reason": "手机坏了"}, staff="S1"))
    decision = f"/v1/census-targets/{target}/attempts/{waiting['attempts'][1]['id']}/decision"

    assert refused.json()["errors"][0]["code"] == "LATE_NEEDS_REASON"
    assert (waiting["state"], waiting["awaiting_acceptance"]) == ("RESOLVED", True)
    assert registry.post(decision, {"accepted": True}, staff="S1").status_code == 403
    assert registry.post(decision, {"accepted": True}, staff="S2", roles=[Role.WORKER], areas=[grid]).status_code == 403
    reopened = ok(registry.post(decision, {"accepted": True}, staff="S2"), 200)
    assert (reopened["state"], reopened["reopenings"][0]["reason"]) == ("PENDING", "CONTRADICTED")
    assert ok(registry.get(f"/v1/census-rounds/{round_id}"), 200)["state"] == "OPEN"


@pytest.mark.rule("REG-10")
def test_a_closed_round_is_reopened_with_its_certificate_kept_and_a_round_is_cancelled_by_two(registry):
    grid = a_grid(registry)
    a_door(registry, grid, 1)
    round_id = an_open_round(registry, grid)
    target = open_doors(registry, round_id)[0]["id"]
    resolved_round(registry, round_id)
    body = {"reason": "EVIDENCE_FALSE", "target_ids": [target]}
    path = f"/v1/census-rounds/{round_id}"

    assert registry.post(f"{path}/reopening", body, roles=[Role.WORKER], areas=[grid]).status_code == 403
    assert registry.post(f"{path}/reopening", body, roles=[Role.GRID_LEAD], areas=[new_id()]).status_code == 404
    assert ok(registry.post(f"{path}/reopening", body), 200)["state"] == "REOPENED"
    assert registry.post(f"{path}/closure").json()["code"] == "ROUND_NOT_COVERED"
    resolve(registry, target)
    again = ok(registry.post(f"{path}/closure"), 200)
    assert (again["state"], [one["version"] for one in again["certificates"]]) == ("CLOSED", [1, 2])

    other = f"/v1/census-rounds/{an_open_round(registry, grid)}"
    ok(registry.post(f"{other}/cancellation", {"reason": "EMERGENCY"}, staff="S1"), 200)
    assert registry.post(f"{other}/cancellation/approval", staff="S1").json()["code"] == "SECOND_PERSON_NEEDED"
    assert ok(registry.post(f"{other}/cancellation/approval", staff="S2"), 200)["cancellation"]["tally"]["doors"] == 1
    assert ok(registry.get(f"{other}/coverage"), 200)["state"] == "CANCELLED"


def test_a_worker_never_keeps_more_doors_than_the_cap_though_all_are_asked_for_at_once(registry):
    grid = a_grid(registry)
    for room in range(1, 43):
        a_door(registry, grid, room)
    targets = [target["id"] for target in open_doors(registry, an_open_round(registry, grid))]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda id: registry.post(f"/v1/census-targets/{id}/reservation", staff="S-CAP"), targets))

    assert sorted({answer.status_code for answer in answers}) == [200, 409]
    assert sum(answer.status_code == 200 for answer in answers) == 40
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"RESERVATION_CAP"}


@pytest.mark.rule("REG-20")
def test_a_dormitory_is_its_manager_its_households_and_those_that_are_counted(registry):
    grid, body = a_grid(registry), {"estate": "景园", "building_no": "9", "room_no": "1", "kind": "DORMITORY"}
    dormitory = ok(registry.post("/v1/dwellings", {"grid_id": grid, **body}))["id"]
    tenant = a_person(registry, grid, born_on="1990-01-01")
    home = a_home(registry, dormitory, (tenant, "HEAD"))
    round_id = an_open_round(registry, grid)
    by_role = {target["role"]: target for target in open_doors(registry, round_id)}

    assert (by_role["HOUSEHOLD"]["household_id"], by_role["HOUSEHOLD"]["expected_person_ids"]) == (home, [tenant])
    told = {"result": "OPENED", "outcome": "INTERVIEWED", "interview": {"spoke_to": "MANAGER", "confirmed_person_ids": []}}
    uncounted = resolve(registry, by_role["MANAGER"]["id"], 422, **told)
    assert uncounted["errors"][0]["code"] == "HOUSEHOLDS_UNCOUNTED"
    resolve(registry, by_role["MANAGER"]["id"], **told, households=3)

    assert sorted(target["origin"] for target in open_doors(registry, round_id)) == ["DISCOVERED", "DISCOVERED", "FRAME"]
    assert ok(registry.get(f"/v1/dwellings/{dormitory}"), 200)["households"] == 3


@pytest.mark.rule("REG-10")
def test_a_large_round_opens_in_the_background_and_a_blank_room_is_visited_like_any_other(registry, mongodb_uri):
    grid = a_grid(registry)
    blank = {"grid_id": grid, "estate": "景园", "building_no": "7", "room_unknown": True}
    first, second = (ok(registry.post("/v1/dwellings", blank)) for _ in range(2))
    assert first["address"] == "景园7号楼（房号待核）"
    with MongoClient(mongodb_uri) as client:
        tables = [client[name]["dwellings"] for name in client.list_database_names() if name.endswith("registry")]
        dwellings, model = next((table, row) for table in tables if (row := table.find_one({"_id": first["id"]})))
        rooms = [{"room_no": str(n), "address_norm": f"景园|7||{n}", "outbox": [], "handled": [{"key": new_id()}]} for n in range(600)]
        dwellings.insert_many([{**model, "_id": new_id(), **room} for room in rooms])
    body = {"name": "x", "scope_grid_ids": [grid], "opens_on": "2025-03-01", "due_on": "2025-04-30"}
    round_id = ok(registry.post("/v1/census-rounds", body))["id"]

    assert ok(registry.post(f"/v1/census-rounds/{round_id}/opening"), 200)["state"] == "DRAFT"
    opened = eventually(lambda: (round := registry.get(f"/v1/census-rounds/{round_id}").json())["state"] == "OPEN" and round)

    assert (opened["doors"], opened["opening"]["done"], opened["opening"]["total"]) == (602, 602, 602)
    assert target_at(registry, round_id, second["id"])
    found = ok(registry("PATCH", f"/v1/dwellings/{first['id']}", {"room_no": "302-1室"}), 200)
    assert (found["room_no"], found["address"]) == ("302-1", "景园7号楼302-1室")


@pytest.mark.rule("REG-19")
def test_a_household_that_splits_is_owed_a_visit_of_its_own_and_one_that_merges_back_is_a_duplicate(registry):
    grid = a_grid(registry)
    parent, child = a_person(registry, grid, born_on="1970-01-01"), a_person(registry, grid, born_on="1995-01-01")
    door = a_door(registry, grid, 1)
    home = a_home(registry, door, (parent, "HEAD"), (child, "CHILD"))
    round_id = an_open_round(registry, grid)
    first = open_doors(registry, round_id)[0]

    stays, moves = {"person_id": parent, "choice": "STAYS"}, {"person_id": child, "choice": "MOVES", "relation_to_head": "HEAD"}
    ok(registry.post(f"/v1/households/{home}/split", {"members": [stays, moves]}), 200)
    own = eventually(lambda: [one for one in target_at(registry, round_id, door) if one["origin"] == "SPLIT"])[0]
    assert own["expected_person_ids"] == [child]
    eventually(lambda: registry.get(f"/v1/census-targets/{first['id']}").json()["expected_person_ids"] == [parent])
    interview = {"spoke_to_person_id": parent, "confirmed_person_ids": [parent]}
    resolve(registry, first["id"], result="OPENED", outcome="INTERVIEWED", interview=interview)

    new = own["household_id"]
    eventually(lambda: registry.get(f"/v1/households/{new}").status_code == 200 and registry.get(f"/v1/households/{new}").json()["members"])
    members = [
        {"person_id": child, "choice": "MOVED", "relation_to_head": "CHILD"},
        {"person_id": parent, "choice": "KEPT", "relation_to_head": "HEAD"},
    ]
    ok(registry.post(f"/v1/households/{new}/merger", {"into_id": home, "members": members}), 200)
    eventually(lambda: registry.get(f"/v1/census-targets/{own['id']}").json()["outcome"] == "DUPLICATE_OF")
    again = eventually(lambda: open_doors(registry, round_id))
    assert [(one["expected_person_ids"], one["state"]) for one in again] == [([child], "PENDING")]


@pytest.mark.rule("REG-30", "REG-42", "X-33")
def test_who_is_said_at_a_door_to_be_dead_or_gone_is_so_in_the_register_or_asked_about_at_once(registry):
    grid = a_grid(registry)
    (alone, son), moved, (stays, left) = (a_person(registry, grid), a_person(registry, grid)), a_person(registry, grid), (a_person(registry, grid), a_person(registry, grid))
    doors = [a_door(registry, grid, room) for room in (1, 2, 3)]
    a_home(registry, doors[0], (alone, "HEAD"), (son, "CHILD"))
    a_home(registry, doors[1], (moved, "HEAD"))
    a_home(registry, doors[2], (stays, "HEAD"), (left, "SIBLING"))
    ok(registry.post(f"/v1/people/{son}/absence", {"kind": "TEMP_AWAY", "return_unknown": True}), 200)
    round_id = an_open_round(registry, grid)
    dead, empty, asked = (target_at(registry, round_id, door)[0]["id"] for door in doors)

    resolve(registry, dead, result="WRONG_ADDRESS", outcome="DECEASED_ALL", evidence_ref="派出所")
    resolve(registry, empty, result="WRONG_ADDRESS", outcome="MOVED_OUT", evidence_ref="物业登记")
    said = {"spoke_to": "KIN", "confirmed_person_ids": [stays], "gone_person_ids": [left]}
    said["elders"] = [{"person_id": stays, "no_need": "FAMILY_CARES_DAILY"}]
    resolve(registry, asked, result="OPENED", outcome="INTERVIEWED", interview=said)

    assert {id: ok(registry.get(f"/v1/people/{id}"), 200)["life"] for id in (alone, son, moved, left)} == {
        alone: "DEATH_REPORTED",
        son: "ALIVE",
        moved: "ALIVE",
        left: "ALIVE",
    }
    open_tasks = ok(registry.get("/v1/tasks", kind="RECORD_GONE", state="OPEN", grid_id=grid), 200)["items"]
    assert {task["person_id"] for task in open_tasks} == {son, moved, left}

    ok(registry.post(f"/v1/people/{moved}/move-out", {}), 200)
    eventually(lambda: not ok(registry.get("/v1/tasks", kind="RECORD_GONE", state="OPEN", person_id=moved), 200)["items"])


@pytest.mark.rule("REG-16", "REG-50", "X-13")
def test_people_behind_doors_who_refuse_their_names_are_entered_alike_and_identify_nobody(registry):
    grid = a_grid(registry)
    doors = [a_door(registry, grid, room) for room in (1, 2)]
    met = [ok(registry.post("/v1/people", {"grid_id": grid, "name": "门内女士", "unnamed": True, "born_on": "1950-01-01"}))["id"] for _ in doors]
    for door, person_id in zip(doors, met, strict=True):
        a_home(registry, door, (person_id, "HEAD"))
    round_id = an_open_round(registry, grid)
    for target in open_doors(registry, round_id):
        [person_id] = target["expected_person_ids"]
        interview = {"spoke_to_person_id": person_id, "confirmed_person_ids": [person_id], "elders": [{"person_id": person_id, "no_need": "FAMILY_CARES_DAILY"}]}
        resolve(registry, target["id"], result="OPENED", outcome="INTERVIEWED", interview=interview)

    ok(registry.post(f"/v1/census-rounds/{round_id}/closing-request"), 200)
    tally = ok(registry.post(f"/v1/census-rounds/{round_id}/closure"), 200)["certificates"][-1]["tally"]

    assert (tally["door_coverage"], tally["contact_rate"], tally["person_coverage"]) == (1, 1, 0)
    named = ok(registry("PATCH", f"/v1/people/{met[0]}", {"name": "桂秀英"}), 200)
    assert (named["name"], named["unnamed"]) == ("桂秀英", False)


@pytest.mark.rule("REG-11", "OUT-11", "U10")
def test_doors_of_a_lead_who_may_not_act_any_more_are_free_and_what_was_escalated_is_the_next_leads(registry, mongodb_uri):
    lead, following = (ok(registry.post("/v1/staff", {"name": name, "post": "GRID_LEAD", "since": "2020-01-01"}))["id"] for name in ("李梅", "赵敏"))
    grid = ok(registry.post("/v1/grids", {"code": f"ESC-{new_id()[-6:]}", "name": "景园网格", "lead_staff_id": lead}))["id"]
    for room in (1, 2):
        a_door(registry, grid, room)
    kept, silent = (target["id"] for target in open_doors(registry, an_open_round(registry, grid)))
    ok(registry.post(f"/v1/census-targets/{kept}/reservation", staff=lead), 200)
    evening = datetime.now(SHANGHAI).replace(hour=19, minute=0)
    for days, more in ((3, {}), (2, {}), (1, {}), (1, {"method": "NEIGHBOUR"})):
        tried = {"happened_at": (evening - timedelta(days=days)).isoformat(), "result": "NO_ANSWER", **more}
        ok(registry.post(f"/v1/census-targets/{silent}/attempts", tried))

    def door(id):
        return ok(registry.get(f"/v1/census-targets/{id}"), 200)

    assert (door(silent)["state"], door(silent)["escalated_to"], door(kept)["reserved_by"]) == ("ESCALATED", lead, lead)
    ok(registry.post(f"/v1/staff/{lead}/suspension"), 200)
    eventually(lambda: (door(kept)["state"], door(kept)["reserved_by"]) == ("PENDING", None), why="the door is free")
    [answer] = eventually(lambda: [one for one in told_of(mongodb_uri, kept, "RegistryCascadeApplied")], why="registry's answer")
    assert f"grid/{grid}".encode() in answer and b"StaffSuspended" in answer
    assert door(silent)["escalated_to"] == lead

    ok(registry("PATCH", f"/v1/grids/{grid}", {"lead_staff_id": following}), 200)
    eventually(lambda: door(silent)["escalated_to"] == following, why="the next lead has it on the list")
