"""Who read or wrote what, and for which purpose: a chain of records that cannot be changed unnoticed (P11).

Each process writes a chain of its own, so that no two wait for one another: every record carries a keyed hash of
itself and of the record before it, and a chain's first record names the head of the chain before. Requests wait
until their record is written; records of the same moment are written together. No values stand in it.
"""

from __future__ import annotations

import hashlib
import hmac
import queue
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import msgspec

from services.common.errors import Unavailable
from services.common.ids import new_id
from services.common.telemetry import log

BATCH = 200
WAIT_SECONDS = 7
LOG_HEAD_EVERY = 1000


@dataclass
class Entry:
    """One access: who did what to which objects, and how it ended."""

    actor: str
    roles: tuple[str, ...]
    purpose: str
    action: str
    objects: tuple[str, ...]
    status: int
    correlation: str
    at: datetime
    written: threading.Event = field(default_factory=threading.Event)
    failed: bool = False


class AuditTrail:
    """The audit records of one service, as one process adds to them."""

    def __init__(self, db, key: bytes):
        self._records = db["audit"]
        self._key = key
        self._chain = new_id()
        self._number = 0
        self._head = ""
        self._entries: queue.Queue[Entry] = queue.Queue()
        self._starting = threading.Lock()
        self._writer: threading.Thread | None = None

    def record(self, entry: Entry, within: float = WAIT_SECONDS) -> None:
        """Return when the record is safe; raise Unavailable if it cannot be made, so that nothing is read unrecorded."""
        with self._starting:
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, daemon=True, name="audit")
                self._writer.start()
        self._entries.put(entry)
        if not entry.written.wait(within) or entry.failed:
            raise Unavailable()

    def _write(self) -> None:
        while True:
            batch = [self._entries.get()]
            while len(batch) < BATCH and not self._entries.empty():
                batch.append(self._entries.get())
            try:
                self._append(batch)
            except Exception as error:
                # Nobody knows what of the batch was written, so it gets no successor: a new chain starts and says so.
                # The writer goes on whatever it was, because without it no request would be answered any more.
                log.warning("audit.not_written", reason=type(error).__name__)
                self._chain, self._number, self._head = new_id(), 0, ""
                for entry in batch:
                    entry.failed = True
            for entry in batch:
                entry.written.set()

    def _append(self, batch: list[Entry]) -> None:
        number, head = self._number, self._head
        if number == 0:
            last = self._records.find_one(sort=[("_id", -1)])
            head = last["hash"] if last else ""
        documents = []
        for entry in batch:
            number += 1
            document = {
                "_id": f"{self._chain}/{number:012d}",
                "previous": head,
                "at": entry.at.astimezone(UTC).isoformat(),
                "actor": entry.actor,
                "roles": sorted(entry.roles),
                "purpose": entry.purpose,
                "action": entry.action,
                "objects": list(entry.objects),
                "status": entry.status,
                "correlation": entry.correlation,
            }
            document["hash"] = head = digest(self._key, document)
            documents.append(document)
        self._records.insert_many(documents)
        if number // LOG_HEAD_EVERY != self._number // LOG_HEAD_EVERY or self._number == 0:
            # The head in the logs, which lie elsewhere, is what shows that the end of a chain was cut off.
            log.info("audit.head", chain=self._chain, number=number, hash=head)
        self._number, self._head = number, head


def digest(key: bytes, document: dict[str, Any]) -> str:
    """Return the keyed hash of a record with all that it says."""
    content = msgspec.json.encode({name: document[name] for name in sorted(document) if name != "hash"})
    return hmac.new(key, content, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Finding:
    """A place at which the trail was changed."""

    record: str
    fault: str


def verify(db, key: bytes, heads: dict[str, int] | None = None) -> tuple[int, list[Finding]]:
    """Return how many records there are and every place where one was changed, dropped, moved or cut off.

    `heads` are the last known number of each chain, as the logs tell them.
    """
    findings: list[Finding] = []
    hashes: set[str] = {""}
    # A process that started first may write first after another has, so a chain may follow one that sorts behind it.
    named: list[tuple[str, str]] = []
    chain, expected, head, count = "", 1, "", 0
    lengths: dict[str, int] = {}
    for document in db["audit"].find().sort("_id", 1):
        count += 1
        name, _, number = document["_id"].partition("/")
        if name != chain:
            chain, expected, head = name, 1, document["previous"]
            named.append((document["_id"], head))
        if int(number) != expected:
            findings.append(Finding(document["_id"], f"record {expected} of its chain is missing"))
        elif document["previous"] != head:
            findings.append(Finding(document["_id"], "does not follow the record before it"))
        if digest(key, document) != document["hash"]:
            findings.append(Finding(document["_id"], "was changed"))
        expected, head = int(number) + 1, document["hash"]
        lengths[chain] = int(number)
        hashes.add(head)
    findings += [Finding(record, "names a head that is not there") for record, head in named if head not in hashes]
    for name, number in (heads or {}).items():
        if lengths.get(name, 0) < number:
            findings.append(Finding(f"{name}/{number:012d}", "was cut off"))
    return count, findings
