"""Two members who are one person: one membership, proofs united, credit once (REG-57, LRN-12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from services.common.events import Dated, Event
from services.common.events.learning import (
    CoverageAssigned,
    CoverageReopened,
    CoverageVerified,
    CoverageVoided,
    CreditRecorded,
    MemberJoinedBranch,
    MemberLeftBranch,
)
from services.learning.coverage.domain.deliveries import Delivery
from services.learning.coverage.domain.rows import CLOSED, UNDISPATCHED, Coverage, CoverageState
from services.learning.members.domain import EndReason, Member
from services.learning.parcels.domain import Content, Parcel


def moved(member: Member, person_id: str) -> Member:
    """Let a membership be the winner's."""
    return replace(member, person_id=person_id)


def ended(loser: Member, winner: Member, *, today: date) -> Member:
    """End the one of two memberships of one branch that was one too many; nothing is owed by it any more."""
    return replace(loser, active=False, until=max(today, loser.since), end_reason=EndReason.MERGED)


def united(winner: Member, loser: Member) -> Member:
    """Return the membership that goes on, with what is known of the life of either; what it owes begins where it began."""
    known = {(one.code, one.since) for one in winner.circumstances}
    agreed = {one.id for one in winner.reductions}
    circumstances = (*winner.circumstances, *(one for one in loser.circumstances if (one.code, one.since) not in known))
    return replace(
        winner,
        circumstances=circumstances,
        relative_helper=winner.relative_helper or loser.relative_helper,
        delivery_address=winner.delivery_address or loser.delivery_address,
        address_confirmed_on=winner.address_confirmed_on if winner.delivery_address else loser.address_confirmed_on,
        address_doubted_on=winner.address_doubted_on if winner.delivery_address else loser.address_doubted_on,
        smartphone=winner.smartphone or loser.smartphone,
        contact_preference=winner.contact_preference or loser.contact_preference,
        shown=_both(winner.shown, loser.shown),
        moved_out_on=winner.moved_out_on or loser.moved_out_on,
        transfer_confirmed_on=winner.transfer_confirmed_on or loser.transfer_confirmed_on,
        reductions=(*winner.reductions, *(one for one in loser.reductions if one.id not in agreed)),
        needs_version=winner.needs_version + 1 if circumstances != winner.circumstances else winner.needs_version,
    )


def row_alone(row: Coverage, person_id: str) -> Coverage:
    """Let a row be the winner's who has none of this session; its proofs are what they were."""
    return replace(row, person_id=person_id)


def rows(own: Coverage, other: Coverage) -> tuple[Coverage, Coverage]:
    """Return the winner's row with the proofs of both, and the loser's as void: a lesson is credited once (LRN-12)."""
    known = {proof.id for proof in own.proofs}
    said = {one.id for one in own.feedback}
    kept = replace(
        own,
        proofs=(*own.proofs, *(proof for proof in other.proofs if proof.id not in known)),
        feedback=(*own.feedback, *(one for one in other.feedback if one.id not in said)),
        failures=_both(own.failures, other.failures),
        past_deliveries=_both(own.past_deliveries, other.past_deliveries),
        past_verifications=_both(own.past_verifications, other.past_verifications),
    )
    if other.state is CoverageState.VERIFIED and own.state not in (CoverageState.VERIFIED, CoverageState.VOID):
        # A proof is more than a waiver: whoever was let off under one record has the lesson under the other.
        kept = replace(_without_delivery(kept), **_NOTHING_MISSING, state=other.state, mode=other.mode, edition=other.edition, verification=other.verification, waiver=None, overdue_since=None)
        kept = _with_past(kept, other.delivery)
    elif own.state in UNDISPATCHED and other.state in _ON_ITS_WAY:
        way = {name: getattr(other, name) for name in _WAY}
        kept = replace(_without_delivery(kept), **_NOTHING_MISSING, **way)
    else:
        kept = _with_past(kept, other.delivery)
    return kept, replace(other, state=CoverageState.VOID, void_reason="MERGED", verification=None, past_verifications=(), merged_into=own.id)


_ON_ITS_WAY = frozenset({CoverageState.DISPATCHED, CoverageState.RECEIVED, CoverageState.STUDIED, CoverageState.ATTENDED})
_WAY = ("state", "mode", "form", "rule", "fallbacks", "step", "assigned_on", "abroad", "delivery", "resent", "edition")
"""What a row has of the way that its lesson goes; a lesson that is on its way under one record is not sent again under the other."""
_NOTHING_MISSING: dict[str, object] = {"blocker": None, "wanted": None, "missing_forms": (), "options": ()}


def _without_delivery(row: Coverage) -> Coverage:
    return _with_past(replace(row, delivery=None), row.delivery)


def _with_past(row: Coverage, delivery: Delivery | None) -> Coverage:
    """Keep a delivery that is not the row's own; a merge that a crash cut short is gone on with, and keeps it once."""
    return replace(row, past_deliveries=_both(row.past_deliveries, (delivery,))) if delivery and delivery != row.delivery else row


def _both(own: tuple, other: tuple) -> tuple:
    return tuple(dict.fromkeys((*own, *other)))


def parcel(parcel: Parcel, winner: str, loser: str, contents: Mapping[str, Content]) -> Parcel:
    """Return a parcel for the person under whose id they go on, with what became of each of its lessons; one that is doubled is in it once."""
    found = {one.coverage_id: one for one in (contents.get(one.coverage_id, one) for one in parcel.contents)}
    return replace(parcel, person_id=winner if parcel.person_id == loser else parcel.person_id, contents=tuple(found.values()))


def member_facts(before: Member, after: Member) -> list[Event | Dated]:
    """Return who left the branch by a merge, and who is back by its undoing."""
    ids = {"member_id": after.id, "branch_id": after.branch_id}
    facts: list[Event | Dated] = []
    if before.active and not after.active:
        facts.append(MemberLeftBranch(**ids, person_id=before.person_id, reason=EndReason.MERGED))
    elif after.active and (not before.active or before.person_id != after.person_id):
        facts.append(MemberJoinedBranch(**ids, person_id=after.person_id, since=after.since))
    return facts


def row_facts(before: Coverage, after: Coverage) -> list[Event | Dated]:
    """Return which lesson is credited by the other's proof, which row is owed no more, and which goes another way."""
    ids = {"coverage_id": after.id, "session_id": after.session_id, "member_id": after.member_id, "person_id": after.person_id}
    if before.state is after.state:
        return []
    if after.state is CoverageState.VOID:
        return [CoverageVoided(**ids, reason="MERGED")]
    if after.state is CoverageState.VERIFIED and after.verification:
        verified = CoverageVerified(**ids, mode=after.verification.mode, proof_kind=after.verification.proof_kind)
        return [verified] if after.past_verifications else [verified, CreditRecorded(**ids, minutes=after.verification.credit_minutes)]
    if before.state in CLOSED:
        return [CoverageReopened(**ids)]
    return [CoverageAssigned(**ids, mode=after.mode, cover_by_on=after.cover_by_on)] if after.mode else []
