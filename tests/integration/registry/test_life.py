"""What facts of life do in a running register: deaths, absences, moves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from services.common.access import Role
from services.common.events.outreach import IncidentResolved
from services.common.ids import new_id
from tests.integration.registry.test_registry import told_of
from tests.support.running import eventually

_numbers = count(1)
S1, S2 = new_id(), new_id()


def ok(response, status=201):
    assert response.status_code == status, response.text
    return response.json()


def a_grid(registry):
    return ok(registry.post("/v1/grids", {"code": f"LF-{next(_numbers)}", "name": "景园网格"}))["id"]


def a_door(registry, grid):
    body = {"grid_id": grid, "estate": "景园", "building_no": "7", "room_no": str(next(_numbers)), "occupancy": "OCCUPIED"}
    return ok(registry.post("/v1/dwellings", body))["id"]


def a_person(registry, grid, **more):
    return ok(registry.post("/v1/people", {"grid_id": grid, "name": "王秀英", "born_on": "1940-05-05", **more}))["id"]


def a_home(registry, door, *members):
    body = {"dwelling_id": door, "members": [{"person_id": person, "relation_to_head": relation} for person, relation in members]}
    return ok(registry.post("/v1/households", body))["id"]


@pytest.fixture
def couple(registry):
    """An old couple with a case file each: the husband is the head."""
    grid = a_grid(registry)
    husband, wife = a_person(registry, grid, name="王建国", living_children=1), a_person(registry, grid, living_children=1)
    door = a_door(registry, grid)
    home = a_home(registry, door, (husband, "HEAD"), (wife, "SPOUSE"))
    eventually(lambda: "EMPTY_NEST" in categories(registry, wife))
    for person in (husband, wife):
        ok(registry.post("/v1/case-files", {"person_id": person, "opened_by": "VISIT", "risk_tier": "HIGH"}))
    return {"grid": grid, "husband": husband, "wife": wife, "home": home, "door": door}


def at(path, person):
    return f"/v1/people/{person}/{path}"


def categories(registry, person):
    return ok(registry.get(at("card", person)), 200)["categories"]


def report(registry, person, staff=S1, status=200, **more):
    answer = registry.post(at("death-report", person), {"informant": "KIN", "informant_name": "王小明", **more}, staff=staff)
    return ok(answer, status)


def confirm(registry, person, staff=S1, **more):
    return registry.post(at("death-confirmation", person), {"proof": "CERTIFICATE", "ref": "死亡证明 7", **more}, staff=staff)


def tasks(registry, state="OPEN", **query):
    return {task["kind"]: task for task in ok(registry.get("/v1/tasks", state=state, **query), 200)["items"]}


def case_file(registry, person):
    return ok(registry.get("/v1/case-files", person_id=person), 200)["items"][-1]


@pytest.mark.rule("REG-30", "REG-31", "REG-32")
def test_a_report_stops_and_only_the_proof_closes(registry, couple):
    husband, wife, home = couple["husband"], couple["wife"], couple["home"]

    told = report(registry, husband)
    assert told["life"] == "DEATH_REPORTED"
    assert "informant_name" not in str(told)
    report(registry, husband, staff=S2)
    refused = registry.post(at("death-confirmation", husband), {"proof": "KIN"}, staff=S1)
    assert (refused.status_code, refused.json()["code"]) == (403, "SECOND_PERSON_NEEDED")
    registry.settle()
    assert "EMPTY_NEST" in categories(registry, wife)
    assert case_file(registry, husband)["state"] == "OPEN"

    confirmed = ok(registry.post(at("death-confirmation", husband), {"proof": "KIN", "died_on": "2020-01-01"}, staff=S2), 200)
    assert [one["by"] for one in confirmed["death"]["reports"]] == [S1, S2]
    eventually(lambda: "LIVING_ALONE" in categories(registry, wife))
    eventually(lambda: case_file(registry, husband)["close_reason"] == "DECEASED")
    assert categories(registry, husband) == []

    needed = eventually(lambda: tasks(registry, household_id=home).get("HEAD_NEEDED"))
    assert needed["suggested_person_id"] == wife
    assert eventually(lambda: tasks(registry, person_id=wife).get("REVIEW_TIER"))
    assert registry.post(f"/v1/tasks/{needed['id']}/completion", {}).json()["code"] == "TASK_ENDED_BY_FACT"
    assert ok(registry.get(f"/v1/households/{home}"), 200)["state"] == "ACTIVE"


@pytest.mark.rule("REG-30")
def test_of_two_who_confirm_at_once_one_does_and_a_repetition_is_answered_again(registry, couple):
    husband, key = couple["husband"], new_id()
    report(registry, husband)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: confirm(registry, husband, staff=(S1, S2)[n % 2]), range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"DEATH_CONFIRMED_ALREADY"}

    wife = couple["wife"]
    report(registry, wife)
    body = {"proof": "POLICE", "ref": "通报 3"}
    first, again = (registry.post(at("death-confirmation", wife), body, staff=S1, key=key) for _ in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()


@pytest.mark.rule("REG-40")
def test_a_door_that_was_seen_empty_is_lived_in_once_somebody_moves_in(registry):
    grid = a_grid(registry)
    guest, tenant, joining = (a_person(registry, grid) for _ in range(3))
    body = {"grid_id": grid, "estate": "景园", "building_no": "8", "occupancy": "VACANT_CONFIRMED"}
    doors = [ok(registry.post("/v1/dwellings", {**body, "room_no": str(next(_numbers))}))["id"] for _ in range(3)]

    def vacant():
        listed = ok(registry.get("/v1/dwellings", grid_id=grid, occupancy="VACANT_CONFIRMED"), 200)["items"]
        return {one["id"] for one in listed}

    second = {"person_id": guest, "relation_to_head": "HEAD", "primary_residence": False}
    ok(registry.post("/v1/households", {"dwelling_id": doors[0], "members": [second]}))
    since = {"person_id": tenant, "relation_to_head": "HEAD", "since": "2020-01-01"}
    ok(registry.post("/v1/households", {"dwelling_id": doors[1], "opened_on": "2020-01-01", "members": [since]}))
    home = ok(registry.post("/v1/households", {"dwelling_id": doors[2], "members": []}))["id"]
    ok(registry.post(f"/v1/households/{home}/members", {"person_id": joining, "relation_to_head": "HEAD"}), 200)

    eventually(lambda: vacant() == {doors[0]}, why="the doors of those who live there")
    assert {ok(registry.get(f"/v1/dwellings/{door}"), 200)["occupancy"] for door in doors[1:]} == {"OCCUPIED"}


@pytest.mark.rule("REG-31")
def test_the_death_of_the_last_member_dissolves_the_household_and_leaves_the_door_unknown(registry):
    grid = a_grid(registry)
    alone, door = a_person(registry, grid), a_door(registry, grid)
    home = a_home(registry, door, (alone, "HEAD"))
    report(registry, alone)

    ok(confirm(registry, alone), 200)

    eventually(lambda: ok(registry.get(f"/v1/households/{home}"), 200)["state"] == "DISSOLVED")
    eventually(lambda: ok(registry.get(f"/v1/dwellings/{door}"), 200)["occupancy"] == "UNKNOWN")
    assert "HEAD_NEEDED" not in tasks(registry, household_id=home)


@pytest.mark.rule("REG-30")
def test_a_false_report_is_taken_back_with_an_apology_and_nothing_was_closed(registry, couple):
    husband = couple["husband"]
    report(registry, husband)

    alive = ok(registry.post(at("death-retraction", husband), {"reason": "同名者去世"}, staff=S1), 200)

    assert (alive["life"], alive["death"]) == ("ALIVE", None)
    apology = eventually(lambda: tasks(registry, person_id=husband).get("APOLOGY"))
    done = ok(registry.post(f"/v1/tasks/{apology['id']}/completion", {"note": "已当面道歉"}, staff=S1), 200)
    assert (done["state"], done["done_by"], done["note"]) == ("DONE", S1, "已当面道歉")
    registry.settle()
    assert "EMPTY_NEST" in categories(registry, couple["wife"])
    assert case_file(registry, husband)["state"] == "OPEN"


@pytest.mark.rule("REG-30")
def test_a_death_recorded_by_mistake_is_undone_by_two_and_the_household_is_whole_again(registry, couple):
    husband, wife, home = couple["husband"], couple["wife"], couple["home"]
    ok(registry.post(at("kin", wife), {"relation": "SPOUSE", "other_person_id": husband, "emergency_rank": 1}))
    guardianship = {"ward_id": wife, "guardian_id": husband, "kind": "AGREED", "may": ["DATA"], "since": "2020-01-01", "evidence_ref": "意定监护协议"}
    ok(registry.post("/v1/guardianships", guardianship))
    report(registry, husband)
    ok(confirm(registry, husband), 200)
    eventually(lambda: "LIVING_ALONE" in categories(registry, wife))
    eventually(lambda: tasks(registry, household_id=home).get("HEAD_NEEDED"))
    eventually(lambda: not ok(registry.get("/v1/guardianships", ward_id=wife, standing="true"), 200)["items"])

    asked = ok(registry.post(at("death-retraction", husband), {"reason": "登记错人"}, staff=S1), 200)
    assert asked["life"] == "DECEASED"
    assert registry.post(at("death-retraction/approval", husband), staff=S1).status_code == 403
    assert ok(registry.post(at("death-retraction/approval", husband), staff=S2), 200)["life"] == "ALIVE"

    eventually(lambda: "EMPTY_NEST" in categories(registry, wife))
    whole = ok(registry.get(f"/v1/households/{home}"), 200)
    assert whole["head_person_id"] == husband
    eventually(lambda: "HEAD_NEEDED" not in tasks(registry, household_id=home))
    assert eventually(lambda: tasks(registry, person_id=husband).get("APOLOGY"))
    eventually(lambda: "REOPEN_CASE_FILE" in tasks(registry, person_id=husband))
    eventually(lambda: {"RENEW_GUARDIANSHIP", "REVIEW_EMERGENCY_LIST"} <= tasks(registry, person_id=wife).keys())
    ok(registry.post("/v1/case-files", {"person_id": husband, "opened_by": "VISIT", "risk_tier": "HIGH"}))
    eventually(lambda: "REOPEN_CASE_FILE" not in tasks(registry, person_id=husband))


@pytest.mark.rule("REG-1", "REG-32")
def test_a_widow_without_a_file_who_is_alone_at_a_great_age_gets_one_and_a_file_below_the_rule_is_reviewed(registry):
    grid = a_grid(registry)
    husband, wife = a_person(registry, grid), a_person(registry, grid)
    home = a_home(registry, a_door(registry, grid), (husband, "HEAD"), (wife, "SPOUSE"))
    son = a_person(registry, grid, born_on="1970-01-01")
    ok(registry.post(f"/v1/households/{home}/members", {"person_id": son, "relation_to_head": "CHILD"}), 200)
    eventually(lambda: {"AGED80"} <= set(categories(registry, wife)))
    registry.settle()
    assert "REVIEW_TIER" not in tasks(registry, person_id=wife)
    ok(registry.post(f"/v1/households/{home}/members/{son}/departure", {"out_reason": "MARRIED"}), 200)
    report(registry, husband)
    ok(confirm(registry, husband), 200)

    eventually(lambda: tasks(registry, person_id=wife).get("REVIEW_TIER"))
    # The son's leaving alone asks for it too, and a death heard of after the file was opened asks once more.
    registry.settle()
    ok(registry.post("/v1/case-files", {"person_id": wife, "opened_by": "VISIT", "risk_tier": "HIGH"}))
    eventually(lambda: "REVIEW_TIER" not in tasks(registry, person_id=wife))


@pytest.mark.rule("REG-30")
def test_any_member_of_staff_reports_a_death_but_only_who_works_there_confirms(registry, couple):
    husband, elsewhere = couple["husband"], a_grid(registry)
    far = {"roles": (Role.WORKER,), "areas": (elsewhere,)}

    reported = registry.post(at("death-report", husband), {"informant": "NEIGHBOUR"}, staff=S2, **far)
    assert ok(reported, 200) == {"id": husband, "version": reported.json()["version"], "life": "DEATH_REPORTED"}
    body = {"proof": "POLICE", "ref": "通报 9"}
    assert registry.post(at("death-confirmation", husband), body, staff=S2, **far).status_code == 404
    assert registry.get(at("life", husband), **far).status_code == 404
    for role in (Role.AUDITOR, Role.PARTNER):
        assert registry.post(at("death-report", husband), {"informant": "KIN"}, roles=(role,)).status_code == 403
    assert registry.post(at("death-confirmation", husband), body, roles=(Role.BRANCH_SECRETARY,)).status_code == 403


@pytest.mark.rule("REG-40", "REG-41")
def test_an_elder_in_a_care_home_keeps_the_home_and_leaves_the_other_alone(registry, couple):
    husband, wife = couple["husband"], couple["wife"]

    away = ok(registry.post(at("absence", husband), {"kind": "CARE_HOME", "since": "2020-01-01", "whereabouts": "夕阳红护理院"}), 200)
    assert away["residency"] == "IN_CARE_HOME"
    eventually(lambda: "LIVING_ALONE" in categories(registry, wife))
    assert ok(registry.get(at("card", husband)), 200)["home"]["household_id"] == couple["home"]

    early = registry.post(at("absence/end", husband), {"ended_on": "2019-12-31"})
    assert early.json()["errors"][0]["code"] == "RETURN_BEFORE_START"
    ok(registry.post(at("absence/end", husband), {}), 200)
    eventually(lambda: "EMPTY_NEST" in categories(registry, wife))


@pytest.mark.rule("REG-41")
def test_a_return_of_which_nobody_heard_is_asked_about_once_and_news_ends_the_question(registry, couple):
    wife = couple["wife"]
    ok(registry.post(at("absence", wife), {"kind": "TEMP_AWAY", "since": "2020-01-01", "expected_return_on": "2020-03-01"}), 200)

    # The worker looks each minute and whenever the clock was set.
    ok(registry.post("/internal/simulation/clock", {"now": "2026-06-01T02:00:00+00:00"}, roles=(Role.SYSTEM,)), 200)
    question = eventually(lambda: tasks(registry, person_id=wife).get("RETURN_UNCONFIRMED"))
    assert ok(registry.get(at("whereabouts", wife)), 200)["absence"]["unconfirmed"] is True

    ok(registry.post(at("absence", wife), {"kind": "TEMP_AWAY", "return_unknown": True}), 200)
    eventually(lambda: "RETURN_UNCONFIRMED" not in tasks(registry, person_id=wife))
    assert tasks(registry, state="DONE", person_id=wife)["RETURN_UNCONFIRMED"]["id"] == question["id"]


@pytest.mark.rule("REG-42", "REG-44")
def test_who_moves_away_moves_alone_and_is_called_until_the_other_community_confirms(registry, couple, mongodb_uri):
    husband, wife, home = couple["husband"], couple["wife"], couple["home"]
    mine = {"roles": (Role.WORKER,), "areas": (couple["grid"],)}

    ok(registry.post(at("move-out", wife), {"destination": "苏州市平江街道"}, **mine), 200)

    eventually(lambda: "LIVING_ALONE" in categories(registry, husband))
    eventually(lambda: [one["person_id"] for one in ok(registry.get(f"/v1/households/{home}"), 200)["members"] if one["until"] is None] == [husband])
    listed = ok(registry.get("/v1/phone-list", grid_id=couple["grid"], **mine), 200)["items"]
    assert [(row["id"], row["destination"]) for row in listed] == [(wife, "苏州市平江街道")]
    assert ok(registry.get("/v1/phone-list", roles=(Role.WORKER,), areas=(a_grid(registry),)), 200)["items"] == []
    assert registry.get("/v1/phone-list", roles=(Role.AUDITOR,)).status_code == 403
    registry.settle()
    assert case_file(registry, wife)["state"] == "OPEN"
    eventually(lambda: tasks(registry, person_id=wife).get("RECEIVING_CONFIRMATION"))

    ok(registry.post(at("transfer-confirmation", wife), {"ref": "回函 31"}, **mine), 200)
    assert ok(registry.get("/v1/phone-list", grid_id=couple["grid"]), 200)["items"] == []
    eventually(lambda: case_file(registry, wife)["close_reason"] == "MOVED_OUT")
    eventually(lambda: "RECEIVING_CONFIRMATION" not in tasks(registry, person_id=wife))
    answers = eventually(lambda: [one for one in told_of(mongodb_uri, wife, "RegistryCascadeApplied") if b"TransferConfirmed" in one], why="registry's answer")
    assert b"case_file/" in answers[0] and b"task/" in answers[0]

    ok(registry.post(at("move-in", wife), {"household_id": home, "relation_to_head": "SPOUSE"}, **mine), 200)
    eventually(lambda: "EMPTY_NEST" in categories(registry, husband))


@pytest.mark.rule("REG-30", "REG-42")
def test_how_a_search_ended_reaches_the_register(registry, couple, tell):
    husband, wife = couple["husband"], couple["wife"]

    tell(IncidentResolved(incident_id=new_id(), person_id=husband, resolution="DECEASED", minutes_open=60, resolved_by=S1), new_id())
    tell(IncidentResolved(incident_id=new_id(), person_id=wife, resolution="HOSPITAL", minutes_open=60), new_id())

    eventually(lambda: ok(registry.get(at("life", husband)), 200)["life"] == "DEATH_REPORTED")
    eventually(lambda: tasks(registry, person_id=wife).get("RECORD_GONE"))
    ok(registry.post(at("absence", wife), {"kind": "HOSPITAL"}), 200)
    eventually(lambda: "RECORD_GONE" not in tasks(registry, person_id=wife))

    tell(IncidentResolved(incident_id=new_id(), person_id=wife, resolution="MISSING", minutes_open=600), new_id())
    eventually(lambda: tasks(registry, person_id=wife).get("RECORD_GONE"), why="she is not where the register says")


@pytest.mark.rule("REG-40")
def test_nobody_waits_for_another_community_to_confirm_who_moved_back_in(registry, couple):
    wife, home = couple["wife"], couple["home"]
    ok(registry.post(at("move-out", wife), {}), 200)
    eventually(lambda: tasks(registry, person_id=wife).get("RECEIVING_CONFIRMATION"))

    ok(registry.post(at("move-in", wife), {"household_id": home, "relation_to_head": "SPOUSE"}), 200)

    eventually(lambda: "RECEIVING_CONFIRMATION" not in tasks(registry, person_id=wife))
    registry.settle()
    assert case_file(registry, wife)["state"] == "OPEN"


@pytest.mark.rule("REG-43")
def test_a_primary_residence_in_another_community_leaves_the_spouse_alone_until_it_is_back(registry, couple):
    husband, wife, home = couple["husband"], couple["wife"], couple["home"]
    ok(registry.post(at("other-residence", wife), {"place": "苏州市姑苏区"}), 200)
    assert "EMPTY_NEST" in categories(registry, husband)

    ok(registry.post(at("primary-residence", wife), {"here": False}), 200)
    eventually(lambda: "LIVING_ALONE" in categories(registry, husband))
    members = ok(registry.get(f"/v1/households/{home}"), 200)["members"]
    assert {one["person_id"]: one["primary_residence"] for one in members} == {husband: True, wife: False}

    ok(registry.post(at("primary-residence", wife), {"here": True}), 200)
    eventually(lambda: "EMPTY_NEST" in categories(registry, husband))


@pytest.mark.rule("REG-43", "REG-45")
def test_of_many_who_give_a_child_a_primary_residence_at_once_one_does(registry):
    grid = a_grid(registry)
    child = a_person(registry, grid, born_on="2018-02-02")
    homes = [a_home(registry, a_door(registry, grid), (a_person(registry, grid, born_on="1990-01-01"), "HEAD")) for _ in range(4)]
    body = {"person_id": child, "relation_to_head": "CHILD"}

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda home: registry.post(f"/v1/households/{home}/members", body), homes))

    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"PRIMARY_RESIDENCE_ELSEWHERE"}
    other = next(home for home, answer in zip(homes, answers, strict=True) if answer.status_code == 409)
    ok(registry.post(f"/v1/households/{other}/members", {**body, "primary_residence": False}), 200)

    won = next(home for home, answer in zip(homes, answers, strict=True) if answer.status_code == 200)
    ok(registry.post(f"/v1/households/{other}/members/{child}/primary-residence"), 200)
    eventually(lambda: ok(registry.get(at("card", child)), 200)["home"]["household_id"] == other)
    assert [one["primary_residence"] for one in ok(registry.get(f"/v1/households/{won}"), 200)["members"] if one["person_id"] == child] == [False]
    back = f"/v1/households/{won}/members/{child}/primary-residence"
    assert registry.post(back, roles=(Role.WORKER,), areas=(a_grid(registry),)).status_code == 404
    assert registry.post(back, roles=(Role.AUDITOR,)).status_code == 403


@pytest.mark.rule("REG-44")
def test_one_who_moves_into_another_grid_moves_alone_and_the_open_file_goes_with_them(registry, couple):
    husband, wife, home = couple["husband"], couple["wife"], couple["home"]
    there = a_grid(registry)
    door = a_door(registry, there)

    left = ok(registry.post(at("move-within", wife), {"dwelling_id": door}), 200)

    new = left["moves"][0]["into_id"]
    opened = ok(registry.get(f"/v1/households/{new}"), 200)
    assert (opened["dwelling_id"], opened["head_person_id"], opened["split_from"]) == (door, wife, home)
    eventually(lambda: "LIVING_ALONE" in categories(registry, husband) and "LIVING_ALONE" in categories(registry, wife))
    eventually(lambda: [one["person_id"] for one in ok(registry.get("/v1/case-files", roles=(Role.WORKER,), areas=(there,)), 200)["items"]] == [wife])
    nowhere = registry.post(at("move-within", wife), {"household_id": home, "relation_to_head": "SPOUSE"}, roles=(Role.WORKER,), areas=(there,))
    assert nowhere.json()["errors"][0]["code"] == "UNKNOWN_REFERENCE"
    ok(registry.post(at("move-within", wife), {"household_id": home, "relation_to_head": "SPOUSE"}), 200)
    eventually(lambda: "EMPTY_NEST" in categories(registry, husband))
    assert ok(registry.get(f"/v1/households/{new}"), 200)["state"] == "MOVED_OUT"


@pytest.mark.rule("REG-19", "REG-44")
def test_a_couple_living_apart_behind_one_door_is_two_households_until_they_are_merged(registry, couple):
    husband, wife, home = couple["husband"], couple["wife"], couple["home"]
    split = {"id": new_id(), "members": [{"person_id": wife, "choice": "MOVES", "relation_to_head": "HEAD"}]}
    refused = registry.post(f"/v1/households/{home}/split", split)
    assert (refused.json()["code"], refused.json()["missing"]) == ("MEMBERS_NOT_LISTED", [husband])
    split["members"].append({"person_id": husband, "choice": "STAYS"})
    key = new_id()

    first, again = (registry.post(f"/v1/households/{home}/split", split, key=key) for _ in range(2))

    assert ok(first, 200) == again.json()
    eventually(lambda: "LIVING_ALONE" in categories(registry, husband) and "LIVING_ALONE" in categories(registry, wife))
    # Who lives apart is no co-resident, though they live behind one door.
    report(registry, husband)
    ok(registry.post(at("death-retraction", husband), {"reason": "误报"}), 200)

    body = {
        "into_id": home,
        "members": [
            {"person_id": husband, "choice": "KEPT"},
            {"person_id": wife, "choice": "MOVED", "relation_to_head": "SPOUSE"},
        ],
    }
    merged = ok(registry.post(f"/v1/households/{split['id']}/merger", body), 200)
    assert (merged["state"], merged["merged_into"]) == ("MERGED", home)
    eventually(lambda: "EMPTY_NEST" in categories(registry, husband) and "EMPTY_NEST" in categories(registry, wife))
    assert ok(registry.get(f"/v1/dwellings/{couple['door']}"), 200)["occupancy"] == "OCCUPIED"


@pytest.mark.rule("REG-42", "REG-44")
def test_a_household_that_moves_away_is_asked_about_member_by_member(registry, couple):
    husband, wife, home = couple["husband"], couple["wife"], couple["home"]
    one = {"members": [{"person_id": husband, "choice": "MOVES"}]}
    assert registry.post(f"/v1/households/{home}/move-out", one).json()["code"] == "MEMBERS_NOT_LISTED"
    both = {"members": [{"person_id": person, "choice": "MOVES"} for person in (husband, wife)], "destination": "苏州"}

    ok(registry.post(f"/v1/households/{home}/move-out", both), 200)

    eventually(lambda: ok(registry.get(f"/v1/households/{home}"), 200)["state"] == "MOVED_OUT")
    assert len(ok(registry.get("/v1/phone-list", grid_id=couple["grid"]), 200)["items"]) == 2
    eventually(lambda: ok(registry.get(f"/v1/dwellings/{couple['door']}"), 200)["occupancy"] == "UNKNOWN")


@pytest.mark.rule("REG-31")
def test_naming_a_head_ends_the_task_to_name_one(registry, couple):
    husband, wife, home = couple["husband"], couple["wife"], couple["home"]
    ok(registry.post(f"/v1/households/{home}/members/{husband}/departure", {"out_reason": "OTHER"}), 200)
    needed = eventually(lambda: tasks(registry, household_id=home).get("HEAD_NEEDED"))
    assert needed["suggested_person_id"] == wife

    named = ok(registry.post(f"/v1/households/{home}/head", {"person_id": wife}), 200)

    assert named["head_person_id"] == wife
    eventually(lambda: tasks(registry, state="DONE", household_id=home).get("HEAD_NEEDED"))
    elsewhere = {"roles": (Role.WORKER,), "areas": (a_grid(registry),)}
    assert registry.post(f"/v1/households/{home}/head", {"person_id": wife}, **elsewhere).status_code == 404
    assert registry.post(f"/v1/households/{home}/head", {"person_id": wife}, roles=(Role.AUDITOR,)).status_code == 403


@pytest.mark.rule("OUT-11", "OUT-13")
def test_leave_and_exit_of_staff_are_seen_and_a_grid_loses_the_lead_who_left(registry):
    lead = ok(registry.post("/v1/staff", {"name": "李梅", "post": "GRID_LEAD", "since": "2020-01-01"}))["id"]
    grid = ok(registry.post("/v1/grids", {"code": f"LF-{next(_numbers)}", "name": "景园网格", "lead_staff_id": lead}))["id"]

    away = ok(registry.post(f"/v1/staff/{lead}/leave", {"since": "2024-01-01", "until": "2099-01-01"}), 200)
    assert (away["state"], away["unavailable"]) == ("ON_LEAVE", {"since": "2024-01-01", "until": "2099-01-01"})
    listed = [one for page in [ok(registry.get("/v1/staff", limit=200), 200)] for one in page["items"] if one["id"] == lead]
    assert listed[0]["unavailable"]["since"] == "2024-01-01"
    assert ok(registry.post(f"/v1/staff/{lead}/leave/end"), 200)["state"] == "WORKING"

    # The clock of this test stands in 2026, or is the real one; either way it comes to this day.
    ok(registry.post(f"/v1/staff/{lead}/exit", {"left_on": "2030-01-01", "reason": "RETIRED"}), 200)
    assert ok(registry.get(f"/v1/grids/{grid}"), 200)["lead_staff_id"] == lead
    ok(registry.post("/internal/simulation/clock", {"now": "2030-01-01T02:00:00+00:00"}, roles=(Role.SYSTEM,)), 200)
    eventually(lambda: ok(registry.get(f"/v1/staff/{lead}"), 200)["state"] == "LEFT")
    eventually(lambda: ok(registry.get(f"/v1/grids/{grid}"), 200)["lead_staff_id"] is None)
    for role in (Role.WORKER, Role.AUDITOR, Role.BRANCH_SECRETARY):
        assert registry.post(f"/v1/staff/{lead}/leave", {}, roles=(role,)).status_code == 403
    assert registry.post(f"/v1/staff/{lead}/exit", {}, roles=(Role.GRID_LEAD,)).status_code == 403


@pytest.mark.rule("OUT-11")
def test_a_suspension_takes_effect_at_once_and_a_grid_loses_the_lead_who_may_not_lead(registry):
    lead = ok(registry.post("/v1/staff", {"name": "李梅", "post": "GRID_LEAD", "since": "2020-01-01"}))["id"]
    grid = ok(registry.post("/v1/grids", {"code": f"LF-{next(_numbers)}", "name": "景园网格", "lead_staff_id": lead}))["id"]

    assert registry.post(f"/v1/staff/{lead}/suspension", roles=(Role.GRID_LEAD,)).status_code == 403
    assert ok(registry.post(f"/v1/staff/{lead}/suspension"), 200)["state"] == "SUSPENDED"
    assert registry.post(f"/v1/staff/{lead}/suspension").json()["code"] == "SUSPENDED_ALREADY"
    eventually(lambda: ok(registry.get(f"/v1/grids/{grid}"), 200)["lead_staff_id"] is None)
    assert ok(registry.post(f"/v1/staff/{lead}/suspension/end"), 200)["state"] == "WORKING"
    assert registry.post(f"/v1/staff/{lead}/suspension/end").json()["code"] == "NOT_SUSPENDED"
