"""Incidents in full: what opening, climbing, hearing and ending write down and tell, at the minute that decides."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.outreach import (
    AnotherVisitTimeSuggested,
    IncidentAftercareDone,
    IncidentLevelLowered,
    IncidentLevelRaised,
    IncidentOpened,
    IncidentResolved,
    IncidentStepRecorded,
    IncidentStillOpen,
)
from services.outreach.care.domain import Tier
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
    Incident,
    IncidentState,
    Resolution,
    Step,
    StepResult,
    Suggestion,
    Ticked,
)
from services.outreach.incidents.domain.ladder import CONTACTS, DOOR, OFFICER, ON_SITE, Action, DangerSign, LadderPolicy

S, R, A = IncidentState, Resolution, Aftercare
AT, ON = datetime(2025, 3, 1, 2, tzinfo=UTC), date(2025, 3, 1)
MINUTE, HOUR, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=1)
DUE = (AT + 15 * MINUTE, AT + 30 * MINUTE, AT + HOUR, AT + 2 * HOUR)
POLICY = LadderPolicy(suggest_after=2)
DUTY = Duty(lead="lead", officers=("officer",), administrators=("admin",))
IDS = {"incident_id": "i", "person_id": "p"}


def an_incident(state=S.OPEN, **details):
    values = {"tier": Tier.HIGH, "opened_at": AT, "opened_by": "s", "due_at": DUE, "again": HOUR, "next_at": DUE[0], "visit_id": "v", **details}
    return Incident("i", "g", "p", state=state, **values)


def refusal(command, *args, **details):
    """Return the code of a refusal with its values; of a field, the field and the code."""
    with pytest.raises((Conflict, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code) if errors else (refused.value.code, refused.value.params)


def raised(level, since, why, to, due=None, tier="HIGH"):
    fact = IncidentLevelRaised(**IDS, level=level, since=since, why=why, due_at=due or DUE[level], to_staff_ids=to, tier=tier)
    return Dated(fact, date(2025, 3, 1))


# Who is called


@pytest.mark.rule("OUT-22")
@pytest.mark.parametrize(
    ("duty", "called"),
    [
        (DUTY, [[], ["lead"], ["officer"], ["officer", "lead", "admin"]]),
        (Duty(lead="lead", administrators=("admin",)), [[], ["lead"], ["admin", "lead"], ["admin", "lead"]]),
        (Duty(officers=("officer", "second")), [[], ["officer"], ["officer", "second"], ["officer", "second"]]),
        (Duty(administrators=("admin",)), [[], ["admin"], ["admin"], ["admin"]]),
        (Duty(lead="x", officers=("x",), administrators=("x",)), [[], ["x"], ["x"], ["x"]]),
        (Duty(), [[], [], [], []]),
    ],
)
def test_each_level_calls_who_is_there_and_nobody_twice(duty, called):
    assert [duty.of(level) for level in (DOOR, CONTACTS, OFFICER, ON_SITE)] == called


def test_of_several_people_those_of_the_high_tier_are_looked_for_or_else_all():
    tiers = {"a": Tier.HIGH, "b": Tier.KEY}

    assert incidents.at_risk(["b", "a", "c"], tiers) == ["a"]
    assert incidents.at_risk(["b", "c"], tiers) == ["b", "c"]


# Opening


def opening(at=AT, **details):
    values = {"tier": Tier.HIGH, "happened_at": AT, "by": "s", "policy": POLICY, "is_working_day": lambda day: True, "duty": DUTY, **details}
    return incidents.open_incident(id="i", grid_id="g", person_id="p", visit_id="v", target_id="t", at=at, **values)


@pytest.mark.rule("OUT-20")
def test_an_incident_keeps_whose_door_it_was_and_when_its_clocks_ring():
    opened, facts = opening(capped=True)

    assert opened == an_incident(target_id="t", capped=True)
    assert facts == [Dated(IncidentOpened(**IDS, tier="HIGH", visit_id="v", due_at=DUE[0], opened_at=AT), ON)]
    assert opening(at=AT - 5 * MINUTE)[0].opened_at == AT
    assert refusal(opening, at=AT - 5 * MINUTE - SECOND) == ("happened_at", "IN_THE_FUTURE")


@pytest.mark.rule("OUT-22")
def test_a_sign_of_danger_at_the_door_sends_people_at_once_within_the_time_of_the_high_tier():
    opened, facts = opening(tier=Tier.KEY, danger_signs=(DangerSign.SMELL, DangerSign.SMELL))

    on_site = AT + 2 * HOUR
    due_at = (AT + 15 * MINUTE, on_site, on_site, on_site)
    assert opened == an_incident(
        S.ON_SITE, tier=Tier.KEY, target_id="t", due_at=due_at, again=4 * HOUR, level=ON_SITE, reached=ON_SITE, missed=ON_SITE, danger_signs=(DangerSign.SMELL,), next_at=on_site
    )
    assert facts[1:] == [raised(ON_SITE, AT, "DANGER", ["officer", "lead", "admin"], on_site, "KEY")]


# Climbing


def advance(incident, later, duty=DUTY):
    return incidents.advance(incident, now=AT + later, duty=duty)


@pytest.mark.rule("OUT-22")
def test_each_clock_that_is_missed_raises_from_its_own_moment_and_then_those_called_are_told_again():
    start = an_incident()

    assert advance(start, 15 * MINUTE - SECOND) == (start, [])
    first, facts = advance(start, 15 * MINUTE)
    assert first == an_incident(S.CONTACTING, level=CONTACTS, reached=CONTACTS, missed=1, next_at=DUE[1])
    assert facts == [raised(CONTACTS, DUE[0], "CLOCK", ["lead"])]
    top, facts = advance(start, 2 * HOUR)
    assert top == an_incident(S.ON_SITE, level=ON_SITE, reached=ON_SITE, missed=4, reminders=1, reminded_at=DUE[3], next_at=DUE[3] + HOUR)
    told = IncidentStillOpen(**IDS, level=ON_SITE, since=DUE[3], times=1, to_staff_ids=["officer", "lead", "admin"])
    everybody = ["officer", "lead", "admin"]
    assert facts == [
        raised(CONTACTS, DUE[0], "CLOCK", ["lead"]),
        raised(OFFICER, DUE[1], "CLOCK", ["officer"]),
        raised(ON_SITE, DUE[2], "CLOCK", everybody),
        Dated(told, ON),
    ]
    later, facts = advance(top, 5 * HOUR + MINUTE)
    assert (later.reminders, later.reminded_at, later.next_at) == (4, AT + 5 * HOUR, AT + 6 * HOUR)
    assert facts == [Dated(replace_fact(told, since=AT + 5 * HOUR, times=4), ON)]


def replace_fact(fact, **changes):
    return type(fact)(**{**{name: getattr(fact, name) for name in fact.__struct_fields__}, **changes})


@pytest.mark.rule("U3")
def test_staff_go_on_by_one_leap_from_that_minute():
    start = an_incident()

    there, facts = incidents.go_to(start, OFFICER, at=AT + MINUTE, duty=DUTY)

    assert there == an_incident(S.OFFICER, level=OFFICER, reached=OFFICER, missed=2, next_at=DUE[2])
    assert facts == [raised(OFFICER, AT + MINUTE, "STAFF", ["officer"])]
    assert refusal(incidents.go_to, there, OFFICER, at=AT, duty=DUTY) == ("LEVEL_REACHED", {"level": OFFICER})
    assert refusal(incidents.go_to, an_incident(capped=True), OFFICER, at=AT, duty=DUTY) == ("NO_RESPONSE_WANTED", {})
    assert incidents.go_to(an_incident(capped=True), CONTACTS, at=AT, duty=DUTY)[0].level == CONTACTS
    assert refusal(incidents.go_to, an_incident(S.RESOLVED, open=False), OFFICER, at=AT, duty=DUTY) == ("INCIDENT_RESOLVED", {})


@pytest.mark.rule("OUT-22")
def test_danger_goes_to_the_place_whatever_was_heard_or_agreed_and_keeps_an_earlier_clock():
    heard = Hearsay("neighbour", "shopping", AT, "s")
    lowered = an_incident(S.OPEN, capped=True, hearsay=heard, lowered_until=AT + 2 * HOUR, missed=1, danger_signs=())

    there, facts = incidents.see_danger(lowered, [DangerSign.CALL_FOR_HELP, DangerSign.SMELL], at=AT + 30 * MINUTE, policy=POLICY, duty=DUTY)

    assert there == replace(
        lowered,
        state=S.ON_SITE,
        level=ON_SITE,
        reached=ON_SITE,
        missed=ON_SITE,
        danger_signs=(DangerSign.CALL_FOR_HELP, DangerSign.SMELL),
        lowered_until=None,
        next_at=DUE[3],
    )
    assert facts == [raised(ON_SITE, AT + 30 * MINUTE, "DANGER", ["officer", "lead", "admin"])]
    more, nothing = incidents.see_danger(there, [DangerSign.SMELL], at=AT + HOUR, policy=POLICY, duty=DUTY)
    assert (more, nothing) == (there, [])


@pytest.mark.rule("OUT-21")
def test_what_was_heard_is_kept_and_lowers_by_one_for_its_time():
    at_officer = an_incident(S.OFFICER, level=OFFICER, reached=OFFICER, missed=2, next_at=DUE[2])
    heard = Hearsay("neighbour", "shopping", AT + 40 * MINUTE, "s")

    lowered, facts = incidents.hear(at_officer, heard, policy=POLICY)

    until = AT + 2 * HOUR + 40 * MINUTE
    assert lowered == replace(at_officer, state=S.CONTACTING, level=CONTACTS, hearsay=heard, lowered_until=until)
    assert facts == [IncidentLevelLowered(**IDS, level=CONTACTS, until=until)]
    assert refusal(incidents.hear, lowered, heard, policy=POLICY) == ("HEARSAY_BEFORE", {})
    danger = replace(at_officer, danger_signs=(DangerSign.SMELL,))
    assert refusal(incidents.hear, danger, heard, policy=POLICY) == ("DANGER_SIGNS", {})
    at_door, facts = incidents.hear(an_incident(), replace(heard, at=AT), policy=POLICY)
    assert (at_door.level, at_door.state, facts) == (DOOR, S.OPEN, [IncidentLevelLowered(**IDS, level=DOOR, until=AT + 2 * HOUR)])


@pytest.mark.rule("OUT-21")
def test_when_what_was_heard_is_over_the_level_is_raised_for_that_reason():
    lowered = an_incident(S.CONTACTING, level=CONTACTS, reached=OFFICER, missed=2, lowered_until=AT + 50 * MINUTE, next_at=AT + 50 * MINUTE)

    over, facts = advance(lowered, 50 * MINUTE)

    assert over == replace(lowered, state=S.OFFICER, level=OFFICER, lowered_until=None, next_at=DUE[2])
    assert facts == [raised(OFFICER, AT + 50 * MINUTE, "HEARSAY_OVER", ["officer"])]
    at_once = replace(lowered, lowered_until=DUE[2], next_at=DUE[2])
    assert [fact.event.why for fact in advance(at_once, HOUR)[1]] == ["CLOCK", "CLOCK"]


@pytest.mark.rule("OUT-23")
def test_a_plan_that_ends_makes_up_for_every_clock_it_held_back():
    held = an_incident(S.CONTACTING, level=CONTACTS, reached=CONTACTS, missed=3, capped=True, next_at=DUE[3])

    free, facts = incidents.respect_plan(held, False, at=AT + 90 * MINUTE, duty=DUTY)

    assert free == replace(held, state=S.ON_SITE, level=ON_SITE, reached=ON_SITE, capped=False)
    assert facts == [
        raised(OFFICER, AT + 90 * MINUTE, "PLAN_NOT_VALID", ["officer"]),
        raised(ON_SITE, AT + 90 * MINUTE, "PLAN_NOT_VALID", ["officer", "lead", "admin"]),
    ]
    assert incidents.respect_plan(held, True, at=AT, duty=DUTY) == (held, [])
    closed = replace(held, open=False)
    assert incidents.respect_plan(closed, False, at=AT, duty=DUTY) == (closed, [])


# Steps


def a_step(action=Action.CALLED_KIN, **details):
    return Step(**{"n": 0, "level": 0, "action": action, "result": StepResult.NO_REPLY, "at": AT + MINUTE, "by": "t", "note": "w", **details})


def record(incident, step, now=AT + MINUTE):
    return incidents.record_step(incident, step, now=now, duty=DUTY)


@pytest.mark.rule("U3")
def test_a_step_is_numbered_and_has_the_clock_of_its_level():
    first = a_step(Action.KNOCKED, n=1, level=DOOR, due_at=DUE[0])
    start = an_incident(steps=(first,))

    after, facts = record(start, a_step())
    same, told = record(start, a_step(Action.ASKED_NEXT_DOOR))

    step = a_step(n=2, level=CONTACTS, due_at=DUE[1])
    assert after == an_incident(S.CONTACTING, level=CONTACTS, reached=CONTACTS, missed=1, next_at=DUE[1], steps=(first, step))
    assert facts == [
        IncidentStepRecorded(**IDS, no=2, level=CONTACTS, action="CALLED_KIN", result="NO_REPLY"),
        raised(CONTACTS, AT + MINUTE, "STEP", ["lead"]),
    ]
    assert same == replace(start, steps=(first, a_step(Action.ASKED_NEXT_DOOR, n=2, level=DOOR, due_at=DUE[0])))
    assert told == [IncidentStepRecorded(**IDS, no=2, level=DOOR, action="ASKED_NEXT_DOOR", result="NO_REPLY")]


@pytest.mark.rule("U3")
@pytest.mark.parametrize(
    ("step", "refused"),
    [
        (a_step(at=AT + 6 * MINUTE + SECOND), ("at", "IN_THE_FUTURE")),
        (a_step(at=AT - SECOND), ("at", "BEFORE_THE_DOOR")),
        (a_step(Action.SECOND_ATTEMPT, by="s"), ("action", "ANOTHER_PERSON")),
        (a_step(Action.TWO_WENT_THERE), ("companion", "COMPANION_REQUIRED")),
        (a_step(Action.TWO_WENT_THERE, companion=" "), ("companion", "COMPANION_REQUIRED")),
        (a_step(Action.LOCKSMITH_OR_FIRE_CALLED), ("action", "NO_DANGER_SIGNS")),
        (a_step(Action.ENTERED), ("entry_under", "ENTRY_UNDER_WHOM")),
    ],
)
def test_a_step_that_cannot_be_says_which_field_is_wrong(step, refused):
    assert refusal(record, an_incident(), step) == refused


@pytest.mark.rule("U3")
@pytest.mark.parametrize(
    "step",
    [
        a_step(at=AT + 6 * MINUTE),
        a_step(at=AT),
        a_step(Action.SECOND_ATTEMPT, by="t"),
        a_step(Action.SECOND_ATTEMPT, by=None),
        a_step(Action.KNOCKED, by="s"),
        a_step(Action.TWO_WENT_THERE, companion="w"),
        a_step(Action.ENTERED, entry_under=EntryUnder.POLICE),
    ],
)
def test_a_step_at_the_edge_of_what_may_be_is_kept(step):
    assert len(record(an_incident(), step)[0].steps) == 1
    nobody = an_incident(opened_by=None)
    assert record(nobody, a_step(Action.SECOND_ATTEMPT, by=None))[0].level == OFFICER


# The end


def an_ending(resolution=R.SAFE_HOME, how=How.SAW, at=AT + 40 * MINUTE, channel=None, name="王梅", **details):
    return Ending(resolution, Confirmation(name, how, "女儿", channel), at, **details)


def resolve(incident=None, end=None, at=AT + HOUR, **details):
    return ending.resolve(incident or an_incident(), end or an_ending(), at=at, by="s", policy=POLICY, **details)


FULL = (A.INFORM_KIN, A.VISIT, A.UPDATE_PLAN, A.DEBRIEF)


@pytest.mark.rule("OUT-21")
@pytest.mark.parametrize(
    ("end", "aftercare"),
    [
        (an_ending(), FULL),
        (an_ending(R.SAFE_AWAY), FULL),
        (an_ending(R.SAFE_AWAY, avoidable=True), (A.INFORM_KIN, A.UPDATE_PLAN, A.DEBRIEF)),
        (an_ending(R.HOSPITAL), FULL),
        (an_ending(R.DECEASED), (A.INFORM_KIN, A.DEBRIEF)),
        (an_ending(R.MOVED), (A.INFORM_KIN, A.DEBRIEF)),
        (an_ending(R.MISSING, How.POLICE, police_case_ref="A 1"), (A.INFORM_KIN, A.DEBRIEF)),
        (an_ending(R.FALSE_ALARM, How.SPOKE, channel=Channel.PHONE), (A.UPDATE_PLAN, A.DEBRIEF)),
    ],
)
def test_an_incident_that_ends_says_by_whose_word_and_what_is_left_to_do(end, aftercare):
    climbed = an_incident(S.CONTACTING, level=CONTACTS, reached=OFFICER, missed=2, lowered_until=AT + 2 * HOUR)

    done, facts = resolve(climbed, end, at=AT + HOUR + 59 * SECOND)

    assert done == replace(
        climbed,
        state=S.RESOLVED,
        open=False,
        next_at=None,
        lowered_until=None,
        resolution=end.resolution,
        safety_confirmed_by=end.safety_confirmed_by,
        safety_confirmed_at=AT + 40 * MINUTE,
        police_case_ref=end.police_case_ref,
        avoidable=end.avoidable,
        resolved_at=AT + HOUR + 59 * SECOND,
        resolved_by="s",
        aftercare=aftercare,
        aftercare_open=True,
    )
    assert facts == [
        IncidentResolved(**IDS, resolution=end.resolution.value, minutes_open=60, minutes_to_safety=40, level=OFFICER, avoidable=end.avoidable, resolved_by="s")
    ]
    assert refusal(resolve, done) == ("INCIDENT_RESOLVED", {})


@pytest.mark.rule("OUT-24")
@pytest.mark.parametrize(("before", "resolution", "often"), [((), R.SAFE_AWAY, False), (("i",), R.SAFE_AWAY, False), (("h",), R.SAFE_AWAY, True), (("h",), R.SAFE_HOME, False)])
def test_who_is_safe_elsewhere_again_and_again_is_visited_at_another_hour(before, resolution, often):
    done, facts = resolve(end=an_ending(resolution), safe_away_before=before)

    told = AnotherVisitTimeSuggested(**IDS, suggestion="ANOTHER_TIME_OR_CALL_FIRST", incidents=2)
    assert done.suggestion is (Suggestion.ANOTHER_TIME_OR_CALL_FIRST if often else None)
    assert facts[1:] == ([told] if often else [])


@pytest.mark.rule("OUT-21")
@pytest.mark.parametrize(
    ("end", "refused"),
    [
        (an_ending(at=AT + HOUR + 5 * MINUTE + SECOND), ("safety_confirmed_at", "IN_THE_FUTURE")),
        (an_ending(at=AT - SECOND), ("safety_confirmed_at", "CONFIRMED_BEFORE_OPENED")),
        (an_ending(name=" "), ("safety_confirmed_by.name", "REQUIRED")),
        (an_ending(R.MISSING, How.SAW, police_case_ref="A 1"), ("safety_confirmed_by.how", "MISSING_IS_FOR_THE_POLICE")),
        (an_ending(R.MISSING, How.POLICE), ("police_case_ref", "POLICE_CASE_REQUIRED")),
        (an_ending(R.MISSING, How.POLICE, police_case_ref=" "), ("police_case_ref", "POLICE_CASE_REQUIRED")),
        (an_ending(how=How.POLICE), ("safety_confirmed_by.how", "SAW_OR_SPOKE")),
        (an_ending(R.FALSE_ALARM, How.SAW, channel=Channel.PHONE), ("safety_confirmed_by", "FALSE_ALARM_WHO_SPOKE")),
        (an_ending(R.FALSE_ALARM, How.SPOKE), ("safety_confirmed_by", "FALSE_ALARM_WHO_SPOKE")),
    ],
)
def test_a_word_that_proves_nothing_ends_nothing(end, refused):
    assert refusal(resolve, end=end) == refused


@pytest.mark.rule("OUT-21")
@pytest.mark.parametrize(("at", "minutes"), [(AT, 0), (AT + 59 * SECOND, 0), (AT + HOUR + 5 * MINUTE, 65)])
def test_a_word_counts_from_the_very_moment_at_the_door_until_a_clock_that_is_ahead(at, minutes):
    (fact,) = resolve(end=an_ending(at=at))[1]

    assert (fact.minutes_to_safety, type(fact.minutes_to_safety)) == (minutes, int)


@pytest.mark.rule("OUT-25")
@pytest.mark.parametrize(
    ("since", "until", "explains"),
    [(-1, None, True), (-1, 0, True), (-1, -1, False), (0, None, False), (-9, 3, True), (1, None, False)],
)
def test_an_absence_explains_an_incident_that_lies_within_it_and_not_on_its_first_day(since, until, explains):
    def day(number):
        return None if number is None else ON + timedelta(days=number)

    found = ending.absent(since=day(since), until=day(until), opened_at=AT, name="王梅", at=AT + HOUR)

    assert found == (Ending(R.SAFE_AWAY, Confirmation("王梅", How.REGISTER), AT + HOUR, avoidable=True) if explains else None)


@pytest.mark.rule("OUT-21")
def test_a_death_in_the_register_ends_it_by_the_registers_word():
    assert ending.dead(name="王梅", at=AT) == Ending(R.DECEASED, Confirmation("王梅", How.REGISTER), AT)
    assert resolve(end=ending.dead(name="王梅", at=AT))[0].state is S.RESOLVED


def test_what_is_left_to_do_is_ticked_off_by_name_and_the_last_one_is_told():
    done = an_incident(S.RESOLVED, open=False, aftercare=(A.INFORM_KIN, A.DEBRIEF), aftercare_open=True)

    one, nothing = ending.tick(done, A.DEBRIEF, at=AT, by="s")
    both, told = ending.tick(one, A.INFORM_KIN, at=AT + HOUR, by="t")

    assert (one, nothing) == (replace(done, ticked=(Ticked(A.DEBRIEF, AT, "s"),)), [])
    assert both == replace(done, ticked=(Ticked(A.DEBRIEF, AT, "s"), Ticked(A.INFORM_KIN, AT + HOUR, "t")), aftercare_open=False)
    assert told == [IncidentAftercareDone(**IDS)]
    assert ending.tick(both, A.DEBRIEF, at=AT, by="u") == (both, [])
    assert refusal(ending.tick, done, A.VISIT, at=AT, by="s") == ("item", "NOT_ASKED_FOR")
    assert refusal(ending.tick, an_incident(), A.DEBRIEF, at=AT, by="s") == ("INCIDENT_OPEN", {})
