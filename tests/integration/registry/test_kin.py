"""Guardians, consents, kin, birthdays and categories over HTTP: wiring, permissions, races and what follows from facts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from pymongo import MongoClient

from services.common.access import Role
from services.common.ids import new_id
from tests.support.running import eventually

_numbers = count(1)
STAFF2 = {"actor": "second", "staff": new_id()}


def ok(response, status=201):
    assert response.status_code == status, response.text
    return response.json()


def refused(response, code, status=409):
    assert response.status_code == status, response.text
    body = response.json()
    assert code in (body["code"], *(error["code"] for error in body.get("errors", ()))), body
    return body


@pytest.fixture(scope="module")
def grid(registry):
    lead = ok(registry.post("/v1/staff", {"name": "李梅", "post": "GRID_LEAD"}))["id"]
    return ok(registry.post("/v1/grids", {"code": f"KIN-{next(_numbers)}", "name": "亲情网格", "lead_staff_id": lead}))["id"]


def a_person(registry, grid, name="王秀英", born="1940-05-05", **more):
    return ok(registry.post("/v1/people", {"grid_id": grid, "name": name, "born_on": born, **more}))["id"]


def a_guardian(registry, ward, guardian, **more):
    body = {"ward_id": ward, "guardian_id": guardian, "kind": "PARENT", "since": "2016-05-05", "evidence_ref": "出生证 附卷3"}
    body |= {"may": ["CONSENT_ACTIVITY", "CONSENT_MEDICAL", "PICK_UP", "DATA"], **more}
    return registry.post("/v1/guardianships", body)


def consent(registry, person, given_by=None, **more):
    body = {"given_by_id": given_by or person, "capacity": "SELF", "purpose": "PHOTO_INTERNAL", "channel": "PAPER", **more}
    return registry.post(f"/v1/people/{person}/consents", body)


def permitted(registry, person, purpose="PHOTO_INTERNAL"):
    return ok(registry.get(f"/v1/people/{person}/permission", purpose=purpose), 200)["permitted"]


def told(mongodb_uri, name, id):
    """Return how many facts of one name that speak of an id were published."""
    with MongoClient(mongodb_uri) as client:
        logs = [client[database]["events"] for database in client.list_database_names() if database.endswith("registry")]
        return [bytes(fact["body"]) for log in logs for fact in log.find({"name": name}).sort("sequence", 1) if id.encode() in bytes(fact["body"])]


@pytest.mark.rule("REG-45", "X-15")
def test_a_court_order_ends_what_the_blocked_parent_consented_to(registry, grid, mongodb_uri):
    child, mother, father = (a_person(registry, grid, name, born) for name, born in (("小宝", "2016-05-05"), ("李娜", "1988-01-01"), ("王强", "1987-01-01")))
    hers, his = (ok(a_guardian(registry, child, parent))["id"] for parent in (mother, father))
    refused(a_guardian(registry, child, mother), "GUARDIANSHIP_STANDS")
    refused(consent(registry, child), "GUARDIAN_CONSENT_NEEDED")
    refused(consent(registry, child, father, capacity="GUARDIAN"), "ASK_THE_CHILD", 422)
    given = ok(consent(registry, child, father, capacity="GUARDIAN", assent="YES"))["id"]
    assert permitted(registry, child)

    blocked = ok(registry.post(f"/v1/guardianships/{his}/block", {"on": "2025-01-02", "evidence_ref": "(2025)民初12号"}), 200)

    assert blocked["blocked"] and blocked["state"] == "BLOCKED"
    eventually(lambda: not permitted(registry, child), why="the consent of a blocked guardian ends")
    consents = ok(registry.get(f"/v1/people/{child}/consents"), 200)["items"]
    assert [(one["id"], one["state"], one["end_reason"]) for one in consents] == [(given, "ENDED", "GUARDIANSHIP_ENDED")]
    refused(consent(registry, child, father, capacity="GUARDIAN", assent="YES"), "GUARDIAN_BLOCKED")
    lifting = {"evidence_ref": "(2025)民终3号"}
    refused(registry.post(f"/v1/guardianships/{his}/block/lifting", lifting), "SECOND_PERSON_NEEDED", 403)
    assert ok(registry.post(f"/v1/guardianships/{his}/block/lifting", lifting, **STAFF2), 200)["state"] == "ACTIVE"
    eventually(lambda: told(mongodb_uri, "ConsentChanged", given))
    answers = eventually(lambda: told(mongodb_uri, "RegistryCascadeApplied", given))
    assert b"GuardianshipChanged" in answers[0] and f"consent/{given}".encode() in answers[0], "registry says what it ended (U10)"
    assert b"\xe6\xb0\x91\xe5\x88\x9d" not in b"".join(told(mongodb_uri, "GuardianshipChanged", his)), "no paper is quoted in an event"
    assert {row["guardian_id"] for row in ok(registry.get("/v1/guardianships", ward_id=child), 200)["items"]} == {mother, father}
    assert "evidence_ref" not in registry.get("/v1/guardianships", ward_id=child).text
    assert hers != his


@pytest.mark.rule("REG-45")
def test_a_block_outlives_the_guardianship_and_is_lifted_by_two(registry, grid):
    child, father = a_person(registry, grid, "小宁", "2016-05-05"), a_person(registry, grid, "王强", "1987-01-01")
    entry = {"other_person_id": father, "relation": "PARENT", "phone": "13812340066", "emergency_rank": 1}
    ok(registry.post(f"/v1/people/{child}/kin", entry))
    his = ok(a_guardian(registry, child, father))["id"]
    ok(registry.post(f"/v1/guardianships/{his}/block", {"on": "2025-01-02", "evidence_ref": "(2025)民初12号"}), 200)

    refused(registry.post(f"/v1/guardianships/{his}/ending", {"until": "2025-02-01", "reason": "MERGED"}), "NOT_A_CHOICE", 422)
    ok(registry.post(f"/v1/guardianships/{his}/ending", {"until": "2025-02-01", "reason": "RESIGNED"}), 200)

    refused(a_guardian(registry, child, father, kind="APPOINTED"), "GUARDIAN_BLOCKED")
    refused(consent(registry, child, father, capacity="KIN_ASSIST"), "GUARDIAN_BLOCKED")
    assert registry.post(f"/v1/people/{child}/kin/emergency", {"reason": "ACCIDENT"}).json()["kin"] == []
    shown = ok(registry.get(f"/v1/people/{child}/kin"), 200)["kin"][0]
    assert (shown["blocked"], shown["phone_shown"]) == (True, False)
    lifting = {"evidence_ref": "(2025)民终3号"}
    refused(registry.post(f"/v1/guardianships/{his}/block/lifting", lifting), "SECOND_PERSON_NEEDED", 403)
    assert ok(registry.post(f"/v1/guardianships/{his}/block/lifting", lifting, **STAFF2), 200)["state"] == "ENDED"
    ok(a_guardian(registry, child, father, kind="APPOINTED"))


@pytest.mark.rule("X-15")
def test_parents_who_disagree_and_a_child_who_does_not_want(registry, grid):
    child, mother, father = (a_person(registry, grid, name, born) for name, born in (("小贝", "2015-05-05"), ("赵云", "1988-01-01"), ("钱进", "1987-01-01")))
    for parent in (mother, father):
        ok(a_guardian(registry, child, parent))
    hers = ok(consent(registry, child, mother, capacity="GUARDIAN", assent="YES"))["id"]
    his = ok(consent(registry, child, father, capacity="GUARDIAN", decision="NO"))["id"]
    assert not permitted(registry, child)

    ok(registry.post(f"/v1/consents/{his}/withdrawal"), 200)
    assert permitted(registry, child)
    ok(registry.post(f"/v1/consents/{hers}/assent", {"assent": "NO"}), 200)

    assert not permitted(registry, child)


@pytest.mark.rule("X-14")
def test_of_many_who_record_one_voice_at_once_one_wins_and_a_repetition_is_one(registry, grid):
    person, key = a_person(registry, grid), new_id()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: consent(registry, person), range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]

    body = {"given_by_id": person, "capacity": "SELF", "purpose": "SHARE_DISTRICT", "channel": "PAPER"}
    first, again = (registry.post(f"/v1/people/{person}/consents", body, key=key) for _ in range(2))
    assert first.status_code == again.status_code == 201 and first.json() == again.json()


@pytest.mark.rule("X-14", "X-16")
def test_consents_and_guardians_are_kept_from_whom_they_do_not_concern(registry, grid):
    person = a_person(registry, grid)
    given = ok(consent(registry, person))["id"]
    stranger = {"roles": (Role.WORKER,), "areas": (new_id(),), "actor": "stranger"}
    partner = {"roles": (Role.PARTNER,), "actor": "partner"}

    for path in (f"/v1/people/{person}/consents", f"/v1/people/{person}/permission?purpose=REGISTER"):
        assert registry.get(path, **stranger).status_code == 404
        assert registry.get(path, **partner).status_code == 403
    assert registry.post(f"/v1/consents/{given}/withdrawal", **stranger).status_code == 404
    assert registry.post(f"/v1/consents/{given}/withdrawal", roles=(Role.AUDITOR,)).status_code == 403
    body = {"ward_id": person, "guardian_id": person, "kind": "AGREED", "may": ["DATA"], "since": "2024-01-01", "evidence_ref": "x"}
    refused(registry.post("/v1/guardianships", body, **stranger), "UNKNOWN_REFERENCE", 422)
    assert registry.get("/v1/guardianships", roles=(Role.BRANCH_SECRETARY,)).status_code == 403


def a_home(registry, grid, *members):
    door = ok(registry.post("/v1/dwellings", {"grid_id": grid, "estate": "景园", "building_no": "8", "room_no": str(next(_numbers))}))["id"]
    body = {"dwelling_id": door, "opened_on": "2020-01-01", "members": [{"person_id": who, "relation_to_head": relation} for who, relation in members]}
    return ok(registry.post("/v1/households", body))["id"]


def categories(registry, person):
    return set(ok(registry.get(f"/v1/people/{person}/card"), 200)["categories"])


def kin_of(registry, person, **more):
    return ok(registry.get(f"/v1/people/{person}/kin", **more), 200)["kin"]


@pytest.mark.rule("X-14")
def test_the_phone_of_kin_is_shown_where_the_person_agreed_or_in_an_emergency(registry, grid):
    elder = a_person(registry, grid)
    ok(registry.post(f"/v1/people/{elder}/kin", {"relation": "SIBLING", "name": "王大明", "contact_freq": "RARE"}))
    added = ok(registry.post(f"/v1/people/{elder}/kin", {"relation": "CHILD", "name": "王建国", "phone": "13812345678", "emergency_rank": 1}))
    entry = added["kin_ids"][1]

    first = kin_of(registry, elder)[0]
    assert (first["id"], first["phone"], first["phone_shown"]) == (entry, "138****5678", False)
    urgent = ok(registry.post(f"/v1/people/{elder}/kin/emergency", {"reason": "NO_ANSWER"}), 200)["kin"]
    assert urgent[0]["phone"] == "+8613812345678"
    assert registry.post(f"/v1/people/{elder}/kin/emergency", {"reason": "NO_ANSWER"}, roles=(Role.AUDITOR,)).status_code == 403
    night = {"roles": (Role.DUTY_OFFICER,)}
    assert ok(registry.post(f"/v1/people/{elder}/kin/emergency", {"reason": "NO_ANSWER"}, **night), 200)["kin"] == urgent
    looks = [registry.get(f"/v1/people/{elder}{part}", **night).status_code for part in ("/card", "/whereabouts", "/kin", "")]
    assert looks == [200, 200, 403, 403], "who is on duty at night finds an elder, and reads no more of them"
    assert registry.post(f"/v1/people/{elder}/kin/emergency", {"reason": "NO_ANSWER"}, roles=(Role.WORKER,), areas=(new_id(),)).status_code == 404

    given = ok(consent(registry, elder, purpose="CONTACT_KIN", scope=[entry]))["id"]
    assert kin_of(registry, elder)[0]["phone"] == "+8613812345678"
    ok(registry.post(f"/v1/consents/{given}/withdrawal"), 200)
    assert kin_of(registry, elder)[0]["phone"] == "138****5678"
    assist = ok(consent(registry, elder, entry, capacity="KIN_ASSIST", channel="VERBAL_WITNESSED", witness_id=new_id()))
    assert assist["capacity"] == "KIN_ASSIST"
    assert b"13812345678" not in registry.get(f"/v1/people/{elder}").content


@pytest.mark.rule("REG-2")
def test_what_becomes_known_of_children_changes_the_categories_of_a_couple(registry, grid, mongodb_uri):
    wife, husband, son = (a_person(registry, grid, name, born) for name, born in (("刘芳", "1945-02-02"), ("张强", "1944-02-02"), ("张小强", "1970-02-02")))
    a_home(registry, grid, (husband, "HEAD"), (wife, "SPOUSE"))
    eventually(lambda: categories(registry, wife) == {"ELDER", "AGED80"})

    body = {"relation": "CHILD", "other_person_id": son, "distance": "ABROAD", "distance_since": "2024-01-01"}
    ok(registry.post(f"/v1/people/{wife}/kin", body))
    eventually(lambda: categories(registry, wife) == {"ELDER", "AGED80", "EMPTY_NEST", "LEFT_BEHIND"})
    eventually(lambda: "EMPTY_NEST" in categories(registry, husband), why="the couple shares its nest")
    refused(registry.post(f"/v1/people/{wife}/kin", body), "KIN_KNOWN")
    entry = kin_of(registry, wife)[0]["id"]
    assert registry("PATCH", f"/v1/people/{wife}/kin/{entry}", {"distance": "SAME_CITY"}).status_code == 200
    eventually(lambda: categories(registry, wife) == {"ELDER", "AGED80", "EMPTY_NEST"})

    def ended():
        facts = [body for body in told(mongodb_uri, "ClassificationChanged", wife) if b"LEFT_BEHIND" in body]
        return len(facts) == 2 and b'"holds":false' in facts[-1]

    eventually(ended, why="what is kept is published a moment later")


@pytest.mark.rule("REG-2a", "X-14")
def test_a_sensitive_category_is_in_no_list_and_no_event_and_needs_consent(registry, grid, mongodb_uri):
    elder = a_person(registry, grid)
    recently = (date.today() - timedelta(days=30)).isoformat()
    evidence = {"kind": "DOCUMENT", "on": recently, "ref": "评估 12"}
    body = {"code": "COGNITIVE", "since": recently, "evidence": evidence}
    path = f"/v1/people/{elder}/classifications"
    refused(registry.post(path, body), "HEALTH_NOTE_NOT_AGREED")
    ok(consent(registry, elder, purpose="HEALTH_NOTE"))

    assert "COGNITIVE" not in registry.post(path, body).text
    lost = {"code": "LOST_ONLY_CHILD", "since": "2020-01-01", "evidence": {"kind": "OFFICIAL_LIST", "on": "2020-01-01"}}
    ok(registry.post(path, lost), 200)

    eventually(lambda: len(told(mongodb_uri, "ClassificationChanged", elder)) >= 3)
    facts = b"".join(told(mongodb_uri, "ClassificationChanged", elder))
    assert b"RESTRICTED" in facts and b"COGNITIVE" not in facts and b"LOST" not in facts
    for answer in (registry.get(f"/v1/people/{elder}"), registry.get(f"/v1/people/{elder}/card"), registry.get("/v1/people", grid_id=grid)):
        assert "COGNITIVE" not in answer.text and "LOST_ONLY_CHILD" not in answer.text
    assert registry.get("/v1/people", category="LOST_ONLY_CHILD").status_code == 422
    shown = ok(registry.get(f"/v1/people/{elder}/categories"), 200)
    assert {one["code"] for one in shown["restricted"]} == {"COGNITIVE", "LOST_ONLY_CHILD"}
    assert registry.get(f"/v1/people/{elder}/categories", roles=(Role.AUDITOR,)).status_code == 403
    assert registry.get(f"/v1/people/{elder}/categories", roles=(Role.WORKER,), areas=(new_id(),)).status_code == 404


@pytest.mark.rule("X-16", "X-14", "X-18")
def test_abilities_are_noted_with_consent_and_shown_by_themselves_alone(registry, grid, mongodb_uri):
    entry = {"grid_id": grid, "name": "洪福来", "born_on": "1941-03-03", "dialects": ["SHANDONG"], "has_smartphone": False, "reads_chinese": "LITTLE"}
    refused(registry.post("/v1/people", {**entry, "abilities": {"hearing": 3}}), "ABILITIES_FOLLOW_CONSENT", 422)
    elder = ok(registry.post("/v1/people", entry))["id"]
    path, of_another = f"/v1/people/{elder}", {"roles": (Role.WORKER,), "areas": (new_id(),)}
    said = {"abilities": {"hearing": 3, "mobility": 1}}
    refused(registry("PATCH", path, said), "HEALTH_NOTE_NOT_AGREED")
    ok(registry("PATCH", path, {"abilities": None}), 200)
    ok(consent(registry, elder, purpose="HEALTH_NOTE"))

    changed = ok(registry("PATCH", path, said), 200)

    assert (changed["dialects"], changed["has_smartphone"], changed["reads_chinese"]) == (["SHANDONG"], False, "LITTLE")
    assert ok(registry.get(f"{path}/abilities"), 200) == {"person_id": elder, "mobility": 1, "hearing": 3, "vision": None, "cognition": None}
    for answer in (registry.get(path), registry.get(f"{path}/card"), registry.get("/v1/people", grid_id=grid), registry.post("/v1/people/search", {"name": "洪福来"})):
        assert answer.status_code == 200 and "hearing" not in answer.text
    assert registry.get(f"{path}/abilities", roles=(Role.AUDITOR,)).status_code == 403
    assert registry.get(f"{path}/abilities", **of_another).status_code == 404
    eventually(lambda: any(b'"abilities"' in body for body in told(mongodb_uri, "PersonUpdated", elder)))
    assert b"hearing" not in b"".join(told(mongodb_uri, "PersonUpdated", elder))


@pytest.mark.rule("REG-3")
def test_an_override_stands_before_the_rule(registry, grid):
    elder = a_person(registry, grid)
    a_home(registry, grid, (elder, "HEAD"))
    eventually(lambda: "LIVING_ALONE" in categories(registry, elder))
    path = f"/v1/people/{elder}/overrides/LIVING_ALONE"

    refused(registry.post(path, {"holds": False, "note": "已有人同住"}), "CO_RESIDENT_NEEDED", 422)
    refused(registry.post(f"/v1/people/{elder}/overrides/NONSENSE", {"holds": False, "note": "x"}), "NOT_A_CHOICE", 422)
    ok(registry.post(path, {"holds": False, "note": "已有人同住", "co_resident_name": "侄女王芳"}), 200)
    assert "LIVING_ALONE" not in categories(registry, elder)
    assert ok(registry.get(f"/v1/people/{elder}/categories"), 200)["overrides"][0]["co_resident_name"] == "侄女王芳"

    ok(registry.post(f"{path}/withdrawal"), 200)
    assert "LIVING_ALONE" in categories(registry, elder)


def in_days(n):
    return date.today() + timedelta(days=n)


def solar(day):
    return {"calendar": "SOLAR", "month": day.month, "day": day.day}


def announced(mongodb_uri, person):
    return len(told(mongodb_uri, "BirthdayDue", person)), len(told(mongodb_uri, "BirthdaySuppressed", person))


@pytest.mark.rule("X-9", "X-10", "REG-30")
def test_a_birthday_is_announced_listed_and_taken_back_when_the_house_mourns(registry, grid, mongodb_uri):
    wife = a_person(registry, grid, "孙丽", "1946-02-02", celebrated=solar(in_days(10)), living_children=0)
    husband = a_person(registry, grid, "钱伟", "1945-02-02")
    a_home(registry, grid, (husband, "HEAD"), (wife, "SPOUSE"))
    eventually(lambda: announced(mongodb_uri, wife) == (1, 0))

    window = {"from": in_days(5).isoformat(), "to": in_days(15).isoformat(), "grid_id": grid}
    listed = ok(registry.get("/v1/birthdays", **window), 200)["items"]
    assert [(one["person_id"], one["name"], one["suppressed"]) for one in listed] == [(wife, "孙*", None)]
    assert registry.get("/v1/birthdays", **{**window, "to": in_days(200).isoformat()}).status_code == 422
    assert registry.get("/v1/birthdays", **window, roles=(Role.BRANCH_SECRETARY,)).status_code == 403
    assert ok(registry.get("/v1/birthdays", **window, roles=(Role.WORKER,), areas=(new_id(),)), 200)["items"] == []

    ok(registry.post(f"/v1/people/{husband}/death-report", {"informant": "KIN", "informant_name": "女儿"}), 200)
    eventually(lambda: announced(mongodb_uri, wife) == (1, 1), why="a widow is not congratulated")
    assert [one["suppressed"] for one in ok(registry.get("/v1/birthdays", **window), 200)["items"]] == ["IN_MOURNING"]

    wishes = ok(registry.post(f"/v1/people/{wife}/greeting-wishes", {"opted_out": False, "also_in_mourning": True}), 200)
    assert wishes["also_in_mourning"] and len(wishes["mourning"]) == 1
    eventually(lambda: announced(mongodb_uri, wife) == (2, 1), why="the family wants it all the same")
    stranger = {"roles": (Role.WORKER,), "areas": (new_id(),)}
    assert registry.post(f"/v1/people/{wife}/greeting-wishes", {"opted_out": True}, **stranger).status_code == 404


@pytest.mark.rule("X-7")
def test_an_unknown_birthday_is_asked_for_once_and_no_more_when_it_is_known(registry, grid):
    elder = a_person(registry, grid, "冯静", "1948-01-01", birth_precision="YEAR")
    eventually(lambda: "ELDER" in categories(registry, elder))
    system = {"roles": (Role.SYSTEM,)}
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    ok(registry.post("/internal/simulation/clock", {"now": tomorrow}, **system), 200)

    def asked():
        return ok(registry.get("/v1/tasks", person_id=elder, kind="ASK_BIRTHDAY"), 200)["items"]

    [task] = eventually(asked, why="the day is asked for")
    assert registry("PATCH", f"/v1/people/{elder}", {"celebrated": {"calendar": "LUNAR", "month": 8, "day": 15}}).status_code == 200
    eventually(lambda: asked() == [], why="nobody asks for what is known")
    assert ok(registry.get(f"/v1/tasks/{task['id']}"), 200)["state"] == "DONE"
    ok(registry.post("/internal/simulation/clock", {"now": datetime.now(UTC).isoformat()}, **system), 200)
