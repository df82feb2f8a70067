"""Where the copy of the guardianships is kept: facts of the register, without facts of its own."""

from __future__ import annotations

from datetime import date

from services.common.store import Aggregates, Index, Scope
from services.volunteering.guardians.domain import Guardianship, may

EVERYBODY = Scope.everything("who may act for a child knows no areas")


class Guardians(Aggregates[Guardianship]):
    """Guardianships, one document each."""

    collection, state = "guardianships", Guardianship
    indexes = (Index("ward_id"), Index("guardian_id"))

    def may(self, ward_id: str, guardian_id: str, right: str, on: date) -> bool:
        """Say whether somebody may do this for a ward; of whom nothing is known, the answer is no."""
        return may((one.state for one in self.find({"ward_id": ward_id}, EVERYBODY)), guardian_id, right, on)
