"""A transfer on the day of a lesson, and a member who is attached elsewhere: owed in one branch, credited once."""

from __future__ import annotations

import pytest

from services.common.ids import new_id
from tests.support.running import eventually

DAY, HELD = "2025-04-10", "2025-04-10T14:00:00+08:00"


@pytest.mark.rule("LRN-30")
@pytest.mark.parametrize("shown_first", [True, False])
def test_a_lesson_of_the_day_of_a_transfer_is_owed_in_one_branch_only(learning, shown_first):
    member, sending = learning.join(), learning.branch
    person = learning.get(f"/v1/members/{member}")["person_id"]
    learned, receiving = learning.schedule(HELD), learning.found()
    owed = learning.schedule(HELD)
    learning.set_clock("2025-04-10T18:00:00+08:00")

    def join():
        return learning.post("/v1/members", {"branch_id": receiving, "person_id": person, "since": DAY}, 201, areas=(receiving,))["id"]

    def state_there():
        return learning.rows(owed, areas=(receiving,)).get(joined, {}).get("state")

    learning.branch = sending
    row = learning.rows(learned)[member]["id"]
    learning.post(f"/v1/members/{member}/departure", {"until": DAY, "reason": "TRANSFER_OUT"})
    learning.post(f"/v1/coverage/{row}/showing", {}, 409)
    if not shown_first:
        joined = join()
        assert state_there() == "ASSIGNED", "until the sending branch shows it, the receiving one owes it"
    learning.post(f"/v1/study-sessions/{learned}/holding", {"attended_member_ids": [member]})
    shown = learning.post(f"/v1/coverage/{row}/showing")
    if shown_first:
        joined = join()

    assert (shown["state"], shown["shown_on"]) == ("VERIFIED", DAY)
    eventually(lambda: state_there() == "VOID", why="the receiving branch owes it no more")
    credit = learning.get(f"/v1/members/{joined}/credit", year=2025, areas=(receiving,))
    assert (credit["credited_minutes"], credit["lessons"]) == (60, 1)


@pytest.mark.rule("LRN-30")
@pytest.mark.rule("LRN-32")
def test_the_home_branch_accepts_what_its_member_learnt_where_they_are_attached(learning):
    home, home_branch = learning.join(), learning.branch
    person = learning.get(f"/v1/members/{home}")["person_id"]
    there = learning.found()
    attached = learning.post("/v1/members", {"branch_id": there, "person_id": person, "since": "2025-01-01", "kind": "TEMP_ATTACHED"}, 201)["id"]
    draft = {"branch_id": there, "kind": "TOPIC_STUDY", "title": "专题领学", "includes_attached": True}
    session = learning.post("/v1/study-sessions", draft, 201)["id"]
    learning.post(f"/v1/study-sessions/{session}/scheduling", {"held_at": HELD})
    learning.set_clock("2025-04-10T18:00:00+08:00")
    learning.post(f"/v1/study-sessions/{session}/holding", {"attended_member_ids": [attached]})
    row = learning.rows(session)[attached]["id"]
    at_home = {"areas": (home_branch,)}

    before = learning.get(f"/v1/members/{home}/credit", year=2025, **at_home)
    learning.post(f"/v1/members/{home}/accepted-credits", {"coverage_id": new_id()}, 422, **at_home)
    learning.post(f"/v1/members/{home}/accepted-credits", {"coverage_id": row}, 404)
    key = new_id()
    first = learning.post(f"/v1/members/{home}/accepted-credits", {"coverage_id": row}, 201, key=key, **at_home)
    again = learning.post(f"/v1/members/{home}/accepted-credits", {"coverage_id": row}, key=key, **at_home)
    learning.post(f"/v1/members/{home}/accepted-credits", {"coverage_id": row}, 409, **at_home)

    assert (before["credited_minutes"], [one["coverage_id"] for one in before["to_accept"]]) == (0, [row])
    assert first == again
    after = learning.get(f"/v1/members/{home}/credit", year=2025, **at_home)
    assert (after["credited_minutes"], after["to_accept"]) == (60, [])
