"""What becomes of an approved swap when one of both may not any more before it is in the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.common.process import Process
from services.common.retention import EVERYTHING
from services.common.settings import load
from services.common.store import Cause
from services.volunteering.activities.domain.activity import Assignment, AssignmentState, Source, Verdict
from services.volunteering.activities.storage import Activities
from services.volunteering.service import SERVICE
from services.volunteering.swaps.desk import SwapDesk, _new_id
from services.volunteering.swaps.domain.swap import Shift, Swap, SwapKind, SwapState
from services.volunteering.swaps.storage import Swaps
from services.volunteering.volunteers.domain import VolunteerState
from services.volunteering.volunteers.storage import Volunteers
from tests.unit.volunteering.builders import NOW, START, a_need, a_volunteer, an_activity

DAY = timedelta(days=1)
pytestmark = pytest.mark.rule("VOL-13")


class Exchange:
    """Two shifts of two volunteers, and the swap that both agreed on."""

    def __init__(self, process):
        self.volunteers, self.activities, self.swaps, self.desk = (process.storage(one) for one in (Volunteers, Activities, Swaps, SwapDesk))
        shifts = []
        for number in (1, 2):
            self.volunteers.add(a_volunteer(f"V{number}"), [], cause(f"V{number}"))
            place = Assignment(f"AS{number}", "N1", f"V{number}", f"P-V{number}", AssignmentState.ACCEPTED, Verdict.OK, Source.SELF, NOW)
            starts = START + number * DAY
            span = {"starts_at": starts, "ends_at": starts + timedelta(hours=2), "needs": [a_need()], "assignments": (place,)}
            self.activities.add(replace(an_activity(**span), id=f"A{number}"), [], cause(f"A{number}"))
            shifts.append(Shift(f"A{number}", f"AS{number}", f"V{number}", starts, False))
        given, taken = shifts
        self.swap = Swap("SW1", SwapKind.EXCHANGE, SwapState.APPROVED, given, START, given.assignment_id, "P-V1", "V2", taken)
        self.swaps.add(self.swap, [], cause("SW1"))

    def suspend(self, id):
        stored = self.volunteers.get(id, EVERYTHING)
        self.volunteers.save(stored, replace(stored.state, state=VolunteerState.SUSPENDED), [], cause(f"suspend {id}"))

    def enter(self):
        self.desk.enter(self.swaps.get("SW1", EVERYTHING), NOW, cause("enter"))
        return self.swaps.get("SW1", EVERYTHING).state

    def seated(self):
        places = [one for id in ("A1", "A2") for one in self.activities.get(id, EVERYTHING).state.assignments]
        return [one.volunteer_id for one in places if one.state is AssignmentState.ACCEPTED]


def cause(name):
    return Cause(name, name, NOW)


@pytest.fixture
def exchange(platform):
    process = Process(SERVICE, load("volunteering", platform.env))
    process.prepare()
    yield Exchange(process)
    process.client.close()


def test_an_approved_exchange_is_entered_crosswise(exchange):
    assert (exchange.enter().state, exchange.seated()) == (SwapState.APPLIED, ["V2", "V1"])


@pytest.mark.parametrize("gone", ["V1", "V2"])
def test_an_approved_exchange_is_rejected_when_one_of_both_may_not_any_more(exchange, gone):
    exchange.suspend(gone)

    rejected = exchange.enter()

    assert (rejected.state, rejected.refusal, rejected.responsible_id) == (SwapState.REJECTED, "SUSPENDED", "V1")
    assert exchange.seated() == ["V1", "V2"]


def test_half_an_exchange_goes_back_to_who_had_it_when_the_other_half_cannot_follow(exchange):
    """The process died between the two halves, and in the meantime one of both was suspended."""
    taken = exchange.activities.get("A2", EVERYTHING).state
    exchange.desk._enter_half(exchange.swap.given, "V2", _new_id(exchange.swap, "given"), taken, NOW, cause("half"))
    assert exchange.seated() == ["V2", "V2"]
    exchange.suspend("V1")

    rejected = exchange.enter()

    assert (rejected.state, rejected.refusal, rejected.hold) == (SwapState.REJECTED, "SUSPENDED", "SW1")
    assert exchange.seated() == ["V1", "V2"]
    assert exchange.enter() == rejected and exchange.seated() == ["V1", "V2"]
