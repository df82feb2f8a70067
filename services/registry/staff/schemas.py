"""What the staff operations take and answer."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.registry.staff.domain import ExitReason, Post, StaffState

_GRIDS = {"description": "The grids in which this person works.", "example": ["01JD0000000000000000000001"]}
_NAME = {"description": "Name, stored sealed.", "example": "李梅"}
_POST = {"description": "The post.", "example": "WORKER"}
_SINCE = {"description": "The first working day.", "example": "2025-01-01"}
_PHONE = {"description": "Office phone, stored sealed.", "example": "13812345678"}


class AppointStaffSchema(Input):
    id = Id()
    name = fields.String(required=True, validate=validate.Length(1, 80), metadata=_NAME)
    post = fields.Enum(Post, by_value=True, load_default=Post.WORKER, metadata=_POST)
    grid_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=200), metadata=_GRIDS)
    since = fields.Date(metadata=_SINCE)
    phone = fields.String(validate=validate.Length(3, 40), metadata=_PHONE)


class StartLeaveSchema(Input):
    since = fields.Date(metadata={"description": "The first day, also one to come; today where it is not said.", "example": "2025-06-01"})
    until = fields.Date(metadata={"description": "The last day, if it is known.", "example": "2025-06-15"})


class EndLeaveSchema(Input):
    pass


class LeavePostSchema(Input):
    left_on = fields.Date(metadata={"description": "The day of leaving, also one to come; today where it is not said.", "example": "2025-06-30"})
    reason = fields.Enum(
        ExitReason, by_value=True, load_default=ExitReason.LEFT, metadata={"description": "How they leave.", "example": "RETIRED"}
    )


class LeaveSchema(Schema):
    since = fields.Date(metadata={"description": "The first day.", "example": "2025-06-01"})
    until = fields.Date(allow_none=True, metadata={"description": "The last day, if it is known.", "example": "2025-06-15"})


class ListStaffSchema(ListQuery):
    grid_id = Id(metadata={"description": "Only staff of this grid.", "example": "01JD0000000000000000000001"})


class StaffSchema(Output):
    name = fields.String(metadata=_NAME)
    post = fields.Enum(Post, by_value=True, metadata=_POST)
    grid_ids = fields.List(Id(), metadata=_GRIDS)
    since = fields.Date(metadata=_SINCE)
    state = fields.Enum(StaffState, by_value=True, metadata={"description": "WORKING, ON_LEAVE, SUSPENDED or LEFT.", "example": "WORKING"})
    unavailable = fields.Nested(
        LeaveSchema, allow_none=True, metadata={"description": "When they are not there: now, or announced.", "example": None}
    )
    left_on = fields.Date(allow_none=True, metadata={"description": "The day on which they leave or left.", "example": None})
