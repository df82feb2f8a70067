"""What a round has reached, counted from its doors, in three rates (REG-16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.registry.census.domain.targets import CensusTarget, ExemptCode, Outcome, Role, TargetState

LISTED_DOORS = 500
"""How many open doors a refused closing lists by id; it counts them all."""


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


_UNOCCUPIED = frozenset({Outcome.VACANT_CONFIRMED, Outcome.MOVED_OUT, Outcome.DECEASED_ALL, Outcome.NOT_A_DWELLING, Outcome.DUPLICATE_OF})


class _Count:
    def __init__(self) -> None:
        self.doors = self.resolved = self.exempted = self.interviewed = self.unoccupied = 0
        self.confirmed: set[str] = set()
        self.expected: set[str] = set()
        self.still_open: list[str] = []
        self.by_grid: Counter[str] = Counter()
        self.exempt_doors: list[ExemptDoor] = []
        self.duplicates: dict[str, tuple[str, str]] = {}

    def add(self, target: CensusTarget) -> None:
        self.doors += 1
        self.expected.update(target.expected_person_ids)
        self.confirmed.update(target.covers_person_ids)
        if target.open:
            self.leave_open(target.id, target.grid_id)
        elif target.state is TargetState.EXEMPT and target.exempt:
            self.exempted += 1
            self.exempt_doors.append(ExemptDoor(target.id, target.exempt.code, target.exempt.by, target.exempt.second_by or ""))
        else:
            self.resolved += 1
            # Whoever runs a dormitory is asked how many live there; that is no contact with a resident (REG-20).
            self.unoccupied += target.outcome in _UNOCCUPIED or target.role is Role.MANAGER
            self.interviewed += target.outcome in (Outcome.INTERVIEWED, Outcome.INTERVIEWED_PARTLY) and target.role is not Role.MANAGER
            if target.duplicate_of:
                self.duplicates[target.id] = (target.duplicate_of, target.grid_id)

    def leave_open(self, target_id: str, grid_id: str) -> None:
        self.by_grid[grid_id] += 1
        if len(self.still_open) < LISTED_DOORS:
            self.still_open.append(target_id)

    def break_circles(self) -> None:
        """Count doors as open that are said to be duplicates of one another and of no other: nobody was there."""
        for target_id, (_, grid_id) in self.duplicates.items():
            seen, other = {target_id}, self.duplicates[target_id][0]
            while other in self.duplicates and other not in seen:
                seen.add(other)
                other = self.duplicates[other][0]
            if other in seen:
                self.resolved -= 1
                self.leave_open(target_id, grid_id)


def count(targets: Iterable[CensusTarget]) -> Tally:
    """Count what was reached at the doors, for the three rates (REG-16).

    Refused and exempted doors stay among the occupied ones, so that they cannot look like success.
    """
    found = _Count()
    for target in targets:
        found.add(target)
    found.break_circles()
    return Tally(
        doors=found.doors,
        resolved=found.resolved,
        exempted=found.exempted,
        interviewed=found.interviewed,
        occupied=found.doors - found.unoccupied,
        persons_confirmed=len(found.confirmed),
        persons_expected=len(found.expected | found.confirmed),
        open_by_grid=dict(found.by_grid),
        open_target_ids=tuple(found.still_open),
        exempt_doors=tuple(found.exempt_doors),
    )


def _rate(part: int, whole: int) -> float | None:
    return round_to(part / whole) if whole else None


def round_to(rate: float) -> float:
    """Return a rate with four places, never rounded up to a full coverage that was not reached."""
    return int(rate * 10_000) / 10_000
