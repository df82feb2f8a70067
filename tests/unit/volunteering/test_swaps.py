"""Swaps: nobody is free of a shift before somebody else has it in the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.volunteering import AssignmentReplaced, SwapApplied, SwapApproved, SwapEnded
from services.volunteering.activities.domain import sign_up
from services.volunteering.activities.domain.activity import AssignmentState, Source
from services.volunteering.activities.domain.overlap import Shift as Span
from services.volunteering.swaps.domain import places
from services.volunteering.swaps.domain import swap as swaps
from services.volunteering.swaps.domain.swap import Shift, SwapKind, SwapPolicy, SwapState
from services.volunteering.swaps.words import message
from tests.unit.volunteering.builders import HOUR, NOW, START, a_need, a_volunteer, an_activity, known

POLICY = SwapPolicy()
FINE = {"from": "OK", "to": "OK"}
GIVEN = Shift("A1", "AS1", "V1", START, False)
TAKEN = Shift("A2", "AS2", "V2", START + 24 * HOUR, False)


def opened(**details):
    values = {"kind": SwapKind.GIVE, "given": GIVEN, "person_id": "P1", "at": NOW, "by": "V1", "policy": POLICY}
    return swaps.open(id="SW1", **{**values, **details})[0]


def offered(swap=None, **details):
    return swaps.offer(swap or opened(), **{"to_volunteer_id": "V2", "at": NOW, "by": "V1", "policy": POLICY, **details})[0]


def accepted(swap=None, **details):
    values = {"verdicts": FINE, "for_absent": False, "is_coordinator": False, "at": NOW, "by": "V2", "policy": POLICY}
    return swaps.accept(swap or offered(), **{**values, **details})


def with_children():
    return opened(given=replace(GIVEN, child_role=True))


def code(error, call, *args, **details):
    with pytest.raises(error) as refused:
        call(*args, **details)
    return refused.value.errors[0].code if refused.value.errors else refused.value.code


@pytest.mark.rule("VOL-12")
def test_until_it_is_applied_the_first_owner_is_to_come_and_both_are_told_so():
    approved, (fact,) = accepted()
    done, (told,) = swaps.applied(approved, new_assignment_ids=("AS9",), at=NOW)
    before = [opened(), offered(), accepted(offered(with_children()))[0], approved]
    over = [swaps.cancel(offered(), at=NOW, by="V1")[0], swaps.expire(offered(), at=START)[0], swaps.reject(approved, at=NOW, by="C1")[0]]

    assert isinstance(fact, SwapApproved) and isinstance(told, SwapApplied)
    for swap in (*before, *over):
        assert swap.responsible_id == "V1"
        assert "由原来的志愿者负责到场" in message(swap, "zh") and "first volunteer is to come" in message(swap, "en")
    assert done.responsible_id == "V2"
    assert "不再负责" in message(done, "zh") and "free of it" in message(done, "en")


@pytest.mark.rule("VOL-13")
def test_without_children_both_words_suffice_and_with_children_a_coordinator_approves():
    plain, _ = accepted()
    minding, facts = accepted(offered(with_children()))
    strict, _ = accepted(policy=SwapPolicy(always_approved=True))
    other = offered(opened(kind=SwapKind.EXCHANGE), taken=replace(TAKEN, child_role=True))

    assert (plain.state, minding.state, facts, strict.state) == (SwapState.APPROVED, SwapState.PEER_ACCEPTED, [], SwapState.PEER_ACCEPTED)
    assert accepted(other)[0].state == SwapState.PEER_ACCEPTED
    assert swaps.approve(minding, verdicts=FINE, at=NOW, by="C1")[0].state == SwapState.APPROVED


@pytest.mark.rule("VOL-13")
def test_whoever_may_not_any_more_keeps_a_swap_from_being_approved():
    waiting, _ = accepted(offered(with_children()))

    assert code(Conflict, swaps.approve, waiting, verdicts={"from": "OK", "to": "CLEARANCE_MISSING"}, at=NOW, by="C1") == "CLEARANCE_MISSING"
    assert code(Conflict, accepted, verdicts={"from": "NOT_SWAPPABLE", "to": "OK"}) == "NOT_SWAPPABLE"
    assert swaps.approve(waiting, verdicts={"from": "OK", "to": "OVERLAP_SOFT"}, at=NOW, by="C1")[0].state == SwapState.APPROVED
    rejected, (fact,) = swaps.reject(swaps.approve(waiting, verdicts=FINE, at=NOW, by="C1")[0], at=NOW, by="system", code="SUSPENDED")
    assert (rejected.refusal, fact.outcome, rejected.hold) == ("SUSPENDED", "REJECTED", "SW1")


def test_a_coordinator_answers_for_somebody_absent_and_nobody_else_does():
    assert code(Forbidden, accepted, for_absent=True) == "ONLY_A_COORDINATOR_ACTS_FOR_OTHERS"

    done, _ = accepted(for_absent=True, is_coordinator=True, by="C1")

    assert [(step.state.value, step.by, step.for_absent) for step in done.steps][2:] == [("PEER_ACCEPTED", "C1", True), ("APPROVED", "system", False)]


def test_a_swap_ends_by_itself_two_hours_before_the_shift_and_no_later_word_revives_it():
    swap = offered()

    assert swap.deadline == START - 2 * HOUR
    assert swaps.expire(swap, at=swap.deadline - timedelta(seconds=1)) == (swap, [])
    expired, (fact,) = swaps.expire(swap, at=START)
    assert isinstance(fact, SwapEnded) and (expired.state, expired.hold) == (SwapState.EXPIRED, "SW1")
    assert swaps.expire(expired, at=START) == (expired, [])
    assert code(Conflict, accepted, swap, at=swap.deadline) == "SWAP_EXPIRED"
    assert code(Conflict, accepted, expired) == "SWAP_NOT_AT_THIS_STEP"
    assert code(Conflict, opened, at=START - 2 * HOUR) == "TOO_LATE_TO_SWAP"
    assert code(Invalid, opened, deadline=START) == "DEADLINE_OUT_OF_RANGE"
    sooner = offered(opened(kind=SwapKind.EXCHANGE), taken=replace(TAKEN, starts_at=START - 3 * HOUR))
    assert sooner.deadline == START - 5 * HOUR


def test_who_was_asked_may_say_no_and_another_is_asked():
    again = swaps.decline(offered(), at=NOW, by="V2")[0]

    assert (again.state, again.to_volunteer_id) == (SwapState.OPEN, None)
    assert offered(again, to_volunteer_id="V3").to_volunteer_id == "V3"
    assert code(Conflict, swaps.cancel, accepted()[0], at=NOW, by="V1") == "SWAP_NOT_AT_THIS_STEP"


def test_an_offer_fits_the_kind_of_swap():
    exchange = opened(kind=SwapKind.EXCHANGE)

    assert code(Invalid, offered, to_volunteer_id="V1") == "ONESELF"
    assert code(Invalid, offered, exchange) == "REQUIRED"
    assert code(Invalid, offered, taken=TAKEN) == "ONLY_IN_AN_EXCHANGE"
    assert code(Invalid, offered, exchange, taken=replace(TAKEN, volunteer_id="V3")) == "NOT_THEIRS"


def placed(*volunteers, need=None, **details):
    activity = an_activity(needs=[need or a_need(max=len(volunteers))], **details)
    for one in volunteers:
        activity, _ = sign_up.sign_up(activity, one, id=f"AS-{one.id}", need_id="N1", known=known(), by="C1")
    return activity


def handed(activity, given, volunteer, **details):
    return places.handed_over(activity, given, volunteer, **{"id": f"NEW-{volunteer.id}", "known": known(), "by": "system", **details})


@pytest.mark.rule("VOL-11", "VOL-13")
def test_a_full_activity_hands_a_place_over_in_one_step_and_keeps_the_old_one_in_its_history():
    after, (replaced, signed) = handed(placed(a_volunteer()), "AS-V1", a_volunteer("V2"))

    old, new = after.assignments
    assert (old.state, old.replaced_by, new.replaces, new.source) == (AssignmentState.REPLACED, "NEW-V2", "AS-V1", Source.SUBSTITUTE)
    assert [one.volunteer_id for one in after.seated()] == ["V2"]
    assert isinstance(replaced, AssignmentReplaced) and (replaced.volunteer_id, signed.volunteer_id) == ("V1", "V2")


def test_a_shift_goes_on_from_hand_to_hand_and_nobody_in_between_has_it():
    second, _ = handed(placed(a_volunteer()), "AS-V1", a_volunteer("V2"))
    third, _ = handed(second, "NEW-V2", a_volunteer("V3"))

    assert [(one.volunteer_id, one.state.value, one.replaces) for one in third.assignments] == [
        ("V1", "REPLACED", None),
        ("V2", "REPLACED", "AS-V1"),
        ("V3", "ACCEPTED", "NEW-V2"),
    ]
    assert code(Conflict, handed, third, "AS-V1", a_volunteer("V4")) == "NOT_SWAPPABLE"


@pytest.mark.rule("VOL-1", "VOL-13")
def test_who_may_not_serve_there_takes_no_place_over():
    minding = placed(a_volunteer(cleared=True), need=a_need(max=1, child_role=True))
    busy = known(elsewhere=[Span(START, START + 2 * HOUR, "活动室")])

    assert code(Conflict, handed, minding, "AS-V1", a_volunteer("V2")) == "CLEARANCE_MISSING"
    assert code(Conflict, handed, placed(a_volunteer()), "AS-V1", a_volunteer("V2"), known=busy) == "OVERLAP_HARD"
    assert code(Conflict, handed, placed(a_volunteer(), a_volunteer("V2")), "AS-V1", a_volunteer("V2")) == "ALREADY_IN"


@pytest.mark.rule("VOL-10", "VOL-13")
def test_in_an_exchange_the_shift_that_one_gives_does_not_stand_in_the_way():
    """Both shifts lie at the same time: each takes the other's, and is judged as having given their own."""
    mine, theirs = placed(a_volunteer()), placed(a_volunteer("V2"), id="A2", place="广场")
    busy = known(elsewhere=[Span(theirs.starts_at, theirs.ends_at, theirs.place)], this_week=1)

    assert places.verdict_on(mine, "AS-V1", a_volunteer("V2", max_per_week=1), busy) == "OVERLAP_HARD"
    assert places.verdict_on(mine, "AS-V1", a_volunteer("V2", max_per_week=1), busy, frees=theirs) == "OK"


def test_two_roles_of_one_activity_are_exchanged_at_once():
    activity = an_activity(needs=[a_need(max=1), a_need("N2", max=1)])
    for need, who in (("N1", "V1"), ("N2", "V2")):
        activity, _ = sign_up.sign_up(activity, a_volunteer(who), id=f"AS-{who}", need_id=need, known=known(), by="C1")

    half, _ = handed(activity, "AS-V1", a_volunteer("V2"), frees=activity)
    whole, _ = handed(half, "AS-V2", a_volunteer("V1"), frees=activity)

    assert {(one.need_id, one.volunteer_id) for one in whole.seated()} == {("N1", "V2"), ("N2", "V1")}


def test_where_the_other_half_cannot_follow_the_first_goes_back_with_its_history():
    half, _ = handed(placed(a_volunteer()), "AS-V1", a_volunteer("V2"))

    back, (replaced, _) = places.handed_back(half, "NEW-V2", "AS-V1", id="BACK", at=NOW, by="system")

    assert [(one.id, one.volunteer_id, one.state.value) for one in back.assignments] == [
        ("AS-V1", "V1", "REPLACED"),
        ("NEW-V2", "V2", "REPLACED"),
        ("BACK", "V1", "ACCEPTED"),
    ]
    assert replaced.replaced_by == "BACK"
