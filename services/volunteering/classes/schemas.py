"""What is said about children, series and meetings over HTTP; a child's own data only to coordinators (X-15)."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.volunteering.classes.domain.children import PickupCheck
from services.volunteering.classes.domain.series import EnrolmentState, Season, SeriesState, Subject
from services.volunteering.classes.domain.sessions import ChildState, SessionState

_CHILD = {"description": "The child, by the id of the person.", "example": "01JD0000000000000000CH1D01"}
_GUARDIAN = {"description": "The guardian who applies, by the id of the person.", "example": "01JD000000000000000GVARD1A"}
_GUARDIANS = {"description": "The guardians, by the ids of the people.", "example": ["01JD000000000000000GVARD1A"]}
_BORN = {"description": "Birth date, stored sealed.", "example": "2017-04-02"}
_HEALTH_ON = {"description": "When a guardian declared the child's health, stored sealed.", "example": "2025-06-20"}
_ALLERGIES = {"description": "Allergies, stored sealed.", "example": "花生"}
_MEDICINES = {"description": "Medicines, stored sealed.", "example": ""}
_NEEDS = {"description": "Special needs, stored sealed.", "example": ""}
_EXTRA = {"description": "Whether the child needs one more adult, stored sealed.", "example": False}
_ALONE = {"description": "Whether a guardian lets the child leave alone; counts from the age of ten.", "example": False}
_PHOTO = {"description": "Whether the child may be in pictures.", "example": False}
_PICKUPS = {"description": "Who may fetch the child, stored sealed.", "example": [{"name": "王某", "relation": "母亲", "id_last4": "002X"}]}
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
_STARTS = {"description": "When it starts.", "example": "2025-07-08T09:00:00+08:00"}
_ENDS = {"description": "When it ends.", "example": "2025-07-08T11:00:00+08:00"}
_ASSENT = {"description": "Whether the child wants to; asked from the age of eight on.", "example": True}
_SIGNED = {"description": "When the agreement was signed.", "example": "2025-06-25"}
_WORK = {"description": "Whether both parents work.", "example": True}
_SERIES = {"description": "The series.", "example": "01JD00000000000000SER1ES01"}
_VOLUNTEER = {"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"}
_BANDS = {"description": "Ages and how many children one adult minds.", "example": [{"age_from": 6, "age_to": 8, "children_per_adult": 6}]}
_MIN_ADULTS = {"description": "The adults below which no meeting opens.", "example": 2}
_RATIO = {"description": "How many adults the children need; the community's rule if left out.", "example": {"min_adults": 2}}


class PickupSchema(Input):
    """An adult to whom a child may be handed over."""

    id = Id(metadata={"description": "The entry; made if left out.", "example": "01JD00000000000000P1CKVP01"})
    name = fields.String(required=True, validate=validate.Length(1, 80), metadata={"description": "Name.", "example": "王某"})
    relation = fields.String(required=True, validate=validate.Length(1, 20), metadata={"description": "Relation.", "example": "母亲"})
    phone = fields.String(allow_none=True, validate=validate.Length(max=40), metadata={"description": "Phone.", "example": "13800000000"})
    id_last4 = fields.String(
        allow_none=True,
        validate=validate.Regexp(r"^\d{3}[\dXx]$"),
        metadata={"description": "Last four of the identity number.", "example": "002X"},
    )
    valid_to = fields.Date(allow_none=True, metadata={"description": "The last day on which it holds.", "example": "2025-08-31"})
    blocked = fields.Boolean(load_default=False, metadata={"description": "Never hand the child over to this person.", "example": False})


class _ChildFields(Input):
    health_declared_on = fields.Date(allow_none=True, metadata=_HEALTH_ON)
    allergies = fields.String(allow_none=True, validate=validate.Length(max=200), metadata=_ALLERGIES)
    medicines = fields.String(allow_none=True, validate=validate.Length(max=200), metadata=_MEDICINES)
    needs = fields.String(allow_none=True, validate=validate.Length(max=200), metadata=_NEEDS)
    needs_extra_adult = fields.Boolean(metadata=_EXTRA)
    pickups = fields.List(fields.Nested(PickupSchema), validate=validate.Length(max=20), metadata=_PICKUPS)
    leaves_alone_ok = fields.Boolean(metadata=_ALONE)
    photo_ok = fields.Boolean(metadata=_PHOTO)


class RegisterChildSchema(_ChildFields):
    """A child, its guardians, and who may fetch it."""

    id = Id(required=True, metadata=_CHILD)
    guardian_ids = fields.List(Id(), required=True, validate=validate.Length(1, 4), metadata=_GUARDIANS)
    born_on = fields.Date(required=True, metadata=_BORN)


class AmendChildSchema(_ChildFields):
    """What changed about a child."""

    guardian_ids = fields.List(Id(), validate=validate.Length(1, 4), metadata=_GUARDIANS)


class ChildSchema(Output):
    """A child, for coordinators."""

    guardian_ids = fields.List(Id(), metadata=_GUARDIANS)
    born_on = fields.Date(metadata=_BORN)
    health_declared_on = fields.Date(metadata=_HEALTH_ON)
    allergies = fields.String(metadata=_ALLERGIES)
    medicines = fields.String(metadata=_MEDICINES)
    needs = fields.String(metadata=_NEEDS)
    needs_extra_adult = fields.Boolean(metadata=_EXTRA)
    pickups = fields.List(fields.Nested(PickupSchema), metadata=_PICKUPS)
    leaves_alone_ok = fields.Boolean(metadata=_ALONE)
    photo_ok = fields.Boolean(metadata=_PHOTO)
    missing = fields.List(fields.String(), metadata={"description": "Documents without which no meeting admits the child.", "example": []})


class BandSchema(Input):
    """Ages and how many children of them one adult minds."""

    age_from = fields.Integer(required=True, validate=validate.Range(0, 17), metadata={"description": "From this age.", "example": 6})
    age_to = fields.Integer(required=True, validate=validate.Range(0, 17), metadata={"description": "To this age.", "example": 8})
    children_per_adult = fields.Integer(
        required=True, validate=validate.Range(1, 30), metadata={"description": "Children per adult.", "example": 6}
    )


class RatioSchema(Input):
    """How many adults the children need."""

    bands = fields.List(fields.Nested(BandSchema), validate=validate.Length(1, 10), metadata=_BANDS)
    min_adults = fields.Integer(validate=validate.Range(2, 20), metadata=_MIN_ADULTS)


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
