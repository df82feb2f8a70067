"""Facts of life over the real broker: outreach re-plans, and says what it stopped and started (U10)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.common.events.learning import CoverageVerified
from services.common.events.registry import (
    CaseFileClosed,
    CaseFileOpened,
    ClassificationChanged,
    GridDefined,
    PersonAwayEnded,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonMovedIn,
    PersonMovedOut,
    RiskTierChanged,
    TransferConfirmed,
)
from services.common.events.volunteering import HealthCheckDone
from services.common.ids import new_id
from tests.integration.outreach.conftest import Outreach, lead, worker


def answers(outreach: Outreach, person: str) -> list[tuple[str, dict]]:
    """Return what outreach answered to the facts of somebody's life, the first one first."""
    rows = outreach.db["cascades"].find({"person_id": person}).sort("changed_at", 1)
    return [(row["trigger"], row["effects"]) for row in rows]


def event_names(outreach: Outreach, obligation: str) -> list[str]:
    return [name for name, _, _ in outreach.facts(f"obligation/{obligation}")]


def of_kind(outreach: Outreach, person: str, kind: str) -> list[dict]:
    return [owed for owed in outreach.owed(person) if owed["kind"] == kind]


@pytest.mark.rule("U10")
@pytest.mark.rule("REG-30")
@pytest.mark.rule("REG-32")
def test_a_reported_death_holds_what_is_owed_and_owes_the_widow_a_visit_within_a_day(outreach):
    grid, lead_id = new_id(), new_id()
    outreach.tell(GridDefined(grid_id=grid, code="W", lead_staff_id=lead_id), grid)
    husband, wife = outreach.a_person(grid, "HIGH"), outreach.a_person(grid)
    routine = outreach.owed(husband)[0]["id"]

    outreach.tell(PersonDeathReported(person_id=husband, co_resident_ids=[wife]), husband, grid)
    outreach.settle()
    held = outreach.get(f"/v1/obligations/{routine}")
    assert (held["state"], held["excused"]["code"]) == ("EXCUSED", "DEATH_REPORTED")
    [visit] = of_kind(outreach, wife, "BEREAVEMENT")
    assert (visit["state"], visit["ref"]) == ("DUE", husband)
    assert datetime.fromisoformat(visit["due_at"]) <= outreach.now + timedelta(hours=24)
    [(trigger, effects)] = answers(outreach, husband)
    assert (trigger, effects["stopped"], effects["started"]) == ("PersonDeathReported", [f"obligation/{routine}"], [f"obligation/{visit['id']}"])

    outreach.pass_days(1.1)
    late = outreach.get(f"/v1/obligations/{visit['id']}")
    assert (late["state"], late["escalated_to"]) == ("ESCALATED", lead_id)
    outreach.visit([wife], new_id(), grid, purposes=["FOLLOW_UP"])
    outreach.settle()
    assert outreach.get(f"/v1/obligations/{visit['id']}")["state"] == "MET_LATE"

    outreach.tell(PersonDeathConfirmed(person_id=husband, co_resident_ids=[wife]), husband, grid)
    outreach.settle()
    assert outreach.owed(husband) == [] and of_kind(outreach, wife, "BEREAVEMENT") == []
    assert outreach.get(f"/v1/obligations/{routine}")["void_reason"] == "DECEASED"
    assert outreach.get(f"/v1/care-recipients/{husband}")["in_care"] is False


@pytest.mark.rule("U10", "OUT-5")
def test_a_raised_tier_is_answered_when_the_visit_was_brought_forward_and_says_that_a_backup_is_needed(outreach):
    grid = outreach.a_grid()
    person = outreach.a_person(grid)
    [before] = outreach.owed(person)
    file = new_id()
    outreach.tell(CaseFileOpened(case_file_id=file, person_id=person, risk_tier="GENERAL", opened_by="VISIT"), file, grid)
    outreach.tell(RiskTierChanged(case_file_id=file, person_id=person, risk_tier="HIGH", previous="GENERAL"), file, grid)
    outreach.settle()

    [owed] = outreach.owed(person)
    assert (owed["id"], owed["tier"]) == (before["id"], "HIGH")
    effects = dict(answers(outreach, person))["RiskTierChanged"]
    assert (effects["started"], effects["conflicts"]) == ([f"obligation/{owed['id']}"], [f"BACKUP_NEEDED:care_recipient/{person}"])


@pytest.mark.rule("REG-30")
def test_who_is_alive_after_all_is_owed_a_visit_today_and_nothing_is_replayed(outreach):
    grid = outreach.a_grid()
    person, other = outreach.a_person(grid, "KEY"), outreach.a_person(grid)
    plans = [{"person_ids": [person, other], "planned_for": (outreach.now + timedelta(days=days)).isoformat()} for days in (1, 2)]
    first, second = (outreach.post("/v1/visits", plan, 201, **worker(new_id(), grid))["id"] for plan in plans)
    outreach.tell(PersonDeathReported(person_id=person, co_resident_ids=[other]), person, grid)
    outreach.settle()
    visits = [outreach.get(f"/v1/visits/{id}") for id in (first, second)]
    assert [(visit["state"], visit["person_ids"]) for visit in visits] == [("PLANNED", [other])] * 2, "who is left is still visited"
    outreach.tell(PersonDeathConfirmed(person_id=person, co_resident_ids=[other]), person, grid)
    outreach.settle()
    # The register derives no categories of the dead, and closes their file.
    alone = {"person_id": person, "code": "LIVING_ALONE", "since": outreach.now.date(), "basis": "DERIVED"}
    file = outreach.db["care_recipients"].find_one({"_id": person})["files"][0]["case_file_id"]
    outreach.tell(ClassificationChanged(holds=False, **alone), person, grid)
    outreach.tell(CaseFileClosed(case_file_id=file, person_id=person, reason="DECEASED"), file, grid)
    outreach.settle()
    outreach.tell(PersonDeathRetracted(person_id=person, was_confirmed=True), person, grid)
    outreach.settle()

    [owed] = outreach.owed(person)
    assert (owed["kind"], owed["due_on"]) == ("ROUTINE", str(outreach.now.date()))
    assert of_kind(outreach, other, "BEREAVEMENT") == []
    visits = [outreach.get(f"/v1/visits/{id}") for id in (first, second)]
    assert [(visit["person_ids"], visit["purposes"]) for visit in visits] == [([person, other], ["ROUTINE"])] * 2, "nobody condoles with her"
    outreach.tell(ClassificationChanged(holds=True, **alone), person, grid)
    outreach.settle()
    assert outreach.get(f"/v1/care-recipients/{person}")["in_care"] is True
    assert [one["id"] for one in outreach.owed(person)] == [owed["id"]], "one visit is owed, and it is due today"


@pytest.mark.rule("REG-30")
def test_a_visit_owed_for_later_when_a_death_is_retracted_becomes_due_today(outreach):
    grid = outreach.a_grid()
    person = outreach.a_person(grid, "KEY")
    [later] = outreach.owed(person)
    assert later["due_on"] > str(outreach.now.date())

    outreach.tell(PersonDeathRetracted(person_id=person, was_confirmed=True), person, grid)
    outreach.settle()

    [owed] = outreach.owed(person)
    assert (owed["id"], owed["due_on"]) == (later["id"], str(outreach.now.date()))
    assert answers(outreach, person)[-1][1]["started"] == [f"obligation/{later['id']}"]


@pytest.mark.rule("REG-41")
@pytest.mark.rule("REG-42")
def test_who_is_away_is_excused_and_called_and_who_comes_out_of_hospital_is_visited_within_a_day(outreach):
    grid = outreach.a_grid()
    person = outreach.a_person(grid, "HIGH")
    today = outreach.now.date()
    outreach.tell(PersonAwayStarted(person_id=person, kind="HOSPITAL", since=today), person, grid)
    outreach.settle()
    assert {owed["kind"]: owed["state"] for owed in outreach.owed(person)} == {"ROUTINE": "EXCUSED", "PHONE_WHILE_AWAY": "OPEN"}
    assert of_kind(outreach, person, "PHONE_WHILE_AWAY")[0]["due_on"] == str(today + timedelta(days=7))

    outreach.tell(PersonAwayEnded(person_id=person, kind="HOSPITAL", ended_on=today), person, grid)
    outreach.settle()
    owed = {one["kind"]: one for one in outreach.owed(person)}
    assert owed.keys() == {"ROUTINE", "DISCHARGE"}
    assert (owed["ROUTINE"]["state"], owed["ROUTINE"]["due_on"]) == ("OPEN", str(today + timedelta(days=3)))
    assert owed["DISCHARGE"]["due_at"] is not None

    outreach.tell(PersonMovedOut(person_id=person, moved_on=today, phone_until=today + timedelta(days=30)), person, grid)
    outreach.settle()
    [call] = outreach.owed(person)
    assert (call["kind"], call["due_on"]) == ("PHONE_WHILE_AWAY", str(today + timedelta(days=7)))
    outreach.tell(TransferConfirmed(person_id=person, confirmed_on=today), person, grid)
    outreach.settle()
    assert outreach.owed(person) == []
    assert [trigger for trigger, _ in answers(outreach, person)] == ["PersonAwayStarted", "PersonAwayEnded", "PersonMovedOut", "TransferConfirmed"]


@pytest.mark.rule("REG-40")
def test_who_moves_back_in_is_called_no_more_and_is_in_care_and_owed_a_visit_again(outreach):
    grid, today = outreach.a_grid(), outreach.now.date()
    person = outreach.a_person(grid, "HIGH")
    outreach.tell(PersonMovedOut(person_id=person, moved_on=today, phone_until=today + timedelta(days=30)), person, grid)
    outreach.settle()
    [call] = outreach.owed(person)

    outreach.tell(PersonMovedIn(person_id=person, moved_in_on=today), person, grid)
    outreach.settle()

    [visit] = outreach.owed(person)
    assert (call["kind"], visit["kind"]) == ("PHONE_WHILE_AWAY", "ROUTINE")
    assert outreach.get(f"/v1/care-recipients/{person}")["in_care"] is True
    [_, (trigger, effects)] = answers(outreach, person)
    assert (trigger, effects["stopped"]) == ("PersonMovedIn", [f"obligation/{call['id']}"])


@pytest.mark.rule("U10")
def test_a_weather_warning_owes_every_high_tier_elder_of_its_grids_a_call_within_a_day(outreach):
    here, there, staff, supervisor = outreach.a_grid(), outreach.a_grid(), new_id(), new_id()
    high, key, elsewhere = outreach.a_person(here, "HIGH"), outreach.a_person(here, "KEY"), outreach.a_person(there, "HIGH")
    gone = outreach.a_person(here, "HIGH")
    outreach.tell(PersonDeathReported(person_id=gone, co_resident_ids=[]), gone, here)
    outreach.settle()
    body = {"kind": "COLD", "level": "RED", "grid_ids": [here]}

    assert outreach.client.post("/v1/weather-warnings", body, **worker(staff, here)).status_code == 403
    assert outreach.client.post("/v1/weather-warnings", body, **lead(supervisor, there)).status_code == 422
    outreach.post("/v1/weather-warnings", body, 201, **lead(supervisor, here))
    outreach.settle()

    [call] = of_kind(outreach, high, "WEATHER")
    assert call["due_at"] and not of_kind(outreach, key, "WEATHER") and not of_kind(outreach, elsewhere, "WEATHER")
    assert not of_kind(outreach, gone, "WEATHER"), "nobody calls somebody who may be dead"
    since = (outreach.now + timedelta(minutes=3)).isoformat()
    outreach.visit([high], staff, here, method="PHONE", outcome="SPOKE", items=None, greeting_only=True, happened_at=since)
    outreach.settle()
    assert outreach.get(f"/v1/obligations/{call['id']}")["state"] == "MET"


@pytest.mark.rule("OUT-7")
def test_the_police_saw_the_elder_and_the_same_report_again_is_the_same_contact(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person = outreach.a_person(grid)
    owed = outreach.owed(person)[0]["id"]
    report = {
        "person_id": person,
        "source": "POLICE",
        "outcome": "SEEN_WELL",
        "happened_at": outreach.now.isoformat(),
        "reference": "P-1",
        "name": "陈警官",
    }
    contact = outreach.post("/v1/contacts", report, 201, **worker(staff, grid))
    assert outreach.post("/v1/contacts", report, 409, **worker(staff, grid))["code"] == "CONTACT_KNOWN"
    assert outreach.client.post("/v1/contacts", report, **worker(staff, outreach.a_grid())).status_code == 422
    outreach.settle()

    met = outreach.get(f"/v1/obligations/{owed}")
    assert (met["state"], met["met_by"]) == ("MET", contact["id"])
    assert "陈" not in str(outreach.db["contacts"].find_one({"_id": contact["id"]})) + str(contact)


@pytest.mark.rule("OUT-7")
def test_a_health_check_and_a_lesson_taught_at_home_meet_what_is_owed_by_their_own_facts(outreach):
    grid, staff = outreach.a_grid(), new_id()
    checked, taught, late, visited = (outreach.a_person(grid) for _ in range(4))
    owed = {person: outreach.owed(person)[0]["id"] for person in (checked, taught, late, visited)}

    def a_lesson(person, coverage, seen_at):
        ids = {"coverage_id": coverage, "session_id": new_id(), "member_id": new_id(), "person_id": person}
        outreach.tell(CoverageVerified(**ids, mode="HOME_TEACHING", proof_kind="VISIT_ITEM", seen_at=seen_at), coverage)

    check, lesson, item = new_id(), new_id(), new_id()
    outreach.tell(HealthCheckDone(health_check_id=check, activity_id=new_id(), person_id=checked), check)
    a_lesson(taught, lesson, outreach.now - timedelta(days=1))
    a_lesson(late, new_id(), outreach.now - timedelta(days=8))
    a_lesson(late, new_id(), None)
    outreach.visit([visited], staff, grid, items=[{"kind": "LEARNING_DELIVERY", "ref": item}])
    a_lesson(visited, item, outreach.now)
    outreach.settle()

    contacts = {person: outreach.get("/v1/contacts", person_id=person)["items"] for person in owed}
    assert [(one["source"], one["reference"], one["seen"]) for one in contacts[checked]] == [("HEALTH_CHECK", check, True)]
    assert [(one["source"], one["reference"]) for one in contacts[taught]] == [("HOME_TEACHING", f"{lesson}/{outreach.now.date() - timedelta(days=1)}")]
    assert (contacts[late], contacts[visited]) == ([], []), "too late, without anybody seen, or on a visit that counts by itself"
    assert [outreach.get(f"/v1/obligations/{owed[person]}")["state"] for person in (checked, taught, late)] == ["MET", "MET", "OPEN"]
    assert outreach.get(f"/v1/obligations/{owed[taught]}")["met_by"] == contacts[taught][0]["id"]


@pytest.mark.rule("OUT-2")
def test_two_persons_are_needed_to_void_and_an_excuse_comes_back(outreach):
    grid, one, two, staff = outreach.a_grid(), new_id(), new_id(), new_id()
    person = outreach.a_person(grid)
    soon = outreach.post("/v1/obligations", {"person_id": person, "kind": "RECHECK"}, 201, **worker(staff, grid))
    extra = outreach.post("/v1/obligations", {"person_id": person, "kind": "RECHECK", "reason": "FALL"}, 201, **worker(staff, grid))
    assert (extra["id"], extra["state"], soon["due_at"]) == (soon["id"], "DUE", None)
    assert datetime.fromisoformat(extra["due_at"]) <= outreach.now + timedelta(hours=24, minutes=5), "what is owed for later is owed within a day after a fall"
    assert outreach.post("/v1/obligations", {"person_id": person, "kind": "RECHECK"}, 409)["code"] == "OWED_ALREADY"
    path, body = f"/v1/obligations/{extra['id']}/voiding", {"reason": "ENTERED_IN_ERROR"}
    assert outreach.client.post(path, body, **worker(staff, grid)).status_code == 403
    assert outreach.client.post(path, body, **lead(one, outreach.a_grid())).status_code == 404
    assert outreach.post(path, body, **lead(one, grid))["state"] == "DUE"
    assert outreach.post(path, body, 409, **lead(one, grid))["code"] == "NEEDS_ANOTHER_PERSON"
    assert outreach.post(path, body, **lead(two, grid))["state"] == "VOID"

    routine = outreach.owed(person)[0]["id"]
    until = outreach.now.date() + timedelta(days=5)
    excuse = {"code": "REFUSED_CONTACT_PLAN", "until": str(until)}
    assert outreach.post(f"/v1/obligations/{routine}/excuse", excuse, **lead(one, grid))["excused"]["by"] == one
    outreach.pass_days(6)
    back = outreach.get(f"/v1/obligations/{routine}")
    assert (back["state"], back["due_on"]) == ("OPEN", str(until + timedelta(days=3)))
