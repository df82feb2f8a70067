"""Who goes to a member with a lesson: named by the secretary, and taken off it when they may not or cannot go."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.learning import LessonBearerLost, LessonBearerNamed
from services.learning.bearers import domain
from services.learning.bearers.domain import Standing
from services.learning.coverage.domain import acts, proving, reversal, rows
from services.learning.coverage.domain.bearing import Bearer, BearerKind, LossReason
from services.learning.coverage.domain.proofs import GivenBy, ProofKind
from services.learning.coverage.domain.rows import CoverageState, FailureReason, NextAction, WaiverCode
from services.learning.members.domain import CircumstanceCode as Code
from tests.unit.learning.builders import HELD_ON, a_member, a_session, assigned, at

pytestmark = pytest.mark.rule("U10")
VOLUNTEER = Standing("v", BearerKind.VOLUNTEER)


def at_home():
    """Return a lesson that is to be taught at home, with its session and member."""
    session, member = a_session(), a_member(Code.HOMEBOUND)
    row = assigned(session, member)
    assert row.mode == "HOME_TEACHING"
    return row, session, member


def named(row, standing=VOLUNTEER):
    return domain.name(row, standing, today=HELD_ON, by="secretary")


def ids(row):
    return {"coverage_id": row.id, "session_id": row.session_id, "member_id": row.member_id, "person_id": row.person_id}


def test_the_secretary_names_who_teaches_and_names_the_same_once():
    row, _, _ = at_home()

    after, facts = named(row)

    assert after.bearer == Bearer(BearerKind.VOLUNTEER, "v", HELD_ON, "secretary")
    assert facts == [LessonBearerNamed(**ids(row), mode="HOME_TEACHING", bearer_kind="VOLUNTEER", bearer_id="v")]
    assert named(after) == (after, [])
    assert named(after, Standing("s", BearerKind.STAFF))[0].bearer.id == "s"


@pytest.mark.parametrize("standing", [domain.without_clearance(VOLUNTEER, "RECORD_CHECK"), domain.gone(VOLUNTEER, "SUSPENDED"), domain.gone(VOLUNTEER, "LEFT")])
def test_whoever_may_not_go_is_not_named(standing):
    with pytest.raises(Conflict, match="BEARER_MAY_NOT_GO"):
        named(at_home()[0], standing)


def test_somebody_is_named_only_for_what_is_brought_to_the_door_and_still_open():
    session, row = a_session(), at_home()[0]
    waived = acts.waive(row, code=WaiverCode.COGNITIVE, today=HELD_ON, by="secretary")[0]

    for wrong in (assigned(session, a_member()), waived):
        with pytest.raises(Conflict, match="COVERAGE_STATE"):
            named(wrong)


def test_a_check_that_is_revoked_takes_the_teacher_off_and_asks_for_another_while_the_lesson_stays_owed():
    row = named(at_home()[0])[0]

    after, facts = domain.lose(row, "v", reason=LossReason.CLEARANCE, today=HELD_ON)

    assert (after.bearer, after.bearer_lost_on, after.state) == (None, HELD_ON, CoverageState.ASSIGNED)
    assert facts == [LessonBearerLost(**ids(row), bearer_kind="VOLUNTEER", bearer_id="v", reason="CLEARANCE")]
    assert (rows.next_action(row, today=HELD_ON), rows.next_action(after, today=HELD_ON)) == (NextAction.TEACH_AT_HOME, NextAction.NAME_BEARER)
    assert rows.next_action(named(after, Standing("s", BearerKind.STAFF))[0], today=HELD_ON) is NextAction.TEACH_AT_HOME
    assert domain.lose(after, "v", reason=LossReason.CLEARANCE, today=HELD_ON) == (after, []), "told once"


def test_nobody_is_taken_off_a_lesson_that_is_over_or_anothers():
    row = named(at_home()[0])[0]
    waived = acts.waive(row, code=WaiverCode.COGNITIVE, today=HELD_ON, by="secretary")[0]

    assert domain.lose(waived, "v", reason=LossReason.LEFT, today=HELD_ON) == (waived, [])
    assert domain.lose(row, "somebody else", reason=LossReason.LEFT, today=HELD_ON) == (row, [])


def test_the_next_way_has_nobody_named_for_it():
    row, session, member = at_home()
    lost = domain.lose(named(row)[0], "v", reason=LossReason.LEFT, today=HELD_ON)[0]
    later = HELD_ON + timedelta(days=1)

    after = acts.fail(lost, session, member, reason=FailureReason.NOT_TAUGHT, now=at(later), today=later, by="staff")[0]

    assert (after.mode, after.bearer, after.bearer_lost_on) == ("PHONE_READING", None, None)


def test_a_courier_is_named_like_a_teacher_and_for_papers_on_their_way_too():
    session, member = a_session(), a_member(Code.HOMEBOUND)
    row = acts.assign(assigned(session, member), session, member, mode="PAPER_BY_HAND", now=at(HELD_ON), today=HELD_ON)[0]
    row = acts.dispatch(named(row)[0], at=at(HELD_ON), today=HELD_ON, by="staff")[0]

    lost, _ = domain.lose(row, "v", reason=LossReason.SUSPENDED, today=HELD_ON)

    assert (lost.state, rows.next_action(lost, today=HELD_ON)) == (CoverageState.DISPATCHED, NextAction.NAME_BEARER)


def test_one_missing_check_is_enough_and_all_must_be_clear_again():
    twice = domain.without_clearance(domain.without_clearance(VOLUNTEER, "RECORD_CHECK"), "HEALTH")

    assert not domain.with_clearance(twice, "HEALTH").may_go
    assert domain.with_clearance(domain.with_clearance(twice, "HEALTH"), "RECORD_CHECK").may_go
    both = domain.gone(domain.gone(VOLUNTEER, "SUSPENDED"), "LEFT")
    assert domain.back(both, "SUSPENDED").away == ("LEFT",)
    assert domain.back(both, "SUSPENDED", "LEFT") == replace(VOLUNTEER) and VOLUNTEER.may_go


def by_word(row, session, decides=True, kind=ProofKind.VISIT_ITEM, **more):
    how = {"proof_id": "word", "given_by": GivenBy.STAFF, "at": at(HELD_ON), "on": HELD_ON, "now": at(HELD_ON), "by": "worker", **more}
    return proving.prove_by_word(row, session, kind=kind, decides=decides, **how)


@pytest.mark.rule("LRN-10")
@pytest.mark.parametrize("reference", [None, "visit", "another"])
@pytest.mark.parametrize("decides", [True, False])
def test_nobodys_word_proves_that_a_lesson_was_taught_at_a_visit_that_is_not_known(decides, reference):
    row, session, _ = at_home()
    only, _ = by_word(row, session, decides, ProofKind.VISIT_ONLY, reference="visit")

    for lacking in (row, only, named(row, Standing("s", BearerKind.STAFF))[0]):
        with pytest.raises(Invalid) as refused:
            by_word(lacking, session, decides, reference=reference)
        assert [(error.field, error.code) for error in refused.value.errors] == [("reference", "VISIT_NOT_KNOWN")]
    assert only.state is CoverageState.ASSIGNED


@pytest.mark.rule("LRN-10", "LRN-12", "OUT-17")
def test_to_name_the_visit_that_taught_a_lesson_adds_nothing_and_a_visit_that_was_none_proves_nothing():
    row, session, _ = at_home()
    how = {"proof_id": "visit/1", "given_by": GivenBy.STAFF, "at": at(HELD_ON), "on": HELD_ON, "now": at(HELD_ON), "by": "worker"}
    taught, _ = proving.prove(row, session, kind=ProofKind.VISIT_ITEM, mode="HOME_TEACHING", reference="visit", **how)

    assert taught.state is CoverageState.VERIFIED
    assert by_word(taught, session, decides=False, reference="visit") == (taught, [])
    none, _ = reversal.take_back(taught, session, visit_id="visit")
    with pytest.raises(Invalid):
        by_word(none, session, reference="visit")


@pytest.mark.rule("LRN-10")
def test_who_decides_for_the_branch_says_that_the_volunteer_who_was_named_taught_the_lesson():
    row, session, _ = at_home()
    by_volunteer = named(row)[0]

    assert by_word(by_volunteer, session)[0].state is CoverageState.VERIFIED
    for decides, wrong in ((False, by_volunteer), (True, replace(by_volunteer, mode="PAPER_BY_HAND")), (True, row)):
        with pytest.raises(Invalid):
            by_word(wrong, session, decides)
