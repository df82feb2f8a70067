"""Census rounds: a frozen list of doors, and a gate that no round passes while one door is open (REG-10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated, Event
from services.common.events.registry import CensusRoundClosed, CensusRoundOpened
from services.registry.census.domain.targets import CensusTarget, ExemptCode, Origin, Outcome, TargetState

LISTED_DOORS = 500
"""How many open doors a refused closing lists by id; it counts them all."""


class Population(StrEnum):
    ALL_DOORS = "ALL_DOORS"
    ELDER_DOORS = "ELDER_DOORS"


class RoundState(StrEnum):
    DRAFT = "DRAFT"
    OPEN = "OPEN"
    CLOSING = "CLOSING"
    CLOSED = "CLOSED"


@dataclass(frozen=True)
class AddedDoor:
    """A door that joined the list after the frame was frozen (REG-15)."""

    target_id: str
    dwelling_id: str
    grid_id: str
    origin: Origin
    expected_person_ids: tuple[str, ...] = ()
    follow_up_of: str | None = None


@dataclass(frozen=True)
class ExemptDoor:
    """A door on the certificate that nobody visited, with the two who answer for that."""

    target_id: str
    code: ExemptCode
    by: str
    second_by: str


@dataclass(frozen=True)
class Tally:
    """What a round has reached, counted from its doors."""

    doors: int = 0
    resolved: int = 0
    exempted: int = 0
    interviewed: int = 0
    occupied: int = 0
    persons_confirmed: int = 0
    persons_expected: int = 0
    open_by_grid: dict[str, int] | None = None
    open_target_ids: tuple[str, ...] = ()
    exempt_doors: tuple[ExemptDoor, ...] = ()

    @property
    def open_count(self) -> int:
        return self.doors - self.resolved - self.exempted

    @property
    def door_coverage(self) -> float | None:
        return _rate(self.resolved, self.doors)

    @property
    def contact_rate(self) -> float | None:
        return _rate(self.interviewed, self.occupied)

    @property
    def person_coverage(self) -> float | None:
        return _rate(self.persons_confirmed, self.persons_expected)


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
    state: RoundState = RoundState.DRAFT
    frame_taken_at: datetime | None = None
    frame_doors: int = 0
    added: tuple[AddedDoor, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    drafted_by: str | None = None
    opened_by: str | None = None
    closing_requested_by: str | None = None

    @property
    def doors(self) -> int:
        """How many doors the list holds, those that are just being written included."""
        return self.frame_doors + len(self.added)

    @property
    def running(self) -> bool:
        return self.state in (RoundState.OPEN, RoundState.CLOSING)


def draft(
    *,
    id: str,
    name: str,
    scope_grid_ids: Collection[str],
    opens_on: date,
    due_on: date,
    population: Population = Population.ALL_DOORS,
    at: datetime,
    by: str | None,
) -> tuple[CensusRound, list[Event]]:
    """Plan a round; nothing is owed before it opens."""
    if due_on < opens_on:
        raise Invalid.field("due_on", "DUE_BEFORE_OPENING")
    grids = tuple(dict.fromkeys(scope_grid_ids))
    return CensusRound(id, name.strip(), grids, opens_on, due_on, population, drafted_by=by), []


def must_be_openable(round: CensusRound, grids_without_lead: Collection[str]) -> None:
    """Refuse to open what is not a draft, or where a grid has nobody responsible."""
    if round.state is not RoundState.DRAFT:
        raise Conflict("ROUND_NOT_DRAFT", state=round.state.value)
    if grids_without_lead:
        raise Conflict("GRID_WITHOUT_LEAD", extra={"grid_ids": sorted(grids_without_lead)})


def open_round(
    round: CensusRound, *, frame_doors: int, at: datetime, today: date, by: str | None
) -> tuple[CensusRound, list[Event | Dated]]:
    """Freeze the frame: every door in it has its target already and is owed an outcome from now on (U1)."""
    must_be_openable(round, ())
    if not frame_doors:
        raise Conflict("ROUND_WITHOUT_DOORS")
    opened = replace(round, state=RoundState.OPEN, frame_taken_at=at, frame_doors=frame_doors, opened_by=by)
    fact = CensusRoundOpened(round_id=round.id, opens_on=round.opens_on, due_on=round.due_on, doors=frame_doors)
    return opened, [fact]


def add_door(round: CensusRound, door: AddedDoor) -> tuple[CensusRound, list[Event]]:
    """Enter a door that the frame did not have; allowed as long as the round runs, after its due date too (REG-15).

    A round that was about to close is open again.
    """
    if not round.running:
        raise Conflict("ROUND_NOT_OPEN", state=round.state.value)
    if any(one.target_id == door.target_id for one in round.added):
        return round, []
    return replace(round, state=RoundState.OPEN, added=(*round.added, door)), []


def request_close(round: CensusRound, *, by: str | None) -> tuple[CensusRound, list[Event]]:
    """Say that the work is done; whether it is, the closing finds out."""
    if round.state is not RoundState.OPEN:
        raise Conflict("ROUND_NOT_OPEN", state=round.state.value)
    return replace(round, state=RoundState.CLOSING, closing_requested_by=by), []


def close(round: CensusRound, tally: Tally, *, at: datetime, by: str) -> tuple[CensusRound, list[Event]]:
    """Close the round and sign its certificate, or refuse and list the doors without an outcome (REG-10)."""
    if round.state is not RoundState.CLOSING:
        raise Conflict("ROUND_NOT_CLOSING", state=round.state.value)
    missing = max(0, round.doors - tally.doors)
    if tally.open_count or missing:
        open_count = tally.open_count + missing
        extra = {"open": list(tally.open_target_ids), "by_grid": dict(tally.open_by_grid or {}), "open_count": open_count}
        raise Conflict("ROUND_NOT_COVERED", extra=extra, open_count=open_count)
    signed = Certificate(len(round.certificates) + 1, by, at, tally)
    closed = replace(round, state=RoundState.CLOSED, certificates=(*round.certificates, signed))
    fact = CensusRoundClosed(
        round_id=round.id,
        doors=tally.doors,
        resolved=tally.resolved,
        exempted=tally.exempted,
        interviewed=tally.interviewed,
        persons_confirmed=tally.persons_confirmed,
        persons_expected=tally.persons_expected,
    )
    return closed, [fact]


_UNOCCUPIED = frozenset({Outcome.VACANT_CONFIRMED, Outcome.MOVED_OUT, Outcome.DECEASED_ALL, Outcome.NOT_A_DWELLING, Outcome.DUPLICATE_OF})


def count(targets: Iterable[CensusTarget]) -> Tally:
    """Count what was reached at the doors, for the three rates (REG-16).

    Refused and exempted doors stay among the occupied ones, so that they cannot look like success.
    """
    doors = resolved = exempted = interviewed = unoccupied = 0
    confirmed: set[str] = set()
    expected: set[str] = set()
    still_open: list[str] = []
    by_grid: Counter[str] = Counter()
    exempt_doors = []
    for target in targets:
        doors += 1
        expected.update(target.expected_person_ids)
        confirmed.update(target.covers_person_ids)
        if target.open:
            by_grid[target.grid_id] += 1
            if len(still_open) < LISTED_DOORS:
                still_open.append(target.id)
        elif target.state is TargetState.EXEMPT and target.exempt:
            exempted += 1
            exempt_doors.append(ExemptDoor(target.id, target.exempt.code, target.exempt.by, target.exempt.second_by or ""))
        else:
            resolved += 1
            interviewed += target.outcome in (Outcome.INTERVIEWED, Outcome.INTERVIEWED_PARTLY)
            unoccupied += target.outcome in _UNOCCUPIED
    return Tally(
        doors=doors,
        resolved=resolved,
        exempted=exempted,
        interviewed=interviewed,
        occupied=doors - unoccupied,
        persons_confirmed=len(confirmed),
        persons_expected=len(expected | confirmed),
        open_by_grid=dict(by_grid),
        open_target_ids=tuple(still_open),
        exempt_doors=tuple(exempt_doors),
    )


def _rate(part: int, whole: int) -> float | None:
    return round_to(part / whole) if whole else None


def round_to(rate: float) -> float:
    """Return a rate with four places, never rounded up to a full coverage that was not reached."""
    return int(rate * 10_000) / 10_000
