"""What a sceptical practitioner asks to see of study that no member misses, through the gateway in simulated time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from services.common.ids import new_id
from tests.e2e.practice import Colleague, Practice

pytestmark = pytest.mark.timeout(900)


def a_branch(practice: Practice) -> tuple[str, Colleague]:
    """Found a branch; return it with its secretary."""
    branch = practice.admin.post("/v1/branches", {"name": f"练习支部 {new_id()}", "founded_on": "2020-07-01"}, 201)["id"]
    return branch, practice.a_colleague("BRANCH_SECRETARY", areas=(branch,))


def a_member(secretary: Colleague, branch: str, person: str, code: str, until: str, **can) -> str:
    member = secretary.post("/v1/members", {"branch_id": branch, "person_id": person, "since": "2021-01-01"}, 201)["id"]
    secretary.post(f"/v1/members/{member}/circumstances", {"code": code, "since": "2025-01-01", "until": until, "told_by": "SELF"}, 201)
    secretary.post(f"/v1/members/{member}/capabilities", {"smartphone": True, "delivery_address": "外地某路 1 号", **can})
    return member


def a_session(secretary: Colleague, branch: str, held_at: str) -> str:
    materials = [{"form": form, "title": "课"} for form in ("AUDIO", "PAPER", "TEXT")]
    session = secretary.post("/v1/study-sessions", {"branch_id": branch, "kind": "TOPIC_STUDY", "title": "专题领学", "materials": materials}, 201)["id"]
    secretary.post(f"/v1/study-sessions/{session}/scheduling", {"held_at": held_at})
    return session


def row_of(who: Colleague, session: str, member: str) -> dict:
    return next(row for row in who.all(f"/v1/study-sessions/{session}/coverage") if row["member_id"] == member)


@pytest.mark.rule("LRN-2", "LRN-31", "U5")
def test_18_when_maternity_leave_ends_the_next_session_is_in_person_and_no_list_ever_showed_why(practice):
    branch, secretary = a_branch(practice)
    grid = practice.a_grid()
    person = practice.a_person(grid, "唐若兰", "1995-02-02")
    member = a_member(secretary, branch, person, "MATERNITY", "2025-03-20")
    during = a_session(secretary, branch, "2025-03-10T14:00:00+08:00")
    after = a_session(secretary, branch, "2025-03-28T14:00:00+08:00")

    practice.at("2025-03-08T09:00:00+08:00")
    assert row_of(secretary, during, member)["mode"] == "MOBILE_AUDIO"
    auditor = practice.a_colleague("AUDITOR", roles=("auditor",))
    shown = [auditor.all(f"/v1/study-sessions/{session}/coverage") for session in (during, after)]
    shown += [auditor.all("/v1/ledgers/learning/gaps"), grid.worker.get(f"/v1/people/{person}/page"), grid.worker.get(f"/v1/people/{person}/today")]
    practice.at("2025-03-26T09:00:00+08:00")
    assert row_of(secretary, after, member)["mode"] == "IN_PERSON"
    shown += [auditor.all(f"/v1/study-sessions/{session}/coverage") for session in (during, after)]
    told = json.dumps(shown, ensure_ascii=False)
    assert "MATERNITY" not in told and "L4" not in told and "产" not in told


@pytest.mark.rule("LRN-20", "U5", "U13")
def test_19_a_parcel_in_a_neighbours_hands_covers_nobody_and_one_visit_at_home_closes_the_row(practice):
    branch, secretary = a_branch(practice)
    grid = practice.a_grid()
    person = practice.an_elder(grid, "傅守业", "1948-04-04", tier="KEY")
    member = a_member(secretary, branch, person, "AWAY_WORK", "2025-04-30", smartphone=False)
    start = practice.now()
    held_at = start.replace(hour=14, minute=0, second=0, microsecond=0)
    session = a_session(secretary, branch, held_at.isoformat())
    practice.settle()
    row = row_of(secretary, session, member)
    assert row["mode"] == "PARCEL"
    practice.at(held_at)
    secretary.post(f"/v1/study-sessions/{session}/holding", {"attended_member_ids": []})

    parcel = secretary.post("/v1/parcels", {"coverage_ids": [row["id"]]}, 201)["id"]
    secretary.post(f"/v1/parcels/{parcel}/handover", {"carrier": "中国邮政", "tracking_no": "EA1"})
    secretary.post(f"/v1/parcels/{parcel}/delivery", {"received_by": "NEIGHBOUR"})
    assert row_of(secretary, session, member)["state"] == "DISPATCHED"
    refused = secretary.post(f"/v1/study-sessions/{session}/coverage-certificate", status=409)
    assert [one["member_id"] for one in refused["open"]] == [member]

    practice.pass_time(days=12)
    fallen = row_of(secretary, session, member)
    assert (fallen["state"], fallen["mode"] == "PARCEL") == ("ASSIGNED", False)
    secretary.post(f"/v1/coverage/{row['id']}/assignment", {"mode": "HOME_TEACHING"})
    practice.settle()
    at_the_door = grid.worker.get(f"/v1/people/{person}/today")
    assert row["id"] in json.dumps(at_the_door)
    practice.visit(grid.worker, [person], items=[{"kind": "DAILY_LIFE"}, {"kind": "LEARNING_DELIVERY", "ref": row["id"], "result": "DONE"}])
    practice.settle()
    assert row_of(secretary, session, member)["state"] == "VERIFIED"
    assert secretary.post(f"/v1/study-sessions/{session}/coverage-certificate")["state"] == "COVERED"
    assert row["id"] not in json.dumps(grid.worker.get(f"/v1/people/{person}/today"))


@pytest.mark.rule("OUT-19", "U13")
def test_one_visit_closes_what_four_ledgers_owe_at_a_door_and_told_again_it_closes_nothing_twice(practice):
    branch, secretary = a_branch(practice)
    grid = practice.a_grid()
    day = practice.now() + timedelta(days=2)
    person = practice.an_elder(grid, "蒋淑贞", "1946-06-06", celebrated={"calendar": "SOLAR", "month": day.month, "day": day.day})
    member = a_member(secretary, branch, person, "AWAY_WORK", "2026-04-30", smartphone=False)
    held_at = practice.now() + timedelta(hours=1)
    session = a_session(secretary, branch, held_at.isoformat())
    practice.at(held_at)
    secretary.post(f"/v1/study-sessions/{session}/holding", {"attended_member_ids": []})
    secretary.post(f"/v1/coverage/{row_of(secretary, session, member)['id']}/assignment", {"mode": "HOME_TEACHING"})
    wish = grid.worker.post("/v1/wishes", {"source": "VISIT", "category": "DAILY_LIFE", "text": "想要一盏小夜灯", "person_id": person, "channel": "VISIT", "asked": True}, 201)["id"]
    grid.worker.post(f"/v1/wishes/{wish}/triage", {"owner_staff_id": grid.worker.staff_id})
    grid.worker.post(f"/v1/wishes/{wish}/acceptance", {"promise_on": (held_at + timedelta(days=9)).date().isoformat(), "text": "下周送来"})
    practice.settle()

    def owed() -> list[dict]:
        return [one for one in grid.worker.get(f"/v1/people/{person}/today")["items"] if one["person"]["id"] == person]

    before = {one["kind"]: one["ref"] for one in owed()}
    assert set(before) == {"VISIT", "BIRTHDAY", "LESSON", "NEWS"}
    items = [{"kind": one["closed_by"], "ref": one["item_ref"], "result": "DONE"} for one in owed() if one["closed_by"]]
    report = {"person_ids": [person], "seen_person_ids": [person], "method": "IN_PERSON", "outcome": "SEEN_WELL", "happened_at": practice.now().isoformat(), "items": items}
    key = new_id()
    first = grid.worker.post("/v1/visits", report, 201, key=key)
    assert grid.worker.post("/v1/visits", report, key=key)["id"] == first["id"]
    practice.settle()

    [following] = owed()
    assert following["kind"] == "VISIT" and following["ref"] != before["VISIT"] and not following["late"]
    met = [(one["kind"], one["met_by"]) for one in grid.lead.all("/v1/obligations", person_id=person) if one["state"] == "MET"]
    assert met == [("ROUTINE", first["id"])]
    assert [(one["state"], one["done_by_ref"]) for one in practice.admin.all("/v1/greetings", person_id=person)] == [("DONE", first["id"])]
    assert row_of(secretary, session, member)["state"] == "VERIFIED"
    assert {one["state"] for one in grid.worker.all("/v1/notices", person_id=person)} == {"DELIVERED"}
