"""What is said about certificates over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.certificates.domain import CertificateState

_VOLUNTEER = {"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"}
_NAME = {"description": "The holder's name as it is printed, stored sealed.", "example": "张三"}
_AS_OF = {"description": "The last day that is counted.", "example": "2025-06-30"}
_NUMBER = {"description": "The number on the certificate.", "example": "2025-7K3MP-9QW2R"}
_MINUTES = {"description": "The minutes in all.", "example": 750}
_HOURS = {"description": "The same in hours, to a tenth.", "example": "12.5"}
_STATE = {"description": "Whether it still says what is on record.", "example": "VALID"}
_TIMES = {"description": "In how many activities.", "example": 6}


class IssueCertificateSchema(Input):
    """For whom, and until which day."""

    id = Id()
    volunteer_id = Id(required=True, metadata=_VOLUNTEER)
    holder_name = fields.String(required=True, validate=validate.Length(1, 60), metadata=_NAME)
    as_of = fields.Date(required=True, metadata=_AS_OF)


class ListCertificatesSchema(ListQuery):
    """Whose certificates to list, the first issued first."""

    volunteer_id = Id(required=True, metadata=_VOLUNTEER)


class CertifiedSchema(Schema):
    """One entry as the certificate counts it."""

    hours_id = Id(metadata={"description": "The entry.", "example": "01JD0000000000000000000000"})
    activity_id = Id(metadata={"description": "The activity.", "example": "01JD000000000000000ACT1V1T"})
    served_on = fields.Date(metadata={"description": "The day.", "example": "2025-06-10"})
    minutes = fields.Integer(metadata={"description": "The minutes; less than none where it takes another away.", "example": 120})


class CertificateCheckSchema(Schema):
    """All that anybody learns who has the number: nothing of whom it is about."""

    number = fields.String(metadata=_NUMBER)
    state = fields.Enum(CertificateState, by_value=True, metadata=_STATE)
    as_of = fields.Date(metadata=_AS_OF)
    minutes = fields.Integer(metadata=_MINUTES)
    hours = fields.String(metadata=_HOURS)
    times = fields.Integer(metadata=_TIMES)
    issued_on = fields.Date(metadata={"description": "The day of issue.", "example": "2025-07-01"})


class CertificateSchema(Output):
    """A certificate; it never changes but for being superseded."""

    number = fields.String(metadata=_NUMBER)
    volunteer_id = Id(metadata=_VOLUNTEER)
    holder_name = fields.String(allow_none=True, metadata=_NAME)
    as_of = fields.Date(metadata=_AS_OF)
    minutes = fields.Integer(metadata=_MINUTES)
    hours = fields.String(metadata=_HOURS)
    times = fields.Integer(metadata=_TIMES)
    state = fields.Enum(CertificateState, by_value=True, metadata=_STATE)
    issued_at = fields.AwareDateTime(metadata={"description": "When issued.", "example": "2025-07-01T01:00:00+00:00"})
    issued_by = fields.String(allow_none=True, metadata={"description": "Who issued it.", "example": "01JD000000000000000STAFF01"})
    superseded_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When a reversal overtook it.", "example": None})
    entries = fields.List(fields.Nested(CertifiedSchema), metadata={"description": "What is counted, the earliest first.", "example": []})
