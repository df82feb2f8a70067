"""Two members who are one person: one membership, proofs of both, credit once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from services.common.events.learning import (
    CoverageReopened,
    CoverageVerified,
    CoverageVoided,
    CreditRecorded,
    MemberJoinedBranch,
    MemberLeftBranch,
)
from services.learning.coverage.domain.feedback import Feedback
from services.learning.coverage.domain.modes import Blocker
from services.learning.coverage.domain.proofs import GivenBy, Proof, ProofKind, Strength
from services.learning.coverage.domain.rows import CoverageState, Verification
from services.learning.credit.domain.reductions import Reduction, ReductionReason
from services.learning.members.domain import Circumstance, CircumstanceCode, ContactPreference, EndReason, Mode, RelativeHelper, ToldBy
from services.learning.merges import domain as merges
from services.learning.sessions.domain import Form
from tests.unit.learning.builders import HELD_AT, HELD_ON, a_member, a_row, a_session, assigned, packed

S = CoverageState
DAY = date(2025, 5, 6)
pytestmark = pytest.mark.rule("REG-57")


def a_circumstance(id, code=CircumstanceCode.FRAIL, since=date(2025, 1, 1)):
    return Circumstance(id, code, since, None, True, ToldBy.SELF, "staff")


def a_reduction(id):
    return Reduction(id, 600, ReductionReason.HOSPITAL, date(2025, 1, 1), date(2025, 6, 30), "S1", DAY)


def bare(**changes):
    """Return a member of whom nothing is known yet."""
    return replace(a_member(), smartphone=False, delivery_address=None, address_confirmed_on=None, **changes)


def a_proof(id, kind=ProofKind.ROLL_CALL, mode=Mode.IN_PERSON):
    return Proof(id, kind, mode, GivenBy.STAFF, Strength.STRONG, HELD_AT, "host")


def an_opinion(id):
    return Feedback(id, GivenBy.MEMBER, "讲得好", HELD_AT, "S1")


def ids(row):
    return {"coverage_id": row.id, "session_id": row.session_id, "member_id": row.member_id, "person_id": row.person_id}


def test_a_membership_of_the_loser_alone_becomes_the_winners_and_keeps_everything_else():
    member = a_member(CircumstanceCode.FRAIL)

    assert merges.moved(member, "PW") == replace(member, person_id="PW")


@pytest.mark.parametrize(("since", "until"), [(date(2020, 1, 1), DAY), (DAY, DAY), (date(2025, 9, 1), date(2025, 9, 1))])
def test_the_membership_that_is_one_too_many_ends_today_and_never_before_it_began(since, until):
    loser = a_member(since=since)

    ended = merges.ended(loser, a_member(), today=DAY)

    assert ended == replace(loser, active=False, until=until, end_reason=EndReason.MERGED)


def test_what_is_known_of_either_life_is_known_of_the_one_that_goes_on():
    same, other = a_circumstance("C1"), a_circumstance("C3", since=date(2025, 3, 1))
    helper = RelativeHelper("王某", "13800000000")
    winner = bare(circumstances=(same,), reductions=(a_reduction("R1"),))
    loser = replace(
        a_member(),
        circumstances=(a_circumstance("C2"), other, a_circumstance("C4", CircumstanceCode.CARING)),
        reductions=(a_reduction("R1"), a_reduction("R2")),
        relative_helper=helper,
        delivery_address="二号楼",
        address_confirmed_on=DAY,
        address_doubted_on=HELD_ON,
        smartphone=True,
        contact_preference=ContactPreference.POST,
    )

    after = merges.united(winner, loser)

    assert after == replace(
        winner,
        circumstances=(same, other, a_circumstance("C4", CircumstanceCode.CARING)),
        reductions=(a_reduction("R1"), a_reduction("R2")),
        relative_helper=helper,
        delivery_address="二号楼",
        address_confirmed_on=DAY,
        address_doubted_on=HELD_ON,
        smartphone=True,
        contact_preference=ContactPreference.POST,
        needs_version=winner.needs_version + 1,
    )
    assert merges.united(after, loser) == after, "a step that is repeated changes nothing"


def test_what_the_winner_said_of_their_own_life_stands_before_what_the_loser_said():
    own = {"relative_helper": RelativeHelper("甲", "1"), "contact_preference": ContactPreference.PHONE}
    winner = replace(bare(**own), delivery_address="一号楼", address_confirmed_on=HELD_ON, smartphone=True)
    loser = replace(
        bare(relative_helper=RelativeHelper("乙", "2"), contact_preference=ContactPreference.POST),
        delivery_address="二号楼",
        address_confirmed_on=DAY,
        address_doubted_on=DAY,
    )

    assert merges.united(winner, loser) == winner


def test_a_row_that_only_the_loser_has_is_the_winners_with_its_proofs():
    row = replace(a_row(a_session(), a_member()), proofs=(a_proof("p1"),))

    assert merges.row_alone(row, "PW") == replace(row, person_id="PW")


def two_rows(**other):
    session = a_session()
    own = replace(
        a_row(session, a_member()),
        state=S.BLOCKED,
        blocker=Blocker.MATERIAL_MISSING,
        wanted=Mode.MOBILE_AUDIO,
        missing_forms=(Form.AUDIO,),
        options=(Mode.PARCEL,),
        overdue_since=DAY,
        proofs=(a_proof("p1"),),
        feedback=(an_opinion("f1"),),
    )
    theirs = replace(
        a_row(session, a_member()),
        state=S.VERIFIED,
        mode=Mode.HOME_TEACHING,
        verification=Verification(Mode.HOME_TEACHING, ProofKind.VISIT_ITEM, HELD_AT, "worker", 60),
        proofs=(a_proof("p1"), a_proof("p2", ProofKind.VISIT_ITEM, Mode.HOME_TEACHING)),
        feedback=(an_opinion("f1"), an_opinion("f2")),
    )
    return own, replace(theirs, **other)


@pytest.mark.rule("LRN-12")
def test_a_lesson_that_the_loser_had_verified_is_credited_to_the_winner_once():
    own, other = two_rows()

    kept, void = merges.rows(own, other)

    assert kept == replace(
        own,
        state=S.VERIFIED,
        mode=Mode.HOME_TEACHING,
        verification=other.verification,
        blocker=None,
        wanted=None,
        missing_forms=(),
        options=(),
        overdue_since=None,
        proofs=(a_proof("p1"), a_proof("p2", ProofKind.VISIT_ITEM, Mode.HOME_TEACHING)),
        feedback=(an_opinion("f1"), an_opinion("f2")),
    )
    assert void == replace(other, state=S.VOID, void_reason="MERGED", verification=None, merged_into=own.id)
    assert merges.rows(kept, void) == (kept, void), "a step that is repeated changes nothing"


@pytest.mark.rule("LRN-12")
@pytest.mark.parametrize("state", [S.ASSIGNED, S.WAIVED])
def test_proofs_of_a_lesson_that_the_loser_had_not_verified_give_no_credit(state):
    own, other = two_rows(state=state, verification=None)

    kept, _ = merges.rows(own, other)

    assert kept == replace(own, proofs=kept.proofs, feedback=kept.feedback)
    assert [proof.id for proof in kept.proofs] == ["p1", "p2"]


@pytest.mark.rule("LRN-12")
@pytest.mark.parametrize("state", [S.VERIFIED, S.VOID])
def test_a_row_of_the_winner_that_is_closed_stays_as_it_was_closed(state):
    own, other = two_rows()
    own = replace(own, state=state)

    assert merges.rows(own, other)[0].state is state
    assert merges.rows(own, other)[0].verification is None


def test_who_left_the_branch_by_a_merge_is_told_under_the_id_that_they_had():
    before = a_member()
    after = replace(merges.ended(before, a_member(), today=DAY), person_id="PW")

    assert merges.member_facts(before, after) == [
        MemberLeftBranch(member_id=before.id, branch_id="branch", person_id=before.person_id, reason="MERGED")
    ]


def test_who_is_back_by_its_undoing_or_goes_on_under_another_id_is_told_as_a_member():
    member = a_member()
    ended = merges.ended(member, a_member(), today=DAY)
    renamed = replace(member, person_id="PW")
    joined = {"member_id": member.id, "branch_id": "branch", "since": date(2020, 1, 1)}

    assert merges.member_facts(ended, member) == [MemberJoinedBranch(**joined, person_id=member.person_id)]
    assert merges.member_facts(member, renamed) == [MemberJoinedBranch(**joined, person_id="PW")]
    assert merges.member_facts(member, replace(member, smartphone=False)) == []
    assert merges.member_facts(ended, replace(ended, person_id="PW")) == []


def test_rows_tell_what_the_merge_and_its_undoing_made_of_them():
    own, other = two_rows()
    kept, void = merges.rows(own, other)

    credited = {"mode": "HOME_TEACHING", "proof_kind": "VISIT_ITEM"}
    assert merges.row_facts(own, kept) == [CoverageVerified(**ids(kept), **credited), CreditRecorded(**ids(kept), minutes=60)]
    assert merges.row_facts(other, void) == [CoverageVoided(**ids(other), reason="MERGED")]
    assert merges.row_facts(kept, own) == [CoverageReopened(**ids(own))]
    assert merges.row_facts(void, other) == [CoverageVerified(**ids(other), **credited), CreditRecorded(**ids(other), minutes=60)]
    assert merges.row_facts(own, replace(own, proofs=kept.proofs)) == []


@pytest.mark.parametrize("field", ["moved_out_on", "transfer_confirmed_on"])
def test_a_move_that_is_known_of_either_is_known_of_the_one_that_goes_on_and_the_winners_first(field):
    knows, knows_too, nothing = bare(**{field: DAY}), bare(**{field: HELD_ON}), bare()

    assert getattr(merges.united(nothing, knows), field) == getattr(merges.united(knows, nothing), field) == DAY
    assert getattr(merges.united(knows, knows_too), field) == DAY
    assert getattr(merges.united(nothing, bare()), field) is None


@pytest.mark.rule("LRN-12")
def test_what_either_row_went_through_is_kept_once():
    row = a_row(a_session(), a_member())
    own, other = (replace(row, failures=("both", id), past_deliveries=("both", id), past_verifications=("both", id)) for id in "ab")

    kept, gone = merges.rows(own, other)

    assert (kept.failures, kept.past_deliveries, kept.past_verifications) == (("both", "a", "b"),) * 3
    assert (gone.past_verifications, gone.verification) == ((), None)


@pytest.mark.parametrize("state", [S.VERIFIED, S.DISPATCHED])
def test_a_row_takes_over_how_the_other_was_brought_and_keeps_what_was_prepared_for_itself_as_past(state):
    missing = {"blocker": Blocker.MATERIAL_MISSING, "wanted": Mode.PARCEL, "missing_forms": (Form.PAPER,), "options": (Mode.PARCEL,)}
    own = replace(a_row(a_session(), a_member()), state=S.ASSIGNED, edition=1, delivery="own", **missing)
    done = Verification(Mode.PARCEL, ProofKind.REPLY_CARD, HELD_AT, "S1", 60, 2) if state is S.VERIFIED else None
    other = replace(a_row(a_session(), a_member()), state=state, mode=Mode.PARCEL, edition=2, delivery="other", verification=done)

    kept, _ = merges.rows(own, other)

    assert (kept.state, kept.mode, kept.edition, kept.verification) == (state, Mode.PARCEL, 2, done)
    assert (kept.blocker, kept.wanted, kept.missing_forms, kept.options) == (None, None, (), ())
    if state is S.VERIFIED:
        assert (kept.delivery, kept.past_deliveries) == (None, ("own", "other"))
    else:
        assert (kept.delivery, kept.past_deliveries) == ("other", ("own",))


def test_a_parcel_to_somebody_else_stays_theirs():
    parcel = packed(assigned(a_session(), a_member(CircumstanceCode.AWAY_WORK)))

    for owner, after in (("third", "third"), ("loser", "winner")):
        assert merges.parcel(replace(parcel, person_id=owner), "winner", "loser", {}).person_id == after


@pytest.mark.rule("LRN-12")
def test_a_lesson_that_was_credited_for_an_earlier_edition_is_not_credited_again_by_a_merge():
    done = Verification(Mode.PARCEL, ProofKind.REPLY_CARD, HELD_AT, "S1", 60, 2)
    before = replace(a_row(a_session(), a_member()), state=S.ASSIGNED)
    after = replace(before, state=S.VERIFIED, verification=done)

    assert [type(fact) for fact in merges.row_facts(before, after)] == [CoverageVerified, CreditRecorded]
    assert [type(fact) for fact in merges.row_facts(before, replace(after, past_verifications=(done,)))] == [CoverageVerified]
