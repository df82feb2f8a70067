"""What is said about swaps over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.volunteering.swaps.domain.swap import SwapKind, SwapState
from services.volunteering.swaps.words import message

_KIND = {"description": "GIVE hands one shift over, EXCHANGE two crosswise.", "example": "GIVE"}
_ACTIVITY = {"description": "The activity.", "example": "01JD000000000000000ACT1V1T"}
_ASSIGNMENT = {"description": "The assignment.", "example": "01JD0000000000000000000000"}
_VOLUNTEER = {"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"}
_STATE = {"description": "How far it has come.", "example": "OFFERED"}
_REASON = {"description": "Why, stored sealed; not asked for.", "example": "要陪孩子看病"}
_DEADLINE = {"description": "When it ends by itself; two hours before the shift if left out.", "example": "2025-06-10T07:00:00+08:00"}


class OpenSwapSchema(Input):
    """The place that somebody cannot keep."""

    id = Id()
    kind = fields.Enum(SwapKind, by_value=True, load_default=SwapKind.GIVE, metadata=_KIND)
    activity_id = Id(required=True, metadata=_ACTIVITY)
    assignment_id = Id(required=True, metadata=_ASSIGNMENT)
    reason = fields.String(validate=validate.Length(1, 200), metadata=_REASON)
    deadline = Time(metadata=_DEADLINE)


class OfferSwapSchema(Input):
    """Who is asked to serve instead; in an exchange, for which of their shifts."""

    to_volunteer_id = Id(required=True, metadata=_VOLUNTEER)
    to_activity_id = Id(metadata={"description": "In an exchange, the activity of the other's shift.", "example": None})
    to_assignment_id = Id(metadata={"description": "In an exchange, the other's assignment.", "example": None})


class AcceptSwapSchema(Input):
    """Who says yes."""

    for_absent = fields.Boolean(
        load_default=False, metadata={"description": "Whether a coordinator says so for somebody who is absent.", "example": False}
    )


class ListSwapsSchema(ListQuery):
    """Which swaps to list."""

    state = fields.Enum(SwapState, by_value=True, metadata=_STATE)
    volunteer_id = Id(metadata={"description": "Only those of shifts of this volunteer.", "example": "01JD0000000000000000V0VNTE"})


class ShiftSchema(Schema):
    """One place that changes hands."""

    activity_id = Id(metadata=_ACTIVITY)
    assignment_id = Id(metadata=_ASSIGNMENT)
    volunteer_id = Id(metadata=_VOLUNTEER)
    starts_at = fields.AwareDateTime(metadata={"description": "When it starts.", "example": "2025-06-10T01:00:00+00:00"})
    child_role = fields.Boolean(metadata={"description": "Whether it is with children.", "example": False})


class StepSchema(Schema):
    """What somebody did."""

    state = fields.Enum(SwapState, by_value=True, metadata=_STATE)
    at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-06-08T01:00:00+00:00"})
    by = fields.String(allow_none=True, metadata={"description": "Who.", "example": "01JD000000000000000STAFF01"})
    for_absent = fields.Boolean(metadata={"description": "Whether for somebody who was absent.", "example": False})


class SwapSchema(Output):
    """A swap as it stands, and first of all who is to come."""

    kind = fields.Enum(SwapKind, by_value=True, metadata=_KIND)
    state = fields.Enum(SwapState, by_value=True, metadata=_STATE)
    responsible_id = Id(metadata={"description": "The volunteer who is to come as things stand.", "example": "01JD0000000000000000V0VNTE"})
    message_zh = fields.Function(
        lambda view: message(view, "zh"), metadata={"description": "What both are told.", "example": "换班还没有生效：在确认之前，仍由原来的志愿者负责到场。"}
    )
    message_en = fields.Function(
        lambda view: message(view, "en"), metadata={"description": "What both are told.", "example": "Not in effect yet: until it is, the first volunteer is to come."}
    )
    given = fields.Nested(ShiftSchema, metadata={"description": "The shift that is given.", "example": {"child_role": False}})
    taken = fields.Nested(ShiftSchema, allow_none=True, metadata={"description": "In an exchange, the other's.", "example": None})
    to_volunteer_id = Id(allow_none=True, metadata={"description": "Who is asked to serve instead.", "example": None})
    deadline = fields.AwareDateTime(metadata=_DEADLINE)
    refusal = fields.String(allow_none=True, metadata={"description": "The verdict for which it was rejected.", "example": None})
    steps = fields.List(fields.Nested(StepSchema), metadata={"description": "What was done, in order.", "example": []})
    new_assignment_ids = fields.List(Id(), metadata={"description": "The assignments that it made.", "example": []})
