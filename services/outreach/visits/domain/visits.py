"""A visit: planned, started, then made or tried; or recorded at once when nobody planned it.

Completing a visit is what everything else waits for: whoever was seen is owed no visit for a while. So a visit says
who was seen, by whom, how and when, and nothing that anybody tells in confidence leaves this service.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.calendar import business_date
from services.common.errors import Conflict, FieldError, Invalid
from services.common.events.base import Dated, Event
from services.common.events.outreach import (
    ServiceItemDone,
    VisitAborted,
    VisitAwaitsAcceptance,
    VisitCancelled,
    VisitCompleted,
    VisitNoAnswer,
    VisitPlanned,
    VisitRefused,
    VisitStarted,
)
from services.common.states import StateMachine, Transition
from services.outreach.visits.domain.observations import Observation, Offer, offers
from services.outreach.visits.domain.reports import (
    Companion,
    KnownAbsence,
    Method,
    Outcome,
    Photo,
    Proof,
    Purpose,
    RecordingPolicy,
    Report,
    ServiceItem,
    ThirdParty,
    faults,
)

DUTY_OF_CARE = frozenset({Purpose.RECHECK, Purpose.DISCHARGE, Purpose.WEATHER, Purpose.CONDOLENCE, Purpose.VERIFICATION})
"""For what somebody is visited who wants no visits at home: a duty of care asks nobody whether it may be done (X-14)."""


class VisitState(StrEnum):
    PLANNED = "PLANNED"
    STARTED = "STARTED"
    COMPLETED = "COMPLETED"
    NO_ANSWER = "NO_ANSWER"
    REFUSED = "REFUSED"
    ABORTED = "ABORTED"
    CANCELLED = "CANCELLED"
    AMENDED = "AMENDED"
    REJECTED = "REJECTED"


LIFECYCLE = StateMachine(
    "Visit",
    VisitState,
    Transition(("",), "PLANNED", "somebody will make it"),
    Transition(("", "PLANNED"), "STARTED", "somebody is at the door"),
    Transition(("", "PLANNED", "STARTED"), "COMPLETED", "somebody was seen or spoken to", "OUT-15"),
    Transition(("", "PLANNED", "STARTED"), "NO_ANSWER", "nobody answered", "OUT-20"),
    Transition(("", "PLANNED", "STARTED"), "REFUSED", "the visit was not wanted", "OUT-3"),
    Transition(("STARTED",), "ABORTED", "it was broken off"),
    Transition(("PLANNED",), "CANCELLED", "it is not made"),
    Transition(("COMPLETED", "AMENDED"), "AMENDED", "its author corrects the report in time", "OUT-15"),
    Transition(("COMPLETED", "AMENDED"), "REJECTED", "contradicted, reversed, or not accepted", "OUT-17"),
)
MADE = (VisitState.COMPLETED, VisitState.AMENDED)
"""The states in which a visit counts for whoever was seen."""


class Flag(StrEnum):
    """What a supervisor should look at; none of it blocks anybody."""

    TOO_SHORT = "TOO_SHORT"
    TOO_LONG = "TOO_LONG"
    OVERLAPS = "OVERLAPS"
    CLOCK_SUSPECT = "CLOCK_SUSPECT"


class CancelReason(StrEnum):
    PERSON_ASKED = "PERSON_ASKED"
    STAFF_UNAVAILABLE = "STAFF_UNAVAILABLE"
    PLANNED_IN_ERROR = "PLANNED_IN_ERROR"
    DEATH_REPORTED = "DEATH_REPORTED"
    MOVED_OUT = "MOVED_OUT"
    AWAY = "AWAY"
    HOME_VISIT_REFUSED = "HOME_VISIT_REFUSED"


class AbortReason(StrEnum):
    PERSON_UNWELL = "PERSON_UNWELL"
    UNSAFE = "UNSAFE"
    CALLED_AWAY = "CALLED_AWAY"
    OTHER = "OTHER"


class CheckWhy(StrEnum):
    RANDOM = "RANDOM"
    FLAGGED = "FLAGGED"


class CheckResult(StrEnum):
    """What the person said when the supervisor called back (OUT-17)."""

    CONFIRMED = "CONFIRMED"
    NOT_RECALLED = "NOT_RECALLED"
    CONTRADICTED = "CONTRADICTED"


class RejectReason(StrEnum):
    CONTRADICTED = "CONTRADICTED"
    REVERSED = "REVERSED"
    NOT_ACCEPTED = "NOT_ACCEPTED"


@dataclass(frozen=True)
class SpotCheck:
    """A call back by a supervisor: why this visit was chosen, and what came of it."""

    why: CheckWhy
    result: CheckResult | None = None
    by: str | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class PlannedAs:
    """To whom and for what a visit was planned, before it became one to those who are left."""

    person_ids: tuple[str, ...]
    purposes: tuple[Purpose, ...]


@dataclass(frozen=True)
class Visit:
    """One visit to one or more people at one door."""

    id: str
    grid_id: str | None
    person_ids: tuple[str, ...]
    staff_ids: tuple[str, ...]
    purposes: tuple[Purpose, ...]
    state: VisitState
    recorded_at: datetime
    recorded_by: str | None
    planned_for: datetime | None = None
    started_at: datetime | None = None
    method: Method | None = None
    outcome: Outcome | None = None
    happened_at: datetime | None = None
    ended_at: datetime | None = None
    captured_at: datetime | None = None
    sent_at: datetime | None = None
    received_at: datetime | None = None
    late_reason: str | None = None
    awaiting: bool = False
    """Recorded too late to count before a supervisor accepts it (X-3)."""
    accepted_by: str | None = None
    seen_person_ids: tuple[str, ...] = ()
    items: tuple[ServiceItem, ...] = ()
    greeting_only: bool = False
    third_party: ThirdParty | None = None
    known_absence: KnownAbsence | None = None
    incident_id: str | None = None
    companions: tuple[Companion, ...] = ()
    observations: tuple[Observation, ...] | None = None
    photos: tuple[Photo, ...] = ()
    proof: Proof | None = None
    flags: tuple[Flag, ...] = ()
    check: SpotCheck | None = None
    check_wanted: bool = False
    planned_as: PlannedAs | None = None
    """What it was to be before a death was reported."""
    missing: tuple[str, ...] = ()
    """Whose death was reported after it was planned to them."""
    instead_of: tuple[str, ...] = ()
    """Who was to make it and could not (OUT-13)."""
    declined_by: tuple[str, ...] = ()
    """Who said NO to visits at home after it was planned to them (X-14)."""
    reason: str | None = None
    """Why it was cancelled, broken off or rejected."""
    corrects: str | None = None
    """The reversed visit that this one stands for (X-2)."""
    note: str | None = None

    @property
    def minutes(self) -> int | None:
        return round((self.ended_at - self.happened_at).total_seconds() / 60) if self.ended_at and self.happened_at else None

    @property
    def offers(self) -> list[Offer]:
        """Return what may be done about what grew worse (OUT-16)."""
        return offers(self.observations or ())


Change = tuple[Visit, list[Event | Dated]]


def prepare(
    *,
    id: str,
    grid_id: str | None,
    person_ids: Sequence[str],
    staff_ids: Sequence[str],
    purposes: Sequence[Purpose] = (Purpose.ROUTINE,),
    planned_for: datetime | None = None,
    corrects: str | None = None,
    at: datetime,
    by: str | None,
) -> Visit:
    """Return a visit that is still to be made; one without a time is being made, or was."""
    if not staff_ids:
        raise Invalid.field("staff_ids", "REQUIRED")
    return Visit(
        id=id,
        grid_id=grid_id,
        person_ids=tuple(dict.fromkeys(person_ids)),
        staff_ids=tuple(dict.fromkeys(staff_ids)),
        purposes=tuple(dict.fromkeys(purposes)),
        state=LIFECYCLE.step("", VisitState.PLANNED),
        recorded_at=at,
        recorded_by=by,
        planned_for=planned_for,
        corrects=corrects,
    )


def respect(visit: Visit, refusing: Collection[str]) -> None:
    """Refuse to go to the door of people who said NO to visits at home, except for a duty of care (X-14).

    What was seen or said anyway is recorded as it was: nothing here asks about a visit that was made.
    """
    if unwelcome := _unwelcome(visit, refusing):
        raise Conflict("HOME_VISIT_REFUSED", extra={"person_ids": unwelcome})


def decline(visit: Visit, refusing: Collection[str]) -> Change:
    """Spare people who said NO to visits at home what is planned to them; those beside them are visited, where nobody is left it is taken back (X-14).

    What is owed stays owed (OUT-2), a visit that has begun is made, and a YES that follows plans nothing.
    """
    unwelcome = _unwelcome(visit, refusing)
    if visit.state is not VisitState.PLANNED or not unwelcome:
        return visit, []
    others, known = tuple(id for id in visit.person_ids if id not in unwelcome), tuple(dict.fromkeys((*visit.declined_by, *unwelcome)))
    if not others:
        return cancel(replace(visit, declined_by=known), reason=CancelReason.HOME_VISIT_REFUSED)
    changed = replace(visit, person_ids=others, declined_by=known)
    return changed, [_planned(changed)]


def day_of_welcome(visit: Visit, today: date) -> date:
    """Return on which day a planned visit must be welcome: its own, or today where that has passed."""
    return max(today, business_date(visit.planned_for)) if visit.planned_for else today


def _unwelcome(visit: Visit, refusing: Collection[str]) -> list[str]:
    return [] if DUTY_OF_CARE & set(visit.purposes) else [id for id in visit.person_ids if id in refusing]


def plan(visit: Visit) -> Change:
    """Put the visit on the day of those who will make it."""
    if visit.planned_for is None:
        raise Invalid.field("planned_for", "REQUIRED")
    return visit, [_planned(visit)]


def start(visit: Visit, *, started_at: datetime, policy: RecordingPolicy, at: datetime) -> Change:
    """Note that somebody is at the door; how it ends is told later."""
    if visit.state is not VisitState.PLANNED:
        raise Conflict("VISIT_ENDED", state=visit.state.value)
    if started_at > at + policy.ahead:
        raise Invalid.field("started_at", "IN_THE_FUTURE")
    started = replace(visit, state=LIFECYCLE.step(visit.state, VisitState.STARTED), started_at=started_at)
    fact = VisitStarted(visit_id=visit.id, person_ids=list(visit.person_ids), staff_ids=list(visit.staff_ids), started_at=started_at)
    return started, [fact]


def abort(visit: Visit, *, reason: AbortReason) -> Change:
    """Break a visit off; nobody counts as seen, and what is owed stays owed."""
    if visit.state is not VisitState.STARTED:
        raise Conflict("VISIT_NOT_STARTED", state=visit.state.value)
    aborted = replace(visit, state=LIFECYCLE.step(visit.state, VisitState.ABORTED), reason=reason.value)
    return aborted, [VisitAborted(visit_id=visit.id, person_ids=list(visit.person_ids), staff_ids=list(visit.staff_ids), reason=reason.value)]


def cancel(visit: Visit, *, reason: CancelReason) -> Change:
    """Take a planned visit back; what is owed stays owed."""
    if visit.state is not VisitState.PLANNED:
        raise Conflict("VISIT_ENDED", state=visit.state.value)
    cancelled = replace(visit, state=LIFECYCLE.step(visit.state, VisitState.CANCELLED), reason=reason.value)
    return cancelled, [VisitCancelled(visit_id=visit.id, person_ids=list(visit.person_ids), staff_ids=list(visit.staff_ids), reason=reason.value)]


def reassign(visit: Visit, *, gone: str, to: str | None) -> Change:
    """Let those make a planned visit who are there, and whoever looks after the person now; without anybody it is taken back, and what is owed stays owed (OUT-11, OUT-13)."""
    there = tuple(dict.fromkeys(one for one in (to, *visit.staff_ids) if one and one != gone))
    if not there:
        return cancel(visit, reason=CancelReason.STAFF_UNAVAILABLE)
    changed = replace(visit, staff_ids=there, instead_of=(*visit.instead_of, gone))
    return changed, [_planned(changed)]


def convert(visit: Visit, *, dead: str, left: Sequence[str]) -> Change:
    """Turn a planned visit into one of condolence and to learn what is true, for those who live there (U10).

    Whoever else it was planned to is visited as well; where nobody is left, it is for learning what is true.
    """
    others = dict.fromkeys((*left, *_besides(visit, dead)))
    return _without(visit, dead, tuple(others), (Purpose.CONDOLENCE, Purpose.VERIFICATION))


def spare(visit: Visit, *, dead: str) -> Change:
    """Go on with a planned visit to those who are left, without who may be dead; take it back where nobody is (U10)."""
    others = _besides(visit, dead)
    return _without(visit, dead, others, visit.purposes) if others else cancel(visit, reason=CancelReason.DEATH_REPORTED)


def restore(visit: Visit, *, alive: str) -> Change:
    """Plan it again as it was, because a death was none; nothing that was made or taken back is replayed (REG-30)."""
    if visit.state is not VisitState.PLANNED or visit.planned_as is None or alive not in visit.missing:
        return visit, []
    missing = tuple(one for one in visit.missing if one != alive)
    if missing:
        back = (alive,) if alive in visit.planned_as.person_ids else ()
        changed = replace(visit, missing=missing, person_ids=tuple(dict.fromkeys((*visit.person_ids, *back))))
    else:
        changed = replace(visit, missing=(), planned_as=None, **vars(visit.planned_as))
    return changed, [_planned(changed)]


def _besides(visit: Visit, dead: str) -> tuple[str, ...]:
    return tuple(person_id for person_id in visit.person_ids if person_id != dead)


def _without(visit: Visit, dead: str, person_ids: tuple[str, ...], purposes: tuple[Purpose, ...]) -> Change:
    before = visit.planned_as or PlannedAs(visit.person_ids, visit.purposes)
    missing = (*visit.missing, dead)
    changed = replace(visit, purposes=purposes, person_ids=person_ids or visit.person_ids, planned_as=before, missing=missing)
    return changed, [_planned(changed)]


def complete(
    visit: Visit,
    report: Report,
    *,
    tiers: Mapping[str, str],
    happened_on: date,
    others: Sequence[Visit] = (),
    draw: float = 100.0,
    counts_for: Sequence[str] = (),
    looked_for: Collection[str] = (),
    policy: RecordingPolicy,
    at: datetime,
    by: str | None,
) -> Change:
    """End a visit by what staff report of it: somebody was seen, nobody answered, or the visit was not wanted (OUT-15).

    `looked_for` are those for whom an incident is or will be open. `draw` is the visit's lot between 0 and 100: below the share of the policy it is called back (OUT-17).
    """
    if visit.state not in (VisitState.PLANNED, VisitState.STARTED):
        raise Conflict("VISIT_ENDED", state=visit.state.value)
    if errors := faults(report, person_ids=visit.person_ids, happened_on=happened_on, policy=policy, at=at):
        raise Invalid("INVALID", errors=errors)
    _no_high_elder_left_unexplained(visit, report, tiers, looked_for)
    ended = replace(
        visit,
        **vars(report),
        state=LIFECYCLE.step(visit.state, _STATES.get(report.outcome, VisitState.COMPLETED)),
        received_at=at,
        recorded_by=by,
    )
    late = at - report.happened_at > policy.back_dated
    ended = replace(ended, flags=_flags(ended, others, policy, at), awaiting=late and ended.state is VisitState.COMPLETED)
    ended = choose(ended, draw, policy)
    return ended, [Dated(told(ended, late=late, counts_for=counts_for), happened_on)]


_STATES = {Outcome.NO_ANSWER: VisitState.NO_ANSWER, Outcome.REFUSED: VisitState.REFUSED}


def choose(visit: Visit, draw: float, policy: RecordingPolicy) -> Visit:
    """Choose a made visit for a call back: every flagged one, and of the others those whose lot it is (OUT-17)."""
    if visit.state not in MADE or visit.check:
        return visit
    why = CheckWhy.FLAGGED if visit.flags else CheckWhy.RANDOM if draw < policy.spot_check_percent else None
    return replace(visit, check=SpotCheck(why), check_wanted=True) if why else visit


def _no_high_elder_left_unexplained(visit: Visit, report: Report, tiers: Mapping[str, str], looked_for: Collection[str]) -> None:
    """Refuse a no-answer at the door of a high-tier elder for whom no incident opens and of whom it does not say where they are.

    Each of several needs an explanation of their own: that a husband is in hospital says nothing about his wife (OUT-20).
    """
    absent = report.known_absence.of(visit.person_ids) if report.known_absence else ()
    unexplained = {id for id in visit.person_ids if tiers.get(id) == "HIGH"} - {*absent, *looked_for}
    if report.outcome is Outcome.NO_ANSWER and unexplained:
        raise Invalid("INCIDENT_REQUIRED", errors=[FieldError("incident", "INCIDENT_REQUIRED")])


def _flags(visit: Visit, others: Sequence[Visit], policy: RecordingPolicy, at: datetime) -> tuple[Flag, ...]:
    length = visit.ended_at - visit.happened_at if visit.ended_at and visit.happened_at else None
    found = {
        Flag.TOO_SHORT: length is not None and length < policy.shortest and visit.method is Method.IN_PERSON,
        Flag.TOO_LONG: length is not None and length > policy.longest,
        Flag.OVERLAPS: any(_overlap(visit, other) for other in others),
        # A report captured offline is old when it comes; only what was captured after it came, or sent at another time, is odd.
        Flag.CLOCK_SUSPECT: (visit.captured_at is not None and visit.captured_at > at + policy.clock_off)
        or (visit.sent_at is not None and abs(visit.sent_at - at) > policy.clock_off),
    }
    return tuple(flag for flag, holds in found.items() if holds)


def _overlap(one: Visit, other: Visit) -> bool:
    """Say whether somebody is said to have been at two doors at once (OUT-15)."""
    if one.id == other.id or not set(one.staff_ids) & set(other.staff_ids):
        return False
    if one.method is not Method.IN_PERSON or other.method is not Method.IN_PERSON or not one.ended_at or not other.ended_at:
        return False
    return one.happened_at < other.ended_at and other.happened_at < one.ended_at


def _planned(visit: Visit) -> VisitPlanned:
    return VisitPlanned(
        visit_id=visit.id,
        person_ids=list(visit.person_ids),
        staff_ids=list(visit.staff_ids),
        purposes=[purpose.value for purpose in visit.purposes],
        planned_for=visit.planned_for,
    )


def items_told(visit: Visit, after: int = 0) -> list[ServiceItemDone]:
    """Return the items of a visit as others hear of them, or those after a number: each closes its own ledger (OUT-19)."""
    items = enumerate(visit.items, start=1)
    return [ServiceItemDone(no=no, kind=item.kind.value, ref=item.ref, result=item.result.value) for no, item in items if no > after]


def told(visit: Visit, *, late: bool, counts_for: Sequence[str] = ()) -> Event:
    """Return the fact: ids, codes and times, never a note (X-18, X-35)."""
    common = {
        "visit_id": visit.id,
        "person_ids": list(visit.person_ids),
        "staff_ids": list(visit.staff_ids),
        "happened_at": visit.happened_at,
    }
    if visit.state is VisitState.NO_ANSWER:
        return VisitNoAnswer(**common, incident_id=visit.incident_id, known_absence=visit.known_absence is not None)
    if visit.state is VisitState.REFUSED:
        return VisitRefused(**common)
    if visit.awaiting:
        return VisitAwaitsAcceptance(**common)
    return VisitCompleted(
        **common,
        seen_person_ids=list(visit.seen_person_ids),
        method=visit.method.value,
        purposes=[purpose.value for purpose in visit.purposes],
        outcome=visit.outcome.value,
        items=items_told(visit),
        minutes=visit.minutes,
        late=late,
        counts_for=list(counts_for),
    )
