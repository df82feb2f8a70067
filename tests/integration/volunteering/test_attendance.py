"""Coming and staying away, over HTTP against a real broker and database."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from pymongo import MongoClient

from services.common.ids import new_id
from tests.integration.volunteering.community import OTHER_COORDINATOR, ok
from tests.support.running import eventually


def held(community, *volunteers, day="2025-07-05", need=None):
    span = {"starts_at": f"{day}T09:00:00+08:00", "ends_at": f"{day}T11:00:00+08:00"}
    activity, need = community.an_activity(need={"max": 5, **(need or {})}, **span)
    places = [ok(community.sign_up(activity, need, one))["assignment"]["id"] for one in volunteers]
    return f"/v1/activities/{activity}", places


def end(community, path, calls):
    ok(community.post(f"{path}/attendance", {"calls": [{"assignment_id": place, "result": result} for place, result in calls]}), 200)
    ok(community.post(f"{path}/completion"), 200)


@pytest.mark.rule("VOL-33", "VOL-34")
def test_a_volunteer_checks_in_by_the_code_of_the_minute_and_has_half_an_hour_when_it_is_called_off(community):
    community.at("2025-07-01T09:00:00+08:00")
    volunteer, absent = community.a_volunteer(), community.a_volunteer()
    path, _ = held(community, volunteer, absent)
    community.at("2025-07-05T09:20:10+08:00")

    shown = ok(community.get(f"{path}/attendance-code"), 200)
    here = {"volunteer_id": volunteer, "code": shown["code"]}
    came = community.post(f"{path}/check-ins", here, roles=(), key="check-in")
    again = community.post(f"{path}/check-ins", here, roles=(), key="check-in")
    stranger = community.post(f"{path}/check-ins", {**here, "volunteer_id": new_id()}, roles=())
    community.at("2025-07-05T09:22:10+08:00")
    stale = community.post(f"{path}/check-ins", here, roles=())
    ok(community.post(f"{path}/cancellation", {"reason": "暴雨"}), 200)

    assert (ok(came, 200)["result"], came.json()["in_method"], again.json()) == ("LATE", "CODE", came.json())
    assert [answer.json()["code"] for answer in (stranger, stale)] == ["NOT_LISTED", "CODE_NOT_VALID"]
    entries = eventually(lambda: ok(community.get("/v1/hours", activity_id=path.rsplit("/", 1)[1]), 200)["items"])
    assert [(one["volunteer_id"], one["minutes"], one["state"]) for one in entries] == [(volunteer, 30, "CHECKED")]


@pytest.mark.rule("VOL-33")
def test_who_guesses_the_code_waits_and_the_others_check_in_meanwhile(community):
    community.at("2025-07-01T09:00:00+08:00")
    guesser, other = community.a_volunteer(), community.a_volunteer()
    path, _ = held(community, guesser, other)
    community.at("2025-07-05T09:20:10+08:00")
    shown = ok(community.get(f"{path}/attendance-code"), 200)["code"]
    wrong = "222222" if shown != "222222" else "333333"

    def guess(_):
        return community.post(f"{path}/check-ins", {"volunteer_id": guesser, "code": wrong}, roles=())

    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(guess, range(8)))
    held_up = community.post(f"{path}/check-ins", {"volunteer_id": guesser, "code": shown}, roles=())
    came = [community.post(f"{path}/check-ins", {"volunteer_id": other, "code": shown}, roles=()) for _ in range(7)]

    assert Counter(answer.status_code for answer in answers) == {409: 5, 429: 3}
    assert (held_up.status_code, held_up.json()["code"]) == (429, "TOO_MANY_ATTEMPTS")
    assert 1 <= int(held_up.headers["Retry-After"]) <= 600 and held_up.headers["Retry-After"] in held_up.json()["title"]
    assert [answer.status_code for answer in came] == [200] * 7, "a right code counts for nothing"
    counts = {row["_id"].rsplit("/", 1)[0]: row["count"] for row in community.rows("check_in_attempts")}
    activity = path.rsplit("/", 1)[1]
    assert counts[f"{activity}/{other}"] == 0 and counts[activity] >= 5
    with MongoClient(community.platform.env["MONGODB_URI"]) as client:
        attempts = client[community.platform.prefix + "volunteering"]["check_in_attempts"]
        assert attempts.index_information()["until_1"]["expireAfterSeconds"] == 0
        attempts.update_many({"_id": {"$regex": f"^{activity}/[0-9]+$"}}, {"$set": {"count": 100}})
    crowd = community.post(f"{path}/check-ins", {"volunteer_id": new_id(), "code": wrong}, roles=())
    assert crowd.status_code == 429


@pytest.mark.rule("VOL-33")
def test_three_no_shows_pause_sign_up_with_children_until_one_is_excused(community):
    community.at("2025-07-01T09:00:00+08:00")
    volunteer = community.a_volunteer(cleared=True)
    places, reliability = [], f"/v1/volunteers/{volunteer}/reliability"
    for count, day in enumerate(("2025-07-10", "2025-07-11", "2025-07-12"), 1):
        path, (place,) = held(community, volunteer, day=day)
        community.at(f"{day}T10:00:00+08:00")
        end(community, path, [(place, "NO_SHOW")])
        places.append((path, place))
        # Facts about different activities may come in any order.
        shown = eventually(lambda count=count: (seen := community.get(reliability)).status_code == 200 and len(seen.json()["no_shows"]) == count and seen.json())
    path, need = community.an_activity(need={"child_role": True}, starts_at="2025-07-14T09:00:00+08:00", ends_at="2025-07-14T11:00:00+08:00")

    refused = community.sign_up(path, need, volunteer)
    first, place = places[0]
    no_show = f"/v1/volunteers/{volunteer}/no-shows/{place}"
    ok(community.post(f"{no_show}/answer", {"excuse": "ILLNESS", "words": "孩子突然发高烧"}), 200)
    ok(community.post(f"{no_show}/decision", {"excused": True}, actor=OTHER_COORDINATOR), 200)

    assert (shown["talk_due_since"], shown["paused_until"]) == ("2025-07-11", "2025-10-08")
    assert volunteer in [one["id"] for one in ok(community.get("/v1/volunteer-talks"), 200)["items"]]
    assert refused.json()["code"] == "SUSPENDED"
    assert ok(community.sign_up(path, need, volunteer))["assignment"]["verdict"] == "OK"
    eventually(lambda: ok(community.get(first), 200)["assignments"][0]["state"] == "EXCUSED")
    assert "孩子突然发高烧".encode() not in community.raw()
    facts = eventually(lambda: (seen := community.facts(f"reliability/{volunteer}")) and len(seen) == 4 and seen)
    assert [fact["type"].rsplit(".", 1)[1] for fact in facts] == ["VolunteerTalkDue", "ChildSignUpPaused", "NoShowExcused", "ChildSignUpResumed"]
