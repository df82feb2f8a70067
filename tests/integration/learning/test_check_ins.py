"""Checking in by the code on the screen, and a session held at a partner's."""

from __future__ import annotations

import pytest
import requests

from services.common.ids import new_id
from tests.support.running import eventually


@pytest.mark.rule("LRN-10")
def test_a_member_checks_in_by_the_code_of_the_minute_and_the_roll_call_needs_them_no_more(learning):
    came, called, stranger = learning.join(), learning.join(), new_id()
    partner = new_id()
    draft = {"branch_id": learning.branch, "kind": "THEMED_DISCUSSION", "title": "联学联建", "partner_ids": [partner], "place_kind": "PARTNER"}
    learning.post("/v1/study-sessions", {**draft, "partner_ids": []}, 422)
    session = learning.post("/v1/study-sessions", draft, 201)["id"]
    path = f"/v1/study-sessions/{session}"
    learning.post(f"{path}/scheduling", {"held_at": "2025-04-10T14:00:00+08:00"})

    def check_in(member, code, key=None):
        return requests.post(f"{learning.client.url}{path}/check-ins", json={"member_id": member, "code": code}, headers={"Idempotency-Key": key or new_id()}, timeout=10)

    assert check_in(came, "222222").json()["code"] == "CHECK_IN_CLOSED"
    learning.set_clock("2025-04-10T14:00:00+08:00")
    code, key = learning.get(f"{path}/attendance-code")["code"], new_id()
    row = learning.rows(session)[came]["id"]
    learning.post(f"/v1/coverage/{row}/proofs", {"kind": "ROTATING_CODE", "given_by": "MEMBER"}, 422)
    told = check_in(came, code, key)

    assert (told.status_code, told.json()["state"]) == (200, "VERIFIED")
    assert check_in(came, code, key).json() == told.json()
    assert check_in(came, code).json()["checked_in_at"] == told.json()["checked_in_at"]
    assert check_in(stranger, code).json()["code"] == "NOT_ON_THE_LIST"
    learning.set_clock("2025-04-10T14:01:00+08:00")
    assert check_in(called, code).json()["code"] == "CODE_NOT_VALID", "a code posted in a group chat holds no longer"
    held = learning.post(f"{path}/holding", {"attended_member_ids": [called]})
    assert (held["state"], held["place_kind"], held["partner_ids"]) == ("HELD", "PARTNER", [partner])
    eventually(lambda: {row["state"] for row in learning.rows(session).values()} == {"VERIFIED"}, why="both have the lesson")
    assert [fact["data"]["partner_ids"] for fact in learning.facts(session) if fact["name"] == "StudySessionHeld"] == [[partner]]
