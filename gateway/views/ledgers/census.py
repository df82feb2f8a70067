"""The ledger of the census: every door of a round, with or without an outcome."""

from __future__ import annotations

from typing import Any

from gateway.views.read_models import Put, ReadModel, Row, on, with_grid
from services.common.events.registry import (
    CensusNoAnswer,
    CensusRoundCancelled,
    CensusRoundClosed,
    CensusRoundOpened,
    CensusRoundReopened,
    CensusSoftContactPlanned,
    CensusTargetAdded,
    CensusTargetAttempted,
    CensusTargetEscalated,
    CensusTargetExempted,
    CensusTargetReopened,
    CensusTargetResolved,
)
from services.common.store import Index, Scope


class Rounds(ReadModel):
    """Sweep rounds, open, closed and cancelled."""

    collection = "view_rounds"
    indexes = (Index("state"), Index("closed_on"))

    def cancelled(self) -> list[str]:
        """Return the rounds that two persons cancelled: nothing is owed at their doors any more."""
        rows = self.every({"state": "CANCELLED"}, Scope.everything("a round is cancelled as a whole"), ("state",))
        return [row["_id"] for row in rows]


class Doors(ReadModel):
    """Doors on a round's list; open until there is an outcome (U1)."""

    collection, area = "view_doors", "grid_id"
    indexes = (Index("open", "added_on"), Index("round_id", "open"), Index("dwelling_id"))

    def totals(self, scope: Scope, cancelled: list[str]) -> dict[str, Any]:
        """Return how many doors there are in rounds that were not cancelled, and how many have which end."""
        counted = {"round_id": {"$nin": cancelled}} if cancelled else {}
        states = {state: self.count({"state": state, **counted}, scope) for state in ("PENDING", "ATTEMPTED", "ESCALATED", "RESOLVED", "EXEMPT")}
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


@on(CensusRoundReopened)
def round_reopened(event):
    """Note that a sweep is taken up again; until it closes anew it counts for no year."""
    yield Put(Rounds, event.data.round_id, {"state": "REOPENED", "reopened_on": event.effective_on, "closed_on": None})


@on(CensusRoundCancelled)
def round_cancelled(event):
    """Note that a sweep was cancelled, and what it had reached."""
    round = event.data
    fields = {"doors": round.doors, "resolved": round.resolved, "exempted": round.exempted, "cancel_reason": round.reason}
    yield Put(Rounds, round.round_id, {**fields, "state": "CANCELLED", "cancelled_on": event.effective_on, "closed_on": None})


@on(CensusTargetAdded)
def door_added(event):
    """Note that a door is owed an outcome."""
    door = event.data
    fields = {"round_id": door.round_id, "dwelling_id": door.dwelling_id, "origin": door.origin, "added_on": event.effective_on}
    yield Put(Doors, door.target_id, with_grid(event, **fields, state="PENDING", open=True, attempts=0))


@on(CensusNoAnswer, CensusTargetAttempted)
def door_tried(event):
    """Note one more knock that led to no outcome, because nobody opened or for another reason."""
    door = event.data
    # Before it said how many there were in all, a fact counted those that nobody answered.
    knocks = door.knocks or door.attempts
    result = door.result if isinstance(door, CensusTargetAttempted) else "NO_ANSWER"
    fields = {"round_id": door.round_id, "dwelling_id": door.dwelling_id, "attempts": knocks, "last_result": result, "last_tried_on": event.effective_on}
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


@on(CensusTargetEscalated)
def door_escalated(event):
    """Note on whose list by name a door is that was tried in vain (REG-11)."""
    door = event.data
    fields = {"round_id": door.round_id, "dwelling_id": door.dwelling_id, "escalated_to": door.to_staff_id, "escalated_on": event.effective_on}
    yield Put(Doors, door.target_id, with_grid(event, **fields, state="ESCALATED", open=True))


@on(CensusTargetReopened)
def door_reopened(event):
    """Note that a door's outcome did not hold: it is owed anew (REG-18)."""
    door = event.data
    fields = {"round_id": door.round_id, "dwelling_id": door.dwelling_id, "reopen_reason": door.reason, "reopened_on": event.effective_on}
    gone = {"outcome": None, "resolved_on": None, "exempt_code": None, "escalated_to": None, "covers": 0}
    yield Put(Doors, door.target_id, with_grid(event, **fields, **gone, state="PENDING", open=True))


@on(CensusSoftContactPlanned)
def soft_contact_planned(event):
    """Note when who refused is approached again (REG-13)."""
    door = event.data
    fields = {"round_id": door.round_id, "dwelling_id": door.dwelling_id, "soft_contact_on": door.first_on}
    yield Put(Doors, door.target_id, with_grid(event, **fields))


def gaps_filter(cancelled: list[str], **wanted: Any) -> Row:
    """Return the filter for doors without an outcome, but for those of cancelled rounds."""
    named = {name: value for name, value in wanted.items() if value is not None}
    if named.get("round_id") in cancelled:
        return {"open": None}
    return {"open": True, **({"round_id": {"$nin": cancelled}} if cancelled else {}), **named}
