"""Members in full: what each act writes down, which version of the needs it makes, and every refusal with its field."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, Invalid, NotFound
from services.common.events.base import Dated
from services.common.events.learning import MemberJoinedBranch, MemberLeftBranch
from services.learning.members import domain as members
from services.learning.members.domain import (
    Circumstance,
    ContactPreference,
    EndReason,
    Member,
    MemberKind,
    Mode,
    Needs,
    RelativeHelper,
    ToldBy,
    needs_on,
)
from services.learning.members.domain import CircumstanceCode as Code
from tests.unit.learning.builders import BEFORE

DAY = date(2025, 4, 10)
LATER = DAY + timedelta(days=9)
SINCE = date(2020, 1, 1)
HELPER = RelativeHelper("王某", "13800000000")
IDS = {"member_id": "m", "branch_id": "b", "person_id": "p"}


def a_member(**details):
    values = {
        "kind": MemberKind.FULL,
        "group": None,
        "since": SINCE,
        "until": None,
        "end_reason": None,
        "active": True,
        "smartphone": False,
        "preferred_mode": None,
        "relative_helper": None,
        "delivery_address": None,
        "address_confirmed_on": None,
        "circumstances": (),
        "needs_version": 1,
        "recorded_at": BEFORE,
        "recorded_by": "S1",
    }
    return Member(id="m", branch_id="b", person_id="p", **{**values, **details})


def a_circumstance(id="c1", **details):
    values = {"code": Code.FRAIL, "since": DAY, "until": LATER, "permanent": False, "told_by": ToldBy.FAMILY, "recorded_by": "S1"}
    return Circumstance(id=id, **{**values, **details})


LEFT = a_member(active=False, until=DAY, end_reason=EndReason.OTHER)


def refusal(command, *args, **details):
    """Return the code of a refusal, with its field where it has one."""
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code) if errors else refused.value.code


@pytest.mark.rule("LRN-30")
@pytest.mark.parametrize(("kind", "attached"), [(MemberKind.FULL, False), (MemberKind.PROBATIONARY, False), (MemberKind.TEMP_ATTACHED, True)])
def test_who_joins_has_told_nothing_of_their_life_yet(kind, attached):
    member, facts = members.join(
        id="m", branch_id="b", person_id="p", since=SINCE, at=BEFORE, by="S1", kind=kind, group="一组", contact_preference=ContactPreference.POST
    )

    assert member == a_member(kind=kind, group="一组", attached=attached, contact_preference=ContactPreference.POST)
    assert facts == [Dated(MemberJoinedBranch(**IDS, since=SINCE), SINCE)]
    assert members.join(id="m", branch_id="b", person_id="p", since=SINCE, at=BEFORE, by="S1")[0] == a_member()


@pytest.mark.rule("LRN-30")
def test_who_leaves_may_do_so_on_the_day_on_which_they_came():
    assert members.leave(a_member(), until=SINCE, reason=EndReason.EXPELLED) == (
        a_member(active=False, until=SINCE, end_reason=EndReason.EXPELLED),
        [Dated(MemberLeftBranch(**IDS, reason="EXPELLED"), SINCE)],
    )
    assert refusal(members.leave, a_member(), until=SINCE - timedelta(days=1), reason=EndReason.OTHER) == ("until", "BEFORE_JOINING")


@pytest.mark.rule("LRN-30")
def test_what_is_changed_of_a_membership_is_what_was_said_and_nothing_else():
    member = a_member(kind=MemberKind.PROBATIONARY, group="一组", contact_preference=ContactPreference.POST)

    assert members.change(member, kind=MemberKind.FULL) == (replace(member, kind=MemberKind.FULL), [])
    assert members.change(member, group="二组")[0] == replace(member, group="二组")
    assert members.change(member, contact_preference=ContactPreference.PHONE)[0] == replace(member, contact_preference=ContactPreference.PHONE)
    attached = a_member(kind=MemberKind.TEMP_ATTACHED, attached=True)
    assert members.change(attached, kind=MemberKind.TEMP_ATTACHED) == (attached, [])
    assert refusal(members.change, attached, kind=MemberKind.FULL) == ("kind", "ATTACHED_OR_NOT")
    assert refusal(members.change, member, kind=MemberKind.TEMP_ATTACHED) == ("kind", "ATTACHED_OR_NOT")


def add(member, **details):
    values = {"code": Code.FRAIL, "since": DAY, "until": LATER, "told_by": ToldBy.FAMILY, "by": "S1"}
    return members.add_circumstance(member, id="c1", **{**values, **details})


@pytest.mark.rule("LRN-31")
def test_a_circumstance_says_who_told_it_on_what_paper_and_who_has_seen_it():
    assert add(a_member()) == (a_member(circumstances=(a_circumstance(),), needs_version=2), [])
    seen = add(a_member(), verified=True, evidence_ref="证 3", until=None, permanent=True)[0].circumstances
    assert seen == (a_circumstance(until=None, permanent=True, evidence_ref="证 3", verified_by="S1"),)
    assert add(a_member(circumstances=(a_circumstance("c0"),)))[0].circumstances == (a_circumstance("c0"), a_circumstance())
    assert add(a_member(), until=DAY)[0].circumstances[0].until == DAY


@pytest.mark.rule("LRN-31")
def test_a_circumstance_without_an_end_or_with_two_is_refused():
    assert refusal(add, a_member(), until=None) == ("until", "UNTIL_OR_PERMANENT")
    assert refusal(add, a_member(), permanent=True) == ("until", "UNTIL_OR_PERMANENT")
    assert refusal(add, a_member(), until=DAY - timedelta(days=1)) == ("until", "ENDS_BEFORE_START")


def test_what_the_register_said_before_is_left_out_and_what_is_kept_is_kept():
    member = a_member(circumstances=(a_circumstance("c1"), a_circumstance("c2")))

    assert members.without(member, (a_circumstance("c2"),)) == replace(member, circumstances=(a_circumstance("c2"),))


TWO = a_member(circumstances=(a_circumstance("c1", permanent=True, until=None), a_circumstance("c2")), needs_version=3)


@pytest.mark.rule("LRN-31")
def test_a_circumstance_that_ends_is_permanent_no_more_and_was_looked_at_today():
    ended = members.end_circumstance(TWO, "c1", until=DAY, today=LATER)

    assert ended == (replace(TWO, circumstances=(a_circumstance("c1", until=DAY, reviewed_on=LATER), a_circumstance("c2")), needs_version=4), [])
    assert refusal(members.end_circumstance, TWO, "c1", until=DAY - timedelta(days=1), today=LATER) == ("until", "ENDS_BEFORE_START")


@pytest.mark.rule("LRN-31")
@pytest.mark.parametrize(
    ("said", "after"),
    [
        ({}, {"permanent": True, "until": None}),
        ({"permanent": True}, {"permanent": True, "until": None}),
        ({"until": DAY}, {"permanent": False, "until": DAY}),
    ],
)
def test_who_asked_whether_it_goes_on_stands_beside_the_answer(said, after):
    reviewed, facts = members.review_circumstance(TWO, "c1", today=LATER, by="S2", **said)

    assert reviewed == replace(TWO, circumstances=(a_circumstance("c1", reviewed_on=LATER, verified_by="S2", **after), a_circumstance("c2")), needs_version=4)
    assert facts == []


@pytest.mark.rule("LRN-31")
def test_a_review_that_cannot_be_is_refused():
    ended = members.review_circumstance(TWO, "c2", today=LATER, by="S2", permanent=True)[0].circumstances[1]

    assert (ended.permanent, ended.until) == (True, None)
    assert refusal(members.review_circumstance, TWO, "c1", today=DAY, by="S2", until=DAY, permanent=True) == ("until", "UNTIL_OR_PERMANENT")
    assert refusal(members.review_circumstance, TWO, "c1", today=DAY, by="S2", until=DAY - timedelta(days=1)) == ("until", "ENDS_BEFORE_START")
    with pytest.raises(NotFound):
        members.review_circumstance(TWO, "c9", today=DAY, by="S2")


def set_capabilities(member, **details):
    return members.set_capabilities(member, **{"today": DAY, "smartphone": True, **details})


def test_capabilities_are_written_down_whole_and_an_address_counts_as_confirmed():
    said = {"can_read": False, "can_hear": False, "relative_helper": HELPER, "delivery_address": "一号楼", "preferred_mode": Mode.PARCEL}

    whole = set_capabilities(a_member(address_doubted_on=SINCE), **said, valid_until=DAY)
    bare = set_capabilities(whole[0], smartphone=False)

    assert whole == (a_member(**said, smartphone=True, address_confirmed_on=DAY, capabilities_until=DAY, needs_version=2), [])
    assert bare == (a_member(needs_version=3), [])
    assert refusal(set_capabilities, a_member(), valid_until=DAY - timedelta(days=1)) == ("valid_until", "ENDS_BEFORE_START")


def test_what_holds_on_a_day_is_what_the_engine_reads():
    member = set_capabilities(a_member(circumstances=(a_circumstance(until=DAY),)), relative_helper=HELPER, delivery_address="一号楼", preferred_mode=Mode.PARCEL, valid_until=DAY)[0]

    assert needs_on(member, DAY) == Needs(frozenset({Code.FRAIL}), True, True, True, Mode.PARCEL)
    assert needs_on(member, LATER) == Needs(frozenset(), False, False, True, Mode.PARCEL)
    assert needs_on(a_member(smartphone=True), DAY) == Needs(frozenset(), True, False, False, None)
    assert needs_on(a_member(can_read=False), DAY).codes == {Code.LOW_LITERACY}
    assert needs_on(a_member(can_hear=False), DAY).codes == {Code.HARD_HEARING}


@pytest.mark.rule("LRN-21")
def test_an_address_is_confirmed_or_doubted_with_its_day_and_once():
    known = a_member(delivery_address="一号楼", address_confirmed_on=SINCE)

    doubted = members.doubt_address(known, today=DAY)
    assert doubted == (replace(known, address_doubted_on=DAY, needs_version=2), [])
    assert members.doubt_address(doubted[0], today=LATER) == (doubted[0], [])
    assert members.doubt_address(a_member(), today=DAY) == (a_member(), [])
    assert members.confirm_address(doubted[0], today=LATER) == (replace(known, address_confirmed_on=LATER, needs_version=3), [])
    assert members.confirm_address(a_member(), today=LATER, delivery_address="二号楼") == (
        a_member(delivery_address="二号楼", address_confirmed_on=LATER, needs_version=2),
        [],
    )
    assert refusal(members.confirm_address, a_member(), today=DAY) == ("delivery_address", "REQUIRED")


@pytest.mark.rule("X-14")
def test_a_helper_is_lost_once():
    assert members.lose_helper(a_member(relative_helper=HELPER)) == (a_member(needs_version=2), [])
    assert members.lose_helper(a_member()) == (a_member(), [])


@pytest.mark.rule("U10")
def test_who_is_reported_dead_is_sent_nothing_from_the_first_day_and_everything_when_alive():
    held = members.hold(a_member(), today=DAY)

    assert held == (a_member(held_since=DAY), [])
    assert members.hold(held[0], today=LATER) == held
    assert members.release(held[0]) == (a_member(needs_version=2), [])
    assert members.release(a_member()) == (a_member(), [])


@pytest.mark.rule("U10")
def test_who_was_wrongly_recorded_as_dead_is_a_member_as_before_and_nobody_else_comes_back():
    dead = a_member(active=False, until=DAY, end_reason=EndReason.DECEASED, held_since=DAY)

    assert members.rejoin(dead) == (a_member(needs_version=2), [MemberJoinedBranch(**IDS, since=SINCE)])
    assert members.rejoin(replace(LEFT, held_since=DAY)) == (replace(LEFT, needs_version=2), [])


@pytest.mark.parametrize(
    "command",
    [
        lambda member: members.leave(member, until=DAY, reason=EndReason.OTHER),
        lambda member: members.change(member, group="x"),
        lambda member: add(member),
        lambda member: members.review_circumstance(member, "c1", today=DAY, by="S1"),
        lambda member: set_capabilities(member),
        lambda member: members.confirm_address(member, today=DAY, delivery_address="x"),
    ],
)
def test_who_has_left_is_a_member_of_whom_nothing_changes(command):
    assert refusal(command, LEFT) == "MEMBER_LEFT"
