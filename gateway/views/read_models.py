"""Read models: rows that facts fill, in any order across subjects, once each, with the same end (P3, P5).

What a fact does is a pure function that gives `Put`s. A put sets fields of one section of one row, guarded by the last
sequence that was applied to that section; a section belongs to one subject, whose facts come in their order. So a put
may be repeated, raced, or meet a row that no other subject has touched yet, and nothing is ever counted up: a figure
is a count over rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from pymongo.errors import DuplicateKeyError

from services.common.errors import Erased, NotFound
from services.common.events import CloudEvent, Event, type_of
from services.common.paging import all_of, order_of, page_of
from services.common.store import Index, Scope

SEQUENCE = "sequence"
_SAFE = re.compile(r"^[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*$")

Row = dict[str, Any]


@dataclass(frozen=True)
class Put:
    """One effect of a fact: these fields of this section of this row."""

    model: type[ReadModel]
    row_id: str
    fields: dict[str, Any]
    section: str = ""
    """Where in the row; empty where the whole row is about the fact's own subject."""
    marks: dict[str, Any] = field(default_factory=dict)
    """Fields of the row itself that are set along: only such as every subject sets to the same value."""

    @property
    def guard(self) -> str:
        return f"{self.section}.{SEQUENCE}" if self.section else SEQUENCE

    def change(self, sequence: int) -> dict[str, Any]:
        """Return what is set, by dotted path; a name that is no plain path is a broken fact."""
        prefix = f"{self.section}." if self.section else ""
        change = {f"{prefix}{name}": _plain(value) for name, value in self.fields.items()}
        change |= self.marks | {self.guard: sequence}
        for name in change:
            if not _SAFE.match(name):
                raise ValueError("a code or id in this fact cannot be the name of a field")
        return change


def _plain(value: Any) -> Any:
    """Return a value as the database keeps it: days as text, which sorts as days do."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


Effect = Callable[[CloudEvent], Iterable[Put]]
_effects: dict[str, list[Effect]] = {}


def on(*events: type[Event]) -> Callable[[Effect], Effect]:
    """Let a pure function say what these facts do to read models."""

    def declare(effect: Effect) -> Effect:
        for event in events:
            _effects.setdefault(type_of(event).name, []).append(effect)
        return effect

    return declare


def effects_of(event: CloudEvent) -> Iterator[Put]:
    """Give everything that a fact does to the read models."""
    for effect in _effects.get(event.type.name, ()):
        yield from effect(event)


@dataclass(frozen=True)
class Erase:
    """What a fact of erasure takes out of the read models: the rows that match, or one section of them (X-4)."""

    model: type[ReadModel]
    match: Row
    tombstone: bool = False
    """Whether one row stays that says that there was something."""
    section: str = ""
    """What of the rows goes, where the others' sections stay."""


_erasures: dict[str, Callable[[CloudEvent], Iterable[Erase]]] = {}


def on_erasure(event: type[Event]):
    """Let a pure function say what this fact erases here."""

    def declare(erasure: Callable[[CloudEvent], Iterable[Erase]]):
        _erasures[type_of(event).name] = erasure
        return erasure

    return declare


def erasures_of(event: CloudEvent) -> Iterable[Erase]:
    """Return everything that a fact erases in the read models."""
    erasure = _erasures.get(event.type.name)
    return erasure(event) if erasure else ()


def with_grid(event: CloudEvent, **fields: Any) -> dict[str, Any]:
    """Return the fields together with the grid of the fact, where it has one."""
    return {**fields, "grid_id": event.grid} if event.grid else fields


@dataclass(frozen=True)
class RowPage:
    """One page of rows and where the next one starts."""

    rows: list[Row]
    next_cursor: str | None


class ReadModel:
    """Rows of one kind in the gateway's database."""

    collection: str
    area: str | None = None
    """The field by which a caller's scope is enforced; None where the rows belong to no area."""
    indexes: tuple[Index, ...] = ()

    def __init__(self, process):
        self._process = process
        self._rows = process.db[self.collection]

    def prepare(self) -> None:
        """Create the indexes that the views read by."""
        for index in self.indexes:
            index.create(self._rows)

    def drop(self) -> None:
        """Forget every row."""
        self._rows.drop()

    def put(self, put: Put, event: CloudEvent) -> bool:
        """Apply an effect unless this or a later fact of the subject was applied before; say whether it was new."""
        match = {"_id": put.row_id, put.guard: {"$not": {"$gte": event.sequence}}}
        change = {"$set": put.change(event.sequence)}
        try:
            self._rows.update_one(match, change, upsert=True)
            return True
        except DuplicateKeyError:
            # Either the section is that far already, or another subject made the row in this very moment.
            return self._rows.update_one(match, change).matched_count == 1

    def erase(self, erase: Erase) -> None:
        """Erase rows; it may be repeated, and the facts that made them came before it."""
        if erase.section:
            self._rows.update_many(erase.match, {"$unset": {erase.section: ""}})
        elif erase.tombstone:
            self._rows.replace_one(erase.match, {"erased": True}, upsert=True)
        else:
            self._rows.delete_many(erase.match)

    def get(self, row_id: str, scope: Scope) -> Row:
        """Return a row, or raise NotFound where there is none within the scope, Erased where there was one."""
        row = self.find_one({"_id": row_id}, scope)
        if row is None:
            raise NotFound()
        if row.get("erased"):
            raise Erased()
        return row

    def find_one(self, filter: Row, scope: Scope) -> Row | None:
        """Return one row that matches, or None."""
        return self._rows.find_one(all_of(filter, self._within(scope)))

    def find(self, filter: Row, scope: Scope, sort: str = "_id", limit: int = 500) -> list[Row]:
        """Return up to `limit` rows that match, in order."""
        return list(self._rows.find(all_of(filter, self._within(scope))).sort(order_of(sort)).limit(limit))

    def every(self, filter: Row, scope: Scope, fields: tuple[str, ...] = ()) -> list[Row]:
        """Return all rows that match, for figures that must not miss one."""
        return list(self._rows.find(all_of(filter, self._within(scope)), dict.fromkeys(fields, 1) or None).sort("_id", 1))

    def of(self, ids: Iterable[str | None]) -> dict[str, Row]:
        """Return rows by id, whatever area they are in: for naming what another row within the scope refers to."""
        wanted = sorted({id for id in ids if id})
        return {row["_id"]: row for row in self._rows.find({"_id": {"$in": wanted}})} if wanted else {}

    def count(self, filter: Row, scope: Scope) -> int:
        """Return how many rows match."""
        return self._rows.count_documents(all_of(filter, self._within(scope)))

    def page(self, filter: Row, scope: Scope, sort: str, cursor: str | None, limit: int) -> RowPage:
        """Return one page of what matches, stable while facts arrive."""
        return RowPage(*page_of(self._rows, [filter, self._within(scope)], sort, cursor, limit))

    def _within(self, scope: Scope) -> Row:
        if self.area is None or scope.areas is None:
            return {}
        areas = sorted(scope.areas)
        return {self.area: areas[0] if len(areas) == 1 else {"$in": areas}}
