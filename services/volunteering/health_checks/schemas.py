"""What is said about health checks over HTTP."""

from __future__ import annotations

from marshmallow import fields, post_load, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.health_checks.domain import Callee, Measures

_ACTIVITY = {"description": "The health check's activity.", "example": "01JD0000000000000000ACT1V0"}
_PERSON = {"description": "Who was checked, of the register.", "example": "01JD0000000000000000PERS0N"}
_CALLED = {"description": "Who was called.", "example": "KIN"}
_MEASURES = {"description": "What was measured; stored sealed.", "example": {"systolic": 150, "diastolic": 95}}


class MeasuresSchema(Input):
    """What was measured."""

    systolic = fields.Integer(allow_none=True, validate=validate.Range(40, 350), metadata={"description": "Upper blood pressure.", "example": 150})
    diastolic = fields.Integer(allow_none=True, validate=validate.Range(20, 250), metadata={"description": "Lower blood pressure.", "example": 95})
    glucose = fields.Float(allow_none=True, validate=validate.Range(0, 60), metadata={"description": "Blood sugar, mmol/L.", "example": 6.1})
    note = fields.String(allow_none=True, validate=validate.Length(max=200), metadata={"description": "In words.", "example": "头晕"})

    @post_load
    def _made(self, data, **_):
        return Measures(**data)


class RecordHealthCheckSchema(Input):
    """One person's result."""

    id = Id()
    activity_id = Id(required=True, metadata=_ACTIVITY)
    person_id = Id(required=True, metadata=_PERSON)
    measures = fields.Nested(MeasuresSchema, required=True, metadata=_MEASURES)
    alarming = fields.Boolean(load_default=False, metadata={"description": "Whether who checked is alarmed, whatever the figures.", "example": False})


class CallOwedSchema(Input):
    """Who was called because of a result."""

    called = fields.Enum(Callee, by_value=True, required=True, metadata=_CALLED)


class ListHealthChecksSchema(ListQuery):
    """Whose results to list, or which calls are owed."""

    person_id = Id(metadata=_PERSON)
    call_owed = fields.Boolean(metadata={"description": "Only those for which a call is owed, the longest first.", "example": True})


class ListCallsSchema(ListQuery):
    """Which calls are owed, the longest first."""

    late = fields.Boolean(metadata={"description": "Only those that were not made on their day.", "example": True})


class HealthCheckRowSchema(Output):
    """A check without its result."""

    activity_id = Id(metadata=_ACTIVITY)
    person_id = Id(metadata=_PERSON)
    checked_on = fields.Date(metadata={"description": "The day.", "example": "2025-06-10"})
    call_due_on = fields.Date(allow_none=True, metadata={"description": "The day of the call that is owed.", "example": None})
    called = fields.Enum(Callee, by_value=True, allow_none=True, metadata={**_CALLED, "example": None})
    called_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When.", "example": None})


class HealthCheckSchema(HealthCheckRowSchema):
    """A check with its result."""

    measures = fields.Nested(MeasuresSchema, allow_none=True, metadata=_MEASURES)
