"""The embedded MongoDB-compatible database, for trying out and tests; production sets MONGODB_URI to a replica set."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

from pymongo import MongoClient

from deploy.parts.part import NotReady, Part
from deploy.parts.ports import free_ports, require_free

PROGRAM = (sys.executable, "-P", str(Path(__file__).with_name("secantusd.py")))


class Database(Part):
    """A SecantusDB server that has every acknowledged write on the disk."""

    name = "database"

    def __init__(self, directory: Path | str, port: int | None = None):
        super().__init__(directory)
        self.port = port or free_ports(1)[0]

    def uri(self, name: str = "") -> str:
        return f"mongodb://127.0.0.1:{self.port}/{name}?retryWrites=false"

    def require_ports(self) -> None:
        require_free(self.port, "the database", "DATABASE_PORT")

    def probe(self) -> None:
        """Write and read back."""
        with MongoClient(self.uri(), serverSelectionTimeoutMS=1000, timeoutMS=3000, w="majority", journal=True) as client:
            client.admin.command("ping")
            probe = client["nuanxin_probe"]["probe"]
            probe.update_one({"_id": "probe"}, {"$inc": {"count": 1}}, upsert=True)
            if not probe.find_one({"_id": "probe"}):
                raise NotReady("The database lost a write.")

    def _launch(self) -> None:
        if importlib.util.find_spec("secantus") is None:
            raise NotReady("The embedded database is not installed: `make setup` installs it, or set MONGODB_URI to a database that runs.")
        # A small community never fills the cache; of a large one the indexes alone take half of it.
        # Without --sync-on-commit a kill loses acknowledged writes; as a replica set it would write everything twice, for change
        # streams that nobody reads here.
        options = ["--host", "127.0.0.1", "--port", str(self.port), "--storage-path", str(self.data), "--sync-on-commit", "--standalone"]
        self._spawn([*PROGRAM, *options, "--cache-size", "1G", "--log-level", "WARNING"], os.environ | {"HOME": str(self.directory)})
