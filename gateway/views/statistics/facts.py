"""The facts that figures are computed from: kept as they were told, so that a figure can be computed again as of any moment."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec

from gateway.views.read_models import Put, ReadModel, Row, on
from services.common.events import CATALOGUE
from services.common.redirects import STEPS
from services.common.store import Index, Scope

MERGED = ("PersonMerged", "PersonUnmerged")
WHO_IS_WHOM = Scope.everything("which ids are one person's says nothing of anybody else")


@dataclass(frozen=True)
class Fact:
    """What happened on a day, and when it became known."""

    id: str
    event: str
    on: date
    at: datetime
    grid_id: str | None
    data: dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        # Old messages lack what was added later, and their facts are no less true for it.
        if name.startswith("__"):
            raise AttributeError(name)
        return self.data.get(name)

    def day(self, name: str) -> date | None:
        """Return a day that the fact carries."""
        value = self.data.get(name)
        return date.fromisoformat(value[:10]) if value else None


class StatisticFacts(ReadModel):
    """One row for each fact that some figure is computed from."""

    collection, area = "view_statistic_facts", "grid_id"
    indexes = (Index("event", "on"),)

    def known(self, events: Iterable[str], corrections: Iterable[str], last: date, as_of: datetime, scope: Scope) -> list[Fact]:
        """Return what had happened up to a day, and what closed or corrected it since, as it was known at a moment, in the order in which it happened."""
        found: list[Fact] = []
        for event in events:
            until: Row = {} if event in corrections else {"on": {"$lte": last.isoformat()}}
            # Who is whom concerns everybody who reads of either, in whatever grid the two were.
            rows = self.find({"event": event, **until}, WHO_IS_WHOM if event in MERGED else scope, "on", limit=0)
            found += [_fact(row) for row in rows if row["at"] <= as_of]
        return sorted(found, key=lambda fact: (fact.on, fact.at, fact.id))


def who(facts: Iterable[Fact]) -> Callable[[str], str]:
    """Return what tells of each id under which one the person goes on, as far as these facts know (REG-54)."""
    leads: dict[str, str] = {}
    for fact in sorted(facts, key=lambda fact: fact.at):
        if fact.event == "PersonMerged":
            leads[fact.loser_id] = fact.winner_id
        elif fact.event == "PersonUnmerged" and leads.get(fact.loser_id) == fact.winner_id:
            del leads[fact.loser_id]

    def present(id: str) -> str:
        for _ in range(STEPS):
            if id not in leads:
                break
            id = leads[id]
        return id

    return present


def _fact(row: Row) -> Fact:
    return Fact(row["_id"], row["event"], date.fromisoformat(row["on"]), row["at"], row.get("grid_id"), row["data"])


def keep(event):
    """Keep a fact for the figures."""
    fields = {"event": event.type.name, "on": event.effective_on, "at": event.time, "grid_id": event.grid}
    yield Put(StatisticFacts, event.id, fields | {"data": msgspec.to_builtins(event.data)})


def keep_all(events: Iterable[str]) -> None:
    """Let every fact of these kinds be kept; a name that no service declares would make a figure that is always nothing."""
    for name in sorted(set(events)):
        on(CATALOGUE[name].cls)(keep)
