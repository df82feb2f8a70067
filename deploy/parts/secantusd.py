"""The embedded database's own program, with one thing mended: it reads a collection's index definitions once for a batch of writes.

As it comes, it reads and decodes all of them three times for each document that is inserted and four times for each that is
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

_read_options = Storage._index_options_map
_write_batch = Storage._batch_transaction


@contextmanager
def _batch_transaction(self, **options: Any) -> Iterator[Any]:
    # By thread, because each connection has its own; a batch within a batch reads anew.
    outer = getattr(self._tls, "index_options", None)
    self._tls.index_options = {}
    try:
        with _write_batch(self, **options) as session:
            yield session
    finally:
        self._tls.index_options = outer


def _index_options_map(self, db: str, coll: str) -> dict[str, dict[str, Any]]:
    known = getattr(self._tls, "index_options", None)
    if known is None:
        return _read_options(self, db, coll)
    if (db, coll) not in known:
        known[db, coll] = _read_options(self, db, coll)
    return known[db, coll]


def mend() -> None:
    """Let every storage of this process read index definitions once for a batch."""
    Storage._batch_transaction = _batch_transaction
    Storage._index_options_map = _index_options_map


if __name__ == "__main__":
    mend()
    sys.exit(cli.main())
