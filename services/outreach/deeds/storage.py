"""Where deeds are kept; their words lie encrypted, because a gift may tell of whom it is for."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.deeds.domain import Deed

EVERYBODY = Scope.everything("who is seen in a photo knows no areas")


class Deeds(Aggregates[Deed]):
    """Deeds, one document each."""

    collection, aggregate, state = "deeds", "deed", Deed
    area = "grid_id"
    indexes = (Index("open", "planned_at"), Index("wish_ids"), Index("opinion_ids"), Index("pictured_ids"), Index("owner_staff_id", "open"), Index("grid_id", "planned_at", "_id"), Index("planned_at", "_id"))
    sealed = ("title", "milestones", "stalled_why")

    def picturing(self, person_id: str) -> list[Stored[Deed]]:
        """Return the deeds with a photo in which somebody can be seen."""
        return self.find({"pictured_ids": person_id}, EVERYBODY)
