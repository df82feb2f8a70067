"""Parcels in full: every word that is kept of one, every fact, and the day from which on somebody has to act."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Dated
from services.common.events.learning import (
    ParcelAcknowledged,
    ParcelDelivered,
    ParcelInterceptAsked,
    ParcelLost,
    ParcelReturned,
    ParcelSent,
)
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.parcels import domain as parcels
from services.learning.parcels.domain import (
    NOT_ARRIVING,
    ON_THE_WAY,
    Content,
    ContentResult,
    Intercept,
    InterceptOutcome,
    InterceptReason,
    Parcel,
    ParcelAction,
    ParcelState,
    ReceivedBy,
)
from tests.unit.learning.builders import at

P, R = ParcelState, ReceivedBy
DAY = date(2025, 4, 10)
POLICY = StudyPolicy(
    parcel_pick_up=2, parcel_call=6, carrier_silent=4, carrier_silent_abroad=9, carrier_lost=12, carrier_lost_abroad=30
)
FIRST, SECOND = Content("c1", "s1", "m1", "p2"), Content("c2", "s1", "m2", "p1")
NAMES = {"parcel_id": "x", "branch_id": "b", "coverage_ids": ["c1", "c2"], "person_ids": ["p1", "p2"]}


def on(days: int) -> date:
    return DAY + timedelta(days=days)


def a_parcel(state=P.PREPARED, **details):
    return replace(Parcel("x", "b", "p2", (FIRST, SECOND), "一号楼", False, state, True, DAY, "S1"), **details)


def out(state=P.HANDED_TO_CARRIER, **details):
    return a_parcel(state, carrier="邮政", sent_on=DAY, last_scan_on=DAY, **details)


def refusal(command, *args, **details):
    """Return the code of a refusal, with its field or the state that it tells."""
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code) if errors else (refused.value.code, refused.value.params.get("state"))


@pytest.mark.rule("LRN-22")
def test_a_parcel_is_packed_for_the_first_in_it_and_to_one_address():
    def pack(addresses, abroad=True):
        return parcels.pack(id="x", branch_id="b", contents=(FIRST, SECOND), addresses=addresses, abroad=abroad, today=DAY, by="S1")

    assert pack({"m1": "一号楼", "m2": "一号楼"}) == (a_parcel(abroad=True), [])
    assert refusal(pack, {"m1": None, "m2": "一号楼"}) == ("coverage_ids.0", "ADDRESS_MISSING")
    assert refusal(pack, {"m1": "一号楼", "m2": "二号楼"}) == ("coverage_ids.1", "OTHER_ADDRESS")
    assert refusal(pack, {"m1": "一号楼", "m2": None}) == ("coverage_ids.1", "OTHER_ADDRESS")


def hand_over(parcel, **details):
    return parcels.hand_over(parcel, **{"carrier": "邮政", "today": on(1), "address_holds": True, "held": False, "tracking_no": "T1", **details})


@pytest.mark.rule("LRN-21")
def test_what_is_sent_says_by_whom_under_which_number_and_since_when():
    sent, facts = hand_over(a_parcel())

    assert sent == a_parcel(P.HANDED_TO_CARRIER, carrier="邮政", tracking_no="T1", sent_on=on(1), last_scan_on=on(1))
    assert facts == [ParcelSent(**NAMES)]
    assert refusal(hand_over, sent) == ("PARCEL_STATE", P.HANDED_TO_CARRIER)
    assert refusal(hand_over, a_parcel(), held=True, address_holds=False)[0] == "DELIVERIES_HELD"
    assert refusal(hand_over, a_parcel(), address_holds=False)[0] == "ADDRESS_UNCONFIRMED"


def test_a_parcel_that_was_not_sent_is_unpacked_or_goes_elsewhere():
    assert parcels.withdraw(a_parcel(), now=at(DAY)) == (a_parcel(P.WITHDRAWN, open=False, ended_at=at(DAY)), [])
    assert refusal(parcels.withdraw, out(), now=at(DAY)) == ("PARCEL_STATE", P.HANDED_TO_CARRIER)
    assert parcels.redirect(a_parcel(), "二号楼") == (a_parcel(delivery_address="二号楼"), [])
    assert parcels.redirect(out(), "二号楼") == (out(), [])


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize("state", [P.IN_TRANSIT, P.OUT_FOR_DELIVERY, P.ADDRESS_PROBLEM, P.CUSTOMS])
def test_a_scan_on_the_way_is_a_sign_of_life(state):
    assert parcels.scan(out(), state=state, today=on(3), now=at(on(3))) == (replace(out(), state=state, last_scan_on=on(3)), [])


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize(("state", "fact"), [(P.LOST, ParcelLost), (P.DAMAGED, ParcelLost), (P.REFUSED, ParcelReturned), (P.RETURNED, ParcelReturned)])
def test_a_scan_that_it_will_not_arrive_ends_it_with_the_reason(state, fact):
    recalled = out(intercept_open=True)

    gone, facts = parcels.scan(recalled, state=state, today=on(3), now=at(on(3)))

    assert gone == replace(recalled, state=state, open=False, ended_at=at(on(3)), intercept_open=False, last_scan_on=on(3))
    assert facts == [fact(**NAMES, reason=state.value)]
    assert refusal(parcels.scan, a_parcel(), state=state, today=DAY, now=at(DAY)) == ("PARCEL_STATE", P.PREPARED)


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize("to", list(R))
def test_into_whose_hands_it_came_is_told_and_only_from_others_it_may_still_move(to):
    there, facts = parcels.deliver(out(), to=to, today=on(2))

    assert there == replace(out(), state=P.DELIVERED, delivered_to=to, delivered_on=on(2), last_scan_on=on(2))
    assert facts == [ParcelDelivered(**NAMES, delivered_to=to.value)]
    if to in (R.SELF, R.RELATIVE):
        assert refusal(parcels.deliver, there, to=R.SELF, today=on(3)) == ("PARCEL_STATE", P.DELIVERED)
    else:
        assert parcels.deliver(there, to=R.SELF, today=on(3))[0].delivered_on == on(3)
    assert refusal(parcels.deliver, a_parcel(), to=to, today=on(2)) == ("PARCEL_STATE", P.PREPARED)


@pytest.mark.rule("LRN-22")
@pytest.mark.parametrize("state", [P.DELIVERED, P.ACKNOWLEDGED])
def test_what_was_found_inside_is_noted_by_item_and_what_is_not_said_stays(state):
    parcel = a_parcel(state, contents=(replace(FIRST, result=ContentResult.ARRIVED), SECOND))

    assert parcels.itemise(parcel, {"c2": ContentResult.DAMAGED}) == (
        replace(parcel, contents=(parcel.contents[0], replace(SECOND, result=ContentResult.DAMAGED))),
        [],
    )
    assert refusal(parcels.itemise, parcel, {"c9": ContentResult.ARRIVED}) == ("items", "NOT_IN_PARCEL")
    assert refusal(parcels.itemise, out(), {"c1": ContentResult.ARRIVED}) == ("PARCEL_STATE", P.HANDED_TO_CARRIER)


@pytest.mark.rule("LRN-22")
@pytest.mark.parametrize(("result", "arrived"), [(None, False), (ContentResult.ARRIVED, False), (ContentResult.MISSING, True), (ContentResult.DAMAGED, True)])
def test_a_parcel_has_arrived_when_nobody_in_it_still_waits(result, arrived):
    parcel = out(contents=(FIRST, replace(SECOND, result=result)))

    after, facts = parcels.acknowledge(parcel, frozenset({"c1"}), now=at(on(3)))

    contents = (replace(FIRST, acknowledged=True), parcel.contents[1])
    ended = {"state": P.ACKNOWLEDGED, "open": False, "ended_at": at(on(3))} if arrived else {}
    assert after == replace(parcel, contents=contents, **ended)
    assert facts == ([ParcelAcknowledged(**NAMES)] if arrived else [])


@pytest.mark.rule("LRN-22")
@pytest.mark.rule("LRN-20")
def test_what_goes_another_way_leaves_the_parcel_and_the_last_of_it_ends_it():
    there = out(P.DELIVERED, delivered_to=R.NEIGHBOUR)
    gone = frozenset({"c1"})

    half = parcels.acknowledge(there, frozenset(), now=at(on(3)), gone=gone)
    assert half == (replace(there, contents=(SECOND,), left=(FIRST,)), [])
    assert parcels.itemise(half[0], {"c1": ContentResult.MISSING})[0] == half[0], "what was found of it is known"
    assert parcels.acknowledge(half[0], frozenset(), now=at(on(4)), gone=frozenset({"c2"})) == (
        replace(half[0], state=P.LEFT_BEHIND, open=False, ended_at=at(on(4))),
        [],
    )
    assert parcels.acknowledge(there, frozenset({"c2"}), now=at(on(3)), gone=gone)[0].state is P.ACKNOWLEDGED
    assert parcels.acknowledge(out(), frozenset(), now=at(on(3)), gone=gone) == (out(), []), "what is out may still come"


def test_a_parcel_that_nobody_needs_is_unpacked_and_not_sent():
    unneeded, _ = parcels.mark_unneeded(a_parcel(), needed=False)

    assert unneeded == a_parcel(unneeded=True)
    assert parcels.next_action(unneeded, today=DAY, policy=POLICY) is ParcelAction.UNPACK
    assert refusal(hand_over, unneeded)[0] == "PARCEL_UNNEEDED"
    assert parcels.mark_unneeded(unneeded, needed=True)[0] == a_parcel()
    assert parcels.mark_unneeded(out(), needed=False)[0] == out()
    assert parcels.call_off(a_parcel(), today=DAY) == (unneeded, [])
    recalled, facts = parcels.call_off(out(), today=DAY)
    assert (recalled.intercept, facts) == (Intercept(InterceptReason.CANCELLED, DAY), [ParcelInterceptAsked(**NAMES, reason="CANCELLED")])


@pytest.mark.rule("LRN-22")
def test_nobodys_word_makes_no_arrival_and_a_word_once_given_is_kept():
    nothing = out(contents=tuple(replace(one, result=ContentResult.MISSING) for one in (FIRST, SECOND)))
    lost = a_parcel(P.LOST)

    assert parcels.acknowledge(nothing, frozenset(), now=at(DAY)) == (nothing, [])
    once = parcels.acknowledge(out(), frozenset({"c1"}), now=at(DAY))[0]
    assert parcels.acknowledge(once, frozenset({"c2"}), now=at(DAY))[0].state is P.ACKNOWLEDGED
    kept, facts = parcels.acknowledge(lost, frozenset({"c1", "c2"}), now=at(DAY))
    assert (kept.state, facts, [one.acknowledged for one in kept.contents]) == (P.LOST, [], [True, True])


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize("state", list(P))
def test_only_after_what_is_on_its_way_somebody_asks(state):
    parcel = a_parcel(state, last_scan_on=DAY)

    if state in ON_THE_WAY:
        assert parcels.inquire(parcel, today=on(5)) == (replace(parcel, asked_on=on(5)), [])
        asked, facts = parcels.ask_intercept(parcel, reason=InterceptReason.MOVED, today=on(5))
        assert asked == replace(parcel, intercept=Intercept(InterceptReason.MOVED, on(5)), intercept_open=True)
        assert facts == [ParcelInterceptAsked(**NAMES, reason="MOVED")]
    else:
        assert refusal(parcels.inquire, parcel, today=on(5)) == ("PARCEL_STATE", state)
        assert parcels.ask_intercept(parcel, reason=InterceptReason.MOVED, today=on(5)) == (parcel, [])


def asked_back():
    return out(intercept=Intercept(InterceptReason.DEATH, DAY), intercept_open=True)


@pytest.mark.rule("LRN-21")
@pytest.mark.parametrize("outcome", [InterceptOutcome.TOO_LATE, InterceptOutcome.FAMILY_TOLD, InterceptOutcome.NOT_NEEDED])
def test_what_came_of_an_interception_is_on_record_and_the_parcel_goes_on(outcome):
    ended = parcels.end_intercept(asked_back(), outcome=outcome, now=at(on(1)), today=on(1), by="S2")

    assert ended == (replace(asked_back(), intercept=Intercept(InterceptReason.DEATH, DAY, outcome, "S2"), intercept_open=False), [])


@pytest.mark.rule("LRN-21")
def test_a_parcel_that_is_recalled_came_back_that_day():
    back, facts = parcels.end_intercept(asked_back(), outcome=InterceptOutcome.RECALLED, now=at(on(1)), today=on(1), by="S2")

    assert back == replace(
        asked_back(),
        intercept=Intercept(InterceptReason.DEATH, DAY, InterceptOutcome.RECALLED, "S2"),
        intercept_open=False,
        state=P.RETURNED,
        open=False,
        ended_at=at(on(1)),
        last_scan_on=on(1),
    )
    assert facts == [ParcelReturned(**NAMES, reason="RETURNED")]
    for nothing in (out(), replace(back, intercept_open=False)):
        with pytest.raises(NotFound):
            parcels.end_intercept(nothing, outcome=InterceptOutcome.RECALLED, now=at(DAY), today=DAY, by="S2")


@pytest.mark.rule("LRN-21")
def test_an_interception_is_dropped_by_name_and_only_while_it_is_open():
    dropped = Intercept(InterceptReason.DEATH, DAY, InterceptOutcome.NOT_NEEDED, "system")

    assert parcels.drop_intercept(asked_back(), by="system") == (replace(asked_back(), intercept=dropped, intercept_open=False), [])
    assert parcels.drop_intercept(out(), by="system") == (out(), [])


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize(("abroad", "days"), [(False, 12), (True, 30)])
def test_silence_makes_a_parcel_lost_on_its_day_however_late_anybody_looks(abroad, days):
    parcel = out(abroad=abroad)

    assert parcels.advance(parcel, today=on(days - 1), now=at(on(days - 1)), policy=POLICY) == (parcel, [])
    for late in (days, days + 5):
        lost, facts = parcels.advance(parcel, today=on(late), now=at(on(late)), policy=POLICY)
        assert lost == replace(parcel, state=P.LOST, open=False, ended_at=at(on(late)), last_scan_on=DAY)
        assert facts == [Dated(ParcelLost(**NAMES, reason="LOST"), on(days))]


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize("state", [P.PREPARED, P.DELIVERED, P.ACKNOWLEDGED, P.WITHDRAWN, *NOT_ARRIVING])
def test_what_is_not_on_its_way_is_not_lost(state):
    parcel = a_parcel(state, last_scan_on=DAY)

    assert parcels.advance(parcel, today=on(99), now=at(on(99)), policy=POLICY) == (parcel, [])


A = ParcelAction


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize(
    ("parcel", "days", "action"),
    [
        (asked_back(), 0, A.INTERCEPT),
        (a_parcel(), 0, A.HAND_OVER),
        (out(P.ADDRESS_PROBLEM), 0, A.CORRECT_ADDRESS),
        (out(), 3, A.WAIT),
        (out(), 4, A.ASK_CARRIER),
        (out(P.CUSTOMS), 4, A.ASK_CARRIER),
        (out(asked_on=on(2)), 5, A.WAIT),
        (out(asked_on=on(2)), 6, A.ASK_CARRIER),
        (out(asked_on=on(-3)), 3, A.WAIT),
        (out(asked_on=on(-3)), 4, A.ASK_CARRIER),
        (out(abroad=True), 8, A.WAIT),
        (out(abroad=True), 9, A.ASK_CARRIER),
        (a_parcel(P.LOST), 99, A.WAIT),
        (a_parcel(P.ACKNOWLEDGED), 99, A.WAIT),
        (out(P.DELIVERED, delivered_to=R.LOCKER, delivered_on=DAY), 1, A.WAIT),
        (out(P.DELIVERED, delivered_to=R.LOCKER, delivered_on=DAY), 2, A.REMIND_PICK_UP),
        (out(P.DELIVERED, delivered_to=R.LOCKER, delivered_on=DAY), 9, A.REMIND_PICK_UP),
        (out(P.DELIVERED, delivered_to=R.SELF, delivered_on=DAY), 5, A.WAIT),
        (out(P.DELIVERED, delivered_to=R.SELF, delivered_on=DAY), 6, A.CALL_MEMBER),
        (out(P.DELIVERED, delivered_to=R.RELATIVE, delivered_on=DAY), 5, A.WAIT),
        (out(P.DELIVERED, delivered_to=R.NEIGHBOUR, delivered_on=DAY), 0, A.CALL_MEMBER),
        (out(P.DELIVERED, delivered_to=R.OFFICE, delivered_on=DAY), 0, A.CALL_MEMBER),
    ],
)
def test_somebody_acts_from_the_day_on_which_it_is_time(parcel, days, action):
    assert parcels.next_action(parcel, today=on(days), policy=POLICY) is action
