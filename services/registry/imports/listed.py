"""What an official list says of a row's person: on low income until a day, by the same rule as when it is entered singly (REG-2a)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.common.errors import Conflict
from services.common.events.base import Dated
from services.registry.people.domain import statements
from services.registry.people.domain.classifications import Category, CategoryPolicy, Evidence, EvidenceKind
from services.registry.people.domain.person import Life, Person


@dataclass(frozen=True)
class Listed:
    """On which list somebody stands, and the last day on which it counts."""

    name: str
    valid_to: date


def enter(person: Person, listed: Listed, *, policy: CategoryPolicy, today: date, at: datetime, by: str) -> tuple[Person, list[Dated]]:
    """Return the person as one of the list; a later last day prolongs it, and what is known already changes nothing."""
    if person.life is Life.DECEASED:
        raise Conflict("PERSON_DECEASED")
    try:
        return statements.assert_category(
            person,
            code=Category.LOW_INCOME,
            holds=True,
            since=today,
            evidence=Evidence(EvidenceKind.OFFICIAL_LIST, today, listed.name),
            valid_to=listed.valid_to,
            policy=policy,
            today=today,
            at=at,
            by=by,
        )
    except Conflict as refusal:
        if refusal.code != "CATEGORY_UNCHANGED":
            raise
        # The list was entered before, or this is an older one.
        return person, []
