"""A suspicion of harm to a child: taken, reported in time, and told of in no event but by the case's own id."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.common.events.base import CATALOGUE, Dated
from services.common.events.volunteering import ChildSafeguardingClosed, ChildSafeguardingOverdue, ChildSafeguardingReported
from services.common.safeguarding import domain as safeguarding
from services.common.safeguarding.domain import Authority, CaseOutcome, CaseState
from services.volunteering.safeguarding import domain
from services.volunteering.safeguarding.domain import ChildSafeguardingPolicy, Harm
from tests.unit.volunteering.builders import refusal

AT = datetime(2025, 7, 5, 2, tzinfo=UTC)
POLICY = ChildSafeguardingPolicy()
HOUR = timedelta(hours=1)


def raised(by="s"):
    return domain.raise_case(
        id="k", child_id="c", signs=[Harm.NEGLECT, Harm.NEGLECT], words="w", session_id="m", hidden_from=["x", "x"], at=AT, by=by, policy=POLICY
    )


def reported(case=None, at=AT + HOUR):
    return safeguarding.report(case or raised()[0], to=Authority.POLICE, reported_at=at, reference="A-1", at=AT + 5 * HOUR, by="officer")


@pytest.mark.rule("VOL-60", "X-18")
def test_no_fact_of_a_suspicion_says_more_than_its_own_id_and_its_clock():
    kinds = [kind for kind in CATALOGUE.values() if kind.aggregate == "child_safeguarding_case"]
    told = {name for kind in kinds for name in kind.cls.__struct_fields__}

    assert len(kinds) == 4 and told == {"case_id", "due_at", "in_time", "times"}
    case, facts = raised()
    assert set(msgspec.to_builtins(facts[0])) == {"case_id", "due_at"}
    assert (case.signs, case.hidden_from, case.due_at) == ((Harm.NEGLECT,), ("x",), AT + 2 * HOUR)


@pytest.mark.rule("VOL-60")
def test_an_officer_notes_to_whom_when_and_under_which_reference_it_was_reported():
    case, facts = reported()

    assert (case.state, case.next_at, case.reports[0].reference) == (CaseState.REPORTED, None, "A-1")
    assert facts == [ChildSafeguardingReported(case_id="k", in_time=True)]
    assert reported(case)[1] == []
    assert reported(at=AT + 3 * HOUR)[1] == [ChildSafeguardingReported(case_id="k", in_time=False)]
    assert refusal(reported, at=AT - HOUR) == ("reported_at", "REPORTED_BEFORE_SEEN")
    assert refusal(reported, at=AT + 9 * HOUR) == ("reported_at", "IN_THE_FUTURE")


@pytest.mark.rule("VOL-60")
def test_a_suspicion_that_nobody_reported_is_told_again_each_day_and_after_many_days_once():
    case, _ = raised()

    assert safeguarding.grow_late(case, now=AT + HOUR, policy=POLICY) == (case, [])
    late, facts = safeguarding.grow_late(case, now=AT + 2 * HOUR, policy=POLICY)
    assert facts == [Dated(ChildSafeguardingOverdue(case_id="k", due_at=AT + 2 * HOUR, times=1), date(2025, 7, 5))]
    assert safeguarding.grow_late(late, now=AT + 3 * HOUR, policy=POLICY) == (late, [])
    much_later, facts = safeguarding.grow_late(late, now=AT + timedelta(days=5), policy=POLICY)
    assert [fact.event.times for fact in facts] == [5] and much_later.overdue_times == 5
    assert safeguarding.grow_late(reported()[0], now=AT + timedelta(days=5), policy=POLICY)[1] == []


@pytest.mark.rule("VOL-60")
def test_nobody_closes_a_suspicion_unreported_but_another_who_finds_it_unfounded():
    case, _ = raised()
    text = {"text": "t", "at": AT + HOUR}

    assert refusal(safeguarding.close, case, CaseOutcome.PROTECTED, **text, by="o") == "REPORT_FIRST"
    assert refusal(safeguarding.close, case, CaseOutcome.UNFOUNDED, **text, by="s") == "UNFOUNDED_BY_ANOTHER"
    closed, facts = safeguarding.close(case, CaseOutcome.UNFOUNDED, **text, by="o")
    assert (closed.state, closed.notes[-1].text, facts) == (CaseState.CLOSED, "t", [ChildSafeguardingClosed(case_id="k")])
    assert safeguarding.close(reported()[0], CaseOutcome.HANDED_OVER, **text, by="s")[0].state is CaseState.CLOSED
    assert refusal(safeguarding.note, closed, **text, by="o") == "CASE_CLOSED"
    assert refusal(reported, closed) == "CASE_CLOSED"
