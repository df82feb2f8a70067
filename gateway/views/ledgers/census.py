"""The ledger of the census: every door of a round, with or without an outcome."""

from __future__ import annotations

from typing import Any

from gateway.views.read_models import Put, ReadModel, Row, on, with_grid
from services.common.events.registry import (
    CensusNoAnswer,
    CensusRoundClosed,
    CensusRoundOpened,
    CensusTargetAdded,
    CensusTargetExempted,
    CensusTargetResolved,
)
from services.common.store import Index, Scope


class Rounds(ReadModel):
    """Sweep rounds, open and closed."""

    collection = "view_rounds"
    indexes = (Index("state"), Index("closed_on"))


class Doors(ReadModel):
    """Doors on a round's list; open until there is an outcome (U1)."""

    collection, area = "view_doors", "grid_id"
    indexes = (Index("open", "added_on"), Index("round_id", "open"), Index("dwelling_id"))

    def totals(self, scope: Scope) -> dict[str, Any]:
        """Return how many doors there are, and how many have which end."""
        states = {state: self.count({"state": state}, scope) for state in ("PENDING", "ATTEMPTED", "ESCALATED", "RESOLVED", "EXEMPT")}
        gaps = states["PENDING"] + states["ATTEMPTED"] + states["ESCALATED"]
        total = sum(states.values())
        return {
            "ledger": "census",
            "total": total,
            "closed": states["RESOLVED"],
            "exempt": states["EXEMPT"],
            "gaps": gaps,
            "escalated": states["ESCALATED"],
            "progress": int(states["RESOLVED"] / total * 10_000) / 10_000 if total else None,
        }


@on(CensusRoundOpened)
def round_opened(event):
    """Note that a sweep began."""
    round = event.data
    fields = {"opens_on": round.opens_on, "due_on": round.due_on, "doors": round.doors}
    yield Put(Rounds, round.round_id, {**fields, "state": "OPEN", "opened_on": event.effective_on, "closed_on": None})


@on(CensusRoundClosed)
def round_closed(event):
    """Note what a sweep reached."""
    round = event.data
    names = ("doors", "resolved", "exempted", "interviewed", "persons_confirmed", "persons_expected")
    yield Put(Rounds, round.round_id, {**{name: getattr(round, name) for name in names}, "state": "CLOSED", "closed_on": event.effective_on})


@on(CensusTargetAdded)
def door_added(event):
    """Note that a door is owed an outcome."""
    door = event.data
    fields = {"round_id": door.round_id, "dwelling_id": door.dwelling_id, "origin": door.origin, "added_on": event.effective_on}
    yield Put(Doors, door.target_id, with_grid(event, **fields, state="PENDING", open=True, attempts=0))


@on(CensusNoAnswer)
def door_unanswered(event):
    """Note one more knock in vain."""
    door = event.data
    fields = {"round_id": door.round_id, "dwelling_id": door.dwelling_id, "attempts": door.attempts, "last_tried_on": event.effective_on}
    yield Put(Doors, door.target_id, with_grid(event, **fields, state="ESCALATED" if door.escalated else "ATTEMPTED", open=True))


@on(CensusTargetResolved)
def door_resolved(event):
    """Note a door's outcome."""
    door = event.data
    fields = {"round_id": door.round_id, "dwelling_id": door.dwelling_id, "outcome": door.outcome, "resolved_on": event.effective_on}
    yield Put(Doors, door.target_id, with_grid(event, **fields, covers=len(door.covers_person_ids), state="RESOLVED", open=False))


@on(CensusTargetExempted)
def door_exempted(event):
    """Note that two persons exempted a door, which is not coverage (REG-14, REG-16)."""
    door = event.data
    fields = {"round_id": door.round_id, "dwelling_id": door.dwelling_id, "exempt_code": door.code, "exempted_on": event.effective_on}
    yield Put(Doors, door.target_id, with_grid(event, **fields, state="EXEMPT", open=False))


def gaps_filter(**wanted: Any) -> Row:
    """Return the filter for doors without an outcome."""
    return {"open": True, **{name: value for name, value in wanted.items() if value is not None}}
