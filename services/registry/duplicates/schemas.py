"""What is said about duplicates over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.registry.duplicates.domain.pairs import DuplicateState, Reason

_ID = "01JD0000000000000000000001"
_STATE = {"description": "What became of the question.", "example": "OPEN"}
_SCORE = {"description": "How likely it is, at most 100.", "example": 85}


def _reasons():
    each = fields.Enum(Reason, by_value=True)
    return fields.List(each, metadata={"description": "Why they look like one person (REG-50).", "example": ["BIRTH_DATE_AND_NAME"]})


class CandidateSchema(Schema):
    """A record that may be the same person, as the refusal of an entry names it."""

    person_id = Id(metadata={"description": "The record; open it and compare.", "example": _ID})
    score = fields.Integer(metadata=_SCORE)
    reasons = _reasons()


class ListDuplicatesSchema(ListQuery):
    """Which pairs, the likeliest first."""

    state = fields.Enum(DuplicateState, by_value=True, load_default=DuplicateState.OPEN, metadata=_STATE)
    person_id = Id(metadata={"description": "Only pairs with this person.", "example": _ID})


class SnoozeSchema(Input):
    """When to ask again."""

    snoozed_until = fields.Date(
        required=True, metadata={"description": "The day on which the pair comes back.", "example": "2025-07-01"}
    )


class DuplicateSchema(Output):
    """Two records that may be one person."""

    a_id = Id(allow_none=True, metadata={"description": "One record; null where it lies outside your areas.", "example": _ID})
    b_id = Id(allow_none=True, metadata={"description": "The other.", "example": "01JD0000000000000000000002"})
    score = fields.Integer(metadata=_SCORE)
    reasons = _reasons()
    state = fields.Enum(DuplicateState, by_value=True, metadata=_STATE)
    found_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Since when it is asked.", "example": "2025-06-01T02:00:00+00:00"})
    decided_by = fields.String(allow_none=True, metadata={"description": "Who decided.", "example": _ID})
    snoozed_until = fields.Date(allow_none=True, metadata={"description": "When it comes back.", "example": None})
    merge_id = Id(allow_none=True, metadata={"description": "The merge that closed it.", "example": None})


SEEN = fields.List(
    Id(),
    load_default=list,
    validate=validate.Length(max=50),
    metadata={"description": "The candidates that you looked at and that are somebody else.", "example": []},
)
