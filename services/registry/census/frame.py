"""Brings together what is stored about doors, homes and people, and finds which doors a round visits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime

from services.common.calendar import business_date
from services.common.ids import id_from
from services.common.process import Process
from services.registry.census.domain.rounds import AddedDoor, CensusRound, Population, Rule
from services.registry.census.domain.targets import Origin, Role
from services.registry.census.storage import CensusTargets
from services.registry.dwellings.domain import SHARED_KINDS, Dwelling
from services.registry.dwellings.storage import Dwellings
from services.registry.households.storage import Households
from services.registry.people.domain.ages import reaches_on
from services.registry.people.domain.classifications import Category
from services.registry.people.storage import People

BATCH = 500
ELDERS = Rule(categories=(Category.ELDER,))
Homes = list[tuple[str, list[str]]]
"""The households behind a door, each with who has their primary residence there."""


class Frames:
    """Which doors belong to a round, at the moment of its frame or today."""

    def __init__(self, process: Process):
        self._targets, self._dwellings = process.storage(CensusTargets), process.storage(Dwellings)
        self._households, self._people = process.storage(Households), process.storage(People)

    def taken(self, round: CensusRound, at: datetime) -> list[AddedDoor]:
        """Return the doors of a round as they were at a moment, those that an earlier round left out first (REG-14)."""
        left_out = self._targets.exempt_dwellings(round.scope_grid_ids)
        doors = [
            replace(door, origin=Origin.CARRY_OVER) if door.dwelling_id in left_out else door
            for door in self._doors(round, business_date(at), registered_until=at)
        ]
        return sorted(doors, key=lambda door: door.origin is not Origin.CARRY_OVER)

    def grown(self, round: CensusRound, today: date) -> list[AddedDoor]:
        """Return the doors that belong to a round by now and are not on its list: new ones, and those of new elders (REG-15)."""
        listed, homes_listed = self._targets.listed(round.id)
        new = []
        for door in self._doors(round, today):
            if door.target_id in listed:
                continue
            # A household that was only now registered may be one for whom a place is on the list already (REG-20).
            if door.role is Role.HOUSEHOLD and homes_listed[door.dwelling_id] > 0:
                homes_listed[door.dwelling_id] -= 1
                continue
            new.append(replace(door, origin=Origin.DISCOVERED))
        return new

    def discovered(self, round_id: str, dwelling: Dwelling) -> list[AddedDoor]:
        """Return the targets of a door that somebody found, whoever lives there."""
        homes = [(home.id, [member.person_id for member in home.state.residents]) for home in self._households.at(dwelling.id)]
        return [replace(door, origin=Origin.DISCOVERED) for door in _targets_of(round_id, dwelling, homes, None)]

    def _doors(self, round: CensusRound, on: date, registered_until: datetime | None = None) -> Iterator[AddedDoor]:
        grids = list(round.scope_grid_ids)
        rule = ELDERS if round.population is Population.ELDER_DOORS else round.rule
        homes = self._households.homes_by_dwelling(grids)
        wanted = self._wanted(rule, grids, homes, on) if rule and rule.about_people else None
        for dwelling in self._dwellings.lived_in(grids):
            if registered_until and dwelling.registered_at and dwelling.registered_at > registered_until:
                continue
            if rule and rule.kinds and dwelling.kind not in rule.kinds:
                continue
            yield from _targets_of(round.id, dwelling, homes.get(dwelling.id, []), wanted)

    def _wanted(self, rule: Rule, grids: list[str], homes: dict[str, Homes], on: date) -> set[str]:
        found = self._people.holding_on(rule.categories, grids, on) if rule.categories else None
        if rule.min_age is None:
            return found or set()
        residents = [person for home in homes.values() for _, people in home for person in people if found is None or person in found]
        return set(self._of_age(residents, rule.min_age, on))

    def _of_age(self, person_ids: list[str], years: int, on: date) -> Iterator[str]:
        for start in range(0, len(person_ids), BATCH):
            for person_id, stored in self._people.of(person_ids[start : start + BATCH]).items():
                born_on = stored.state.born_on
                if born_on and reaches_on(born_on, stored.state.birth_precision, years) <= on:
                    yield person_id


def _targets_of(round_id: str, dwelling: Dwelling, homes: Homes, wanted: set[str] | None) -> Iterator[AddedDoor]:
    """Give one target for a door; for a shared dwelling one for whoever runs it and one for each household (REG-20)."""
    chosen = [(home, people) for home, people in homes if wanted is None or wanted & set(people)]
    if wanted is not None and not chosen:
        return
    shared = dwelling.kind in SHARED_KINDS
    residents = () if shared else tuple(person for _, people in homes for person in people)
    role = Role.MANAGER if shared else Role.DOOR
    yield AddedDoor(target_of(round_id, dwelling.id), dwelling.id, dwelling.grid_id, Origin.FRAME, residents, role=role)
    for home, people in chosen if shared else ():
        yield AddedDoor(
            target_of(round_id, dwelling.id, home),
            dwelling.id,
            dwelling.grid_id,
            Origin.FRAME,
            tuple(people),
            role=Role.HOUSEHOLD,
            household_id=home,
        )


def target_of(round_id: str, dwelling_id: str, *part: str) -> str:
    """Return the id of the target that a door, or a part of it, is in a round: there is one, whoever puts it on the list."""
    return id_from(round_id, dwelling_id, *part)


def places(round_id: str, dwelling: Dwelling, known: int, counted: int) -> Iterable[AddedDoor]:
    """Give a target for each household that whoever runs a shared dwelling counted and nobody knew of (REG-20)."""
    for number in range(known, counted):
        id = target_of(round_id, dwelling.id, f"household-{number}")
        yield AddedDoor(id, dwelling.id, dwelling.grid_id, Origin.DISCOVERED, role=Role.HOUSEHOLD)
