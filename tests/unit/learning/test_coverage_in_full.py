"""Rows of the ledger in full: what each act and each day writes down, tells and refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated
from services.common.events.learning import (
    CoverageAssigned,
    CoverageBlocked,
    CoverageEscalated,
    CoverageFailed,
    CoveragePlanned,
    CoverageReopened,
    CoverageVerified,
    CoverageVoided,
    CoverageWaived,
    CreditRecorded,
    HomeTeachingRequested,
)
from services.learning.coverage.domain import acts, rows, settling
from services.learning.coverage.domain.deliveries import Delivery, TravellingParcel
from services.learning.coverage.domain.feedback import Feedback
from services.learning.coverage.domain.following import follow
from services.learning.coverage.domain.modes import PREFERENCE, Blocker, Choice, Needs, Offer, Rule, choose, take
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.coverage.domain.proofs import GivenBy, Proof, ProofKind, Strength, weigh
from services.learning.coverage.domain.proving import add_proof, prove
from services.learning.coverage.domain.rows import (
    Coverage,
    CoverageState,
    Failure,
    FailureReason,
    NextAction,
    Verification,
    Waiver,
    WaiverCode,
)
from services.learning.coverage.domain.settling import Known
from services.learning.members.domain import CircumstanceCode as Code
from services.learning.members.domain import Mode
from services.learning.parcels.domain import Content, ContentResult, Parcel, ParcelState, ReceivedBy
from services.learning.sessions.domain import Form, SessionState
from tests.unit.learning.builders import COVER_BY, HELD_AT, HELD_ON, a_member, a_session, at

S, K, P, R, F = CoverageState, ProofKind, ParcelState, ReceivedBy, FailureReason
DAY = timedelta(days=1)
NOW = at(HELD_ON, 18)
POLICY = StudyPolicy(
    parcel_pick_up=2, parcel_call=5, audio_remind=4, carrier_silent=3, carrier_silent_abroad=8, phone_days=2, address_days=30, resend_days=4
)
PLAIN, RESTRICTED = a_session(), a_session(restricted=True)
MEMBER = a_member(smartphone=True, helper=True)
IDS = {"coverage_id": "c1", "session_id": "session", "member_id": MEMBER.id, "person_id": MEMBER.person_id}


def on(days: int) -> date:
    return HELD_ON + days * DAY


def a_row(state=S.ASSIGNED, mode=Mode.MOBILE_AUDIO, **details):
    values = {"opened_on": on(-30), "held_on": HELD_ON, "held_at": HELD_AT, "cover_by_on": COVER_BY, "mode": mode, "assigned_on": on(-3), "rule": "L4", "needs_version": 99}
    return Coverage("c1", "branch", "session", MEMBER.id, MEMBER.person_id, state, **{**values, **details})


def a_delivery(mode=Mode.MOBILE_AUDIO, **details):
    return Delivery(mode, **{"form": None, "prepared_on": HELD_ON, "prepared_by": "S1", "dispatched_on": HELD_ON, **details})


def travelling(state=P.HANDED_TO_CARRIER, **details):
    return TravellingParcel(**{"id": "x", "state": state, "carrier": "邮政", "tracking_no": "T1", "last_scan_on": HELD_ON, **details})


def a_sent_row(parcel=None, state=S.DISPATCHED, **details):
    delivery = a_delivery(Mode.PARCEL, form=Form.PAPER, dispatched_at=NOW, parcel=parcel or travelling())
    return a_row(state, Mode.PARCEL, **{"form": Form.PAPER, "delivery": delivery, **details})


def a_parcel(state=P.HANDED_TO_CARRIER, result=None, **details):
    contents = (Content("c9", "session", "m9", "p9"), Content("c1", "session", MEMBER.id, MEMBER.person_id, result=result))
    values = {"carrier": "邮政", "tracking_no": "T1", "sent_on": HELD_ON, "last_scan_on": HELD_ON}
    return replace(Parcel("x", "branch", "p9", contents, "一号楼", False, state, True, on(-1), "S2"), **{**values, **details})


def refusal(command, *args, **details):
    """Return the code of a refusal, with the state it tells or the field it names."""
    with pytest.raises((Conflict, Forbidden, Invalid)) as refused:
        command(*args, **details)
    errors = refused.value.errors
    return (errors[0].field, errors[0].code) if errors else (refused.value.code, refused.value.params.get("state"))


# Rows


def test_a_row_says_who_is_owed_what_since_when_and_by_when():
    row, facts = rows.plan(id="c1", session=PLAIN, member=MEMBER, today=on(-30))

    assert row == a_row(S.PLANNED, None, assigned_on=None, rule=None, needs_version=0)
    assert facts == [CoveragePlanned(**IDS, branch_id="branch", cover_by_on=COVER_BY)]


def test_a_row_that_is_owed_no_more_says_why_and_one_that_is_again_begins_anew():
    chosen = a_row(
        S.BLOCKED,
        form=Form.AUDIO,
        fallbacks=(Mode.PARCEL,),
        step=2,
        blocker=Blocker.MATERIAL_MISSING,
        wanted=Mode.MOBILE_AUDIO,
        missing_forms=(Form.AUDIO,),
        options=(Mode.PARCEL,),
        delivery=a_delivery(),
        proofs=(Proof("p", K.LINK_OPENED, Mode.MOBILE_AUDIO, GivenBy.SYSTEM, Strength.WEAK, NOW, "S1"),),
    )

    void, facts = rows.void(chosen, "DECEASED")
    again, told = rows.reopen(void)

    assert (void, facts) == (replace(chosen, state=S.VOID, void_reason="DECEASED"), [CoverageVoided(**IDS, reason="DECEASED")])
    assert again == replace(
        chosen,
        state=S.PLANNED,
        mode=None,
        form=None,
        rule=None,
        fallbacks=(),
        step=0,
        blocker=None,
        wanted=None,
        missing_forms=(),
        options=(),
        delivery=None,
        assigned_on=None,
    )
    assert told == [CoverageReopened(**IDS, reason="DEATH_RETRACTED")]


N = NextAction


@pytest.mark.rule("LRN-20", "LRN-21")
@pytest.mark.parametrize(
    ("row", "days", "action"),
    [
        (a_row(waiver=Waiver(WaiverCode.OTHER, "S1", HELD_ON)), 0, N.SIGN_WAIVER),
        (a_row(S.WAIVED, waiver=Waiver(WaiverCode.OTHER, "S1", HELD_ON)), 0, N.WAIT),
        (a_row(S.PLANNED), 0, N.WAIT),
        (a_row(S.VOID), 0, N.WAIT),
        (a_row(S.BLOCKED, blocker=Blocker.ADDRESS_MISSING), 0, N.ADD_ADDRESS),
        (a_row(S.BLOCKED, blocker=Blocker.MATERIAL_MISSING), 0, N.PRODUCE_MATERIAL),
        (a_row(S.NEEDS_SECRETARY), 0, N.DECIDE),
        (a_row(held_since=HELD_ON), 0, N.HELD),
        (a_row(mode=Mode.LIVE_REMOTE), 0, N.HOLD_SESSION),
        (a_row(mode=Mode.HOME_TEACHING), 0, N.TEACH_AT_HOME),
        (a_row(mode=Mode.PARCEL), 0, N.CONFIRM_ADDRESS),
        (a_row(mode=Mode.PARCEL, address_until=on(3)), 3, N.DISPATCH),
        (a_row(mode=Mode.PARCEL, address_until=on(3)), 4, N.CONFIRM_ADDRESS),
        (a_row(S.DISPATCHED, delivery=a_delivery()), 3, N.COLLECT_PROOF),
        (a_row(S.DISPATCHED, delivery=a_delivery()), 4, N.REMIND),
        (a_sent_row(), 2, N.WAIT),
        (a_sent_row(), 3, N.ASK_CARRIER),
        (a_sent_row(abroad=True), 7, N.WAIT),
        (a_sent_row(abroad=True), 8, N.ASK_CARRIER),
        (a_sent_row(travelling(P.DELIVERED, delivered_to=R.NEIGHBOUR, delivered_on=HELD_ON)), 0, N.CALL_MEMBER),
        (a_sent_row(travelling(P.DELIVERED, delivered_to=R.LOCKER, delivered_on=HELD_ON)), 0, N.WAIT),
        (a_sent_row(travelling(P.DELIVERED, delivered_to=R.LOCKER, delivered_on=HELD_ON)), 1, N.WAIT),
        (a_sent_row(travelling(P.DELIVERED, delivered_to=R.LOCKER, delivered_on=HELD_ON)), 2, N.REMIND_PICK_UP),
        (a_sent_row(travelling(P.DELIVERED, delivered_to=R.LOCKER, delivered_on=HELD_ON)), 4, N.REMIND_PICK_UP),
        (a_sent_row(travelling(P.DELIVERED, delivered_to=R.LOCKER, delivered_on=HELD_ON)), 5, N.CALL_MEMBER),
        (a_sent_row(travelling(P.DELIVERED, delivered_to=R.SELF, delivered_on=HELD_ON), state=S.RECEIVED), 4, N.COLLECT_PROOF),
        (a_sent_row(travelling(P.DELIVERED, delivered_to=R.SELF, delivered_on=HELD_ON), state=S.RECEIVED), 5, N.CALL_MEMBER),
        (a_row(S.RECEIVED, delivery=a_delivery()), 99, N.COLLECT_PROOF),
        (a_row(S.STUDIED), 99, N.COLLECT_PROOF),
    ],
)
def test_somebody_has_to_act_from_the_day_on_which_the_community_wants_it(row, days, action):
    assert rows.next_action(row, today=on(days), policy=POLICY) is action


# Acts


def assign(row, mode, session=PLAIN, member=MEMBER, today=on(1)):
    return acts.assign(row, session, member, mode=mode, now=NOW, today=today, policy=POLICY)


@pytest.mark.rule("LRN-1")
def test_what_the_secretary_chooses_counts_as_a_further_step_and_leaves_the_other_ways():
    row = a_row(S.DISPATCHED, fallbacks=(Mode.PARCEL, Mode.HOME_TEACHING), step=1, delivery=a_delivery(), past_deliveries=(a_delivery(Mode.PARCEL),))

    chosen, facts = assign(row, Mode.HOME_TEACHING)

    assert chosen == replace(
        row,
        state=S.ASSIGNED,
        mode=Mode.HOME_TEACHING,
        rule="SECRETARY",
        fallbacks=(Mode.PARCEL,),
        step=2,
        assigned_on=on(1),
        needs_version=MEMBER.needs_version,
        delivery=None,
        past_deliveries=(a_delivery(Mode.PARCEL), a_delivery()),
    )
    teach_by = on(1) + POLICY.teaching_fallback * DAY
    assert facts == [CoverageAssigned(**IDS, mode="HOME_TEACHING", cover_by_on=COVER_BY), HomeTeachingRequested(**IDS, due_on=teach_by)]
    assert assign(row, Mode.HOME_TEACHING, today=on(-5))[1][1].due_on == HELD_ON + POLICY.teaching_fallback * DAY
    assert refusal(assign, row, Mode.PARCEL, session=RESTRICTED) == ("mode", "MODE_NOT_POSSIBLE")
    assert refusal(assign, a_row(S.STUDIED), Mode.PARCEL) == ("COVERAGE_STATE", S.STUDIED)


def dispatch(row, **details):
    return acts.dispatch(row, at=NOW, today=on(1), by="S1", **details)


def test_what_is_sent_is_written_down_with_its_form_and_the_day_that_was_planned():
    row = a_row(mode=Mode.MAKE_UP_CLASS, form=Form.TEXT)

    sent = dispatch(row, planned_on=on(5))

    there = Delivery(Mode.MAKE_UP_CLASS, Form.TEXT, on(1), "S1", dispatched_at=NOW, dispatched_on=on(1), planned_on=on(5))
    assert sent == (replace(row, state=S.DISPATCHED, delivery=there), [])
    assert refusal(dispatch, row) == ("planned_on", "REQUIRED")
    assert refusal(dispatch, row, held=True, planned_on=on(5)) == ("DELIVERIES_HELD", None)
    for wrong in (a_row(S.DISPATCHED), a_row(mode=Mode.PARCEL), a_row(mode=Mode.IN_PERSON), a_row(mode=Mode.LIVE_REMOTE)):
        assert refusal(dispatch, wrong) == ("COVERAGE_STATE", wrong.state)


@pytest.mark.rule("LRN-10", "LRN-20")
@pytest.mark.parametrize(
    ("mode", "kind"),
    [
        (Mode.MOBILE_AUDIO, K.LINK_OPENED),
        (Mode.RELATIVE_MEDIA, K.READ_TICK),
        (Mode.PAPER_BY_HAND, K.HANDED_OVER),
        (Mode.MAKE_UP_CLASS, K.SIGN_UP),
        (Mode.PHONE_READING, K.CALL_CONNECTED),
    ],
)
@pytest.mark.parametrize(("by", "giver", "own"), [(R.SELF, GivenBy.MEMBER, True), (R.RELATIVE, GivenBy.SYSTEM, True), (R.NEIGHBOUR, GivenBy.SYSTEM, False)])
def test_what_arrived_is_a_weak_proof_and_received_only_in_own_hands(mode, kind, by, giver, own):
    earlier = Proof("p0", kind, mode, GivenBy.SYSTEM, Strength.WEAK, NOW, "S0")
    row = a_row(S.DISPATCHED, mode, delivery=a_delivery(mode), proofs=(earlier,))

    after, facts = acts.receive(row, proof_id="p1", received_by=by, at=NOW, today=on(1), by="S1")

    proof = Proof("p1", kind, mode, giver, Strength.WEAK, NOW, "S1")
    delivery = a_delivery(mode, received_on=on(1) if own else None)
    assert after == replace(row, state=S.RECEIVED if own else S.DISPATCHED, delivery=delivery, proofs=(earlier, proof))
    assert facts == []


@pytest.mark.parametrize("row", [a_row(S.ASSIGNED), a_sent_row(), a_row(S.RECEIVED, delivery=a_delivery())])
def test_nothing_arrives_that_was_not_sent_or_comes_by_parcel(row):
    how = {"proof_id": "p", "received_by": R.SELF, "at": NOW, "today": on(1), "by": "S1"}

    assert refusal(acts.receive, row, **how) == ("COVERAGE_STATE", row.state)


def fail(row, reason, today=on(1), member=MEMBER):
    return acts.fail(row, PLAIN, member, reason=reason, now=NOW, today=today, by="S1", policy=POLICY)


@pytest.mark.rule("LRN-1")
def test_a_way_that_failed_is_on_record_and_the_next_one_is_taken():
    row = a_row(S.DISPATCHED, delivery=a_delivery(), fallbacks=(Mode.RELATIVE_MEDIA, Mode.PARCEL), failures=(Failure(Mode.PARCEL, F.LOST, HELD_ON, "S0"),))

    after, facts = fail(row, F.BOUNCED)

    assert after.failures == (row.failures[0], Failure(Mode.MOBILE_AUDIO, F.BOUNCED, on(1), "S1"))
    assert (after.state, after.mode, after.form, after.fallbacks, after.step) == (S.ASSIGNED, Mode.RELATIVE_MEDIA, Form.VIDEO, (Mode.PARCEL,), 1)
    assert facts == [
        Dated(CoverageFailed(**IDS, mode="MOBILE_AUDIO", next_mode="RELATIVE_MEDIA"), on(1)),
        CoverageAssigned(**IDS, mode="RELATIVE_MEDIA", cover_by_on=COVER_BY),
    ]
    assert refusal(fail, a_row(S.STUDIED), F.OTHER) == ("COVERAGE_STATE", S.STUDIED)


def test_by_phone_each_day_counts_once_and_the_second_day_in_vain_is_a_failure():
    row = a_row(mode=Mode.PHONE_READING, form=Form.TEXT)

    once, facts = fail(row, F.NO_ANSWER)
    again, _ = fail(once, F.NO_ANSWER)
    twice, told = fail(again, F.NO_ANSWER, today=on(2))

    tried = Delivery(Mode.PHONE_READING, Form.TEXT, on(1), "S1", tried_on=(on(1),))
    assert (once, facts) == (replace(row, delivery=tried), [])
    assert again == once
    assert twice.failures == (Failure(Mode.PHONE_READING, F.NO_ANSWER, on(2), "S1"),)
    assert told == [Dated(CoverageFailed(**IDS, mode="PHONE_READING", next_mode=None), on(2)), CoverageEscalated(**IDS)]
    assert fail(row, F.OTHER)[0].failures[0].reason is F.OTHER
    assert fail(a_row(S.DISPATCHED, delivery=a_delivery()), F.NO_ANSWER)[0].failures != ()


def waive(row, code=WaiverCode.COGNITIVE, by="S1"):
    return acts.waive(row, code=code, today=on(1), by=by)


def test_a_waiver_names_who_signed_and_clears_what_stood_in_the_way():
    row = a_row(S.BLOCKED, blocker=Blocker.MATERIAL_MISSING, wanted=Mode.PARCEL, missing_forms=(Form.AUDIO,), options=(Mode.PARCEL,))
    cleared = {"blocker": None, "wanted": None, "missing_forms": (), "options": ()}
    first = Waiver(WaiverCode.OTHER, "S1", on(1))

    assert waive(row) == (replace(row, state=S.WAIVED, waiver=Waiver(WaiverCode.COGNITIVE, "S1", on(1)), **cleared), [CoverageWaived(**IDS)])
    assert waive(row, WaiverCode.OTHER) == (replace(row, waiver=first), [])
    proposed = replace(row, waiver=first)
    assert waive(proposed, WaiverCode.OTHER, "S2")[0] == replace(row, state=S.WAIVED, waiver=replace(first, second_signed_by="S2"), **cleared)
    assert refusal(waive, proposed, WaiverCode.OTHER) == ("SECOND_SIGNER_MUST_DIFFER", None)
    for state in (S.VERIFIED, S.WAIVED, S.VOID):
        assert refusal(waive, a_row(state)) == ("COVERAGE_STATE", state)


@pytest.mark.rule("LRN-33")
def test_what_was_said_is_listed_with_all_that_is_known_of_it():
    said = Feedback("f1", GivenBy.MEMBER, "讲得好", NOW, "S1")
    first = Feedback("f0", GivenBy.RELATIVE, "谢谢", NOW, "S2")
    home = a_row(S.STUDIED, feedback=(said,))
    room = a_row(S.VERIFIED, feedback=(first,), verification=Verification(Mode.IN_PERSON, K.ROLL_CALL, NOW, "host", 60))

    assert acts.voices([home, room, a_row(S.VOID, feedback=(said,))]) == [
        {"id": "f0", "coverage_id": "c1", "member_id": MEMBER.id, "mode": "IN_PERSON", "given_by": "RELATIVE", "text": "谢谢", "at": NOW, "recorded_by": "S2"},
        {"id": "f1", "coverage_id": "c1", "member_id": MEMBER.id, "mode": "MOBILE_AUDIO", "given_by": "MEMBER", "text": "讲得好", "at": NOW, "recorded_by": "S1"},
    ]
    told = acts.tell(home, id="f2", given_by=GivenBy.STAFF, text="记录", at=NOW, by="S3")
    assert told == replace(home, feedback=(said, Feedback("f2", GivenBy.STAFF, "记录", NOW, "S3")))


# Parcels that rows follow


def followed(row, parcel, today=on(1), session=PLAIN, member=MEMBER):
    return follow(row, parcel, session, member, now=NOW, today=today, policy=POLICY)


@pytest.mark.rule("LRN-22")
def test_a_row_that_waits_for_a_parcel_joins_the_one_in_which_it_lies():
    row = a_row(mode=Mode.PARCEL, form=Form.PAPER)
    packed = Delivery(Mode.PARCEL, Form.PAPER, on(-1), "S2", parcel=TravellingParcel("x", P.PREPARED))

    waiting, _ = followed(row, a_parcel(P.PREPARED))
    sent, facts = followed(row, a_parcel())

    assert waiting == replace(row, delivery=packed)
    there = TravellingParcel("x", P.HANDED_TO_CARRIER, "邮政", "T1", last_scan_on=HELD_ON)
    assert sent == replace(row, state=S.DISPATCHED, delivery=replace(packed, dispatched_at=NOW, dispatched_on=HELD_ON, parcel=there))
    assert facts == []


@pytest.mark.rule("LRN-22")
@pytest.mark.parametrize(
    ("row", "parcel"),
    [
        (a_row(mode=Mode.PARCEL), a_parcel(contents=())),
        (a_row(mode=Mode.PARCEL, past_deliveries=(a_delivery(Mode.PARCEL, parcel=travelling()),)), a_parcel()),
        (a_row(mode=Mode.MOBILE_AUDIO), a_parcel()),
        (a_row(S.PLANNED, mode=Mode.PARCEL), a_parcel()),
        (a_row(mode=Mode.PARCEL, delivery=a_delivery(Mode.PARCEL, parcel=travelling(id="y"))), a_parcel()),
        (a_row(mode=Mode.PARCEL), a_parcel(P.LOST)),
        (a_row(mode=Mode.PARCEL), a_parcel(P.WITHDRAWN)),
        (a_sent_row(), a_parcel(P.WITHDRAWN)),
        (a_sent_row(state=S.VERIFIED), a_parcel(P.LOST)),
    ],
)
def test_a_row_follows_no_parcel_that_is_not_its_own_any_more(row, parcel):
    assert followed(row, parcel) == (row, [])


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize("state", [P.IN_TRANSIT, P.OUT_FOR_DELIVERY, P.ADDRESS_PROBLEM, P.CUSTOMS])
def test_a_row_knows_where_its_parcel_is(state):
    row, facts = followed(a_sent_row(), a_parcel(state, last_scan_on=on(2)))

    assert row == a_sent_row(travelling(state, last_scan_on=on(2)))
    assert facts == []


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize(("state", "reason"), [(P.LOST, F.LOST), (P.DAMAGED, F.DAMAGED), (P.RETURNED, F.RETURNED), (P.REFUSED, F.REFUSED)])
def test_a_parcel_that_does_not_arrive_fails_on_the_day_of_its_last_scan(state, reason):
    row, facts = followed(a_sent_row(resent=1), a_parcel(state, last_scan_on=on(2)), today=on(3))

    assert row.failures == (Failure(Mode.PARCEL, reason, on(2), "system"),)
    assert facts[0].effective_on == on(2)
    assert row.past_deliveries[0].parcel == travelling(state, last_scan_on=on(2))


@pytest.mark.rule("LRN-22")
@pytest.mark.parametrize(("result", "reason"), [(ContentResult.MISSING, F.MISSING), (ContentResult.DAMAGED, F.DAMAGED)])
def test_a_lesson_that_was_not_in_it_fails_on_the_day_on_which_that_is_known(result, reason):
    row, facts = followed(a_sent_row(), a_parcel(P.DELIVERED, result, delivered_to=R.SELF, delivered_on=on(1)), today=on(3))

    assert row.failures == (Failure(Mode.PARCEL, reason, on(3), "system"),)
    assert (row.mode, row.resent, facts[0].effective_on) == (Mode.PARCEL, 1, on(3))


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize(
    ("to", "kind", "own"), [(R.SELF, K.CARRIER_DELIVERED, True), (R.RELATIVE, K.SIGNED_BY_OTHER, True), (R.NEIGHBOUR, K.SIGNED_BY_OTHER, False), (R.LOCKER, K.SIGNED_BY_OTHER, False)]
)
def test_a_delivery_is_a_weak_proof_of_the_carrier_and_received_only_in_own_hands(to, kind, own):
    there = a_parcel(P.DELIVERED, delivered_to=to, delivered_on=on(1), last_scan_on=on(1))

    row, facts = followed(a_sent_row(), there)

    mark = travelling(P.DELIVERED, delivered_to=to, delivered_on=on(1), last_scan_on=on(1))
    sent = a_sent_row(mark)
    proof = Proof(f"x/{to}", kind, Mode.PARCEL, GivenBy.CARRIER, Strength.WEAK, NOW, "system")
    delivery = replace(sent.delivery, received_on=on(1) if own else None)
    assert row == replace(sent, state=S.RECEIVED if own else S.DISPATCHED, delivery=delivery, proofs=(proof,))
    assert facts == []
    assert followed(row, there) == (row, [])


def test_what_came_from_a_locker_into_own_hands_is_received_then():
    row, _ = followed(a_sent_row(), a_parcel(P.DELIVERED, delivered_to=R.LOCKER, delivered_on=on(1)))

    fetched, _ = followed(row, a_parcel(P.DELIVERED, delivered_to=R.SELF, delivered_on=on(3)))

    assert (fetched.state, fetched.delivery.received_on, [proof.id for proof in fetched.proofs]) == (S.RECEIVED, on(3), ["x/LOCKER", "x/SELF"])


# Proofs


def proved(row, kind, given_by=GivenBy.MEMBER, session=PLAIN, **details):
    how = {"at": NOW, "on": HELD_ON, "now": at(HELD_ON, 20), "by": "S1", **details}
    return prove(row, session, proof_id="p1", kind=kind, given_by=given_by, **how)


@pytest.mark.rule("LRN-10")
def test_a_proof_keeps_who_gave_it_how_much_was_heard_and_where_it_lies():
    row = a_row(S.DISPATCHED, delivery=a_delivery())

    after, facts = proved(row, K.AUDIO_HEARD, GivenBy.SYSTEM, percent=80, speed=1.5, reference="L1")
    slower, _ = proved(row, K.AUDIO_HEARD, GivenBy.SYSTEM, percent=80, speed=1.6)

    assert after == replace(row, state=S.STUDIED, proofs=(Proof("p1", K.AUDIO_HEARD, Mode.MOBILE_AUDIO, GivenBy.SYSTEM, Strength.FAIR, NOW, "S1", 80, 1.5, "L1"),))
    assert facts == []
    assert (slower.state, slower.proofs[0].strength) == (S.DISPATCHED, Strength.WEAK)


@pytest.mark.rule("LRN-10", "LRN-12")
def test_a_proof_that_suffices_gives_the_credit_once_and_clears_what_stood_in_the_way():
    waiting = Waiver(WaiverCode.OTHER, "S1", HELD_ON)
    row = a_row(S.BLOCKED, None, blocker=Blocker.MATERIAL_MISSING, wanted=Mode.PARCEL, missing_forms=(Form.AUDIO,), options=(Mode.PARCEL,), waiver=waiting)
    session = replace(PLAIN, credit_minutes=45)

    after, facts = proved(row, K.ROLL_CALL, GivenBy.STAFF, session)

    proof = Proof("p1", K.ROLL_CALL, Mode.IN_PERSON, GivenBy.STAFF, Strength.STRONG, NOW, "S1")
    credit = Verification(Mode.IN_PERSON, K.ROLL_CALL, at(HELD_ON, 20), "S1", 45)
    assert after == replace(
        row, state=S.VERIFIED, proofs=(proof,), verification=credit, blocker=None, wanted=None, missing_forms=(), options=(), waiver=None
    )
    assert facts == [
        Dated(CoverageVerified(**IDS, mode="IN_PERSON", proof_kind="ROLL_CALL"), HELD_ON),
        Dated(CreditRecorded(**IDS, minutes=45), HELD_ON),
    ]
    again, nothing = add_proof(after, replace(proof, id="p2"), session, NOW, effective_on=HELD_ON)
    assert (again, nothing) == (replace(after, proofs=(proof, replace(proof, id="p2"))), [])


@pytest.mark.rule("LRN-10")
def test_a_roll_call_speaks_for_the_room_on_the_day_and_for_a_lesson_made_up_afterwards_unless_it_says_otherwise():
    row = a_row(mode=Mode.MOBILE_AUDIO)

    assert proved(row, K.ROLL_CALL, GivenBy.STAFF)[0].verification.mode is Mode.IN_PERSON
    later = {"at": at(on(2)), "on": on(2), "now": at(on(2), 20)}
    assert proved(row, K.ROLL_CALL, GivenBy.STAFF, **later)[0].verification.mode is Mode.MAKE_UP_CLASS
    assert proved(row, K.ROLL_CALL, GivenBy.STAFF, mode=Mode.MAKE_UP_CLASS)[0].verification.mode is Mode.MAKE_UP_CLASS
    early = {"at": at(on(-1)), "on": on(-1), "mode": Mode.IN_PERSON}
    assert refusal(proved, row, K.ROLL_CALL, GivenBy.STAFF, **early) == ("at", "BEFORE_SESSION")
    assert refusal(proved, row, K.LINK_OPENED, at=at(HELD_ON, 21)) == ("at", "IN_THE_FUTURE")
    assert refusal(proved, row, K.SECRETARY_CONTACT, secretary_may=False)[0] == "SUPERVISOR_MUST_SEE"
    for state in (S.WAIVED, S.VOID):
        assert refusal(proved, a_row(state), K.LINK_OPENED) == ("COVERAGE_STATE", state)


@pytest.mark.rule("LRN-10")
def test_a_question_that_was_asked_must_be_answered_too():
    row, asking = a_sent_row(), replace(PLAIN, recall_asked=True)

    assert proved(row, K.REPLY_CARD)[0].state is S.VERIFIED
    assert proved(row, K.REPLY_CARD, session=asking)[0].state is S.STUDIED
    assert proved(proved(row, K.REPLY_CARD, session=asking)[0], K.REPLY_CARD, session=asking)[0].state is S.STUDIED


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize(
    ("kind", "giver", "state"),
    [(K.REPLY_CARD, GivenBy.MEMBER, P.ACKNOWLEDGED), (K.REPLY_CARD, GivenBy.NEIGHBOUR, P.HANDED_TO_CARRIER), (K.RECALL_ANSWER, GivenBy.MEMBER, P.HANDED_TO_CARRIER)],
)
def test_a_parcel_is_acknowledged_by_the_members_own_word_alone(kind, giver, state):
    assert proved(a_sent_row(), kind, giver)[0].delivery.parcel.state is state
    paper = a_row(S.DISPATCHED, Mode.PAPER_BY_HAND, delivery=a_delivery(Mode.PAPER_BY_HAND))
    assert proved(paper, kind, giver)[0].delivery.parcel is None


@pytest.mark.rule("LRN-10")
def test_the_strength_of_a_proof_follows_from_its_measure():
    assert weigh(K.AUDIO_HEARD, GivenBy.SYSTEM) is weigh(K.REMOTE_PRESENCE, GivenBy.SYSTEM) is Strength.WEAK
    assert [weigh(K.AUDIO_HEARD, GivenBy.SYSTEM, percent) for percent in (79, 80)] == [Strength.WEAK, Strength.FAIR]
    assert [weigh(K.REMOTE_PRESENCE, GivenBy.SYSTEM, percent) for percent in (69, 70)] == [Strength.WEAK, Strength.FAIR]
    assert weigh(K.VISIT_ITEM, GivenBy.STAFF) is Strength.STRONG


# The engine

EVERY = Offer(frozenset(Form))


@pytest.mark.rule("LRN-3", "LRN-4")
def test_what_blocks_a_way_leaves_the_ways_behind_it_and_a_wish_keeps_its_form():
    needs = Needs(smartphone=True)
    chain = (Mode.PARCEL, Mode.MOBILE_AUDIO, Mode.HOME_TEACHING)

    assert take(chain, needs, EVERY, "L5") == Choice("L5", fallbacks=chain[1:], blocker=Blocker.ADDRESS_MISSING, wanted=Mode.PARCEL)
    assert take(chain[1:], needs, Offer(), "L5") == Choice(
        "L5", fallbacks=chain[2:], blocker=Blocker.MATERIAL_MISSING, wanted=Mode.MOBILE_AUDIO, missing_forms=(Form.AUDIO,)
    )
    wish = Needs(smartphone=True, preferred=Mode.MOBILE_AUDIO)
    assert choose(wish, EVERY) == Choice(PREFERENCE, Mode.MOBILE_AUDIO, Form.AUDIO, (Mode.IN_PERSON, Mode.MAKE_UP_CLASS))


# Settling


def settled(row, session=PLAIN, member=MEMBER, today=on(-3)):
    return settling.settle(row, session, member, now=NOW, today=today, policy=POLICY)


@pytest.mark.rule("LRN-3")
def test_a_blocked_way_tells_what_it_lacks_and_nothing_more():
    bare = replace(PLAIN, materials=())
    member = a_member(Code.MATERNITY)
    row = replace(a_row(S.PLANNED, None, assigned_on=None, rule=None, needs_version=0), member_id=member.id, person_id=member.person_id)

    blocked, facts = settled(row, bare, member)

    ids = {**IDS, "member_id": member.id, "person_id": member.person_id}
    assert (blocked.state, blocked.wanted, blocked.missing_forms, blocked.assigned_on) == (S.BLOCKED, Mode.MOBILE_AUDIO, (Form.AUDIO,), on(-3))
    assert facts == [CoverageBlocked(**ids, blocker="MATERIAL_MISSING")]


@pytest.mark.rule("LRN-21")
def test_an_address_holds_for_its_days_and_not_while_it_is_doubted():
    confirmed = replace(MEMBER, address_confirmed_on=HELD_ON)

    assert settled(a_row(), member=confirmed)[0].address_until == on(30)
    assert settled(a_row(), member=replace(confirmed, address_doubted_on=HELD_ON))[0].address_until is None
    assert settled(a_row(), member=replace(MEMBER, held_since=HELD_ON))[0].held_since == HELD_ON


@pytest.mark.rule("U5")
def test_a_roll_call_by_the_host_is_a_strong_proof_of_the_hour_of_the_session():
    there = replace(PLAIN, state=SessionState.HELD, attended_member_ids=(MEMBER.id,), held_by="host")

    row, facts = settled(a_row(mode=Mode.IN_PERSON), there, today=HELD_ON)

    assert row.proofs == (Proof("session/roll", K.ROLL_CALL, Mode.IN_PERSON, GivenBy.STAFF, Strength.STRONG, HELD_AT, "host"),)
    assert row.verification == Verification(Mode.IN_PERSON, K.ROLL_CALL, NOW, "host", 60)
    assert [fact.effective_on for fact in facts] == [HELD_ON, HELD_ON]
    not_yet = replace(there, state=SessionState.SCHEDULED)
    assert settled(a_row(mode=Mode.IN_PERSON), not_yet, today=HELD_ON)[0].proofs == ()


@pytest.mark.rule("LRN-34")
def test_a_late_row_goes_to_the_secretary_then_to_the_community_each_on_its_day():
    late_from, community_from = COVER_BY + DAY, COVER_BY + DAY + POLICY.community_after * DAY
    row = a_row(S.STUDIED)

    assert settled(row, today=COVER_BY)[1] == []
    late, facts = settled(row, today=late_from)
    assert (late.overdue_since, late.community_since, facts) == (late_from, None, [Dated(CoverageEscalated(**IDS, reason="OVERDUE"), late_from)])
    assert settled(late, today=community_from - DAY)[1] == []
    handed, facts = settled(late, today=community_from)
    assert (handed.community_since, facts) == (community_from, [Dated(CoverageEscalated(**IDS, reason="COMMUNITY"), community_from)])
    assert settled(handed, today=community_from + 99 * DAY)[1] == []
    assert [fact.event.reason for fact in settled(row, today=community_from)[1]] == ["OVERDUE", "COMMUNITY"]
    postponed = replace(PLAIN, state=SessionState.POSTPONED)
    assert settled(row, postponed, today=late_from)[1] == []


@pytest.mark.rule("LRN-10", "LRN-20")
@pytest.mark.parametrize(
    ("row", "reason", "days"),
    [
        (a_row(S.DISPATCHED, delivery=a_delivery()), F.NOT_OPENED, POLICY.audio_fallback),
        (a_row(S.RECEIVED, Mode.RELATIVE_MEDIA, delivery=a_delivery(Mode.RELATIVE_MEDIA)), F.NO_CONFIRMATION, POLICY.relative_fallback),
        (a_row(S.DISPATCHED, Mode.PAPER_BY_HAND, delivery=a_delivery(Mode.PAPER_BY_HAND)), F.NOT_ACKNOWLEDGED, POLICY.paper_fallback),
        (a_row(S.DISPATCHED, Mode.MAKE_UP_CLASS, delivery=a_delivery(Mode.MAKE_UP_CLASS, planned_on=on(4))), F.ABSENT, 5),
        (a_row(mode=Mode.HOME_TEACHING), F.NOT_TAUGHT, POLICY.teaching_fallback),
        (a_row(mode=Mode.HOME_TEACHING, assigned_on=on(2)), F.NOT_TAUGHT, 2 + POLICY.teaching_fallback),
        (a_sent_row(), F.LOST, POLICY.carrier_lost),
        (a_sent_row(travelling(P.DELIVERED, delivered_to=R.LOCKER, delivered_on=on(1))), F.NOT_ACKNOWLEDGED, 1 + POLICY.parcel_fallback),
    ],
)
def test_a_way_fails_on_its_day_and_not_before_and_never_while_deliveries_are_held(row, reason, days):
    due = on(days)

    assert settled(row, today=due - DAY)[0].failures == ()
    for late in (0, 3):
        failed, facts = settled(row, today=due + late * DAY)
        assert failed.failures == (Failure(row.mode, reason, due, "system"),)
        assert (facts[0].effective_on, facts[0].event.mode) == (due, row.mode)
    held = replace(MEMBER, held_since=HELD_ON)
    assert settled(row, member=held, today=due)[0].failures == ()


@pytest.mark.parametrize(
    "row",
    [
        a_row(),
        a_row(delivery=a_delivery(dispatched_on=None)),
        a_row(mode=Mode.PHONE_READING),
        a_row(S.DISPATCHED, Mode.PHONE_READING, delivery=a_delivery(Mode.PHONE_READING)),
        a_row(S.DISPATCHED, Mode.MAKE_UP_CLASS, delivery=a_delivery(Mode.MAKE_UP_CLASS)),
        a_row(S.STUDIED, delivery=a_delivery()),
        a_row(mode=Mode.IN_PERSON),
    ],
)
def test_what_was_not_sent_or_is_studied_does_not_fail_by_the_clock(row):
    assert settled(row, today=COVER_BY)[0].failures == ()


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize(("days", "again"), [(26, True), (27, False)])
def test_a_parcel_is_sent_again_once_and_only_while_it_can_come_in_time(days, again):
    row = a_sent_row(fallbacks=(Mode.MOBILE_AUDIO,))
    known = Known(PLAIN, MEMBER, NOW, on(days), POLICY)

    after, facts = settling.next_way(row, F.LOST, known, failed_on=on(days), by="S1")

    assert (after.mode, after.resent) == ((Mode.PARCEL, 1) if again else (Mode.MOBILE_AUDIO, 0))
    assert facts[0].event.next_mode == after.mode
    once_before, _ = settling.next_way(replace(row, resent=1), F.LOST, known, failed_on=on(days), by="S1")
    assert (once_before.mode, once_before.resent) == (Mode.MOBILE_AUDIO, 1)
    assert settling.next_way(row, F.NOT_ACKNOWLEDGED, known, failed_on=on(days), by="S1")[0].mode is Mode.MOBILE_AUDIO


@pytest.mark.rule("LRN-20")
@pytest.mark.parametrize(("code", "mode"), [(None, Mode.HOME_TEACHING), (Code.AWAY_WORK, Mode.MOBILE_AUDIO), (Code.AWAY_STUDY, Mode.MOBILE_AUDIO), (Code.ABROAD, Mode.MOBILE_AUDIO)])
@pytest.mark.parametrize("reason", [F.RETURNED, F.REFUSED])
def test_who_is_not_away_and_has_not_got_the_parcel_is_met_at_the_door(reason, code, mode):
    member = a_member(*([code] if code else []))
    row = a_sent_row(fallbacks=(Mode.MOBILE_AUDIO, Mode.HOME_TEACHING))

    after, _ = settling.next_way(row, reason, Known(PLAIN, member, NOW, on(1), POLICY), failed_on=on(1), by="S1")

    assert after.mode is mode
    assert after.fallbacks == ((Mode.MOBILE_AUDIO,) if mode is Mode.HOME_TEACHING else (Mode.HOME_TEACHING,))


LATE = {"overdue_since": on(1), "community_since": on(9)}


@pytest.mark.rule("LRN-34")
@pytest.mark.parametrize("moved", [{"held_at": HELD_AT + 30 * DAY, "held_on": on(30)}, {"cover_by_on": COVER_BY + DAY}])
def test_a_session_that_gets_another_date_plans_anew_whatever_is_not_on_its_way(moved):
    session = replace(PLAIN, held_at=HELD_AT + 30 * DAY, held_on=on(30), cover_by_on=COVER_BY + 30 * DAY)
    dates = {"held_at": session.held_at, "held_on": session.held_on, "cover_by_on": session.cover_by_on}
    known = {**dates, **{name: getattr(a_row(), name) for name in moved}}
    chosen = a_row(S.BLOCKED, form=Form.AUDIO, fallbacks=(Mode.PARCEL,), step=2, blocker=Blocker.MATERIAL_MISSING, wanted=Mode.PARCEL, missing_forms=(Form.PAPER,), options=(Mode.PARCEL,), **LATE)
    chosen = replace(chosen, **known)
    anew = a_row(S.PLANNED, None, rule=None, assigned_on=None, **dates)

    assert settled(chosen, session, today=HELD_ON) == (replace(anew, address_until=settled(anew, session, today=HELD_ON)[0].address_until), [])
    sent = replace(a_row(S.DISPATCHED, delivery=a_delivery(), **LATE), **known)
    after, _ = settled(sent, session, today=HELD_ON)
    assert (after.state, after.mode, after.held_on, after.held_at, after.cover_by_on) == (S.DISPATCHED, Mode.MOBILE_AUDIO, *(dates[name] for name in ("held_on", "held_at", "cover_by_on")))


CHANGED = replace(MEMBER, needs_version=100)
THERE = {"mode": Mode.IN_PERSON, "rule": "L8"}


@pytest.mark.rule("LRN-31")
@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"rule": "SECRETARY"}, {}, 0),
        (THERE, {"fallbacks": (Mode.MAKE_UP_CLASS, Mode.MOBILE_AUDIO)}, 0),
        ({"mode": Mode.MAKE_UP_CLASS, "rule": "L8", "step": 1}, {}, 0),
        ({"mode": Mode.MAKE_UP_CLASS, "rule": "L8"}, {**THERE, "fallbacks": (Mode.MAKE_UP_CLASS, Mode.MOBILE_AUDIO)}, 1),
        ({"mode": Mode.MAKE_UP_CLASS, "rule": "L4", "step": 1}, {**THERE, "fallbacks": (Mode.MAKE_UP_CLASS, Mode.MOBILE_AUDIO)}, 1),
        ({"state": S.NEEDS_SECRETARY, "mode": None, "rule": "L8", "step": 1}, {}, 0),
        ({"state": S.DISPATCHED, "delivery": a_delivery(), "fallbacks": (Mode.PARCEL, Mode.IN_PERSON)}, {"fallbacks": (Mode.IN_PERSON, Mode.PARCEL)}, 0),
    ],
)
def test_a_change_of_needs_chooses_anew_what_is_not_sent_and_comes_next_otherwise(before, after, told):
    row = a_row(**{"needs_version": 99, **before})

    changed, facts = settled(row, member=CHANGED)

    assert (changed.needs_version, len(facts)) == (100, told)
    expected = replace(row, **after, needs_version=100)
    assert [getattr(changed, name) for name in ("state", "mode", "rule", "fallbacks", "step")] == [
        S.ASSIGNED if told else expected.state,
        *(getattr(expected, name) for name in ("mode", "rule", "fallbacks", "step")),
    ]
    assert settled(changed, member=CHANGED) == (changed, [])


@pytest.mark.rule("LRN-31")
def test_a_way_that_the_member_can_go_no_more_is_left_whatever_failed_before():
    alone = replace(CHANGED, relative_helper=None)

    after, facts = settled(a_row(mode=Mode.RELATIVE_MEDIA, rule="L8", step=1), member=alone)

    assert (after.mode, after.step, facts) == (Mode.IN_PERSON, 1, [CoverageAssigned(**IDS, mode="IN_PERSON", cover_by_on=COVER_BY)])


@pytest.mark.rule("LRN-1")
def test_the_communitys_own_table_decides_first_and_anew():
    own = replace(POLICY, rules=(Rule("X1", (), (Mode.HOME_TEACHING,)),))

    for row, member in ((a_row(S.PLANNED, None), MEMBER), (a_row(**THERE), CHANGED)):
        assert settling.settle(row, PLAIN, member, now=NOW, today=on(-3), policy=own)[0].rule == "X1"


@pytest.mark.rule("LRN-3")
def test_a_blocked_way_goes_on_when_what_it_waits_for_is_another_thing_now():
    bare = replace(PLAIN, materials=())
    parcel = a_row(S.BLOCKED, None, rule="L5", blocker=Blocker.ADDRESS_MISSING, wanted=Mode.PARCEL)
    sound = a_row(S.BLOCKED, None, rule="L4", blocker=Blocker.MATERIAL_MISSING, wanted=Mode.MOBILE_AUDIO, fallbacks=(Mode.PAPER_BY_HAND,))

    there, facts = settled(parcel, bare)
    mute, told = settled(sound, bare, replace(MEMBER, smartphone=False))

    assert (there.state, there.blocker, there.wanted, there.rule) == (S.BLOCKED, Blocker.MATERIAL_MISSING, Mode.PARCEL, "L5")
    assert facts == [CoverageBlocked(**IDS, blocker="MATERIAL_MISSING")]
    assert (mute.blocker, mute.wanted, mute.rule, len(told)) == (Blocker.MATERIAL_MISSING, Mode.PAPER_BY_HAND, "L4", 1)
    assert settled(sound, bare)[1] == []


@pytest.mark.rule("LRN-1")
def test_a_decision_that_is_owed_already_is_not_asked_for_again_and_names_its_options():
    member = replace(a_member(Code.HOSPITAL, helper=True), id=MEMBER.id, person_id=MEMBER.person_id, needs_version=100)
    options = (Mode.RELATIVE_MEDIA, Mode.HOME_TEACHING)

    first, asked = settled(a_row(S.PLANNED, None), member=member)
    again, nothing = settled(a_row(S.NEEDS_SECRETARY, None, rule="L8"), member=member)

    assert (first.state, first.options, first.needs_version, asked) == (S.NEEDS_SECRETARY, options, 100, [CoverageEscalated(**IDS)])
    assert (again.state, again.rule, again.options, nothing) == (S.NEEDS_SECRETARY, "L1", options, [])


@pytest.mark.rule("LRN-20")
def test_who_was_to_come_to_the_room_and_did_not_failed_that_day_once_it_was_held():
    over = replace(PLAIN, state=SessionState.COVERING)
    row = a_row(mode=Mode.IN_PERSON, fallbacks=(Mode.MAKE_UP_CLASS,))

    assert settled(row, today=on(3))[0].failures == ()
    assert settled(row, over, today=on(3))[0].failures == (Failure(Mode.IN_PERSON, F.ABSENT, HELD_ON, "system"),)
