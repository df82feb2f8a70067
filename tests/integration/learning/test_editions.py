"""A lesson that comes out anew, over HTTP: parcels are packed anew, certificates open again, and nothing is credited twice."""

from __future__ import annotations

import pytest


@pytest.mark.rule("LRN-24")
def test_wrong_papers_are_packed_anew_and_what_must_be_studied_again_opens_the_certificate(learning):
    in_room, far = learning.join(), learning.join("AWAY_WORK")
    session = learning.schedule()
    path = f"/v1/study-sessions/{session}"
    learning.set_clock("2025-04-10T08:00:00+08:00")
    row = f"/v1/coverage/{learning.rows(session)[far]['id']}"
    old = learning.post(f"{row}/preparation")["delivery"]["parcel"]["id"]
    learning.post(f"{path}/materials", {"form": "BRAILLE", "title": "x", "supersedes": True}, 422)

    corrected = learning.post(f"{path}/materials", {"form": "PAPER", "title": "更正版", "supersedes": True}, 201)
    assert (corrected["edition"], [one["superseded_by"] is None for one in corrected["materials"] if one["form"] == "PAPER"]) == (2, [False, True])
    assert learning.get(f"/v1/parcels/{old}")["next_action"] == "REPACK"
    assert learning.post(f"{row}/dispatch", {"carrier": "中国邮政"}, 409)["code"] == "PARCEL_OUTDATED"
    learning.post(f"/v1/parcels/{old}/withdrawal")
    assert learning.post(f"{row}/dispatch", {"carrier": "中国邮政"})["delivery"]["edition"] == 2

    learning.set_clock("2025-04-12T08:00:00+08:00")
    learning.post(f"{path}/holding", {"attended_member_ids": [in_room]})
    learning.post(f"{row}/receipt", {"received_by": "SELF"})
    learning.post(f"{row}/proofs", {"kind": "REPLY_CARD", "given_by": "MEMBER"}, 201)
    assert learning.post(f"{path}/coverage-certificate")["state"] == "COVERED"

    told = learning.post(f"{path}/materials", {"form": "TEXT", "title": "补充", "supersedes": True}, 201)
    assert (told["state"], {one["noticed_edition"] for one in learning.rows(session).values()}) == ("COVERED", {3})
    again = learning.post(f"{path}/materials", {"form": "PAPER", "title": "重学版", "supersedes": True, "must_restudy": True}, 201)
    rows = learning.rows(session)
    assert (again["state"], again["cover_by_on"], again["covered_at"]) == ("COVERING", "2025-05-12", None)
    assert {one["state"] for one in rows.values()} <= {"ASSIGNED", "BLOCKED"} and {one["edition"] for one in rows.values()} == {4}
    learning.post(f"{path}/coverage-certificate", {}, 409)
    assert learning.get(f"/v1/members/{in_room}/credit", year=2025)["credited_minutes"] == 60

    learning.post(f"{row}/dispatch", {"carrier": "中国邮政"})
    learning.post(f"{row}/proofs", {"kind": "REPLY_CARD", "given_by": "MEMBER"}, 201)
    learning.post(f"/v1/coverage/{rows[in_room]['id']}/proofs", {"kind": "ROLL_CALL", "given_by": "STAFF", "mode": "MAKE_UP_CLASS"}, 201)
    assert learning.post(f"{path}/coverage-certificate")["state"] == "COVERED"
    assert learning.get(f"/v1/members/{far}/credit", year=2025)["credited_minutes"] == 60
    names = [fact["name"] for fact in learning.facts(session)]
    assert (names.count("CreditRecorded"), names.count("LessonRevised"), names.count("StudySessionReopened")) == (2, 2, 1)


@pytest.mark.rule("LRN-23")
def test_a_restricted_paper_keeps_the_whole_lesson_out_of_parcels_links_and_recordings(learning):
    far = learning.join("AWAY_WORK")
    session = learning.schedule()
    path = f"/v1/study-sessions/{session}"
    learning.set_clock("2025-04-10T08:00:00+08:00")
    row = f"/v1/coverage/{learning.rows(session)[far]['id']}"
    packed = learning.post(f"{row}/preparation")["delivery"]["parcel"]["id"]

    sealed = learning.post(f"{path}/materials", {"form": "PAPER", "title": "内部文件", "restricted": True}, 201)

    assert (sealed["restricted"], [one["title"] for one in sealed["materials"] if one["restricted"]]) == (True, ["内部文件"])
    assert (learning.get(row)["state"], learning.get(f"/v1/parcels/{packed}")["next_action"]) == ("NEEDS_SECRETARY", "UNPACK")
    assert learning.post(f"/v1/parcels/{packed}/handover", {"carrier": "中国邮政"}, 409)["code"] == "PARCEL_UNNEEDED"
    learning.post(f"{row}/assignment", {"mode": "PARCEL"}, 422)
    assert learning.post(f"{row}/links", {}, 409)["code"] == "LESSON_RESTRICTED"
    lesson = learning.post(f"{path}/lesson", {"title": "内部学习", "text": "只在会场学习。", "restricted": True}, 201)
    assert lesson["restricted"] is True
    learning.client.settle()
    assert [one["form"] for one in learning.get("/v1/productions", lesson_id=lesson["id"])["items"]] == ["LARGE_PRINT"]
    assert learning.post(f"{row}/assignment", {"mode": "HOME_TEACHING"})["state"] == "ASSIGNED"
