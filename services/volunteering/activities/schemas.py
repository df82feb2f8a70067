"""What is said about activities over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.volunteering.activities.domain.activity import (
    ActivityKind,
    ActivityState,
    AssignmentState,
    Attention,
    Flag,
    InMethod,
    Presence,
    Source,
    Verdict,
)
from services.volunteering.volunteers.domain import ClearanceType

_KIND = {"description": "What is done.", "example": "LECTURE_ANTIFRAUD"}
_TITLE = {"description": "Title.", "example": "防诈骗讲座"}
_PLACE = {"description": "Where it is held.", "example": "社区活动室"}
_STARTS = {"description": "When it starts.", "example": "2025-06-10T09:00:00+08:00"}
_ENDS = {"description": "When it ends.", "example": "2025-06-10T11:00:00+08:00"}
_PARTNERS = {"description": "Partner organisations, by name.", "example": ["渤海派出所"]}
_ORGANISER = {"description": "Who organises it.", "example": "新时代文明实践站"}
_AUDIENCE = {"description": "For whom it is.", "example": "独居老人"}
_FROM = {"description": "From when on volunteers sign up.", "example": "2025-06-01T09:00:00+08:00"}
_UNTIL = {"description": "Until when volunteers sign up.", "example": "2025-06-09T18:00:00+08:00"}
_ROLE = {"description": "What the role does.", "example": "签到引导"}
_MIN = {"description": "How many it needs.", "example": 1}
_MAX = {"description": "How many places there are.", "example": 3}
_WAITLIST = {"description": "How many may wait for a place.", "example": 5}
_REQUIRES = {"description": "Clearances beyond those of a role with children.", "example": ["FIRST_AID"]}
_MIN_AGE = {"description": "The least age on the day.", "example": 18}
_SKILL = {"description": "A skill that the role needs.", "example": "理发"}
_CHILD_ROLE = {"description": "Whether the role is with children, so that every child clearance is required.", "example": False}
_HEAVY = {"description": "Whether it is heavy work.", "example": False}
_REASON = {"description": "Why; the words stay here.", "example": "暴雨"}
_VOLUNTEER = {"description": "The volunteer.", "example": "01JD0000000000000000V0VNTE"}
_NEED = {"description": "The need.", "example": "01JD0000000000000000000NEE"}
_SOURCE = {"description": "By which way the volunteer came.", "example": "COORDINATOR"}
_OVERRIDE = {
    "description": "A coordinator's reason for going over a verdict that is neither of safety nor of capacity.",
    "example": "本人确认可以赶到",
}
_VERDICT = {"description": "What became of the sign-up.", "example": "OK"}
_RESULT = {"description": "What the roll call found.", "example": "PRESENT"}
_IN = {"description": "When the volunteer came; the plan counts if left out.", "example": "2025-06-10T09:00:00+08:00"}
_OUT = {"description": "When the volunteer left.", "example": "2025-06-10T11:00:00+08:00"}
_ATTENDEES = {"description": "The people who attended, of the register.", "example": ["01JD0000000000000000PERS0N"]}
_MISTAKEN = {"description": "People whom an earlier roll call named by mistake.", "example": []}
_EXCLUDED = {"description": "People whom a conflict of interest keeps from this role.", "example": []}
_COORDINATOR = {"description": "The coordinator who answers for it.", "example": "01JD000000000000000STAFF01"}
_PROGRAM = {"description": "The program of which it is a part.", "example": "01JD000000000000000PR0GRAM"}
_OUTDOOR = {"description": "Whether it is outdoor work, so that the weather rule holds; clean-ups always are.", "example": False}
_POPULAR = {"description": "Whether everybody wants its places, so that they go round by quota until a day before.", "example": False}
_TOOLS = {"description": "The tools that go out.", "example": [{"name": "扫帚", "count": 8}]}
_ATTENTION = {"description": "For what it waits for its coordinator.", "example": ["SHORT"]}
_STATE = {"description": "How far it has come.", "example": "PUBLISHED"}
_POSITION = {"description": "The place in line; null for who has a place.", "example": None}


class NeedSchema(Input):
    """One role that an activity asks for."""

    id = Id()
    role = fields.String(required=True, validate=validate.Length(1, 60), metadata=_ROLE)
    min = fields.Integer(load_default=0, validate=validate.Range(0, 500), metadata=_MIN)
    max = fields.Integer(required=True, validate=validate.Range(1, 500), metadata=_MAX)
    waitlist_max = fields.Integer(load_default=0, validate=validate.Range(0, 500), metadata=_WAITLIST)
    requires = fields.List(fields.Enum(ClearanceType, by_value=True), load_default=list, metadata=_REQUIRES)
    min_age = fields.Integer(validate=validate.Range(0, 99), metadata=_MIN_AGE)
    skill = fields.String(validate=validate.Length(1, 40), metadata=_SKILL)
    child_role = fields.Boolean(load_default=False, metadata=_CHILD_ROLE)
    heavy = fields.Boolean(load_default=False, metadata=_HEAVY)
    excluded_person_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=20), metadata=_EXCLUDED)


class ToolsSchema(Input):
    """Tools of one kind."""

    name = fields.String(required=True, validate=validate.Length(1, 40), metadata={"description": "What they are.", "example": "扫帚"})
    count = fields.Integer(required=True, validate=validate.Range(0, 1000), metadata={"description": "How many.", "example": 8})


class ToolsOutSchema(ToolsSchema):
    """Tools of one kind that go out, and how many came back."""

    returned = fields.Integer(allow_none=True, metadata={"description": "How many came back; null until counted.", "example": 7})
    missing = fields.Integer(metadata={"description": "How many are missing.", "example": 1})


class ToolsBackSchema(Input):
    """The tools that came back."""

    tools = fields.List(
        fields.Nested(ToolsSchema),
        required=True,
        validate=validate.Length(1, 30),
        metadata={"description": "How many of each.", "example": [{"name": "扫帚", "count": 7}]},
    )


class ForecastSchema(Input):
    """The weather that outdoor work is to expect; leave out what nobody looked up."""

    temperature = fields.Integer(validate=validate.Range(-60, 60), metadata={"description": "Degrees Celsius.", "example": 36})
    air_quality = fields.Integer(validate=validate.Range(0, 999), metadata={"description": "The air quality index (AQI).", "example": 80})
    thunder = fields.Boolean(metadata={"description": "Whether a thunderstorm is expected.", "example": False})


class TakeOverActivitySchema(Input):
    """Who answers for an activity from now on."""

    coordinator_id = fields.String(required=True, validate=validate.Length(1, 40), metadata=_COORDINATOR)


class OfferPlaceSchema(Input):
    """A free place for a volunteer to take or to decline."""

    id = Id(metadata={"description": "The assignment's id, if the client made one offline.", "example": "01JD0000000000000000000000"})
    volunteer_id = Id(required=True, metadata=_VOLUNTEER)
    need_id = Id(required=True, metadata=_NEED)
    expires_at = Time(metadata={"description": "Until when; a day, and the start at the latest, if left out.", "example": "2025-06-09T18:00:00+08:00"})
    override_reason = fields.String(validate=validate.Length(1, 200), metadata=_OVERRIDE)


class PlanActivitySchema(Input):
    """An activity to be held."""

    id = Id()
    kind = fields.Enum(ActivityKind, by_value=True, required=True, metadata=_KIND)
    title = fields.String(required=True, validate=validate.Length(1, 80), metadata=_TITLE)
    place = fields.String(required=True, validate=validate.Length(1, 80), metadata=_PLACE)
    starts_at = Time(required=True, metadata=_STARTS)
    ends_at = Time(required=True, metadata=_ENDS)
    needs = fields.List(
        fields.Nested(NeedSchema),
        load_default=list,
        validate=validate.Length(max=20),
        metadata={"description": "The roles.", "example": [{"role": "签到引导", "min": 1, "max": 3}]},
    )
    organiser = fields.String(validate=validate.Length(max=80), metadata=_ORGANISER)
    partners = fields.List(fields.String(validate=validate.Length(1, 80)), validate=validate.Length(max=20), metadata=_PARTNERS)
    audience = fields.String(validate=validate.Length(max=80), metadata=_AUDIENCE)
    sign_up_from = Time(metadata=_FROM)
    sign_up_until = Time(metadata=_UNTIL)
    program_id = Id(metadata=_PROGRAM)
    coordinator_id = fields.String(validate=validate.Length(1, 40), metadata=_COORDINATOR)
    outdoor = fields.Boolean(load_default=False, metadata=_OUTDOOR)
    popular = fields.Boolean(load_default=False, metadata=_POPULAR)
    tools = fields.List(fields.Nested(ToolsSchema), load_default=list, validate=validate.Length(max=30), metadata=_TOOLS)


class MarkPopularSchema(Input):
    """Whether everybody wants the places of an activity."""

    popular = fields.Boolean(required=True, metadata=_POPULAR)


class ResizeNeedSchema(Input):
    """How many places a need has from now on."""

    min = fields.Integer(required=True, validate=validate.Range(0, 500), metadata=_MIN)
    max = fields.Integer(required=True, validate=validate.Range(1, 500), metadata=_MAX)
    waitlist_max = fields.Integer(load_default=0, validate=validate.Range(0, 500), metadata=_WAITLIST)


class SignUpSchema(Input):
    """A volunteer for a need."""

    id = Id(metadata={"description": "The assignment's id, if the client made one offline.", "example": "01JD0000000000000000000000"})
    volunteer_id = Id(required=True, metadata=_VOLUNTEER)
    need_id = Id(required=True, metadata=_NEED)
    source = fields.Enum(Source, by_value=True, load_default=Source.COORDINATOR, metadata=_SOURCE)
    override_reason = fields.String(validate=validate.Length(1, 200), metadata=_OVERRIDE)


class CallSchema(Input):
    """What the roll call found of one volunteer."""

    assignment_id = Id(required=True, metadata={"description": "The assignment.", "example": "01JD0000000000000000000000"})
    result = fields.Enum(Presence, by_value=True, required=True, metadata=_RESULT)
    in_at = Time(metadata=_IN)
    out_at = Time(metadata=_OUT)
    method = fields.Enum(
        InMethod,
        by_value=True,
        load_default=InMethod.ROLL_CALL,
        validate=validate.OneOf([InMethod.ROLL_CALL, InMethod.SELF]),
        metadata={"description": "SELF where only the volunteer says so; such time counts as claimed.", "example": "ROLL_CALL"},
    )


class RecordAttendanceSchema(Input):
    """A roll call of volunteers, and who else attended."""

    calls = fields.List(
        fields.Nested(CallSchema),
        load_default=list,
        validate=validate.Length(max=500),
        metadata={"description": "The volunteers.", "example": [{"assignment_id": "01JD0000000000000000000000", "result": "PRESENT"}]},
    )
    attendee_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=1000), metadata=_ATTENDEES)
    mistaken_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=1000), metadata=_MISTAKEN)


class CancelActivitySchema(Input):
    """Why an activity is called off."""

    reason = fields.String(required=True, validate=validate.Length(1, 200), metadata=_REASON)


class ListActivitiesSchema(ListQuery):
    """Which activities to list, the earliest first."""

    kind = fields.Enum(ActivityKind, by_value=True, metadata=_KIND)
    state = fields.Enum(ActivityState, by_value=True, metadata=_STATE)
    attention = fields.Enum(Attention, by_value=True, metadata={"description": "Only those that wait for this.", "example": "AT_RISK"})
    program_id = Id(metadata=_PROGRAM)
    coordinator_id = fields.String(metadata=_COORDINATOR)
    volunteer_id = Id(metadata={"description": "Only those with an assignment of this volunteer.", "example": "01JD0000000000000000V0VNTE"})
    since = Time(metadata={"description": "Only those that start at this moment or later.", "example": "2025-06-01T00:00:00+08:00"})
    until = Time(metadata={"description": "Only those that start before this moment.", "example": "2025-07-01T00:00:00+08:00"})


class PlacesSchema(Input):
    """A need as it stands."""

    id = Id(attribute="need.id", metadata=_NEED)
    role = fields.String(attribute="need.role", metadata=_ROLE)
    min = fields.Integer(attribute="need.min", metadata=_MIN)
    max = fields.Integer(attribute="need.max", metadata=_MAX)
    waitlist_max = fields.Integer(attribute="need.waitlist_max", metadata=_WAITLIST)
    requires = fields.List(fields.Enum(ClearanceType, by_value=True), attribute="need.requires", metadata=_REQUIRES)
    min_age = fields.Integer(attribute="need.min_age", metadata=_MIN_AGE)
    skill = fields.String(attribute="need.skill", metadata=_SKILL)
    child_role = fields.Boolean(attribute="need.child_role", metadata=_CHILD_ROLE)
    heavy = fields.Boolean(attribute="need.heavy", metadata=_HEAVY)
    excluded_person_ids = fields.List(Id(), attribute="need.excluded_person_ids", metadata=_EXCLUDED)
    taken = fields.Integer(metadata={"description": "Places taken.", "example": 2})
    open = fields.Integer(metadata={"description": "Places open.", "example": 1})
    waiting = fields.Integer(metadata={"description": "How many wait.", "example": 0})
    short = fields.Integer(metadata={"description": "How many are missing to the minimum.", "example": 0})
    overfull = fields.Boolean(metadata={"description": "Whether there are more people than places.", "example": False})


class StatementSchema(Input):
    """What somebody said about an attendance."""

    who = fields.String(allow_none=True, metadata={"description": "Who said it.", "example": "01JD000000000000000STAFF01"})
    what = fields.Enum(Presence, by_value=True, metadata=_RESULT)
    at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-06-10T03:00:00+00:00"})


class AttendanceSchema(Input):
    """What the roll call says of a volunteer."""

    result = fields.Enum(Presence, by_value=True, metadata=_RESULT)
    in_at = fields.AwareDateTime(metadata=_IN)
    out_at = fields.AwareDateTime(metadata=_OUT)
    in_by = fields.String(allow_none=True, metadata={"description": "Who said so last.", "example": "01JD000000000000000STAFF01"})
    in_method = fields.Enum(InMethod, by_value=True, metadata={"description": "How it is known.", "example": "CODE"})
    said_by = fields.List(
        fields.Nested(StatementSchema), metadata={"description": "Everyone who said something of it, in order.", "example": []}
    )


class AssignmentSchema(Input):
    """A volunteer's place."""

    id = Id(metadata={"description": "The assignment.", "example": "01JD0000000000000000000000"})
    need_id = Id(metadata=_NEED)
    volunteer_id = Id(metadata=_VOLUNTEER)
    person_id = Id(metadata={"description": "The volunteer's person.", "example": "01JD0000000000000000PERS0N"})
    state = fields.Enum(AssignmentState, by_value=True, metadata={"description": "What became of the place.", "example": "ACCEPTED"})
    verdict = fields.Enum(Verdict, by_value=True, metadata=_VERDICT)
    source = fields.Enum(Source, by_value=True, metadata=_SOURCE)
    signed_up_at = fields.AwareDateTime(metadata={"description": "When signed up.", "example": "2025-06-02T01:00:00+00:00"})
    signed_up_by = fields.String(allow_none=True, metadata={"description": "Who entered it.", "example": "01JD000000000000000STAFF01"})
    offered_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When the volunteer was asked.", "example": None})
    responded_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When they answered.", "example": None})
    ended_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was given back, declined, handed over or called off.", "example": None})
    ended_by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": None})
    override_reason = fields.String(metadata=_OVERRIDE)
    expires_at = fields.AwareDateTime(allow_none=True, metadata={"description": "Until when an offer may be answered.", "example": None})
    replaces = fields.String(allow_none=True, metadata={"description": "The assignment whose place it takes over.", "example": None})
    replaced_by = fields.String(allow_none=True, metadata={"description": "The assignment that took this place over.", "example": None})
    at_risk = fields.Enum(
        Verdict, by_value=True, allow_none=True, metadata={"description": "What speaks against the place now; never why.", "example": None}
    )
    flags = fields.List(fields.Enum(Flag, by_value=True), metadata={"description": "What to know all the same.", "example": []})
    attendance = fields.Nested(AttendanceSchema, allow_none=True, metadata={"description": "The roll call.", "example": None})


class WeatherSchema(Input):
    """What speaks against being outdoors."""

    reasons = fields.List(fields.String(), metadata={"description": "HEAT, AIR, THUNDER or STORM.", "example": ["HEAT"]})
    go_ahead = fields.Boolean(allow_none=True, metadata={"description": "What the coordinator decided; null while nobody has.", "example": None})
    decided_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When decided.", "example": None})


class SignUpAnswerSchema(Output):
    """The activity's id and version, and the assignment that the sign-up made."""

    assignment = fields.Nested(
        AssignmentSchema, attribute="latest", metadata={"description": "The assignment.", "example": {"verdict": "OK"}}
    )
    waitlist_pos = fields.Integer(attribute="latest_pos", allow_none=True, metadata=_POSITION)


class ActivitySchema(Output):
    """An activity with its needs as they stand and everyone who signed up."""

    kind = fields.Enum(ActivityKind, by_value=True, metadata=_KIND)
    title = fields.String(metadata=_TITLE)
    place = fields.String(metadata=_PLACE)
    starts_at = fields.AwareDateTime(metadata=_STARTS)
    ends_at = fields.AwareDateTime(metadata=_ENDS)
    state = fields.Enum(ActivityState, by_value=True, metadata=_STATE)
    needs = fields.List(
        fields.Nested(PlacesSchema), attribute="places", metadata={"description": "The roles as they stand.", "example": []}
    )
    assignments = fields.List(fields.Nested(AssignmentSchema), metadata={"description": "Who signed up, in order.", "example": []})
    attendee_ids = fields.List(Id(), metadata=_ATTENDEES)
    organiser = fields.String(metadata=_ORGANISER)
    partners = fields.List(fields.String(), metadata=_PARTNERS)
    audience = fields.String(metadata=_AUDIENCE)
    sign_up_from = fields.AwareDateTime(metadata=_FROM)
    sign_up_until = fields.AwareDateTime(metadata=_UNTIL)
    cancel_reason = fields.String(metadata=_REASON)
    program_id = fields.String(allow_none=True, metadata=_PROGRAM)
    coordinator_id = fields.String(allow_none=True, metadata=_COORDINATOR)
    outdoor = fields.Boolean(metadata=_OUTDOOR)
    popular = fields.Boolean(metadata=_POPULAR)
    weather = fields.Nested(WeatherSchema, allow_none=True, metadata={"description": "The weather rule.", "example": None})
    tools = fields.List(fields.Nested(ToolsOutSchema), metadata=_TOOLS)
    attention = fields.List(fields.Enum(Attention, by_value=True), metadata=_ATTENTION)
