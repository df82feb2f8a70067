"""What goes on under another record of the same person, and contacts, warnings and colleagues that others tell of."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Invalid
from services.common.events.base import Dated
from services.common.events.outreach import ContactRecorded, PairingCovered, PairingStarted, WeatherWarningIssued
from services.outreach.care.domain import Tier
from services.outreach.contacts import domain as contacts
from services.outreach.contacts.domain import ContactPolicy, Source
from services.outreach.merges import domain as merges
from services.outreach.merges.domain import Carried, MergeNote
from services.outreach.obligations import domain as obligations
from services.outreach.obligations.domain import ObligationState, VisitPolicy
from services.outreach.pairings.domain import EndReason, Handover, Pairing, PairingState, Role
from services.outreach.staff import domain as staff
from services.outreach.staff.domain import Leave, Sex, StaffMember
from services.outreach.visits.domain.reports import Method, Outcome
from services.outreach.weather import domain as weather
from services.outreach.weather.domain import Level, WeatherKind

POLICY = VisitPolicy()
ON, AT = date(2025, 3, 1), datetime(2025, 3, 1, 2, tzinfo=UTC)


def owed(**more):
    due = obligations.open_routine(
        id="O", grid_id="G", person_id="W", tier=Tier.KEY, in_care_since=ON, last_contact_on=ON, today=ON, policy=POLICY
    )[0]
    return replace(due, **more)


@pytest.mark.rule("OUT-6")
def test_the_earlier_day_and_the_larger_count_are_kept():
    own = owed(missed_periods=2)
    earlier = Carried("X", "ROUTINE", own.due_on - timedelta(days=9), missed_periods=1)

    both, facts = merges.inherit(own, earlier, POLICY)
    assert (both.due_on, both.missed_periods, len(facts)) == (earlier.due_on, 2, 1)
    later, facts = merges.inherit(own, replace(earlier, due_on=own.due_on + timedelta(days=9), missed_periods=5), POLICY)
    assert (later.due_on, later.missed_periods, facts) == (own.due_on, 5, [])
    same_day, facts = merges.inherit(replace(own, state=ObligationState.EXCUSED), replace(earlier, due_on=own.due_on), POLICY)
    assert (same_day.state, facts) == (ObligationState.EXCUSED, []), "the same day changes nothing, an excuse neither"
    void = replace(own, state=ObligationState.VOID, open=False)
    assert merges.inherit(void, earlier, POLICY) == (void, [])


@pytest.mark.rule("OUT-6")
def test_what_is_owed_once_is_owed_to_the_other_record():
    moved = merges.handed_on(owed(), id="N", person_id="L", grid_id=None)
    assert (moved.id, moved.person_id, moved.grid_id, moved.due_on) == ("N", "L", "G", owed().due_on)
    assert merges.handed_on(owed(), id="N", person_id="L", grid_id="H").grid_id == "H"


@pytest.mark.rule("REG-56")
def test_what_was_carried_is_owed_to_the_loser_again_after_an_undoing():
    note = MergeNote("M", "W", "L")
    assert (note.owed_to, replace(note, undone=True).owed_to) == ("W", "L")


def a_pairing(state=PairingState.ENDED, **more):
    fields = {"role": Role.PRIMARY, "state": state, "proposed_at": AT, "proposed_by": "S9", "answer_by": AT, "since": date(2024, 1, 1)}
    ended = {"open": False, "ended_at": AT, "until": ON, "end_reason": EndReason.MERGED, "ended_by": "S9", "read_until": ON, "handed_over_to": "X"}
    return Pairing(id="P", grid_id="G", person_id="L", staff_id="S", **{**fields, **ended, **more})


@pytest.mark.rule("REG-57")
def test_who_looked_after_the_one_record_looks_after_the_other_without_being_asked():
    goes_on, facts = merges.go_on(a_pairing(handover=Handover("S2", AT, "S9", AT)), id="N", person_id="W", grid_id=None, today=ON)

    assert (goes_on.id, goes_on.person_id, goes_on.staff_id, goes_on.grid_id, goes_on.role) == ("N", "W", "S", "G", Role.PRIMARY)
    assert (goes_on.state, goes_on.open, goes_on.since) == (PairingState.ACTIVE, True, date(2024, 1, 1))
    gone = ("ended_at", "until", "end_reason", "ended_by", "covered_by", "handover", "handed_over_to", "read_until")
    assert {name: getattr(goes_on, name) for name in gone} == dict.fromkeys(gone)
    assert facts == [PairingStarted(pairing_id="N", person_id="W", staff_id="S", role="PRIMARY", since=date(2024, 1, 1))]
    elsewhere, facts = merges.go_on(a_pairing(since=None), id="N", person_id="W", grid_id="H", today=ON)
    assert (elsewhere.grid_id, facts[0].since) == ("H", ON)


@pytest.mark.rule("REG-57")
@pytest.mark.rule("OUT-13")
def test_a_cover_goes_on_under_the_other_record():
    until = date(2025, 3, 9)
    covered, facts = merges.go_on(a_pairing(PairingState.ON_COVER, covered_by="B", cover_until=until), id="N", person_id="W", grid_id=None, today=ON)

    assert (covered.state, covered.covered_by, covered.cover_until) == (PairingState.ON_COVER, "B", until)
    assert facts[1:] == [PairingCovered(pairing_id="N", person_id="W", staff_id="S", role="PRIMARY", covered_by="B", until=until)]


def record(**more):
    said = {"source": Source.POLICE, "method": Method.IN_PERSON, "outcome": Outcome.SEEN_WELL, "happened_at": AT, "reference": "R1", "name": " 张警官 "}
    return contacts.record(id="C", grid_id="G", person_id="W", **{**said, **more}, happened_on=ON, policy=ContactPolicy(), at=AT, by="S")


@pytest.mark.rule("OUT-7")
def test_a_contact_that_somebody_else_had_counts_where_the_person_was_seen():
    contact, [fact] = record(organisation="派出所")

    assert (contact.id, contact.grid_id, contact.person_id, contact.source, contact.seen) == ("C", "G", "W", Source.POLICE, True)
    assert (contact.method, contact.outcome, contact.happened_at, contact.reference) == (Method.IN_PERSON, Outcome.SEEN_WELL, AT, "R1")
    assert (contact.recorded_at, contact.recorded_by, contact.name, contact.organisation) == (AT, "S", "张警官", "派出所")
    told = ContactRecorded(contact_id="C", person_id="W", source="POLICE", seen=True, method="IN_PERSON", happened_at=AT)
    assert fact == Dated(told, ON)
    for nobody in (Outcome.NO_ANSWER, Outcome.REFUSED):
        unseen, [fact] = record(outcome=nobody)
        assert (unseen.seen, fact.event.seen) == (False, False)


@pytest.mark.rule("X-3")
def test_a_contact_of_the_future_or_of_long_ago_or_of_nobody_is_refused():
    def wrong(**more):
        with pytest.raises(Invalid) as refused:
            record(**more)
        return [(error.field, error.code) for error in refused.value.errors]

    assert record(happened_at=AT + timedelta(minutes=5)) and record(happened_at=AT - timedelta(days=7))
    assert wrong(happened_at=AT + timedelta(minutes=5, seconds=1)) == [("happened_at", "IN_THE_FUTURE")]
    assert wrong(happened_at=AT - timedelta(days=7, seconds=1)) == [("happened_at", "CONTACT_TOO_LATE")]
    assert wrong(name="  ") == [("name", "REQUIRED")]


def test_a_weather_warning_names_each_of_its_grids_once():
    warning, facts = weather.warn(id="X", kind=WeatherKind.COLD, level=Level.RED, grid_ids=["G", "H", "G"], at=AT, by="S")

    assert (warning.id, warning.kind, warning.level, warning.grid_ids, warning.issued_at, warning.issued_by) == (
        "X",
        WeatherKind.COLD,
        Level.RED,
        ("G", "H"),
        AT,
        "S",
    )
    assert facts == [WeatherWarningIssued(warning_id="X", kind="COLD", level="RED", grid_ids=["G", "H"])]


def test_a_colleague_can_be_counted_on_unless_ill_or_gone():
    member = StaffMember("S")
    assert member.at_work
    assert not replace(member, leave=Leave(ON)).at_work and not replace(member, left_on=ON).at_work
    back = staff.appoint(replace(member, left_on=ON), post="GRID_LEAD")
    assert (back.post, back.left_on, back.at_work) == ("GRID_LEAD", None, True)
    described = staff.describe(member, sex=Sex.FEMALE, dialects=["东北话", "上海话", "东北话"])
    assert (described.sex, described.dialects) == (Sex.FEMALE, ("上海话", "东北话"))
