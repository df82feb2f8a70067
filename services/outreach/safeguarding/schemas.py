"""What is said about outreach's own part of a safeguarding case over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id
from services.common.safeguarding import schemas as common
from services.outreach.safeguarding.domain import Sign, Source

_PERSON = {"description": "Who may be in danger.", "example": common.ID}
_SIGNS = {"description": "What was seen or told.", "example": ["SCAM"]}
_VISIT = {"description": "The visit at which it was seen.", "example": common.ID}


class RaiseCaseSchema(common.RaiseCaseSchema):
    """What somebody saw or was told about a person."""

    person_id = Id(required=True, metadata=_PERSON)
    signs = fields.List(fields.Enum(Sign, by_value=True), required=True, validate=validate.Length(1, 6), metadata=_SIGNS)
    visit_id = Id(metadata=_VISIT)


class NoteCaseSchema(common.NoteCaseSchema):
    """What an officer writes down, also of a talk that was owed."""

    followed_up = fields.Boolean(load_default=False, metadata={"description": "Whether the talk was held that was owed.", "example": False})


class ListCasesSchema(common.ListCasesSchema):
    """Which cases."""

    follow_up = fields.Boolean(metadata={"description": "Only those in which somebody is owed a talk of their own.", "example": True})


class CaseSchema(common.CaseSchema):
    """A case, as the officers see it."""

    person_id = Id(metadata=_PERSON)
    source = fields.Enum(Source, by_value=True, metadata={"description": "Where it came from.", "example": "OBSERVATION"})
    signs = fields.List(fields.Enum(Sign, by_value=True), metadata=_SIGNS)
    visit_id = Id(allow_none=True, metadata=_VISIT)
    follow_up_since = fields.Date(allow_none=True, metadata={"description": "Since when a talk is owed: they heard a lecture against fraud.", "example": None})
