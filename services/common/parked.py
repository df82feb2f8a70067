"""What operators do with parked messages: look, replay after a fix, or discard with a reason (P6)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from services.common.broker import Publisher, connect, declare_topology, inbox_queue, parked_queue
from services.common.events.base import CONTENT_TYPE, ContractViolation, decode
from services.common.inbox import Ledger
from services.common.privacy import Unsealable

LOOK_AT_MOST = 10_000


@dataclass(frozen=True)
class ParkedMessage:
    """One message that was put aside."""

    no: int
    """Its place in the queue, from 1."""
    reason: str
    event: str
    event_id: str
    subject: str
    sequence: int
    attempts: int
    first_failed_at: str
    parked_at: str
    body: bytes


class ParkedMessages:
    """The parked messages of one service's inbox."""

    def __init__(self, process):
        self._process = process
        self._service = process.service.name
        self._settings = process.settings

    def list(self) -> list[ParkedMessage]:
        """Return every parked message, oldest first; each stays where it is."""
        with self._messages() as messages:
            return [self._read(no, message) for no, message in enumerate(messages, 1)]

    def replay(self, wanted: Callable[[ParkedMessage], bool]) -> int:
        """Send messages through the inbox again; return how many."""
        publisher = Publisher(self._settings.amqp_uri, self._settings.ladder)

        def again(parked: ParkedMessage) -> None:
            publisher.publish(parked.body, "", inbox_queue(self._service), headers={"x-replayed": True}, message_id=parked.event_id, content_type=CONTENT_TYPE)

        try:
            return self._take(wanted, again)
        finally:
            publisher.drop()

    def discard(self, wanted: Callable[[ParkedMessage], bool]) -> int:
        """Give messages up for good, so that the facts behind them go on; return how many."""
        ledger = Ledger(self._process.db)

        def give_up(parked: ParkedMessage) -> None:
            if parked.subject:
                ledger.skip(parked.subject, parked.sequence)

        return self._take(wanted, give_up)

    def _take(self, wanted: Callable[[ParkedMessage], bool], do: Callable[[ParkedMessage], None]) -> int:
        taken = 0
        with self._messages() as messages:
            for no, message in enumerate(messages, 1):
                parked = self._read(no, message)
                if wanted(parked):
                    do(parked)
                    message.channel.basic_ack(message.delivery_tag)
                    taken += 1
        return taken

    @contextmanager
    def _messages(self) -> Iterator[Iterator[Any]]:
        # Closing the connection gives back, in their order, the messages that were looked at and not acknowledged.
        connection = connect(self._settings.amqp_uri)
        connection.connect()
        channel = connection.channel()
        channel.auto_decode = False
        declare_topology(channel, self._settings.ladder)

        def messages():
            for _ in range(LOOK_AT_MOST):
                message = channel.basic_get(parked_queue(self._service), no_ack=False)
                if message is None:
                    return
                yield message

        try:
            yield messages()
        finally:
            connection.release()

    def _read(self, no: int, message) -> ParkedMessage:
        headers = message.headers or {}
        raw = message.body if isinstance(message.body, bytes) else message.body.encode()
        if "x-park-reason" in headers:
            try:
                body = self._process.service_key.open(raw, f"parked:{self._service}")
            except Unsealable:
                body = b""
        else:
            # The broker itself put this one aside, unsealed, because it killed its consumers.
            body = raw
        event = _event(body)
        return ParkedMessage(
            no=no,
            reason=str(headers.get("x-park-reason", "given up by the broker after too many deliveries")),
            event=event.type.name if event else "",
            event_id=event.id if event else "",
            subject=event.subject if event else str(headers.get("x-subject", "")),
            sequence=event.sequence if event else int(headers.get("x-sequence", 0)),
            attempts=int(headers.get("x-attempt", 0)),
            first_failed_at=str(headers.get("x-first-failed", "")),
            parked_at=str(headers.get("x-parked-at", "")),
            body=body,
        )


def _event(body: bytes):
    try:
        return decode(body)
    except ContractViolation:
        return None
