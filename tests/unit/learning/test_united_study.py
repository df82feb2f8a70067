"""Two records of one person: one membership, the proofs of both, one credit, and parcels that still find their rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.events.learning import (
    CoverageAssigned,
    CoverageReopened,
    CoverageVerified,
    CoverageVoided,
    CreditRecorded,
    MemberJoinedBranch,
    MemberLeftBranch,
)
from services.common.moved import difference, restored
from services.learning.coverage.domain import acts
from services.learning.coverage.domain.following import follow
from services.learning.coverage.domain.proofs import GivenBy, ProofKind
from services.learning.coverage.domain.proving import prove
from services.learning.coverage.domain.rows import CoverageState as S
from services.learning.coverage.domain.rows import WaiverCode
from services.learning.members.domain import CircumstanceCode as Code
from services.learning.members.domain import EndReason
from services.learning.merges import domain
from services.learning.parcels.domain import Content, ReceivedBy, deliver
from tests.unit.learning.builders import HELD_ON, a_member, a_row, a_session, assigned, at, dispatched, held, packed, sent, settled

pytestmark = pytest.mark.rule("REG-57")
TODAY = HELD_ON + timedelta(days=2)


def proved(row, session, kind=ProofKind.VISIT_ITEM, mode="HOME_TEACHING", id="proof"):
    return prove(row, session, proof_id=id, kind=kind, given_by=GivenBy.STAFF, mode=mode, at=at(HELD_ON), on=HELD_ON, now=at(HELD_ON), by="staff")[0]


def two_rows(winner=None, loser=None):
    """Return a session with the rows of two records of one person."""
    session = a_session()
    winner, loser = winner or a_member(), loser or a_member()
    return session, a_row(session, winner), a_row(session, loser), winner, loser


@pytest.mark.rule("LRN-12")
def test_an_open_row_has_the_lesson_by_the_proof_of_the_other_record_and_the_credit_is_told_once():
    session, own, other, _, _ = two_rows()
    other = proved(other, session)

    kept, void = domain.rows(own, other)

    assert (kept.state, kept.verification.proof_kind, kept.verification.credit_minutes) == (S.VERIFIED, "VISIT_ITEM", 60)
    assert (void.state, void.void_reason, void.verification, void.merged_into) == (S.VOID, "MERGED", None, own.id)
    ids = {"coverage_id": own.id, "session_id": "session", "member_id": own.member_id, "person_id": own.person_id}
    assert domain.row_facts(own, kept) == [CoverageVerified(**ids, mode="HOME_TEACHING", proof_kind="VISIT_ITEM"), CreditRecorded(**ids, minutes=60)]
    gone = {"coverage_id": other.id, "session_id": "session", "member_id": other.member_id, "person_id": other.person_id}
    assert domain.row_facts(other, void) == [CoverageVoided(**gone, reason="MERGED")]


@pytest.mark.rule("LRN-12")
def test_two_verified_rows_keep_the_proofs_of_both_and_one_credit():
    session, own, other, _, _ = two_rows()
    own, other = proved(own, session, id="a"), proved(other, session, id="b")

    kept, void = domain.rows(own, other)

    assert [one.id for one in kept.proofs] == ["a", "b"]
    assert kept.verification == own.verification and void.verification is None
    assert domain.row_facts(own, kept) == [], "no second credit"


def test_a_proof_under_one_record_is_more_than_a_waiver_under_the_other():
    session, own, other, _, _ = two_rows()
    waived = acts.waive(own, code=WaiverCode.COGNITIVE, today=TODAY, by="secretary")[0]

    kept, _ = domain.rows(waived, proved(other, session))
    still, _ = domain.rows(waived, other)

    assert (kept.state, kept.waiver) == (S.VERIFIED, None)
    assert (still.state, still.waiver.code) == (S.WAIVED, WaiverCode.COGNITIVE)


@pytest.mark.rule("LRN-22")
def test_what_is_on_its_way_under_one_record_is_not_sent_again_under_the_other():
    session, own, _, _, loser = two_rows(loser=a_member(Code.AWAY_WORK))
    other = dispatched(session, loser)

    kept, void = domain.rows(own, other)

    assert (kept.state, kept.mode, kept.delivery) == (S.DISPATCHED, "PARCEL", other.delivery)
    assert void.state is S.VOID
    assert domain.row_facts(own, kept) == [
        CoverageAssigned(coverage_id=own.id, session_id="session", member_id=own.member_id, person_id=own.person_id, mode="PARCEL", cover_by_on=own.cover_by_on)
    ]
    assert domain.row_facts(kept, own) == [], "undone, nothing is on its way"


def test_a_row_that_is_on_its_way_itself_keeps_its_way_and_remembers_the_other():
    winner, loser = a_member(Code.MATERNITY), a_member(Code.AWAY_WORK)
    session = a_session()
    own, other = dispatched(session, winner), dispatched(session, loser)

    kept, _ = domain.rows(own, other)

    assert (kept.mode, kept.delivery, kept.past_deliveries) == ("MOBILE_AUDIO", own.delivery, (other.delivery,))


@pytest.mark.parametrize("state", ["open", "verified", "sent"])
def test_a_merge_that_a_crash_cut_short_comes_to_the_same_when_it_goes_on(state):
    session, own, other, _, loser = two_rows(loser=a_member(Code.AWAY_WORK))
    other = {"open": other, "verified": proved(other, session), "sent": dispatched(session, loser)}[state]

    once, void = domain.rows(own, other)
    twice, again = domain.rows(once, other)

    assert (twice, again) == (once, void)


@pytest.mark.rule("LRN-22")
def test_a_parcel_goes_on_for_the_row_that_stands_for_the_lesson_and_the_members_word_ends_it():
    session, own, _, winner, loser = two_rows(loser=a_member(Code.AWAY_WORK))
    couple = a_member(Code.AWAY_WORK)
    box = sent(packed(assigned(session, loser), assigned(session, couple)))
    other = follow(assigned(session, loser), box, session, loser, now=at(HELD_ON), today=HELD_ON)[0]
    kept, _ = domain.rows(own, other)

    moved = domain.parcel(box, winner.person_id, loser.person_id, {other.id: Content(kept.id, "session", winner.id, winner.person_id)})
    arrived = follow(kept, deliver(moved, to=ReceivedBy.SELF, today=TODAY)[0], session, winner, now=at(TODAY), today=TODAY)[0]

    assert (moved.person_id, moved.coverage_ids) == (winner.person_id, [own.id, box.coverage_ids[1]])
    assert moved.contents[1] == box.contents[1], "the other of the couple is left as they were"
    assert arrived.state is S.RECEIVED


def test_a_parcel_for_both_records_has_their_lesson_once():
    session, own, other, winner, loser = two_rows(a_member(Code.AWAY_WORK), a_member(Code.AWAY_WORK))
    box = packed(own, other)

    moved = domain.parcel(box, winner.person_id, loser.person_id, {other.id: Content(own.id, "session", winner.id, winner.person_id)})

    assert moved.coverage_ids == [own.id]
    assert moved.person_id == winner.person_id


def test_one_membership_goes_on_with_what_is_known_of_both():
    winner, loser = a_member(Code.FRAIL, delivery_address=None, smartphone=False), a_member(Code.FRAIL, Code.LOW_VISION, helper=True)

    one = domain.united(winner, loser)
    over = domain.ended(loser, winner, today=TODAY)

    assert [circumstance.code for circumstance in one.circumstances] == [Code.FRAIL, Code.LOW_VISION]
    assert (one.relative_helper.name, one.delivery_address, one.smartphone, one.needs_version) == ("n", "x", True, winner.needs_version + 1)
    assert (over.active, over.until, over.end_reason) == (False, TODAY, EndReason.MERGED)
    assert domain.member_facts(loser, over) == [
        MemberLeftBranch(member_id=loser.id, branch_id="branch", person_id=loser.person_id, reason=EndReason.MERGED)
    ]
    assert domain.united(winner, winner) == winner, "nothing new, nothing chosen anew"


def test_a_membership_that_began_later_than_the_merge_ends_on_its_first_day():
    loser = a_member(since=date(2026, 1, 1))

    assert domain.ended(loser, a_member(), today=TODAY).until == date(2026, 1, 1)


def test_a_membership_without_a_twin_is_the_winners():
    loser = a_member()

    moved = domain.moved(loser, "winner")

    assert (moved.person_id, moved.active) == ("winner", True)
    assert domain.member_facts(loser, moved) == [MemberJoinedBranch(member_id=loser.id, branch_id="branch", person_id="winner", since=loser.since)]
    assert domain.member_facts(loser, loser) == []
    session = a_session()
    assert domain.row_alone(a_row(session, loser), "winner").person_id == "winner"


@pytest.mark.rule("REG-56")
def test_undone_each_record_has_its_own_credit_again_and_the_lesson_is_owed_where_it_was_not_proved():
    session, own, other, _, _ = two_rows()
    other = proved(other, session)
    kept, void = domain.rows(own, other)
    moves = [difference("coverage", own, kept), difference("coverage", other, void)]

    back, back_other = restored(kept, moves[0])[0], restored(void, moves[1])[0]

    assert (back, back_other) == (own, other)
    assert [type(fact) for fact in domain.row_facts(kept, back)] == [CoverageReopened]
    assert [type(fact) for fact in domain.row_facts(void, back_other)] == [CoverageVerified, CreditRecorded]


@pytest.mark.rule("REG-56")
def test_a_proof_that_came_after_the_merge_stays_where_it_came():
    session, own, other, _, _ = two_rows()
    kept, _ = domain.rows(own, proved(other, session))
    later = proved(kept, session, id="later")

    back, changed_since = restored(later, difference("coverage", own, kept))

    assert [one.id for one in back.proofs] == ["later"]
    assert not changed_since


def test_what_a_roll_call_says_of_both_records_is_credited_to_one():
    session, own, other, winner, loser = two_rows()
    after = held(session, winner, loser)
    own, other = settled(own, after, winner, HELD_ON)[0], settled(other, after, loser, HELD_ON)[0]

    kept, void = domain.rows(own, other)

    assert (own.state, other.state) == (S.VERIFIED, S.VERIFIED)
    assert (kept.state, void.state, len(kept.proofs)) == (S.VERIFIED, S.VOID, 1), "one roll-call is one proof"
    assert replace(kept, proofs=own.proofs) == own
