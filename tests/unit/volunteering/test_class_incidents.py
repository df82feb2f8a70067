"""What happens in a class: on record with who did what, until a guardian of every child was told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.common.errors import Conflict
from services.common.events.volunteering import (
    ClassIncidentClosed,
    ClassIncidentGrewGrave,
    ClassIncidentGuardianTold,
    ClassIncidentRecorded,
    ClassIncidentUntold,
)
from services.volunteering.incidents import domain
from services.volunteering.incidents.domain import ClassIncidentPolicy, Done, IncidentKind, IncidentState, Step, Told, Way
from services.volunteering.sessions.domain import arrivals, running
from tests.unit.volunteering.builders import HOUR, NOW, START, a_child, a_session, refusal
from tests.unit.volunteering.class_meetings import arrive, full, with_one_in

MINUTE = timedelta(minutes=1)
POLICY = ClassIncidentPolicy()
FELL = START + 30 * MINUTE
SEEN = FELL + 5 * MINUTE


def both_in():
    session, _ = with_one_in()
    return arrive(session, full(), a_child("K2"))[0]


def record(session=None, **details):
    values = {"kind": IncidentKind.INJURY, "happened_at": FELL, "child_ids": ["K1", "K2"], "words": "摔倒", "at": SEEN, "by": "C1"}
    return domain.record(id="I1", session=session or both_in(), policy=POLICY, **{**values, **details})


def tell(incident, child="K1", guardian="G1", record_of=None, at=SEEN):
    return domain.tell_guardian(incident, Told(child, guardian, Way.CALL, at), record_of or a_child(child), at=max(at, SEEN), by="C1")


def step(incident, done, at=SEEN):
    return domain.add_step(incident, Step(done, at), at=SEEN, by="C1", policy=POLICY)


def close(incident, *children):
    return domain.close(incident, {one.id: one for one in children or (a_child("K1"), a_child("K2"))}, at=SEEN, by="C1")


def test_an_incident_is_of_a_meeting_that_began_and_of_who_was_at_it():
    incident, facts = record(volunteer_ids=["V1"], steps=[Step(Done.FIRST_AID, FELL + MINUTE)])

    assert (incident.state, incident.about_id, incident.untold_ids, incident.grave) == (IncidentState.OPEN, "K1", ["K1", "K2"], False)
    assert (incident.steps[0].recorded_by, incident.tell_by) == ("C1", FELL + 2 * HOUR)
    assert facts == [ClassIncidentRecorded(incident_id="I1", session_id="M1", series_id="S1", person_ids=["K1", "K2"], due_at=FELL + 2 * HOUR)]
    assert refusal(record, a_session()) == "SESSION_NOT_OPEN"
    assert refusal(record, child_ids=[]) == ("child_ids", "NOBODY_CONCERNED")
    assert refusal(record, child_ids=["K1", "K9"]) == ("child_ids.1", "WAS_NOT_THERE")
    assert refusal(record, with_one_in()[0]) == ("child_ids.1", "WAS_NOT_THERE"), "expected, and not come"
    assert refusal(record, volunteer_ids=["V9"]) == ("volunteer_ids.0", "WAS_NOT_THERE")
    kept, _ = arrivals.keep_safe(both_in(), id="KEPT", child_id="K7", at=START, by="C1")
    assert record(kept, child_ids=["K7"])[0].child_ids == ("K7",)


@pytest.mark.rule("X-3")
def test_an_incident_has_its_time_and_one_recorded_late_a_reason():
    assert refusal(record, happened_at=START - MINUTE) == ("happened_at", "BEFORE_IT_BEGAN")
    assert refusal(record, happened_at=SEEN + 6 * MINUTE) == ("happened_at", "IN_THE_FUTURE")
    assert record(happened_at=SEEN + 4 * MINUTE)[0]
    assert refusal(record, steps=[Step(Done.DOCTOR, FELL - MINUTE)]) == ("steps.0.at", "BEFORE_IT_BEGAN")
    closed = replace(both_in(), closed_at=START + 2 * HOUR)
    assert refusal(record, closed, happened_at=START + 3 * HOUR, at=START + 4 * HOUR) == ("happened_at", "AFTER_THE_MEETING")
    assert refusal(record, at=FELL + timedelta(days=8)) == ("late_reason", "LATE_REASON_REQUIRED")
    assert record(at=FELL + timedelta(days=8), late_reason="家长今天才说")[0].late_reason


@pytest.mark.parametrize(("done", "grave"), [(Done.AMBULANCE, True), (Done.POLICE, True), (Done.FIRST_AID, False)])
def test_an_ambulance_or_the_police_make_it_grave_and_a_guardian_hears_of_it_at_once(done, grave):
    soon = FELL + POLICY.tell_grave_within
    at_first, _ = record(steps=[Step(done, SEEN)])
    later, facts = step(record()[0], done)

    for incident in (at_first, later):
        assert (incident.grave, incident.tell_by, incident.next_at) == ((True, soon, soon) if grave else (False, FELL + 2 * HOUR, FELL + 2 * HOUR))
    assert facts == ([ClassIncidentGrewGrave(incident_id="I1", session_id="M1", person_ids=["K1", "K2"], due_at=soon)] if grave else [])
    assert step(later, done)[1] == []


@pytest.mark.rule("REG-45")
def test_a_guardian_who_may_be_called_is_told_and_nobody_else():
    incident, facts = tell(record()[0])

    assert (incident.untold_ids, incident.told[0].recorded_by) == (["K2"], "C1")
    assert facts == [ClassIncidentGuardianTold(incident_id="I1", child_id="K1", guardian_id="G1")]
    assert refusal(tell, incident, guardian="uncle") == ("guardian_id", "NOT_A_GUARDIAN")
    assert refusal(tell, incident, record_of=a_child("K1", blocked_ids=("G1",))) == ("guardian_id", "GUARDIAN_BLOCKED")
    assert refusal(tell, incident, child="K9") == ("child_id", "NOT_CONCERNED")
    assert refusal(tell, incident, at=FELL - MINUTE) == ("at", "BEFORE_IT_BEGAN")
    everybody, _ = tell(incident, child="K2")
    assert (everybody.untold_ids, everybody.next_at) == ([], None)
    assert not tell(incident, child="K2", at=FELL + 3 * HOUR)[1][0].in_time


def test_an_incident_ends_only_when_a_guardian_of_every_child_was_told():
    incident, _ = tell(record()[0])

    assert refusal(close, incident) == "TELL_GUARDIANS_FIRST"
    assert close(incident, a_child("K1"), a_child("K2", lost_ids=("G1", "G2")))[0].state is IncidentState.CLOSED
    closed, facts = close(tell(incident, child="K2")[0])
    assert (closed.state, closed.closed_by) == (IncidentState.CLOSED, "C1")
    assert facts == [ClassIncidentClosed(incident_id="I1", session_id="M1", person_ids=["K1", "K2"])]
    for command in (close, tell, lambda one: step(one, Done.DOCTOR)):
        assert refusal(command, closed) == "INCIDENT_CLOSED"


def test_an_incident_of_adults_alone_waits_for_nobody():
    incident, facts = record(child_ids=[], volunteer_ids=["V1"])

    assert (incident.tell_by, incident.next_at, incident.about_id, facts[0].person_ids) == (None, None, "I1", [])
    assert domain.grow_late(incident, now=NOW + 900 * HOUR, policy=POLICY) == (incident, [])
    assert close(incident)[0].state is IncidentState.CLOSED


@pytest.mark.parametrize(("hours", "times"), [(0, 1), (23, 1), (24, 2), (24 * 300, 301)])
def test_the_clock_tells_once_a_day_of_guardians_who_were_not_told_and_may_come_late(hours, times):
    incident, _ = tell(record()[0])
    due = FELL + 2 * HOUR
    assert domain.grow_late(incident, now=due - MINUTE, policy=POLICY) == (incident, [])

    late, facts = domain.grow_late(incident, now=due + hours * HOUR, policy=POLICY)

    assert [one.event for one in facts] == [ClassIncidentUntold(incident_id="I1", session_id="M1", person_ids=["K2"], times=times)]
    assert domain.grow_late(late, now=due + hours * HOUR, policy=POLICY) == (late, [])
    assert late.next_at == due + times * 24 * HOUR
    assert domain.grow_late(tell(incident, child="K2")[0], now=due, policy=POLICY)[1] == []


def test_a_meeting_leads_to_what_happened_in_it_also_when_it_is_closed():
    session, _ = with_one_in()
    closed, _ = running.close(replace(session, children=()), at=START + HOUR, by="C1")

    assert closed.with_incident("I1").incident_ids == ("I1",)


def test_an_incident_keeps_who_said_what_of_whom_and_when():
    incident, facts = record(volunteer_ids=["V1", "V1"], grave=True)

    kept = (incident.series_id, incident.kind, incident.recorded_at, incident.recorded_by, incident.volunteer_ids, incident.words)
    assert kept == ("S1", IncidentKind.INJURY, SEEN, "C1", ("V1",), "摔倒")
    assert (incident.told, incident.state, facts[0].grave) == ((), IncidentState.OPEN, True)
    assert refusal(record, replace(both_in(), opened_at=None)) == "SESSION_NOT_OPEN"


@pytest.mark.rule("X-3")
def test_the_last_moment_of_a_meeting_of_a_week_and_of_a_clock_that_is_ahead_still_count():
    ended = replace(both_in(), closed_at=START + 2 * HOUR)

    assert record(ended, happened_at=START + 2 * HOUR, at=START + 3 * HOUR)[0].happened_at == START + 2 * HOUR
    assert record(at=FELL + timedelta(days=7))[0].late_reason is None
    assert record(happened_at=SEEN + 5 * MINUTE)[0] and record(happened_at=both_in().opened_at)[0]


def test_what_is_done_later_is_kept_beside_what_was_done_with_who_said_so():
    incident, _ = record(steps=[Step(Done.FIRST_AID, FELL)])

    after, facts = domain.add_step(incident, Step(Done.DOCTOR, SEEN), at=SEEN, by="C2", policy=POLICY)

    assert [(one.done, one.recorded_by) for one in after.steps] == [(Done.FIRST_AID, "C1"), (Done.DOCTOR, "C2")]
    assert facts == []
    assert refusal(step, incident, Done.DOCTOR, at=FELL - MINUTE) == ("at", "BEFORE_IT_BEGAN")


def test_what_grows_grave_when_everybody_was_told_gives_nobody_a_new_time():
    told = replace(record()[0], told=(Told("K1", "G1", Way.CALL, SEEN), Told("K2", "G1", Way.CALL, SEEN)), next_at=None)

    after, _ = step(told, Done.AMBULANCE)

    assert (after.grave, after.tell_by, after.next_at) == (True, told.tell_by, None)


@pytest.mark.parametrize(("late", "in_time"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_a_guardian_is_told_in_time_until_the_very_moment(late, in_time):
    incident = record()[0]

    assert tell(incident, at=incident.tell_by + late)[1][0].in_time is in_time


def test_an_end_says_which_children_it_waits_for_and_what_came_of_it():
    with pytest.raises(Conflict) as refused:
        close(record()[0])
    assert refused.value.extra == {"child_ids": ["K1", "K2"]}

    closed, _ = domain.close(record()[0], {}, outcome="好了", at=SEEN, by="C2")

    assert (closed.closed_at, closed.closed_by, closed.outcome, closed.next_at) == (SEEN, "C2", "好了", None)


def test_the_clock_counts_how_often_it_told_and_dates_each_by_its_own_day():
    incident = record()[0]

    late, [fact] = domain.grow_late(incident, now=incident.tell_by + 25 * HOUR, policy=POLICY)

    assert (late.untold_times, late.next_at) == (2, incident.tell_by + 48 * HOUR)
    assert fact.effective_on == (incident.tell_by + 24 * HOUR).date()
