"""The no-answer ladder: by when each step must have found the elder, counted from the unanswered door (U3).

Its clocks are wall time. Nights and holidays do not stop them, and no job that ran late moves them (OUT-22).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from services.common.calendar import SHANGHAI, business_date, local
from services.outreach.care.domain import Tier

DOOR, CONTACTS, OFFICER, ON_SITE = range(4)
CAPPED = CONTACTS
"""How far the ladder goes for whoever agreed beforehand that nobody shall come (OUT-23)."""
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Clock:
    """By when a step must be done: so long after the door, on that day still, or on a working day to come, by the same hour."""

    within: timedelta = timedelta(0)
    same_day: bool = False
    working_days: int = 0
    at_most: timedelta | None = None
    """How long working days may take: rest days do not eat up the time of the step after."""


@dataclass(frozen=True)
class Clocks:
    """The clocks of one tier; `again` is how often the top of the ladder is told that the elder is still not found."""

    contacts: Clock
    officer: Clock
    on_site: Clock
    again: timedelta
    door: Clock = Clock(timedelta(minutes=15))


@dataclass(frozen=True)
class LadderPolicy:
    """The community's ladder; these are the defaults."""

    high: Clocks = Clocks(
        Clock(timedelta(minutes=30)), Clock(timedelta(hours=1)), Clock(timedelta(hours=2)), again=timedelta(hours=1)
    )
    key: Clocks = Clocks(Clock(timedelta(hours=2)), Clock(timedelta(hours=4)), Clock(timedelta(hours=8)), again=timedelta(hours=4))
    general: Clocks = Clocks(
        Clock(same_day=True), Clock(working_days=1, at_most=timedelta(days=2)), Clock(timedelta(days=3)), again=timedelta(days=1)
    )
    hearsay: timedelta = timedelta(hours=2)
    """For how long what somebody has only heard lowers an incident by one level (OUT-21)."""
    suggest_after: int = 3
    suggest_within: timedelta = timedelta(days=60)
    """How many incidents that ended SAFE_AWAY, within how long, suggest another hour of visit (OUT-24)."""
    visit_after: timedelta = timedelta(hours=24)
    """Within how long after an incident the elder is visited."""

    def of(self, tier: Tier) -> Clocks:
        return {Tier.HIGH: self.high, Tier.KEY: self.key, Tier.GENERAL: self.general}[tier]


def deadlines(opened_at: datetime, clocks: Clocks, is_working_day: Callable[[date], bool]) -> tuple[datetime, ...]:
    """Return by when each of the four steps must be done; a later step is never due before an earlier one."""
    found: list[datetime] = []
    for clock in (clocks.door, clocks.contacts, clocks.officer, clocks.on_site):
        due = _due(opened_at, clock, is_working_day)
        found.append(max(due, *found) if found else due)
    return tuple(found)


def _due(opened_at: datetime, clock: Clock, is_working_day: Callable[[date], bool]) -> datetime:
    if clock.same_day:
        return local(business_date(opened_at) + DAY).astimezone(opened_at.tzinfo)
    if not clock.working_days:
        return opened_at + clock.within
    day, left = business_date(opened_at), clock.working_days
    while left:
        day += DAY
        left -= is_working_day(day)
    hour = opened_at.astimezone(SHANGHAI).timetz()
    due = datetime.combine(day, hour).astimezone(opened_at.tzinfo)
    return min(due, opened_at + clock.at_most) if clock.at_most is not None else due


class Action(StrEnum):
    """What is done on a step of the ladder."""

    KNOCKED = "KNOCKED"
    CALLED_ALL_PHONES = "CALLED_ALL_PHONES"
    LOOKED_AND_LISTENED = "LOOKED_AND_LISTENED"
    ASKED_NEXT_DOOR = "ASKED_NEXT_DOOR"
    CALLED_KIN = "CALLED_KIN"
    CALLED_KEY_HOLDER = "CALLED_KEY_HOLDER"
    ASKED_PROPERTY_OFFICE = "ASKED_PROPERTY_OFFICE"
    LOOKED_AT_USUAL_HAUNTS = "LOOKED_AT_USUAL_HAUNTS"
    CHECKED_REGISTER = "CHECKED_REGISTER"
    CHECKED_SHIFTS_AND_CLASSES = "CHECKED_SHIFTS_AND_CLASSES"
    OFFICER_DECIDED = "OFFICER_DECIDED"
    ASKED_DOCTORS_AND_HOSPITALS = "ASKED_DOCTORS_AND_HOSPITALS"
    SECOND_ATTEMPT = "SECOND_ATTEMPT"
    TWO_WENT_THERE = "TWO_WENT_THERE"
    POLICE_CAME = "POLICE_CAME"
    LOCKSMITH_OR_FIRE_CALLED = "LOCKSMITH_OR_FIRE_CALLED"
    ENTERED = "ENTERED"


ACTIONS: dict[int, tuple[Action, ...]] = {
    DOOR: (Action.KNOCKED, Action.CALLED_ALL_PHONES, Action.LOOKED_AND_LISTENED, Action.ASKED_NEXT_DOOR),
    CONTACTS: (
        Action.CALLED_KIN,
        Action.CALLED_KEY_HOLDER,
        Action.ASKED_PROPERTY_OFFICE,
        Action.LOOKED_AT_USUAL_HAUNTS,
        Action.CHECKED_REGISTER,
        Action.CHECKED_SHIFTS_AND_CLASSES,
    ),
    OFFICER: (Action.OFFICER_DECIDED, Action.ASKED_DOCTORS_AND_HOSPITALS, Action.SECOND_ATTEMPT),
    ON_SITE: (Action.TWO_WENT_THERE, Action.POLICE_CAME, Action.LOCKSMITH_OR_FIRE_CALLED, Action.ENTERED),
}
"""What belongs to each step; the order is the order of the list that staff work through."""
LEVEL_OF: dict[Action, int] = {action: level for level, actions in ACTIONS.items() for action in actions}


class DangerSign(StrEnum):
    """What sends people there at once, at any tier."""

    SMELL = "SMELL"
    CALL_FOR_HELP = "CALL_FOR_HELP"
    WATER = "WATER"
    VISIBLE_FALL = "VISIBLE_FALL"
