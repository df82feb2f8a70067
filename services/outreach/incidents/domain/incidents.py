"""An incident: it opens when an elder does not answer, climbs by its clocks, and only somebody's word ends it (U3).

How far it has climbed follows from its dates and from what people did, never from when a job looked at it. So a job
that stood still for a day comes to the same levels, each with the moment at which its clock was missed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.calendar import business_date
from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import (
    IncidentLevelLowered,
    IncidentLevelRaised,
    IncidentOpened,
    IncidentStepRecorded,
    IncidentStillOpen,
)
from services.common.states import StateMachine, Transition
from services.outreach.care.domain import Tier
from services.outreach.incidents.domain.ladder import (
    CAPPED,
    CONTACTS,
    DOOR,
    LEVEL_OF,
    OFFICER,
    ON_SITE,
    Action,
    DangerSign,
    LadderPolicy,
    deadlines,
)

AHEAD = timedelta(minutes=5)
"""By how much a device's clock may be ahead of ours (X-3)."""
ALL_MISSED = ON_SITE + 1


class IncidentState(StrEnum):
    OPEN = "OPEN"
    CONTACTING = "CONTACTING"
    OFFICER = "OFFICER"
    ON_SITE = "ON_SITE"
    RESOLVED = "RESOLVED"


BY_LEVEL = (IncidentState.OPEN, IncidentState.CONTACTING, IncidentState.OFFICER, IncidentState.ON_SITE)
LIFECYCLE = StateMachine(
    "Incident",
    IncidentState,
    Transition(("",), "OPEN", "nobody answers", "OUT-20"),
    Transition(("OPEN",), "CONTACTING", "a clock is missed, or somebody goes on", "OUT-22"),
    Transition(("OPEN", "CONTACTING"), "OFFICER", "a clock is missed, or somebody goes on", "OUT-22"),
    Transition(("OPEN", "CONTACTING", "OFFICER"), "ON_SITE", "a clock is missed, somebody goes on, or there is a sign of danger", "OUT-22"),
    Transition(("CONTACTING",), "OPEN", "hearsay, once, for two hours", "OUT-21"),
    Transition(("OFFICER",), "CONTACTING", "hearsay, once, for two hours", "OUT-21"),
    Transition(("ON_SITE",), "OFFICER", "hearsay, once, for two hours", "OUT-21"),
    Transition(("OPEN", "CONTACTING", "OFFICER", "ON_SITE"), "RESOLVED", "somebody by name saw or spoke to the elder", "OUT-21"),
)


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
    POLICE = "POLICE"
    """The police took the case: nobody has found the elder, and the search is theirs."""
    REGISTER = "REGISTER"
    """What somebody recorded in the register with its evidence; only a fact of the register gives it."""


class Channel(StrEnum):
    """How somebody spoke to the elder."""

    IN_PERSON = "IN_PERSON"
    PHONE = "PHONE"
    VIDEO = "VIDEO"


class StepResult(StrEnum):
    DONE = "DONE"
    NO_REPLY = "NO_REPLY"
    NOT_POSSIBLE = "NOT_POSSIBLE"


class EntryUnder(StrEnum):
    """Under whose right a home is entered; there is no third."""

    POLICE = "POLICE"
    KEY_HOLDER = "KEY_HOLDER"


class Why(StrEnum):
    """Why an incident went to another level."""

    CLOCK = "CLOCK"
    STAFF = "STAFF"
    STEP = "STEP"
    DANGER = "DANGER"
    HEARSAY = "HEARSAY"
    HEARSAY_OVER = "HEARSAY_OVER"
    PLAN_NOT_VALID = "PLAN_NOT_VALID"


class Suggestion(StrEnum):
    ANOTHER_TIME_OR_CALL_FIRST = "ANOTHER_TIME_OR_CALL_FIRST"


class Aftercare(StrEnum):
    """What is left to do once the elder's safety is known; each is ticked off by somebody."""

    INFORM_KIN = "INFORM_KIN"
    VISIT = "VISIT"
    UPDATE_PLAN = "UPDATE_PLAN"
    DEBRIEF = "DEBRIEF"


@dataclass(frozen=True)
class Confirmation:
    """Who saw or spoke to the elder, by name, and how."""

    name: str
    how: How
    relation: str | None = None
    channel: Channel | None = None


@dataclass(frozen=True)
class Step:
    """One thing that somebody did to find the elder; `due_at` is the clock of its level."""

    n: int
    level: int
    action: Action
    result: StepResult
    at: datetime
    by: str | None
    due_at: datetime | None = None
    companion: str | None = None
    entry_under: EntryUnder | None = None
    note: str | None = None


@dataclass(frozen=True)
class Hearsay:
    """What somebody said whom nobody can hold to it: "probably shopping"."""

    said_by: str
    said: str
    at: datetime
    by: str | None


@dataclass(frozen=True)
class Ticked:
    """One thing of the time after that somebody did."""

    item: Aftercare
    at: datetime
    by: str | None
    visit_id: str | None = None
    """The visit that did it, so that it is to be done again where that one did not happen (OUT-17)."""


@dataclass(frozen=True)
class Incident:
    """One elder who did not answer; at most one is open for a person."""

    id: str
    grid_id: str | None
    person_id: str
    tier: Tier
    opened_at: datetime
    opened_by: str | None
    due_at: tuple[datetime, ...]
    """By when each of the four steps must have found the elder."""
    again: timedelta
    next_at: datetime | None
    """The next moment at which a clock of this incident does something."""
    visit_id: str | None = None
    target_id: str | None = None
    """The door of the sweep at which nobody answered."""
    missed: int = 0
    """How many clocks were missed, or passed by on purpose."""
    level: int = DOOR
    reached: int = DOOR
    """The highest level so far."""
    state: IncidentState = IncidentState.OPEN
    open: bool = True
    capped: bool = False
    """Whether a plan agreed with the elder holds the ladder at its contacts (OUT-23)."""
    danger_signs: tuple[DangerSign, ...] = ()
    lowered_until: datetime | None = None
    hearsay: Hearsay | None = None
    reminders: int = 0
    reminded_at: datetime | None = None
    steps: tuple[Step, ...] = ()
    resolution: Resolution | None = None
    safety_confirmed_by: Confirmation | None = None
    safety_confirmed_at: datetime | None = None
    police_case_ref: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    avoidable: bool = False
    """Whether the register only learned later that the elder was away (OUT-25)."""
    suggestion: Suggestion | None = None
    aftercare: tuple[Aftercare, ...] = ()
    aftercare_open: bool = False
    ticked: tuple[Ticked, ...] = ()

    @property
    def top(self) -> int:
        """Return the level beyond which it does not climb."""
        return CAPPED if self.capped and not self.danger_signs else ON_SITE

    @property
    def clock_at(self) -> datetime | None:
        """Return by when the level that it is on must have found the elder."""
        return self.due_at[self.level] if self.open else None


@dataclass(frozen=True)
class Duty:
    """Who is told of what: the lead of the grid, who is on duty, and who answers for the community."""

    lead: str | None = None
    officers: tuple[str, ...] = ()
    administrators: tuple[str, ...] = ()

    def of(self, level: int) -> list[str]:
        """Return whom a level calls; where nobody is on duty, those who answer for the community."""
        officers = self.officers or (*self.administrators, self.lead)
        called = {DOOR: (), CONTACTS: (self.lead or next(iter(officers), None),), OFFICER: officers}
        return list(dict.fromkeys(one for one in called.get(level, (*officers, self.lead, *self.administrators)) if one))


NOBODY_KNOWN = Duty()
Change = tuple[Incident, list[Event | Dated]]


def at_risk(person_ids: Sequence[str], tiers: Mapping[str, Tier]) -> list[str]:
    """Return for whom a no-answer opens an incident: the high-tier elders, or, where there is none, everybody visited."""
    return [person_id for person_id in person_ids if tiers.get(person_id) is Tier.HIGH] or list(person_ids)


def to_look_for(
    person_ids: Sequence[str],
    tiers: Mapping[str, Tier],
    *,
    absent: Collection[str] = (),
    looked_for: Collection[str] = (),
    asked: bool = False,
    should_answer: Collection[str] = (),
) -> list[str]:
    """Return for whom an incident is to be opened or found, of those whom neither a known absence nor another one explains (OUT-20).

    For the high tier staff ask for it, or the report is refused; at any other door it opens by itself for whoever
    `should_answer` there (U3).
    """
    left = [person_id for person_id in at_risk([one for one in person_ids if one not in absent], tiers) if person_id not in looked_for]
    return [one for one in left if asked or (tiers.get(one) is not Tier.HIGH and one in should_answer)]


def open_incident(
    *,
    id: str,
    grid_id: str | None,
    person_id: str,
    tier: Tier,
    visit_id: str | None = None,
    target_id: str | None = None,
    happened_at: datetime,
    by: str | None,
    at: datetime,
    capped: bool = False,
    danger_signs: Sequence[DangerSign] = (),
    policy: LadderPolicy,
    is_working_day: Callable[[date], bool],
    duty: Duty = NOBODY_KNOWN,
) -> Change:
    """Open an incident from the moment at which nobody answered; what its clocks missed since is told at once (OUT-20)."""
    if happened_at > at + AHEAD:
        raise Invalid.field("happened_at", "IN_THE_FUTURE")
    clocks = policy.of(tier)
    incident = Incident(
        id=id,
        grid_id=grid_id,
        person_id=person_id,
        tier=tier,
        opened_at=happened_at,
        opened_by=by,
        due_at=deadlines(happened_at, clocks, is_working_day),
        again=clocks.again,
        next_at=None,
        visit_id=visit_id,
        target_id=target_id,
        state=LIFECYCLE.step("", IncidentState.OPEN),
        capped=capped,
    )
    opened = IncidentOpened(
        incident_id=id, person_id=person_id, tier=tier.value, visit_id=visit_id, due_at=incident.due_at[DOOR], opened_at=happened_at
    )
    facts: list[Event | Dated] = [Dated(opened, business_date(happened_at))]
    if danger_signs:
        incident, more = see_danger(incident, danger_signs, at=happened_at, policy=policy, duty=duty)
        facts += more
    incident, more = advance(_timed(incident), now=at, duty=duty)
    return incident, facts + more


def advance(incident: Incident, *, now: datetime, duty: Duty) -> Change:
    """Let every clock that was missed up to now raise the incident, in order, each from its own moment (OUT-22).

    Only the last of several reminders is told, with how many there were: nobody is helped by twenty at once.
    """
    facts: list[Event | Dated] = []
    while incident.open and incident.next_at is not None and incident.next_at <= now:
        moment = incident.next_at
        before = incident
        while incident.missed < ALL_MISSED and incident.due_at[incident.missed] <= moment:
            incident = replace(incident, missed=incident.missed + 1)
        lowered_over = incident.lowered_until is not None and incident.lowered_until <= moment
        if lowered_over:
            incident = replace(incident, lowered_until=None)
        why = Why.HEARSAY_OVER if lowered_over and incident.missed == before.missed else Why.CLOCK
        incident, raised = _climb(incident, since=moment, why=why, duty=duty)
        facts += raised
        if _reminder(incident) == moment:
            incident = replace(incident, reminded_at=moment, reminders=incident.reminders + (not raised))
            if not raised:
                facts = [fact for fact in facts if not isinstance(fact.event, IncidentStillOpen)] + [_still_open(incident, moment, duty)]
        incident = _timed(incident)
    return incident, facts


def see_danger(incident: Incident, signs: Sequence[DangerSign], *, at: datetime, policy: LadderPolicy, duty: Duty) -> Change:
    """Go to the door at once, at any tier, whatever anybody said or agreed before (OUT-22, OUT-23)."""
    _still_looked_for(incident)
    known = tuple(dict.fromkeys((*incident.danger_signs, *signs)))
    # Whatever the tier, people must be there as soon as for the elders who are watched over most closely.
    on_site = min(incident.due_at[ON_SITE], at + policy.high.on_site.within)
    due_at = (*(min(due, on_site) for due in incident.due_at[:ON_SITE]), on_site)
    endangered = replace(incident, danger_signs=known, due_at=due_at, missed=max(incident.missed, ON_SITE), lowered_until=None)
    raised, facts = _climb(endangered, since=at, why=Why.DANGER, duty=duty)
    return _timed(raised), facts


def go_to(incident: Incident, level: int, *, at: datetime, duty: Duty, why: Why = Why.STAFF) -> Change:
    """Go on to a higher level before its clock asks for it; whoever agreed that nobody shall come is left in peace (OUT-23)."""
    _still_looked_for(incident)
    if level <= incident.level:
        raise Conflict("LEVEL_REACHED", level=incident.level)
    if level > incident.top:
        raise Conflict("NO_RESPONSE_WANTED")
    raised, facts = _climb(replace(incident, missed=max(level, incident.missed), lowered_until=None), since=at, why=why, duty=duty)
    return _timed(raised), facts


def hear(incident: Incident, hearsay: Hearsay, *, policy: LadderPolicy) -> Change:
    """Lower it by one level for a while, once: somebody thinks to know where the elder is, and nobody saw them (OUT-21)."""
    _still_looked_for(incident)
    if incident.hearsay is not None:
        raise Conflict("HEARSAY_BEFORE")
    if incident.danger_signs:
        raise Conflict("DANGER_SIGNS")
    until = hearsay.at + policy.hearsay
    lowered = replace(incident, hearsay=hearsay, lowered_until=until)
    level = _level(lowered)
    if level < incident.level:
        lowered = replace(lowered, level=level, state=LIFECYCLE.step(incident.state, BY_LEVEL[level]))
    fact = IncidentLevelLowered(incident_id=incident.id, person_id=incident.person_id, level=level, until=until)
    return _timed(lowered), [fact]


def respect_plan(incident: Incident, capped: bool, *, at: datetime, duty: Duty) -> Change:
    """Let a plan hold the ladder back, or no longer: the clocks went on, and what they missed is made up for (OUT-23)."""
    if not incident.open or incident.capped is capped:
        return incident, []
    changed, facts = _climb(replace(incident, capped=capped), since=at, why=Why.PLAN_NOT_VALID, duty=duty)
    return _timed(changed), facts


def record_step(incident: Incident, step: Step, *, now: datetime, duty: Duty) -> Change:
    """Write down what somebody did to find the elder; a step of a higher level takes the incident there."""
    _still_looked_for(incident)
    if step.at > now + AHEAD:
        raise Invalid.field("at", "IN_THE_FUTURE")
    if step.at < incident.opened_at:
        raise Invalid.field("at", "BEFORE_THE_DOOR")
    if step.action is Action.SECOND_ATTEMPT and step.by is not None and step.by == incident.opened_by:
        raise Invalid.field("action", "ANOTHER_PERSON")
    if step.action is Action.TWO_WENT_THERE and not (step.companion or "").strip():
        raise Invalid.field("companion", "COMPANION_REQUIRED")
    if step.action is Action.LOCKSMITH_OR_FIRE_CALLED and not incident.danger_signs:
        raise Invalid.field("action", "NO_DANGER_SIGNS")
    if step.action is Action.ENTERED and step.entry_under is None:
        raise Invalid.field("entry_under", "ENTRY_UNDER_WHOM")
    level, facts = LEVEL_OF[step.action], []
    if level > incident.level:
        incident, facts = go_to(incident, level, at=step.at, duty=duty, why=Why.STEP)
    numbered = replace(step, n=len(incident.steps) + 1, level=level, due_at=incident.due_at[level])
    told = IncidentStepRecorded(
        incident_id=incident.id, person_id=incident.person_id, no=numbered.n, level=level, action=step.action.value, result=step.result.value
    )
    return replace(incident, steps=(*incident.steps, numbered)), [told, *facts]


def _still_looked_for(incident: Incident) -> None:
    if not incident.open:
        raise Conflict("INCIDENT_RESOLVED")


def _level(incident: Incident) -> int:
    return min(incident.top, max(DOOR, incident.missed - (incident.lowered_until is not None)))


def _climb(incident: Incident, *, since: datetime, why: Why, duty: Duty) -> Change:
    """Raise it to where its clocks and its people took it: one fact for each clock that was missed, one for a leap."""
    facts: list[Event | Dated] = []
    levels = range(incident.level + 1, _level(incident) + 1)
    for level in levels[-1:] if why in (Why.STAFF, Why.STEP, Why.DANGER) else levels:
        reached = max(level, incident.reached)
        incident = replace(incident, level=level, reached=reached, state=LIFECYCLE.step(incident.state, BY_LEVEL[level]))
        raised = IncidentLevelRaised(
            incident_id=incident.id,
            person_id=incident.person_id,
            level=level,
            since=since,
            why=why.value,
            due_at=incident.due_at[level],
            to_staff_ids=duty.of(level),
            tier=incident.tier.value,
        )
        facts.append(Dated(raised, business_date(since)))
    return incident, facts


def _reminder(incident: Incident) -> datetime:
    """Return when those at the top are told, once more, that the elder is not found."""
    first = incident.due_at[incident.top]
    if incident.reminded_at is None or incident.reminded_at < first:
        return first
    return first + incident.again * ((incident.reminded_at - first) // incident.again + 1)


def _still_open(incident: Incident, moment: datetime, duty: Duty) -> Dated:
    fact = IncidentStillOpen(
        incident_id=incident.id,
        person_id=incident.person_id,
        level=incident.level,
        since=moment,
        times=incident.reminders,
        to_staff_ids=duty.of(incident.level),
    )
    return Dated(fact, business_date(moment))


def _timed(incident: Incident) -> Incident:
    """Find the next moment at which a clock of it does something."""
    moments = [_reminder(incident)]
    if incident.missed < ALL_MISSED:
        moments.append(incident.due_at[incident.missed])
    if incident.lowered_until is not None:
        moments.append(incident.lowered_until)
    return replace(incident, next_at=min(moments))
