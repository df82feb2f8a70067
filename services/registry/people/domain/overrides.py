"""What staff say against the rules about a category: for its time, and then it is asked again (REG-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from services.common.errors import Conflict, Invalid
from services.registry.people.domain.classifications import Category, CategoryPolicy

if TYPE_CHECKING:
    from services.registry.people.domain.person import Person

OVERRIDABLE = frozenset({Category.LIVING_ALONE, Category.EMPTY_NEST, Category.CARER_PRESENT, Category.LEFT_BEHIND})
"""Ages follow from the birth date, which is to be corrected; and what is stated is taken back by another statement."""


@dataclass(frozen=True)
class Override:
    """That a category holds or does not, whatever the rule finds, until a day."""

    code: Category
    holds: bool
    since: date
    until: date
    """The last day."""
    by: str
    note: str
    co_resident_id: str | None = None
    co_resident_name: str | None = None
    lapsed: bool = False
    """Whether its time is over and the question was put again."""


def override(
    person: Person,
    *,
    code: Category,
    holds: bool,
    note: str,
    co_resident_id: str | None = None,
    co_resident_name: str | None = None,
    policy: CategoryPolicy,
    today: date,
    by: str,
) -> Person:
    """Say against the rule that a category holds or does not; removing LIVING_ALONE names who lives with them (REG-3)."""
    if code not in OVERRIDABLE:
        raise Invalid.field("code", "CATEGORY_NOT_OVERRIDABLE", category=code.value)
    if code is Category.LIVING_ALONE and not holds and not (co_resident_id or co_resident_name):
        raise Invalid.field("co_resident_id", "CO_RESIDENT_NEEDED")
    if co_resident_id == person.id:
        raise Invalid.field("co_resident_id", "CO_RESIDENT_IS_ANOTHER")
    new = Override(code, holds, today, today + timedelta(days=policy.override_days), by, note, co_resident_id, co_resident_name)
    return replace(person, overrides=(*(one for one in person.overrides if one.code is not code), new))


def withdraw(person: Person, code: Category) -> Person:
    """Let the rule decide again before the override's time is over."""
    if not any(one.code is code and not one.lapsed for one in person.overrides):
        raise Conflict("NO_OVERRIDE", category=code.value)
    return replace(person, overrides=tuple(one for one in person.overrides if one.code is not code))


def lapse(person: Person, *, today: date) -> tuple[Person, tuple[Override, ...]]:
    """Mark overrides whose time is over, and return those that are to be asked again."""
    over = tuple(one for one in person.overrides if not one.lapsed and one.until < today)
    kept = tuple(replace(one, lapsed=True) if one in over else one for one in person.overrides)
    return (replace(person, overrides=kept) if over else person), over


def apply(found: Mapping[Category, date | None], person: Person, on: date) -> dict[Category, date | None]:
    """Return what holds when staff's word stands before the rule's; LIVING_ALONE and EMPTY_NEST exclude each other still."""
    if Category.ELDER not in found:
        return dict(found)
    said = {one.code: one for one in in_force(person, on)}
    result = {code: since for code, since in found.items() if code not in said or said[code].holds}
    for code, one in said.items():
        if one.holds and code not in result:
            result[code] = one.since
    if Category.LIVING_ALONE in result and Category.EMPTY_NEST in result:
        # Of the two the one that somebody said stands.
        loser = Category.LIVING_ALONE if Category.EMPTY_NEST in said and Category.LIVING_ALONE not in said else Category.EMPTY_NEST
        del result[loser]
    return result


def in_force(person: Person, on: date) -> tuple[Override, ...]:
    """Return what staff say on a day."""
    return tuple(one for one in person.overrides if one.since <= on <= one.until)
