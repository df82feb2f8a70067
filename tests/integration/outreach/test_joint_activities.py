"""Joint activities over real HTTP: agreed by all, told to who signed up, counted once, listed until reported."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.common.access import Role
from services.common.events.registry import GridDefined, PersonDeathConfirmed, PersonRegistered
from services.common.ids import new_id
from tests.integration.outreach.conftest import auditor, lead, worker
from tests.support.running import eventually

OWN = "COMMUNITY"


@pytest.fixture
def street(outreach):
    return Street(outreach)


class Street:
    """A grid, a worker, its lead, and two partners."""

    def __init__(self, outreach):
        self.o, self.grid, self.staff = outreach, new_id(), new_id()
        outreach.tell(GridDefined(grid_id=self.grid, code=self.grid[-6:]), self.grid)
        self.who, self.boss = worker(self.staff, self.grid), lead(new_id(), self.grid)
        self.hospital, self.school = self.partner("HOSPITAL"), self.partner("SCHOOL")

    def partner(self, kind: str) -> str:
        body = {"name": f"{kind} {new_id()}", "kind": kind, "contact": {"name": "李主任", "phone": "0427-0000000"}}
        return self.post("/v1/partners", body, 201)["id"]

    def residents(self, count: int) -> list[str]:
        people = [new_id() for _ in range(count)]
        for person in people:
            self.o.tell(PersonRegistered(person_id=person), person, self.grid)
        eventually(lambda: all(self.o.client.get(f"/v1/care-recipients/{person}").ok for person in people), why="the residents")
        return people

    def post(self, path, body=None, status=None, **who):
        return self.o.post(path, body, status, **(who or self.who))

    def terms(self, **more) -> dict:
        hosts = [{"org": OWN, "role": "LEAD"}, {"org": self.hospital}, {"org": self.school}]
        return {"title": "重温入党誓词", "theme": "RENEWING_THE_VOW", "hosts": hosts, **more}

    def scheduled(self, **more) -> str:
        activity = self.post("/v1/joint-activities", self.terms(**more), 201)["id"]
        self.agree(activity)
        self.schedule(activity)
        return activity

    def agree(self, activity: str, *orgs: str) -> None:
        for org in orgs or (OWN, self.hospital, self.school):
            self.post(f"/v1/joint-activities/{activity}/acceptances", {"org": org})

    def schedule(self, activity: str) -> None:
        starts = self.o.now + timedelta(days=2)
        place = {"kind": "PARTNER", "words": "医院会议室", "partner_id": self.hospital}
        when = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}
        self.post(f"/v1/joint-activities/{activity}/schedule", {"place": place, **when})

    def get(self, activity: str) -> dict:
        return self.o.get(f"/v1/joint-activities/{activity}", **self.who)

    def news(self, person: str) -> list[str]:
        return [notice["change"] for notice in self.o.get("/v1/notices", person_id=person, state="TO_DELIVER")["items"]]


@pytest.mark.rule("OUT-50")
def test_a_withdrawal_reopens_what_all_agreed_and_everybody_who_signed_up_is_told(outreach, street):
    here, gone = street.residents(2)
    activity = street.scheduled(volunteers_needed=6)
    for person in (here, gone):
        street.post(f"/v1/joint-activities/{activity}/sign-ups", {"person_id": person}, 201)
    outreach.tell(PersonDeathConfirmed(person_id=gone, co_resident_ids=[]), gone, street.grid)
    outreach.settle()
    assert street.get(activity)["sign_ups"] == [here]

    street.post(f"/v1/joint-activities/{activity}/withdrawals", {"org": street.school})
    outreach.settle()

    assert street.get(activity)["state"] == "PROPOSED"
    assert (street.news(here), street.news(gone)) == (["OPEN_AGAIN"], [])
    street.agree(activity, street.school)
    street.schedule(activity)
    outreach.settle()
    assert street.news(here) == ["OPEN_AGAIN", "SCHEDULED_ANEW"]
    told = [(name, body["data"].get("people")) for name, _, body in outreach.facts(f"joint_activity/{activity}")]
    assert [people for name, people in told if name == "VolunteersRequested"] == [6, 0, 6]


@pytest.mark.rule("OUT-50")
def test_an_activity_is_listed_until_it_is_reported_with_what_each_host_brought(outreach, street):
    person, doctor = street.residents(1)[0], {"org": street.hospital, "contributes": "两名医生", "people_expected": 4}
    resource = street.post(f"/v1/partners/{street.hospital}/resources", {"kind": "EXPERTISE", "what": "义诊"})["resources"][0]["id"]
    activity = street.scheduled(contributions=[{**doctor, "resource_id": resource}])
    early = outreach.client.post(f"/v1/joint-activities/{activity}/holding", {"headcount_by_org": {OWN: 3}}, **street.who)
    assert early.json()["code"] == "ACTIVITY_NOT_BEGUN"
    outreach.pass_days(3)
    came = {"person_ids": [person], "headcount_by_org": {OWN: 0}, "came": {OWN: 1, street.hospital: 3, street.school: 0}}
    fewer = outreach.client.post(f"/v1/joint-activities/{activity}/holding", came, **street.who)
    assert fewer.json()["errors"][0]["code"] == "FEWER_THAN_NAMED"
    street.post(f"/v1/joint-activities/{activity}/holding", {**came, "headcount_by_org": {OWN: 20, street.school: 12}})
    outreach.pass_days(8)
    [late] = outreach.get("/v1/joint-activities", unreported=True, partner_id=street.hospital, **street.who)["items"]
    assert (late["id"], late["late"], late["headcount"]) == (activity, True, 32)
    assert [name for name, _, _ in outreach.facts(f"joint_activity/{activity}")].count("JointActivityHeld") == 1, "three hosts, one activity"

    refused = outreach.client.post(f"/v1/joint-activities/{activity}/report", {"outcomes": ["办成"]}, **street.who)
    assert refused.json()["errors"][0]["code"] == "CONTRIBUTION_MISSING" and street.school in refused.text
    rest = [{"org": OWN, "contributes": "场地", "people_came": 1}, {"org": street.school, "contributes": "合唱队", "people_came": 12}]
    street.post(f"/v1/joint-activities/{activity}/report", {"outcomes": ["办成"], "contributions": rest})
    assert outreach.get("/v1/joint-activities", unreported=True, partner_id=street.hospital, **street.who)["items"] == []
    shown = outreach.get(f"/v1/joint-activities/{activity}", **auditor())
    assert (shown["outcomes"], shown["attendees"], shown["headcount"]) == ([], [], 32)
    assert outreach.client.post(f"/v1/joint-activities/{activity}/report-reversal", {"reason": "重复计算"}, **street.who).status_code == 403
    street.post(f"/v1/joint-activities/{activity}/report-reversal", {"reason": "重复计算"}, **street.boss)
    assert street.get(activity)["state"] == "HELD"


@pytest.mark.rule("OUT-50")
def test_the_last_place_goes_to_one_of_two_who_want_it_at_once(outreach, street):
    people = street.residents(4)
    activity = street.scheduled(capacity=2)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda person: outreach.client.post(f"/v1/joint-activities/{activity}/sign-ups", {"person_id": person}, **street.who), people))

    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409]
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"ACTIVITY_FULL"}
    undated = street.post("/v1/joint-activities", street.terms(), 201)["id"]
    listed, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = outreach.get("/v1/joint-activities", partner_id=street.hospital, limit=1, **more, **street.who)
        listed += [one["id"] for one in page["items"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert listed == [undated, activity], "a proposal without a date is on a page as any other"
    assert street.get(activity)["places_left"] == 0


@pytest.mark.rule("OUT-50")
def test_partners_are_known_once_their_contact_is_sealed_and_one_that_ended_hosts_nothing(outreach, street):
    partner = outreach.get(f"/v1/partners/{street.hospital}", **street.who)
    assert partner["contact"]["name"] == "李主任" and outreach.get(f"/v1/partners/{street.hospital}", **auditor())["contact"] is None
    assert "contact" not in outreach.db["partners"].find_one({"_id": street.hospital})
    same = outreach.client.post("/v1/partners", {"name": partner["name"], "kind": "HOSPITAL"}, **street.who)
    assert (same.status_code, same.json()["code"]) == (409, "PARTNER_KNOWN")
    secretary = {"roles": (Role.BRANCH_SECRETARY,), "staff": "S1", "actor": "S1"}
    ends = outreach.now.date() + timedelta(days=31)
    signed = {"no": "GJ-1", "agreed_from": str(outreach.now.date()), "agreed_to": str(ends)}
    street.post(f"/v1/partners/{street.school}/agreements", signed, **secretary)
    outreach.pass_days(2)
    outreach.settle()
    assert [body["data"]["ends_on"] for name, _, body in outreach.facts(f"partner/{street.school}") if name == "PartnerAgreementEnding"] == [str(ends)]

    street.post(f"/v1/partners/{street.school}/end")

    refused = outreach.client.post("/v1/joint-activities", street.terms(), **street.who)
    assert [(error["field"], error["code"]) for error in refused.json()["errors"]] == [("hosts.2.org", "PARTNER_UNKNOWN")]
    strange = street.terms(hosts=[{"org": OWN, "role": "LEAD"}, {"org": street.hospital}], contributions=[{"org": street.hospital, "contributes": "医生", "resource_id": new_id()}])
    refused = outreach.client.post("/v1/joint-activities", strange, **street.who)
    assert [error["code"] for error in refused.json()["errors"]] == ["RESOURCE_NOT_OFFERED"]
