"""Visits: what a record must hold, and what it tells."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.outreach import ServiceItemDone, VisitCompleted, VisitNoAnswer, VisitPlanned, VisitRefused
from services.outreach.visits.domain import visits as domain
from services.outreach.visits.domain.reports import (
    AbsenceSource,
    ItemKind,
    ItemResult,
    KnownAbsence,
    Method,
    Outcome,
    RecordingPolicy,
    Report,
    ServiceItem,
    ThirdParty,
)
from services.outreach.visits.domain.visits import Flag, Visit, VisitState

POLICY = RecordingPolicy()
AT = datetime(2025, 3, 1, 10, tzinfo=UTC)
ON = date(2025, 3, 1)
AGO = AT - timedelta(hours=1)


def a_plan(person_ids=("p",), staff_ids=("s",), id="v") -> Visit:
    return domain.prepare(id=id, grid_id="g", person_ids=person_ids, staff_ids=staff_ids, planned_for=AT, at=AT, by="s")


def a_report(**changes) -> Report:
    usual = Report(Method.IN_PERSON, Outcome.SEEN_WELL, AGO, seen_person_ids=("p",), items=(ServiceItem(ItemKind.DAILY_LIFE),))
    return replace(usual, **changes)


def no_answer(**changes) -> Report:
    return Report(Method.IN_PERSON, Outcome.NO_ANSWER, AGO, **changes)


def completed(report: Report | None = None, visit: Visit | None = None, tiers=None, others=()):
    """Complete a visit; return it with its facts, whose business date is the day of the visit."""
    ended, facts = domain.complete(
        visit or a_plan(), report or a_report(), tiers=tiers or {}, happened_on=ON, others=others, policy=POLICY, at=AT, by="s"
    )
    assert {fact.effective_on for fact in facts} == {ON}
    return ended, [fact.event for fact in facts]


def refused_fields(report: Report, visit: Visit | None = None) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as refusal:
        completed(report, visit)
    return [(error.field, error.code) for error in refusal.value.errors]


def test_planning_a_visit_puts_it_on_somebodys_day():
    visit, facts = domain.plan(a_plan(person_ids=("p", "q", "p")))

    assert (visit.state, visit.person_ids) == (VisitState.PLANNED, ("p", "q"))
    assert facts == [VisitPlanned(visit_id="v", person_ids=["p", "q"], staff_ids=["s"], purposes=["ROUTINE"], planned_for=AT)]


def test_a_plan_has_a_time():
    with pytest.raises(Invalid):
        domain.plan(replace(a_plan(), planned_for=None))


def test_a_visit_is_made_by_somebody():
    with pytest.raises(Invalid):
        a_plan(staff_ids=())


@pytest.mark.rule("OUT-15")
def test_completing_a_visit_announces_who_was_seen_and_what_was_done():
    items = (ServiceItem(ItemKind.DAILY_LIFE), ServiceItem(ItemKind.EMOTIONAL, ref="w", minutes=20, result=ItemResult.PARTLY_DONE))
    visit, facts = completed(a_report(items=items, ended_at=AGO + timedelta(minutes=35), note="She misses her son."))

    assert (visit.state, visit.minutes, visit.flags) == (VisitState.COMPLETED, 35, ())
    assert facts == [
        VisitCompleted(
            visit_id="v",
            person_ids=["p"],
            seen_person_ids=["p"],
            staff_ids=["s"],
            method="IN_PERSON",
            purposes=["ROUTINE"],
            outcome="SEEN_WELL",
            items=[
                ServiceItemDone(no=1, kind="DAILY_LIFE", result="DONE"),
                ServiceItemDone(no=2, kind="EMOTIONAL", ref="w", result="PARTLY_DONE"),
            ],
            happened_at=AGO,
            minutes=35,
        )
    ]


@pytest.mark.rule("X-18")
def test_nothing_told_in_confidence_leaves_the_service():
    third = ThirdParty("Wang Mei", "daughter")
    _, facts = completed(a_report(method=Method.BY_THIRD_PARTY, third_party=third, note="She misses her son."))

    told = msgspec.json.encode(facts[0])
    assert b"Wang" not in told and b"daughter" not in told and b"son" not in told.replace(b"person", b"")


def test_a_completed_visit_cannot_be_completed_again():
    with pytest.raises(Conflict, match="VISIT_ENDED"):
        completed(visit=completed()[0])


@pytest.mark.rule("OUT-15")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"seen_person_ids": ()}, ("seen_person_ids", "REQUIRED")),
        ({"seen_person_ids": ("p", "stranger")}, ("seen_person_ids.1", "NOT_VISITED")),
        ({"items": ()}, ("items", "ITEMS_OR_GREETING_ONLY")),
        ({"greeting_only": True}, ("items", "ITEMS_OR_GREETING_ONLY")),
        ({"method": Method.PHONE}, ("outcome", "NOT_SEEN_BY_PHONE")),
        ({"ended_at": AGO - timedelta(minutes=1)}, ("ended_at", "ENDS_BEFORE_IT_BEGINS")),
        ({"known_absence": KnownAbsence(AbsenceSource.KIN, ON - timedelta(days=1))}, ("known_absence.until", "ABSENCE_IS_OVER")),
    ],
)
def test_a_completed_visit_says_who_was_seen_how_and_what_was_done(changes, error):
    assert refused_fields(a_report(**changes)) == [error]


@pytest.mark.rule("OUT-15")
def test_a_greeting_alone_is_a_visit():
    assert completed(a_report(items=(), greeting_only=True))[0].state is VisitState.COMPLETED


@pytest.mark.rule("OUT-3")
def test_a_third_party_is_named():
    assert refused_fields(a_report(method=Method.BY_THIRD_PARTY)) == [("third_party", "THIRD_PARTY_BY_NAME")]


@pytest.mark.rule("OUT-4")
def test_of_a_couple_only_those_seen_are_told_of():
    _, facts = completed(visit=a_plan(person_ids=("p", "q")))

    assert (facts[0].person_ids, facts[0].seen_person_ids) == (["p", "q"], ["p"])


@pytest.mark.rule("X-3")
@pytest.mark.parametrize(("minutes", "accepted"), [(5, True), (5.01, False), (600, False)])
def test_nothing_happened_in_the_future(minutes, accepted):
    report = a_report(happened_at=AT + timedelta(minutes=minutes))

    if accepted:
        assert completed(report)[0].state is VisitState.COMPLETED
    else:
        assert refused_fields(report) == [("happened_at", "IN_THE_FUTURE")]


@pytest.mark.rule("X-3")
def test_back_dating_by_more_than_a_week_needs_a_reason_and_shows():
    week_ago = AT - timedelta(days=7)
    assert completed(a_report(happened_at=week_ago))[1][0].late is False

    long_ago = a_report(happened_at=week_ago - timedelta(seconds=1))
    assert refused_fields(long_ago) == [("late_reason", "LATE_REASON_REQUIRED")]
    assert refused_fields(replace(long_ago, late_reason=" ")) == [("late_reason", "LATE_REASON_REQUIRED")]
    assert completed(replace(long_ago, late_reason="No signal in the village."))[1][0].late is True


@pytest.mark.rule("X-3")
def test_a_device_clock_that_is_ahead_is_suspected_and_believed():
    assert completed(a_report(captured_at=AT + timedelta(minutes=10)))[0].flags == ()
    assert completed(a_report(captured_at=AT + timedelta(minutes=11)))[0].flags == (Flag.CLOCK_SUSPECT,)


@pytest.mark.rule("OUT-15")
@pytest.mark.parametrize(
    ("length", "flags"),
    [
        (timedelta(minutes=1, seconds=59), (Flag.TOO_SHORT,)),
        (timedelta(minutes=2), ()),
        (timedelta(hours=4), ()),
        (timedelta(hours=4, seconds=1), (Flag.TOO_LONG,)),
    ],
)
def test_a_very_short_or_long_visit_is_flagged_and_kept(length, flags):
    start = AT - timedelta(hours=6)

    assert completed(a_report(happened_at=start, ended_at=start + length))[0].flags == flags


@pytest.mark.rule("OUT-15")
def test_being_at_two_doors_at_once_is_flagged():
    hour = a_report(ended_at=AGO + timedelta(minutes=60))
    one, _ = completed(hour)

    def then(start, staff_ids=("s",), method=Method.IN_PERSON, outcome=Outcome.SEEN_WELL):
        begins = AGO + timedelta(minutes=start)
        report = a_report(happened_at=begins, ended_at=begins + timedelta(minutes=5), method=method, outcome=outcome)
        return completed(report, a_plan(id="w", staff_ids=staff_ids), others=[one])[0].flags

    assert then(30) == (Flag.OVERLAPS,)
    assert then(60) == ()
    assert then(30, staff_ids=("t",)) == ()
    assert then(30, method=Method.PHONE, outcome=Outcome.SPOKE) == ()


def test_a_refused_visit_tells_that_nobody_was_seen():
    report = Report(Method.IN_PERSON, Outcome.REFUSED, AGO)
    visit, facts = completed(report, tiers={"p": "HIGH"})

    assert visit.state is VisitState.REFUSED
    assert facts == [VisitRefused(visit_id="v", person_ids=["p"], staff_ids=["s"], happened_at=AGO)]
    seen = replace(report, seen_person_ids=("p",), items=(ServiceItem(ItemKind.SAFETY_CHECK),))
    assert refused_fields(seen) == [("seen_person_ids", "NOBODY_WAS_SEEN"), ("items", "NOBODY_WAS_SEEN")]


@pytest.mark.rule("OUT-20")
def test_no_answer_at_a_high_tier_elders_door_needs_an_incident_or_a_known_absence():
    for tiers in ({"p": "HIGH"}, {"p": "GENERAL", "q": "HIGH"}):
        with pytest.raises(Invalid) as refusal:
            completed(no_answer(), a_plan(person_ids=("p", "q")), tiers)
        assert (refusal.value.code, refusal.value.errors[0].field) == ("INCIDENT_REQUIRED", "incident")

    _, by_incident = completed(no_answer(incident_id="i"), tiers={"p": "HIGH"})
    away = KnownAbsence(AbsenceSource.HOSPITAL, ON)
    _, by_absence = completed(no_answer(known_absence=away), tiers={"p": "HIGH"})

    common = {"visit_id": "v", "person_ids": ["p"], "staff_ids": ["s"], "happened_at": AGO}
    assert by_incident == [VisitNoAnswer(**common, incident_id="i")]
    assert by_absence == [VisitNoAnswer(**common, known_absence=True)]


@pytest.mark.rule("OUT-20")
@pytest.mark.parametrize("tier", ["KEY", "GENERAL"])
def test_no_answer_at_another_door_needs_neither(tier):
    assert completed(no_answer(), tiers={"p": tier})[0].state is VisitState.NO_ANSWER
