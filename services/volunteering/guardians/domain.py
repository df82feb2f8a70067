"""A guardianship as volunteering knows it: who may act for whom, in what, until when (REG-45)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

CONSENT_ACTIVITY, PICK_UP = "CONSENT_ACTIVITY", "PICK_UP"


@dataclass(frozen=True)
class Guardianship:
    """What the register last told of one guardianship; who is blocked or gone may do nothing."""

    id: str
    ward_id: str
    guardian_id: str
    may: tuple[str, ...]
    blocked: bool = False
    until: date | None = None
    ended_blocked: bool = False
    """It ended while the guardian was blocked: that they are nobody's guardian any more does not make them welcome."""

    def allows(self, right: str, on: date) -> bool:
        return not self.blocked and right in self.may and (self.until is None or on <= self.until)


def may(guardianships: Iterable[Guardianship], guardian_id: str, right: str, on: date) -> bool:
    """Say whether somebody may do this for a ward; a block holds against every other paper (REG-45)."""
    own = [one for one in guardianships if one.guardian_id == guardian_id]
    return not any(one.blocked for one in own) and any(one.allows(right, on) for one in own)


def told(known: Guardianship | None, news: Guardianship) -> Guardianship:
    """Return what is kept of a guardianship after the register told of it: one that ends while blocked is remembered as that."""
    was = known is not None and (known.blocked or known.ended_blocked)
    return replace(news, ended_blocked=was and not news.blocked and not news.may)


def barred(guardianships: Iterable[Guardianship]) -> tuple[str, ...]:
    """Return to whom a ward is never handed over: who is blocked, and who was until the end and was given no right since (REG-45)."""
    known = list(guardianships)
    blocked = {one.guardian_id for one in known if one.blocked}
    trusted = {one.guardian_id for one in known if one.may and not one.blocked}
    return tuple(sorted(blocked | {one.guardian_id for one in known if one.ended_blocked} - trusted))
