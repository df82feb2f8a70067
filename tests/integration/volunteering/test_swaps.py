"""Swaps from the wish to the books, over HTTP against a real broker and database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pymongo import MongoClient

from services.common.access import Role
from services.common.ids import id_from
from tests.integration.volunteering.community import ok
from tests.support.running import eventually


def a_shift(community, volunteer, day=10, **need):
    span = {"starts_at": f"2026-04-{day:02}T09:00:00+08:00", "ends_at": f"2026-04-{day:02}T11:00:00+08:00"}
    activity, need_id = community.an_activity(place=f"活动室{day}", need={"min": 1, "max": 1, **need}, **span)
    return {"activity_id": activity, "assignment_id": ok(community.sign_up(activity, need_id, volunteer))["assignment"]["id"]}


def opened(community, shift, **details):
    return f"/v1/swaps/{ok(community.post('/v1/swaps', {**shift, **details}))['id']}"


def offered(community, shift, to, taken=None, **details):
    path = opened(community, shift, **details)
    other = {f"to_{name}": id for name, id in taken.items()} if taken else {}
    ok(community.post(f"{path}/offer", {"to_volunteer_id": to, **other}), 200)
    return path


def applied(community, path):
    return eventually(lambda: (seen := ok(community.get(path), 200))["state"] == "APPLIED" and seen)


def seated(community, shift):
    shown = ok(community.get(f"/v1/activities/{shift['activity_id']}"), 200)["assignments"]
    return [(one["volunteer_id"], one["state"]) for one in shown]


@pytest.mark.rule("VOL-11", "VOL-13")
def test_a_shift_with_children_goes_from_hand_to_hand_and_only_with_a_coordinators_word(community):
    community.at("2026-04-01T09:00:00+08:00")
    first, second, third = (community.a_volunteer() for _ in range(3))
    for one in (first, second, third):
        for kind in ("RECORD_CHECK", "HEALTH", "CHILD_SAFETY_TRAINING"):
            community.clear(one, kind, checked_on="2026-03-10")
    shift = a_shift(community, first, child_role=True)

    path = offered(community, shift, second, reason="要陪孩子看牙医")
    twice = community.post("/v1/swaps", shift)
    agreed = ok(community.post(f"{path}/acceptance", {"for_absent": True}), 200)
    worker = community.post(f"{path}/approval", roles=(Role.WORKER,))
    ok(community.post(f"{path}/approval"), 200)
    done = applied(community, path)

    assert twice.json()["code"] == "SWAP_UNDER_WAY"
    assert (agreed["state"], agreed["responsible_id"], worker.status_code) == ("PEER_ACCEPTED", first, 403)
    assert "仍由原来的志愿者负责到场" in agreed["message_zh"] and done["responsible_id"] == second
    assert "要陪孩子看牙医".encode() not in community.raw()

    onward = offered(community, {**shift, "assignment_id": done["new_assignment_ids"][0]}, third)
    ok(community.post(f"{onward}/acceptance", {}), 200)
    ok(community.post(f"{onward}/approval"), 200)
    applied(community, onward)

    assert seated(community, shift) == [(first, "REPLACED"), (second, "REPLACED"), (third, "ACCEPTED")]
    facts = eventually(lambda: (seen := community.facts(f"swap/{path.rsplit('/', 1)[1]}")) and len(seen) == 3 and seen)
    assert [fact["type"].rsplit(".", 1)[1] for fact in facts] == ["SwapOpened", "SwapApproved", "SwapApplied"]


@pytest.mark.rule("VOL-10", "VOL-13")
def test_two_shifts_are_exchanged_crosswise(community):
    community.at("2026-04-01T09:00:00+08:00")
    one, other = community.a_volunteer(), community.a_volunteer()
    mine, theirs = a_shift(community, one, 11), a_shift(community, other, 12)

    path = offered(community, mine, other, theirs, kind="EXCHANGE")
    ok(community.post(f"{path}/acceptance", {}), 200)
    applied(community, path)

    assert seated(community, mine) == [(one, "REPLACED"), (other, "ACCEPTED")]
    assert seated(community, theirs) == [(other, "REPLACED"), (one, "ACCEPTED")]


@pytest.mark.rule("VOL-10")
def test_the_claim_of_a_try_that_was_cut_off_does_not_stand_in_the_way_of_the_next(community):
    """The process died after it had claimed the time and before it had written the place."""
    community.at("2026-04-01T09:00:00+08:00")
    first, second = community.a_volunteer(), community.a_volunteer()
    shift = a_shift(community, first, 14)
    path = offered(community, shift, second)
    swap = path.rsplit("/", 1)[1]
    span = {"starts_at": datetime(2026, 4, 14, 1, tzinfo=UTC), "ends_at": datetime(2026, 4, 14, 3, tzinfo=UTC), "place": "活动室14"}
    claim = {"id": id_from(swap, "given"), "kind": "PLACE", "target_id": shift["activity_id"], **span}
    with MongoClient(community.platform.env["MONGODB_URI"]) as client:
        calendars = client[community.platform.prefix + "volunteering"]["calendars"]
        before = {"claims": [{**claim, "claimed_at": datetime(2026, 4, 1, 1, 1, tzinfo=UTC)}], "version": 1, "facts": 0, "handled": []}
        calendars.insert_one({"_id": second, **before})

    ok(community.post(f"{path}/acceptance", {}), 200)

    applied(community, path)
    assert seated(community, shift) == [(first, "REPLACED"), (second, "ACCEPTED")]


@pytest.mark.rule("VOL-13")
def test_what_speaks_against_one_of_them_is_seen_at_approval_and_the_first_stays_responsible_when_time_is_over(community):
    community.at("2026-04-01T09:00:00+08:00")
    first, second = community.a_volunteer(), community.a_volunteer()
    shift = a_shift(community, first, 13)
    path = offered(community, shift, second)
    ok(community.post(f"/v1/volunteers/{second}/suspension", {"reason": "待核实"}), 200)

    refused = community.post(f"{path}/acceptance", {})
    community.at("2026-04-13T07:00:00+08:00")
    over = eventually(lambda: (seen := ok(community.get(path), 200))["state"] == "EXPIRED" and seen)

    assert (refused.status_code, refused.json()["code"], refused.json()["verdicts"]["from"]) == (409, "SUSPENDED", "OK")
    assert over["responsible_id"] == first and "没有人及时接替" in over["message_zh"]
    assert seated(community, shift)[0][0] == first
