"""Codes on a screen that change with the minute: each follows from a keyed hash of what it is for and when, so nobody brings one along."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U: what is read from a screen is not misread."""
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
    return hmac.compare_digest("".join(letter for letter in typed.upper() if letter in ALPHABET), code)


def letters(digest: str) -> str:
    """Return what of a digest is shown."""
    number, letters = int(digest, 16), ""
    while len(letters) < LENGTH:
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return letters
