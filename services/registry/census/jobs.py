"""What the clock does for the census, and how the list of a large round is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause, Scope, Stored
from services.registry.census import listing
from services.registry.census.domain import rounds, targets
from services.registry.census.domain.rounds import CensusRound
from services.registry.census.domain.targets import TargetState
from services.registry.census.frame import Frames
from services.registry.census.storage import CensusRounds, CensusTargets

WHOLE_ROUND = Scope.everything("a list is written as a whole")
STEP = 2000
_grown_on: dict[tuple[str, str], date] = {}


def release_reservations(process: Process, now: datetime) -> None:
    """Give back the doors that were kept longer than agreed."""
    storage, today = process.storage(CensusTargets), business_date(now)
    lapsed = {"state": TargetState.RESERVED, "reserved_until": {"$lt": today.isoformat()}}
    for target in storage.each(lapsed, Scope.everything("lapsed reservations of all grids")):
        storage.save(target, *targets.release(target.state), Cause.of_job("census.release", target.id, now))


def grow_lists(process: Process, now: datetime) -> None:
    """Put on the lists of running rounds, once a day, the doors that were registered since, and those of new elders (REG-15)."""
    today = business_date(now)
    for round in process.storage(CensusRounds).running():
        if _grown_on.get((process.db.name, round.id)) != today:
            cause = Cause.of_job("census.grow", round.id, now)
            new = process.storage(Frames).grown(round.state, today)
            listing.announce(process.storage(CensusRounds), round, new, cause)
            listing.write(process.storage(CensusTargets), round.id, [*round.state.added, *new], at=now, by="system", cause=cause)
            _grown_on[process.db.name, round.id] = today


def open_large_rounds(process: Process, now: datetime, going_on: Callable[[], bool]) -> None:
    """Write the lists of large rounds and open them; stopped at any point, it goes on where it was."""
    for round in process.storage(CensusRounds).being_opened():
        try:
            _open(process, round, now, going_on)
        except StaleVersion:
            # Somebody cancelled it, or another process opens it too; the next look finds out.
            continue


def _open(process: Process, round: Stored[CensusRound], now: datetime, going_on: Callable[[], bool]) -> None:
    storage, opening = process.storage(CensusRounds), round.state.opening
    assert opening is not None and round.state.frame_taken_at is not None
    at, by = round.state.frame_taken_at, opening.asked_by
    cause = Cause(f"census.open:{round.id}", round.id, at, by, "staff", round.id)
    doors = process.storage(Frames).taken(round.state, at)
    for start in range(0, len(doors), STEP):
        if not going_on():
            return
        step = doors[start : start + STEP]
        listing.write(process.storage(CensusTargets), round.id, step, at=at, by=by, cause=cause)
        moved = rounds.progress(round.state, done=start + len(step), total=len(doors))
        round = storage.save(round, *moved, cause.part(f"progress:{start + len(step)}:{round.version}"))
    listed = process.storage(CensusTargets).count({"round_id": round.id}, WHOLE_ROUND)
    if not listed:
        storage.save(round, *rounds.give_up_opening(round.state), cause.part(f"given up:{round.version}"))
        return
    opened = rounds.open_round(round.state, frame_doors=listed, at=at, today=business_date(now), by=by)
    storage.save(round, *opened, cause.part("opened"))
