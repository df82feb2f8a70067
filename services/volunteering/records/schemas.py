"""What is said about trainings, awards and evaluations over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.records.domain import RecordKind
from services.volunteering.volunteers.domain import VolunteerKind

_KIND = {"description": "What it is.", "example": "TRAINING"}
_ON = {"description": "On which day.", "example": "2025-06-10"}
_TITLE = {"description": "Which training or award, or by what was evaluated.", "example": "儿童安全培训"}
_ORGANISER = {"description": "Who held or gave it.", "example": "街道志愿服务中心"}
_MINUTES = {"description": "How long a training took.", "example": 120}
_GRADE = {"description": "An evaluation's stars, one to five.", "example": 5}
_REMARK = {"description": "Words of the evaluation, stored sealed.", "example": "耐心细致"}
_REASON = {"description": "Why it was wrong.", "example": "记错了人"}


class RecordSchema(Input):
    """A training, an award or an evaluation."""

    id = Id()
    kind = fields.Enum(RecordKind, by_value=True, required=True, metadata=_KIND)
    on = fields.Date(required=True, metadata=_ON)
    title = fields.String(required=True, validate=validate.Length(1, 80), metadata=_TITLE)
    organiser = fields.String(validate=validate.Length(1, 80), metadata=_ORGANISER)
    minutes = fields.Integer(validate=validate.Range(1, 10000), metadata=_MINUTES)
    grade = fields.Integer(validate=validate.Range(1, 5), metadata=_GRADE)
    remark = fields.String(validate=validate.Length(1, 500), metadata=_REMARK)


class WithdrawRecordSchema(Input):
    """Why a record is taken back."""

    reason = fields.String(required=True, validate=validate.Length(1, 200), metadata=_REASON)


class ListRecordsSchema(ListQuery):
    """Which records of a volunteer to list, the earliest first."""

    kind = fields.Enum(RecordKind, by_value=True, metadata=_KIND)


class VolunteerRecordSchema(Output):
    """A record as it stands."""

    volunteer_id = Id(metadata={"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"})
    kind = fields.Enum(RecordKind, by_value=True, metadata=_KIND)
    on = fields.Date(metadata=_ON)
    title = fields.String(metadata=_TITLE)
    organiser = fields.String(allow_none=True, metadata=_ORGANISER)
    minutes = fields.Integer(allow_none=True, metadata=_MINUTES)
    grade = fields.Integer(allow_none=True, metadata=_GRADE)
    remark = fields.String(allow_none=True, metadata=_REMARK)
    recorded_by = fields.String(allow_none=True, metadata={"description": "Who recorded it.", "example": "01JD000000000000000STAFF01"})
    withdrawn_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was taken back.", "example": None})
    withdrawal_reason = fields.String(allow_none=True, metadata=_REASON)


class ServiceRecordSchema(Schema):
    """All that the ministry's rules ask to be on record of a volunteer: basic, service, training, award and evaluation data."""

    volunteer_id = Id(metadata={"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"})
    person_id = Id(metadata={"description": "The volunteer's person.", "example": "01JD0000000000000000PERS0N"})
    kinds = fields.List(fields.Enum(VolunteerKind, by_value=True), metadata={"description": "As what they help.", "example": ["SILVER"]})
    applied_on = fields.Date(metadata={"description": "Since when.", "example": "2025-01-08"})
    skills = fields.List(fields.String(), metadata={"description": "What they can do.", "example": ["书法"]})
    minutes = fields.Integer(metadata={"description": "Minutes that count.", "example": 750})
    hours = fields.String(metadata={"description": "The same in hours, to a tenth.", "example": "12.5"})
    times = fields.Integer(metadata={"description": "In how many activities.", "example": 6})
    first_on = fields.Date(allow_none=True, metadata={"description": "The first day of service.", "example": "2025-02-12"})
    last_on = fields.Date(allow_none=True, metadata={"description": "The last one.", "example": "2025-06-10"})
    training_minutes = fields.Integer(metadata={"description": "Minutes of training.", "example": 120})
    records = fields.List(
        fields.Nested(VolunteerRecordSchema(exclude=("id", "version"))),
        metadata={"description": "Trainings, awards and evaluations that hold, the earliest first; the latest 200.", "example": []},
    )
