"""Reductions, a year's standing and reminders in full: what is written down, and the day or minute that decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from services.common.errors import Conflict, Forbidden, Invalid, NotFound
from services.common.events.base import Dated
from services.common.events.learning import ReminderDue
from services.learning.coverage.domain.rows import CoverageState, Verification
from services.learning.credit.domain import credit, reductions
from services.learning.credit.domain.credit import CreditPolicy, Standing
from services.learning.credit.domain.reductions import Reduction, ReductionReason
from services.learning.members.domain import Mode
from services.learning.reminders import domain as reminders
from services.learning.reminders.domain import Due, Reminder, ReminderKind, ReminderPolicy, ReminderState
from tests.unit.learning.builders import HELD_ON, a_member, a_row, a_session

JAN, JUNE, TODAY = date(2025, 1, 1), date(2025, 6, 30), date(2025, 7, 2)
POLICY = CreditPolicy(full=1000, project_from_month=7)


def a_reduction(id="r", since=JAN, until=JUNE, **details):
    return Reduction(id, 600, ReductionReason.HOSPITAL, since, until, "S1", TODAY, **details)


def propose(*known, minutes=600, since=JAN, until=JUNE):
    how = {"id": "r", "full": 1000, "reason": ReductionReason.HOSPITAL, "today": TODAY, "by": "S1"}
    return reductions.propose(known, minutes=minutes, since=since, until=until, **how)


@pytest.mark.rule("LRN-32")
def test_a_proposal_keeps_why_by_whom_and_when_and_replaces_only_proposals():
    approved = a_reduction("a", date(2024, 1, 1), date(2024, 12, 31), approved_by="S2", approved_on=TODAY)

    assert propose(approved, a_reduction("old")) == (approved, a_reduction())
    assert propose(since=JAN, until=JAN) == (a_reduction(until=JAN),)
    assert propose(minutes=999)[0].minutes == 999


@pytest.mark.rule("LRN-32")
@pytest.mark.parametrize(("since", "until", "overlaps"), [(date(2024, 1, 1), JAN, True), (date(2024, 1, 1), date(2024, 12, 31), False), (JUNE, TODAY, True), (date(2025, 7, 1), TODAY, False)])
def test_two_approved_reductions_share_no_day(since, until, overlaps):
    approved = a_reduction(approved_by="S2")

    if overlaps:
        with pytest.raises(Conflict, match="^REDUCTION_OVERLAPS$"):
            propose(approved, since=since, until=until)
    else:
        assert len(propose(approved, since=since, until=until)) == 2


@pytest.mark.rule("LRN-32")
def test_a_reduction_that_reduces_nothing_or_ends_before_it_begins_is_refused():
    for wrong, field, code, params in (({"minutes": 1000}, "minutes", "NOT_REDUCED", {"full": 1000}), ({"until": JAN - timedelta(days=1)}, "until", "ENDS_BEFORE_START", {})):
        with pytest.raises(Invalid) as refused:
            propose(**wrong)
        assert [(one.field, one.code, one.params) for one in refused.value.errors] == [(field, code, params)]


@pytest.mark.rule("LRN-32")
def test_an_approval_names_the_second_person_and_touches_no_other_reduction():
    other = a_reduction("o")
    member = replace(a_member(), reductions=(other, a_reduction()))

    approved, facts = credit.approve(member, "r", today=TODAY, by="S2")

    assert (approved, facts) == (replace(member, reductions=(other, a_reduction(approved_by="S2", approved_on=TODAY))), [])
    for id, by, error, code in (("x", "S2", NotFound, "NOT_FOUND"), ("r", "S1", Forbidden, "SECOND_SIGNER_MUST_DIFFER")):
        with pytest.raises(error, match=f"^{code}$"):
            credit.approve(member, id, today=TODAY, by=by)
    with pytest.raises(Conflict, match="^REDUCTION_APPROVED$"):
        credit.approve(approved, "r", today=TODAY, by="S3")


def a_lesson(number, minutes):
    verification = Verification(Mode.IN_PERSON, "ROLL_CALL", datetime(2025, 4, 10, tzinfo=UTC), "host", minutes)
    row = replace(a_row(a_session(), a_member()), session_id=f"s{number}", state=CoverageState.VERIFIED, verification=verification)
    return replace(row, held_on=HELD_ON)


@pytest.mark.rule("LRN-32")
def test_a_years_standing_is_in_whole_minutes_and_says_of_which_year_and_day():
    member = a_member(since=date(2025, 1, 2))
    lessons = [a_lesson(1, 60), a_lesson(2, 41)]

    stands = credit.standing([member], lessons, year=2025, today=TODAY, policy=POLICY)

    required, projected = 1000 * 364 // 365, 101 * 364 // 182
    assert stands == Standing(2025, TODAY, date(2025, 7, 1), required, 101, 2, projected, required - projected)
    assert all(type(number) is int for number in (stands.required_minutes, stands.projected_minutes, stands.shortfall_minutes))
    before = credit.standing([member], lessons, year=2025, today=JUNE, policy=POLICY)
    assert (before.as_of, before.projected_minutes, before.shortfall_minutes) == (JUNE, None, None)


# Reminders

CLOCK = ReminderPolicy()
ROW, MEMBER = a_row(a_session(), a_member()), a_member()


def utc(hour, minute=0, day=13):
    return datetime(2025, 4, day, hour, minute, tzinfo=UTC)


@pytest.mark.rule("LRN-35")
def test_a_reminder_says_of_which_row_what_and_from_when():
    due = Due(ReminderKind.PICK_UP, HELD_ON, date(2025, 4, 13))

    reminder, facts = reminders.fall_due(ROW, due, MEMBER, id="R1", policy=CLOCK, now=utc(0))

    at = utc(0)
    assert reminder == Reminder("R1", ROW.id, "branch", "session", ROW.member_id, ReminderKind.PICK_UP, ReminderState.DUE, at)
    assert facts == [Dated(ReminderDue(coverage_id=ROW.id, member_id=ROW.member_id, kind="PICK_UP", at=at), date(2025, 4, 13))]
    early, _ = reminders.fall_due(ROW, due, MEMBER, id="R1", policy=CLOCK, now=utc(0, day=1))
    assert (early.at, early.at.tzinfo) == (datetime(2025, 4, 12, 23, 30, tzinfo=UTC), UTC)
    told, nothing = reminders.tell(reminder, MEMBER, at=utc(1), now=utc(1), by="S1", policy=CLOCK)
    assert (told, nothing) == (replace(reminder, state=ReminderState.TOLD, told_at=utc(1), told_by="S1"), [])
    assert reminders.drop(reminder) == (replace(reminder, state=ReminderState.NEEDLESS), [])


@pytest.mark.rule("LRN-35")
def test_hours_without_length_are_no_quiet_hours():
    nothing = ReminderPolicy(quiet_from=time(8), quiet_until=time(8))

    assert reminders.remind_at(utc(0), False, nothing) == utc(0)
