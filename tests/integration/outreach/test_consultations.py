"""A consultation over HTTP: it is not reported while one opinion is unanswered."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.common.ids import new_id
from tests.integration.outreach.conftest import auditor, lead, worker


@pytest.mark.rule("OUT-40", "U6")
def test_who_follows_an_opinion_hears_that_its_deed_stalls_and_that_it_waits_for_another(outreach):
    grid = outreach.a_grid("L2")
    person, doer = outreach.a_person(grid), new_id()
    by = worker(doer, grid)
    opinion = outreach.post("/v1/opinions", {"text": "门口修一条坡道", "person_id": person}, 201, **by)["id"]
    outreach.post(f"/v1/opinions/{opinion}/answer", {"outcome": "ADOPTED", "text": "本季度修"}, **by)
    planned = {"title": "修坡道", "kind": "REPAIR", "grid_id": grid, "owner_staff_id": doer, "opinion_ids": [opinion]}
    deed = outreach.post("/v1/deeds", planned, 201, **by)["id"]
    outreach.settle()
    assert outreach.get(f"/v1/opinions/{opinion}", **by)["state"] == "DOING"

    outreach.post(f"/v1/deeds/{deed}/stall", {"why": "等物业"}, **by)
    outreach.post(f"/v1/deeds/{deed}/abandonment", {"reason": "NO_FUNDS"}, **by)
    outreach.settle()

    assert outreach.get(f"/v1/opinions/{opinion}", **by)["state"] == "ADOPTED"
    told = {one["change"] for one in outreach.get("/v1/notices", about_id=opinion)["items"]}
    assert told >= {"DOING", "DEED_STALLED", "DEED_GONE"}


@pytest.mark.rule("OUT-40", "OUT-41", "OUT-43")
def test_a_consultation_is_reported_when_everybody_was_answered(outreach):
    grid = outreach.a_grid("L1")
    person = outreach.a_person(grid)
    by, boss = worker("W1", grid), lead("L1", grid)
    today = outreach.now.date()
    asked = {"topic": "社区食堂", "kind": "MEETING", "opens_on": str(today), "closes_on": str(today + timedelta(days=7))}
    consultation = outreach.post("/v1/consultations", asked, 201, **boss)["id"]
    said = {"text": "食堂周末也开", "person_id": person, "consultation_id": consultation}
    assert outreach.client.post("/v1/opinions", said, **by).status_code == 409
    outreach.post(f"/v1/consultations/{consultation}/opening", **boss)
    first = outreach.post("/v1/opinions", said, 201, **by)["id"]
    nameless = outreach.post("/v1/opinions", {"text": "多装一盏灯，修一条坡道", "grid_id": grid, "consultation_id": consultation}, 201, **by)["id"]
    code = outreach.get(f"/v1/opinions/{nameless}/look-up-code", **by)["code"]
    outreach.post(f"/v1/opinions/{nameless}/split", {"parts": [{"text": "多装一盏灯", "theme": "LIGHT"}, {"text": "修一条坡道"}]}, **by)
    outreach.post(f"/v1/consultations/{consultation}/closing", {"attendance_count": 20}, **boss)
    outreach.post(f"/v1/consultations/{consultation}/answering", **boss)
    outreach.settle()

    refused = outreach.client.post(f"/v1/consultations/{consultation}/report", **boss)

    assert (refused.status_code, refused.json()["code"]) == (409, "OPINIONS_UNANSWERED")
    owed = refused.json()["unanswered"]
    assert first in owed and nameless not in owed and len(owed) == 3
    for opinion in owed:
        outreach.post(f"/v1/opinions/{opinion}/answer", {"outcome": "ADOPTED", "text": "下月起办"}, **by)
    outreach.settle()
    reported = outreach.post(f"/v1/consultations/{consultation}/report", **boss)
    assert (reported["state"], reported["report"]["opinions"]) == ("REPORTED", 3)
    assert outreach.client.post("/v1/look-ups", {"code": code}).status_code == 200
    assert outreach.client.post("/v1/look-ups", {"code": "0000-0000-0000"}).status_code == 404
    assert outreach.client.post(f"/v1/consultations/{consultation}/report", **auditor()).status_code == 403
