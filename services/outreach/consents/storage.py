"""Where the copy of the consents is kept: facts of the register, without facts of its own."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from services.common.consents import ConsentState, Purpose, in_force, permits
from services.common.store import Aggregates, Index, Scope
from services.outreach.consents.domain import Consent, allows

PHOTOS = (Purpose.PHOTO_INTERNAL.value, Purpose.PHOTO_PUBLIC.value)
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

    def lacking(self, subject_ids: Iterable[str], purpose: Purpose, on: date) -> set[str]:
        """Return for which of these people what was said does not permit a purpose, or not any more (X-14)."""
        return {id for id in set(subject_ids) if not self.permits(id, purpose, on)}

    def refusing(self, subject_ids: Iterable[str], purpose: Purpose, on: date) -> set[str]:
        """Return which of these people said NO, or had it said for them, to something that needs nobody's YES (X-14)."""
        said = [one.state for id in sorted(set(subject_ids)) for one in self.find({"subject_id": id, "purpose": purpose.value}, EVERYBODY)]
        return {one.subject_id for one in said if one.state == ConsentState.REFUSED and in_force(one, on) and not one.scope}

    def for_photos(self, consent_ids: Collection[str], on: date, subjects: Collection[str] | None = None) -> set[str]:
        """Return which of these consents allow a photo on a day, of one of these people (OUT-18)."""
        if not consent_ids:
            return set()
        named = self.find({"_id": {"$in": sorted(set(consent_ids))}, "purpose": {"$in": list(PHOTOS)}}, EVERYBODY)
        about = [one.state for one in named if subjects is None or one.state.subject_id in subjects]
        # What one guardian allowed another one may have refused, so all that was said about the person is asked.
        said = self.find({"subject_id": {"$in": sorted({one.subject_id for one in about})}}, EVERYBODY) if about else []
        voices = [one.state for one in said]
        return {
            one.id
            for one in about
            if one.state == ConsentState.GIVEN and permits((voice for voice in voices if voice.subject_id == one.subject_id), Purpose(one.purpose), on)
        }
