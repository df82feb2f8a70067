"""The code of somebody who gave no name: it looks random, follows from a keyed hash, and is kept only as another (OUT-40)."""

from __future__ import annotations

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0, 1, I, L, O and U: what is read from paper is not misread."""
LENGTH = 12


def code_from(digest: str) -> str:
    """Return the code that a keyed hash of an id gives, as XXXX-XXXX-XXXX; about 59 bits, so nobody guesses one."""
    number, letters = int(digest, 16), ""
    while len(letters) < LENGTH:
        number, place = divmod(number, len(ALPHABET))
        letters += ALPHABET[place]
    return "-".join(letters[start : start + 4] for start in range(0, LENGTH, 4))


def normal(code: str) -> str:
    """Return a code as typed by whomever, in the one form under which it is found."""
    letters = "".join(letter for letter in code.upper() if letter in ALPHABET)
    return "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))


def code_of(blind, id: str) -> str:
    """Return the code of what has this id; nobody without the service's key can compute it."""
    return code_from(blind("look-up code", id))


def lookup(blind, id: str) -> str:
    """Return under which hash that code is kept."""
    return blind("look-up", code_of(blind, id))
