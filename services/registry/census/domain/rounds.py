"""Census rounds: a frozen list of doors, and a gate that no round passes while one door is open (REG-10)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated, Event
from services.common.events.registry import CensusRoundCancelled, CensusRoundClosed, CensusRoundOpened, CensusRoundReopened
from services.common.states import NEW, StateMachine, Transition
from services.registry.census.domain.tallies import Tally
from services.registry.census.domain.targets import Origin, Role
from services.registry.dwellings.domain import DwellingKind
from services.registry.people.domain.classifications import Category


class Population(StrEnum):
    ALL_DOORS = "ALL_DOORS"
    ELDER_DOORS = "ELDER_DOORS"
    RULE = "RULE"


class RoundState(StrEnum):
    DRAFT = "DRAFT"
    OPEN = "OPEN"
    CLOSING = "CLOSING"
    CLOSED = "CLOSED"
    REOPENED = "REOPENED"
    CANCELLED = "CANCELLED"


LIFECYCLE = StateMachine(
    "CensusRound",
    RoundState,
    Transition((NEW,), "DRAFT", "planned"),
    Transition(("DRAFT",), "OPEN", "the frame is taken, every door has a target, every grid somebody responsible", "REG-10"),
    Transition(("OPEN",), "OPEN", "a door is added or reopened", "REG-15"),
    Transition(("OPEN",), "CLOSING", "the closing is requested"),
    Transition(("CLOSING",), "OPEN", "a door is added or reopened, or the lead refuses", "REG-15"),
    Transition(("CLOSING", "REOPENED"), "CLOSED", "no door is open, and the lead signs", "REG-10"),
    Transition(("CLOSED",), "REOPENED", "evidence proved false"),
    Transition(("REOPENED",), "REOPENED", "a door is added or reopened", "REG-15"),
    Transition(("DRAFT", "OPEN"), "CANCELLED", "a reason and a second person"),
)


class ReopeningReason(StrEnum):
    EVIDENCE_FALSE = "EVIDENCE_FALSE"
    DOOR_MISSED = "DOOR_MISSED"


class CancelReason(StrEnum):
    EMERGENCY = "EMERGENCY"
    WRONG_SCOPE = "WRONG_SCOPE"
    REPLACED = "REPLACED"
    ORDERED = "ORDERED"


@dataclass(frozen=True)
class Rule:
    """Which doors a round visits: those behind which somebody lives to whom every stated condition applies."""

    categories: tuple[Category, ...] = ()
    min_age: int | None = None
    kinds: tuple[DwellingKind, ...] = ()

    @property
    def about_people(self) -> bool:
        return bool(self.categories) or self.min_age is not None


@dataclass(frozen=True)
class AddedDoor:
    """A door that joined the list after the frame was frozen (REG-15)."""

    target_id: str
    dwelling_id: str
    grid_id: str
    origin: Origin
    expected_person_ids: tuple[str, ...] = ()
    follow_up_of: str | None = None
    role: Role = Role.DOOR
    household_id: str | None = None


@dataclass(frozen=True)
class Opening:
    """How far the list of a large round is written; it goes on after a restart."""

    asked_by: str
    asked_at: datetime
    done: int = 0
    total: int | None = None


@dataclass(frozen=True)
class Cancellation:
    """A round that one person asked to cancel; it ends once a second one approved, and keeps what it had reached."""

    reason: CancelReason
    by: str
    at: datetime
    second_by: str | None = None
    second_at: datetime | None = None
    tally: Tally | None = None


@dataclass(frozen=True)
class Certificate:
    """What was signed at the closing: the numbers, and every exemption with its two names."""

    version: int
    signed_by: str
    signed_at: datetime
    tally: Tally


@dataclass(frozen=True)
class CensusRound:
    """One sweep of the doors of some grids."""

    id: str
    name: str
    scope_grid_ids: tuple[str, ...]
    opens_on: date
    due_on: date
    population: Population = Population.ALL_DOORS
    rule: Rule | None = None
    state: RoundState = RoundState.DRAFT
    frame_taken_at: datetime | None = None
    frame_doors: int = 0
    opening: Opening | None = None
    added: tuple[AddedDoor, ...] = ()
    reopenings: int = 0
    """How many doors were reopened: each moves the round's version, so that no closing overlooks one."""
    certificates: tuple[Certificate, ...] = ()
    cancellation: Cancellation | None = None
    drafted_by: str | None = None
    opened_by: str | None = None
    closing_requested_by: str | None = None
    reopened_by: str | None = None

    @property
    def doors(self) -> int:
        """How many doors the list holds, those that are just being written included."""
        return self.frame_doors + len(self.added)

    @property
    def running(self) -> bool:
        return self.state in RUNNING


RUNNING = (RoundState.OPEN, RoundState.CLOSING, RoundState.REOPENED)
"""The states in which doors are knocked at."""


def draft(
    *,
    id: str,
    name: str,
    scope_grid_ids: Collection[str],
    opens_on: date,
    due_on: date,
    population: Population = Population.ALL_DOORS,
    rule: Rule | None = None,
    at: datetime,
    by: str | None,
) -> tuple[CensusRound, list[Event]]:
    """Plan a round; nothing is owed before it opens."""
    if due_on < opens_on:
        raise Invalid.field("due_on", "DUE_BEFORE_OPENING")
    if (population is Population.RULE) != (rule is not None):
        raise Invalid.field("rule", "RULE_AND_POPULATION_DIFFER")
    if rule is not None and not (rule.about_people or rule.kinds):
        raise Invalid.field("rule", "RULE_EMPTY")
    grids = tuple(dict.fromkeys(scope_grid_ids))
    state = LIFECYCLE.step(NEW, RoundState.DRAFT)
    return CensusRound(id, name.strip(), grids, opens_on, due_on, population, rule, state, drafted_by=by), []


def must_be_openable(round: CensusRound, grids_without_lead: Collection[str]) -> None:
    """Refuse to open what is not a draft, or where a grid has nobody responsible."""
    if round.state is not RoundState.DRAFT:
        raise Conflict("ROUND_NOT_DRAFT", state=round.state.value)
    if grids_without_lead:
        raise Conflict("GRID_WITHOUT_LEAD", extra={"grid_ids": sorted(grids_without_lead)})


def ask_opening(round: CensusRound, *, at: datetime, by: str) -> tuple[CensusRound, list[Event]]:
    """Take the frame at this moment and let the worker write the list; asked twice, it is the first moment that holds."""
    must_be_openable(round, ())
    if round.opening:
        return round, []
    return replace(round, frame_taken_at=at, opening=Opening(by, at)), []


def progress(round: CensusRound, *, done: int, total: int) -> tuple[CensusRound, list[Event]]:
    """Note how far the list is written."""
    must_be_openable(round, ())
    assert round.opening is not None
    return replace(round, opening=replace(round.opening, done=done, total=total)), []


def open_round(
    round: CensusRound, *, frame_doors: int, at: datetime, today: date, by: str | None
) -> tuple[CensusRound, list[Event | Dated]]:
    """Freeze the frame: every door in it has its target already and is owed an outcome from now on (U1)."""
    must_be_openable(round, ())
    if not frame_doors:
        raise Conflict("ROUND_WITHOUT_DOORS")
    opened = replace(
        round,
        state=LIFECYCLE.step(round.state, RoundState.OPEN),
        frame_taken_at=round.frame_taken_at or at,
        frame_doors=frame_doors,
        opening=round.opening and replace(round.opening, done=frame_doors, total=frame_doors),
        opened_by=by,
    )
    fact = CensusRoundOpened(round_id=round.id, opens_on=round.opens_on, due_on=round.due_on, doors=frame_doors)
    return opened, [fact]


def give_up_opening(round: CensusRound) -> tuple[CensusRound, list[Event]]:
    """Let a round without a single door be a draft again, to be opened when its doors are registered."""
    must_be_openable(round, ())
    return replace(round, opening=None, frame_taken_at=None), []


def add_door(round: CensusRound, door: AddedDoor) -> tuple[CensusRound, list[Event]]:
    """Enter a door that the frame did not have; allowed as long as the round runs, after its due date too (REG-15).

    A round that was about to close is open again.
    """
    must_run(round)
    if any(one.target_id == door.target_id for one in round.added):
        return round, []
    return replace(_busy(round), added=(*round.added, door)), []


def note_reopened(round: CensusRound) -> tuple[CensusRound, list[Event]]:
    """Enter that a door is owed an outcome anew; a round that was about to close is open again."""
    must_run(round)
    return replace(_busy(round), reopenings=round.reopenings + 1), []


def must_run(round: CensusRound) -> None:
    """Refuse to change the doors of a round that does not run."""
    if not round.running:
        raise Conflict("ROUND_NOT_OPEN", state=round.state.value)


def request_close(round: CensusRound, *, by: str | None) -> tuple[CensusRound, list[Event]]:
    """Say that the work is done; whether it is, the closing finds out."""
    if round.state is not RoundState.OPEN:
        raise Conflict("ROUND_NOT_OPEN", state=round.state.value)
    return replace(round, state=LIFECYCLE.step(round.state, RoundState.CLOSING), closing_requested_by=by), []


def refuse_close(round: CensusRound) -> tuple[CensusRound, list[Event]]:
    """Send the round back to its doors instead of signing."""
    must_be_closing(round)
    return _busy(round), []


def must_be_closing(round: CensusRound) -> None:
    """Refuse to sign what nobody asked to close."""
    if round.state not in (RoundState.CLOSING, RoundState.REOPENED):
        raise Conflict("ROUND_NOT_CLOSING", state=round.state.value)


def close(round: CensusRound, tally: Tally, *, at: datetime, by: str) -> tuple[CensusRound, list[Event]]:
    """Close the round and sign its certificate, or refuse and list the doors without an outcome (REG-10)."""
    must_be_closing(round)
    missing = max(0, round.doors - tally.doors)
    if tally.open_count or missing:
        open_count = tally.open_count + missing
        extra = {"open": list(tally.open_target_ids), "by_grid": dict(tally.open_by_grid or {}), "open_count": open_count}
        raise Conflict("ROUND_NOT_COVERED", extra=extra, open_count=open_count)
    signed = Certificate(len(round.certificates) + 1, by, at, tally)
    closed = replace(round, state=LIFECYCLE.step(round.state, RoundState.CLOSED), certificates=(*round.certificates, signed))
    fact = CensusRoundClosed(
        round_id=round.id,
        doors=tally.doors,
        resolved=tally.resolved,
        exempted=tally.exempted,
        interviewed=tally.interviewed,
        persons_confirmed=tally.persons_confirmed,
        persons_expected=tally.persons_expected,
        certificate_version=signed.version,
        occupied=tally.occupied,
    )
    return closed, [fact]


def reopen(round: CensusRound, *, reason: ReopeningReason, by: str) -> tuple[CensusRound, list[Event]]:
    """Take up a closed round again, because its evidence proved false; the certificate that was signed is kept."""
    if round.state is not RoundState.CLOSED:
        raise Conflict("ROUND_NOT_CLOSED", state=round.state.value)
    fact = CensusRoundReopened(round_id=round.id, reason=reason.value, certificate_version=len(round.certificates))
    return replace(round, state=LIFECYCLE.step(round.state, RoundState.REOPENED), reopened_by=by), [fact]


def ask_cancellation(round: CensusRound, *, reason: CancelReason, at: datetime, by: str) -> tuple[CensusRound, list[Event]]:
    """Ask to cancel a round; it goes on until a second person approves."""
    _must_be_cancellable(round)
    return replace(round, cancellation=Cancellation(reason, by, at)), []


def approve_cancellation(round: CensusRound, tally: Tally, *, at: datetime, by: str) -> tuple[CensusRound, list[Event]]:
    """Cancel a round as somebody else asked; its doors stay on record, and what it reached is not coverage of anything."""
    _must_be_cancellable(round)
    if round.cancellation is None:
        raise Conflict("NO_CANCELLATION_ASKED")
    if round.cancellation.by == by:
        raise Forbidden("SECOND_PERSON_NEEDED")
    ended = replace(round.cancellation, second_by=by, second_at=at, tally=tally)
    fact = CensusRoundCancelled(
        round_id=round.id, reason=ended.reason.value, doors=tally.doors, resolved=tally.resolved, exempted=tally.exempted
    )
    return replace(round, state=LIFECYCLE.step(round.state, RoundState.CANCELLED), cancellation=ended, opening=None), [fact]


def _must_be_cancellable(round: CensusRound) -> None:
    if round.state not in (RoundState.DRAFT, RoundState.OPEN):
        raise Conflict("ROUND_NOT_CANCELLABLE", state=round.state.value)


def _busy(round: CensusRound) -> CensusRound:
    target = RoundState.REOPENED if round.state is RoundState.REOPENED else RoundState.OPEN
    return replace(round, state=LIFECYCLE.step(round.state, target))
