"""Codes that people read and type: each follows from a keyed hash of what it is for, so nobody makes one up.

On a screen it changes with the minute, so nobody brings one along.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U: what is read from a screen or from paper is not misread."""
LENGTH = 6
Digest = Callable[[str, str], str]
"""A keyed hash of a kind and a value; only the service has the key."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def code_of(digest: Digest, kind: str, id: str, at: datetime, every: timedelta) -> tuple[str, datetime, datetime]:
    """Return the code of a thing at a moment, and from when until when it holds."""
    window = (at - EPOCH) // every
    since = EPOCH + window * every
    return letters(digest(kind, f"{id}:{window}")), since, since + every


def is_same(typed: str, code: str) -> bool:
    """Say whether somebody typed this code, with whatever blanks and marks, in whatever case."""
    return hmac.compare_digest(plain(typed), code)


def plain(typed: str) -> str:
    """Return the letters of a code as somebody typed it."""
    return "".join(letter for letter in typed.upper() if letter in ALPHABET)


def letters(digest: str, length: int = LENGTH) -> str:
    """Return what of a digest is shown."""
    number, letters = int(digest, 16), ""
    while len(letters) < length:
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters
