"""What a merge changed of a document, and how that is put back: pure, on plain data (REG-56)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import Any, get_type_hints

import msgspec


@dataclass(frozen=True)
class Moved:
    """One document that a merge changed: what of it was how before, and how after."""

    aggregate: str
    id: str
    before: dict[str, Any]
    after: dict[str, Any]

    @property
    def name(self) -> str:
        return f"{self.aggregate}/{self.id}"


def listed(note: Any, move: Moved) -> Any:
    """Put a document on the list before it is changed; what it was like at first is kept when a step is repeated."""
    known = next((one for one in note.moves if one.name == move.name), None)
    if known is None:
        return replace(note, moves=(*note.moves, move))
    again = replace(known, before={**move.before, **known.before}, after={**known.after, **move.after})
    return replace(note, moves=tuple(again if one is known else one for one in note.moves))


def difference(aggregate: str, before: Any, after: Any) -> Moved:
    """Return in what a document changes."""
    was, becomes = _plain(before), _plain(after)
    changed = [name for name in was if was[name] != becomes[name]]
    return Moved(aggregate, before.id, {name: was[name] for name in changed}, {name: becomes[name] for name in changed})


def restored(state: Any, move: Moved) -> tuple[Any, bool]:
    """Return what a document is like without the merge, and whether something of it changed since and stays (REG-56)."""
    now, back, changed_since = _plain(state), {}, False
    for name, before in move.before.items():
        after, present = move.after[name], now[name]
        if present == after:
            back[name] = before
        elif isinstance(before, list) and isinstance(after, list):
            back[name], lost = _list_without(present, before, after)
            changed_since = changed_since or lost
        else:
            changed_since = True
    hints = _hints(type(state))
    return replace(state, **{name: msgspec.convert(value, hints[name]) for name, value in back.items()}), changed_since


def _list_without(present: list, before: list, after: list) -> tuple[list, bool]:
    """Return a list with what the merge took put back and what it brought taken out; what was added since stays."""
    brought = [item for item in after if item not in before]
    taken = [item for item in before if item not in after]
    kept = [item for item in present if item not in brought]
    return [*taken, *kept], any(item not in present for item in brought)


@cache
def _hints(state: type) -> dict[str, Any]:
    return get_type_hints(state)


def _plain(state: Any) -> dict[str, Any]:
    # Through JSON, so that a list is a list here as it is in a document: a tuple would never equal what was kept.
    return msgspec.json.decode(msgspec.json.encode(state))
