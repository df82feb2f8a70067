"""Filters and pages of lists, asked so that both MongoDB and the embedded database answer by index.

The embedded database uses no index under $and and $or: with 5,000 documents it answers in 160 ms instead of 5 ms.
"""

from __future__ import annotations

import base64
from datetime import date, datetime
from typing import Any

import msgspec

from services.common.errors import Invalid

Filter = dict[str, Any]
Document = dict[str, Any]


def all_of(*conditions: Filter) -> Filter:
    """Return one filter that asks for all of these; flat where that says the same."""
    flat: Filter = {}
    wanted = [condition for condition in conditions if condition]
    for name, value in (item for condition in wanted for item in condition.items()):
        if name not in flat:
            flat[name] = value
        elif _bounds(flat[name]) and _bounds(value) and not flat[name].keys() & value.keys():
            flat[name] = flat[name] | value
        else:
            return {"$and": wanted}
    return flat


def _bounds(value: Any) -> bool:
    return isinstance(value, dict) and bool(value) and all(name.startswith("$") for name in value)


def order_of(sort: str) -> list[tuple[str, int]]:
    """Return what a list is sorted by; the id decides between equals, so that a page can start after any document."""
    field, direction = sort.removeprefix("-"), -1 if sort.startswith("-") else 1
    return [(field, direction)] if field == "_id" else [(field, direction), ("_id", direction)]


def page_of(collection, conditions: list[Filter], sort: str, after: str | None, limit: int) -> tuple[list[Document], str | None]:
    """Return one page of what matches, stable while others write, and the cursor of the next one."""
    order = order_of(sort)
    found: list[Document] = []
    for part in _parts(order[0][0], order[0][1], after):
        if len(found) <= limit:
            found += collection.find(all_of(*conditions, part)).sort(order).limit(limit + 1 - len(found))
    following = _cursor(found[limit - 1], order[0][0]) if len(found) > limit else None
    return found[:limit], following


def _parts(field: str, direction: int, cursor: str | None) -> list[Filter]:
    """Return what lies behind a cursor as conditions to be asked one after the other, in order."""
    if not cursor:
        return [{}]
    try:
        named, kind, value, id = msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if named != field or not isinstance(id, str) or isinstance(value, dict | list):
            raise ValueError
        value = datetime.fromisoformat(value) if kind == "t" else value
    except (ValueError, TypeError, msgspec.MsgspecError):
        raise Invalid.field("cursor", "BAD_CURSOR") from None
    further = "$gt" if direction == 1 else "$lt"
    return [{"_id": {further: id}}] if field == "_id" else [{field: value, "_id": {further: id}}, {field: {further: value}}]


def _cursor(document: Document, field: str) -> str:
    value = document.get(field)
    packed = ["t", value.isoformat()] if isinstance(value, datetime) else ["v", value.isoformat() if isinstance(value, date) else value]
    return base64.urlsafe_b64encode(msgspec.json.encode([field, *packed, document["_id"]])).decode().rstrip("=")
