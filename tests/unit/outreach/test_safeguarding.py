"""Safeguarding: a sign is taken, reported in time, and told of in no event but by the case's own id."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import CATALOGUE, Dated
from services.common.events.outreach import SafeguardingClosed, SafeguardingOverdue, SafeguardingRaised, SafeguardingReported
from services.common.safeguarding import domain as safeguarding
from services.common.safeguarding.domain import Authority, CaseOutcome, CaseState
from services.outreach.safeguarding import domain
from services.outreach.safeguarding.domain import SafeguardingPolicy, Sign, Source

AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
POLICY = SafeguardingPolicy()


def hours(count: float) -> datetime:
    return AT + timedelta(hours=count)


def raised(by="s"):
    return domain.raise_case(
        id="k",
        person_id="p",
        source=Source.STAFF,
        signs=[Sign.SCAM, Sign.SCAM],
        words="w",
        visit_id="v",
        hidden_from=["x"],
        at=AT,
        by=by,
        policy=POLICY,
    )


def reported(case=None, at=hours(3)):
    return safeguarding.report(case or raised()[0], to=Authority.POLICE, reported_at=at, reference="A-1", at=max(at, hours(4)), by="officer")


@pytest.mark.rule("OUT-16")
@pytest.mark.rule("X-18")
def test_no_fact_of_a_case_says_more_than_its_own_id_and_its_clock():
    kinds = [kind for kind in CATALOGUE.values() if kind.aggregate == "safeguarding_case"]
    told = {name for kind in kinds for name in kind.cls.__struct_fields__}

    assert len(kinds) == 4 and told == {"case_id", "due_at", "in_time", "times"}
    case, facts = raised()
    assert set(msgspec.to_builtins(facts[0])) == {"case_id", "due_at"}
    assert (case.signs, case.due_at) == ((Sign.SCAM,), hours(24))
    assert not hasattr(case, "grid_id"), "the envelope of a fact names the grid of an aggregate that has one"


@pytest.mark.rule("OUT-16")
def test_an_officer_notes_to_whom_when_and_under_which_reference_it_was_reported():
    case, facts = reported()
    again, more = reported(case, at=hours(5))

    assert (case.state, case.next_at, case.reports[0].reference) == (CaseState.REPORTED, None, "A-1")
    assert facts == [SafeguardingReported(case_id="k", in_time=True)]
    assert len(again.reports) == 2 and more == []
    assert reported(at=hours(25))[1] == [SafeguardingReported(case_id="k", in_time=False)]
    for at, code in ((hours(-1), "REPORTED_BEFORE_SEEN"), (hours(9), "IN_THE_FUTURE")):
        with pytest.raises(Invalid) as refusal:
            safeguarding.report(raised()[0], to=Authority.EDUCATION, reported_at=at, reference="r", at=hours(4), by="o")
        assert refusal.value.errors[0].code == code


@pytest.mark.rule("OUT-16")
def test_a_sign_that_nobody_reported_in_a_day_is_told_of_each_day():
    late, facts = safeguarding.grow_late(raised()[0], now=hours(24), policy=POLICY)
    later, more = safeguarding.grow_late(late, now=hours(24 * 5 + 1), policy=POLICY)

    assert facts == [Dated(SafeguardingOverdue(case_id="k", due_at=hours(24), times=1), date(2025, 3, 2))]
    assert [(fact.event.times, fact.effective_on) for fact in more] == [(5, date(2025, 3, 6))], "of several days missed only the last"
    assert safeguarding.grow_late(later, now=hours(24 * 5 + 2), policy=POLICY) == (later, [])
    assert safeguarding.grow_late(raised()[0], now=hours(23.9), policy=POLICY)[1] == []
    assert safeguarding.grow_late(reported()[0], now=hours(99), policy=POLICY)[1] == []


@pytest.mark.rule("OUT-16")
def test_a_case_ends_with_what_it_led_to_and_unreported_only_as_unfounded_by_another():
    done, facts = safeguarding.close(reported()[0], CaseOutcome.HANDED_OVER, text="t", at=hours(9), by="officer")
    assert (done.state, done.notes[-1].text, len(facts)) == (CaseState.CLOSED, "t", 1)

    with pytest.raises(Conflict, match="REPORT_FIRST"):
        safeguarding.close(raised()[0], CaseOutcome.PROTECTED, text="t", at=hours(9), by="officer")
    with pytest.raises(Conflict, match="UNFOUNDED_BY_ANOTHER"):
        safeguarding.close(raised(by="officer")[0], CaseOutcome.UNFOUNDED, text="t", at=hours(9), by="officer")
    assert safeguarding.close(raised()[0], CaseOutcome.UNFOUNDED, text="t", at=hours(9), by="officer")[0].outcome is CaseOutcome.UNFOUNDED
    for act in (
        lambda: reported(done),
        lambda: safeguarding.note(done, text="n", at=AT, by="o"),
        lambda: safeguarding.close(done, CaseOutcome.PROTECTED, text="t", at=AT, by="o"),
    ):
        with pytest.raises(Conflict, match="CASE_CLOSED"):
            act()
    assert [one.text for one in safeguarding.note(raised()[0], text="n", at=AT, by="o")[0].notes] == ["n"]


@pytest.mark.rule("OUT-16")
def test_a_sign_is_kept_whole_with_who_told_it_and_from_whom_it_is_hidden():
    case, facts = raised()

    assert case == domain.SafeguardingCase(
        id="k",
        person_id="p",
        source=Source.STAFF,
        opened_at=AT,
        opened_by="s",
        due_at=hours(24),
        next_at=hours(24),
        signs=(Sign.SCAM,),
        words="w",
        visit_id="v",
        hidden_from=("x",),
        state=CaseState.OPEN,
        reports=(),
        notes=(),
    )
    assert facts == [SafeguardingRaised(case_id="k", due_at=hours(24))]


@pytest.mark.rule("OUT-16")
def test_a_report_is_in_time_up_to_the_last_moment_and_not_before_it_was_seen():
    case, facts = reported(at=hours(24))
    assert case.reports == (safeguarding.MandatoryReport(Authority.POLICE, hours(24), "A-1", "officer", hours(24)),)
    assert facts == [SafeguardingReported(case_id="k", in_time=True)]
    assert reported(at=AT)[0].state is CaseState.REPORTED

    ahead = hours(4) + timedelta(minutes=5)
    told = {"to": Authority.POLICE, "reference": "A-1", "at": hours(4), "by": "officer"}
    assert safeguarding.report(raised()[0], reported_at=ahead, **told)[0].reports[0].at == ahead
    for at, code in ((ahead + timedelta(seconds=1), "IN_THE_FUTURE"), (AT - timedelta(seconds=1), "REPORTED_BEFORE_SEEN")):
        with pytest.raises(Invalid) as refusal:
            safeguarding.report(raised()[0], reported_at=at, **told)
        assert [(error.field, error.code) for error in refusal.value.errors] == [("reported_at", code)]


@pytest.mark.rule("OUT-16")
def test_what_an_officer_writes_down_is_kept_with_who_and_when():
    noted, facts = safeguarding.note(raised()[0], text="n", at=hours(2), by="o")
    assert (noted.notes, facts) == ((safeguarding.CaseNote("n", hours(2), "o"),), [])

    closed, facts = safeguarding.close(noted, CaseOutcome.UNFOUNDED, text="t", at=hours(9), by="officer")
    assert closed == replace(
        noted,
        state=CaseState.CLOSED,
        next_at=None,
        notes=(*noted.notes, safeguarding.CaseNote("t", hours(9), "officer")),
        outcome=CaseOutcome.UNFOUNDED,
        closed_at=hours(9),
        closed_by="officer",
    )
    assert facts == [SafeguardingClosed(case_id="k")]


@pytest.mark.rule("OUT-16")
def test_how_often_a_case_grew_late_is_kept_with_when_it_grows_so_next():
    late, _ = safeguarding.grow_late(raised()[0], now=hours(24 * 5 + 1), policy=POLICY)

    assert (late.overdue_times, late.next_at) == (5, hours(24 * 6))
    closed, _ = safeguarding.close(raised()[0], CaseOutcome.UNFOUNDED, text="t", at=hours(9), by="officer")
    assert safeguarding.grow_late(closed, now=hours(99), policy=POLICY) == (closed, [])


@pytest.mark.rule("VOL-42")
def test_who_is_being_defrauded_and_heard_a_lecture_against_fraud_is_owed_a_talk_until_it_was_held():
    case, on = raised()[0], date(2025, 3, 2)

    heard, facts = domain.heard_lecture(case, on=on)

    assert (heard, facts) == (replace(case, follow_up_since=on), [])
    assert domain.heard_lecture(heard, on=on + timedelta(days=9)) == (heard, [])
    assert domain.heard_lecture(replace(case, signs=(Sign.ABUSE,)), on=on)[0].follow_up_since is None
    assert domain.heard_lecture(replace(case, signs=None), on=on)[0].follow_up_since is None
    assert domain.heard_lecture(replace(case, state=CaseState.CLOSED), on=on)[0].follow_up_since is None
    words = {"text": "已单独谈话", "at": hours(30), "by": "officer"}
    assert domain.note(heard, **words)[0].follow_up_since == on
    held = domain.note(heard, **words, followed_up=True)[0]
    assert (held.follow_up_since, held.notes[-1].text) == (None, "已单独谈话")
    assert domain.close(reported(heard)[0], CaseOutcome.PROTECTED, **words)[0].follow_up_since is None
