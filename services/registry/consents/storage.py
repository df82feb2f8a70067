"""Where consents are kept."""

from __future__ import annotations

from datetime import date

from services.common.consents import Purpose, permits
from services.common.store import Aggregates, Index, Scope, Stored
from services.registry.consents.domain import Consent

EVERYBODY = Scope.everything("what a consent permits does not depend on who asks")


class Consents(Aggregates[Consent]):
    """Consents; each who may speak for a subject has one voice for each purpose."""

    collection, aggregate, state = "consents", "consent", Consent
    area = "grid_id"
    opens = True
    sealed = ("evidence_ref", "witness_id")
    indexes = (
        Index("subject_id", "purpose", "given_by_id", unique=True, where={"standing": True}, code="CONSENT_STANDS"),
        Index("subject_id", "_id"),
        Index("given_by_id", "standing"),
        Index("standing", "valid_to"),
    )

    def key_of(self, state: Consent) -> str:
        return state.subject_id

    def permits(self, subject_id: str, purpose: Purpose, on: date, about: str | None = None) -> bool:
        """Tell whether what was said permits a purpose on a day."""
        known = self.find({"subject_id": subject_id, "purpose": purpose.value, "standing": True}, EVERYBODY)
        return permits((one.state for one in known), purpose, on, about)

    def standing_of(self, subject_id: str) -> list[Stored[Consent]]:
        """Return what stands for a subject."""
        return self.find({"subject_id": subject_id, "standing": True}, EVERYBODY)

    def standing_by(self, given_by_id: str) -> list[Stored[Consent]]:
        """Return what stands because somebody said it, for whomever."""
        return self.find({"given_by_id": given_by_id, "standing": True}, EVERYBODY)
