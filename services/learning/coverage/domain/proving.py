"""Adds proofs to a row, and gives the credit when they are strong enough for the mode (LRN-10, LRN-12)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from services.common.errors import Conflict, Invalid
from services.common.events import Dated
from services.common.events.learning import CoverageVerified, CreditRecorded
from services.learning.coverage.domain import proofs as proofs_
from services.learning.coverage.domain.bearing import BearerKind
from services.learning.coverage.domain.deliveries import Delivery
from services.learning.coverage.domain.editions import edition_of
from services.learning.coverage.domain.modes import LIVE
from services.learning.coverage.domain.proofs import GivenBy, Proof, ProofKind, Strength
from services.learning.coverage.domain.rows import FALLIBLE, Coverage, Decision, Verification, moved, names_of, refused
from services.learning.coverage.domain.rows import CoverageState as S
from services.learning.members.domain import Mode
from services.learning.parcels.domain import ParcelState
from services.learning.sessions.domain import StudySession


def prove(
    row: Coverage,
    session: StudySession,
    *,
    proof_id: str,
    kind: ProofKind,
    given_by: GivenBy,
    at: datetime,
    on: date,
    now: datetime,
    by: str,
    mode: Mode | None = None,
    percent: int | None = None,
    speed: float | None = None,
    reference: str | None = None,
    secretary_may: bool = True,
    edition: int | None = None,
) -> Decision:
    """Add a proof; the row is verified when the proofs fill its mode's line of the proof table (LRN-10, LRN-12)."""
    if row.state in (S.WAIVED, S.VOID):
        raise refused(row)
    if at > now:
        raise Invalid.field("at", "IN_THE_FUTURE")
    if kind is ProofKind.SECRETARY_CONTACT and not secretary_may:
        raise Conflict("SUPERVISOR_MUST_SEE")
    meant = proofs_.mode_of(kind, row.mode, mode, on_the_day=on == row.held_on)
    strength = proofs_.weigh(kind, given_by, percent, speed)
    if kind is ProofKind.ROTATING_CODE and on != row.held_on:
        strength = Strength.WEAK
    if meant is Mode.IN_PERSON and kind is ProofKind.ROLL_CALL and on < row.held_on:
        raise Invalid.field("at", "BEFORE_SESSION")
    edition = edition or edition_of(row, session, meant, kind, at)
    proof = Proof(proof_id, kind, meant, given_by, strength, at, by, percent, speed, reference, edition)
    return add_proof(row, proof, session, now, effective_on=on)


def prove_by_word(row: Coverage, session: StudySession, *, kind: ProofKind, decides: bool, reference: str | None = None, **how: Any) -> Decision:
    """Add a proof on somebody's word; that a lesson was taught at home is proved by the visit itself, and to name that visit again adds nothing (LRN-10).

    The visits of volunteers stand in no ledger, so whoever decides for the branch says of the one who was named that they taught it.
    """
    if kind is ProofKind.VISIT_ITEM:
        if reference and any(one.kind is kind and one.reference == reference and not one.taken_back for one in row.proofs):
            return row, []
        by_volunteer = row.mode is Mode.HOME_TEACHING and row.bearer is not None and row.bearer.kind is BearerKind.VOLUNTEER
        if not (decides and by_volunteer):
            raise Invalid.field("reference", "VISIT_NOT_KNOWN")
    return prove(row, session, kind=kind, reference=reference, **how)


def add_proof(row: Coverage, proof: Proof, session: StudySession, now: datetime, *, effective_on: date) -> Decision:
    """Add a proof, once; one of an edition that had to be studied again is kept and proves nothing any more (LRN-24)."""
    if any(known.id == proof.id for known in row.proofs):
        return row, []
    row = replace(row, proofs=(*row.proofs, proof), delivery=_acknowledged(row.delivery, proof))
    if row.state is S.VERIFIED:
        return row, []
    counting = tuple(one for one in row.proofs if one.edition >= session.restudy_from)
    if not proofs_.satisfied(proof.mode, counting, recall_asked=session.asks_recall):
        if proof in counting and proof.strength is not Strength.WEAK and proof.mode is row.mode and row.state in FALLIBLE:
            row = moved(row, S.ATTENDED if proof.mode in LIVE else S.STUDIED)
        return row, []
    verification = Verification(proof.mode, proof.kind, now, proof.recorded_by, session.credit_minutes, proof.edition)
    row = moved(
        row,
        S.VERIFIED,
        verification=verification,
        edition=proof.edition,
        blocker=None,
        wanted=None,
        missing_forms=(),
        options=(),
        waiver=None,
    )
    seen_at = proof.at if proof.kind is ProofKind.VISIT_ITEM else None
    facts = [Dated(CoverageVerified(**names_of(row), mode=proof.mode, proof_kind=proof.kind, seen_at=seen_at), effective_on)]
    if not row.past_verifications:
        # What was credited for an earlier edition is not credited again.
        facts.append(Dated(CreditRecorded(**names_of(row), minutes=session.credit_minutes), effective_on))
    return row, facts


def _acknowledged(delivery: Delivery | None, proof: Proof) -> Delivery | None:
    """A parcel is acknowledged by the member's own word only."""
    if delivery is None or delivery.parcel is None or proof.kind not in proofs_.ACKNOWLEDGED or proof.strength is Strength.WEAK:
        return delivery
    return replace(delivery, parcel=replace(delivery.parcel, state=ParcelState.ACKNOWLEDGED))
