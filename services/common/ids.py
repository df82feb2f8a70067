"""Ids: ULIDs, and ULIDs that follow from what they are for, so that a retry finds what it made."""

from __future__ import annotations

import hashlib
import re

from ulid import ULID

ULID_PATTERN = re.compile(r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$")


def new_id() -> str:
    """Return a new ULID."""
    return str(ULID())


def id_from(*parts: str) -> str:
    """Return the ULID that these parts always give: what is made twice from one cause is one thing."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).digest()
    # The first bit stays clear, so that every such id is a valid ULID (at most 7ZZ...).
    return str(ULID.from_bytes(bytes([digest[0] & 0x7F]) + digest[1:16]))
