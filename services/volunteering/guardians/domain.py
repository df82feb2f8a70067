"""A guardianship as volunteering knows it: who may act for whom, in what, until when (REG-45)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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

    def allows(self, right: str, on: date) -> bool:
        return not self.blocked and right in self.may and (self.until is None or on <= self.until)


def may(guardianships: Iterable[Guardianship], guardian_id: str, right: str, on: date) -> bool:
    """Say whether somebody may do this for a ward; a block holds against every other paper (REG-45)."""
    own = [one for one in guardianships if one.guardian_id == guardian_id]
    return not any(one.blocked for one in own) and any(one.allows(right, on) for one in own)
