"""Leave and exit of staff."""

from datetime import UTC, date, datetime

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.registry import GridDefined, StaffLeaveEnded, StaffLeaveStarted, StaffLeft, StaffReinstated, StaffSuspended
from services.registry.grids import domain as grids
from services.registry.staff import domain as staff
from services.registry.staff.domain import ExitReason, Leave, StaffState

TODAY, NOW = date(2025, 6, 10), datetime(2025, 6, 10, 2, tzinfo=UTC)


def a_member():
    return staff.appoint(id="S1", name="李梅", since=date(2025, 1, 1), today=TODAY, at=NOW, by="S0")[0]


def go(member=None, **more):
    return staff.start_leave(member or a_member(), today=TODAY, **more)


@pytest.mark.rule("OUT-13")
def test_a_leave_begins_on_its_day_and_ends_by_itself_after_its_last():
    away, facts = go(until=date(2025, 6, 15))
    assert facts == [Dated(StaffLeaveStarted(staff_id="S1", since=TODAY, until=date(2025, 6, 15)), TODAY)]
    assert (away.state, away.unavailable) == (StaffState.ON_LEAVE, Leave(TODAY, date(2025, 6, 15)))

    assert staff.advance(away, date(2025, 6, 15)) == (away, [])
    back, facts = staff.advance(away, date(2025, 7, 30))
    assert facts == [Dated(StaffLeaveEnded(staff_id="S1"), date(2025, 6, 16))]
    assert (back.state, back.unavailable, back.changes_on) == (StaffState.WORKING, None, None)
    assert back.past_leaves == (Leave(TODAY, date(2025, 6, 15)),)


@pytest.mark.rule("OUT-13")
def test_an_announced_leave_is_seen_at_once_and_told_on_its_first_day():
    announced, facts = go(since=date(2025, 6, 20), until=date(2025, 6, 22))

    assert (facts, announced.state, announced.changes_on) == ([], StaffState.WORKING, date(2025, 6, 20))
    assert announced.unavailable == Leave(date(2025, 6, 20), date(2025, 6, 22))
    assert staff.advance(announced, date(2025, 6, 19)) == (announced, [])
    assert [type(fact.event) for fact in staff.advance(announced, date(2025, 6, 20))[1]] == [StaffLeaveStarted]
    # A clock that looks only after a year tells both.
    assert [type(fact.event) for fact in staff.advance(announced, date(2026, 6, 20))[1]] == [StaffLeaveStarted, StaffLeaveEnded]


@pytest.mark.rule("OUT-13")
def test_a_leave_that_is_entered_when_it_is_over_is_told_as_over():
    back, facts = go(since=date(2025, 6, 1), until=date(2025, 6, 3))

    assert [fact.effective_on for fact in facts] == [date(2025, 6, 1), date(2025, 6, 4)]
    assert back.state is StaffState.WORKING


@pytest.mark.rule("OUT-13")
def test_whoever_is_back_early_is_back_and_an_announced_leave_can_be_called_off():
    back, facts = staff.end_leave(go(since=date(2025, 6, 1))[0], today=TODAY)
    assert facts == [Dated(StaffLeaveEnded(staff_id="S1"), TODAY)]
    assert back.past_leaves == (Leave(date(2025, 6, 1), date(2025, 6, 9)),)

    off, facts = staff.end_leave(go(since=date(2025, 6, 20))[0], today=TODAY)
    assert (facts, off.unavailable, off.changes_on) == ([], None, None)
    with pytest.raises(Conflict, match="NOT_ON_LEAVE"):
        staff.end_leave(off, today=TODAY)


@pytest.mark.rule("OUT-13")
def test_leaves_do_not_overlap_or_end_before_they_begin():
    with pytest.raises(Conflict, match="ON_LEAVE_ALREADY"):
        go(go(since=date(2025, 6, 20))[0])
    with pytest.raises(Invalid):
        go(until=date(2025, 6, 9))


@pytest.mark.rule("OUT-11")
def test_an_exit_is_told_on_its_day_and_is_final():
    leaving, facts = staff.leave_post(a_member(), left_on=date(2025, 6, 30), reason=ExitReason.RETIRED, today=TODAY)
    assert (facts, leaving.state, leaving.changes_on) == ([], StaffState.WORKING, date(2025, 6, 30))

    left, facts = staff.advance(leaving, date(2025, 7, 2))
    assert facts == [Dated(StaffLeft(staff_id="S1", left_on=date(2025, 6, 30), reason="RETIRED"), date(2025, 6, 30))]
    assert (left.state, left.unavailable, left.changes_on) == (StaffState.LEFT, Leave(date(2025, 6, 30)), None)
    for command in (lambda: go(left), lambda: staff.end_leave(left, today=TODAY), lambda: staff.leave_post(left, today=TODAY)):
        with pytest.raises(Conflict, match="STAFF_LEFT_ALREADY"):
            command()
    with pytest.raises(Invalid):
        staff.leave_post(a_member(), left_on=date(2024, 12, 31), today=TODAY)


@pytest.mark.rule("OUT-11")
def test_whoever_leaves_during_a_leave_does_not_come_back_first():
    left, facts = staff.leave_post(go(since=date(2025, 6, 1))[0], today=TODAY)

    assert [type(fact.event) for fact in facts] == [StaffLeft]
    assert (left.leave, left.past_leaves) == (None, (Leave(date(2025, 6, 1), TODAY),))


@pytest.mark.rule("OUT-11")
def test_a_suspension_is_told_at_once_ends_a_leave_and_lasts_until_somebody_ends_it():
    suspended, facts = staff.suspend(go(until=date(2025, 6, 15))[0], today=TODAY)
    assert facts == [StaffSuspended(staff_id="S1", since=TODAY)]
    assert (suspended.state, suspended.unavailable, suspended.changes_on) == (StaffState.SUSPENDED, Leave(TODAY), None)
    assert suspended.past_leaves == (Leave(TODAY, TODAY),)
    assert staff.advance(suspended, date(2026, 6, 10)) == (suspended, [])
    with pytest.raises(Conflict, match="SUSPENDED_ALREADY"):
        staff.suspend(suspended, today=TODAY)
    with pytest.raises(Conflict, match="NOT_ON_LEAVE"):
        staff.end_leave(suspended, today=TODAY)

    back, facts = staff.reinstate(suspended, today=date(2025, 6, 20))
    assert facts == [StaffReinstated(staff_id="S1")]
    assert (back.state, back.unavailable) == (StaffState.WORKING, None)
    with pytest.raises(Conflict, match="NOT_SUSPENDED"):
        staff.reinstate(back, today=TODAY)


@pytest.mark.rule("OUT-11")
def test_a_leave_announced_before_a_suspension_begins_after_it_and_an_exit_comes_true_during_it():
    suspended, _ = staff.suspend(go(since=date(2025, 6, 20))[0], today=TODAY)
    assert staff.advance(suspended, date(2025, 6, 21)) == (suspended, [])
    back, facts = staff.reinstate(suspended, today=date(2025, 6, 22))
    assert (back.state, facts[1:]) == (StaffState.ON_LEAVE, [Dated(StaffLeaveStarted(staff_id="S1", since=date(2025, 6, 20)), date(2025, 6, 20))])
    off, facts = staff.end_leave(suspended, today=TODAY)
    assert (off.state, off.leave, facts) == (StaffState.SUSPENDED, None, [])

    leaving, _ = staff.leave_post(suspended, left_on=date(2025, 6, 30), today=TODAY)
    assert leaving.changes_on == date(2025, 6, 30)
    assert staff.advance(leaving, date(2025, 6, 30))[0].state is StaffState.LEFT


def test_a_grid_loses_the_lead_who_left_and_says_so_once():
    grid, _ = grids.define(id="G1", code="JY-01", name="景园一网格", lead_staff_id="S1", at=NOW, by="S0")

    without, facts = grids.lose_lead(grid)

    assert facts == [GridDefined(grid_id="G1", code="JY-01", lead_staff_id=None)]
    assert grids.lose_lead(without) == (without, [])
