"""What members say of a lesson."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.common.errors import Conflict
from services.learning.coverage.domain import acts
from services.learning.coverage.domain.proofs import GivenBy, ProofKind
from services.learning.coverage.domain.proving import prove
from services.learning.coverage.domain.rows import CoverageState
from services.learning.members.domain import Mode
from services.learning.merges import domain as merges
from tests.unit.learning.builders import HELD_ON, a_member, a_row, a_session, at

S = CoverageState
pytestmark = pytest.mark.rule("LRN-33")


def a_taught_row(mode: Mode, kind: ProofKind, by: str = "worker"):
    """Return a row that was verified in this way."""
    session = a_session()
    row = replace(a_row(session, a_member()), mode=mode, state=S.ASSIGNED)
    how = {"kind": kind, "given_by": GivenBy.STAFF, "at": at(HELD_ON), "on": HELD_ON, "now": at(HELD_ON), "by": by}
    return prove(row, session, proof_id="p", **how)[0]


def told(row, id="f", day=HELD_ON, given_by=GivenBy.MEMBER):
    return acts.tell(row, id=id, given_by=given_by, text=f"words {id}", at=at(day, 18), by="secretary")


def test_what_was_said_at_home_stands_beside_what_was_said_in_the_room_in_the_order_of_time():
    home = told(a_taught_row(Mode.HOME_TEACHING, ProofKind.VISIT_ITEM), "home", date(2025, 4, 12))
    home = told(home, "note", date(2025, 4, 14), GivenBy.STAFF)
    room = told(a_taught_row(Mode.IN_PERSON, ProofKind.ROLL_CALL), "room", date(2025, 4, 13))

    said = acts.voices([home, room])

    assert [(one["id"], one["mode"], one["text"], one["given_by"]) for one in said] == [
        ("home", "HOME_TEACHING", "words home", "MEMBER"),
        ("room", "IN_PERSON", "words room", "MEMBER"),
        ("note", "HOME_TEACHING", "words note", "STAFF"),
    ]


@pytest.mark.parametrize("state", [S.PLANNED, S.BLOCKED, S.ASSIGNED, S.NEEDS_SECRETARY, S.WAIVED, S.VOID])
def test_nothing_is_said_of_a_lesson_that_did_not_come(state):
    with pytest.raises(Conflict, match="COVERAGE_STATE"):
        told(replace(a_row(a_session(), a_member()), state=state))


@pytest.mark.parametrize("state", [S.DISPATCHED, S.RECEIVED, S.STUDIED, S.ATTENDED, S.VERIFIED])
def test_words_are_kept_as_soon_as_the_lesson_is_on_its_way(state):
    row = told(replace(a_row(a_session(), a_member()), state=state))

    assert (row.state, row.feedback[0].text, row.feedback[0].recorded_by) == (state, "words f", "secretary")


def test_only_who_taught_at_home_counts_as_its_teacher():
    assert acts.taught_by(a_taught_row(Mode.HOME_TEACHING, ProofKind.VISIT_ITEM), "worker")
    assert not acts.taught_by(a_taught_row(Mode.HOME_TEACHING, ProofKind.VISIT_ITEM), "another")
    assert not acts.taught_by(a_taught_row(Mode.IN_PERSON, ProofKind.ROLL_CALL), "worker")


def test_two_records_of_one_person_unite_what_was_said_and_tell_it_once():
    own = told(a_taught_row(Mode.IN_PERSON, ProofKind.ROLL_CALL), "own")
    other = told(a_taught_row(Mode.HOME_TEACHING, ProofKind.VISIT_ITEM), "other")

    kept, void = merges.rows(own, other)

    assert [one["id"] for one in acts.voices([kept, void])] == ["other", "own"]
