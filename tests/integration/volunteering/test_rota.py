"""A rota from the wish for it to the places that it takes, over HTTP against a real broker and database."""

from __future__ import annotations

import pytest

from services.common.access import Role
from services.common.ids import new_id
from tests.integration.volunteering.community import CHILD_CLEARANCES, ok
from tests.support.running import eventually

EVERY_DAY = [{"weekday": day, "starts": "07:00", "ends": "21:00"} for day in range(1, 8)]


def proposed(community, **details):
    body = {"since": "2026-03-02", "until": "2026-03-08", "kinds": ["HOLIDAY_CLASS"], **details}
    rota = f"/v1/rota-plans/{ok(community.post('/v1/rota-plans', body))['id']}"
    return rota, eventually(lambda: (seen := ok(community.get(rota), 200))["state"] == "PROPOSED" and seen, within=60)


def a_class(community, day, **need):
    span = {"starts_at": f"2026-03-{day:02}T09:00:00+08:00", "ends_at": f"2026-03-{day:02}T11:00:00+08:00"}
    return community.an_activity(kind="HOLIDAY_CLASS", place=f"教室{day}", need={"min": 1, "max": 2, "child_role": True, **need}, **span)


@pytest.mark.rule("VOL-20", "VOL-21", "VOL-22", "VOL-23", "VOL-25")
def test_a_rota_is_computed_explained_published_and_its_places_are_taken(community):
    community.at("2026-03-01T09:00:00+08:00")
    helpers = [community.a_volunteer(availability=EVERY_DAY) for _ in range(2)]
    let_off, veteran, child = community.a_volunteer(availability=EVERY_DAY), community.a_volunteer(), new_id()
    for one in (*helpers, let_off, veteran):
        for kind in CHILD_CLEARANCES:
            community.clear(one, kind, checked_on="2026-02-10")
    secret = f"单亲家庭{child}"
    exempt = ok(community.post(f"/v1/volunteers/{let_off}/rota-exemption", {"until": "2026-03-31", "reason": secret}), 200)
    places = [a_class(community, day) for day in (2, 4)]
    impossible, _ = a_class(community, 6, skill=child)
    # Those who serve for the first time are beside somebody; here somebody experienced has a place in each class already.
    for number in range(2):
        community.at(f"2026-02-{15 + number}T09:00:00+08:00")
        span = {"starts_at": f"2026-02-{15 + number}T10:00:00+08:00", "ends_at": f"2026-02-{15 + number}T11:00:00+08:00"}
        activity, need = community.an_activity(**span)
        place = ok(community.sign_up(activity, need, veteran))["assignment"]["id"]
        community.at(f"2026-02-{15 + number}T10:30:00+08:00")
        ok(community.post(f"/v1/activities/{activity}/attendance", {"calls": [{"assignment_id": place, "result": "PRESENT"}]}), 200)
        ok(community.post(f"/v1/activities/{activity}/completion"), 200)
    community.at("2026-03-01T09:00:00+08:00")
    for activity, need in places:
        ok(community.post(f"/v1/activities/{activity}/needs/{need}/capacity", {"min": 2, "max": 2}), 200)
        ok(community.sign_up(activity, need, veteran))

    rota, shown = proposed(community, seed="s", popular_activity_ids=[places[0][0]])
    again, optimal = (proposed(community, seed="s", solver=solver)[1] for solver in ("GREEDY", "CP_SAT"))
    ok(community.post(f"{rota}/publication"), 200)
    placed = eventually(lambda: ok(community.get(rota), 200)["placements"], within=60)

    chosen = {one["slot_id"].split(":")[0]: one["volunteer_id"] for one in shown["choices"]}
    assert chosen.keys() == {activity for activity, _ in places} and set(chosen.values()) == set(helpers)
    assert [one["slot_id"].split(":")[0] for one in shown["unmet"]] == [impossible]
    assert (again["choices"], again["unmet"]) == (shown["choices"], shown["unmet"])
    assert optimal["unmet"] == shown["unmet"] and {one["volunteer_id"] for one in optimal["choices"]} == set(helpers)
    assert all(one["why_zh"].startswith(f"选中 {one['volunteer_id']}：负荷") for one in shown["choices"])
    assert secret not in str(shown) and exempt["exempt_reason"] == secret and secret.encode() not in community.raw()
    assert [one["verdict"] for one in placed] == ["OK", "OK"]
    for activity, helper in chosen.items():
        seen = ok(community.get(f"/v1/activities/{activity}"), 200)
        taken = seen["assignments"][-1]
        assert seen["popular"] is (activity == places[0][0])
        assert (taken["volunteer_id"], taken["source"], taken["state"]) == (helper, "ROTA", "ACCEPTED")
    community.at("2026-03-02T06:00:00+08:00")
    eventually(lambda: ok(community.get(rota), 200)["state"] == "LOCKED", within=60)
    assert community.get(rota, roles=(Role.WORKER,)).status_code == 403
    for activity, _ in (*places, (impossible, None)):
        ok(community.post(f"/v1/activities/{activity}/cancellation", {"reason": "测试结束"}), 200)


@pytest.mark.rule("VOL-23")
def test_a_child_keeps_its_place_whether_its_parents_are_asked_or_let_off(community):
    community.at("2025-07-01T09:00:00+08:00")
    series = community.a_series()
    children = [community.a_child() for _ in range(2)]
    for child in children:
        ok(community.enrol(series, child))
    asked, let_off = (community.a_volunteer(own_child_ids=[child["id"]]) for child in children)
    ok(community.post(f"/v1/volunteers/{let_off}/rota-exemption", {"until": "2025-12-31"}), 200)

    shares = ok(community.post(f"/v1/class-series/{series}/fair-shares", {"places": 6}), 200)
    seen = community.get(f"/v1/class-series/{series}/fair-shares", roles=(Role.WORKER,))

    assert [(one["volunteer_ids"], one["sessions"]) for one in shares["asks"]] == [([asked], 6)]
    assert let_off not in seen.text and "exempt" not in seen.text
    assert {one["state"] for one in ok(community.get(f"/v1/class-series/{series}"), 200)["enrolments"]} == {"ENROLLED"}
