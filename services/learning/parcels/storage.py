"""Where parcels are kept; where they go lies encrypted under the key of whom they are addressed to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from services.common.store import Aggregates, Index, Scope, Stored
from services.learning.parcels.domain import Parcel, ParcelState

EVERYBODY = Scope.everything("a clock or a fact concerns every parcel")


class Parcels(Aggregates[Parcel]):
    """One document for each shipment."""

    collection, aggregate, state = "parcels", "parcel", Parcel
    area = "branch_id"
    indexes = (
        Index("contents.coverage_id", unique=True, where={"open": True}, code="NOT_FOR_A_PARCEL"),
        Index("branch_id", "open"),
        Index("open", "ended_at"),
        Index("contents.member_id"),
        Index("contents.session_id"),
        Index("intercept_open"),
    )
    sealed = ("delivery_address", "abroad", "intercept")

    def key_of(self, state: Parcel) -> str:
        return state.person_id

    def moving(self, since: datetime) -> Iterator[Stored[Parcel]]:
        """Give every parcel of which something may still come, and those that ended lately."""
        yield from self.each({"open": True}, EVERYBODY)
        yield from self.each({"open": False, "ended_at": {"$gte": since}}, EVERYBODY)

    def open_for(self, coverage_id: str) -> Stored[Parcel] | None:
        """Return the one parcel in which a row's lesson may still come."""
        return self.find_one({"contents.coverage_id": coverage_id, "open": True}, EVERYBODY)

    def packed_for(self, session_id: str) -> list[Stored[Parcel]]:
        """Return the parcels with the lesson of a session that are not sent yet."""
        return list(self.each({"contents.session_id": session_id, "state": ParcelState.PREPARED.value}, EVERYBODY))

    def open_with(self, session_id: str) -> list[Stored[Parcel]]:
        """Return the open parcels with the lesson of a session."""
        return list(self.each({"contents.session_id": session_id, "open": True}, EVERYBODY))

    def of_member(self, member_id: str) -> list[Stored[Parcel]]:
        """Return the open parcels with a lesson for a member."""
        return self.find({"contents.member_id": member_id, "open": True}, EVERYBODY)
