"""The broker as we use it: one connection that publishes and waits for every confirm, and the whole topology.

After an error nobody knows which confirms were on their way, so a connection that ever failed or timed out is thrown away.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from amqp import Message
from kombu import Connection

from services.common.events.base import CATALOGUE
from services.common.events.followers import FOLLOWERS, followed_by

HEARTBEAT = 10
TIMEOUT = 5
DELIVERY_LIMIT = 50
"""The broker's own fence against a message that kills its consumer; the count of our tries is in `x-attempt`."""


def inbox_queue(service: str) -> str:
    return f"{service}.inbox.v1"


def parked_queue(service: str) -> str:
    return f"{service}.parked.v1"


def replay_queue(service: str) -> str:
    return f"{service}.replay.v1"


def retry_queue(service: str, milliseconds: int) -> str:
    return f"{service}.retry.{milliseconds}.v1"


def connect(uri: str, wait_for_each: bool = True) -> Connection:
    """Return a connection whose every wait ends; by default it waits for the confirm of each message that it publishes."""
    return Connection(
        uri,
        heartbeat=HEARTBEAT,
        connect_timeout=TIMEOUT,
        transport_options={"confirm_publish": wait_for_each, "read_timeout": TIMEOUT, "write_timeout": TIMEOUT, "login_method": "PLAIN"},
    )


def _quorum(**more) -> dict:
    return {"x-queue-type": "quorum", **more}


def declare_topology(channel, ladder: tuple[int, ...]) -> None:
    """Declare every exchange, queue and binding of the platform; what exists already stays."""
    for publisher in sorted({kind.publisher for kind in CATALOGUE.values()}):
        channel.exchange_declare(f"{publisher}.events", "topic", durable=True, auto_delete=False)
        channel.queue_declare(replay_queue(publisher), durable=True, auto_delete=False, arguments=_quorum())
    for service in FOLLOWERS:
        channel.queue_declare(parked_queue(service), durable=True, auto_delete=False, arguments=_quorum())
        channel.queue_declare(
            inbox_queue(service),
            durable=True,
            auto_delete=False,
            arguments=_quorum(
                **{
                    "x-delivery-limit": DELIVERY_LIMIT,
                    "x-dead-letter-exchange": "",
                    "x-dead-letter-routing-key": parked_queue(service),
                    "x-dead-letter-strategy": "at-least-once",
                    "x-overflow": "reject-publish",
                }
            ),
        )
        for step in ladder:
            channel.queue_declare(
                retry_queue(service, step),
                durable=True,
                auto_delete=False,
                arguments=_quorum(
                    **{
                        "x-message-ttl": step,
                        "x-dead-letter-exchange": "",
                        "x-dead-letter-routing-key": inbox_queue(service),
                        "x-dead-letter-strategy": "at-least-once",
                        "x-overflow": "reject-publish",
                    }
                ),
            )
        for kind in followed_by(service):
            channel.queue_bind(inbox_queue(service), kind.exchange, kind.name)


class Unroutable(Exception):
    """The broker took the message and had no queue for it."""


@dataclass(frozen=True)
class Outgoing:
    """One message to be published."""

    body: bytes
    exchange: str
    routing_key: str
    content_type: str
    headers: dict = field(default_factory=dict)
    message_id: str | None = None


class NotTaken(Exception):
    """The broker refused a message."""


class Publisher:
    """Publishes messages, many at once, and returns when the broker has confirmed every one; not for two threads at once."""

    def __init__(self, uri: str, ladder: tuple[int, ...]):
        self._uri, self._ladder = uri, ladder
        self._connection: Connection | None = None
        self._channel = None
        self._returned = self._refused = False
        self._sent = 0
        self._unconfirmed: set[int] = set()

    def channel(self):
        """Return the open channel, connecting and declaring the topology if need be."""
        if self._channel is None:
            self._connection = connect(self._uri, wait_for_each=False)
            try:
                self._connection.connect()
                channel = self._connection.channel()
                channel.confirm_select()
                channel.events["basic_ack"].add(self._on_ack)
                channel.events["basic_nack"].add(self._on_nack)
                channel.events["basic_return"].add(self._on_return)
                self._sent, self._unconfirmed = 0, set()
                declare_topology(channel, self._ladder)
                self._channel = channel
            except BaseException:
                self.drop()
                raise
        return self._channel

    def publish(self, body: bytes, exchange: str, routing_key: str, *, headers: dict | None = None, message_id: str | None = None, content_type: str) -> None:
        """Publish one message, persistent and mandatory, and wait for the confirm; after any error the connection is gone."""
        self.publish_all([Outgoing(body, exchange, routing_key, content_type, headers or {}, message_id)])

    def publish_all(self, messages: Sequence[Outgoing]) -> None:
        """Publish messages in their order and wait until all are confirmed; after an error nobody knows which were, and all are to be sent again."""
        try:
            channel = self.channel()
            self._returned = self._refused = False
            for outgoing in messages:
                message = Message(outgoing.body, content_type=outgoing.content_type, delivery_mode=2, message_id=outgoing.message_id, application_headers=outgoing.headers)
                self._sent += 1
                self._unconfirmed.add(self._sent)
                channel.basic_publish(message, exchange=outgoing.exchange, routing_key=outgoing.routing_key, mandatory=True)
            while self._unconfirmed:
                self._connection.drain_events(timeout=TIMEOUT)
            if self._refused:
                raise NotTaken()
        except BaseException:
            self.drop()
            raise
        if self._returned:
            # The topology was changed under us; declaring it again on the next connection mends it.
            self.drop()
            raise Unroutable()

    def _on_ack(self, tag: int, multiple: bool) -> None:
        if multiple:
            self._unconfirmed = {open for open in self._unconfirmed if open > tag}
        else:
            self._unconfirmed.discard(tag)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._refused = True
        self._on_ack(tag, multiple)

    def _on_return(self, *args: object) -> None:
        self._returned = True

    def keep_alive(self) -> None:
        """Answer the broker's heartbeats while there is nothing to publish."""
        if self._connection is None:
            return
        try:
            self._connection.heartbeat_check()
            with suppress(TimeoutError):
                self._connection.drain_events(timeout=0.001)
        except BaseException:
            self.drop()
            raise

    def drop(self) -> None:
        """Throw the connection away without a farewell that could block."""
        connection, self._connection, self._channel = self._connection, None, None
        if connection is not None:
            with suppress(Exception):
                connection.collect(socket_timeout=0.1)
