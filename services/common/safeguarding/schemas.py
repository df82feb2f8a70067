"""What is said about a safeguarding case over HTTP, whoever it is about."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.common.safeguarding.domain import Authority, CaseOutcome, CaseState

ID = "01JD0000000000000000000000"
HIDDEN = {"description": "Members of staff who are suspected: they see nothing of it.", "example": [ID]}
_WORDS = {"description": "In words; kept encrypted, read by the officers only.", "example": "身上有多处旧伤，说不清来历"}
_TO = {"description": "The authority.", "example": "POLICE"}
_REPORTED_AT = {"description": "When it was reported.", "example": "2025-03-08T15:00:00+08:00"}
_REFERENCE = {"description": "Their reference; kept encrypted.", "example": "2025-0001"}
_TEXT = {"description": "What to write down; kept encrypted.", "example": "已与派出所核实"}
_STATE = {"description": "Where it stands.", "example": "OPEN"}
_OUTCOME = {"description": "What it led to.", "example": "HANDED_OVER"}
_OPENED = {"description": "When it was raised.", "example": "2025-03-08T02:00:00+00:00"}
_BY = {"description": "By whom.", "example": ID}


class RaiseCaseSchema(Input):
    """What somebody saw or was told."""

    id = Id(metadata={"description": "The case's id, if the client made one offline.", "example": ID})
    words = fields.String(validate=validate.Length(1, 4000), metadata=_WORDS)
    hidden_from = fields.List(Id(), validate=validate.Length(max=10), metadata=HIDDEN)


class ReceiptSchema(Schema):
    """That it was taken, and nothing else."""

    id = Id(metadata={"description": "The case.", "example": ID})
    taken_at = fields.AwareDateTime(attribute="opened_at", metadata=_OPENED)


class ReportCaseSchema(Input):
    """To whom it was reported."""

    to = fields.Enum(Authority, by_value=True, required=True, metadata=_TO)
    reported_at = Time(required=True, metadata=_REPORTED_AT)
    reference = fields.String(required=True, validate=validate.Length(1, 80), metadata=_REFERENCE)


class NoteCaseSchema(Input):
    """What an officer writes down."""

    text = fields.String(required=True, validate=validate.Length(1, 4000), metadata=_TEXT)


class CloseCaseSchema(Input):
    """What it led to."""

    outcome = fields.Enum(CaseOutcome, by_value=True, required=True, metadata=_OUTCOME)
    text = fields.String(required=True, validate=validate.Length(1, 4000), metadata=_TEXT)


class ListCasesSchema(ListQuery):
    """Which cases."""

    state = fields.Enum(CaseState, by_value=True, metadata=_STATE)
    overdue = fields.Boolean(metadata={"description": "Only those that were not reported in time.", "example": True})


class MandatoryReportSchema(Schema):
    """A report to an authority."""

    to = fields.Enum(Authority, by_value=True, metadata=_TO)
    at = fields.AwareDateTime(metadata=_REPORTED_AT)
    reference = fields.String(metadata=_REFERENCE)
    recorded_by = fields.String(allow_none=True, metadata=_BY)
    recorded_at = fields.AwareDateTime(metadata=_OPENED)


class CaseNoteSchema(Schema):
    """A note."""

    text = fields.String(metadata=_TEXT)
    at = fields.AwareDateTime(metadata=_OPENED)
    by = fields.String(allow_none=True, metadata=_BY)


class CaseSchema(Output):
    """A case, as the officers see it."""

    words = fields.String(allow_none=True, metadata=_WORDS)
    hidden_from = fields.List(Id(), metadata=HIDDEN)
    state = fields.Enum(CaseState, by_value=True, metadata=_STATE)
    opened_at = fields.AwareDateTime(metadata=_OPENED)
    opened_by = fields.String(allow_none=True, metadata=_BY)
    due_at = fields.AwareDateTime(metadata={"description": "By when it must be reported.", "example": "2025-03-09T02:00:00+00:00"})
    overdue_times = fields.Integer(metadata={"description": "How often it was told that it was not.", "example": 0})
    reports = fields.List(fields.Nested(MandatoryReportSchema), metadata={"description": "To whom it was reported.", "example": []})
    notes = fields.List(fields.Nested(CaseNoteSchema), metadata={"description": "What was written down.", "example": []})
    outcome = fields.Enum(CaseOutcome, by_value=True, allow_none=True, metadata=_OUTCOME)
    closed_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was closed.", "example": None})
    closed_by = fields.String(allow_none=True, metadata=_BY)
