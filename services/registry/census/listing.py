"""Puts doors on the list of a round: first announced in the round's document, then written, whoever does it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.common.store import Cause, Stored
from services.registry.census.domain import rounds, targets
from services.registry.census.domain.rounds import AddedDoor, CensusRound
from services.registry.census.storage import CensusRounds, CensusTargets


def announce(storage: CensusRounds, round: Stored[CensusRound], doors: Iterable[AddedDoor], cause: Cause) -> Stored[CensusRound]:
    """Enter doors in the round's document, before their targets are written.

    Whoever closes the round at the same time either reads the announcement and misses the target in the count, or the
    round's version has moved on when the closing is saved; or the door finds the round closed and is refused.
    """
    grown = round.state
    for door in doors:
        grown, _ = rounds.add_door(grown, door)
    return storage.save(round, grown, [], cause) if grown != round.state else round


def write(storage: CensusTargets, round_id: str, doors: Sequence[AddedDoor], *, at: datetime, by: str, cause: Cause) -> None:
    """Write the targets of doors that are not on the list yet; repeated, it writes what is missing."""
    storage.add_many((target_of(round_id, door, at, by) for door in doors), cause)


def target_of(round_id: str, door: AddedDoor, at: datetime, by: str):
    """Return the target that a door is, with its fact."""
    return targets.add(
        id=door.target_id,
        grid_id=door.grid_id,
        round_id=round_id,
        dwelling_id=door.dwelling_id,
        origin=door.origin,
        role=door.role,
        household_id=door.household_id,
        expected_person_ids=door.expected_person_ids,
        follow_up_of=door.follow_up_of,
        at=at,
        by=by,
    )


def must_note_reopened(storage: CensusRounds, round: Stored[CensusRound], cause: Cause) -> None:
    """Move the round's version before a door of it is reopened, so that no closing overlooks the door."""
    storage.save(round, *rounds.note_reopened(round.state), cause)
