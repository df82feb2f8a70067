"""Where children of the classes are kept."""

from __future__ import annotations

from collections.abc import Iterable

from services.common.errors import Invalid, NotFound
from services.common.store import Aggregates, Index, Scope, Stored, batches
from services.volunteering.children.domain import Child

AT_ONCE = 100
"""How many ids a search names: more make it slow."""
COMMUNITY = "classes belong to the whole community"


class Children(Aggregates[Child]):
    """Children, one document each under the id of the person; all that is sensitive sealed with the child's own key (X-15)."""

    collection, aggregate, state = "children", "child", Child
    erasable = True
    sealed = (
        "born_on",
        "health_declared_on",
        "allergies",
        "medicines",
        "needs",
        "needs_extra_adult",
        "pickups",
        "leaves_alone_ok",
        "photo_ok",
        "photo_said_at",
        "medicine_consents",
        "blocked_ids",
        "lost_ids",
        "priorities",
        "place_claims",
    )
    indexes = (Index("guardian_ids"), Index("registered_at"))

    def referred(self, child_id: str) -> Stored[Child]:
        """Return the child that the input names."""
        try:
            return self.get(child_id, Scope.everything(COMMUNITY))
        except NotFound:
            raise Invalid.field("child_id", "NOT_FOUND") from None

    def with_guardian(self, guardian_id: str) -> list[Stored[Child]]:
        """Return the children whose guardian somebody is."""
        return self.find({"guardian_ids": guardian_id}, Scope.everything(COMMUNITY))

    def of(self, child_ids: Iterable[str]) -> list[Child]:
        """Return these children."""
        ids = list(dict.fromkeys(child_ids))
        return [one.state for part in batches(ids, AT_ONCE) for one in self.find({"_id": {"$in": part}}, Scope.everything(COMMUNITY))]
