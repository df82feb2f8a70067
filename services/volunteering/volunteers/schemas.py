"""What is said about volunteers over HTTP; what a check found has no field at all (VOL-3)."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.volunteers.domain import ClearanceResult, ClearanceType, VolunteerKind, VolunteerState

_PERSON = {"description": "The person, of the register.", "example": "01JD0000000000000000PERS0N"}
_KINDS = {"description": "As what the person offers to help.", "example": ["LOVING_PARENT"]}
_BORN = {"description": "Birth date, stored sealed; decides who counts as an adult.", "example": "1985-03-12"}
_SKILLS = {"description": "What the person can do.", "example": ["书法"]}
_LIMITS = {"description": "What the person cannot do, stored sealed.", "example": "不能久站"}
_CONTACT = {"description": "Whom to call in an emergency, stored sealed.", "example": "张先生 138****1234"}
_PER_WEEK = {"description": "How many activities a week at most.", "example": 3}
_CONSENT = {"description": "The guardian's consent; needed under 18.", "example": "01JD00000000000000C0NSENT1"}
_STAFF = {"description": "The volunteer's own staff id, where they also work here.", "example": "01JD000000000000000STAFF01"}
_KIN = {"description": "Staff who are a spouse, parent or child: they never verify these hours.", "example": []}
_CONDUCT = {"description": "When the code of conduct was signed.", "example": "2025-01-10"}
_REASON = {"description": "Why; kept here and told to nobody.", "example": "待核实"}
_TYPE = {"description": "What was checked.", "example": "RECORD_CHECK"}
_RESULT = {"description": "The result, and nothing of what was found.", "example": "CLEAR"}
_CHECKED_ON = {"description": "The day of the check.", "example": "2025-01-15"}
_EXPIRES_ON = {"description": "The last day on which it holds; twelve months for a record check if left out.", "example": "2026-01-14"}
_METHOD = {"description": "How it was checked.", "example": "公安机关查询"}
_EVIDENCE = {"description": "Where the paper lies.", "example": "档案柜 3-12"}
_STATE = {"description": "How far the volunteer's way has come.", "example": "APPROVED"}
_APPLIED = {"description": "The day of the application.", "example": "2025-01-08"}


class ApplyVolunteerSchema(Input):
    """A person who offers to help."""

    id = Id()
    person_id = Id(required=True, metadata=_PERSON)
    kinds = fields.List(fields.Enum(VolunteerKind, by_value=True), required=True, validate=validate.Length(1, 5), metadata=_KINDS)
    born_on = fields.Date(required=True, metadata=_BORN)
    skills = fields.List(fields.String(validate=validate.Length(1, 40)), validate=validate.Length(max=20), metadata=_SKILLS)
    limits = fields.String(validate=validate.Length(max=200), metadata=_LIMITS)
    emergency_contact = fields.String(validate=validate.Length(max=80), metadata=_CONTACT)
    max_per_week = fields.Integer(validate=validate.Range(1, 14), metadata=_PER_WEEK)
    guardian_consent_id = Id(metadata=_CONSENT)
    staff_id = fields.String(validate=validate.Length(1, 40), metadata=_STAFF)
    kin_staff_ids = fields.List(fields.String(validate=validate.Length(1, 40)), validate=validate.Length(max=10), metadata=_KIN)


class ApproveVolunteerSchema(Input):
    """What must be in order before somebody may serve (VOL-1)."""

    identity_checked = fields.Boolean(required=True, metadata={"description": "The identity was checked.", "example": True})
    phone_confirmed = fields.Boolean(required=True, metadata={"description": "The phone was tried.", "example": True})
    code_of_conduct_on = fields.Date(required=True, metadata=_CONDUCT)
    guardian_consent_id = Id(metadata=_CONSENT)


class SuspendVolunteerSchema(Input):
    """Why somebody may not serve for the time being."""

    reason = fields.String(required=True, validate=validate.Length(1, 200), metadata=_REASON)


class RecordClearanceSchema(Input):
    """The result of a check: whether, never why (VOL-3)."""

    id = Id()
    type = fields.Enum(ClearanceType, by_value=True, required=True, metadata=_TYPE)
    result = fields.Enum(ClearanceResult, by_value=True, required=True, metadata=_RESULT)
    checked_on = fields.Date(required=True, metadata=_CHECKED_ON)
    expires_on = fields.Date(metadata=_EXPIRES_ON)
    method = fields.String(validate=validate.Length(max=80), metadata=_METHOD)
    evidence_ref = fields.String(validate=validate.Length(max=80), metadata=_EVIDENCE)


class ListVolunteersSchema(ListQuery):
    """Which volunteers to list."""

    state = fields.Enum(VolunteerState, by_value=True, metadata=_STATE)
    kind = fields.Enum(VolunteerKind, by_value=True, metadata={"description": "Only this kind.", "example": "SILVER"})
    person_id = Id(metadata=_PERSON)


class ClearanceSchema(Input):
    """One check as it stands on record."""

    id = Id(metadata={"description": "The entry.", "example": "01JD0000000000000000000000"})
    type = fields.Enum(ClearanceType, by_value=True, metadata=_TYPE)
    result = fields.Enum(ClearanceResult, by_value=True, metadata=_RESULT)
    checked_on = fields.Date(metadata=_CHECKED_ON)
    expires_on = fields.Date(metadata=_EXPIRES_ON)
    method = fields.String(metadata=_METHOD)
    evidence_ref = fields.String(metadata=_EVIDENCE)


class VolunteerRowSchema(Output):
    """A volunteer without anything that is sealed, and without the checks."""

    person_id = Id(metadata=_PERSON)
    kinds = fields.List(fields.Enum(VolunteerKind, by_value=True), metadata=_KINDS)
    state = fields.Enum(VolunteerState, by_value=True, metadata=_STATE)
    applied_on = fields.Date(metadata=_APPLIED)
    skills = fields.List(fields.String(), metadata=_SKILLS)
    max_per_week = fields.Integer(metadata=_PER_WEEK)


class VolunteerSchema(VolunteerRowSchema):
    """A volunteer in full, for coordinators."""

    born_on = fields.Date(metadata=_BORN)
    limits = fields.String(metadata=_LIMITS)
    emergency_contact = fields.String(metadata=_CONTACT)
    guardian_consent_id = fields.String(metadata=_CONSENT)
    staff_id = fields.String(metadata=_STAFF)
    kin_staff_ids = fields.List(fields.String(), metadata=_KIN)
    clearances = fields.List(
        fields.Nested(ClearanceSchema), metadata={"description": "Every check on record, the latest last.", "example": []}
    )
    code_of_conduct_on = fields.Date(metadata=_CONDUCT)
    approved_at = fields.AwareDateTime(metadata={"description": "When approved.", "example": "2025-01-16T01:00:00+00:00"})
