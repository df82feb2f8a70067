"""Guardians, consents, kin, birthdays and categories over HTTP: wiring, permissions, races and what follows from facts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
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
        return [bytes(fact["body"]) for log in logs for fact in log.find({"name": name}) if id.encode() in bytes(fact["body"])]


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
    assert b"\xe6\xb0\x91\xe5\x88\x9d" not in b"".join(told(mongodb_uri, "GuardianshipChanged", his)), "no paper is quoted in an event"
    assert {row["guardian_id"] for row in ok(registry.get("/v1/guardianships", ward_id=child), 200)["items"]} == {mother, father}
    assert "evidence_ref" not in registry.get("/v1/guardianships", ward_id=child).text
    assert hers != his


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
