"""Where referrals are kept; what is needed and what came of it lie encrypted under the person's key."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.outreach.referrals.domain import Referral


class Referrals(Aggregates[Referral]):
    """Referrals, one document each."""

    collection, aggregate, state = "referrals", "referral", Referral
    area = "grid_id"
    opens = True
    indexes = (Index("open", "due_on"), Index("person_id", "-sent_at"), Index("state", "due_on"), Index("consent_id", "open"), Index("grid_id", "due_on", "_id"), Index("due_on", "_id"))
    sealed = ("need", "result")

    def key_of(self, state: Referral) -> str:
        return state.person_id
