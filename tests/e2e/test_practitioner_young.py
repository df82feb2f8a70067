"""What a sceptical practitioner asks to see of the holiday class, end to end through the gateway in simulated time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import msgspec
import pytest
from pymongo import MongoClient

from tests.e2e.practice import Colleague, Grid, Practice
from tests.support.running import eventually

pytestmark = pytest.mark.timeout(900)
CHECKS = ("RECORD_CHECK", "HEALTH", "CHILD_SAFETY_TRAINING", "FIRST_AID")


def facts_of(practice: Practice, service: str, subject: str) -> list[dict]:
    """Return what was published about a subject, as it went over the wire."""
    env = practice.gateway.platform.env
    with MongoClient(env["MONGODB_URI"]) as client:
        rows = client[practice.gateway.platform.prefix + service]["events"].find({"subject": subject}).sort("sequence", 1)
        return [msgspec.json.decode(row["body"]) for row in rows]


def named(facts: list[dict], name: str) -> list[dict]:
    return [fact["data"] for fact in facts if fact["type"].rsplit(".", 1)[-1] == name]


@dataclass
class HolidayClass:
    """A community's children, their parents, and the volunteers of a class."""

    practice: Practice
    grid: Grid
    coordinator: Colleague
    child: str
    mother: str
    father: str
    papers: dict[str, str]
    series: str

    def a_volunteer(self, name: str, **expires_on: str) -> str:
        """Approve a volunteer and record every check, some with a last day of their own."""
        today = self.practice.now().date().isoformat()
        person = self.practice.a_person(self.grid, name, "1985-03-12")
        volunteer = self.coordinator.post("/v1/volunteers", {"person_id": person, "kinds": ["LOVING_PARENT"], "born_on": "1985-03-12"}, 201)["id"]
        self.coordinator.post(
            f"/v1/volunteers/{volunteer}/approval", {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": today}
        )
        for check in CHECKS:
            self.check(volunteer, check, **({"expires_on": expires_on[check]} if check in expires_on else {}))
        return volunteer

    def check(self, volunteer: str, type: str, **details: str) -> None:
        body = {"type": type, "result": "CLEAR", "checked_on": self.practice.now().date().isoformat(), **details}
        self.coordinator.post(f"/v1/volunteers/{volunteer}/clearances", body)

    def a_meeting(self, day: str, lead: str, *others: str) -> str:
        span = {"starts_at": f"{day}T09:00:00+08:00", "ends_at": f"{day}T11:00:00+08:00"}
        named = {"lead_volunteer_id": lead, "roster": [{"volunteer_id": one} for one in others]}
        return self.coordinator.post("/v1/class-sessions", {"series_id": self.series, **span, **named}, 201)["id"]

    def come_in(self, meeting: str, *volunteers: str) -> None:
        for volunteer in volunteers:
            self.coordinator.post(f"/v1/class-sessions/{meeting}/adults", {"volunteer_id": volunteer})

    def state(self, meeting: str) -> dict:
        return self.coordinator.get(f"/v1/class-sessions/{meeting}")


@pytest.fixture(scope="module")
def holiday(practice):
    """Yield a holiday class with one child, whose father and mother may both fetch it."""
    practice.at("2025-07-01T09:00:00+08:00")
    grid = practice.a_grid()
    coordinator = practice.a_colleague("WORKER", grid.id, roles=("volunteer_coordinator",))
    child = practice.a_person(grid, "孙小满", "2017-04-02")
    mother, father = practice.a_person(grid, "沈梅", "1988-01-05"), practice.a_person(grid, "孙志强", "1986-09-09")
    practice.a_home(grid, practice.a_door(grid), (mother, "HEAD"), (father, "SPOUSE"), (child, "CHILD"))
    paper = {"ward_id": child, "kind": "PARENT", "may": ["CONSENT_ACTIVITY", "PICK_UP"], "since": "2017-04-02", "evidence_ref": "出生医学证明 附卷3"}
    papers = {who: grid.worker.post("/v1/guardianships", {**paper, "guardian_id": who}, 201)["id"] for who in (mother, father)}
    practice.settle()
    pickups = [
        {"name": "沈梅", "relation": "母亲", "id_last4": "002X", "person_id": mother},
        {"name": "孙志强", "relation": "父亲", "id_last4": "1234", "person_id": father},
    ]
    record = {"guardian_ids": [mother, father], "born_on": "2017-04-02", "health_declared_on": "2025-06-30", "pickups": pickups}
    coordinator.post("/v1/children", {"id": child, **record}, 201)
    about = {"season": "SUMMER", "subject": "PAINTING", "title": "暑期绘画班", "capacity": 8, "room": "二楼教室"}
    series = coordinator.post("/v1/class-series", {**about, "starts_on": "2025-07-01", "ends_on": "2025-08-31"}, 201)["id"]
    coordinator.post(f"/v1/class-series/{series}/opening")
    consents = {"participation": True, "emergency_care": True, "data": True}
    asked = {"child_id": child, "guardian_id": mother, "consents": consents, "assent": True, "agreement_signed_on": "2025-06-30"}
    coordinator.post(f"/v1/class-series/{series}/enrolments", asked, 201)
    practice.settle()
    return HolidayClass(practice, grid, coordinator, child, mother, father, papers, series)


@pytest.mark.rule("VOL-50", "VOL-51")
def test_15_the_last_place_asked_for_by_two_families_at_once_goes_to_one_and_the_other_waits(practice, holiday):
    about = {"season": "SUMMER", "subject": "READING", "title": "暑期阅读班", "capacity": 1, "room": "图书角"}
    series = holiday.coordinator.post("/v1/class-series", {**about, "starts_on": "2025-07-20", "ends_on": "2025-08-31"}, 201)["id"]
    holiday.coordinator.post(f"/v1/class-series/{series}/opening")
    asked = []
    for name in ("林小满", "高小雨"):
        child, mother = practice.a_person(holiday.grid, name, "2017-05-02"), practice.a_person(holiday.grid, f"{name}妈", "1988-02-05")
        right = {"kind": "PARENT", "may": ["CONSENT_ACTIVITY"], "since": "2017-05-02", "evidence_ref": "出生医学证明 附卷4"}
        holiday.grid.worker.post("/v1/guardianships", {**right, "ward_id": child, "guardian_id": mother}, 201)
        pickups = [{"name": f"{name}妈", "relation": "母亲", "id_last4": "0021", "person_id": mother}]
        record = {"guardian_ids": [mother], "born_on": "2017-05-02", "health_declared_on": "2025-06-30", "pickups": pickups}
        holiday.coordinator.post("/v1/children", {"id": child, **record}, 201)
        consents = {"participation": True, "emergency_care": True, "data": True}
        asked.append({"child_id": child, "guardian_id": mother, "consents": consents, "assent": True, "agreement_signed_on": "2025-06-30"})
    practice.settle()

    with ThreadPoolExecutor(2) as families:
        answers = list(families.map(lambda body: holiday.coordinator.post(f"/v1/class-series/{series}/enrolments", body, 201), asked))

    assert sorted((one["enrolment"]["state"], one["enrolment"].get("position")) for one in answers) == [("ENROLLED", None), ("WAITLISTED", 1)]


@pytest.mark.rule("VOL-53", "VOL-56", "VOL-2")
def test_16_a_check_that_ends_overnight_leaves_the_morning_meeting_not_ready_until_it_is_renewed(practice, holiday):
    lead, second = holiday.a_volunteer("林老师", RECORD_CHECK="2025-07-07"), holiday.a_volunteer("高老师")
    yesterday, meeting = holiday.a_meeting("2025-07-07", lead, second), holiday.a_meeting("2025-07-08", lead, second)

    practice.at("2025-07-07T08:50:00+08:00")
    practice.settle()
    assert holiday.state(yesterday)["state"] == "READY"
    practice.at("2025-07-08T08:50:00+08:00")
    holiday.come_in(meeting, lead, second)
    practice.at("2025-07-08T09:00:00+08:00")
    practice.settle()

    shown = holiday.state(meeting)
    expired = {"code": "LEAD_CLEARANCE_EXPIRED", "volunteer_id": lead}
    assert shown["state"] == "NOT_READY" and expired in shown["readiness"]["reasons"]
    refused = holiday.coordinator.post(f"/v1/class-sessions/{meeting}/opening", {}, 409)
    assert refused["code"] == "SESSION_NOT_READY" and expired in refused["reasons"]
    told = named(facts_of(practice, "volunteering", f"class_session/{meeting}"), "SessionNotReady")
    assert told and all(fact["volunteer_ids"] == [lead] for fact in told)

    holiday.check(lead, "RECORD_CHECK")
    practice.settle()
    assert holiday.state(meeting)["state"] == "READY"
    opened = holiday.coordinator.post(f"/v1/class-sessions/{meeting}/opening")
    assert opened["state"] == "OPEN"
    holiday.coordinator.post(f"/v1/class-sessions/{meeting}/children/{holiday.child}/absence", {"known": True})
    assert holiday.coordinator.post(f"/v1/class-sessions/{meeting}/closure")["state"] == "CLOSED"


@pytest.mark.rule("VOL-58", "REG-45")
def test_17_a_blocked_parent_at_the_door_gets_no_child_and_the_alarm_is_raised(practice, holiday):
    first, second = holiday.a_volunteer("何老师"), holiday.a_volunteer("罗老师")
    meeting = holiday.a_meeting("2025-07-15", first, second)
    practice.at("2025-07-15T08:50:00+08:00")
    holiday.come_in(meeting, first, second)
    holiday.coordinator.post(f"/v1/class-sessions/{meeting}/opening")
    door = f"/v1/class-sessions/{meeting}/children/{holiday.child}"
    holiday.coordinator.post(f"{door}/arrival")

    court = {"on": "2025-07-15", "evidence_ref": "(2025)民初12号"}
    holiday.grid.worker.post(f"/v1/guardianships/{holiday.papers[holiday.father]}/block", court)
    practice.settle()

    def alerts():
        return [fact["reason"] for fact in named(facts_of(practice, "volunteering", f"class_session/{meeting}"), "PickUpAlerted")]

    assert alerts() == ["BLOCKED_WHILE_IN"]
    record = holiday.coordinator.get(f"/v1/children/{holiday.child}")
    mothers, fathers = record["pickups"]
    assert fathers["blocked"] and not mothers["blocked"] and record["blocked_ids"] == [holiday.father]

    practice.at("2025-07-15T11:00:00+08:00")
    shown = {"pickup_id": fathers["id"], "name": "孙志强", "check": "ID_LAST4", "id_last4": "1234"}
    refused = holiday.coordinator.post(f"{door}/departure", shown, 409)
    assert refused["code"] == "PICKUP_BLOCKED"
    eventually(lambda: alerts() == ["BLOCKED_WHILE_IN", "BLOCKED_AT_DOOR"], within=30, why="the alarm")
    still = holiday.coordinator.post(f"/v1/class-sessions/{meeting}/closure", {}, 409)
    assert (still["code"], still["child_ids"]) == ("CHILD_STILL_IN", [holiday.child])

    fetched = {"pickup_id": mothers["id"], "name": "沈梅", "check": "ID_LAST4", "id_last4": "002X"}
    holiday.coordinator.post(f"{door}/departure", fetched)
    assert holiday.coordinator.post(f"/v1/class-sessions/{meeting}/closure")["state"] == "CLOSED"
    wire = b"".join(msgspec.json.encode(fact) for fact in facts_of(practice, "volunteering", f"class_session/{meeting}"))
    assert not any(word.encode() in wire for word in ("孙志强", "沈梅", "孙小满"))
