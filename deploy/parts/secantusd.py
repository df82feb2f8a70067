"""The embedded database's own program, with one thing mended: it reads a collection's index definitions once for a batch of writes.

As it comes, it reads and decodes all of them three times for each document that is inserted and a dozen times for each that is
changed, which was two fifths of what an import of residents cost. While it writes a batch it holds the collection's lock, under which
nobody else can create or drop an index, so what it read at the batch's beginning is true until its end.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from secantus import cli
from secantus.storage import Storage

_read_definitions = Storage._iter_indexes
_write_batch = Storage._batch_transaction
Definitions = list[tuple[str, dict[str, Any], dict[str, Any]]]


@contextmanager
def _batch_transaction(self, **options: Any) -> Iterator[Any]:
    # By thread, because each connection has its own; a batch within a batch reads anew.
    outer = getattr(self._tls, "definitions", None)
    self._tls.definitions = {}
    try:
        with _write_batch(self, **options) as session:
            yield session
    finally:
        self._tls.definitions = outer


def _iter_indexes(self, db: str, coll: str) -> Definitions:
    known = getattr(self._tls, "definitions", None)
    if known is None:
        return list(_read_definitions(self, db, coll))
    if (db, coll) not in known:
        known[db, coll] = list(_read_definitions(self, db, coll))
    return known[db, coll]


def mend() -> None:
    """Let every storage of this process read index definitions once for a batch."""
    Storage._batch_transaction = _batch_transaction
    Storage._iter_indexes = _iter_indexes


if __name__ == "__main__":
    mend()
    sys.exit(cli.main())
