"""The ledger of visits: what is owed to whom, since when, and whose it is."""

from __future__ import annotations

from typing import Any

from gateway.views.read_models import Put, ReadModel, Row, on, with_grid
from services.common.events.outreach import (
    ObligationDue,
    ObligationEscalated,
    ObligationEscalationRepeated,
    ObligationExcused,
    ObligationMet,
    ObligationMonthMissed,
    ObligationOpened,
    ObligationOverdue,
    ObligationPeriodMissed,
    ObligationReopened,
    ObligationRescheduled,
    ObligationResumed,
    ObligationVoided,
)
from services.common.store import Index, Scope

LATE = ("DUE", "OVERDUE", "ESCALATED")
"""States in which an owed visit is a gap; before, it is only to come."""


class Obligations(ReadModel):
    """Visits that are or were owed; time makes them late and never removes them (U2)."""

    collection, area = "view_obligations", "grid_id"
    indexes = (Index("open", "state"), Index("open", "due_on"), Index("person_id", "open"), Index("escalated_to", "open"), Index("raised_to", "open"), Index("assigned_to", "open"))

    def totals(self, scope: Scope) -> dict[str, Any]:
        """Return how many visits are owed now, how late, and how many were made."""
        states = {state: self.count({"open": True, "state": state}, scope) for state in ("OPEN", *LATE)}
        closed = self.count({"open": False, "state": {"$in": ["MET", "MET_LATE"]}}, scope)
        total = sum(states.values()) + closed
        return {
            "ledger": "visits",
            "total": total,
            "closed": closed,
            "gaps": sum(states[state] for state in LATE),
            "upcoming": states["OPEN"],
            "due": states["DUE"],
            "overdue": states["OVERDUE"],
            "escalated": states["ESCALATED"],
            "progress": _share(closed, closed + sum(states[state] for state in LATE)),
        }


@on(ObligationOpened)
def obligation_opened(event):
    """Note that a visit is owed from now on."""
    owed = event.data
    fields = {name: getattr(owed, name) for name in ("person_id", "kind", "due_on", "overdue_on", "hard_on", "tier", "due_at", "assigned_to")}
    fields |= {"state": "OPEN", "open": True, "missed_periods": 0, "escalated_to": None, "opened_on": event.effective_on}
    yield Put(Obligations, owed.obligation_id, with_grid(event, **fields))


@on(ObligationRescheduled)
def obligation_rescheduled(event):
    """Note the new dates."""
    fields = {name: getattr(event.data, name) for name in ("due_on", "overdue_on", "hard_on", "tier")}
    if event.data.due_at:
        fields["due_at"] = event.data.due_at
    yield Put(Obligations, event.data.obligation_id, with_grid(event, **fields))


@on(ObligationDue)
def obligation_due(event):
    """Note that the day has come."""
    yield Put(Obligations, event.data.obligation_id, with_grid(event, state="DUE"))


@on(ObligationOverdue)
def obligation_overdue(event):
    """Note that the grace is over."""
    fields = {"state": "OVERDUE", "missed_periods": event.data.missed_periods, "overdue_since": event.effective_on}
    yield Put(Obligations, event.data.obligation_id, with_grid(event, **fields))


@on(ObligationPeriodMissed)
def obligation_period_missed(event):
    """Note one more interval without a visit."""
    yield Put(Obligations, event.data.obligation_id, with_grid(event, missed_periods=event.data.missed_periods))


@on(ObligationEscalated)
def obligation_escalated(event):
    """Note on whose list it is by name."""
    owed = event.data
    fields = {"state": "ESCALATED", "escalated_to": owed.to_staff_id, "missed_periods": owed.missed_periods, "escalated_on": event.effective_on}
    yield Put(Obligations, owed.obligation_id, with_grid(event, **fields))


@on(ObligationEscalationRepeated)
def obligation_escalated_again(event):
    """Note who above the lead has heard of it."""
    owed = event.data
    fields = {"raised_to": owed.to_staff_id, "weeks_escalated": owed.weeks, "missed_periods": owed.missed_periods}
    yield Put(Obligations, owed.obligation_id, with_grid(event, **fields))


@on(ObligationMonthMissed)
def obligation_month_missed(event):
    """Note the latest calendar month without a contact (OUT-9)."""
    yield Put(Obligations, event.data.obligation_id, with_grid(event, last_month_missed=event.data.month))


@on(ObligationExcused)
def obligation_excused(event):
    """Note that it rests, and until when; it is still owed."""
    yield Put(Obligations, event.data.obligation_id, with_grid(event, state="EXCUSED", excused_code=event.data.code, excused_until=event.data.until))


@on(ObligationResumed)
def obligation_resumed(event):
    """Note that it is owed again, from a new day."""
    fields = {name: getattr(event.data, name) for name in ("due_on", "overdue_on", "hard_on", "tier")}
    fields |= {"state": "OPEN", "excused_code": None, "excused_until": None, "escalated_to": None, "raised_to": None}
    yield Put(Obligations, event.data.obligation_id, with_grid(event, **fields))


@on(ObligationReopened)
def obligation_reopened(event):
    """Note that the visit that met it did not happen."""
    yield Put(Obligations, event.data.obligation_id, with_grid(event, state="OPEN", open=True, met_on=None, visit_id=None))


@on(ObligationMet)
def obligation_met(event):
    """Note the visit by which it was met."""
    owed = event.data
    fields = {"state": "MET_LATE" if owed.late else "MET", "open": False, "met_on": owed.met_on, "visit_id": owed.visit_id}
    yield Put(Obligations, owed.obligation_id, with_grid(event, **fields, missed_periods=owed.missed_periods))


@on(ObligationVoided)
def obligation_voided(event):
    """Note that it is owed no longer."""
    yield Put(Obligations, event.data.obligation_id, with_grid(event, state="VOID", open=False, reason=event.data.reason))


def gaps_filter(upcoming: bool, **wanted: Any) -> Row:
    """Return the filter for owed visits that are gaps, or for all that are owed."""
    states: Row = {} if upcoming else {"state": {"$in": list(LATE)}}
    return {"open": True, **states, **{name: value for name, value in wanted.items() if value is not None}}


def lists_of(staff_id: str, person_ids: list[str]) -> list[Row]:
    """Return what makes an owed visit a worker's: the person is theirs, or it was given, escalated or raised to them."""
    return [{"person_id": {"$in": person_ids}}, {"escalated_to": staff_id}, {"raised_to": staff_id}, {"assigned_to": staff_id}]


def responsible(obligation: Row, pairings: list[Row], grid: Row | None) -> str | None:
    """Return whose a gap is: the supervisor it went to, the person's primary worker, any other worker, the grid's lead."""
    active = sorted((row for row in pairings if row["person_id"] == obligation["person_id"]), key=lambda row: (row["role"] != "PRIMARY", row["_id"]))
    paired = (active[0].get("covered_by") or active[0]["staff_id"]) if active else None
    return obligation.get("escalated_to") or obligation.get("assigned_to") or paired or (grid or {}).get("lead_staff_id")


def _share(part: int, whole: int) -> float | None:
    return int(part / whole * 10_000) / 10_000 if whole else None
