"""Obligations beyond the rhythm: excuses, two persons, the month's floor, festivals, what happened, and their table of states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import (
    ObligationDue,
    ObligationEscalated,
    ObligationEscalationRepeated,
    ObligationMonthMissed,
    ObligationReopened,
    ObligationRescheduled,
    ObligationResumed,
)
from services.outreach.care.domain import Away, AwayKind, CareRecipient, Ground, Life, Moved, Tier
from services.outreach.obligations import domain
from services.outreach.obligations.domain import (
    LIFECYCLE,
    Contact,
    ExcuseCode,
    MajorChange,
    Obligation,
    ObligationKind,
    ObligationState,
    Trigger,
    VisitPolicy,
)
from services.outreach.obligations.festivals import FESTIVALS, near
from services.outreach.visits.domain.reports import Method, Outcome

POLICY = VisitPolicy()
DAY_0 = date(2025, 3, 1)
AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
IDS = {"obligation_id": "o", "person_id": "p"}


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def routine(tier: Tier = Tier.HIGH, seen: int | None = 0) -> Obligation:
    return domain.open_routine(
        id="o",
        grid_id="g",
        person_id="p",
        tier=tier,
        in_care_since=DAY_0,
        last_contact_on=None if seen is None else day(seen),
        today=DAY_0,
        policy=POLICY,
    )[0]


def triggered(kind: ObligationKind = ObligationKind.BEREAVEMENT, **trigger) -> Obligation:
    trigger = Trigger(kind, **{"due_on": DAY_0, "at": AT + timedelta(hours=24), **trigger})
    return domain.open_triggered(trigger, id="o", grid_id="g", person_id="p", tier=Tier.GENERAL, at=AT)[0]


def advanced(owed: Obligation, number: int, **more):
    return domain.advance(owed, today=day(number), lead_staff_id="lead", policy=POLICY, **more)


def contact(on: int, method: Method = Method.IN_PERSON, outcome: Outcome = Outcome.SEEN_WELL, id: str = "v") -> Contact:
    return Contact(id, AT + timedelta(days=on), day(on), method, outcome)


def excused(owed: Obligation, until: int | None = 20) -> Obligation:
    until_on = None if until is None else day(until)
    return domain.excuse(owed, code=ExcuseCode.TEMP_AWAY, by="lead", until=until_on, policy=POLICY)[0]


@pytest.mark.rule("OUT-2")
def test_time_and_people_alone_can_neither_meet_nor_void_what_is_owed():
    by_time = {target for source in ("OPEN", "DUE", "OVERDUE", "ESCALATED") for target in ("DUE", "OVERDUE", "ESCALATED") if LIFECYCLE.allows(source, target)}

    assert by_time == {"DUE", "OVERDUE", "ESCALATED"}
    assert not any(LIFECYCLE.allows("VOID", state) for state in ObligationState)
    assert not LIFECYCLE.allows("EXCUSED", "ESCALATED") and LIFECYCLE.allows("EXCUSED", "OPEN")


@pytest.mark.rule("OUT-2")
def test_an_excused_visit_rests_and_comes_back_by_itself_with_what_was_missed_before():
    late = advanced(routine(), 12)[0]
    resting = excused(late, until=20)
    assert (resting.state, resting.open, resting.excused.by) == (ObligationState.EXCUSED, True, "lead")
    assert advanced(resting, 20) == (resting, [])

    back, facts = advanced(resting, 21)
    assert (back.state, back.due_on, back.missed_periods, back.escalated_to, back.excused) == (ObligationState.OPEN, day(23), 1, None, None)
    assert facts == [Dated(ObligationResumed(**IDS, due_on=day(23), overdue_on=day(25), hard_on=day(26), tier="HIGH"), day(21))]
    assert advanced(resting, 23)[0].state is ObligationState.DUE


@pytest.mark.rule("OUT-2")
def test_an_excuse_without_an_end_waits_for_the_register():
    resting = excused(routine(), until=None)

    assert advanced(resting, 4000) == (resting, [])
    assert domain.resume(resting, due_on=day(50), on=day(47), policy=POLICY)[0].due_on == day(50)


@pytest.mark.rule("OUT-2")
@pytest.mark.parametrize(("until", "refused"), [(-1, True), (0, False), (183, False), (184, True)])
def test_an_excuse_by_somebodys_word_has_an_end_that_comes(until, refused):
    try:
        domain.excuse_by_hand(routine(), code=ExcuseCode.TEMP_AWAY, until=day(until), by="lead", today=DAY_0, policy=POLICY)
    except Invalid as error:
        assert refused and error.errors[0].code == "EXCUSED_TOO_LONG"
    else:
        assert not refused
    with pytest.raises(Conflict, match="NOT_EXCUSABLE"):
        domain.excuse_by_hand(excused(routine()), code=ExcuseCode.TEMP_AWAY, until=day(3), by="lead", today=DAY_0, policy=POLICY)


@pytest.mark.rule("OUT-2")
def test_somebody_who_is_seen_while_excused_has_been_seen():
    assert domain.meet(excused(routine()), contact(3))[0].state is ObligationState.MET


@pytest.mark.rule("OUT-2")
def test_nothing_is_void_before_a_second_person_says_so():
    proposed, facts = domain.propose_void(routine(), reason="ENTERED_IN_ERROR", by="one", at=AT)
    assert (proposed.open, facts) == (True, [])
    with pytest.raises(Conflict, match="NEEDS_ANOTHER_PERSON"):
        domain.propose_void(proposed, reason="ENTERED_IN_ERROR", by="one", at=AT)

    void, _ = domain.propose_void(proposed, reason="ENTERED_IN_ERROR", by="two", at=AT)
    assert (void.state, void.void_reason) == (ObligationState.VOID, "ENTERED_IN_ERROR")
    with pytest.raises(Conflict, match="OBLIGATION_CLOSED"):
        domain.propose_void(void, reason="ENTERED_IN_ERROR", by="three", at=AT)


@pytest.mark.rule("U2")
def test_each_week_after_the_lead_the_level_above_hears_of_it():
    late, _ = advanced(routine(), 11, administrator_id="admin")
    assert (late.escalated_to, late.raised_to) == ("lead", None)
    assert advanced(late, 17, administrator_id="admin")[0].raised_to is None

    raised, facts = advanced(late, 18, administrator_id="admin")
    assert (raised.escalated_to, raised.raised_to) == ("lead", "admin")
    assert Dated(ObligationEscalationRepeated(**IDS, to_staff_id="admin", weeks=1, missed_periods=2), day(18)) in facts
    assert advanced(raised, 18, administrator_id="admin") == (raised, [])
    assert advanced(raised, 25, administrator_id="admin")[0].weeks_escalated == 2


@pytest.mark.rule("U2")
def test_what_has_no_lead_goes_to_the_administrator_by_name():
    late = domain.advance(routine(), today=day(20), lead_staff_id=None, administrator_id="admin", policy=POLICY)[0]

    assert late.escalated_to == "admin"


def test_the_clock_finds_it_on_the_day_on_which_something_changes_and_not_before():
    owed = routine()
    for number in range(1, 90):
        before = owed
        owed, facts = advanced(owed, number)
        assert bool(facts) == (before.next_on <= day(number)), number
        assert owed.next_on > day(number)


@pytest.mark.rule("U10")
def test_a_visit_after_a_death_is_due_at_once_and_escalates_when_its_day_is_over():
    owed = triggered()
    assert (owed.state, owed.due_at) == (ObligationState.DUE, AT + timedelta(hours=24))
    assert advanced(owed, 1, now=owed.due_at) == (owed, [])

    late, facts = advanced(owed, 1, now=owed.due_at + timedelta(minutes=1))
    assert (late.state, late.escalated_to, late.missed_periods) == (ObligationState.ESCALATED, "lead", 0)
    assert Dated(ObligationEscalated(**IDS, to_staff_id="lead", missed_periods=0), day(1)) in facts


@pytest.mark.rule("OUT-3")
def test_a_visit_after_a_death_is_met_at_the_door_and_a_weather_call_by_telephone():
    spoke = contact(0, Method.PHONE, Outcome.SPOKE)

    assert domain.fitting(ObligationKind.BEREAVEMENT, [spoke], Tier.HIGH, POLICY) == []
    assert domain.fitting(ObligationKind.WEATHER, [spoke], Tier.HIGH, POLICY) == [spoke]
    assert domain.fitting(ObligationKind.WEATHER, [contact(0, Method.DEVICE)], Tier.HIGH, POLICY) == []


def test_only_a_visit_after_what_happened_meets_what_is_owed_for_it():
    owed = triggered()

    assert not domain.is_met_by(owed, replace(contact(0), happened_at=AT - timedelta(minutes=1)))
    assert domain.is_met_by(owed, contact(0))
    assert domain.meet(owed, contact(0))[0].state is ObligationState.MET
    assert domain.meet(owed, contact(2))[0].state is ObligationState.MET_LATE


@pytest.mark.parametrize(
    ("kind", "reason", "urgent"),
    [
        (ObligationKind.RECHECK, None, False),
        (ObligationKind.RECHECK, MajorChange.FALL, True),
        (ObligationKind.RECHECK, MajorChange.FIRE, True),
        (ObligationKind.DISCHARGE, None, True),
        (ObligationKind.NEW_CASE, None, False),
    ],
)
def test_after_a_major_change_somebody_comes_within_a_day(kind, reason, urgent):
    trigger = domain.asked_for(kind, reason, at=AT, policy=POLICY)

    assert trigger.at == (AT + timedelta(hours=24) if urgent else None)
    assert trigger.due_on == (DAY_0 if urgent else day(7))


@pytest.mark.rule("OUT-17")
def test_a_contradicted_visit_leaves_the_obligation_at_its_original_date():
    met = domain.meet(routine(), contact(5))[0]

    again, facts = domain.reopen(met, visit_id="v", policy=POLICY)

    assert (again.state, again.open, again.due_on, again.met_by) == (ObligationState.OPEN, True, day(7), None)
    assert facts == [ObligationReopened(**IDS, visit_id="v", due_on=day(7))]
    assert advanced(again, 12)[0].state is ObligationState.ESCALATED


def months(owed: Obligation, today: date, seen: date | None = None, since: date = DAY_0):
    return domain.check_months(owed, contact_on=seen, in_scope_since=since, today=today, lead_staff_id="lead", policy=POLICY)


@pytest.mark.rule("OUT-9")
def test_from_day_twenty_of_a_month_without_a_contact_the_visit_is_due_whatever_the_interval_says():
    owed = routine(Tier.GENERAL)
    assert months(owed, date(2025, 4, 19), seen=DAY_0) == (owed, [])

    due, facts = months(owed, date(2025, 4, 23), seen=DAY_0)
    assert (due.state, due.due_on) == (ObligationState.DUE, day(90))
    assert facts == [Dated(ObligationDue(**IDS), date(2025, 4, 20))]
    assert months(due, date(2025, 4, 30), seen=DAY_0) == (due, [])
    assert months(owed, date(2025, 4, 23), seen=date(2025, 4, 2)) == (owed, [])


@pytest.mark.rule("OUT-9")
def test_a_month_that_ends_without_a_contact_escalates_and_is_counted_once():
    missed, facts = months(routine(Tier.GENERAL), date(2025, 5, 1), seen=DAY_0)

    assert (missed.state, missed.months_missed, missed.escalated_to) == (ObligationState.ESCALATED, 1, "lead")
    assert facts == [
        Dated(ObligationDue(**IDS), date(2025, 4, 30)),
        Dated(ObligationMonthMissed(**IDS, month="2025-04"), date(2025, 5, 1)),
        Dated(ObligationEscalated(**IDS, to_staff_id="lead", missed_periods=0), date(2025, 5, 1)),
    ]
    assert months(missed, date(2025, 5, 19), seen=DAY_0) == (missed, [])
    assert domain.meet(missed, contact(70))[0].state is ObligationState.MET, "its own dates are still to come"


@pytest.mark.rule("OUT-9")
@pytest.mark.rule("OUT-8")
def test_a_clock_that_stood_still_for_months_counts_each_of_them():
    jumped, facts = months(routine(Tier.GENERAL), date(2025, 7, 2), seen=DAY_0)
    ticked = routine(Tier.GENERAL)
    for number in range(124):
        ticked, _ = months(ticked, day(number), seen=DAY_0)

    assert jumped.months_missed == ticked.months_missed == 3
    assert [fact.event.month for fact in facts if isinstance(fact.event, ObligationMonthMissed)] == ["2025-04", "2025-05", "2025-06"]


@pytest.mark.rule("OUT-9")
def test_no_month_is_asked_of_who_came_late_in_it_or_is_excused():
    new = routine(Tier.GENERAL, seen=None)

    assert months(new, date(2025, 4, 2), since=date(2025, 3, 25)) == (new, [])
    assert months(new, date(2025, 4, 2), since=date(2025, 3, 20))[0].months_missed == 1
    resting = excused(new, until=None)
    assert months(resting, date(2025, 9, 1)) == (resting, [])
    back = replace(new, resumed_on=date(2025, 4, 22))
    assert months(back, date(2025, 5, 3)) == (back, [])


@pytest.mark.rule("OUT-9")
def test_any_method_but_a_device_is_enough_for_the_month():
    spoken, device = contact(9, Method.PHONE, Outcome.SPOKE), contact(12, Method.DEVICE)

    assert domain.seen_in_month([contact(2), spoken, device], POLICY) == day(9)


@pytest.mark.rule("U11")
@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2024, [date(2024, 2, 10), date(2024, 9, 17), date(2024, 10, 11)]),
        (2025, [date(2025, 1, 29), date(2025, 10, 6), date(2025, 10, 29)]),
        (2026, [date(2026, 2, 17), date(2026, 9, 25), date(2026, 10, 18)]),
        (2033, [date(2033, 1, 31), date(2033, 9, 8), date(2033, 10, 1)]),
    ],
)
def test_the_festivals_fall_on_the_days_of_the_lunar_calendar(year, days):
    assert [festival.falls_on(year) for festival in FESTIVALS] == days


@pytest.mark.rule("OUT-8")
def test_a_festivals_visits_are_owed_from_a_week_before_and_also_when_the_clock_stood_still():
    assert near(date(2025, 9, 28), 7, 7) == []
    assert near(date(2025, 9, 29), 7, 7) == near(date(2025, 10, 13), 7, 7) == [("MID_AUTUMN", date(2025, 10, 6))]
    assert near(date(2025, 10, 14), 7, 7) == []


@pytest.mark.rule("REG-41")
@pytest.mark.rule("REG-42")
def test_who_is_called_while_away_or_after_moving_and_how_often():
    away = Away(AwayKind.TEMP_AWAY, DAY_0)
    at_home = CareRecipient("p", grounds=(Ground("LIVING_ALONE", AT),), in_care=True, tier=Tier.KEY)

    assert domain.call_every(at_home, DAY_0, POLICY) is None
    assert domain.call_every(replace(at_home, away=away), DAY_0, POLICY) == 30
    assert domain.call_every(replace(at_home, away=away, tier=Tier.HIGH), DAY_0, POLICY) == 7
    assert domain.call_every(replace(at_home, away=away, tier=Tier.GENERAL), DAY_0, POLICY) is None
    moved = replace(at_home, in_care=False, moved=Moved(DAY_0, day(30)))
    assert (domain.call_every(moved, day(30), POLICY), domain.call_every(moved, day(31), POLICY)) == (7, None)
    assert domain.call_every(replace(moved, life=Life.DEATH_REPORTED), DAY_0, POLICY) is None


@pytest.mark.rule("OUT-5")
def test_bringing_forward_never_puts_off():
    owed = routine()

    assert domain.bring_forward(owed, due_on=day(9), policy=POLICY) == (owed, [])
    sooner, _ = domain.bring_forward(owed, due_on=day(3), policy=POLICY)
    assert (sooner.due_on, sooner.overdue_on, sooner.hard_on) == (day(3), day(5), day(6))
    assert domain.bring_forward(excused(owed), due_on=day(3), policy=POLICY)[0].state is ObligationState.OPEN


def a_fall(hours: int = 24) -> Trigger:
    return Trigger(ObligationKind.RECHECK, DAY_0, at=AT + timedelta(hours=hours), ref="FALL")


@pytest.mark.rule("OUT-5")
@pytest.mark.rule("U3")
def test_what_is_owed_for_later_is_owed_within_a_day_when_something_happens():
    soon = domain.open_triggered(
        domain.asked_for(ObligationKind.RECHECK, None, at=AT, policy=POLICY), id="o", grid_id="g", person_id="p", tier=Tier.GENERAL, at=AT
    )[0]
    assert (soon.due_on, soon.due_at, soon.state) == (day(POLICY.soon_days), None, ObligationState.OPEN)

    owed, facts = domain.hasten(soon, a_fall(), at=AT + timedelta(hours=1), policy=POLICY)

    assert (owed.due_on, owed.due_at, owed.overdue_on, owed.hard_on) == (DAY_0, AT + timedelta(hours=24), day(2), day(1))
    assert (owed.state, owed.ref, owed.next_on) == (ObligationState.DUE, "FALL", day(1))
    assert facts == [
        ObligationRescheduled(**IDS, due_on=DAY_0, overdue_on=day(2), hard_on=day(1), tier="GENERAL", due_at=AT + timedelta(hours=24)),
        ObligationDue(**IDS),
    ]
    before, since = (Contact("v", AT + timedelta(minutes=minutes), DAY_0, Method.IN_PERSON, Outcome.SEEN_WELL) for minutes in (59, 60))
    assert not domain.waited_for(owed, before) and domain.waited_for(owed, since), "who came before the fall did not see to it"


@pytest.mark.rule("OUT-5")
def test_something_that_happens_never_puts_off_what_is_owed_and_does_not_reach_who_may_be_dead():
    owed = triggered(ObligationKind.RECHECK, ref="first")
    assert domain.hasten(owed, a_fall(25), at=AT, policy=POLICY) == (owed, [])
    assert domain.hasten(owed, replace(a_fall(), at=None), at=AT, policy=POLICY) == (owed, [])
    assert domain.hasten(replace(owed, open=False), a_fall(1), at=AT, policy=POLICY)[1] == []

    held, _ = domain.excuse(owed, code=ExcuseCode.DEATH_REPORTED, by=None, until=None, policy=POLICY)
    assert domain.hasten(held, a_fall(1), at=AT, policy=POLICY) == (held, [])
    resting, _ = domain.excuse(owed, code=ExcuseCode.REFUSED_CONTACT_PLAN, by="s", until=day(9), policy=POLICY)
    back, facts = domain.hasten(resting, a_fall(30), at=AT, policy=POLICY)
    assert (back.excused, back.state, back.due_at) == (None, ObligationState.DUE, AT + timedelta(hours=30))
    assert [type(fact.event if isinstance(fact, Dated) else fact) for fact in facts] == [ObligationResumed, ObligationRescheduled, ObligationDue]


def test_what_is_late_already_keeps_its_dates_and_gets_the_hour():
    late, _ = advanced(triggered(ObligationKind.RECHECK, at=None, due_on=DAY_0, grace_days=3), 3)
    assert late.state is ObligationState.DUE

    hastened, facts = domain.hasten(late, replace(a_fall(), due_on=day(3), at=AT + timedelta(days=4)), at=AT + timedelta(days=3), policy=POLICY)

    assert (hastened.state, hastened.due_on, hastened.overdue_on, hastened.due_at) == (late.state, late.due_on, late.overdue_on, AT + timedelta(days=4))
    assert [type(fact) for fact in facts] == [ObligationRescheduled]
