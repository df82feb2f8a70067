"""Meetings of the holiday class over HTTP: safe adults, nobody missing, every child handed over once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from datetime import datetime

import pytest

from services.common.access import Role
from services.common.broker import Publisher
from services.common.events.registry import ConsentChanged, GuardianshipChanged
from services.common.ids import new_id
from tests.integration.volunteering.community import ok
from tests.support.facts import tell
from tests.support.running import eventually

DAY = "2025-07-05"


@pytest.fixture(autouse=True)
def summer(community):
    community.at("2025-07-01T09:00:00+08:00")


def at_once(command, many):
    with ThreadPoolExecutor(len(many)) as hands:
        return list(hands.map(command, many))


def names(facts):
    return [fact["type"].rsplit(".", 1)[-1] for fact in facts]


def told_by_register(community, event, id):
    """Publish a fact as the register's relay would."""
    publisher = Publisher(community.platform.env["AMQP_URI"], (50, 100, 200))
    tell(publisher, event, id, datetime.fromisoformat(f"{DAY}T09:00:00+08:00"))
    publisher.drop()


class Meeting:
    """A meeting with its adults and its children."""

    def __init__(self, community, *, adults=2, children=1, day=DAY, hour=9, roster=True, **series):
        self.community, self.day, self.hour = community, day, hour
        self.series = community.a_series(**series)
        self.adults = [community.a_volunteer(cleared=True) for _ in range(adults)]
        self.children = [community.a_child() for _ in range(children)]
        for child in self.children:
            ok(community.enrol(self.series, child))
        lead, *others = self.adults
        named = {"lead_volunteer_id": lead, "roster": [{"volunteer_id": one} for one in others]} if roster else {}
        self.id = community.a_session(self.series, day, hour, **named)
        self.path = f"/v1/class-sessions/{self.id}"

    def at(self, time):
        self.community.at(f"{self.day}T{time}:00+08:00")

    def post(self, path, body=None, status=200, **more):
        answer = self.community.post(f"{self.path}/{path}", body, **more)
        assert answer.status_code == status, answer.text
        return answer.json()

    def come_in(self, *adults):
        for adult in adults or self.adults:
            self.post("adults", {"volunteer_id": adult})

    def begin(self, *arriving):
        """Open it at ten to, and let some children in."""
        self.at(f"{self.hour - 1:02}:50")
        self.come_in()
        self.post("opening")
        for child in arriving:
            self.post(f"children/{child['id']}/arrival")

    def fetch(self, child, **said):
        pickup = child["pickups"][0]
        body = {"pickup_id": pickup["id"], "name": pickup["name"], "check": "ID_LAST4", "id_last4": "002X", **said}
        return self.community.post(f"{self.path}/children/{child['id']}/departure", body)

    def show(self):
        return ok(self.community.get(self.path), 200)

    def becomes(self, state):
        return eventually(lambda: (shown := self.show())["state"] == state and shown, within=20)

    def facts(self):
        return self.community.facts(f"class_session/{self.id}")


@pytest.mark.rule("VOL-53", "VOL-56", "VOL-58")
def test_a_meeting_opens_when_it_is_safe_and_closes_when_no_child_is_left(community):
    meeting = Meeting(community, children=2, roster=False)
    child, other = meeting.children
    (cleared, backup), uncleared = meeting.adults, community.a_volunteer()
    meeting.at("08:50")
    meeting.come_in(cleared, uncleared)
    shut = meeting.post("opening", status=409)
    meeting.come_in(backup)
    opened = meeting.post("opening")

    assert shut["code"] == "SESSION_NOT_READY"
    assert shut["reasons"] == [
        {"code": "RATIO_SHORT", "required": 2, "counted": 1, "missing": 1},
        {"code": "ADULT_NOT_ELIGIBLE", "volunteer_id": uncleared},
    ]
    assert (opened["state"], opened["children_expected"], opened["adults_counted"]) == ("OPEN", 2, 2)

    inside = meeting.post(f"children/{child['id']}/arrival")
    stays = meeting.post(f"adults/{backup}/departure", {}, status=409)
    short = meeting.post(f"adults/{backup}/departure", {"gone": True})
    unsafe = meeting.post(f"children/{other['id']}/arrival", status=409)
    stranger = meeting.post(f"children/{community.a_child()['id']}/arrival", status=409)
    still_in = meeting.post("closure", status=409)
    nobody, wrong = meeting.fetch(child, pickup_id=new_id()), meeting.fetch(child, id_last4="0000")

    assert (inside["children_in"], stays["code"], short["adults_present"], unsafe["code"]) == (1, "TWO_ADULTS_STAY", 2, "SESSION_NOT_READY")
    assert (stranger["code"], nobody.json()["code"], wrong.json()["code"]) == ("NOT_ENROLLED", "NOT_ON_PICKUP_LIST", "IDENTITY_NOT_MATCHED")
    assert (still_in["code"], still_in["child_ids"]) == ("CHILD_STILL_IN", [child["id"]])

    ok(meeting.fetch(child), 200)
    closed = meeting.post("closure")

    assert (closed["state"], [one["state"] for one in closed["children"]]) == ("CLOSED", ["OUT", "ABSENT_UNKNOWN"])
    facts = eventually(lambda: (seen := meeting.facts()) and names(seen)[-1] == "SessionClosed" and seen)
    told = [name for name in names(facts) if name not in ("SessionReady", "SessionNotReady")]
    assert told == ["SessionPlanned", "SessionOpened", "ChildCheckedIn", "ChildCheckedOut", "SessionClosed"]
    # Ready, alarm when the backup left, relief when the child was fetched.
    assert [name for name in names(facts) if name in ("SessionReady", "SessionNotReady")][-3:] == ["SessionReady", "SessionNotReady", "SessionReady"]
    eventually(lambda: ok(community.get(f"/v1/class-series/{meeting.series}"), 200)["state"] == "RUNNING")


@pytest.mark.rule("VOL-56", "VOL-2")
def test_readiness_follows_the_clock_and_every_fact_about_an_adult(community):
    meeting = Meeting(community)
    assert meeting.show()["state"] == "PLANNED"

    community.at("2025-07-04T09:00:00+08:00")
    meeting.becomes("READY")
    community.clear(meeting.adults[0], "RECORD_CHECK", "NOT_CLEAR")
    shown = meeting.becomes("NOT_READY")
    assert {"code": "LEAD_NOT_ELIGIBLE", "volunteer_id": meeting.adults[0]} in shown["readiness"]["reasons"]
    other = community.a_volunteer(cleared=True)
    ready = ok(community.client("PUT", f"{meeting.path}/roster", {"lead_volunteer_id": other, "roster": [{"volunteer_id": meeting.adults[1]}]}, roles=(Role.VOLUNTEER_COORDINATOR,)), 200)
    assert ready["state"] == "READY"

    # At its start only who is in the room counts.
    meeting.at("09:00")
    assert [reason["code"] for reason in meeting.becomes("NOT_READY")["readiness"]["reasons"]][0] == "RATIO_SHORT"
    assert meeting.post("opening", status=409)["code"] == "SESSION_NOT_READY"
    meeting.come_in(other, meeting.adults[1])
    assert meeting.post("opening")["state"] == "OPEN"
    facts = eventually(lambda: (seen := meeting.facts()) and names(seen)[-1] == "SessionOpened" and seen)
    assert [fact["data"].get("volunteer_ids") for fact in facts if names([fact]) == ["SessionNotReady"]][0] == [meeting.adults[0]]


@pytest.mark.rule("VOL-53")
def test_an_adult_does_not_count_in_two_meetings_at_once(community):
    first = Meeting(community, roster=False)
    second = Meeting(community, roster=False)
    first.at("08:50")
    for meeting in (first, second):
        meeting.come_in(*first.adults)

    answers = at_once(lambda meeting: meeting.community.post(f"{meeting.path}/opening"), [first, second])

    assert [answer.status_code for answer in answers] == [409, 409]
    assert {reason["code"] for answer in answers for reason in answer.json()["reasons"]} == {"RATIO_SHORT", "ADULT_ELSEWHERE", "NO_FIRST_AID"}


@pytest.mark.rule("VOL-58")
def test_two_adults_hand_over_one_child_at_once_and_there_is_one_record(community):
    meeting = Meeting(community)
    child = meeting.children[0]
    meeting.begin(child)

    answers = at_once(lambda _: meeting.fetch(child), range(6))

    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 5}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"CHILD_NOT_IN"}
    facts = eventually(lambda: (seen := meeting.facts()) and "ChildCheckedOut" in names(seen) and seen)
    assert names(facts).count("ChildCheckedOut") == 1


@pytest.mark.rule("VOL-58")
def test_a_code_fits_one_child_one_entry_and_one_meeting(community):
    meeting, other = Meeting(community), Meeting(community, hour=14)
    child = meeting.children[0]
    meeting.begin(child)
    asked = [ok(community.get(f"{one.path}/children/{child['id']}/pickups/{child['pickups'][0]['id']}/code"), 200)["code"] for one in (meeting, other)]

    assert asked[0] != asked[1]
    assert meeting.fetch(child, check="CODE", code=asked[1], id_last4=None).status_code == 422
    body = {"pickup_id": child["pickups"][0]["id"], "name": "王秀英", "check": "CODE"}
    assert meeting.post(f"children/{child['id']}/departure", {**body, "code": asked[1]}, status=409)["code"] == "IDENTITY_NOT_MATCHED"
    assert meeting.post(f"children/{child['id']}/departure", {**body, "code": asked[0]})["children_out"] == 1


@pytest.mark.rule("VOL-58", "VOL-59")
def test_a_neighbour_fetches_by_the_primary_guardians_word_and_a_medicine_is_seen_by_two(community):
    meeting = Meeting(community)
    child = meeting.children[0]
    meeting.begin(child)
    lead, second = meeting.adults
    signed = {"medicine": "布洛芬混悬液", "dose": "发热时五毫升", "guardian_id": child["guardian_ids"][0], "signed_on": "2025-07-01"}
    consent = ok(community.post(f"/v1/children/{child['id']}/medicine-consents", signed))["medicine_consents"][0]["id"]
    alone = meeting.post(f"children/{child['id']}/medicine", {"consent_id": consent, "given_by": lead, "witnessed_by": lead}, status=422)
    given = meeting.post(f"children/{child['id']}/medicine", {"consent_id": consent, "given_by": lead, "witnessed_by": second})

    word = {"session_id": meeting.id, "name": "周邻居", "relation": "邻居", "id_last4": "1234", "called_by": second, "called_at": f"{DAY}T08:50:00+08:00"}
    not_primary = community.post(f"/v1/children/{child['id']}/agreed-pickups", {**word, "guardian_id": child["guardian_ids"][1]})
    listed = ok(community.post(f"/v1/children/{child['id']}/agreed-pickups", {**word, "guardian_id": child["guardian_ids"][0]}))
    gone = meeting.fetch(child, pickup_id=listed["pickups"][-1]["id"], name="周邻居", id_last4="1234")

    assert alone["errors"][0]["code"] == "SECOND_ADULT_NEEDED"
    assert [one["witnessed_by"] for one in given["children"][0]["medicines"]] == [second]
    assert not_primary.json()["errors"][0]["code"] == "PRIMARY_GUARDIAN_ONLY"
    assert gone.status_code == 200, gone.text
    assert meeting.show()["children"][0]["by_word"]["called_by"] == second
    raw = community.raw()
    assert all(word.encode() not in raw for word in ("周邻居", "布洛芬混悬液", "发热时五毫升"))


@pytest.mark.rule("VOL-57", "VOL-58")
def test_the_clock_asks_for_who_has_not_come_and_for_who_is_not_fetched(community):
    meeting = Meeting(community, children=2)
    child, other = meeting.children
    meeting.begin(child)

    meeting.at("09:16")
    asked = eventually(lambda: [fact for fact in meeting.facts() if names([fact]) == ["ChildNotArrived"]])
    assert [(fact["data"]["child_id"], fact["data"]["guardian_ids"]) for fact in asked] == [(other["id"], other["guardian_ids"])]
    out_of_order = meeting.post(f"children/{other['id']}/calls", {"guardian_id": other["guardian_ids"][1], "result": "ABSENT"}, status=409)
    assert (out_of_order["code"], out_of_order["guardian_id"]) == ("CALL_IN_ORDER", other["guardian_ids"][0])
    meeting.post(f"children/{other['id']}/calls", {"guardian_id": other["guardian_ids"][0], "result": "NO_ANSWER"})
    lost = meeting.post(f"children/{other['id']}/calls", {"guardian_id": other["guardian_ids"][1], "result": "NO_ANSWER"})
    assert lost["unaccounted_ids"] == [other["id"]]

    meeting.at("12:01")
    late = eventually(lambda: [fact for fact in meeting.facts() if names([fact]) == ["ChildNotFetched"]])
    assert [(fact["data"]["child_id"], fact["data"]["step"]) for fact in late] == [(child["id"], 3)]
    assert meeting.show()["state"] == "CLOSING"
    assert ok(meeting.fetch(child), 200)["not_fetched_ids"] == []
    assert meeting.post("closure")["state"] == "CLOSED"


@pytest.mark.rule("VOL-56")
def test_a_room_that_lost_an_adult_moves_into_another_or_is_fetched_early(community):
    meeting, other = Meeting(community), Meeting(community)
    child = meeting.children[0]
    meeting.begin(child)
    other.come_in()
    other.post("opening")
    short = meeting.post(f"adults/{meeting.adults[1]}/departure", {"gone": True})
    assert short["readiness"]["reasons"][0]["code"] == "RATIO_SHORT"
    backup = community.a_volunteer(cleared=True)
    called = meeting.post("backup-calls", {"volunteer_id": backup, "answer": "CANNOT"})
    assert called["shortfall"]["backup_calls"][0]["answer"] == "CANNOT"

    meeting.at("09:11")
    early = eventually(lambda: (shown := meeting.show())["shortfall"]["early_pickup_at"] and shown)
    assert early["state"] == "CLOSING"
    answers = at_once(lambda _: community.post(f"{meeting.path}/merger", {"into_id": other.id}), range(2))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert (meeting.show()["state"], other.show()["children_in"]) == ("CLOSED", 1)
    assert ok(other.fetch(child), 200)["children_in"] == 0


@pytest.mark.rule("VOL-56")
def test_a_meeting_that_nobody_opened_did_not_take_place_and_one_is_called_off_with_a_reason(community):
    forgotten, off = Meeting(community), Meeting(community, hour=14)
    called_off = off.post("cancellation", {"reason": "RATIO"})
    assert (called_off["state"], called_off["cancel_reason"]) == ("CANCELLED", "RATIO")

    community.at("2025-07-20T09:00:00+08:00")

    assert forgotten.becomes("CANCELLED")["cancel_reason"] == "NOT_OPENED"
    assert [fact["data"]["reason"] for fact in eventually(lambda: [one for one in off.facts() if names([one]) == ["SessionCancelled"]])] == ["RATIO"]


@pytest.mark.rule("VOL-57")
def test_a_child_nobody_expected_is_kept_safe_until_a_guardian_who_was_called_comes(community):
    meeting = Meeting(community)
    meeting.begin()
    kept = meeting.post("kept-children", {}, status=201)["kept_ids"][0]
    guardian = new_id()

    assert meeting.post("closure", status=409)["code"] == "CHILD_KEPT_HERE"
    assert meeting.post(f"kept-children/{kept}/departure", {"to": guardian}, status=409)["code"] == "CALL_FIRST"
    meeting.post(f"kept-children/{kept}/calls", {"guardian_id": guardian, "result": "COMING"})
    assert meeting.post(f"kept-children/{kept}/departure", {"to": guardian})["kept_ids"] == []
    assert meeting.post("closure")["state"] == "CLOSED"


@pytest.mark.rule("VOL-58", "REG-45")
def test_a_guardian_who_is_blocked_while_the_child_is_in_gets_no_child_and_the_room_is_told(community):
    meeting = Meeting(community)
    child = meeting.children[0]
    mother, father = child["guardian_ids"]
    listed = [{"name": "王秀英", "relation": "母亲", "id_last4": "002X", "person_id": mother}, {"name": "张强", "relation": "父亲", "id_last4": "1234", "person_id": father}]
    mothers, fathers = ok(community.patch(f"/v1/children/{child['id']}", {"pickups": listed}), 200)["pickups"]
    meeting.begin(child)
    guardianship = {"guardianship_id": new_id(), "ward_id": child["id"], "guardian_id": father, "kind": "PARENT"}

    told_by_register(community, GuardianshipChanged(**guardianship, may=[], blocked=True), guardianship["guardianship_id"])

    alerts = eventually(lambda: [fact for fact in meeting.facts() if names([fact]) == ["PickUpAlerted"]])
    assert [fact["data"]["reason"] for fact in alerts] == ["BLOCKED_WHILE_IN"]
    at_door = {"pickup_id": fathers["id"], "name": "张强", "id_last4": "1234"}
    key = new_id()
    refused = [
        community.post(f"{meeting.path}/children/{child['id']}/departure", {**at_door, "check": "ID_LAST4"}, key=key) for _ in range(2)
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "PICKUP_BLOCKED")] * 2
    told = eventually(lambda: (seen := [fact["data"]["reason"] for fact in meeting.facts() if names([fact]) == ["PickUpAlerted"]]) and len(seen) > 1 and seen)
    assert told == ["BLOCKED_WHILE_IN", "BLOCKED_AT_DOOR"]
    assert meeting.show()["children_in"] == 1
    again = community.patch(f"/v1/children/{child['id']}", {"pickups": [{"name": "张强", "relation": "父亲", "person_id": father}]})
    assert again.json()["errors"][0] == {"field": "pickups.0.person_id", "code": "GUARDIAN_BLOCKED", "message": again.json()["errors"][0]["message"]}
    assert meeting.fetch(child, pickup_id=mothers["id"]).status_code == 200


@pytest.mark.rule("VOL-58", "REG-45")
def test_a_block_from_before_the_child_was_on_record_is_known_at_the_door(community):
    child, mother, father = (new_id() for _ in range(3))
    community.appoint(child, father, may=[], blocked=True)
    community.appoint(child, father, may=[])
    listed = [{"name": "王秀英", "relation": "母亲", "id_last4": "002X", "person_id": mother}]
    him = {"name": "张强", "relation": "父亲", "id_last4": "1234", "person_id": father}
    body = {"id": child, "guardian_ids": [mother, father], "born_on": "2017-01-01", "health_declared_on": "2025-06-20"}
    refused = community.post("/v1/children", {**body, "pickups": [*listed, him]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "pickups.1.person_id")
    community.appoint(child, mother)
    known = ok(community.post("/v1/children", {**body, "pickups": listed}))
    meeting = Meeting(community, children=0)
    ok(community.enrol(meeting.series, known))
    meeting.begin(known)

    at_door = {"name": "张强", "check": "ID_LAST4", "id_last4": "1234", "person_id": father}
    answer = community.post(f"{meeting.path}/children/{child}/departure", at_door)

    assert (answer.status_code, answer.json()["code"]) == (409, "PICKUP_BLOCKED")
    assert eventually(lambda: [fact["data"]["reason"] for fact in meeting.facts() if names([fact]) == ["PickUpAlerted"]]) == ["BLOCKED_AT_DOOR"]
    kept = meeting.post("kept-children", {"child_id": child}, status=201)["kept_ids"][0]
    called = meeting.post(f"kept-children/{kept}/calls", {"guardian_id": father, "result": "COMING"}, status=422)
    assert called["errors"][0]["code"] == "GUARDIAN_BLOCKED"
    assert meeting.fetch(known).status_code == 200


@pytest.mark.rule("X-18")
def test_what_happened_in_a_class_is_on_record_until_a_guardian_was_told_and_its_words_are_in_no_fact(community):
    meeting = Meeting(community)
    child = meeting.children[0]
    meeting.begin(child)
    meeting.at("09:30")
    fell = {"kind": "INJURY", "happened_at": f"{DAY}T09:20:00+08:00", "child_ids": [child["id"]], "words": "跑动时摔倒擦伤右膝"}
    fell |= {"steps": [{"done": "FIRST_AID", "at": f"{DAY}T09:22:00+08:00", "words": "清洗包扎", "by_volunteer_id": meeting.adults[0]}]}
    key = new_id()

    twice = [meeting.post("incidents", fell, status=201, key=key) for _ in range(2)]
    path = f"/v1/class-incidents/{twice[0]['id']}"

    assert twice[0] == twice[1]
    assert (twice[0]["untold_ids"], twice[0]["steps"][0]["words"]) == ([child["id"]], "清洗包扎")
    assert community.get(path, roles=(Role.WORKER,)).status_code == community.get(path, roles=(Role.AUDITOR,)).status_code == 403
    eventually(lambda: meeting.show()["incident_ids"] == [twice[0]["id"]])
    untold = community.post(f"{path}/closing", {})
    assert (untold.status_code, untold.json()["code"], untold.json()["child_ids"]) == (409, "TELL_GUARDIANS_FIRST", [child["id"]])
    meeting.at("11:21")
    late = eventually(lambda: [fact for fact in community.facts(f"class_incident/{twice[0]['id']}") if names([fact]) == ["ClassIncidentUntold"]])
    assert late[0]["data"]["person_ids"] == [child["id"]]
    word = {"child_id": child["id"], "guardian_id": child["guardian_ids"][0], "way": "CALL", "at": f"{DAY}T11:20:00+08:00", "words": "母亲说马上来接"}
    told = at_once(lambda _: community.post(f"{path}/told", word, key=key + "T"), range(2))
    assert {answer.status_code for answer in told} <= {200, 409} and any(answer.status_code == 200 for answer in told)
    ok(community.post(f"{path}/closing", {"outcome": "家长已接走就医"}, roles=(Role.DUTY_OFFICER,)), 200)
    listed = ok(community.get("/v1/class-incidents", child_id=child["id"], state="CLOSED", roles=(Role.SAFEGUARDING_OFFICER,)), 200)["items"]
    assert [(one["id"], len(one["told"])) for one in listed] == [(twice[0]["id"], 1)]
    facts = eventually(lambda: (seen := community.facts(f"class_incident/{twice[0]['id']}")) and names(seen)[-1] == "ClassIncidentClosed" and seen)
    assert names(facts) == ["ClassIncidentRecorded", "ClassIncidentUntold", "ClassIncidentGuardianTold", "ClassIncidentClosed"]
    assert not any(word in str(facts) for word in ("INJURY", "FIRST_AID"))
    raw = community.raw()
    assert all(word.encode() not in raw for word in ("跑动时摔倒擦伤右膝", "清洗包扎", "母亲说马上来接", "家长已接走就医"))


@pytest.mark.rule("VOL-60")
def test_a_suspicion_of_harm_is_read_by_the_officers_only_and_never_by_the_suspected(community):
    meeting, suspect = Meeting(community), "01JD000000000000000STAFF77"
    volunteer = community.a_volunteer(staff_id=suspect)
    child = meeting.children[0]
    officer = {"roles": (Role.SAFEGUARDING_OFFICER,), "actor": "01JD0000000000000000FF1CER"}
    said = {"child_id": child["id"], "signs": ["PHYSICAL"], "words": "手臂上有旧伤", "session_id": meeting.id, "suspect_volunteer_ids": [volunteer]}

    receipt = ok(community.post("/v1/child-safeguarding-cases", said, roles=(Role.WORKER,)))
    path = f"/v1/child-safeguarding-cases/{receipt['id']}"

    assert set(receipt) == {"id", "taken_at"}
    assert ok(community.get(path, **officer), 200)["words"] == "手臂上有旧伤"
    for role in (Role.VOLUNTEER_COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.WORKER):
        assert community.get(path, roles=(role,)).status_code == 403
    assert community.get(path, **officer, staff=suspect).status_code == 404
    assert ok(community.get("/v1/child-safeguarding-cases", **officer, staff=suspect), 200)["items"] == []
    assert ok(community.get(f"{path}/receipt"), 200)["id"] == receipt["id"]
    assert community.get(f"{path}/receipt", actor="01JD0000000000000000000THR").status_code == 404
    community.at("2025-07-01T09:30:00+08:00")
    report = {"to": "POLICE", "reported_at": "2025-07-01T09:20:00+08:00", "reference": "警情 0705"}
    assert ok(community.post(f"{path}/reports", report, **officer), 200)["state"] == "REPORTED"
    facts = eventually(lambda: (seen := community.facts(f"child_safeguarding_case/{receipt['id']}")) and len(seen) == 2 and seen)
    assert [set(fact["data"]) for fact in facts] == [{"case_id", "due_at"}, {"case_id", "in_time"}]
    assert child["id"] not in str(facts) and receipt["id"] not in str(meeting.facts()) and receipt["id"] not in str(meeting.show())
    raw = community.raw()
    assert all(word.encode() not in raw for word in ("手臂上有旧伤", "警情 0705"))


@pytest.mark.rule("VOL-59", "X-14")
def test_a_picture_is_shown_with_every_childs_consent_and_taken_back_with_one_no(community):
    meeting = Meeting(community)
    happy, shy, sad = (community.a_child(photo_ok=True) for _ in range(3))
    silent = community.a_child()

    def photo(*children, status=201):
        return meeting.post("photos", {"file_ref": "相册 3", "child_ids": [child["id"] for child in children]}, status=status)

    refused = photo(happy, silent, status=409)
    first, second = photo(happy, shy)["id"], photo(happy, sad)["id"]
    for one in (first, second):
        assert ok(community.post(f"/v1/class-photos/{one}/publication"), 200)["state"] == "PUBLISHED"
    ok(community.patch(f"/v1/children/{shy['id']}", {"photo_ok": False}), 200)
    consent = {"consent_id": new_id(), "subject_id": sad["id"], "given_by_id": new_id(), "purpose": "CHILD_PHOTO", "state": "WITHDRAWN"}
    told_by_register(community, ConsentChanged(**consent), consent["consent_id"])

    def states():
        return {one["id"]: one["state"] for one in ok(community.get("/v1/class-photos", session_id=meeting.id), 200)["items"]}

    assert (refused["code"], refused["child_ids"]) == ("PHOTO_NOT_OK", [silent["id"]])
    assert states()[first] == "UNPUBLISHED"
    eventually(lambda: states()[second] == "UNPUBLISHED")
    assert photo(happy, sad, status=409)["child_ids"] == [sad["id"]]
    [answer] = eventually(lambda: [row for row in community.rows("cascades") if row["trigger"] == "ConsentChanged"])
    assert answer["effects"]["stopped"] == [f"class_photo/{second}"]
    assert community.post(f"/v1/class-photos/{first}/publication").json()["code"] == "PHOTO_TAKEN_BACK"


@pytest.mark.rule("VOL-57", "X-15")
def test_a_no_that_was_told_ahead_keeps_a_child_from_the_door_from_its_day_on(community):
    meeting, consent = Meeting(community, children=2), new_id()
    child, other = meeting.children
    earlier = copy(meeting)
    earlier.day, earlier.id = "2025-07-02", community.a_session(meeting.series, "2025-07-02", lead_volunteer_id=meeting.adults[0])
    earlier.path = f"/v1/class-sessions/{earlier.id}"
    about = {"subject_id": child["id"], "given_by_id": new_id(), "purpose": "CHILD_EMERGENCY_CARE", "valid_from": datetime.fromisoformat(DAY).date()}
    told_by_register(community, ConsentChanged(consent_id=consent, **about, state="REFUSED"), consent)
    eventually(lambda: [row for row in community.rows("consents") if row["_id"] == consent])
    community.settle()
    earlier.begin()
    earlier.at("11:00")
    earlier.post("closure")
    eventually(lambda: {one["state"] for one in ok(community.get(f"/v1/class-series/{meeting.series}"), 200)["enrolments"]} == {"ENROLLED"})

    meeting.begin(other)

    assert meeting.post(f"children/{child['id']}/arrival", status=409)["code"] == "CONSENT_MISSING"


@pytest.mark.rule("VOL-50", "VOL-59")
def test_a_child_whose_guardians_disagree_about_pictures_is_in_none_until_they_agree(community):
    meeting, child, other = Meeting(community, children=0), community.a_child(), community.a_child(photo_ok=True)
    picture = {"file_ref": "相册 4", "child_ids": [child["id"], other["id"]]}
    elsewhere = community.a_session(community.a_series())
    ok(community.enrol(meeting.series, child, consents={"photo": True}))
    ok(community.enrol(meeting.series, child, guardian=1))
    shown, kept = (meeting.post("photos", picture, status=201)["id"] for _ in range(2))
    ok(community.post(f"/v1/class-photos/{shown}/publication"), 200)

    ok(community.enrol(meeting.series, child, guardian=1, consents={"photo": False}))
    taken_back = {one["id"]: one["state"] for one in ok(community.get("/v1/class-photos", session_id=meeting.id), 200)["items"]}
    ok(community.enrol(meeting.series, child, guardian=1))
    ok(community.patch(f"/v1/children/{child['id']}", {"photo_ok": True}), 200)
    refused = [community.post(f"{path}/photos", picture).json() for path in (meeting.path, f"/v1/class-sessions/{elsewhere}")]
    ok(community.enrol(meeting.series, child, guardian=1, consents={"photo": True}))

    assert taken_back == {shown: "UNPUBLISHED", kept: "UNPUBLISHED"}
    assert [(one["code"], one["child_ids"]) for one in refused] == [("PHOTO_NOT_OK", [child["id"]])] * 2
    again = meeting.post("photos", picture, status=201)["id"]
    assert ok(community.post(f"/v1/class-photos/{again}/publication"), 200)["state"] == "PUBLISHED"


@pytest.mark.rule("VOL-34")
def test_who_had_come_to_a_meeting_that_was_called_off_has_half_an_hour_with_its_activity(community):
    span = {"starts_at": f"{DAY}T14:00:00+08:00", "ends_at": f"{DAY}T16:00:00+08:00"}
    activity, need = community.an_activity(kind="HOLIDAY_CLASS", need={"min": 1, "max": 3}, **span)
    meeting = Meeting(community, hour=14, roster=False, children=0)
    came, absent = meeting.adults
    for one in meeting.adults:
        ok(community.sign_up(activity, need, one))
    meeting.id = community.a_session(meeting.series, DAY, 14, activity_id=activity)
    meeting.path = f"/v1/class-sessions/{meeting.id}"
    meeting.at("13:50")
    meeting.come_in(came)
    meeting.at("14:05")
    meeting.post("cancellation", {"reason": "RATIO"})
    seen = eventually(lambda: [one for one in ok(community.get(f"/v1/activities/{activity}"), 200)["assignments"] if one["attendance"]])
    assert [(one["volunteer_id"], one["attendance"]["result"]) for one in seen] == [(came, "LEFT_EARLY")]

    ok(community.post(f"/v1/activities/{activity}/cancellation", {"reason": "人手不够"}), 200)

    [credit] = eventually(lambda: ok(community.get("/v1/hours", activity_id=activity), 200)["items"])
    assert (credit["volunteer_id"], credit["minutes"]) == (came, 30)


@pytest.mark.rule("U12", "VOL-31")
def test_who_was_in_the_room_is_on_the_roll_of_the_activity_and_has_the_hours_without_a_second_entry(community):
    span = {"starts_at": f"{DAY}T14:00:00+08:00", "ends_at": f"{DAY}T16:00:00+08:00"}
    activity, need = community.an_activity(kind="HOLIDAY_CLASS", need={"min": 1, "max": 3}, **span)
    meeting = Meeting(community, hour=14, roster=False)
    signed_up = [*meeting.adults, community.a_volunteer(cleared=True)]
    for one in signed_up:
        ok(community.sign_up(activity, need, one))
    meeting.id = community.a_session(meeting.series, DAY, 14, activity_id=activity)
    meeting.path = f"/v1/class-sessions/{meeting.id}"
    meeting.post("room-check", {"safe": True})
    meeting.begin()
    meeting.at("16:00")
    meeting.post("closure")

    def roll():
        return {one["volunteer_id"]: one["attendance"] for one in ok(community.get(f"/v1/activities/{activity}"), 200)["assignments"]}

    came = eventually(lambda: roll()[signed_up[0]] and roll())
    assert [came[one] and came[one]["result"] for one in signed_up] == ["PRESENT", "PRESENT", None]
    absent = next(one["id"] for one in ok(community.get(f"/v1/activities/{activity}"), 200)["assignments"] if one["volunteer_id"] == signed_up[2])
    ok(community.post(f"/v1/activities/{activity}/attendance", {"calls": [{"assignment_id": absent, "result": "NO_SHOW"}]}), 200)
    ok(community.post(f"/v1/activities/{activity}/completion"), 200)
    hours = eventually(lambda: len(found := ok(community.get("/v1/hours", activity_id=activity), 200)["items"]) == 2 and found)
    assert {(one["volunteer_id"], one["basis"]) for one in hours} == {(one, "CHECKED") for one in signed_up[:2]}
    assert all(120 < one["minutes"] <= 130 for one in hours), "from ten to, or a little later, until four"
