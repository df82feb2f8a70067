"""Where wishes are kept; what people wish, were answered and said lies encrypted under the wisher's key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.common.redirects import Redirects
from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.outreach.lookups.domain import lookup
from services.outreach.wishes.domain.wishes import Change, Wish

EVERYBODY = Scope.everything("what a fact does to a wish knows no areas")


class Wishes(Aggregates[Wish]):
    """Wishes, one document each, from the first word to the wisher's last."""

    collection, aggregate, state = "wishes", "wish", Wish
    area = "grid_id"
    indexes = (
        Index("open", "clock_on"),
        Index("state", "submitted_on"),
        Index("person_id", "open"),
        Index("stakeholders.person_id"),
        Index("owner_staff_id", "open"),
        Index("escalated_to", "open"),
        Index("visibility", "-submitted_on"),
        Index("lookups.code"),
        Index("grid_id", "submitted_on", "_id"),
        Index("submitted_on", "_id"),
    )
    sealed = ("text", "masked_text", "question", "answer", "referred_to", "promise_history", "confirmations")
    lookups: dict[str, Callable[[Any, Callable[[str, str], str]], Any]] = {
        "code": lambda wish, blind: lookup(blind, wish.id) if wish.anonymous else None
    }

    def key_of(self, state: Wish) -> str:
        return state.person_id or state.household_id or state.id

    def live(self, wish_id: str) -> Stored[Wish] | None:
        """Return a wish, or the one into which it was merged in the end."""
        known = self.known(wish_id)
        while known and known.state.merged_into:
            known = self.known(known.state.merged_into)
        return known

    def known(self, wish_id: str) -> Stored[Wish] | None:
        """Return a wish, merged or not."""
        return self.find_one({"_id": wish_id}, EVERYBODY)

    def of_person(self, person_id: str) -> list[Stored[Wish]]:
        """Return what somebody wished, under whichever id they were known."""
        return self.find({"person_id": self._process.storage(Redirects).matching(person_id)}, EVERYBODY)

    def as_wisher(self, wish: Wish, person_id: str | None) -> str | None:
        """Return the id under which a person is one of the wishers, where they are one; two records of them may have become one since."""
        if person_id is None:
            return None
        ids, wishers = self._process.storage(Redirects).ids_of(person_id), {wisher.person_id for wisher in wish.wishers}
        return next((id for id in (person_id, *ids) if id in wishers), person_id)

    def let(self, stored: Stored[Wish] | None, decide: Callable[[Wish], Change], cause: Cause) -> Stored[Wish] | None:
        """Let a fact change a wish, once; nothing is written where nothing changes."""
        if stored is None or any(entry["key"] == cause.key for entry in stored.handled):
            return stored
        after, facts = decide(stored.state)
        return self.save(stored, after, facts, cause) if after != stored.state or facts else stored
