"""How many adults a group of children needs, by age, place and need (VOL-53, VOL-54)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from services.common.errors import Invalid

TWO_ADULTS = 2
"""Nobody is ever alone with the children (VOL-54)."""


class Setting(StrEnum):
    """What about a meeting asks for more adults."""

    OUTDOOR = "OUTDOOR"
    WATER = "WATER"


class ClassRole(StrEnum):
    """As what an adult is in the room."""

    LEAD = "LEAD"
    TEACHER = "TEACHER"
    VOLUNTEER = "VOLUNTEER"
    SECURITY = "SECURITY"


class RolesPreset(StrEnum):
    """Sets of roles that other places have good experience with."""

    WUHAN = "WUHAN"


@dataclass(frozen=True)
class Band:
    """For children of these ages, how many one adult can mind."""

    age_from: int
    age_to: int
    children_per_adult: int


@dataclass(frozen=True)
class ExtraAdults:
    """How many adults more than the ages ask for."""

    outdoor: int = 1
    water: int = 2
    special_need: int = 1
    """For each child with a special need."""


@dataclass(frozen=True)
class RoleRequired:
    """A role that must be filled, and by how many adults."""

    role: ClassRole
    adults: int = 1


PRESETS: dict[RolesPreset, tuple[RoleRequired, ...]] = {
    RolesPreset.WUHAN: (
        RoleRequired(ClassRole.LEAD),
        RoleRequired(ClassRole.TEACHER),
        RoleRequired(ClassRole.VOLUNTEER, 2),
        RoleRequired(ClassRole.SECURITY),
    ),
}


@dataclass(frozen=True)
class RatioRule:
    """How many adults a class needs where its series does not say otherwise; the operator confirms it."""

    bands: tuple[Band, ...] = (Band(6, 8, 6), Band(9, 12, 8), Band(13, 14, 10))
    """For children of which ages, how many one adult minds; the youngest first."""
    min_adults: int = TWO_ADULTS
    """The adults below which no meeting opens; never fewer than two."""
    extra_adults_for: ExtraAdults = ExtraAdults()
    """How many adults more it takes outdoors, at the water, and for each child with a special need."""
    roles_required: tuple[RoleRequired, ...] = ()
    """Which roles must be filled, each by adults of its own; the preset WUHAN is a lead, a teacher, two volunteers and a guard."""
    first_aiders: int = 1
    """How many of the adults must be trained in first aid."""

    def band_of(self, age: int) -> Band:
        """Return the band of an age; who is younger than all bands counts with the youngest, who is older with the oldest."""
        return next((band for band in self.bands if age <= band.age_to), self.bands[-1])


def checked(rule: RatioRule) -> RatioRule:
    """Return a rule whose bands rise without overlapping, the youngest first; two adults are the least (VOL-54)."""
    if not rule.bands:
        raise Invalid.field("ratio.bands", "REQUIRED")
    previous = -1
    for number, band in enumerate(rule.bands):
        if not previous < band.age_from <= band.age_to:
            raise Invalid.field(f"ratio.bands.{number}.age_from", "BANDS_OUT_OF_ORDER")
        if band.children_per_adult < 1:
            raise Invalid.field(f"ratio.bands.{number}.children_per_adult", "TOO_SMALL", min=1)
        previous = band.age_to
    if rule.min_adults < TWO_ADULTS:
        raise Invalid.field("ratio.min_adults", "TOO_SMALL", min=TWO_ADULTS)
    return rule


def extras(rule: RatioRule, settings: Collection[Setting], special_needs: int) -> int:
    """Return the adults that a place and the children's needs ask for on top (VOL-54)."""
    more = rule.extra_adults_for
    return (Setting.OUTDOOR in settings) * more.outdoor + (Setting.WATER in settings) * more.water + special_needs * more.special_need


def required_adults(rule: RatioRule, ages: Iterable[int], extras: int = 0) -> int:
    """Return the adults that children of these ages need: rounded up for each band, never below the least, plus extras."""
    children = Counter(rule.band_of(age) for age in ages)
    by_band = sum(-(-count // band.children_per_adult) for band, count in children.items())
    return max(rule.min_adults, by_band) + extras
