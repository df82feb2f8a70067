"""One community's volunteering over HTTP."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.common.access import Role
from services.common.ids import new_id
from services.common.process import Process
from services.common.settings import load
from services.common.store import Cause
from services.volunteering.activities.engagements import claim_for
from services.volunteering.activities.storage import Activities
from services.volunteering.service import SERVICE
from services.volunteering.volunteers.storage import Calendars
from tests.integration.volunteering.community import Community, ok
from tests.support.running import eventually


@pytest.fixture(autouse=True)
def summer(community):
    community.at("2025-07-01T09:00:00+08:00")


def at_once(command, many):
    with ThreadPoolExecutor(len(many)) as hands:
        return list(hands.map(command, many))


def names(facts):
    return [fact["type"].rsplit(".", 1)[-1] for fact in facts]


@pytest.fixture
def twin(community):
    """Yield the same community through a second process of the service, which shares nothing but the database."""
    second = community.platform.service("volunteering")
    second.start()
    yield Community(community.platform.client(second), community.platform)
    second.stop()


@pytest.mark.rule("VOL-11")
def test_the_last_place_taken_by_50_at_once_goes_to_exactly_one_also_through_two_processes(community, twin):
    activity, need = community.an_activity(need={"min": 0, "max": 1})
    volunteers = at_once(lambda _: community.a_volunteer(), range(50))

    answers = at_once(lambda number: (community, twin)[number % 2].sign_up(activity, need, volunteers[number]), range(50))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 49}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"FULL"}
    shown = ok(community.get(f"/v1/activities/{activity}"), 200)
    assert (shown["needs"][0]["taken"], len(shown["assignments"])) == (1, 1)
    eventually(lambda: names(community.facts(f"activity/{activity}")) == ["ActivityPublished", "VolunteerSignedUp"])


@pytest.mark.rule("VOL-11")
def test_with_a_waiting_list_the_others_stand_in_line_each_at_a_place_of_their_own(community):
    activity, need = community.an_activity(need={"min": 0, "max": 5, "waitlist_max": 15})
    volunteers = at_once(lambda _: community.a_volunteer(), range(25))

    answers = at_once(lambda volunteer: community.sign_up(activity, need, volunteer), volunteers)

    verdicts = Counter(answer.json()["assignment"]["verdict"] if answer.status_code == 201 else answer.json()["code"] for answer in answers)
    assert verdicts == {"OK": 5, "FULL_WAITLIST": 15, "FULL": 5}
    line = [answer.json()["waitlist_pos"] for answer in answers if answer.status_code == 201 and answer.json()["waitlist_pos"]]
    assert sorted(line) == list(range(1, 16))


@pytest.mark.rule("VOL-10")
def test_one_volunteer_signed_up_for_overlapping_activities_at_once_gets_one_of_them(community):
    for _ in range(5):
        places = [community.an_activity() for _ in range(6)]
        volunteer = community.a_volunteer()

        answers = at_once(lambda place, volunteer=volunteer: community.sign_up(*place, volunteer), places)

        assert sum(answer.status_code == 201 for answer in answers) == 1
        assert {answer.json()["code"] for answer in answers if answer.status_code != 201} == {"OVERLAP_HARD"}
        mine = ok(community.get("/v1/activities", volunteer_id=volunteer), 200)["items"]
        assert len(mine) == 1


@pytest.mark.rule("VOL-22")
def test_one_volunteer_signed_up_for_popular_activities_of_a_week_at_once_gets_one_until_a_day_before(community):
    days = [{"starts_at": f"2025-07-{day:02}T09:00:00+08:00", "ends_at": f"2025-07-{day:02}T11:00:00+08:00"} for day in (*range(8, 12), 19)]
    *week, later = [community.an_activity(popular=True, need={"max": 9}, **span) for span in days]
    for _ in range(2):
        volunteer = community.a_volunteer()
        answers = at_once(lambda place, volunteer=volunteer: community.sign_up(*place, volunteer), week)

        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 3}
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"POPULAR_QUOTA"}

    ok(community.sign_up(*later, volunteer))
    last = max((place for place, answer in zip(week, answers, strict=True) if answer.status_code == 409), key=week.index)
    assert community.sign_up(*last, volunteer).json()["code"] == "POPULAR_QUOTA"
    community.at(f"2025-07-{7 + week.index(last):02}T09:00:00+08:00")
    ok(community.sign_up(*last, volunteer))


@pytest.mark.rule("VOL-22")
def test_a_popular_place_that_is_being_taken_at_this_moment_counts_and_one_whose_command_was_cut_off_does_not(community):
    process, volunteer = Process(SERVICE, load("volunteering", community.platform.env)), community.a_volunteer()
    days = [{"starts_at": f"2025-07-{day:02}T09:00:00+08:00", "ends_at": f"2025-07-{day:02}T11:00:00+08:00"} for day in (8, 10)]
    first, second = (community.an_activity(popular=True, **span) for span in days)
    calendars, activity = process.storage(Calendars), process.storage(Activities).referred(first[0]).state
    calendars.claim(calendars.of(volunteer), claim_for(activity, new_id(), community.now), Cause(new_id(), new_id(), community.now))
    process.client.close()

    refused = community.sign_up(*second, volunteer).json()
    community.at("2025-07-01T09:02:00+08:00")

    assert (refused["code"], refused["status"]) == ("POPULAR_QUOTA", 409)
    ok(community.sign_up(*second, volunteer))


@pytest.mark.rule("VOL-10")
def test_a_place_that_was_given_back_or_lost_leaves_the_time_free_at_once(community):
    taken, full, other = (community.an_activity(need={"min": 0, "max": 1}) for _ in range(3))
    volunteer = community.a_volunteer()
    ok(community.sign_up(*full, community.a_volunteer()))

    assignment = ok(community.sign_up(*taken, volunteer))["assignment"]["id"]
    assert community.sign_up(*other, volunteer).json()["code"] == "OVERLAP_HARD"
    ok(community.post(f"/v1/activities/{taken[0]}/sign-ups/{assignment}/withdrawal"), 200)

    assert community.sign_up(*full, volunteer).json()["code"] == "FULL"
    ok(community.sign_up(*other, volunteer))


@pytest.mark.rule("VOL-10")
def test_only_a_coordinator_overrides_and_the_reason_is_kept(community):
    first, second = community.an_activity(), community.an_activity()
    volunteer = community.a_volunteer()
    ok(community.sign_up(*first, volunteer, roles=(Role.WORKER,)))

    refused = community.sign_up(*second, volunteer, roles=(Role.WORKER,), body={"override_reason": "两头跑"})
    allowed = ok(community.sign_up(*second, volunteer, body={"override_reason": "两头跑"}))

    assert (refused.status_code, refused.json()["code"]) == (403, "OVERRIDE_NEEDS_COORDINATOR")
    assert (allowed["assignment"]["verdict"], allowed["assignment"]["override_reason"]) == ("OVERLAP_HARD", "两头跑")


@pytest.mark.rule("VOL-12")
def test_a_gap_waits_for_a_decision_and_then_goes_to_who_was_first_in_line(community):
    activity, need = community.an_activity(need={"min": 0, "max": 1, "waitlist_max": 5})
    first, second = community.a_volunteer(), community.a_volunteer()
    seat = ok(community.sign_up(activity, need, first))["assignment"]["id"]
    waiting = ok(community.sign_up(activity, need, second))["assignment"]["id"]

    after = ok(community.post(f"/v1/activities/{activity}/sign-ups/{seat}/withdrawal"), 200)
    seated = ok(community.post(f"/v1/activities/{activity}/sign-ups/{waiting}/acceptance"), 200)

    assert (after["needs"][0]["open"], [one["state"] for one in after["assignments"]]) == (1, ["WITHDRAWN", "WAITLISTED"])
    assert [one["state"] for one in seated["assignments"]] == ["WITHDRAWN", "ACCEPTED"]
    elsewhere = community.an_activity()
    assert community.sign_up(*elsewhere, second).json()["code"] == "OVERLAP_HARD"


def test_a_repeated_sign_up_has_the_same_answer_and_one_place(community):
    activity, need = community.an_activity()
    volunteer, key = community.a_volunteer(), new_id()

    answers = at_once(lambda _: community.sign_up(activity, need, volunteer, key=key), range(6))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(ok(community.get(f"/v1/activities/{activity}"), 200)["assignments"]) == 1


@pytest.mark.rule("VOL-3")
def test_a_check_is_on_record_by_its_result_and_nobody_learns_why(community):
    activity, need = community.an_activity(need={"child_role": True})
    volunteer = community.a_volunteer(cleared=True)
    community.clear(volunteer, "RECORD_CHECK", "NOT_CLEAR")

    refused = community.sign_up(activity, need, volunteer, headers={"Accept-Language": "en"})
    told = community.post(
        f"/v1/volunteers/{volunteer}/clearances",
        {"type": "HEALTH", "result": "NOT_CLEAR", "checked_on": "2025-06-10", "reason": "x"},
    )

    assert (refused.json()["code"], refused.json()["title"]) == ("CLEARANCE_MISSING", "Not eligible for this role at present.")
    assert told.json()["errors"][0]["code"] == "UNKNOWN_FIELD"
    assert "ClearanceRevoked" in eventually(
        lambda: (seen := names(community.facts(f"volunteer/{volunteer}"))) and seen[-1] == "ClearanceRevoked" and seen
    )


@pytest.mark.rule("VOL-2")
def test_whose_first_check_is_not_clear_is_told_of_to_whoever_would_send_them_to_a_door(community):
    volunteer = community.a_volunteer()
    community.clear(volunteer, "RECORD_CHECK", "NOT_CLEAR")
    community.clear(volunteer, "RECORD_CHECK", "WITHDRAWN")
    community.clear(volunteer, "RECORD_CHECK")

    told = eventually(lambda: (seen := names(community.facts(f"volunteer/{volunteer}"))) and seen[-1] == "ClearanceGranted" and seen)

    assert [name for name in told if name.startswith("Clearance")] == ["ClearanceRevoked", "ClearanceGranted"]


@pytest.mark.rule("VOL-32")
def test_a_lecture_is_held_and_its_hours_are_verified_by_somebody_else(community):
    staff = "01JD000000000000000STAFF09"
    activity, need = community.an_activity(kind="LECTURE_ANTIFRAUD", title="防诈骗讲座", partners=["渤海派出所"])
    helper, absent = community.a_volunteer(staff_id=staff), community.a_volunteer()
    places = [ok(community.sign_up(activity, need, who))["assignment"]["id"] for who in (helper, absent)]
    elders = [new_id(), new_id()]
    community.at("2025-07-05T11:00:00+08:00")
    early = community.post(f"/v1/activities/{activity}/completion")
    calls = [
        {"assignment_id": places[0], "result": "PRESENT", "in_at": "2025-07-05T08:30:00+08:00", "out_at": "2025-07-05T11:00:00+08:00"},
        {"assignment_id": places[1], "result": "NO_SHOW"},
    ]
    ok(community.post(f"/v1/activities/{activity}/attendance", {"calls": calls, "attendee_ids": elders}, roles=(Role.WORKER,)), 200)

    done = ok(community.post(f"/v1/activities/{activity}/completion"), 200)
    entry = eventually(lambda: ok(community.get("/v1/hours", activity_id=activity), 200)["items"])[0]
    own = community.post(f"/v1/hours/{entry['id']}/verification", staff=staff)
    verified = ok(community.post(f"/v1/hours/{entry['id']}/verification"), 200)

    assert early.json()["code"] == "ROLL_CALL_INCOMPLETE"
    assert (done["state"], [one["state"] for one in done["assignments"]], done["attendee_ids"]) == ("DONE", ["SERVED", "NO_SHOW"], elders)
    assert (entry["volunteer_id"], entry["state"], entry["minutes"]) == (helper, "CHECKED", 150)
    assert (own.status_code, own.json()["code"]) == (403, "OWN_HOURS")
    assert verified["state"] == "VERIFIED"
    (fact,) = eventually(lambda: community.facts(f"hours/{entry['id']}"))
    assert fact["data"]["minutes"] == 150
    assert len(ok(community.get("/v1/hours", activity_id=activity), 200)["items"]) == 1


@pytest.mark.rule("VOL-31")
def test_overlapping_hours_of_one_volunteer_verified_at_once_count_one_time(community):
    activity, _ = community.an_activity()
    volunteer = community.a_volunteer()
    community.at("2025-07-06T09:00:00+08:00")
    span = {"starts_at": "2025-07-05T09:00:00+08:00", "ends_at": "2025-07-05T11:00:00+08:00"}
    claims = [ok(community.post("/v1/hours", {"volunteer_id": volunteer, "activity_id": activity, **span}))["id"] for _ in range(4)]

    own = community.post(f"/v1/hours/{claims[0]}/verification")
    answers = at_once(lambda claim: community.post(f"/v1/hours/{claim}/verification", actor="01JD00000000000000C00RD002"), claims)

    assert own.json()["code"] == "OWN_CLAIM"
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 3}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"HOURS_OVERLAP"}


@pytest.mark.rule("VOL-50")
def test_the_last_place_of_a_course_goes_to_one_child_and_two_guardians_make_one_enrolment(community):
    series = community.a_series(capacity=1, waitlist_max=0)
    twice = community.a_series()
    children = [community.a_child() for _ in range(20)]

    answers = at_once(lambda child: community.enrol(series, child), children)
    both = at_once(lambda guardian: ok(community.enrol(twice, children[0], guardian)), range(2))

    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"FULL"}
    shown = ok(community.get(f"/v1/class-series/{twice}"), 200)["enrolments"]
    assert [set(one["guardian_ids"]) for one in shown] == [set(children[0]["guardian_ids"])]
    assert {one["enrolment"]["id"] for one in both} == {shown[0]["id"]}
    eventually(lambda: names(community.facts(f"class_series/{twice}")) == ["ClassSeriesOpened", "EnrolmentApplied", "EnrolmentConfirmed"])


@pytest.mark.rule("X-15")
@pytest.mark.promise("P10")
def test_what_is_sensitive_is_sealed_and_shown_to_coordinators_only(community):
    child = community.a_child(allergies="对花生严重过敏", born_on="2016-11-23")
    volunteer = community.a_volunteer(emergency_contact="张先生联系电话", born_on="1984-10-17")

    raw = community.raw()
    rows = [community.get("/v1/volunteers", roles=(role,)) for role in (Role.AUDITOR, Role.WORKER)]

    for secret in ("对花生严重过敏", "2016-11-23", "王秀英", "002X", "张先生联系电话", "1984-10-17"):
        assert secret.encode() not in raw
    assert ok(community.get(f"/v1/children/{child['id']}"), 200)["allergies"] == "对花生严重过敏"
    for role in (Role.AUDITOR, Role.WORKER, Role.GRID_LEAD, Role.BRANCH_SECRETARY, Role.PARTNER):
        assert community.get(f"/v1/children/{child['id']}", roles=(role,)).status_code == 403
        assert community.get(f"/v1/volunteers/{volunteer}", roles=(role,)).status_code == 403
    assert all("born_on" not in row and "clearances" not in row for page in rows for row in ok(page, 200)["items"])
    assert "对花生" not in community.platform.logs()


def test_a_person_volunteers_once_and_a_child_is_on_record_once(community):
    person, child = new_id(), community.a_child()
    ok(community.post("/v1/volunteers", {"person_id": person, "kinds": ["SILVER"], "born_on": "1950-01-01"}))

    again = community.post("/v1/volunteers", {"person_id": person, "kinds": ["SILVER"], "born_on": "1950-01-01"})
    twin = community.post("/v1/children", {"id": child["id"], "guardian_ids": [new_id()], "born_on": "2017-01-01"})

    assert (again.status_code, again.json()["code"]) == (409, "ALREADY_VOLUNTEER")
    assert (twin.status_code, twin.json()["code"]) == (409, "DUPLICATE")


def test_activities_are_listed_from_the_earliest_on(community):
    later, _ = community.an_activity(
        kind="CLEANUP", need={"min": 2}, starts_at="2025-09-02T09:00:00+08:00", ends_at="2025-09-02T11:00:00+08:00"
    )
    sooner, _ = community.an_activity(
        kind="CLEANUP", need={"min": 2}, starts_at="2025-09-01T09:00:00+08:00", ends_at="2025-09-01T11:00:00+08:00"
    )

    listed = ok(community.get("/v1/activities", kind="CLEANUP", since="2025-09-01T00:00:00+08:00", roles=(Role.GRID_LEAD,)), 200)

    assert [one["id"] for one in listed["items"]] == [sooner, later]
