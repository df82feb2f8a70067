"""What is said about incidents over HTTP."""

from __future__ import annotations

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates, validates_schema

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.outreach.care.domain import Tier
from services.outreach.incidents.domain.incidents import (
    Aftercare,
    Channel,
    Confirmation,
    EntryUnder,
    How,
    IncidentState,
    Resolution,
    StepResult,
    Suggestion,
)
from services.outreach.incidents.domain.ladder import CONTACTS, ON_SITE, Action, DangerSign

_ID = "01JD0000000000000000000000"
_PERSON = {"description": "The elder who did not answer.", "example": _ID}
_STATE = {"description": "How far the search has come.", "example": "CONTACTING"}
_LEVEL = {"description": "The step of the ladder: 0 door, 1 contacts, 2 duty officer, 3 on site.", "example": 1}
_RESOLUTION = {"description": "What became of the elder.", "example": "SAFE_AWAY"}
_CONFIRMED_BY = {
    "description": "Who saw or spoke to the elder; kept encrypted (OUT-21).",
    "example": {"name": "某某", "how": "SPOKE", "relation": "女儿", "channel": "PHONE"},
}
_CONFIRMED_AT = {"description": "When they saw or spoke to the elder.", "example": "2025-03-08T10:40:00+08:00"}
_DANGER = {"description": "What sends people there at once, at any tier.", "example": ["WATER"]}
_ACTION = {"description": "What was done.", "example": "CALLED_KIN"}
_RESULT = {"description": "What came of it.", "example": "NO_REPLY"}
_AT = {"description": "When; now, if left out.", "example": "2025-03-08T10:20:00+08:00"}
_COMPANION = {"description": "Who was the second person on the spot; kept encrypted.", "example": "某某"}
_UNDER = {"description": "Under whose right the home was entered: the police, or a key holder who agreed.", "example": "POLICE"}
_NOTE = {"description": "What else to know; kept encrypted, in no event.", "example": "灯亮着，没有声音"}
_ITEM = {"description": "What was left to do.", "example": "INFORM_KIN"}
_WHEN_OPENED = {"description": "When nobody answered.", "example": "2025-03-08T10:00:00+08:00"}
_POLICE_REF = {"description": "The reference of the police case; kept encrypted.", "example": "A-2025-0001"}
MOMENT = "2025-03-08T02:30:00+00:00"


class ConfirmationSchema(Input):
    """Somebody who saw or spoke to the elder."""

    name = fields.String(required=True, validate=validate.Length(1, 60), metadata={"description": "Their name.", "example": "某某"})
    how = fields.Enum(
        How,
        by_value=True,
        required=True,
        metadata={"description": "SAW or SPOKE; POLICE only for who is missing. Hearsay is not enough.", "example": "SPOKE"},
    )
    relation = fields.String(
        allow_none=True, validate=validate.Length(1, 40), metadata={"description": "What they are to the elder.", "example": "女儿"}
    )
    channel = fields.Enum(
        Channel, by_value=True, allow_none=True, metadata={"description": "How they spoke; needed for a FALSE_ALARM.", "example": "PHONE"}
    )

    @validates("how")
    def _is_a_persons_word(self, value, **_):
        if value is How.REGISTER:
            raise ValidationError("SAW_OR_SPOKE")

    @post_load
    def _confirmation(self, data, **_):
        return Confirmation(**data)


class OpenIncidentByHandSchema(Input):
    """An elder who does not answer, told by hand, also by an app that was offline."""

    id = Id(metadata={"description": "The incident's id, if the client made one offline.", "example": _ID})
    person_id = Id(required=True, metadata=_PERSON)
    happened_at = Time(required=True, metadata=_WHEN_OPENED)
    danger_signs = fields.List(fields.Enum(DangerSign, by_value=True), validate=validate.Length(max=4), metadata=_DANGER)


class RecordStepSchema(Input):
    """What somebody did to find the elder."""

    action = fields.Enum(Action, by_value=True, required=True, metadata=_ACTION)
    result = fields.Enum(StepResult, by_value=True, required=True, metadata=_RESULT)
    at = Time(metadata=_AT)
    companion = fields.String(validate=validate.Length(1, 60), metadata=_COMPANION)
    entry_under = fields.Enum(EntryUnder, by_value=True, metadata=_UNDER)
    note = fields.String(validate=validate.Length(1, 1000), metadata=_NOTE)
    danger_signs = fields.List(fields.Enum(DangerSign, by_value=True), validate=validate.Length(max=4), metadata=_DANGER)


class HearsaySchema(Input):
    """What somebody thinks to know, who neither saw nor spoke to the elder."""

    said_by = fields.String(
        required=True, validate=validate.Length(1, 60), metadata={"description": "Who said it; kept encrypted.", "example": "邻居"}
    )
    said = fields.String(
        required=True, validate=validate.Length(1, 500), metadata={"description": "What they said; kept encrypted.", "example": "大概买菜去了"}
    )


class RaiseLevelSchema(Input):
    """To which level, or what sign of danger."""

    level = fields.Integer(validate=validate.Range(CONTACTS, ON_SITE), metadata=_LEVEL)
    danger_signs = fields.List(fields.Enum(DangerSign, by_value=True), validate=validate.Length(1, 4), metadata=_DANGER)

    @validates_schema
    def _says_why(self, data, **_):
        if ("level" in data) == ("danger_signs" in data):
            raise ValidationError({"level": ["LEVEL_OR_DANGER"]})


class ResolveIncidentSchema(Input):
    """Whose word ends the incident."""

    resolution = fields.Enum(Resolution, by_value=True, required=True, metadata=_RESOLUTION)
    safety_confirmed_by = fields.Nested(ConfirmationSchema, required=True, metadata=_CONFIRMED_BY)
    safety_confirmed_at = Time(required=True, metadata=_CONFIRMED_AT)
    police_case_ref = fields.String(validate=validate.Length(1, 60), metadata=_POLICE_REF)


class TickSchema(Input):
    """What was done after the incident."""

    item = fields.Enum(Aftercare, by_value=True, required=True, metadata=_ITEM)


class ListIncidentsSchema(ListQuery):
    """Which incidents; the open ones come by their next clock, others the latest first."""

    person_id = Id(metadata=_PERSON)
    state = fields.Enum(IncidentState, by_value=True, metadata=_STATE)
    open = fields.Boolean(metadata={"description": "Those in which somebody still has to find out, by their next clock.", "example": True})
    aftercare_open = fields.Boolean(metadata={"description": "Those that ended and after which something is left to do.", "example": True})


class StepSchema(Schema):
    """One thing that somebody did."""

    n = fields.Integer(metadata={"description": "Its number.", "example": 1})
    level = fields.Integer(metadata=_LEVEL)
    action = fields.Enum(Action, by_value=True, metadata=_ACTION)
    result = fields.Enum(StepResult, by_value=True, metadata=_RESULT)
    at = fields.AwareDateTime(metadata=_AT)
    by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})
    due_at = fields.AwareDateTime(allow_none=True, metadata={"description": "The clock of its level.", "example": MOMENT})
    companion = fields.String(allow_none=True, metadata=_COMPANION)
    entry_under = fields.Enum(EntryUnder, by_value=True, allow_none=True, metadata=_UNDER)
    note = fields.String(allow_none=True, metadata=_NOTE)


class HeardSchema(Schema):
    """What somebody was heard to say."""

    said_by = fields.String(metadata={"description": "Who said it.", "example": "邻居"})
    said = fields.String(metadata={"description": "What they said.", "example": "大概买菜去了"})
    at = fields.AwareDateTime(metadata=_AT)
    by = fields.String(allow_none=True, metadata={"description": "Who wrote it down.", "example": _ID})


class TickedSchema(Schema):
    """What was done after the incident."""

    item = fields.Enum(Aftercare, by_value=True, metadata=_ITEM)
    at = fields.AwareDateTime(metadata=_AT)
    by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})


class IncidentSchema(Output):
    """An incident, from the unanswered door to the word that the elder is safe."""

    person_id = Id(metadata=_PERSON)
    grid_id = Id(allow_none=True, metadata={"description": "Where the elder lives.", "example": _ID})
    tier = fields.Enum(Tier, by_value=True, metadata={"description": "How closely the elder is watched over.", "example": "HIGH"})
    visit_id = Id(allow_none=True, metadata={"description": "The visit at which nobody answered.", "example": _ID})
    target_id = Id(allow_none=True, metadata={"description": "The door of the sweep at which nobody answered.", "example": _ID})
    state = fields.Enum(IncidentState, by_value=True, metadata=_STATE)
    open = fields.Boolean(metadata={"description": "Whether somebody still has to find out.", "example": True})
    level = fields.Integer(metadata=_LEVEL)
    reached = fields.Integer(metadata={"description": "The highest level so far.", "example": 2})
    due_at = fields.List(
        fields.AwareDateTime(), metadata={"description": "By when each of the four steps must have found the elder.", "example": [MOMENT]}
    )
    clock_at = fields.AwareDateTime(allow_none=True, metadata={"description": "The clock of the level that it is on.", "example": MOMENT})
    next_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When a clock does something next.", "example": MOMENT})
    capped = fields.Boolean(metadata={"description": "Whether a plan of the elder's holds it at the contacts (OUT-23).", "example": False})
    danger_signs = fields.List(fields.Enum(DangerSign, by_value=True), metadata=_DANGER)
    lowered_until = fields.AwareDateTime(
        allow_none=True, metadata={"description": "Until when hearsay lowers it by one level.", "example": MOMENT}
    )
    hearsay = fields.Nested(HeardSchema, allow_none=True, metadata={"description": "What was heard, if anything.", "example": None})
    reminders = fields.Integer(metadata={"description": "How often the top was told again.", "example": 0})
    steps = fields.List(fields.Nested(StepSchema), metadata={"description": "What was done, in order.", "example": []})
    opened_at = fields.AwareDateTime(metadata={"description": "When nobody answered.", "example": "2025-03-08T02:00:00+00:00"})
    opened_by = fields.String(allow_none=True, metadata={"description": "Who stood at the door.", "example": _ID})
    resolution = fields.Enum(Resolution, by_value=True, allow_none=True, metadata=_RESOLUTION)
    safety_confirmed_by = fields.Nested(ConfirmationSchema, allow_none=True, metadata=_CONFIRMED_BY)
    safety_confirmed_at = fields.AwareDateTime(allow_none=True, metadata=_CONFIRMED_AT)
    police_case_ref = fields.String(allow_none=True, metadata=_POLICE_REF)
    resolved_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When that was recorded.", "example": "2025-03-08T02:45:00+00:00"}
    )
    resolved_by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})
    avoidable = fields.Boolean(
        metadata={"description": "Whether the elder's absence became known only later (OUT-25).", "example": False}
    )
    suggestion = fields.Enum(
        Suggestion, by_value=True, allow_none=True, metadata={"description": "What so many such incidents suggest (OUT-24).", "example": None}
    )
    aftercare = fields.List(fields.Enum(Aftercare, by_value=True), metadata={"description": "What follows an incident.", "example": []})
    aftercare_open = fields.Boolean(metadata={"description": "Whether something of it is left to do.", "example": False})
    ticked = fields.List(fields.Nested(TickedSchema), metadata={"description": "What of it was done.", "example": []})


class PhoneListSchema(Schema):
    """Where the numbers to call are; they are asked of the register, which knows them."""

    card = fields.String(metadata={"description": "Who the elder is, and where.", "example": f"/v1/people/{_ID}/card"})
    kin = fields.String(
        metadata={
            "description": "Whom to call, in order, with their phones; a POST that says why goes on record.",
            "example": f"/v1/people/{_ID}/kin/emergency",
        }
    )
    whereabouts = fields.String(
        metadata={"description": "Whether the register knows that they are away.", "example": f"/v1/people/{_ID}/whereabouts"}
    )
    plan = fields.String(
        metadata={"description": "What was agreed with them: key holders, habits, hospital.", "example": f"/v1/no-response-plans/{_ID}"}
    )


class ToDoSchema(Schema):
    """One thing of a step."""

    action = fields.Enum(Action, by_value=True, metadata=_ACTION)
    done = fields.Boolean(metadata={"description": "Whether somebody did it.", "example": False})
    only_if = fields.String(allow_none=True, metadata={"description": "What it needs.", "example": "DANGER_SIGNS"})


class RungSchema(Schema):
    """One step of the ladder."""

    level = fields.Integer(metadata=_LEVEL)
    due_at = fields.AwareDateTime(metadata={"description": "Its clock.", "example": MOMENT})
    current = fields.Boolean(metadata={"description": "Whether this is where it stands.", "example": True})
    to_do = fields.List(fields.Nested(ToDoSchema), metadata={"description": "What belongs to it.", "example": []})


class AftercareSchema(Schema):
    """One thing that is left to do once the elder is safe."""

    item = fields.Enum(Aftercare, by_value=True, metadata=_ITEM)
    done = fields.Boolean(metadata={"description": "Whether somebody ticked it off.", "example": False})


class ChecklistSchema(Schema):
    """What there is to do, step by step."""

    incident_id = Id(metadata={"description": "The incident.", "example": _ID})
    person_id = Id(metadata=_PERSON)
    state = fields.Enum(IncidentState, by_value=True, metadata=_STATE)
    call_first = fields.List(Id(), metadata={"description": "Who of the staff is called on this level now.", "example": [_ID]})
    phone_list = fields.Nested(PhoneListSchema, metadata={"description": "Where the numbers are.", "example": {}})
    ladder = fields.List(fields.Nested(RungSchema), metadata={"description": "The steps.", "example": []})
    aftercare = fields.List(fields.Nested(AftercareSchema), metadata={"description": "What is left to do afterwards.", "example": []})
