"""How a lesson travels to a member: what was sent in which form, and for parcels where they are (LRN-20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.learning.members.domain import Mode
from services.learning.parcels.domain import ParcelState, ReceivedBy
from services.learning.sessions.domain import Form


@dataclass(frozen=True)
class TravellingParcel:
    """What a row knows of its parcel, which other rows may share."""

    id: str | None
    state: ParcelState
    carrier: str | None = None
    tracking_no: str | None = None
    last_scan_on: date | None = None
    delivered_to: ReceivedBy | None = None
    delivered_on: date | None = None


@dataclass(frozen=True)
class Delivery:
    """One attempt to bring the lesson to the member in one mode."""

    mode: Mode
    form: Form | None
    prepared_on: date
    prepared_by: str
    dispatched_at: datetime | None = None
    dispatched_on: date | None = None
    planned_on: date | None = None
    received_on: date | None = None
    tried_on: tuple[date, ...] = ()
    parcel: TravellingParcel | None = None
    edition: int = 1
    """Which edition of the lesson it brings (LRN-24)."""
