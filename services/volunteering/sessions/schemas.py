"""What is said about class meetings over HTTP; children by ids only."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.volunteering.children.domain import PickupCheck
from services.volunteering.sessions.domain.sessions import ChildState, SessionState

_CHILD = {"description": "The child, by the id of the person.", "example": "01JD0000000000000000CH1D01"}
_SUBJECT = {"description": "The kind of course.", "example": "PAINTING"}
_ROOM = {"description": "The room.", "example": "二楼教室"}
_STARTS = {"description": "When it starts.", "example": "2025-07-08T09:00:00+08:00"}
_ENDS = {"description": "When it ends.", "example": "2025-07-08T11:00:00+08:00"}
_SERIES = {"description": "The series.", "example": "01JD00000000000000SER1ES01"}
_VOLUNTEER = {"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"}


class PlanSessionSchema(Input):
    """A meeting of a series."""

    id = Id()
    series_id = Id(required=True, metadata=_SERIES)
    starts_at = Time(required=True, metadata=_STARTS)
    ends_at = Time(required=True, metadata=_ENDS)
    room = fields.String(validate=validate.Length(1, 80), metadata=_ROOM)
    activity_id = Id(metadata={"description": "The activity by which volunteers sign up for it.", "example": "01JD000000000000000ACT1V1T"})


class CheckAdultInSchema(Input):
    """An adult who is in the room."""

    volunteer_id = Id(required=True, metadata=_VOLUNTEER)


class ExcuseChildSchema(Input):
    """Whether somebody told that the child does not come."""

    known = fields.Boolean(required=True, metadata={"description": "Whether it was told beforehand.", "example": True})


class DepartChildSchema(Input):
    """To whom a child is handed over, and how that person was checked."""

    pickup_id = Id(metadata={"description": "The entry of the pick-up list.", "example": "01JD00000000000000P1CKVP01"})
    alone = fields.Boolean(load_default=False, metadata={"description": "The child goes alone.", "example": False})
    check = fields.Enum(PickupCheck, by_value=True, metadata={"description": "How the person was checked.", "example": "ID_LAST4"})
    id_last4 = fields.String(
        validate=validate.Length(equal=4), metadata={"description": "What the shown document says.", "example": "002X"}
    )


class ListSessionsSchema(ListQuery):
    """Which meetings to list, the earliest first."""

    series_id = Id(metadata=_SERIES)
    state = fields.Enum(SessionState, by_value=True, metadata={"description": "Only in this state.", "example": "PLANNED"})
    since = Time(metadata={"description": "Only those that start at this moment or later.", "example": "2025-07-01T00:00:00+08:00"})
    until = Time(metadata={"description": "Only those that start before this moment.", "example": "2025-08-01T00:00:00+08:00"})


class SessionSummarySchema(Output):
    """A meeting in figures."""

    series_id = Id(metadata=_SERIES)
    subject = fields.String(metadata=_SUBJECT)
    state = fields.Enum(SessionState, by_value=True, metadata={"description": "How far it has come.", "example": "OPEN"})
    starts_at = fields.AwareDateTime(metadata=_STARTS)
    ends_at = fields.AwareDateTime(metadata=_ENDS)
    room = fields.String(metadata=_ROOM)
    activity_id = fields.String(metadata={"description": "The activity by which volunteers sign up.", "example": None})
    adults_present = fields.Integer(metadata={"description": "Adults in the room, whether or not they count.", "example": 3})
    adults_required = fields.Integer(metadata={"description": "Adults that were needed at the opening.", "example": 2})
    adults_counted = fields.Integer(metadata={"description": "Adults that counted at the opening.", "example": 2})
    children_expected = fields.Integer(metadata={"description": "Children still expected.", "example": 4})
    children_in = fields.Integer(metadata={"description": "Children in the room.", "example": 8})
    children_out = fields.Integer(metadata={"description": "Children who were handed over.", "example": 0})
    opened_at = fields.AwareDateTime(metadata={"description": "When opened.", "example": "2025-07-08T00:55:00+00:00"})
    closed_at = fields.AwareDateTime(metadata={"description": "When closed.", "example": "2025-07-08T03:10:00+00:00"})


class AdultPresenceSchema(Input):
    """An adult in the room, from when to when."""

    volunteer_id = Id(metadata=_VOLUNTEER)
    in_at = fields.AwareDateTime(metadata=_STARTS)
    out_at = fields.AwareDateTime(metadata=_ENDS)


class ChildAttendanceSchema(Input):
    """A child at a meeting."""

    child_id = Id(metadata=_CHILD)
    state = fields.Enum(ChildState, by_value=True, metadata={"description": "Where the child is.", "example": "IN"})
    in_at = fields.AwareDateTime(metadata=_STARTS)
    out_at = fields.AwareDateTime(metadata=_ENDS)
    out_to = fields.String(
        metadata={"description": "The entry of the pick-up list, or the child itself.", "example": "01JD00000000000000P1CKVP01"}
    )
    out_check = fields.Enum(PickupCheck, by_value=True, metadata={"description": "How that person was checked.", "example": "ID_LAST4"})
    late_minutes = fields.Integer(metadata={"description": "Minutes after the end.", "example": 0})


class ClassSessionSchema(SessionSummarySchema):
    """A meeting with everyone in it, by ids."""

    adults = fields.List(fields.Nested(AdultPresenceSchema), metadata={"description": "The adults.", "example": []})
    children = fields.List(fields.Nested(ChildAttendanceSchema), metadata={"description": "The children, by ids.", "example": []})


class ReadinessSchema(Input):
    """Whether a meeting could open at this moment."""

    ok = fields.Boolean(metadata={"description": "Whether it could.", "example": False})
    required = fields.Integer(metadata={"description": "Adults needed.", "example": 3})
    counted = fields.Integer(metadata={"description": "Adults who count.", "example": 2})
    children = fields.Integer(metadata={"description": "Children who may come.", "example": 14})
    reasons = fields.List(fields.Dict(), metadata={"description": "What is missing.", "example": [{"code": "RATIO_SHORT", "missing": 1}]})
