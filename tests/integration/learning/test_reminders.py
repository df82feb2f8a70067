"""Reminders by the clock, and a device that many share."""

from __future__ import annotations

import pytest

from services.common.ids import new_id
from tests.integration.learning.conftest import START
from tests.integration.learning.test_materials import AFTER, HELD, made_of, path_of, row_of, tell
from tests.support.running import eventually


@pytest.fixture(scope="module")
def sent(running_learning):
    """Four members whose lesson was sent to their telephones on 11 April, each with a link."""
    learning = running_learning
    learning.set_clock(START)
    learning.found()
    members = [learning.join("MATERNITY") for _ in range(4)]
    learning.post(f"/v1/members/{members[0]}/circumstances", {"code": "NIGHT_SHIFT", "since": "2025-01-01", "until": "2025-12-31", "told_by": "SELF"}, 201)
    session = learning.schedule(HELD, forms=("PAPER",))
    lesson = learning.post(f"/v1/study-sessions/{session}/lesson", {"title": "守望", "text": "邻里守望。"}, 201)["id"]
    eventually(lambda: {one["state"] for one in made_of(learning, lesson) if one["form"] == "AUDIO"} == {"DONE"}, within=60, why="the recording")
    # What follows from a form that is made comes by its fact.
    learning.client.settle()
    learning.set_clock(AFTER)
    rows = [row_of(learning, session, member)["id"] for member in members]
    for row in rows:
        learning.post(f"/v1/coverage/{row}/dispatch")
    return learning, members, rows, [learning.post(f"/v1/coverage/{row}/links", {}, 201) for row in rows]


def due(learning, **query):
    return {one["member_id"]: one for one in learning.get("/v1/reminders", branch_id=learning.branch, **query)["items"]}


@pytest.mark.rule("LRN-35")
def test_who_did_not_open_the_lesson_is_reminded_once_outside_their_quiet_hours(sent):
    learning, members, rows, links = sent
    night, day, opened, late = members
    assert tell(learning, f"{path_of(links[2])}/opening").ok
    assert due(learning) == {}

    # The worker first looks at noon, a day late, when whoever works at night sleeps.
    learning.set_clock("2025-04-15T12:00:00+08:00")
    found = due(learning)
    assert set(found) == {night, day, late}
    assert found[night]["at"] == found[night]["give_from"] == "2025-04-15T08:00:00+00:00"
    assert found[day]["at"] < found[night]["at"]
    learning.client.settle()
    eventually(lambda: learning.db["events"].count_documents({"name": "ReminderDue"}) == 3, why="one fact for each")
    assert not any("NIGHT" in str(fact["body"]) for fact in learning.db["events"].find({"name": "ReminderDue"}))

    asleep = learning.post(f"/v1/reminders/{found[night]['id']}/telling", status=422)
    assert (asleep["errors"][0]["field"], asleep["errors"][0]["code"]) == ("at", "QUIET_HOURS")
    told = learning.post(f"/v1/reminders/{found[day]['id']}/telling")
    assert (told["state"], set(due(learning, state="TOLD"))) == ("TOLD", {day})
    learning.post(f"/v1/reminders/{found[day]['id']}/telling", status=409)
    assert tell(learning, f"{path_of(links[3])}/opening").ok
    learning.set_clock("2025-04-16T12:00:00+08:00")
    assert set(due(learning)) == {night} and set(due(learning, state="NEEDLESS")) == {late}
    assert learning.db["events"].count_documents({"name": "ReminderDue"}) == 3
    assert due(learning, areas=(new_id(),)) == {}

    learning.set_clock("2025-04-18T12:00:00+08:00")
    failures = [learning.get(f"/v1/coverage/{row}")["failures"][0]["reason"] for row in rows]
    assert failures == ["NOT_OPENED", "NOT_OPENED", "NOT_HEARD", "NOT_HEARD"]


@pytest.mark.rule("LRN-11")
def test_more_members_on_one_device_than_usual_are_flagged_and_nobody_is_hindered(sent):
    learning, _, _, links = sent
    device = "telephone-of-a-helpful-granddaughter"
    for link in links[:3]:
        assert tell(learning, f"{path_of(link)}/opening", {"device": device}).ok
    assert learning.get("/v1/links", device_flagged="true")["items"] == []

    fourth = tell(learning, f"{path_of(links[3])}/opening", {"device": device})

    assert (fourth.status_code, set(fourth.json())) == (200, {"percent", "right", "done"})
    assert {one["id"] for one in learning.get("/v1/links", device_flagged="true")["items"]} == {link["id"] for link in links}
    assert learning.get("/v1/links", device_flagged="false")["items"] == []
    assert tell(learning, f"{path_of(links[3])}/reply").ok
    kept = str(list(learning.db["personal_links"].find()))
    assert device not in kept and "127.0.0.1" not in kept
    assert tell(learning, f"{path_of(links[0])}/opening", {"device": "x" * 65}).status_code == 422
