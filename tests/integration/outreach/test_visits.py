"""Visits over real HTTP: what becomes of one after it was made, and what is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.common.access import Role
from services.common.events.registry import ConsentChanged, PersonDeathReported, PersonDeathRetracted
from services.common.ids import new_id
from tests.integration.outreach.conftest import auditor, lead, worker


def names(outreach, visit: str) -> list[str]:
    return [name for name, _, _ in outreach.facts(f"visit/{visit}")]


@pytest.mark.rule("OUT-17")
@pytest.mark.rule("X-35")
def test_a_contradicted_visit_is_rejected_and_its_obligation_owed_again_from_its_first_date(outreach):
    grid, staff, supervisor = outreach.a_grid(), new_id(), new_id()
    person = outreach.a_person(grid, "HIGH")
    [owed] = outreach.owed(person)
    odd = (outreach.now + timedelta(hours=2)).isoformat()
    visit = outreach.visit([person], staff, grid, captured_at=odd)["id"]
    outreach.settle()
    assert visit in [one["id"] for one in outreach.get("/v1/visits", check_wanted=True, **lead(supervisor, grid))["items"]]
    assert outreach.facts(f"visit/{visit}")[0][2]["data"]["counts_for"] == [owed["id"]]
    [following] = outreach.owed(person)
    assert following["id"] != owed["id"]

    path, body = f"/v1/visits/{visit}/spot-check", {"result": "CONTRADICTED"}
    assert outreach.client.post(path, body, **worker(staff, grid)).status_code == 403
    assert outreach.client.post(path, body, **lead(staff, grid)).status_code == 403
    assert outreach.client.post(path, body, **lead(supervisor, outreach.a_grid())).status_code == 404
    key = new_id()
    assert [outreach.post(path, body, key=key, **lead(supervisor, grid))["state"] for _ in range(2)] == ["REJECTED"] * 2
    outreach.settle()

    [again] = outreach.owed(person)
    assert (again["id"], again["due_on"], again["met_by"]) == (owed["id"], owed["due_on"], None)
    assert outreach.get(f"/v1/obligations/{following['id']}")["void_reason"] == "VISIT_REJECTED"
    assert names(outreach, visit) == ["VisitCompleted", "VisitSpotChecked", "VisitRejected"]
    outreach.visit([person], staff, grid)
    outreach.settle()
    assert outreach.get(f"/v1/obligations/{owed['id']}")["state"] == "MET"


@pytest.mark.rule("OUT-4")
@pytest.mark.rule("OUT-15")
def test_an_amendment_lets_the_visit_count_for_whom_it_names_now(outreach):
    grid, staff = outreach.a_grid(), new_id()
    one, other = outreach.a_person(grid), outreach.a_person(grid)
    before = {person: outreach.owed(person)[0]["id"] for person in (one, other)}
    visit = outreach.visit([one, other], staff, grid, seen_person_ids=[one])["id"]
    outreach.settle()
    assert outreach.get(f"/v1/obligations/{before[one]}")["state"] == "MET"

    path = f"/v1/visits/{visit}/amendment"
    assert outreach.client.post(path, {"seen_person_ids": [other]}, **worker(new_id(), grid)).status_code == 403
    assert outreach.post(path, {"seen_person_ids": [other]}, **worker(staff, grid))["state"] == "AMENDED"
    outreach.settle()

    assert [owed["id"] for owed in outreach.owed(one)] == [before[one]]
    assert outreach.get(f"/v1/obligations/{before[other]}")["met_by"] == visit


@pytest.mark.rule("X-3")
def test_a_visit_of_weeks_ago_counts_when_a_supervisor_accepts_it(outreach):
    grid, staff, supervisor = outreach.a_grid(), new_id(), new_id()
    person = outreach.a_person(grid)
    long_ago = (outreach.now - timedelta(days=9)).isoformat()
    visit = outreach.visit([person], staff, grid, happened_at=long_ago, late_reason="下乡没有信号")["id"]
    outreach.settle()
    assert (names(outreach, visit), outreach.owed(person)[0]["last_contact_on"]) == (["VisitAwaitsAcceptance"], None)
    assert [one["id"] for one in outreach.get("/v1/visits", awaiting=True, **lead(supervisor, grid))["items"]] == [visit]

    path = f"/v1/visits/{visit}/acceptance"
    assert outreach.client.post(path, {"accepted": True}, **lead(staff, grid)).status_code == 403
    outreach.post(path, {"accepted": True}, **lead(supervisor, grid))
    outreach.settle()
    [(_, _, _), (name, _, told)] = outreach.facts(f"visit/{visit}")
    assert (name, told["effectiveon"], told["data"]["late"]) == ("VisitCompleted", long_ago[:10], True)


@pytest.mark.rule("OUT-18", "U10")
@pytest.mark.rule("X-14")
def test_a_photo_needs_a_consent_and_is_gone_from_visits_and_deeds_when_it_is_withdrawn(outreach):
    grid, staff, consent = outreach.a_grid(), new_id(), new_id()
    person = outreach.a_person(grid)
    photos = [{"consent_id": consent, "ref": "2025/a.jpg"}]
    refusal = outreach.visit([person], staff, grid, 422, photos=photos)
    assert [(error["field"], error["code"]) for error in refusal["errors"]] == [("photos.0.consent_id", "PHOTO_WITHOUT_CONSENT")]

    said = {"consent_id": consent, "subject_id": person, "given_by_id": person, "purpose": "PHOTO_INTERNAL"}
    outreach.tell(ConsentChanged(**said, state="GIVEN"), consent)
    outreach.settle()
    visit = outreach.visit([person], staff, grid, photos=photos)["id"]
    other = outreach.a_person(grid)
    assert outreach.visit([other], staff, grid, 422, photos=photos)["errors"][0]["code"] == "PHOTO_WITHOUT_CONSENT"
    assert outreach.get(f"/v1/visits/{visit}", **worker(staff, grid))["photos"] == photos
    by = worker(staff, grid)
    opinion = outreach.post("/v1/opinions", {"text": "门口修一条坡道", "person_id": person}, 201, **by)["id"]
    outreach.post(f"/v1/opinions/{opinion}/answer", {"outcome": "ADOPTED", "text": "本季度修"}, **by)
    planned = {"title": "修坡道", "kind": "REPAIR", "grid_id": grid, "owner_staff_id": staff, "opinion_ids": [opinion]}
    deed = outreach.post("/v1/deeds", planned, 201, **by)["id"]
    step = {"text": "开工", "progress": 10, "photo": {"ref": "2025/b.jpg", "person_ids": [person]}}
    outreach.post(f"/v1/deeds/{deed}/milestones", step, **by)
    assert outreach.get(f"/v1/deeds/{deed}", **by)["milestones"][0]["photo"] == step["photo"]

    outreach.tell(ConsentChanged(**said, state="WITHDRAWN"), consent)
    outreach.settle()
    assert outreach.get(f"/v1/visits/{visit}", **worker(staff, grid))["photos"] == []
    assert outreach.get(f"/v1/deeds/{deed}", **by)["milestones"][0]["photo"] is None
    key = new_id()
    for _ in range(2):
        stalled = outreach.post(f"/v1/deeds/{deed}/stall", {"why": "等材料"}, key=key, **by)
        assert stalled["milestones"][0]["photo"] is None, "nor does a command show it, asked for once or again"
    key = new_id()
    for _ in range(2):
        assert outreach.post(f"/v1/visits/{visit}/amendment", {"note": "补充"}, key=key, **by)["photos"] == []
    [listed] = outreach.get("/v1/deeds", opinion_id=opinion, **by)["items"]
    assert listed["milestones"][0]["photo"] is None
    [answer] = outreach.db["cascades"].find({"trigger": "ConsentChanged"})
    assert answer["effects"]["stopped"] == [f"visit/{visit}", f"deed/{deed}"], "and that it was given asked nothing"


@pytest.mark.rule("X-14", "OUT-2")
def test_who_said_no_to_visits_at_home_is_visited_only_for_a_duty_of_care(outreach):
    grid, staff, consent = outreach.a_grid(), new_id(), new_id()
    one, other = outreach.a_person(grid), outreach.a_person(grid)
    by, said = worker(staff, grid), {"consent_id": consent, "subject_id": one, "given_by_id": one, "purpose": "HOME_VISIT"}
    plan = {"person_ids": [one, other], "planned_for": (outreach.now + timedelta(hours=1)).isoformat()}
    later = {**plan, "person_ids": [one], "planned_for": (outreach.now + timedelta(days=2)).isoformat()}
    alone, together, after, duty = (
        outreach.post("/v1/visits", planned, 201, **by)["id"] for planned in ({**plan, "person_ids": [one]}, plan, later, {**plan, "purposes": ["DISCHARGE"]})
    )
    dead = outreach.a_person(grid)
    condoled = outreach.post("/v1/visits", {**plan, "person_ids": [dead, one]}, 201, **by)["id"]
    outreach.tell(PersonDeathReported(person_id=dead, co_resident_ids=[one]), dead)
    outreach.settle()
    owed = outreach.owed(one)

    def planned(visit: str) -> tuple:
        seen = outreach.get(f"/v1/visits/{visit}", **by)
        return seen["state"], seen["person_ids"]

    outreach.tell(ConsentChanged(**said, state="REFUSED", valid_to=outreach.now.date() + timedelta(days=1)), consent)
    outreach.settle()
    assert [planned(visit) for visit in (alone, together, after)] == [("CANCELLED", [one]), ("PLANNED", [other]), ("PLANNED", [one])]
    assert [planned(visit) for visit in (duty, condoled)] == [("PLANNED", [one, other]), ("PLANNED", [one])]
    assert [(name, told["data"].get("reason")) for name, _, told in outreach.facts(f"visit/{alone}")] == [("VisitPlanned", None), ("VisitCancelled", "HOME_VISIT_REFUSED")]
    assert {f"visit/{alone}", f"visit/{together}"} in [set(answer["effects"]["stopped"]) for answer in outreach.db["cascades"].find({"trigger": "ConsentChanged"})]
    assert outreach.owed(one) == owed, "what is owed stays owed"
    refusal = outreach.post("/v1/visits", plan, 409, **by)
    assert (refusal["code"], refusal["person_ids"]) == ("HOME_VISIT_REFUSED", [one])
    assert outreach.post("/v1/visits", {"person_ids": [one], "started_at": outreach.now.isoformat()}, 409, **by)["code"] == "HOME_VISIT_REFUSED"
    assert outreach.post(f"/v1/visits/{after}/start", {}, 409, **by)["code"] == "HOME_VISIT_REFUSED", "it is not begun while the NO stands"
    outreach.post("/v1/visits", later, 201, **by)
    outreach.post("/v1/visits", {**plan, "person_ids": [other]}, 201, **by)
    outreach.post("/v1/visits", {**plan, "purposes": ["DISCHARGE"]}, 201, **by)
    assert outreach.visit([one], staff, grid, method="PHONE", outcome="SPOKE")["state"] == "COMPLETED", "a call goes on"

    outreach.tell(PersonDeathRetracted(person_id=dead), dead)
    outreach.settle()
    assert planned(condoled) == ("PLANNED", [dead]), "a visit that is planned again is looked at again"

    outreach.tell(ConsentChanged(**said, state="WITHDRAWN"), consent)
    outreach.settle()
    assert [planned(visit) for visit in (alone, together)] == [("CANCELLED", [one]), ("PLANNED", [other])], "nothing is planned by itself"
    outreach.post("/v1/visits", plan, 201, **by)


@pytest.mark.rule("OUT-16")
def test_what_grew_worse_is_offered_to_the_author_and_a_sign_is_told_to_nobody_else(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person = outreach.a_person(grid)
    seen = [{"person_id": person, "ticks": [{"aspect": "MEDICATION", "change": "WORSE"}], "signs": ["SCAM"]}]
    visit = outreach.visit([person], staff, grid, observations=seen)
    outreach.settle()

    assert visit["offers"] == [{"person_id": person, "aspect": "MEDICATION", "referral": "MEDICAL", "obligation": "RECHECK"}]
    shown = outreach.get(f"/v1/visits/{visit['id']}/note", **worker(staff, grid))
    assert shown["observations"] == [{"person_id": person, "ticks": [{"aspect": "MEDICATION", "change": "WORSE"}]}]
    assert outreach.client.get(f"/v1/visits/{visit['id']}/note", **auditor()).status_code == 403
    facts = outreach.facts(f"visit/{visit['id']}")
    assert [name for name, _, _ in facts] == ["VisitCompleted"] and "SCAM" not in str(facts) and "MEDICATION" not in str(facts)
    assert "SCAM" not in str(outreach.db["visits"].find_one({"_id": visit["id"]}))


@pytest.mark.rule("OUT-16")
@pytest.mark.rule("X-18")
def test_each_sign_that_a_visit_shows_opens_one_case_for_the_officers_and_leads_nobody_else_to_it(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person, other = outreach.a_person(grid), outreach.a_person(grid)
    officer = {"roles": (Role.SAFEGUARDING_OFFICER,), "staff": "officer", "actor": "officer"}
    report = {
        "person_ids": [person, other],
        "seen_person_ids": [person, other],
        "method": "IN_PERSON",
        "outcome": "SEEN_WELL",
        "happened_at": outreach.now.isoformat(),
        "items": [{"kind": "DAILY_LIFE"}],
        "note": "存折在邻居手里",
        "observations": [{"person_id": person, "ticks": [], "signs": ["SCAM"]}],
    }

    def cases() -> list[dict]:
        found = outreach.get("/v1/safeguarding-cases", limit=200, **officer)["items"]
        return [case for case in found if case["person_id"] in (person, other)]

    visits = [outreach.post("/v1/visits", report, 201, key=person, **worker(staff, grid)) for _ in range(2)]
    assert visits[0] == visits[1]
    (case,) = cases()
    assert (case["source"], case["signs"], case["words"], case["visit_id"]) == ("OBSERVATION", ["SCAM"], "存折在邻居手里", visits[0]["id"])
    assert case["opened_by"] == staff

    seen = [{"person_id": person, "ticks": [], "signs": ["SCAM", "ABUSE"]}, {"person_id": other, "ticks": [], "signs": ["NEGLECT"]}]
    outreach.post(f"/v1/visits/{visits[0]['id']}/amendment", {"observations": seen}, **worker(staff, grid))
    assert sorted(one["signs"][0] for one in cases()) == ["ABUSE", "NEGLECT", "SCAM"]
    outreach.settle()
    told = [fact for one in cases() for fact in outreach.facts(f"safeguarding_case/{one['id']}")]
    assert [name for name, _, _ in told] == ["SafeguardingRaised"] * 3
    assert not any(id in str(told) for id in (person, other, visits[0]["id"], staff))


@pytest.mark.rule("U10")
def test_a_reported_death_turns_what_was_planned_into_one_visit_of_condolence(outreach):
    grid, staff = outreach.a_grid(), new_id()
    husband, wife = outreach.a_person(grid), outreach.a_person(grid)
    planned = [
        outreach.post("/v1/visits", {"person_ids": [husband], "planned_for": (outreach.now + timedelta(days=days)).isoformat()}, 201, **worker(staff, grid))["id"]
        for days in (2, 1)
    ]
    outreach.tell(PersonDeathReported(person_id=husband, co_resident_ids=[wife]), husband, grid)
    outreach.settle()

    later, first = (outreach.get(f"/v1/visits/{visit}") for visit in planned)
    assert (later["state"], later["reason"]) == ("CANCELLED", "DEATH_REPORTED")
    assert (first["state"], first["purposes"], first["person_ids"]) == ("PLANNED", ["CONDOLENCE", "VERIFICATION"], [wife])
    effects = outreach.db["cascades"].find_one({"person_id": husband})["effects"]
    assert f"visit/{planned[0]}" in effects["stopped"] and f"visit/{planned[1]}" in effects["started"]


def test_a_visit_that_nobody_planned_is_started_broken_off_and_made_later(outreach):
    grid, staff = outreach.a_grid(), new_id()
    person = outreach.a_person(grid)
    begun = outreach.post("/v1/visits", {"person_ids": [person], "started_at": outreach.now.isoformat()}, 201, **worker(staff, grid))
    assert begun["state"] == "STARTED"
    assert outreach.post(f"/v1/visits/{begun['id']}/cancellation", {"reason": "PERSON_ASKED"}, 409, **worker(staff, grid))["code"] == "VISIT_ENDED"
    assert outreach.post(f"/v1/visits/{begun['id']}/interruption", {"reason": "CALLED_AWAY"}, **worker(staff, grid))["state"] == "ABORTED"
    outreach.settle()
    assert outreach.owed(person)[0]["last_contact_on"] is None
    assert outreach.post(f"/v1/visits/{begun['id']}/interruption", {"reason": "OTHER"}, 409, **worker(staff, grid))["code"] == "VISIT_NOT_STARTED"
