"""Two records of one person, merged and taken apart: what is on its way arrives, and a lesson is credited once."""

from __future__ import annotations

import pytest

from services.common.events.outreach import ServiceItemDone, VisitCompleted
from services.common.events.registry import PersonMerged, PersonUnmerged
from services.common.ids import new_id
from tests.integration.learning.conftest import moment
from tests.support.running import eventually

NOW = moment("2025-04-11T09:00:00+08:00")


@pytest.mark.rule("REG-57")
@pytest.mark.rule("REG-56")
@pytest.mark.rule("LRN-12")
@pytest.mark.rule("LRN-22")
@pytest.mark.rule("U5")
def test_a_parcel_and_a_visit_for_one_record_cover_the_other_and_undone_each_has_its_own(learning):
    winner, loser = learning.join(), learning.join("AWAY_WORK")
    by_parcel, by_visit = learning.schedule("2025-04-10T14:00:00+08:00"), learning.schedule("2025-04-10T16:00:00+08:00")
    learning.set_clock("2025-04-10T18:00:00+08:00")
    sent, taught = learning.rows(by_parcel)[loser], learning.rows(by_visit)[loser]
    own = learning.rows(by_parcel)[winner]
    learning.post(f"/v1/coverage/{sent['id']}/dispatch", {"carrier": "中国邮政"})
    parcel = learning.get(f"/v1/coverage/{sent['id']}")["delivery"]["parcel"]["id"]
    ids = {"merge_id": new_id(), "winner_id": own["person_id"], "loser_id": sent["person_id"]}

    def merged(fact, sequence):
        event_id = new_id()
        learning.publish(fact(**ids), f"merge/{ids['merge_id']}", at=NOW, id=event_id, sequence=sequence)
        eventually(lambda: learning.db["cascades"].find_one({"trigger_event_id": event_id}), why="learning's answer")

    merged(PersonMerged, 1)
    path, contents = f"/v1/coverage/{own['id']}", learning.get(f"/v1/parcels/{parcel}")["contents"]
    assert (learning.get(path)["state"], learning.get(path)["delivery"]["parcel"]["id"]) == ("DISPATCHED", parcel)
    assert [(one["coverage_id"], one["member_id"]) for one in contents] == [(own["id"], winner)]
    learning.post(f"/v1/parcels/{parcel}/delivery", {"received_by": "SELF"})
    learning.post(f"{path}/proofs", {"kind": "REPLY_CARD", "given_by": "MEMBER"}, 201)
    assert (learning.get(path)["state"], learning.get(f"/v1/parcels/{parcel}")["state"]) == ("VERIFIED", "ACKNOWLEDGED")

    visit, happened_at = new_id(), moment("2025-04-10T17:00:00+08:00")
    item = ServiceItemDone(no=1, kind="LEARNING_DELIVERY", ref=taught["id"])
    people = {"person_ids": [sent["person_id"]], "seen_person_ids": [sent["person_id"]], "staff_ids": [new_id()], "purposes": []}
    learning.publish(VisitCompleted(visit_id=visit, method="IN_PERSON", outcome="SEEN_WELL", items=[item], happened_at=happened_at, **people), f"visit/{visit}", at=NOW)
    eventually(lambda: learning.rows(by_visit)[winner]["state"] == "VERIFIED", why="a visit that names the old row proves the one that stands for it")
    assert learning.get(f"/v1/members/{winner}/credit", year=2025)["credited_minutes"] == 120
    credited = [fact["data"]["coverage_id"] for session in (by_parcel, by_visit) for fact in learning.facts(session) if fact["name"] == "CreditRecorded"]
    assert sorted(credited) == sorted([own["id"], learning.rows(by_visit)[winner]["id"]]), "each lesson once"

    learning.post(f"/v1/study-sessions/{by_visit}/holding", {"attended_member_ids": []})
    assert learning.post(f"/v1/study-sessions/{by_visit}/coverage-certificate")["state"] == "COVERED"

    merged(PersonUnmerged, 2)
    assert learning.get(f"/v1/members/{loser}")["active"]
    assert learning.get(f"/v1/coverage/{sent['id']}")["state"] != "VOID", "the other record is owed the lesson by itself again"
    learning.set_clock("2025-04-10T18:05:00+08:00")
    assert learning.get(f"/v1/study-sessions/{by_visit}")["state"] == "COVERING", "and the certificate of a lesson that somebody lacks holds no longer"
