"""Pairings: offered, answered by the very person who was asked, ended."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Forbidden
from services.common.events.base import Dated
from services.common.events.outreach import (
    PairingActing,
    PairingChangeAsked,
    PairingCovered,
    PairingDeclined,
    PairingEnded,
    PairingHandedOver,
    PairingHandoverAccepted,
    PairingHandoverDropped,
    PairingHandoverLate,
    PairingHandoverProposed,
    PairingProposed,
    PairingStarted,
)
from services.outreach.pairings import domain
from services.outreach.pairings.domain import DeclineReason, EndReason, PairingPolicy, PairingState, Role, cover, handovers

POLICY = PairingPolicy()
AT = datetime(2025, 3, 1, 2, tzinfo=UTC)
ON = date(2025, 3, 1)


def a_proposal(tier: str = "GENERAL", role: Role = Role.PRIMARY, tiers: tuple[str, ...] = (), others=(), staff_id="s", reason=None):
    load = domain.load_of(staff_id, tiers, POLICY)
    return domain.propose(
        id=f"pairing-{staff_id}",
        grid_id="g",
        person_id="p",
        staff_id=staff_id,
        role=role,
        tier=tier,
        load=load,
        others=others,
        load_override_reason=reason,
        policy=POLICY,
        at=AT,
        by="lead",
    )


def accepted():
    return domain.accept(a_proposal()[0], today=ON, at=AT, by="s")[0]


def test_a_proposal_asks_a_member_of_staff():
    pairing, facts = a_proposal()

    assert (pairing.state, pairing.open) == (PairingState.PROPOSED, True)
    assert facts == [PairingProposed(pairing_id="pairing-s", person_id="p", staff_id="s", role="PRIMARY")]


def test_accepting_starts_the_pairing():
    pairing, facts = domain.accept(a_proposal()[0], today=ON, at=AT, by="s")

    assert (pairing.state, pairing.since) == (PairingState.ACTIVE, ON)
    assert facts == [PairingStarted(pairing_id="pairing-s", person_id="p", staff_id="s", role="PRIMARY", since=ON)]


@pytest.mark.parametrize("by", ["lead", "other", None])
def test_nobody_answers_for_somebody_else(by):
    with pytest.raises(Forbidden, match="NOT_YOUR_PAIRING"):
        domain.accept(a_proposal()[0], today=ON, at=AT, by=by)
    with pytest.raises(Forbidden, match="NOT_YOUR_PAIRING"):
        domain.decline(a_proposal()[0], reason=DeclineReason.WORKLOAD, at=AT, by=by)


def test_a_pairing_is_answered_once():
    with pytest.raises(Conflict, match="PAIRING_NOT_PROPOSED"):
        domain.accept(accepted(), today=ON, at=AT, by="s")


def test_declining_frees_the_place():
    pairing, facts = domain.decline(a_proposal()[0], reason=DeclineReason.RELATIVE, at=AT, by="s")

    assert (pairing.state, pairing.open) == (PairingState.DECLINED, False)
    assert facts == [PairingDeclined(pairing_id="pairing-s", person_id="p", staff_id="s", role="PRIMARY", reason="RELATIVE")]


def test_an_offer_lapses_after_three_days_and_not_before():
    pairing, _ = a_proposal()

    assert domain.lapse(pairing, now=AT + timedelta(days=3)) == (pairing, [])
    lapsed, facts = domain.lapse(pairing, now=AT + timedelta(days=3, seconds=1))
    assert lapsed.declined_reason is DeclineReason.LAPSED and len(facts) == 1
    assert domain.lapse(lapsed, now=AT + timedelta(days=9)) == (lapsed, [])


def test_an_active_pairing_does_not_lapse():
    assert domain.lapse(accepted(), now=AT + timedelta(days=900)) == (accepted(), [])


def test_ending_says_why():
    pairing, facts = domain.end(accepted(), reason=EndReason.PERSON_ASKED, today=ON, at=AT, by="lead")

    assert (pairing.state, pairing.open, pairing.until) == (PairingState.ENDED, False, ON)
    assert facts == [PairingEnded(pairing_id="pairing-s", person_id="p", staff_id="s", role="PRIMARY", reason="PERSON_ASKED")]
    with pytest.raises(Conflict, match="PAIRING_NOT_OPEN"):
        domain.end(pairing, reason=EndReason.PERSON_ASKED, today=ON, at=AT, by="lead")


def test_the_backup_is_somebody_else():
    with pytest.raises(Conflict, match="STAFF_PAIRED_ALREADY"):
        a_proposal(role=Role.BACKUP, others=[accepted()])
    assert a_proposal(role=Role.BACKUP, others=[accepted()], staff_id="t")[0].role is Role.BACKUP


@pytest.mark.rule("OUT-12")
def test_load_weighs_high_three_key_two_and_general_one():
    load = domain.load_of("s", ["HIGH", "KEY", "GENERAL", "GENERAL"], POLICY)

    assert (load.persons, load.weight, load.cap, load.over_cap) == (4, 7, 30, False)
    assert domain.load_of("s", ["HIGH"] * 11, POLICY).over_cap


@pytest.mark.rule("OUT-12")
@pytest.mark.parametrize(("tier", "held", "fits"), [("HIGH", 9, True), ("GENERAL", 10, False), ("HIGH", 10, False)])
def test_the_cap_may_be_reached_and_not_passed(tier, held, fits):
    if fits:
        assert a_proposal(tier, tiers=("HIGH",) * held)[0].load_override_reason is None
    else:
        with pytest.raises(Conflict, match="LOAD_OVER_CAP") as refusal:
            a_proposal(tier, tiers=("HIGH",) * held)
        assert refusal.value.extra == {"load": 30 + POLICY.weight(tier), "cap": 30}


@pytest.mark.rule("OUT-12")
def test_the_lead_may_pass_the_cap_with_a_reason_that_is_kept():
    pairing, _ = a_proposal("KEY", tiers=("HIGH",) * 10, reason="She speaks the dialect.")

    assert pairing.load_override_reason == "She speaks the dialect."
    with pytest.raises(Conflict, match="LOAD_OVER_CAP"):
        a_proposal("KEY", tiers=("HIGH",) * 10, reason="  ")


@pytest.mark.rule("OUT-12")
def test_a_backup_adds_no_load():
    assert a_proposal("HIGH", Role.BACKUP, tiers=("HIGH",) * 10)[0].open


@pytest.mark.rule("OUT-12")
def test_who_is_related_to_the_person_says_so_and_cannot_be_their_worker():
    with pytest.raises(Conflict, match="RELATIVE_OF_PERSON"):
        domain.accept(a_proposal()[0], today=ON, at=AT, by="s", is_relative=True)


def offered(**fit):
    return domain.propose(
        id="x",
        grid_id="g",
        person_id="p",
        staff_id="s",
        tier="KEY",
        load=domain.load_of("s", (), POLICY),
        policy=POLICY,
        at=AT,
        by="lead",
        **fit,
    )[0]


@pytest.mark.rule("OUT-12")
def test_against_the_wish_of_the_person_only_with_a_reason_that_is_kept():
    with pytest.raises(Conflict, match="PREFERENCE_NOT_MET") as refusal:
        offered(unmet_wishes=["SEX"])
    assert refusal.value.extra == {"unmet": ["SEX"]}

    assert offered(unmet_wishes=["SEX"], preference_reason="nobody else").preference_reason == "nobody else"
    assert offered(preference_reason="needless").preference_reason is None


@pytest.mark.rule("OUT-10")
def test_nobody_is_asked_who_left_or_is_on_leave():
    with pytest.raises(Conflict, match="STAFF_AWAY"):
        offered(at_work=False)


@pytest.mark.rule("OUT-12")
def test_a_person_asks_for_somebody_else_once_and_gives_no_reason():
    asked, facts = domain.ask_for_change(accepted(), today=ON)

    assert (asked.change_asked_on, facts) == (ON, [PairingChangeAsked(pairing_id="pairing-s", person_id="p", staff_id="s")])
    assert domain.ask_for_change(asked, today=ON + timedelta(days=1)) == (asked, [])
    with pytest.raises(Conflict, match="PAIRING_NOT_OPEN"):
        domain.ask_for_change(a_proposal()[0], today=ON)


@pytest.mark.rule("OUT-13")
def test_the_backup_covers_for_the_leave_and_no_longer():
    covered, facts = cover.cover(accepted(), by="backup", until=ON + timedelta(days=9))
    assert (covered.state, covered.covered_by, covered.staff_id) == (PairingState.ON_COVER, "backup", "s")
    assert facts == [
        PairingCovered(
            pairing_id="pairing-s", person_id="p", staff_id="s", role="PRIMARY", covered_by="backup", until=ON + timedelta(days=9)
        )
    ]
    nobody, _ = cover.cover(covered, by=None, until=None)
    assert (nobody.state, nobody.covered_by) == (PairingState.ON_COVER, None)

    back, _ = cover.uncover(covered)
    assert (back.state, back.covered_by, back.staff_id, back.since) == (PairingState.ACTIVE, None, "s", ON)
    for pairing in (back, a_proposal()[0]):
        assert cover.uncover(pairing) == (pairing, [])
    backup = domain.accept(a_proposal(role=Role.BACKUP)[0], today=ON, at=AT, by="s")[0]
    assert cover.cover(backup, by="x", until=None) == (backup, [])


def handing(to="t"):
    load = domain.load_of(to, (), POLICY)
    return handovers.propose(accepted(), to_staff_id=to, tier="HIGH", load=load, at_work=True, policy=POLICY, at=AT, by="lead")[0]


def taken():
    return handovers.accept(handing(), is_relative=False, today=ON, at=AT, by="t", policy=POLICY)[0]


@pytest.mark.rule("OUT-11")
def test_the_receiver_of_a_hand_over_accepts_and_is_expected_at_the_door_with_the_giver_within_two_weeks():
    assert handing().state is PairingState.HANDING_OVER
    with pytest.raises(Forbidden, match="NOT_YOUR_PAIRING"):
        handovers.accept(handing(), is_relative=False, today=ON, at=AT, by="s", policy=POLICY)
    with pytest.raises(Conflict, match="RELATIVE_OF_PERSON"):
        handovers.accept(handing(), is_relative=True, today=ON, at=AT, by="t", policy=POLICY)

    pairing = taken()
    assert (pairing.state, pairing.handover.joint_due_on) == (PairingState.HANDING_OVER, ON + timedelta(days=14))
    with pytest.raises(Conflict, match="PAIRING_NOT_PROPOSED"):
        handovers.accept(pairing, is_relative=False, today=ON, at=AT, by="t", policy=POLICY)
    assert not handovers.is_joint(pairing, staff_ids=["t"]) and not handovers.is_joint(handing(), staff_ids=["s", "t"])
    assert handovers.is_joint(pairing, staff_ids=["t", "s", "x"])


@pytest.mark.rule("OUT-11")
def test_the_joint_visit_ends_the_pairing_in_favour_of_the_receivers():
    ended, facts = handovers.complete(taken(), new_pairing_id="new", today=ON, at=AT, policy=POLICY)

    assert (ended.state, ended.open, ended.end_reason, ended.handed_over_to) == (PairingState.ENDED, False, EndReason.HANDED_OVER, "new")
    assert [type(fact).__name__ for fact in facts] == ["PairingEnded", "PairingHandedOver"]
    assert handovers.complete(handing(), new_pairing_id="new", today=ON, at=AT, policy=POLICY)[1] == []
    new, facts = handovers.receive(id="new", grid_id="g", person_id="p", staff_id="t", load_override_reason=None, today=ON, at=AT)
    assert (new.state, new.role, facts[0].staff_id) == (PairingState.ACTIVE, Role.PRIMARY, "t")


@pytest.mark.rule("OUT-11")
def test_who_has_not_accepted_sees_nothing_and_who_gave_reads_for_thirty_days():
    for pairing, reader in ((a_proposal()[0], "s"), (handing(), "t")):
        with pytest.raises(Forbidden, match="SUMMARY_AFTER_ACCEPTING"):
            handovers.may_read(pairing, staff_id=reader, today=ON)
    assert handovers.may_read(taken(), staff_id="t", today=ON) and handovers.may_read(taken(), staff_id="s", today=ON)
    assert not handovers.may_read(taken(), staff_id="x", today=ON) and not handovers.may_read(taken(), staff_id=None, today=ON)

    ended = handovers.complete(taken(), new_pairing_id="new", today=ON, at=AT, policy=POLICY)[0]
    assert handovers.may_read(ended, staff_id="s", today=ON + timedelta(days=30))
    assert not handovers.may_read(ended, staff_id="s", today=ON + timedelta(days=31))
    covered = cover.cover(accepted(), by="backup", until=None)[0]
    assert handovers.may_read(covered, staff_id="backup", today=ON)


@pytest.mark.rule("OUT-11")
def test_a_hand_over_that_nobody_answers_is_taken_back_and_a_late_joint_visit_is_told_once():
    waiting = handing()
    assert handovers.watch(waiting, now=waiting.handover.answer_by, today=ON) == (waiting, [])
    dropped, facts = handovers.watch(waiting, now=waiting.handover.answer_by + timedelta(seconds=1), today=ON)
    assert (dropped.state, dropped.handover, facts[0].reason) == (PairingState.ACTIVE, None, "LAPSED")

    agreed = taken()
    assert handovers.watch(agreed, now=AT, today=ON + timedelta(days=14)) == (agreed, [])
    late, facts = handovers.watch(agreed, now=AT, today=ON + timedelta(days=20))
    assert [(type(fact.event).__name__, fact.effective_on) for fact in facts] == [("PairingHandoverLate", ON + timedelta(days=15))]
    assert handovers.watch(late, now=AT, today=ON + timedelta(days=21)) == (late, [])
    assert handovers.decline(handing(), by="t")[0].state is PairingState.ACTIVE


@pytest.mark.rule("OUT-11")
def test_only_an_active_primary_pairing_is_handed_over_to_somebody_else_under_the_cap():
    with pytest.raises(Conflict, match="NOT_TO_BE_HANDED_OVER"):
        handovers.propose(
            handing(), to_staff_id="x", tier="HIGH", load=domain.load_of("x", (), POLICY), at_work=True, policy=POLICY, at=AT, by="lead"
        )
    with pytest.raises(Conflict, match="STAFF_PAIRED_ALREADY"):
        handing(to="s")
    full = domain.load_of("t", ("HIGH",) * 10, POLICY)
    with pytest.raises(Conflict, match="LOAD_OVER_CAP"):
        handovers.propose(accepted(), to_staff_id="t", tier="GENERAL", load=full, at_work=True, policy=POLICY, at=AT, by="lead")


@pytest.mark.rule("OUT-11")
@pytest.mark.rule("U4")
def test_a_backup_becomes_the_acting_primary():
    backup = domain.accept(a_proposal(role=Role.BACKUP)[0], today=ON, at=AT, by="s")[0]

    acting, facts = domain.act(backup, today=ON)

    assert (acting.role, acting.acting, acting.state) == (Role.PRIMARY, True, PairingState.ACTIVE)
    assert facts == [PairingActing(pairing_id="pairing-s", person_id="p", staff_id="s", role="PRIMARY", since=ON)]


PAIR = {"pairing_id": "x", "person_id": "p", "staff_id": "s", "to_staff_id": "t"}


@pytest.mark.rule("OUT-11")
def test_each_step_of_a_hand_over_is_kept_and_told_with_both_members_of_staff():
    ids = {**PAIR, "pairing_id": accepted().id}
    load = domain.load_of("t", (), POLICY)
    offer = {"to_staff_id": "t", "tier": "HIGH", "load": load, "at_work": True, "policy": POLICY, "at": AT, "by": "lead"}
    asked, facts = handovers.propose(accepted(), **offer, load_override_reason="只有她会说苏州话")
    assert asked == replace(
        accepted(),
        state=PairingState.HANDING_OVER,
        handover=domain.Handover("t", AT, "lead", AT + timedelta(days=3)),
        handover_override_reason="只有她会说苏州话",
    )
    assert facts == [PairingHandoverProposed(**ids)]

    agreed, facts = handovers.accept(asked, is_relative=False, today=ON, at=AT, by="t", policy=POLICY)
    due = ON + timedelta(days=14)
    assert agreed == replace(asked, handover=replace(asked.handover, accepted_at=AT, joint_due_on=due))
    assert facts == [PairingHandoverAccepted(**ids, joint_due_on=due)]

    dropped, facts = handovers.drop(agreed, reason=handovers.DropReason.WITHDRAWN)
    assert (dropped, facts) == (accepted(), [PairingHandoverDropped(**ids, reason="WITHDRAWN")])
    assert handovers.drop(dropped, reason=handovers.DropReason.WITHDRAWN) == (dropped, [])
    assert handovers.decline(asked, by="t")[1] == [PairingHandoverDropped(**ids, reason="DECLINED")]

    late, facts = handovers.watch(agreed, now=AT, today=due + timedelta(days=6))
    assert late == replace(agreed, handover=replace(agreed.handover, late=True))
    assert facts == [Dated(PairingHandoverLate(**ids, joint_due_on=due), due + timedelta(days=1))]
    assert handovers.watch(accepted(), now=AT + timedelta(days=99), today=due + timedelta(days=99)) == (accepted(), [])

    ended, facts = handovers.complete(agreed, new_pairing_id="new", today=ON, at=AT, policy=POLICY)
    assert ended == replace(
        agreed,
        state=PairingState.ENDED,
        open=False,
        ended_at=AT,
        until=ON,
        end_reason=EndReason.HANDED_OVER,
        handed_over_to="new",
        read_until=ON + timedelta(days=30),
    )
    assert facts == [
        PairingEnded(pairing_id=ids["pairing_id"], person_id="p", staff_id="s", role="PRIMARY", reason="HANDED_OVER"),
        PairingHandedOver(**ids, new_pairing_id="new"),
    ]


@pytest.mark.rule("OUT-11")
def test_the_receivers_pairing_is_active_from_the_day_of_the_joint_visit():
    new, facts = handovers.receive(id="new", grid_id="g", person_id="p", staff_id="t", load_override_reason="会说苏州话", today=ON, at=AT)

    assert new == domain.Pairing(
        id="new",
        grid_id="g",
        person_id="p",
        staff_id="t",
        role=Role.PRIMARY,
        state=PairingState.ACTIVE,
        proposed_at=AT,
        proposed_by=None,
        answer_by=AT,
        load_override_reason="会说苏州话",
        accepted_at=AT,
        since=ON,
    )
    assert facts == [PairingStarted(pairing_id="new", person_id="p", staff_id="t", role="PRIMARY", since=ON)]


@pytest.mark.rule("OUT-11")
def test_nobody_answers_a_hand_over_that_they_were_not_asked_for():
    for pairing, by in ((accepted(), "t"), (handing(), None), (handing(), "x")):
        with pytest.raises(Forbidden, match="NOT_YOUR_PAIRING"):
            handovers.decline(pairing, by=by)
    with pytest.raises(Conflict, match="PAIRING_NOT_PROPOSED"):
        handovers.decline(taken(), by="t")


@pytest.mark.rule("OUT-12")
def test_a_hand_over_against_the_persons_wish_or_above_the_cap_needs_the_leads_reason():
    full = domain.load_of("t", ("HIGH",) * 10, POLICY)

    def offer(**fit):
        usual = {"load": domain.load_of("t", (), POLICY), "at_work": True, **fit}
        return handovers.propose(accepted(), to_staff_id="t", tier="HIGH", policy=POLICY, at=AT, by="lead", **usual)[0]

    with pytest.raises(Conflict, match="PREFERENCE_NOT_MET") as refusal:
        offer(unmet_wishes=["SEX"])
    assert refusal.value.extra == {"unmet": ["SEX"]}
    assert offer(unmet_wishes=["SEX"], preference_reason="没有别人").state is PairingState.HANDING_OVER
    with pytest.raises(Conflict, match="LOAD_OVER_CAP"):
        offer(load=full)
    assert offer(load=full, load_override_reason="没有别人").handover_override_reason == "没有别人"
    with pytest.raises(Conflict, match="STAFF_AWAY"):
        offer(at_work=False)


@pytest.mark.rule("OUT-11")
def test_the_two_alone_make_the_visit_a_joint_one():
    assert handovers.is_joint(taken(), staff_ids=["s", "t"])
    assert not handovers.is_joint(accepted(), staff_ids=["s", "t"])


@pytest.mark.rule("OUT-12")
def test_what_is_offered_weighs_and_an_acceptance_is_refused_that_became_too_much_unless_the_lead_said_why():
    busy = domain.load_of("s", ("HIGH",) * 8, POLICY, offered=("HIGH", "KEY"))
    assert (busy.weight, busy.offered, busy.over_cap) == (24, 5, False)
    asked = {"id": "x", "grid_id": "g", "person_id": "p", "staff_id": "s", "tier": "KEY", "load": busy, "policy": POLICY, "at": AT, "by": "lead"}
    with pytest.raises(Conflict, match="LOAD_OVER_CAP"):
        domain.propose(**asked)
    full = domain.load_of("s", ("HIGH",) * 10, POLICY)
    with pytest.raises(Conflict, match="LOAD_OVER_CAP"):
        domain.still_has_room(a_proposal()[0], tier="GENERAL", load=full, policy=POLICY)
    domain.still_has_room(domain.propose(**asked, load_override_reason="没有别人")[0], tier="GENERAL", load=full, policy=POLICY)
    domain.still_has_room(a_proposal(role=Role.BACKUP)[0], tier="HIGH", load=full, policy=POLICY)
    with pytest.raises(Conflict, match="LOAD_OVER_CAP"):
        domain.still_has_room(handing(), tier="HIGH", load=full, policy=POLICY)
    # What was accepted before is not asked again, so that a repeated request gets its answer.
    domain.still_has_room(accepted(), tier="HIGH", load=full, policy=POLICY)
