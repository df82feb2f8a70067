"""What is said about coming and staying away over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.activities.domain.activity import InMethod, Presence
from services.volunteering.attendance.domain.reliability import Excuse, NoShowState

_ACTIVITY = {"description": "The activity.", "example": "01JD000000000000000ACT1V1T"}
_VOLUNTEER = {"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"}
_CODE = {"description": "What the organiser's screen shows this minute.", "example": "7K3MPQ"}
_IN = {"description": "When the volunteer came.", "example": "2025-06-10T01:00:00+00:00"}
_OUT = {"description": "When the volunteer left.", "example": "2025-06-10T03:00:00+00:00"}
_ASSIGNMENT = {"description": "The assignment.", "example": "01JD0000000000000000000000"}
_WORDS = {"description": "The volunteer's words, stored sealed.", "example": "孩子突然发烧"}
_EXCUSE = {"description": "What the volunteer says.", "example": "ILLNESS"}


class AttendanceCodeSchema(Schema):
    """The code that the organiser's screen shows now."""

    activity_id = Id(metadata=_ACTIVITY)
    code = fields.String(metadata=_CODE)
    valid_from = fields.AwareDateTime(metadata={"description": "From when it holds.", "example": "2025-06-10T01:00:00+00:00"})
    valid_until = fields.AwareDateTime(metadata={"description": "When the next one takes its place.", "example": "2025-06-10T01:01:00+00:00"})


class CheckInSchema(Input):
    """A volunteer who is in the room and sees the code."""

    volunteer_id = Id(required=True, metadata=_VOLUNTEER)
    code = fields.String(required=True, validate=validate.Length(1, 20), metadata=_CODE)
    leaving = fields.Boolean(load_default=False, metadata={"description": "Whether they leave instead of coming.", "example": False})


class CheckedInSchema(Output):
    """What is on record now of the volunteer who checked in, as the times say it."""

    assignment_id = Id(attribute="checked_in.id", metadata=_ASSIGNMENT)
    result = fields.Enum(
        Presence, by_value=True, attribute="checked_in.attendance.result", metadata={"description": "What the times say.", "example": "LATE"}
    )
    in_at = fields.AwareDateTime(attribute="checked_in.attendance.in_at", allow_none=True, metadata=_IN)
    out_at = fields.AwareDateTime(attribute="checked_in.attendance.out_at", allow_none=True, metadata=_OUT)
    in_method = fields.Enum(
        InMethod, by_value=True, attribute="checked_in.attendance.in_method", metadata={"description": "How it is known.", "example": "CODE"}
    )


class AnswerNoShowSchema(Input):
    """What a volunteer says of a no-show."""

    excuse = fields.Enum(Excuse, by_value=True, required=True, metadata=_EXCUSE)
    words = fields.String(validate=validate.Length(1, 500), metadata=_WORDS)


class DecideNoShowSchema(Input):
    """Whether the answer is accepted."""

    excused = fields.Boolean(required=True, metadata={"description": "Whether it counts as excused.", "example": True})


class HoldTalkSchema(Input):
    """That the coordinator talked with the volunteer."""

    held_on = fields.Date(required=True, metadata={"description": "On which day.", "example": "2025-06-20"})


class ListTalksSchema(ListQuery):
    """Which talks are due, the longest due first."""


class NoShowSchema(Schema):
    """One absence without word."""

    assignment_id = Id(metadata=_ASSIGNMENT)
    activity_id = Id(metadata=_ACTIVITY)
    missed_on = fields.Date(metadata={"description": "The day.", "example": "2025-06-10"})
    child_role = fields.Boolean(metadata={"description": "Whether it was a role with children.", "example": False})
    recorded_by = fields.String(allow_none=True, metadata={"description": "Who said so.", "example": "01JD000000000000000STAFF01"})
    recorded_at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-06-10T03:00:00+00:00"})
    answer_until = fields.Date(metadata={"description": "Until when the volunteer may answer.", "example": "2025-06-17"})
    state = fields.Enum(NoShowState, by_value=True, metadata={"description": "What became of it.", "example": "RECORDED"})
    decided_by = fields.String(allow_none=True, metadata={"description": "Who decided on the answer.", "example": "01JD000000000000000STAFF01"})


class AnswerSchema(Schema):
    """What the volunteer said."""

    assignment_id = Id(metadata=_ASSIGNMENT)
    excuse = fields.Enum(Excuse, by_value=True, metadata=_EXCUSE)
    words = fields.String(allow_none=True, metadata=_WORDS)
    given_at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-06-12T03:00:00+00:00"})


class ReliabilityRowSchema(Output):
    """A volunteer with whom the coordinator is to talk."""

    talk_due_since = fields.Date(allow_none=True, metadata={"description": "Since when a talk is due.", "example": "2025-06-10"})
    paused_until = fields.Date(
        allow_none=True, metadata={"description": "On which day sign-up for roles with children opens again by itself.", "example": None}
    )
    no_shows = fields.List(fields.Nested(NoShowSchema), metadata={"description": "Every absence without word.", "example": []})


class ReliabilitySchema(ReliabilityRowSchema):
    """A volunteer's no-shows with the answers to them; the id is the volunteer's."""

    answers = fields.List(fields.Nested(AnswerSchema), allow_none=True, metadata={"description": "What the volunteer said.", "example": []})
