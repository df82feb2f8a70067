"""What outreach asks its copy of the consents."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date

from services.common.consent_copies import EVERYBODY, ConsentCopies
from services.common.consents import ConsentState, Purpose, allows, in_force, permits

PHOTOS = (Purpose.PHOTO_INTERNAL.value, Purpose.PHOTO_PUBLIC.value)


class Consents(ConsentCopies):
    """The copy that every service keeps, asked by the consent that something rests on."""

    def allow(self, consent_id: str, *, subject_id: str, purpose: Purpose, what: str, today: date) -> bool:
        """Say whether a consent lets us do this for a person and purpose."""
        found = self.find_one({"_id": consent_id}, EVERYBODY)
        others = self.find({"subject_id": subject_id, "purpose": purpose.value}, EVERYBODY)
        return allows(found and found.state, (one.state for one in others), subject_id, purpose, today, what)

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
