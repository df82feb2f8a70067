"""Birthdays, pledges and requests of others, as their facts come over the broker."""

from __future__ import annotations

import pytest

from services.common.events.outreach import PledgeMade, ServiceItemDone, VisitAmended, VisitCompleted, VisitRejected, VolunteersRequested
from services.common.events.registry import BirthdayDue, BirthdaySuppressed, ConsentChanged, PersonAwayStarted, PersonDeathReported
from services.common.ids import new_id
from tests.integration.volunteering.community import ok
from tests.integration.volunteering.test_life import NOW, Register
from tests.support.running import eventually


@pytest.fixture(scope="module")
def register(community):
    told = Register(community)
    yield told
    told.publisher.drop()


@pytest.fixture(autouse=True)
def summer(community):
    community.at(NOW.isoformat())


def birthday(register, person, days_ahead=14, falls_on="2025-07-15", milestone=False):
    about = {"person_id": person, "cycle_key": "LUNAR-2025", "calendar": "LUNAR", "days_ahead": days_ahead, "milestone": milestone}
    register.tell(BirthdayDue(**about, falls_on=NOW.date().fromisoformat(falls_on)), person)


def greetings(community, person):
    return ok(community.get("/v1/greetings", person_id=person), 200)["items"]


@pytest.mark.rule("VOL-40")
@pytest.mark.rule("VOL-41")
def test_two_notices_make_one_greeting_and_a_visit_with_a_birthdays_item_closes_it_for_who_was_seen(community, register):
    seen, unseen, later, visit = (new_id() for _ in range(4))
    for person in (seen, unseen, later):
        birthday(register, person)
        birthday(register, person, days_ahead=3)
    [greeting] = eventually(lambda: greetings(community, unseen) and greetings(community, seen))
    eventually(lambda: [one for one in community.facts(f"greeting/{greeting['id']}") if one["type"].endswith("GreetingUnassigned")])
    ok(community.post(f"/v1/greetings/{greeting['id']}/assignment", {"volunteer_id": community.a_volunteer()}), 200)

    about = {"visit_id": visit, "person_ids": [seen, unseen], "seen_person_ids": [seen], "staff_ids": [new_id()], "method": "IN_PERSON", "purposes": []}
    items = [ServiceItemDone(no=1, kind="BIRTHDAY", ref="LUNAR-2025", result="DONE")]
    register.tell(VisitCompleted(**about, outcome="SEEN_WELL", items=items, happened_at=NOW), visit)

    closed = eventually(lambda: [one for one in greetings(community, seen) if one["state"] == "DONE"])[0]
    assert closed["done_by_ref"] == visit
    again = {"visit_id": new_id(), "person_ids": [later], "seen_person_ids": [later], "method": "IN_PERSON", "outcome": "SEEN_WELL"}
    eventually(lambda: greetings(community, later))
    register.tell(VisitAmended(**again, items=items, happened_at=NOW), again["visit_id"])
    eventually(lambda: [one["state"] for one in greetings(community, later)] == ["DONE"], why="what was added to a report closes it too")
    assert [one["state"] for one in greetings(community, unseen)] == ["DUE"]
    community.at("2025-07-20T09:00:00+08:00")
    eventually(lambda: [one["state"] for one in greetings(community, unseen)] == ["MISSED"])
    missed = ok(community.get("/v1/greetings", state="MISSED"), 200)["items"]
    assert [one["person_id"] for one in missed] == [unseen]


@pytest.mark.rule("VOL-40")
@pytest.mark.rule("X-10")
@pytest.mark.parametrize("stops", ["death", "mourning"])
def test_no_cake_goes_where_it_would_hurt_even_when_it_is_ordered(community, register, stops):
    person = new_id()
    birthday(register, person, milestone=True)
    [greeting] = eventually(lambda: greetings(community, person))
    path = f"/v1/greetings/{greeting['id']}"
    ok(community.post(f"{path}/assignment", {"volunteer_id": community.a_volunteer()}), 200)
    ok(community.post(f"{path}/order"), 200)

    if stops == "death":
        register.tell(PersonDeathReported(person_id=person, co_resident_ids=[]), person)
    else:
        register.tell(BirthdaySuppressed(person_id=person, cycle_key="LUNAR-2025", reason="IN_MOURNING"), person)

    stopped = eventually(lambda: [one for one in greetings(community, person) if one["state"] == "SUPPRESSED"])[0]
    assert stopped["errands"] == ["CANCEL_ORDER", "TELL_VOLUNTEER"]
    assert greeting["id"] in [one["id"] for one in ok(community.get("/v1/greetings", errand="CANCEL_ORDER"), 200)["items"]]
    for errand in stopped["errands"]:
        left = ok(community.post(f"{path}/errands", {"errand": errand}), 200)["errands"]
    assert left == []
    assert community.post(f"{path}/completion", {"on": "2025-07-01"}).json()["code"] == "NOT_TO_BE_GREETED"


@pytest.mark.rule("OUT-17")
@pytest.mark.rule("VOL-40")
def test_a_visit_that_was_none_owes_the_greetings_again_that_it_had_closed(community, register):
    people, visit = [new_id(), new_id()], new_id()
    for person in people:
        birthday(register, person)
    eventually(lambda: all(greetings(community, person) for person in people))
    about = {"visit_id": visit, "person_ids": people, "seen_person_ids": people, "method": "IN_PERSON"}
    items = [ServiceItemDone(no=1, kind="BIRTHDAY", ref="LUNAR-2025", result="DONE")]
    register.tell(VisitCompleted(**about, staff_ids=[new_id()], purposes=[], outcome="SEEN_WELL", items=items, happened_at=NOW), visit)

    def states():
        return [one["state"] for person in people for one in greetings(community, person)]

    eventually(lambda: states() == ["DONE", "DONE"])
    register.tell(VisitAmended(**about | {"seen_person_ids": people[1:]}, outcome="SEEN_WELL", happened_at=NOW), visit)
    eventually(lambda: states() == ["DUE", "DONE"])
    register.tell(VisitRejected(visit_id=visit, person_ids=people, reason="CONTRADICTED"), visit)
    eventually(lambda: states() == ["DUE", "DUE"])


@pytest.mark.rule("VOL-2", "VOL-40", "X-15")
def test_a_greeting_is_asked_of_somebody_else_when_its_volunteer_rests_is_not_cleared_any_more_or_may_not(community, register):
    person, child, consent = new_id(), new_id(), new_id()
    birthday(register, person)
    [greeting] = eventually(lambda: greetings(community, person))
    resting, unclear = community.a_volunteer(), community.a_volunteer()
    pupil = community.a_volunteer(person_id=child, approved=False, kinds=["YOUTH"], born_on="2008-09-01")
    approval = {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": "2025-06-01", "guardian_consent_id": consent}
    ok(community.post(f"/v1/volunteers/{pupil}/approval", approval), 200)
    said = {"consent_id": consent, "subject_id": child, "given_by_id": new_id(), "purpose": "CHILD_ACTIVITY", "valid_from": NOW.date()}
    stops = {
        resting: lambda: ok(community.post(f"/v1/volunteers/{resting}/rest"), 200),
        unclear: lambda: community.clear(unclear, "RECORD_CHECK", "NOT_CLEAR"),
        pupil: lambda: register.tell(ConsentChanged(**said, state="WITHDRAWN"), consent),
    }

    def asked(volunteer):
        return community.post(f"/v1/greetings/{greeting['id']}/assignment", {"volunteer_id": volunteer})

    for volunteer, stop in stops.items():
        ok(asked(volunteer), 200)
        stop()
        eventually(lambda: [(one["state"], one["volunteer_id"]) for one in greetings(community, person)] == [("DUE", None)])
    assert [asked(volunteer).json()["code"] for volunteer in stops] == ["RESTING", "CLEARANCE_MISSING", "TOO_YOUNG"]


@pytest.mark.rule("VOL-41")
def test_a_party_closes_the_greetings_of_those_who_came_by_its_own_day_however_late_that_is_entered(community, register):
    came, absent = new_id(), new_id()
    for person in (came, absent):
        birthday(register, person)
    eventually(lambda: greetings(community, came) and greetings(community, absent))
    party, _ = community.an_activity(kind="BIRTHDAY", title="集体生日会")
    community.at("2025-07-05T11:00:00+08:00")
    ok(community.post(f"/v1/activities/{party}/attendance", {"attendee_ids": [came, absent]}), 200)
    ok(community.post(f"/v1/activities/{party}/attendance", {"attendee_ids": [came], "mistaken_ids": [absent]}), 200)
    community.at("2025-08-25T11:00:00+08:00")
    ok(community.post(f"/v1/activities/{party}/completion"), 200)

    closed = eventually(lambda: [one for one in greetings(community, came) if one["state"] == "DONE"])[0]
    assert (closed["done_on"], closed["done_by_ref"]) == ("2025-07-05", party)
    assert "DONE" not in [one["state"] for one in greetings(community, absent)]
    [held] = eventually(lambda: [one for one in community.facts(f"activity/{party}") if one["type"].endswith("ActivityDone")])
    assert held["effectiveon"] == "2025-07-05"


@pytest.mark.rule("OUT-42")
def test_a_pledge_becomes_one_application_and_is_taken_up_when_that_is_approved(community, register):
    person, pledge = new_id(), new_id()
    register.tell(PledgeMade(pledge_id=pledge, person_id=person, post="PATROL", kind="OFFER"), pledge)
    [application] = eventually(lambda: ok(community.get("/v1/volunteers", person_id=person), 200)["items"])
    assert (application["state"], application["source"], application["kinds"]) == ("APPLIED", "PLEDGE", ["SILVER"])
    checked = {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": "2025-06-01"}
    path = f"/v1/volunteers/{application['id']}/approval"
    assert community.post(path, checked).json()["errors"][0]["code"] == "REQUIRED"

    ok(community.post(path, checked | {"born_on": "1950-02-03"}), 200)

    facts = eventually(lambda: [one["data"] for one in community.facts(f"volunteer/{application['id']}") if one["type"].endswith("PledgeTakenUp")])
    assert facts == [{"volunteer_id": application["id"], "person_id": person, "pledge_id": pledge}]


@pytest.mark.rule("OUT-50")
def test_a_joint_activity_asks_for_volunteers_and_asks_for_none_any_more(community, register):
    joint = new_id()
    about = {"joint_activity_id": joint, "program_kind": "CULTURE", "starts_at": NOW.replace(day=9), "ends_at": NOW.replace(day=9, hour=11)}
    register.tell(VolunteersRequested(**about, people=3), joint)

    def asked():
        return [one for one in ok(community.get("/v1/activities", since="2025-07-09T00:00:00+08:00", until="2025-07-10T00:00:00+08:00"), 200)["items"]]

    [activity] = eventually(asked)
    assert (activity["state"], activity["needs"][0]["max"], activity["attention"]) == ("PUBLISHED", 3, ["SHORT", "NO_COORDINATOR"])
    register.tell(VolunteersRequested(**about, people=0), joint)
    eventually(lambda: [one["state"] for one in asked()] == ["CANCELLED"])


@pytest.mark.rule("VOL-42")
def test_a_health_result_lies_sealed_is_told_by_reference_and_owes_a_call_where_it_alarms(community, register):
    person, consent = new_id(), new_id()
    activity, _ = community.an_activity(kind="HEALTH_CHECK")
    community.at("2025-07-05T10:00:00+08:00")
    body = {"activity_id": activity, "person_id": person, "measures": {"systolic": 191, "note": "头晕目眩"}}
    assert community.post("/v1/health-checks", body).json()["errors"][0]["code"] == "CONSENT_REQUIRED"
    given = {"consent_id": consent, "subject_id": person, "given_by_id": person, "purpose": "HEALTH_NOTE", "state": "GIVEN"}
    register.tell(ConsentChanged(**given, valid_from=NOW.date()), consent)
    eventually(lambda: [row for row in community.rows("consents") if row["subject_id"] == person])

    check = ok(community.post("/v1/health-checks", body))

    assert (check["measures"]["systolic"], check["call_due_on"]) == (191, "2025-07-05")
    [fact] = eventually(lambda: community.facts(f"health_check/{check['id']}"))
    assert fact["data"] == {"health_check_id": check["id"], "activity_id": activity, "person_id": person}
    assert "头晕目眩".encode() not in community.raw()
    [owed] = ok(community.get("/v1/health-checks", call_owed=True), 200)["items"]
    assert (owed["id"], "measures" in owed) == (check["id"], False)

    def calls(**query):
        return [one["id"] for one in ok(community.get("/v1/health-calls", **query), 200)["items"]]

    officer = {"roles": ("duty_officer",)}
    assert (calls(), calls(late=True), calls(**officer)) == ([check["id"]], [], [])
    community.at("2025-07-06T00:30:00+08:00")
    assert calls(late=True) == calls(**officer) == [check["id"]]
    assert community.get(f"/v1/health-checks/{check['id']}", **officer).status_code == 403
    called = ok(community.post(f"/v1/health-checks/{check['id']}/call", {"called": "KIN"}, **officer), 200)
    assert (called["called"], "measures" in called, calls()) == ("KIN", False, [])
    assert ok(community.get("/v1/health-checks", call_owed=True), 200)["items"] == []


@pytest.mark.rule("VOL-5")
def test_an_elder_who_is_greeted_and_checked_serves_as_a_volunteer_under_the_same_person(community, register):
    elder, consent = new_id(), new_id()
    birthday(register, elder)
    [due] = eventually(lambda: greetings(community, elder))

    helper = community.a_volunteer(person_id=elder, kinds=["SILVER"], born_on="1955-07-15")
    check, need = community.an_activity(kind="HEALTH_CHECK")
    taken = ok(community.sign_up(check, need, helper))
    birthday(register, elder, days_ahead=3)
    greeted = ok(community.post(f"/v1/greetings/{due['id']}/assignment", {"volunteer_id": community.a_volunteer()}), 200)
    given = {"consent_id": consent, "subject_id": elder, "given_by_id": elder, "purpose": "HEALTH_NOTE", "state": "GIVEN"}
    register.tell(ConsentChanged(**given, valid_from=NOW.date()), consent)
    eventually(lambda: [row for row in community.rows("consents") if row["subject_id"] == elder])
    community.at("2025-07-05T10:00:00+08:00")
    measured = ok(community.post("/v1/health-checks", {"activity_id": check, "person_id": elder, "measures": {"systolic": 130}}))

    assert (taken["assignment"]["person_id"], measured["person_id"], greeted["person_id"]) == (elder, elder, elder)
    assert greeted["state"] == "ASSIGNED"


@pytest.mark.rule("U10")
@pytest.mark.rule("VOL-40")
def test_a_greeting_is_asked_of_somebody_else_while_its_volunteer_is_away(community, register):
    person, helper = new_id(), new_id()
    birthday(register, person)
    [greeting] = eventually(lambda: greetings(community, person))
    volunteer = community.a_volunteer(person_id=helper)
    ok(community.post(f"/v1/greetings/{greeting['id']}/assignment", {"volunteer_id": volunteer}), 200)

    register.tell(PersonAwayStarted(person_id=helper, kind="HOSPITAL", since=NOW.date()), helper)

    answer = eventually(lambda: [row for row in community.rows("cascades") if row["person_id"] == helper])[0]
    assert answer["effects"]["stopped"] == [f"volunteer/{volunteer}", f"greeting/{greeting['id']}"]
    assert [one["state"] for one in greetings(community, person)] == ["DUE"]


def test_activities_are_parts_of_a_program_within_its_days(community):
    program = ok(community.post("/v1/programs", {"kind": "LECTURE_LAW", "title": "法治宣讲", "begins_on": "2025-07-01", "ends_on": "2025-07-31"}))["id"]
    activity, _ = community.an_activity(kind="LECTURE_LAW", program_id=program)
    body = {"kind": "LECTURE_LAW", "title": "讲座", "place": "一楼", "starts_at": "2025-08-05T09:00:00+08:00", "ends_at": "2025-08-05T10:00:00+08:00"}

    assert community.post("/v1/activities", body | {"program_id": program}).json()["errors"][0]["code"] == "OUTSIDE_PROGRAM"
    assert community.post("/v1/activities", body | {"program_id": new_id()}).json()["errors"][0]["code"] == "NOT_FOUND"
    assert [one["id"] for one in ok(community.get("/v1/activities", program_id=program), 200)["items"]] == [activity]
    assert program in [one["id"] for one in ok(community.get("/v1/programs", kind="LECTURE_LAW"), 200)["items"]]
