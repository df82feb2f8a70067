"""Dwellings: one entry per door, its address written in one way only."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Invalid
from services.common.events.base import Event
from services.common.events.registry import DwellingChanged, DwellingRegistered


class DwellingKind(StrEnum):
    RESIDENTIAL = "RESIDENTIAL"
    GROUP_RENTAL = "GROUP_RENTAL"
    SHOP_HOUSE = "SHOP_HOUSE"
    DORMITORY = "DORMITORY"
    NON_RESIDENTIAL = "NON_RESIDENTIAL"
    DEMOLISHED = "DEMOLISHED"


LIVED_IN_KINDS = frozenset({DwellingKind.RESIDENTIAL, DwellingKind.GROUP_RENTAL, DwellingKind.SHOP_HOUSE, DwellingKind.DORMITORY})
"""The kinds of dwelling that a census of all doors visits."""

SHARED_KINDS = frozenset({DwellingKind.GROUP_RENTAL, DwellingKind.DORMITORY})
"""The kinds behind one door of which many households live, with somebody who runs the place (REG-20)."""


class Occupancy(StrEnum):
    OCCUPIED = "OCCUPIED"
    VACANT_CONFIRMED = "VACANT_CONFIRMED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Dwelling:
    """A door at which somebody lives or might live."""

    id: str
    grid_id: str
    estate: str
    building_no: str
    room_no: str
    address_norm: str
    unit_no: str | None = None
    floor: int | None = None
    kind: DwellingKind = DwellingKind.RESIDENTIAL
    occupancy: Occupancy = Occupancy.UNKNOWN
    occupancy_as_of: date | None = None
    access_note: str | None = None
    households: int | None = None
    """How many households share the dwelling, as counted last (REG-20)."""
    registered_at: datetime | None = None

    @property
    def address(self) -> str:
        """The address as people write it, such as 景园3号楼2单元501室."""
        unit = f"{self.unit_no}单元" if self.unit_no else ""
        return f"{self.estate}{_with(self.building_no, '号楼')}{unit}{_with(self.room_no, '室') or '（房号待核）'}"


_NUMERALS = {c: n for n, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_SUFFIX = re.compile(r"(号楼|栋|幢|座|楼|单元|门洞|室|号|户|#)+$")


def normalise_part(text: str) -> str:
    """Return a building, unit or room number in its one written form: half-width, no suffix, no leading zeros, 三 as 3."""
    plain = unicodedata.normalize("NFKC", re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).upper())
    plain = _SUFFIX.sub("", plain)
    if plain and all(c in _NUMERALS or c == "十" for c in plain):
        plain = _arabic(plain)
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", plain)


def normalise_address(estate: str, building_no: str, unit_no: str | None, room_no: str) -> str:
    """Return the key by which two spellings of one address are recognised."""
    # A room whose number nobody knows is like no other such room: it is told apart by its own id (see `register`).
    parts = (re.sub(r"\s+", "", unicodedata.normalize("NFKC", estate)).upper(), building_no, unit_no or "", room_no)
    return "|".join((parts[0], *(normalise_part(part) for part in parts[1:])))


def register(
    *,
    id: str,
    grid_id: str,
    estate: str,
    building_no: str,
    room_no: str | None = None,
    unit_no: str | None = None,
    floor: int | None = None,
    kind: DwellingKind = DwellingKind.RESIDENTIAL,
    occupancy: Occupancy = Occupancy.UNKNOWN,
    access_note: str | None = None,
    households: int | None = None,
    room_unknown: bool = False,
    today: date,
    at: datetime,
    by: str | None,
) -> tuple[Dwelling, list[Event]]:
    """Enter a door into the register; the same address in the same grid is refused by the store.

    A frame may have doors whose room number is blank. Such a door is entered as unknown, so that it is visited and its
    number found; it equals no other door, not even one whose number is blank too.
    """
    dwelling = Dwelling(
        id=id,
        grid_id=grid_id,
        estate=estate.strip(),
        building_no=building_no,
        unit_no=unit_no,
        floor=floor,
        room_no=room_no or "",
        address_norm="",
        kind=kind,
        occupancy=occupancy,
        occupancy_as_of=None if occupancy is Occupancy.UNKNOWN else today,
        access_note=access_note,
        households=households,
        registered_at=at,
    )
    return _addressed(dwelling, room_unknown), [DwellingRegistered(dwelling_id=id, kind=kind.value)]


CHANGEABLE = ("building_no", "unit_no", "room_no", "floor", "kind", "access_note", "households")
"""What is corrected by hand; whether somebody lives there is observed, with its day."""


def change(dwelling: Dwelling, changes: dict, *, today: date) -> tuple[Dwelling, list[Event]]:
    """Correct what is known of a door, such as a room number that was blank, or observe whether somebody lives there."""
    changed = replace(dwelling, **{name: value for name, value in changes.items() if name in CHANGEABLE})
    changed = _addressed(changed, room_unknown=not dwelling.room_no)
    if "occupancy" in changes:
        on = changes.get("occupancy_as_of") or today
        if on > today:
            raise Invalid.field("occupancy_as_of", "DATE_IN_FUTURE")
        changed = observe(changed, changes["occupancy"], on)[0]
    return changed, _told(dwelling, changed)


def observe(dwelling: Dwelling, occupancy: Occupancy, on: date) -> tuple[Dwelling, list[Event]]:
    """Note whether somebody lives there, as seen on a day; older knowledge does not replace newer."""
    if dwelling.occupancy_as_of is not None and on < dwelling.occupancy_as_of:
        return dwelling, []
    seen = replace(dwelling, occupancy=occupancy, occupancy_as_of=on)
    return seen, _told(dwelling, seen)


def count_households(dwelling: Dwelling, households: int) -> tuple[Dwelling, list[Event]]:
    """Note how many households share a dwelling (REG-20)."""
    counted = replace(dwelling, households=households)
    return counted, _told(dwelling, counted)


def _addressed(dwelling: Dwelling, room_unknown: bool) -> Dwelling:
    building, room = normalise_part(dwelling.building_no), normalise_part(dwelling.room_no)
    unit = normalise_part(dwelling.unit_no or "") or None
    if not building:
        raise Invalid.field("building_no", "ADDRESS_PART_EMPTY")
    if not room and not room_unknown:
        raise Invalid.field("room_no", "ADDRESS_PART_EMPTY")
    address = normalise_address(dwelling.estate, building, unit, room or f"?{dwelling.id}")
    return replace(dwelling, building_no=building, unit_no=unit, room_no=room, address_norm=address)


def _told(before: Dwelling, after: Dwelling) -> list[Event]:
    names = [field.name for field in fields(Dwelling) if getattr(before, field.name) != getattr(after, field.name)]
    if not names:
        return []
    fact = DwellingChanged(
        dwelling_id=after.id,
        fields=names,
        kind=after.kind.value,
        occupancy=after.occupancy.value,
        occupancy_as_of=after.occupancy_as_of,
    )
    return [fact]


def _with(part: str, suffix: str) -> str:
    # 3 is 3号楼 and 地下 is 地下室, but a 车棚 or a 平房 needs no suffix.
    return part + suffix if part and (part[-1].isascii() or part == "地下") else part


def _arabic(chinese: str) -> str:
    if "十" not in chinese:
        return "".join(str(_NUMERALS[c]) for c in chinese)
    tens, _, ones = chinese.partition("十")
    return str(_NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0))
