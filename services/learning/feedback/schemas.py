"""What is said about feedback over HTTP: written down by the secretary or who taught at home, read by the secretary."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, Output
from services.learning.coverage.domain.feedback import VOICES
from services.learning.coverage.domain.proofs import GivenBy
from services.learning.members.domain import Mode

_GIVEN = {"description": "Whose words they are; STAFF for a note of who taught.", "example": "MEMBER"}
_TEXT = {"description": "What was said; kept encrypted, and in no event.", "example": "录音听得清楚，希望下次讲慢一点。"}
_MODE = {"description": "The way in which the lesson reached the member.", "example": "HOME_TEACHING"}


class FeedbackInputSchema(Input):
    """What a member, or somebody for them, said of a lesson."""

    given_by = fields.Enum(GivenBy, by_value=True, required=True, validate=validate.OneOf(VOICES), metadata=_GIVEN)
    text = fields.String(required=True, validate=validate.Length(1, 2000), metadata=_TEXT)


class FeedbackSchema(Input):
    """One voice."""

    id = Id(metadata={"description": "Its id.", "example": "01JD0000000000000000000000"})
    coverage_id = Id(metadata={"description": "The row of the ledger.", "example": "01JD0000000000000000000000"})
    member_id = Id(metadata={"description": "The member.", "example": "01JD0000000000000000MEMBER"})
    mode = fields.Enum(Mode, by_value=True, allow_none=True, metadata=_MODE)
    given_by = fields.Enum(GivenBy, by_value=True, metadata=_GIVEN)
    text = fields.String(metadata=_TEXT)
    at = fields.AwareDateTime(metadata={"description": "When it was written down.", "example": "2025-04-22T10:00:00+08:00"})
    recorded_by = fields.String(metadata={"description": "Who wrote it down.", "example": "01JD00000000000000000STAFF"})


class ModeCountSchema(Input):
    """How many have the lesson by one way."""

    mode = fields.Enum(Mode, by_value=True, metadata=_MODE)
    verified = fields.Integer(metadata={"description": "How many rows were verified by it.", "example": 12})


class SummarySchema(Output):
    """What came of a study session, in the room and outside of it."""

    branch_id = Id(metadata={"description": "The branch.", "example": "01JD0000000000000000BRANCH"})
    verified = fields.Integer(metadata={"description": "How many have the lesson.", "example": 18})
    waived = fields.Integer(metadata={"description": "How many were waived, which is not having it.", "example": 1})
    open = fields.Integer(metadata={"description": "How many are still without it.", "example": 2})
    by_mode = fields.List(fields.Nested(ModeCountSchema), metadata={"description": "The verified, by their way.", "example": []})
    feedback = fields.List(fields.Nested(FeedbackSchema), metadata={"description": "Every voice, the oldest first.", "example": []})
