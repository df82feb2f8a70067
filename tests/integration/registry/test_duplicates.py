"""Duplicates at entry and in the queue, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.common.access import Role
from tests.integration.registry.test_registry import a_door, a_grid, a_home, an_id_number, ok
from tests.support.running import eventually

LEAD = (Role.GRID_LEAD,)


def entry(grid, name="柳如是", born_on="1939-03-09", **more):
    return {"grid_id": grid, "name": name, "born_on": born_on, **more}


def queue(registry, person, state="OPEN", **who):
    return ok(registry.get("/v1/duplicates", person_id=person, state=state, **who), 200)["items"]


@pytest.mark.rule("REG-50", "U9")
def test_a_likely_duplicate_is_named_and_asks_for_a_choice(registry):
    grid = a_grid(registry)
    first = ok(registry("POST", "/v1/people", entry(grid)))["id"]

    refused = registry("POST", "/v1/people", entry(grid, "柳如氏"))
    chosen = registry("POST", "/v1/people", entry(grid, "柳如氏", duplicates_seen=[first]))

    assert (refused.status_code, refused.json()["code"]) == (409, "DUPLICATE_SUSPECTED")
    assert refused.json()["candidates"] == [{"person_id": first, "score": 70, "reasons": ["BIRTH_DATE_AND_NAME"]}]
    assert ok(chosen)["id"] != first
    assert [pair["state"] for pair in queue(registry, first, "NOT_DUPLICATE")] == ["NOT_DUPLICATE"]


@pytest.mark.rule("REG-51")
def test_twins_are_never_flagged_again_until_what_identifies_one_of_them_changes(registry):
    grid = a_grid(registry)
    phone = {"phones": [{"number": "13911112222"}]}
    elder = ok(registry("POST", "/v1/people", entry(grid, "卓大双", "1941-02-02", **phone)))["id"]
    younger = ok(registry("POST", "/v1/people", entry(grid, "卓小双", "1941-02-02", **phone)))["id"]
    a_home(registry, a_door(registry, grid, 11), (elder, "HEAD"), (younger, "SIBLING"))
    pair = eventually(lambda: queue(registry, elder))[0]
    assert pair["reasons"] == ["DOOR_SURNAME_AGE"]

    ok(registry.post(f"/v1/duplicates/{pair['id']}/rejection"), 200)
    again = registry.post(f"/v1/duplicates/{pair['id']}/rejection")
    ok(registry("PATCH", f"/v1/people/{younger}", {"living_children": 1}), 200)
    eventually(lambda: "EMPTY_NEST" in ok(registry.get(f"/v1/people/{elder}/card"), 200)["categories"])

    assert again.json()["code"] == "DUPLICATE_DECIDED"
    assert queue(registry, elder) == []
    assert registry("PATCH", f"/v1/people/{younger}", {"former_names": ["卓幼双"]}).json()["code"] == "DUPLICATE_SUSPECTED"
    ok(registry("PATCH", f"/v1/people/{younger}", {"former_names": ["卓幼双"], "duplicates_seen": [elder]}), 200)
    registry.settle()
    assert queue(registry, elder) == []


@pytest.mark.rule("REG-50")
def test_a_record_out_of_reach_is_not_named_and_waits_in_the_queue_of_who_sees_both(registry):
    here, there = a_grid(registry), a_grid(registry)
    hidden = ok(registry("POST", "/v1/people", entry(there, "贺双卿", "1938-01-01")))["id"]

    mine = ok(registry("POST", "/v1/people", entry(here, "贺双卿", "1938-01-01"), roles=LEAD, areas=[here]))["id"]

    pair = eventually(lambda: queue(registry, mine, roles=LEAD, areas=[here]))[0]
    assert {pair["a_id"], pair["b_id"]} == {mine, None}
    assert registry.post(f"/v1/duplicates/{pair['id']}/rejection", roles=LEAD, areas=[here]).status_code == 404
    assert registry.post(f"/v1/duplicates/{pair['id']}/rejection", roles=(Role.AUDITOR,)).status_code == 403
    assert {queue(registry, hidden)[0][name] for name in ("a_id", "b_id")} == {mine, hidden}


@pytest.mark.rule("REG-50")
def test_a_number_of_somebody_else_can_be_entered_as_a_conflict(registry):
    grid, number = a_grid(registry), an_id_number("19370707")
    holder = ok(registry("POST", "/v1/people", entry(grid, "祝英台", None, id_number=number)))["id"]

    other = ok(registry("POST", "/v1/people", entry(grid, "梁山伯", "1936-06-06", id_number=number, id_conflict=True)))

    assert (other["id_last4"], other["id_status"]) == (None, "UNSEEN")
    assert [(pair["score"], pair["reasons"]) for pair in queue(registry, holder)] == [(100, ["ID_CONFLICT"])]
    refused = registry("POST", "/v1/people", entry(grid, "马文才", "1936-06-06", id_number=an_id_number(), id_conflict=True))
    assert refused.json()["errors"][0]["code"] == "NO_ID_CONFLICT"


@pytest.mark.rule("REG-51")
def test_a_pair_can_be_put_off_until_a_day(registry):
    grid = a_grid(registry)
    number = an_id_number("19350505")
    holder = ok(registry("POST", "/v1/people", entry(grid, "步非烟", None, id_number=number)))["id"]
    ok(registry("POST", "/v1/people", entry(grid, "霍小玉", "1935-05-05", id_number=number, id_conflict=True)))
    pair = queue(registry, holder)[0]["id"]

    far = registry.post(f"/v1/duplicates/{pair}/snooze", {"snoozed_until": "2099-01-01"})
    put_off = registry.post(f"/v1/duplicates/{pair}/snooze", {"snoozed_until": _in_a_week()})

    assert far.json()["errors"][0]["code"] == "SNOOZE_TOO_LONG"
    assert ok(put_off, 200)["state"] == "SNOOZED"
    assert queue(registry, holder) == []


def _in_a_week():
    return (datetime.now(UTC) + timedelta(days=7)).date().isoformat()


@pytest.mark.rule("REG-50")
def test_two_elders_with_one_number_of_kin_and_names_that_sound_alike_come_into_the_queue(registry):
    grid = a_grid(registry)
    one, other = (ok(registry("POST", "/v1/people", entry(grid, name, born_on)))["id"] for name, born_on in (("温秀英", "1941-01-01"), ("温秀云", "1950-02-02")))
    daughter = {"relation": "CHILD", "name": "温芳", "phone": "13911113333"}
    for elder in (one, other):
        ok(registry.post(f"/v1/people/{elder}/kin", daughter))

    [pair] = eventually(lambda: queue(registry, one), why="the pair")
    assert (pair["reasons"], {pair["a_id"], pair["b_id"]}) == (["KIN_PHONE_AND_NAME"], {one, other})
