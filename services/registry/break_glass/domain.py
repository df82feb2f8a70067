"""Breaking the glass: a look at somebody outside one's own area, for a reason, for an hour, and never in silence (X-16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.registry import BreakGlassUsed


class BreakGlassPurpose(StrEnum):
    """For what somebody looks."""

    EMERGENCY = "EMERGENCY"
    STANDING_IN = "STANDING_IN"
    ASKED_BY_PERSON = "ASKED_BY_PERSON"
    COMPLAINT = "COMPLAINT"


@dataclass(frozen=True)
class BreakGlassPolicy:
    """For how long the glass stays broken, and by when somebody looks at why (X-16)."""

    lasts: timedelta = timedelta(minutes=60)
    """For how long the member of staff may read."""
    review_within: timedelta = timedelta(days=3)
    """By when the grid to which the person belongs is to have looked at the reason."""


@dataclass(frozen=True)
class BreakGlass:
    """One person's record, opened to one account until a moment; the reason lies sealed with the person's key."""

    id: str
    person_id: str
    grid_id: str
    actor_id: str
    staff_id: str | None
    purpose: BreakGlassPurpose
    reason: str
    used_at: datetime
    until: datetime


def break_glass(
    *,
    id: str,
    person_id: str,
    grid_id: str,
    actor_id: str,
    staff_id: str | None,
    purpose: BreakGlassPurpose,
    reason: str,
    within_reach: bool,
    policy: BreakGlassPolicy,
    at: datetime,
) -> tuple[BreakGlass, list[Event]]:
    """Open one person's record to one account for an hour; what lies within reach anyway needs no breaking (X-16)."""
    if within_reach:
        raise Conflict("WITHIN_REACH")
    if not reason.strip():
        raise Invalid.field("reason", "REQUIRED")
    grant = BreakGlass(id, person_id, grid_id, actor_id, staff_id, purpose, reason.strip(), at, at + policy.lasts)
    return grant, [BreakGlassUsed(break_glass_id=id, person_id=person_id, actor_id=actor_id, staff_id=staff_id, until=grant.until)]
