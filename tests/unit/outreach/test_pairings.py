"""Pairings: offered, answered by the very person who was asked, ended."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.errors import Conflict, Forbidden
from services.common.events.outreach import PairingDeclined, PairingEnded, PairingProposed, PairingStarted
from services.outreach.pairings import domain
from services.outreach.pairings.domain import DeclineReason, EndReason, PairingPolicy, PairingState, Role

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
