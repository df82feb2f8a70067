"""What people do to a row: choose its way, send the lesson, say that it came or did not, waive it, tell of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.learning import CoverageWaived
from services.learning.coverage.domain.deliveries import Delivery, TravellingParcel
from services.learning.coverage.domain.feedback import Feedback
from services.learning.coverage.domain.modes import LIVE, SECRETARY, Blocker, take
from services.learning.coverage.domain.policy import POLICY, StudyPolicy
from services.learning.coverage.domain.proofs import TEACHING, GivenBy, Proof, ProofKind, Strength
from services.learning.coverage.domain.rows import (
    CLOSED,
    FALLIBLE,
    UNDISPATCHED,
    Coverage,
    Decision,
    FailureReason,
    Waiver,
    WaiverCode,
    moved,
    names_of,
    refused,
)
from services.learning.coverage.domain.rows import CoverageState as S
from services.learning.coverage.domain.settling import Known, adopt, next_way
from services.learning.members.domain import Member, Mode
from services.learning.parcels.domain import OWN_HANDS, Parcel, ParcelState, ReceivedBy
from services.learning.sessions.domain import StudySession


def assign(row: Coverage, session: StudySession, member: Member, *, mode: Mode, now: datetime, today: date, policy: StudyPolicy = POLICY) -> Decision:
    """Let the secretary choose the mode; what it needs must be there, and nothing re-picks it by itself."""
    if row.state not in UNDISPATCHED | FALLIBLE:
        raise refused(row)
    known = Known(session, member, now, today, policy)
    choice = take((mode,), known.needs, known.offer, SECRETARY)
    if choice.blocker is Blocker.NO_WAY_LEFT:
        raise Invalid.field("mode", "MODE_NOT_POSSIBLE")
    others = tuple(other for other in row.fallbacks if other is not mode)
    return adopt(row, replace(choice, fallbacks=others), known, step=row.step + 1)


def dispatch(row: Coverage, *, at: datetime, today: date, by: str, held: bool = False, planned_on: date | None = None) -> Decision:
    """Send the lesson on its way: link, media, papers, or the invitation to a lesson made up; a parcel has its own way."""
    if row.state is not S.ASSIGNED or row.mode in LIVE or row.mode is Mode.PARCEL:
        raise refused(row)
    if held:
        raise Conflict("DELIVERIES_HELD")
    if row.mode is Mode.MAKE_UP_CLASS and planned_on is None:
        raise Invalid.field("planned_on", "REQUIRED")
    delivery = Delivery(row.mode, row.form, today, by, dispatched_at=at, dispatched_on=today, planned_on=planned_on, edition=row.edition)
    return moved(row, S.DISPATCHED, delivery=delivery), []


def send_parcel(row: Coverage, *, carrier: str | None, tracking_no: str | None, sent_on: date, at: datetime) -> Decision:
    """Let the row's parcel be on its way."""
    parcel = TravellingParcel(row.delivery.parcel.id, ParcelState.HANDED_TO_CARRIER, carrier, tracking_no, last_scan_on=sent_on)
    return moved(row, S.DISPATCHED, delivery=replace(row.delivery, dispatched_at=at, dispatched_on=sent_on, parcel=parcel)), []


def take_delivery(row: Coverage, parcel: Parcel, *, at: datetime, by: str) -> Decision:
    """Note into whose hands the row's parcel came; in a neighbour's it is not even received (LRN-20)."""
    to, on = parcel.delivered_to, parcel.delivered_on
    mark = replace(row.delivery.parcel, state=ParcelState.DELIVERED, delivered_to=to, delivered_on=on, last_scan_on=on)
    delivery = replace(row.delivery, parcel=mark, received_on=on if to in OWN_HANDS else None)
    kind = ProofKind.CARRIER_DELIVERED if to is ReceivedBy.SELF else ProofKind.SIGNED_BY_OTHER
    proof = Proof(f"{parcel.id}/{to}", kind, row.mode, GivenBy.CARRIER, Strength.WEAK, at, by)
    row = replace(row, delivery=delivery, proofs=(*row.proofs, proof))
    return moved(row, S.RECEIVED) if to in OWN_HANDS and row.state is S.DISPATCHED else row, []


_ON_RECEIPT = {
    Mode.MOBILE_AUDIO: ProofKind.LINK_OPENED,
    Mode.RELATIVE_MEDIA: ProofKind.READ_TICK,
    Mode.PAPER_BY_HAND: ProofKind.HANDED_OVER,
    Mode.MAKE_UP_CLASS: ProofKind.SIGN_UP,
    Mode.PHONE_READING: ProofKind.CALL_CONNECTED,
}


def receive(row: Coverage, *, proof_id: str, received_by: ReceivedBy, at: datetime, today: date, by: str) -> Decision:
    """Record that the lesson arrived; arrived is never studied, and in a neighbour's hands it is not even received."""
    if row.state is not S.DISPATCHED or row.mode not in _ON_RECEIPT:
        raise refused(row)
    own = received_by in OWN_HANDS
    delivery = replace(row.delivery, received_on=today if own else None)
    kind, giver = _ON_RECEIPT[row.mode], GivenBy.MEMBER if received_by is ReceivedBy.SELF else GivenBy.SYSTEM
    proof = Proof(proof_id, kind, row.mode, giver, Strength.WEAK, at, by)
    row = replace(row, delivery=delivery, proofs=(*row.proofs, proof))
    return moved(row, S.RECEIVED) if own else row, []


def fail(
    row: Coverage,
    session: StudySession,
    member: Member,
    *,
    reason: FailureReason,
    now: datetime,
    today: date,
    by: str,
    policy: StudyPolicy = POLICY,
) -> Decision:
    """Record that the way did not reach the member; by phone only tries on two days make a failure."""
    if row.state not in FALLIBLE:
        raise refused(row)
    if row.mode is Mode.PHONE_READING and reason is FailureReason.NO_ANSWER:
        delivery = row.delivery or Delivery(row.mode, row.form, today, by)
        delivery = replace(delivery, tried_on=tuple(sorted({*delivery.tried_on, today})))
        row = replace(row, delivery=delivery)
        if len(delivery.tried_on) < policy.phone_days:
            return row, []
    return next_way(row, reason, Known(session, member, now, today, policy), failed_on=today, by=by)


def waive(row: Coverage, *, code: WaiverCode, today: date, by: str) -> Decision:
    """Waive the lesson with a reason from the closed list; OTHER holds only when a second person signs too."""
    if row.state in CLOSED:
        raise refused(row)
    if code is WaiverCode.OTHER:
        if row.waiver is None:
            return replace(row, waiver=Waiver(code, by, today)), []
        if row.waiver.signed_by == by:
            raise Forbidden("SECOND_SIGNER_MUST_DIFFER")
        waiver = replace(row.waiver, second_signed_by=by)
    else:
        waiver = Waiver(code, by, today)
    waived = moved(row, S.WAIVED, waiver=waiver, blocker=None, wanted=None, missing_forms=(), options=())
    return waived, [CoverageWaived(**names_of(row))]


def tell(row: Coverage, *, id: str, given_by: GivenBy, text: str, at: datetime, by: str) -> Coverage:
    """Write down what was said of the lesson, which must have come to the member first (LRN-33)."""
    if row.state in UNDISPATCHED or row.state in (S.WAIVED, S.VOID):
        raise refused(row)
    return replace(row, feedback=(*row.feedback, Feedback(id, given_by, text, at, by)))


def taught_by(row: Coverage, by: str) -> bool:
    """Say whether somebody taught this lesson at home."""
    return any(proof.recorded_by == by and proof.kind in TEACHING and proof.mode is Mode.HOME_TEACHING for proof in row.proofs)


def voices(rows: Iterable[Coverage]) -> list[dict[str, Any]]:
    """Return what was said in all the rows of a session, the oldest first; in the room and at home alike (LRN-33)."""
    told = [
        {
            "id": one.id,
            "coverage_id": row.id,
            "member_id": row.member_id,
            "mode": row.verification.mode if row.verification else row.mode,
            "given_by": one.given_by,
            "text": one.text,
            "at": one.at,
            "recorded_by": one.recorded_by,
        }
        for row in rows
        if row.state is not S.VOID
        for one in row.feedback
    ]
    return sorted(told, key=lambda one: (one["at"], one["id"]))
