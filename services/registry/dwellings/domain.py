"""Dwellings: one entry per door, its address written in one way only."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Invalid
from services.common.events.base import Event
from services.common.events.registry import DwellingRegistered


class DwellingKind(StrEnum):
    RESIDENTIAL = "RESIDENTIAL"
    GROUP_RENTAL = "GROUP_RENTAL"
    SHOP_HOUSE = "SHOP_HOUSE"
    DORMITORY = "DORMITORY"
    NON_RESIDENTIAL = "NON_RESIDENTIAL"
    DEMOLISHED = "DEMOLISHED"


LIVED_IN_KINDS = frozenset({DwellingKind.RESIDENTIAL, DwellingKind.GROUP_RENTAL, DwellingKind.SHOP_HOUSE, DwellingKind.DORMITORY})
"""The kinds of dwelling that a census of all doors visits."""


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
    registered_at: datetime | None = None

    @property
    def address(self) -> str:
        """The address as people write it, such as 景园3号楼2单元501室."""
        unit = f"{self.unit_no}单元" if self.unit_no else ""
        return f"{self.estate}{self.building_no}号楼{unit}{self.room_no}室"


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
    parts = (re.sub(r"\s+", "", unicodedata.normalize("NFKC", estate)).upper(), building_no, unit_no or "", room_no)
    return "|".join((parts[0], *(normalise_part(part) for part in parts[1:])))


def register(
    *,
    id: str,
    grid_id: str,
    estate: str,
    building_no: str,
    room_no: str,
    unit_no: str | None = None,
    floor: int | None = None,
    kind: DwellingKind = DwellingKind.RESIDENTIAL,
    occupancy: Occupancy = Occupancy.UNKNOWN,
    access_note: str | None = None,
    today: date,
    at: datetime,
    by: str | None,
) -> tuple[Dwelling, list[Event]]:
    """Enter a door into the register; the same address in the same grid is refused by the store."""
    building, room, unit = normalise_part(building_no), normalise_part(room_no), normalise_part(unit_no or "") or None
    if not building:
        raise Invalid.field("building_no", "ADDRESS_PART_EMPTY")
    if not room:
        raise Invalid.field("room_no", "ADDRESS_PART_EMPTY")
    dwelling = Dwelling(
        id=id,
        grid_id=grid_id,
        estate=estate.strip(),
        building_no=building,
        unit_no=unit,
        floor=floor,
        room_no=room,
        address_norm=normalise_address(estate, building_no, unit_no, room_no),
        kind=kind,
        occupancy=occupancy,
        occupancy_as_of=None if occupancy is Occupancy.UNKNOWN else today,
        access_note=access_note,
        registered_at=at,
    )
    return dwelling, [DwellingRegistered(dwelling_id=id, kind=kind.value)]


def _arabic(chinese: str) -> str:
    if "十" not in chinese:
        return "".join(str(_NUMERALS[c]) for c in chinese)
    tens, _, ones = chinese.partition("十")
    return str(_NUMERALS.get(tens, 1) * 10 + _NUMERALS.get(ones, 0))
