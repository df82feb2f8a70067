"""Where memberships are kept; what a member's life is like lies encrypted under that person's key."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.learning.members.domain import Member


class Members(Aggregates[Member]):
    """Memberships, one document each; whoever left stays on record."""

    collection, aggregate, state = "members", "member", Member
    area = "branch_id"
    indexes = (
        Index("person_id", unique=True, where={"active": True}, code="MEMBER_ALREADY"),
        Index("person_id", "branch_id"),
        Index("branch_id", "since"),
    )
    sealed = ("circumstances", "relative_helper", "delivery_address")

    def key_of(self, state: Member) -> str:
        return state.person_id
