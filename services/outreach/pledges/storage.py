"""Where pledges are kept."""

from __future__ import annotations

from collections.abc import Callable

from services.common.redirects import Redirects
from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.outreach.pledges.domain import Change, Pledge

EVERYBODY = Scope.everything("facts and clocks know no areas")


class Pledges(Aggregates[Pledge]):
    """Pledges, one document each."""

    collection, aggregate, state = "pledges", "pledge", Pledge
    area = "grid_id"
    indexes = (
        Index("person_id", "post", "kind", "talent_id", unique=True, where={"open": True}, code="PLEDGED_ALREADY"),
        Index("open", "clock_on"),
        Index("state", "made_on"),
        Index("made_on", "_id"),
        Index("talent_id"),
        Index("volunteer_id"),
        Index("grid_id", "made_on", "_id"),
    )

    def known(self, pledge_id: str) -> Stored[Pledge] | None:
        """Return a pledge, wherever its holder lives."""
        return self.find_one({"_id": pledge_id}, EVERYBODY)

    def of_person(self, person_id: str) -> list[Stored[Pledge]]:
        """Return what somebody pledged, under whichever id they were known."""
        return self.find({"person_id": self._process.storage(Redirects).matching(person_id)}, EVERYBODY)

    def open_of_person(self, person_id: str) -> list[Stored[Pledge]]:
        """Return what somebody pledged, under whichever id they were known, that runs or waits."""
        return self.find({"person_id": self._process.storage(Redirects).matching(person_id), "open": True}, EVERYBODY)

    def of_volunteer(self, volunteer_id: str) -> list[Stored[Pledge]]:
        """Return what somebody pledged who serves as this volunteer."""
        return self.find({"volunteer_id": volunteer_id}, EVERYBODY)

    def open_of_talent(self, talent_id: str) -> list[Stored[Pledge]]:
        """Return the pledges that run of what a talent became."""
        return self.find({"talent_id": talent_id, "open": True}, EVERYBODY)

    def let(self, stored: Stored[Pledge] | None, decide: Callable[[Pledge], Change], cause: Cause) -> Stored[Pledge] | None:
        """Let a fact change a pledge, once; nothing is written where nothing changes."""
        if stored is None or any(entry["key"] == cause.key for entry in stored.handled):
            return stored
        after, facts = decide(stored.state)
        return self.save(stored, after, facts, cause) if after != stored.state or facts else stored
