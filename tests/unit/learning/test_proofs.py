"""The proof table."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Invalid
from services.learning.coverage.domain.proofs import (
    FROM_MEMBER,
    KINDS,
    NEVER_ENOUGH,
    ROWS,
    GivenBy,
    Proof,
    ProofKind,
    Strength,
    mode_of,
    satisfied,
    weigh,
)
from services.learning.members.domain import Mode

K = ProofKind


def a_proof(kind, mode, given_by=GivenBy.MEMBER, percent=100):
    return Proof(kind, kind, mode, given_by, weigh(kind, given_by, percent), datetime(2025, 4, 10, tzinfo=UTC), "staff", percent)


@pytest.mark.rule("LRN-10")
@pytest.mark.parametrize(
    ("mode", "kinds"),
    [
        ("IN_PERSON", [K.ROLL_CALL]),
        ("IN_PERSON", [K.ROTATING_CODE]),
        ("LIVE_REMOTE", [K.REMOTE_PRESENCE, K.REMOTE_RESPONSE]),
        ("MOBILE_AUDIO", [K.AUDIO_HEARD, K.RECALL_ANSWER]),
        ("MOBILE_AUDIO", [K.AUDIO_HEARD, K.REPLY]),
        ("RELATIVE_MEDIA", [K.PLAYED_WITH_MEMBER]),
        ("PHONE_READING", [K.CALL_RECORD, K.RECALL_ANSWER]),
        ("HOME_TEACHING", [K.VISIT_ITEM]),
        ("PARCEL", [K.REPLY_CARD]),
        ("PARCEL", [K.REPLY_PHOTO]),
        ("PARCEL", [K.PHONE_ACKNOWLEDGEMENT]),
        ("PAPER_BY_HAND", [K.REPLY_CARD]),
        ("MAKE_UP_CLASS", [K.ROLL_CALL]),
        ("PARCEL", [K.SECRETARY_CONTACT]),
    ],
)
def test_each_mode_is_proved_by_its_own_line_of_the_table(mode, kinds):
    proofs = tuple(a_proof(kind, Mode(mode)) for kind in kinds)

    assert satisfied(Mode(mode), proofs, recall_asked=False)
    assert not satisfied(Mode(mode), proofs[:-1], recall_asked=False)


@pytest.mark.rule("LRN-10")
@given(st.sampled_from(Mode), st.lists(st.sampled_from(sorted(NEVER_ENOUGH)), max_size=12), st.sampled_from(GivenBy))
def test_weak_proofs_never_add_up(mode, kinds, given_by):
    proofs = tuple(a_proof(kind, mode, given_by) for kind in kinds)

    assert not satisfied(mode, proofs, recall_asked=False)


@pytest.mark.rule("LRN-10")
@given(st.sampled_from(sorted(FROM_MEMBER)), st.sampled_from([giver for giver in GivenBy if giver is not GivenBy.MEMBER]))
def test_a_members_word_counts_from_the_member_only(kind, given_by):
    assert weigh(kind, given_by) is Strength.WEAK


@pytest.mark.rule("LRN-10")
@pytest.mark.parametrize(
    ("percent", "speed", "strength"), [(80, 1.5, "FAIR"), (79, 1.0, "WEAK"), (100, 1.6, "WEAK"), (100, None, "FAIR"), (None, 1.0, "WEAK")]
)
def test_audio_counts_when_most_of_it_was_heard_at_a_human_speed(percent, speed, strength):
    assert weigh(K.AUDIO_HEARD, GivenBy.SYSTEM, percent, speed) == strength


@pytest.mark.rule("LRN-10")
@pytest.mark.parametrize(("percent", "strength"), [(70, "FAIR"), (69, "WEAK"), (None, "WEAK")])
def test_remote_presence_counts_from_seventy_percent(percent, strength):
    assert weigh(K.REMOTE_PRESENCE, GivenBy.SYSTEM, percent) == strength


def test_a_recall_question_must_be_answered_where_the_session_asks_one():
    card = a_proof(K.REPLY_CARD, Mode.PARCEL)

    assert not satisfied(Mode.PARCEL, (card,), recall_asked=True)
    assert satisfied(Mode.PARCEL, (card, a_proof(K.RECALL_ANSWER, Mode.PARCEL)), recall_asked=True)


def test_proofs_of_one_mode_do_not_prove_another():
    assert not satisfied(
        Mode.PHONE_READING, (a_proof(K.CALL_RECORD, Mode.PHONE_READING), a_proof(K.RECALL_ANSWER, Mode.PARCEL)), recall_asked=False
    )


def test_a_proof_speaks_for_the_stated_mode_or_the_rows_own_or_the_one_that_it_implies():
    assert mode_of(K.REPLY_CARD, Mode.PARCEL, None, on_the_day=False) is Mode.PARCEL
    assert mode_of(K.ROLL_CALL, Mode.MOBILE_AUDIO, None, on_the_day=True) is Mode.IN_PERSON
    assert mode_of(K.ROLL_CALL, Mode.PARCEL, None, on_the_day=False) is Mode.MAKE_UP_CLASS
    assert mode_of(K.ROLL_CALL, Mode.MAKE_UP_CLASS, None, on_the_day=False) is Mode.MAKE_UP_CLASS
    assert mode_of(K.VISIT_ITEM, Mode.PARCEL, None, on_the_day=False) is Mode.HOME_TEACHING
    assert mode_of(K.SECRETARY_CONTACT, Mode.PARCEL, None, on_the_day=False) is Mode.PARCEL
    assert mode_of(K.SECRETARY_CONTACT, None, Mode.PARCEL, on_the_day=False) is Mode.PARCEL


@pytest.mark.parametrize(
    ("kind", "current", "stated"), [(K.REPLY_CARD, None, None), (K.REPLY_CARD, None, Mode.MOBILE_AUDIO), (K.SECRETARY_CONTACT, None, None)]
)
def test_a_proof_whose_mode_nobody_knows_is_refused(kind, current, stated):
    with pytest.raises(Invalid):
        mode_of(kind, current, stated, on_the_day=True)


def test_every_mode_has_a_line_and_every_line_can_be_filled():
    assert set(ROWS) == set(KINDS) == set(Mode)
    for mode, wanted in ROWS.items():
        for alternatives in wanted:
            assert alternatives <= KINDS[mode]
            assert not alternatives <= NEVER_ENOUGH
