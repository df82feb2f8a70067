"""What facts of life do to members, their lessons and their parcels."""

from __future__ import annotations

from datetime import date

import pytest

from services.common.events.registry import (
    PersonAwayEnded,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonMovedIn,
    PersonMovedOut,
    StaffLeft,
    StaffReinstated,
    StaffSuspended,
    TransferConfirmed,
)
from services.common.events.volunteering import ClearanceGranted, ClearanceRevoked
from services.common.ids import new_id
from tests.integration.learning.conftest import moment
from tests.support.running import eventually

NOW = moment("2025-04-09T09:00:00+08:00")


def answered(learning, person: str, fact: str) -> dict:
    """Return learning's answer to a fact, as soon as there is one."""
    found = []
    eventually(lambda: found.extend(learning.db["cascades"].find({"person_id": person, "trigger": fact})) or found, why=f"the answer to {fact}")
    return found[0]["effects"]


@pytest.mark.rule("U10")
@pytest.mark.rule("LRN-21")
def test_a_death_holds_then_ends_and_its_retraction_brings_back_what_is_still_in_time(learning):
    member = learning.join("AWAY_WORK")
    session = learning.schedule()
    learning.set_clock("2025-04-09T08:00:00+08:00")
    row = learning.rows(session)[member]
    path, person = f"/v1/coverage/{row['id']}", row["person_id"]
    learning.post(f"{path}/dispatch", {"carrier": "中国邮政"})
    parcel = learning.get(path)["delivery"]["parcel"]["id"]

    learning.publish(PersonDeathReported(person_id=person, co_resident_ids=[]), f"person/{person}", at=NOW)
    held = answered(learning, person, "PersonDeathReported")
    assert set(held["stopped"]) == {f"member/{member}", f"parcel/{parcel}"}
    assert learning.get(path)["next_action"] == "HELD"
    assert learning.get(f"/v1/parcels/{parcel}")["next_action"] == "INTERCEPT"

    learning.publish(PersonDeathConfirmed(person_id=person, co_resident_ids=[], died_on=date(2025, 4, 9)), f"person/{person}", at=NOW, sequence=2)
    answered(learning, person, "PersonDeathConfirmed")
    assert (learning.get(path)["state"], learning.get(f"/v1/members/{member}")["end_reason"]) == ("VOID", "DECEASED")

    learning.publish(PersonDeathRetracted(person_id=person, was_confirmed=True), f"person/{person}", at=NOW, sequence=3)
    assert f"coverage/{row['id']}" in answered(learning, person, "PersonDeathRetracted")["started"]
    assert learning.get(f"/v1/members/{member}")["active"]
    assert learning.get(path)["state"] == "ASSIGNED"


@pytest.mark.rule("U10")
@pytest.mark.rule("U5")
def test_a_certificate_holds_no_longer_when_a_member_who_counted_as_dead_lives(learning):
    there, gone = learning.join(), learning.join()
    session = learning.schedule()
    learning.set_clock("2025-04-10T16:00:00+08:00")
    person = learning.rows(session)[gone]["person_id"]
    learning.post(f"/v1/study-sessions/{session}/holding", {"attended_member_ids": [there]})
    at = moment("2025-04-10T17:00:00+08:00")
    learning.publish(PersonDeathConfirmed(person_id=person, co_resident_ids=[], died_on=date(2025, 4, 10)), f"person/{person}", at=at)
    answered(learning, person, "PersonDeathConfirmed")
    certificate = f"/v1/study-sessions/{session}/coverage-certificate"
    assert learning.post(certificate)["state"] == "COVERED"

    learning.publish(PersonDeathRetracted(person_id=person, was_confirmed=True), f"person/{person}", at=at, sequence=2)
    answered(learning, person, "PersonDeathRetracted")

    assert learning.get(f"/v1/study-sessions/{session}")["state"] == "COVERING"
    assert [row["member_id"] for row in learning.post(certificate, status=409)["open"]] == [gone]


@pytest.mark.rule("U10")
@pytest.mark.rule("LRN-31")
def test_who_goes_away_studies_from_there_and_who_is_back_is_invited_again(learning):
    member = learning.join()
    session = learning.schedule()
    learning.set_clock("2025-04-08T08:00:00+08:00")
    row = learning.rows(session)[member]
    person = row["person_id"]

    learning.publish(PersonAwayStarted(person_id=person, kind="TEMP_AWAY", since=date(2025, 4, 8)), f"person/{person}", at=NOW)
    assert answered(learning, person, "PersonAwayStarted")["started"] == [f"member/{member}"]
    away = learning.get(f"/v1/coverage/{row['id']}")
    learning.publish(PersonAwayEnded(person_id=person, kind="TEMP_AWAY", ended_on=date(2025, 4, 9)), f"person/{person}", at=NOW, sequence=2)
    answered(learning, person, "PersonAwayEnded")

    assert (row["mode"], away["mode"], learning.get(f"/v1/coverage/{row['id']}")["mode"]) == ("IN_PERSON", "PARCEL", "IN_PERSON")


@pytest.mark.rule("LRN-21")
def test_nothing_more_goes_to_the_old_address_of_somebody_who_moved(learning):
    member = learning.join("AWAY_WORK")
    session = learning.schedule()
    learning.set_clock("2025-04-08T08:00:00+08:00")
    row = learning.rows(session)[member]
    person = row["person_id"]

    learning.publish(PersonMovedOut(person_id=person, moved_on=date(2025, 4, 8), phone_until=date(2025, 5, 8)), f"person/{person}", at=NOW)
    answer = answered(learning, person, "PersonMovedOut")

    assert answer["conflicts"] == [f"ASK_TRANSFER_OR_AWAY:member/{member}"]
    assert learning.post(f"/v1/coverage/{row['id']}/dispatch", {"carrier": "中国邮政"}, 409)["code"] == "ADDRESS_UNCONFIRMED"


@pytest.mark.rule("LRN-21")
@pytest.mark.rule("LRN-31")
def test_who_is_away_gets_nothing_at_a_door_that_nobody_opens_until_they_are_back(learning):
    member = learning.join("AWAY_WORK")
    session = learning.schedule()
    learning.set_clock("2025-04-08T08:00:00+08:00")
    row = learning.rows(session)[member]
    person, path = row["person_id"], f"/v1/coverage/{row['id']}"
    learning.post(f"{path}/dispatch", {"carrier": "中国邮政"})
    parcel = f"/v1/parcels/{learning.get(path)['delivery']['parcel']['id']}"

    learning.publish(PersonAwayStarted(person_id=person, kind="HOSPITAL", since=date(2025, 4, 8)), f"person/{person}", at=NOW)
    answered(learning, person, "PersonAwayStarted")
    asked, held = learning.get(f"/v1/branches/{learning.branch}/questions")["items"][0]["questions"], learning.get(parcel)
    learning.publish(PersonAwayEnded(person_id=person, kind="HOSPITAL", ended_on=date(2025, 4, 9)), f"person/{person}", at=NOW, sequence=2)
    answered(learning, person, "PersonAwayEnded")

    assert ([one["kind"] for one in asked], held["intercept"]["reason"], held["next_action"]) == (["ADDRESS_DOUBTED"], "AWAY", "INTERCEPT")
    assert learning.get(parcel)["next_action"] == "WAIT"
    assert learning.get(f"/v1/branches/{learning.branch}/questions")["items"][0]["questions"] == []


@pytest.mark.rule("U10")
def test_who_moved_for_good_is_transferred_or_stays_by_a_word_and_is_asked_until_then(learning):
    member = learning.join()
    session = learning.schedule()
    learning.set_clock("2025-04-08T08:00:00+08:00")
    row = learning.rows(session)[member]
    person, questions = row["person_id"], f"/v1/branches/{learning.branch}/questions"

    def asked():
        return {one["kind"] for one in learning.get(questions)["items"][0]["questions"]}

    learning.post(f"/v1/members/{member}/stay", {"permanent": True}, 409)
    learning.publish(PersonMovedOut(person_id=person, moved_on=date(2025, 4, 8), phone_until=date(2025, 5, 8)), f"person/{person}", at=NOW)
    answered(learning, person, "PersonMovedOut")
    assert (learning.get(f"/v1/coverage/{row['id']}")["mode"], asked()) == ("PARCEL", {"MOVED_OUT", "ADDRESS_DOUBTED"})

    learning.publish(TransferConfirmed(person_id=person, confirmed_on=date(2025, 4, 9)), f"person/{person}", at=NOW, sequence=2)
    assert answered(learning, person, "TransferConfirmed")["conflicts"] == [f"TRANSFER_OR_STAY:member/{member}"]
    assert asked() == {"TRANSFER_CONFIRMED", "ADDRESS_DOUBTED"}
    assert learning.get(f"/v1/members/{member}")["active"], "the membership ends by a word of its branch only"

    learning.post(f"/v1/members/{member}/stay", {}, 422)
    learning.post(f"/v1/members/{member}/stay", {"until": "2026-03-31"})
    assert asked() == {"ADDRESS_DOUBTED"}
    away = learning.get(f"/v1/members/{member}/circumstances")["circumstances"]
    assert [(one["code"], one["until"]) for one in away] == [("AWAY_WORK", "2026-03-31")]

    learning.publish(PersonMovedIn(person_id=person, moved_in_on=date(2025, 4, 10)), f"person/{person}", at=NOW, sequence=3)
    assert answered(learning, person, "PersonMovedIn")["started"] == [f"member/{member}"]
    away = learning.get(f"/v1/members/{member}/circumstances")["circumstances"]
    assert [(one["code"], one["until"]) for one in away] == [("AWAY_WORK", "2025-04-09")]


@pytest.mark.rule("U10")
def test_a_teacher_whose_check_is_revoked_or_who_left_is_taken_off_and_the_lesson_flagged(learning):
    member = learning.join("HOMEBOUND", smartphone=False)
    packed_for = learning.join("AWAY_WORK")
    session = learning.schedule()
    learning.set_clock("2025-04-08T08:00:00+08:00")
    rows = learning.rows(session)
    path = f"/v1/coverage/{rows[member]['id']}"
    volunteer, staff = new_id(), new_id()
    parcel = learning.post(f"/v1/coverage/{rows[packed_for]['id']}/preparation", {}, staff=staff)["delivery"]["parcel"]["id"]
    learning.post(f"{path}/bearer", {"bearer_kind": "VOLUNTEER", "bearer_id": volunteer})
    assert learning.get(path)["next_action"] == "TEACH_AT_HOME"
    assert [one["id"] for one in learning.get("/v1/coverage", bearer_id=volunteer)["items"]] == [rows[member]["id"]]

    def effects_of(event_id):
        found = []
        eventually(lambda: found.extend(learning.db["cascades"].find({"trigger_event_id": event_id})) or found, why="learning's answer")
        return found[0]["effects"]

    revoked, left = new_id(), new_id()
    learning.publish(ClearanceRevoked(volunteer_id=volunteer, clearance_type="RECORD_CHECK"), f"volunteer/{volunteer}", at=NOW, id=revoked)
    assert effects_of(revoked) == {"stopped": [f"coverage/{rows[member]['id']}"], "started": [], "conflicts": [f"BEARER_LOST:coverage/{rows[member]['id']}"]}
    assert (learning.get(path)["next_action"], learning.get(path)["state"]) == ("NAME_BEARER", "ASSIGNED")
    assert learning.post(f"{path}/bearer", {"bearer_kind": "VOLUNTEER", "bearer_id": volunteer}, 409)["code"] == "BEARER_MAY_NOT_GO"

    learning.publish(ClearanceGranted(volunteer_id=volunteer, clearance_type="RECORD_CHECK", expires_on=date(2026, 4, 9)), f"volunteer/{volunteer}", at=NOW, sequence=2)
    eventually(lambda: learning.client.post(f"{path}/bearer", {"bearer_kind": "VOLUNTEER", "bearer_id": volunteer}).ok, why="the check is clear again")
    learning.post(f"{path}/bearer", {"bearer_kind": "STAFF", "bearer_id": staff})
    learning.publish(StaffSuspended(staff_id=staff, since=date(2025, 4, 9)), f"staff/{staff}", at=NOW, id=(suspended := new_id()))
    assert f"BEARER_LOST:coverage/{rows[member]['id']}" in effects_of(suspended)["conflicts"]
    assert learning.post(f"{path}/bearer", {"bearer_kind": "STAFF", "bearer_id": staff}, 409)["code"] == "BEARER_MAY_NOT_GO"
    learning.publish(StaffReinstated(staff_id=staff), f"staff/{staff}", at=NOW, sequence=2)
    eventually(lambda: learning.client.post(f"{path}/bearer", {"bearer_kind": "STAFF", "bearer_id": staff}).ok, why="the suspension is over")
    learning.publish(StaffLeft(staff_id=staff, left_on=date(2025, 4, 9)), f"staff/{staff}", at=NOW, id=left, sequence=3)
    assert set(effects_of(left)["conflicts"]) == {f"BEARER_LOST:coverage/{rows[member]['id']}", f"PACKED_BY_WHO_LEFT:parcel/{parcel}"}
    assert learning.get(path)["next_action"] == "NAME_BEARER"
