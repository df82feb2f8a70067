"""The code of somebody who gave no name: it looks random, follows from a keyed hash, and is kept only as another (OUT-40)."""

from __future__ import annotations

from services.common.codes import letters, plain

LENGTH = 12


def code_from(digest: str) -> str:
    """Return the code that a keyed hash of an id gives, as XXXX-XXXX-XXXX; about 59 bits, so nobody guesses one."""
    return _grouped(letters(digest, LENGTH))


def normal(code: str) -> str:
    """Return a code as typed by whomever, in the one form under which it is found."""
    return _grouped(plain(code))


def code_of(blind, id: str) -> str:
    """Return the code of what has this id; nobody without the service's key can compute it."""
    return code_from(blind("look-up code", id))


def lookup(blind, id: str) -> str:
    """Return under which hash that code is kept."""
    return blind("look-up", code_of(blind, id))


def _grouped(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
