"""An incident in a class meeting: what happened and when, to whom, what was done, and which guardian was told.

It is on record until every child's guardian was told, and a clock tells of those who were not. Its words are sealed; of a
suspicion of harm there is no word here, that has a record and officers of its own (VOL-60).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.volunteering import (
    ClassIncidentClosed,
    ClassIncidentGrewGrave,
    ClassIncidentGuardianTold,
    ClassIncidentRecorded,
    ClassIncidentUntold,
)
from services.common.states import NEW, StateMachine, Transition
from services.volunteering.children.domain import Child
from services.volunteering.sessions.domain.session import BEFORE, ClassSession

AHEAD = timedelta(minutes=5)
"""By how much a device's clock may be ahead of ours (X-3)."""


class IncidentKind(StrEnum):
    """What happened."""

    INJURY = "INJURY"
    ILLNESS = "ILLNESS"
    ALLERGY = "ALLERGY"
    QUARREL = "QUARREL"
    LEFT_THE_ROOM = "LEFT_THE_ROOM"
    STRANGER = "STRANGER"
    DAMAGE = "DAMAGE"
    OTHER = "OTHER"


class Done(StrEnum):
    """What was done."""

    FIRST_AID = "FIRST_AID"
    DOCTOR = "DOCTOR"
    AMBULANCE = "AMBULANCE"
    POLICE = "POLICE"
    SEPARATED = "SEPARATED"
    COMFORTED = "COMFORTED"
    FOUND = "FOUND"
    FETCHED_EARLY = "FETCHED_EARLY"
    OTHER = "OTHER"


GRAVE = frozenset({Done.AMBULANCE, Done.POLICE})
"""What makes an incident a grave one, whatever was thought of it at first."""


class Way(StrEnum):
    """How a guardian was told."""

    IN_PERSON = "IN_PERSON"
    CALL = "CALL"
    MESSAGE = "MESSAGE"


class IncidentState(StrEnum):
    """How far an incident has come."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


LIFECYCLE = StateMachine(
    "ClassIncident",
    IncidentState,
    Transition((NEW,), IncidentState.OPEN, "somebody who was there records it"),
    Transition((IncidentState.OPEN,), IncidentState.CLOSED, "every child's guardian was told, and nothing is left to do"),
)


@dataclass(frozen=True)
class ClassIncidentPolicy:
    """By when a guardian is told of what happened in a class."""

    tell_within: timedelta = timedelta(hours=2)
    """Of an incident, from its happening on."""
    tell_grave_within: timedelta = timedelta(minutes=15)
    """Of a grave one."""
    again: timedelta = timedelta(hours=24)
    """How often it is told again that a guardian was not told."""
    late_after: timedelta = timedelta(days=7)
    """What is recorded later than so takes a reason (X-3)."""


@dataclass(frozen=True)
class Step:
    """One thing that was done, by whom, and in which words."""

    done: Done
    at: datetime
    words: str | None = None
    by_volunteer_id: str | None = None
    recorded_by: str | None = None


@dataclass(frozen=True)
class Told:
    """That a guardian of a child was told, when, how, and what they said."""

    child_id: str
    guardian_id: str
    way: Way
    at: datetime
    words: str | None = None
    recorded_by: str | None = None


@dataclass(frozen=True)
class ClassIncident:
    """One incident; its words, and what was done in words, lie sealed."""

    id: str
    session_id: str
    series_id: str
    kind: IncidentKind
    happened_at: datetime
    recorded_at: datetime
    recorded_by: str | None
    about_id: str
    """Whose key seals the words: the first child's, or the incident's own where no child is concerned."""
    child_ids: tuple[str, ...] = ()
    volunteer_ids: tuple[str, ...] = ()
    """Adults who are concerned: hurt, or there when it happened."""
    grave: bool = False
    state: IncidentState = IncidentState.OPEN
    words: str | None = None
    late_reason: str | None = None
    steps: tuple[Step, ...] | None = None
    told: tuple[Told, ...] | None = None
    tell_by: datetime | None = None
    next_at: datetime | None = None
    """When the clock next looks whether everybody was told; None where there is nothing to tell any more."""
    untold_times: int = 0
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: str | None = None

    @property
    def untold_ids(self) -> list[str]:
        """Return the children of whom no guardian was told yet."""
        heard = {one.child_id for one in self.told or ()}
        return [id for id in self.child_ids if id not in heard]


Change = tuple[ClassIncident, list[Event | Dated]]


def record(
    *,
    id: str,
    session: ClassSession,
    kind: IncidentKind,
    happened_at: datetime,
    child_ids: Sequence[str] = (),
    volunteer_ids: Sequence[str] = (),
    grave: bool = False,
    words: str,
    steps: Sequence[Step] = (),
    late_reason: str | None = None,
    at: datetime,
    by: str | None,
    policy: ClassIncidentPolicy,
) -> Change:
    """Put an incident on record, of a meeting that has begun, with children and adults who were at it (X-3)."""
    children, volunteers = tuple(dict.fromkeys(child_ids)), tuple(dict.fromkeys(volunteer_ids))
    if session.state in BEFORE or session.opened_at is None:
        raise Conflict("SESSION_NOT_OPEN")
    if not children and not volunteers:
        raise Invalid.field("child_ids", "NOBODY_CONCERNED")
    _was_there("child_ids", children, _children_of(session))
    _was_there("volunteer_ids", volunteers, {one.volunteer_id for one in session.adults})
    _in_its_time("happened_at", happened_at, session.opened_at, at)
    if session.closed_at is not None and happened_at > session.closed_at:
        raise Invalid.field("happened_at", "AFTER_THE_MEETING")
    if at - happened_at > policy.late_after and not late_reason:
        raise Invalid.field("late_reason", "LATE_REASON_REQUIRED", days=policy.late_after.days)
    for number, step in enumerate(steps):
        _in_its_time(f"steps.{number}.at", step.at, happened_at, at)
    grave = grave or any(step.done in GRAVE for step in steps)
    tell_by = happened_at + (policy.tell_grave_within if grave else policy.tell_within)
    incident = ClassIncident(
        id=id,
        session_id=session.id,
        series_id=session.series_id,
        kind=kind,
        happened_at=happened_at,
        recorded_at=at,
        recorded_by=by,
        about_id=children[0] if children else id,
        child_ids=children,
        volunteer_ids=volunteers,
        grave=grave,
        state=LIFECYCLE.step(NEW, IncidentState.OPEN),
        words=words,
        late_reason=late_reason,
        steps=tuple(replace(step, recorded_by=by) for step in steps),
        told=(),
        tell_by=tell_by if children else None,
        next_at=tell_by if children else None,
    )
    ids = {"incident_id": id, "session_id": session.id, "series_id": session.series_id, "person_ids": list(children)}
    return incident, [ClassIncidentRecorded(**ids, grave=grave, due_at=incident.tell_by)]


def add_step(incident: ClassIncident, step: Step, *, at: datetime, by: str | None, policy: ClassIncidentPolicy) -> Change:
    """Keep what else was done; an ambulance or the police make it a grave one, of which a guardian is told at once."""
    _open(incident)
    _in_its_time("at", step.at, incident.happened_at, at)
    changed = replace(incident, steps=(*(incident.steps or ()), replace(step, recorded_by=by)))
    if step.done not in GRAVE or incident.grave:
        return changed, []
    changed = replace(changed, grave=True)
    if incident.untold_ids and incident.tell_by is not None:
        tell_by = min(incident.tell_by, incident.happened_at + policy.tell_grave_within)
        changed = replace(changed, tell_by=tell_by, next_at=min(incident.next_at or tell_by, tell_by))
    ids = {"incident_id": incident.id, "session_id": incident.session_id, "person_ids": list(incident.child_ids)}
    return changed, [ClassIncidentGrewGrave(**ids, due_at=changed.tell_by)]


def tell_guardian(incident: ClassIncident, told: Told, child: Child, *, at: datetime, by: str | None) -> Change:
    """Keep that a guardian was told, who may be called about the child; who is blocked from it is told nothing (REG-45)."""
    _open(incident)
    if told.child_id not in incident.child_ids:
        raise Invalid.field("child_id", "NOT_CONCERNED")
    if told.guardian_id in child.blocked_ids:
        raise Invalid.field("guardian_id", "GUARDIAN_BLOCKED")
    if told.guardian_id not in child.callable_ids:
        raise Invalid.field("guardian_id", "NOT_A_GUARDIAN")
    _in_its_time("at", told.at, incident.happened_at, at)
    changed = replace(incident, told=(*(incident.told or ()), replace(told, recorded_by=by)))
    if not changed.untold_ids:
        changed = replace(changed, next_at=None)
    in_time = incident.tell_by is not None and told.at <= incident.tell_by
    fact = ClassIncidentGuardianTold(incident_id=incident.id, child_id=told.child_id, guardian_id=told.guardian_id, in_time=in_time)
    return changed, [fact]


def close(incident: ClassIncident, children: Mapping[str, Child], *, outcome: str | None = None, at: datetime, by: str | None) -> Change:
    """End an incident once a guardian of every child was told; of a child whom nobody may be called about nothing is waited for."""
    _open(incident)
    waiting = [id for id in incident.untold_ids if id in children and children[id].callable_ids]
    if waiting:
        raise Conflict("TELL_GUARDIANS_FIRST", extra={"child_ids": waiting}, count=len(waiting))
    state = LIFECYCLE.step(incident.state, IncidentState.CLOSED)
    closed = replace(incident, state=state, next_at=None, closed_at=at, closed_by=by, outcome=outcome)
    return closed, [ClassIncidentClosed(incident_id=incident.id, session_id=incident.session_id, person_ids=list(incident.child_ids))]


def grow_late(incident: ClassIncident, *, now: datetime, policy: ClassIncidentPolicy) -> Change:
    """Tell that guardians were not told in time, and again each day; of several days missed, once, with how many."""
    if incident.state is not IncidentState.OPEN or incident.next_at is None or incident.tell_by is None or now < incident.next_at:
        return incident, []
    times = (now - incident.tell_by) // policy.again + 1
    since = incident.tell_by + policy.again * (times - 1)
    late = replace(incident, untold_times=times, next_at=since + policy.again)
    fact = ClassIncidentUntold(incident_id=incident.id, session_id=incident.session_id, person_ids=incident.untold_ids, times=times)
    return late, [Dated(fact, business_date(since))]


def _children_of(session: ClassSession) -> set[str]:
    kept = {one.child_id for one in session.kept if one.child_id}
    return kept | {one.child_id for one in session.children if one.in_at is not None}


def _was_there(field: str, ids: Collection[str], there: Collection[str]) -> None:
    for number, id in enumerate(ids):
        if id not in there:
            raise Invalid.field(f"{field}.{number}", "WAS_NOT_THERE")


def _in_its_time(field: str, moment: datetime, since: datetime, now: datetime) -> None:
    if moment > now + AHEAD:
        raise Invalid.field(field, "IN_THE_FUTURE")
    if moment < since:
        raise Invalid.field(field, "BEFORE_IT_BEGAN")


def _open(incident: ClassIncident) -> None:
    if incident.state is IncidentState.CLOSED:
        raise Conflict("INCIDENT_CLOSED")
