"""What is said about courses and their places over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.series.domain.series import EnrolmentState, Season, SeriesState, Subject
from services.volunteering.sessions.ratios import RatioSchema

_CHILD = {"description": "The child, by the id of the person.", "example": "01JD0000000000000000CH1D01"}
_GUARDIAN = {"description": "The guardian who applies, by the id of the person.", "example": "01JD000000000000000GVARD1A"}
_GUARDIANS = {"description": "The guardians, by the ids of the people.", "example": ["01JD000000000000000GVARD1A"]}
_SEASON = {"description": "When it is held.", "example": "SUMMER"}
_SUBJECT = {"description": "The kind of course.", "example": "PAINTING"}
_TITLE = {"description": "Title.", "example": "暑期绘画班"}
_AGE_MIN = {"description": "The least age on the first day.", "example": 6}
_AGE_MAX = {"description": "The greatest age on the first day.", "example": 14}
_CAPACITY = {"description": "How many children have a place.", "example": 20}
_WAITLIST = {"description": "How many may wait for a place.", "example": 20}
_ROOM = {"description": "The room.", "example": "二楼教室"}
_STARTS_ON = {"description": "The first day.", "example": "2025-07-07"}
_ENDS_ON = {"description": "The last day.", "example": "2025-08-22"}
_ASSENT = {"description": "Whether the child wants to; asked from the age of eight on.", "example": True}
_SIGNED = {"description": "When the agreement was signed.", "example": "2025-06-25"}
_WORK = {"description": "Whether both parents work.", "example": True}
_RATIO = {"description": "How many adults the children need; the community's rule if left out.", "example": {"min_adults": 2}}


class PlanSeriesSchema(Input):
    """A course over some weeks."""

    id = Id()
    season = fields.Enum(Season, by_value=True, required=True, metadata=_SEASON)
    subject = fields.Enum(Subject, by_value=True, required=True, metadata=_SUBJECT)
    title = fields.String(required=True, validate=validate.Length(1, 80), metadata=_TITLE)
    capacity = fields.Integer(required=True, validate=validate.Range(1, 500), metadata=_CAPACITY)
    waitlist_max = fields.Integer(validate=validate.Range(0, 500), metadata=_WAITLIST)
    room = fields.String(required=True, validate=validate.Length(1, 80), metadata=_ROOM)
    starts_on = fields.Date(required=True, metadata=_STARTS_ON)
    ends_on = fields.Date(required=True, metadata=_ENDS_ON)
    age_min = fields.Integer(validate=validate.Range(3, 17), metadata=_AGE_MIN)
    age_max = fields.Integer(validate=validate.Range(3, 17), metadata=_AGE_MAX)
    ratio = fields.Nested(RatioSchema, metadata=_RATIO)


class ConsentsSchema(Input):
    """What the guardian agrees to."""

    participation = fields.Boolean(required=True, metadata={"description": "To taking part.", "example": True})
    emergency_care = fields.Boolean(required=True, metadata={"description": "To care in an emergency.", "example": True})
    data = fields.Boolean(required=True, metadata={"description": "To keeping the child's data for the class.", "example": True})
    photo = fields.Boolean(load_default=False, metadata={"description": "To pictures.", "example": False})


class EnrolChildSchema(Input):
    """A guardian's application for a child, or a second guardian's word."""

    id = Id(metadata={"description": "The enrolment's id, if the client made one offline.", "example": "01JD0000000000000000000000"})
    child_id = Id(required=True, metadata=_CHILD)
    guardian_id = Id(required=True, metadata=_GUARDIAN)
    consents = fields.Nested(
        ConsentsSchema, required=True, metadata={"description": "What the guardian agrees to.", "example": {"participation": True}}
    )
    assent = fields.Boolean(metadata=_ASSENT)
    agreement_signed_on = fields.Date(metadata=_SIGNED)
    both_parents_work = fields.Boolean(load_default=False, metadata=_WORK)


class EnrolmentSchema(Input):
    """A child's place."""

    id = Id(metadata={"description": "The enrolment.", "example": "01JD0000000000000000000000"})
    child_id = Id(metadata=_CHILD)
    guardian_ids = fields.List(Id(), metadata=_GUARDIANS)
    state = fields.Enum(EnrolmentState, by_value=True, metadata={"description": "What became of it.", "example": "ENROLLED"})
    consented = fields.Boolean(metadata={"description": "Whether every guardian who spoke agreed.", "example": True})
    applied_at = fields.AwareDateTime(metadata={"description": "When applied for.", "example": "2025-06-26T01:00:00+00:00"})
    agreement_signed_on = fields.Date(metadata=_SIGNED)


class EnrolmentAnswerSchema(Output):
    """The series' id and version, and the enrolment that the application made or joined."""

    enrolment = fields.Nested(
        EnrolmentSchema, attribute="latest", metadata={"description": "The enrolment.", "example": {"state": "ENROLLED"}}
    )


class ListSeriesSchema(ListQuery):
    """Which series to list."""

    state = fields.Enum(SeriesState, by_value=True, metadata={"description": "Only in this state.", "example": "RUNNING"})
    subject = fields.Enum(Subject, by_value=True, metadata=_SUBJECT)


class ClassSeriesSchema(Output):
    """A course with its places."""

    season = fields.Enum(Season, by_value=True, metadata=_SEASON)
    subject = fields.Enum(Subject, by_value=True, metadata=_SUBJECT)
    title = fields.String(metadata=_TITLE)
    state = fields.Enum(SeriesState, by_value=True, metadata={"description": "How far it has come.", "example": "INTAKE"})
    capacity = fields.Integer(metadata=_CAPACITY)
    waitlist_max = fields.Integer(metadata=_WAITLIST)
    open_places = fields.Integer(metadata={"description": "Places open.", "example": 3})
    room = fields.String(metadata=_ROOM)
    starts_on = fields.Date(metadata=_STARTS_ON)
    ends_on = fields.Date(metadata=_ENDS_ON)
    age_min = fields.Integer(metadata=_AGE_MIN)
    age_max = fields.Integer(metadata=_AGE_MAX)
    ratio = fields.Nested(RatioSchema, metadata=_RATIO)
    enrolments = fields.List(fields.Nested(EnrolmentSchema), metadata={"description": "The places, by ids.", "example": []})
