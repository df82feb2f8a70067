"""Invented people with marked values in every field, and a search for the marks wherever no mark may be (P10, X-12, X-18)."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import requests
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient

from services.common.broker import Publisher, connect, declare_topology, inbox_queue, parked_queue, replay_queue, retry_queue
from services.common.events.base import CATALOGUE, CONTENT_TYPE
from services.common.events.followers import FOLLOWERS
from services.common.ids import new_id
from services.common.settings import SERVICES
from services.registry.people.domain.identity import check_character
from tests.support.gateway import RunningGateway
from tests.support.running import Platform, eventually

LADDER = (50, 100, 200)
TODAY = datetime.now(UTC)
HAPPENED = (TODAY - timedelta(hours=3)).isoformat()

ID_NUMBER = "21110219411107003"
ID_NUMBER += check_character(ID_NUMBER)

SECRET = {
    "access_note": "柴家有犬",
    "person": "鸿岚柴",
    "former": "柴旧岚",
    "born_on": "1941-11-07",
    "id_number": ID_NUMBER,
    "phone": "13987650417",
    "source": "柴家女婿口述",
    "staff": "闻人素",
    "staff_phone": "13987650418",
    "login": "canary.wenren",
    "shown_as": "闻人素娥",
    "note": "私密谈话柴",
    "third_party": "柴家邻居甲",
    "relation": "柴姓外甥",
    "late_reason": "迟报缘由柴",
    "confirmed_by": "柴平安确认",
    "tier_reason": "柴病情好转",
    "child_born_on": "2016-02-29",
    "allergies": "柴芒果过敏",
    "medicines": "柴哮喘喷雾",
    "needs": "柴听力辅助",
    "pickup": "柴接送人",
    "pickup_phone": "13987650419",
    "volunteer_born_on": "1979-08-31",
    "limits": "柴不能久站",
    "contact": "柴紧急联系",
    "suspended": "柴待核实",
    "swap": "柴换班缘由",
    "let_off": "柴单亲缘由",
    "remark": "柴评语细致",
    "circumstance": "MATERNITY",
    "factor": "LIFE_THREATENING_CONDITION",
    "helper": "柴帮学人",
    "helper_phone": "13987650420",
    "parcel_to": "柴收件地址",
    "password": "plum canary rain",
    "key": "key-13987650421",
    "correlation": "13987650422",
    "path": "13987650423",
    "query": "13987650424",
    "unknown_field": "13987650425",
    "bad_choice": "13987650426",
    "body_of_garbage": "13987650427",
}
"""Nowhere at all, except in the answers to those who may read them."""

AT_HOME = {
    "estate": "柴景园",
    "household_no": "柴户号",
    "evidence": "柴档案柜",
    "round": "柴敲门行动",
    "grid": "柴网格名",
    "activity": "柴活动名",
    "role": "柴岗位名",
    "series": "柴课堂名",
    "lesson": "柴学习题目",
    "group": "柴小组",
    "postponed": "柴会场改造",
}
"""Words of the work: in the documents of whom they belong to, and not one step further."""


class Town:
    """The whole platform, one administrator who may do everything, and every answer that was an error."""

    def __init__(self, platform: Platform):
        self.platform = platform
        processes = [platform.service(name) for name in SERVICES] + [platform.worker(name) for name in SERVICES]
        self.gateway = RunningGateway(platform)
        processes += [self.gateway.process, platform.worker("gateway", "gateway.worker")]
        for process in processes:
            process.start(wait=False)
        for process in processes:
            process.wait()
        self.admin = self.gateway.administrator
        self.refusals: list[str] = []

    def do(self, path: str, body=None, expect: int | tuple[int, ...] = (200, 201), by=None, method: str = "POST", **more) -> dict:
        answer = (by or self.admin)(method, path, {} if body is None else body, **more)
        assert answer.status_code in (expect if isinstance(expect, tuple) else (expect,)), (path, answer.text)
        if answer.status_code >= 400:
            self.refusals.append(f"{answer.text} {dict(answer.headers)}")
        return answer.json()


class Tap:
    """A queue that gets a copy of every fact."""

    def __init__(self, uri: str):
        self._uri = uri
        with connect(uri) as connection:
            channel = connection.channel()
            declare_topology(channel, LADDER)
            channel.queue_declare("tap", auto_delete=False)
            for publisher in sorted({kind.publisher for kind in CATALOGUE.values()}):
                channel.queue_bind("tap", f"{publisher}.events", "#")

    def bodies(self) -> dict[str, bytes]:
        """Return everything that lies in any queue, by queue, headers included."""
        queues = ["tap", *(replay_queue(name) for name in SERVICES)]
        for service in FOLLOWERS:
            queues += [inbox_queue(service), parked_queue(service), *(retry_queue(service, step) for step in LADDER)]
        with connect(self._uri) as connection:
            channel = connection.channel()
            channel.auto_decode = False
            return {queue: self._all(channel, queue) for queue in queues}

    def _all(self, channel, queue: str) -> bytes:
        found = b""
        while message := channel.basic_get(queue, no_ack=True):
            body = message.body if isinstance(message.body, bytes) else message.body.encode()
            found += body + repr((message.headers, message.properties)).encode() + b"\n"
        return found


@pytest.fixture
def town(platform):
    return Town(platform)


@pytest.fixture
def tap(platform):
    return Tap(platform.env["AMQP_URI"])


@pytest.mark.promise("P10")
@pytest.mark.rule("X-12")
@pytest.mark.rule("X-18")
@pytest.mark.rule("LRN-2")
def test_no_marked_value_is_found_anywhere_but_where_it_belongs(tap, town):
    elder, child = a_family(town)
    a_sweep(town, elder)
    visits(town, elder)
    a_class(town, elder["id"], child)
    study(town, elder["id"])
    refusals(town, elder)
    settle(town, elder["id"])
    eventually(lambda: town.platform.logs().count("inbox.parked") >= 3, why="what was garbage put aside")

    everything = {**tap.bodies(), **databases(town.platform), "logs": town.platform.logs().encode(), "metrics": metrics(town.platform), "errors": "\n".join(town.refusals).encode()}

    assert b"VisitCompleted" in everything["tap"] and b"CoverageAssigned" in everything["tap"]
    marks = SECRET | AT_HOME
    found = [f"{name} in {place}" for place, content in everything.items() for name, mark in marks.items() if contains(content, mark)]
    homes = [hit for hit in found if hit.split(" in ")[0] in AT_HOME and " in state of " in hit]
    assert "\n".join(sorted(set(found) - set(homes))) == ""
    assert {hit.split(" in ")[0] for hit in homes} == set(AT_HOME), "every mark was really written"


def a_family(town: Town) -> tuple[dict, str]:
    """Register an elder who lives alone, and a child, with everything that can be said of them."""
    grid = town.do("/v1/grids", {"code": "CN-01", "name": AT_HOME["grid"]})["id"]
    staff = town.do("/v1/staff", {"name": SECRET["staff"], "phone": SECRET["staff_phone"], "post": "GRID_LEAD", "grid_ids": [grid]})["id"]
    town.do(f"/v1/grids/{grid}", {"lead_staff_id": staff}, method="PATCH")
    account = {"login": SECRET["login"], "password": SECRET["password"], "display_name": SECRET["shown_as"], "roles": ["worker"], "areas": [grid], "staff_id": staff}
    town.do("/v1/accounts", account)
    worker = town.gateway.sign_in(SECRET["login"], SECRET["password"])
    door = {"grid_id": grid, "estate": AT_HOME["estate"], "building_no": "7", "room_no": "701", "access_note": SECRET["access_note"]}
    dwelling = town.do("/v1/dwellings", door, by=worker)["id"]
    about = {
        "name": SECRET["person"],
        "former_names": [SECRET["former"]],
        "id_number": SECRET["id_number"],
        "id_type": "RESIDENT_ID",
        "phones": [{"number": SECRET["phone"]}],
        "celebrated": {"calendar": "LUNAR", "month": 9, "day": 19},
        "source": SECRET["source"],
    }
    elder = town.do("/v1/people", {"grid_id": grid, **about}, by=worker, key=SECRET["key"], headers={"X-Correlation-Id": SECRET["correlation"]})["id"]
    town.do("/v1/people/search", {"phone": SECRET["phone"]}, by=worker)
    home = {"dwelling_id": dwelling, "no": AT_HOME["household_no"], "members": [{"person_id": elder, "relation_to_head": "HEAD"}]}
    town.do("/v1/households", home, by=worker)
    town.do(f"/v1/people/{elder}", {"residency": "RESIDENT", "name": SECRET["person"] + "一"}, by=worker, method="PATCH")
    evidence = {"kind": "DOCUMENT", "on": "2025-01-02", "ref": AT_HOME["evidence"]}
    town.do(f"/v1/people/{elder}/classifications", {"code": "CHILDLESS", "since": "2025-01-02", "evidence": evidence}, by=worker)
    town.do(f"/v1/people/{elder}/classifications/CHILDLESS/confirmation")
    file = town.do("/v1/case-files", {"person_id": elder, "opened_by": "REFERRAL", "risk_tier": "HIGH", "risk_factors": [SECRET["factor"]]}, by=worker)["id"]
    town.do(f"/v1/case-files/{file}/tier-change", {"risk_tier": "KEY", "reason": SECRET["tier_reason"]}, by=worker)
    child = town.do("/v1/people", {"grid_id": grid, "name": SECRET["person"], "born_on": SECRET["child_born_on"]}, by=worker)["id"]
    return {"id": elder, "grid": grid, "dwelling": dwelling, "file": file, "worker": worker}, child


def a_sweep(town: Town, elder: dict) -> None:
    """Open a round and find the elder at home."""
    day = date.today()
    round = {"name": AT_HOME["round"], "scope_grid_ids": [elder["grid"]], "opens_on": day.isoformat(), "due_on": (day + timedelta(days=9)).isoformat()}
    round_id = town.do("/v1/census-rounds", round)["id"]
    town.do(f"/v1/census-rounds/{round_id}/opening")
    door = town.admin.get(f"/v1/census-rounds/{round_id}/targets").json()["items"][0]["id"]
    finding = {"spoke_to_person_id": elder["id"], "confirmed_person_ids": [elder["id"]], "elders": [{"person_id": elder["id"], "case_file_id": elder["file"]}]}
    knock = {"happened_at": HAPPENED, "result": "OPENED", "outcome": "INTERVIEWED", "interview": finding, "evidence_ref": AT_HOME["evidence"], "persons_seen": [elder["id"]]}
    town.do(f"/v1/census-targets/{door}/attempts", knock, by=elder["worker"])


def visits(town: Town, elder: dict) -> None:
    """Visit the elder, knock in vain, and learn that all is well."""
    eventually(lambda: town.admin.get(f"/v1/care-recipients/{elder['id']}").json().get("in_care"), why="care")
    seen = {"person_ids": [elder["id"]], "seen_person_ids": [elder["id"]], "items": [{"kind": "DAILY_LIFE", "minutes": 20}], "outcome": "SEEN_WELL"}
    told = {"third_party": {"name": SECRET["third_party"], "relation": SECRET["relation"]}, "method": "BY_THIRD_PARTY"}
    late = {"happened_at": (TODAY - timedelta(days=12)).isoformat(), "late_reason": SECRET["late_reason"]}
    reported = town.do("/v1/visits", {**seen, **told, **late, "note": SECRET["note"]}, by=elder["worker"])
    # What is told so late counts, and is announced, only when somebody else accepts it (X-3).
    town.do(f"/v1/visits/{reported['id']}/acceptance", {"accepted": True})
    vain = {"person_ids": [elder["id"]], "method": "IN_PERSON", "outcome": "NO_ANSWER", "happened_at": HAPPENED, "incident": {}, "note": SECRET["note"]}
    incident = town.do("/v1/visits", vain, by=elder["worker"])["incident_id"]
    word = {"name": SECRET["confirmed_by"], "how": "SPOKE", "relation": SECRET["relation"]}
    resolution = {"resolution": "SAFE_AWAY", "safety_confirmed_by": word, "safety_confirmed_at": (TODAY - timedelta(hours=2)).isoformat()}
    town.do(f"/v1/incidents/{incident}/resolution", resolution, by=elder["worker"])


def a_class(town: Town, person: str, child: str) -> None:
    """Take a volunteer, an activity, and a child into a holiday class."""
    offer = {"person_id": person, "kinds": ["GENERAL"], "born_on": SECRET["volunteer_born_on"], "limits": SECRET["limits"], "emergency_contact": SECRET["contact"]}
    volunteer = town.do("/v1/volunteers", offer)["id"]
    town.do(f"/v1/volunteers/{volunteer}/approval", {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": date.today().isoformat()})
    soon = (TODAY + timedelta(days=3)).replace(hour=2)
    when = {"starts_at": soon.isoformat(), "ends_at": (soon + timedelta(hours=2)).isoformat()}
    activity = {"kind": "CULTURE", "title": AT_HOME["activity"], "place": AT_HOME["activity"], "needs": [{"role": AT_HOME["role"], "max": 2}], **when}
    activity_id = town.do("/v1/activities", activity)["id"]
    published = town.do(f"/v1/activities/{activity_id}/publication")
    place = town.do(f"/v1/activities/{activity_id}/sign-ups", {"volunteer_id": volunteer, "need_id": published["needs"][0]["id"]})["assignment"]["id"]
    town.do("/v1/swaps", {"activity_id": activity_id, "assignment_id": place, "reason": SECRET["swap"]})
    town.do(f"/v1/volunteers/{volunteer}/rota-exemption", {"until": (TODAY + timedelta(days=60)).date().isoformat(), "reason": SECRET["let_off"]})
    evaluation = {"kind": "EVALUATION", "on": (TODAY - timedelta(days=1)).date().isoformat(), "title": AT_HOME["series"], "grade": 5, "remark": SECRET["remark"]}
    town.do(f"/v1/volunteers/{volunteer}/records", evaluation)
    town.do(f"/v1/activities/{activity_id}/cancellation", {"reason": AT_HOME["postponed"]})
    town.do(f"/v1/volunteers/{volunteer}/suspension", {"reason": SECRET["suspended"]})
    pickup = {"name": SECRET["pickup"], "relation": "母亲", "phone": SECRET["pickup_phone"], "id_last4": "777X"}
    record = {"id": child, "guardian_ids": [person], "born_on": SECRET["child_born_on"], "health_declared_on": date.today().isoformat(), "pickups": [pickup]}
    town.do("/v1/children", record | {name: SECRET[name] for name in ("allergies", "medicines", "needs")})
    span = {"starts_on": (TODAY + timedelta(days=2)).date().isoformat(), "ends_on": (TODAY + timedelta(days=40)).date().isoformat()}
    series = town.do("/v1/class-series", {"season": "SUMMER", "subject": "READING", "title": AT_HOME["series"], "room": AT_HOME["series"], "capacity": 5, **span})["id"]
    town.do(f"/v1/class-series/{series}/opening")
    consents = {"participation": True, "emergency_care": True, "data": True}
    enrolment = {"child_id": child, "guardian_id": person, "consents": consents, "assent": True, "agreement_signed_on": date.today().isoformat(), "both_parents_work": True}
    guardianship = {"ward_id": child, "guardian_id": person, "kind": "KINSHIP", "may": ["CONSENT_ACTIVITY"], "since": "2024-01-01"}
    town.do("/v1/guardianships", {**guardianship, "evidence_ref": AT_HOME["evidence"]})
    place = f"/v1/class-series/{series}/enrolments"
    eventually(lambda: town.admin("POST", place, enrolment, key=new_id()).status_code == 201, why="the guardian known where the classes are")


def study(town: Town, person: str) -> None:
    """Owe a lesson to a member whose life nobody needs to know."""
    branch = town.do("/v1/branches", {"name": AT_HOME["group"], "founded_on": "2021-07-01", "groups": [AT_HOME["group"]]})["id"]
    member = town.do("/v1/members", {"branch_id": branch, "person_id": person, "since": "2023-07-01", "group": AT_HOME["group"]})["id"]
    town.do(f"/v1/members/{member}/circumstances", {"code": SECRET["circumstance"], "since": "2025-01-01", "permanent": True, "told_by": "SELF"})
    helper = {"name": SECRET["helper"], "phone": SECRET["helper_phone"]}
    town.do(f"/v1/members/{member}/capabilities", {"smartphone": True, "relative_helper": helper, "delivery_address": SECRET["parcel_to"]})
    lesson = {"branch_id": branch, "kind": "TOPIC_STUDY", "title": AT_HOME["lesson"], "place": AT_HOME["lesson"], "materials": [{"form": "AUDIO", "title": AT_HOME["lesson"]}]}
    session = town.do("/v1/study-sessions", lesson)["id"]
    # Within the week before a session the way of each member is chosen.
    town.do(f"/v1/study-sessions/{session}/scheduling", {"held_at": (TODAY + timedelta(days=1)).isoformat()})
    other = town.do("/v1/study-sessions", {**lesson, "title": AT_HOME["lesson"]})["id"]
    town.do(f"/v1/study-sessions/{other}/scheduling", {"held_at": (TODAY + timedelta(days=30)).isoformat()})
    town.do(f"/v1/study-sessions/{other}/postponement", {"reason": AT_HOME["postponed"]})


def refusals(town: Town, elder: dict) -> None:
    """Be refused in every way that could quote what was sent."""
    worker = elder["worker"]
    person = {"grid_id": elder["grid"], "name": SECRET["person"]}
    town.do("/v1/people", {**person, "id_number": SECRET["id_number"], "id_type": "RESIDENT_ID"}, 409, by=worker)
    town.do("/v1/people", {**person, SECRET["unknown_field"]: 1}, 422, by=worker)
    town.refusals.pop()  # The name of the unknown field is told to who sent it, and to nobody else.
    town.do("/v1/people", {**person, "sex": SECRET["bad_choice"]}, 422, by=worker)
    town.do("/v1/people", {**person, "phones": [{"number": SECRET["bad_choice"] + "9"}]}, 422, by=worker)
    town.do("/v1/people", {**person, "id": elder["id"]}, 409, by=worker)
    town.do("/v1/accounts", {"login": SECRET["login"], "password": SECRET["password"], "display_name": SECRET["shown_as"], "roles": ["worker"]}, 409)
    town.do(f"/v1/people/{SECRET['path']}", None, 404, by=worker, method="GET")
    town.do(f"/v1/people/{SECRET['path']}/page", None, 404, by=worker, method="GET")
    town.do(f"/v1/{SECRET['path']}", None, 404, by=worker, method="GET")
    town.do("/v1/people", None, 422, by=worker, method="GET", phone=SECRET["query"])
    town.do("/v1/sessions", {"login": SECRET["login"], "password": SECRET["password"] + "!"}, 401)
    raw = requests.post(f"{town.gateway.url}/v1/people", data=f'{{"name": "{SECRET["person"]}', headers={"Authorization": f"Bearer {worker.token}", "Idempotency-Key": new_id(), "Content-Type": "application/json"}, timeout=10)
    assert raw.status_code == 400
    town.refusals.append(raw.text)
    publisher = Publisher(town.platform.env["AMQP_URI"], LADDER)
    for body in (f'{{"name": "{SECRET["body_of_garbage"]}"}}', f"{SECRET['body_of_garbage']}", f'{{"specversion": "{SECRET["body_of_garbage"]}", "sequence": "{SECRET["body_of_garbage"]}"}}'):
        publisher.publish(body.encode(), "", inbox_queue("outreach"), content_type=CONTENT_TYPE)
    publisher.drop()


def settle(town: Town, person: str) -> None:
    """Wait until every fact took effect and the names have arrived where they are shown."""
    names = [f"{town.platform.prefix}{service}" for service in SERVICES]
    with MongoClient(town.platform.env["MONGODB_URI"]) as client:

        def published() -> bool:
            return not any(client[name][collection].count_documents({"pending": {"$exists": True}}) for name in names for collection in client[name].list_collection_names())

        eventually(published, why="everything published")
    page = eventually(lambda: _shown(town, person), why="the resident's page")
    assert SECRET["person"] in page["card"]["name"]


def _shown(town: Town, person: str) -> dict | None:
    page = town.admin.get(f"/v1/people/{person}/page").json()
    return page if page.get("card") and page["visits"] and page["study"] and page["volunteering"] and page["memberships"] else None


def databases(platform: Platform) -> dict[str, bytes]:
    """Return every document as it lies on disk; what an aggregate holds as its state apart from its facts and kept answers."""
    found = {}
    with MongoClient(platform.env["MONGODB_URI"], document_class=RawBSONDocument) as client:
        for name in client.list_database_names():
            if not name.startswith(platform.prefix):
                continue
            for collection in client[name].list_collection_names():
                place = f"{name.removeprefix(platform.prefix)}.{collection}"
                for document in client[name][collection].find():
                    if "handled" not in document:
                        found[place] = found.get(place, b"") + document.raw
                        continue
                    for part in document:
                        kind = "trail" if part in ("handled", "outbox", "_id") else "state"
                        whole = f"{kind} of {place}"
                        found[whole] = found.get(whole, b"") + RawBSONDocument(_packed(part, document[part])).raw
    return found


def _packed(name: str, value) -> bytes:
    from bson import encode

    return encode({name: value})


def metrics(platform: Platform) -> bytes:
    """Return what every process tells the monitoring."""
    return b"\n".join(requests.get(f"http://127.0.0.1:{process.port}/metrics", timeout=5).content for process in platform.processes)


def contains(content: bytes, mark: str) -> bool:
    """Say whether a mark stands in these bytes, as it is or escaped."""
    return mark.encode() in content or json.dumps(mark)[1:-1].encode() in content or mark.casefold().encode() in content
