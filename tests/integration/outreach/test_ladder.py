"""The ladder over real HTTP and in simulated time: an elder who does not answer is looked for at any hour."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from services.common.access import Role
from services.common.events.registry import (
    ClassificationChanged,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathReported,
    StaffAppointed,
    StaffLeft,
)
from services.common.ids import new_id
from tests.integration.outreach.conftest import auditor, lead, worker
from tests.support.running import eventually

SILENT = {"outcome": "NO_ANSWER", "seen_person_ids": None, "items": None}
NATIONAL_DAY_EVENING = datetime.fromisoformat("2025-10-01T18:00:00+08:00")


def officer(staff: str) -> dict:
    return {"roles": (Role.DUTY_OFFICER,), "staff": staff, "actor": staff}


def appoint(outreach, post: str = "WORKER") -> str:
    staff = new_id()
    outreach.tell(StaffAppointed(staff_id=staff, grid_ids=[], post=post), staff)
    outreach.settle()
    return staff


def on_duty(outreach, officer_id: str, hours: float, status: int = 201, **who) -> dict:
    body = {"staff_id": officer_id, "starts_at": outreach.now.isoformat(), "ends_at": (outreach.now + timedelta(hours=hours)).isoformat()}
    return outreach.post("/v1/duty-roster", body, status, **(who or {"roles": (Role.ADMINISTRATOR,)}))


def opened(outreach, person: str) -> dict:
    return outreach.post("/v1/incidents", {"person_id": person, "happened_at": outreach.now.isoformat()}, 201)


def raised(outreach, incident_id: str) -> list[tuple[int, str, list[str]]]:
    facts = outreach.facts(f"incident/{incident_id}")
    told = [body["data"] for name, _, body in facts if name == "IncidentLevelRaised"]
    return [(fact["level"], fact["since"], fact["to_staff_ids"]) for fact in told]


@pytest.mark.rule("OUT-22")
@pytest.mark.rule("OUT-20")
@pytest.mark.rule("U3")
def test_a_clock_that_passes_at_three_at_night_on_a_holiday_reaches_the_officer_on_duty(outreach):
    """Practitioner's tests 5 and 6."""
    far = outreach.a_grid()
    living, gone = outreach.a_person(far, "HIGH"), outreach.a_person(far, "HIGH")
    outreach.tell(PersonDeathReported(person_id=gone, co_resident_ids=[]), gone, far)
    outreach.settle()
    outreach.set_clock(NATIONAL_DAY_EVENING)
    owed = {person: {one["kind"] for one in outreach.owed(person)} for person in (living, gone)}
    assert "FESTIVAL" in owed[living] and "FESTIVAL" not in owed[gone], "the dead get no extra visit before the festival"
    leader, night = new_id(), appoint(outreach)
    grid, staff = outreach.a_grid(lead=leader), new_id()
    person = outreach.a_person(grid, "HIGH")
    on_duty(outreach, night, 14)
    outreach.set_clock(NATIONAL_DAY_EVENING + timedelta(hours=8, minutes=30))

    refusal = outreach.visit([person], staff, grid, 422, **SILENT)
    assert (refusal["code"], refusal["errors"][0]["field"]) == ("INCIDENT_REQUIRED", "incident")
    incident_id = outreach.visit([person], staff, grid, incident={}, **SILENT)["incident_id"]
    outreach.set_clock(outreach.now + timedelta(minutes=25))
    assert outreach.get(f"/v1/incidents/{incident_id}")["state"] == "CONTACTING"
    outreach.set_clock(outreach.now + timedelta(minutes=5))

    incident = outreach.get(f"/v1/incidents/{incident_id}", **officer(night))
    assert (incident["state"], incident["level"]) == ("OFFICER", 2)
    assert datetime.fromisoformat(incident["clock_at"]) == datetime.fromisoformat("2025-10-02T03:30:00+08:00")
    assert raised(outreach, incident_id)[-1] == (2, "2025-10-01T19:00:00Z", [night])
    assert [one["id"] for one in outreach.get("/v1/incidents", open=True, **officer(night))["items"]][:1] == [incident_id]

    outreach.pass_days(1)
    facts = outreach.facts(f"incident/{incident_id}")
    assert [level for level, _, _ in raised(outreach, incident_id)] == [1, 2, 3]
    assert (facts[-1][0], facts[-1][2]["data"]["times"]) == ("IncidentStillOpen", 23)
    before = len(facts)
    outreach.settle()
    assert len(outreach.facts(f"incident/{incident_id}")) == before
    resolve(outreach, incident_id)


def resolve(outreach, incident_id: str, status: int | None = None, **more) -> dict:
    word = {"name": "李小红", "how": "SPOKE", "relation": "女儿", "channel": "PHONE"}
    body = {"resolution": "SAFE_AWAY", "safety_confirmed_by": word, "safety_confirmed_at": outreach.now.isoformat(), **more}
    return outreach.post(f"/v1/incidents/{incident_id}/resolution", body, status)


@pytest.mark.rule("OUT-20")
def test_an_app_that_was_offline_opens_an_incident_with_its_own_id_once_and_the_visit_names_it(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person, own = outreach.a_person(grid, "HIGH"), new_id()
    body = {"id": own, "person_id": person, "happened_at": (outreach.now - timedelta(minutes=20)).isoformat()}

    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda n: outreach.client.post("/v1/incidents", body, key=f"{own}-{n % 2}", **worker(staff, grid)), range(4)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    again = outreach.post("/v1/incidents", body, 201, **worker(staff, grid))
    assert (again["id"], again["level"], again["opened_by"]) == (own, 1, staff)
    assert outreach.post("/v1/incidents", {**body, "id": new_id()}, 409)["code"] == "INCIDENT_OPEN_ALREADY"
    assert outreach.visit([person], staff, grid, incident_id=own, **SILENT)["incident_id"] == own
    assert [one["id"] for one in outreach.get("/v1/incidents", person_id=person)["items"]] == [own]
    resolve(outreach, own)


@pytest.mark.rule("OUT-21")
@pytest.mark.rule("U3")
def test_steps_hearsay_danger_and_the_list_of_what_is_to_do(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person = outreach.a_person(grid, "KEY")
    incident = opened(outreach, person)
    path = f"/v1/incidents/{incident['id']}"

    stepped = outreach.post(f"{path}/steps", {"action": "CALLED_KIN", "result": "NO_REPLY", "note": "女儿手机关机"}, **worker(staff, grid))
    assert (stepped["level"], stepped["steps"][0]["by"], stepped["steps"][0]["note"]) == (1, staff, "女儿手机关机")
    outreach.post(f"{path}/steps", {"action": "ENTERED", "result": "DONE"}, 422)
    lowered = outreach.post(f"{path}/hearsay", {"said_by": "张大妈", "said": "大概买菜去了"}, **worker(staff, grid))
    assert (lowered["level"], lowered["hearsay"]["said"], lowered["open"]) == (0, "大概买菜去了", True)
    assert outreach.post(f"{path}/hearsay", {"said_by": "x", "said": "y"}, 409)["code"] == "HEARSAY_BEFORE"
    to_do = outreach.get(f"{path}/checklist", **worker(staff, grid))
    assert {one["action"] for rung in to_do["ladder"] for one in rung["to_do"] if one["done"]} == {"CALLED_KIN"}
    assert to_do["phone_list"]["kin"] == f"/v1/people/{person}/kin/emergency"

    endangered = outreach.post(f"{path}/level", {"danger_signs": ["WATER"]}, **worker(staff, grid))
    assert (endangered["state"], endangered["danger_signs"], endangered["lowered_until"]) == ("ON_SITE", ["WATER"], None)
    audited = outreach.get(path, **auditor())
    assert (audited["steps"][0]["note"], audited["hearsay"]["said"]) == (None, "")
    kept = str(outreach.db["incidents"].find_one({"_id": incident["id"]})) + str(outreach.facts(f"incident/{incident['id']}"))
    assert not any(word in kept for word in ("买菜", "张大妈", "关机")) and "张大妈" not in outreach.platform.logs()

    assert resolve(outreach, incident["id"], 422, resolution="MISSING")["errors"][0]["code"] == "MISSING_IS_FOR_THE_POLICE"
    police = {"name": "某所民警", "how": "POLICE"}
    missing = resolve(outreach, incident["id"], resolution="MISSING", safety_confirmed_by=police, police_case_ref="A-7")
    assert (missing["state"], missing["police_case_ref"]) == ("RESOLVED", "A-7")
    assert "A-7" not in str(outreach.db["incidents"].find_one({"_id": incident["id"]}, {"handled": 0}))


@pytest.mark.rule("OUT-24")
@pytest.mark.rule("U3")
def test_what_follows_an_incident_is_ticked_off_and_the_third_suggests_another_hour(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person = outreach.a_person(grid)
    soon = outreach.post("/v1/obligations", {"person_id": person, "kind": "RECHECK"}, 201, **worker(staff, grid))
    ends = []
    for _ in range(3):
        incident = opened(outreach, person)
        outreach.pass_days(0.01)
        ended = resolve(outreach, incident["id"])
        ends.append(datetime.fromisoformat(ended["resolved_at"]))

    assert (ended["suggestion"], ended["tier"]) == ("ANOTHER_TIME_OR_CALL_FIRST", "GENERAL")
    path = f"/v1/incidents/{incident['id']}/aftercare"
    for item in ("INFORM_KIN", "UPDATE_PLAN", "DEBRIEF"):
        ticked = outreach.post(path, {"item": item}, **worker(staff, grid))
        assert ticked["aftercare_open"]
    assert person in {one["person_id"] for one in outreach.get("/v1/incidents", aftercare_open=True)["items"]}
    outreach.settle()
    [recheck] = [owed for owed in outreach.owed(person) if owed["kind"] == "RECHECK"]
    assert datetime.fromisoformat(recheck["due_at"]) == ends[0] + timedelta(hours=24), "one visit is owed, by the earliest"
    assert recheck["id"] == soon["id"], "what was owed for later is brought forward"
    outreach.pass_days(0.1)
    outreach.visit([person], staff, grid, method="PHONE", outcome="SPOKE", items=None, greeting_only=True)
    outreach.settle()
    assert outreach.get(f"/v1/incidents/{incident['id']}")["aftercare_open"], "a call is not the visit"
    outreach.visit([person], staff, grid)
    eventually(lambda: "RECHECK" not in {owed["kind"] for owed in outreach.owed(person)}, why="the visit met it")
    done = eventually(lambda: [one for one in [outreach.get(f"/v1/incidents/{incident['id']}")] if not one["aftercare_open"]], why="the visit")[0]
    assert {one["item"]: one["by"] for one in done["ticked"]}["VISIT"] == staff
    seen = outreach.get("/v1/visits", person_id=person, state="COMPLETED")["items"][0]["id"]
    outreach.settle()
    assert outreach.get(f"/v1/care-recipients/{person}")["last_contact_on"] is not None
    outreach.post(f"/v1/visits/{seen}/reversal", **lead(new_id(), grid))
    outreach.settle()
    again = outreach.get(f"/v1/incidents/{incident['id']}")
    assert (again["aftercare_open"], "VISIT" in {one["item"] for one in again["ticked"]}) == (True, False), "it did not happen (OUT-17)"
    assert outreach.get(f"/v1/care-recipients/{person}")["last_contact_on"] is None


@pytest.mark.rule("OUT-23")
def test_a_plan_holds_the_ladder_at_the_contacts_until_the_elder_can_no_longer_decide_so(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person = outreach.a_person(grid, "HIGH")
    body = {"agreed_on": str(outreach.now.date()), "agreed_with": "本人", "wants_response": False, "known_habits": "上午下棋"}
    path = f"/v1/no-response-plans/{person}"
    plan = outreach.client("PUT", path, body, **worker(staff, grid)).json()
    assert (plan["wishes"]["known_habits"], plan["capacity"], plan["recorded_by"]) == ("上午下棋", "CLEAR", staff)
    assert "下棋" not in str(outreach.db["no_response_plans"].find_one({"_id": person}, {"handled": 0}))
    assert outreach.client.get(path, **auditor()).status_code == 403
    assert outreach.client.get(path, **worker(staff, outreach.a_grid())).status_code == 404

    incident = opened(outreach, person)
    outreach.pass_days(0.3)
    held = outreach.get(f"/v1/incidents/{incident['id']}")
    assert (held["capped"], held["level"], held["open"]) == (True, 1, True)
    assert outreach.post(f"/v1/incidents/{incident['id']}/level", {"level": 2}, 409)["code"] == "NO_RESPONSE_WANTED"

    restricted = ClassificationChanged(person_id=person, code="RESTRICTED", holds=True, since=outreach.now.date(), basis="DERIVED")
    outreach.tell(restricted, person, grid)
    outreach.settle()
    outreach.pass_days(0.01)
    assert outreach.get(f"/v1/incidents/{incident['id']}")["level"] == 3
    assert [one["id"] for one in outreach.get("/v1/no-response-plans", to_review=True, **worker(staff, grid))["items"]] == [person]
    refused = outreach.client("PUT", path, body, **worker(staff, grid)).json()
    assert [error["code"] for error in refused["errors"]] == ["CAPACITY_UNKNOWN"]
    assert outreach.post(f"{path}/capacity", {"impaired": False}, **worker(staff, grid))["to_review"] is None
    resolve(outreach, incident["id"])


@pytest.mark.rule("OUT-25")
@pytest.mark.rule("OUT-21")
def test_what_the_register_learns_late_ends_a_search_by_who_recorded_it_and_a_reported_death_does_not(outreach):
    grid = outreach.a_grid()
    away, dead, recorder = outreach.a_person(grid, "HIGH"), outreach.a_person(grid, "HIGH"), new_id()
    searches = {person: opened(outreach, person)["id"] for person in (away, dead)}
    since = outreach.now.date() - timedelta(days=2)

    outreach.tell(PersonDeathReported(person_id=dead, co_resident_ids=[]), dead, grid)
    outreach.tell(PersonAwayStarted(person_id=away, kind="HOSPITAL", since=since, recorded_by=recorder), away, grid)
    outreach.settle()
    found = outreach.get(f"/v1/incidents/{searches[away]}")
    assert (found["resolution"], found["avoidable"], found["safety_confirmed_by"]["name"]) == ("SAFE_AWAY", True, recorder)
    assert outreach.get(f"/v1/incidents/{searches[dead]}")["open"]

    outreach.tell(PersonDeathConfirmed(person_id=dead, co_resident_ids=[], recorded_by=recorder), dead, grid)
    outreach.settle()
    ended = outreach.get(f"/v1/incidents/{searches[dead]}")
    assert (ended["resolution"], ended["avoidable"], ended["safety_confirmed_by"]["how"]) == ("DECEASED", False, "REGISTER")


@pytest.mark.rule("OUT-22")
def test_the_roster_lists_its_gaps_resolves_overlaps_and_forgets_who_left(outreach):
    administrator, first, second = appoint(outreach, "ADMINISTRATOR"), appoint(outreach), appoint(outreach)
    on_duty(outreach, first, 10)
    entry = on_duty(outreach, second, 4)
    window = {"since": outreach.now.isoformat(), "until": (outreach.now + timedelta(hours=12)).isoformat()}

    def roster():
        return outreach.get("/v1/duty-roster", **window, **lead("lead"))

    shown = roster()
    assert ([one["staff_id"] for one in shown["hours"]], shown["now"], shown["called_now"]) == ([second, first], second, [second])
    assert [datetime.fromisoformat(one["starts_at"]) for one in shown["gaps"]] == [outreach.now + timedelta(hours=10)]
    outreach.post(f"/v1/duty-roster/{entry['id']}/cancellation", roles=(Role.ADMINISTRATOR,))
    assert roster()["now"] == first
    outreach.tell(StaffLeft(staff_id=first, left_on=outreach.now.date()), first)
    outreach.settle()
    empty = roster()
    assert (empty["now"], empty["hours"]) == (None, []) and administrator in empty["called_now"]
    on_duty(outreach, first, 4, 422)
    on_duty(outreach, second, 4, 403, **worker("w", "g"))


@pytest.mark.promise("P9")
def test_officers_reach_every_grid_and_workers_only_theirs(outreach):
    here, there, staff = outreach.a_grid(), outreach.a_grid(), new_id()
    person = outreach.a_person(here)
    incident = opened(outreach, person)
    path = f"/v1/incidents/{incident['id']}"

    def status(method, path, body=None, **who):
        return outreach.client(method, path, body, **who).status_code

    for way in (path, f"{path}/checklist"):
        assert (status("GET", way, **worker(staff, there)), status("GET", way, **worker(staff, here)), status("GET", way, **officer(staff))) == (404, 200, 200)
    for act, body in (("steps", {"action": "KNOCKED", "result": "NO_REPLY"}), ("hearsay", {"said_by": "a", "said": "b"}), ("level", {"level": 2})):
        assert status("POST", f"{path}/{act}", body, **worker(staff, there)) == 404
        assert status("POST", f"{path}/{act}", body, **auditor()) == 403
    assert status("POST", "/v1/incidents", {"person_id": person, "happened_at": outreach.now.isoformat()}, **worker(staff, there)) == 422
    assert status("POST", f"{path}/level", {"level": 2}, **officer(staff)) == 200
    assert status("GET", f"{path}/checklist", **auditor()) == 403
