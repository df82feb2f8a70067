"""What is said about suspicions of harm over HTTP: much to the officers, to everybody else that it was taken."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.volunteering.safeguarding.domain import Authority, CaseOutcome, CaseState, Harm

_ID = "01JD0000000000000000000000"
_CHILD = {"description": "The child who may be in danger.", "example": _ID}
_SIGNS = {"description": "What was seen or told.", "example": ["NEGLECT"]}
_WORDS = {"description": "In words; kept encrypted, read by the officers only.", "example": "孩子身上有多处旧伤"}
_SESSION = {"description": "The meeting at which it was seen.", "example": _ID}
_HIDDEN = {"description": "Members of staff who are suspected: they see nothing of it.", "example": [_ID]}
_TO = {"description": "The authority.", "example": "POLICE"}
_REPORTED_AT = {"description": "When it was reported.", "example": "2025-03-08T15:00:00+08:00"}
_REFERENCE = {"description": "Their reference; kept encrypted.", "example": "2025-0001"}
_TEXT = {"description": "What to write down; kept encrypted.", "example": "已与派出所核实"}
_STATE = {"description": "Where it stands.", "example": "OPEN"}
_OUTCOME = {"description": "What it led to.", "example": "HANDED_OVER"}
_OPENED = {"description": "When it was raised.", "example": "2025-03-08T02:00:00+00:00"}
_BY = {"description": "By whom.", "example": _ID}


class RaiseChildCaseSchema(Input):
    """What somebody saw or was told."""

    id = Id(metadata={"description": "The case's id, if the client made one offline.", "example": _ID})
    child_id = Id(required=True, metadata=_CHILD)
    signs = fields.List(fields.Enum(Harm, by_value=True), required=True, validate=validate.Length(1, 6), metadata=_SIGNS)
    words = fields.String(validate=validate.Length(1, 4000), metadata=_WORDS)
    session_id = Id(metadata=_SESSION)
    hidden_from = fields.List(Id(), validate=validate.Length(max=10), metadata=_HIDDEN)
    suspect_volunteer_ids = fields.List(
        Id(), validate=validate.Length(max=10), metadata={"description": "Volunteers who are suspected: they see nothing of it.", "example": []}
    )


class ChildCaseReceiptSchema(Schema):
    """That it was taken, and nothing else."""

    id = Id(metadata={"description": "The case.", "example": _ID})
    taken_at = fields.AwareDateTime(attribute="opened_at", metadata=_OPENED)


class ReportChildCaseSchema(Input):
    """To whom it was reported."""

    to = fields.Enum(Authority, by_value=True, required=True, metadata=_TO)
    reported_at = Time(required=True, metadata=_REPORTED_AT)
    reference = fields.String(required=True, validate=validate.Length(1, 80), metadata=_REFERENCE)


class ChildCaseNoteSchema(Input):
    """What an officer writes down."""

    text = fields.String(required=True, validate=validate.Length(1, 4000), metadata=_TEXT)


class CloseChildCaseSchema(Input):
    """What it led to."""

    outcome = fields.Enum(CaseOutcome, by_value=True, required=True, metadata=_OUTCOME)
    text = fields.String(required=True, validate=validate.Length(1, 4000), metadata=_TEXT)


class ListChildCasesSchema(ListQuery):
    """Which cases."""

    state = fields.Enum(CaseState, by_value=True, metadata=_STATE)
    overdue = fields.Boolean(metadata={"description": "Only those that were not reported in time.", "example": True})


class AuthorityReportSchema(Schema):
    """A report to an authority."""

    to = fields.Enum(Authority, by_value=True, metadata=_TO)
    at = fields.AwareDateTime(metadata=_REPORTED_AT)
    reference = fields.String(metadata=_REFERENCE)
    recorded_by = fields.String(allow_none=True, metadata=_BY)
    recorded_at = fields.AwareDateTime(metadata=_OPENED)


class OfficerNoteSchema(Schema):
    """A note."""

    text = fields.String(metadata=_TEXT)
    at = fields.AwareDateTime(metadata=_OPENED)
    by = fields.String(allow_none=True, metadata=_BY)


class ChildCaseSchema(Output):
    """A case, as the officers see it."""

    child_id = Id(metadata=_CHILD)
    signs = fields.List(fields.Enum(Harm, by_value=True), metadata=_SIGNS)
    words = fields.String(allow_none=True, metadata=_WORDS)
    session_id = Id(allow_none=True, metadata=_SESSION)
    hidden_from = fields.List(Id(), metadata=_HIDDEN)
    state = fields.Enum(CaseState, by_value=True, metadata=_STATE)
    opened_at = fields.AwareDateTime(metadata=_OPENED)
    opened_by = fields.String(allow_none=True, metadata=_BY)
    due_at = fields.AwareDateTime(metadata={"description": "By when it must be reported.", "example": "2025-03-09T02:00:00+00:00"})
    overdue_times = fields.Integer(metadata={"description": "How often it was told that it was not.", "example": 0})
    reports = fields.List(fields.Nested(AuthorityReportSchema), metadata={"description": "To whom it was reported.", "example": []})
    notes = fields.List(fields.Nested(OfficerNoteSchema), metadata={"description": "What was written down.", "example": []})
    outcome = fields.Enum(CaseOutcome, by_value=True, allow_none=True, metadata=_OUTCOME)
    closed_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was closed.", "example": None})
    closed_by = fields.String(allow_none=True, metadata=_BY)
