"""Study sessions and the gate at their end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.learning.sessions import domain as sessions
from services.learning.sessions.domain import Form, Material, OpenRow, SessionState, Tally
from tests.unit.learning.builders import BEFORE, COVER_BY, HELD_AT, HELD_ON, a_member, a_session, at, held, names

NOW = at(HELD_ON, 16)
ALL_COVERED = Tally(verified=2, waived=1, open=())


def test_a_draft_is_announced_to_nobody():
    assert a_session(scheduled=False).state is SessionState.DRAFT
    assert not a_session(scheduled=False).owed


def test_scheduling_a_session_makes_it_owed_and_announces_it():
    session, facts = sessions.schedule(a_session(scheduled=False), held_at=HELD_AT, held_on=HELD_ON, cover_by_on=COVER_BY, at=BEFORE)

    assert session.owed
    assert names(facts) == ["StudySessionScheduled"]


@pytest.mark.parametrize(
    ("held_at", "cover_by_on"), [(BEFORE - timedelta(days=7, seconds=1), COVER_BY), (HELD_AT, HELD_ON - timedelta(days=1))]
)
def test_a_session_cannot_be_scheduled_for_the_past_or_be_covered_before_it_is_held(held_at, cover_by_on):
    with pytest.raises(Invalid):
        sessions.schedule(a_session(scheduled=False), held_at=held_at, held_on=HELD_ON, cover_by_on=cover_by_on, at=BEFORE)


def test_a_postponed_session_is_scheduled_again_or_cancelled():
    postponed, facts = sessions.postpone(a_session(), reason="r")

    assert names(facts) == ["StudySessionPostponed"]
    again, _ = sessions.schedule(postponed, held_at=HELD_AT + timedelta(days=7), held_on=HELD_ON, cover_by_on=COVER_BY, at=BEFORE)
    assert (again.state, again.reason) == (SessionState.SCHEDULED, None)
    cancelled, facts = sessions.cancel(postponed, reason="r")
    assert (cancelled.owed, names(facts)) == (False, ["StudySessionCancelled"])


def test_a_session_where_all_were_present_is_held_and_one_where_some_were_not_is_being_covered():
    present, absent = a_member(), a_member()

    assert held(a_session(), present).state is SessionState.HELD
    assert held(a_session(), present, audience=(absent,)).state is SessionState.COVERING
    assert held(a_session(must_cover=False), present, audience=(absent,)).state is SessionState.HELD


def test_a_session_is_held_after_its_time_with_members_only():
    with pytest.raises(Conflict, match="SESSION_NOT_YET"):
        sessions.hold(a_session(), attended_member_ids=(), member_ids=frozenset(), at=BEFORE, by="host")
    with pytest.raises(Invalid) as refusal:
        sessions.hold(a_session(), attended_member_ids=("m", "stranger"), member_ids=frozenset({"m"}), at=NOW, by="host")
    assert refusal.value.errors[0].field == "attended_member_ids.1"


def test_a_session_that_took_place_may_be_entered_within_a_week_and_is_dated_on_its_day():
    week_later = HELD_AT + timedelta(days=7)
    session, _ = sessions.schedule(a_session(scheduled=False), held_at=HELD_AT, held_on=HELD_ON, cover_by_on=COVER_BY, at=week_later)

    _, facts = sessions.hold(session, attended_member_ids=(), member_ids=frozenset(), at=week_later, by="host")

    assert (names(facts), facts[0].effective_on) == (["StudySessionHeld"], HELD_ON)


@pytest.mark.rule("U5")
def test_the_gate_is_refused_with_every_open_row_and_its_next_action():
    tally = Tally(3, 0, (OpenRow("c1", "m1", "DISPATCHED", "COLLECT_PROOF"), OpenRow("c2", "m2", "BLOCKED", "PRODUCE_MATERIAL")))

    with pytest.raises(Conflict) as refusal:
        sessions.certify(held(a_session(), audience=(a_member(),)), tally, at=NOW, by="staff")

    assert refusal.value.code == "SESSION_NOT_COVERED"
    assert refusal.value.params["open_count"] == 2
    assert refusal.value.extra["open"] == [
        {"coverage_id": "c1", "member_id": "m1", "state": "DISPATCHED", "next_action": "COLLECT_PROOF"},
        {"coverage_id": "c2", "member_id": "m2", "state": "BLOCKED", "next_action": "PRODUCE_MATERIAL"},
    ]


@pytest.mark.rule("U5")
def test_the_certificate_counts_waived_members_apart_from_covered_ones():
    covered, facts = sessions.certify(held(a_session(), a_member()), ALL_COVERED, at=NOW, by="staff")

    assert covered.state is SessionState.COVERED
    assert (facts[0].members, facts[0].verified, facts[0].waived) == (3, 2, 1)


@pytest.mark.rule("U5")
def test_only_a_session_that_was_held_and_must_be_covered_can_be_certified():
    with pytest.raises(Conflict, match="SESSION_STATE"):
        sessions.certify(a_session(), ALL_COVERED, at=NOW, by="staff")
    with pytest.raises(Conflict, match="NOTHING_TO_COVER"):
        sessions.certify(held(a_session(must_cover=False)), ALL_COVERED, at=NOW, by="staff")


@pytest.mark.parametrize("command", [sessions.postpone, sessions.cancel])
def test_what_was_held_cannot_be_undone(command):
    with pytest.raises(Conflict, match="SESSION_STATE"):
        command(held(a_session()), reason="r")


def test_material_may_be_added_until_a_session_is_cancelled():
    material = Material(Form.AUDIO, "t")
    session, facts = sessions.add_material(held(a_session(forms=())), material=material)

    assert (session.forms, names(facts)) == ({Form.AUDIO}, ["MaterialAdded"])
    cancelled, _ = sessions.cancel(a_session(), reason="r")
    with pytest.raises(Conflict):
        sessions.add_material(cancelled, material=material)


@pytest.mark.rule("LRN-23")
def test_one_restricted_material_restricts_its_session_until_another_takes_its_place():
    session, _ = sessions.add_material(a_session(), material=Material(Form.BRAILLE, "内部文件", restricted=True))
    opened, _ = sessions.replace_material(session, material=Material(Form.BRAILLE, "公开版", id="m2"), must_restudy=False, at=NOW, cover_by_on=COVER_BY)

    assert session.in_closed_hands and not a_session().in_closed_hands and not opened.in_closed_hands
    assert [one.title for one in session.shown_materials if one.restricted] == ["内部文件"]


@pytest.mark.rule("LRN-23")
def test_what_is_said_of_a_session_holds_for_all_its_materials_also_those_to_come():
    session, _ = sessions.add_material(a_session(restricted=True, forms=()), material=Material(Form.PAPER, "讲义"))

    assert a_session(restricted=True, forms=()).in_closed_hands, "its papers are still to come"
    assert session.in_closed_hands and [one.restricted for one in session.shown_materials] == [True]
