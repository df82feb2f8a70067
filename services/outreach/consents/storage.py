"""Where the copy of the consents is kept: facts of the register, without facts of its own."""

from __future__ import annotations

from datetime import date

from services.common.consents import Purpose, permits
from services.common.store import Aggregates, Index, Scope
from services.outreach.consents.domain import Consent, allows

EVERYBODY = Scope.everything("whether somebody agreed knows no areas")


class Consents(Aggregates[Consent]):
    """Consents, one document each."""

    collection, state = "consents", Consent
    indexes = (Index("subject_id", "purpose"),)

    def allow(self, consent_id: str, *, subject_id: str, purpose: str, what: str, today: date) -> bool:
        """Say whether a consent lets us do this for a person and purpose."""
        found = self.find_one({"_id": consent_id}, EVERYBODY)
        others = self.find({"subject_id": subject_id, "purpose": purpose}, EVERYBODY)
        return allows(found and found.state, (one.state for one in others), subject_id=subject_id, purpose=purpose, what=what, today=today)

    def permits(self, subject_id: str, purpose: Purpose, on: date) -> bool:
        """Say whether what was said permits a purpose; where nothing is known, nothing is permitted (X-14, X-15)."""
        known = self.find({"subject_id": subject_id, "purpose": purpose.value}, EVERYBODY)
        return permits((one.state for one in known), purpose, on)
