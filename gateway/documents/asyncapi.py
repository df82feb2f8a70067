"""The AsyncAPI 3 document: every event as it stands on the wire, its exchange, its routing key, its receivers."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import msgspec

from gateway.documents.events import PERSONAL, catalogue, example_message, meaning
from services.common.events.base import CONTENT_TYPE, EventType
from services.common.events.followers import followers_of
from services.common.http.openapi import ULID, VERSION

SCHEMAS = "#/components/schemas/"


def asyncapi() -> dict[str, Any]:
    """Return the document; the same events always give the same bytes."""
    kinds = catalogue()
    _, schemas = msgspec.json.schema_components([kind.cls for kind in kinds], ref_template=SCHEMAS + "{name}")
    for kind in kinds:
        schemas[f"{kind.name}Message"] = _message_schema(kind)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Nuanxin: events",
            "version": VERSION,
            "description": "Facts of a community's work, as CloudEvents 1.0 in JSON. " + PERSONAL + " Delivered at least once, per subject in the order of `sequence`.",
        },
        "defaultContentType": CONTENT_TYPE,
        "servers": {"broker": {"host": "{host}", "protocol": "amqp", "description": "RabbitMQ; the operator gives each subscriber an account.", "variables": {"host": {"default": "127.0.0.1:5672", "examples": ["127.0.0.1:5672"]}}}},
        "channels": {kind.name: _channel(kind) for kind in kinds},
        "operations": {f"publish{kind.name}": _operation(kind) for kind in kinds},
        "components": {"messages": {kind.name: _message(kind) for kind in kinds}, "schemas": dict(sorted(schemas.items()))},
    }


@cache
def encoded() -> str:
    """Return the text of the document as it is committed."""
    return json.dumps(asyncapi(), ensure_ascii=False, indent=1) + "\n"


def _channel(kind: EventType) -> dict[str, Any]:
    return {
        "address": kind.name,
        "summary": meaning(kind),
        "messages": {kind.name: {"$ref": f"#/components/messages/{kind.name}"}},
        "bindings": {"amqp": {"is": "routingKey", "exchange": {"name": kind.exchange, "type": "topic", "durable": True, "autoDelete": False}, "bindingVersion": "0.3.0"}},
    }


def _operation(kind: EventType) -> dict[str, Any]:
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{kind.name}"},
        "summary": meaning(kind),
        "messages": [{"$ref": f"#/channels/{kind.name}/messages/{kind.name}"}],
        "tags": [{"name": kind.publisher}],
        "bindings": {"amqp": {"deliveryMode": 2, "mandatory": True, "bindingVersion": "0.3.0"}},
        "x-owner": kind.publisher,
        "x-received-by": followers_of(kind),
    }


def _message(kind: EventType) -> dict[str, Any]:
    return {
        "name": kind.name,
        "title": kind.name,
        "summary": meaning(kind),
        "contentType": CONTENT_TYPE,
        "correlationId": {"location": "$message.payload#/correlationid", "description": "The same from the first request on."},
        "payload": {"$ref": f"{SCHEMAS}{kind.name}Message"},
        "examples": [{"name": kind.name, "payload": example_message(kind)}],
    }


def _message_schema(kind: EventType) -> dict[str, Any]:
    text = {"type": "string", "minLength": 1}
    properties: dict[str, Any] = {
        "specversion": {"const": "1.0"},
        "id": ULID,
        "type": {"const": kind.wire_type},
        "source": {"const": f"/nuanxin/{kind.publisher}"},
        "subject": {"type": "string", "pattern": f"^{kind.aggregate}/.+$"},
        "time": {"type": "string", "format": "date-time"},
        "datacontenttype": {"const": "application/json"},
        "dataschema": {"const": f"/v1/events/catalog/{kind.name}"},
        "sequence": {"type": "integer", "minimum": 1, "description": "The place of this fact among the facts of its subject."},
        "effectiveon": {"type": "string", "format": "date", "description": "The business date; it may be earlier than `time`."},
        "community": text,
        "grid": {"type": ["string", "null"], "description": "The grid that it belongs to, where it belongs to one."},
        "actorkind": {"enum": ["staff", "system", "resident", "partner"]},
        "correlationid": text,
        "causationid": {"type": ["string", "null"], "description": "The event that this one follows from."},
        "data": {"$ref": SCHEMAS + kind.name},
    }
    optional = {"grid", "causationid", "actorkind"}
    return {"title": f"{kind.name} on the wire", "type": "object", "required": [name for name in properties if name not in optional], "properties": properties}
