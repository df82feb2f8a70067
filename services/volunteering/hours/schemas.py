"""What is said about hours over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.volunteering.hours.domain import HoursBasis, HoursState

_VOLUNTEER = {"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"}
_ACTIVITY = {"description": "The activity.", "example": "01JD000000000000000ACT1V1T"}
_STARTS = {"description": "From when.", "example": "2025-06-10T09:00:00+08:00"}
_ENDS = {"description": "Until when.", "example": "2025-06-10T11:00:00+08:00"}
_MINUTES = {"description": "Minutes of service, without travel and meals; the whole span if left out.", "example": 90}
_WHAT = {"description": "What was done.", "example": "布置会场"}
_STATE = {"description": "How far the entry has come.", "example": "VERIFIED"}
_REASON = {"description": "Why it was declined.", "example": "没有到场"}


class ClaimHoursSchema(Input):
    """Time that no roll call recorded."""

    id = Id()
    volunteer_id = Id(required=True, metadata=_VOLUNTEER)
    activity_id = Id(required=True, metadata=_ACTIVITY)
    starts_at = Time(required=True, metadata=_STARTS)
    ends_at = Time(required=True, metadata=_ENDS)
    minutes = fields.Integer(validate=validate.Range(1, 1440), metadata=_MINUTES)
    description = fields.String(validate=validate.Length(max=200), metadata=_WHAT)


class VerifyHoursSchema(Input):
    """That somebody else vouches for an entry."""

    confirm_over_plan = fields.Boolean(
        load_default=False, metadata={"description": "Credit minutes beyond the plan and half an hour too.", "example": False}
    )


class RejectHoursSchema(Input):
    """Why an entry does not count."""

    reason = fields.String(required=True, validate=validate.Length(1, 200), metadata=_REASON)


class ListHoursSchema(ListQuery):
    """Which entries to list, the earliest first."""

    volunteer_id = Id(metadata=_VOLUNTEER)
    activity_id = Id(metadata=_ACTIVITY)
    state = fields.Enum(HoursState, by_value=True, metadata=_STATE)


class HoursSchema(Output):
    """One entry of volunteered time."""

    volunteer_id = Id(metadata=_VOLUNTEER)
    person_id = Id(metadata={"description": "The volunteer's person.", "example": "01JD0000000000000000PERS0N"})
    activity_id = Id(metadata=_ACTIVITY)
    starts_at = fields.AwareDateTime(metadata=_STARTS)
    ends_at = fields.AwareDateTime(metadata=_ENDS)
    minutes = fields.Integer(metadata={"description": "Minutes credited.", "example": 120})
    stated_minutes = fields.Integer(metadata={"description": "Minutes checked or claimed, before the cap.", "example": 120})
    planned_minutes = fields.Integer(metadata={"description": "Minutes planned.", "example": 120})
    basis = fields.Enum(HoursBasis, by_value=True, metadata={"description": "From what they were taken.", "example": "CHECKED"})
    state = fields.Enum(HoursState, by_value=True, metadata=_STATE)
    description = fields.String(metadata=_WHAT)
    long_day = fields.Boolean(metadata={"description": "Whether that day has more than eight hours.", "example": False})
    verified_by = fields.String(metadata={"description": "Who verified or declined it.", "example": "01JD000000000000000STAFF01"})
    verified_at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-06-11T01:00:00+00:00"})
    reject_reason = fields.String(metadata=_REASON)
