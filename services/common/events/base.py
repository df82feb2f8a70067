"""How a fact is declared, and how it travels: CloudEvents 1.0 in JSON.

An event is declared once, in the module of its publisher. Its class name is its routing key,
so one search finds the declaration, the publisher, the subscribers and the tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar

import msgspec


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A fact: ids, codes and dates, never a name, phone, address, ID number or birth date (X-18)."""


E = TypeVar("E", bound=Event)


@dataclass(frozen=True)
class EventType:
    """What the catalogue knows about one event."""

    cls: type[Event]
    name: str
    publisher: str
    aggregate: str

    @property
    def exchange(self) -> str:
        return f"{self.publisher}.events"

    @property
    def wire_type(self) -> str:
        return f"nuanxin.{self.publisher}.{self.name}"


CATALOGUE: dict[str, EventType] = {}
"""Every event of the platform by its name; importing `services.common.events` fills it."""


def event(aggregate: str):
    """Declare a fact about one kind of aggregate; its publisher is the module that it stands in."""

    def declare(cls: type[E]) -> type[E]:
        publisher = cls.__module__.rsplit(".", 1)[-1]
        if cls.__name__ in CATALOGUE:
            raise TypeError(f"{cls.__name__} is declared twice; event names are unique across services (X-30)")
        CATALOGUE[cls.__name__] = EventType(cls, cls.__name__, publisher, aggregate)
        return cls

    return declare


def type_of(event_or_cls: Event | type[Event]) -> EventType:
    """Return the catalogue entry of an event."""
    cls = event_or_cls if isinstance(event_or_cls, type) else type(event_or_cls)
    return CATALOGUE[cls.__name__]


@dataclass(frozen=True)
class Dated:
    """A fact whose business date is not the day on which it was found out (OUT-8, X-33)."""

    event: Event
    effective_on: date


class ContractViolation(Exception):
    """A message that is not what its type promises; `reason` names the fault without quoting the message.

    Where the envelope could be read, `subject` and `sequence` say whose turn it was.
    """

    def __init__(self, reason: str, subject: str = "", sequence: int = 0):
        super().__init__(reason)
        self.reason, self.subject, self.sequence = reason, subject, sequence


class Envelope(msgspec.Struct, frozen=True, kw_only=True):
    """The attributes of a CloudEvent as they stand on the wire."""

    specversion: str = "1.0"
    id: str
    type: str
    source: str
    subject: str
    time: datetime
    datacontenttype: str = "application/json"
    dataschema: str
    sequence: int
    effectiveon: date
    community: str
    grid: str | None = None
    actorkind: str = "system"
    correlationid: str
    causationid: str | None = None
    data: msgspec.Raw


class CloudEvent(msgspec.Struct, Generic[E], frozen=True, kw_only=True):
    """A fact with the circumstances of its publication, as a subscriber receives it."""

    id: str
    type: EventType
    subject: str
    time: datetime
    sequence: int
    """The place of this fact among the facts of its subject: 1, 2, 3, without a gap (P5)."""
    effective_on: date
    community: str
    grid: str | None
    actor_kind: str
    correlation_id: str
    causation_id: str | None
    data: E


CONTENT_TYPE = "application/cloudevents+json"
_envelopes = msgspec.json.Decoder(Envelope)
_data_decoders: dict[type, msgspec.json.Decoder] = {}


def encode(cloud_event: CloudEvent) -> bytes:
    """Return the body of the message."""
    kind = cloud_event.type
    return msgspec.json.encode(
        Envelope(
            id=cloud_event.id,
            type=kind.wire_type,
            source=f"/nuanxin/{kind.publisher}",
            subject=cloud_event.subject,
            time=cloud_event.time.astimezone(UTC),
            dataschema=f"/v1/events/catalog/{kind.name}",
            sequence=cloud_event.sequence,
            effectiveon=cloud_event.effective_on,
            community=cloud_event.community,
            grid=cloud_event.grid,
            actorkind=cloud_event.actor_kind,
            correlationid=cloud_event.correlation_id,
            causationid=cloud_event.causation_id,
            data=msgspec.Raw(msgspec.json.encode(cloud_event.data)),
        )
    )


def decode(body: bytes) -> CloudEvent:
    """Read the body of a message; unknown members are ignored, a broken promise raises ContractViolation."""
    try:
        envelope = _envelopes.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ContractViolation(f"envelope: {_safe(error)}") from None
    name = envelope.type.rsplit(".", 1)[-1]
    kind = CATALOGUE.get(name)
    if kind is None or kind.wire_type != envelope.type:
        raise ContractViolation("unknown event type")
    decoder = _data_decoders.setdefault(kind.cls, msgspec.json.Decoder(kind.cls))
    try:
        data = decoder.decode(envelope.data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise ContractViolation(f"{name}: {_safe(error)}", envelope.subject, envelope.sequence) from None
    if envelope.sequence < 1 or "/" not in envelope.subject:
        raise ContractViolation(f"{name}: sequence or subject out of range")
    return CloudEvent(
        id=envelope.id,
        type=kind,
        subject=envelope.subject,
        time=envelope.time,
        sequence=envelope.sequence,
        effective_on=envelope.effectiveon,
        community=envelope.community,
        grid=envelope.grid,
        actor_kind=envelope.actorkind,
        correlation_id=envelope.correlationid,
        causation_id=envelope.causationid,
        data=data,
    )


def _safe(error: Exception) -> str:
    # Messages of msgspec name types and paths; only "Invalid value" kinds quote input, and never more than an enum's.
    text = str(error)
    return text if text.startswith(("Object missing", "Expected", "JSON is malformed")) else type(error).__name__


def json_schema(kind: EventType) -> dict[str, Any]:
    """Return the JSON Schema of an event's data, self-contained."""
    _, components = msgspec.json.schema_components([kind.cls], ref_template="#/$defs/{name}")
    schema = components.pop(kind.name)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, **({"$defs": components} if components else {})}
