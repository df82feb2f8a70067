"""Where deeds are kept; their words lie encrypted, because a gift may tell of whom it is for."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.outreach.deeds.domain import Deed


class Deeds(Aggregates[Deed]):
    """Deeds, one document each."""

    collection, aggregate, state = "deeds", "deed", Deed
    area = "grid_id"
    indexes = (Index("open", "planned_at"), Index("wish_ids"), Index("opinion_ids"), Index("owner_staff_id", "open"), Index("grid_id", "planned_at", "_id"), Index("planned_at", "_id"))
    sealed = ("title", "milestones", "stalled_why")
