"""The kinds of fields of which the views' answers are made, each with its description and an example."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields

from services.common.http.schemas import Id, Time

ID = "01JD0000000000000000000000"


def meta(description: str, example: Any = None) -> dict[str, Any]:
    return {"description": description, "example": example}


def an_id(description: str, **more: Any) -> Id:
    return Id(metadata=meta(description, ID), **more)


def code(description: str, example: str | None) -> fields.String:
    return fields.String(allow_none=True, metadata=meta(description, example))


def day(description: str, example: str | None = "2025-06-01") -> fields.String:
    return fields.String(allow_none=True, metadata={**meta(description, example), "format": "date"})


def time(description: str) -> Time:
    return Time(allow_none=True, metadata=meta(description, "2025-06-01T09:30:00+08:00"))


def count(description: str, example: int = 0) -> fields.Integer:
    return fields.Integer(allow_none=True, metadata=meta(description, example))


def yes(description: str, example: bool = False) -> fields.Boolean:
    return fields.Boolean(allow_none=True, metadata=meta(description, example))


def one(schema: type[Schema], description: str) -> fields.Nested:
    return fields.Nested(schema, allow_none=True, metadata=meta(description))


def many(schema: type[Schema], description: str) -> fields.List:
    # The example is one of what is in it.
    return fields.List(fields.Nested(schema), metadata={"description": description})


def codes(description: str, example: list[str]) -> fields.List:
    return fields.List(fields.String(), allow_none=True, metadata=meta(description, example))
