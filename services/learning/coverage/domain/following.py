"""Lets a row follow the parcel in which its lesson travels (LRN-20, LRN-22)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from services.learning.coverage.domain import acts
from services.learning.coverage.domain.deliveries import Delivery, TravellingParcel
from services.learning.coverage.domain.policy import POLICY, StudyPolicy
from services.learning.coverage.domain.rows import CLOSED, FALLIBLE, Coverage, Decision, FailureReason
from services.learning.coverage.domain.rows import CoverageState as S
from services.learning.coverage.domain.settling import Known, next_way
from services.learning.members.domain import Member, Mode
from services.learning.parcels.domain import NOT_ARRIVING, ON_THE_WAY, ContentResult, Parcel, ParcelState
from services.learning.sessions.domain import StudySession


def follow(
    row: Coverage, parcel: Parcel, session: StudySession, member: Member, *, now: datetime, today: date, policy: StudyPolicy = POLICY
) -> Decision:
    """Bring a row up to date with its parcel; a row that has left the parcel behind follows it no more."""
    content = next((one for one in parcel.every_content if one.coverage_id == row.id), None)
    mark = row.delivery.parcel if row.delivery else None
    if content is None:
        return row, []
    if mark is None or mark.id != parcel.id:
        if not comes_by(row, parcel.id) or parcel.state in (*NOT_ARRIVING, ParcelState.WITHDRAWN, ParcelState.LEFT_BEHIND):
            return row, []
        mark = TravellingParcel(parcel.id, ParcelState.PREPARED)
        row = replace(row, delivery=Delivery(row.mode, row.form, parcel.prepared_on, parcel.prepared_by, parcel=mark, edition=content.edition))
    if parcel.state is ParcelState.WITHDRAWN:
        return (replace(row, delivery=None), []) if row.state is S.ASSIGNED else (row, [])
    if parcel.state is not ParcelState.PREPARED and row.state is S.ASSIGNED:
        row, _ = acts.send_parcel(row, carrier=parcel.carrier, tracking_no=parcel.tracking_no, sent_on=parcel.sent_on, at=now)
    return _on_the_way(row, parcel, content.result, Known(session, member, now, today, policy))


def comes_by(row: Coverage, parcel_id: str) -> bool:
    """Say whether a row's lesson is still to come by a parcel in which it was packed: it is owed, and has not left the parcel behind."""
    if row.state in CLOSED:
        return False
    if row.delivery is not None:
        return row.delivery.parcel is not None and row.delivery.parcel.id == parcel_id
    gone_before = any(past.parcel and past.parcel.id == parcel_id for past in row.past_deliveries)
    return row.state is S.ASSIGNED and row.mode is Mode.PARCEL and not gone_before


def _on_the_way(row: Coverage, parcel: Parcel, found: ContentResult | None, known: Known) -> Decision:
    if row.state not in FALLIBLE or row.state is S.ASSIGNED:
        return row, []
    mark = row.delivery.parcel
    if parcel.state in NOT_ARRIVING:
        row = replace(row, delivery=replace(row.delivery, parcel=replace(mark, state=parcel.state, last_scan_on=parcel.last_scan_on)))
        return next_way(row, FailureReason(parcel.state), known, failed_on=parcel.last_scan_on, by="system")
    if found in (ContentResult.MISSING, ContentResult.DAMAGED):
        return next_way(row, FailureReason(found), known, failed_on=known.today, by="system")
    if parcel.delivered_to is not None and parcel.delivered_to is not mark.delivered_to:
        return acts.take_delivery(row, parcel, at=known.now, by="system")
    if parcel.state in ON_THE_WAY:
        row = replace(row, delivery=replace(row.delivery, parcel=replace(mark, state=parcel.state, last_scan_on=parcel.last_scan_on)))
    return row, []
