"""What is said about hours over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.volunteering.hours.domain.entries import HoursBasis, HoursState

_VOLUNTEER = {"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"}
_ACTIVITY = {"description": "The activity.", "example": "01JD000000000000000ACT1V1T"}
_STARTS = {"description": "From when.", "example": "2025-06-10T09:00:00+08:00"}
_ENDS = {"description": "Until when.", "example": "2025-06-10T11:00:00+08:00"}
_MINUTES = {"description": "Minutes of service, without travel and meals; the whole span if left out.", "example": 90}
_WHAT = {"description": "What was done.", "example": "布置会场"}
_STATE = {"description": "How far the entry has come.", "example": "VERIFIED"}
_LEFT_OUT = {"description": "Travel and meals within the time that was checked or claimed; they do not count.", "example": 0}
_REASON = {"description": "Why it was declined.", "example": "没有到场"}


class ClaimHoursSchema(Input):
    """Time that no roll call recorded."""

    id = Id()
    volunteer_id = Id(required=True, metadata=_VOLUNTEER)
    activity_id = Id(metadata={**_ACTIVITY, "description": "The activity; left out for time outside any, which is described then."})
    starts_at = Time(required=True, metadata=_STARTS)
    ends_at = Time(required=True, metadata=_ENDS)
    minutes = fields.Integer(validate=validate.Range(1, 1440), metadata=_MINUTES)
    description = fields.String(validate=validate.Length(max=200), metadata=_WHAT)


class VerifyHoursSchema(Input):
    """That somebody else vouches for an entry."""

    confirm_over_plan = fields.Boolean(
        load_default=False, metadata={"description": "Credit minutes beyond the plan and half an hour too.", "example": False}
    )
    left_out_minutes = fields.Integer(load_default=0, validate=validate.Range(0, 1440), metadata=_LEFT_OUT)


class RejectHoursSchema(Input):
    """Why an entry does not count."""

    reason = fields.String(required=True, validate=validate.Length(1, 200), metadata=_REASON)


class EnterGroupHoursSchema(Input):
    """The same time of several volunteers; each gets an entry."""

    id = Id()
    activity_id = Id(required=True, metadata=_ACTIVITY)
    volunteer_ids = fields.List(
        Id(), required=True, validate=validate.Length(1, 200), metadata={"description": "The volunteers.", "example": ["01JD0000000000000000V0VNTE"]}
    )
    starts_at = Time(required=True, metadata=_STARTS)
    ends_at = Time(required=True, metadata=_ENDS)
    minutes = fields.Integer(validate=validate.Range(1, 1440), metadata=_MINUTES)
    description = fields.String(validate=validate.Length(max=200), metadata=_WHAT)


class HoursGroupSchema(Output):
    """What was entered, and the entries that it makes in a moment."""

    activity_id = Id(metadata=_ACTIVITY)
    volunteer_ids = fields.List(Id(), metadata={"description": "The volunteers, each once.", "example": ["01JD0000000000000000V0VNTE"]})
    hours_ids = fields.List(Id(), metadata={"description": "Their entries, in this order.", "example": ["01JD0000000000000000000000"]})


class CorrectHoursSchema(Input):
    """The minutes that are right; the old ones stay readable beside their reversal."""

    minutes = fields.Integer(required=True, validate=validate.Range(0, 1440), metadata={"description": "None where it never happened.", "example": 60})
    reason = fields.String(required=True, validate=validate.Length(1, 200), metadata={"description": "What was wrong.", "example": "提前离开"})
    confirm_over_plan = fields.Boolean(
        load_default=False, metadata={"description": "Credit minutes beyond the plan and half an hour too.", "example": False}
    )


class DisputeHoursSchema(Input):
    """What a volunteer asks to have corrected."""

    words = fields.String(
        required=True, validate=validate.Length(1, 500), metadata={"description": "The volunteer's words, stored sealed.", "example": "那天我做到了十二点"}
    )


class SettleHoursSchema(Input):
    """What came of it; other minutes are credited by a correction instead."""

    reopen = fields.Boolean(
        required=True, metadata={"description": "Whether an entry that was declined is looked at anew; else it stands.", "example": False}
    )


class DeclareKinSchema(Input):
    """Whose spouse, parent or child the member of staff is who sends this, and under which id they live here themselves."""

    person_ids = fields.List(
        Id(), required=True, validate=validate.Length(max=30), metadata={"description": "The people, themselves among them; none where there is none.", "example": []}
    )


class KinDeclarationSchema(Schema):
    """What somebody declared of their own kin."""

    person_ids = fields.List(Id(), metadata={"description": "The people.", "example": []})
    declared_at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-06-01T01:00:00+00:00"})


class CorrectionSchema(Schema):
    """By what an entry was replaced."""

    reversal_id = Id(metadata={"description": "The entry that takes the minutes away.", "example": "01JD0000000000000000000000"})
    replacement_id = Id(allow_none=True, metadata={"description": "The entry that credits the right ones.", "example": None})
    minutes = fields.Integer(metadata={"description": "The right minutes.", "example": 60})
    reason = fields.String(metadata={"description": "What was wrong.", "example": "提前离开"})
    by = fields.String(allow_none=True, metadata={"description": "Who corrected it.", "example": "01JD000000000000000STAFF01"})
    at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-06-12T01:00:00+00:00"})


class DisputeSchema(Schema):
    """That the volunteer asked for a correction."""

    state_before = fields.Enum(HoursState, by_value=True, metadata=_STATE)
    raised_at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-06-12T01:00:00+00:00"})
    settled_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was settled.", "example": None})


class ListHoursSchema(ListQuery):
    """Which entries to list, the earliest first."""

    volunteer_id = Id(metadata=_VOLUNTEER)
    activity_id = Id(metadata=_ACTIVITY)
    state = fields.Enum(HoursState, by_value=True, metadata=_STATE)
    long_day = fields.Boolean(metadata={"description": "Only those that made a day longer than eight hours.", "example": False})


class HoursSchema(Output):
    """One entry of volunteered time."""

    volunteer_id = Id(metadata=_VOLUNTEER)
    person_id = Id(metadata={"description": "The volunteer's person.", "example": "01JD0000000000000000PERS0N"})
    activity_id = Id(metadata={**_ACTIVITY, "description": "The activity; of time outside any, the entry's own id."})
    starts_at = fields.AwareDateTime(metadata=_STARTS)
    ends_at = fields.AwareDateTime(metadata=_ENDS)
    minutes = fields.Integer(metadata={"description": "Minutes credited.", "example": 120})
    stated_minutes = fields.Integer(metadata={"description": "Minutes checked or claimed, before the cap.", "example": 120})
    planned_minutes = fields.Integer(metadata={"description": "Minutes planned.", "example": 120})
    basis = fields.Enum(HoursBasis, by_value=True, metadata={"description": "From what they were taken.", "example": "CHECKED"})
    state = fields.Enum(HoursState, by_value=True, metadata=_STATE)
    left_out_minutes = fields.Integer(metadata=_LEFT_OUT)
    description = fields.String(metadata=_WHAT)
    long_day = fields.Boolean(metadata={"description": "Whether that day has more than eight hours.", "example": False})
    verified_by = fields.String(metadata={"description": "Who verified or declined it.", "example": "01JD000000000000000STAFF01"})
    verified_at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-06-11T01:00:00+00:00"})
    reject_reason = fields.String(metadata=_REASON)
    certificate_id = Id(allow_none=True, metadata={"description": "The first certificate that counts it.", "example": None})
    reverses = Id(allow_none=True, metadata={"description": "The entry that this one takes away.", "example": None})
    replaces = Id(allow_none=True, metadata={"description": "The entry in whose place this one stands.", "example": None})
    correction = fields.Nested(CorrectionSchema, allow_none=True, metadata={"description": "By what it was replaced.", "example": None})
    dispute = fields.Nested(DisputeSchema, allow_none=True, metadata={"description": "What the volunteer asked.", "example": None})
