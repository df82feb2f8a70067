"""A copy of the consents for a service that must not do what nobody agreed to; `ConsentChanged` keeps it up to date.

A service that follows `consent` registers the storage, puts `keep` first into its table's row of the fact, and asks before it acts:

    if not self.consents.permits(person_id, Purpose.PHOTO_INTERNAL, request.today): ...
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.common.cascades import Effects
from services.common.consents import ConsentCopy, Purpose, in_force, is_no, permits
from services.common.events.base import CloudEvent
from services.common.hands import Hands
from services.common.store import Aggregates, Cause, Index, Scope, batches

EVERYBODY = Scope.everything("a consent is asked for before it is known whose area the person is in")
AT_ONCE = 100
"""How many ids a search names: more make it slow."""


class ConsentCopies(Aggregates[ConsentCopy]):
    """Consents as they were last told of."""

    collection, state = "consents", ConsentCopy
    indexes = (Index("subject_id", "purpose"),)

    def permits(self, subject_id: str, purpose: Purpose, on: date, about: str | None = None) -> bool:
        """Tell whether what was said permits a purpose on a day; where nothing is known, nothing is permitted."""
        known = self.find({"subject_id": subject_id, "purpose": purpose.value}, EVERYBODY)
        return permits((one.state for one in known), purpose, on, about)

    def refused(self, subject_ids: Iterable[str], purpose: Purpose, on: date) -> set[str]:
        """Return for which of these people somebody's NO to a purpose, or their own, stands on a day (X-15)."""
        said = [
            one.state
            for part in batches(dict.fromkeys(subject_ids), AT_ONCE)
            for one in self.find({"subject_id": {"$in": part}, "purpose": purpose.value}, EVERYBODY, limit=10 * AT_ONCE)
        ]
        return {one.subject_id for one in said if in_force(one, on) and not one.scope and is_no(one.state, one.assent)}


def keep(hands: Hands, event: CloudEvent) -> Effects:
    """Keep what a consent permits now: the first part of what a service does about it."""
    consents, told, cause = hands.storage(ConsentCopies), event.data, Cause.of_event(event, "consents")
    copy = ConsentCopy(
        id=told.consent_id,
        subject_id=told.subject_id,
        given_by_id=told.given_by_id,
        purpose=told.purpose,
        state=told.state,
        valid_from=told.valid_from or event.effective_on,
        valid_to=told.valid_to,
        assent=told.assent,
        scope=tuple(told.scope),
    )
    known = consents.find_one({"_id": copy.id}, EVERYBODY)
    if known:
        consents.save(known, copy, [], cause)
    else:
        consents.add(copy, [], cause)
    return Effects()
