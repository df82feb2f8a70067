"""Credit and feedback over HTTP: computed from the ledger, sealed where they tell of a life."""

from __future__ import annotations

from datetime import date

import pytest

from services.common.access import Role
from services.common.events.registry import ConsentChanged
from services.common.ids import new_id
from tests.support.running import eventually

SUPERVISOR = {"staff": "01JD0000000000000000STAFF2"}
WORKER = {"roles": (Role.WORKER,), "areas": ("01JD00000000000000000GR1D0",)}
SAID = "标记：希望下次讲慢一点"


@pytest.mark.rule("LRN-32")
@pytest.mark.rule("LRN-33")
def test_credit_shortfalls_and_the_words_of_everybody(learning):
    in_room, at_home, in_hospital = learning.join(), learning.join("HOMEBOUND"), learning.join()
    session = learning.schedule()
    learning.set_clock("2025-04-10T18:00:00+08:00")
    learning.post(f"/v1/study-sessions/{session}/holding", {"attended_member_ids": [in_room]})
    rows = learning.rows(session)
    home = f"/v1/coverage/{rows[at_home]['id']}"
    learning.post(f"{home}/assignment", {"mode": "HOME_TEACHING"})
    words = {"given_by": "MEMBER", "text": SAID}
    learning.post(f"{home}/feedback", words, 404, **WORKER)
    learning.teach(rows[at_home], "2025-04-10T17:00:00+08:00")
    assert set(learning.post(f"{home}/feedback", words, 201, **WORKER)) == {"id", "version", "session_id", "member_id", "state"}
    learning.post(f"{home}/feedback", words, 404, **{**WORKER, **SUPERVISOR})
    learning.post(f"/v1/coverage/{rows[in_room]['id']}/feedback", {**words, "text": "讨论热烈"}, 201)
    learning.post(f"/v1/coverage/{rows[in_hospital]['id']}/waiver", {"code": "HOSPITAL_SERIOUS"})

    summary = learning.get(f"/v1/study-sessions/{session}/summary")
    assert (summary["verified"], summary["waived"], summary["open"]) == (2, 1, 0)
    assert {one["mode"]: one["verified"] for one in summary["by_mode"]} == {"IN_PERSON": 1, "HOME_TEACHING": 1}
    assert {(one["member_id"], one["mode"], one["text"]) for one in summary["feedback"]} == {
        (at_home, "HOME_TEACHING", SAID),
        (in_room, "IN_PERSON", "讨论热烈"),
    }
    assert SAID not in repr(learning.facts(session)) + repr(list(learning.db["coverage"].find()))
    person, consent = learning.db["members"].find_one({"_id": in_room})["person_id"], new_id()
    no = {"consent_id": consent, "subject_id": person, "given_by_id": person, "purpose": "LEARNING_RECORD"}
    learning.publish(ConsentChanged(**no, state="REFUSED", valid_from=date(2025, 4, 1)), f"consent/{consent}")
    eventually(lambda: learning.db["consents"].find_one({"_id": consent}), why="the consent known")
    assert learning.post(f"/v1/coverage/{rows[in_room]['id']}/feedback", words, 409)["code"] == "RECORD_REFUSED"
    hidden = learning.get(f"/v1/study-sessions/{session}/summary")
    assert (hidden["verified"], [one["member_id"] for one in hidden["feedback"]]) == (2, [at_home])

    list_path = f"/v1/branches/{learning.branch}/credit-shortfalls"
    early = learning.get(list_path, year=2025)
    assert (early["items"], early["empty_because"], early["projected_from"]) == ([], "TOO_EARLY", "2025-06-01")
    reduction = {"minutes": 0, "reason": "HOSPITAL", "since": "2025-01-01", "until": "2025-12-31"}
    learning.post(f"/v1/members/{in_hospital}/credit-reductions", reduction, 201)
    proposed = learning.get(f"/v1/members/{in_hospital}/credit", year=2025)
    approval = f"/v1/members/{in_hospital}/credit-reductions/{proposed['reductions'][0]['id']}/approval"
    assert (proposed["required_minutes"], proposed["shortfall_minutes"]) == (1920, None)
    learning.post(approval, {}, 403)
    learning.post(approval, {}, **SUPERVISOR)
    assert learning.get(f"/v1/members/{in_hospital}/credit", year=2025)["required_minutes"] == 0
    assert "HOSPITAL" not in repr(learning.db["members"].find_one({"_id": in_hospital}))

    learning.set_clock("2025-07-02T08:00:00+08:00")
    listed, cursor = [], None
    while True:
        page = learning.get(list_path, year=2025, limit=1, **({"cursor": cursor} if cursor else {}))
        listed, cursor = listed + page["items"], page["next_cursor"]
        if cursor is None:
            break
    assert {one["member_id"]: one["credited_minutes"] for one in listed} == {in_room: 60, at_home: 60}
    assert all(one["shortfall_minutes"] == 1920 - 60 * 365 // 183 for one in listed)

    lists_path = f"/v1/branches/{learning.branch}/shortfall-lists"
    [july] = learning.get(lists_path, year=2025)["items"]
    learning.set_clock("2025-07-20T08:00:00+08:00")
    assert learning.get(lists_path)["items"] == [july], "one list a month, however often the clock runs"
    assert (july["month"], july["member_ids"]) == (7, sorted([in_room, at_home]))
    learning.set_clock("2025-08-01T08:00:00+08:00")
    assert [one["month"] for one in learning.get(lists_path)["items"]] == [8, 7]
