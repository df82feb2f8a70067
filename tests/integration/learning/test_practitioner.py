"""What a practitioner asks of learning alone: who is back is invited again, and a neighbour's signature covers nothing."""

from __future__ import annotations

import pytest

from services.common.access import Role
from services.common.events.outreach import ServiceItemDone, VisitCompleted
from services.common.ids import new_id
from tests.integration.learning.conftest import moment
from tests.support.running import eventually

AUDITOR = {"roles": (Role.AUDITOR,), "areas": ()}


@pytest.mark.rule("LRN-2")
@pytest.mark.rule("LRN-31")
def test_18_when_a_leave_ends_the_next_session_is_in_person_and_no_list_ever_showed_why(learning):
    member = learning.join("MATERNITY")
    circumstance = learning.get(f"/v1/members/{member}/circumstances")["circumstances"][0]["id"]
    during, afterwards = learning.schedule("2025-04-10T14:00:00+08:00"), learning.schedule("2025-06-10T14:00:00+08:00")
    learning.set_clock("2025-04-08T08:00:00+08:00")
    first = learning.rows(during)[member]
    lists = [learning.rows(during, **AUDITOR)]

    learning.post(f"/v1/members/{member}/circumstances/{circumstance}/ending", {"until": "2025-05-31"})
    learning.set_clock("2025-06-08T08:00:00+08:00")
    lists.append(learning.rows(afterwards, **AUDITOR))

    assert (first["mode"], learning.rows(afterwards)[member]["mode"]) == ("MOBILE_AUDIO", "IN_PERSON")
    assert [rows[member]["mode"] for rows in lists] == ["INDIVIDUAL_STUDY", "IN_PERSON"]
    told = repr(lists) + repr(learning.facts(during)) + repr(learning.facts(afterwards))
    assert "MATERNITY" not in told and "L4" not in told


@pytest.mark.rule("LRN-20")
@pytest.mark.rule("OUT-19")
def test_19_a_parcel_at_a_neighbours_covers_nobody_and_one_visit_at_home_does(learning):
    member = learning.join("AWAY_WORK", smartphone=False)
    session = learning.schedule()
    learning.set_clock("2025-04-10T08:00:00+08:00")
    row = learning.rows(session)[member]
    path = f"/v1/coverage/{row['id']}"
    learning.post(f"{path}/dispatch", {"carrier": "中国邮政"})
    learning.set_clock("2025-04-12T08:00:00+08:00")
    learning.post(f"/v1/study-sessions/{session}/holding", {"attended_member_ids": []})
    learning.post(f"{path}/receipt", {"received_by": "NEIGHBOUR"})
    refused = learning.post(f"/v1/study-sessions/{session}/coverage-certificate", {}, 409)

    learning.set_clock("2025-04-22T08:00:00+08:00")
    fallen = learning.get(path)
    learning.post(f"{path}/assignment", {"mode": "HOME_TEACHING"})
    asked = [fact["data"] for fact in learning.facts(session) if fact["name"] == "HomeTeachingRequested"]
    visit, happened_at = new_id(), moment("2025-04-22T07:00:00+08:00")
    item = ServiceItemDone(no=1, kind="LEARNING_DELIVERY", ref=row["id"])
    seen = {"person_ids": [row["person_id"]], "seen_person_ids": [row["person_id"]], "staff_ids": [new_id()], "purposes": []}
    learning.publish(
        VisitCompleted(visit_id=visit, method="IN_PERSON", outcome="SEEN_WELL", items=[item], happened_at=happened_at, **seen), f"visit/{visit}", at=happened_at
    )

    assert refused["open"][0]["coverage_id"] == row["id"]
    assert (fallen["mode"], fallen["failures"][0]["reason"]) == ("PHONE_READING", "NOT_ACKNOWLEDGED")
    assert [(one["coverage_id"], one["due_on"]) for one in asked] == [(row["id"], "2025-05-02")]
    eventually(lambda: learning.get(path)["state"] == "VERIFIED", why="the lesson taught at home")
    assert learning.post(f"/v1/study-sessions/{session}/coverage-certificate")["state"] == "COVERED"
