"""Credit in a year: what is asked, what counts, and who will not reach it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.common.errors import Conflict, Forbidden, Invalid, NotFound
from services.common.events.learning import CreditShortfallsListed
from services.learning.coverage.domain.proofs import GivenBy, ProofKind
from services.learning.coverage.domain.proving import prove
from services.learning.coverage.domain.rows import CoverageState
from services.learning.credit.domain import credit as domain
from services.learning.credit.domain import lists
from services.learning.credit.domain.credit import CreditPolicy
from services.learning.credit.domain.reductions import ReductionReason
from services.learning.members.domain import MemberKind
from services.learning.merges import domain as merges
from services.learning.retention import without_private_life
from tests.unit.learning.builders import HELD_ON, a_member, a_row, a_session, at

POLICY = CreditPolicy(full=3650, probationary=1825)
MARCH, JULY = date(2025, 3, 31), date(2025, 7, 2)
pytestmark = pytest.mark.rule("LRN-32")


def a_lesson(member, number: int = 1, minutes: int = 60, held_on: date = HELD_ON):
    """Return the verified row of a lesson."""
    session = replace(a_session(credit_minutes=minutes), id=f"session-{number}")
    row = replace(a_row(session, member), id=f"row-{number}", held_on=held_on)
    how = {"kind": ProofKind.ROLL_CALL, "given_by": GivenBy.STAFF, "at": at(HELD_ON), "on": HELD_ON, "now": at(HELD_ON), "by": "staff"}
    return prove(replace(row, mode="IN_PERSON", state=CoverageState.ASSIGNED), session, proof_id="p", **how)[0]


def stands(member, *rows, today=JULY, year=2025, policy=POLICY):
    return domain.standing([member], rows, year=year, today=today, policy=policy)


def a_proposal(member, by="secretary", id="r", minutes=0, since=date(2025, 1, 1), until=date(2025, 12, 31)):
    how = {"id": id, "minutes": minutes, "reason": ReductionReason.HOSPITAL, "since": since, "until": until, "today": MARCH, "by": by}
    return domain.propose(member, POLICY, **how)[0]


def reduced(member, **how):
    proposed = a_proposal(member, **how)
    return domain.approve(proposed, how.get("id", "r"), today=MARCH, by="supervisor")[0]


def test_only_verified_lessons_count_in_the_year_of_their_session_and_each_once():
    member = a_member()
    lesson = a_lesson(member)
    waived = replace(a_lesson(member, 2), state=CoverageState.WAIVED)
    last_year = a_lesson(member, 3, held_on=date(2024, 12, 30))

    standing = stands(member, lesson, lesson, waived, last_year)

    assert (standing.credited_minutes, standing.lessons) == (60, 1)


@pytest.mark.parametrize(("kind", "minutes"), [(MemberKind.FULL, 3650), (MemberKind.PROBATIONARY, 1825), (MemberKind.TEMP_ATTACHED, 0)])
def test_each_kind_of_member_is_asked_what_the_operator_set(kind, minutes):
    assert stands(replace(a_member(), kind=kind)).required_minutes == minutes


def test_who_joins_within_the_year_is_asked_for_their_days_only():
    assert stands(a_member(since=date(2025, 12, 22)), today=date(2025, 12, 31)).required_minutes == 100


def test_a_person_of_two_branches_in_one_year_is_asked_once_and_keeps_what_was_learnt_in_both():
    first = replace(a_member(), until=date(2025, 5, 1))
    second = a_member(since=date(2025, 5, 1))

    standing = domain.standing([first, second], [a_lesson(first, 1), a_lesson(second, 2)], year=2025, today=JULY, policy=POLICY)

    assert (standing.required_minutes, standing.credited_minutes) == (3650, 120)


def test_the_years_end_is_projected_from_june_on_and_not_before():
    member = a_member()
    early, first = stands(member, today=date(2025, 5, 31)), stands(member, today=date(2025, 6, 1))

    assert (early.projected_minutes, early.shortfall_minutes) == (None, None)
    assert (first.projected_minutes, first.shortfall_minutes) == (0, 3650)


def test_the_projection_goes_on_as_it_went_and_a_year_that_is_over_is_what_it_was():
    member = a_member()
    lesson = a_lesson(member, minutes=183)

    half_way, afterwards = stands(member, lesson), stands(member, lesson, today=date(2026, 2, 1))

    assert (half_way.projected_minutes, half_way.shortfall_minutes) == (183 * 365 // 183, 3650 - 365)
    assert (afterwards.projected_minutes, afterwards.shortfall_minutes) == (183, 3650 - 183)


def test_whoever_is_to_join_later_is_projected_nothing():
    assert stands(a_member(since=date(2025, 9, 1))).shortfall_minutes is None


def test_who_has_more_than_is_asked_has_no_shortfall():
    member = a_member()

    assert stands(member, a_lesson(member, minutes=4000)).shortfall_minutes == 0


def test_a_reduction_holds_only_when_somebody_else_approved_it():
    proposed = a_proposal(a_member())
    with pytest.raises(Forbidden, match="SECOND_SIGNER_MUST_DIFFER"):
        domain.approve(proposed, "r", today=MARCH, by="secretary")
    approved, facts = domain.approve(proposed, "r", today=MARCH, by="supervisor")

    assert (stands(proposed).required_minutes, stands(approved).required_minutes) == (3650, 0)
    assert facts == []


def test_a_reduction_holds_for_its_days_alone():
    member = reduced(a_member(), until=date(2025, 12, 21))

    assert stands(member).required_minutes == 100
    assert stands(member, year=2026, today=date(2026, 7, 1)).required_minutes == 3650


def test_a_reduction_is_approved_once_and_only_if_it_was_proposed():
    member = reduced(a_member())
    with pytest.raises(Conflict, match="REDUCTION_APPROVED"):
        domain.approve(member, "r", today=MARCH, by="somebody")
    with pytest.raises(NotFound):
        domain.approve(member, "other", today=MARCH, by="somebody")


def test_a_proposal_takes_the_place_of_a_proposal_but_not_of_what_was_approved():
    again = a_proposal(a_proposal(a_member()), id="r2")

    assert [one.id for one in again.reductions] == ["r2"]
    with pytest.raises(Conflict, match="REDUCTION_OVERLAPS"):
        a_proposal(reduced(a_member()), id="r2", since=date(2025, 12, 31), until=date(2026, 3, 1))
    assert len(a_proposal(reduced(a_member()), id="r2", since=date(2026, 1, 1), until=date(2026, 3, 1)).reductions) == 2


@pytest.mark.parametrize(("how", "field"), [({"minutes": 3650}, "minutes"), ({"since": JULY, "until": MARCH}, "until")])
def test_a_proposal_that_reduces_nothing_is_refused_by_its_field(how, field):
    with pytest.raises(Invalid) as refused:
        a_proposal(a_member(), **how)

    assert [error.field for error in refused.value.errors] == [field]


def test_nothing_is_proposed_for_who_left():
    with pytest.raises(Conflict, match="MEMBER_LEFT"):
        a_proposal(replace(a_member(), active=False))


def test_reductions_go_with_a_merge_and_are_erased_with_the_rest_of_a_life():
    member = reduced(a_member())
    united = merges.united(a_member(), member)

    assert united.reductions == member.reductions == merges.united(united, member).reductions
    assert without_private_life(member, MARCH).reductions == ()


def test_a_months_list_names_who_is_short_and_neither_by_how_much_nor_what_was_asked():
    short, enough, early = a_member(), a_member(), a_member()
    standings = {short.id: stands(short, a_lesson(short)), enough.id: stands(enough, a_lesson(enough, minutes=9000)), early.id: stands(early, today=MARCH)}

    drawn, [fact] = lists.draw_up(id="list", branch_id="branch", standings=standings, today=JULY)

    assert (drawn.year, drawn.month, drawn.as_of, drawn.member_ids) == (2025, 7, JULY, (short.id,))
    assert fact.event == CreditShortfallsListed(list_id="list", branch_id="branch", year=2025, month=7, member_ids=[short.id])
    assert fact.effective_on == JULY
    assert lists.draw_up(id="list", branch_id="branch", standings={}, today=JULY)[0].member_ids == (), "nobody is short, and the list says so"


def test_lists_are_drawn_up_from_the_month_on_that_the_operator_set():
    assert [lists.is_month_for_it(date(2025, month, 1), POLICY) for month in (1, 5, 6, 12)] == [False, False, True, True]
    assert lists.is_month_for_it(date(2025, 3, 1), replace(POLICY, project_from_month=3))
