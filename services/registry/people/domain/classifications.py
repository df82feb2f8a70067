"""The categories of elders: derived from who lives where, or asserted with evidence."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from services.common.events.base import Dated
from services.common.events.registry import ClassificationChanged
from services.registry.households.domain import Relation
from services.registry.people.domain.ages import BirthPrecision, add_months, reaches_on

if TYPE_CHECKING:
    from services.registry.people.domain.person import Person


class Category(StrEnum):
    ELDER = "ELDER"
    AGED80 = "AGED80"
    LIVING_ALONE = "LIVING_ALONE"
    EMPTY_NEST = "EMPTY_NEST"
    CARER_PRESENT = "CARER_PRESENT"
    LEFT_BEHIND = "LEFT_BEHIND"
    CHILDLESS = "CHILDLESS"
    LOST_ONLY_CHILD = "LOST_ONLY_CHILD"
    IMPAIRED = "IMPAIRED"
    DISABLED = "DISABLED"
    COGNITIVE = "COGNITIVE"
    LOW_INCOME = "LOW_INCOME"


class Basis(StrEnum):
    DERIVED = "DERIVED"
    ASSERTED = "ASSERTED"
    OVERRIDE = "OVERRIDE"


class EvidenceKind(StrEnum):
    SELF_STATEMENT = "SELF_STATEMENT"
    KIN_STATEMENT = "KIN_STATEMENT"
    DOCUMENT = "DOCUMENT"
    OFFICIAL_LIST = "OFFICIAL_LIST"
    RULE = "RULE"
    STAFF = "STAFF"


HEALTH = frozenset({Category.IMPAIRED, Category.DISABLED, Category.COGNITIVE})
"""Categories that rest on an assessment, which grows old."""

RESTRICTED = frozenset({Category.LOST_ONLY_CHILD, Category.LOW_INCOME}) | HEALTH
"""Categories of loss, income and health: in no list, and in no event by name (REG-2a)."""

ASSERTABLE = frozenset({Category.CHILDLESS}) | RESTRICTED
"""Categories that somebody states; no rule derives or ends them."""

SWEPT = frozenset({Category.LIVING_ALONE, Category.EMPTY_NEST, Category.CHILDLESS, Category.LEFT_BEHIND})
"""The elders for whom a census looks, and who are in scope of the tiers by this alone (REG-1, REG-17)."""

RULE_VERSION = 2


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
    valid_to: date | None = None
    """The last day on which the assessment or list behind it counts."""


@dataclass(frozen=True)
class Statement:
    """What one person stated about a category and a second has not confirmed."""

    code: Category
    since: date
    evidence: Evidence
    by: str
    at: datetime


@dataclass(frozen=True)
class ElderPolicy:
    """From which ages a community counts somebody as an elder and as of high age, and when far children leave one behind."""

    elder_age: int = 60
    aged_age: int = 80
    left_behind_months: int = 6


@dataclass(frozen=True)
class CategoryPolicy:
    """For how long what people say about categories counts, and whether health is noted without consent."""

    assessment_months: int = 12
    override_days: int = 90
    review_days: int = 14
    """Within how many days what ran out is to be looked at again."""
    health_needs_consent: bool = True


@dataclass(frozen=True)
class Subject:
    """What the derivation needs to know of one person."""

    person_id: str
    born_on: date | None
    birth_precision: BirthPrecision = BirthPrecision.DAY
    living_children: int | None = None
    child_ids: frozenset[str] = frozenset()
    """The living children who are registered themselves."""
    child_lives_with: bool = False
    far_since: date | None = None
    """Since when all living children are far away or abroad; None where one is not, or where it is not known."""
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
    if person.far_since and (left := add_months(person.far_since, policy.left_behind_months)) <= on:
        found[Category.LEFT_BEHIND] = left
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


def reclassify(
    person: Person, found: Mapping[Category, date | None], *, on: date, today: date, overridden: Collection[Category] = ()
) -> tuple[Person, list[Dated]]:
    """Bring a person's derived categories up to what was found today, with one fact per change (REG-2).

    `on` is the day of the change that made it so, which may lie before today; `overridden` are the codes that staff
    decided and not the rule (REG-3). A category that begins and ends within one day leaves no trace in the person's
    history, and one that ends and begins again goes on since it first began; whoever was told of the one is told of the other.
    """
    kept, facts = list(person.classifications), []
    current = {entry.code: entry for entry in kept if entry.until is None and entry.basis is not Basis.ASSERTED}
    estimated = person.birth_precision is not BirthPrecision.DAY
    for code in Category:
        basis = Basis.OVERRIDE if code in overridden else Basis.DERIVED
        if code in found and code not in current:
            since = found[code] or max(on, found.get(Category.ELDER) or on)
            interrupted = next((one for one in kept if one.code is code and one.until is not None and one.changed_on == today), None)
            if interrupted:
                kept.remove(interrupted)
                since = interrupted.since
            evidence = (Evidence(EvidenceKind.STAFF, today) if basis is Basis.OVERRIDE else Evidence(EvidenceKind.RULE, today, _ground(person, code)),)
            kept.append(Classification(code, basis, since, evidence, estimated=estimated, changed_on=today))
            facts.append(changed(person, code, True, since, basis))
        elif code not in found and code in current:
            entry = current[code]
            until = max(on, entry.since)
            kept.remove(entry)
            if entry.changed_on != today and until > entry.since:
                kept.append(replace(entry, until=until, changed_on=today))
            facts.append(changed(person, code, False, until, basis))
    return replace(person, classifications=tuple(kept)), facts


def current_codes(person: Person) -> frozenset[Category]:
    """Return the categories that hold for the person now."""
    return frozenset(one.code for one in person.classifications if one.until is None)


def changed(person: Person, code: Category, holds: bool, since: date, basis: Basis) -> Dated:
    """Return the fact that a category began or ceased to hold; a sensitive one is told without its name (REG-2a)."""
    told = "RESTRICTED" if code in RESTRICTED else code.value
    fact = ClassificationChanged(person_id=person.id, code=told, holds=holds, since=since, basis=basis.value, rule_version=RULE_VERSION)
    # What held long before the community knew the person is effective for it from the day on which it knew.
    return Dated(fact, max(since, person.registered_on or since))


def _ground(person: Person, code: Category) -> str:
    if code in (Category.ELDER, Category.AGED80):
        return "born_on"
    return "kin" if code is Category.LEFT_BEHIND else f"household/{person.home.household_id}" if person.home else "household"


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
        and not any(_is_child_of(other, me) or other.subject.person_id in me.subject.child_ids for other in family)
        and not any(one.subject.child_lives_with for one in together)
    )


def _is_child_of(other: Resident, me: Resident) -> bool:
    couple, children = (Relation.HEAD, Relation.SPOUSE), (Relation.CHILD, Relation.CHILD_IN_LAW)
    parents = (Relation.PARENT, Relation.PARENT_IN_LAW)
    return (me.relation in couple and other.relation in children) or (me.relation in parents and other.relation in couple)
