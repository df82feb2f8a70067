"""A lesson from its text to the ear of a member: real voice, real video, a real code, and proof in the ledger."""

from __future__ import annotations

import io
import re

import pytest
import requests
import zxingcpp
from PIL import Image

from services.common.access import Actor, Role
from services.common.events.learning import MaterialProduced
from services.common.ids import new_id
from tests.integration.learning.conftest import START, Learning
from tests.support.running import eventually

TEXT = "远亲不如近邻，近邻不如对门。今天我们一起学习邻里守望。谁家有老人，谁家有孩子，我们心里要有数。"
QUESTION = {"question": "远亲不如什么？", "accepted": ["近邻", "邻居"]}
HELD, AFTER, LATER = "2025-04-10T14:00:00+08:00", "2025-04-11T08:00:00+08:00", "2025-04-11T09:00:00+08:00"


@pytest.fixture(scope="module")
def taught(running_learning):
    """A branch with a young mother and somebody frail, and a lesson whose forms are all made."""
    learning = running_learning
    learning.set_clock(START)
    learning.found()
    mother = learning.join("MATERNITY")
    frail = learning.join("FRAIL", relative_helper={"name": "女儿", "phone": "13800000000"})
    session = learning.schedule(HELD, forms=("PAPER",))
    lesson = learning.post(f"/v1/study-sessions/{session}/lesson", {"title": "邻里守望", "text": TEXT, "questions": [QUESTION]}, 201)["id"]
    eventually(lambda: {one["state"] for one in made_of(learning, lesson)} == {"DONE"}, within=60, why="every form of the lesson")
    # What follows from a form that is made comes by its fact.
    learning.client.settle()
    learning.set_clock(AFTER)
    return learning, session, lesson, mother, frail


def made_of(learning: Learning, lesson: str) -> list[dict]:
    return learning.get("/v1/productions", lesson_id=lesson)["items"]


def path_of(link: dict) -> str:
    return link["url"][link["url"].index("/l/") :]


def fetch(learning: Learning, path: str, **headers) -> requests.Response:
    """Ask as somebody who holds a link and is nobody else."""
    return requests.get(learning.client.url + path, headers=headers, timeout=10)


def tell(learning: Learning, path: str, body: dict | None = None, key: str | None = None) -> requests.Response:
    return requests.post(learning.client.url + path, json=body or {}, headers={"Idempotency-Key": key or new_id()}, timeout=10)


def row_of(learning: Learning, session: str, member: str) -> dict:
    return learning.rows(session)[member]


@pytest.mark.rule("LRN-3")
def test_a_lesson_as_text_becomes_a_recording_a_video_and_large_print_and_rows_go_on(taught):
    learning, session, lesson, mother, _ = taught
    made = {one["form"]: one for one in made_of(learning, lesson)}

    assert set(made) == {"AUDIO", "VIDEO", "LARGE_PRINT"} and {one["percent"] for one in made.values()} == {100}
    assert (made["AUDIO"]["media"], made["AUDIO"]["provider"], made["AUDIO"]["fault"]) == ("audio/mpeg", "espeak-ng/cmn", None)
    assert made["VIDEO"]["seconds"] == pytest.approx(made["AUDIO"]["seconds"], abs=1.0)
    forms = {one["form"] for one in learning.get(f"/v1/study-sessions/{session}")["materials"]}
    assert forms >= {"TEXT", "AUDIO", "VIDEO", "SUBTITLED_VIDEO", "LARGE_PRINT"}
    assert row_of(learning, session, mother)["mode"] == "MOBILE_AUDIO"
    whole = learning.client.get(f"/v1/productions/{made['AUDIO']['id']}/file", roles=(Role.BRANCH_SECRETARY,), areas=(learning.branch,))
    assert (whole.status_code, len(whole.content)) == (200, made["AUDIO"]["bytes"])
    stranger = learning.client.get(f"/v1/productions/{made['AUDIO']['id']}/file", roles=(Role.BRANCH_SECRETARY,), areas=(new_id(),))
    assert stranger.status_code == 404


def test_the_code_in_the_picture_leads_to_the_lesson_which_shows_nothing_of_the_member(taught):
    learning, session, _, mother, frail = taught
    row = row_of(learning, session, mother)
    key = new_id()
    link = learning.post(f"/v1/coverage/{row['id']}/links", {}, 201, key=key)
    assert learning.post(f"/v1/coverage/{row['id']}/links", {}, key=key) == link, "asked again, the same is told again"

    staff = {"roles": (Role.BRANCH_SECRETARY,), "areas": (learning.branch,)}
    picture = learning.client.get(f"/v1/links/{link['id']}/qr.png", **staff)
    [code] = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.content)))
    assert code.text == link["url"]
    sheet = learning.client.get(f"/v1/links/{link['id']}/sheet", **staff).text
    assert "邻里守望" in sheet and "<svg" in sheet and link["url"] in sheet

    page = fetch(learning, path_of(link))
    assert page.status_code == 200 and "邻里守望" in page.text and QUESTION["question"] in page.text
    assert all(one not in page.text for one in (mother, frail, row["id"], session, "MATERNITY", "近邻"))
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert requests.head(learning.client.url + path_of(link), timeout=10).status_code == 200
    assert learning.get(f"/v1/links/{link['id']}")["opened_at"] is None, "looking at the page is no hearing"
    assert fetch(learning, "/lesson-player/player.js").headers["Content-Type"].startswith("text/javascript")
    assert fetch(learning, "/lesson-player/..%2fpages.py").status_code == 404


def test_a_player_gets_the_piece_that_it_asks_for(taught):
    learning, session, lesson, mother, _ = taught
    link = learning.post(f"/v1/coverage/{row_of(learning, session, mother)['id']}/links", {}, 201)
    size = next(one["bytes"] for one in made_of(learning, lesson) if one["form"] == "AUDIO")
    audio = f"{path_of(link)}/audio"

    piece = fetch(learning, audio, Range="bytes=100-199")
    assert (piece.status_code, len(piece.content), piece.headers["Content-Range"]) == (206, 100, f"bytes 100-199/{size}")
    assert fetch(learning, audio, Range="bytes=0-").headers["Content-Range"] == f"bytes 0-{min(size, 1 << 20) - 1}/{size}"
    assert fetch(learning, audio, Range="bytes=-50").content == fetch(learning, audio).content[-50:]
    assert fetch(learning, audio, Range=f"bytes={size}-").status_code == 416
    assert fetch(learning, f"{path_of(link)}/video", Range="bytes=0-11").content[4:8] == b"ftyp"


@pytest.mark.rule("LRN-10")
def test_hearing_the_lesson_and_answering_verifies_the_member(taught):
    learning, session, _, mother, _ = taught
    row = row_of(learning, session, mother)
    link = learning.post(f"/v1/coverage/{row['id']}/links", {}, 201)
    old = learning.post(f"/v1/coverage/{row['id']}/links", {}, 201)
    link, old = old, link
    assert fetch(learning, path_of(old)).status_code == 404 and tell(learning, f"{path_of(old)}/opening").json()["code"] == "LINK_LEADS_NOWHERE"
    path = path_of(link)
    seconds = next(one["seconds"] for one in made_of(learning, learning.get("/v1/lessons", session_id=session)["items"][-1]["id"]) if one["form"] == "AUDIO")

    assert tell(learning, f"{path}/progress", {"intervals": [[0, 5]]}).json()["code"] == "LINK_NOT_OPENED"
    learning.post(f"/v1/coverage/{row['id']}/dispatch", {})
    assert tell(learning, f"{path}/opening").json() == {"percent": 0, "right": None, "done": False}
    too_fast = tell(learning, f"{path}/progress", {"intervals": [[0, seconds]]}).json()
    assert too_fast["errors"][0]["code"] == "HEARD_IMPOSSIBLE"
    received = eventually(lambda: [one for one in [row_of(learning, session, mother)] if one["state"] == "RECEIVED"], why="that it was opened")[0]
    assert (received["next_action"], [one["kind"] for one in received["proofs"]]) == ("COLLECT_PROOF", ["LINK_OPENED"])
    learning.set_clock(LATER)
    assert tell(learning, f"{path}/opening").ok, "after a reload, what was heard out of reach is not lost"
    key, heard = new_id(), {"intervals": [[0, seconds / 2], [seconds / 4, seconds]], "speed": 1.25}
    first = tell(learning, f"{path}/progress", heard, key)
    assert (first.status_code, first.json()["percent"]) == (200, 100)
    assert tell(learning, f"{path}/progress", heard, key).headers["Idempotent-Replayed"] == "true"
    learning.client.settle()
    assert row_of(learning, session, mother)["state"] != "VERIFIED"
    assert tell(learning, f"{path}/answers", {"question": 0, "answer": "远亲"}).json()["right"] is False
    assert tell(learning, f"{path}/answers", {"question": 0, "answer": "近邻。"}).json() == {"percent": 100, "right": True, "done": True}
    eventually(lambda: row_of(learning, session, mother)["state"] == "VERIFIED", why="the proofs on the row")
    proofs = row_of(learning, session, mother)["proofs"]
    assert {(one["kind"], one["mode"]) for one in proofs} == {(kind, "MOBILE_AUDIO") for kind in ("LINK_OPENED", "AUDIO_HEARD", "RECALL_ANSWER")}
    assert learning.client.post(f"/v1/coverage/{row['id']}/links", {}, roles=(Role.BRANCH_SECRETARY,), areas=(learning.branch,)).json()["code"] == "COVERAGE_STATE"


@pytest.mark.rule("LRN-10")
def test_a_relative_confirms_that_it_was_played_with_the_member_who_recalls_it_themselves(taught):
    learning, session, _, _, frail = taught
    row = row_of(learning, session, frail)
    link = learning.post(f"/v1/coverage/{row['id']}/links", {"audience": "RELATIVE"}, 201)

    assert learning.get(f"/v1/study-sessions/{session}")["recall_asked"], "the lesson has questions"
    assert tell(learning, f"{path_of(link)}/reply").json()["code"] == "NOT_A_MEMBERS_LINK"
    assert tell(learning, f"{path_of(link)}/answers", {"question": 0, "answer": "近邻"}).json()["right"] is True
    assert tell(learning, f"{path_of(link)}/played").json()["done"] is True
    told = eventually(lambda: [one for one in [row_of(learning, session, frail)] if len(one["proofs"]) == 2], why="the relative's words on the row")[0]
    weights = {one["kind"]: (one["given_by"], one["strength"]) for one in told["proofs"]}
    assert (told["state"], weights["RECALL_ANSWER"]) == ("STUDIED", ("RELATIVE", "WEAK")), "a relative's answer is hearsay"
    learning.post(f"/v1/coverage/{row['id']}/proofs", {"kind": "RECALL_ANSWER", "given_by": "MEMBER"}, 201)
    assert row_of(learning, session, frail)["state"] == "VERIFIED"
    assert re.search("我已陪家人听完", fetch(learning, path_of(link)).text)


def test_an_own_recording_takes_the_place_of_the_voice_and_gets_a_video_of_its_own(taught):
    learning, session, lesson, _, _ = taught
    waits, begun = (learning.join("MATERNITY") for _ in range(2))
    links = [path_of(learning.post(f"/v1/coverage/{row_of(learning, session, one)['id']}/links", {}, 201)) for one in (waits, begun)]
    assert tell(learning, f"{links[1]}/opening").ok and tell(learning, f"{links[1]}/progress", {"intervals": [[0, 1]]}).ok
    audio = next(one for one in made_of(learning, lesson) if one["form"] == "AUDIO")
    staff = {"roles": (Role.BRANCH_SECRETARY,), "areas": (learning.branch,)}
    recorded = learning.client.get(f"/v1/productions/{audio['id']}/file", **staff).content
    send = f"/v1/lessons/{lesson}/recordings"

    def hand_in(content: bytes) -> requests.Response:
        token = learning.platform.tokens.sign(Actor("tester", frozenset({Role.BRANCH_SECRETARY}), (learning.branch,)), "learning")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/octet-stream", "Idempotency-Key": new_id()}
        return requests.post(learning.client.url + send, data=content, headers=headers, timeout=20)

    refused = hand_in(b"no sound at all")
    assert (refused.status_code, refused.json()["code"]) == (422, "RECORDING_UNREADABLE")
    own = hand_in(recorded + recorded)
    assert (own.status_code, own.json()["provider"], own.json()["state"]) == (202, "RECORDING", "QUEUED")
    broken = hand_in(b"ID3" + b"x" * 500).json()["id"]
    eventually(lambda: learning.get(f"/v1/productions/{broken}")["fault"] == "RECORDING_UNREADABLE", within=60, why="what does not play")
    assert "mp3" in learning.get(f"/v1/productions/{broken}")["fault_text"]
    eventually(lambda: [one["provider"] for one in made_of(learning, lesson) if one["form"] == "VIDEO" and one["state"] == "DONE"].count("RECORDING") == 1, within=60, why="its video")
    voice = eventually(lambda: learning.get(f"/v1/productions/{own.json()['id']}")["bytes"], why="the recording")
    learning.client.settle()
    played = [fetch(learning, f"{path}/audio", Range="bytes=0-9").headers["Content-Range"] for path in links]
    assert played == [f"bytes 0-9/{voice}", f"bytes 0-9/{audio['bytes']}"], "whoever has not begun hears the own recording"


def test_a_video_that_lacked_its_sound_is_made_as_soon_as_there_is_one(taught):
    learning, session, _, _, _ = taught
    lesson = learning.get("/v1/lessons", session_id=session)["items"][-1]["id"]
    made = {one["form"]: one["id"] for one in made_of(learning, lesson) if one["provider"] != "RECORDING"}
    # As if the machine had no voice when the lesson was written, and the recording was made at the secretary's word.
    learning.db["productions"].update_one({"_id": made["VIDEO"]}, {"$set": {"state": "FAILED", "fault": "AUDIO_MISSING"}})
    told = {"production_id": made["AUDIO"], "session_id": session, "branch_id": learning.branch, "lesson_id": lesson}

    learning.publish(MaterialProduced(**told, form="AUDIO", edition=1, seconds=9), f"production/{made['AUDIO']}", sequence=2)

    eventually(lambda: learning.get(f"/v1/productions/{made['VIDEO']}")["state"] == "DONE", within=60, why="its video")


def test_a_link_that_nobody_was_given_leads_nowhere(running_learning):
    learning = running_learning
    for token in ("0" * 40, "x", "%00", "a" * 5000, "é"):
        answer = fetch(learning, f"/l/{token}")
        assert answer.status_code in (404, 414) and "Traceback" not in answer.text
        assert tell(learning, f"/l/{token}/opening").status_code in (404, 414)


@pytest.mark.rule("LRN-24")
def test_a_text_written_anew_plays_through_the_link_that_the_member_has(taught):
    learning, session, _, _, _ = taught
    late = learning.join("MATERNITY")
    learning.set_clock(LATER)
    row = row_of(learning, session, late)
    link = learning.post(f"/v1/coverage/{row['id']}/links", {}, 201)
    path = path_of(link)
    assert "邻里守望" in fetch(learning, path).text

    anew = {"title": "邻里守望（新版）", "text": "远亲不如近邻。这是更正后的课文。", "must_restudy": True}
    second = learning.post(f"/v1/study-sessions/{session}/lesson", anew, 201)
    eventually(lambda: "新版" in fetch(learning, path).text, within=60, why="the link plays the new edition")

    assert (second["edition"], second["must_restudy"]) == (2, True)
    assert learning.get(f"/v1/study-sessions/{session}")["edition"] == 2
    assert tell(learning, f"{path}/opening").json()["percent"] == 0
    learning.set_clock("2025-04-11T10:00:00+08:00")
    seconds = next(one["seconds"] for one in made_of(learning, second["id"]) if one["form"] == "AUDIO")
    assert tell(learning, f"{path}/progress", {"intervals": [[0, seconds]]}).json()["percent"] == 100
    assert tell(learning, f"{path}/reply").json()["done"] is True
    eventually(lambda: row_of(learning, session, late)["state"] == "VERIFIED", why="the new edition's proofs")
    assert {one["edition"] for one in row_of(learning, session, late)["proofs"]} == {2}
