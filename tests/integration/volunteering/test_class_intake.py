"""A holiday class that everybody wants, from the first application to the last offer, over HTTP."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import bson
import pytest

from services.common.ids import new_id
from services.common.process import Process
from services.common.settings import load
from services.common.store import Cause
from services.volunteering.children.domain import Ground, Priority
from services.volunteering.children.storage import Children
from services.volunteering.guardians.domain import CONSENT_ACTIVITY, Guardianship
from services.volunteering.guardians.storage import Guardians
from services.volunteering.service import SERVICE
from tests.integration.volunteering.community import ok
from tests.support.running import eventually
from tests.unit.volunteering.builders import a_child

SEED = "3-17-22-8"
APPLICATIONS, PLACES, LINE = 200, 60, 20


@pytest.fixture
def process(community):
    process = Process(SERVICE, load("volunteering", community.platform.env))
    yield process
    process.client.close()


def families(process) -> list[dict]:
    """Put children on record: 40 whose parents both work, 20 pairs of siblings, all with guardians of the register."""
    guardians, at = [new_id() for _ in range(APPLICATIONS - 20)], datetime(2025, 6, 20, tzinfo=UTC)
    both_work = (Ground(Priority.BOTH_PARENTS_WORK, "在职证明 2025-06"),)
    children = [
        a_child(new_id(), guardian_ids=(guardians[number % len(guardians)],), priorities=() if number % 5 else both_work)
        for number in range(APPLICATIONS + 1)
    ]
    process.storage(Children).add_many(((one, []) for one in children), Cause("children", "children", at))
    papers = (Guardianship(new_id(), one.id, one.guardian_ids[0], (CONSENT_ACTIVITY,)) for one in children)
    process.storage(Guardians).add_many(((one, []) for one in papers), Cause("guardians", "guardians", at))
    return [{"id": one.id, "guardian_ids": list(one.guardian_ids)} for one in children]


def again_by_hand(drawn: dict) -> list[str]:
    """Return the order of a draw as anybody computes it from what is published: points, then the lot of the family, siblings together."""
    found = {one["child_id"]: one for one in drawn["candidates"]}
    family = {one["child_id"]: sorted(id for id, other in found.items() if set(other["guardian_ids"]) & set(one["guardian_ids"])) for one in found.values()}

    def rank(one):
        together = family[one["child_id"]]
        lot = hashlib.sha256(f"{drawn['seed']}:{together[0]}".encode()).hexdigest()
        return -max(found[id]["points"] for id in together), lot, -one["points"], one["applied_at"], one["child_id"]

    return [one["enrolment_id"] for one in sorted(found.values(), key=rank)]


@pytest.mark.rule("VOL-50", "VOL-51", "VOL-52")
def test_200_families_want_60_places(community, process):
    community.at("2025-06-20T09:00:00+08:00")
    collection = process.db["class_series"]
    *children, one_more = families(process)
    slots = [{"weekday": 2, "from_minute": 540, "to_minute": 630}]
    terms = {"capacity": PLACES, "waitlist_max": LINE, "intake_rule": "LOTTERY", "intake_ends_on": "2025-06-24", "seed": SEED, "slots": slots}
    series = community.a_series(**terms)
    with ThreadPoolExecutor(6) as hands:
        applied = list(hands.map(lambda child: ok(community.enrol(series, child))["enrolment"]["state"], children))
    assert Counter(applied) == {"APPLIED": APPLICATIONS}
    twin = twin_of(collection, series)
    the_300th(community, collection, series, one_more)

    ok(community.post(f"/v1/class-series/{series}/intake-closure"), 200)
    ok(community.post(f"/v1/class-series/{twin}/intake-closure"), 200)
    drawn = ok(community.post(f"/v1/class-series/{series}/allocation", key="draw"), 200)
    repeated = ok(community.post(f"/v1/class-series/{series}/allocation", key="draw"), 200)
    second = community.post(f"/v1/class-series/{series}/allocation")

    assert repeated == drawn and (second.status_code, second.json()["code"]) == (409, "NOT_ALLOCATING")
    assert drawn["seed_digest"] == hashlib.sha256(SEED.encode()).hexdigest()
    assert drawn["order"] == again_by_hand(drawn)
    shown = ok(community.get(f"/v1/class-series/{series}"), 200)
    places = {one["id"]: one for one in shown["enrolments"]}
    assert [places[id]["state"] for id in drawn["order"]] == ["ENROLLED"] * PLACES + ["WAITLISTED"] * LINE + ["EXPIRED"] * (APPLICATIONS - PLACES - LINE)
    assert [places[id]["position"] for id in drawn["order"][PLACES : PLACES + LINE]] == list(range(1, LINE + 1))
    points = {one["enrolment_id"]: one["points"] for one in drawn["candidates"]}
    assert [points[id] for id in drawn["order"]] == sorted(points.values(), reverse=True)
    the_line_moves(community, series, drawn["order"], {one["id"]: one for one in children})

    # The same applications with the same seed: the same list, and nobody gets a second seat at the same time.
    redrawn = ok(community.post(f"/v1/class-series/{twin}/allocation"), 200)
    assert redrawn["order"] == drawn["order"]
    passed_over = {one["child_id"] for one in redrawn["candidates"] if one["same_time"]}
    in_both = [one for one in ok(community.get(f"/v1/class-series/{twin}"), 200)["enrolments"] if one["state"] == "ENROLLED" and one["child_id"] in passed_over]
    assert len(passed_over) >= PLACES - 3 and in_both == []


def twin_of(collection, series: str) -> str:
    """Return another course in which the same children applied, without asking every family again."""
    return copied(collection, collection.find_one({"_id": series}), handled=[])


def copied(collection, document: dict, **changes) -> str:
    """Write a document again under a new id, as if nothing of it waited to be published."""
    copy = {**{name: value for name, value in document.items() if name != "pending"}, "_id": new_id(), "outbox": [], "facts": 0, **changes}
    collection.insert_one(copy)
    return copy["_id"]


def the_300th(community, collection, series: str, child: dict) -> None:
    """Measure a course with 299 applications, and take one more."""
    document = collection.find_one({"_id": series})
    others = [{**one, "id": new_id(), "child_id": new_id()} for one in document["enrolments"][:99]]
    handled = [{**entry, "key": new_id()} for entry in [*document["handled"], *document["handled"][:99]]]
    crowd = copied(collection, document, enrolments=[*document["enrolments"], *others], handled=handled)

    began = time.perf_counter()
    ok(community.enrol(crowd, child))
    took = time.perf_counter() - began

    document = collection.find_one({"_id": crowd})
    size = len(bson.encode(document))
    print(f"\n300 applications: {size / 1024:.0f} KB, {size // 300} bytes each; the last one took {took * 1000:.0f} ms")
    assert len(document["enrolments"]) == 300
    assert size < 1 << 20, "the database takes documents of up to 16 MB"
    collection.delete_one({"_id": crowd})


def the_line_moves(community, series: str, order: list[str], children: dict[str, dict]) -> None:
    """Give three places back, let two offers end unanswered and one be accepted, and see the line move in order."""
    line = order[PLACES : PLACES + 5]

    def states() -> dict[str, str]:
        return {one["id"]: one["state"] for one in ok(community.get(f"/v1/class-series/{series}"), 200)["enrolments"]}

    for given_back in order[:3]:
        ok(community.post(f"/v1/class-series/{series}/enrolments/{given_back}/withdrawal"), 200)
    assert [states()[id] for id in line] == ["OFFERED", "OFFERED", "OFFERED", "WAITLISTED", "WAITLISTED"]
    shown = ok(community.get(f"/v1/class-series/{series}"), 200)["enrolments"]
    child = children[next(one["child_id"] for one in shown if one["id"] == line[1])]
    ok(community.post(f"/v1/class-series/{series}/enrolments/{line[1]}/acceptance", {"guardian_id": child["guardian_ids"][0]}), 200)
    community.at("2025-06-21T10:00:00+08:00")
    moved = ["EXPIRED", "ENROLLED", "EXPIRED", "OFFERED", "OFFERED"]
    eventually(lambda: [states()[id] for id in line] == moved, why="the next ones asked")
    shown = {one["id"]: one for one in ok(community.get(f"/v1/class-series/{series}"), 200)["enrolments"]}
    assert [shown[id]["position"] for id in order[PLACES + 5 : PLACES + LINE]] == list(range(1, LINE - 4))
