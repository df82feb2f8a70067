"""How many adults a group of children needs, by age (VOL-53, VOL-54)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from services.common.errors import Invalid


@dataclass(frozen=True)
class Band:
    """For children of these ages, how many one adult can mind."""

    age_from: int
    age_to: int
    children_per_adult: int


@dataclass(frozen=True)
class RatioRule:
    """The bands of a community and the adults below which no meeting opens; the operator confirms them."""

    bands: tuple[Band, ...] = (Band(6, 8, 6), Band(9, 12, 8), Band(13, 14, 10))
    min_adults: int = 2

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
    if rule.min_adults < 2:
        raise Invalid.field("ratio.min_adults", "TOO_SMALL", min=2)
    return rule


def required_adults(rule: RatioRule, ages: Iterable[int], extras: int = 0) -> int:
    """Return the adults that children of these ages need: rounded up for each band, never below the least, plus extras."""
    children = Counter(rule.band_of(age) for age in ages)
    by_band = sum(-(-count // band.children_per_adult) for band, count in children.items())
    return max(rule.min_adults, by_band) + extras
