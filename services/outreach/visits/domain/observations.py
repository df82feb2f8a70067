"""What staff notice at a door: ticks, never essays; a worse one offers what may follow (OUT-16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Aspect(StrEnum):
    MOOD = "MOOD"
    MOBILITY = "MOBILITY"
    MEDICATION = "MEDICATION"
    NUTRITION = "NUTRITION"
    HYGIENE = "HYGIENE"
    VISITORS = "VISITORS"
    HAZARDS = "HAZARDS"
    """Gas, electricity, clutter."""
    HEATING_COOLING = "HEATING_COOLING"
    MONEY = "MONEY"


class Change(StrEnum):
    BETTER = "BETTER"
    SAME = "SAME"
    WORSE = "WORSE"


class Sign(StrEnum):
    """What only the named officers for safeguarding may read (CLS3)."""

    SCAM = "SCAM"
    ABUSE = "ABUSE"
    NEGLECT = "NEGLECT"


class Need(StrEnum):
    """To whom a referral would go."""

    MEDICAL = "MEDICAL"
    MENTAL_HEALTH = "MENTAL_HEALTH"
    NURSING = "NURSING"
    MEALS = "MEALS"
    HOUSE_SAFETY = "HOUSE_SAFETY"
    HEATING = "HEATING"
    BENEFITS = "BENEFITS"
    POLICE_ANTIFRAUD = "POLICE_ANTIFRAUD"


NEEDS = {
    Aspect.MOOD: Need.MENTAL_HEALTH,
    Aspect.MOBILITY: Need.MEDICAL,
    Aspect.MEDICATION: Need.MEDICAL,
    Aspect.NUTRITION: Need.MEALS,
    Aspect.HYGIENE: Need.NURSING,
    Aspect.VISITORS: Need.POLICE_ANTIFRAUD,
    Aspect.HAZARDS: Need.HOUSE_SAFETY,
    Aspect.HEATING_COOLING: Need.HEATING,
    Aspect.MONEY: Need.BENEFITS,
}


@dataclass(frozen=True)
class Tick:
    """One aspect, compared with the last time."""

    aspect: Aspect
    change: Change


@dataclass(frozen=True)
class Observation:
    """What was noticed about one of the people visited."""

    person_id: str
    ticks: tuple[Tick, ...] = ()
    signs: tuple[Sign, ...] = ()


@dataclass(frozen=True)
class Offer:
    """What may be done about something that grew worse: a referral, or a second look soon."""

    person_id: str
    aspect: Aspect
    referral: Need
    obligation: str = "RECHECK"


def offers(observations: Sequence[Observation]) -> list[Offer]:
    """Return what each worse tick offers; nothing of it is done before somebody chooses it (OUT-16)."""
    return [Offer(seen.person_id, tick.aspect, NEEDS[tick.aspect]) for seen in observations for tick in seen.ticks if tick.change is Change.WORSE]


def new_signs(before: Sequence[Observation], after: Sequence[Observation]) -> dict[str, tuple[Sign, ...]]:
    """Return by person the signs that the officers for safeguarding do not know of yet; each opens a case (OUT-16)."""
    known = {(seen.person_id, sign) for seen in before for sign in seen.signs}
    fresh: dict[str, tuple[Sign, ...]] = {}
    for seen in after:
        signs = tuple(sign for sign in seen.signs if (seen.person_id, sign) not in known)
        if signs:
            fresh[seen.person_id] = (*fresh.get(seen.person_id, ()), *signs)
    return fresh
