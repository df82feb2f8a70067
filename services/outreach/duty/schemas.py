"""What is said about the duty roster over HTTP."""

from __future__ import annotations

from datetime import timedelta

from marshmallow import Schema, ValidationError, fields, validates_schema

from services.common.http.schemas import Id, Input, Output, Time

_ID = "01JD0000000000000000000000"
_STAFF = {"description": "Who is on duty.", "example": _ID}
_STARTS = {"description": "From when.", "example": "2025-10-01T18:00:00+08:00"}
_ENDS = {"description": "Until when.", "example": "2025-10-02T08:00:00+08:00"}
WIDEST = timedelta(days=62)


class EnterDutySchema(Input):
    """An entry of the roster; for hours that an earlier entry names too, this one holds."""

    id = Id(metadata={"description": "The entry's id, if the client made one.", "example": _ID})
    staff_id = Id(required=True, metadata=_STAFF)
    starts_at = Time(required=True, metadata=_STARTS)
    ends_at = Time(required=True, metadata=_ENDS)


class DutyPeriodSchema(Output):
    """An entry of the roster."""

    staff_id = Id(metadata=_STAFF)
    starts_at = fields.AwareDateTime(metadata=_STARTS)
    ends_at = fields.AwareDateTime(metadata=_ENDS)
    cancelled = fields.Boolean(metadata={"description": "Whether it was taken back.", "example": False})
    entered_at = fields.AwareDateTime(metadata={"description": "When it was entered.", "example": "2025-09-20T02:00:00+00:00"})
    entered_by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})


class RosterQuery(Input):
    """Which time; from now for two weeks, if left out."""

    since = Time(metadata={"description": "From when.", "example": "2025-10-01T00:00:00+08:00"})
    until = Time(metadata={"description": "Until when, at most two months later.", "example": "2025-10-08T00:00:00+08:00"})

    @validates_schema
    def _is_a_time(self, data, **_):
        if "since" in data and "until" in data and not timedelta(0) < data["until"] - data["since"] <= WIDEST:
            raise ValidationError({"until": ["ROSTER_TIME"]})


class HoursSchema(Schema):
    """Hours of one officer, or of nobody."""

    staff_id = Id(allow_none=True, metadata={"description": "Whose hours; empty in a gap.", "example": _ID})
    period_id = Id(allow_none=True, metadata={"description": "The entry that says so.", "example": _ID})
    starts_at = fields.AwareDateTime(metadata=_STARTS)
    ends_at = fields.AwareDateTime(metadata=_ENDS)


class RosterSchema(Schema):
    """Who is on duty now and in the time asked for."""

    now = Id(allow_none=True, metadata={"description": "Who is on duty at this moment; empty where nobody is.", "example": _ID})
    called_now = fields.List(
        Id(), metadata={"description": "Whom an incident calls now: the officer, or else the administrators.", "example": [_ID]}
    )
    hours = fields.List(fields.Nested(HoursSchema), metadata={"description": "The roster without overlaps.", "example": []})
    gaps = fields.List(fields.Nested(HoursSchema), metadata={"description": "Hours that are nobody's.", "example": []})
