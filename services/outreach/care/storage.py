"""Where care recipients are kept."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid, NotFound, StaleVersion
from services.common.events.base import CloudEvent
from services.common.redirects import Redirects
from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.outreach.care.domain import CareRecipient, Change, Life, Tier

EVERYBODY = Scope.everything("facts and clocks know no areas")


class CareRecipients(Aggregates[CareRecipient]):
    """People of the register, one document each, in care or not."""

    collection, aggregate, state = "care_recipients", "care_recipient", CareRecipient
    area = "grid_id"
    opens = True
    indexes = (Index("in_care", "unpaired_since"), Index("in_care", "needs_backup"), Index("categories"), Index("grid_id", "_id"), Index("moved.phone_until", sparse=True))

    def change(self, event: CloudEvent, person_id: str, decide: Callable[[CareRecipient, datetime, date], Change], part: str = "care") -> None:
        """Let a fact change what is known of a person, who may be new here."""
        cause = Cause.of_event(event, part)
        known = self.known(person_id)
        before = known.state if known else CareRecipient(person_id)
        after, facts = decide(before, event.time, business_date(event.time))
        if known:
            if after != before or facts:
                self.save(known, after, facts, cause)
            return
        try:
            self.add(after, facts, cause)
        except Conflict:
            # A fact of another subject entered the same person at the same moment; reading again finds them.
            raise StaleVersion() from None

    def present_id(self, person_id: str) -> str:
        """Return the id under which a person is in care now (REG-54)."""
        return self._process.storage(Redirects).resolve(person_id)

    def every_id(self, person_id: str | None) -> Any:
        """Return what a filter asks for so that it finds a person under every id they had."""
        return self._process.storage(Redirects).matching(person_id) if person_id else None

    def ids_of_each(self, person_ids: Sequence[str]) -> dict[str, list[str]]:
        """Return every id under which each of some people was known; a hundred of them at most."""
        return self._process.storage(Redirects).ids_of_each(person_ids)

    def known(self, person_id: str) -> Stored[CareRecipient] | None:
        """Return a person as they are known here, in care or not."""
        return self.find_one({"_id": person_id}, EVERYBODY)

    def asked_for(self, person_id: str, scope: Scope) -> Stored[CareRecipient]:
        """Return the person whom a command names, or refuse the name."""
        try:
            return self.get(person_id, scope)
        except NotFound:
            raise Invalid.field("person_id", "PERSON_UNKNOWN") from None

    def tiers(self, person_ids: Collection[str]) -> dict[str, Tier]:
        """Return the tier of each of these people who is known here."""
        found = self.find({"_id": {"$in": list(person_ids)}}, EVERYBODY, limit=max(1, len(person_ids)))
        return {recipient.id: recipient.state.tier for recipient in found}

    def as_known_now(self, person_ids: Sequence[str]) -> dict[str, CareRecipient]:
        """Return each of a few people as the record says under which they are in care now, by the id that was asked for (REG-54)."""
        present = {person_id: self.known(self.present_id(person_id)) for person_id in person_ids}
        return {person_id: found.state for person_id, found in present.items() if found}

    def living_here(self, person_id: str, scope: Scope) -> CareRecipient:
        """Return the person whom a command names, under the id that they have now; who died or moved away offers nothing."""
        person = self.asked_for(self.present_id(person_id), scope).state
        if person.life is Life.DECEASED or person.moved is not None:
            raise Invalid.field("person_id", "PERSON_NOT_HERE")
        return person
