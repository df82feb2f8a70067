"""What is said about courses and their places over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.series.domain.enrolments import EnrolmentState
from services.volunteering.series.domain.series import IntakeRule, Season, SeriesState, Subject
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
_WORK = {"description": "Whether the family says that both parents work; in the draw it counts by the paper on the child's record.", "example": True}
_RATIO = {"description": "How many adults the children need; the community's rule if left out.", "example": {"min_adults": 2}}
_INTAKE = {
    "description": "Who gets a place: AT_ONCE who applies first, else after the intake by priority and then TIME or LOTTERY.",
    "example": "AT_ONCE",
}
_INTAKE_ENDS = {"description": "The last day on which guardians apply, where places are drawn.", "example": "2025-06-20"}
_RESERVED = {"description": "Places that a coordinator gives by hand.", "example": 2}
_SEED = {"description": "The seed of the draw, if the community draws it in public; made at the opening if left out.", "example": "3-17-22-8"}
_DIGEST = {"description": "SHA-256 of the seed, fixed before anybody applied.", "example": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b"}
_SLOTS = {"description": "When in the week it meets.", "example": [{"weekday": 2, "from_minute": 540, "to_minute": 630}]}


class SlotSchema(Input):
    """A time of the week."""

    weekday = fields.Integer(required=True, validate=validate.Range(1, 7), metadata={"description": "1 for Monday.", "example": 2})
    from_minute = fields.Integer(
        required=True, validate=validate.Range(0, 1439), metadata={"description": "Minutes of the day.", "example": 540}
    )
    to_minute = fields.Integer(required=True, validate=validate.Range(1, 1440), metadata={"description": "Minutes of the day.", "example": 630})


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
    intake_rule = fields.Enum(IntakeRule, by_value=True, metadata=_INTAKE)
    intake_ends_on = fields.Date(metadata=_INTAKE_ENDS)
    reserved = fields.Integer(validate=validate.Range(0, 500), metadata=_RESERVED)
    slots = fields.List(fields.Nested(SlotSchema), validate=validate.Length(max=14), metadata=_SLOTS)
    seed = fields.String(validate=validate.Length(1, 80), metadata=_SEED)
    fee = fields.Integer(metadata={"description": "What a family would pay; only nothing is accepted (VOL-61).", "example": 0})
    ranks_children = fields.Boolean(metadata={"description": "Whether children are ranked; refused (VOL-61).", "example": False})


class CapacitySchema(Input):
    """How many places there are, and how many of them are given by hand."""

    capacity = fields.Integer(validate=validate.Range(1, 500), metadata=_CAPACITY)
    reserved = fields.Integer(validate=validate.Range(0, 500), metadata=_RESERVED)


class ConsentsSchema(Input):
    """What the guardian agrees to."""

    participation = fields.Boolean(required=True, metadata={"description": "To taking part.", "example": True})
    emergency_care = fields.Boolean(required=True, metadata={"description": "To care in an emergency.", "example": True})
    data = fields.Boolean(required=True, metadata={"description": "To keeping the child's data for the class.", "example": True})
    photo = fields.Boolean(metadata={"description": "To pictures: a YES or a NO; left out, nothing is said of them.", "example": False})


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


class CompleteEnrolmentSchema(Input):
    """Documents that came in, or what the child says now."""

    agreement_signed_on = fields.Date(metadata=_SIGNED)
    assent = fields.Boolean(metadata=_ASSENT)


class GuardianAnswerSchema(Input):
    """Who answers for the child."""

    guardian_id = Id(required=True, metadata={**_GUARDIAN, "description": "The guardian who answers."})


class EnrolmentSchema(Input):
    """A child's application, and what became of it."""

    id = Id(attribute="enrolment.id", metadata={"description": "The enrolment.", "example": "01JD0000000000000000000000"})
    child_id = Id(attribute="enrolment.child_id", metadata=_CHILD)
    guardian_ids = fields.List(Id(), attribute="enrolment.guardian_ids", metadata=_GUARDIANS)
    state = fields.Enum(
        EnrolmentState, by_value=True, attribute="enrolment.state", metadata={"description": "What became of it.", "example": "ENROLLED"}
    )
    consented = fields.Boolean(
        attribute="enrolment.consented", metadata={"description": "Whether every guardian who spoke agreed.", "example": True}
    )
    applied_at = fields.AwareDateTime(
        attribute="enrolment.applied_at", metadata={"description": "When applied for.", "example": "2025-06-26T01:00:00+00:00"}
    )
    agreement_signed_on = fields.Date(attribute="enrolment.agreement_signed_on", metadata=_SIGNED)
    position = fields.Integer(metadata={"description": "The number in line.", "example": None})
    holds_place = fields.Boolean(
        attribute="enrolment.holds_place", metadata={"description": "Whether a place is kept for it.", "example": True}
    )
    offer_expires_at = fields.AwareDateTime(
        attribute="enrolment.offer_expires_at", metadata={"description": "Until when an offered place is held.", "example": None}
    )
    hold_until = fields.AwareDateTime(
        attribute="enrolment.hold_until", metadata={"description": "Until when the place is held while something is missing.", "example": None}
    )
    clashes = fields.Boolean(
        attribute="enrolment.clashes",
        metadata={"description": "After a merge of records the child has an earlier place at the same time: a guardian chooses.", "example": False},
    )
    missed = fields.Integer(attribute="enrolment.times_missed", metadata={"description": "Meetings missed without a word.", "example": 0})
    reason = fields.String(attribute="enrolment.reason", metadata={"description": "Why it ended.", "example": None})


class EnrolmentAnswerSchema(Output):
    """The series' id and version, and the enrolment that the command made or changed."""

    enrolment = fields.Nested(
        EnrolmentSchema, attribute="latest", metadata={"description": "The enrolment.", "example": {"state": "ENROLLED"}}
    )


class ListSeriesSchema(ListQuery):
    """Which series to list."""

    state = fields.Enum(SeriesState, by_value=True, metadata={"description": "Only in this state.", "example": "RUNNING"})
    subject = fields.Enum(Subject, by_value=True, metadata=_SUBJECT)
    offered = fields.Boolean(metadata={"description": "Those with a place that waits for a guardian's word, or those without.", "example": True})


class PlaceOfferSchema(Input):
    """A place that waits for a guardian's word."""

    enrolment_id = Id(attribute="id", metadata={"description": "The enrolment.", "example": "01JD0000000000000000000000"})
    child_id = Id(metadata=_CHILD)
    guardian_ids = fields.List(Id(), metadata=_GUARDIANS)
    expires_at = fields.AwareDateTime(attribute="offer_expires_at", metadata={"description": "Until when the offer stands.", "example": "2025-06-28T12:00:00+00:00"})


class SeriesSummarySchema(Output):
    """A course in figures."""

    season = fields.Enum(Season, by_value=True, metadata=_SEASON)
    subject = fields.Enum(Subject, by_value=True, metadata=_SUBJECT)
    title = fields.String(metadata=_TITLE)
    state = fields.Enum(SeriesState, by_value=True, metadata={"description": "How far it has come.", "example": "INTAKE"})
    capacity = fields.Integer(metadata=_CAPACITY)
    reserved = fields.Integer(metadata=_RESERVED)
    waitlist_max = fields.Integer(metadata=_WAITLIST)
    open_places = fields.Integer(metadata={"description": "Places open.", "example": 3})
    offers = fields.List(
        fields.Nested(PlaceOfferSchema), metadata={"description": "Places that wait for a guardian's word, the one that ends first before the others."}
    )
    room = fields.String(metadata=_ROOM)
    starts_on = fields.Date(metadata=_STARTS_ON)
    ends_on = fields.Date(metadata=_ENDS_ON)
    age_min = fields.Integer(metadata=_AGE_MIN)
    age_max = fields.Integer(metadata=_AGE_MAX)
    ratio = fields.Nested(RatioSchema, metadata=_RATIO)
    intake_rule = fields.Enum(IntakeRule, by_value=True, metadata=_INTAKE)
    intake_ends_on = fields.Date(metadata=_INTAKE_ENDS)
    slots = fields.List(fields.Nested(SlotSchema), metadata=_SLOTS)
    seed_digest = fields.String(metadata=_DIGEST)


class ClassSeriesSchema(SeriesSummarySchema):
    """A course with its places."""

    enrolments = fields.List(fields.Nested(EnrolmentSchema), attribute="places", metadata={"description": "The places, by ids.", "example": []})


class CandidateSchema(Input):
    """What counted of one application in the draw."""

    enrolment_id = Id(metadata={"description": "The enrolment.", "example": "01JD0000000000000000000000"})
    child_id = Id(metadata=_CHILD)
    guardian_ids = fields.List(Id(), metadata=_GUARDIANS)
    points = fields.Integer(metadata={"description": "What counted, never for which circumstance.", "example": 2})
    applied_at = fields.AwareDateTime(metadata={"description": "When applied for.", "example": "2025-06-26T01:00:00+00:00"})
    same_time = fields.Boolean(
        metadata={"description": "Whether the child had a place in another class at the same time, and was passed over.", "example": False}
    )


class AllocationSchema(Output):
    """A draw with all that it followed from: priority, then lot or time, siblings together."""

    rule = fields.Enum(IntakeRule, by_value=True, attribute="allocation.rule", metadata=_INTAKE)
    seed = fields.String(attribute="allocation.seed", metadata={**_SEED, "description": "The seed, shown after the draw."})
    seed_digest = fields.String(metadata=_DIGEST)
    places = fields.Integer(attribute="allocation.places", metadata={"description": "Places that were given.", "example": 60})
    in_line = fields.Integer(attribute="allocation.in_line", metadata={"description": "How many could stand in line.", "example": 20})
    candidates = fields.List(
        fields.Nested(CandidateSchema), attribute="allocation.candidates", metadata={"description": "The applications.", "example": []}
    )
    order = fields.List(Id(), attribute="allocation.order", metadata={"description": "The enrolments in the order of the draw.", "example": []})
    at = fields.AwareDateTime(attribute="allocation.at", metadata={"description": "When it was drawn.", "example": "2025-06-21T01:00:00+00:00"})
