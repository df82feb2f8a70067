"""Learning over real HTTP, against a real broker and database: nobody misses a lesson, and nobody learns why."""

from __future__ import annotations

import pytest

from services.common.access import Role
from services.common.events.outreach import ServiceItemDone, VisitAmended, VisitCompleted, VisitRejected
from services.common.events.registry import ConsentChanged
from services.common.ids import new_id
from tests.integration.learning.conftest import moment
from tests.support.running import eventually

AUDITOR = {"roles": (Role.AUDITOR,), "areas": ()}
WORKER = {"roles": (Role.WORKER,), "areas": ("grid",), "staff": "01JD0000000000000000WORKER"}


@pytest.mark.rule("U5")
def test_a_session_is_certified_when_every_member_has_the_lesson_by_their_own_way(learning):
    plain = [learning.join(), learning.join()]
    away = [learning.join("AWAY_WORK") for _ in range(4)]
    maternity = learning.join("MATERNITY")
    frail = learning.join("FRAIL", relative_helper={"name": "某某", "phone": "13800000000"})
    session = learning.schedule()
    assert {row["state"] for row in learning.rows(session).values()} == {"PLANNED"}

    learning.set_clock("2025-04-07T08:00:00+08:00")
    rows = learning.rows(session)
    assert {member: rows[member]["mode"] for member in (*plain, *away, maternity, frail)} == {
        **dict.fromkeys(plain, "IN_PERSON"),
        **dict.fromkeys(away, "PARCEL"),
        maternity: "MOBILE_AUDIO",
        frail: "RELATIVE_MEDIA",
    }
    assert (rows[maternity]["rule"], rows[maternity]["fallbacks"]) == ("L4", ["MAKE_UP_CLASS"])
    for member in (*away, maternity, frail):
        how = {"carrier": "中国邮政", "tracking_no": "EA1"} if member in away else {}
        learning.post(f"/v1/coverage/{rows[member]['id']}/dispatch", how)

    learning.set_clock("2025-04-10T16:00:00+08:00")
    assert learning.post(f"/v1/study-sessions/{session}/holding", {"attended_member_ids": plain})["state"] == "COVERING"
    refusal = learning.post(f"/v1/study-sessions/{session}/coverage-certificate", status=409)
    assert (refusal["code"], len(refusal["open"])) == ("SESSION_NOT_COVERED", 6)
    assert {row["member_id"]: row["next_action"] for row in refusal["open"]}[maternity] == "REMIND"

    for member in away:
        learning.post(f"/v1/coverage/{rows[member]['id']}/receipt", {"received_by": "SELF"})
        learning.post(f"/v1/coverage/{rows[member]['id']}/proofs", {"kind": "REPLY_CARD", "given_by": "MEMBER"}, 201)
    for word in ({"kind": "AUDIO_HEARD", "given_by": "SYSTEM", "percent": 96, "speed": 1.0}, {"kind": "REPLY", "given_by": "MEMBER"}):
        by_word = learning.post(f"/v1/coverage/{rows[maternity]['id']}/proofs", word, 422)
        assert by_word["errors"][0]["field"] == "kind", "what was heard comes through a personal link (LRN-10)"
    learning.post(f"/v1/coverage/{rows[maternity]['id']}/proofs", {"kind": "SECRETARY_CONTACT", "given_by": "MEMBER"}, 201)
    last = learning.post(f"/v1/study-sessions/{session}/coverage-certificate", status=409)["open"]
    assert [row["member_id"] for row in last] == [frail]
    learning.post(f"/v1/coverage/{rows[frail]['id']}/proofs", {"kind": "PLAYED_WITH_MEMBER", "given_by": "RELATIVE"}, 201)
    assert learning.post(f"/v1/study-sessions/{session}/coverage-certificate")["state"] == "COVERED"

    facts = learning.facts(session)
    verified = [fact["data"] for fact in facts if fact["name"] == "CoverageVerified"]
    by_mode = {
        mode: {fact["member_id"] for fact in verified if fact["mode"] == mode}
        for mode in ("IN_PERSON", "PARCEL", "MOBILE_AUDIO", "RELATIVE_MEDIA")
    }
    assert by_mode == {"IN_PERSON": set(plain), "PARCEL": set(away), "MOBILE_AUDIO": {maternity}, "RELATIVE_MEDIA": {frail}}
    covered = next(fact["data"] for fact in facts if fact["name"] == "StudySessionCovered")
    assert (covered["members"], covered["verified"], covered["waived"]) == (8, 8, 0)


@pytest.mark.rule("U5")
@pytest.mark.rule("LRN-30")
def test_a_certificate_is_taken_back_when_a_member_of_that_day_is_entered_late(learning):
    there = learning.join()
    session = learning.schedule()
    learning.set_clock("2025-04-10T16:00:00+08:00")
    learning.post(f"/v1/study-sessions/{session}/holding", {"attended_member_ids": [there]})
    certificate = f"/v1/study-sessions/{session}/coverage-certificate"
    assert learning.post(certificate)["state"] == "COVERED"
    learning.set_clock("2025-06-20T08:00:00+08:00")

    since_then = learning.post("/v1/members", {"branch_id": learning.branch, "person_id": new_id(), "since": "2025-04-11"}, 201)["id"]
    before = learning.get(f"/v1/study-sessions/{session}")["state"]
    late = learning.join()

    assert (before, learning.get(f"/v1/study-sessions/{session}")["state"]) == ("COVERED", "COVERING")
    assert [row["member_id"] for row in learning.post(certificate, status=409)["open"]] == [late]
    assert since_then not in learning.rows(session), "the audience is the membership of that day"
    assert [fact["name"] for fact in learning.facts(session) if fact["subject"] == f"study_session/{session}"][-2:] == ["StudySessionCovered", "StudySessionReopened"]


@pytest.mark.rule("LRN-1")
@pytest.mark.rule("LRN-2")
@pytest.mark.rule("X-18")
def test_nobody_but_the_secretary_of_the_branch_and_the_administrator_learns_a_circumstance(learning):
    member = learning.join("MATERNITY")
    session = learning.schedule()
    learning.set_clock("2025-04-08T08:00:00+08:00")
    row = learning.rows(session)[member]

    assert learning.get(f"/v1/members/{member}/circumstances")["circumstances"][0]["code"] == "MATERNITY"
    assert learning.get(f"/v1/members/{member}/circumstances", roles=(Role.ADMINISTRATOR,))["circumstances"]
    path = f"/v1/members/{member}/circumstances"
    assert learning.client.get(path, roles=(Role.BRANCH_SECRETARY,), areas=(new_id(),)).status_code == 404
    for role in (Role.WORKER, Role.GRID_LEAD, Role.AUDITOR, Role.VOLUNTEER_COORDINATOR, Role.PARTNER, Role.SYSTEM):
        assert learning.client.get(path, roles=(role,), areas=(learning.branch,)).status_code == 403
    told = learning.rows(session, **AUDITOR)[member]
    assert (row["mode"], told["mode"]) == ("MOBILE_AUDIO", "INDIVIDUAL_STUDY")
    assert told.keys() & {"rule", "fallbacks", "form", "proofs", "delivery", "blocker", "options", "next_action"} == set()
    both = {"roles": (Role.AUDITOR, Role.BRANCH_SECRETARY), "areas": (new_id(),)}
    for who in (AUDITOR, both):
        assert learning.get(f"/v1/coverage/{row['id']}", **who)["mode"] == "INDIVIDUAL_STUDY"
    assert learning.client.get(path, **both).status_code == 404
    eventually(lambda: learning.db["coverage"].find_one({"_id": row["id"], "pending": None}), why="the publication of the row's facts")
    everything = repr([list(learning.db[name].find()) for name in learning.db.list_collection_names()]) + learning.platform.logs()
    assert "MATERNITY" not in everything
    assert "某路" not in everything


@pytest.mark.rule("LRN-34")
def test_the_clock_moves_a_lesson_to_its_next_way_and_escalates_what_is_late(learning):
    member = learning.join("AWAY_WORK")
    session = learning.schedule()
    learning.set_clock("2025-04-09T08:00:00+08:00")
    row = learning.rows(session)[member]["id"]
    learning.post(f"/v1/coverage/{row}/dispatch", {"carrier": "中国邮政"})
    learning.set_clock("2025-04-12T10:00:00+08:00")
    learning.post(f"/v1/study-sessions/{session}/holding", {"attended_member_ids": []})
    assert learning.post(f"/v1/coverage/{row}/receipt", {"received_by": "NEIGHBOUR"})["state"] == "DISPATCHED"

    parcel = learning.get(f"/v1/coverage/{row}")["delivery"]["parcel"]["id"]
    learning.set_clock("2025-04-22T08:00:00+08:00")
    fallen = learning.get(f"/v1/coverage/{row}")
    learning.set_clock("2025-04-22T08:05:00+08:00")
    left = learning.get(f"/v1/parcels/{parcel}")
    assert (left["state"], left["open"], left["next_action"]) == ("LEFT_BEHIND", False, "WAIT"), "nobody is called about it for ever"
    learning.set_clock("2025-06-30T08:00:00+08:00")
    late = learning.get(f"/v1/coverage/{row}")

    assert (fallen["state"], fallen["mode"], fallen["failures"][0]["reason"]) == ("ASSIGNED", "MOBILE_AUDIO", "NOT_ACKNOWLEDGED")
    assert (late["state"], late["overdue_since"]) == ("ASSIGNED", "2025-05-11")
    names = [fact["name"] for fact in learning.facts(session) if fact["subject"] == f"coverage/{row}"]
    assert names == ["CoveragePlanned", "CoverageAssigned", "CoverageFailed", "CoverageAssigned", "CoverageEscalated", "CoverageEscalated"]


@pytest.mark.rule("LRN-10", "OUT-19")
def test_a_lesson_taught_at_home_is_proved_by_the_visit_and_by_nobodys_word(learning):
    first, second, third = (learning.join("FRAIL") for _ in range(3))
    session = learning.schedule()
    learning.set_clock("2025-04-10T16:00:00+08:00")
    rows = learning.rows(session)
    assert {row["mode"] for row in rows.values()} == {"HOME_TEACHING"}
    proofs = f"/v1/coverage/{rows[first]['id']}/proofs"

    refused = learning.post(proofs, {"kind": "ROLL_CALL", "given_by": "STAFF"}, 403, **WORKER)
    alone = learning.post(proofs, {"kind": "VISIT_ONLY", "given_by": "STAFF"}, 201, **WORKER)
    word = learning.post(proofs, {"kind": "VISIT_ITEM", "given_by": "STAFF"}, 422, **WORKER)
    learning.post(proofs, {"kind": "VISIT_ITEM", "given_by": "STAFF", "reference": new_id()}, 422)
    elsewhere = new_id()
    _publish_visit(learning, rows[second], person_id=new_id(), visit_id=elsewhere)
    eventually(lambda: learning.db["inbox"].find_one({"_id": f"visit/{elsewhere}", "applied": 1}))
    for _ in range(3):
        _publish_visit(learning, rows[second])

    assert (refused["code"], alone["state"], word["errors"][0]["code"]) == ("TEACHING_ONLY", "ASSIGNED", "VISIT_NOT_KNOWN")
    assert "mode" not in alone
    learning.teach(rows[first], "2025-04-10T15:30:00+08:00")
    eventually(lambda: learning.get(f"/v1/coverage/{rows[second]['id']}")["state"] == "VERIFIED")
    learning.client.settle()
    named = {"kind": "VISIT_ITEM", "given_by": "STAFF", "reference": _VISIT}
    assert learning.post(f"/v1/coverage/{rows[second]['id']}/proofs", named, 201, **WORKER)["state"] == "VERIFIED"
    assert len(learning.get(f"/v1/coverage/{rows[second]['id']}")["proofs"]) == 1
    [verified] = [fact["data"] for fact in learning.facts(session) if fact["name"] == "CoverageVerified" and fact["subject"] == f"coverage/{rows[second]['id']}"]
    assert moment(verified["seen_at"]) == moment("2025-04-10T15:00:00+08:00"), "that somebody stood before the member counts elsewhere (OUT-7)"

    added, person = new_id(), rows[third]["person_id"]
    corrected = {"visit_id": added, "person_ids": [person], "seen_person_ids": [person], "staff_ids": ["01JD0000000000000000WORKER"]}
    item = ServiceItemDone(no=2, kind="LEARNING_DELIVERY", ref=rows[third]["id"], result="DONE")
    at = moment("2025-04-10T15:00:00+08:00")
    learning.publish(VisitAmended(**corrected, outcome="SEEN_WELL", method="IN_PERSON", happened_at=at, items=[item]), f"visit/{added}", at=at)
    eventually(lambda: learning.get(f"/v1/coverage/{rows[third]['id']}")["state"] == "VERIFIED")

    learning.publish(VisitAmended(**corrected | {"seen_person_ids": []}, outcome="SEEN_WELL", method="IN_PERSON", happened_at=at), f"visit/{added}", sequence=2, at=at)
    learning.publish(VisitRejected(visit_id=_VISIT, person_ids=[rows[second]["person_id"]], reason="CONTRADICTED"), f"visit/{_VISIT}", sequence=2, at=at)
    for member in (second, third):
        path = f"/v1/coverage/{rows[member]['id']}"
        owed = eventually(lambda path=path: [row for row in [learning.get(path)] if row["state"] == "ASSIGNED"], why="owed again")[0]
        assert (owed["mode"], owed["verification"], [proof["taken_back"] for proof in owed["proofs"]]) == ("HOME_TEACHING", None, [True])
    assert learning.get(f"/v1/coverage/{rows[first]['id']}")["state"] == "VERIFIED", "another visit proves it"
    assert learning.client.get(f"/v1/coverage/{rows[first]['id']}", **WORKER).status_code == 403


_EVENT, _VISIT = new_id(), new_id()


def _publish_visit(learning, row, person_id=None, visit_id=None):
    happened_at = moment("2025-04-10T15:00:00+08:00")
    visit = VisitCompleted(
        visit_id=visit_id or _VISIT,
        person_ids=[person_id or row["person_id"]],
        seen_person_ids=[person_id or row["person_id"]],
        staff_ids=["01JD0000000000000000WORKER"],
        method="IN_PERSON",
        purposes=[],
        outcome="SEEN_WELL",
        items=[ServiceItemDone(no=1, kind="LEARNING_DELIVERY", ref=row["id"])],
        happened_at=happened_at,
    )
    learning.publish(visit, f"visit/{visit_id or _VISIT}", at=happened_at, id=new_id() if visit_id else _EVENT)


@pytest.mark.rule("X-14")
def test_a_lesson_goes_through_a_relative_only_while_the_consent_stands(learning):
    consent = new_id()
    member = learning.join("FRAIL", relative_helper={"name": "某某", "phone": "13800000000", "consent_id": consent})
    session = learning.schedule()
    learning.set_clock("2025-04-08T08:00:00+08:00")
    before = learning.rows(session)[member]
    withdrawn = {"consent_id": consent, "subject_id": new_id(), "given_by_id": new_id(), "purpose": "CONTACT_KIN"}

    learning.publish(ConsentChanged(**withdrawn, state="GIVEN"), f"consent/{consent}")
    learning.publish(ConsentChanged(**withdrawn, state="WITHDRAWN"), f"consent/{consent}", sequence=2)

    assert before["mode"] == "RELATIVE_MEDIA"
    eventually(lambda: learning.rows(session)[member]["mode"] == "HOME_TEACHING", why="another way")
    assert learning.get(f"/v1/members/{member}/capabilities")["relative_helper"] is None
    [answer] = eventually(lambda: list(learning.db["cascades"].find({"trigger": "ConsentChanged"})), why="learning's answer")
    assert answer["effects"]["stopped"] == [f"member/{member}"], "and that it was given asked nothing"


@pytest.mark.rule("LRN-22")
@pytest.mark.rule("LRN-20")
def test_one_parcel_carries_the_lessons_of_a_couple_and_ends_by_the_word_of_both(learning):
    one, other = learning.join("AWAY_WORK"), learning.join("AWAY_WORK")
    session = learning.schedule()
    learning.set_clock("2025-04-09T08:00:00+08:00")
    rows = {member: row["id"] for member, row in learning.rows(session).items()}

    packed = learning.post("/v1/parcels", {"coverage_ids": list(rows.values())}, 201)
    parcel = f"/v1/parcels/{packed['id']}"
    doubled = learning.post("/v1/parcels", {"coverage_ids": [rows[one]]}, 422)
    key = new_id()
    sent = learning.post(f"{parcel}/handover", {"carrier": "中国邮政", "tracking_no": "EA9"}, key=key)
    again = learning.post(f"{parcel}/handover", {"carrier": "中国邮政", "tracking_no": "EA9"}, key=key)
    assert {row["state"] for row in learning.rows(session).values()} == {"DISPATCHED"}
    learning.post(f"{parcel}/scans", {"state": "IN_TRANSIT"})
    learning.post(f"{parcel}/delivery", {"received_by": "NEIGHBOUR"})
    assert {row["state"] for row in learning.rows(session).values()} == {"DISPATCHED"}
    learning.post(f"{parcel}/delivery", {"received_by": "SELF"})
    learning.post(f"/v1/coverage/{rows[one]}/proofs", {"kind": "REPLY_CARD", "given_by": "MEMBER"}, 201)
    half = learning.get(parcel)
    learning.post(f"/v1/coverage/{rows[other]}/proofs", {"kind": "PHONE_ACKNOWLEDGEMENT", "given_by": "MEMBER"}, 201)

    assert (packed["state"], sent, doubled["errors"][0]["code"]) == ("PREPARED", again, "NOT_FOR_A_PARCEL")
    assert (half["state"], learning.get(parcel)["state"]) == ("DELIVERED", "ACKNOWLEDGED")
    assert {row["state"] for row in learning.rows(session).values()} == {"VERIFIED"}
    assert learning.get("/v1/parcels", open=False, branch_id=learning.branch)["items"][0]["id"] == packed["id"]
    assert learning.client.get(parcel, roles=(Role.BRANCH_SECRETARY,), areas=(new_id(),)).status_code == 404


@pytest.mark.rule("LRN-22")
def test_what_was_missing_from_a_parcel_goes_in_the_next_one_while_the_other_lesson_waits_for_its_word(learning):
    one, other, alone = (learning.join("AWAY_WORK") for _ in range(3))
    session = learning.schedule()
    learning.set_clock("2025-04-09T08:00:00+08:00")
    rows = {member: row["id"] for member, row in learning.rows(session).items()}
    sent = [learning.post("/v1/parcels", {"coverage_ids": [rows[member] for member in members]}, 201)["id"] for members in ((one, other), (alone,))]
    for parcel in sent:
        learning.post(f"/v1/parcels/{parcel}/handover", {"carrier": "中国邮政"})
        learning.post(f"/v1/parcels/{parcel}/delivery", {"received_by": "SELF"})

    learning.post(f"/v1/parcels/{sent[0]}/contents", {"items": [{"coverage_id": rows[one], "result": "MISSING"}, {"coverage_id": rows[other], "result": "ARRIVED"}]})
    learning.post(f"/v1/parcels/{sent[1]}/contents", {"items": [{"coverage_id": rows[alone], "result": "MISSING"}]})
    again = [learning.post(f"/v1/coverage/{rows[member]}/dispatch", {"carrier": "中国邮政"}) for member in (one, alone)]

    assert [row["state"] for row in again] == ["DISPATCHED", "DISPATCHED"]
    assert not {row["delivery"]["parcel"]["id"] for row in again} & {*sent}, "the next parcel, not the one that came without it"
    half = learning.get(f"/v1/parcels/{sent[0]}")
    assert (half["state"], {item["coverage_id"]: item["result"] for item in half["contents"]}) == ("DELIVERED", {rows[one]: "MISSING", rows[other]: "ARRIVED"})
    assert learning.get(f"/v1/parcels/{sent[1]}")["state"] == "LEFT_BEHIND", "an empty parcel is over"
    learning.post(f"/v1/coverage/{rows[other]}/proofs", {"kind": "REPLY_CARD", "given_by": "MEMBER"}, 201)
    assert learning.get(f"/v1/parcels/{sent[0]}")["state"] == "ACKNOWLEDGED"


@pytest.mark.rule("U5")
@pytest.mark.rule("LRN-20")
def test_who_was_served_early_is_told_that_the_session_is_cancelled_and_no_parcel_goes_for_nothing(learning):
    mother, away, packed_for, plain = learning.join("MATERNITY"), learning.join("AWAY_WORK"), learning.join("AWAY_WORK"), learning.join()
    session = learning.schedule()
    learning.set_clock("2025-04-08T08:00:00+08:00")
    rows = {member: f"/v1/coverage/{row['id']}" for member, row in learning.rows(session).items()}
    learning.post(f"{rows[mother]}/dispatch")
    out = learning.post(f"{rows[away]}/dispatch", {"carrier": "中国邮政"})["delivery"]["parcel"]["id"]
    packed = learning.post(f"{rows[packed_for]}/preparation")["delivery"]["parcel"]["id"]

    learning.post(f"/v1/study-sessions/{session}/cancellation", {"reason": "会场停电"})

    refused = learning.post(f"/v1/parcels/{packed}/handover", {"carrier": "中国邮政"}, 409)
    assert refused["code"] == "PARCEL_UNNEEDED"
    learning.client.settle()
    told = learning.get("/v1/reminders", branch_id=learning.branch)["items"]
    assert {one["member_id"]: one["kind"] for one in told} == dict.fromkeys((mother, away), "CALLED_OFF"), f"nothing had reached {plain} and {packed_for}"
    recalled, unpacked = learning.get(f"/v1/parcels/{out}"), learning.get(f"/v1/parcels/{packed}")
    assert (recalled["next_action"], recalled["intercept"]["reason"], unpacked["next_action"]) == ("INTERCEPT", "CANCELLED", "UNPACK")
    learning.set_clock("2025-04-08T12:00:00+08:00")
    assert len(learning.get("/v1/reminders", branch_id=learning.branch)["items"]) == 2, "the clock drops none of them"
    learning.post(f"/v1/reminders/{told[0]['id']}/telling")


@pytest.mark.rule("LRN-20")
@pytest.mark.rule("LRN-21")
def test_the_clock_loses_a_silent_parcel_and_an_old_address_is_confirmed_before_the_next(learning):
    member = learning.join("AWAY_WORK")
    session = learning.schedule("2025-05-20T14:00:00+08:00")
    learning.set_clock("2025-05-20T08:00:00+08:00")
    row = f"/v1/coverage/{learning.rows(session)[member]['id']}"
    learning.post(f"{row}/dispatch", {"carrier": "中国邮政"})
    first = learning.get(row)["delivery"]["parcel"]["id"]

    learning.set_clock("2025-06-05T08:00:00+08:00")
    lost = learning.get(row)
    old = learning.post(f"{row}/dispatch", {"carrier": "中国邮政"}, 409)
    learning.post(f"/v1/members/{member}/address-confirmation", {"delivery_address": "某路 2 号"})
    sent = learning.post(f"{row}/dispatch", {"carrier": "中国邮政"})

    assert learning.get(f"/v1/parcels/{first}")["state"] == "LOST"
    assert (lost["state"], lost["mode"], lost["next_action"], lost["failures"][0]["reason"]) == ("ASSIGNED", "PARCEL", "CONFIRM_ADDRESS", "LOST")
    assert (old["code"], sent["state"]) == ("ADDRESS_UNCONFIRMED", "DISPATCHED")
    assert learning.get(f"/v1/parcels/{sent['delivery']['parcel']['id']}")["delivery_address"] == "某路 2 号"


@pytest.mark.rule("LRN-21")
@pytest.mark.rule("LRN-31")
def test_the_secretary_sees_what_has_grown_old_and_asks_anew(learning):
    member = learning.join("MATERNITY")
    learning.post(f"/v1/members/{member}/membership", {"group": "第一小组", "contact_preference": "PHONE"})
    learning.set_clock("2026-02-15T08:00:00+08:00")
    path = f"/v1/branches/{learning.branch}/questions"

    asked = learning.get(path)["items"]
    circumstance = asked[0]["questions"][1]["circumstance_id"]
    learning.post(f"/v1/members/{member}/circumstances/{circumstance}/review", {"until": "2026-03-01"})
    learning.post(f"/v1/members/{member}/address-confirmation", {})

    assert [question["kind"] for question in asked[0]["questions"]] == ["ADDRESS_OLD", "CIRCUMSTANCE_PASSED"]
    assert learning.get(path)["items"][0]["questions"] == []
    assert learning.client.get(path, roles=(Role.BRANCH_SECRETARY,), areas=(new_id(),)).status_code == 404
    assert learning.client.get(path, roles=(Role.AUDITOR,)).status_code == 403


@pytest.mark.rule("LRN-30")
def test_rows_that_a_crash_left_out_are_made_good_and_never_doubled(learning):
    members = [learning.join(), learning.join()]
    session = learning.schedule()
    before = {row["id"] for row in learning.rows(session).values()}
    learning.db["coverage"].delete_one({"_id": min(before)})

    learning.set_clock("2025-03-02T08:00:00+08:00")
    late = learning.join()
    learning.post(f"/v1/study-sessions/{session}/materials", {"form": "BRAILLE", "title": "课"}, 201)
    learning.set_clock("2025-04-20T08:00:00+08:00")
    after = learning.rows(session)

    assert before < {row["id"] for row in after.values()}
    assert after.keys() == {*members, late}


def test_a_repeated_command_is_answered_alike_and_a_stale_one_is_refused(learning):
    key = new_id()
    body = {"branch_id": learning.branch, "person_id": new_id(), "since": "2021-01-01"}

    first = learning.client.post("/v1/members", body, key=key)
    again = learning.client.post("/v1/members", body, key=key)
    twice = learning.client.post("/v1/members", body)
    elsewhere = learning.post("/v1/members", {**body, "branch_id": new_id(), "person_id": new_id()}, 422)
    session = learning.schedule()
    stale = learning.client.post(f"/v1/study-sessions/{session}/postponement", {"reason": "r"}, headers={"If-Match": '"1"'})
    listed = learning.get("/v1/study-sessions", state="SCHEDULED")["items"]

    assert (first.status_code, first.json()) == (201, again.json())
    assert (twice.status_code, twice.json()["code"]) == (409, "MEMBER_ALREADY")
    assert elsewhere["errors"][0]["field"] == "branch_id"
    assert (stale.status_code, stale.json()["code"]) == (409, "STALE_VERSION")
    assert [item["id"] for item in listed] == [session]


def test_a_session_is_cancelled_with_its_rows_and_a_waiver_is_signed_by_two(learning):
    member = learning.join()
    cancelled, session = learning.schedule(), learning.schedule("2025-04-11T14:00:00+08:00")
    learning.post(f"/v1/study-sessions/{cancelled}/cancellation", {"reason": "会场停电"})
    row = learning.rows(session)[member]["id"]

    half = learning.post(f"/v1/coverage/{row}/waiver", {"code": "OTHER"})
    same = learning.post(f"/v1/coverage/{row}/waiver", {"code": "OTHER"}, 403)
    whole = learning.post(f"/v1/coverage/{row}/waiver", {"code": "OTHER"}, roles=(Role.ADMINISTRATOR,), staff=new_id())

    assert learning.rows(cancelled)[member]["state"] == "VOID"
    assert (half["state"], same["code"], whole["state"]) == ("PLANNED", "SECOND_SIGNER_MUST_DIFFER", "WAIVED")
    learning.set_clock("2025-04-11T16:00:00+08:00")
    learning.post(f"/v1/study-sessions/{session}/holding", {"attended_member_ids": []})
    assert learning.post(f"/v1/study-sessions/{session}/coverage-certificate")["state"] == "COVERED"
    covered = next(fact["data"] for fact in learning.facts(session) if fact["name"] == "StudySessionCovered")
    assert (covered["verified"], covered["waived"]) == (0, 1)


def test_a_secretary_reaches_only_their_own_branch(learning):
    learning.join()
    own, session = learning.branch, learning.schedule()
    learning.found()

    assert learning.client.get(f"/v1/study-sessions/{session}", roles=(Role.BRANCH_SECRETARY,), areas=(learning.branch,)).status_code == 404
    assert learning.get("/v1/members")["items"] == []
    assert learning.get("/v1/coverage")["items"] == []
    assert [branch["id"] for branch in learning.get("/v1/branches")["items"]] == [learning.branch]
    assert len(learning.get("/v1/members", roles=(Role.AUDITOR,), branch_id=own)["items"]) == 1
