"""Programs, and the activities within their days."""

from datetime import date

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.volunteering import ProgramBegan, ProgramEnded
from services.volunteering.activities.domain.activity import ActivityKind
from services.volunteering.programs import domain
from tests.unit.volunteering.builders import NOW

FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)


def begin(**details):
    values = {"id": "P1", "kind": ActivityKind.LECTURE_LAW, "title": " 法治宣讲 ", "begins_on": FIRST, "at": NOW, "by": "C1"}
    return domain.begin(**{**values, **details})


def end(program, on):
    return domain.end(program, on=on, at=NOW, by="C1")


@pytest.mark.parametrize("kind", list(ActivityKind))
def test_every_kind_of_the_year_can_be_a_program_with_partners(kind):
    program, facts = begin(kind=kind, partner_ids=["X", "X"])

    assert (program.title, program.partner_ids) == ("法治宣讲", ("X",))
    assert facts == [ProgramBegan(program_id="P1", program_kind=kind.value, begins_on=FIRST, partner_ids=["X"])]


def test_a_program_ends_once_and_not_before_it_began():
    program, facts = end(begin()[0], LAST)

    assert facts == [ProgramEnded(program_id="P1", ended_on=LAST)]
    assert end(program, LAST) == (program, [])
    with pytest.raises(Conflict):
        end(program, date(2026, 1, 1))
    with pytest.raises(Invalid):
        end(program, date(2024, 12, 31))
    with pytest.raises(Invalid):
        begin(ends_on=date(2024, 12, 31))


def test_an_activity_lies_within_the_days_of_its_program():
    program = end(begin()[0], LAST)[0]

    for day in (FIRST, LAST):
        domain.check_day(program, day)
    for day in (date(2024, 12, 31), date(2026, 1, 1)):
        with pytest.raises(Invalid) as refused:
            domain.check_day(program, day)
        assert refused.value.errors[0].code == "OUTSIDE_PROGRAM"
