"""Where greetings are kept."""

from __future__ import annotations

from collections.abc import Callable

from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.volunteering.greetings.domain import OPEN, Change, Greeting

EVERYBODY = Scope.everything("a fact about a birthday knows no areas")


class Greetings(Aggregates[Greeting]):
    """Greetings, one document for each person and cycle."""

    collection, aggregate, state = "greetings", "greeting", Greeting
    area = "grid_id"
    indexes = (
        Index("person_id", "cycle_key", unique=True, code="GREETED_ONCE_A_CYCLE"),
        Index("state", "due_on"),
        Index("volunteer_id", "state"),
        Index("errands", "due_on"),
        Index("done_by_ref"),
        Index("grid_id", "due_on", "_id"),
        Index("due_on", "_id"),
    )

    def of_cycle(self, person_id: str, cycle_key: str) -> Stored[Greeting] | None:
        """Return the greeting of one birthday."""
        return self.find_one({"person_id": person_id, "cycle_key": cycle_key}, EVERYBODY)

    def of_person(self, person_id: str) -> list[Stored[Greeting]]:
        """Return what was and is owed to somebody, the latest last."""
        return self.find({"person_id": person_id}, EVERYBODY, sort="due_on")

    def closed_by(self, ref: str) -> list[Stored[Greeting]]:
        """Return the greetings that a visit or a party has closed."""
        return self.find({"done_by_ref": ref}, EVERYBODY)

    def held_by(self, volunteer_id: str) -> list[Stored[Greeting]]:
        """Return what a volunteer has taken on."""
        return self.find({"volunteer_id": volunteer_id, "state": {"$in": [state.value for state in OPEN]}}, EVERYBODY)

    def let(self, stored: Stored[Greeting], decide: Callable[[Greeting], Change], cause: Cause) -> bool:
        """Let a fact change a greeting, once; say whether it did, now or before."""
        if any(entry["key"] == cause.key for entry in stored.handled):
            return True
        after, facts = decide(stored.state)
        if after == stored.state and not facts:
            return False
        self.save(stored, after, facts, cause)
        return True
