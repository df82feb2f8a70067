"""Where reminders are kept."""

from __future__ import annotations

from services.common.ids import id_from
from services.common.store import Aggregates, Index
from services.learning.reminders.domain import Due, Reminder


class Reminders(Aggregates[Reminder]):
    """One document for each delivery of which a member had to be reminded."""

    collection, aggregate, state = "reminders", "reminder", Reminder
    area = "branch_id"
    indexes = (Index("branch_id", "state"), Index("state"), Index("member_id", "state"))


def reminder_id(coverage_id: str, due: Due) -> str:
    """Return the id of the one reminder of a delivery."""
    return id_from("reminder", coverage_id, due.kind, due.since.isoformat())
