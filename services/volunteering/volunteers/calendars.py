"""Calendars: what of a volunteer's time a command is about to fill, so that two of them cannot fill it both."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

IN_FLIGHT = timedelta(seconds=60)
"""Longer than any command lives; an older claim belongs to one that was cut off, and counts no more."""


class ClaimKind(StrEnum):
    """With what a claimed span of time is about to be filled."""

    PLACE = "PLACE"
    HOURS = "HOURS"


@dataclass(frozen=True)
class Claim:
    """A span of a volunteer's time that a command is about to fill elsewhere."""

    id: str
    kind: ClaimKind
    target_id: str
    starts_at: datetime
    ends_at: datetime
    place: str
    claimed_at: datetime
    popular_in: str | None = None
    """Of which program it is a popular place (VOL-22)."""


@dataclass(frozen=True)
class Calendar:
    """One volunteer's claims, under the id of the volunteer."""

    id: str
    claims: tuple[Claim, ...] = ()

    def holds(self, claim_id: str, now: datetime) -> bool:
        """Say whether a claim is there and still counts."""
        return any(claim.id == claim_id for claim in self.young(now))

    def young(self, now: datetime) -> list[Claim]:
        """Return the claims that still count."""
        return [claim for claim in self.claims if claim.claimed_at > now - IN_FLIGHT]


def claim(calendar: Calendar, new: Claim) -> Calendar:
    """Note that a span of time is being filled; claims that count no more go."""
    return replace(calendar, claims=(*(old for old in calendar.young(new.claimed_at) if old.id != new.id), new))


def release(calendar: Calendar, claim_id: str) -> Calendar:
    """Take a claim back whose command was refused in the end."""
    return replace(calendar, claims=tuple(claim for claim in calendar.claims if claim.id != claim_id))
