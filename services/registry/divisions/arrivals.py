"""Completes what a household's members set out for: at once, or when the fact of their leaving comes round."""

from __future__ import annotations

from services.common.calendar import business_date
from services.common.errors import Conflict
from services.common.store import Cause, Scope, Stored
from services.registry.divisions import domain
from services.registry.households.domain import Household, HouseholdPolicy
from services.registry.households.storage import Households
from services.registry.people.storage import People

EVERYBODY = Scope.everything("members arrive wherever they set out for")


def arrive(
    households: Households, people: People, left: Stored[Household], number: int, *, policy: HouseholdPolicy, cause: Cause
) -> None:
    """Let the members of one move arrive, once, however often it is asked for."""
    move, key = left.state.moves[number], f"{left.id}/{number}"
    today = business_date(cause.at)
    # Whoever got another primary residence meanwhile belongs to this household beside it.
    homes = {id: households.with_primary_resident(id) for id in move.person_ids}
    elsewhere = {id for id, home in homes.items() if home and home.id not in (left.id, move.into_id)}
    target = households.find_one({"_id": move.into_id}, EVERYBODY)
    if target is None and move.founds:
        founded = domain.found(move, key, split_from=left.id, elsewhere=elsewhere, today=today, at=cause.at)
        try:
            households.add(*founded, cause)
            return
        except Conflict:
            target = households.find_one({"_id": move.into_id}, EVERYBODY)
            if target is None:
                raise
    if target is None or key in target.state.received:
        return
    born = {id: one.state.born_on for id, one in people.of(member.person_id for member in target.state.current).items()}
    arrived, facts = domain.arrive(target.state, move, key, elsewhere=elsewhere, today=today, born=born, policy=policy)
    if arrived != target.state:
        households.save(target, arrived, facts, cause)


def on_their_way(left: Household, person_id: str) -> list[int]:
    """Return the moves of a household that a person is part of, by number."""
    return [number for number, move in enumerate(left.moves) if person_id in (*move.person_ids, *move.ending_ids)]
