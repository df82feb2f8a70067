"""Where opinions are kept; what people said and were answered lies encrypted under their author's key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.outreach.lookups.domain import lookup
from services.outreach.opinions.domain import Change, Opinion

EVERYBODY = Scope.everything("the gate counts every opinion, from whichever grid it came")


class Opinions(Aggregates[Opinion]):
    """Opinions, one document each."""

    collection, aggregate, state = "opinions", "opinion", Opinion
    area = "grid_id"
    indexes = (
        Index("consultation_id", "answered"),
        Index("state", "received_on"),
        Index("answered", "received_on"),
        Index("person_id"),
        Index("supporters.person_id"),
        Index("lookups.code"),
        Index("grid_id", "received_on", "_id"),
        Index("received_on", "_id"),
    )
    sealed = ("text", "summary", "answer")
    lookups: dict[str, Callable[[Any, Callable[[str, str], str]], Any]] = {
        "code": lambda opinion, blind: lookup(blind, opinion.id) if opinion.anonymous else None
    }

    def key_of(self, state: Opinion) -> str:
        return state.person_id or state.id

    def known(self, opinion_id: str) -> Stored[Opinion] | None:
        """Return an opinion, wherever it came from."""
        return self.find_one({"_id": opinion_id}, EVERYBODY)

    def of(self, consultation_id: str) -> list[Opinion]:
        """Return all opinions of a consultation."""
        return [opinion.state for opinion in self.each({"consultation_id": consultation_id}, EVERYBODY)]

    def let(self, opinion_id: str, decide: Callable[[Opinion], Change], cause: Cause) -> None:
        """Let a fact change an opinion, once; nothing is written where nothing changes."""
        stored = self.known(opinion_id)
        if stored is None or any(entry["key"] == cause.key for entry in stored.handled):
            return
        after, facts = decide(stored.state)
        if after != stored.state or facts:
            self.save(stored, after, facts, cause)
