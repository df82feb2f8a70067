"""Reminders: when people may be reminded, of what, and that it tells nothing about them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.learning import ReminderDue
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.coverage.domain.rows import CoverageState
from services.learning.members.domain import CircumstanceCode as C
from services.learning.parcels import domain as parcels
from services.learning.parcels.domain import ReceivedBy
from services.learning.reminders import domain
from services.learning.reminders.domain import ReminderKind, ReminderPolicy, ReminderState
from services.learning.reminders.storage import reminder_id
from tests.unit.learning.builders import HELD_ON, a_member, a_session, at, dispatched, events, followed, held, parcel_of

POLICY, STUDY = ReminderPolicy(), StudyPolicy()


def local(clock: str, day: str = "2025-04-13") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+08:00")


@pytest.mark.rule("LRN-35")
@pytest.mark.parametrize(
    ("due", "night_shift", "first"),
    [
        (local("07:29"), False, local("07:30")),
        (local("07:30"), False, local("07:30")),
        (local("12:00"), False, local("12:00")),
        (local("20:59"), False, local("20:59")),
        (local("21:00"), False, local("07:30", "2025-04-14")),
        (local("00:00"), False, local("07:30")),
        (local("09:59"), True, local("09:59")),
        (local("10:00"), True, local("16:00")),
        (local("15:59"), True, local("16:00")),
        (local("16:00"), True, local("16:00")),
        (local("23:00"), True, local("07:30", "2025-04-14")),
    ],
)
def test_nobody_is_reminded_in_the_hours_in_which_they_sleep(due, night_shift, first):
    assert domain.remind_at(due, night_shift, POLICY) == first


@pytest.mark.rule("LRN-35")
def test_quiet_hours_are_the_communitys_and_may_follow_one_another_or_fill_the_day():
    touching = ReminderPolicy(quiet_until=time(10))
    assert domain.remind_at(local("22:00"), True, touching) == local("16:00", "2025-04-14")
    whole_day = ReminderPolicy(quiet_from=time(16), quiet_until=time(10))
    assert domain.remind_at(local("12:00"), True, whole_day) >= local("12:00"), "settings that leave no hour end all the same"


def audio(*codes):
    member = a_member(C.MATERNITY, *codes)
    return dispatched(held(a_session(), audience=(member,)), member), member


@pytest.mark.rule("LRN-35")
def test_a_lesson_that_was_not_opened_is_due_on_the_third_day_for_everybody_at_the_same_moment():
    for codes in ((), (C.NIGHT_SHIFT,)):
        row, member = audio(*codes)
        due = domain.due_for(row, STUDY)
        assert (due.kind, due.on) == (ReminderKind.OPEN_LESSON, HELD_ON + timedelta(days=3))
        reminder, facts = domain.fall_due(row, due, member, id="R1", policy=POLICY, now=local("00:01"))
        assert (reminder.state, reminder.at) == (ReminderState.DUE, local("07:30"))
        assert events(facts) == [ReminderDue(coverage_id=row.id, member_id=member.id, kind="OPEN_LESSON", at=local("07:30"))]


@pytest.mark.rule("LRN-35")
def test_a_reminder_made_good_after_an_outage_still_keeps_the_hours_of_who_works_at_night():
    for codes, first in (((), "12:00"), ((C.NIGHT_SHIFT,), "16:00")):
        row, member = audio(*codes)
        reminder, _ = domain.fall_due(row, domain.due_for(row, STUDY), member, id="R1", policy=POLICY, now=local("12:00", "2025-04-14"))
        assert reminder.at == local(first, "2025-04-14")


@pytest.mark.rule("LRN-35")
def test_a_night_shift_that_is_over_changes_nothing():
    member = a_member(C.MATERNITY, C.NIGHT_SHIFT, until=HELD_ON)
    assert domain.may_remind_from(local("12:00"), member, POLICY) == local("12:00")


def test_a_parcel_in_a_locker_is_due_the_next_day_and_one_in_own_hands_never():
    member, session = a_member(C.AWAY_WORK, smartphone=False), a_session()
    row = dispatched(session, member)
    for hands, kind in ((ReceivedBy.LOCKER, ReminderKind.PICK_UP), (ReceivedBy.NEIGHBOUR, None), (ReceivedBy.SELF, None)):
        there = parcels.deliver(parcel_of(row), to=hands, today=HELD_ON)[0]
        due = domain.due_for(followed(row, there, session, member)[0], STUDY)
        assert (due and (due.kind, due.on)) == (kind and (kind, HELD_ON + timedelta(days=1)))
    assert domain.due_for(row, STUDY) is None, "on its way"


def test_what_is_opened_or_held_back_is_no_reason_to_remind_and_one_delivery_is_one_reminder():
    row, _ = audio()
    assert domain.due_for(replace(row, state=CoverageState.RECEIVED), STUDY) is None
    assert domain.due_for(replace(row, held_since=HELD_ON), STUDY) is None
    first, other_setting = domain.due_for(row, STUDY), domain.due_for(row, StudyPolicy(audio_remind=4))
    again = replace(row, delivery=replace(row.delivery, dispatched_on=HELD_ON + timedelta(days=9)))
    assert reminder_id(row.id, first) == reminder_id(row.id, other_setting) != reminder_id(row.id, domain.due_for(again, STUDY))


def test_a_reminder_is_given_once_or_dropped():
    row, member = audio()
    reminder, _ = domain.fall_due(row, domain.due_for(row, STUDY), member, id="R1", policy=POLICY, now=local("08:00"))
    when = {"at": at(HELD_ON), "now": at(HELD_ON), "by": "staff", "policy": POLICY}
    told, facts = domain.tell(reminder, member, **when)
    assert (told.state, told.told_by, facts) == (ReminderState.TOLD, "staff", [])
    assert domain.drop(reminder)[0].state is ReminderState.NEEDLESS
    for over in (told, domain.drop(reminder)[0]):
        with pytest.raises(Conflict) as refused:
            domain.tell(over, member, **when)
        assert refused.value.code == "REMINDER_STATE"


@pytest.mark.rule("LRN-35")
@pytest.mark.parametrize(
    ("told_at", "codes", "code"), [("03:00", (), "QUIET_HOURS"), ("11:00", (C.NIGHT_SHIFT,), "QUIET_HOURS"), ("20:00", (), "IN_THE_FUTURE"), ("11:00", (), None)]
)
def test_nobody_says_that_they_reminded_somebody_who_slept(told_at, codes, code):
    row, _ = audio()
    member = a_member(C.MATERNITY, *codes)
    reminder, _ = domain.fall_due(row, domain.due_for(row, STUDY), member, id="R1", policy=POLICY, now=local("00:00"))

    def tell():
        return domain.tell(reminder, member, at=local(told_at), now=local("19:00"), by="staff", policy=POLICY)[0]

    if code is None:
        assert tell().told_at == local(told_at)
        return
    with pytest.raises(Invalid) as refused:
        tell()
    assert [(error.field, error.code) for error in refused.value.errors] == [("at", code)]
