"""One meeting of a class: its adults, its children, and how far it has come."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from services.common.events.base import Dated, Event
from services.common.states import StateMachine, Transition
from services.volunteering.sessions.domain.ratio import ClassRole, Setting
from services.volunteering.sessions.domain.records import (
    AdultPresence,
    ChildAttendance,
    ChildState,
    KeptChild,
    Readiness,
    Rostered,
    Shortfall,
)


class SessionState(StrEnum):
    """How far a meeting has come."""

    PLANNED = "PLANNED"
    READY = "READY"
    NOT_READY = "NOT_READY"
    OPEN = "OPEN"
    CLOSING = "CLOSING"
    """Nobody comes any more; the children are fetched."""
    CLOSED = "CLOSED"
    CANCELLED = "CANCELLED"


LIFECYCLE = StateMachine(
    "ClassSession",
    SessionState,
    Transition(("",), "PLANNED", "a coordinator plans it", "VOL-56"),
    Transition(("PLANNED", "NOT_READY"), "READY", "the adults suffice, the lead is cleared, the room is safe", "VOL-56"),
    Transition(("PLANNED", "READY"), "NOT_READY", "something is missing; it says what", "VOL-56"),
    Transition(("READY",), "OPEN", "the coordinator opens it", "VOL-53"),
    Transition(("OPEN",), "CLOSING", "its time is over, or the children are fetched early", "VOL-56"),
    Transition(("CLOSING",), "CLOSED", "no child is left in it", "VOL-58"),
    Transition(("PLANNED", "READY", "NOT_READY"), "CANCELLED", "it is called off, or its time passed unopened", "VOL-56"),
)
BEFORE = frozenset({SessionState.PLANNED, SessionState.READY, SessionState.NOT_READY})
DURING = frozenset({SessionState.OPEN, SessionState.CLOSING})


class CancelReason(StrEnum):
    """Why a meeting does not take place."""

    RATIO = "RATIO"
    LEAD = "LEAD"
    ROOM = "ROOM"
    WEATHER = "WEATHER"
    ILLNESS = "ILLNESS"
    NOT_OPENED = "NOT_OPENED"
    OTHER = "OTHER"


@dataclass(frozen=True)
class SessionPolicy:
    """The clocks of a class meeting."""

    open_before: timedelta = timedelta(minutes=60)
    """How long before its start a meeting may open."""
    ready_from: timedelta = timedelta(hours=24)
    """How long before its start it must be ready, and is watched from then on."""
    told_again: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=2), timedelta(0))
    """So long before its start it is told once more of a meeting that is still not ready."""
    arrival_grace: timedelta = timedelta(minutes=15)
    """How long after the start a child may come before its guardians are called; the same again for who is on the way."""
    calls_within: timedelta = timedelta(minutes=15)
    """How long the guardians may take to say where the child is; then it is looked for."""
    shortfall: timedelta = timedelta(minutes=20)
    """How long too few adults may be in the room before the children are fetched early."""
    pickup_ladder: tuple[timedelta, ...] = (timedelta(minutes=15), timedelta(minutes=30), timedelta(minutes=60))
    """After the end: when the guardian is called, when the second contact, when the duty officer and the community police."""
    alone_from: int = 10
    """The age from which a child may leave alone, with a guardian's consent."""


@dataclass(frozen=True)
class ClassSession:
    """One meeting of a series."""

    id: str
    series_id: str
    starts_at: datetime
    ends_at: datetime
    room: str
    state: SessionState
    subject: str
    activity_id: str | None = None
    lead_volunteer_id: str | None = None
    roster: tuple[Rostered, ...] = ()
    settings: tuple[Setting, ...] = ()
    room_safe: bool | None = None
    """What the look at the room said; None where nobody has looked."""
    room_checked_at: datetime | None = None
    room_checked_by: str | None = None
    readiness: Readiness | None = None
    told_at: datetime | None = None
    """When it was last told whether the meeting is ready."""
    adults: tuple[AdultPresence, ...] = ()
    children: tuple[ChildAttendance, ...] = ()
    kept: tuple[KeptChild, ...] = ()
    shortfall: Shortfall | None = None
    opened_at: datetime | None = None
    opened_by: str | None = None
    adults_required: int | None = None
    adults_counted: int | None = None
    closing_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str | None = None
    merged_into: str | None = None
    incident_ids: tuple[str, ...] = ()
    """What happened in it, each with a record of its own."""
    cancelled_at: datetime | None = None
    cancelled_by: str | None = None
    cancel_reason: CancelReason | None = None

    @property
    def present_ids(self) -> list[str]:
        """Return the volunteers who are in the room."""
        return [one.volunteer_id for one in self.adults if one.out_at is None]

    @property
    def rostered_ids(self) -> list[str]:
        """Return the volunteers who are to be there."""
        lead = (self.lead_volunteer_id,) if self.lead_volunteer_id else ()
        return list(dict.fromkeys((*lead, *(one.volunteer_id for one in self.roster))))

    def role_of(self, volunteer_id: str) -> ClassRole:
        """Return as what somebody is, or is to be, in the room."""
        if volunteer_id == self.lead_volunteer_id:
            return ClassRole.LEAD
        present = {one.volunteer_id: one.role for one in self.adults if one.out_at is None}
        rostered = {one.volunteer_id: one.role for one in self.roster}
        return present.get(volunteer_id, rostered.get(volunteer_id, ClassRole.VOLUNTEER))

    def ids(self, *states: ChildState) -> list[str]:
        """Return the children in one of these states."""
        return [one.child_id for one in self.children if one.state in states]

    @property
    def children_in(self) -> int:
        return len(self.ids(ChildState.IN))

    @property
    def children_minded(self) -> int:
        """Return how many children are in the room, those included who are only kept safe in it: two adults stay with them (VOL-58)."""
        return self.children_in + len(self.kept_ids)

    @property
    def children_out(self) -> int:
        return len(self.ids(ChildState.OUT))

    @property
    def children_expected(self) -> int:
        return len(self.ids(ChildState.EXPECTED))

    @property
    def adults_present(self) -> int:
        return len(self.present_ids)

    @property
    def unaccounted_ids(self) -> list[str]:
        """Return the children who are being looked for."""
        return [one.child_id for one in self.children if one.unaccounted_at and one.state is ChildState.ABSENT_UNKNOWN]

    @property
    def not_fetched_ids(self) -> list[str]:
        """Return the children whose pick-up is late."""
        return [one.child_id for one in self.children if one.pickup_step and one.state is ChildState.IN]

    @property
    def kept_ids(self) -> list[str]:
        """Return the entries of children who are kept safe here without being admitted."""
        return [one.id for one in self.kept if one.left_at is None]

    def attendance(self, child_id: str) -> ChildAttendance | None:
        """Return what the meeting knows of a child."""
        return next((one for one in self.children if one.child_id == child_id), None)

    def with_child(self, changed: ChildAttendance) -> ClassSession:
        """Return the meeting with what it now knows of one child."""
        if self.attendance(changed.child_id) is None:
            return replace(self, children=(*self.children, changed))
        return replace(self, children=tuple(changed if one.child_id == changed.child_id else one for one in self.children))

    def with_incident(self, incident_id: str) -> ClassSession:
        """Return the meeting with something more that happened in it."""
        return replace(self, incident_ids=(*self.incident_ids, incident_id))

    def stepped(self, target: SessionState, **changes: Any) -> ClassSession:
        """Return the meeting one step further in its life."""
        return replace(self, state=LIFECYCLE.step(self.state, target), **changes)


Change = tuple[ClassSession, list[Event | Dated]]
