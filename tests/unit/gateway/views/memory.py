"""Read models in memory: the same puts with the same guard, without a database."""

from __future__ import annotations

from typing import Any

from gateway.views.read_models import Put, effects_of
from services.common.events import CloudEvent


class MemoryRows:
    """All rows of all read models, by collection and id."""

    def __init__(self):
        self.rows: dict[str, dict[str, dict[str, Any]]] = {}

    def apply(self, event: CloudEvent) -> None:
        for put in effects_of(event):
            self.put(put, event.sequence)

    def put(self, put: Put, sequence: int) -> None:
        row = self.rows.setdefault(put.model.collection, {}).setdefault(put.row_id, {"_id": put.row_id})
        if (_at(row, put.guard) or 0) >= sequence:
            return
        for path, value in put.change(sequence).items():
            *way, last = path.split(".")
            place = row
            for step in way:
                place = place.setdefault(step, {})
            place[last] = value

    def of(self, model) -> dict[str, dict[str, Any]]:
        return self.rows.get(model.collection, {})


def _at(row: dict[str, Any], path: str) -> Any:
    for step in path.split("."):
        row = (row or {}).get(step)
    return row
