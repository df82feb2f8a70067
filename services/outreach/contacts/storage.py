"""Where contacts that others had are kept; who had them lies encrypted under the person's key."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from services.common.redirects import Redirects
from services.common.store import Aggregates, Index, Scope, Stored
from services.outreach.contacts.domain import Contact

EVERYBODY = Scope.everything("whether a contact counts knows no areas")


class Contacts(Aggregates[Contact]):
    """Contacts, one document each; what a partner reports twice under one reference is one contact."""

    collection, aggregate, state = "contacts", "contact", Contact
    area = "grid_id"
    erasable = True
    opens = True
    indexes = (
        # Tombstones have no reference, and there is more than one of them.
        Index("source", "reference", "person_id", unique=True, where={"reference": {"$gt": ""}}, code="CONTACT_KNOWN"),
        Index("recorded_at"),
        Index("person_id", "-happened_at"),
    )
    sealed = ("name", "organisation")

    def key_of(self, state: Contact) -> str:
        return state.person_id

    def seen_of(self, person_id: str) -> list[Stored[Contact]]:
        """Return the latest contacts in which the person was seen or spoken to."""
        return self.find({"person_id": self._process.storage(Redirects).matching(person_id), "seen": True}, EVERYBODY, sort="-happened_at", limit=60)

    def seen_among(self, person_ids: Collection[str], since: datetime | None) -> Iterator[dict[str, Any]]:
        """Give the contacts in which any of these people was seen or spoken to; who had them stays sealed."""
        seen: dict[str, Any] = {"person_id": {"$in": list(person_ids)}, "seen": True}
        lately = {"happened_at": {"$gte": since}} if since else {}
        fields = dict.fromkeys(("person_id", "happened_at", "method", "outcome", "source"), 1)
        yield from self._documents.find({**seen, **lately, **self._living(EVERYBODY)}, fields)
