"""The code on the screen of a study session: this session, this minute, this list."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from services.common.errors import Conflict, Invalid
from services.learning.check_ins import domain
from services.learning.check_ins.domain import CheckInPolicy
from services.learning.coverage.domain import acts
from services.learning.coverage.domain.rows import CoverageState as S
from services.learning.coverage.domain.rows import WaiverCode
from services.learning.members.domain import CircumstanceCode as Code
from services.learning.sessions import domain as sessions
from services.learning.sessions.domain import PlaceKind, SessionKind
from tests.unit.learning.builders import BEFORE, HELD_AT, HELD_ON, a_member, a_session, assigned, at, dispatched, events

POLICY = CheckInPolicy()
MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.rule("LRN-10")


def digest(kind, value):
    return hashlib.sha256(f"{kind}/{value}".encode()).hexdigest()


def code(session, moment=HELD_AT):
    return domain.code_at(digest, session, moment, POLICY).code


def scan(row, session, typed, moment=HELD_AT):
    return domain.check_in(row, session, code=typed, digest=digest, at=moment, on=HELD_ON, by="member", policy=POLICY)


def test_a_listed_member_who_sees_the_code_of_this_minute_has_the_lesson():
    session = a_session()
    row, facts = scan(assigned(session, a_member()), session, code(session))

    assert (row.state, row.verification.mode, row.verification.proof_kind) == (S.VERIFIED, "IN_PERSON", "ROTATING_CODE")
    assert [type(fact).__name__ for fact in events(facts)] == ["CoverageVerified", "CreditRecorded"]
    assert scan(row, session, code(session, HELD_AT + MINUTE), HELD_AT + MINUTE) == (row, []), "a second look changes nothing"


@pytest.mark.rule("LRN-4")
def test_whoever_comes_has_come_whatever_way_was_chosen_for_them():
    session = a_session()

    assert scan(dispatched(session, a_member(Code.AWAY_WORK), HELD_ON - 2 * timedelta(days=1)), session, code(session))[0].state is S.VERIFIED


@pytest.mark.parametrize(("before", "shown"), [(-31, False), (-30, True), (0, True), (89, True), (90, False)])
def test_a_code_is_shown_within_the_window_of_its_session(before, shown):
    session, moment = a_session(credit_minutes=60), HELD_AT + before * MINUTE

    if shown:
        assert domain.code_at(digest, session, moment, POLICY).valid_until > moment
    else:
        with pytest.raises(Conflict, match="CHECK_IN_CLOSED"):
            scan(assigned(session, a_member()), session, "234567", moment)


def test_a_code_of_another_minute_or_another_session_is_refused():
    session, row = a_session(), assigned(a_session(), a_member())

    for typed in (code(session, HELD_AT - MINUTE), code(session, HELD_AT + MINUTE), code(replace(session, id="other")), "", "ÄÖÜ"):
        with pytest.raises(Conflict, match="CODE_NOT_VALID"):
            scan(row, session, typed)
    shown = code(session)
    assert scan(row, session, f" {shown[:3].lower()}-{shown[3:]} ")[0].state is S.VERIFIED, "typed by hand, it is the same code"


def test_who_is_not_on_the_list_is_told_so_only_if_they_are_in_the_room():
    session = a_session()
    waived = acts.waive(assigned(session, a_member()), code=WaiverCode.COGNITIVE, today=HELD_ON, by="secretary")[0]

    for row in (None, waived, replace(waived, state=S.VOID)):
        with pytest.raises(Conflict, match="NOT_ON_THE_LIST"):
            scan(row, session, code(session))
    with pytest.raises(Conflict, match="CODE_NOT_VALID"):
        scan(None, session, "222222")


@pytest.mark.parametrize("session", [a_session(scheduled=False), sessions.postpone(a_session(), reason="r")[0], sessions.cancel(a_session(), reason="r")[0]])
def test_there_is_no_code_for_a_session_that_does_not_take_place(session):
    with pytest.raises(Conflict, match="SESSION_STATE"):
        code(session)


def test_who_checked_in_need_not_be_called_for_everybody_to_have_been_there():
    one, two = a_member(), a_member()
    who = {"attended_member_ids": (one.id,), "member_ids": frozenset({one.id, two.id})}

    missing = sessions.hold(a_session(), **who, at=at(HELD_ON, 16), by="host")[0]
    all_there = sessions.hold(a_session(), **who, checked_in_ids=frozenset({two.id}), at=at(HELD_ON, 16), by="host")[0]

    assert (missing.state, all_there.state) == ("COVERING", "HELD")
    assert all_there.attended_member_ids == (one.id,), "the host's roll-call stays the host's word"


@pytest.mark.rule("OUT-50")
def test_a_joint_session_is_held_here_or_at_a_partners_and_every_announcement_names_the_partners():
    how = {"id": "s", "branch_id": "branch", "kind": SessionKind.THEMED_DISCUSSION, "title": "t", "at": BEFORE, "by": "staff"}
    with pytest.raises(Invalid):
        sessions.draft(**how, place_kind=PlaceKind.PARTNER)
    drafted = sessions.draft(**how, place_kind=PlaceKind.PARTNER, partner_ids=("p", "p", "q"))[0]
    scheduled, [announced] = sessions.schedule(drafted, held_at=HELD_AT, held_on=HELD_ON, cover_by_on=HELD_ON, at=BEFORE)
    [told] = events(sessions.hold(scheduled, attended_member_ids=(), member_ids=frozenset(), at=at(HELD_ON, 16), by="host")[1])

    assert [(fact.partner_ids, fact.place_kind) for fact in (announced, told)] == [(["p", "q"], "PARTNER")] * 2
    assert sessions.draft(**how)[0].place_kind is PlaceKind.HERE
    assert sessions.draft(**how, place_kind=PlaceKind.PARTNER, partner_names=("某单位",))[0].partner_names == ("某单位",)


def test_a_code_names_its_session_and_the_window_in_which_there_are_codes():
    shown = domain.code_at(digest, a_session(credit_minutes=60), HELD_AT, POLICY)

    assert (shown.session_id, shown.valid_from, shown.valid_until) == ("session", HELD_AT, HELD_AT + MINUTE)
    assert (shown.opens_at, shown.closes_at) == (HELD_AT - 30 * MINUTE, HELD_AT + 90 * MINUTE)


def test_a_code_is_told_from_the_codes_of_everything_else_by_what_it_is_a_code_of():
    asked = []

    domain.code_at(lambda kind, value: asked.append(kind) or digest(kind, value), a_session(), HELD_AT, POLICY)

    assert asked == ["study session code"]


def test_whoever_checks_in_has_proved_it_themselves_in_person_with_the_code_of_that_session():
    session = a_session()
    (proof,) = scan(assigned(session, a_member()), session, code(session))[0].proofs

    told = (proof.id, proof.kind, proof.given_by, proof.mode, proof.recorded_by)
    assert told == ("session/code", "ROTATING_CODE", "MEMBER", "IN_PERSON", "member")
