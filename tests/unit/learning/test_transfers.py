"""Who owes a lesson on the day of a transfer, and what counts at home of somebody who is attached elsewhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.common.events.learning import CoverageShown, CreditAccepted
from services.learning.coverage.domain import rows, transfers
from services.learning.coverage.domain.proofs import GivenBy, ProofKind
from services.learning.coverage.domain.proving import prove
from services.learning.coverage.domain.rows import Acceptance
from services.learning.coverage.domain.rows import CoverageState as S
from services.learning.credit.domain import credit
from services.learning.credit.domain.credit import CreditPolicy
from services.learning.members import domain as members
from services.learning.members.domain import EndReason, MemberKind
from services.learning.sessions import domain as sessions
from services.learning.sessions.domain import SessionKind
from tests.unit.learning.builders import BEFORE, HELD_ON, a_member, a_row, a_session, assigned, at, held, settled

pytestmark = pytest.mark.rule("LRN-30")
DAY = timedelta(days=1)


def leaves(member, until=HELD_ON, reason=EndReason.TRANSFER_OUT):
    return members.leave(member, until=until, reason=reason)[0]


def proved(row, session):
    how = {"kind": ProofKind.VISIT_ITEM, "given_by": GivenBy.STAFF, "mode": "HOME_TEACHING", "at": at(HELD_ON), "on": HELD_ON, "now": at(HELD_ON), "by": "staff"}
    return prove(row, session, proof_id="p", **how)[0]


def test_who_transfers_away_that_day_may_have_come_and_is_owed_nothing_if_they_did_not():
    member, other, session = a_member(), a_member(), a_session()
    row, gone = assigned(session, member), leaves(member)

    before = settled(row, session, gone, HELD_ON)[0]
    after = sessions.hold(
        session, attended_member_ids=(gone.id,), member_ids=frozenset({other.id}), leaving_ids=frozenset({gone.id}), at=at(HELD_ON, 16), by="host"
    )[0]

    assert before.state is S.ASSIGNED
    assert settled(before, after, gone, HELD_ON)[0].state is S.VERIFIED
    assert settled(before, held(session, other), gone, HELD_ON)[0].void_reason == "MEMBER_LEFT"
    assert not rows.owes(session, gone), "the branch that they leave owes them nothing that day"


@pytest.mark.parametrize(("until", "reason"), [(HELD_ON - DAY, EndReason.TRANSFER_OUT), (HELD_ON, EndReason.EXPELLED)])
def test_nobody_else_who_left_is_waited_for(until, reason):
    member, session = a_member(), a_session()

    assert settled(assigned(session, member), session, leaves(member, until, reason), HELD_ON)[0].void_reason == "MEMBER_LEFT"


def test_a_roll_call_names_members_and_who_leaves_that_day_and_nobody_else():
    with pytest.raises(Invalid):
        sessions.hold(a_session(), attended_member_ids=("stranger",), member_ids=frozenset(), leaving_ids=frozenset({"gone"}), at=at(HELD_ON, 16), by="host")


def test_the_sending_branch_shows_a_lesson_that_was_had_on_the_day_of_the_transfer():
    member, session = a_member(), a_session()
    row = proved(assigned(session, member), session)

    shown, [fact] = transfers.show(row, session, leaves(member), today=HELD_ON + DAY)

    assert shown.shown_on == HELD_ON + DAY
    ids = {"coverage_id": row.id, "session_id": "session", "member_id": member.id, "person_id": member.person_id}
    assert fact == CoverageShown(**ids, branch_id="branch", kind="TOPIC_STUDY", held_on=HELD_ON)
    with pytest.raises(Conflict, match="COVERAGE_SHOWN"):
        transfers.show(shown, session, leaves(member), today=HELD_ON + DAY)


@pytest.mark.parametrize("until", [HELD_ON - DAY, HELD_ON + DAY])
def test_what_was_had_on_another_day_is_not_shown(until):
    member, session = a_member(), a_session()

    with pytest.raises(Conflict, match="NOT_A_TRANSFER_THAT_DAY"):
        transfers.show(proved(a_row(session, member), session), session, leaves(member, until), today=HELD_ON)
    with pytest.raises(Conflict, match="COVERAGE_STATE"):
        transfers.show(a_row(session, member), session, leaves(member), today=HELD_ON)


def test_the_receiving_branch_does_not_owe_what_was_shown_and_owes_everything_else():
    member = a_member(since=HELD_ON)
    session = replace(a_session(), branch_id="receiving")
    row = assigned(session, member)

    told = transfers.take_over(member, coverage_id="c", held_on=HELD_ON, kind="TOPIC_STUDY")

    assert rows.owes(session, member) and not rows.owes(session, told)
    assert settled(row, session, told, HELD_ON)[0].void_reason == "SHOWN_BY_BRANCH"
    assert rows.owes(replace(session, kind=SessionKind.SECRETARY_LECTURE), told), "another lesson of that day"
    assert rows.owes(replace(session, held_on=HELD_ON + DAY), told), "the next day's lesson"
    assert transfers.take_over(told, coverage_id="c", held_on=HELD_ON, kind="TOPIC_STUDY") == told, "shown twice is shown once"
    assert transfers.take_over(a_member(), coverage_id="c", held_on=HELD_ON, kind="TOPIC_STUDY").shown == (), "not who came on another day"


def test_a_lesson_that_the_receiving_branch_has_covered_itself_stays_covered():
    member, session = a_member(since=HELD_ON), a_session()
    told = transfers.take_over(member, coverage_id="c", held_on=HELD_ON, kind="TOPIC_STUDY")

    assert settled(proved(a_row(session, member), session), session, told, HELD_ON)[0].state is S.VERIFIED


def attached_and_home():
    home = a_member()
    attached = members.join(
        id="attached", branch_id="elsewhere", person_id=home.person_id, since=date(2025, 1, 1), at=BEFORE, by="staff", kind=MemberKind.TEMP_ATTACHED
    )[0]
    session = replace(a_session(includes_attached=True), id="there", branch_id="elsewhere")
    return home, attached, proved(a_row(session, attached), session)


@pytest.mark.rule("LRN-32")
def test_what_was_learnt_where_somebody_is_attached_counts_at_home_once_the_home_branch_accepts_it():
    home, attached, row = attached_and_home()
    how = {"year": 2025, "today": date(2025, 7, 1), "policy": CreditPolicy()}

    accepted, [fact] = transfers.accept(row, attached, home, ids=frozenset({home.person_id}), today=HELD_ON, by="secretary")

    assert credit.standing([home, attached], [row], **how).credited_minutes == 0
    assert credit.to_accept([home, attached], [row]) == [row]
    assert credit.standing([home, attached], [accepted], **how).credited_minutes == 60
    assert credit.to_accept([home, attached], [accepted]) == []
    assert accepted.acceptance == Acceptance("branch", home.id, "secretary", HELD_ON)
    assert fact == CreditAccepted(coverage_id=row.id, session_id="there", member_id=home.id, person_id=home.person_id, branch_id="branch", minutes=60)
    assert credit.standing([attached], [row], **how).credited_minutes == 60, "whose branch at home is not known here needs nobody to accept it"
    with pytest.raises(Conflict, match="CREDIT_ACCEPTED"):
        transfers.accept(accepted, attached, home, ids=frozenset({home.person_id}), today=HELD_ON, by="secretary")


def test_only_the_home_branch_accepts_and_only_what_was_proved_of_its_own_member():
    home, attached, row = attached_and_home()
    ids = frozenset({home.person_id})

    for wrong in (
        {"row": row, "attached": attached, "home": home, "ids": frozenset({"somebody else"})},
        {"row": row, "attached": replace(attached, attached=False), "home": home, "ids": ids},
        {"row": row, "attached": attached, "home": replace(home, attached=True), "ids": ids},
        {"row": row, "attached": attached, "home": replace(home, since=HELD_ON + DAY), "ids": ids},
    ):
        with pytest.raises(Invalid):
            transfers.accept(**wrong, today=HELD_ON, by="secretary")
    with pytest.raises(Conflict, match="COVERAGE_STATE"):
        transfers.accept(replace(row, state=S.WAIVED), attached, home, ids=ids, today=HELD_ON, by="secretary")
