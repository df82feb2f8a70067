"""Brings together what is stored about people and homes, and lets the rules find their categories."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.common.events.registry import PersonUpdated
from services.common.store import Cause, Scope
from services.registry.households.domain import Household
from services.registry.households.storage import Households
from services.registry.people.domain import classifications, person
from services.registry.people.domain.classifications import Basis, Category, Resident
from services.registry.people.domain.person import Home
from services.registry.people.storage import People


def residents_of(people: People, household: Household) -> tuple[Resident, ...]:
    """Return everybody whose primary residence the household is, as the rules see them."""
    known = people.of(member.person_id for member in household.residents)
    return tuple(
        Resident(known[member.person_id].state.subject(), member.relation_to_head)
        for member in household.residents
        if member.person_id in known
    )


def categories_of(people: People, households: Households, person_ids: Iterable[str], today: date) -> dict[str, frozenset[Category]]:
    """Return the categories that hold today, derived afresh, so that an answer never waits for the inbox."""
    found = {}
    for person_id, stored in people.of(person_ids).items():
        home = households.with_primary_resident(person_id)
        derived = classifications.derive(stored.state.subject(), residents_of(people, home.state) if home else None, on=today)
        stated = {one.code for one in stored.state.classifications if one.until is None and one.basis is Basis.ASSERTED}
        found[person_id] = frozenset(derived) | stated
    return found


def reclassify(people: People, households: Households, person_ids: Iterable[str], *, on: date, today: date, cause: Cause) -> None:
    """Bring home and categories of these people up to date after a change that is effective `on` a day."""
    for person_id in sorted(set(person_ids)):
        stored = people.find_one({"_id": person_id}, Scope.everything("categories are derived for everybody"))
        if stored is None:
            continue
        home = households.with_primary_resident(person_id)
        settled = stored.state
        if home:
            since = next(member.since for member in home.state.residents if member.person_id == person_id)
            settled = person.settle(settled, Home(home.id, home.state.dwelling_id, since), home.state.grid_id)
        elif settled.home:
            settled = person.settle(settled, None)
        found = classifications.derive(settled.subject(), residents_of(people, home.state) if home else None, on=today)
        state, facts = classifications.reclassify(settled, found, on=on, today=today)
        if settled.grid_id != stored.state.grid_id:
            # Others enforce who may see the person by the grid that the person's facts carry.
            facts = [PersonUpdated(person_id=person_id, fields=["grid_id"]), *facts]
        if state != stored.state:
            people.save(stored, state, facts, cause.part(person_id))


def housemates(households: Households, person_id: str) -> set[str]:
    """Return the person and whoever shares their primary residence."""
    home = households.with_primary_resident(person_id)
    return {person_id} | ({member.person_id for member in home.state.current} if home else set())
