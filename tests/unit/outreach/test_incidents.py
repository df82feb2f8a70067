"""Incidents: the ladder climbs by its clocks, day and night, and only somebody's word about the elder ends it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import (
    AnotherVisitTimeSuggested,
    IncidentAftercareDone,
    IncidentAftercareReopened,
    IncidentLevelLowered,
    IncidentLevelRaised,
    IncidentOpened,
    IncidentResolved,
    IncidentStillOpen,
)
from services.common.workdays import WorkCalendar
from services.outreach.care.domain import Tier
from services.outreach.incidents.checklist import checklist
from services.outreach.incidents.domain import ending, incidents
from services.outreach.incidents.domain.ending import Ending
from services.outreach.incidents.domain.incidents import (
    Aftercare,
    Channel,
    Confirmation,
    Duty,
    EntryUnder,
    Hearsay,
    How,
    IncidentState,
    Resolution,
    Step,
    StepResult,
    Suggestion,
    Why,
)
from services.outreach.incidents.domain.ladder import ACTIONS, LEVEL_OF, Action, DangerSign, LadderPolicy, deadlines

AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
ON = date(2025, 3, 1)
POLICY = LadderPolicy()
DUTY = Duty(lead="lead", officers=("officer",), administrators=("admin",))


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


def opening(tier=Tier.HIGH, at=AT, **more):
    said = {"happened_at": at, "by": "s", "at": at, "policy": POLICY, "is_working_day": WorkCalendar().is_working_day, "duty": DUTY}
    return incidents.open_incident(id="i", grid_id="g", person_id="p", tier=tier, visit_id="v", **{**said, **more})


def opened(tier=Tier.HIGH, at=AT, **more):
    return opening(tier, at, **more)[0]


def after(incident, passed: timedelta):
    return incidents.advance(incident, now=incident.opened_at + passed, duty=DUTY)


def raises(facts) -> list[tuple[int, datetime]]:
    told = [fact.event if isinstance(fact, Dated) else fact for fact in facts]
    return [(fact.level, fact.since) for fact in told if isinstance(fact, IncidentLevelRaised)]


def step(action: Action, at=AT + minutes(5), by="s", result=StepResult.NO_REPLY, **more) -> Step:
    return Step(n=0, level=LEVEL_OF[action], action=action, result=result, at=at, by=by, **more)


def recorded(incident, the_step):
    return incidents.record_step(incident, the_step, now=AT + hours(1), duty=DUTY)


def resolved(incident=None, name="Wang Mei", confirmed=30, at=45, resolution=Resolution.SAFE_AWAY, how=How.SPOKE, channel=None, before=(), **more):
    end = Ending(resolution, Confirmation(name, how, "daughter", channel), AT + minutes(confirmed), **more)
    return ending.resolve(incident or opened(), end, at=AT + minutes(at), by="s", safe_away_before=before, policy=POLICY)


@pytest.mark.rule("OUT-20")
def test_opening_tells_whose_door_stayed_shut_and_by_when_the_door_must_have_helped():
    incident, facts = opening()

    assert (incident.state, incident.open, incident.level) == (IncidentState.OPEN, True, 0)
    told = IncidentOpened(incident_id="i", person_id="p", tier="HIGH", visit_id="v", due_at=AT + minutes(15), opened_at=AT)
    assert facts == [Dated(told, ON)]


@pytest.mark.rule("OUT-22")
@pytest.mark.rule("U3")
@pytest.mark.parametrize(
    ("tier", "opened_at", "due"),
    [
        (Tier.HIGH, "2025-10-01T02:30", ["2025-10-01T02:45", "2025-10-01T03:00", "2025-10-01T03:30", "2025-10-01T04:30"]),
        (Tier.KEY, "2025-10-01T22:00", ["2025-10-01T22:15", "2025-10-02T00:00", "2025-10-02T02:00", "2025-10-02T06:00"]),
        # A Monday: the same day, then one working day, then three days.
        (Tier.GENERAL, "2025-03-03T10:00", ["2025-03-03T10:15", "2025-03-04T00:00", "2025-03-04T10:00", "2025-03-06T10:00"]),
        # A Friday: rest days do not eat up the time of the last step.
        (Tier.GENERAL, "2025-03-07T10:00", ["2025-03-07T10:15", "2025-03-08T00:00", "2025-03-09T10:00", "2025-03-10T10:00"]),
        # The Friday before a shifted working day (调休) has its next working day on a Sunday.
        (Tier.GENERAL, "2025-09-27T10:00", ["2025-09-27T10:15", "2025-09-28T00:00", "2025-09-28T10:00", "2025-09-30T10:00"]),
        # Shortly before midnight the door still has its quarter of an hour.
        (Tier.GENERAL, "2025-03-03T23:55", ["2025-03-04T00:10", "2025-03-04T00:10", "2025-03-04T23:55", "2025-03-06T23:55"]),
    ],
)
def test_each_tier_has_its_clocks_at_night_and_on_holidays_too(tier, opened_at, due):
    assert deadlines(local(opened_at), POLICY.of(tier), WorkCalendar().is_working_day) == tuple(local(one) for one in due)


@pytest.mark.rule("OUT-22")
@pytest.mark.rule("U3")
def test_three_unanswered_clocks_bring_the_search_from_the_door_to_the_place_and_each_calls_the_next():
    incident, facts = after(opened(), hours(1.5))

    assert (incident.state, incident.level, incident.reached) == (IncidentState.ON_SITE, 3, 3)
    assert raises(facts) == [(1, AT + minutes(15)), (2, AT + minutes(30)), (3, AT + hours(1))]
    assert [fact.event.to_staff_ids for fact in facts] == [["lead"], ["officer"], ["officer", "lead", "admin"]]
    assert [fact.event.due_at for fact in facts] == [AT + minutes(30), AT + hours(1), AT + hours(2)]
    assert {fact.event.why for fact in facts} == {"CLOCK"}


@pytest.mark.rule("OUT-22")
@pytest.mark.parametrize(
    ("tier", "passed"),
    [(Tier.HIGH, [minutes(15), minutes(30), hours(1)]), (Tier.KEY, [minutes(15), hours(2), hours(4)])],
)
def test_a_clock_is_missed_at_its_minute_and_not_before(tier, passed):
    for level, moment in enumerate(passed, 1):
        assert after(opened(tier), moment - minutes(1))[0].level == level - 1
        assert after(opened(tier), moment)[0].level == level


@pytest.mark.rule("OUT-22")
def test_where_nobody_is_on_duty_those_are_called_who_answer_for_the_community():
    assert Duty(lead="lead", administrators=("a", "b")).of(2) == ["a", "b", "lead"]
    assert Duty(lead="lead").of(2) == ["lead"]
    assert Duty(officers=("officer",)).of(1) == ["officer"]


@pytest.mark.rule("OUT-22")
def test_at_the_top_those_called_are_told_again_each_hour_and_nothing_ends_by_time():
    incident, _ = after(opened(), hours(1.5))
    incident, first = incidents.advance(incident, now=AT + hours(2), duty=DUTY)
    incident, second = incidents.advance(incident, now=AT + hours(3), duty=DUTY)

    assert [(fact.event.times, fact.event.since) for fact in (*first, *second)] == [(1, AT + hours(2)), (2, AT + hours(3))]
    assert after(incident, hours(2.9))[1] == [], "a clock that goes back tells nothing twice"
    late, facts = incidents.advance(incident, now=AT + timedelta(days=30), duty=DUTY)
    assert late.open and late.level == 3
    assert [(type(fact.event), fact.event.times) for fact in facts] == [(IncidentStillOpen, 30 * 24 - 1)]


@pytest.mark.rule("OUT-22")
def test_a_day_on_which_the_job_stood_still_is_made_up_in_order_with_the_original_days():
    incident, facts = after(opened(at=local("2025-03-01T23:40")), timedelta(days=1))

    assert raises(facts) == [(1, local("2025-03-01T23:55")), (2, local("2025-03-02T00:10")), (3, local("2025-03-02T00:40"))]
    assert [fact.effective_on for fact in facts] == [date(2025, 3, 1), date(2025, 3, 2), date(2025, 3, 2), date(2025, 3, 2)]
    assert after(incident, timedelta(days=1)) == (incident, [])


@pytest.mark.rule("OUT-22")
@given(
    tier=some.sampled_from(list(Tier)),
    opened_at=some.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 1)),
    heard=some.none() | some.integers(0, 600),
    ticks=some.lists(some.integers(0, 6000), max_size=25),
)
def test_however_the_ticks_of_the_job_fall_the_levels_and_their_moments_are_the_same(tier, opened_at, heard, ticks):
    def climbed(moments):
        incident, facts = opening(tier, opened_at.replace(tzinfo=UTC))
        for passed, what in sorted([(tick, 0) for tick in (*moments, 6001)] + ([(heard, 1)] if heard is not None else [])):
            moment = incident.opened_at + minutes(passed)
            incident, more = incidents.advance(incident, now=moment, duty=DUTY)
            facts += more
            if what:
                incident, more = incidents.hear(incident, Hearsay("n", "out", moment, "s"), policy=POLICY)
                facts += more
        return incident, raises(facts)

    assert climbed(ticks) == climbed([])


@pytest.mark.rule("OUT-20")
def test_an_incident_that_an_app_opened_offline_is_at_once_where_its_clocks_are():
    incident, facts = opening(at=AT, happened_at=AT - minutes(40))

    assert incident.level == 2
    assert raises(facts) == [(1, AT - minutes(25)), (2, AT - minutes(10))]
    with pytest.raises(Invalid) as refusal:
        opening(happened_at=AT + minutes(6))
    assert refusal.value.errors[0].code == "IN_THE_FUTURE"


@pytest.mark.rule("OUT-22")
@pytest.mark.parametrize("tier", Tier)
@pytest.mark.parametrize("sign", DangerSign)
def test_signs_of_danger_send_people_there_at_once_at_any_tier(tier, sign):
    incident, facts = incidents.see_danger(opened(tier), [sign], at=AT + minutes(5), policy=POLICY, duty=DUTY)

    assert (incident.state, incident.level) == (IncidentState.ON_SITE, 3)
    assert raises(facts) == [(3, AT + minutes(5))]
    assert facts[0].event.why == Why.DANGER
    assert incident.clock_at == (AT + hours(2) if tier is Tier.HIGH else AT + hours(2) + minutes(5))


@pytest.mark.rule("OUT-21")
def test_hearsay_lowers_by_one_level_for_two_hours_once_and_the_clocks_run_on():
    incident, _ = after(opened(), minutes(20))
    incident, facts = incidents.hear(incident, Hearsay("neighbour", "probably shopping", AT + minutes(20), "s"), policy=POLICY)
    until = AT + hours(2) + minutes(20)

    assert (incident.state, incident.level, incident.lowered_until) == (IncidentState.OPEN, 0, until)
    assert facts == [IncidentLevelLowered(incident_id="i", person_id="p", level=0, until=until)]
    later, told = incidents.advance(incident, now=AT + hours(3), duty=DUTY)
    assert raises(told) == [(1, AT + minutes(30)), (2, AT + hours(1)), (3, AT + hours(2))], "one level less than without it"
    assert later.lowered_until is None and later.open
    with pytest.raises(Conflict, match="HEARSAY_BEFORE"):
        incidents.hear(later, Hearsay("another", "at the market", AT + hours(3), "s"), policy=POLICY)


@pytest.mark.rule("OUT-21")
def test_when_hearsay_is_over_the_level_is_what_it_would_have_been():
    key, _ = after(opened(Tier.KEY), minutes(10))
    lowered, _ = incidents.hear(key, Hearsay("neighbour", "out", AT + minutes(10), "s"), policy=POLICY)
    late, facts = incidents.advance(lowered, now=AT + hours(2.5), duty=DUTY)

    assert raises(facts) == [(1, AT + hours(2)), (2, AT + hours(2) + minutes(10))]
    assert [fact.event.why for fact in facts] == ["CLOCK", "HEARSAY_OVER"]
    assert late.level == after(opened(Tier.KEY), hours(2.5))[0].level == 2


@pytest.mark.rule("OUT-21")
def test_hearsay_is_nothing_against_signs_of_danger():
    endangered, _ = incidents.see_danger(opened(), [DangerSign.SMELL], at=AT, policy=POLICY, duty=DUTY)
    with pytest.raises(Conflict, match="DANGER_SIGNS"):
        incidents.hear(endangered, Hearsay("n", "out", AT, "s"), policy=POLICY)

    heard, _ = incidents.hear(opened(), Hearsay("n", "out", AT, "s"), policy=POLICY)
    endangered, _ = incidents.see_danger(heard, [DangerSign.WATER], at=AT + minutes(1), policy=POLICY, duty=DUTY)
    assert (endangered.level, endangered.lowered_until) == (3, None)


@pytest.mark.rule("OUT-23")
def test_who_wants_no_response_is_left_at_the_contacts_and_never_given_up():
    incident, facts = after(opened(capped=True), timedelta(days=1))

    assert (incident.state, incident.open) == (IncidentState.CONTACTING, True)
    assert raises(facts) == [(1, AT + minutes(15))]
    assert facts[-1].event.to_staff_ids == ["lead"] and isinstance(facts[-1].event, IncidentStillOpen)
    with pytest.raises(Conflict, match="NO_RESPONSE_WANTED"):
        incidents.go_to(incident, 2, at=AT, duty=DUTY)
    with pytest.raises(Conflict, match="NO_RESPONSE_WANTED"):
        recorded(incident, step(Action.OFFICER_DECIDED))
    assert [rung["level"] for rung in checklist(incident, DUTY)["ladder"]] == [0, 1]


@pytest.mark.rule("OUT-23")
def test_danger_or_a_plan_that_holds_no_longer_lets_the_ladder_go_on():
    capped, _ = after(opened(capped=True), hours(5))

    endangered, _ = incidents.see_danger(capped, [DangerSign.CALL_FOR_HELP], at=AT + hours(5), policy=POLICY, duty=DUTY)
    freed, facts = incidents.respect_plan(capped, False, at=AT + hours(5), duty=DUTY)
    assert (endangered.level, freed.level) == (3, 3)
    assert raises(facts) == [(2, AT + hours(5)), (3, AT + hours(5))]
    assert {fact.event.why for fact in facts} == {"PLAN_NOT_VALID"}
    assert incidents.respect_plan(freed, False, at=AT, duty=DUTY) == (freed, [])


@pytest.mark.rule("U3")
def test_staff_may_go_on_before_a_clock_asks_for_it_and_never_back():
    incident, facts = incidents.go_to(opened(Tier.GENERAL), 2, at=AT + minutes(1), duty=DUTY)

    assert raises(facts) == [(2, AT + minutes(1))]
    assert incident.next_at == local("2025-03-03T10:00"), "a Saturday's next working day, at the same hour, within two days"
    with pytest.raises(Conflict, match="LEVEL_REACHED"):
        incidents.go_to(incident, 2, at=AT, duty=DUTY)


@pytest.mark.rule("U3")
def test_a_step_says_what_was_done_by_whom_when_with_its_clock_and_takes_the_incident_to_its_level():
    incident, facts = recorded(opened(), step(Action.KNOCKED))
    incident, more = recorded(incident, step(Action.CALLED_KIN, at=AT + minutes(9)))

    assert [(one.n, one.action, one.by, one.due_at) for one in incident.steps] == [
        (1, Action.KNOCKED, "s", AT + minutes(15)),
        (2, Action.CALLED_KIN, "s", AT + minutes(30)),
    ]
    assert raises(facts) == [] and raises(more) == [(1, AT + minutes(9))]
    done = {one["action"] for rung in checklist(incident, DUTY)["ladder"] for one in rung["to_do"] if one["done"]}
    assert done == {Action.KNOCKED, Action.CALLED_KIN}


@pytest.mark.rule("U3")
@pytest.mark.parametrize(
    ("broken", "field", "code"),
    [
        (step(Action.KNOCKED, at=AT - minutes(1)), "at", "BEFORE_THE_DOOR"),
        (step(Action.KNOCKED, at=AT + hours(2)), "at", "IN_THE_FUTURE"),
        (step(Action.SECOND_ATTEMPT, by="s"), "action", "ANOTHER_PERSON"),
        (step(Action.TWO_WENT_THERE, companion=" "), "companion", "COMPANION_REQUIRED"),
        (step(Action.LOCKSMITH_OR_FIRE_CALLED), "action", "NO_DANGER_SIGNS"),
        (step(Action.ENTERED), "entry_under", "ENTRY_UNDER_WHOM"),
    ],
)
def test_a_step_that_the_ladder_does_not_allow_is_refused(broken, field, code):
    with pytest.raises(Invalid) as refusal:
        recorded(opened(), broken)
    assert [(error.field, error.code) for error in refusal.value.errors] == [(field, code)]


def test_with_police_companion_and_danger_the_last_steps_are_allowed():
    incident, _ = incidents.see_danger(opened(), [DangerSign.SMELL], at=AT, policy=POLICY, duty=DUTY)
    for done in (
        step(Action.SECOND_ATTEMPT, by="another"),
        step(Action.TWO_WENT_THERE, companion="Li"),
        step(Action.LOCKSMITH_OR_FIRE_CALLED),
        step(Action.ENTERED, entry_under=EntryUnder.POLICE),
    ):
        incident, _ = recorded(incident, done)
    assert len(incident.steps) == 4
    assert {action for actions in ACTIONS.values() for action in actions} == set(Action)


@pytest.mark.rule("OUT-21")
@pytest.mark.rule("U3")
def test_resolving_says_who_confirmed_it_and_tells_only_the_codes_and_the_minutes():
    incident, facts = resolved(after(opened(), minutes(20))[0])

    assert (incident.state, incident.open, incident.next_at) == (IncidentState.RESOLVED, False, None)
    assert incident.safety_confirmed_by == Confirmation("Wang Mei", How.SPOKE, "daughter")
    assert facts == [
        IncidentResolved(incident_id="i", person_id="p", resolution="SAFE_AWAY", minutes_open=45, minutes_to_safety=30, level=1, resolved_by="s")
    ]
    assert after(incident, timedelta(days=9)) == (incident, [])


@pytest.mark.rule("OUT-21")
@pytest.mark.parametrize(
    ("broken", "field", "code"),
    [
        ({"name": "  "}, "safety_confirmed_by.name", "REQUIRED"),
        ({"confirmed": -1}, "safety_confirmed_at", "CONFIRMED_BEFORE_OPENED"),
        ({"confirmed": 51}, "safety_confirmed_at", "IN_THE_FUTURE"),
        ({"resolution": Resolution.MISSING}, "safety_confirmed_by.how", "MISSING_IS_FOR_THE_POLICE"),
        ({"resolution": Resolution.MISSING, "how": How.POLICE}, "police_case_ref", "POLICE_CASE_REQUIRED"),
        ({"how": How.POLICE}, "safety_confirmed_by.how", "SAW_OR_SPOKE"),
        ({"resolution": Resolution.FALSE_ALARM}, "safety_confirmed_by", "FALSE_ALARM_WHO_SPOKE"),
        ({"resolution": Resolution.FALSE_ALARM, "how": How.SAW, "channel": Channel.PHONE}, "safety_confirmed_by", "FALSE_ALARM_WHO_SPOKE"),
    ],
)
def test_the_word_must_be_somebodys_of_after_the_no_answer_and_fit_what_it_proves(broken, field, code):
    with pytest.raises(Invalid) as refusal:
        resolved(**broken)
    assert [(error.field, error.code) for error in refusal.value.errors] == [(field, code)]


@pytest.mark.rule("OUT-21")
@pytest.mark.parametrize(
    "end",
    [
        {"resolution": Resolution.MISSING, "how": How.POLICE, "police_case_ref": "A-1"},
        {"resolution": Resolution.FALSE_ALARM, "channel": Channel.PHONE},
        {"resolution": Resolution.SAFE_HOME, "how": How.SAW},
        {"resolution": Resolution.HOSPITAL},
        {"resolution": Resolution.DECEASED, "how": How.SAW},
        {"resolution": Resolution.MOVED},
    ],
)
def test_each_end_is_possible_with_its_evidence(end):
    assert resolved(**end)[0].state is IncidentState.RESOLVED


def test_an_incident_ends_once_and_nothing_is_done_on_it_afterwards():
    done, _ = resolved()
    for act in (
        lambda: resolved(done),
        lambda: recorded(done, step(Action.KNOCKED)),
        lambda: incidents.hear(done, Hearsay("n", "out", AT, "s"), policy=POLICY),
        lambda: incidents.go_to(done, 3, at=AT, duty=DUTY),
        lambda: incidents.see_danger(done, [DangerSign.SMELL], at=AT, policy=POLICY, duty=DUTY),
    ):
        with pytest.raises(Conflict, match="INCIDENT_RESOLVED"):
            act()


@pytest.mark.rule("OUT-24")
def test_the_third_safe_away_within_sixty_days_suggests_another_hour_and_leaves_the_tier():
    incident, facts = resolved(before=("a", "b"))

    assert (incident.suggestion, incident.tier) == (Suggestion.ANOTHER_TIME_OR_CALL_FIRST, Tier.HIGH)
    assert facts[1:] == [
        AnotherVisitTimeSuggested(incident_id="i", person_id="p", suggestion="ANOTHER_TIME_OR_CALL_FIRST", incidents=3)
    ]
    assert resolved(before=("a",))[0].suggestion is None
    assert resolved(before=("a", "b"), resolution=Resolution.HOSPITAL)[0].suggestion is None


@pytest.mark.rule("OUT-25")
def test_an_absence_that_becomes_known_late_ends_it_as_avoidable_by_the_word_of_who_recorded_it():
    end = ending.absent(since=date(2025, 2, 27), until=None, opened_at=AT, name="staff", at=AT + hours(5))
    incident, facts = ending.resolve(opened(), end, at=AT + hours(5), by="system", policy=POLICY)

    assert (incident.resolution, incident.avoidable) == (Resolution.SAFE_AWAY, True)
    assert incident.safety_confirmed_by == Confirmation("staff", How.REGISTER)
    assert facts[0].avoidable is True


@pytest.mark.rule("OUT-25")
@pytest.mark.parametrize(
    ("since", "until"), [(ON, None), (date(2025, 3, 2), None), (date(2025, 2, 1), date(2025, 2, 28))], ids=["that day", "later", "over"]
)
def test_an_absence_that_does_not_explain_the_silent_door_ends_nothing(since, until):
    assert ending.absent(since=since, until=until, opened_at=AT, name="staff", at=AT) is None


@pytest.mark.rule("U3")
def test_after_an_incident_kin_visit_plan_and_debrief_are_ticked_off_one_by_one():
    incident, _ = resolved()
    assert incident.aftercare_open and incident.aftercare == tuple(Aftercare)

    told = []
    for item in Aftercare:
        assert incident.aftercare_open
        incident, facts = ending.tick(incident, item, at=AT + hours(2), by="s")
        told += facts
    assert (incident.aftercare_open, told) == (False, [IncidentAftercareDone(incident_id="i", person_id="p")])
    assert ending.tick(incident, Aftercare.VISIT, at=AT, by="s") == (incident, [])
    assert [one["done"] for one in checklist(incident, DUTY)["aftercare"]] == [True] * 4


@pytest.mark.rule("U3")
@pytest.mark.parametrize(
    ("method", "outcome", "minutes", "ticked"),
    [
        ("IN_PERSON", "SEEN_CONCERN", 0, True),
        ("IN_PERSON", "SEEN_WELL", -1, False),
        ("IN_PERSON", "SPOKE", 0, False),
        ("PHONE", "SPOKE", 0, False),
        ("BY_THIRD_PARTY", "SEEN_WELL", 0, False),
        ("DEVICE", "SEEN_WELL", 0, False),
    ],
)
def test_only_who_stood_before_the_elder_since_has_made_the_visit_after_an_incident(method, outcome, minutes, ticked):
    incident, _ = resolved()
    at = incident.safety_confirmed_at + timedelta(minutes=minutes)

    after, _ = ending.visited(incident, visit_id="v", method=method, outcome=outcome, at=at, by="s")

    assert [(one.item, one.visit_id) for one in after.ticked] == ([(Aftercare.VISIT, "v")] if ticked else [])


@pytest.mark.rule("OUT-17")
def test_a_visit_after_an_incident_that_did_not_happen_is_to_be_made_again():
    incident, _ = resolved()
    incident, _ = ending.visited(incident, visit_id="v", method="IN_PERSON", outcome="SEEN_WELL", at=incident.safety_confirmed_at, by="s")
    assert ending.not_visited(incident, visit_id="w") == (incident, [])
    again, facts = ending.not_visited(incident, visit_id="v")
    assert (again.ticked, again.aftercare_open, facts) == ((), True, []), "the rest was still to do"

    for item in (Aftercare.INFORM_KIN, Aftercare.UPDATE_PLAN, Aftercare.DEBRIEF):
        incident, _ = ending.tick(incident, item, at=AT + hours(2), by="s")
    assert not incident.aftercare_open
    again, facts = ending.not_visited(incident, visit_id="v")
    assert (len(again.ticked), again.aftercare_open, facts) == (3, True, [IncidentAftercareReopened(incident_id="i", person_id="p")])


def test_nobody_visits_the_dead_and_nothing_is_ticked_while_the_search_goes_on():
    gone, _ = resolved(resolution=Resolution.DECEASED, how=How.SAW)
    with pytest.raises(Invalid) as refusal:
        ending.tick(gone, Aftercare.VISIT, at=AT, by="s")
    assert refusal.value.errors[0].code == "NOT_ASKED_FOR"
    with pytest.raises(Conflict, match="INCIDENT_OPEN"):
        ending.tick(opened(), Aftercare.DEBRIEF, at=AT, by="s")


@pytest.mark.rule("OUT-20")
def test_the_high_tier_elders_are_at_risk_and_where_there_is_none_everybody():
    assert incidents.at_risk(["p", "q"], {"p": Tier.GENERAL, "q": Tier.HIGH}) == ["q"]
    assert incidents.at_risk(["p", "q"], {"p": Tier.KEY}) == ["p", "q"]


@pytest.mark.rule("OUT-20")
@pytest.mark.rule("U3")
@pytest.mark.parametrize(
    ("tiers", "known", "found"),
    [
        ({"p": Tier.KEY, "q": Tier.GENERAL}, {}, ["p", "q"]),
        ({"p": Tier.KEY, "q": Tier.GENERAL}, {"absent": ["p"]}, ["q"]),
        ({"p": Tier.KEY, "q": Tier.GENERAL}, {"looked_for": ["q"]}, ["p"]),
        ({"p": Tier.KEY, "q": Tier.GENERAL}, {"should_answer": ["q"]}, ["q"]),
        ({"p": Tier.KEY, "q": Tier.GENERAL}, {"should_answer": [], "asked": True}, ["p", "q"]),
        ({"p": Tier.HIGH, "q": Tier.GENERAL}, {}, []),
        ({"p": Tier.HIGH, "q": Tier.GENERAL}, {"asked": True}, ["p"]),
        ({"p": Tier.HIGH, "q": Tier.GENERAL}, {"looked_for": ["p"]}, []),
        ({"p": Tier.HIGH, "q": Tier.GENERAL}, {"absent": ["p"]}, ["q"]),
        ({"p": Tier.HIGH, "q": Tier.HIGH}, {"asked": True, "absent": ["p"]}, ["q"]),
    ],
)
def test_a_silent_door_starts_a_search_for_whom_nothing_explains_and_for_the_high_tier_only_by_somebodys_word(tiers, known, found):
    assert incidents.to_look_for(["p", "q"], tiers, **{"should_answer": ["p", "q"], **known}) == found


def test_another_policy_gives_other_clocks():
    swift = replace(POLICY, hearsay=minutes(10))
    heard, _ = incidents.hear(opened(), Hearsay("n", "out", AT, "s"), policy=swift)
    assert heard.lowered_until == AT + minutes(10)
