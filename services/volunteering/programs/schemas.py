"""What is said about programs over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.activities.domain.activity import ActivityKind

_KIND = {"description": "What is done.", "example": "LECTURE_ANTIFRAUD"}
_TITLE = {"description": "Title.", "example": "防诈骗宣讲"}
_ORGANISER = {"description": "Who organises it.", "example": "新时代文明实践站"}
_PARTNERS = {"description": "Partner organisations, by id.", "example": []}
_BEGINS = {"description": "The first day.", "example": "2025-01-01"}
_ENDS = {"description": "The last day; null while nobody knows it.", "example": "2025-12-31"}


class BeginProgramSchema(Input):
    """Regular work of one kind."""

    id = Id()
    kind = fields.Enum(ActivityKind, by_value=True, required=True, metadata=_KIND)
    title = fields.String(required=True, validate=validate.Length(1, 80), metadata=_TITLE)
    organiser = fields.String(validate=validate.Length(max=80), metadata=_ORGANISER)
    partner_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=30), metadata=_PARTNERS)
    begins_on = fields.Date(required=True, metadata=_BEGINS)
    ends_on = fields.Date(metadata=_ENDS)


class EndProgramSchema(Input):
    """Its last day."""

    on = fields.Date(required=True, metadata=_ENDS)


class ListProgramsSchema(ListQuery):
    """Which programs to list, the earliest first."""

    kind = fields.Enum(ActivityKind, by_value=True, metadata=_KIND)


class ProgramSchema(Output):
    """A program; its activities are listed by its id."""

    kind = fields.Enum(ActivityKind, by_value=True, metadata=_KIND)
    title = fields.String(metadata=_TITLE)
    organiser = fields.String(allow_none=True, metadata=_ORGANISER)
    partner_ids = fields.List(Id(), metadata=_PARTNERS)
    begins_on = fields.Date(metadata=_BEGINS)
    ends_on = fields.Date(allow_none=True, metadata=_ENDS)
