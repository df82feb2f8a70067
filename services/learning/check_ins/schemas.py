"""What is said about checking in to a study session over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, Output
from services.learning.coverage.domain.rows import CoverageState

_CODE = {"description": "What the screen shows this minute.", "example": "7K3MPQ"}


class SessionCodeSchema(Schema):
    """The code that the screen in the room shows now."""

    session_id = Id(metadata={"description": "The study session.", "example": "01JD000000000000000SESSION"})
    code = fields.String(metadata=_CODE)
    valid_from = fields.AwareDateTime(metadata={"description": "From when it holds.", "example": "2025-04-10T14:00:00+08:00"})
    valid_until = fields.AwareDateTime(metadata={"description": "When the next one takes its place.", "example": "2025-04-10T14:01:00+08:00"})
    opens_at = fields.AwareDateTime(metadata={"description": "When the first code of the session was shown.", "example": "2025-04-10T13:30:00+08:00"})
    closes_at = fields.AwareDateTime(metadata={"description": "When no code is shown any more.", "example": "2025-04-10T15:30:00+08:00"})


class CheckInSchema(Input):
    """A member who is in the room and sees the code."""

    member_id = Id(required=True, metadata={"description": "The member.", "example": "01JD0000000000000000MEMBER"})
    code = fields.String(required=True, validate=validate.Length(1, 20), metadata=_CODE)


class CheckedInSchema(Output):
    """What is on record now: the row of the ledger, its state, and since when the member is here."""

    session_id = Id(metadata={"description": "The study session.", "example": "01JD000000000000000SESSION"})
    state = fields.Enum(CoverageState, by_value=True, metadata={"description": "VERIFIED: the member has the lesson.", "example": "VERIFIED"})
    checked_in_at = fields.AwareDateTime(metadata={"description": "When the code was taken; the first time, if it was shown twice.", "example": "2025-04-10T14:00:20+08:00"})
