"""What a sceptical practitioner asks to see, each end to end through the gateway in simulated time, one after the other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from pymongo import MongoClient

from services.common.calendar import SHANGHAI
from services.common.ids import new_id
from services.common.settings import SERVICES
from tests.e2e.practice import Grid, Practice
from tests.support.running import eventually

pytestmark = pytest.mark.timeout(900)


def a_sweep(practice: Practice, grid: Grid, doors: int) -> tuple[str, list[dict]]:
    """Open a sweep over a grid's doors; return it with its targets."""
    dwellings = {practice.a_door(grid) for _ in range(doors)}
    today = practice.now().date()
    asked = {"name": "练习摸排", "scope_grid_ids": [grid.id], "opens_on": today.isoformat(), "due_on": (today + timedelta(days=20)).isoformat()}
    round_id = grid.lead.post("/v1/census-rounds", asked, 201)["id"]
    grid.lead.post(f"/v1/census-rounds/{round_id}/opening")
    eventually(lambda: grid.lead.get(f"/v1/census-rounds/{round_id}")["state"] == "OPEN", within=60, why="the round open")
    targets = grid.lead.all(f"/v1/census-rounds/{round_id}/targets")
    assert {target["dwelling_id"] for target in targets} == dwellings
    return round_id, targets


def resolve(practice: Practice, grid: Grid, target_id: str) -> None:
    """Find a door vacant by what the property office knows."""
    knock = {"method": "PROPERTY_OFFICE", "result": "VACANT_SIGNS", "outcome": "VACANT_CONFIRMED", "evidence_ref": "物业登记 12"}
    grid.worker.post(f"/v1/census-targets/{target_id}/attempts", {**knock, "happened_at": practice.now().isoformat()}, 201)


def a_couple(practice: Practice, grid: Grid, **more) -> tuple[str, str]:
    """Register an old couple who live by themselves and are visited."""
    husband = practice.a_person(grid, "周永福", "1945-10-01", living_children=1, **more)
    wife = practice.a_person(grid, "何玉珍", "1947-12-12", living_children=1, **more)
    practice.a_home(grid, practice.a_door(grid), (husband, "HEAD"), (wife, "SPOUSE"))
    for person in (husband, wife):
        practice.a_case_file(grid, person, "HIGH")
    practice.settle()
    return husband, wife


def report_death(grid: Grid, person: str) -> None:
    grid.worker.post(f"/v1/people/{person}/death-report", {"informant": "KIN", "informant_name": "周明"})


def categories(grid: Grid, person: str) -> list[str]:
    return grid.worker.get(f"/v1/people/{person}/card")["categories"]


def in_days(practice: Practice, days: int) -> dict:
    """Return a birthday that is celebrated some days from now."""
    day = practice.now().astimezone(SHANGHAI).date() + timedelta(days=days)
    return {"calendar": "SOLAR", "month": day.month, "day": day.day}


def greetings(practice: Practice, person: str) -> list[str]:
    return [one["state"] for one in practice.admin.all("/v1/greetings", person_id=person)]


def kinds(grid: Grid, person: str) -> list[str]:
    """Return the kinds of what is owed to one person at their door."""
    return sorted(one["kind"] for one in grid.worker.get(f"/v1/people/{person}/today")["items"] if one["person"] and one["person"]["id"] == person)


def cascade(grid: Grid, person: str, event: str) -> dict | None:
    return next((one for one in grid.lead.all("/v1/cascades", person_id=person) if one["event"] == event), None)


def pair(practice: Practice, grid: Grid, person: str, staff, role: str = "PRIMARY") -> None:
    pairing = grid.lead.post("/v1/pairings", {"person_id": person, "staff_id": staff.staff_id, "role": role}, 201)["id"]
    staff.post(f"/v1/pairings/{pairing}/acceptance")


@pytest.mark.rule("U1", "REG-10", "REG-15")
def test_1_and_2_no_round_closes_with_a_door_open_also_not_one_discovered_after_the_last(practice):
    grid = practice.a_grid()
    round_id, targets = a_sweep(practice, grid, 4)
    for target in targets[:-1]:
        resolve(practice, grid, target["id"])
    grid.lead.post(f"/v1/census-rounds/{round_id}/closing-request")

    refused = grid.lead.post(f"/v1/census-rounds/{round_id}/closure", {}, 409)
    assert refused["code"] == "ROUND_NOT_COVERED"
    assert refused["open"] == [targets[-1]["id"]]

    resolve(practice, grid, targets[-1]["id"])
    grid.worker.post(f"/v1/census-rounds/{round_id}/targets", {"dwelling_id": practice.a_door(grid)}, 201)
    [found] = [target for target in grid.lead.all(f"/v1/census-rounds/{round_id}/targets") if target["origin"] == "DISCOVERED"]
    grid.lead.post(f"/v1/census-rounds/{round_id}/closing-request")
    again = grid.lead.post(f"/v1/census-rounds/{round_id}/closure", {}, 409)
    assert (again["code"], again["open"]) == ("ROUND_NOT_COVERED", [found["id"]])

    resolve(practice, grid, found["id"])
    closed = grid.lead.post(f"/v1/census-rounds/{round_id}/closure")
    assert closed["state"] == "CLOSED"


@pytest.mark.rule("U2", "OUT-1", "OUT-2")
def test_3_after_60_silent_days_each_elder_is_owed_one_visit_with_the_right_count_on_a_named_list(practice):
    grid = practice.a_grid()
    elders = [practice.an_elder(grid, "孙桂兰", tier="HIGH"), practice.an_elder(grid, "马玉梅")]

    practice.pass_time(days=60)

    # The first visit is due on the third day: 57 days late is nine weeks of a HIGH elder, and one term of a GENERAL one.
    for elder, missed in zip(elders, (9, 1), strict=True):
        [owed] = practice.owed(grid, elder)
        assert (owed["kind"], owed["state"], owed["missed_periods"], owed["escalated_to"]) == ("ROUTINE", "ESCALATED", missed, grid.lead.staff_id)
    gaps = grid.lead.all("/v1/ledgers/visits/gaps")
    assert {gap["person"]["id"] for gap in gaps} >= set(elders) and all(gap["responsible"] for gap in gaps)


@pytest.mark.rule("OUT-4")
def test_4_of_a_couple_the_one_who_was_not_seen_is_still_owed_the_visit(practice):
    grid = practice.a_grid()
    husband, wife = a_couple(practice, grid)

    practice.visit(grid.worker, [husband, wife], seen_person_ids=[husband])
    practice.settle()

    states = {person: [one["state"] for one in grid.lead.all("/v1/obligations", person_id=person, kind="ROUTINE")] for person in (husband, wife)}
    assert "MET" in states[husband] and "MET" not in states[wife] and len(practice.owed(grid, wife, kind="ROUTINE")) == 1


@pytest.mark.rule("OUT-20", "OUT-22", "U3")
def test_5_and_6_a_high_tier_no_answer_needs_an_incident_whose_clock_tells_the_officer_at_3_on_a_holiday(practice):
    grid = practice.a_grid()
    officer = practice.a_colleague("WORKER", grid.id, roles=("worker", "duty_officer"))
    elder = practice.an_elder(grid, "冯德海", tier="HIGH")
    night = practice.at("2025-10-01T02:10:00+08:00")
    practice.admin.post("/v1/duty-roster", {"staff_id": officer.staff_id, "starts_at": (night - timedelta(hours=4)).isoformat(), "ends_at": (night + timedelta(hours=8)).isoformat()}, 201)
    report = {"person_ids": [elder], "method": "IN_PERSON", "outcome": "NO_ANSWER", "happened_at": night.isoformat()}
    refused = grid.worker.post("/v1/visits", report, 422)
    assert refused["code"] == "INCIDENT_REQUIRED"
    visit = grid.worker.post("/v1/visits", report | {"incident": {}}, 201)
    incident_id = visit["incident_id"]
    assert incident_id

    practice.at("2025-10-01T03:30:00+08:00")

    incident = grid.lead.get(f"/v1/incidents/{incident_id}")
    assert incident["level"] >= 2 and incident["state"] != "RESOLVED"
    assert incident_id in [one["incident_id"] for one in officer.get("/v1/me/day")["incidents"]]


@pytest.mark.rule("U10", "REG-30", "REG-32")
def test_7_when_the_husband_is_reported_dead_greetings_stop_and_the_wife_is_owed_a_visit_within_a_day(practice):
    grid = practice.a_grid()
    soon = in_days(practice, 6)
    husband, wife = a_couple(practice, grid, celebrated=soon)
    practice.pass_time(minutes=1)
    assert greetings(practice, husband) == greetings(practice, wife) == ["DUE"]
    assert "BIRTHDAY" in kinds(grid, husband)
    reported_at = practice.now()

    report_death(grid, husband)
    practice.settle()

    assert greetings(practice, husband) == ["SUPPRESSED"] and "BIRTHDAY" not in kinds(grid, husband)
    assert greetings(practice, wife) == ["SUPPRESSED"], "nobody is sent a cake while they mourn"
    [bereaved] = practice.owed(grid, wife, kind="BEREAVEMENT")
    assert datetime.fromisoformat(bereaved["due_at"]) <= reported_at + timedelta(hours=24, minutes=5)
    assert "LIVING_ALONE" not in categories(grid, wife) and "EMPTY_NEST" in categories(grid, wife)
    seen = cascade(grid, husband, "PersonDeathReported")
    assert seen and {"registry", "outreach"} <= {answer["service"] for answer in seen["answers"]}
    assert any(f"obligation/{bereaved['id']}" in answer["started"] for answer in seen["answers"])

    second = practice.a_colleague("WORKER", grid.id)
    second.post(f"/v1/people/{husband}/death-confirmation", {"proof": "HOSPITAL", "ref": "病历 3"})
    practice.settle()
    assert "LIVING_ALONE" in categories(grid, wife)
    assert practice.owed(grid, husband) == []


@pytest.mark.rule("REG-30")
def test_8_a_death_that_was_reported_by_mistake_resumes_everything_from_today(practice):
    grid = practice.a_grid()
    elder = practice.an_elder(grid, "王桂芳", celebrated=in_days(practice, 2))
    practice.pass_time(minutes=1)
    assert greetings(practice, elder) == ["DUE"]
    report_death(grid, elder)
    practice.settle()
    assert [one["state"] for one in practice.owed(grid, elder)] == ["EXCUSED"]
    assert set(kinds(grid, elder)) <= {"TASK"}, "nothing but to find out whether it is true"
    practice.pass_time(days=3)

    grid.worker.post(f"/v1/people/{elder}/death-retraction", {"reason": "同名同姓，认错了人"})
    practice.settle()

    today = practice.now().astimezone(SHANGHAI).date().isoformat()
    assert [(one["kind"], one["due_on"]) for one in practice.owed(grid, elder)] == [("ROUTINE", today)]
    assert grid.worker.get(f"/v1/people/{elder}/card")["life"] == "ALIVE"
    assert greetings(practice, elder) == ["SUPPRESSED"], "the birthday that passed meanwhile is not made up for"


@pytest.mark.rule("U9", "REG-54", "REG-56", "REG-57", "OUT-6")
def test_9_two_records_of_one_elder_become_one_in_four_services_and_two_again(practice):
    grid = practice.a_grid()
    other = practice.a_colleague("GRID_LEAD", grid.id)
    winner = practice.an_elder(grid, "沈怀瑾", "1951-08-08")
    loser = practice.an_elder(grid, "沈怀谨", "1951-08-08", tier="HIGH", duplicates_seen=[winner])
    branch = practice.admin.post("/v1/branches", {"name": "练习支部", "founded_on": "2021-07-01"}, 201)["id"]
    for person in (winner, loser):
        pair(practice, grid, person, practice.a_colleague("WORKER", grid.id))
        practice.visit(grid.worker, [person])
        volunteer = practice.admin.post("/v1/volunteers", {"person_id": person, "kinds": ["SILVER"], "born_on": "1951-08-08"}, 201)["id"]
        practice.admin.post(f"/v1/volunteers/{volunteer}/approval", {"identity_checked": True, "phone_confirmed": True, "code_of_conduct_on": "2025-03-01"})
    member = practice.admin.post("/v1/members", {"branch_id": branch, "person_id": loser, "since": "2023-07-01"}, 201)["id"]
    practice.settle()

    def held(person: str) -> dict:
        """Return what the services hold of one of the two."""
        return {
            "owed": [(one["due_on"], one["missed_periods"]) for one in practice.owed(grid, person, kind="ROUTINE")],
            "pairings": sorted((one["staff_id"], one["role"]) for one in grid.lead.all("/v1/pairings", person_id=person, state="ACTIVE")),
            "volunteers": [one["id"] for one in practice.admin.all("/v1/volunteers") if one["person_id"] == person and one["state"] in ("APPROVED", "ACTIVE")],
            "member": practice.admin.get(f"/v1/members/{member}")["person_id"] == person,
        }

    before = {person: held(person) for person in (winner, loser)}
    assert all(len(one["owed"]) == len(one["pairings"]) == len(one["volunteers"]) == 1 for one in before.values()) and before[loser]["member"]

    asked = {"winner_id": winner, "loser_id": loser, "field_choices": {"name": "WINNER"}}
    merge = grid.lead.post("/v1/merges", asked, 201)["id"]
    other.post(f"/v1/merges/{merge}/approval")
    practice.settle()

    merged = eventually(lambda: (found := grid.lead.get(f"/v1/merges/{merge}"))["complete"] and found, within=60, why="every service answered")
    assert merged["state"] == "APPLIED" and merged["waiting_for"] == []
    assert grid.worker.get(f"/v1/people/{loser}")["id"] == winner
    of_both = held(winner)
    assert [due for due, _ in of_both["owed"]] == [min(due for one in before.values() for due, _ in one["owed"])]
    assert of_both["member"] and len(of_both["volunteers"]) == 1 and len(of_both["pairings"]) == len(set(of_both["pairings"]))
    assert not any(held(loser).values())
    assert grid.worker.voice("PATCH", f"/v1/people/{loser}", {"living_children": 1}, key=new_id()).json()["code"] == "MERGED"

    grid.lead.post(f"/v1/merges/{merge}/undoing")
    practice.settle()
    eventually(lambda: grid.lead.get(f"/v1/merges/{merge}")["state"] == "UNDONE", within=60, why="the merge undone")
    practice.settle()
    assert grid.worker.get(f"/v1/people/{loser}")["id"] == loser
    apart = {person: held(person) for person in (winner, loser)}
    assert apart[winner]["owed"] <= before[winner]["owed"], "a visit that was brought forward by the other's need stays so"
    assert apart | {winner: apart[winner] | {"owed": before[winner]["owed"]}} == before


@pytest.mark.rule("U11", "X-8", "X-9")
def test_11_a_birthday_on_the_first_of_the_twelfth_lunar_month_comes_when_the_almanac_says(practice):
    grid = practice.a_grid()
    elder = practice.a_person(grid, "许世友", "1950-01-18", celebrated={"calendar": "LUNAR", "month": 12, "day": 1})
    first, found = date(2022, 12, 1), []
    while first < date(2025, 2, 1):
        last = first + timedelta(days=59)
        found += [one["falls_on"] for one in grid.worker.all("/v1/birthdays", **{"from": str(first), "to": str(last)}) if one["person_id"] == elder]
        first = last + timedelta(days=1)

    assert found == ["2022-12-23", "2024-01-11", "2024-12-31"]


@pytest.mark.rule("REG-51")
def test_10_twins_are_never_flagged_again(practice):
    grid = practice.a_grid()
    shared = {"phones": [{"number": "13911112345"}]}
    first, second = practice.a_person(grid, "李晨", "2012-05-05", **shared), practice.a_person(grid, "李曦", "2012-05-05", **shared)
    practice.a_home(grid, practice.a_door(grid), (first, "CHILD"), (second, "CHILD"))
    practice.settle()
    [suspected] = pairs(grid, first, "OPEN")
    grid.lead.post(f"/v1/duplicates/{suspected['id']}/rejection")

    grid.worker.voice("PATCH", f"/v1/people/{second}", {"living_children": 0}, key=new_id()).raise_for_status()
    practice.pass_time(days=1)
    assert pairs(grid, first, "OPEN") == []

    grid.worker.voice("PATCH", f"/v1/people/{second}", {"name": "李晨", "duplicates_seen": [first]}, key=new_id()).raise_for_status()
    practice.pass_time(days=1)
    assert pairs(grid, first, "OPEN") == [] and len(pairs(grid, first, "NOT_DUPLICATE")) == 1


def pairs(grid: Grid, person: str, state: str) -> list[dict]:
    return [one for one in grid.lead.all("/v1/duplicates", state=state) if person in (one["a_id"], one["b_id"])]


@pytest.mark.rule("OUT-10", "U4")
def test_12_when_a_worker_with_12_elders_leaves_nobody_is_silently_alone(practice):
    grid = practice.a_grid()
    leaver = practice.a_colleague("WORKER", grid.id)
    with ThreadPoolExecutor(3) as hands:
        elders = list(hands.map(lambda number: practice.a_person(grid, f"林{'甲乙丙丁戊己庚辛壬癸子丑'[number]}", f"19{40 + number}-01-01"), range(12)))
    for elder in elders:
        practice.a_home(grid, practice.a_door(grid), (elder, "HEAD"))
    practice.settle()
    backup, covered, alone = practice.a_colleague("WORKER", grid.id), elders[:5], elders[5:]
    for elder in elders:
        pair(practice, grid, elder, leaver)
    for elder in covered:
        pair(practice, grid, elder, backup, "BACKUP")
    practice.settle()

    practice.admin.post(f"/v1/staff/{leaver.staff_id}/exit", {"reason": "LEFT"})
    practice.pass_time(hours=25)

    listed = {one["person_id"] for one in grid.lead.all("/v1/care-recipients", orphaned=True)}
    assert listed & set(elders) == set(alone), "who has a backup has somebody"
    assert {one["person"]["id"] for one in backup.get("/v1/me/day")["pairings"]} >= set(covered)
    for elder in alone:
        page = grid.lead.get(f"/v1/people/{elder}/page")
        assert page["care"]["orphaned_since"] and "PersonOrphaned" in [entry["event"] for entry in page["timeline"]]

    for elder in alone:
        pair(practice, grid, elder, backup)
    practice.settle()
    assert not {one["person_id"] for one in grid.lead.all("/v1/care-recipients", orphaned=True)} & set(elders)


@pytest.mark.rule("OUT-32", "OUT-30", "U6")
def test_13_and_14_the_doer_does_not_confirm_and_a_third_postponement_is_refused(practice):
    grid = practice.a_grid()
    elder = practice.an_elder(grid, "陈国强")
    today = practice.now().date()
    wish = {"source": "PHONE", "category": "DAILY_LIFE", "text": "楼道的灯坏了", "person_id": elder, "channel": "PHONE"}
    wish_id = grid.worker.post("/v1/wishes", wish, 201)["id"]
    grid.worker.post(f"/v1/wishes/{wish_id}/triage", {"owner_staff_id": grid.worker.staff_id})
    grid.worker.post(f"/v1/wishes/{wish_id}/acceptance", {"promise_on": (today + timedelta(days=10)).isoformat(), "text": "十天内修好"})
    for days in (15, 20):
        grid.worker.post(f"/v1/wishes/{wish_id}/promise", {"promise_on": (today + timedelta(days=days)).isoformat(), "reason": "灯具缺货"})
    third = grid.worker.post(f"/v1/wishes/{wish_id}/promise", {"promise_on": (today + timedelta(days=25)).isoformat(), "reason": "还是缺货"}, 409)
    assert third["code"] == "PROMISE_MOVED_OFTEN_ENOUGH"
    promised = grid.worker.get(f"/v1/wishes/{wish_id}")
    assert promised["promise_on"] == (today + timedelta(days=20)).isoformat()
    assert promised["promise_history"][0]["on"] == (today + timedelta(days=10)).isoformat()

    deed = grid.worker.post("/v1/deeds", {"title": "修灯", "kind": "REPAIR", "wish_ids": [wish_id]}, 201)["id"]
    grid.worker.post(f"/v1/deeds/{deed}/milestones", {"progress": 50, "text": "已买灯"})
    grid.worker.post(f"/v1/deeds/{deed}/completion")
    practice.settle()
    word = {"by_person_id": elder, "capacity": "SELF", "method": "CALL_BACK", "proof": "CALL-1", "satisfied": 5}
    assert grid.worker.post(f"/v1/wishes/{wish_id}/confirmation", word, 403)["code"] == "CONFIRMED_BY_DOER"

    third_person = practice.a_colleague("WORKER", grid.id)
    assert third_person.post(f"/v1/wishes/{wish_id}/confirmation", word)["state"] == "CONFIRMED"


@pytest.mark.rule("U10", "X-18")
def test_20_each_service_is_killed_during_a_cascade_and_all_converge_without_a_name_in_any_message(practice):
    platform, grid = practice.gateway.platform, practice.a_grid()
    marked = "鑫淼焱垚"
    for number, service in enumerate(SERVICES):
        husband = practice.a_person(grid, f"{marked}{'甲乙丙丁'[number]}", "1944-02-11", living_children=1)
        wife = practice.a_person(grid, f"{marked}{'戊己庚辛'[number]}", "1946-02-11", living_children=1)
        practice.a_home(grid, practice.a_door(grid), (husband, "HEAD"), (wife, "SPOUSE"))
        practice.settle()
        [running, worker] = [next(one for one in platform.processes if one.name == name) for name in (service, f"{service}-worker")]

        report_death(grid, husband)
        running.kill(), worker.kill()
        running.start(), worker.start()
        practice.settle()

        assert len(practice.owed(grid, wife, kind="BEREAVEMENT")) == 1, service
        seen = cascade(grid, husband, "PersonDeathReported")
        assert (seen["complete"], seen["waiting_for"], {answer["service"] for answer in seen["answers"]}) == (True, [], set(SERVICES)), service
    with MongoClient(platform.env["MONGODB_URI"]) as mongo:
        bodies = [bytes(row["body"]) for service in SERVICES for row in mongo[f"{platform.prefix}{service}"]["events"].find()]
    assert len(bodies) > 50 and not [body for body in bodies if marked.encode() in body or "鑫".encode() in body]


@pytest.mark.rule("X-16", "X-17")
def test_who_breaks_the_glass_reads_one_person_for_an_hour_on_record_and_the_person_s_grid_is_told(practice):
    home, away = practice.a_grid(), practice.a_grid()
    person, other = practice.an_elder(home, "徐文秀", tier="HIGH"), practice.an_elder(home, "罗德明", "1944-02-02", tier="HIGH")
    [file] = home.lead.all("/v1/case-files", person_id=person)
    [others] = home.lead.all("/v1/case-files", person_id=other)
    visit = practice.visit(home.worker, [person], note="家里的事")["id"]
    case = home.worker.post("/v1/safeguarding-cases", {"person_id": person, "signs": ["SCAM"], "words": "要给陌生人转账"}, 201)["id"]
    practice.settle()
    stranger, looks = away.worker, [f"/v1/case-files/{file['id']}", f"/v1/visits/{visit}/note", f"/v1/people/{person}", f"/v1/people/{person}/page"]
    for path in looks:
        stranger.get(path, 404)
    assert stranger.all("/v1/visits", person_id=person) == []
    home.worker.post(f"/v1/people/{person}/break-glass", {"purpose": "EMERGENCY", "reason": "就在本网格"}, 409)
    stranger.post(f"/v1/people/{person}/break-glass", {"purpose": "EMERGENCY", "reason": ""}, 422)

    reason = "邻居报称老人摔倒"
    stranger.post(f"/v1/people/{person}/break-glass", {"purpose": "EMERGENCY", "reason": reason}, 201)
    eventually(lambda: stranger.voice.get(looks[0]).status_code == 200, within=30, why="the glass broken")
    assert stranger.get(looks[1])["note"] == "家里的事"
    assert [stranger.get(path)["version"] for path in looks[:1]] and stranger.get(looks[3])["person_id"] == person
    assert [one["id"] for one in stranger.all("/v1/visits", person_id=person)] == [visit]
    for path in (f"/v1/case-files/{others['id']}", f"/v1/people/{other}", f"/v1/people/{other}/page"):
        stranger.get(path, 404)
    for path in (f"/v1/safeguarding-cases/{case}", "/v1/safeguarding-cases"):
        stranger.get(path, 403)
    assert [one["id"] for one in stranger.all("/v1/case-files")] == [], "what nobody asked for by person stays closed"
    stranger.post(f"/v1/case-files/{file['id']}/closure", {"reason": "NEED_ENDED"}, 404)
    away.lead.get(looks[0], 404)

    [told] = home.lead.all(f"/v1/people/{person}/break-glass")
    assert (told["staff_id"], told["purpose"], told["reason"]) == (stranger.staff_id, "EMERGENCY", reason)
    stranger.get(f"/v1/people/{person}/break-glass")
    assert stranger.all(f"/v1/people/{person}/break-glass") == []
    [task] = home.worker.all("/v1/tasks", kind="REVIEW_BREAK_GLASS", person_id=person)
    assert any(entry["event"] == "BreakGlassUsed" for entry in home.worker.get(f"/v1/people/{person}/page")["timeline"])
    home.lead.post(f"/v1/tasks/{task['id']}/completion", {"note": "已核对"})
    with MongoClient(practice.gateway.platform.env["MONGODB_URI"]) as client:
        outreach, registry = (client[f"{practice.gateway.platform.prefix}{name}"] for name in ("outreach", "registry"))
        read = outreach["audit"].find_one({"action": "GET /v1/visits/{visit_id}/note", "purpose": "BREAK_GLASS"})
        assert {visit, person} <= set(read["objects"]) and read["status"] == 200
        assert reason not in str(registry["break_glass"].find_one({"_id": told["id"]}, {"handled": 0}))

    practice.pass_time(minutes=61)
    eventually(lambda: stranger.voice.get(looks[0]).status_code == 404, within=30, why="the glass whole again")
    for path in looks:
        stranger.get(path, 404)
