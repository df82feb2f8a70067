"""How a lesson travels to a member: what was sent in which form, and for parcels where they are (LRN-20)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict
from services.learning.members.domain import Mode
from services.learning.sessions.domain import Form


class ParcelState(StrEnum):
    """Where a parcel is."""

    PREPARED = "PREPARED"
    HANDED_TO_CARRIER = "HANDED_TO_CARRIER"
    IN_TRANSIT = "IN_TRANSIT"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERED = "DELIVERED"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    ADDRESS_PROBLEM = "ADDRESS_PROBLEM"
    CUSTOMS = "CUSTOMS"
    REFUSED = "REFUSED"
    RETURNED = "RETURNED"
    LOST = "LOST"
    DAMAGED = "DAMAGED"


class ReceivedBy(StrEnum):
    """Into whose hands a lesson came."""

    SELF = "SELF"
    RELATIVE = "RELATIVE"
    NEIGHBOUR = "NEIGHBOUR"
    LOCKER = "LOCKER"
    OFFICE = "OFFICE"


NOT_ARRIVING = frozenset({ParcelState.REFUSED, ParcelState.RETURNED, ParcelState.LOST, ParcelState.DAMAGED})
"""A parcel in one of these states will not reach the member: the next way is taken."""

ON_THE_WAY = frozenset(
    {ParcelState.HANDED_TO_CARRIER, ParcelState.IN_TRANSIT, ParcelState.OUT_FOR_DELIVERY, ParcelState.ADDRESS_PROBLEM, ParcelState.CUSTOMS}
)

SCANS: dict[ParcelState, frozenset[ParcelState]] = {
    ParcelState.PREPARED: frozenset(),
    **{state: (ON_THE_WAY - {ParcelState.HANDED_TO_CARRIER}) | NOT_ARRIVING for state in ON_THE_WAY},
    ParcelState.DELIVERED: frozenset({ParcelState.RETURNED}),
}
"""Which carrier's report may follow which; an uncollected parcel goes back even after it counted as delivered."""


@dataclass(frozen=True)
class Parcel:
    """A parcel on its way, or where it ended."""

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
    parcel: Parcel | None = None


def may_scan(parcel: Parcel, state: ParcelState) -> None:
    """Refuse a carrier's report that cannot follow where the parcel is."""
    if state not in SCANS.get(parcel.state, frozenset()):
        raise Conflict("PARCEL_STATE", state=parcel.state)
