"""What is told in confidence, over real HTTP: care plans, referrals with a consent, and safeguarding for the officers alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from services.common.access import Role
from services.common.events.registry import CensusNoAnswer, ConsentChanged
from services.common.events.volunteering import ActivityDone
from services.common.ids import new_id
from tests.integration.outreach.conftest import auditor, lead, worker


def guardian(staff: str = "officer") -> dict:
    return {"roles": (Role.SAFEGUARDING_OFFICER,), "staff": staff, "actor": staff}


def status(outreach, method: str, path: str, body=None, **who) -> int:
    return outreach.client(method, path, body, **who).status_code


@pytest.mark.rule("OUT-16")
@pytest.mark.rule("X-16")
def test_a_sign_is_raised_by_anybody_and_read_by_the_named_officers_alone(outreach):
    grid, staff, suspect, officer = outreach.a_grid(), new_id(), new_id(), new_id()
    person = outreach.a_person(grid)
    body = {"person_id": person, "signs": ["SCAM"], "words": "要给陌生人转账", "hidden_from": [suspect]}

    taken = outreach.post("/v1/safeguarding-cases", body, 201, **worker(staff, outreach.a_grid()))
    assert set(taken) == {"id", "taken_at"}
    path = f"/v1/safeguarding-cases/{taken['id']}"
    assert set(outreach.get(f"{path}/receipt", **worker(staff, grid))) == {"id", "taken_at"}
    assert status(outreach, "GET", f"{path}/receipt", **worker(new_id(), grid)) == 404
    for who in (worker(staff, grid), lead("lead", grid), auditor(), {"roles": (Role.ADMINISTRATOR,)}, {"roles": (Role.DUTY_OFFICER,)}):
        assert status(outreach, "GET", path, **who) == status(outreach, "GET", "/v1/safeguarding-cases", **who) == 403
    assert status(outreach, "GET", path, **guardian(suspect)) == 404
    assert taken["id"] not in {one["id"] for one in outreach.get("/v1/safeguarding-cases", **guardian(suspect))["items"]}
    assert outreach.get(path, **guardian(officer))["words"] == "要给陌生人转账"

    outreach.pass_days(1.1)
    assert [one["id"] for one in outreach.get("/v1/safeguarding-cases", overdue=True, **guardian(officer))["items"]] == [taken["id"]]
    report = {"to": "POLICE", "reported_at": outreach.now.isoformat(), "reference": "SG-77"}
    assert outreach.post(f"{path}/reports", report, **guardian(officer))["reports"][0]["reference"] == "SG-77"
    outreach.post(f"{path}/closing", {"outcome": "HANDED_OVER", "text": "派出所已立案"}, **guardian(officer))
    outreach.settle()
    facts = outreach.facts(f"safeguarding_case/{taken['id']}")
    assert [name for name, _, _ in facts] == ["SafeguardingRaised", "SafeguardingOverdue", "SafeguardingReported", "SafeguardingClosed"]
    told = str(facts)
    assert not any(word in told for word in (person, grid, staff, "SCAM", "SG-77"))
    kept = str(outreach.db["safeguarding_cases"].find_one({"_id": taken["id"]}, {"handled": 0}))
    assert not any(word in kept for word in ("转账", "SG-77", "立案", "SCAM")) and "转账" not in outreach.platform.logs()


@pytest.mark.rule("VOL-42")
def test_after_a_lecture_against_fraud_only_officers_see_who_is_owed_a_talk_alone(outreach):
    grid, staff = outreach.a_grid(), new_id()
    scammed, other, neighbour = (outreach.a_person(grid) for _ in range(3))
    cases = {}
    for person, sign in ((scammed, "SCAM"), (other, "ABUSE")):
        cases[person] = outreach.post("/v1/safeguarding-cases", {"person_id": person, "signs": [sign]}, 201, **worker(staff, grid))["id"]

    def owed():
        listed = outreach.get("/v1/safeguarding-cases", follow_up=True, **guardian())["items"]
        return [one["id"] for one in listed if one["person_id"] in (scammed, other, neighbour)]

    law, fraud = new_id(), new_id()
    about = {"volunteers_present": 1, "attendee_ids": [neighbour, other, scammed]}
    outreach.tell(ActivityDone(activity_id=law, program_kind="LECTURE_LAW", **about), law)
    outreach.settle()
    assert owed() == []
    outreach.tell(ActivityDone(activity_id=fraud, program_kind="LECTURE_ANTIFRAUD", **about), fraud)
    outreach.settle()

    assert owed() == [cases[scammed]]
    path = f"/v1/safeguarding-cases/{cases[scammed]}"
    assert status(outreach, "GET", path, **worker(staff, grid)) == 403
    outreach.post(f"{path}/notes", {"text": "已单独谈话", "followed_up": True}, **guardian())
    assert owed() == []
    assert [name for name, _, _ in outreach.facts(f"safeguarding_case/{cases[scammed]}")] == ["SafeguardingRaised"]


@pytest.mark.rule("X-14")
def test_a_referral_needs_a_consent_and_is_taken_back_when_it_ends(outreach):
    grid, staff, consent = outreach.a_grid(), new_id(), new_id()
    person = outreach.a_person(grid)
    body = {"person_id": person, "to_org_ref": new_id(), "need": "申请康复辅具", "consent_id": consent}
    refusal = outreach.post("/v1/referrals", body, 422, **worker(staff, grid))
    assert refusal["errors"][0]["code"] == "CONSENT_REQUIRED"

    def consents(state: str) -> None:
        fact = ConsentChanged(consent_id=consent, subject_id=person, given_by_id=person, purpose="SHARE_DISTRICT", state=state)
        outreach.tell(fact, consent)
        outreach.settle()

    consents("GIVEN")
    sent = outreach.post("/v1/referrals", body, 201, **worker(staff, grid))
    path = f"/v1/referrals/{sent['id']}"
    assert outreach.post(f"{path}/acceptance", **worker(staff, grid))["state"] == "ACCEPTED"
    assert (outreach.get(path, **auditor())["need"], status(outreach, "GET", path, **worker(staff, outreach.a_grid()))) == (None, 404)
    assert "辅具" not in str(outreach.db["referrals"].find_one({"_id": sent["id"]}, {"handled": 0}))
    outreach.pass_days(15)
    assert [one["id"] for one in outreach.get("/v1/referrals", overdue=True, **worker(staff, grid))["items"]] == [sent["id"]]

    consents("WITHDRAWN")
    outreach.pass_days(0.01)
    ended = outreach.get(path)
    assert (ended["state"], ended["revoked_because"]) == ("REVOKED", "CONSENT_ENDED")
    assert outreach.post(f"{path}/completion", {"result": "x"}, 409)["code"] == "REFERRAL_STATE"
    names = [name for name, _, _ in outreach.facts(f"referral/{sent['id']}")]
    assert names == ["ReferralSent", "ReferralAccepted", "ReferralOverdue", "ReferralClosed"]


def test_a_care_plan_is_approved_by_another_and_only_one_holds(outreach):
    grid, staff, leader = outreach.a_grid(), new_id(), new_id()
    person = outreach.a_person(grid)
    goal = {"area": "SAFETY", "aim": "夜间起身安全", "measure": "一个月未跌倒", "by": str(outreach.now.date() + timedelta(days=30))}
    body = {"person_id": person, "goals": [goal], "review_on": str(outreach.now.date() + timedelta(days=60))}
    plans = [outreach.post("/v1/care-plans", body, 201, **lead(leader, grid)), outreach.post("/v1/care-plans", body, 201, **worker(staff, grid))]
    plans.append(outreach.post("/v1/care-plans", body, 201, **worker(staff, grid)))

    assert outreach.post(f"/v1/care-plans/{plans[0]['id']}/approval", None, 409, **lead(leader, grid))["code"] == "APPROVED_BY_ANOTHER"
    assert status(outreach, "POST", f"/v1/care-plans/{plans[1]['id']}/approval", **worker(staff, grid)) == 403
    assert status(outreach, "GET", f"/v1/care-plans/{plans[1]['id']}", **auditor()) == 403
    revised = outreach.client("PUT", f"/v1/care-plans/{plans[1]['id']}", {"goals": [goal, goal], "review_on": body["review_on"]}, **worker(staff, grid))
    assert len(revised.json()["goals"]) == 2
    with ThreadPoolExecutor(2) as hands:
        answers = list(hands.map(lambda plan: status(outreach, "POST", f"/v1/care-plans/{plan['id']}/approval", **lead(leader, grid)), plans[1:]))
    assert sorted(answers) == [200, 409], "the database lets one plan hold"

    outreach.pass_days(61)
    due = outreach.get("/v1/care-plans", review_due=True, **lead(leader, grid))["items"]
    assert [one["person_id"] for one in due] == [person]
    closed = outreach.post(f"/v1/care-plans/{due[0]['id']}/closing", {"reason": "REACHED"}, **worker(staff, grid))
    assert closed["state"] == "CLOSED"
    assert "夜间" not in str(outreach.db["care_plans"].find_one({"_id": due[0]["id"]}, {"handled": 0}))


@pytest.mark.rule("REG-11")
@pytest.mark.rule("OUT-20")
def test_a_high_risk_elder_whom_the_sweep_did_not_find_is_looked_for_once(outreach):
    grid, target = outreach.a_grid(), new_id()
    person = outreach.a_person(grid, "HIGH")
    fact = CensusNoAnswer(round_id=new_id(), target_id=target, dwelling_id=new_id(), attempts=1, escalated=False, high_person_ids=[person])
    outreach.tell(fact, target, grid)
    outreach.tell(fact, target, grid)
    outreach.settle()

    found = outreach.get("/v1/incidents", person_id=person)["items"]
    assert [(one["target_id"], one["tier"], one["open"], one["visit_id"]) for one in found] == [(target, "HIGH", True, None)]
