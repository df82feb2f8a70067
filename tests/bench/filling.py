"""Rows of any kind, in any number: what a form asks for and nothing else, so that every list can be looked at full."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from services.common.ids import id_from

BEGAN = datetime(2025, 1, 1, 2, tzinfo=UTC)
LADDER = 6
SPREAD = 365
"""Over how many days and moments they are spread."""


def states_of(kind: type, count: int, grids: list[str], area: str | None) -> Iterator[Any]:
    """Give states of an aggregate, spread over grids, days, and the states that they can be in."""
    for number in range(count):
        yield _made(kind, number, {area: grids[number % len(grids)]} if area else {})


def _made(kind: type, number: int, given: dict[str, Any]) -> Any:
    values = {}
    for name, hint, required in _form(kind):
        if name in given:
            values[name] = (given[name],) if get_origin(hint) is tuple else given[name]
        elif required or name in ("state", "id"):
            values[name] = _value(name, hint, number, given)
    return kind(**values)


@cache
def _form(kind: type) -> list[tuple[str, Any, bool]]:
    hints = get_type_hints(kind)
    return [(one.name, hints[one.name], one.default is MISSING and one.default_factory is MISSING) for one in fields(kind) if one.init]


def _value(name: str, hint: Any, number: int, given: dict[str, Any]) -> Any:
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if type(None) in parts else _value(name, parts[0], number, given)
    if origin in (tuple, list, frozenset, set):
        # Who owns a sealed one is the first of a list of people, where there is a list.
        # A row of moments has one for each step of a ladder.
        many = LADDER if parts[0] is datetime else int(name.endswith("_ids"))
        return origin(_value(name, parts[0], number, given) for _ in range(many))
    if origin is dict or hint is dict:
        return {}
    if is_dataclass(hint):
        return _made(hint, number, given)
    if issubclass(hint, Enum):
        return list(hint)[number % len(hint)]
    at = BEGAN + timedelta(days=number % SPREAD, seconds=number)
    plain = {str: lambda: id_from(name, str(number)), bool: lambda: False, int: lambda: 1, float: lambda: 1.0, bytes: lambda: b""}
    plain |= {datetime: lambda: at, date: at.date, time: lambda: at.time(), timedelta: lambda: timedelta(hours=1), Any: lambda: None}
    return plain[hint]()
