"""The community's visit policy: how often, how late, by whom it counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from services.outreach.care.domain import Tier


class ObligationKind(StrEnum):
    """Why a visit is owed."""

    ROUTINE = "ROUTINE"
    BEREAVEMENT = "BEREAVEMENT"
    DISCHARGE = "DISCHARGE"
    WEATHER = "WEATHER"
    FESTIVAL = "FESTIVAL"
    NEW_CASE = "NEW_CASE"
    PHONE_WHILE_AWAY = "PHONE_WHILE_AWAY"
    CENSUS_PARTIAL = "CENSUS_PARTIAL"
    RECHECK = "RECHECK"

    @property
    def by_phone(self) -> bool:
        """Say whether a call is enough; everything else wants somebody at the door."""
        return self in (ObligationKind.WEATHER, ObligationKind.PHONE_WHILE_AWAY)


@dataclass(frozen=True)
class Rhythm:
    """How often the people of one tier are visited, in days from the last contact that counted."""

    interval_days: int
    grace_days: int
    hard_days: int
    in_person_percent: int
    remote_twice_in_a_row: bool = True


@dataclass(frozen=True)
class VisitPolicy:
    """The community's visit policy; these are the defaults."""

    high: Rhythm = Rhythm(7, 1, 10, 50, remote_twice_in_a_row=False)
    key: Rhythm = Rhythm(30, 5, 45, 80)
    general: Rhythm = Rhythm(90, 10, 120, 50)
    first_contact_days: int = 3
    ratio_over: int = 10
    """Over how many of the latest counting contacts the share in person is taken."""
    sources: frozenset[str] = frozenset({"HEALTH_CHECK", "HOME_TEACHING", "POLICE", "PARTNER"})
    """Whose contacts count as well, if they saw the person (OUT-7)."""
    major_change: timedelta = timedelta(hours=24)
    """Within what time a visit follows a death in the home, a discharge, a fire, a fall, or a weather warning."""
    soon_days: int = 7
    """Within how many days a recheck, a new case and who was missed in a sweep are visited."""
    grace_days: int = 2
    """How much longer before a supervisor gets one of these."""
    back_after_days: int = 3
    """How long after somebody's return their visit is due (REG-41)."""
    phone_tiers: frozenset[Tier] = frozenset({Tier.HIGH, Tier.KEY})
    """Who is called while they are away (REG-41)."""
    moved_out_call_days: int = 7
    """How often who moved out is called until the other community has confirmed (REG-42)."""
    renotify_days: int = 7
    """After how many days without a visit the next level hears of it, and again."""
    floor_day: int = 20
    """From which day of a month a visit is due to whoever must be seen once a month and was not (OUT-9)."""
    festival_days: int = 7
    """How long before a festival its visits are owed."""
    festival_grace_days: int = 7
    festival_tiers: frozenset[Tier] = frozenset({Tier.HIGH})
    """To whom a festival's extra visit is owed."""
    excuse_days: int = 183
    """For how long at most one may be excused at a time (REG-41)."""

    def of(self, tier: Tier) -> Rhythm:
        return {Tier.HIGH: self.high, Tier.KEY: self.key, Tier.GENERAL: self.general}[tier]
