"""Pairings through leave, exit and hand-over, over the real broker: nobody is silently alone (U4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.common.events.registry import (
    ClassificationChanged,
    PersonRegistered,
    StaffLeaveEnded,
    StaffLeaveStarted,
    StaffLeft,
    StaffReinstated,
    StaffSuspended,
)
from services.common.ids import new_id
from tests.integration.outreach.conftest import auditor, lead, worker


def answer(outreach, trigger: str) -> dict:
    return outreach.db["cascades"].find_one({"trigger": trigger}, sort=[("changed_at", -1)])["effects"]


@pytest.mark.rule("U4")
@pytest.mark.rule("OUT-11")
def test_a_worker_with_twelve_elders_leaves_and_each_is_covered_or_on_the_orphans_list(outreach):
    grid, staff, backup = outreach.a_grid(), new_id(), new_id()
    people = [outreach.a_person(grid, "KEY") for _ in range(12)]
    for n, person in enumerate(people):
        for who, role in ((staff, "PRIMARY"), (backup, "BACKUP")) if n < 5 else ((staff, "PRIMARY"),):
            pairing = outreach.post("/v1/pairings", {"person_id": person, "staff_id": who, "role": role}, 201)["id"]
            outreach.post(f"/v1/pairings/{pairing}/acceptance", **worker(who, grid))
    outreach.settle()

    outreach.tell(StaffLeft(staff_id=staff, left_on=outreach.now.date()), staff)
    outreach.settle()
    effects = answer(outreach, "StaffLeft")
    assert (len(effects["stopped"]), len(effects["started"])) == (12, 5)
    shown = [outreach.get(f"/v1/care-recipients/{person}") for person in people]
    assert [[(one["staff_id"], one["role"]) for one in person["pairings"]] for person in shown] == [[(backup, "PRIMARY")]] * 5 + [[]] * 7
    assert outreach.get("/v1/staff-loads", staff_id=backup)["items"][0]["persons"] == 5

    outreach.pass_days(1.1)
    orphans = {one["id"] for one in outreach.get("/v1/care-recipients", orphaned=True, limit=200, **lead("lead", grid))["items"]}
    assert orphans == set(people[5:])
    assert [outreach.facts(f"care_recipient/{person}")[-1][0] for person in people[5:]] == ["PersonOrphaned"] * 7
    outreach.pass_days(1)
    assert [outreach.facts(f"care_recipient/{person}")[-1][0] for person in people[5:]] == ["PersonStillOrphaned"] * 7
    assert outreach.post("/v1/pairings", {"person_id": people[5], "staff_id": staff}, 409)["code"] == "STAFF_AWAY"


@pytest.mark.rule("OUT-13")
@pytest.mark.rule("OUT-10")
def test_leave_moves_what_is_owed_to_the_backup_and_back_again(outreach):
    grid, staff, backup = outreach.a_grid(), new_id(), new_id()
    covered, alone = outreach.a_person(grid, "HIGH"), outreach.a_person(grid)
    outreach.pair(covered, staff, grid)

    def in_need():
        return {one["id"] for one in outreach.get("/v1/care-recipients", needs_backup=True, **lead("lead", grid))["items"]}

    assert in_need() == {covered}
    outreach.pair(covered, backup, grid, role="BACKUP")
    assert in_need() == set()
    outreach.pair(alone, staff, grid)

    def owed_by(who):
        return {owed["person_id"] for owed in outreach.get("/v1/obligations", staff_id=who, open=True)["items"]}

    assert (owed_by(staff), owed_by(backup)) == ({covered, alone}, set())
    outreach.tell(StaffLeaveStarted(staff_id=staff, since=outreach.now.date()), staff)
    outreach.settle()
    assert (owed_by(staff), owed_by(backup)) == (set(), {covered})
    assert outreach.get(f"/v1/care-recipients/{covered}")["unpaired_since"] is None
    assert outreach.get(f"/v1/care-recipients/{alone}")["lacks"] == ["PRIMARY"]
    late = new_id()
    outreach.pair(alone, late, grid, role="BACKUP")
    assert owed_by(late) == {alone}, "a backup who accepts during the leave covers from then on"
    assert outreach.get(f"/v1/care-recipients/{alone}")["unpaired_since"] is None

    outreach.tell(StaffLeaveStarted(staff_id=backup, since=outreach.now.date()), backup)
    outreach.settle()
    assert outreach.get(f"/v1/care-recipients/{covered}")["lacks"] == ["PRIMARY"], "who covered is away as well"
    outreach.tell(StaffLeaveEnded(staff_id=backup), backup)
    outreach.settle()
    assert owed_by(backup) == {covered}

    outreach.tell(StaffLeaveEnded(staff_id=staff), staff)
    outreach.settle()
    assert (owed_by(staff), owed_by(backup)) == ({covered, alone}, set())
    assert outreach.get(f"/v1/care-recipients/{alone}")["unpaired_since"] is None

    outreach.tell(StaffLeaveStarted(staff_id=backup, since=outreach.now.date()), backup)
    outreach.settle()
    outreach.tell(StaffLeft(staff_id=staff, left_on=outreach.now.date()), staff)
    outreach.settle()
    assert (owed_by(backup), owed_by(late)) == (set(), {alone})
    outreach.tell(StaffLeaveEnded(staff_id=backup), backup)
    outreach.settle()
    assert owed_by(backup) == {covered}, "whoever comes back finds the primary gone, and acts for them"
    assert in_need() == {covered}
    assert outreach.facts(f"care_recipient/{covered}")[-1][0] == "BackupNeeded"


@pytest.mark.rule("OUT-11")
@pytest.mark.rule("U4")
def test_a_worker_is_suspended_and_whoever_stands_in_acts_and_visits_at_once(outreach):
    grid, staff, backup = outreach.a_grid(), new_id(), new_id()
    covered, alone = outreach.a_person(grid, "KEY"), outreach.a_person(grid)
    outreach.pair(covered, staff, grid)
    outreach.pair(covered, backup, grid, role="BACKUP")
    pairing = outreach.pair(alone, staff, grid)
    at = (outreach.now + timedelta(days=2)).isoformat()
    planned = [outreach.post("/v1/visits", {"person_ids": [one], "planned_for": at}, 201, **worker(staff, grid))["id"] for one in (covered, alone)]

    outreach.tell(StaffSuspended(staff_id=staff, since=outreach.now.date()), staff)
    outreach.settle()
    assert [(one["staff_id"], one["role"]) for one in outreach.get(f"/v1/care-recipients/{covered}")["pairings"]] == [(backup, "PRIMARY")]
    assert outreach.get(f"/v1/pairings/{pairing}")["end_reason"] == "STAFF_SUSPENDED"
    shown = [outreach.get(f"/v1/visits/{one}") for one in planned]
    assert [(one["state"], one["staff_ids"]) for one in shown] == [("PLANNED", [backup]), ("CANCELLED", [staff])]
    assert outreach.facts(f"visit/{planned[0]}")[-1][2]["data"]["staff_ids"] == [backup]
    effects = answer(outreach, "StaffSuspended")
    assert {one.split("/")[0] for one in effects["stopped"]} == {"pairing", "visit"}
    assert outreach.client.get(f"/v1/pairings/{pairing}/summary", **worker(staff, grid)).status_code == 404
    assert outreach.post("/v1/pairings", {"person_id": alone, "staff_id": staff}, 409)["code"] == "STAFF_AWAY"
    outreach.pass_days(1.1)
    assert alone in {one["id"] for one in outreach.get("/v1/care-recipients", orphaned=True, limit=200, **lead("lead", grid))["items"]}

    outreach.tell(StaffReinstated(staff_id=staff), staff)
    outreach.settle()
    outreach.pair(alone, staff, grid, role="BACKUP")
    shown = outreach.get(f"/v1/care-recipients/{alone}")
    assert ([(one["staff_id"], one["role"]) for one in shown["pairings"]], shown["lacks"]) == ([(staff, "PRIMARY")], []), "a backup who accepts late acts at once"


@pytest.mark.rule("OUT-10")
def test_whoever_was_entered_before_backups_were_told_of_is_told_of_once(outreach):
    grid = outreach.a_grid()
    person = outreach.a_person(grid, "HIGH")
    outreach.db["care_recipients"].update_one({"_id": person}, {"$unset": {"needs_backup": ""}})
    before = len(outreach.facts(f"care_recipient/{person}"))

    outreach.pass_days(0.01)
    outreach.pass_days(0.01)
    assert [name for name, _, _ in outreach.facts(f"care_recipient/{person}")][before:] == ["BackupNeeded"]
    assert person in {one["id"] for one in outreach.get("/v1/care-recipients", needs_backup=True, **lead("lead", grid))["items"]}


@pytest.mark.rule("OUT-13")
def test_what_is_planned_for_the_time_of_a_leave_is_made_by_whoever_covers(outreach):
    grid, staff, backup = outreach.a_grid(), new_id(), new_id()
    person, today = outreach.a_person(grid, "KEY"), outreach.now.date()
    outreach.pair(person, staff, grid)
    outreach.pair(person, backup, grid, role="BACKUP")
    days = [outreach.now + timedelta(days=days) for days in (2, 9)]
    planned = [outreach.post("/v1/visits", {"person_ids": [person], "planned_for": day.isoformat()}, 201, **worker(staff, grid))["id"] for day in days]

    outreach.tell(StaffLeaveStarted(staff_id=staff, since=today, until=today + timedelta(days=5)), staff)
    outreach.settle()
    assert [outreach.get(f"/v1/visits/{one}")["staff_ids"] for one in planned] == [[backup], [staff]]


@pytest.mark.rule("OUT-11")
def test_a_hand_over_shows_nothing_before_it_is_accepted_and_ends_with_a_visit_of_both(outreach):
    grid, giver, receiver = outreach.a_grid(), new_id(), new_id()
    elsewhere = outreach.a_grid()
    person = outreach.a_person(grid)
    pairing = outreach.pair(person, giver, grid)
    path = f"/v1/pairings/{pairing}"
    body = {"to_staff_id": receiver}
    assert outreach.client.post(f"{path}/handover", body, **worker(receiver, grid)).status_code == 403
    assert outreach.post(f"{path}/handover", body, **worker(giver, grid))["state"] == "HANDING_OVER"

    assert outreach.client.get(f"{path}/summary", **worker(new_id(), grid)).status_code == 404
    assert outreach.client.get(f"{path}/summary", **worker(receiver, elsewhere)).json()["code"] == "SUMMARY_AFTER_ACCEPTING"
    of_receiver = worker(receiver, elsewhere)
    assert [one["id"] for one in outreach.get("/v1/pairings", to_staff_id=receiver, **of_receiver)["items"]] == [pairing]
    assert outreach.get("/v1/pairings", to_staff_id=receiver, **worker(new_id(), elsewhere))["items"] == []
    outreach.post(f"{path}/handover-acceptance", {}, **worker(receiver, elsewhere))
    summary = outreach.get(f"{path}/summary", **worker(receiver, elsewhere))
    assert (summary["person_id"], [owed["kind"] for owed in summary["owed"]]) == (person, ["ROUTINE"])

    outreach.visit([person], giver, grid)
    outreach.settle()
    assert outreach.get(path)["state"] == "HANDING_OVER", "one of the two was there"
    outreach.visit([person], giver, grid, staff_ids=[giver, receiver], purposes=["INTRODUCTION"])
    outreach.settle()
    ended = outreach.get(path)
    assert (ended["state"], ended["end_reason"]) == ("ENDED", "HANDED_OVER")
    assert outreach.get(f"/v1/pairings/{ended['handed_over_to']}")["staff_id"] == receiver
    assert [one["staff_id"] for one in outreach.get(f"/v1/care-recipients/{person}")["pairings"]] == [receiver]
    outreach.get(f"{path}/summary", **worker(giver, elsewhere))
    outreach.pass_days(31)
    assert outreach.client.get(f"{path}/summary", **worker(giver, elsewhere)).status_code == 404


@pytest.mark.rule("OUT-12")
def test_wishes_of_the_person_are_respected_or_the_reason_is_noted_and_they_may_ask_for_a_change(outreach):
    grid, woman, man, supervisor = outreach.a_grid(), new_id(), new_id(), new_id()
    person = outreach.a_person(grid)
    for staff, sex in ((woman, "FEMALE"), (man, "MALE")):
        outreach.post(f"/v1/staff-profiles/{staff}", {"sex": sex, "dialects": ["DONGBEI"]}, **lead(supervisor, grid))
    outreach.post(f"/v1/care-recipients/{person}/preferences", {"sex": "FEMALE", "dialects": ["DONGBEI"]}, **worker(woman, grid))

    refusal = outreach.post("/v1/pairings", {"person_id": person, "staff_id": man}, 409, **lead(supervisor, grid))
    assert (refusal["code"], refusal["unmet"]) == ("PREFERENCE_NOT_MET", ["SEX"])
    pairing = outreach.post("/v1/pairings", {"person_id": person, "staff_id": woman}, 201, **lead(supervisor, grid))["id"]
    relative = outreach.post(f"/v1/pairings/{pairing}/acceptance", {"is_relative": True}, 409, **worker(woman, grid))
    assert relative["code"] == "RELATIVE_OF_PERSON"
    outreach.post(f"/v1/pairings/{pairing}/acceptance", {"is_relative": False}, **worker(woman, grid))
    outreach.post(f"/v1/pairings/{pairing}/change-request", {}, **worker(woman, grid))
    assert [one["id"] for one in outreach.get("/v1/pairings", change_asked=True, **lead(supervisor, grid))["items"]] == [pairing]


@pytest.mark.rule("OUT-9")
def test_whoever_all_children_are_far_of_is_in_care_also_who_was_known_before_that_was_asked(outreach):
    grid, person = outreach.a_grid(), new_id()
    outreach.tell(PersonRegistered(person_id=person), person, grid)
    outreach.tell(ClassificationChanged(person_id=person, code="LEFT_BEHIND", holds=True, since=outreach.now.date(), basis="DERIVED"), person, grid)
    outreach.settle()
    assert outreach.get(f"/v1/care-recipients/{person}")["in_care"]

    before = {"grounds": [], "in_care": False, "unpaired_since": None}
    outreach.db["care_recipients"].update_one({"_id": person}, {"$set": before})
    outreach.pass_days(1)
    assert outreach.get(f"/v1/care-recipients/{person}")["lacks"] == ["PRIMARY"]


@pytest.mark.rule("OUT-12")
def test_offers_weigh_as_well_and_the_load_is_looked_at_again_when_one_is_accepted(outreach):
    grid, staff, giver = outreach.a_grid(), new_id(), new_id()
    people = [outreach.a_person(grid, "HIGH") for _ in range(12)]
    offers = [outreach.post("/v1/pairings", {"person_id": person, "staff_id": staff}, 201)["id"] for person in people[:10]]
    refused = outreach.post("/v1/pairings", {"person_id": people[10], "staff_id": staff}, 409)
    assert (refused["code"], refused["load"]) == ("LOAD_OVER_CAP", 33), "ten offers of weight three are the whole cap"
    outreach.pair(people[11], giver, grid)
    for offer in offers[1:]:
        outreach.post(f"/v1/pairings/{offer}/acceptance", **worker(staff, grid))
    outreach.post("/v1/pairings", {"person_id": people[10], "staff_id": staff, "load_override_reason": "没有别人"}, 201)
    allowed = outreach.get("/v1/pairings", person_id=people[10])["items"][0]["id"]
    outreach.post(f"/v1/pairings/{allowed}/acceptance", **worker(staff, grid))
    [load] = outreach.get("/v1/staff-loads", staff_id=staff)["items"]
    assert (load["weight"], load["offered"]) == (30, 3)

    late = outreach.post(f"/v1/pairings/{offers[0]}/acceptance", {}, 409, **worker(staff, grid))
    assert (late["code"], late["load"]) == ("LOAD_OVER_CAP", 33), "it is looked at again"
    outreach.post(f"/v1/pairings/{offers[0]}/decline", {"reason": "WORKLOAD"}, **worker(staff, grid))


@pytest.mark.rule("OUT-12")
def test_why_somebody_is_handed_over_against_their_wish_is_kept_sealed_and_shown_to_who_looks_after_people(outreach):
    grid, giver, receiver = outreach.a_grid(), new_id(), new_id()
    person = outreach.a_person(grid)
    pairing = outreach.pair(person, giver, grid)
    outreach.post(f"/v1/care-recipients/{person}/preferences", {"sex": "FEMALE", "dialects": []}, **worker(giver, grid))
    outreach.post(f"/v1/pairings/{pairing}/handover", {"to_staff_id": receiver, "preference_reason": "暂无女性工作人员"}, **worker(giver, grid))

    assert outreach.get(f"/v1/pairings/{pairing}", **lead("lead", grid))["handover_preference_reason"] == "暂无女性工作人员"
    assert outreach.get(f"/v1/pairings/{pairing}", **auditor())["handover_preference_reason"] is None
    assert "暂无" not in str(outreach.db["pairings"].find_one({"_id": pairing}, {"handled": 0}))
    outreach.post(f"/v1/pairings/{pairing}/handover-acceptance", {}, **worker(receiver, grid))
    outreach.visit([person], giver, grid, staff_ids=[giver, receiver], purposes=["INTRODUCTION"])
    outreach.settle()
    received = outreach.get(f"/v1/pairings/{pairing}")["handed_over_to"]
    assert outreach.get(f"/v1/pairings/{received}", **worker(receiver, grid))["preference_reason"] == "暂无女性工作人员"
    assert [one["preference_reason"] for one in outreach.get("/v1/pairings", person_id=person, state="ACTIVE", **auditor())["items"]] == [None]


@pytest.mark.rule("OUT-11")
def test_an_unanswered_hand_over_lapses_and_a_joint_visit_that_is_late_is_told(outreach):
    grid, giver, receiver = outreach.a_grid(), new_id(), new_id()
    person = outreach.a_person(grid)
    pairing = outreach.pair(person, giver, grid)
    outreach.post(f"/v1/pairings/{pairing}/handover", {"to_staff_id": receiver}, **worker(giver, grid))
    outreach.pass_days(3.1)
    assert outreach.get(f"/v1/pairings/{pairing}")["state"] == "ACTIVE"

    outreach.post(f"/v1/pairings/{pairing}/handover", {"to_staff_id": receiver}, **worker(giver, grid))
    outreach.post(f"/v1/pairings/{pairing}/handover-acceptance", {}, **worker(receiver, grid))
    outreach.pass_days(15.1)
    assert outreach.get(f"/v1/pairings/{pairing}")["handover"]["joint_due_on"] == str(outreach.now.date() - timedelta(days=1))
    assert outreach.facts(f"pairing/{pairing}")[-1][0] == "PairingHandoverLate"
