"""Whose birthday is announced when, once for each cycle, and when it is not to be greeted (X-9, X-10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from services.common.events.base import Event
from services.common.events.registry import BirthdayDue, BirthdaySuppressed
from services.registry.people.domain import ages
from services.registry.people.domain.birthdays import BirthdayPolicy, Occurrence, occurrences, turns

if TYPE_CHECKING:
    from services.registry.people.domain.person import Person

KEPT_DAYS = 400
"""For how long an announcement is remembered: longer than the longest cycle."""


class Suppression(StrEnum):
    """Why a birthday is not greeted."""

    NOT_ALIVE = "NOT_ALIVE"
    IN_MOURNING = "IN_MOURNING"
    OPTED_OUT = "OPTED_OUT"
    MOVED_OUT = "MOVED_OUT"
    CHANGED = "CHANGED"


@dataclass(frozen=True)
class Announced:
    """What was told of one cycle's birthday."""

    cycle_key: str
    calendar: str
    falls_on: date
    days_ahead: int
    suppressed: Suppression | None = None


@dataclass(frozen=True)
class Mourning:
    """That somebody near died, and until when no birthday is greeted (七七)."""

    for_id: str
    until: date


@dataclass(frozen=True)
class Greetings:
    """What a person wants of greetings, for whom they mourn, and what was announced."""

    opted_out: bool = False
    also_in_mourning: bool = False
    """The family wants the greeting in spite of the mourning."""
    mourning: tuple[Mourning, ...] = ()
    announced: tuple[Announced, ...] = ()


def wish(person: Person, *, opted_out: bool, also_in_mourning: bool) -> Person:
    """Note what the person, or the family, wants."""
    return replace(person, greetings=replace(person.greetings, opted_out=opted_out, also_in_mourning=also_in_mourning))


def mourn(person: Person, for_id: str, died_on: date, policy: BirthdayPolicy) -> Person:
    """Let a person be in mourning for somebody; a corrected day of death corrects its end. Each mourning is a new question."""
    until = died_on + timedelta(days=policy.mourning_days)
    known = next((one for one in person.greetings.mourning if one.for_id == for_id), None)
    if known and known.until == until:
        return person
    others = tuple(one for one in person.greetings.mourning if one.for_id != for_id)
    asked = person.greetings.also_in_mourning and known is not None
    return replace(person, greetings=replace(person.greetings, mourning=(*others, Mourning(for_id, until)), also_in_mourning=asked))


def mourn_no_more(person: Person, for_id: str) -> Person:
    """Take a mourning back whose cause was a mistake."""
    kept = tuple(one for one in person.greetings.mourning if one.for_id != for_id)
    return replace(person, greetings=replace(person.greetings, mourning=kept))


def suppression(person: Person, falls_on: date) -> Suppression | None:
    """Return why a birthday of this day is not greeted, or None (X-10)."""
    if person.life.value != "ALIVE":
        return Suppression.NOT_ALIVE
    if person.residency.value == "MOVED_OUT":
        return Suppression.MOVED_OUT
    if person.greetings.opted_out:
        return Suppression.OPTED_OUT
    if not person.greetings.also_in_mourning and any(falls_on <= one.until for one in person.greetings.mourning):
        return Suppression.IN_MOURNING
    return None


def coming(person: Person, first: date, last: date, policy: BirthdayPolicy) -> list[Occurrence]:
    """Return the birthdays that somebody celebrates between two days, by one calendar or by both."""
    found = [one for day in person.celebrations for one in occurrences(day, first, last, policy)]
    return sorted(found, key=lambda one: (one.falls_on, one.cycle_key))


def is_milestone(person: Person, occurrence: Occurrence, policy: BirthdayPolicy) -> bool:
    """Tell whether a birthday is one of the great ones; of an estimated birth date nobody can tell (X-6, X-7)."""
    if person.born_on is None or ages.is_estimated(person.birth_precision):
        return False
    celebrated = next(one for one in person.celebrations if one.calendar is occurrence.calendar)
    return turns(person.born_on, occurrence, policy.milestone_basis, celebrated) in policy.milestones


def review(person: Person, *, today: date, policy: BirthdayPolicy) -> tuple[Person, list[Event]]:
    """Announce what comes, each cycle once for each notice, and take back what is not to be greeted (X-9, X-10).

    Run late, it announces the notice that is due now and none that was missed; run twice, it announces nothing.
    """
    known = {one.cycle_key: one for one in person.greetings.announced}
    facts: list[Event] = []
    due = coming(person, today, today + timedelta(days=max(policy.notice_days)), policy)
    for occurrence in due:
        notice = min(days for days in policy.notice_days if occurrence.falls_on - timedelta(days=days) <= today)
        told, reason = known.get(occurrence.cycle_key), suppression(person, occurrence.falls_on)
        if reason:
            if told and told.suppressed is None:
                known[told.cycle_key] = _suppressed(person, told, reason, facts)
        elif told is None or told.suppressed or told.falls_on != occurrence.falls_on or told.days_ahead > notice:
            known[occurrence.cycle_key] = _announced(person, occurrence, notice, policy, facts)
    celebrated = {one.cycle_key for one in due}
    for told in list(known.values()):
        if told.falls_on >= today and told.suppressed is None and told.cycle_key not in celebrated:
            reason = suppression(person, told.falls_on) or Suppression.CHANGED
            known[told.cycle_key] = _suppressed(person, told, reason, facts)
    kept = tuple(one for one in known.values() if one.falls_on >= today - timedelta(days=KEPT_DAYS))
    return (replace(person, greetings=replace(person.greetings, announced=kept)) if facts else person), facts


def is_to_ask(person: Person, today: date, policy: BirthdayPolicy) -> bool:
    """Tell whether an elder's celebrated day has to be asked: it is unknown, and it is never derived (X-7)."""
    if person.life.value != "ALIVE" or person.residency.value == "MOVED_OUT" or person.celebrations or person.greetings.opted_out:
        return False
    return person.born_on is not None and ages.reaches_on(person.born_on, person.birth_precision, policy.ask_from_age) <= today


def _announced(person: Person, occurrence: Occurrence, notice: int, policy: BirthdayPolicy, facts: list[Event]) -> Announced:
    fact = BirthdayDue(
        person_id=person.id,
        cycle_key=occurrence.cycle_key,
        calendar=occurrence.calendar.value,
        falls_on=occurrence.falls_on,
        days_ahead=notice,
        milestone=is_milestone(person, occurrence, policy),
    )
    facts.append(fact)
    return Announced(occurrence.cycle_key, occurrence.calendar.value, occurrence.falls_on, notice)


def _suppressed(person: Person, told: Announced, reason: Suppression, facts: list[Event]) -> Announced:
    facts.append(BirthdaySuppressed(person_id=person.id, cycle_key=told.cycle_key, reason=reason.value))
    return replace(told, suppressed=reason)
