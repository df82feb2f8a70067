"""The reasons for which a command is refused, one small closed list.

A refusal is raised with a `code` and the values that its text needs; the text itself stands in
the `messages.py` of whoever raises it, in Chinese and English. Nothing personal goes into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FieldError:
    """One thing wrong with one field: `field` is a JSON path such as `items.0.kind`."""

    field: str
    code: str
    params: dict[str, Any] | None = None


class Refusal(Exception):
    """A command or query that was understood and not carried out; nothing changed."""

    status = 422

    def __init__(self, code: str, *, errors: list[FieldError] | None = None, extra: dict[str, Any] | None = None, **params: Any):
        super().__init__(code)
        self.code = code
        self.errors = errors or []
        self.extra = extra or {}
        """Members added to the problem document for programs, such as the list of open doors."""
        self.params = params


class Invalid(Refusal):
    """The input breaks a rule of form or of the domain (422)."""

    @classmethod
    def field(cls, field: str, code: str, **params: Any) -> Invalid:
        """Refuse one field: the common case of bad input."""
        return cls("INVALID", errors=[FieldError(field, code, params)])


class Malformed(Refusal):
    """The request cannot be read at all (400)."""

    status = 400


class Unauthenticated(Refusal):
    """Nobody, or a token that does not hold (401)."""

    status = 401


class Forbidden(Refusal):
    """The caller's role may not do this (403)."""

    status = 403


class NotFound(Refusal):
    """There is no such thing within the caller's scope (404)."""

    status = 404

    def __init__(self, code: str = "NOT_FOUND", **params: Any):
        super().__init__(code, **params)


class Erased(NotFound):
    """There was such a thing; it was kept for its term and only a tombstone is left of it (410, X-4)."""

    status = 410

    def __init__(self):
        super().__init__("ERASED")


class Conflict(Refusal):
    """The state of the aggregate does not allow this (409)."""

    status = 409


class StaleVersion(Conflict):
    """Someone else changed the aggregate since the caller read it (X-2)."""

    def __init__(self, current_version: int | None = None):
        super().__init__("STALE_VERSION", extra={"current_version": current_version} if current_version is not None else None)


class Unavailable(Refusal):
    """Not possible for the moment; safe to repeat (503)."""

    status = 503

    def __init__(self, code: str = "UNAVAILABLE", retry_after: int = 2, **params: Any):
        super().__init__(code, **params)
        self.retry_after = retry_after


class TooManyAttempts(Unavailable):
    """Guessing is slowed down (429)."""

    status = 429

    def __init__(self, seconds: int):
        super().__init__("TOO_MANY_ATTEMPTS", retry_after=seconds, seconds=seconds)
