"""References from one aggregate to another: whoever names something must be able to see it."""

from __future__ import annotations

from typing import TypeVar

from services.common.errors import Conflict, Invalid, NotFound
from services.common.store import Aggregates, Scope, Stored

T = TypeVar("T")


def referred(storage: Aggregates[T], id: str, scope: Scope, field: str) -> Stored[T]:
    """Return what a field of the input names, or refuse that field."""
    try:
        found = storage.get(id, scope)
    except NotFound:
        raise Invalid.field(field, "UNKNOWN_REFERENCE") from None
    winner_id = getattr(found.state, "merged_into", None)
    if winner_id:
        # A record that only leads to another takes nothing up any more; whoever writes has to know to whom (REG-54).
        raise Conflict("MERGED", extra={"winner_id": winner_id})
    return found
