"""Tells the relay of the same machine that a fact waits, so that it need not look all the time.

A ring may be lost: the relay looks by itself every few seconds, and on a MongoDB that runs elsewhere a change stream wakes it too.
The embedded database has none: there each stream costs as much for every write as the write itself.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from services.common.telemetry import log

LONGEST = 200
EVERYWHERE = "*"
"""Rung by a service that starts: whoever died before it may have kept a fact and not rung."""
UNPUBLISHED = "/unpublished"
"""Where a worker says in simulated time in how many collections facts wait that it kept itself."""
LOOK_SECONDS = 0.5


class Doorbell:
    """One service's way to its relay: a datagram with the name of the collection that has something to publish."""

    def __init__(self, host: str, port: int):
        self._address = (host, port)
        self.rung = {EVERYWHERE}
        """Where this process kept facts since somebody last saw that none wait there; everywhere, as far as a new one knows."""

    def ring(self, collection: str) -> None:
        """Say that a collection has facts to publish; nobody waits for an answer."""
        self.rung.add(collection)
        with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
            bell.sendto(collection.encode(), self._address)

    def listen(self, heard: Callable[[str], None], stopped: threading.Event) -> None:
        """Pass on every ring until stopped."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
            try:
                listener.bind(self._address)
            except OSError as error:
                log.warning("doorbell.silent", reason=type(error).__name__, note="the relay looks by itself every few seconds")
                return
            listener.settimeout(LOOK_SECONDS)
            while not stopped.is_set():
                with suppress(TimeoutError):
                    heard(listener.recv(LONGEST).decode(errors="replace"))


def unpublished(process) -> int:
    """Return in how many collections facts wait that this process kept; one that was seen without is looked at again once it keeps more."""
    rung, waiting = process.doorbell.rung, 0
    for name in [storage.collection for storage in process.service.storages if hasattr(storage, "aggregate")]:
        if name in rung or EVERYWHERE in rung:
            # Forgotten before the look, so that what is kept meanwhile is not.
            rung.discard(name)
            if process.db[name].find_one({"pending": {"$gt": 0}}, {"_id": 1}) is not None:
                rung.add(name)
                waiting += 1
    rung.discard(EVERYWHERE)
    return waiting
