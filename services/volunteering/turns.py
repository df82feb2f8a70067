"""Turns: commands that want the same document come one after another within this process.

What keeps them apart is the guarded write; taking turns only spares a rush its retries, so that the fiftieth of fifty who
want the last place hears that it is full and not that somebody else was faster again and again.
"""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

LANES = 64


class Turns:
    """A fixed number of lanes; commands for one id always share one."""

    def __init__(self):
        self._lanes = [threading.Lock() for _ in range(LANES)]

    @contextmanager
    def of(self, id: str) -> Iterator[None]:
        """Wait for the turn of this id, and hold it."""
        with self._lanes[zlib.crc32(id.encode()) % LANES]:
            yield
