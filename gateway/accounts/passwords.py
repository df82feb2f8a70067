"""Passwords as argon2id hashes; computed outside the event loop, which would stand still for each of them."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

_hasher = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)
# Nobody's password: checking against it takes as long as checking against somebody's.
NOBODYS = _hasher.hash("nobody signs in with this")


def hash_password(password: str) -> str:
    """Return the hash to keep; takes a while, so the loop uses `in_thread`."""
    return _hasher.hash(password)


def matches(kept: str, password: str) -> bool:
    """Say whether this is the password, in the same time for every hash."""
    try:
        return _hasher.verify(kept, password)
    except (Argon2Error, InvalidHashError):
        return False


def in_thread(function, *arguments):
    """Run it in a real thread and wait for it without holding up the loop."""
    from eventlet import tpool

    return tpool.execute(function, *arguments)
