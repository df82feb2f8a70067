"""Obligations in full: when time next changes something, what each fact says, and the day or minute that decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import (
    ObligationDue,
    ObligationEscalated,
    ObligationExcused,
    ObligationMet,
    ObligationMonthMissed,
    ObligationOpened,
    ObligationOverdue,
    ObligationReopened,
    ObligationRescheduled,
    ObligationResumed,
    ObligationVoided,
)
from services.outreach.care.domain import Tier
from services.outreach.obligations import domain
from services.outreach.obligations.domain import (
    Contact,
    Excuse,
    ExcuseCode,
    MajorChange,
    Obligation,
    ObligationKind,
    ObligationState,
    Rhythm,
    Trigger,
    VisitPolicy,
    contacts,
)
from services.outreach.obligations.domain.obligation import VoidProposal, revived
from services.outreach.visits.domain.reports import Method, Outcome

S, Kind = ObligationState, ObligationKind
POLICY = VisitPolicy(
    high=Rhythm(7, 1, 10, 50, remote_twice_in_a_row=False), key=Rhythm(30, 5, 45, 80), grace_days=2, soon_days=6, renotify_days=5, floor_day=20, excuse_days=40
)
DAY_0 = date(2025, 3, 1)
AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
IDS = {"obligation_id": "o", "person_id": "p"}


def day(number: int) -> date:
    return DAY_0 + number * DAY


def owed(state=S.OPEN, **details):
    """Return a routine visit to somebody of the high tier: due on day 7, late from day 9, a supervisor's after day 10."""
    values = {
        "kind": Kind.ROUTINE,
        "tier": Tier.HIGH,
        "opened_on": DAY_0,
        "last_contact_on": DAY_0,
        "interval_days": 7,
        "due_on": day(7),
        "overdue_on": day(9),
        "hard_on": day(10),
        "next_on": day(7),
    }
    return Obligation("o", "g", "p", state=state, **{**values, **details})


def triggered(state=S.OPEN, **details):
    """Return a visit that is owed once, by day 3, with two days of grace."""
    values = {"kind": Kind.RECHECK, "last_contact_on": None, "interval_days": 0, "due_on": day(3), "overdue_on": day(6), "hard_on": day(5), "next_on": day(3)}
    return owed(state, **{**values, **details})


def a_contact(at=AT, on=DAY_0, method=Method.IN_PERSON, outcome=Outcome.SEEN_WELL, id="v", source="VISIT"):
    return Contact(id, at, on, method, outcome, source)


def refusal(command, *args, **details):
    """Return the code of a refusal and what it tells; of a field, the field too."""
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code, errors[0].params) if errors else (refused.value.code, refused.value.params)


# Opening


@pytest.mark.rule("OUT-1")
def test_a_routine_visit_is_opened_today_and_tells_its_dates():
    opened, facts = domain.open_routine(
        id="o", grid_id="g", person_id="p", tier=Tier.HIGH, in_care_since=day(-90), last_contact_on=DAY_0, today=day(2), policy=POLICY
    )

    assert opened == owed(opened_on=day(2))
    assert facts == [ObligationOpened(**IDS, kind="ROUTINE", due_on=day(7), overdue_on=day(9), hard_on=day(10), tier="HIGH")]


@pytest.mark.rule("OUT-1")
@pytest.mark.parametrize(
    ("contact", "counted", "due"),
    [(None, None, 3), (-1, -1, 6), (-4, -4, 3), (-5, None, 3), (0, 0, 7)],
)
def test_who_is_new_in_care_is_seen_soon_and_a_contact_counts_where_it_leaves_more_time(contact, counted, due):
    opened, _ = domain.open_routine(
        id="o",
        grid_id="g",
        person_id="p",
        tier=Tier.HIGH,
        in_care_since=DAY_0,
        last_contact_on=None if contact is None else day(contact),
        today=DAY_0,
        policy=POLICY,
    )

    assert (opened.due_on, opened.last_contact_on) == (day(due), None if counted is None else day(counted))


@pytest.mark.rule("OUT-1")
def test_a_contact_of_the_first_day_in_care_counts_however_soon_it_makes_a_visit_due():
    policy = replace(POLICY, high=Rhythm(2, 1, 4, 50))

    opened, _ = domain.open_routine(
        id="o", grid_id="g", person_id="p", tier=Tier.HIGH, in_care_since=DAY_0, last_contact_on=DAY_0, today=DAY_0, policy=policy
    )

    assert (opened.due_on, opened.last_contact_on) == (day(2), DAY_0)


@pytest.mark.rule("OUT-1")
def test_what_cannot_wait_is_due_at_once_by_its_hour_and_says_whose_it_is():
    trigger = Trigger(Kind.BEREAVEMENT, DAY_0, at=AT + 24 * HOUR, every_days=3, ref="d")

    opened, facts = domain.open_triggered(trigger, id="o", grid_id="g", person_id="p", tier=Tier.KEY, at=AT, assigned_to="s")

    due_at = AT + 24 * HOUR
    assert opened == Obligation(
        "o",
        "g",
        "p",
        Kind.BEREAVEMENT,
        Tier.KEY,
        DAY_0,
        None,
        3,
        DAY_0,
        day(2),
        day(1),
        state=S.DUE,
        opened_at=AT,
        due_at=due_at,
        next_on=day(1),
        ref="d",
        assigned_to="s",
    )
    assert facts == [
        ObligationOpened(**IDS, kind="BEREAVEMENT", due_on=DAY_0, overdue_on=day(2), hard_on=day(1), tier="KEY", due_at=due_at, assigned_to="s"),
        ObligationDue(**IDS),
    ]


@pytest.mark.rule("OUT-1")
def test_what_may_wait_is_owed_from_its_day_with_its_grace():
    trigger = Trigger(Kind.RECHECK, day(3), grace_days=2, ref="r")

    opened, facts = domain.open_triggered(trigger, id="o", grid_id="g", person_id="p", tier=Tier.HIGH, at=AT)

    assert opened == triggered(opened_at=AT, ref="r")
    assert [type(fact) for fact in facts] == [ObligationOpened]
    past = replace(trigger, due_on=day(-2))
    assert domain.open_triggered(past, id="o", grid_id="g", person_id="p", tier=Tier.HIGH, at=AT)[0].opened_on == day(-2)


@pytest.mark.rule("OUT-1")
@pytest.mark.parametrize(
    ("kind", "reason", "trigger"),
    [
        (Kind.RECHECK, MajorChange.FALL, Trigger(Kind.RECHECK, DAY_0, at=AT + 24 * HOUR, ref="FALL")),
        (Kind.BEREAVEMENT, None, Trigger(Kind.BEREAVEMENT, DAY_0, at=AT + 24 * HOUR)),
        (Kind.DISCHARGE, None, Trigger(Kind.DISCHARGE, DAY_0, at=AT + 24 * HOUR)),
        (Kind.NEW_CASE, None, Trigger(Kind.NEW_CASE, day(6), grace_days=2)),
    ],
)
def test_a_major_change_is_followed_within_a_day_and_anything_else_soon(kind, reason, trigger):
    assert domain.asked_for(kind, reason, at=AT, policy=POLICY) == trigger


# Time


def advance(obligation, number, **details):
    return domain.advance(obligation, today=day(number), policy=POLICY, **{"lead_staff_id": "lead", **details})


@pytest.mark.rule("OUT-1", "OUT-2")
@pytest.mark.parametrize(
    ("number", "state", "missed", "next_on"),
    [(6, S.OPEN, 0, 7), (7, S.DUE, 0, 8), (8, S.DUE, 1, 9), (9, S.OVERDUE, 1, 11), (10, S.OVERDUE, 1, 11), (11, S.ESCALATED, 1, 15), (14, S.ESCALATED, 1, 15), (15, S.ESCALATED, 2, 16)],
)
def test_each_step_of_lateness_has_its_day_and_names_the_next(number, state, missed, next_on):
    after, _ = advance(owed(), number)

    assert (after.state, after.missed_periods, after.next_on) == (state, missed, day(next_on))
    assert advance(after, number) == (after, [])


@pytest.mark.rule("OUT-1")
def test_what_is_owed_once_misses_no_periods_and_escalates_when_its_grace_is_over():
    assert [(one.state, one.missed_periods, one.next_on) for one in (advance(triggered(), number)[0] for number in (2, 3, 5, 6))] == [
        (S.OPEN, 0, day(3)),
        (S.DUE, 0, day(6)),
        (S.DUE, 0, day(6)),
        (S.ESCALATED, 0, day(11)),
    ]


@pytest.mark.rule("OUT-2")
def test_an_hour_that_was_missed_counts_from_the_next_second_on():
    urgent = triggered(S.DUE, due_on=DAY_0, overdue_on=day(2), hard_on=day(1), due_at=AT + 24 * HOUR)

    assert advance(urgent, 1, now=AT + 24 * HOUR)[0].state is S.DUE
    late, facts = advance(urgent, 1, now=AT + 24 * HOUR + SECOND)
    assert (late.state, late.escalated_on, late.escalated_to) == (S.ESCALATED, day(1), "lead")
    assert facts == [
        Dated(ObligationOverdue(**IDS, missed_periods=0), day(1)),
        Dated(ObligationEscalated(**IDS, to_staff_id="lead", missed_periods=0), day(1)),
    ]


@pytest.mark.rule("OUT-8")
def test_a_new_lead_hears_of_what_was_escalated_and_each_week_counts_whole():
    late, _ = advance(owed(), 11)

    assert advance(late, 11, lead_staff_id="other")[1] == [ObligationEscalated(**IDS, to_staff_id="other", missed_periods=1)]
    assert advance(late, 11, lead_staff_id=None)[1] == []
    assert [type(fact.event).__name__ for fact in advance(late, 16)[1]] == ["ObligationEscalationRepeated", "ObligationPeriodMissed"]
    weeks = advance(late, 22, administrator_id="admin")[0]
    assert (weeks.weeks_escalated, weeks.raised_to, weeks.next_on) == (2, "admin", day(26))
    assert type(weeks.weeks_escalated) is int


# Excuses


def excused(until=20, **details):
    until = None if until is None else day(until)
    return owed(S.EXCUSED, **{"excused": Excuse(ExcuseCode.HOSPITAL, "s", until), "next_on": until + DAY if until else None, **details})


@pytest.mark.rule("OUT-2")
@pytest.mark.parametrize("until", [20, None])
def test_an_excuse_says_why_by_whom_and_until_when_and_wakes_up_the_day_after(until):
    until_on = None if until is None else day(until)

    resting, facts = domain.excuse(owed(S.DUE), code=ExcuseCode.HOSPITAL, by="s", until=until_on, policy=POLICY)

    assert resting == excused(until)
    assert facts == [ObligationExcused(**IDS, code="HOSPITAL", until=until_on)]
    again, _ = domain.excuse(resting, code=ExcuseCode.CARE_HOME, by="t", until=day(25), policy=POLICY)
    assert (again.state, again.excused, again.next_on) == (S.EXCUSED, Excuse(ExcuseCode.CARE_HOME, "t", day(25)), day(26))
    closed = owed(S.MET, open=False)
    assert domain.excuse(closed, code=ExcuseCode.HOSPITAL, by="s", until=until_on, policy=POLICY) == (closed, [])


@pytest.mark.rule("OUT-2")
def test_an_excuse_by_hand_is_of_today_at_least_and_of_the_communitys_days_at_most():
    def by_hand(until, obligation=None):
        return domain.excuse_by_hand(obligation or owed(), code=ExcuseCode.HOSPITAL, until=until, by="s", today=DAY_0, policy=POLICY)

    assert by_hand(day(20))[0] == excused(20)
    assert by_hand(DAY_0)[0].excused.until == DAY_0 and by_hand(day(40))[0].excused.until == day(40)
    for wrong in (day(-1), day(41)):
        assert refusal(by_hand, wrong) == ("until", "EXCUSED_TOO_LONG", {"days": 40})
    assert refusal(by_hand, day(20), excused()) == ("NOT_EXCUSABLE", {"state": "EXCUSED"})
    assert refusal(by_hand, day(20), owed(S.MET, open=False)) == ("NOT_EXCUSABLE", {"state": "MET"})


@pytest.mark.rule("OUT-2")
def test_what_is_owed_again_begins_with_new_dates_and_without_anybody_told_before():
    resting = excused(escalated_to="lead", escalated_on=day(11), raised_to="admin", weeks_escalated=2, missed_periods=1)

    back, facts = domain.resume(resting, due_on=day(23), on=day(21), policy=POLICY)

    assert back == owed(missed_periods=1, due_on=day(23), overdue_on=day(25), hard_on=day(26), next_on=day(23), resumed_on=day(21))
    assert facts == [Dated(ObligationResumed(**IDS, due_on=day(23), overdue_on=day(25), hard_on=day(26), tier="HIGH"), day(21))]
    for nothing in (owed(), replace(resting, open=False)):
        assert domain.resume(nothing, due_on=day(23), on=day(21), policy=POLICY) == (nothing, [])
    once, _ = domain.resume(triggered(S.EXCUSED, excused=Excuse(ExcuseCode.HOSPITAL, "s", None)), due_on=day(23), on=day(21), policy=POLICY)
    assert (once.overdue_on, once.hard_on) == (day(26), day(25))


# Dates that move


@pytest.mark.rule("OUT-5")
def test_a_higher_tier_brings_the_dates_forward_and_its_rhythm_counts_from_then_on():
    key = owed(tier=Tier.KEY, interval_days=30, due_on=day(30), overdue_on=day(36), hard_on=day(45), next_on=day(30))

    higher, facts = domain.change_tier(key, tier=Tier.HIGH, policy=POLICY)

    assert higher == owed()
    assert facts == [ObligationRescheduled(**IDS, due_on=day(7), overdue_on=day(9), hard_on=day(10), tier="HIGH")]
    lower, facts = domain.change_tier(owed(), tier=Tier.KEY, policy=POLICY)
    assert lower == owed(tier=Tier.KEY, interval_days=30)
    assert facts == [ObligationRescheduled(**IDS, due_on=day(7), overdue_on=day(9), hard_on=day(10), tier="KEY")]


@pytest.mark.rule("OUT-5")
def test_what_is_brought_forward_is_told_and_what_is_not_earlier_stays():
    earlier, facts = domain.bring_forward(triggered(), due_on=day(1), policy=POLICY)

    assert earlier == triggered(due_on=day(1), overdue_on=day(4), hard_on=day(3), next_on=day(1))
    assert facts == [ObligationRescheduled(**IDS, due_on=day(1), overdue_on=day(4), hard_on=day(3), tier="HIGH")]
    assert domain.bring_forward(triggered(), due_on=day(3), policy=POLICY) == (triggered(), [])
    back, facts = domain.bring_forward(excused(), due_on=day(5), policy=POLICY)
    assert (back.resumed_on, back.due_on, facts[0].effective_on) == (day(5), day(5), day(5))
    closed = owed(S.MET, open=False)
    assert domain.bring_forward(closed, due_on=DAY_0, policy=POLICY) == (closed, [])


# Meeting, reopening, voiding


@pytest.mark.rule("OUT-3")
def test_only_a_contact_since_it_was_opened_meets_what_is_owed_once():
    urgent = triggered(opened_at=AT, due_at=AT + 24 * HOUR)
    plain = triggered(opened_at=AT, opened_on=day(1))

    assert [domain.waited_for(urgent, a_contact(AT + later, DAY_0)) for later in (-SECOND, 0 * SECOND)] == [False, True]
    assert [domain.waited_for(plain, a_contact(AT - 9 * HOUR, day(number))) for number in (0, 1)] == [False, True]
    assert [domain.waited_for(owed(), a_contact(on=day(number))) for number in (0, 1)] == [False, True]
    new = owed(last_contact_on=None, due_on=day(3))
    assert [domain.waited_for(new, a_contact(on=day(number))) for number in (-5, -4)] == [False, True]
    assert domain.is_met_by(replace(new, open=False), a_contact()) is False


@pytest.mark.rule("OUT-2", "OUT-3")
@pytest.mark.parametrize(("number", "late"), [(8, False), (9, True)])
def test_a_visit_that_was_made_says_by_which_contact_on_which_day_and_whether_late(number, late):
    met, facts = domain.meet(owed(S.DUE, missed_periods=9), a_contact(on=day(number), source="POLICE"))

    assert met == owed(S.MET_LATE if late else S.MET, open=False, next_on=None, missed_periods=1, met_by="v", met_on=day(number))
    assert facts == [Dated(ObligationMet(**IDS, visit_id="v", met_on=day(number), late=late, missed_periods=1, source="POLICE"), day(number))]


@pytest.mark.rule("OUT-2", "OUT-3")
@pytest.mark.parametrize(("later", "late"), [(0 * SECOND, False), (SECOND, True)])
def test_a_visit_by_its_very_hour_is_in_time(later, late):
    urgent = triggered(S.DUE, due_at=AT)

    assert domain.meet(urgent, a_contact(AT + later))[1][0].event.late is late
    assert domain.meet(owed(S.DUE), a_contact(on=day(7)))[0].missed_periods == 0


@pytest.mark.rule("OUT-17")
def test_a_visit_that_did_not_happen_is_owed_again_from_its_first_date():
    met = owed(S.MET_LATE, open=False, next_on=None, met_by="v", met_on=day(12), escalated_on=day(11), weeks_escalated=1, escalated_to="lead")

    again, facts = domain.reopen(met, visit_id="v", policy=POLICY)

    assert again == owed(escalated_to="lead")
    assert facts == [ObligationReopened(**IDS, visit_id="v", due_on=day(7))]


@pytest.mark.rule("OUT-2")
def test_what_is_void_waits_for_no_day_and_says_why_and_a_merge_that_is_undone_brings_it_back():
    void, facts = domain.void(owed(S.DUE), reason="MERGED")

    assert (void, facts) == (owed(S.VOID, open=False, next_on=None, void_reason="MERGED"), [ObligationVoided(**IDS, reason="MERGED")])
    assert domain.void(void, reason="x") == (void, [])
    assert revived(void) == owed()


@pytest.mark.rule("OUT-2")
def test_the_first_who_says_that_nothing_is_owed_stands_there_with_the_hour():
    proposed = domain.propose_void(owed(), reason="ENTERED_IN_ERROR", by="s", at=AT)

    assert proposed == (owed(void_proposed=VoidProposal("ENTERED_IN_ERROR", "s", AT)), [])
    assert refusal(domain.propose_void, proposed[0], reason="x", by="s", at=AT) == ("NEEDS_ANOTHER_PERSON", {})
    assert domain.propose_void(proposed[0], reason="other", by="t", at=AT)[0].void_reason == "ENTERED_IN_ERROR"
    assert refusal(domain.propose_void, owed(S.MET, open=False), reason="x", by="s", at=AT) == ("OBLIGATION_CLOSED", {"state": "MET"})


# The month's floor


def check(obligation, today, contact_on=None, since=date(2024, 12, 10)):
    return domain.check_months(obligation, contact_on=contact_on, in_scope_since=since, today=today, lead_staff_id="lead", policy=POLICY)


@pytest.mark.rule("OUT-9")
@pytest.mark.parametrize(("today", "due"), [(date(2025, 3, 19), False), (date(2025, 3, 20), True)])
def test_a_visit_is_due_from_the_floors_very_day_of_a_month_without_a_contact(today, due):
    after, facts = check(owed(), today, contact_on=date(2025, 2, 28))

    assert (after.state is S.DUE) is due
    assert facts == ([Dated(ObligationDue(**IDS), date(2025, 3, 20))] if due else [])
    assert check(owed(), today, contact_on=date(2025, 3, 1)) == (owed(), [])


@pytest.mark.rule("OUT-9")
@pytest.mark.parametrize(("since", "months"), [(date(2025, 1, 20), 2), (date(2025, 1, 21), 1), (date(2025, 2, 21), 0)])
def test_a_month_is_asked_for_by_who_was_in_scope_by_the_floors_day(since, months):
    after, facts = check(owed(S.DUE), date(2025, 3, 2), since=since)

    missed = ["2025-01", "2025-02"][2 - months :]
    assert after.months_missed == months
    assert [fact.event.month for fact in facts if isinstance(fact.event, ObligationMonthMissed)] == missed
    if months:
        assert (after.state, after.escalated_to, after.escalated_on, after.last_month_missed) == (S.ESCALATED, "lead", date(2025, 3, 1), "2025-02")


@pytest.mark.rule("OUT-9")
@pytest.mark.parametrize("last", [date(2025, 1, 1), date(2025, 1, 31)])
def test_the_month_after_a_contact_is_the_first_that_is_asked_for(last):
    after, facts = check(owed(S.DUE), date(2025, 3, 1), contact_on=last)

    assert [fact.effective_on for fact in facts if isinstance(fact.event, ObligationMonthMissed)] == [date(2025, 3, 1)]
    assert after.last_month_missed == "2025-02"


# Contacts


def counted(*made, tier=Tier.KEY, policy=POLICY):
    return [one.visit_id for one in contacts.counting(made, tier, policy)]


def series(*methods):
    return [a_contact(AT + number * HOUR, day(number), method, Outcome.SPOKE if method is not Method.IN_PERSON else Outcome.SEEN_WELL, f"v{number}") for number, method in enumerate(methods)]


@pytest.mark.rule("OUT-3")
def test_a_call_counts_while_exactly_enough_of_the_latest_contacts_were_in_person():
    here, call = Method.IN_PERSON, Method.PHONE

    assert counted(*series(here, here, here, here, call)) == ["v0", "v1", "v2", "v3", "v4"]
    assert counted(*series(here, here, here, call)) == ["v0", "v1", "v2"]
    half = replace(POLICY, key=Rhythm(30, 5, 45, 50))
    assert counted(*series(here, call), policy=half) == ["v0", "v1"]
    assert counted(*series(here, call, call), policy=half) == ["v0", "v1"]


@pytest.mark.rule("OUT-3")
def test_the_share_is_taken_over_as_many_contacts_as_the_community_says():
    policy = replace(POLICY, key=Rhythm(30, 5, 45, 50), ratio_over=3)
    here, call = Method.IN_PERSON, Method.PHONE

    assert counted(*series(here, here, call, call), policy=policy) == ["v0", "v1", "v2"]
    assert counted(*series(call, here, here), policy=policy) == ["v1", "v2"]


@pytest.mark.rule("OUT-7", "OUT-9")
def test_only_sources_that_the_community_trusts_meet_anything_and_a_device_never_does():
    trusted, other = a_contact(id="a", source="POLICE"), a_contact(id="b", source="NEIGHBOUR")
    device = a_contact(id="c", method=Method.DEVICE, on=day(9))
    called = a_contact(id="d", method=Method.PHONE, outcome=Outcome.SPOKE, on=day(3))

    def fitting(kind):
        return [one.visit_id for one in contacts.fitting(kind, [trusted, other, device, called], Tier.HIGH, POLICY)]

    assert fitting(Kind.RECHECK) == ["a"]
    assert fitting(Kind.WEATHER) == fitting(Kind.PHONE_WHILE_AWAY) == ["a", "d"]
    assert contacts.seen_in_month([trusted, replace(other, on=day(5)), device, called], POLICY) == day(3)
    assert contacts.seen_in_month([device, other], POLICY) is None
