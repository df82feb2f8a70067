"""Places in holiday classes over HTTP: rushes, guardians of the register, offers and their clocks."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.common.events.registry import ConsentChanged, PersonMerged
from services.common.ids import new_id
from tests.integration.volunteering.community import ok
from tests.support.running import eventually


@pytest.fixture(autouse=True)
def june(community):
    community.at("2025-06-25T09:00:00+08:00")


def at_once(command, many):
    with ThreadPoolExecutor(len(many)) as hands:
        return list(hands.map(command, many))


def places(community, series) -> dict[str, str]:
    """Return what became of each child."""
    return {one["child_id"]: one["state"] for one in ok(community.get(f"/v1/class-series/{series}"), 200)["enrolments"]}


@pytest.mark.rule("VOL-51")
def test_the_last_place_asked_for_by_50_families_at_once_goes_to_exactly_one_and_all_are_answered(community):
    series = community.a_series(capacity=1, waitlist_max=19)
    children = [community.a_child(guardian_ids=[new_id()]) for _ in range(50)]

    answers = at_once(lambda child: community.enrol(series, child), children)

    assert Counter(answer.status_code for answer in answers) == {201: 20, 409: 30}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"FULL"}
    enrolled = [answer.json()["enrolment"] for answer in answers if answer.status_code == 201]
    assert Counter(one["state"] for one in enrolled) == {"ENROLLED": 1, "WAITLISTED": 19}
    shown = ok(community.get(f"/v1/class-series/{series}"), 200)["enrolments"]
    assert sorted(one["position"] for one in shown if one["state"] == "WAITLISTED") == list(range(1, 20))


@pytest.mark.rule("VOL-50", "X-14")
def test_a_no_to_care_in_an_emergency_holds_the_place_and_refuses_the_next(community):
    child, series, other = community.a_child(), community.a_series(), community.a_series(starts_on="2025-07-02", ends_on="2025-08-30")
    ok(community.enrol(series, child))

    said = {"subject_id": child["id"], "given_by_id": child["guardian_ids"][1], "purpose": "CHILD_EMERGENCY_CARE"}
    community.tell(ConsentChanged(consent_id=new_id(), **said, state="REFUSED"))

    eventually(lambda: places(community, series) == {child["id"]: "INCOMPLETE"}, why="the place held")
    refused = community.enrol(other, child)
    assert (refused.status_code, refused.json()["code"]) == (409, "CONSENT_REFUSED")


@pytest.mark.rule("VOL-50", "REG-45")
def test_only_a_guardian_of_the_register_applies_and_a_block_holds_the_place(community):
    child, series = community.a_child(), community.a_series()
    first, second = child["guardian_ids"]
    community.appoint(child["id"], second, may=["PICK_UP"])

    refused = community.enrol(series, child, guardian=1)
    ok(community.enrol(series, child))
    community.appoint(child["id"], first, may=[], blocked=True)

    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "MAY_NOT_CONSENT")
    eventually(lambda: places(community, series) == {child["id"]: "INCOMPLETE"}, why="the place held")
    assert community.enrol(series, child).status_code == 422


@pytest.mark.rule("VOL-51")
def test_a_place_given_back_is_offered_in_order_and_offered_on_when_nobody_answers(community):
    series = community.a_series(capacity=1)
    children = [community.a_child() for _ in range(3)]
    ids = [ok(community.enrol(series, child))["enrolment"]["id"] for child in children]
    one, two, three = (child["id"] for child in children)

    ok(community.post(f"/v1/class-series/{series}/enrolments/{ids[0]}/withdrawal"), 200)
    assert places(community, series) == {one: "WITHDRAWN", two: "OFFERED", three: "WAITLISTED"}
    [waits] = [row for row in ok(community.get("/v1/class-series", offered=True), 200)["items"] if row["id"] == series]
    [offer] = waits["offers"]
    assert (offer["enrolment_id"], offer["child_id"]) == (ids[1], two) and offer["expires_at"]
    assert series not in {row["id"] for row in ok(community.get("/v1/class-series", offered=False), 200)["items"]}
    community.at("2025-06-26T10:00:00+08:00")
    eventually(lambda: places(community, series) == {one: "WITHDRAWN", two: "EXPIRED", three: "OFFERED"}, why="the next one asked")

    answer = {"guardian_id": children[2]["guardian_ids"][0]}
    late = community.post(f"/v1/class-series/{series}/enrolments/{ids[1]}/acceptance", {"guardian_id": children[1]["guardian_ids"][0]})
    taken = ok(community.post(f"/v1/class-series/{series}/enrolments/{ids[2]}/acceptance", answer), 200)
    assert (late.status_code, late.json()["code"], taken["enrolment"]["state"]) == (409, "NOT_OFFERED", "ENROLLED")


TUESDAYS = [{"weekday": 2, "from_minute": 540, "to_minute": 630}]
OVERLAPPING = [{"weekday": 2, "from_minute": 600, "to_minute": 700}]


@pytest.mark.rule("VOL-51")
def test_one_child_entered_at_once_for_courses_at_the_same_time_gets_one_seat_and_changes_over_by_giving_it_back(community):
    for _ in range(5):
        courses = [community.a_series(slots=slots) for slots in (TUESDAYS, OVERLAPPING, TUESDAYS, OVERLAPPING)]
        child = community.a_child()

        answers = at_once(lambda series, child=child: community.enrol(series, child), courses)

        assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 3}
        assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"SAME_TIME"}
        assert sum(bool(places(community, series)) for series in courses) == 1

    [(series, taken)] = [(series, answer.json()["enrolment"]) for series, answer in zip(courses, answers, strict=True) if answer.status_code == 201]
    other = next(one for one in courses if one != series)
    ok(community.enrol(community.a_series(slots=[{"weekday": 3, "from_minute": 540, "to_minute": 630}]), child))
    ok(community.post(f"/v1/class-series/{series}/enrolments/{taken['id']}/withdrawal"), 200)
    assert ok(community.enrol(other, child))["enrolment"]["state"] == "ENROLLED"


@pytest.mark.rule("VOL-51")
def test_two_draws_at_once_for_courses_at_the_same_time_give_each_child_one_seat(community):
    courses = [community.a_series(slots=slots, intake_rule="TIME", intake_ends_on="2025-06-28") for slots in (TUESDAYS, OVERLAPPING)]
    children = [community.a_child() for _ in range(4)]
    for series in courses:
        for child in children:
            ok(community.enrol(series, child))
        ok(community.post(f"/v1/class-series/{series}/intake-closure"), 200)

    drawn = at_once(lambda series: community.post(f"/v1/class-series/{series}/allocation"), courses)

    assert [answer.status_code for answer in drawn] == [200, 200]
    for child in children:
        assert sorted(places(community, series)[child["id"]] for series in courses) == ["ENROLLED", "EXPIRED"]
    shown = [ok(community.get(f"/v1/class-series/{series}"), 200)["enrolments"] for series in courses]
    assert {one["reason"] for course in shown for one in course if one["state"] == "EXPIRED"} == {"SAME_TIME"}


@pytest.mark.rule("VOL-51", "REG-53")
def test_two_records_of_one_child_with_places_at_the_same_time_keep_the_earlier_and_hold_the_later_until_a_guardian_chooses(community):
    first, second = (community.a_series(slots=slots) for slots in (TUESDAYS, OVERLAPPING))
    winner, loser = (community.a_child() for _ in range(2))
    earlier = ok(community.enrol(first, loser))["enrolment"]["id"]
    community.at("2025-06-25T09:01:00+08:00")
    later = ok(community.enrol(second, winner))["enrolment"]["id"]

    community.tell(PersonMerged(merge_id=new_id(), winner_id=winner["id"], loser_id=loser["id"]))

    def shown(series):
        return {one["id"]: one for one in ok(community.get(f"/v1/class-series/{series}"), 200)["enrolments"]}

    held = eventually(lambda: (one := shown(second)[later])["state"] == "INCOMPLETE" and one, why="the later place held")
    moved = eventually(lambda: (one := shown(first)[earlier])["child_id"] == winner["id"] and one, why="the place moved")
    assert (held["clashes"], held["hold_until"] is not None, moved["state"], moved["clashes"]) == (True, True, "ENROLLED", False)
    answers = eventually(lambda: [row["effects"]["conflicts"] for row in community.rows("cascades") if row["trigger"] == "PersonMerged"])
    assert answers == [[f"SAME_TIME:enrolment/{later}"]]
    ok(community.post(f"/v1/class-series/{first}/enrolments/{earlier}/withdrawal"), 200)
    community.at("2025-06-25T09:05:00+08:00")
    eventually(lambda: (shown(second)[later]["state"], shown(second)[later]["clashes"]) == ("ENROLLED", False), why="the place given back")
