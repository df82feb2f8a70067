"""What is said about volunteers over HTTP; what a check found has no field at all (VOL-3)."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.volunteers.domain import (
    ApplicationSource,
    Availability,
    ClearanceResult,
    ClearanceType,
    RefusalCategory,
    VolunteerKind,
    VolunteerState,
)

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
_GUARDIAN = {"description": "Who answers for a volunteer under age; needed, and beside them, under 16.", "example": "01JD00000000000000000GRDN1"}
_CHILDREN = {"description": "The volunteer's own children, of the register.", "example": ["01JD0000000000000000CH11DA"]}
_INSURED = {"description": "Until when the volunteer is insured; looked at from 70 on.", "example": "2025-12-31"}
_HEAVY = {"description": "From 70 on: wants heavy roles as well, by their own choice.", "example": False}
_TIMES = {"description": "When the volunteer has time.", "example": [{"weekday": 6, "starts": "09:00", "ends": "12:00"}]}
_CLOCK = validate.Regexp(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")


class AvailabilitySchema(Input):
    """A time that somebody offers: every week on a day, or once."""

    weekday = fields.Integer(validate=validate.Range(1, 7), metadata={"description": "1 is Monday; left out for a single date.", "example": 6})
    on = fields.Date(metadata={"description": "A single date, instead of a weekday.", "example": "2025-07-05"})
    starts = fields.String(required=True, validate=_CLOCK, metadata={"description": "From what time on.", "example": "09:00"})
    ends = fields.String(required=True, validate=_CLOCK, metadata={"description": "Until what time.", "example": "12:00"})
    until = fields.Date(metadata={"description": "The last day of a weekly offer.", "example": "2025-08-31"})

    @validates_schema
    def _complete(self, data, **_):
        if ("weekday" in data) == ("on" in data):
            raise ValidationError("WEEKDAY_OR_DATE", "weekday")
        if data["ends"] <= data["starts"]:
            raise ValidationError("BEFORE_START", "ends")

    @post_load
    def _made(self, data, **_):
        return Availability(**data)


class DescribeVolunteerSchema(Input):
    """What a volunteer can and cannot do, and when; what is left out stays as it is."""

    kinds = fields.List(fields.Enum(VolunteerKind, by_value=True), validate=validate.Length(1, 5), metadata=_KINDS)
    skills = fields.List(fields.String(validate=validate.Length(1, 40)), validate=validate.Length(max=20), metadata=_SKILLS)
    limits = fields.String(allow_none=True, validate=validate.Length(max=200), metadata=_LIMITS)
    emergency_contact = fields.String(allow_none=True, validate=validate.Length(max=80), metadata=_CONTACT)
    max_per_week = fields.Integer(allow_none=True, validate=validate.Range(1, 14), metadata=_PER_WEEK)
    staff_id = fields.String(allow_none=True, validate=validate.Length(1, 40), metadata=_STAFF)
    kin_staff_ids = fields.List(fields.String(validate=validate.Length(1, 40)), validate=validate.Length(max=10), metadata=_KIN)
    guardian_person_id = Id(allow_none=True, metadata=_GUARDIAN)
    own_child_ids = fields.List(Id(), validate=validate.Length(max=10), metadata=_CHILDREN)
    availability = fields.List(fields.Nested(AvailabilitySchema), validate=validate.Length(max=30), metadata=_TIMES)
    insured_until = fields.Date(allow_none=True, metadata=_INSURED)
    heavy_by_choice = fields.Boolean(metadata=_HEAVY)


class ApplyVolunteerSchema(Input):
    """A person who offers to help."""

    id = Id()
    person_id = Id(required=True, metadata=_PERSON)
    guardian_person_id = Id(metadata=_GUARDIAN)
    own_child_ids = fields.List(Id(), validate=validate.Length(max=10), metadata=_CHILDREN)
    availability = fields.List(fields.Nested(AvailabilitySchema), validate=validate.Length(max=30), metadata=_TIMES)
    insured_until = fields.Date(metadata=_INSURED)
    heavy_by_choice = fields.Boolean(metadata=_HEAVY)
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
    guardian_person_id = Id(metadata=_GUARDIAN)
    born_on = fields.Date(metadata={"description": "Birth date, where a pledge came without it.", "example": "1952-03-12"})


class RefuseVolunteerSchema(Input):
    """Why an application is refused; kept sealed and shown to safeguarding officers only (VOL-3)."""

    category = fields.Enum(RefusalCategory, by_value=True, required=True, metadata={"description": "The category.", "example": "CAPACITY"})
    note = fields.String(validate=validate.Length(1, 400), metadata={"description": "In words, sealed.", "example": "本期名额已满"})


class VolunteerReasonsSchema(Output):
    """Why somebody was refused or suspended, for safeguarding officers."""

    refusal_category = fields.Enum(
        RefusalCategory, by_value=True, allow_none=True, metadata={"description": "Why refused.", "example": "CAPACITY"}
    )
    refusal_note = fields.String(allow_none=True, metadata={"description": "In words.", "example": "本期名额已满"})
    suspended_reason = fields.String(allow_none=True, metadata=_REASON)


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
    source = fields.Enum(ApplicationSource, by_value=True, metadata={"description": "By which way they came.", "example": "DIRECT"})
    skills = fields.List(fields.String(), metadata=_SKILLS)
    max_per_week = fields.Integer(metadata=_PER_WEEK)


class ListEndingChecksSchema(ListQuery):
    """Until when the checks end that are to be renewed."""

    until = fields.Date(metadata={"description": "The last day; as far ahead as the first reminder if left out.", "example": "2025-09-01"})


class EndingCheckSchema(Schema):
    """A check that ends, or has ended."""

    type = fields.Enum(ClearanceType, by_value=True, metadata=_TYPE)
    expires_on = fields.Date(metadata=_EXPIRES_ON)


class EndingChecksSchema(VolunteerRowSchema):
    """A volunteer with the checks that are to be renewed, what ends first comes first."""

    check_ends_on = fields.Date(metadata={"description": "The day on which the first of them ends, or ended.", "example": "2025-08-14"})
    ending = fields.List(fields.Nested(EndingCheckSchema), metadata={"description": "The checks that hold until a day.", "example": []})


class VolunteerSchema(VolunteerRowSchema):
    """A volunteer in full, for coordinators."""

    born_on = fields.Date(allow_none=True, metadata=_BORN)
    limits = fields.String(metadata=_LIMITS)
    emergency_contact = fields.String(metadata=_CONTACT)
    guardian_consent_id = fields.String(metadata=_CONSENT)
    staff_id = fields.String(metadata=_STAFF)
    kin_staff_ids = fields.List(fields.String(), metadata=_KIN)
    clearances = fields.List(
        fields.Nested(ClearanceSchema), metadata={"description": "Every check on record, the latest last.", "example": []}
    )
    guardian_person_id = fields.String(allow_none=True, metadata=_GUARDIAN)
    own_child_ids = fields.List(fields.String(), metadata=_CHILDREN)
    availability = fields.List(fields.Nested(AvailabilitySchema), metadata=_TIMES)
    insured_until = fields.Date(allow_none=True, metadata=_INSURED)
    heavy_by_choice = fields.Boolean(metadata=_HEAVY)
    appeal_until = fields.Date(allow_none=True, metadata={"description": "Until when a refusal may be appealed.", "example": "2025-02-01"})
    code_of_conduct_on = fields.Date(metadata=_CONDUCT)
    approved_at = fields.AwareDateTime(metadata={"description": "When approved.", "example": "2025-01-16T01:00:00+00:00"})
