"""How an incident ends, and what is left to do then: nothing but somebody's word about the elder ends it (OUT-21)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import AnotherVisitTimeSuggested, IncidentAftercareDone, IncidentAftercareReopened, IncidentResolved
from services.outreach.incidents.domain.incidents import (
    AHEAD,
    LIFECYCLE,
    Aftercare,
    Change,
    Confirmation,
    How,
    Incident,
    IncidentState,
    Resolution,
    Suggestion,
    Ticked,
)
from services.outreach.incidents.domain.ladder import LadderPolicy
from services.outreach.visits.domain.reports import stood_before

_FULL = (Aftercare.INFORM_KIN, Aftercare.VISIT, Aftercare.UPDATE_PLAN, Aftercare.DEBRIEF)
AFTERCARE: dict[Resolution, tuple[Aftercare, ...]] = {
    Resolution.SAFE_HOME: _FULL,
    Resolution.SAFE_AWAY: _FULL,
    Resolution.HOSPITAL: _FULL,
    # Who is away by the register's word is called while away, and visited when back. Who is dead, has moved or is still missing cannot be visited; their kin and the staff are not left alone with it.
    Resolution.DECEASED: (Aftercare.INFORM_KIN, Aftercare.DEBRIEF),
    Resolution.MOVED: (Aftercare.INFORM_KIN, Aftercare.DEBRIEF),
    Resolution.MISSING: (Aftercare.INFORM_KIN, Aftercare.DEBRIEF),
    Resolution.FALSE_ALARM: (Aftercare.UPDATE_PLAN, Aftercare.DEBRIEF),
}


@dataclass(frozen=True)
class Ending:
    """What somebody says became of the elder, and on whose word."""

    resolution: Resolution
    safety_confirmed_by: Confirmation
    safety_confirmed_at: datetime
    police_case_ref: str | None = None
    avoidable: bool = False


def resolve(
    incident: Incident, ending: Ending, *, at: datetime, by: str | None, safe_away_before: Collection[str] = (), policy: LadderPolicy
) -> Change:
    """End it by the word of somebody who saw or spoke to the elder since; nothing else ever does (OUT-21, OUT-22).

    `safe_away_before` are the elder's earlier incidents of the last weeks that ended with the elder safe elsewhere (OUT-24).
    """
    if not incident.open:
        raise Conflict("INCIDENT_RESOLVED")
    _check(incident, ending, at)
    aftercare = tuple(item for item in AFTERCARE[ending.resolution] if not (ending.avoidable and item is Aftercare.VISIT))
    often = ending.resolution is Resolution.SAFE_AWAY and len({*safe_away_before, incident.id}) >= policy.suggest_after
    resolved = replace(
        incident,
        state=LIFECYCLE.step(incident.state, IncidentState.RESOLVED),
        open=False,
        next_at=None,
        lowered_until=None,
        resolution=ending.resolution,
        safety_confirmed_by=ending.safety_confirmed_by,
        safety_confirmed_at=ending.safety_confirmed_at,
        police_case_ref=ending.police_case_ref,
        avoidable=ending.avoidable,
        resolved_at=at,
        resolved_by=by,
        suggestion=Suggestion.ANOTHER_TIME_OR_CALL_FIRST if often else None,
        aftercare=aftercare,
        aftercare_open=bool(aftercare),
    )
    facts: list[Event | Dated] = [
        IncidentResolved(
            incident_id=incident.id,
            person_id=incident.person_id,
            resolution=ending.resolution.value,
            minutes_open=_minutes(incident.opened_at, at),
            minutes_to_safety=_minutes(incident.opened_at, ending.safety_confirmed_at),
            level=incident.reached,
            avoidable=ending.avoidable,
            resolved_by=by,
        )
    ]
    if often:
        facts.append(
            AnotherVisitTimeSuggested(
                incident_id=incident.id,
                person_id=incident.person_id,
                suggestion=Suggestion.ANOTHER_TIME_OR_CALL_FIRST.value,
                incidents=len({*safe_away_before, incident.id}),
            )
        )
    return resolved, facts


def absent(*, since: date, until: date | None, opened_at: datetime, name: str, at: datetime) -> Ending | None:
    """Return the ending that an absence gives which the register learned of too late, or None where it explains nothing.

    Somebody recorded it with where the elder is, so it is a person's word and not time that ends the incident. What began
    on the very day proves nothing about that hour (OUT-25).
    """
    opened_on = business_date(opened_at)
    if since >= opened_on or (until is not None and until < opened_on):
        return None
    return Ending(Resolution.SAFE_AWAY, Confirmation(name, How.REGISTER), at, avoidable=True)


def dead(*, name: str, at: datetime) -> Ending:
    """Return the ending that a death gives which somebody confirmed in the register, with its proof."""
    return Ending(Resolution.DECEASED, Confirmation(name, How.REGISTER), at)


def visited(incident: Incident, *, visit_id: str, method: str, outcome: str, at: datetime, by: str | None) -> Change:
    """Tick off the visit that is owed after an incident, where somebody has stood before the elder since (U3).

    A call or what a neighbour says is not the visit.
    """
    asked = Aftercare.VISIT in incident.aftercare and incident.safety_confirmed_at is not None
    if not asked or at < incident.safety_confirmed_at or not stood_before(method, outcome):
        return incident, []
    return tick(incident, Aftercare.VISIT, at=at, by=by, visit_id=visit_id)


def not_visited(incident: Incident, *, visit_id: str) -> Change:
    """Ask again for the visit after an incident, because the one that was ticked off did not happen (OUT-17)."""
    ticked = tuple(one for one in incident.ticked if one.visit_id != visit_id)
    if ticked == incident.ticked:
        return incident, []
    again = [] if incident.aftercare_open else [IncidentAftercareReopened(incident_id=incident.id, person_id=incident.person_id)]
    return replace(incident, ticked=ticked, aftercare_open=True), again


def tick(incident: Incident, item: Aftercare, *, at: datetime, by: str | None, visit_id: str | None = None) -> Change:
    """Tick off one thing that was left to do; what is ticked stays ticked."""
    if incident.open:
        raise Conflict("INCIDENT_OPEN")
    if item not in incident.aftercare:
        raise Invalid.field("item", "NOT_ASKED_FOR")
    if any(ticked.item is item for ticked in incident.ticked):
        return incident, []
    ticked = (*incident.ticked, Ticked(item, at, by, visit_id))
    left = {*incident.aftercare} - {one.item for one in ticked}
    done = [] if left else [IncidentAftercareDone(incident_id=incident.id, person_id=incident.person_id)]
    return replace(incident, ticked=ticked, aftercare_open=bool(left)), done


def _check(incident: Incident, ending: Ending, at: datetime) -> None:
    """Refuse a word that proves nothing: of before the door, of the time to come, of nobody, or only heard."""
    word = ending.safety_confirmed_by
    if ending.safety_confirmed_at > at + AHEAD:
        raise Invalid.field("safety_confirmed_at", "IN_THE_FUTURE")
    if ending.safety_confirmed_at < incident.opened_at:
        raise Invalid.field("safety_confirmed_at", "CONFIRMED_BEFORE_OPENED")
    if not word.name.strip():
        raise Invalid.field("safety_confirmed_by.name", "REQUIRED")
    if ending.resolution is Resolution.MISSING:
        if word.how is not How.POLICE:
            raise Invalid.field("safety_confirmed_by.how", "MISSING_IS_FOR_THE_POLICE")
        if not (ending.police_case_ref or "").strip():
            raise Invalid.field("police_case_ref", "POLICE_CASE_REQUIRED")
    elif word.how is How.POLICE:
        raise Invalid.field("safety_confirmed_by.how", "SAW_OR_SPOKE")
    if ending.resolution is Resolution.FALSE_ALARM and (word.how is not How.SPOKE or word.channel is None):
        raise Invalid.field("safety_confirmed_by", "FALSE_ALARM_WHO_SPOKE")


def _minutes(since: datetime, until: datetime) -> int:
    return max(0, int((until - since).total_seconds() // 60))
