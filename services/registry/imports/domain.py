"""Imports: a file that was handed in, how far it is entered, and what was wrong with which row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict
from services.common.events.base import Event
from services.common.events.registry import ImportFinished
from services.common.states import NEW, StateMachine, Transition

SHOWN_PROBLEMS = 100
"""How many problems an import shows by itself; the file of errors has all of them."""


@dataclass(frozen=True)
class ImportPolicy:
    """How large a file may be, and for how long the file of its errors is kept."""

    max_rows: int = 50_000
    max_unpacked: int = 400_000_000
    errors_kept_days: int = 7


class ImportState(StrEnum):
    RECEIVED = "RECEIVED"
    RUNNING = "RUNNING"
    DONE = "DONE"
    REFUSED = "REFUSED"


LIFECYCLE = StateMachine(
    "Import",
    ImportState,
    Transition((NEW,), "RECEIVED", "a spreadsheet is handed in"),
    Transition(("RECEIVED", "RUNNING"), "RUNNING", "a step of rows is entered"),
    Transition(("RECEIVED", "RUNNING"), "DONE", "every row is entered or told to be wrong"),
    Transition(("RECEIVED", "RUNNING"), "REFUSED", "the file cannot be read"),
)


@dataclass(frozen=True)
class RowProblem:
    """What is wrong with a row: its number in the sheet, the column, and why; never what stands there."""

    row: int
    column: str
    code: str


@dataclass(frozen=True)
class Counts:
    """What came of the rows that were looked at."""

    rows: int = 0
    failed: int = 0
    doors: int = 0
    households: int = 0
    people: int = 0
    updated: int = 0

    def __add__(self, other: Counts) -> Counts:
        names = self.__dataclass_fields__
        return Counts(**{name: getattr(self, name) + getattr(other, name) for name in names})


@dataclass(frozen=True)
class Import:
    """One spreadsheet; the file is encrypted while it waits and deleted when it is entered."""

    id: str
    asked_by: str
    asked_at: datetime
    asked_on: date
    bytes: int
    grid_ids: tuple[str, ...] | None = None
    """The grids whose rows may be entered; None for all."""
    state: ImportState = ImportState.RECEIVED
    total: int | None = None
    counts: Counts = Counts()
    problems: tuple[RowProblem, ...] = ()
    refusal: str | None = None
    ended_on: date | None = None
    errors_until: date | None = None

    @property
    def waiting(self) -> bool:
        return self.state in (ImportState.RECEIVED, ImportState.RUNNING)


def receive(
    *, id: str, size: int, grid_ids: tuple[str, ...] | None, today: date, at: datetime, by: str
) -> tuple[Import, list[Event]]:
    """Take a spreadsheet in."""
    return Import(id, by, at, today, size, grid_ids, LIFECYCLE.step(NEW, ImportState.RECEIVED)), []


def advance(import_: Import, counts: Counts, problems: tuple[RowProblem, ...], total: int) -> tuple[Import, list[Event]]:
    """Note that a step of rows was entered."""
    moved = replace(
        import_,
        state=LIFECYCLE.step(import_.state, ImportState.RUNNING),
        counts=import_.counts + counts,
        problems=(*import_.problems, *problems)[:SHOWN_PROBLEMS],
        total=total,
    )
    return moved, []


def finish(import_: Import, *, today: date, errors_until: date) -> tuple[Import, list[Event]]:
    """Say that every row was looked at."""
    counts = import_.counts
    done = replace(
        import_,
        state=LIFECYCLE.step(import_.state, ImportState.DONE),
        total=counts.rows,
        ended_on=today,
        errors_until=errors_until if counts.failed else None,
    )
    fact = ImportFinished(
        import_id=import_.id, rows=counts.rows, failed=counts.failed, doors=counts.doors, households=counts.households, people=counts.people
    )
    return done, [fact]


def refuse(import_: Import, code: str, *, today: date) -> tuple[Import, list[Event]]:
    """Say that the file cannot be entered, and why."""
    return replace(import_, state=LIFECYCLE.step(import_.state, ImportState.REFUSED), refusal=code, ended_on=today), []


def forget_errors(import_: Import) -> tuple[Import, list[Event]]:
    """Note that the file of errors was deleted."""
    return replace(import_, errors_until=None), []


def must_have_errors(import_: Import) -> None:
    """Refuse to show errors before the end, and where there are none, or none any more."""
    if import_.waiting:
        raise Conflict("IMPORT_NOT_DONE")
    if import_.errors_until is None:
        raise Conflict("IMPORT_WITHOUT_ERRORS")
