"""Parcels, and the rows that follow them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, Invalid, NotFound
from services.learning.coverage.domain.policy import POLICY
from services.learning.coverage.domain.rows import CoverageState, FailureReason, NextAction, next_action
from services.learning.members import domain as members
from services.learning.members.domain import CircumstanceCode as Code
from services.learning.members.domain import Mode
from services.learning.parcels import domain as parcels
from services.learning.parcels.domain import (
    ContentResult,
    InterceptOutcome,
    InterceptReason,
    ParcelAction,
    ParcelState,
    ReceivedBy,
)
from tests.unit.learning.builders import HELD_ON, a_member, a_session, assigned, at, events, followed, names, packed, sent, settled

P = ParcelState


def after(days: int) -> date:
    return HELD_ON + timedelta(days=days)


def scanned(parcel, state, day=HELD_ON):
    return parcels.scan(parcel, state=state, today=day, now=at(day))


def a_couple():
    session, one, other = a_session(), a_member(Code.AWAY_WORK), a_member(Code.AWAY_WORK)
    return session, (one, assigned(session, one)), (other, assigned(session, other))


@pytest.mark.rule("LRN-22")
def test_one_parcel_serves_a_couple_and_each_says_by_their_own_word_that_it_came():
    session, (one, first), (other, second) = a_couple()
    parcel, facts = parcels.deliver(sent(packed(first, second)), to=ReceivedBy.SELF, today=HELD_ON)
    assert names(facts) == ["ParcelDelivered"]

    half, nothing = parcels.acknowledge(parcel, frozenset({first.id}), now=at(HELD_ON))
    whole, told = parcels.acknowledge(half, frozenset({second.id}), now=at(HELD_ON))

    assert (half.state, nothing, half.open) == (P.DELIVERED, [], True)
    assert (whole.state, names(told), whole.open) == (P.ACKNOWLEDGED, ["ParcelAcknowledged"], False)
    assert [followed(row, parcel, session, member)[0].state for member, row in ((one, first), (other, second))] == [CoverageState.RECEIVED] * 2


@pytest.mark.rule("LRN-22")
def test_what_goes_to_two_addresses_does_not_go_in_one_parcel():
    _, (_, first), (_, second) = a_couple()
    contents = (*packed(first).contents, *packed(second).contents)
    with pytest.raises(Invalid):
        parcels.pack(id="p", branch_id="b", contents=contents, addresses={first.member_id: "x", second.member_id: "y"}, abroad=False, today=HELD_ON, by="s")
    with pytest.raises(Invalid):
        packed(first, address=None)


@pytest.mark.rule("LRN-22")
def test_a_lesson_that_was_not_in_the_parcel_is_sent_again_and_the_other_is_not():
    session, (one, first), (other, second) = a_couple()
    parcel = sent(packed(first, second))
    first, second = followed(first, parcel, session, one)[0], followed(second, parcel, session, other)[0]
    parcel, _ = parcels.deliver(parcel, to=ReceivedBy.SELF, today=after(2))

    parcel, _ = parcels.itemise(parcel, {first.id: ContentResult.ARRIVED, second.id: ContentResult.MISSING})
    first, _ = followed(first, parcel, session, one, after(2))
    second, facts = followed(second, parcel, session, other, after(2))

    assert (first.state, second.state, second.mode, second.resent) == (CoverageState.RECEIVED, CoverageState.ASSIGNED, Mode.PARCEL, 1)
    assert (names(facts)[0], second.failures[0].reason, second.delivery) == ("CoverageFailed", FailureReason.MISSING, None)
    assert parcels.acknowledge(parcel, frozenset({first.id}), now=at(after(3)))[0].state is P.ACKNOWLEDGED
    with pytest.raises(Invalid):
        parcels.itemise(parcel, {"other": ContentResult.MISSING})


@pytest.mark.rule("LRN-20")
def test_a_parcel_without_a_scan_is_asked_for_then_lost_and_its_lesson_sent_once_more_and_then_by_the_next_way():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row = assigned(session, member)
    parcel = sent(packed(row))
    row, _ = followed(row, parcel, session, member)
    assert [parcels.next_action(parcel, today=after(days), policy=POLICY) for days in (4, 5)] == [ParcelAction.WAIT, ParcelAction.ASK_CARRIER]
    asked, _ = parcels.inquire(parcel, today=after(5))
    assert parcels.next_action(asked, today=after(6), policy=POLICY) is ParcelAction.WAIT

    waiting, nothing = parcels.advance(asked, today=after(14), now=at(after(14)), policy=POLICY)
    lost, facts = parcels.advance(asked, today=after(17), now=at(after(17)), policy=POLICY)
    row, failed = followed(row, lost, session, member, after(17))

    assert (waiting.state, nothing) == (P.HANDED_TO_CARRIER, [])
    assert (lost.state, names(facts), facts[0].effective_on) == (P.LOST, ["ParcelLost"], after(15))
    assert (row.mode, row.state, row.resent, names(failed)) == (Mode.PARCEL, CoverageState.ASSIGNED, 1, ["CoverageFailed", "CoverageAssigned"])
    assert followed(row, lost, session, member, after(18)) == (row, [])
    again = sent(packed(row), after(18))
    row, _ = followed(row, again, session, member, after(18))
    row, _ = followed(row, scanned(again, P.LOST, after(19))[0], session, member, after(19))
    assert (row.mode, row.resent) == (Mode.MOBILE_AUDIO, 1)


@pytest.mark.rule("LRN-20")
def test_a_lost_parcel_is_not_sent_again_when_it_could_not_come_in_time():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row = assigned(session, member)
    parcel = sent(packed(row))
    row, _ = followed(row, parcel, session, member)

    row, _ = followed(row, scanned(parcel, P.LOST, after(21))[0], session, member, after(21))

    assert row.mode is Mode.MOBILE_AUDIO


@pytest.mark.rule("LRN-20")
def test_a_parcel_abroad_may_be_silent_for_longer():
    parcel = sent(packed(assigned(a_session(), a_member(Code.AWAY_WORK)), abroad=True))

    assert parcels.next_action(parcel, today=after(14), policy=POLICY) is ParcelAction.WAIT
    assert parcels.next_action(parcel, today=after(15), policy=POLICY) is ParcelAction.ASK_CARRIER
    assert parcels.advance(parcel, today=after(44), now=at(after(44)), policy=POLICY)[0].state is not P.LOST
    assert parcels.advance(parcel, today=after(45), now=at(after(45)), policy=POLICY)[0].state is P.LOST


@pytest.mark.rule("LRN-20")
def test_who_holds_a_parcel_decides_what_has_to_be_done():
    parcel = sent(packed(assigned(a_session(), a_member(Code.AWAY_WORK))))
    there = {to: parcels.deliver(parcel, to=to, today=HELD_ON)[0] for to in ReceivedBy}

    def asked(to, days):
        return parcels.next_action(there[to], today=after(days), policy=POLICY)

    assert (asked(ReceivedBy.LOCKER, 0), asked(ReceivedBy.LOCKER, 1)) == (ParcelAction.WAIT, ParcelAction.REMIND_PICK_UP)
    assert (asked(ReceivedBy.SELF, 4), asked(ReceivedBy.SELF, 5)) == (ParcelAction.WAIT, ParcelAction.CALL_MEMBER)
    assert asked(ReceivedBy.NEIGHBOUR, 0) is asked(ReceivedBy.OFFICE, 0) is ParcelAction.CALL_MEMBER
    assert parcels.next_action(scanned(parcel, P.ADDRESS_PROBLEM)[0], today=HELD_ON, policy=POLICY) is ParcelAction.CORRECT_ADDRESS
    fetched, _ = parcels.deliver(there[ReceivedBy.LOCKER], to=ReceivedBy.SELF, today=after(2))
    assert fetched.delivered_to is ReceivedBy.SELF
    with pytest.raises(Conflict):
        parcels.deliver(fetched, to=ReceivedBy.NEIGHBOUR, today=after(3))
    returned, facts = scanned(there[ReceivedBy.LOCKER], P.RETURNED, after(7))
    assert (returned.open, events(facts)[0].reason) == (False, "RETURNED")


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize("state", list(P))
def test_nothing_follows_the_end_of_a_parcel_but_a_lost_one_that_turns_up_and_one_left_behind_that_comes_back(state):
    parcel = replace(sent(packed(assigned(a_session(), a_member(Code.AWAY_WORK)))), state=state)
    allowed = {target for target in P if parcels.LIFECYCLE.allows(state, target)}

    assert bool(allowed) == (state not in parcels.ENDED or state in (P.LOST, P.LEFT_BEHIND))
    for target in set(parcels.SCANS) - allowed:
        with pytest.raises(Conflict):
            scanned(parcel, target)


@pytest.mark.rule("LRN-21")
def test_a_parcel_is_not_sent_to_an_old_address_or_to_somebody_reported_dead():
    parcel = packed(assigned(a_session(), a_member(Code.AWAY_WORK)))

    for why, code in (({"address_holds": False, "held": False}, "ADDRESS_UNCONFIRMED"), ({"address_holds": True, "held": True}, "DELIVERIES_HELD")):
        with pytest.raises(Conflict, match=code):
            parcels.hand_over(parcel, carrier="c", today=HELD_ON, **why)
    elsewhere, _ = parcels.redirect(parcel, "y")
    assert elsewhere.delivery_address == "y"
    assert parcels.redirect(sent(parcel), "y")[0].delivery_address == "x"


@pytest.mark.rule("LRN-21")
def test_a_parcel_that_is_out_is_recalled_once_when_the_member_moves_or_dies():
    parcel = sent(packed(assigned(a_session(), a_member(Code.AWAY_WORK))))

    asked, facts = parcels.ask_intercept(parcel, reason=InterceptReason.DEATH, today=HELD_ON)
    again, nothing = parcels.ask_intercept(asked, reason=InterceptReason.MOVED, today=HELD_ON)
    recalled, told = parcels.end_intercept(asked, outcome=InterceptOutcome.RECALLED, now=at(HELD_ON), today=HELD_ON, by="staff")
    family, _ = parcels.end_intercept(asked, outcome=InterceptOutcome.FAMILY_TOLD, now=at(HELD_ON), today=HELD_ON, by="staff")

    assert (names(facts), again, nothing) == (["ParcelInterceptAsked"], asked, [])
    assert parcels.next_action(asked, today=HELD_ON, policy=POLICY) is ParcelAction.INTERCEPT
    assert (recalled.state, names(told), family.state, family.intercept_open) == (P.RETURNED, ["ParcelReturned"], P.HANDED_TO_CARRIER, False)
    assert parcels.drop_intercept(asked, by="system")[0].intercept.outcome is InterceptOutcome.NOT_NEEDED
    with pytest.raises(NotFound):
        parcels.end_intercept(parcel, outcome=InterceptOutcome.RECALLED, now=at(HELD_ON), today=HELD_ON, by="staff")
    assert parcels.ask_intercept(packed(assigned(a_session(), a_member(Code.AWAY_WORK))), reason=InterceptReason.MOVED, today=HELD_ON)[1] == []


@pytest.mark.rule("LRN-20")
def test_a_parcel_that_came_back_from_somebody_who_is_home_again_leads_to_their_door():
    session, member = a_session(), a_member(Code.AWAY_WORK, until=HELD_ON)
    row = assigned(session, member)
    parcel = sent(packed(row))
    row, _ = followed(row, parcel, session, member)

    row, facts = followed(row, scanned(parcel, P.RETURNED, after(3))[0], session, member, after(3))

    assert (row.mode, names(facts)) == (Mode.HOME_TEACHING, ["CoverageFailed", "CoverageAssigned", "HomeTeachingRequested"])


def test_an_unpacked_parcel_leaves_its_row_to_be_sent_anew():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row = assigned(session, member)
    parcel = packed(row)
    row, _ = followed(row, parcel, session, member)

    withdrawn, _ = parcels.withdraw(parcel, now=at(HELD_ON))
    free, _ = followed(row, withdrawn, session, member)

    assert (row.delivery.parcel.state, free.delivery, free.state) == (P.PREPARED, None, CoverageState.ASSIGNED)
    with pytest.raises(Conflict):
        parcels.withdraw(sent(parcel), now=at(HELD_ON))


@pytest.mark.rule("U10")
def test_nothing_is_sent_and_nothing_fails_while_somebody_is_reported_dead():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row = assigned(session, member)
    parcel = sent(packed(row))
    row, _ = followed(row, parcel, session, member)
    held, _ = members.hold(member, today=after(1))

    row, facts = settled(row, session, held, after(16))

    assert (row.state, facts, next_action(row, today=after(16))) == (CoverageState.DISPATCHED, [], NextAction.HELD)
    alive, _ = members.release(held)
    assert settled(row, session, alive, after(16))[0].failures[0].reason is FailureReason.LOST
