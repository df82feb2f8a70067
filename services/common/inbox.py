"""The inbox: every fact that a service follows takes effect exactly once, in the order of its subject (P3, P5, P6).

One row per subject keeps the last sequence applied. A fact at or below it is a duplicate; the next one is handled;
a later one is held in the row until those before it have come, and asked for from its publisher's log if they do not.
A handler that fails is tried again along the retry ladder, then the message is parked with its reason. The broker's
message is acknowledged only when one of these outcomes is safe.
"""

from __future__ import annotations

import queue
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from pymongo.errors import AutoReconnect, DuplicateKeyError, ExecutionTimeout, NetworkTimeout, ServerSelectionTimeoutError

from services.common import failpoints
from services.common.broker import Publisher, connect, declare_topology, inbox_queue, parked_queue, replay_queue, retry_queue
from services.common.errors import Refusal, StaleVersion
from services.common.events.base import CONTENT_TYPE, CloudEvent, ContractViolation, Event, decode, type_of
from services.common.events.followers import FOLLOWERS, followed_by
from services.common.relay import ReplayRequested
from services.common.telemetry import INBOX, INBOX_IN_FLIGHT, INBOX_LAG, correlation, log, where

PREFETCH = 64
MAX_BODY = 256 * 1024
HELD_BEFORE_ASKING = timedelta(seconds=3)
COMES_BACK = timedelta(minutes=1)
"""How long after its step a fact on the ladder is waited for before its publisher is asked for it."""
DRAIN_SECONDS = 25
OWN = 0
"""The delivery tag of a fact that was held here: the broker's start at 1, and it waits for no word about this one."""
DATABASE_AWAY = (AutoReconnect, NetworkTimeout, ServerSelectionTimeoutError, ExecutionTimeout)

Handler = Callable[[CloudEvent], None]


@dataclass(frozen=True)
class Subscription:
    """A handler's wish for one event; `subscribe` puts it on the method."""

    event: type[Event]


def subscriptions_of(cls: type) -> dict[str, list[str]]:
    """Return the names of the handlers of a class by the name of their event."""
    found: dict[str, list[str]] = {}
    for name in dir(cls):
        for subscription in getattr(getattr(cls, name), "nuanxin_subscriptions", ()):
            found.setdefault(type_of(subscription.event).name, []).append(name)
    return found


class Parked(Exception):
    """A message that must not be tried again as it is."""

    def __init__(self, reason: str, subject: str = "", sequence: int = 0):
        super().__init__(reason)
        self.reason, self.subject, self.sequence = reason, subject, sequence


class Ledger:
    """What has taken effect here, one row per subject."""

    def __init__(self, db):
        self.rows = db["inbox"]

    def row(self, subject: str) -> dict[str, Any]:
        """Return the row of a subject; where there is none yet, nothing was applied."""
        return self.rows.find_one({"_id": subject}) or {"_id": subject, "applied": 0}

    def advance(self, subject: str, sequence: int) -> bool:
        """Count a fact as applied; say whether facts behind it may be held. Someone who did so at the same moment is no harm."""
        # Another process may have held or marked something since we read the row, so nothing that we read counts here.
        turn = {"_id": subject, "applied": sequence - 1}
        change = {"$set": {"applied": sequence}, "$unset": {"parked": "", "failing": "", f"held.{sequence}": ""}}
        if self._change({**turn, "held": {"$exists": False}}, change):
            return False
        self.rows.update_one(turn, change)
        return True

    def _change(self, match: dict[str, Any], change: dict[str, Any]) -> bool:
        """Change a row where it is as far as expected; a subject's first change makes its row."""
        try:
            result = self.rows.update_one(match, change, upsert=match["applied"] == 0)
        except DuplicateKeyError:
            return False
        return bool(result.matched_count or result.upserted_id)

    def hold(self, row: dict[str, Any], sequence: int, body: bytes) -> bool:
        """Keep a fact that came too early; False if the row moved on meanwhile."""
        change = {"$set": {f"held.{sequence}": body, "held_since": row.get("held_since") or datetime.now(UTC)}}
        return self._change({"_id": row["_id"], "applied": row["applied"]}, change)

    def nothing_held(self, subject: str) -> None:
        self.rows.update_one({"_id": subject, "held": {}}, {"$unset": {"held_since": "", "held": ""}})

    def failing(self, subject: str, sequence: int, until: datetime) -> None:
        """Note until when a fact is on its way up the ladder, so that nobody asks for it meanwhile."""
        self._change({"_id": subject, "applied": sequence - 1}, {"$set": {"failing": until}})

    def park(self, subject: str, sequence: int, reason: str) -> None:
        """Note that a fact is parked: copies of it change nothing until an operator replays it."""
        self._change({"_id": subject, "applied": sequence - 1}, {"$set": {"parked": {"sequence": sequence, "reason": reason}}})

    def skip(self, subject: str, sequence: int) -> bool:
        """Let the facts behind a discarded one go on; False if it was not this one's turn."""
        change = {"$set": {"applied": sequence}, "$unset": {"parked": "", "failing": "", f"held.{sequence}": ""}}
        return self._change({"_id": subject, "applied": sequence - 1}, change)

    def waiting(self) -> list[dict[str, Any]]:
        """Return subjects whose next fact has not come for a while and is neither climbing the ladder nor parked."""
        now = datetime.now(UTC)
        late = {"held_since": {"$lt": now - HELD_BEFORE_ASKING}, "parked": {"$exists": False}, "failing": {"$not": {"$gte": now}}}
        return list(self.rows.find(late).limit(100))

    def asked(self, subject: str) -> None:
        """Wait half a minute before asking again."""
        self.rows.update_one({"_id": subject, "held_since": {"$exists": True}}, {"$set": {"held_since": datetime.now(UTC) + timedelta(seconds=27)}})


class Inbox:
    """Consumes one service's inbox queue, under nameko or on plain threads: the lanes are whatever `threading` is."""

    def __init__(self, process, handlers: dict[str, list[Handler]]):
        self._process = process
        self._service = process.service.name
        self._handlers = handlers
        self._settings = process.settings
        self._ladder = process.settings.ladder
        self.ledger = Ledger(process.db)
        self._queue = inbox_queue(self._service)
        self._lanes: list[queue.Queue] = [queue.Queue() for _ in range(process.settings.lanes)]
        self._done: queue.Queue = queue.Queue()
        self._publisher = Publisher(process.settings.amqp_uri, process.settings.ladder)
        self._publishing = threading.Lock()
        self._stopping = threading.Event()
        self._stopped = threading.Event()
        self._generation = 0
        self.in_flight = 0
        self.connected = False
        strangers = set(handlers) - {kind.name for kind in followed_by(self._service)}
        if strangers:
            raise SystemExit(f"{self._service} subscribes to {', '.join(sorted(strangers))} without following their aggregates; see services/common/events/followers.py")

    def run(self) -> None:
        """Consume until stopped, through every fault of broker and database."""
        for lane in self._lanes:
            threading.Thread(target=self._work, args=(lane,), daemon=True).start()
        failures = 0
        while not self._stopping.is_set():
            try:
                self._consume()
                failures = 0
            except Exception as error:
                failures += 1
                log.warning("inbox.connection_failed", reason=where(error))
                self._stopping.wait(min(0.2 * 2**failures, 5))
            finally:
                self.connected = False
        for lane in self._lanes:
            lane.put(None)
        with self._publishing:
            self._publisher.drop()
        self._stopped.set()

    def stop(self) -> None:
        """Take no more, finish and acknowledge what was taken, close."""
        self._stopping.set()
        self._stopped.wait(DRAIN_SECONDS + 5)

    def _consume(self) -> None:
        connection = connect(self._settings.amqp_uri, wait_for_each=False)
        try:
            connection.connect()
            channel = connection.channel()
            channel.auto_decode = False
            declare_topology(channel, self._ladder)
            self._forget_in_flight()
            channel.basic_qos(0, PREFETCH, False)
            tag = channel.basic_consume(self._queue, callback=self._take)
            self.connected = True
            asked = time.monotonic()
            while not self._stopping.is_set():
                self._drain(connection, 0.02 if self.in_flight else 0.5)
                self._acknowledge(channel)
                if time.monotonic() - asked > 1:
                    asked = time.monotonic()
                    connection.heartbeat_check()
                    self._keep_publisher()
                    self._ask_for_missing()
            channel.basic_cancel(tag)
            deadline = time.monotonic() + DRAIN_SECONDS
            while self.in_flight and time.monotonic() < deadline:
                self._drain(connection, 0.02)
                self._acknowledge(channel)
            connection.close()
        finally:
            with suppress(Exception):
                connection.collect(socket_timeout=0.1)

    def _drain(self, connection, seconds: float) -> None:
        # The acknowledgements of what the lanes finish must not wait for the next delivery, so the wait is short while they work.
        with suppress(TimeoutError):
            connection.drain_events(timeout=seconds)

    def _forget_in_flight(self) -> None:
        # What an earlier connection delivered cannot be acknowledged on this one; the broker delivers it again.
        self._generation += 1
        self.in_flight = 0
        with suppress(queue.Empty):
            while True:
                self._done.get_nowait()

    def _take(self, message) -> None:
        self.in_flight += 1
        INBOX_IN_FLIGHT.labels(self._service).set(self.in_flight)
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode("utf-8", "surrogateescape")
        headers = message.headers if isinstance(message.headers, dict) else {}
        self._enqueue(Delivery(message.delivery_tag, self._generation, body, message.properties.get("content_type"), headers))

    def _enqueue(self, delivery: Delivery) -> None:
        """Put a message into the lane of its subject."""
        try:
            delivery.event = _read(delivery)
            delivery.subject, delivery.sequence = delivery.event.subject, delivery.event.sequence
        except Parked as parked:
            delivery.unreadable, delivery.subject, delivery.sequence = parked.reason, parked.subject, parked.sequence
        self._lanes[zlib.crc32(delivery.subject.encode()) % len(self._lanes)].put(delivery)

    def _acknowledge(self, channel) -> None:
        with suppress(queue.Empty):
            while True:
                delivery, acknowledge = self._done.get_nowait()
                if delivery.generation != self._generation:
                    continue
                failpoints.reach("inbox.before_ack")
                if acknowledge:
                    channel.basic_ack(delivery.tag)
                else:
                    channel.basic_reject(delivery.tag, requeue=True)
                self.in_flight -= 1
                INBOX_IN_FLIGHT.labels(self._service).set(self.in_flight)

    def _work(self, lane: queue.Queue) -> None:
        while (delivery := lane.get()) is not None:
            if delivery.generation != self._generation:
                continue
            try:
                acknowledge = self._settle(delivery)
            except Exception as error:
                # Neither an effect nor a safe place for the message: the broker keeps it.
                log.error("inbox.not_settled", reason=where(error))
                self._stopping.wait(1)
                acknowledge = False
            if delivery.tag != OWN:
                self._done.put((delivery, acknowledge))

    def _settle(self, delivery: Delivery) -> bool:
        """Bring one message to a safe end; True if it may be acknowledged."""
        if delivery.event is None:
            self._park(delivery, delivery.unreadable)
            return True
        correlation.set(delivery.event.correlation_id)
        while True:
            try:
                outcome = self._apply(delivery.event, delivery.body, replayed=bool(delivery.headers.get("x-replayed")))
            except DATABASE_AWAY as error:
                # Not the message's fault: it does not climb the ladder, it waits here, unacknowledged.
                log.warning("inbox.database_away", reason=type(error).__name__)
                if self._stopping.wait(1):
                    return False
                continue
            except Exception as error:
                outcome = self._fail(delivery, error)
            INBOX.labels(self._service, outcome).inc()
            return True

    def _apply(self, event: CloudEvent, body: bytes, replayed: bool) -> str:
        """Give a fact its effect, once and in order; return what became of it."""
        if event.type.aggregate not in FOLLOWERS[self._service]:
            return "ignored"
        while True:
            row = self.ledger.row(event.subject)
            if event.sequence <= row["applied"]:
                return "duplicate"
            parked = row.get("parked")
            if parked and parked["sequence"] == event.sequence and not replayed:
                return "duplicate"
            if event.sequence > row["applied"] + 1:
                if self.ledger.hold(row, event.sequence, body):
                    return "held"
                continue
            self._handle(event)
            behind = self.ledger.advance(event.subject, event.sequence)
            failpoints.reach("inbox.after_cursor")
            INBOX_LAG.labels(self._service).observe(max(0.0, (datetime.now(UTC) - event.time).total_seconds()))
            if behind:
                self._release(event.subject)
            return "applied"

    def _release(self, subject: str) -> None:
        """Apply the facts of a subject that were held and whose turn has come."""
        while True:
            row = self.ledger.row(subject)
            body = row.get("held", {}).get(str(row["applied"] + 1))
            if body is None:
                self.ledger.nothing_held(subject)
                return
            event = decode(bytes(body))
            try:
                self._handle(event)
            except DATABASE_AWAY:
                raise
            except Exception as error:
                # The fact goes the way of one that the broker delivered and failed.
                delivery = Delivery(OWN, self._generation, bytes(body), CONTENT_TYPE, {}, event, "", event.subject, event.sequence)
                INBOX.labels(self._service, self._fail(delivery, error)).inc()
                return
            self.ledger.advance(subject, event.sequence)
            INBOX.labels(self._service, "applied").inc()

    def _handle(self, event: CloudEvent) -> None:
        failpoints.reach("inbox.before_effect")
        for handler in self._handlers.get(event.type.name, ()):
            for attempt in range(6):
                try:
                    handler(event)
                    break
                except StaleVersion:
                    # Someone changed the aggregate between our reading and writing; reading again settles it.
                    if attempt == 5:
                        raise
        failpoints.reach("inbox.after_effect")

    def _fail(self, delivery: Delivery, error: Exception) -> str:
        """Send a failed message up the ladder, or park it after the last step."""
        attempt = int(delivery.headers.get("x-attempt", 0)) + 1
        reason = error.code if isinstance(error, Refusal) else where(error)
        log.warning("inbox.handler_failed", fact=delivery.event.type.name, attempt=attempt, reason=reason)
        if attempt > len(self._ladder) or isinstance(error, Parked | ContractViolation):
            self._park(delivery, reason, attempt)
            return "parked"
        headers = {"x-attempt": attempt, "x-first-failed": delivery.headers.get("x-first-failed") or datetime.now(UTC).isoformat()}
        if delivery.headers.get("x-replayed"):
            headers["x-replayed"] = True
        step = self._ladder[attempt - 1]
        # The mark ends by itself, because a broker that loses its disk loses what climbs the ladder too.
        self.ledger.failing(delivery.event.subject, delivery.event.sequence, datetime.now(UTC) + timedelta(milliseconds=step) + COMES_BACK)
        self._publish(delivery.body, retry_queue(self._service, step), headers, CONTENT_TYPE)
        return "retried"

    def _park(self, delivery: Delivery, reason: str, attempt: int = 1) -> None:
        """Put a message aside with its reason, its body sealed, because nobody knows what is in it."""
        event = delivery.event
        headers = {
            "x-park-reason": reason,
            "x-attempt": attempt,
            "x-first-failed": str(delivery.headers.get("x-first-failed") or datetime.now(UTC).isoformat()),
            "x-parked-at": datetime.now(UTC).isoformat(),
            "x-event": event.type.name if event else "",
            "x-event-id": event.id if event else "",
            "x-subject": delivery.subject,
            "x-sequence": delivery.sequence,
        }
        sealed = self._process.service_key.seal(delivery.body, f"parked:{self._service}")
        self._publish(sealed, parked_queue(self._service), headers, "application/octet-stream")
        if delivery.subject:
            # Only now: with the mark and without the message, its next delivery would pass for a copy and be lost.
            self.ledger.park(delivery.subject, delivery.sequence, reason)
        log.error("inbox.parked", fact=headers["x-event"], reason=reason)
        if event is None:
            INBOX.labels(self._service, "parked").inc()

    def _publish(self, body: bytes, to: str, headers: dict, content_type: str) -> None:
        with self._publishing:
            self._publisher.publish(body, "", to, headers=headers, content_type=content_type)

    def _keep_publisher(self) -> None:
        # Without an answer to its heartbeats the broker ends an idle connection, and the next failed fact would find it dead.
        if self._publishing.acquire(blocking=False):
            try:
                with suppress(Exception):
                    self._publisher.keep_alive()
            finally:
                self._publishing.release()

    def _ask_for_missing(self) -> None:
        """Ask publishers for the facts before those that are held."""
        try:
            rows = self.ledger.waiting()
            for row in rows:
                if not row.get("held"):
                    # Whoever applied the last of them died before saying so.
                    self.ledger.nothing_held(row["_id"])
                    continue
                if body := row["held"].get(str(row["applied"] + 1)):
                    # Its turn has come and nobody took it up: whoever applied the one before died, or it was discarded.
                    self._enqueue(Delivery(OWN, self._generation, bytes(body), CONTENT_TYPE, {}))
                    self.ledger.asked(row["_id"])
                    continue
                held = decode(bytes(next(iter(row["held"].values()))))
                request = ReplayRequested(to=self._queue, subject=row["_id"], after=row["applied"], parked=False)
                self._publish(msgspec.json.encode(request), replay_queue(held.type.publisher), {}, "application/json")
                self.ledger.asked(row["_id"])
                log.info("inbox.asked_for_missing", subject=row["_id"], after=row["applied"])
        except DATABASE_AWAY as error:
            log.warning("inbox.database_away", reason=type(error).__name__)


@dataclass
class Delivery:
    """One message as the broker delivered it on one connection."""

    tag: int
    generation: int
    body: bytes
    content_type: str | None
    headers: dict[str, Any]
    event: CloudEvent | None = None
    unreadable: str = ""
    subject: str = ""
    sequence: int = 0


def _read(delivery: Delivery) -> CloudEvent:
    if delivery.content_type != CONTENT_TYPE:
        raise Parked("wrong content type")
    if len(delivery.body) > MAX_BODY:
        raise Parked("body too large")
    try:
        int(delivery.headers.get("x-attempt", 0))
        return decode(delivery.body)
    except ContractViolation as violation:
        raise Parked(violation.reason, violation.subject, violation.sequence) from None
    except (TypeError, ValueError):
        raise Parked("bad x-attempt header") from None


def subscribe(event: type[Event]):
    """Let a method handle an event: at least once delivered, in the order of its subject."""

    def mark(method):
        method.nuanxin_subscriptions = (*getattr(method, "nuanxin_subscriptions", ()), Subscription(event))
        return method

    return mark
