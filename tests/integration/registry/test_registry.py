"""One community's registry over HTTP: from the first grid to the closed round."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from pymongo import MongoClient

from services.common.access import Role
from services.common.ids import new_id
from services.registry.people.domain.identity import check_character
from tests.support.running import eventually

_numbers = count(1)


def ok(response, status=201):
    assert response.status_code == status, response.text
    return response.json()


def a_grid(registry, lead=True):
    lead_id = ok(registry.post("/v1/staff", {"name": "李梅", "post": "GRID_LEAD"}))["id"] if lead else None
    body = {"code": f"JY-{next(_numbers)}", "name": "景园网格", **({"lead_staff_id": lead_id} if lead_id else {})}
    return ok(registry.post("/v1/grids", body))["id"]


def a_door(registry, grid_id, room):
    return ok(registry.post("/v1/dwellings", {"grid_id": grid_id, "estate": "景园", "building_no": "3", "room_no": str(room)}))["id"]


def a_person(registry, grid_id, **more):
    return ok(registry.post("/v1/people", {"grid_id": grid_id, "name": "王秀英", "born_on": "1940-05-05", **more}))["id"]


def a_home(registry, dwelling_id, *members):
    body = {"dwelling_id": dwelling_id, "members": [{"person_id": person, "relation_to_head": relation} for person, relation in members]}
    return ok(registry.post("/v1/households", body))["id"]


def told_of(mongodb_uri, person_id, name):
    """Return the bodies of the facts of one name that were published about a person."""
    with MongoClient(mongodb_uri) as client:
        logs = [client[database]["events"] for database in client.list_database_names() if database.endswith("registry")]
        return [bytes(fact["body"]) for log in logs for fact in log.find({"name": name}) if person_id.encode() in bytes(fact["body"])]


def categories(registry, person_id):
    return ok(registry.get(f"/v1/people/{person_id}/card"), 200)["categories"]


def an_id_number(born="19400505"):
    first17 = f"110105{born}{next(_numbers):03d}"
    return first17 + check_character(first17)


def test_a_person_is_registered_once_and_the_number_never_comes_back(registry):
    grid, number = a_grid(registry), an_id_number()

    person = ok(registry.post("/v1/people", {"grid_id": grid, "name": "黃小峯", "id_number": number}))
    again = registry.post("/v1/people", {"grid_id": grid, "name": "黄小峰", "id_number": number.lower()})

    assert (person["born_on"], person["id_last4"]) == ("1940-05-05", number[-4:])
    assert number not in registry.get(f"/v1/people/{person['id']}").text
    assert again.status_code == 409
    assert (again.json()["code"], again.json()["person_id"]) == ("ID_NUMBER_KNOWN", person["id"])


def test_of_many_who_register_one_number_at_once_one_wins(registry):
    grid, number = a_grid(registry), an_id_number()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: registry.post("/v1/people", {"grid_id": grid, "name": "张三", "id_number": number}), range(6)))

    won = [answer.json()["id"] for answer in answers if answer.status_code == 201]
    assert len(won) == 1
    assert all(answer.json()["person_id"] == won[0] for answer in answers if answer.status_code != 201)


def test_a_repeated_registration_is_one_registration(registry):
    body, key = {"grid_id": a_grid(registry), "name": "王五", "id_number": an_id_number()}, new_id()

    first, second = registry.post("/v1/people", body, key=key), registry.post("/v1/people", body, key=key)

    assert first.status_code == second.status_code == 201
    assert first.json() == second.json()
    assert registry.post("/v1/people", {**body, "name": "王六"}, key=key).status_code == 422


def test_people_are_found_in_another_spelling(registry):
    grid = a_grid(registry)
    person = a_person(registry, grid, name="張 龍", phones=[{"number": "138 0000 1234"}])

    by_name = ok(registry.post("/v1/people/search", {"name": "张龙"}), 200)["items"]
    by_phone = ok(registry.post("/v1/people/search", {"phone": "+8613800001234"}), 200)["items"]

    assert person in [one["id"] for one in by_name]
    assert person in [one["id"] for one in by_phone]
    assert registry.post("/v1/people/search", {}).json()["errors"][0]["code"] == "ONE_CRITERION"


@pytest.mark.rule("X-2")
def test_an_update_needs_the_version_that_was_read(registry):
    person = a_person(registry, a_grid(registry))
    eventually(lambda: "ELDER" in categories(registry, person))
    version = registry.get(f"/v1/people/{person}").headers["ETag"]

    ok(registry("PATCH", f"/v1/people/{person}", {"living_children": 2}, headers={"If-Match": version}), 200)
    stale = registry("PATCH", f"/v1/people/{person}", {"living_children": 3}, headers={"If-Match": version})

    assert (stale.status_code, stale.json()["code"]) == (409, "STALE_VERSION")
    assert stale.json()["current_version"] > int(version.strip('"')), "the answer says what to read again"


def test_the_same_address_in_another_spelling_is_refused(registry):
    grid = a_grid(registry)
    a_door(registry, grid, "501室")

    again = registry.post("/v1/dwellings", {"grid_id": grid, "estate": "景 园", "building_no": "三号楼", "room_no": "０５０１"})

    assert again.json()["code"] == "DWELLING_KNOWN"


def test_categories_follow_what_happens_to_a_household(registry):
    grid = a_grid(registry)
    wife, husband = a_person(registry, grid), a_person(registry, grid, living_children=1, born_on="1943-01-01")
    home = a_home(registry, a_door(registry, grid, 1), (wife, "HEAD"))
    eventually(lambda: categories(registry, wife) == ["AGED80", "ELDER", "LIVING_ALONE"])

    ok(registry.post(f"/v1/households/{home}/members", {"person_id": husband, "relation_to_head": "SPOUSE"}), 200)
    eventually(lambda: categories(registry, wife) == categories(registry, husband) == ["AGED80", "ELDER", "EMPTY_NEST"])

    refused = registry("PATCH", f"/v1/people/{husband}", {"residency": "IN_CARE_HOME"})
    assert (refused.status_code, refused.json()["code"]) == (409, "RESIDENCY_HAS_COMMANDS")
    ok(registry.post(f"/v1/people/{husband}/absence", {"kind": "CARE_HOME"}), 200)
    eventually(lambda: "LIVING_ALONE" in categories(registry, wife))

    ok(registry.post(f"/v1/people/{husband}/absence/end"), 200)
    for reason, code in (("DECEASED", "DEATH_HAS_COMMANDS"), ("MOVED_OUT", "MOVE_OUT_HAS_A_COMMAND"), ("CARE_HOME", "CARE_HOME_HAS_A_COMMAND")):
        refused = registry.post(f"/v1/households/{home}/members/{husband}/departure", {"out_reason": reason})
        assert (refused.status_code, [error["code"] for error in refused.json()["errors"]]) == (422, [code])
    ok(registry.post(f"/v1/households/{home}/members/{husband}/departure", {"out_reason": "OTHER"}), 200)
    eventually(lambda: "LIVING_ALONE" in categories(registry, wife) and categories(registry, husband) == ["AGED80", "ELDER"])


def test_nobody_has_two_primary_residences(registry):
    grid = a_grid(registry)
    person = a_person(registry, grid)
    home = a_home(registry, a_door(registry, grid, 1), (person, "HEAD"))
    body = {"dwelling_id": a_door(registry, grid, 2), "members": [{"person_id": person, "relation_to_head": "HEAD"}]}

    refused = registry.post("/v1/households", body)
    body["members"][0]["primary_residence"] = False

    assert (refused.json()["code"], refused.json()["household_id"]) == ("PRIMARY_RESIDENCE_ELSEWHERE", home)
    ok(registry.post("/v1/households", body))


def test_childless_is_stated_and_derived_categories_are_not(registry):
    person = a_person(registry, a_grid(registry))
    evidence = {"kind": "SELF_STATEMENT", "on": "2020-01-01", "ref": "档案 7"}

    ok(registry.post(f"/v1/people/{person}/classifications", {"code": "CHILDLESS", "since": "2020-01-01", "evidence": evidence}), 200)
    confirmation = f"/v1/people/{person}/classifications/CHILDLESS/confirmation"
    assert "CHILDLESS" not in categories(registry, person)
    assert registry.post(confirmation).json()["code"] == "SECOND_PERSON_NEEDED"
    ok(registry.post(confirmation, actor="another"), 200)
    refused = registry.post(f"/v1/people/{person}/classifications", {"code": "LIVING_ALONE", "since": "2020-01-01", "evidence": evidence})

    assert "CHILDLESS" in categories(registry, person)
    assert refused.json()["errors"][0]["code"] == "CATEGORY_IS_DERIVED"


@pytest.mark.promise("P9")
def test_who_may_see_what(registry):
    grid, elsewhere = a_grid(registry), a_grid(registry)
    person = a_person(registry, grid, phones=[{"number": "13800001234"}])

    def card(*roles, areas=()):
        return registry.get(f"/v1/people/{person}/card", roles=roles, areas=areas)

    assert card(Role.WORKER, areas=[grid]).json()["phones"] == ["138****1234"]
    assert card(Role.WORKER, areas=[elsewhere]).status_code == 404
    assert set(card(Role.BRANCH_SECRETARY).json()) == {"id", "version", "name"}
    assert card(Role.PARTNER).status_code == 403
    assert registry.get(f"/v1/people/{person}", roles=[Role.WORKER], areas=[elsewhere]).status_code == 404
    assert registry.get(f"/v1/people/{person}", roles=[Role.AUDITOR]).status_code == 403
    assert registry.get("/v1/people", roles=[Role.AUDITOR], grid_id=grid).json()["items"][0]["name"] == "王**"
    refused = registry.post("/v1/people", {"grid_id": grid, "name": "李四"}, roles=[Role.WORKER], areas=[elsewhere])
    assert refused.json()["errors"][0]["code"] == "UNKNOWN_REFERENCE"


@pytest.mark.rule("REG-1")
def test_a_case_file_is_opened_once_and_lowered_by_two(registry):
    grid = a_grid(registry)
    person = a_person(registry, grid)
    a_home(registry, a_door(registry, grid, 1), (person, "HEAD"))
    proposal = ok(registry.get(f"/v1/people/{person}/tier-proposal"), 200)
    assert (proposal["risk_tier"], proposal["risk_reasons"]) == ("HIGH", ["AGED80_LIVING_ALONE"])

    low = registry.post("/v1/case-files", {"person_id": person, "opened_by": "SELF", "risk_tier": "GENERAL"})
    assert low.json()["errors"][0]["code"] == "TIER_BELOW_RULE"
    body = {"person_id": person, "opened_by": "SELF", "risk_tier": "HIGH", "needs": ["DAILY_LIFE"]}
    file = ok(registry.post("/v1/case-files", body))["id"]
    assert registry.post("/v1/case-files", body).json()["code"] == "CASE_FILE_OPEN"

    ok(registry.post(f"/v1/case-files/{file}/tier-change", {"risk_tier": "KEY", "reason": "女儿搬来"}, staff="S1"), 200)
    assert registry.post(f"/v1/case-files/{file}/tier-change/approval", staff="S1").json()["code"] == "SECOND_PERSON_NEEDED"
    assert ok(registry.post(f"/v1/case-files/{file}/tier-change/approval", staff="S2"), 200)["risk_tier"] == "KEY"

    ok(registry.post(f"/v1/case-files/{file}/closure", {"reason": "NEED_ENDED"}), 200)
    ok(registry.post("/v1/case-files", body))


def at(minutes=0):
    return (datetime.now(UTC) - timedelta(minutes=5) + timedelta(minutes=minutes)).isoformat()


def an_open_round(registry, *grids, **more):
    body = {"name": "春季敲门", "scope_grid_ids": list(grids), "opens_on": "2025-03-01", "due_on": "2025-04-30", **more}
    id = ok(registry.post("/v1/census-rounds", body))["id"]
    ok(registry.post(f"/v1/census-rounds/{id}/opening"), 200)
    return id


def open_doors(registry, round_id):
    return ok(registry.get(f"/v1/census-rounds/{round_id}/targets", open="true"), 200)["items"]


def resolve(registry, target_id, status=201, **body):
    body = body or {"result": "WRONG_ADDRESS", "outcome": "NOT_A_DWELLING", "evidence_ref": "物业登记"}
    return ok(registry.post(f"/v1/census-targets/{target_id}/attempts", {"happened_at": at(), **body}), status)


@pytest.mark.rule("REG-10", "REG-11", "REG-15", "REG-16", "REG-17")
def test_a_round_from_its_frame_to_its_certificate(registry):
    grid = a_grid(registry)
    person = a_person(registry, grid)
    lived_in = a_door(registry, grid, 1)
    a_home(registry, lived_in, (person, "HEAD"))
    a_door(registry, grid, 2)
    round_id = an_open_round(registry, grid)
    first, second = sorted(open_doors(registry, round_id), key=lambda target: target["dwelling_id"] != lived_in)
    assert first["expected_person_ids"] == [person]

    assert resolve(registry, first["id"], result="NO_ANSWER")["state"] == "ATTEMPTED"
    interview = {"spoke_to_person_id": person, "confirmed_person_ids": [person]}
    undecided = resolve(registry, first["id"], 422, result="OPENED", outcome="INTERVIEWED", interview=interview)
    assert undecided["errors"][0]["code"] == "ELDERS_UNDECIDED"
    body = {"person_id": person, "opened_by": "ROUND", "round_id": round_id, "risk_tier": "HIGH"}
    file = ok(registry.post("/v1/case-files", body))["id"]
    interview["elders"] = [{"person_id": person, "case_file_id": file}]
    assert resolve(registry, first["id"], result="OPENED", outcome="INTERVIEWED", interview=interview)["covers_person_ids"] == [person]

    ok(registry.post(f"/v1/census-rounds/{round_id}/closing-request"), 200)
    refused = registry.post(f"/v1/census-rounds/{round_id}/closure")
    assert (refused.status_code, refused.json()["code"], refused.json()["open"]) == (409, "ROUND_NOT_COVERED", [second["id"]])
    assert refused.json()["by_grid"] == {grid: 1}
    assert "1 户" in refused.json()["title"]

    resolve(registry, second["id"])
    found = ok(registry.post(f"/v1/census-rounds/{round_id}/targets", {"dwelling_id": a_door(registry, grid, 3)}))
    assert (found["origin"], found["state"]) == ("DISCOVERED", "PENDING")
    assert ok(registry.get(f"/v1/census-rounds/{round_id}"), 200)["state"] == "OPEN"
    resolve(registry, found["id"])
    ok(registry.post(f"/v1/census-rounds/{round_id}/closing-request"), 200)
    closed = ok(registry.post(f"/v1/census-rounds/{round_id}/closure"), 200)

    tally = closed["certificates"][0]["tally"]
    assert (closed["state"], tally["doors"], tally["resolved"], tally["interviewed"]) == ("CLOSED", 3, 3, 1)
    assert (tally["door_coverage"], tally["contact_rate"], tally["person_coverage"]) == (1.0, 1.0, 1.0)
    assert (
        registry.post(f"/v1/census-targets/{found['id']}/attempts", {"happened_at": at(), "result": "OPENED"}).json()["code"]
        == "ROUND_NOT_OPEN"
    )


@pytest.mark.rule("REG-15")
def test_a_door_registered_after_the_freeze_and_forgotten_by_all_keeps_the_round_open(registry):
    grid = a_grid(registry)
    a_door(registry, grid, 1)
    round_id = an_open_round(registry, grid)
    resolve(registry, open_doors(registry, round_id)[0]["id"])
    late = a_door(registry, grid, 2)
    ok(registry.post(f"/v1/census-rounds/{round_id}/closing-request"), 200)

    refused = registry.post(f"/v1/census-rounds/{round_id}/closure")

    assert refused.json()["code"] == "ROUND_NOT_COVERED"
    assert [target["dwelling_id"] for target in open_doors(registry, round_id)] == [late]


@pytest.mark.rule("REG-10", "REG-15")
def test_doors_that_are_added_while_the_round_is_being_closed_are_never_left_out(registry):
    grid = a_grid(registry)
    a_door(registry, grid, 1)
    round_id = an_open_round(registry, grid, population="ALL_DOORS")
    resolve(registry, open_doors(registry, round_id)[0]["id"])
    new = [a_door(registry, grid, 10 + n) for n in range(4)]
    ok(registry.post(f"/v1/census-rounds/{round_id}/closing-request"), 200)

    def act(dwelling_id):
        if dwelling_id:
            return registry.post(f"/v1/census-rounds/{round_id}/targets", {"dwelling_id": dwelling_id})
        return registry.post(f"/v1/census-rounds/{round_id}/closure")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(act, [new[0], None, new[1], None, new[2], None, new[3], None]))

    round_ = ok(registry.get(f"/v1/census-rounds/{round_id}"), 200)
    assert all(answer.status_code in (200, 201, 409) for answer in answers), [answer.text for answer in answers]
    assert (round_["state"] == "CLOSED") != bool(open_doors(registry, round_id))


@pytest.mark.rule("REG-14")
def test_an_exempt_door_carries_over_to_the_next_round(registry):
    grid = a_grid(registry)
    a_door(registry, grid, 1)
    round_id = an_open_round(registry, grid)
    target = open_doors(registry, round_id)[0]["id"]
    ok(registry.post(f"/v1/census-targets/{target}/exemption", {"code": "LEGAL_SEAL"}, staff="S1"), 200)
    assert registry.post(f"/v1/census-targets/{target}/exemption/approval", staff="S1").status_code == 403
    ok(registry.post(f"/v1/census-targets/{target}/exemption/approval", staff="S2"), 200)
    ok(registry.post(f"/v1/census-rounds/{round_id}/closing-request"), 200)
    closed = ok(registry.post(f"/v1/census-rounds/{round_id}/closure"), 200)
    assert closed["certificates"][0]["tally"]["exempt_doors"] == [
        {"target_id": target, "code": "LEGAL_SEAL", "by": "S1", "second_by": "S2"}
    ]

    again = an_open_round(registry, grid)

    assert open_doors(registry, again)[0]["origin"] == "CARRY_OVER"


def test_a_partial_interview_owes_the_rest(registry):
    grid = a_grid(registry)
    seen, unseen = a_person(registry, grid, born_on="1990-01-01"), a_person(registry, grid, born_on="1992-01-01")
    a_home(registry, a_door(registry, grid, 1), (seen, "HEAD"), (unseen, "SPOUSE"))
    round_id = an_open_round(registry, grid)
    interview = {"spoke_to_person_id": seen, "confirmed_person_ids": [seen]}

    resolve(registry, open_doors(registry, round_id)[0]["id"], result="OPENED", outcome="INTERVIEWED_PARTLY", interview=interview)

    rest = open_doors(registry, round_id)
    assert [(target["origin"], target["expected_person_ids"]) for target in rest] == [("SPLIT", [unseen])]


def test_a_round_of_elder_doors_visits_only_those(registry):
    grid = a_grid(registry)
    elder, door = a_person(registry, grid), a_door(registry, grid, 1)
    a_home(registry, door, (elder, "HEAD"))
    a_door(registry, grid, 2)
    eventually(lambda: registry.get(f"/v1/people/{elder}/card").json()["home"])

    round_id = an_open_round(registry, grid, population="ELDER_DOORS")

    assert [target["dwelling_id"] for target in open_doors(registry, round_id)] == [door]


def test_a_round_needs_somebody_responsible_and_rights_over_all_its_grids(registry):
    grid, led = a_grid(registry, lead=False), a_grid(registry)
    a_door(registry, grid, 1)
    body = {"name": "x", "scope_grid_ids": [grid, led], "opens_on": "2025-03-01", "due_on": "2025-04-30"}
    round_id = ok(registry.post("/v1/census-rounds", body))["id"]

    refused = registry.post(f"/v1/census-rounds/{round_id}/opening")
    beyond = registry.post(f"/v1/census-rounds/{round_id}/opening", roles=[Role.GRID_LEAD], areas=[led])

    assert (refused.json()["code"], refused.json()["grid_ids"]) == ("GRID_WITHOUT_LEAD", [grid])
    assert beyond.json()["code"] == "ROUND_BEYOND_YOUR_GRIDS"


def test_a_door_is_kept_and_given_back(registry):
    grid = a_grid(registry)
    a_door(registry, grid, 1)
    target = open_doors(registry, an_open_round(registry, grid))[0]["id"]

    assert ok(registry.post(f"/v1/census-targets/{target}/reservation", staff="S1"), 200)["reserved_by"] == "S1"
    assert registry.post(f"/v1/census-targets/{target}/reservation", staff="S2").json()["code"] == "TARGET_NOT_FREE"
    assert ok(registry.post(f"/v1/census-targets/{target}/release", staff="S1"), 200)["state"] == "PENDING"


def test_birthdays_and_lapsed_reservations_come_with_the_clock(registry):
    grid, now = a_grid(registry), datetime.now(UTC)
    elder = a_person(registry, grid, born_on=f"{now.year - 61}-01-15")
    younger = a_person(registry, grid, born_on=f"{now.year - 59}-01-15")
    a_door(registry, grid, 1)
    target = open_doors(registry, an_open_round(registry, grid))[0]["id"]
    ok(registry.post(f"/v1/census-targets/{target}/reservation", staff="S1"), 200)
    eventually(lambda: categories(registry, elder) == ["ELDER"])
    registry.settle()
    assert categories(registry, younger) == []

    later = (now + timedelta(days=400)).isoformat()
    ok(registry.post("/internal/simulation/clock", {"now": later}, roles=[Role.SYSTEM]), 200)

    eventually(lambda: categories(registry, younger) == ["ELDER"])
    eventually(lambda: registry.get(f"/v1/census-targets/{target}").json()["state"] == "PENDING")


@pytest.mark.promise("P9")
def test_nobody_names_people_beyond_their_grids_in_what_they_send(registry):
    mine, other = a_grid(registry), a_grid(registry)
    me = {"roles": (Role.WORKER,), "areas": (mine,), "staff": new_id()}
    here, there = a_person(registry, mine), a_person(registry, other)
    door = a_door(registry, mine, 901)
    home = a_home(registry, door, (here, "HEAD"))
    target = open_doors(registry, an_open_round(registry, mine))[0]["id"]
    knock = {"happened_at": at(), "result": "OPENED"}
    interview = {"confirmed_person_ids": [here], "spoke_to_person_id": here}
    partner = {"outcome": "SEEN_BY_PARTNER", "evidence_ref": "12", "seen_on": at()[:10]}

    def refused(path, body):
        answer = registry.post(path, body, **me)
        return answer.status_code, answer.json()["errors"][0]["field"], answer.json()["errors"][0]["code"]

    attempts = f"/v1/census-targets/{target}/attempts"
    unknown = (422, "persons_seen.0", "UNKNOWN_REFERENCE")
    assert refused(attempts, {**knock, **partner, "persons_seen": [there]}) == unknown
    assert refused(attempts, {**knock, "interview": {**interview, "gone_person_ids": [there]}})[1] == "interview.gone_person_ids.0"
    assert refused(attempts, {**knock, "interview": {**interview, "elders": [{"person_id": there, "no_need": "SERVED_ELSEWHERE"}]}})[1] == "interview.elders.0.person_id"
    assert refused(attempts, {**knock, "outcome": "DUPLICATE_OF", "duplicate_of": new_id()}) == (422, "duplicate_of", "UNKNOWN_REFERENCE")
    assert refused(f"/v1/households/{home}/members", {"person_id": there, "relation_to_head": "OTHER"})[1:] == ("person_id", "UNKNOWN_REFERENCE")
    assert refused("/v1/case-files", {"person_id": there, "opened_by": "VISIT", "risk_tier": "GENERAL"})[1:] == ("person_id", "UNKNOWN_REFERENCE")
    assert ok(registry.get(f"/v1/census-targets/{target}"), 200)["attempts"] == []


@pytest.mark.promise("P9")
def test_a_refusal_names_nobody_beyond_the_callers_grids(registry, mongodb_uri):
    mine, other = a_grid(registry), a_grid(registry)
    me = {"roles": (Role.WORKER,), "areas": (mine,)}
    number = an_id_number()
    holder = a_person(registry, other, id_number=number, id_type="RESIDENT_ID")
    here = a_person(registry, mine)
    a_home(registry, a_door(registry, other, 902), (here, "HEAD"))
    # The home's grid is the person's from now on; the one who moved away is out of reach.
    eventually(lambda: registry.get(f"/v1/people/{here}", **me).status_code == 404)

    blind = registry.post("/v1/people", {"grid_id": mine, "name": "王秀英", "id_number": number, "id_type": "RESIDENT_ID"}, **me)
    seen = registry.post("/v1/people", {"grid_id": other, "name": "王秀英", "id_number": number, "id_type": "RESIDENT_ID"})

    assert (blind.status_code, blind.json()["code"], blind.json().get("person_id")) == (409, "ID_NUMBER_KNOWN", None)
    assert (seen.status_code, seen.json()["person_id"]) == (409, holder)
    eventually(lambda: any(b'"grid_id"' in body and other.encode() in body for body in told_of(mongodb_uri, here, "PersonUpdated")), why="others know of the move")


@pytest.mark.promise("P9")
def test_an_auditor_gets_no_name_by_the_card_either(registry):
    person = a_person(registry, a_grid(registry), phones=[{"number": "13812345678"}])

    card = ok(registry.get(f"/v1/people/{person}/card", roles=(Role.AUDITOR,)), 200)
    whole = ok(registry.get(f"/v1/people/{person}/card", roles=(Role.ADMINISTRATOR,)), 200)

    assert (card["name"], card["born_on"], card["phones"]) == ("王**", None, [])
    assert (whole["name"], whole["born_on"]) == ("王秀英", "1940-05-05")


def test_the_code_of_a_grid_is_a_code(registry):
    for text in ("王秀英", "JY 01", "211102194111070031", "a" * 41):
        assert registry.post("/v1/grids", {"code": text, "name": "网格"}).status_code == 422
