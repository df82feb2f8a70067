"""Where silver talents are kept; limits of health and hours lie encrypted under their person's key."""

from __future__ import annotations

from collections.abc import Callable

from services.common.redirects import Redirects
from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.outreach.talents.domain import Change, SilverTalent

EVERYBODY = Scope.everything("what a fact does to an offer knows no areas")


class SilverTalents(Aggregates[SilverTalent]):
    """Silver talents, one document each."""

    collection, aggregate, state = "silver_talents", "silver_talent", SilverTalent
    area = "grid_id"
    indexes = (
        Index("person_id", "wants_to", unique=True, where={"open": True}, code="TALENT_OFFERED_ALREADY"),
        Index("state", "offered_on"),
        Index("offered_on", "_id"),
        Index("skills", "state"),
        Index("grid_id", "offered_on", "_id"),
    )
    sealed = ("availability", "limits")

    def key_of(self, state: SilverTalent) -> str:
        return state.person_id

    def known(self, talent_id: str) -> Stored[SilverTalent] | None:
        """Return a talent, wherever its person lives."""
        return self.find_one({"_id": talent_id}, EVERYBODY)

    def of_person(self, person_id: str) -> list[Stored[SilverTalent]]:
        """Return what somebody offers and offered, under whichever id they were known."""
        return self.find({"person_id": self._process.storage(Redirects).matching(person_id)}, EVERYBODY)

    def let(self, stored: Stored[SilverTalent] | None, decide: Callable[[SilverTalent], Change], cause: Cause) -> Stored[SilverTalent] | None:
        """Let a fact change an offer, once; nothing is written where nothing changes."""
        if stored is None or any(entry["key"] == cause.key for entry in stored.handled):
            return stored
        after, facts = decide(stored.state)
        return self.save(stored, after, facts, cause) if after != stored.state or facts else stored
