"""Hand-over: accepted before anything is shown, ended by a visit of both, and readable for a while by who gave (OUT-11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Forbidden
from services.common.events.base import Dated, Event
from services.common.events.outreach import (
    PairingEnded,
    PairingHandedOver,
    PairingHandoverAccepted,
    PairingHandoverDropped,
    PairingHandoverLate,
    PairingHandoverProposed,
    PairingStarted,
)
from services.outreach.pairings.domain.pairings import (
    LIFECYCLE,
    EndReason,
    Handover,
    Load,
    Pairing,
    PairingPolicy,
    PairingState,
    Role,
    can_take,
    under_the_cap,
)

Change = tuple[Pairing, list[Event | Dated]]


class DropReason(StrEnum):
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"
    WITHDRAWN = "WITHDRAWN"
    STAFF_AWAY = "STAFF_AWAY"


def propose(
    pairing: Pairing,
    *,
    to_staff_id: str,
    tier: str,
    load: Load,
    at_work: bool,
    unmet_wishes: tuple[str, ...] | list[str] = (),
    preference_reason: str | None = None,
    load_override_reason: str | None = None,
    policy: PairingPolicy,
    at: datetime,
    by: str,
) -> Change:
    """Ask somebody to take a person over; until both have been there, the one who gives looks after the person."""
    if pairing.state is not PairingState.ACTIVE or pairing.role is not Role.PRIMARY:
        raise Conflict("NOT_TO_BE_HANDED_OVER", state=pairing.state.value)
    if to_staff_id == pairing.staff_id:
        raise Conflict("STAFF_PAIRED_ALREADY")
    can_take(at_work=at_work, unmet_wishes=unmet_wishes, preference_reason=preference_reason)
    under_the_cap(load.weight + load.offered + policy.weight(tier), load_override_reason, policy)
    handover = Handover(to_staff_id, at, by, at + policy.answer_within)
    changed = replace(
        pairing,
        state=LIFECYCLE.step(pairing.state, PairingState.HANDING_OVER),
        handover=handover,
        handover_override_reason=load_override_reason,
        handover_preference_reason=preference_reason if unmet_wishes else None,
    )
    return changed, [PairingHandoverProposed(**_ids(changed))]


def accept(pairing: Pairing, *, is_relative: bool, today: date, at: datetime, by: str | None, policy: PairingPolicy) -> Change:
    """Agree to take the person over; from now on the receiver sees who it is, and a joint visit is expected."""
    handover = _asked(pairing, by)
    if is_relative:
        raise Conflict("RELATIVE_OF_PERSON")
    joint_due_on = today + timedelta(days=policy.joint_visit_days)
    state = LIFECYCLE.step(pairing.state, PairingState.HANDING_OVER)
    changed = replace(pairing, state=state, handover=replace(handover, accepted_at=at, joint_due_on=joint_due_on))
    return changed, [PairingHandoverAccepted(**_ids(changed), joint_due_on=joint_due_on)]


def decline(pairing: Pairing, *, by: str | None) -> Change:
    """Turn the hand-over down; the pairing goes on."""
    _asked(pairing, by)
    return drop(pairing, reason=DropReason.DECLINED)


def drop(pairing: Pairing, *, reason: DropReason) -> Change:
    """Let the pairing go on as before, without a hand-over."""
    if pairing.state is not PairingState.HANDING_OVER:
        return pairing, []
    told = PairingHandoverDropped(**_ids(pairing), reason=reason.value)
    nothing = dict.fromkeys(("handover", "handover_override_reason", "handover_preference_reason"))
    return replace(pairing, state=LIFECYCLE.step(pairing.state, PairingState.ACTIVE), **nothing), [told]


def watch(pairing: Pairing, *, now: datetime, today: date) -> Change:
    """Take back a hand-over that nobody answered in time, and tell once of a joint visit that is overdue."""
    handover = pairing.handover
    if pairing.state is not PairingState.HANDING_OVER or handover is None:
        return pairing, []
    if handover.accepted_at is None:
        return drop(pairing, reason=DropReason.LAPSED) if now > handover.answer_by else (pairing, [])
    if handover.late or today <= handover.joint_due_on:
        return pairing, []
    told = PairingHandoverLate(**_ids(pairing), joint_due_on=handover.joint_due_on)
    return replace(pairing, handover=replace(handover, late=True)), [Dated(told, handover.joint_due_on + timedelta(days=1))]


def is_joint(pairing: Pairing, *, staff_ids: tuple[str, ...] | list[str]) -> bool:
    """Say whether a visit of these members of staff is the one of both who hand over and take over."""
    handover = pairing.handover
    return bool(handover and handover.accepted_at and {pairing.staff_id, handover.to_staff_id} <= set(staff_ids))


def complete(pairing: Pairing, *, new_pairing_id: str, today: date, at: datetime, policy: PairingPolicy) -> Change:
    """End the pairing in favour of the receiver's; who gave may read for a while (OUT-11)."""
    if pairing.state is not PairingState.HANDING_OVER or pairing.handover is None or pairing.handover.accepted_at is None:
        return pairing, []
    ended = replace(
        pairing,
        state=LIFECYCLE.step(pairing.state, PairingState.ENDED),
        open=False,
        ended_at=at,
        until=today,
        end_reason=EndReason.HANDED_OVER,
        handed_over_to=new_pairing_id,
        read_until=today + timedelta(days=policy.read_on_days),
    )
    end = PairingEnded(
        pairing_id=pairing.id,
        person_id=pairing.person_id,
        staff_id=pairing.staff_id,
        role=pairing.role.value,
        reason=EndReason.HANDED_OVER.value,
    )
    return ended, [end, PairingHandedOver(**_ids(pairing), new_pairing_id=new_pairing_id)]


def receive(
    *,
    id: str,
    grid_id: str | None,
    person_id: str,
    staff_id: str,
    load_override_reason: str | None,
    preference_reason: str | None = None,
    today: date,
    at: datetime,
) -> tuple[Pairing, list[Event]]:
    """Start the receiver's pairing; they accepted it when they accepted the hand-over."""
    pairing = Pairing(
        id=id,
        grid_id=grid_id,
        person_id=person_id,
        staff_id=staff_id,
        role=Role.PRIMARY,
        state=LIFECYCLE.step("", PairingState.ACTIVE),
        proposed_at=at,
        proposed_by=None,
        answer_by=at,
        load_override_reason=load_override_reason,
        preference_reason=preference_reason,
        accepted_at=at,
        since=today,
    )
    return pairing, [PairingStarted(pairing_id=id, person_id=person_id, staff_id=staff_id, role=Role.PRIMARY.value, since=today)]


def may_read(pairing: Pairing, *, staff_id: str | None, gone: bool = False, today: date) -> bool:
    """Say whether a member of staff may see the summary of a person by this pairing; refuse it to who has not accepted yet (OUT-11)."""
    handover = pairing.handover
    if staff_id is None or gone:
        return False
    if pairing.state is PairingState.ENDED:
        return staff_id == pairing.staff_id and pairing.read_until is not None and today <= pairing.read_until
    if handover and staff_id == handover.to_staff_id:
        if handover.accepted_at is None:
            raise Forbidden("SUMMARY_AFTER_ACCEPTING")
        return True
    if staff_id == pairing.staff_id and pairing.state is PairingState.PROPOSED:
        raise Forbidden("SUMMARY_AFTER_ACCEPTING")
    return pairing.open and staff_id in (pairing.staff_id, pairing.covered_by)


def _asked(pairing: Pairing, by: str | None) -> Handover:
    handover = pairing.handover
    if handover is None or by is None or by != handover.to_staff_id:
        raise Forbidden("NOT_YOUR_PAIRING")
    if pairing.state is not PairingState.HANDING_OVER or handover.accepted_at:
        raise Conflict("PAIRING_NOT_PROPOSED", state=pairing.state.value)
    return handover


def _ids(pairing: Pairing) -> dict[str, str]:
    return {
        "pairing_id": pairing.id,
        "person_id": pairing.person_id,
        "staff_id": pairing.staff_id,
        "to_staff_id": pairing.handover.to_staff_id,
    }
