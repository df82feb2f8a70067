"""Wishes over real HTTP: three wishers, one deed, and nobody but they say that it is done."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.common.events.registry import GridDefined, PersonDeathConfirmed, PersonDeathReported, PersonDeathRetracted, PersonRegistered
from services.common.ids import new_id
from tests.integration.outreach.conftest import auditor, lead, worker
from tests.support.running import eventually


@pytest.fixture
def town(outreach):
    return Town(outreach)


class Town:
    """A grid with its lead and three members of staff."""

    def __init__(self, outreach):
        self.o = outreach
        self.lead, self.owner, self.doer, self.third = (new_id() for _ in range(4))
        self.grid = new_id()
        outreach.tell(GridDefined(grid_id=self.grid, code=self.grid[-6:], lead_staff_id=self.lead), self.grid)

    def resident(self) -> str:
        person = new_id()
        self.o.tell(PersonRegistered(person_id=person), person, self.grid)
        eventually(lambda: self.o.client.get(f"/v1/care-recipients/{person}").ok, why="the resident")
        return person

    def post(self, path, body=None, staff=None, status=None):
        return self.o.post(path, body, status, **worker(staff or self.owner, self.grid))

    def wish(self, person=None, **changes) -> str:
        usual = {"source": "VISIT", "category": "REPAIR", "text": "想修好楼道的灯", "asked": True, "person_id": person, "place": "3号楼"}
        body = {name: value for name, value in {**usual, **changes}.items() if value is not None}
        return self.post("/v1/wishes", body, status=201)["id"]

    def accepted(self, person, **changes) -> str:
        wish = self.wish(person, **changes)
        self.post(f"/v1/wishes/{wish}/triage", {})
        self.post(f"/v1/wishes/{wish}/acceptance", {"promise_on": str(self.o.now.date() + timedelta(days=20))})
        return wish

    def get(self, wish: str) -> dict:
        return self.o.get(f"/v1/wishes/{wish}")

    def notices(self, **query) -> list[dict]:
        return self.o.get("/v1/notices", grid_id=self.grid, limit=200, **query)["items"]

    def until(self, wish: str, state: str) -> dict:
        return eventually(lambda: [w for w in [self.get(wish)] if w["state"] == state], why=state)[0]


CONFIRMED = {"capacity": "SELF", "method": "CALL_BACK", "proof": "CALL-7", "satisfied": 5}


@pytest.mark.rule("U6")
@pytest.mark.rule("OUT-32")
@pytest.mark.rule("OUT-34")
def test_a_deed_for_three_wishes_tells_three_people_of_each_step_and_only_they_confirm(town):
    people = [town.resident() for _ in range(3)]
    wishes = [town.accepted(person) for person in people]
    deed = town.post("/v1/deeds", {"title": "修灯", "kind": "REPAIR", "owner_staff_id": town.doer, "wish_ids": wishes}, status=201)["id"]
    for wish in wishes:
        town.until(wish, "IN_HAND")
    town.post(f"/v1/deeds/{deed}/milestones", {"text": "灯已到货", "progress": 50}, staff=town.doer)
    town.post(f"/v1/deeds/{deed}/stall", {"why": "等物业"}, staff=town.doer)
    town.post(f"/v1/deeds/{deed}/milestones", {"text": "开工", "progress": 80}, staff=town.doer)
    town.post(f"/v1/deeds/{deed}/completion", staff=town.doer)
    for wish in wishes:
        town.until(wish, "DELIVERED")
    town.o.settle()

    for person in people:
        told = [notice["change"] for notice in town.notices(person_id=person)]
        steps = ["RECEIVED", "PROMISED", "DEED_PLANNED", "IN_HAND", "DEED_PROGRESSED", "DEED_STALLED", "DEED_PROGRESSED", "DEED_DONE", "DELIVERED"]
        assert sorted(told) == sorted(steps)

    word = {**CONFIRMED, "by_person_id": people[0]}
    for staff in (town.owner, town.doer):
        refused = town.post(f"/v1/wishes/{wishes[0]}/confirmation", word, staff=staff, status=403)
        assert refused["code"] == "CONFIRMED_BY_DOER"
    assert town.get(wishes[0])["state"] == "DELIVERED"
    assert town.post(f"/v1/wishes/{wishes[0]}/confirmation", word, staff=town.third)["state"] == "CONFIRMED"

    unhappy = {**word, "by_person_id": people[1], "satisfied": 1, "note": "还是暗"}
    assert town.post(f"/v1/wishes/{wishes[1]}/confirmation", unhappy, staff=town.third)["state"] == "REOPENED"

    item = {"kind": "WISH_FOLLOWUP", "ref": wishes[2], "result": "DONE"}
    visit = town.o.visit([people[2]], town.third, town.grid, items=[item])
    closed = town.until(wishes[2], "CONFIRMED")
    assert closed["confirmations"][0]["proof"] == f"visit:{visit['id']}:1"
    town.o.settle()
    assert [n["state"] for n in town.notices(person_id=people[2]) if n["visit_id"]] == ["DELIVERED"] * 9

    town.o.pass_days(29)
    due = town.o.get("/v1/wishes", late="RECHECK", grid_id=town.grid)["items"]
    assert {wish["id"] for wish in due} == {wishes[0], wishes[2]}


    town.o.pass_days(29)
    due = town.o.get("/v1/wishes", late="RECHECK", grid_id=town.grid)["items"]
    assert {wish["id"] for wish in due} == {wishes[0], wishes[2]}


@pytest.mark.rule("OUT-19")
@pytest.mark.rule("OUT-32")
def test_what_is_added_to_the_report_of_a_visit_is_the_wishers_word_as_well(town):
    person = town.resident()
    wish = town.accepted(person)
    deed = town.post("/v1/deeds", {"title": "修灯", "kind": "REPAIR", "owner_staff_id": town.doer, "wish_ids": [wish]}, status=201)["id"]
    town.until(wish, "IN_HAND")
    town.post(f"/v1/deeds/{deed}/milestones", {"text": "修好了", "progress": 100}, staff=town.doer)
    town.post(f"/v1/deeds/{deed}/completion", staff=town.doer)
    town.until(wish, "DELIVERED")
    visit = town.o.visit([person], town.third, town.grid)["id"]
    town.o.settle()
    assert town.get(wish)["state"] == "DELIVERED"

    town.post(f"/v1/visits/{visit}/amendment", {"more_items": [{"kind": "WISH_FOLLOWUP", "ref": wish, "result": "DONE"}]}, staff=town.third)
    assert town.until(wish, "CONFIRMED")["confirmations"][0]["proof"] == f"visit:{visit}:3"

    told = town.o.visit([person], town.third, town.grid, items=[{"kind": "WISH_FOLLOWUP", "ref": wish, "result": "DONE"}])["id"]
    town.o.settle()
    assert [n for n in town.notices(person_id=person) if n["visit_id"] == told]
    for untrue in (visit, told):
        town.o.post(f"/v1/visits/{untrue}/reversal", {}, **lead(town.lead, town.grid))
    asked = town.until(wish, "DELIVERED")
    town.o.settle()
    assert (asked["call_back_on"], [word["taken_back"] for word in asked["confirmations"]]) == (str(town.o.now.date()), [True])
    assert {n["state"] for n in town.notices(person_id=person)} == {"TO_DELIVER"}, "what the visit told is to be told again"

def test_terms_pass_to_the_lead_by_name_and_two_moves_at_once_count_two(town):
    person = town.resident()
    waiting, promised = town.wish(person), town.accepted(person)
    first = town.get(promised)["promise_on"]

    def move(days):
        body = {"promise_on": str(town.o.now.date() + timedelta(days=days)), "reason": "缺货"}
        return town.o.client.post(f"/v1/wishes/{promised}/promise", body, **worker(town.owner, town.grid)).status_code

    with ThreadPoolExecutor(3) as hands:
        assert sorted(hands.map(move, (21, 22, 23))) == [200, 200, 409]
    kept = town.get(promised)
    assert (kept["first_promise_on"], kept["promise_moves"]) == (first, 2)
    town.o.settle()
    assert sorted(n["change"] for n in town.notices(about_id=promised)) == ["PROMISED", "PROMISE_MOVED", "PROMISE_MOVED", "RECEIVED"]

    town.o.pass_days(40)
    late = town.o.get("/v1/wishes", escalated_to=town.lead, **lead(town.lead, town.grid))["items"]
    assert {(wish["id"], *wish["late"]) for wish in late} == {(waiting, "TRIAGE", "ANSWER"), (promised, "PROMISE")}
    assert town.get(waiting)["state"] == "SUBMITTED"


@pytest.mark.rule("OUT-31")
@pytest.mark.rule("OUT-36")
def test_an_answer_counts_when_it_was_told_and_words_stay_with_carers(town):
    person = town.resident()
    wish = town.wish(person, visibility="PUBLIC", category="HEALTH", text="想要一个血压计", place="5号楼")
    town.post(f"/v1/wishes/{wish}/triage", {})
    answer = {"reason": "ALREADY_AVAILABLE", "text": "卫生站可以免费量血压", "alternative": "每周三上门"}
    town.post(f"/v1/wishes/{wish}/refusal", answer)
    notice = eventually(lambda: [n for n in town.notices(state="TO_DELIVER") if n["change"] == "DECLINED"], why="the notice")[0]
    assert town.get(wish)["answered_on"] is None
    told = {"how": "VISIT", "at": town.o.now.isoformat()}
    town.post(f"/v1/notices/{notice['id']}/delivery", told, staff=town.third)
    answered = eventually(lambda: [w for w in [town.get(wish)] if w["answered_on"]], why="answered")[0]
    assert (answered["open"], answered["answer"]["delivered_by"]) == (False, town.third)
    assert town.post(f"/v1/notices/{notice['id']}/delivery", told, status=409)["code"] == "NOTICE_NOT_TO_DELIVER"

    assert town.o.get("/v1/public-wishes", roles=(), category="HEALTH")["items"] == []
    assert "5号楼" in str(town.o.get("/v1/public-wishes", roles=(), category="OTHER"))
    public = str(town.o.get("/v1/public-wishes", roles=()))
    assert "5号楼" in public and "OTHER" in public and "HEALTH" not in public and "血压" not in public and person not in public
    seen = town.o.get(f"/v1/wishes/{wish}", **auditor())
    assert (seen["text"], seen["answer"]["text"]) == ("", None)
    kept = str(town.o.db["wishes"].find_one({"_id": wish})) + str(town.o.facts(f"wish/{wish}"))
    assert "血压" not in kept and "HEALTH" not in str(town.o.facts(f"wish/{wish}"))
    elsewhere = worker(new_id(), new_id())
    assert town.o.client.get(f"/v1/wishes/{wish}", **elsewhere).status_code == 404
    assert town.o.client.post("/v1/wishes", {}, **auditor()).status_code == 403


@pytest.mark.rule("OUT-34")
@pytest.mark.rule("OUT-35")
def test_merged_wishers_hear_all_and_a_personal_wish_ends_with_its_wisher(town):
    one, two = town.resident(), town.resident()
    target, other = town.accepted(one), town.wish(two)
    town.post(f"/v1/wishes/{other}/merger", {"into_id": target})
    eventually(lambda: len(town.get(target)["stakeholders"]) == 1, why="the stakeholder")
    town.o.tell(PersonDeathConfirmed(person_id=one, co_resident_ids=[]), one, town.grid)
    town.o.settle()
    assert town.get(target)["state"] == "ACCEPTED"

    town.post(f"/v1/wishes/{other}/split")
    town.until(other, "TRIAGED")
    eventually(lambda: town.get(target)["stakeholders"] == [], why="let go")
    town.o.settle()
    assert town.notices(person_id=one, state="TO_DELIVER") == [], "nobody is sent to the dead with later news"
    news = {notice["id"] for notice in town.notices(person_id=two, state="TO_DELIVER")}
    assert news
    town.o.tell(PersonDeathReported(person_id=two, co_resident_ids=[]), two, town.grid)
    town.o.settle()
    assert (town.notices(person_id=two, state="TO_DELIVER"), {notice["id"] for notice in town.notices(person_id=two, state="HELD")}) == ([], news)
    town.o.tell(PersonDeathRetracted(person_id=two), two, town.grid)
    town.o.settle()
    assert {notice["id"] for notice in town.notices(person_id=two, state="TO_DELIVER")} == news
    town.o.tell(PersonDeathConfirmed(person_id=two, co_resident_ids=[]), two, town.grid)
    ended = town.until(other, "MOOT")
    assert (ended["asks"], town.o.get("/v1/wishes", asks="FAMILY", grid_id=town.grid)["items"][0]["id"]) == ("FAMILY", other)
    town.o.settle()
    assert town.notices(person_id=two, state="TO_DELIVER") == []
    applied = town.o.db["cascades"].find_one({"person_id": two, "trigger": "PersonDeathConfirmed"})
    assert f"wish/{other}" in applied["effects"]["stopped"]
    gone_on = town.post(f"/v1/wishes/{other}/decision", {"decision": "GO_ON", "kin_relation": "女儿"})
    assert (gone_on["state"], gone_on["last_wish"]) == ("TRIAGED", True)
    town.post(f"/v1/wishes/{other}/acceptance", {"promise_on": str(town.o.now.date() + timedelta(days=20))})
    town.o.settle()
    told = [notice for notice in town.notices(about_id=other, state="TO_DELIVER") if notice["change"] == "PROMISED"]
    assert [notice["person_id"] for notice in told] == [None], "the family hears of it in the stead of the dead"
