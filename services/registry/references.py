"""References from one aggregate to another: whoever names something must be able to see it."""

from __future__ import annotations

from typing import TypeVar

from services.common.errors import Invalid, NotFound
from services.common.store import Aggregates, Scope, Stored

T = TypeVar("T")


def referred(storage: Aggregates[T], id: str, scope: Scope, field: str) -> Stored[T]:
    """Return what a field of the input names, or refuse that field."""
    try:
        return storage.get(id, scope)
    except NotFound:
        raise Invalid.field(field, "UNKNOWN_REFERENCE") from None
