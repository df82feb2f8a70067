"""An incident: it opens when an elder does not answer, and ends only when somebody saw or spoke to them (U3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import IncidentOpened, IncidentResolved
from services.outreach.care.domain import Tier


class IncidentState(StrEnum):
    OPEN = "OPEN"
    RESOLVED = "RESOLVED"


class Resolution(StrEnum):
    SAFE_HOME = "SAFE_HOME"
    SAFE_AWAY = "SAFE_AWAY"
    HOSPITAL = "HOSPITAL"
    DECEASED = "DECEASED"
    MOVED = "MOVED"
    MISSING = "MISSING"
    FALSE_ALARM = "FALSE_ALARM"


class How(StrEnum):
    """What somebody's word rests on; hearsay is not among it (OUT-21)."""

    SAW = "SAW"
    SPOKE = "SPOKE"


@dataclass(frozen=True)
class Confirmation:
    """Who saw or spoke to the elder, by name, and how."""

    name: str
    how: How
    relation: str | None = None


@dataclass(frozen=True)
class Incident:
    """One elder who did not answer; at most one is open for a person."""

    id: str
    grid_id: str | None
    person_id: str
    tier: Tier
    visit_id: str
    opened_at: datetime
    opened_by: str | None
    level: int = 0
    state: IncidentState = IncidentState.OPEN
    open: bool = True
    resolution: Resolution | None = None
    safety_confirmed_by: Confirmation | None = None
    safety_confirmed_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None


def at_risk(person_ids: Sequence[str], tiers: Mapping[str, Tier]) -> list[str]:
    """Return for whom a no-answer opens an incident: the high-tier elders, or, where there is none, everybody visited."""
    return [person_id for person_id in person_ids if tiers.get(person_id) is Tier.HIGH] or list(person_ids)


def open_incident(
    *, id: str, grid_id: str | None, person_id: str, tier: Tier, visit_id: str, happened_at: datetime, happened_on: date, by: str | None
) -> tuple[Incident, list[Event | Dated]]:
    """Open an incident, from the moment at which nobody answered (OUT-20)."""
    incident = Incident(id=id, grid_id=grid_id, person_id=person_id, tier=tier, visit_id=visit_id, opened_at=happened_at, opened_by=by)
    return incident, [Dated(IncidentOpened(incident_id=id, person_id=person_id, tier=tier.value, visit_id=visit_id), happened_on)]


AHEAD = timedelta(minutes=5)
"""By how much a device's clock may be ahead of ours (X-3)."""


def resolve(
    incident: Incident,
    *,
    resolution: Resolution,
    safety_confirmed_by: Confirmation,
    safety_confirmed_at: datetime,
    at: datetime,
    by: str | None,
) -> tuple[Incident, list[Event]]:
    """End it by the word of somebody who saw or spoke to the elder since; nothing else ever does (OUT-21, OUT-22)."""
    if not incident.open:
        raise Conflict("INCIDENT_RESOLVED")
    if safety_confirmed_at > at + AHEAD:
        raise Invalid.field("safety_confirmed_at", "IN_THE_FUTURE")
    if safety_confirmed_at < incident.opened_at:
        raise Invalid.field("safety_confirmed_at", "CONFIRMED_BEFORE_OPENED")
    if not safety_confirmed_by.name.strip():
        raise Invalid.field("safety_confirmed_by.name", "REQUIRED")
    resolved = replace(
        incident,
        state=IncidentState.RESOLVED,
        open=False,
        resolution=resolution,
        safety_confirmed_by=safety_confirmed_by,
        safety_confirmed_at=safety_confirmed_at,
        resolved_at=at,
        resolved_by=by,
    )
    minutes = max(0, int((at - incident.opened_at).total_seconds() // 60))
    return resolved, [
        IncidentResolved(incident_id=incident.id, person_id=incident.person_id, resolution=resolution.value, minutes_open=minutes)
    ]
