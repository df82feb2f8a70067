"""What every input and output has in common; marshmallow speaks in our codes, so that errors can be translated."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from services.common.errors import FieldError
from services.common.ids import ULID_PATTERN

_CODES: dict[type, dict[str, str]] = {
    fields.Field: {"required": "REQUIRED", "null": "NULL", "validator_failed": "BAD_FORMAT"},
    fields.String: {"invalid": "NOT_TEXT", "invalid_utf8": "NOT_TEXT"},
    fields.Number: {"invalid": "NOT_A_NUMBER", "too_large": "NOT_A_NUMBER"},
    fields.Integer: {"invalid": "NOT_A_NUMBER"},
    fields.Float: {"special": "NOT_A_NUMBER"},
    fields.Boolean: {"invalid": "NOT_BOOLEAN"},
    fields.DateTime: {"invalid": "NOT_A_TIME", "invalid_awareness": "NOT_A_TIME", "format": "NOT_A_TIME"},
    fields.AwareDateTime: {"invalid": "NOT_A_TIME", "invalid_awareness": "NOT_A_TIME", "format": "NOT_A_TIME"},
    fields.Date: {"invalid": "NOT_A_DATE", "format": "NOT_A_DATE"},
    fields.List: {"invalid": "NOT_A_LIST"},
    fields.Nested: {"type": "NOT_AN_OBJECT"},
    fields.Dict: {"invalid": "NOT_AN_OBJECT"},
    fields.Mapping: {"invalid": "NOT_AN_OBJECT"},
    fields.Enum: {"unknown": "NOT_A_CHOICE {choices}"},
    fields.Email: {"invalid": "BAD_FORMAT"},
    fields.Url: {"invalid": "BAD_FORMAT"},
}
for _field, _messages in _CODES.items():
    _field.default_error_messages = {**_field.default_error_messages, **_messages}
validate.Length.message_min, validate.Length.message_max = "TOO_SHORT {min}", "TOO_LONG {max}"
validate.Length.message_all = "LENGTH_OUT_OF_RANGE {min}–{max}"
validate.Length.message_equal = "WRONG_LENGTH {equal}"
validate.Range.message_min, validate.Range.message_max, validate.Range.message_all = "TOO_SMALL {{min}}", "TOO_BIG {{max}}", "OUT_OF_RANGE {{min}}–{{max}}"
validate.OneOf.default_message = "NOT_A_CHOICE {choices}"
validate.Regexp.default_message = "BAD_FORMAT"
validate.Email.default_message = "BAD_FORMAT"
_PARAMETER = {"TOO_SHORT": "min", "TOO_LONG": "max", "WRONG_LENGTH": "equal", "TOO_SMALL": "min", "TOO_BIG": "max", "NOT_A_CHOICE": "choices", "OUT_OF_RANGE": "range", "LENGTH_OUT_OF_RANGE": "range"}


class Input(Schema):
    """What a client sends; an unknown field is an error, not noise."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": "UNKNOWN_FIELD", "type": "NOT_AN_OBJECT"}


class Id(fields.String):
    """A ULID."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("metadata", {"description": "A ULID.", "example": "01JD0000000000000000000000"})
        super().__init__(**kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        text = super()._deserialize(value, attr, data, **kwargs)
        if not ULID_PATTERN.match(text):
            raise ValidationError("NOT_AN_ID")
        return text


class Time(fields.AwareDateTime):
    """A moment with its zone; a naive one is refused, because nobody knows which clock it was read from."""

    def __init__(self, **kwargs: Any):
        kwargs.setdefault("metadata", {"description": "A moment with its zone.", "example": "2025-06-01T09:30:00+08:00"})
        super().__init__(**kwargs)

    def _deserialize(self, value, attr, data, **kwargs):
        moment = super()._deserialize(value, attr, data, **kwargs)
        if moment.year < 1900 or moment.year > 2200:
            raise ValidationError("NOT_A_TIME")
        moment = moment.astimezone(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


class Output(Schema):
    """What a client receives of an aggregate."""

    id = Id(required=True, metadata={"description": "The aggregate's id, a ULID.", "example": "01JD0000000000000000000000"})
    version = fields.Integer(required=True, metadata={"description": "Its version; send it as If-Match to change just this one.", "example": 1})


class ListQuery(Input):
    """Where a page starts and how long it is."""

    cursor = fields.String(validate=validate.Length(max=500), metadata={"description": "`next_cursor` of the page before.", "example": ""})
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200), metadata={"description": "How many at most.", "example": 50})


def field_errors(error: ValidationError) -> list[FieldError]:
    """Return marshmallow's nested messages as a flat list of paths and codes."""
    return list(_flat("", error.messages))


def _flat(path: str, messages: Any):
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(path if key == "_schema" else f"{path}.{key}".lstrip("."), inner)
    else:
        for message in messages if isinstance(messages, list) else [messages]:
            if isinstance(message, dict | list):
                yield from _flat(path, message)
                continue
            code, _, value = str(message).partition(" ")
            parameter = _PARAMETER.get(code)
            yield FieldError(path, code if code.isupper() else "BAD_FORMAT", {parameter: value.rstrip(".")} if parameter else None)
