"""What is said about personal links over HTTP, to the secretary and by whoever holds one."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.learning.links.domain import Audience

_AUDIENCE = {"description": "The member, or the relative who plays the lesson with them.", "example": "MEMBER"}
_COVERAGE = {"description": "The member's row of the ledger.", "example": "01JD00000000000000COVERAGE"}
_FLAGGED = {"description": "Whether more people share a device with it than usual; it hinders nobody.", "example": False}


class IssueLinkSchema(Input):
    """For whom."""

    id = Id(metadata={"description": "Its id, if the client made one offline.", "example": "01JD000000000000000000LINK"})
    audience = fields.Enum(Audience, by_value=True, load_default=Audience.MEMBER, metadata=_AUDIENCE)


class ListLinksSchema(ListQuery):
    """Which links."""

    coverage_id = Id(metadata=_COVERAGE)
    device_flagged = fields.Boolean(metadata=_FLAGGED)


class LinkSchema(Output):
    """A personal link, for the secretary."""

    coverage_id = Id(metadata=_COVERAGE)
    session_id = Id(metadata={"description": "The study session.", "example": "01JD000000000000000SESSION"})
    audience = fields.Enum(Audience, by_value=True, metadata=_AUDIENCE)
    url = fields.String(metadata={"description": "Where it leads; whoever has it can open the lesson.", "example": "http://127.0.0.1:7100/l/3f7a"})
    expires_on = fields.Date(metadata={"description": "The last day.", "example": "2025-05-01"})
    revoked_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Since when it leads nowhere.", "example": None})
    opened_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When play was pressed first.", "example": None})
    device_flagged = fields.Boolean(metadata=_FLAGGED)
    seconds = fields.Float(metadata={"description": "Distinct seconds heard through it.", "example": 97.5})
    recalled_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When the questions were answered.", "example": None})
    played_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When the relative confirmed.", "example": None})


class NothingSchema(Input):
    """Nothing: the link says it all."""


class OpeningSchema(Input):
    """On which device play was pressed."""

    device = fields.String(
        validate=validate.Length(1, 64),
        metadata={"description": "A random id that the device keeps; only its keyed hash is stored.", "example": "k3v9x0a7q2m5w8e1"},
    )


class ProgressSchema(Input):
    """What a player reports."""

    intervals = fields.List(
        fields.Tuple((fields.Float(validate=validate.Range(min=0)), fields.Float(validate=validate.Range(min=0)))),
        required=True,
        validate=validate.Length(max=500),
        metadata={"description": "Seconds that were heard, each from and to.", "example": [[0, 14.5]]},
    )
    speed = fields.Float(load_default=1.0, validate=validate.Range(0.25, 16), metadata={"description": "How fast it was played at most.", "example": 1.0})


class AnswerSchema(Input):
    """An answer to a recall question."""

    question = fields.Integer(required=True, validate=validate.Range(0, 2), metadata={"description": "Which question, from 0.", "example": 0})
    answer = fields.String(required=True, validate=validate.Length(1, 100), metadata={"description": "The answer.", "example": "近邻"})


class HeardSchema(Schema):
    """How far the lesson is through this link; nothing else is told to whoever holds it."""

    percent = fields.Integer(metadata={"description": "How much of the lesson was heard.", "example": 82})
    right = fields.Boolean(allow_none=True, attribute="last_right", metadata={"description": "Whether the last answer was right.", "example": True})
    done = fields.Boolean(metadata={"description": "Whether nothing is left to do here.", "example": False})
