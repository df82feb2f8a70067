"""The categories of elders: derived from who lives where, or asserted with evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from services.common.errors import Conflict, Invalid
from services.common.events.base import Dated
from services.common.events.registry import ClassificationChanged
from services.registry.households.domain import Relation
from services.registry.people.domain.ages import BirthPrecision, reaches_on

if TYPE_CHECKING:
    from services.registry.people.domain.person import Person


class Category(StrEnum):
    ELDER = "ELDER"
    AGED80 = "AGED80"
    LIVING_ALONE = "LIVING_ALONE"
    EMPTY_NEST = "EMPTY_NEST"
    CARER_PRESENT = "CARER_PRESENT"
    CHILDLESS = "CHILDLESS"


class Basis(StrEnum):
    DERIVED = "DERIVED"
    ASSERTED = "ASSERTED"


class EvidenceKind(StrEnum):
    SELF_STATEMENT = "SELF_STATEMENT"
    KIN_STATEMENT = "KIN_STATEMENT"
    DOCUMENT = "DOCUMENT"
    OFFICIAL_LIST = "OFFICIAL_LIST"
    RULE = "RULE"


ASSERTABLE = frozenset({Category.CHILDLESS})
"""Categories that somebody states; no rule derives or ends them."""

SWEPT = frozenset({Category.LIVING_ALONE, Category.EMPTY_NEST, Category.CHILDLESS})
"""The elders for whom a census looks: each found one gets a case file or a reason why not (REG-17)."""

RULE_VERSION = 1


@dataclass(frozen=True)
class Evidence:
    """What a category rests on: a kind, the day of it, and where the paper is; never its content."""

    kind: EvidenceKind
    on: date
    ref: str | None = None


@dataclass(frozen=True)
class Classification:
    """A category that holds, or held until a day, for a person."""

    code: Category
    basis: Basis
    since: date
    evidence: tuple[Evidence, ...] = ()
    until: date | None = None
    rule_version: int = RULE_VERSION
    confirmed_by: str | None = None
    estimated: bool = False
    """The birth date behind it is not known to the day (X-7)."""
    changed_on: date | None = None
    """The day on which it was last found to begin or to end."""


@dataclass(frozen=True)
class ElderPolicy:
    """The ages from which a community counts somebody as an elder, and as of high age."""

    elder_age: int = 60
    aged_age: int = 80


@dataclass(frozen=True)
class Subject:
    """What the derivation needs to know of one person."""

    person_id: str
    born_on: date | None
    birth_precision: BirthPrecision = BirthPrecision.DAY
    living_children: int | None = None
    alive: bool = True
    resident: bool = True


@dataclass(frozen=True)
class Resident:
    """A person together with their place in the household that is their primary residence."""

    subject: Subject
    relation: Relation


def derive(
    person: Subject, household: tuple[Resident, ...] | None, *, on: date, policy: ElderPolicy = ElderPolicy()
) -> dict[Category, date | None]:
    """Return the categories that hold on a day, each with the day since which it holds where the birth date gives it.

    `household` is everybody whose primary residence it is, the person included; None where no home is known,
    and then nothing is said about living alone. LIVING_ALONE and EMPTY_NEST exclude each other by headcount.
    """
    if not person.alive or not _is_elder(person, on, policy):
        return {}
    found: dict[Category, date | None] = {Category.ELDER: _reaches(person, policy.elder_age)}
    if _reaches(person, policy.aged_age) <= on:
        found[Category.AGED80] = _reaches(person, policy.aged_age)
    if household is None:
        return found
    me = next((one for one in household if one.subject.person_id == person.person_id), None)
    others = [one for one in household if one.subject.resident and one.subject.person_id != person.person_id]
    family = [one for one in others if one.relation is not Relation.CARER]
    if me is None or me.relation is Relation.CARER:
        return found
    if len(family) < len(others):
        found[Category.CARER_PRESENT] = None
    if not family:
        found[Category.LIVING_ALONE] = None
    elif _is_empty_nest(me, family, on, policy):
        found[Category.EMPTY_NEST] = None
    return found


def reclassify(person: Person, found: Mapping[Category, date | None], *, on: date, today: date) -> tuple[Person, list[Dated]]:
    """Bring a person's derived categories up to what was found today, with one fact per change (REG-2).

    `on` is the day of the change that made it so, which may lie before today. A category that begins and ends
    within one day leaves no trace in the person's history, and one that ends and begins again goes on since it
    first began; whoever was told of the one is told of the other.
    """
    kept, facts = list(person.classifications), []
    current = {entry.code: entry for entry in kept if entry.until is None and entry.basis is Basis.DERIVED}
    estimated = person.birth_precision is not BirthPrecision.DAY
    for code in Category:
        if code in found and code not in current:
            since = found[code] or max(on, found.get(Category.ELDER) or on)
            interrupted = next((one for one in kept if one.code is code and one.until is not None and one.changed_on == today), None)
            if interrupted:
                kept.remove(interrupted)
                since = interrupted.since
            evidence = (Evidence(EvidenceKind.RULE, today),)
            kept.append(Classification(code, Basis.DERIVED, since, evidence, estimated=estimated, changed_on=today))
            facts.append(_changed(person, code, True, since, Basis.DERIVED))
        elif code not in found and code in current:
            entry = current[code]
            until = max(on, entry.since)
            kept.remove(entry)
            if entry.changed_on != today and until > entry.since:
                kept.append(replace(entry, until=until, changed_on=today))
            facts.append(_changed(person, code, False, until, Basis.DERIVED))
    return replace(person, classifications=tuple(kept)), facts


def assert_category(
    person: Person, *, code: Category, holds: bool, since: date, evidence: Evidence, today: date, at: datetime, by: str | None
) -> tuple[Person, list[Dated]]:
    """State that a category holds or has ceased to hold, with evidence, confirmed by who states it."""
    if code not in ASSERTABLE:
        raise Invalid.field("code", "CATEGORY_IS_DERIVED", category=code.value)
    if since > today:
        raise Invalid.field("since", "DATE_IN_FUTURE")
    if evidence.on > today:
        raise Invalid.field("evidence.on", "DATE_IN_FUTURE")
    if holds and code is Category.CHILDLESS and person.living_children:
        raise Conflict("CHILDLESS_HAS_CHILDREN")
    current = next((one for one in person.classifications if one.code is code and one.until is None), None)
    if (current is not None) == holds:
        raise Conflict("CATEGORY_UNCHANGED", category=code.value)
    if current and since < current.since:
        raise Invalid.field("since", "ENDS_BEFORE_IT_BEGAN")
    others = tuple(one for one in person.classifications if one is not current)
    if holds:
        entry = Classification(code, Basis.ASSERTED, since, (evidence,), confirmed_by=by, changed_on=today)
    else:
        assert current is not None
        entry = replace(current, until=since, evidence=(*current.evidence, evidence), confirmed_by=by, changed_on=today)
    return replace(person, classifications=(*others, entry)), [_changed(person, code, holds, since, Basis.ASSERTED)]


def current_codes(person: Person) -> frozenset[Category]:
    """Return the categories that hold for the person now."""
    return frozenset(one.code for one in person.classifications if one.until is None)


def _changed(person: Person, code: Category, holds: bool, since: date, basis: Basis) -> Dated:
    fact = ClassificationChanged(
        person_id=person.id, code=code.value, holds=holds, since=since, basis=basis.value, rule_version=RULE_VERSION
    )
    # What held long before the community knew the person is effective for it from the day on which it knew.
    return Dated(fact, max(since, person.registered_on or since))


def _reaches(person: Subject, years: int) -> date:
    assert person.born_on is not None
    return reaches_on(person.born_on, person.birth_precision, years)


def _is_elder(person: Subject, on: date, policy: ElderPolicy) -> bool:
    return person.born_on is not None and _reaches(person, policy.elder_age) <= on


def _is_empty_nest(me: Resident, family: list[Resident], on: date, policy: ElderPolicy) -> bool:
    together = [me, *family]
    return (
        all(_is_elder(one.subject, on, policy) for one in together)
        and any(one.subject.living_children for one in together)
        and not any(_is_child_of(other, me) for other in family)
    )


def _is_child_of(other: Resident, me: Resident) -> bool:
    couple, children = (Relation.HEAD, Relation.SPOUSE), (Relation.CHILD, Relation.CHILD_IN_LAW)
    parents = (Relation.PARENT, Relation.PARENT_IN_LAW)
    return (me.relation in couple and other.relation in children) or (me.relation in parents and other.relation in couple)
