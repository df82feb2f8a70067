"""Where imports are kept, and for a while the files that belong to them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from bson.binary import Binary

from services.common.store import Aggregates, Index, Scope, Stored
from services.registry.imports.domain import Import

CHUNK = 1 << 20
SHEET, ERRORS = "sheet", "errors"


class Imports(Aggregates[Import]):
    """What was handed in, and what came of it."""

    collection, aggregate, state = "imports", "import", Import
    indexes = (Index("asked_by", "_id"), Index("state", "_id"), Index("errors_until"))

    def waiting(self) -> list[Stored[Import]]:
        """Return the imports that are not finished, the oldest first."""
        filter = {"state": {"$in": ["RECEIVED", "RUNNING"]}}
        return self.find(filter, Scope.everything("every import is worked off"), sort="asked_at")


class ImportFiles:
    """Files in pieces, each encrypted with the service's key: they hold many people's data and belong to none of them."""

    collection = "import_files"

    def __init__(self, process):
        self._process = process
        self._pieces = process.db[self.collection]

    def prepare(self) -> None:
        """Create the index by which files are read and deleted."""
        self._pieces.create_index([("import_id", 1), ("part", 1), ("no", 1)])
        self._pieces.create_index("at")

    def put(self, import_id: str, part: str, content: bytes, at: datetime, first: int = 0) -> None:
        """Keep a file, or a further piece of one; kept again it is the same."""
        for start in range(0, max(len(content), 1), CHUNK):
            no = first + start // CHUNK
            id = f"{import_id}:{part}:{no}"
            sealed = Binary(self._process.service_key.seal(content[start : start + CHUNK], id))
            row = {"_id": id, "import_id": import_id, "part": part, "no": no, "at": at, "data": sealed}
            self._pieces.replace_one({"_id": id}, row, upsert=True)

    def pieces(self, import_id: str, part: str) -> Iterator[bytes]:
        """Give the pieces of a file in their order."""
        for row in self._pieces.find({"import_id": import_id, "part": part}).sort("no", 1):
            yield self._process.service_key.open(row["data"], row["_id"])

    def delete(self, import_id: str, *parts: str) -> None:
        """Delete files of an import, or all of them."""
        self._pieces.delete_many({"import_id": import_id, **({"part": {"$in": list(parts)}} if parts else {})})

    def forgotten(self, before: datetime) -> set[str]:
        """Return the imports of which there are old files."""
        return {row["import_id"] for row in self._pieces.find({"at": {"$lt": before}}, {"import_id": 1})}
