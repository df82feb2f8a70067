"""Categories that somebody states with evidence: no children, the loss of an only child, health, low income (REG-2a)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from services.common.errors import Conflict, Forbidden, Invalid
from services.common.events.base import Dated
from services.registry.people.domain.ages import add_months
from services.registry.people.domain.classifications import (
    ASSERTABLE,
    HEALTH,
    RESTRICTED,
    Basis,
    Category,
    CategoryPolicy,
    Classification,
    Evidence,
    EvidenceKind,
    Statement,
    changed,
)

if TYPE_CHECKING:
    from services.registry.people.domain.person import Person

CONFIRMED_BY_SECOND = frozenset({Category.CHILDLESS})
"""Categories that hold only when a second person has confirmed them."""

_NEEDED_EVIDENCE = {
    Category.LOST_ONLY_CHILD: frozenset({EvidenceKind.OFFICIAL_LIST}),
    Category.LOW_INCOME: frozenset({EvidenceKind.OFFICIAL_LIST}),
    **{code: frozenset({EvidenceKind.DOCUMENT, EvidenceKind.OFFICIAL_LIST}) for code in HEALTH},
}


def assert_category(
    person: Person,
    *,
    code: Category,
    holds: bool,
    since: date,
    evidence: Evidence,
    valid_to: date | None = None,
    policy: CategoryPolicy = CategoryPolicy(),
    today: date,
    at: datetime,
    by: str,
) -> tuple[Person, list[Dated]]:
    """State with evidence that a category holds or has ceased to hold.

    CHILDLESS holds when a second person confirmed it; an assessment counts for a year, a list until its day.
    """
    if code not in ASSERTABLE:
        raise Invalid.field("code", "CATEGORY_IS_DERIVED", category=code.value)
    for name, day in (("since", since), ("evidence.on", evidence.on)):
        if day > today:
            raise Invalid.field(name, "DATE_IN_FUTURE")
    current = _current(person, code)
    if current is None and not holds:
        raise Conflict("CATEGORY_UNCHANGED", category=code.value)
    if not holds:
        assert current is not None
        return _end(person, current, since, evidence, today, by)
    if code is Category.CHILDLESS and _has_children(person):
        raise Conflict("CHILDLESS_HAS_CHILDREN")
    if evidence.kind not in _NEEDED_EVIDENCE.get(code, frozenset(EvidenceKind)):
        raise Invalid.field("evidence.kind", "EVIDENCE_TOO_WEAK")
    last = _last_day(code, evidence, valid_to, policy, today)
    if current is not None:
        return _renew(person, current, evidence, last, today, by)
    if code in CONFIRMED_BY_SECOND:
        if any(one.code is code for one in person.stated):
            raise Conflict("CATEGORY_AWAITS_SECOND", category=code.value)
        return replace(person, stated=(*person.stated, Statement(code, since, evidence, by, at))), []
    return _begin(person, Classification(code, Basis.ASSERTED, since, (evidence,), confirmed_by=by, changed_on=today, valid_to=last))


def confirm(person: Person, code: Category, *, today: date, by: str) -> tuple[Person, list[Dated]]:
    """Confirm what another person stated; from now on the category holds."""
    statement = _statement(person, code)
    if statement.by == by:
        raise Forbidden("SECOND_PERSON_NEEDED")
    if code is Category.CHILDLESS and _has_children(person):
        raise Conflict("CHILDLESS_HAS_CHILDREN")
    person = replace(person, stated=tuple(one for one in person.stated if one is not statement))
    entry = Classification(code, Basis.ASSERTED, statement.since, (statement.evidence,), confirmed_by=by, changed_on=today)
    return _begin(person, entry)


def reject(person: Person, code: Category) -> Person:
    """Take back, or refuse to confirm, what somebody stated."""
    statement = _statement(person, code)
    return replace(person, stated=tuple(one for one in person.stated if one is not statement))


def expire(person: Person, *, today: date) -> tuple[Person, list[Dated], tuple[Category, ...]]:
    """End what rested on an assessment or a list whose time is over, and return which codes these were."""
    over = [one for one in person.restricted if one.until is None and one.valid_to and one.valid_to < today]
    if not over:
        return person, [], ()
    ended = tuple(replace(one, until=one.valid_to, changed_on=today) if one in over else one for one in person.restricted)
    person = replace(person, restricted=ended)
    last = max(one.valid_to for one in over if one.valid_to)
    return person, _ended(person, over[0].code, last + timedelta(days=1)), tuple(one.code for one in over)


def restricted_codes(person: Person, on: date) -> frozenset[Category]:
    """Return the sensitive categories that hold on a day."""
    held = (one for one in person.restricted if one.until is None and (one.valid_to is None or on <= one.valid_to))
    return frozenset(one.code for one in held)


def awaits_assessment(person: Person) -> bool:
    """Tell whether the paper behind a category of health ran out, and no newer one has been seen since."""
    last = {one.code: one for one in sorted(person.restricted, key=lambda one: one.changed_on or one.since) if one.code in HEALTH}
    return any(one.until is not None and one.until == one.valid_to for one in last.values())


def _has_children(person: Person) -> bool:
    return bool(person.subject().living_children)


def _statement(person: Person, code: Category) -> Statement:
    for one in person.stated:
        if one.code is code:
            return one
    raise Conflict("NOTHING_STATED", category=code.value)


def _current(person: Person, code: Category) -> Classification | None:
    return next((one for one in _held(person, code) if one.code is code and one.until is None), None)


def _held(person: Person, code: Category) -> tuple[Classification, ...]:
    return person.restricted if code in RESTRICTED else person.classifications


def _with(person: Person, code: Category, held: tuple[Classification, ...]) -> Person:
    return replace(person, restricted=held) if code in RESTRICTED else replace(person, classifications=held)


def _begin(person: Person, entry: Classification) -> tuple[Person, list[Dated]]:
    fact = changed(person, entry.code, True, entry.since, Basis.ASSERTED)
    return _with(person, entry.code, (*_held(person, entry.code), entry)), [fact]


def _renew(
    person: Person, current: Classification, evidence: Evidence, valid_to: date | None, today: date, by: str
) -> tuple[Person, list[Dated]]:
    # A newer assessment or list keeps the category going; nobody is told, because nothing changed for them.
    if valid_to is None or (current.valid_to and valid_to <= current.valid_to):
        raise Conflict("CATEGORY_UNCHANGED", category=current.code.value)
    renewed = replace(current, evidence=(*current.evidence, evidence), valid_to=valid_to, confirmed_by=by, changed_on=today)
    return _with(person, current.code, tuple(renewed if one is current else one for one in _held(person, current.code))), []


def _end(person: Person, current: Classification, since: date, evidence: Evidence, today: date, by: str) -> tuple[Person, list[Dated]]:
    if since < current.since:
        raise Invalid.field("since", "ENDS_BEFORE_IT_BEGAN")
    ended = replace(current, until=since, evidence=(*current.evidence, evidence), confirmed_by=by, changed_on=today)
    others = tuple(one for one in _held(person, current.code) if one is not current)
    person = _with(person, current.code, (*others, ended))
    return person, _ended(person, current.code, since)


def _ended(person: Person, code: Category, since: date) -> list[Dated]:
    """Tell that a category ceased to hold; the sensitive ones share one code, which holds until the last of them ends (REG-2a)."""
    if code in RESTRICTED and any(one.until is None for one in person.restricted):
        return []
    return [changed(person, code, False, since, Basis.ASSERTED)]


def _last_day(code: Category, evidence: Evidence, valid_to: date | None, policy: CategoryPolicy, today: date) -> date | None:
    if code in HEALTH:
        last = add_months(evidence.on, policy.assessment_months)
        valid_to = min(valid_to or last, last)
    elif code is Category.LOW_INCOME:
        if valid_to is None:
            raise Invalid.field("valid_to", "LIST_NEEDS_END")
    else:
        return None
    if valid_to < today:
        raise Invalid.field("evidence.on", "EVIDENCE_TOO_OLD")
    return valid_to
