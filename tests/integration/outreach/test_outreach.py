"""Outreach over real HTTP, against a real broker and database: nobody in care is forgotten."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest

from services.common.access import Role
from services.common.events.registry import GridDefined, PersonMerged
from services.common.ids import new_id
from services.common.privacy import mask_name
from tests.integration.outreach.conftest import auditor, lead, worker
from tests.support.running import eventually


@pytest.mark.rule("OUT-1")
@pytest.mark.rule("OUT-15")
def test_a_visit_meets_what_is_owed_and_opens_the_next_from_its_own_day(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person = outreach.a_person(grid, "HIGH")
    first = outreach.owed(person)[0]
    today = outreach.now.date()
    assert (first["state"], first["due_on"]) == ("OPEN", str(today + timedelta(days=3)))

    outreach.pair(person, staff, grid)
    outreach.pass_days(1)
    visit = outreach.visit([person], staff, grid, note="她说女儿下周回来")

    met = eventually(lambda: [o for o in [outreach.get(f"/v1/obligations/{first['id']}")] if o["state"] == "MET"], why="met")[0]
    assert (met["met_by"], met["met_on"]) == (visit["id"], str(today + timedelta(days=1)))
    outreach.settle()
    following = outreach.owed(person)
    assert [owed["due_on"] for owed in following] == [str(today + timedelta(days=8))]
    assert outreach.get("/v1/obligations", staff_id=staff, open=True)["items"] == following
    assert outreach.get(f"/v1/care-recipients/{person}")["last_contact_on"] == met["met_on"]
    assert [name for name, _, _ in outreach.facts(f"obligation/{first['id']}")] == ["ObligationOpened", "ObligationMet"]


@pytest.mark.rule("X-18")
def test_a_note_is_kept_encrypted_and_shown_to_carers_only(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person = outreach.a_person(grid)
    third = {"name": "李小红", "relation": "女儿"}
    visit = outreach.visit([person], staff, grid, method="BY_THIRD_PARTY", third_party=third, note="想念儿子")
    outreach.settle()

    assert "note" not in visit
    assert outreach.get(f"/v1/visits/{visit['id']}/note", **worker(staff, grid))["note"] == "想念儿子"
    assert outreach.client.get(f"/v1/visits/{visit['id']}/note", **auditor()).status_code == 403
    kept = str(outreach.db["visits"].find_one({"_id": visit["id"]})) + str(outreach.facts(f"visit/{visit['id']}"))
    assert "想念" not in kept and "李小红" not in kept and "李小红" not in outreach.platform.logs()


@pytest.mark.rule("OUT-4")
def test_one_visit_to_a_couple_meets_the_obligation_of_the_one_who_was_seen(outreach):
    grid, staff = outreach.a_grid(), new_id()
    seen, unseen = outreach.a_person(grid), outreach.a_person(grid)
    before = outreach.owed(unseen)

    outreach.visit([seen, unseen], staff, grid, seen_person_ids=[seen])
    outreach.settle()

    assert [owed["last_contact_on"] for owed in outreach.owed(seen)] == [str(outreach.now.date())]
    assert outreach.owed(unseen) == before


@pytest.mark.rule("OUT-2")
@pytest.mark.rule("OUT-1")
def test_after_sixty_silent_days_each_elder_has_one_obligation_on_a_supervisors_list(outreach):
    supervisor = new_id()
    grid = outreach.a_grid(lead=supervisor)
    tiers = ["HIGH", "HIGH", "HIGH", "KEY", "KEY", "GENERAL", "GENERAL"]
    people = [outreach.a_person(grid, tier) for tier in tiers]

    outreach.pass_days(60)

    listed = {
        o["person_id"]: o for o in outreach.get("/v1/obligations", escalated_to=supervisor, limit=200, **lead(supervisor, grid))["items"]
    }
    for person, tier in zip(people, tiers, strict=True):
        owed = outreach.owed(person)
        assert len(owed) == 1
        assert (owed[0]["state"], owed[0]["missed_periods"]) == ("ESCALATED", {"HIGH": 9, "KEY": 2, "GENERAL": 1}[tier])
        assert listed[person] == owed[0]
    assert [owed["person_id"] for owed in pages(outreach, escalated_to=supervisor, limit=3)] == list(listed)
    names = [name for name, _, _ in outreach.facts(f"obligation/{outreach.owed(people[0])[0]['id']}")]
    told_once = ["ObligationOpened", "ObligationDue", "ObligationOverdue", "ObligationEscalated", "ObligationEscalationRepeated", "ObligationPeriodMissed"]
    assert (names[:6], set(names[6:])) == (told_once, {"ObligationMonthMissed"})
    assert outreach.owed(people[0])[0]["months_missed"] == len(names[6:])

    new = new_id()
    outreach.tell(GridDefined(grid_id=grid, code="G", lead_staff_id=new), grid)
    outreach.settle()
    outreach.pass_days(1)
    assert len(outreach.get("/v1/obligations", escalated_to=new, limit=200)["items"]) == len(people)


@pytest.mark.rule("OUT-10")
def test_whoever_has_nobody_for_more_than_a_day_is_on_the_list_until_somebody_accepts(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person = outreach.a_person(grid, "HIGH")

    def orphans():
        return [one["id"] for one in outreach.get("/v1/care-recipients", orphaned=True, **lead("lead", grid))["items"]]

    def alarms():
        return [name for name, _, _ in outreach.facts(f"care_recipient/{person}") if name == "PersonOrphaned"]

    assert orphans() == []
    outreach.pass_days(1.1)
    assert (orphans(), alarms()) == ([person], ["PersonOrphaned"])

    pairing = outreach.pair(person, staff, grid)
    shown = outreach.get(f"/v1/care-recipients/{person}")
    assert (orphans(), shown["lacks"], shown["pairings"][0]["staff_id"]) == ([], ["BACKUP"], staff)

    outreach.post(f"/v1/pairings/{pairing}/ending", {"reason": "STAFF_LEFT"})
    outreach.pass_days(1.1)
    assert (orphans(), alarms()) == ([person], ["PersonOrphaned"] * 2)


@pytest.mark.rule("OUT-10")
def test_only_one_offer_of_two_at_the_same_moment_is_made(outreach):
    grid = outreach.a_grid()
    person = outreach.a_person(grid)

    def propose(_):
        return outreach.client.post("/v1/pairings", {"person_id": person, "staff_id": new_id()})

    with ThreadPoolExecutor(6) as hands:
        answers = list(hands.map(propose, range(6)))

    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"PAIRED_ALREADY"}


def test_an_offer_that_nobody_answers_lapses_and_somebody_else_can_be_asked(outreach):
    grid = outreach.a_grid()
    person = outreach.a_person(grid)
    offer = outreach.post("/v1/pairings", {"person_id": person, "staff_id": new_id()}, 201)["id"]

    outreach.pass_days(3.1)

    assert outreach.get(f"/v1/pairings/{offer}")["declined_reason"] == "LAPSED"
    outreach.post("/v1/pairings", {"person_id": person, "staff_id": new_id()}, 201)


@pytest.mark.rule("OUT-12")
def test_the_load_of_staff_is_what_they_carry_and_the_cap_needs_a_reason(outreach):
    grid, staff = outreach.a_grid(), new_id()
    for tier in ("HIGH", "KEY", "GENERAL"):
        outreach.pair(outreach.a_person(grid, tier), staff, grid)

    loads = outreach.get("/v1/staff-loads", staff_id=staff, **lead("lead", grid))["items"]

    assert loads == [{"staff_id": staff, "persons": 3, "weight": 6, "cap": 30, "offered": 0, "over_cap": False}]


@pytest.mark.rule("OUT-20")
@pytest.mark.rule("OUT-21")
@pytest.mark.rule("OUT-22")
def test_a_high_tier_elder_who_does_not_answer_is_looked_for_until_somebody_saw_them(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person = outreach.a_person(grid, "HIGH")
    silent = {"outcome": "NO_ANSWER", "seen_person_ids": None, "items": None}

    refusal = outreach.visit([person], staff, grid, 422, **silent)
    assert (refusal["code"], refusal["errors"][0]["field"]) == ("INCIDENT_REQUIRED", "incident")
    assert outreach.get("/v1/incidents", person_id=person)["items"] == []

    visit = outreach.visit([person], staff, grid, incident={}, **silent)
    again = outreach.visit([person], staff, grid, incident={}, **silent)
    incident = outreach.get(f"/v1/incidents/{visit['incident_id']}", **worker(staff, grid))
    assert (incident["state"], incident["person_id"], incident["visit_id"]) == ("OPEN", person, visit["id"])
    assert again["incident_id"] == incident["id"]
    outreach.settle()
    assert outreach.facts(f"visit/{visit['id']}")[0][0] == "VisitNoAnswer"
    assert [name for name, _, _ in outreach.facts(f"incident/{incident['id']}")] == ["IncidentOpened"]

    outreach.pass_days(30)
    late = outreach.get(f"/v1/incidents/{incident['id']}")
    assert (late["open"], late["state"], late["resolution"]) == (True, "ON_SITE", None), "time raises it and never ends it"
    path = f"/v1/incidents/{incident['id']}/resolution"
    outreach.post(path, {"resolution": "SAFE_AWAY"}, 422, **worker(staff, grid))
    word = {"name": "李小红", "how": "SPOKE", "relation": "女儿", "channel": "PHONE"}
    evidence = {"safety_confirmed_by": word, "safety_confirmed_at": outreach.now.isoformat()}
    resolved = outreach.post(path, {"resolution": "SAFE_AWAY", **evidence}, **worker(staff, grid))
    assert (resolved["state"], resolved["safety_confirmed_by"]) == ("RESOLVED", word)
    audited = [outreach.get(f"/v1/incidents/{incident['id']}", **auditor()), *outreach.get("/v1/incidents", person_id=incident["person_id"], **auditor())["items"]]
    assert {one["safety_confirmed_by"]["name"] for one in audited} == {mask_name(word["name"])} != {word["name"]}
    assert "李小红" not in str(outreach.db["incidents"].find_one({"_id": incident["id"]}))


@pytest.mark.rule("OUT-20")
@pytest.mark.rule("U3")
def test_each_who_does_not_answer_is_looked_for_by_what_explains_them_and_under_the_id_they_have_now(outreach):
    grid, staff = outreach.a_grid(), new_id()
    husband, wife, neighbour = outreach.a_person(grid, "HIGH"), outreach.a_person(grid, "HIGH"), outreach.a_person(grid, "KEY")
    silent = {"outcome": "NO_ANSWER", "seen_person_ids": None, "items": None}
    away = {"source": "HOSPITAL", "until": str(outreach.now.date() + timedelta(days=9)), "person_ids": [husband]}

    assert outreach.visit([husband, wife], staff, grid, 422, known_absence=away, **silent)["code"] == "INCIDENT_REQUIRED"
    hers = outreach.visit([husband, wife], staff, grid, known_absence=away, incident={}, **silent)["incident_id"]
    his = outreach.visit([husband, wife], staff, grid, incident_id=hers, incident={}, **silent)
    assert his["incident_id"] == hers
    found = {one["person_id"]: one["id"] for person in (husband, wife) for one in outreach.get("/v1/incidents", person_id=person)["items"]}
    assert found.keys() == {husband, wife} and found[wife] == hers

    called = outreach.visit([neighbour], staff, grid, method="PHONE", **silent)
    door = outreach.visit([neighbour], staff, grid, **silent)
    assert called["incident_id"] is None, "a telephone that rings in vain is no door"
    assert outreach.get(f"/v1/incidents/{door['incident_id']}")["tier"] == "KEY"
    outreach.settle()
    assert [one["id"] for one in outreach.get("/v1/incidents", person_id=neighbour)["items"]] == [door["incident_id"]]

    twin, elder = outreach.a_person(grid), outreach.a_person(grid, "HIGH")
    merge = new_id()
    outreach.tell(PersonMerged(merge_id=merge, winner_id=elder, loser_id=twin), merge)
    outreach.settle()
    assert outreach.visit([twin], staff, grid, 422, **silent)["code"] == "INCIDENT_REQUIRED"
    searched = outreach.visit([twin], staff, grid, incident={}, **silent)["incident_id"]
    assert outreach.get(f"/v1/incidents/{searched}")["person_id"] == elder


@pytest.mark.promise("P4")
def test_the_same_report_sent_twice_opens_one_incident_and_one_visit(outreach):
    grid, staff, key = outreach.a_grid(), new_id(), new_id()
    person = outreach.a_person(grid, "HIGH")
    body = {"person_ids": [person], "method": "IN_PERSON", "outcome": "NO_ANSWER", "happened_at": outreach.now.isoformat(), "incident": {}}

    with ThreadPoolExecutor(4) as hands:
        answers = list(hands.map(lambda _: outreach.client.post("/v1/visits", body, key=key, **worker(staff, grid)), range(4)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(outreach.get("/v1/incidents", person_id=person)["items"]) == 1


def test_a_planned_visit_is_completed_once(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person = outreach.a_person(grid)
    later = (outreach.now + timedelta(hours=2)).isoformat()
    planned = outreach.post("/v1/visits", {"person_ids": [person], "planned_for": later}, 201, **worker(staff, grid))
    assert (planned["state"], planned["staff_ids"]) == ("PLANNED", [staff])

    report = {
        "method": "PHONE",
        "outcome": "SPOKE",
        "happened_at": outreach.now.isoformat(),
        "seen_person_ids": [person],
        "greeting_only": True,
    }
    done = outreach.post(f"/v1/visits/{planned['id']}/completion", report, **worker(staff, grid))
    assert (done["state"], done["version"]) == ("COMPLETED", 2)
    assert outreach.post(f"/v1/visits/{planned['id']}/completion", report, 409, **worker(staff, grid))["code"] == "VISIT_ENDED"
    assert [one["id"] for one in outreach.get("/v1/visits", staff_id=staff, state="COMPLETED")["items"]] == [planned["id"]]
    outreach.settle()
    assert outreach.owed(person)[0]["last_contact_on"] is None, "the first contact with somebody is in person (OUT-3)"


def test_a_visit_without_a_report_or_a_plan_names_what_is_missing(outreach):
    person = outreach.a_person(outreach.a_grid())

    refusal = outreach.post("/v1/visits", {"person_ids": [person], "staff_ids": [new_id()]}, 422)

    assert [(error["field"], error["code"]) for error in refusal["errors"]] == [
        ("method", "REQUIRED"),
        ("outcome", "REQUIRED"),
        ("happened_at", "REQUIRED"),
    ]


@pytest.mark.promise("P9")
def test_workers_see_their_grids_answer_for_themselves_and_auditors_only_read(outreach):
    here, there, staff, other = outreach.a_grid(), outreach.a_grid(), new_id(), new_id()
    person = outreach.a_person(here)
    offer = outreach.post("/v1/pairings", {"person_id": person, "staff_id": staff}, 201, **lead(other, here))["id"]
    owed = outreach.owed(person)[0]["id"]

    def status(method, path, body=None, **who):
        return outreach.client(method, path, body, **who).status_code

    assert status("POST", f"/v1/pairings/{offer}/acceptance", {}, **worker(other, here)) == 403
    assert status("POST", f"/v1/pairings/{offer}/acceptance", {}, **worker(staff, there)) == 404
    assert status("POST", "/v1/pairings", {"person_id": person, "staff_id": staff}, **worker(staff, here)) == 403
    assert status("POST", f"/v1/pairings/{offer}/acceptance", {}, **auditor()) == 403
    assert status("POST", "/v1/pairings", {"person_id": person, "staff_id": staff}, **lead(other, there)) == 422
    for path in (f"/v1/pairings/{offer}", f"/v1/obligations/{owed}", f"/v1/care-recipients/{person}"):
        assert status("GET", path, **worker(other, there)) == 404
        assert status("GET", path, **worker(other, here)) == 200
        assert status("GET", path, **auditor()) == 200
    assert outreach.get("/v1/obligations", person_id=person, **worker(other, there))["items"] == []
    assert status("POST", f"/v1/pairings/{offer}/acceptance", {}, **worker(staff, here)) == 200


def pages(outreach, **query) -> list[dict]:
    """Return the whole list, page by page."""
    items, cursor = [], {}
    while True:
        page = outreach.get("/v1/obligations", **query, **cursor)
        items += page["items"]
        if not page["next_cursor"]:
            return items
        cursor = {"cursor": page["next_cursor"]}


@pytest.mark.rule("OUT-8", "OUT-2")
def test_a_job_that_stood_still_for_ten_days_tells_each_step_once_on_its_own_day(outreach):
    grid = outreach.a_grid(lead := new_id())
    person = outreach.a_person(grid, "HIGH")
    [owed] = outreach.owed(person)
    [jobs] = [process for process in outreach.platform.processes if process.name == "outreach-worker"]
    assert jobs.stop() == 0

    outreach.now += timedelta(days=10)
    outreach.client.post("/internal/simulation/clock", {"now": outreach.now.isoformat()}, roles=(Role.SYSTEM,)).raise_for_status()
    assert [one["state"] for one in outreach.owed(person)] == ["OPEN"], "nobody computed it meanwhile"
    jobs.start()
    outreach.settle()

    told = [(name, fact["effectiveon"]) for name, _, fact in outreach.facts(f"obligation/{owed['id']}")]
    days = {name: date.fromisoformat(owed[f"{name}_on"]) for name in ("due", "overdue", "hard")}
    assert told[1:] == [
        ("ObligationDue", str(days["due"])),
        ("ObligationOverdue", str(days["overdue"])),
        ("ObligationEscalated", str(days["hard"] + timedelta(days=1))),
    ]
    [late] = outreach.owed(person)
    assert (late["id"], late["state"], late["escalated_to"]) == (owed["id"], "ESCALATED", lead)
