"""Obligations: grown late by time, closed only by somebody who was seen."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.common.events.base import Dated, Event
from services.common.events.outreach import (
    ObligationDue,
    ObligationEscalated,
    ObligationEscalationRepeated,
    ObligationMet,
    ObligationOpened,
    ObligationOverdue,
    ObligationPeriodMissed,
    ObligationVoided,
)
from services.outreach.care.domain import Tier
from services.outreach.obligations import domain
from services.outreach.obligations.domain import Contact, Obligation, ObligationState, VisitPolicy
from services.outreach.visits.domain.reports import Method, Outcome

POLICY = VisitPolicy()
DAY_0 = date(2025, 3, 1)
IDS = {"obligation_id": "o", "person_id": "p"}


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def an_obligation(tier: Tier = Tier.HIGH, seen: int | None = 0, since: int = 0) -> Obligation:
    """Opened on day 0; `seen` is the day of the last contact."""
    return opening(tier, seen, since)[0]


def opening(tier: Tier = Tier.HIGH, seen: int | None = 0, since: int = 0):
    return domain.open_routine(
        id="o",
        grid_id="g",
        person_id="p",
        tier=tier,
        in_care_since=day(since),
        last_contact_on=None if seen is None else day(seen),
        today=DAY_0,
        policy=POLICY,
    )


def a_contact(on: int, method: Method = Method.IN_PERSON, outcome: Outcome | None = None, id: str | None = None) -> Contact:
    outcome = outcome or (Outcome.SEEN_WELL if method is Method.IN_PERSON else Outcome.SPOKE)
    at = datetime(2025, 3, 1, 2, tzinfo=UTC) + timedelta(days=on)
    return Contact(id or f"v{on}", at, day(on), method, outcome)


def after(number: int, obligation: Obligation | None = None, lead: str | None = "lead") -> Obligation:
    return domain.advance(obligation or an_obligation(), today=day(number), lead_staff_id=lead)[0]


def bare(fact: Event | Dated) -> Event:
    return fact.event if isinstance(fact, Dated) else fact


@pytest.mark.rule("OUT-1")
@pytest.mark.parametrize(("tier", "due", "overdue", "hard"), [(Tier.HIGH, 7, 9, 10), (Tier.KEY, 30, 36, 45), (Tier.GENERAL, 90, 101, 120)])
def test_the_dates_follow_from_the_last_contact_and_the_tier(tier, due, overdue, hard):
    obligation, facts = opening(tier)

    assert (obligation.due_on, obligation.overdue_on, obligation.hard_on) == (day(due), day(overdue), day(hard))
    assert facts == [ObligationOpened(**IDS, kind="ROUTINE", due_on=day(due), overdue_on=day(overdue), hard_on=day(hard), tier=tier.value)]


@pytest.mark.rule("OUT-1")
def test_somebody_nobody_has_visited_is_due_in_three_days():
    assert an_obligation(Tier.GENERAL, seen=None).due_on == day(3)


def test_a_contact_shortly_before_care_began_counts_and_one_of_long_ago_does_not_make_the_visit_late():
    assert an_obligation(Tier.HIGH, seen=-2).due_on == day(5)
    assert an_obligation(Tier.HIGH, seen=-400).due_on == day(3)


def test_a_contact_in_care_that_was_recorded_late_leaves_the_next_visit_late():
    assert an_obligation(Tier.HIGH, seen=-20, since=-30).due_on == day(-13)


@pytest.mark.rule("OUT-2")
@pytest.mark.parametrize(
    ("number", "state"),
    [(6, "OPEN"), (7, "DUE"), (8, "DUE"), (9, "OVERDUE"), (10, "OVERDUE"), (11, "ESCALATED"), (4000, "ESCALATED")],
)
def test_the_state_follows_from_the_dates(number, state):
    assert after(number).state == state


@pytest.mark.rule("OUT-1")
@pytest.mark.parametrize(("number", "missed"), [(7, 0), (8, 1), (14, 1), (15, 2), (21, 2), (22, 3), (60, 8)])
def test_each_interval_that_passes_adds_one_missed_period(number, missed):
    assert after(number).missed_periods == missed


@pytest.mark.rule("OUT-8")
def test_each_step_is_told_once_with_the_day_on_which_it_fell_due():
    obligation, facts = domain.advance(an_obligation(), today=day(60), lead_staff_id="lead")

    assert facts == [
        Dated(ObligationDue(**IDS), day(7)),
        Dated(ObligationOverdue(**IDS, missed_periods=1), day(9)),
        Dated(ObligationEscalated(**IDS, to_staff_id="lead", missed_periods=1), day(11)),
        Dated(ObligationEscalationRepeated(**IDS, to_staff_id="lead", weeks=7, missed_periods=8), day(60)),
        Dated(ObligationPeriodMissed(**IDS, missed_periods=8), day(57)),
    ]
    assert domain.advance(obligation, today=day(60), lead_staff_id="lead") == (obligation, [])


@pytest.mark.rule("OUT-8")
@given(st.lists(st.integers(0, 200), max_size=30))
@settings(deadline=None)
def test_a_clock_that_stood_still_comes_to_the_same_end_as_one_that_ticked(days):
    ticked, told = an_obligation(), []
    for number in [*days, 200]:
        ticked, facts = domain.advance(ticked, today=day(number), lead_staff_id="lead")
        told += facts
    jumped, at_once = domain.advance(an_obligation(), today=day(200), lead_staff_id="lead")

    def steps(facts):
        return [fact for fact in facts if not isinstance(fact.event, ObligationPeriodMissed | ObligationEscalationRepeated)]

    def last(kind, facts):
        return [fact for fact in facts if isinstance(fact.event, kind)][-1]

    assert ticked == jumped
    assert steps(told) == steps(at_once)
    assert last(ObligationPeriodMissed, told) == last(ObligationPeriodMissed, at_once)
    assert last(ObligationEscalationRepeated, told).event.weeks == last(ObligationEscalationRepeated, at_once).event.weeks


@pytest.mark.rule("OUT-2")
@given(st.sampled_from(Tier), st.none() | st.integers(-400, 0), st.lists(st.integers(-500, 4000), max_size=40))
@settings(deadline=None)
def test_no_sequence_of_clock_ticks_ever_removes_an_obligation(tier, seen, ticks):
    obligation = an_obligation(tier, seen)
    for number in ticks:
        before = obligation
        obligation, facts = domain.advance(obligation, today=day(number), lead_staff_id="lead")

        assert obligation.open and obligation.met_by is None and obligation.void_reason is None
        assert obligation.missed_periods >= before.missed_periods
        assert list(ObligationState).index(obligation.state) >= list(ObligationState).index(before.state)
        assert not any(isinstance(bare(fact), ObligationMet | ObligationVoided) for fact in facts)


@pytest.mark.rule("OUT-1")
@given(st.sampled_from(Tier), st.sets(st.integers(1, 60)))
@settings(deadline=None)
def test_after_sixty_silent_days_there_is_one_open_obligation_with_the_right_missed_periods(tier, ticks):
    obligation, told = opening(tier)
    for number in [*sorted(ticks), 60]:
        obligation, facts = domain.advance(obligation, today=day(number), lead_staff_id="lead")
        told += facts

    assert obligation.open and sum(isinstance(bare(fact), ObligationOpened) for fact in told) == 1
    assert obligation.missed_periods == {Tier.HIGH: 8, Tier.KEY: 1, Tier.GENERAL: 0}[tier]
    assert obligation.escalated_to == {Tier.HIGH: "lead", Tier.KEY: "lead", Tier.GENERAL: None}[tier]


def test_an_escalated_obligation_follows_the_lead_of_the_grid():
    nobody = after(20, lead=None)
    assert (nobody.state, nobody.escalated_to) == (ObligationState.ESCALATED, None)

    named, facts = domain.advance(nobody, today=day(20), lead_staff_id="new")

    assert named.escalated_to == "new"
    assert facts == [ObligationEscalated(**IDS, to_staff_id="new", missed_periods=2)]
    assert domain.advance(named, today=day(20), lead_staff_id=None) == (named, [])


@pytest.mark.rule("OUT-3")
@pytest.mark.parametrize(
    ("method", "outcome", "counts"),
    [
        (Method.IN_PERSON, Outcome.SEEN_WELL, True),
        (Method.IN_PERSON, Outcome.SEEN_CONCERN, True),
        (Method.IN_PERSON, Outcome.SPOKE, False),
        (Method.PHONE, Outcome.SPOKE, True),
        (Method.VIDEO, Outcome.SPOKE, True),
        (Method.VIDEO, Outcome.SEEN_WELL, True),
        (Method.BY_THIRD_PARTY, Outcome.SEEN_WELL, True),
        (Method.DEVICE, Outcome.SEEN_WELL, False),
        (Method.DEVICE, Outcome.SPOKE, False),
    ],
)
def test_what_counts_after_enough_visits_in_person(method, outcome, counts):
    history = [a_contact(number) for number in range(5)]
    contact = a_contact(9, method, outcome)

    assert (contact in domain.counting([*history, contact], Tier.KEY, POLICY)) is counts


@pytest.mark.rule("OUT-3")
def test_a_call_never_counts_twice_in_a_row_for_a_high_tier_elder():
    history = [*(a_contact(number) for number in range(8)), a_contact(8, Method.PHONE), a_contact(9, Method.PHONE)]

    assert [contact.visit_id for contact in domain.counting(history, Tier.HIGH, POLICY)][-2:] == ["v7", "v8"]
    assert [contact.visit_id for contact in domain.counting(history, Tier.GENERAL, POLICY)][-2:] == ["v8", "v9"]


@pytest.mark.rule("OUT-3")
def test_the_first_contact_with_somebody_is_in_person():
    assert domain.counting([a_contact(0, Method.PHONE)], Tier.GENERAL, POLICY) == []


@pytest.mark.rule("OUT-3")
@given(st.sampled_from(Tier), st.lists(st.sampled_from([Method.IN_PERSON, Method.PHONE, Method.VIDEO]), max_size=40), st.randoms())
@settings(deadline=None)
def test_the_share_in_person_never_falls_below_the_policy_in_whatever_order_visits_become_known(tier, methods, random):
    contacts = [a_contact(number, method) for number, method in enumerate(methods)]
    counted = domain.counting(contacts, tier, POLICY)

    for end in range(1, len(counted) + 1):
        latest = counted[max(0, end - POLICY.ratio_over) : end]
        assert sum(contact.in_person for contact in latest) * 100 >= POLICY.of(tier).in_person_percent * len(latest)
    random.shuffle(contacts)
    assert domain.counting(contacts, tier, POLICY) == counted


@pytest.mark.rule("OUT-2")
@pytest.mark.parametrize(("number", "state", "missed"), [(7, "MET", 0), (8, "MET", 1), (9, "MET_LATE", 1), (30, "MET_LATE", 4)])
def test_a_contact_closes_it_on_its_own_day(number, state, missed):
    met, facts = domain.meet(after(number), a_contact(number))

    assert (met.state, met.open, met.met_by, met.met_on) == (state, False, f"v{number}", day(number))
    fact = ObligationMet(**IDS, visit_id=f"v{number}", met_on=day(number), late=state == "MET_LATE", missed_periods=missed)
    assert facts == [Dated(fact, day(number))]


def test_a_visit_that_is_recorded_late_was_still_made_on_time():
    met, _ = domain.meet(after(30), a_contact(5))

    assert (met.state, met.missed_periods) == (ObligationState.MET, 0)


def test_a_contact_meets_only_what_waited_for_it():
    assert not domain.is_met_by(an_obligation(), a_contact(0))
    assert domain.is_met_by(an_obligation(), a_contact(1))
    assert not domain.is_met_by(domain.meet(an_obligation(), a_contact(5))[0], a_contact(6))


def test_the_first_obligation_is_met_by_a_contact_on_the_day_or_shortly_before():
    first = an_obligation(Tier.HIGH, seen=None)

    assert domain.is_met_by(first, a_contact(0))
    assert domain.is_met_by(first, a_contact(-4))
    assert not domain.is_met_by(first, a_contact(-5))


@pytest.mark.rule("OUT-5")
def test_a_higher_tier_brings_the_visit_forward():
    changed, facts = domain.change_tier(an_obligation(Tier.GENERAL), tier=Tier.HIGH, policy=POLICY)

    assert (changed.tier, changed.due_on, changed.overdue_on, changed.hard_on) == (Tier.HIGH, day(7), day(9), day(10))
    assert len(facts) == 1
    assert domain.change_tier(changed, tier=Tier.HIGH, policy=POLICY) == (changed, [])


@pytest.mark.rule("OUT-5")
@given(st.sampled_from(Tier), st.none() | st.integers(-300, 0), st.lists(st.sampled_from(Tier), max_size=6), st.integers(0, 200))
@settings(deadline=None)
def test_no_change_of_tier_makes_anything_late_fine_or_puts_a_date_off(tier, seen, tiers, number):
    obligation = after(number, an_obligation(tier, seen))
    for new in tiers:
        before = obligation
        obligation, _ = domain.change_tier(obligation, tier=new, policy=POLICY)
        obligation = after(number, obligation)

        assert list(ObligationState).index(obligation.state) >= list(ObligationState).index(before.state)
        assert obligation.missed_periods >= before.missed_periods
        assert (obligation.due_on, obligation.overdue_on, obligation.hard_on) <= (before.due_on, before.overdue_on, before.hard_on)
        assert obligation.due_on <= obligation.overdue_on


def test_the_register_voids_it_and_nothing_closes_it_twice():
    voided, facts = domain.void(after(30), reason="DECEASED")

    assert (voided.state, voided.open) == (ObligationState.VOID, False)
    assert facts == [ObligationVoided(**IDS, reason="DECEASED")]
    assert domain.void(voided, reason="DECEASED") == (voided, [])
    assert domain.advance(voided, today=day(99), lead_staff_id="lead") == (voided, [])
    assert domain.change_tier(voided, tier=Tier.KEY, policy=POLICY) == (voided, [])
