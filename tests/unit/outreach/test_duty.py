"""The duty roster: one officer at each moment, and no hour that is silently nobody's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.outreach.duty import domain
from services.outreach.duty.domain import DutyPolicy, Hours
from services.outreach.staff.domain import StaffMember

NOW = datetime(2025, 10, 1, tzinfo=UTC)


def at(hour: float) -> datetime:
    return NOW + timedelta(hours=hour)


def entry(id: str, start: float, end: float, entered: float = -10, staff: str | None = None, member="known"):
    member = StaffMember(staff or id) if member == "known" else member
    return domain.enter(
        id=id, staff_id=staff or id, starts_at=at(start), ends_at=at(end), member=member, at=at(entered), by="lead", policy=DutyPolicy()
    )[0]


@pytest.mark.rule("OUT-22")
def test_the_later_entry_holds_for_hours_that_two_name():
    early, late = entry("a", 0, 12, entered=-10), entry("b", 6, 8, entered=-9)

    assert [domain.on_duty([early, late], at(hour)).staff_id for hour in (0, 6, 7.9, 8)] == ["a", "b", "b", "a"]
    assert domain.on_duty([early, late], at(12)) is None, "the end is no longer part of it"
    assert domain.resolved([late, early], at(0), at(12)) == [
        Hours(at(0), at(6), "a", "a"),
        Hours(at(6), at(8), "b", "b"),
        Hours(at(8), at(12), "a", "a"),
    ]


@pytest.mark.rule("OUT-22")
def test_gaps_are_listed_and_who_is_absent_is_called_no_more():
    roster = [entry("a", 1, 3), entry("b", 3, 5)]

    assert [(one.staff_id, one.starts_at) for one in domain.resolved(roster, at(0), at(6))] == [
        (None, at(0)),
        ("a", at(1)),
        ("b", at(3)),
        (None, at(5)),
    ]
    assert [(one.staff_id, one.ends_at) for one in domain.resolved(roster, at(0), at(5), absent={"a"})] == [(None, at(3)), ("b", at(5))]
    assert domain.on_duty(roster, at(2), absent={"a"}) is None


def test_an_entry_that_is_taken_back_leaves_the_one_before():
    early, late = entry("a", 0, 12), entry("b", 6, 8, entered=-9)
    cancelled, facts = domain.cancel(late)

    assert domain.on_duty([early, cancelled], at(7)).staff_id == "a"
    assert (facts[0].period_id, facts[0].staff_id) == ("b", "b")
    with pytest.raises(Conflict, match="DUTY_CANCELLED"):
        domain.cancel(cancelled)


@pytest.mark.parametrize(
    ("broken", "field", "code"),
    [
        ({"member": None}, "staff_id", "NOT_ON_THE_STAFF"),
        ({"member": StaffMember("a", left_on=NOW.date())}, "staff_id", "NOT_ON_THE_STAFF"),
        ({"end": 0}, "ends_at", "ENDS_BEFORE_IT_BEGINS"),
        ({"entered": 20}, "ends_at", "DUTY_IS_OVER"),
        ({"end": 32 * 24}, "ends_at", "DUTY_TOO_LONG"),
    ],
)
def test_an_entry_names_somebody_who_works_here_and_hours_to_come(broken, field, code):
    with pytest.raises(Invalid) as refusal:
        entry(**{"id": "a", "start": 0, "end": 12, **broken})
    assert [(error.field, error.code) for error in refusal.value.errors] == [(field, code)]
