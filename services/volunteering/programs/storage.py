"""Where programs are kept."""

from __future__ import annotations

from services.common.errors import Invalid, NotFound
from services.common.store import Aggregates, Index, Scope, Stored
from services.volunteering.programs.domain import Program

COMMUNITY = Scope.everything("programs belong to the whole community")


class Programs(Aggregates[Program]):
    """Programs, one document each."""

    collection, aggregate, state = "programs", "program", Program
    indexes = (Index("kind", "begins_on"), Index("begins_on", "_id"))

    def referred(self, program_id: str) -> Stored[Program]:
        """Return the program that the input names."""
        try:
            return self.get(program_id, COMMUNITY)
        except NotFound:
            raise Invalid.field("program_id", "NOT_FOUND") from None
