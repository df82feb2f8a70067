"""Gives every fact its effect on the read models, and makes way for a rebuild."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from pymongo.errors import AutoReconnect

from gateway.views.freshness import Freshness
from gateway.views.read_models import effects_of, erasures_of
from services.common.events import CATALOGUE, CloudEvent
from services.common.inbox import subscribe
from services.common.nameko import Storage

LOOK_SECONDS = 1.0
LONGEST_REBUILD = timedelta(minutes=2)


class BeingRebuilt(AutoReconnect):
    """The read models are away for a moment; to the inbox this is what an absent database is: it waits, and looks again."""


class Projector:
    """Applies facts to all read models of this process."""

    def __init__(self, process):
        self._storage = process.storage
        self._freshness = process.storage(Freshness)
        self._state = process.db["view_state"]
        self._looked, self._closed = 0.0, False

    def prepare(self) -> None:
        """Need nothing beyond the read models."""

    def apply(self, event: CloudEvent) -> None:
        """Give a fact its effect on every read model that it concerns."""
        if self._is_closed():
            raise BeingRebuilt("the read models are being rebuilt")
        for put in effects_of(event):
            self._storage(put.model).put(put, event)
        for erase in erasures_of(event):
            self._storage(erase.model).erase(erase)
        self._freshness.remember(event)

    def close(self) -> None:
        """Let no fact take effect, in any process, until `open` or until a rebuild that died has been forgotten."""
        until = datetime.now(UTC) + LONGEST_REBUILD
        self._state.update_one({"_id": "rebuild"}, {"$set": {"until": until}}, upsert=True)

    def open(self) -> None:
        """Let facts take effect again."""
        self._state.delete_one({"_id": "rebuild"})

    def _is_closed(self) -> bool:
        if time.monotonic() - self._looked > LOOK_SECONDS:
            row = self._state.find_one({"_id": "rebuild"})
            self._closed = row is not None and row["until"] > datetime.now(UTC)
            self._looked = time.monotonic()
        return self._closed


class ViewSubscriptions:
    """The gateway follows every fact; what one does to the rows stands beside the view that shows it."""

    projector = Storage(Projector)

    def on_any_fact(self, event):
        """Apply a fact to the read models."""
        self.projector.apply(event)

    for _kind in CATALOGUE.values():
        on_any_fact = subscribe(_kind.cls)(on_any_fact)
    del _kind
