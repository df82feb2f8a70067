"""Brings together what is stored about people and homes, and lets the rules find their categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from services.common.events.base import Dated, Event
from services.common.events.registry import PersonUpdated
from services.common.store import READ, Cause, Scope, Stored, batches
from services.registry.households.domain import Household
from services.registry.households.storage import Households
from services.registry.people.domain import classifications, overrides, statements
from services.registry.people.domain.classifications import Basis, Category, ElderPolicy, Resident
from services.registry.people.domain.person import Home, Person, settle
from services.registry.people.storage import People

BY_TIME = frozenset({Category.ELDER, Category.AGED80, Category.LEFT_BEHIND})
"""Categories that time alone brings about."""


def residents_of(known: Mapping[str, Stored[Person]], household: Household) -> tuple[Resident, ...]:
    """Return everybody whose primary residence the household is, as the rules see them."""
    return tuple(
        Resident(known[member.person_id].state.subject(), member.relation_to_head)
        for member in household.residents
        if member.person_id in known
    )


def categories_of(people: People, households: Households, person_ids: Iterable[str], today: date) -> dict[str, frozenset[Category]]:
    """Return the categories that hold today, derived afresh, so that an answer never waits for the inbox.

    The sensitive ones are among them, because the tier rests on them; whoever shows categories leaves those out (REG-2a).
    """
    found = {}
    for person_id, stored in people.of(person_ids).items():
        home = households.with_primary_resident(person_id)
        derived = _found(people.elder_policy, stored.state, home, _residents(people, home), today)
        stated = {one.code for one in stored.state.classifications if one.until is None and one.basis is Basis.ASSERTED}
        found[person_id] = frozenset(derived) | stated | statements.restricted_codes(stored.state, today)
    return found


def rederived(people: People, households: Households, person: Person, *, on: date, today: date) -> tuple[Person, list[Event | Dated]]:
    """Return a person with home and categories up to date, and the facts about that."""
    home = households.with_primary_resident(person.id)
    return _rederived(people.elder_policy, person, home, _residents(people, home), on=on, today=today)


def reclassify(people: People, households: Households, person_ids: Iterable[str], *, on: date, today: date, cause: Cause) -> None:
    """Bring home and categories of these people up to date after a change that is effective `on` a day."""
    for person_id in sorted(set(person_ids)):
        stored = people.find_one({"_id": person_id}, Scope.everything("categories are derived for everybody"))
        if stored is None or stored.state.merged_into:
            continue
        state, facts = rederived(people, households, stored.state, on=on, today=today)
        if state != stored.state:
            people.save(stored, state, facts, cause.part(person_id))


def reclassify_many(people: People, households: Households, person_ids: Iterable[str], *, on: date, today: date, cause: Cause) -> None:
    """Bring home and categories of many up to date, a hundred in a few statements; whom somebody else changes meanwhile, singly."""
    for some in batches(sorted(set(person_ids)), READ):
        homes = households.homes_of(some)
        known = people.of([*some, *(member.person_id for home in homes.values() for member in home.state.residents)])
        changes = []
        for stored in (known[person_id] for person_id in some if person_id in known):
            if stored.state.merged_into:
                continue
            state, facts = _rederived(people.elder_policy, stored.state, homes.get(stored.id), known, on=on, today=today)
            if state != stored.state:
                changes.append((stored, state, facts))
        unsaved = people.save_many(changes, cause)
        reclassify(people, households, [stored.id for stored in unsaved], on=on, today=today, cause=cause)


def grows_into(person: Person, policy: ElderPolicy, today: date) -> bool:
    """Tell whether time alone has changed a person's categories: an age was reached, or far children left them behind (REG-2)."""
    by_time = frozenset(overrides.apply(classifications.derive(person.subject(), None, on=today, policy=policy), person, today)) & BY_TIME
    return by_time != classifications.current_codes(person) & BY_TIME


def housemates(households: Households, person_id: str) -> set[str]:
    """Return the person and whoever shares their primary residence."""
    return housemates_of_many(households, [person_id])


def housemates_of_many(households: Households, person_ids: Iterable[str]) -> set[str]:
    """Return these people and whoever belongs to a household that is the primary residence of one of them."""
    people = set(person_ids)
    return people | {member.person_id for home in households.homes_of(people).values() for member in home.state.current}


def _rederived(
    policy: ElderPolicy, person: Person, home: Stored[Household] | None, known: Mapping[str, Stored[Person]], *, on: date, today: date
) -> tuple[Person, list[Event | Dated]]:
    settled = person
    if home:
        since = next(member.since for member in home.state.residents if member.person_id == person.id)
        settled = settle(settled, Home(home.id, home.state.dwelling_id, since), home.state.grid_id)
    elif settled.home:
        settled = settle(settled, None)
    found = _found(policy, settled, home, known, today)
    said = {one.code for one in overrides.in_force(settled, today)}
    state, facts = classifications.reclassify(settled, found, on=on, today=today, overridden=said)
    if settled.grid_id != person.grid_id:
        # Others enforce who may see the person by the grid that the person's facts carry.
        return state, [PersonUpdated(person_id=person.id, fields=["grid_id"]), *facts]
    return state, list(facts)


def _residents(people: People, home: Stored[Household] | None) -> dict[str, Stored[Person]]:
    return people.of(member.person_id for member in home.state.residents) if home else {}


def _found(
    policy: ElderPolicy, person: Person, home: Stored[Household] | None, known: Mapping[str, Stored[Person]], today: date
) -> dict[Category, date | None]:
    household = residents_of(known, home.state) if home else None
    return overrides.apply(classifications.derive(person.subject(), household, on=today, policy=policy), person, today)
