"""What learning keeps of those who may not go to members; whoever is not here may."""

from __future__ import annotations

from collections.abc import Callable

from services.common.store import Aggregates, Cause, Scope
from services.learning.bearers.domain import Standing
from services.learning.coverage.domain.bearing import BearerKind

EVERYBODY = Scope.everything("who may go to members is the same for every branch")


class Standings(Aggregates[Standing]):
    """One document for each member of staff or volunteer of whom something is known."""

    collection, aggregate, state = "bearer_standings", "bearer_standing", Standing

    def of(self, id: str, kind: BearerKind) -> Standing:
        """Return what is known of somebody."""
        known = self.find_one({"_id": id}, EVERYBODY)
        return known.state if known else Standing(id, kind)

    def change(self, id: str, kind: BearerKind, decide: Callable[[Standing], Standing], cause: Cause) -> None:
        """Note something about somebody."""
        known = self.find_one({"_id": id}, EVERYBODY)
        before = known.state if known else Standing(id, kind)
        after = decide(before)
        if known is None and after != before:
            self.add(after, [], cause)
        elif known is not None and after != before:
            self.save(known, after, [], cause)
