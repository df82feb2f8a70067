"""The rows of the coverage ledger."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.errors import Conflict, Forbidden, Invalid
from services.learning.coverage.domain import acts, proving, rows
from services.learning.coverage.domain.proofs import GivenBy, ProofKind
from services.learning.coverage.domain.rows import CLOSED, CoverageState, FailureReason, NextAction, WaiverCode
from services.learning.members import domain as members
from services.learning.members.domain import CircumstanceCode as Code
from services.learning.members.domain import EndReason, MemberKind, Mode, ToldBy
from services.learning.parcels import domain as parcels
from services.learning.parcels.domain import ParcelState, ReceivedBy
from services.learning.sessions import domain as sessions
from services.learning.sessions.domain import Form, Material
from tests.unit.learning.builders import (
    BEFORE,
    COVER_BY,
    HELD_AT,
    HELD_ON,
    a_member,
    a_row,
    a_session,
    assigned,
    at,
    dispatched,
    events,
    followed,
    held,
    names,
    packed,
    parcel_of,
    sent,
    settled,
)

S = CoverageState


def after(days: int, since: date = HELD_ON) -> date:
    return since + timedelta(days=days)


def prove(row, session, kind, given_by=GivenBy.MEMBER, day=HELD_ON, **more):
    moment = at(day, 18)
    proof_id = more.pop("proof_id", f"proof-{len(row.proofs)}")
    return proving.prove(row, session, proof_id=proof_id, kind=kind, given_by=given_by, at=moment, on=day, now=moment, by="staff", **more)


def fail(row, session, member, reason, day=HELD_ON):
    return acts.fail(row, session, member, reason=reason, now=at(day), today=day, by="staff")


def track(row, session, member, state, day=HELD_ON):
    return followed(row, parcels.scan(parcel_of(row), state=state, today=day, now=at(day))[0], session, member, day)


def receive(row, by, day=HELD_ON):
    if row.mode is Mode.PARCEL:
        return followed(row, parcels.deliver(parcel_of(row), to=by, today=day)[0], a_session(), a_member(), day)[0]
    return acts.receive(row, proof_id="receipt", received_by=by, at=at(day), today=day, by="staff")[0]


@pytest.mark.rule("U5")
def test_a_planned_row_is_announced_as_owed():
    session, member = a_session(), a_member()

    row, facts = rows.plan(id="r", session=session, member=member, today=HELD_ON)

    assert (row.state, names(facts)) == (S.PLANNED, ["CoveragePlanned"])


@pytest.mark.rule("LRN-30")
@pytest.mark.parametrize(
    ("member", "session", "owed"),
    [
        (a_member(), a_session(), True),
        (a_member(since=HELD_ON), a_session(), True),
        (a_member(since=after(1)), a_session(), False),
        (members.leave(a_member(), until=HELD_ON, reason=EndReason.TRANSFER_OUT)[0], a_session(), False),
        (members.leave(a_member(), until=after(1), reason=EndReason.TRANSFER_OUT)[0], a_session(), True),
        (members.leave(a_member(), until=after(1), reason=EndReason.DECEASED)[0], a_session(), False),
        (replace(a_member(), kind=MemberKind.TEMP_ATTACHED), a_session(), False),
        (replace(a_member(), kind=MemberKind.TEMP_ATTACHED), a_session(includes_attached=True), True),
        (a_member(), a_session(must_cover=False), False),
        (a_member(), a_session(scheduled=False), False),
    ],
)
def test_the_audience_is_the_membership_on_the_day_of_the_session(member, session, owed):
    assert rows.owes(session, member) is owed


def test_the_way_is_chosen_three_days_before_the_session_and_not_earlier():
    session, member = a_session(), a_member(Code.AWAY_WORK)

    early, none = settled(a_row(session, member), session, member, after(-4))
    row, facts = settled(a_row(session, member), session, member, after(-3))

    assert (early.state, none) == (S.PLANNED, [])
    assert (row.state, row.mode, row.rule) == (S.ASSIGNED, Mode.PARCEL, "L5")
    assert names(facts) == ["CoverageAssigned"]


@pytest.mark.rule("LRN-2")
def test_the_announcement_names_the_mode_and_nothing_from_which_the_circumstance_follows():
    session, member = a_session(), a_member(Code.MATERNITY)

    _, facts = settled(a_row(session, member), session, member, after(-3))

    told = {name: getattr(facts[0], name) for name in facts[0].__struct_fields__}
    assert told["mode"] == "MOBILE_AUDIO"
    assert set(told) == {"coverage_id", "session_id", "member_id", "person_id", "mode", "cover_by_on"}


@pytest.mark.rule("LRN-2")
def test_the_decision_asked_of_a_secretary_tells_no_more_than_a_lesson_without_any_way():
    asked, hospital = settled(*_planned(Code.HOSPITAL), after(-3))
    blind, exhausted = settled(*_planned(Code.ABROAD, smartphone=False, restricted=True), after(-3))

    assert asked.state is blind.state is S.NEEDS_SECRETARY
    assert [event.reason for event in events(hospital)] == [event.reason for event in events(exhausted)] == ["DECISION"]


def _planned(*codes, restricted=False, **can):
    session, member = a_session(restricted=restricted), a_member(*codes, **can)
    return a_row(session, member), session, member


def sealed(session):
    return sessions.add_material(session, material=Material(Form.BRAILLE, "内部文件", restricted=True))[0]


@pytest.mark.rule("LRN-23")
def test_a_lesson_that_is_restricted_after_its_way_was_chosen_takes_a_way_in_closed_hands_or_the_secretarys():
    session, frail, away = a_session(), a_member(Code.FRAIL, helper=True), a_member(Code.AWAY_WORK)
    by_relative, by_parcel = assigned(session, frail), assigned(session, away)
    in_a_parcel = followed(by_parcel, packed(by_parcel), session, away)[0]

    taught, facts = settled(by_relative, sealed(session), frail, HELD_ON)
    left, _ = settled(by_parcel, sealed(session), away, HELD_ON)
    unpacked, _ = settled(in_a_parcel, sealed(session), away, HELD_ON)

    assert (by_relative.mode, taught.mode, taught.state, names(facts)) == (Mode.RELATIVE_MEDIA, Mode.HOME_TEACHING, S.ASSIGNED, ["CoverageAssigned", "HomeTeachingRequested"])
    assert (left.state, left.mode, left.fallbacks) == (S.NEEDS_SECRETARY, None, ())
    assert (unpacked.state, unpacked.delivery) == (S.NEEDS_SECRETARY, None)
    assert settled(taught, sealed(session), frail, HELD_ON) == (taught, [])
    with pytest.raises(Invalid):
        acts.assign(left, sealed(session), away, mode=Mode.PARCEL, now=at(HELD_ON), today=HELD_ON)


@pytest.mark.rule("LRN-23")
def test_a_link_or_a_call_from_before_the_lesson_was_restricted_fails_at_once_and_papers_on_their_way_go_on():
    session, mother, away, frail = a_session(), a_member(Code.MATERNITY, helper=True), a_member(Code.AWAY_WORK), a_member(Code.FRAIL)
    heard_by_link, by_post = dispatched(session, mother), dispatched(session, away)
    by_phone = acts.assign(assigned(session, frail), session, frail, mode=Mode.PHONE_READING, now=at(HELD_ON), today=HELD_ON)[0]
    by_phone = acts.dispatch(by_phone, at=at(HELD_ON), today=HELD_ON, by="staff")[0]

    fallen, _ = settled(heard_by_link, sealed(session), mother, HELD_ON)
    going_on, nothing = settled(by_post, sealed(session), away, HELD_ON)
    hung_up, _ = settled(by_phone, sealed(session), frail, HELD_ON)

    assert (fallen.state, [one.reason for one in fallen.failures]) == (S.NEEDS_SECRETARY, [FailureReason.RESTRICTED])
    assert (going_on.state, going_on.mode, nothing) == (S.DISPATCHED, Mode.PARCEL, [])
    assert (hung_up.state, [one.reason for one in hung_up.failures]) == (S.NEEDS_SECRETARY, [FailureReason.RESTRICTED])


@pytest.mark.rule("LRN-3")
def test_a_row_without_material_is_blocked_and_goes_on_when_the_material_comes():
    session, member = a_session(forms=(Form.PAPER,)), a_member(Code.MATERNITY)

    row, facts = settled(a_row(session, member), session, member, after(-3))
    still, nothing = settled(row, session, member, after(-2))
    with_audio, _ = sessions.add_material(session, material=Material(Form.AUDIO, "a"))
    free, more = settled(still, with_audio, member, after(-2))

    assert (row.state, [form.value for form in row.missing_forms], events(facts)[0].missing_forms) == (S.BLOCKED, ["AUDIO"], [])
    assert rows.next_action(row, today=HELD_ON) is NextAction.PRODUCE_MATERIAL
    assert nothing == []
    assert (free.state, free.mode, free.form, names(more)) == (S.ASSIGNED, Mode.MOBILE_AUDIO, Form.AUDIO, ["CoverageAssigned"])


def test_a_parcel_waits_for_an_address():
    session, member = a_session(), a_member(Code.AWAY_WORK, delivery_address=None)
    row = assigned(session, member)

    told, _ = members.set_capabilities(member, today=HELD_ON, smartphone=True, delivery_address="x")

    assert rows.next_action(row, today=HELD_ON) is NextAction.ADD_ADDRESS
    assert settled(row, session, told, HELD_ON)[0].mode is Mode.PARCEL


@pytest.mark.rule("LRN-31")
def test_a_circumstance_told_before_dispatch_changes_the_way():
    session, member = a_session(), a_member()
    row = assigned(session, member)
    away, _ = members.add_circumstance(member, id="c", code=Code.AWAY_WORK, since=HELD_ON, until=after(60), told_by=ToldBy.SELF, by="staff")

    changed, facts = settled(row, session, away, after(-1))

    assert (row.mode, changed.mode) == (Mode.IN_PERSON, Mode.PARCEL)
    assert names(facts) == ["CoverageAssigned"]
    assert settled(changed, session, away, after(-1))[1] == []


@pytest.mark.rule("LRN-31")
def test_a_circumstance_told_after_dispatch_becomes_the_next_way():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row = dispatched(session, member)
    back, _ = members.end_circumstance(member, member.circumstances[0].id, until=after(-5), today=after(-5))
    frail, _ = members.add_circumstance(back, id="c", code=Code.FRAIL, since=HELD_ON, permanent=True, told_by=ToldBy.SELF, by="staff")

    changed, facts = settled(row, session, frail, HELD_ON)

    assert (changed.state, changed.mode, facts) == (S.DISPATCHED, Mode.PARCEL, [])
    assert changed.fallbacks[0] is Mode.HOME_TEACHING


@pytest.mark.rule("LRN-31")
def test_a_change_that_leads_to_the_same_way_leaves_what_is_on_its_way_alone():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row = dispatched(session, member)
    moved, _ = members.set_capabilities(member, today=HELD_ON, smartphone=True, delivery_address="y")

    changed, facts = settled(row, session, moved, HELD_ON)

    assert (changed.fallbacks, changed.delivery, facts) == (row.fallbacks, row.delivery, [])


@pytest.mark.rule("LRN-31")
def test_a_member_back_from_leave_is_invited_again():
    session, member = a_session(), a_member(Code.MATERNITY, until=after(-1))

    assert assigned(session, member).mode is Mode.IN_PERSON


@pytest.mark.rule("LRN-31")
def test_a_change_that_leaves_the_rule_does_not_send_a_member_back_to_the_way_that_failed():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row, _ = fail(dispatched(session, member), session, member, FailureReason.BOUNCED)
    moved, _ = members.set_capabilities(member, today=HELD_ON, smartphone=True, delivery_address="y")

    assert settled(row, session, moved, HELD_ON)[0].mode is Mode.MOBILE_AUDIO


def test_whoever_is_on_the_roll_call_has_the_lesson_and_whoever_is_not_goes_on():
    present, absent = a_member(), a_member()
    session = a_session()
    row_present, row_absent = assigned(session, present), assigned(session, absent)
    session = held(session, present, audience=(absent,))

    row_present, facts = settled(row_present, session, present, HELD_ON)
    row_absent, missed = settled(row_absent, session, absent, HELD_ON)

    assert (row_present.state, row_present.verification.mode, names(facts)) == (S.VERIFIED, Mode.IN_PERSON, ["CoverageVerified", "CreditRecorded"])
    assert (row_absent.state, row_absent.mode, names(missed)) == (S.ASSIGNED, Mode.MAKE_UP_CLASS, ["CoverageFailed", "CoverageAssigned"])


@pytest.mark.rule("LRN-4")
@pytest.mark.rule("LRN-12")
def test_a_member_who_came_although_a_parcel_was_sent_keeps_both_proofs_and_one_credit():
    member = a_member(Code.AWAY_WORK)
    session = a_session()
    row = dispatched(session, member, after(-2))
    session = held(session, member)

    row, first = settled(row, session, member, HELD_ON)
    row, second = prove(row, session, ProofKind.REPLY_CARD, day=after(5))

    assert (names(first), second) == (["CoverageVerified", "CreditRecorded"], [])
    assert row.verification.mode is Mode.IN_PERSON
    assert [proof.kind for proof in row.proofs] == ["ROLL_CALL", "REPLY_CARD"]


@pytest.mark.parametrize(
    ("codes", "can", "how", "days", "reason", "following"),
    [
        ((Code.MATERNITY,), {"helper": True}, {}, 7, "NOT_OPENED", Mode.RELATIVE_MEDIA),
        ((Code.FRAIL,), {"helper": True}, {}, 5, "NO_CONFIRMATION", Mode.PHONE_READING),
        ((Code.FRAIL,), {}, {}, 10, "NOT_TAUGHT", Mode.PHONE_READING),
        ((Code.AWAY_WORK,), {}, {}, 15, "LOST", Mode.PARCEL),
    ],
)
def test_a_way_that_does_not_reach_the_member_in_time_gives_way_to_the_next(codes, can, how, days, reason, following):
    session, member = a_session(), a_member(*codes, **can)
    row = dispatched(session, member, **how)
    session = held(session, audience=(member,))

    waiting, nothing = settled(row, session, member, after(days - 1))
    late, facts = settled(row, session, member, after(days + 4))

    assert (waiting.state, nothing) == (S.DISPATCHED, [])
    assert (late.mode, late.step) == (following, 1)
    assert late.failures[0].reason == reason
    assert (facts[0].effective_on, facts[0].event.next_mode) == (after(days), following)


@pytest.mark.rule("LRN-20")
def test_a_parcel_from_abroad_may_be_silent_longer():
    session, member = a_session(), a_member(Code.ABROAD, smartphone=False)
    row = dispatched(session, member)

    assert settled(row, session, member, after(44))[0].state is S.DISPATCHED
    assert settled(row, session, member, after(45))[0].state is S.NEEDS_SECRETARY
    assert rows.next_action(row, today=after(14)) is NextAction.WAIT
    assert rows.next_action(row, today=after(15)) is NextAction.ASK_CARRIER


@pytest.mark.rule("LRN-20")
def test_a_parcel_in_a_neighbours_hands_is_not_received_and_falls_back_after_ten_days():
    session, member = a_session(), a_member(Code.AWAY_WORK)

    row = receive(dispatched(session, member), ReceivedBy.NEIGHBOUR, after(3))

    assert (row.state, row.delivery.parcel.state) == (S.DISPATCHED, ParcelState.DELIVERED)
    assert rows.next_action(row, today=after(3)) is NextAction.CALL_MEMBER
    assert settled(row, session, member, after(12))[0].mode is Mode.PARCEL
    assert settled(row, session, member, after(13))[0].mode is Mode.MOBILE_AUDIO
    assert receive(row, ReceivedBy.SELF, after(4)).state is S.RECEIVED


@pytest.mark.rule("LRN-20")
def test_a_delivered_parcel_asks_for_a_call_after_five_days_and_falls_back_after_ten():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row = receive(dispatched(session, member), ReceivedBy.SELF, after(3))

    assert rows.next_action(row, today=after(7)) is NextAction.COLLECT_PROOF
    assert rows.next_action(row, today=after(8)) is NextAction.CALL_MEMBER
    assert settled(row, session, member, after(13))[0].failures[0].reason is FailureReason.NOT_ACKNOWLEDGED


@pytest.mark.rule("LRN-20")
def test_a_parcel_goes_from_packed_to_acknowledged_by_the_member():
    session, member = a_session(), a_member(Code.AWAY_WORK)

    row = assigned(session, member)
    parcel = packed(row)
    row, _ = followed(row, parcel, session, member)
    seen = [row.delivery.parcel.state]
    row, _ = followed(row, sent(parcel), session, member)
    seen.append(row.delivery.parcel.state)
    for state in (ParcelState.IN_TRANSIT, ParcelState.OUT_FOR_DELIVERY):
        row, _ = track(row, session, member, state)
        seen.append(row.delivery.parcel.state)
    row = receive(row, ReceivedBy.SELF)
    seen.append(row.delivery.parcel.state)
    row, facts = prove(row, session, ProofKind.REPLY_CARD)

    assert seen == ["PREPARED", "HANDED_TO_CARRIER", "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"]
    assert (row.state, row.delivery.parcel.state) == (S.VERIFIED, ParcelState.ACKNOWLEDGED)
    assert (facts[0].event.mode, facts[0].event.proof_kind) == ("PARCEL", "REPLY_CARD")


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize(
    ("state", "following"), [("RETURNED", Mode.MOBILE_AUDIO), ("LOST", Mode.PARCEL), ("REFUSED", Mode.MOBILE_AUDIO), ("DAMAGED", Mode.PARCEL)]
)
def test_a_parcel_that_does_not_arrive_gives_way_at_once_or_is_sent_again(state, following):
    session, member = a_session(), a_member(Code.AWAY_WORK)

    row, facts = track(dispatched(session, member), session, member, ParcelState(state))

    assert (row.mode, row.failures[0].reason) == (following, state)
    assert row.past_deliveries[0].parcel.state == state
    assert names(facts) == ["CoverageFailed", "CoverageAssigned"]


def test_a_carriers_report_must_be_able_to_follow():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row = receive(dispatched(session, member), ReceivedBy.SELF)

    with pytest.raises(Conflict, match="PARCEL_STATE"):
        track(row, session, member, ParcelState.IN_TRANSIT)


@pytest.mark.rule("LRN-10")
@pytest.mark.parametrize("giver", [GivenBy.NEIGHBOUR, GivenBy.RELATIVE, GivenBy.STAFF])
def test_a_reply_card_from_anybody_else_verifies_nothing(giver):
    session, member = a_session(), a_member(Code.AWAY_WORK)

    row, facts = prove(dispatched(session, member), session, ProofKind.REPLY_CARD, giver)

    assert (row.state, facts) == (S.DISPATCHED, [])


@pytest.mark.rule("LRN-10")
def test_an_opened_link_is_received_and_never_studied():
    session, member = a_session(), a_member(Code.MATERNITY)
    row = receive(dispatched(session, member), ReceivedBy.SELF)

    opened, facts = prove(row, session, ProofKind.LINK_OPENED)

    assert (opened.state, facts) == (S.RECEIVED, [])
    heard, facts = prove(opened, session, ProofKind.AUDIO_HEARD, GivenBy.SYSTEM, percent=90)
    assert (heard.state, facts) == (S.STUDIED, [])
    answered, facts = prove(heard, session, ProofKind.RECALL_ANSWER)
    assert (answered.state, names(facts)) == (S.VERIFIED, ["CoverageVerified", "CreditRecorded"])


def test_what_was_studied_waits_for_its_missing_proof_and_does_not_fall_back():
    session, member = a_session(), a_member(Code.MATERNITY)
    row, _ = prove(dispatched(session, member), session, ProofKind.AUDIO_HEARD, GivenBy.SYSTEM, percent=90)

    later, _ = settled(row, session, member, after(20))

    assert (later.state, later.mode) == (S.STUDIED, Mode.MOBILE_AUDIO)


def test_a_remote_member_who_did_not_respond_has_attended_and_is_not_verified():
    session, member = a_session(), a_member(preferred_mode=Mode.LIVE_REMOTE)

    row, _ = prove(assigned(session, member), session, ProofKind.REMOTE_PRESENCE, GivenBy.SYSTEM, percent=90)

    assert row.state is S.ATTENDED


def test_a_code_scanned_on_another_day_is_weak():
    session, member = a_session(), a_member()

    assert prove(assigned(session, member), session, ProofKind.ROTATING_CODE, day=HELD_ON)[0].state is S.VERIFIED
    assert prove(assigned(session, member), session, ProofKind.ROTATING_CODE, day=after(1))[0].state is S.ASSIGNED


def test_a_lesson_made_up_is_proved_by_its_own_roll_call():
    member = a_member()
    session = a_session()
    row = assigned(session, member)
    session = held(session, audience=(member,))
    row, _ = settled(row, session, member, HELD_ON)
    row, _ = acts.dispatch(row, at=at(after(1)), today=after(1), by="staff", planned_on=after(7))

    waiting, nothing = settled(row, session, member, after(7))
    missed, _ = settled(row, session, member, after(8))
    came, facts = prove(waiting, session, ProofKind.ROLL_CALL, GivenBy.STAFF, day=after(7))

    assert nothing == []
    assert missed.mode is Mode.MOBILE_AUDIO
    assert (came.state, facts[0].event.mode, facts[0].effective_on) == (S.VERIFIED, "MAKE_UP_CLASS", after(7))


def test_by_phone_only_tries_on_two_days_are_a_failure():
    session, member = a_session(), a_member(Code.FRAIL)
    row, _ = fail(assigned(session, member), session, member, FailureReason.NOT_TAUGHT)
    assert row.mode is Mode.PHONE_READING

    once, nothing = fail(row, session, member, FailureReason.NO_ANSWER, after(1))
    again, _ = fail(once, session, member, FailureReason.NO_ANSWER, after(1))
    twice, facts = fail(again, session, member, FailureReason.NO_ANSWER, after(2))

    assert nothing == []
    assert again.mode is Mode.PHONE_READING
    assert (twice.mode, names(facts)) == (Mode.PAPER_BY_HAND, ["CoverageFailed", "CoverageAssigned"])


@pytest.mark.rule("U5")
def test_when_no_way_is_left_the_secretary_must_decide_and_the_row_stays_open():
    session, member = a_session(), a_member(Code.AWAY_WORK, smartphone=False)
    row, _ = fail(dispatched(session, member), session, member, FailureReason.BOUNCED)

    row, facts = fail(row, session, member, FailureReason.OTHER)
    much_later, _ = settled(row, session, member, after(400))

    assert (row.state, names(facts)) == (S.NEEDS_SECRETARY, ["CoverageFailed", "CoverageEscalated"])
    assert rows.next_action(row, today=HELD_ON) is NextAction.DECIDE
    assert much_later.state is S.NEEDS_SECRETARY


def test_the_secretarys_choice_is_not_chosen_anew():
    session, member = a_session(), a_member(Code.HOSPITAL)
    row, facts = acts.assign(assigned(session, member), session, member, mode=Mode.HOME_TEACHING, now=at(HELD_ON), today=HELD_ON)
    well, _ = members.end_circumstance(member, member.circumstances[0].id, until=after(-5), today=after(-5))

    later, _ = settled(row, session, well, HELD_ON)

    assert (row.rule, names(facts)) == ("SECRETARY", ["CoverageAssigned", "HomeTeachingRequested"])
    assert later.mode is Mode.HOME_TEACHING


def test_the_secretary_cannot_choose_what_the_member_cannot_use_or_reopen_what_is_closed():
    session, member = a_session(), a_member(Code.HOSPITAL)
    row = assigned(session, member)

    with pytest.raises(Invalid):
        acts.assign(row, session, member, mode=Mode.RELATIVE_MEDIA, now=at(HELD_ON), today=HELD_ON)
    waived, _ = acts.waive(row, code=WaiverCode.HOSPITAL_SERIOUS, today=HELD_ON, by="s")
    with pytest.raises(Conflict):
        acts.assign(waived, session, member, mode=Mode.HOME_TEACHING, now=at(HELD_ON), today=HELD_ON)


@pytest.mark.rule("LRN-34")
def test_an_overdue_row_escalates_once_and_never_lapses():
    session, member = a_session(), a_member(Code.AWAY_WORK, smartphone=False, delivery_address=None)
    row = assigned(session, member)

    on_time, _ = settled(row, session, member, COVER_BY)
    late, facts = settled(row, session, member, after(90))
    again, nothing = settled(late, session, member, after(91))

    assert on_time.overdue_since is None
    assert late.state not in CLOSED
    assert [(fact.effective_on, fact.event.reason) for fact in facts] == [(after(1, COVER_BY), "OVERDUE"), (after(15, COVER_BY), "COMMUNITY")]
    assert (again, nothing) == (late, [])


@pytest.mark.rule("LRN-34")
@given(st.sampled_from(Code), st.booleans(), st.booleans(), st.lists(st.integers(0, 60), max_size=6))
def test_time_alone_never_closes_a_row(code, smartphone, helper, steps):
    session, member = a_session(), a_member(code, smartphone=smartphone, helper=helper)
    row = a_row(session, member)
    session = held(session, audience=(member,))
    day = HELD_ON
    for step in steps:
        day += timedelta(days=step)
        row, _ = settled(row, session, member, day)
        again, nothing = settled(row, session, member, day)
        if again.mode is row.mode:
            assert (again, nothing) == (row, [])

    assert row.state not in CLOSED


@pytest.mark.rule("U5")
@given(st.frozensets(st.sampled_from(Code), max_size=4), st.booleans(), st.booleans(), st.frozensets(st.sampled_from(Form)))
def test_every_member_ends_in_one_mode_or_a_named_blocker(codes, smartphone, helper, forms):
    session, member = a_session(forms=tuple(sorted(forms))), a_member(*codes, smartphone=smartphone, helper=helper)

    row = assigned(session, member)

    assert (row.mode is None) != (row.blocker is None)
    assert row.state in (S.ASSIGNED, S.BLOCKED, S.NEEDS_SECRETARY)


def test_a_cancelled_session_a_departure_before_it_or_a_death_leaves_nothing_owed():
    session, member = a_session(), a_member()
    row = assigned(session, member)
    cancelled, _ = sessions.cancel(session, reason="r")
    gone, _ = members.leave(member, until=after(-1), reason=EndReason.TRANSFER_OUT)
    dead, _ = members.leave(member, until=after(3), reason=EndReason.DECEASED)
    later, _ = members.leave(member, until=after(1), reason=EndReason.TRANSFER_OUT)

    assert settled(row, cancelled, member, HELD_ON)[0].void_reason == "SESSION_CANCELLED"
    assert settled(row, session, gone, HELD_ON)[0].void_reason == "MEMBER_LEFT"
    assert settled(row, session, dead, after(4))[0].void_reason == "DECEASED"
    assert settled(row, session, later, HELD_ON)[0].state is S.ASSIGNED


def test_a_verified_row_stays_verified_whatever_becomes_of_the_member():
    session, member = a_session(), a_member()
    row, _ = prove(assigned(session, member), session, ProofKind.ROLL_CALL, GivenBy.STAFF)
    dead, _ = members.leave(member, until=after(3), reason=EndReason.DECEASED)

    assert settled(row, session, dead, after(4)) == (row, [])


def test_a_postponed_session_plans_anew_what_is_not_on_its_way():
    session, member, away = a_session(), a_member(), a_member(Code.AWAY_WORK)
    row, sent = assigned(session, member), dispatched(session, away, after(-3))
    postponed, _ = sessions.postpone(session, reason="r")

    waiting, _ = settled(row, postponed, member, after(-2))
    still_sent, _ = settled(sent, postponed, away, after(-2))
    again, _ = sessions.schedule(postponed, held_at=HELD_AT + timedelta(days=30), held_on=after(30), cover_by_on=after(60), at=BEFORE)
    planned, _ = settled(waiting, again, member, after(26))
    chosen, _ = settled(planned, again, member, after(27))

    assert (waiting.state, still_sent.state) == (S.PLANNED, S.DISPATCHED)
    assert (planned.state, planned.held_on, planned.cover_by_on) == (S.PLANNED, after(30), after(60))
    assert chosen.mode is Mode.IN_PERSON


@pytest.mark.rule("U5")
def test_a_waiver_from_the_closed_list_holds_at_once_and_is_not_covered():
    session, member = a_session(), a_member(Code.HOSPITAL)

    row, facts = acts.waive(assigned(session, member), code=WaiverCode.HOSPITAL_SERIOUS, today=HELD_ON, by="secretary")

    assert (row.state, row.verification) == (S.WAIVED, None)
    assert [set(event.__struct_fields__) for event in events(facts)] == [{"coverage_id", "session_id", "member_id", "person_id"}]


@pytest.mark.rule("U5")
def test_a_waiver_for_another_reason_needs_a_second_person():
    session, member = a_session(), a_member()
    half, nothing = acts.waive(assigned(session, member), code=WaiverCode.OTHER, today=HELD_ON, by="secretary")

    assert (half.state, nothing) == (S.ASSIGNED, [])
    assert rows.next_action(half, today=HELD_ON) is NextAction.SIGN_WAIVER
    with pytest.raises(Forbidden):
        acts.waive(half, code=WaiverCode.OTHER, today=HELD_ON, by="secretary")
    whole, facts = acts.waive(half, code=WaiverCode.OTHER, today=HELD_ON, by="administrator")
    assert (whole.state, whole.waiver.second_signed_by, names(facts)) == (S.WAIVED, "administrator", ["CoverageWaived"])


def test_a_closed_row_takes_no_waiver_and_a_waived_one_no_proof():
    session, member = a_session(), a_member()
    waived, _ = acts.waive(assigned(session, member), code=WaiverCode.COGNITIVE, today=HELD_ON, by="s")

    with pytest.raises(Conflict):
        acts.waive(waived, code=WaiverCode.COGNITIVE, today=HELD_ON, by="s")
    with pytest.raises(Conflict):
        prove(waived, session, ProofKind.ROLL_CALL)


@pytest.mark.rule("LRN-10")
def test_the_secretarys_own_contact_verifies_until_a_supervisor_must_see_it():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row = dispatched(session, member)

    assert prove(row, session, ProofKind.SECRETARY_CONTACT, GivenBy.STAFF)[0].state is S.VERIFIED
    with pytest.raises(Conflict, match="SUPERVISOR_MUST_SEE"):
        prove(row, session, ProofKind.SECRETARY_CONTACT, GivenBy.STAFF, secretary_may=False)


@pytest.mark.rule("LRN-12")
def test_the_same_proof_twice_is_one_proof():
    session, member = a_session(), a_member(Code.AWAY_WORK)
    row, _ = prove(dispatched(session, member), session, ProofKind.REPLY_CARD, GivenBy.NEIGHBOUR, proof_id="p")

    assert prove(row, session, ProofKind.REPLY_CARD, GivenBy.NEIGHBOUR, proof_id="p") == (row, [])


def test_a_proof_from_the_future_or_a_roll_call_before_the_session_is_refused():
    session, member = a_session(), a_member()
    row = assigned(session, member)

    with pytest.raises(Invalid):
        proving.prove(
            row,
            session,
            proof_id="p",
            kind=ProofKind.ROLL_CALL,
            given_by=GivenBy.STAFF,
            at=at(after(1)),
            on=after(1),
            now=at(HELD_ON),
            by="staff",
        )
    with pytest.raises(Invalid):
        prove(row, session, ProofKind.ROLL_CALL, GivenBy.STAFF, day=after(-1), mode=Mode.IN_PERSON)


def test_what_is_not_assigned_cannot_be_sent_and_what_is_held_in_a_room_neither():
    session = a_session()
    in_person = assigned(session, a_member())
    parcel = assigned(session, a_member(Code.AWAY_WORK))
    make_up = assigned(session, a_member(preferred_mode=Mode.MAKE_UP_CLASS))

    for row in (in_person, a_row(session, a_member())):
        with pytest.raises(Conflict):
            acts.dispatch(row, at=at(HELD_ON), today=HELD_ON, by="staff")
    with pytest.raises(Conflict):
        acts.dispatch(parcel, at=at(HELD_ON), today=HELD_ON, by="staff")
    with pytest.raises(Invalid):
        acts.dispatch(make_up, at=at(HELD_ON), today=HELD_ON, by="staff")
    for command in (
        lambda: receive(in_person, ReceivedBy.SELF),
        lambda: fail(a_row(session, a_member()), session, a_member(), FailureReason.OTHER),
    ):
        with pytest.raises(Conflict):
            command()


def test_a_parcel_in_the_members_own_hands_cannot_come_again():
    row = receive(dispatched(a_session(), a_member(Code.AWAY_WORK)), ReceivedBy.SELF)

    with pytest.raises(Conflict, match="PARCEL_STATE"):
        receive(row, ReceivedBy.NEIGHBOUR)


def test_an_unopened_lesson_asks_for_a_reminder_on_the_third_day():
    session = a_session()
    audio = dispatched(session, a_member(Code.MATERNITY))
    media = dispatched(session, a_member(Code.FRAIL, helper=True))

    assert rows.next_action(audio, today=after(2)) is NextAction.COLLECT_PROOF
    assert rows.next_action(audio, today=after(3)) is NextAction.REMIND
    assert rows.next_action(media, today=after(3)) is NextAction.COLLECT_PROOF


def test_every_open_state_names_a_next_action():
    session = a_session()
    in_person, parcel = assigned(session, a_member()), assigned(session, a_member(Code.AWAY_WORK))
    verified, _ = prove(in_person, session, ProofKind.ROLL_CALL, GivenBy.STAFF)

    assert rows.next_action(in_person, today=HELD_ON) is NextAction.HOLD_SESSION
    assert rows.next_action(parcel, today=HELD_ON) is NextAction.DISPATCH
    assert rows.next_action(parcel, today=after(90)) is NextAction.CONFIRM_ADDRESS
    assert rows.next_action(assigned(session, a_member(Code.FRAIL)), today=HELD_ON) is NextAction.TEACH_AT_HOME
    assert rows.next_action(verified, today=HELD_ON) is NextAction.WAIT
    assert rows.next_action(a_row(session, a_member()), today=HELD_ON) is NextAction.WAIT
