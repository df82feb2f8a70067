"""Enters steps of rows: doors, people and homes in few statements, each row for itself, and the same row twice once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from services.common.errors import Refusal, StaleVersion
from services.common.ids import id_from
from services.common.process import Process
from services.common.store import Aggregates, Cause, Scope, Stored, batches
from services.registry.dwellings import domain as dwellings
from services.registry.dwellings.domain import Dwelling, DwellingKind, Occupancy, normalise_address
from services.registry.dwellings.storage import Dwellings
from services.registry.grids.storage import Grids
from services.registry.households import domain as households
from services.registry.households.domain import Household, HouseholdKind, HouseholdState, JoinReason, Relation
from services.registry.households.storage import Households
from services.registry.imports import listed
from services.registry.imports.domain import Counts, Import
from services.registry.imports.rows import CHANGING, FIELDS, GRID, ID_NUMBER, NAME, NUMBER, BadRow, Row
from services.registry.people.domain import person as people
from services.registry.people.domain.classifications import CategoryPolicy
from services.registry.people.domain.person import Person
from services.registry.people.storage import People

ALL = Scope.everything("an import matches against the whole register")
TRIES = 4
COMPLETED = ("sex", "born_on", "phones", "id_number", "reads_chinese", "dialects", "has_smartphone")
"""What a row fills in of somebody who is known."""
AMONG = 100
T = TypeVar("T")


@dataclass
class Step:
    """What is known around some rows, and what they add to it."""

    stated: dict[int, Person] = field(default_factory=dict)
    """Whom each row is about as far as it says, by its number; a row that says it wrongly has none."""
    doors: dict[str, Dwelling] = field(default_factory=dict)
    """By the key of a row's door."""
    new_doors: list = field(default_factory=list)
    known: dict[str, Stored[Person]] = field(default_factory=dict)
    made: dict[str, Person] = field(default_factory=dict)
    told: dict[str, list] = field(default_factory=lambda: defaultdict(list))
    """The facts about people by their id; several rows may be about one."""
    by_number: dict[str, str] = field(default_factory=dict)
    homes: dict[str, list[Household]] = field(default_factory=lambda: defaultdict(list))
    stored_homes: dict[str, Stored[Household]] = field(default_factory=dict)
    home_facts: dict[str, list] = field(default_factory=lambda: defaultdict(list))
    lives_in: dict[str, str] = field(default_factory=dict)
    """The household that is a known person's primary residence."""
    leads: dict[str, str] = field(default_factory=dict)
    """Of a record that was merged away, the one that is this person from now on (REG-54)."""


class Entering:
    """Enters one import."""

    def __init__(self, process: Process, import_: Import):
        self._process, self._import = process, import_
        self._dwellings, self._people = process.storage(Dwellings), process.storage(People)
        self._households = process.storage(Households)
        self._categories = process.policy(CategoryPolicy)
        grids = process.storage(Grids).each({}, ALL)
        self._grids = {grid.state.code: grid.id for grid in grids}
        self._seen: Counter[str] = Counter()
        self._at: datetime = import_.asked_at
        self._today: date = import_.asked_on

    def key_rows(self, rows: Sequence[Row]) -> list[tuple[Row, str]]:
        """Return rows, each with what tells it from others that say the same: blank values make nobody the same as somebody."""
        return [(row, self._occurrence(row)) for row in rows]

    def enter(self, keyed: Sequence[tuple[Row, str]]) -> tuple[Counts, list[BadRow]]:
        """Enter some rows; what somebody else changes at the same time is looked at anew."""
        for attempt in range(TRIES):
            try:
                return self._enter(keyed)
            except (StaleVersion, Refusal):
                if attempt == TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _occurrence(self, row: Row) -> str:
        said = self._process.blind("import", "\x1f".join(f"{name}={value}" for name, value in sorted(row.cells.items()) if value and name not in CHANGING))
        self._seen[said] += 1
        return f"{said}:{self._seen[said]}"

    def _enter(self, keyed: Sequence[tuple[Row, str]]) -> tuple[Counts, list[BadRow]]:
        bad: list[BadRow] = []
        placed = []
        for row, key in keyed:
            grid_id = self._grids.get(row.grid_code)
            if grid_id is None or (self._import.grid_ids is not None and grid_id not in self._import.grid_ids):
                bad.append(BadRow(row.number, row.cells, GRID, "GRID_UNKNOWN_OR_NOT_YOURS"))
            else:
                placed.append((row, key, grid_id))
        step = self._look(placed)
        for row, key, grid_id in placed:
            try:
                self._take(step, row, key, grid_id)
            except Refusal as refusal:
                bad.append(_bad(row, refusal))
        return self._write(step, len(keyed), len(bad)), bad

    def _look(self, placed: list[tuple[Row, str, str]]) -> Step:
        step = Step()
        wanted: dict[str, set[str]] = defaultdict(set)
        blank = {}
        for row, key, grid_id in placed:
            if row.door.get("room_no"):
                wanted[grid_id].add(_address(row))
            else:
                blank[_blank_door(grid_id, row, key)] = None
        for grid_id, addresses in wanted.items():
            for address, stored in self._dwellings.addressed(grid_id, addresses).items():
                step.doors[f"{grid_id}|{address}"] = stored.state
        step.doors |= {one.id: one.state for one in _among(self._dwellings, "_id", blank)}
        self._look_at_homes(step)
        self._look_at_people(step, placed)
        return step

    def _look_at_homes(self, step: Step) -> None:
        for home in _among(self._households, "dwelling_id", [door.id for door in step.doors.values()]):
            if home.state.state is HouseholdState.ACTIVE:
                step.stored_homes[home.id] = home
                step.homes[home.state.dwelling_id].append(home.state)

    def _look_at_people(self, step: Step, placed: list[tuple[Row, str, str]]) -> None:
        ids, hashes = set(), set()
        for row, key, grid_id in placed:
            if row.person is None:
                continue
            try:
                person = step.stated[row.number] = self._person(row, grid_id, "")
            except Refusal:
                continue
            if person.id_number:
                hashes.add(self._number(person))
            else:
                door = step.doors.get(_door_key(grid_id, row, key))
                ids.add(self._own_id(person, door.id if door else _door_id(grid_id, row, key), key))
                ids |= {member.person_id for home in (step.homes[door.id] if door else ()) for member in home.current}
        found = [*_among(self._people, "lookups.id_hash", hashes), *_among(self._people, "_id", ids)]
        step.leads = {stored.id: stored.state.merged_into for stored in found if stored.state.merged_into}
        for stored in (*found, *_among(self._people, "_id", set(step.leads.values()))):
            step.known[stored.id] = stored
            if stored.state.id_number:
                step.by_number[self._number(stored.state)] = stored.id
        for home in _among(self._households, "members.person_id", step.known):
            if home.state.state is HouseholdState.ACTIVE:
                step.lives_in |= {one.person_id: home.id for one in home.state.residents}

    def _take(self, step: Step, row: Row, key: str, grid_id: str) -> None:
        """Decide about one row; nothing of it is taken over unless all of it can be."""
        door_key = _door_key(grid_id, row, key)
        door, new_door = step.doors.get(door_key), None
        if door is None:
            unknown = not row.door.get("room_no")
            door, facts = dwellings.register(
                id=_door_id(grid_id, row, key),
                grid_id=grid_id,
                **row.door,
                occupancy=Occupancy.OCCUPIED if row.person is not None else Occupancy.UNKNOWN,
                room_unknown=unknown,
                today=self._today,
                at=self._at,
                by=self._import.asked_by,
            )
            new_door = (door, facts)
        if row.person is not None:
            self._take_person(step, row, key, grid_id, door)
        if new_door:
            step.doors[door_key] = door
            step.new_doors.append(new_door)

    def _take_person(self, step: Step, row: Row, key: str, grid_id: str, door: Dwelling) -> None:
        # What is stated wrongly is refused here, in its row.
        person = step.stated.get(row.number) or self._person(row, grid_id, "")
        id = self._match(step, person, door, key)
        id = step.leads.get(id, id)
        known = step.made.get(id) or (step.known[id].state if id in step.known else None)
        if known is None:
            made, facts = people.register(
                id=id, grid_id=grid_id, **row.person or {}, source="表格导入", today=self._today, at=self._at, by=self._import.asked_by
            )
        elif person.id_number and known.name_norm != person.name_norm:
            raise Refusal("NUMBER_OF_ANOTHER_NAME")
        else:
            made, facts = self._completed(known, row.person or {})
        if row.listed:
            rule = {"policy": self._categories, "today": self._today, "at": self._at, "by": self._import.asked_by}
            made, more = listed.enter(made, row.listed, **rule)
            facts = [*facts, *more]
        home, joined = self._home(step, row, door, id)
        # From here on nothing refuses.
        step.made[id] = made
        step.told[id] += facts
        if made.id_number:
            step.by_number[self._number(made)] = id
        if joined is not None:
            step.homes[door.id] = [*(one for one in step.homes[door.id] if one.id != home.id), home]
            step.home_facts[home.id] += joined
            step.lives_in[id] = home.id

    def _match(self, step: Step, person: Person, door: Dwelling, key: str) -> str:
        """Return who a row is about: by the number, or else by name, birth and door; a blank matches nobody."""
        if person.id_number:
            number = self._number(person)
            return step.by_number.get(number) or id_from("import-person", number)
        own = self._own_id(person, door.id, key)
        if person.born_on is not None:
            for home in step.homes[door.id]:
                for member in home.current:
                    other = step.made.get(member.person_id) or (step.known[member.person_id].state if member.person_id in step.known else None)
                    if other and (other.name_norm, other.born_on, other.birth_precision) == (person.name_norm, person.born_on, person.birth_precision):
                        return other.id
        return own

    def _own_id(self, person: Person, door_id: str, key: str) -> str:
        born = f"{person.born_on}:{person.birth_precision}" if person.born_on else key
        return id_from("import-person", self._process.blind("import", f"{person.name_norm}\x1f{born}\x1f{door_id}"))

    def _person(self, row: Row, grid_id: str, id: str) -> Person:
        return people.register(id=id, grid_id=grid_id, **row.person or {}, today=self._today, at=self._at, by=None)[0]

    def _number(self, person: Person) -> str:
        return self._people.blind("id", f"{person.id_type}:{person.id_number}")

    def _completed(self, known: Person, said: dict[str, Any]) -> tuple[Person, list]:
        """Fill in what was not known of a person; what is known stands, because the sheet may be older."""
        blank = {name: value for name, value in said.items() if name in COMPLETED and getattr(known, name) in (None, ())}
        if "born_on" in blank:
            blank["birth_precision"] = said["birth_precision"]
        if "id_number" in blank:
            blank["id_type"] = said["id_type"]
        return people.update(known, blank, today=self._today, at=self._at, by=self._import.asked_by) if blank else (known, [])

    def _home(self, step: Step, row: Row, door: Dwelling, person_id: str) -> tuple[Household, list | None]:
        homes = step.homes[door.id]
        if row.household_no:
            homes = [home for home in homes if home.no == row.household_no]
        for home in homes:
            if any(member.person_id == person_id for member in home.current):
                return home, None
        if person_id in step.lives_in:
            raise Refusal("PRIMARY_RESIDENCE_ELSEWHERE")
        if len(homes) > 1:
            raise Refusal("HOUSEHOLD_AMBIGUOUS")
        facts: list = []
        if homes:
            home = homes[0]
        else:
            shared = door.kind in (DwellingKind.GROUP_RENTAL, DwellingKind.DORMITORY)
            home, facts = households.open_household(
                id=id_from("import-household", door.id, row.household_no or ""),
                grid_id=door.grid_id,
                dwelling_id=door.id,
                no=row.household_no,
                kind=HouseholdKind.SHARED if shared else HouseholdKind.FAMILY,
                today=self._today,
                at=self._at,
                by=self._import.asked_by,
            )
        joined, more = households.join(
            home,
            person_id=person_id,
            relation_to_head=row.relation if row.relation is not Relation.HEAD or home.head_person_id is None else _two_heads(),
            in_reason=JoinReason.FOUNDING,
            today=self._today,
            at=self._at,
            by=self._import.asked_by,
        )
        return joined, [*facts, *more]

    def _write(self, step: Step, rows: int, failed: int) -> Counts:
        cause = Cause(f"import:{self._import.id}", self._import.id, self._at, self._import.asked_by, "staff", self._import.id)
        doors = self._dwellings.add_many(step.new_doors, cause)
        made = self._people.add_many([(person, step.told[id]) for id, person in step.made.items() if id not in step.known], cause)
        changed = [(step.known[id], person, step.told[id]) for id, person in step.made.items() if id in step.known and person != step.known[id].state]
        if self._people.save_many(changed, cause):
            raise StaleVersion()
        homes = {home.id: home for found in step.homes.values() for home in found if home.id in step.home_facts}
        new = [(home, step.home_facts[id]) for id, home in homes.items() if id not in step.stored_homes]
        founded = self._households.add_many(new, cause)
        grown = [(step.stored_homes[id], home, step.home_facts[id]) for id, home in homes.items() if id in step.stored_homes]
        if self._households.save_many(grown, cause):
            raise StaleVersion()
        return Counts(rows, failed, doors, founded, made, len(changed))


def _among(storage: Aggregates[T], field: str, values: Iterable[str]) -> Iterator[Stored[T]]:
    """Give what has one of these values in an indexed field."""
    # The embedded database's time for $in grows by the square of its length.
    for some in batches(sorted(values), AMONG):
        yield from storage.find({field: {"$in": some}}, ALL, limit=50 * AMONG)


def _two_heads() -> Relation:
    raise Refusal("HOUSEHOLD_HAS_A_HEAD")


def _address(row: Row) -> str:
    return normalise_address(row.door["estate"], row.door["building_no"], row.door["unit_no"], row.door["room_no"])


def _door_key(grid_id: str, row: Row, key: str) -> str:
    return f"{grid_id}|{_address(row)}" if row.door.get("room_no") else _blank_door(grid_id, row, key)


def _door_id(grid_id: str, row: Row, key: str) -> str:
    return id_from("import-door", grid_id, _address(row)) if row.door.get("room_no") else _blank_door(grid_id, row, key)


def _blank_door(grid_id: str, row: Row, key: str) -> str:
    """Return the id of a door without a room number: that of its household number, where there is one, or the row's own."""
    place = normalise_address(row.door["estate"], row.door["building_no"], row.door["unit_no"], "")
    return id_from("import-door", grid_id, place, f"no:{row.household_no}" if row.household_no else f"row:{key}")


def _bad(row: Row, refusal: Refusal) -> BadRow:
    if refusal.errors:
        first = refusal.errors[0]
        return BadRow(row.number, row.cells, FIELDS.get(first.field.split(".")[0], NAME), first.code, first.params or {})
    column = {"NUMBER_OF_ANOTHER_NAME": ID_NUMBER, "HOUSEHOLD_AMBIGUOUS": NUMBER}.get(refusal.code, NAME)
    return BadRow(row.number, row.cells, column, refusal.code, refusal.params)
