"""The relay: publishes the facts that lie in the aggregates' outboxes, then keeps them in the service's log.

A plain loop outside eventlet. After any error it throws its connection away and starts again from the database,
so a fact may be published twice, and is never lost.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
from pymongo import UpdateMany, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, PyMongoError

from services.common import failpoints
from services.common.broker import Outgoing, Publisher, inbox_queue, replay_queue
from services.common.database import is_embedded
from services.common.doorbell import EVERYWHERE
from services.common.events.base import CATALOGUE, CONTENT_TYPE
from services.common.events.followers import FOLLOWERS
from services.common.ids import new_id
from services.common.process import Process
from services.common.store import batches
from services.common.telemetry import OUTBOX_AGE, OUTBOX_DEPTH, PUBLISHED, RELAY_ERRORS, log, where

BATCH = 500
"""How many aggregates' facts are published, logged and cleared together."""
AMONG = 100
"""How many are cleared by one statement."""
LEAST = 10
"""How few after failures: a database so busy that a batch outlasts its deadline would otherwise be asked for the same for ever."""
ROUND = 10 * BATCH
"""How many one search finds; the embedded database reads all that is pending for each."""
IDLE_SECONDS = 1.0
"""How often it asks the broker for requests for facts, and whether it is its turn."""
FULL_LOOK_SECONDS = 5.0
"""How often it looks into every collection though nobody rang: a ring may be lost, and each look costs a search for each."""
GIVES_WAY = 3
"""How many times as long as a batch took it rests after one, while somebody waits for a large piece of work."""
LEASE_SECONDS = 6
CAUGHT_UP = 1000
LONGEST_WAIT = 30 * 24 * 60 * 60 * 1000
"""Milliseconds: when it is close enough to now, and how far back it begins where one search for all took too long."""
HAS_FACTS = [{"$match": {"$or": [{"fullDocument.pending": {"$exists": True}}, {"updateDescription.updatedFields.pending": {"$exists": True}}]}}]


class ReplayRequested(msgspec.Struct, kw_only=True):
    """A follower asks for facts from the log: of one subject after a sequence, or all of them."""

    to: str
    """The queue that gets them."""
    subject: str | None = None
    after: int = 0
    parked: bool = True
    """Whether facts that are parked there shall be tried again: a broker that lost its disk lost the parked messages too."""


class Lease:
    """Makes one process at a time do a thing, by the database's clock; two at once would cost work, never truth."""

    def __init__(self, db, name: str):
        self._database, self._leases, self._name, self._holder = db, db["leases"], name, new_id()

    def held(self) -> bool:
        """Take or renew the lease; say whether it is ours."""
        now = self._database.command("hello")["localTime"]
        free = {"_id": self._name, "$or": [{"holder": self._holder}, {"until": {"$lt": now}}]}
        ours = {"$set": {"holder": self._holder, "until": now + timedelta(seconds=LEASE_SECONDS)}}
        try:
            self._leases.update_one(free, ours, upsert=True)
        except DuplicateKeyError:
            return False
        return True

    def release(self) -> None:
        """Let the next process have it at once."""
        self._leases.delete_one({"_id": self._name, "holder": self._holder})


class Stretch:
    """Up to when a collection's outboxes are looked through by one search, while many wait.

    The embedded database reads and sorts all that a search finds: each 5,000 of the 100,000 facts of an import would cost it
    reading all that are left.
    """

    def __init__(self) -> None:
        self._until: int | None = None
        self._length = 0

    @property
    def filter(self) -> dict[str, int]:
        """Return when what is looked for began to wait."""
        return {"$gt": 0} if self._until is None else {"$gt": 0, "$lte": self._until}

    def leaves_more(self, found: int, first: int, last: int) -> bool:
        """Take in what a search found, from the first to the last; say whether there may be more, for the next one to look for."""
        now = int(time.time() * 1000)
        if found >= ROUND:
            # As long as what was just found reached, because about as many will wait in the time after it.
            self._length = max(1, last - first)
            self._until = last + self._length
        elif self._until is not None and self._until < now - CAUGHT_UP:
            self._length *= 1 if found > ROUND // 2 else 2
            self._until += self._length or (now - self._until) // 2
        else:
            self._until, self._length = None, 0
        return self._until is not None

    def failed(self) -> None:
        """Look for less: from long ago on halfway to now, and again half of the rest, until some are found."""
        if self._until is None:
            self._until = int(time.time() * 1000) - LONGEST_WAIT
        self._length //= 2
        self._until -= self._length


class Relay:
    """Publishes one service's pending facts until it is stopped."""

    def __init__(self, process: Process):
        self._process = process
        self._publisher = Publisher(process.settings.amqp_uri, process.settings.ladder)
        self._collections = [process.db[storage.collection] for storage in process.service.storages if hasattr(storage, "aggregate")]
        self._publishes = any(kind.publisher == process.service.name for kind in CATALOGUE.values())
        self._log = process.db["events"]
        self._lease = Lease(process.db, "relay")
        self._awake = threading.Event()
        self._rung: deque[str] = deque()
        self._stretches: dict[str, Stretch] = defaultdict(Stretch)
        self._looked = self._looked_everywhere = 0.0
        self._stopped = threading.Event()
        self._renewed = 0.0
        self._held = False
        self._batch = BATCH
        self.connected = False

    def run(self) -> None:
        """Publish until stopped, through every fault of broker and database."""
        threading.Thread(target=self._process.doorbell.listen, args=(self.wake, self._stopped), daemon=True, name="doorbell").start()
        threading.Thread(target=self._watch, daemon=True, name="outbox-watch").start()
        failures = 0
        while not self._stopped.is_set():
            self._awake.clear()
            try:
                if self._mine():
                    self._look()
                    self._publisher.keep_alive()
                    self.connected, failures = True, 0
            except Exception as error:
                failures += 1
                self._batch = max(LEAST, self._batch // 4)
                self.connected, self._renewed, self._looked, self._looked_everywhere = False, 0.0, 0.0, 0.0
                self._publisher.drop()
                RELAY_ERRORS.labels(self._process.service.name).inc()
                log.warning("relay.failed", reason=where(error))
                self._stopped.wait(min(0.25 * 2**failures, 5))
                continue
            self._awake.wait(max(0.0, self._looked + IDLE_SECONDS - time.monotonic()) if self._held else IDLE_SECONDS)
        self._publisher.drop()
        try:
            self._lease.release()
        except PyMongoError as error:
            log.warning("relay.lease_not_released", reason=where(error))

    def _mine(self) -> bool:
        """Say whether it is this relay's turn, renewing the lease in time."""
        if time.monotonic() - self._renewed > LEASE_SECONDS / 3:
            self._held, self._renewed = self._lease.held(), time.monotonic()
        return self._held

    def stop(self) -> None:
        """Finish the facts in hand and end."""
        self._stopped.set()
        self._awake.set()

    def wake(self, collection: str) -> None:
        """Look into a collection now, or EVERYWHERE."""
        self._rung.append(collection)
        self._awake.set()

    def _look(self) -> None:
        """Publish from the collections that were heard of, now and then from all; every second serve whoever asks for facts."""
        rung = {self._rung.popleft() for _ in range(len(self._rung))}
        now = time.monotonic()
        if EVERYWHERE in rung or now - self._looked_everywhere >= FULL_LOOK_SECONDS:
            # Set before the search, which takes it back where it leaves something; what is new meanwhile rings.
            self._looked_everywhere = now
            self.publish_pending()
        elif rung:
            self.publish_pending([collection for collection in self._collections if collection.name in rung])
        if now - self._looked >= IDLE_SECONDS:
            # After one request there may be more; one look that finds none is the end.
            self._looked = 0.0 if self._serve_replays() else now

    def publish_pending(self, collections: list | None = None) -> int:
        """Publish the pending facts of some collections, or of all, oldest first; return how many."""
        published = depth = 0
        oldest = None
        for collection in self._collections if collections is None else collections:
            found, first, last = 0, 0, 0
            started = time.monotonic()
            for documents in self._pending(collection):
                found += len(documents)
                first, last = first or documents[0]["pending"], documents[-1]["pending"]
                published += self._publish(collection, documents)
                self._batch = min(BATCH, 2 * self._batch)
                if self._process.at_work.is_set():
                    self._stopped.wait(min(GIVES_WAY * (time.monotonic() - started), LEASE_SECONDS / 2))
                started = time.monotonic()
                if self._stopped.is_set() or not self._mine():
                    self._looked_everywhere = 0.0
                    return published
            depth, oldest = depth + found, min(oldest or first, first) if found else oldest
            if self._stretches[collection.name].leaves_more(found, first, last):
                self.wake(collection.name)
        OUTBOX_DEPTH.labels(self._process.service.name).set(depth)
        OUTBOX_AGE.labels(self._process.service.name).set(max(0.0, time.time() - oldest / 1000) if oldest else 0)
        return published

    def _pending(self, collection) -> Iterator[list]:
        """Give what waits in a collection, in batches, the oldest first."""
        stretch = self._stretches[collection.name]
        found = collection.find({"pending": stretch.filter}, {"outbox": 1, "pending": 1, "facts": 1}, batch_size=self._batch).sort("pending", 1).limit(ROUND)
        with found:
            waiting = batches(found, self._batch)
            try:
                documents = next(waiting, None)
            except PyMongoError as error:
                if error.timeout:
                    stretch.failed()
                raise
            while documents:
                yield documents
                documents = next(waiting, None)

    def _publish(self, collection, documents) -> int:
        entries = [(document["_id"], entry) for document in documents for entry in document["outbox"]]
        failpoints.reach("relay.before_publish")
        self._publisher.publish_all([_outgoing(entry) for _, entry in entries])
        failpoints.reach("relay.published")
        now = datetime.now(UTC)
        rows = [
            {"_id": entry["id"], "subject": f"{CATALOGUE[entry['name']].aggregate}/{id}", "published_at": now, **{k: entry[k] for k in ("name", "sequence", "at", "correlation", "body")}}
            for id, entry in entries
        ]
        try:
            if rows:
                self._log.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            # Rows that an earlier, interrupted round wrote are there already; anything else is a real failure.
            if error.details.get("writeConcernErrors") or any(failure["code"] != 11000 for failure in error.details["writeErrors"]):
                raise
        failpoints.reach("relay.logged")
        _clear(collection, documents)
        failpoints.reach("relay.cleared")
        PUBLISHED.labels(self._process.service.name).inc(len(entries))
        return len(entries)

    def _serve_replays(self) -> int:
        """Answer one follower's request for facts from the log."""
        channel = self._publisher.channel()
        if not self._publishes:
            return 0
        message = channel.basic_get(replay_queue(self._process.service.name), no_ack=False)
        if message is None:
            return 0
        try:
            request = msgspec.json.decode(message.body, type=ReplayRequested)
            if request.to not in map(inbox_queue, FOLLOWERS):
                raise ValueError
        except (msgspec.MsgspecError, TypeError, ValueError):
            # Nobody could ever be served with it, so it must not stand before the next one.
            log.warning("relay.replay_request_unreadable")
        else:
            count = self.replay(request)
            log.info("relay.replayed", to=request.to, subject=request.subject, facts=count)
        channel.basic_ack(message.delivery_tag)
        return 1

    def replay(self, request: ReplayRequested) -> int:
        """Send facts from the log straight to one queue, in their order."""
        query = {"subject": request.subject, "sequence": {"$gt": request.after}} if request.subject else {}
        order = [("subject", 1), ("sequence", 1)] if request.subject else [("published_at", 1), ("subject", 1), ("sequence", 1)]
        headers = {"x-replayed": True} if request.parked else {}
        count = 0
        for entries in batches(self._log.find(query, batch_size=BATCH).sort(order), BATCH):
            self._publisher.publish_all([Outgoing(bytes(entry["body"]), "", request.to, CONTENT_TYPE, headers, entry["_id"]) for entry in entries])
            count += len(entries)
        return count

    def _watch(self) -> None:
        """Wake the loop when the database changes; polling alone would find the same facts a little later."""
        while not self._stopped.is_set():
            try:
                if is_embedded(self._process.client):
                    return
                with self._process.db.watch(HAS_FACTS, max_await_time_ms=1000) as stream:
                    self.wake(EVERYWHERE)
                    while not self._stopped.is_set():
                        if (change := stream.try_next()) is not None:
                            self.wake(change["ns"]["coll"])
            except Exception as error:
                log.debug("relay.watch_failed", reason=where(error))
                self._stopped.wait(1)


def _outgoing(entry) -> Outgoing:
    return Outgoing(bytes(entry["body"]), CATALOGUE[entry["name"]].exchange, entry["name"], CONTENT_TYPE, {"x-correlation-id": entry.get("correlation", "")}, entry["id"])


def _clear(collection, documents) -> None:
    """Take the published facts out of their documents: whole outboxes where no fact has come since, else one by one."""
    # Those with equally many facts in one statement: the database syncs once for all of them.
    alike: dict[int, list[str]] = defaultdict(list)
    for document in documents:
        alike[document["facts"]].append(document["_id"])
    as_read = [
        UpdateMany({"_id": {"$in": some}, "facts": facts}, {"$set": {"outbox": []}, "$unset": {"pending": ""}})
        for facts, ids in alike.items()
        for some in batches(ids, AMONG)
    ]
    if collection.bulk_write(as_read, ordered=False).matched_count < len(documents):
        since = [
            UpdateOne({"_id": document["_id"], "facts": {"$gt": document["facts"]}}, {"$pull": {"outbox": {"id": {"$in": [entry["id"] for entry in document["outbox"]]}}}})
            for document in documents
        ]
        collection.bulk_write(since, ordered=False)
