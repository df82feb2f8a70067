"""Where the copy of the guardianships is kept: facts of the register, without facts of its own."""

from __future__ import annotations

from datetime import date

from services.common.redirects import Redirects
from services.common.store import Aggregates, Index, Scope
from services.volunteering.children.domain import Child, heeding
from services.volunteering.guardians.domain import Guardianship, barred, may

EVERYBODY = Scope.everything("who may act for a child knows no areas")


class Guardians(Aggregates[Guardianship]):
    """Guardianships, one document each."""

    collection, state = "guardianships", Guardianship
    indexes = (Index("ward_id"), Index("guardian_id"))

    def may(self, ward_id: str, guardian_id: str, right: str, on: date) -> bool:
        """Say whether somebody may do this for a ward; of whom nothing is known, the answer is no."""
        return may((one.state for one in self.find({"ward_id": ward_id}, EVERYBODY)), guardian_id, right, on)

    def barred(self, ward_id: str) -> tuple[str, ...]:
        """Return to whom a ward is never handed over, by every id that either of them has had."""
        redirects = self._process.storage(Redirects)
        blocked = barred(one.state for one in self.find({"ward_id": redirects.matching(ward_id)}, EVERYBODY))
        return tuple(dict.fromkeys(id for guardian_id in blocked for id in (guardian_id, *redirects.ids_of(guardian_id))))

    def heeded(self, child: Child) -> Child:
        """Return a child's record as it must be read: with everybody blocked whom the register blocks, also from before there was a record."""
        return heeding(child, self.barred(child.id))
