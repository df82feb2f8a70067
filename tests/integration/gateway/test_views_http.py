"""The views over HTTP, from facts on the broker: what each role gets, how old it says it is."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from gateway.views import KEPT, READ_MODELS, ViewRoutes, ViewSubscriptions
from gateway.views.cards import Cards, fetch_batch
from services.common.broker import Publisher, inbox_queue
from services.common.events import learning, outreach, registry, volunteering
from services.common.events.base import CONTENT_TYPE, encode
from services.common.http.routes import routes_of
from services.common.ids import new_id
from services.common.process import Process
from services.common.service import Service
from services.common.settings import load
from tests.support.running import Client, eventually
from tests.unit.gateway.views.history import BRANCH, GRID, OTHER_GRID, a_year, an_id

TO_COME = date(2026, 1, 5)
BODIES = {"/v1/search": {"text": "王"}, "/v1/brief/publication": {"year": 2025}}


class ViewApi(ViewRoutes):
    name = "gateway"


class ViewInbox(ViewSubscriptions):
    name = "gateway.inbox"


SERVICE = Service("gateway", api=ViewApi, inbox=ViewInbox, storages=(*READ_MODELS, *KEPT))


class FakeRegistry:
    """Knows a name for everybody and an address for every door."""

    def card(self, kind, id):
        if kind == "dwelling":
            return {"address": f"景园 {id[-4:]}", "grid_id": GRID}
        return {"id": id, "grid_id": GRID, "name": f"王{id[-4:]}", "pinyin": [{"surname": "wang", "given": "xiu ying"}], "born_on": "1949-12-31", "phones": ["138****5678"], "life": "ALIVE"}


@pytest.fixture
def views(platform):
    """The views of the story's year, and of a lesson that two members are missing, as a service of their own."""
    running = platform.service("gateway", "tests.integration.gateway.test_views_http").start()
    process = Process(SERVICE, load("gateway", platform.env))
    year = a_year()
    session = an_id("study", 2)
    held = learning.StudySessionHeld(session_id=session, branch_id=BRANCH, kind="TOPIC_STUDY", held_at=year.facts[-1].time, members=7)
    year.tell(session, held)
    row = {"coverage_id": an_id("coverage-2", 1), "session_id": session, "member_id": an_id("member", 1), "person_id": an_id("person", 1)}
    year.tell(row["coverage_id"], learning.CoverageAssigned(**row, mode="MOBILE_AUDIO", cover_by_on=held.held_at.date()))
    pairing = {"pairing_id": an_id("asked"), "person_id": an_id("person", 4), "staff_id": an_id("staff", 3), "role": "PRIMARY"}
    year.tell(pairing["pairing_id"], outreach.PairingProposed(**pairing), grid=OTHER_GRID)
    year.tell(an_id("person", 1), registry.BirthdayDue(person_id=an_id("person", 1), cycle_key="LUNAR-2025", calendar="LUNAR", falls_on=TO_COME, days_ahead=14))
    wished = {"source": "VISIT", "category": "REPAIR", "scope": "PERSONAL", "visibility": "PRIVATE", "person_id": an_id("person", 1)}
    for number in (1, 2):
        dates = {"triage_by_on": date(2025, 3, 3), "answer_by_on": date(2025, 3, 9 + number)}
        year.tell(an_id("wish", number), outreach.WishSubmitted(wish_id=an_id("wish", number), **wished, **dates), grid=GRID)
    late = {"wish_id": an_id("wish", 1), "clock": "ANSWER", "due_on": date(2025, 3, 10), "to_staff_id": an_id("staff", 1)}
    year.tell(an_id("wish", 1), outreach.WishOverdue(**late, person_id=an_id("person", 1)), grid=GRID)
    delivered = {"wish_id": an_id("wish", 2), "delivered_on": date(2025, 3, 20), "first_promise_kept": True}
    year.tell(an_id("wish", 2), outreach.WishDelivered(**delivered, person_id=an_id("person", 1)), grid=GRID)
    year.tell(an_id("opinion"), outreach.OpinionReceived(opinion_id=an_id("opinion")), on=date(2025, 4, 1), grid=OTHER_GRID)
    held = {"joint_activity_id": an_id("joint"), "theme": "VOW", "held_on": date(2025, 5, 1), "headcount": 40, "report_due_on": date(2025, 5, 8)}
    year.tell(an_id("joint"), outreach.JointActivityHeld(**held))
    year.tell(an_id("joint"), outreach.JointActivityReportOverdue(joint_activity_id=an_id("joint"), due_on=date(2025, 5, 8)))
    task = {"task_id": an_id("task"), "kind": "ASK_BIRTHDAY", "person_id": an_id("person", 1)}
    year.tell(an_id("task"), registry.TaskOpened(**task, due_on=TO_COME), grid=GRID)
    no = {"consent_id": an_id("no_visits"), "subject_id": an_id("person", 1), "given_by_id": an_id("person", 1), "purpose": "HOME_VISIT", "state": "REFUSED"}
    year.tell(no["consent_id"], registry.ConsentChanged(**no), grid=GRID)
    for kind, place in (("HEAD_NEEDED", "household"), ("SOFT_CONTACT", "dwelling")):
        about = {"task_id": an_id(kind), "kind": kind, f"{place}_id": an_id(place, 1)}
        year.tell(an_id(kind), registry.TaskOpened(**about, due_on=TO_COME), grid=GRID)
    plans = (("YEARLY", 1), ("ASK", 4))
    for reason, number in plans:
        year.tell(an_id("person", number), outreach.NoResponsePlanToReview(person_id=an_id("person", number), reason=reason, review_on=TO_COME))
    for number, review_on in ((1, TO_COME), (2, date(2099, 1, 1))):
        plan = {"plan_id": an_id("plan", number), "person_id": an_id("person", 1), "approved_by": an_id("staff", 1)}
        year.tell(plan["plan_id"], outreach.CarePlanApproved(**plan, review_on=review_on), grid=GRID)
    # People are invited to what is still to come when the page is read.
    opens = {"starts_at": "2099-01-05T01:00:00Z", "ends_at": "2099-01-05T03:00:00Z"}
    year.tell(an_id("check"), volunteering.ActivityPublished(activity_id=an_id("check"), program_kind="HEALTH_CHECK", needs=[], **opens))
    year.tell(an_id("person", 3), registry.PersonDeathReported(person_id=an_id("person", 3), co_resident_ids=[]))
    raised = {"obligation_id": an_id("owed", 3), "person_id": an_id("person", 3), "to_staff_id": an_id("staff", 5)}
    year.tell(an_id("owed", 3), outreach.ObligationEscalationRepeated(**raised, weeks=1, missed_periods=1), grid=GRID)
    visit = {"visit_id": an_id("false"), "person_ids": [an_id("person", 1)]}
    told = {"seen_person_ids": [an_id("person", 1)], "staff_ids": [an_id("staff", 7)], "method": "IN_PERSON", "purposes": ["ROUTINE"], "outcome": "SEEN_WELL"}
    year.tell(an_id("false"), outreach.VisitCompleted(**visit, **told, items=[], happened_at="2025-12-20T01:00:00Z"), on=date(2025, 12, 20), grid=GRID)
    year.tell(an_id("false"), outreach.VisitRejected(**visit, reason="CONTRADICTED"), on=date(2026, 1, 3), grid=GRID)
    left = year.tell(an_id("staff", 8), registry.StaffLeft(staff_id=an_id("staff", 8), left_on=date(2025, 12, 1)))
    for answer in (registry.RegistryCascadeApplied, outreach.OutreachCascadeApplied, volunteering.VolunteeringCascadeApplied, learning.LearningCascadeApplied):
        year.tell(an_id(answer.__name__), answer(cascade_id=an_id(answer.__name__), trigger="StaffLeft", trigger_event_id=left.id))
    client = platform.client(running)
    client.year, client.told = year, 0

    def publish() -> None:
        """Publish what was told since, and wait until the views know it."""
        publisher = Publisher(process.settings.amqp_uri, process.settings.ladder)
        for fact in year.facts[client.told :]:
            publisher.publish(encode(fact), "", inbox_queue("gateway"), message_id=fact.id, content_type=CONTENT_TYPE)
        publisher.drop()
        client.told = len(year.facts)
        eventually(lambda: sum(row["applied"] for row in process.db["inbox"].find()) == client.told, within=90)
        while fetch_batch(process.storage(Cards), FakeRegistry(), threading.Event())[0]:
            pass

    client.publish = publish
    publish()
    yield client
    process.client.close()


def all_of_it(views: Client, path: str, **as_whom) -> dict:
    answer = views.get(path, **as_whom)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.promise("P9")
def test_the_views_of_a_year(views):
    # One start and one history serve all that follows; each part is a promise of its own.
    the_page(views)
    the_timeline(views)
    the_day(views)
    the_dashboard(views)
    the_ledgers(views)
    the_brief(views)
    the_search(views)
    the_statistics(views)
    the_door(views)
    the_answers(views)
    the_hand_over(views)
    the_lessons_to_bring(views)
    the_alarms_of_a_class(views)
    what_could_not_be_made(views)
    what_a_volunteer_brings(views)
    the_merge_of_two_records(views)
    the_reach_of_each_role(views)


def the_page(views) -> None:
    person = an_id("person", 2)
    page = all_of_it(views, f"/v1/people/{person}/page")

    assert (page["card"]["name"], page["card_pending"], page["masked"]) == (f"王{person[-4:]}", False, False)
    assert page["household"]["members"][0]["id"] == person
    assert page["dwelling"]["address"].startswith("景园")
    assert [category["code"] for category in page["categories"]] == ["LIVING_ALONE"]
    assert [file["risk_tier"] for file in page["case_files"]] == ["HIGH"]
    assert page["care"] == {"in_care": True, "tier": "HIGH", "since": "2025-02-20", "orphaned_since": None}
    assert {pairing["role"] for pairing in page["pairings"]} == {"PRIMARY", "BACKUP"}
    assert page["obligations"] == []
    assert {visit["state"] for visit in page["visits"]} == {"COMPLETED", "NO_ANSWER"}
    assert [incident["state"] for incident in page["incidents"]] == ["OPEN"]
    assert (page["study"]["owed"], page["study"]["verified"]) == (1, 1)
    assert page["timeline"][0]["event"] == "CoveragePlanned"
    assert page["as_of"] and page["stale"] is False and {source["publisher"] for source in page["sources"]} >= {"learning"}

    open_page = all_of_it(views, f"/v1/people/{an_id('person', 3)}/page")
    assert [owed["state"] for owed in open_page["obligations"]] == ["ESCALATED"]
    volunteer = all_of_it(views, f"/v1/people/{an_id('person', 4)}/page")["volunteering"]
    assert (volunteer["verified_minutes"], volunteer["assignments"][0]["activity_state"]) == (90, "DONE")

    seen_by_worker = all_of_it(views, f"/v1/people/{an_id('person', 1)}/page", roles=("worker",), areas=(GRID,))
    assert {lesson["mode"] for lesson in seen_by_worker["study"]["lessons"]} == {"INDIVIDUAL_STUDY"}
    assert "MOBILE_AUDIO" not in str(seen_by_worker) and "LARGE_PRINT" not in str(seen_by_worker)
    seen_by_auditor = all_of_it(views, f"/v1/people/{person}/page", roles=("auditor",))
    assert seen_by_auditor["card"]["name"] == "王****" and seen_by_auditor["dwelling"]["address"] is None
    assert f"王{person[-4:]}" not in str(seen_by_auditor)


def the_timeline(views) -> None:
    path, seen, cursor = f"/v1/people/{an_id('person', 1)}/timeline", [], None
    while True:
        page = all_of_it(views, path, limit=5, headers={"Accept-Language": "en"}, **({"cursor": cursor} if cursor else {}))
        seen += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break

    assert [entry["on"] for entry in seen] == sorted((entry["on"] for entry in seen), reverse=True)
    assert len({entry["id"] for entry in seen}) == len(seen) > 15
    assert "Case file opened (high)" in {entry["text"] for entry in seen}
    assert views.get(path, cursor="nonsense").status_code == 422
    assert "CoverageBlocked" in {entry["event"] for entry in seen}
    told = all_of_it(views, path, limit=200, roles=("worker",), areas=(GRID,))["items"]
    assert {entry["event"] for entry in seen} - {entry["event"] for entry in told} == {"CoverageBlocked"}


def the_day(views) -> None:
    mine = {"roles": ("worker",), "areas": (GRID,), "staff": an_id("staff", 3)}
    day = all_of_it(views, "/v1/me/day", **mine)

    assert [pairing["person"]["id"] for pairing in day["pairings"]] == [an_id("person", 3)]
    assert [owed["obligation_id"] for owed in day["overdue"]] == [an_id("owed", 3)]
    assert [proposal["pairing_id"] for proposal in day["proposals"]] == [an_id("asked")]
    lead = {"roles": ("grid_lead",), "areas": (GRID,), "staff": an_id("staff", 1)}
    assert [owed["obligation_id"] for owed in all_of_it(views, "/v1/me/day", **lead)["escalated"]] == [an_id("owed", 3)]
    of_colleague = all_of_it(views, f"/v1/staff/{an_id('staff', 3)}/day", **lead)
    assert of_colleague["proposals"] == [] and len(of_colleague["pairings"]) == 1
    incident = all_of_it(views, f"/v1/staff/{an_id('staff', 2)}/day")["incidents"]
    assert [one["person"]["id"] for one in incident] == [an_id("person", 2)]
    assert views.get(f"/v1/staff/{an_id('staff', 1)}/day", **mine).status_code == 404
    assert views.get("/v1/me/day", roles=("worker",), areas=(GRID,)).status_code == 404


def the_dashboard(views) -> None:
    whole = all_of_it(views, "/v1/dashboard")
    part = all_of_it(views, "/v1/dashboard", roles=("worker",), areas=(OTHER_GRID,))

    assert whole["open"] == {
        "orphaned": 0,
        "in_care": 3,
        "due": 0,
        "overdue": 0,
        "escalated": 1,
        "open_incidents": 1,
        "open_rounds": 0,
        "open_doors": 0,
        "members_not_covered": 7,
        "lessons_missing": 7,
        "proposals_waiting": 1,
    }
    assert (part["open"]["escalated"], part["open"]["proposals_waiting"], part["own_areas_only"]) == (0, 1, True)
    assert [ledger["ledger"] for ledger in whole["ledgers"]] == ["census", "visits", "learning"]
    assert whole["ledgers"][0]["progress"] == 1.0


def the_ledgers(views) -> None:
    secretary = {"roles": ("branch_secretary",), "areas": (BRANCH,)}

    assert [ledger["gaps"] for ledger in all_of_it(views, "/v1/ledgers")["items"]] == [0, 1, 3, 7]
    assert [ledger["ledger"] for ledger in all_of_it(views, "/v1/ledgers", **secretary)["items"]] == ["learning"]
    assert all_of_it(views, "/v1/ledgers/census/gaps")["items"] == []
    [owed] = all_of_it(views, "/v1/ledgers/visits/gaps")["items"]
    assert (owed["obligation_id"], owed["state"], owed["since"], owed["responsible"]["id"]) == (an_id("owed", 3), "ESCALATED", "2025-02-24", an_id("staff", 1))
    assert all_of_it(views, "/v1/ledgers/visits/gaps", staff_id=an_id("staff", 2))["total"] == 0
    for number in (1, 5):
        assert all_of_it(views, "/v1/ledgers/visits/gaps", staff_id=an_id("staff", number))["total"] == 1, "it went to one and then to the level above"
    assert all_of_it(views, "/v1/ledgers/visits/gaps", staff_id=an_id("staff", 3), upcoming="true")["total"] == 1
    assert all_of_it(views, "/v1/ledgers/visits/gaps", roles=("grid_lead",), areas=(OTHER_GRID,))["total"] == 0

    wishes, in_other = all_of_it(views, "/v1/ledgers/wishes/gaps"), {"roles": ("grid_lead",), "areas": (OTHER_GRID,)}
    assert [(gap["kind"], gap["owed_on"]) for gap in wishes["items"]] == [("WISH", "2025-03-10"), ("OPINION", "2025-04-01"), ("JOINT_ACTIVITY", "2025-05-08")]
    assert wishes["items"][0]["responsible"]["id"] == an_id("staff", 1) and wishes["total"] == 3
    assert [gap["kind"] for gap in all_of_it(views, "/v1/ledgers/wishes/gaps", **in_other)["items"]] == ["OPINION", "JOINT_ACTIVITY"]
    assert all_of_it(views, "/v1/ledgers/wishes/gaps", upcoming="true", kind="WISH", staff_id=an_id("staff", 1))["total"] == 1
    first = all_of_it(views, "/v1/ledgers/wishes/gaps", limit=2)
    assert [gap["kind"] for gap in all_of_it(views, "/v1/ledgers/wishes/gaps", limit=2, cursor=first["next_cursor"])["items"]] == ["JOINT_ACTIVITY"]
    asked = all_of_it(views, f"/v1/people/{an_id('person', 1)}/page")["asked"]
    assert {(one["ref"], one["late"]) for one in asked} == {(an_id("wish", 1), True), (an_id("wish", 2), False)}
    door = [thing for thing in all_of_it(views, f"/v1/people/{an_id('person', 1)}/today")["items"] if thing["kind"] == "WISH"]
    assert [(thing["ref"], thing["what"], thing["item_ref"]) for thing in door] == [(an_id("wish", 2), "CALL_BACK", an_id("wish", 2))]

    seen, cursor = [], None
    while True:
        page = all_of_it(views, "/v1/ledgers/learning/gaps", limit=3, **secretary, **({"cursor": cursor} if cursor else {}))
        seen += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert {gap["member_id"] for gap in seen} == {an_id("member", number) for number in range(1, 8)} and page["total"] == 7
    assert "MOBILE_AUDIO" in {gap["mode"] for gap in seen}
    assert seen[0]["responsible"]["id"] == an_id("staff", 1)
    auditor = all_of_it(views, "/v1/ledgers/learning/gaps", roles=("auditor",))["items"]
    assert {gap["mode"] for gap in auditor} == {None, "INDIVIDUAL_STUDY"}
    assert all_of_it(views, "/v1/ledgers/learning/gaps", roles=("branch_secretary",), areas=("other",))["total"] == 0


def the_brief(views) -> None:
    brief = all_of_it(views, "/v1/brief", year=2025)

    assert (brief["census_rounds_closed"], brief["census_full_coverage"], brief["case_files_opened"], brief["residents_paired"]) == (1, True, 3, 3)
    assert (brief["community_workers"], brief["class_course_kinds"], brief["members_not_covered"]) == (7, 6, 7)
    assert brief["members_by_mode"] == {"IN_PERSON": 2, "MOBILE_AUDIO": 1, "PARCEL": 4}
    assert brief["evidence"]["members_by_mode"]["MOBILE_AUDIO"] == [an_id("member", 1)]
    assert set(brief["text"]) == {"zh", "en"} and (brief["published"], brief["restated"]) == (None, None)
    assert views.get("/v1/brief", year=2025, roles=("partner",)).json()["errors"][0]["code"] == "BRIEF_NOT_PUBLISHED"
    the_published_brief(views, brief)
    partner = all_of_it(views, "/v1/brief", year=2025, lang="en", roles=("partner",))
    assert partner["evidence"] is None and set(partner["text"]) == {"en"} and partner["residents_paired"] is None
    assert views.get("/v1/brief", year=1).status_code == 422
    assert views.get("/v1/brief", year=2200, roles=("partner",)).json()["errors"][0]["code"] == "NOT_PUBLISHED_YET"


def the_published_brief(views, brief) -> None:
    publish, key = {"year": 2025}, new_id()
    assert views.post("/v1/brief/publication", {"year": 2199}).json()["errors"][0]["code"] == "TOO_EARLY_TO_PUBLISH"
    assert [views.get(f"/v1/brief/{what}").json()["code"] for what in ("publication", "restatement")] == ["BRIEF_NOT_PUBLISHED"] * 2
    first, again = (views.post("/v1/brief/publication", publish, key=key) for _ in range(2))
    assert (first.status_code, again.json()) == (201, first.json()) and first.json()["figures"]["visits_completed"] == brief["visits_completed"]
    assert views.post("/v1/brief/publication", publish).json()["code"] == "BRIEF_PUBLISHED"
    assert all_of_it(views, "/v1/brief/restatement")["restated"] is False

    # A visit that was made in December is entered in the next year, and a lesson is verified late.
    seen, late = [an_id("person", 1)], an_id("late")
    told = {"person_ids": seen, "seen_person_ids": seen, "staff_ids": [an_id("staff", 7)], "method": "PHONE", "purposes": ["ROUTINE"], "outcome": "SPOKE"}
    views.year.tell(late, outreach.VisitCompleted(visit_id=late, **told, items=[], happened_at="2025-12-30T01:00:00Z"), on=date(2025, 12, 30), grid=GRID)
    row = {"coverage_id": an_id("coverage-2", 1), "session_id": an_id("study", 2), "member_id": an_id("member", 1), "person_id": an_id("person", 1)}
    views.year.tell(row["coverage_id"], learning.CoverageVerified(**row, mode="PHONE_READING", proof_kind="CALLER"), on=date(2025, 12, 31))
    views.publish()
    now, frozen = all_of_it(views, "/v1/brief", year=2025), all_of_it(views, "/v1/brief/publication", year=2025)
    assert (now["visits_completed"], now["restated"], now["published"]["published_at"]) == (brief["visits_completed"] + 1, True, frozen["published_at"])
    assert (frozen["figures"], frozen["evidence"], frozen["text"]) == ({name: brief[name] for name in frozen["figures"]}, brief["evidence"], brief["text"])
    changed = all_of_it(views, "/v1/brief/restatement", year=2025)
    changes = {one["name"]: (one["after"] - (one["before"] or 0), one["added"], one["removed"]) for one in changed["differences"]}
    assert changed["restated"] and changes["visits_completed"] == (1, [late], [])
    assert changes["members_by_mode.PHONE_READING"] == (1, [an_id("member", 1)], []) and "activities_held" not in changes
    secretary = all_of_it(views, "/v1/brief/restatement", year=2025, roles=("branch_secretary",), areas=(BRANCH,))["differences"]
    assert {one["name"]: one["added"] for one in secretary}["members_by_mode.PHONE_READING"] is None, "why somebody is read to is told to few"
    outside = all_of_it(views, "/v1/brief", roles=("partner",))
    assert (outside["year"], outside["visits_completed"], outside["as_of"]) == (2025, brief["visits_completed"], frozen["as_of"])
    assert all_of_it(views, "/v1/brief/publication", roles=("partner",))["evidence"] is None


def the_reach_of_each_role(views) -> None:
    paths = {"person_id": an_id("person", 1), "staff_id": an_id("staff", 1), "event_id": an_id("event"), "statistic_id": "visits.made", "volunteer_id": an_id("volunteer", 1)}
    everybody = ("worker", "grid_lead", "branch_secretary", "volunteer_coordinator", "administrator", "auditor", "partner", "system")
    for route in routes_of(ViewApi):
        for role in everybody:
            body = BODIES[route.path] if route.method == "POST" else None
            status = views(route.method, route.path.format(**paths), body, roles=(role,)).status_code
            allowed = role in route.access.roles
            asks = route.query is not None and any(field.required for field in route.query().fields.values())
            # Without areas, who is bound to areas finds nothing of anybody; who does not say what is asked for is told so.
            assert status in ((200, 404, 422 if asks else 200, 409 if route.path.endswith("/publication") else 200) if allowed else (403,)), (route.path, role, status)
            if allowed and "person_id" in route.path:
                assert status == (200 if role in ("administrator", "auditor") else 404), (route.path, role)
    assert views.get(f"/v1/people/{paths['person_id']}/page", roles=("worker",), areas=(OTHER_GRID,)).status_code == 404


@pytest.mark.promise("P8")
def test_the_views_answer_and_say_so_while_the_broker_is_away(platform, keys, own_broker, mongodb_uri):
    platform.env["AMQP_URI"] = own_broker.make_vhost("views")
    views = platform.client(platform.service("gateway", "tests.integration.gateway.test_views_http").start())
    eventually(lambda: all_of_it(views, "/v1/dashboard")["stale"] is False)

    own_broker.kill()

    away = eventually(lambda: (got := all_of_it(views, "/v1/dashboard"))["stale"] and got)
    assert away["stale_reasons"] == ["BROKER_AWAY"]
    unpublished = views.post("/v1/brief/publication", {"year": 2025}).json()
    assert (unpublished["code"], unpublished["stale_reasons"]) == ("FACTS_ON_THEIR_WAY", ["BROKER_AWAY"])
    own_broker.start()
    eventually(lambda: all_of_it(views, "/v1/dashboard")["stale"] is False, within=40)


def the_search(views):
    def found(text, **as_whom):
        answer = views.post("/v1/search", {"text": text}, **as_whom)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    by_initials = found("wxy")
    assert {item["matched"] for item in by_initials} == {"PINYIN"}
    assert an_id("person", 1) in {item["id"] for item in by_initials}
    assert {item["id"] for item in found("5678")} == {item["id"] for item in by_initials}
    one = next(item for item in by_initials if item["id"] == an_id("person", 1))
    assert (one["kind"], one["name"], one["place"]["id"]) == ("PERSON", f"王{an_id('person', 1)[-4:]}", an_id("dwelling", 1))
    assert {item["kind"] for item in found("景园")} == {"DOOR"}
    assert found("张") == []
    assert found("wxy", roles=("worker",), areas=(OTHER_GRID,)) == []
    assert views.post("/v1/search", {"text": "wxy"}, roles=("auditor",)).status_code == 403


def the_statistics(views):
    year = {"from": "2025-01-01", "to": "2025-12-31"}
    known = all_of_it(views, "/v1/statistics")["items"]
    assert {"visits.monthly_rate", "learning.coverage"} <= {one["id"] for one in known}
    now = all_of_it(views, "/v1/statistics/visits.made", **year)
    visits = next(part for part in now["parts"] if part["name"] == "visits")
    assert visits["value"] == len(visits["ids"]) > 0 and now["definition_version"] == 3
    assert an_id("false") not in visits["ids"], "what was found out after the year takes out of the year what was never made"
    before = all_of_it(views, "/v1/statistics/visits.made", **year, as_of="2025-01-01T00:00:00+08:00")
    assert {part["value"] for part in before["parts"]} == {0}
    restated = all_of_it(views, "/v1/statistics/visits.made/restatement", **year, earlier="2025-01-01T00:00:00+08:00")
    [added] = [one["added"] for one in restated["differences"] if one["name"] == "visits"]
    assert restated["restated"] and added == visits["ids"]
    again = all_of_it(views, "/v1/statistics/visits.made/restatement", **year, earlier=now["known_at"])
    assert not again["restated"] and again["differences"] == []
    december = {"from": "2025-12-01", "to": "2025-12-31"}
    partner = all_of_it(views, "/v1/statistics/visits.made", **december, roles=("partner",))
    assert all(part["ids"] is None for part in partner["parts"]) and partner["known_at"] == "2026-01-11T00:00:00+08:00"
    to_come = {"from": "2200-01-01", "to": "2200-01-31"}
    for asked, code in (({**december, "to": "2025-12-30"}, "WHOLE_MONTH_ONLY"), (year, "WHOLE_MONTH_ONLY"), ({**december, "as_of": now["known_at"]}, "PUBLISHED_ONCE"), (to_come, "NOT_PUBLISHED_YET")):
        refused = views.get("/v1/statistics/visits.made", **asked, roles=("partner",))
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, code)
    secretary = all_of_it(views, "/v1/statistics/learning.coverage", **year, roles=("branch_secretary",), areas=(BRANCH,))
    assert all(part["ids"] is None for part in secretary["parts"]) and secretary["parts"][0]["value"] > 0
    gap = {role: all_of_it(views, "/v1/statistics/visits.longest_gap", **december, roles=(role,))["parts"][0] for role in ("administrator", "auditor", "partner")}
    [person] = gap["administrator"]["ids"]
    assert (gap["administrator"]["people"][0]["name"], gap["auditor"]["people"][0]["name"][:2]) == (f"王{person[-4:]}", "王*")
    assert (gap["partner"]["value"], gap["partner"]["people"]) == (None, None) and now["parts"][0]["people"] is None
    stranger = all_of_it(views, "/v1/statistics/visits.made", **year, roles=("worker",), areas=(an_id("nowhere"),))
    assert {part["value"] for part in stranger["parts"]} == {0}
    assert views.get("/v1/statistics/visits.made", **{"from": "2025-02-01", "to": "2025-01-01"}).status_code == 422
    assert views.get("/v1/statistics/nothing", **year).status_code == 404


def the_door(views):
    person = an_id("person", 1)
    door = all_of_it(views, f"/v1/people/{person}/today")
    assert (door["person"]["id"], door["place"]["id"], door["looked_for"]) == (person, an_id("dwelling", 1), False)
    assert (door["person"]["no_visits"], [one["id"] for one in door["people"] if one["no_visits"]]) == (True, [person])
    owed = {(item["kind"], item["closed_by"], item["item_ref"]) for item in door["items"]}
    assert {("BIRTHDAY", "BIRTHDAY", "LUNAR-2025"), ("TASK", None, None), ("HEALTH_CHECK", "HEALTH_CHECK", an_id("check"))} <= owed
    known = [(item["what"], item["ref"], item["person"] and item["person"]["id"]) for item in door["items"] if item["kind"] in ("TASK", "PLAN_REVIEW")]
    tasks = [("ASK_BIRTHDAY", an_id("task"), person), ("HEAD_NEEDED", an_id("HEAD_NEEDED"), None), ("SOFT_CONTACT", an_id("SOFT_CONTACT"), None)]
    assert sorted(known) == sorted([*tasks, ("CARE_PLAN", an_id("plan", 1), person), ("NO_RESPONSE_PLAN", person, person)])
    other = all_of_it(views, f"/v1/people/{an_id('person', 4)}/today")["items"]
    assert not {"TASK", "PLAN_REVIEW"} & {item["kind"] for item in other}
    assert [item["due_on"] for item in door["items"]] == sorted(item["due_on"] for item in door["items"])
    dead = all_of_it(views, f"/v1/people/{an_id('person', 3)}/today")
    assert (dead["person"]["life"], dead["items"]) == ("DEATH_REPORTED", [])
    assert door["person"]["life"] == "ALIVE"


def the_answers(views):
    [no, waiting] = sorted(all_of_it(views, "/v1/cascades", complete=False)["items"], key=lambda one: one["event"])
    assert (no["event"], no["late"]) == ("ConsentChanged", True)
    [answered] = all_of_it(views, "/v1/cascades", complete=True)["items"]
    assert (waiting["event"], waiting["complete"], waiting["staff"]) == ("PersonDeathReported", False, None)
    assert waiting["late"] and {one["event_id"] for one in all_of_it(views, "/v1/cascades", late=True)["items"]} == {waiting["event_id"], no["event_id"]}
    assert not answered["late"] and [one["event_id"] for one in all_of_it(views, "/v1/cascades", late=False)["items"]] == [answered["event_id"]]
    assert (answered["event"], answered["complete"], answered["staff"]["id"]) == ("StaffLeft", True, an_id("staff", 8))


def the_hand_over(views):
    """Who is asked to take somebody over sees it in their day, who it is once they accepted, and both the visit together (OUT-11)."""
    person, giver, receiver = an_id("person", 3), an_id("staff", 3), an_id("staff", 8)
    handover = {"pairing_id": an_id("pairing-PRIMARY", 3), "person_id": person, "staff_id": giver, "to_staff_id": receiver}
    of_receiver = {"roles": ("worker",), "areas": (OTHER_GRID,), "staff": receiver}
    views.year.tell(handover["pairing_id"], outreach.PairingHandoverProposed(**handover), grid=GRID)
    views.publish()
    [asked] = all_of_it(views, "/v1/me/day", **of_receiver)["proposals"]
    assert (asked["pairing_id"], asked["state"], asked["person"]["name"]) == (handover["pairing_id"], "HANDING_OVER", "王****")
    assert asked["handover_at"]

    views.year.tell(handover["pairing_id"], outreach.PairingHandoverAccepted(**handover, joint_due_on=TO_COME), grid=GRID)
    views.publish()
    days = all_of_it(views, "/v1/me/day", **of_receiver), all_of_it(views, f"/v1/staff/{giver}/day")
    assert days[0]["proposals"] == []
    for day in days:
        [joint] = day["joint_visits"]
        assert (joint["person"]["name"], joint["from_staff"]["id"], joint["to_staff"]["id"], joint["due_on"]) == (f"王{person[-4:]}", giver, receiver, TO_COME.isoformat())

    views.year.tell(person, registry.PersonDeathRetracted(person_id=person))
    views.publish()
    door = all_of_it(views, f"/v1/people/{person}/today")["items"]
    assert [(item["kind"], item["ref"], item["due_on"]) for item in door if item["kind"] == "JOINT_VISIT"] == [("JOINT_VISIT", handover["pairing_id"], TO_COME.isoformat())]
    views.year.tell(handover["pairing_id"], outreach.PairingHandoverDropped(**handover, reason="RECEIVER_LEFT"), grid=GRID)
    views.publish()
    assert all_of_it(views, "/v1/me/day", **of_receiver)["joint_visits"] == []


def the_lessons_to_bring(views):
    """Whoever was named to bring a lesson has it in their own day until another way is chosen; nobody learns of it who need not (LRN-2)."""
    person, bearer = an_id("person", 1), an_id("staff", 4)
    row = {"coverage_id": an_id("coverage", 41), "session_id": an_id("study", 2), "member_id": an_id("member", 1), "person_id": person}
    views.year.tell(row["coverage_id"], learning.CoverageAssigned(**row, mode="HOME_TEACHING", cover_by_on=TO_COME))
    views.year.tell(row["coverage_id"], learning.LessonBearerNamed(**row, mode="HOME_TEACHING", bearer_kind="STAFF", bearer_id=bearer))
    views.publish()
    own, lead = {"roles": ("worker",), "areas": (GRID,), "staff": bearer}, {"roles": ("grid_lead",), "areas": (GRID,), "staff": an_id("staff", 1)}
    [lesson] = all_of_it(views, "/v1/me/day", **own)["lessons"]
    assert (lesson["coverage_id"], lesson["person"]["id"], lesson["due_on"]) == (row["coverage_id"], person, TO_COME.isoformat())
    assert all_of_it(views, f"/v1/staff/{bearer}/day", **lead)["lessons"] == []
    brought = [{item["kind"] for item in all_of_it(views, f"/v1/people/{person}/today", **reader)["items"]} for reader in ({}, {"roles": ("auditor",)})]
    assert "LESSON" in brought[0] and "LESSON" not in brought[1] and "TASK" in brought[1]
    views.year.tell(row["coverage_id"], learning.CoverageAssigned(**row, mode="PARCEL", cover_by_on=TO_COME))
    views.publish()
    assert all_of_it(views, "/v1/me/day", **own)["lessons"] == []


def what_a_volunteer_brings(views):
    """The branch gives a volunteer the list of what they bring; it tells no circumstance, and nobody else reads it (LRN-2)."""
    volunteer, person, third, gone = an_id("volunteer", 61), an_id("person", 1), an_id("person", 3), an_id("person", 61)
    views.year.tell(volunteer, volunteering.VolunteerApproved(volunteer_id=volunteer, person_id=an_id("person", 2), kinds=["PARTY_MEMBER"]))
    views.year.tell(gone, registry.PersonDeathReported(person_id=gone, co_resident_ids=[]))
    study = an_id("study", 61)
    views.year.tell(study, learning.StudySessionScheduled(session_id=study, branch_id=BRANCH, kind="TOPIC_STUDY", held_at="2026-02-10T06:00:00Z", cover_by_on=TO_COME))
    rows = [
        {"coverage_id": an_id("coverage", 60 + number), "session_id": study, "member_id": an_id("member", 60 + number), "person_id": one}
        for number, one in enumerate((person, person, gone, third), 1)
    ]
    for row, mode in zip(rows, ("HOME_TEACHING", "PARCEL", "HOME_TEACHING", "PAPER_BY_HAND"), strict=True):
        views.year.tell(row["coverage_id"], learning.CoveragePlanned(**row, branch_id=BRANCH, cover_by_on=TO_COME))
        views.year.tell(row["coverage_id"], learning.CoverageAssigned(**row, mode=mode, cover_by_on=TO_COME))
        views.year.tell(row["coverage_id"], learning.LessonBearerNamed(**row, mode=mode, bearer_kind="VOLUNTEER", bearer_id=volunteer))
    views.publish()

    path = f"/v1/volunteers/{volunteer}/day"
    own = {"roles": ("branch_secretary",), "areas": (BRANCH,)}
    day = all_of_it(views, path, **own)
    brought = {one["person"]["id"]: one for one in day["lessons"]}
    lesson = brought[person]
    assert (day["volunteer"]["id"], set(brought), lesson["coverage_id"]) == (an_id("person", 2), {person, third}, rows[0]["coverage_id"])
    assert (lesson["task"], lesson["kind"], lesson["due_on"], lesson["place"]["id"]) == ("TEACH", "TOPIC_STUDY", TO_COME.isoformat(), an_id("dwelling", 1))
    assert (lesson["no_visits"], brought[third]["no_visits"], brought[third]["task"]) == (True, False, "BRING"), "the first said no to visits"
    assert set(lesson) == {"coverage_id", "person", "place", "no_visits", "task", "kind", "held_at", "due_on"} and set(lesson["person"]) == {"id", "name", "card_pending"}
    assert all_of_it(views, path)["lessons"] == day["lessons"]
    assert all_of_it(views, path, roles=("branch_secretary",), areas=(an_id("branch", 9),))["lessons"] == []
    assert views.get(path, roles=("worker",), areas=(GRID,)).status_code == views.get(path, roles=("volunteer_coordinator",)).status_code == 403
    assert views.get(f"/v1/volunteers/{an_id('volunteer', 99)}/day", **own).status_code == 404
    views.year.tell(rows[0]["coverage_id"], learning.CoverageVerified(**rows[0], mode="HOME_TEACHING", proof_kind="VISIT_ITEM"))
    views.publish()
    assert [one["person"]["id"] for one in all_of_it(views, path, **own)["lessons"]] == [third]


def what_could_not_be_made(views):
    """The secretary of the branch sees in their day what could not be made for a lesson, until it is (LRN-3)."""
    production, study = an_id("production", 51), an_id("study", 51)
    ids = {"production_id": production, "session_id": study, "branch_id": BRANCH}
    views.year.tell(study, learning.StudySessionScheduled(session_id=study, branch_id=BRANCH, kind="TOPIC_STUDY", held_at="2026-02-10T06:00:00Z", cover_by_on=TO_COME))
    views.year.tell(production, learning.MaterialProductionFailed(**ids, form="AUDIO", fault="TOOL_MISSING", edition=1))
    views.publish()

    def shown(role, *areas, staff=an_id("staff", 7)):
        return [(one["production_id"], one["kind"], one["fault"]) for one in all_of_it(views, "/v1/me/day", roles=(role,), areas=areas, staff=staff)["failed_productions"]]

    assert shown("branch_secretary", BRANCH) == shown("administrator") == [(production, "TOPIC_STUDY", "TOOL_MISSING")]
    assert shown("branch_secretary", an_id("branch", 9)) == shown("worker", GRID) == []
    assert all_of_it(views, f"/v1/staff/{an_id('staff', 1)}/day")["failed_productions"] == []
    views.year.tell(production, learning.MaterialProduced(**ids, lesson_id=an_id("text", 51), form="AUDIO", edition=1))
    views.publish()
    assert shown("branch_secretary", BRANCH) == []


def the_alarms_of_a_class(views):
    """Whoever must act sees who is looked for, not fetched or wanted by somebody who may not, until that is over (VOL-56, VOL-57, VOL-58)."""
    tell, officer = views.year.tell, {"roles": ("duty_officer",), "staff": an_id("staff", 8)}
    meeting, other = an_id("meeting", 31), an_id("meeting", 32)
    lost, late = an_id("person", 1), an_id("person", 2)
    day = {"subject": "书法", "starts_at": "2026-01-12T01:00:00Z", "ends_at": "2026-01-12T03:00:00Z"}
    for session in (meeting, other):
        ids = {"session_id": session, "series_id": an_id("series", 31)}
        tell(session, volunteering.SessionPlanned(**ids, **day))
        tell(session, volunteering.SessionNotReady(**ids, reasons=["RATIO_SHORT"]))
    tell(other, volunteering.SessionReady(**ids))
    of_meeting = {"session_id": meeting, "series_id": an_id("series", 31)}
    tell(meeting, volunteering.ChildUnaccounted(**of_meeting, child_id=lost))
    tell(meeting, volunteering.SessionEarlyPickUpStarted(**of_meeting, child_ids=[late]))
    tell(meeting, volunteering.ChildNotFetched(session_id=meeting, child_id=late, step=3, minutes=60))
    tell(meeting, volunteering.PickUpAlerted(session_id=meeting, child_id=late, reason="BLOCKED_AT_DOOR"))
    views.publish()

    def alarms(**asked):
        return [(one["kind"], one["child"] and one["child"]["id"], one["step"]) for one in all_of_it(views, "/v1/class-alarms", **officer, **asked)["items"]]

    everything = [("UNACCOUNTED", lost, None), ("NOT_FETCHED", late, 3), ("BLOCKED", late, None), ("EARLY_PICK_UP", None, None), ("NOT_READY", None, None)]
    assert alarms() == everything and alarms(kind="NOT_FETCHED") == everything[1:2]
    [first, *_] = all_of_it(views, "/v1/me/day", **officer)["class_alarms"]
    assert (first["kind"], first["child"]["name"], first["subject"], first["session_id"]) == ("UNACCOUNTED", f"王{lost[-4:]}", "书法", meeting)
    assert all_of_it(views, "/v1/me/day", roles=("worker",), areas=(GRID,), staff=an_id("staff", 3))["class_alarms"] == []

    tell(meeting, volunteering.ChildCheckedOut(**of_meeting, child_id=late, how="PICKUP", late_minutes=61))
    views.publish()
    assert [kind for kind, _, _ in alarms()] == ["UNACCOUNTED", "EARLY_PICK_UP", "NOT_READY"]
    tell(meeting, volunteering.SessionClosed(**of_meeting, subject="书法", children=1))
    views.publish()
    assert alarms() == everything[:1], "a child whom nobody has found is looked for after the class, too"
    tell(meeting, volunteering.ChildAccountedFor(session_id=meeting, child_id=lost, how="ABSENT_KNOWN"))
    views.publish()
    assert alarms() == []


def the_merge_of_two_records(views):
    """What stands under an id that was merged away is the winner's, until the merge is undone (REG-54, REG-56)."""
    year, winner, loser, worker = views.year, an_id("person", 21), an_id("person", 22), an_id("staff", 6)
    tell = year.tell
    for person in (winner, loser):
        tell(person, registry.PersonRegistered(person_id=person), grid=GRID)
    in_care = outreach.CareBegan(person_id=winner, tier="GENERAL", since=date(2025, 5, 1))
    tell(winner, in_care, grid=GRID)
    paired = {"pairing_id": an_id("pairing", 21), "person_id": winner, "staff_id": worker, "role": "PRIMARY"}
    tell(paired["pairing_id"], outreach.PairingStarted(**paired, since=date(2025, 5, 1)), grid=GRID)
    seen = {"person_ids": [loser], "seen_person_ids": [loser], "staff_ids": [worker], "method": "IN_PERSON", "purposes": ["ROUTINE"], "outcome": "SEEN_WELL", "items": []}
    tell(an_id("visit", 22), outreach.VisitCompleted(visit_id=an_id("visit", 22), **seen, happened_at="2025-12-29T01:00:00Z"), on=date(2025, 12, 29), grid=GRID)
    tell(an_id("search", 22), outreach.IncidentOpened(incident_id=an_id("search", 22), person_id=loser, tier="GENERAL", visit_id=an_id("visit", 23)), grid=GRID)
    wish = {"wish_id": an_id("wish", 22), "person_id": loser}
    told = {"source": "VISIT", "category": "REPAIR", "scope": "PERSONAL", "visibility": "PRIVATE", "triage_by_on": date(2025, 12, 3), "answer_by_on": date(2025, 12, 9)}
    tell(wish["wish_id"], outreach.WishSubmitted(**wish, **told), grid=GRID)
    tell(wish["wish_id"], outreach.WishDelivered(**wish, delivered_on=date(2025, 12, 8), first_promise_kept=True), grid=GRID)
    for person in (winner, loser):
        tell(person, registry.BirthdayDue(person_id=person, cycle_key="SOLAR-2026", calendar="SOLAR", falls_on=date(2026, 3, 1), days_ahead=14))
    tell(an_id("task", 22), registry.TaskOpened(task_id=an_id("task", 22), kind="ASK_BIRTHDAY", person_id=loser, due_on=TO_COME), grid=GRID)
    merge = {"merge_id": an_id("merge"), "winner_id": winner, "loser_id": loser}
    tell(merge["merge_id"], registry.PersonMerged(**merge))
    views.publish()

    def owed(person):
        return sorted((item["kind"], item["ref"], item["person"]["id"]) for item in all_of_it(views, f"/v1/people/{person}/today")["items"] if item["kind"] != "HEALTH_CHECK")

    page, of_loser = (all_of_it(views, f"/v1/people/{person}/page", roles=("worker",), areas=(GRID,)) for person in (winner, loser))
    assert (of_loser["person_id"], of_loser["card"]["name"]) == (winner, f"王{winner[-4:]}")
    assert {key: of_loser[key] for key in ("visits", "incidents", "asked", "care")} == {key: page[key] for key in ("visits", "incidents", "asked", "care")}
    assert [visit["visit_id"] for visit in page["visits"]] == [an_id("visit", 22)] and [one["ref"] for one in page["asked"]] == [wish["wish_id"]]
    told = [[entry["event"] for entry in all_of_it(views, f"/v1/people/{person}/timeline")["items"]] for person in (winner, loser)]
    assert told[0] == told[1] and {"VisitCompleted", "CareBegan", "WishDelivered"} <= set(told[0])
    everything = [("BIRTHDAY", "SOLAR-2026"), ("INCIDENT", an_id("search", 22)), ("TASK", an_id("task", 22)), ("WISH", wish["wish_id"])]
    assert owed(winner) == owed(loser) == [(kind, ref, winner) for kind, ref in everything]
    assert [one["person"]["id"] for one in all_of_it(views, f"/v1/staff/{worker}/day")["incidents"]] == [winner]

    tell(an_id("task", 22), registry.TaskDone(task_id=an_id("task", 22), kind="ASK_BIRTHDAY", outcome="DONE", person_id=winner), grid=GRID)
    greeted = {"greeting_id": an_id("greeting", 22), "person_id": winner, "cycle_key": "SOLAR-2026", "form": "VISIT", "done_by_ref": an_id("visit", 24), "done_on": date(2026, 3, 1)}
    tell(greeted["greeting_id"], volunteering.GreetingDone(**greeted))
    views.publish()
    assert {kind for kind, _, _ in owed(winner)} == {"INCIDENT", "WISH"}, "done for the one is done for both"

    tell(merge["merge_id"], registry.PersonUnmerged(**merge))
    views.publish()
    assert all_of_it(views, f"/v1/people/{winner}/page")["visits"] == []
    assert all_of_it(views, f"/v1/people/{loser}/page")["person_id"] == loser
    assert {kind for kind, _, _ in owed(loser)} == {"BIRTHDAY", "INCIDENT", "WISH"} and owed(winner) == []
