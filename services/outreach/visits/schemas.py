"""What is said about visits over HTTP."""

from __future__ import annotations

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.outreach.visits.domain.reports import (
    AbsenceSource,
    ItemKind,
    ItemResult,
    KnownAbsence,
    Method,
    Outcome,
    Purpose,
    ServiceItem,
    ThirdParty,
)
from services.outreach.visits.domain.visits import Flag, VisitState

_ID = "01JD0000000000000000000000"
_PERSONS = {"description": "Who was, or is to be, visited: one person, or people of one home.", "example": [_ID]}
_STAFF = {"description": "Who makes the visit; the caller, if left out.", "example": [_ID]}
_PURPOSES = {"description": "What for.", "example": ["ROUTINE"]}
_PLANNED = {"description": "When the visit is to be.", "example": "2025-03-08T09:30:00+08:00"}
_METHOD = {"description": "How.", "example": "IN_PERSON"}
_OUTCOME = {"description": "How it ended; NO_ANSWER and REFUSED mean that nobody was seen or spoken to.", "example": "SEEN_WELL"}
_HAPPENED = {"description": "When it began, as staff say.", "example": "2025-03-08T09:35:00+08:00"}
_ENDED = {"description": "When it ended.", "example": "2025-03-08T10:05:00+08:00"}
_CAPTURED = {"description": "What the device's clock showed on recording.", "example": "2025-03-08T10:06:00+08:00"}
_LATE = {"description": "Why it is recorded more than a week later (X-3).", "example": "下乡期间没有信号"}
_SEEN = {"description": "Who of them was seen or spoken to; only for them it counts (OUT-4).", "example": [_ID]}
_ITEMS = {"description": "What was done.", "example": [{"kind": "DAILY_LIFE", "minutes": 30}]}
_GREETING = {"description": "Nothing but a greeting.", "example": False}
_THIRD = {
    "description": "Who saw the person, where the method is BY_THIRD_PARTY; kept encrypted.",
    "example": {"name": "某某", "relation": "女儿"},
}
_ABSENCE = {"description": "Evidence that the person is away (OUT-20).", "example": {"source": "KIN", "until": "2025-03-20"}}
_INCIDENT = {"description": "The incident that the no-answer belongs to.", "example": _ID}
_NOTE = {"description": "What else to know; kept encrypted, in no event.", "example": "老人说女儿下周回来"}


class ServiceItemSchema(Input):
    """One thing that was done."""

    kind = fields.Enum(ItemKind, by_value=True, required=True, metadata={"description": "What kind.", "example": "DAILY_LIFE"})
    ref = fields.String(
        allow_none=True,
        validate=validate.Regexp(r"^[0-9A-Za-z_-]{1,64}$"),
        metadata={"description": "The id of what it fulfils elsewhere, such as a delivery.", "example": _ID},
    )
    minutes = fields.Integer(allow_none=True, validate=validate.Range(1, 600), metadata={"description": "How long.", "example": 30})
    result = fields.Enum(ItemResult, by_value=True, metadata={"description": "How far it got.", "example": "DONE"})

    @post_load
    def _item(self, data, **_):
        return ServiceItem(**data)


class ThirdPartySchema(Input):
    """Somebody else who saw the person."""

    name = fields.String(required=True, validate=validate.Length(1, 60), metadata={"description": "Their name.", "example": "某某"})
    relation = fields.String(
        required=True, validate=validate.Length(1, 40), metadata={"description": "What they are to the person.", "example": "女儿"}
    )

    @post_load
    def _third_party(self, data, **_):
        return ThirdParty(**data)


class KnownAbsenceSchema(Input):
    """Where the knowledge comes from that the person is away, and until when."""

    source = fields.Enum(AbsenceSource, by_value=True, required=True, metadata={"description": "Who told.", "example": "KIN"})
    until = fields.Date(required=True, metadata={"description": "Until when they are away.", "example": "2025-03-20"})

    @post_load
    def _known_absence(self, data, **_):
        return KnownAbsence(**data)


class OpenIncidentSchema(Input):
    """Nothing to say yet: who, where and when follow from the visit."""


class CompleteVisitSchema(Input):
    """What staff report of a visit."""

    method = fields.Enum(Method, by_value=True, required=True, metadata=_METHOD)
    outcome = fields.Enum(Outcome, by_value=True, required=True, metadata=_OUTCOME)
    happened_at = Time(required=True, metadata=_HAPPENED)
    ended_at = Time(metadata=_ENDED)
    captured_at = Time(metadata=_CAPTURED)
    late_reason = fields.String(validate=validate.Length(1, 200), metadata=_LATE)
    seen_person_ids = fields.List(Id(), validate=validate.Length(max=10), metadata=_SEEN)
    items = fields.List(fields.Nested(ServiceItemSchema), validate=validate.Length(max=20), metadata=_ITEMS)
    greeting_only = fields.Boolean(metadata=_GREETING)
    third_party = fields.Nested(ThirdPartySchema, metadata=_THIRD)
    known_absence = fields.Nested(KnownAbsenceSchema, metadata=_ABSENCE)
    incident_id = Id(metadata=_INCIDENT)
    incident = fields.Nested(
        OpenIncidentSchema, metadata={"description": "`{}` opens an incident for each elder at risk (OUT-20).", "example": {}}
    )
    note = fields.String(validate=validate.Length(1, 2000), metadata=_NOTE)


class RecordVisitSchema(CompleteVisitSchema):
    """A visit with its report; or, with `planned_for` and no report, one to be made."""

    id = Id(metadata={"description": "The visit's id, if the client made one offline.", "example": _ID})
    person_ids = fields.List(Id(), required=True, validate=validate.Length(1, 10), metadata=_PERSONS)
    staff_ids = fields.List(Id(), validate=validate.Length(1, 10), metadata=_STAFF)
    purposes = fields.List(fields.Enum(Purpose, by_value=True), validate=validate.Length(1, 6), metadata=_PURPOSES)
    planned_for = Time(metadata=_PLANNED)
    method = fields.Enum(Method, by_value=True, metadata=_METHOD)
    outcome = fields.Enum(Outcome, by_value=True, metadata=_OUTCOME)
    happened_at = Time(metadata=_HAPPENED)

    @validates_schema
    def _is_planned_or_reported(self, data, **_):
        report = data.keys() & CompleteVisitSchema._declared_fields.keys()
        if report or "planned_for" not in data:
            missing = [name for name in ("method", "outcome", "happened_at") if name not in data]
            if missing:
                raise ValidationError({name: ["REQUIRED"] for name in missing})


class ListVisitsSchema(ListQuery):
    """Which visits."""

    person_id = Id(metadata={"description": "Visits to this person.", "example": _ID})
    staff_id = Id(metadata={"description": "Visits by this member of staff.", "example": _ID})
    state = fields.Enum(VisitState, by_value=True, metadata={"description": "Only in this state.", "example": "COMPLETED"})


class VisitSchema(Output):
    """A visit, without what was told in confidence."""

    grid_id = Id(allow_none=True, metadata={"description": "Where the people live.", "example": _ID})
    person_ids = fields.List(Id(), metadata=_PERSONS)
    staff_ids = fields.List(Id(), metadata=_STAFF)
    purposes = fields.List(fields.Enum(Purpose, by_value=True), metadata=_PURPOSES)
    state = fields.Enum(VisitState, by_value=True, metadata={"description": "Planned, or how it ended.", "example": "COMPLETED"})
    planned_for = fields.AwareDateTime(allow_none=True, metadata=_PLANNED)
    method = fields.Enum(Method, by_value=True, allow_none=True, metadata=_METHOD)
    outcome = fields.Enum(Outcome, by_value=True, allow_none=True, metadata=_OUTCOME)
    happened_at = fields.AwareDateTime(allow_none=True, metadata=_HAPPENED)
    ended_at = fields.AwareDateTime(allow_none=True, metadata=_ENDED)
    minutes = fields.Integer(allow_none=True, metadata={"description": "How long it took.", "example": 30})
    captured_at = fields.AwareDateTime(allow_none=True, metadata=_CAPTURED)
    received_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When the report came in.", "example": "2025-03-08T02:06:00+00:00"}
    )
    recorded_at = fields.AwareDateTime(metadata={"description": "When it was first entered.", "example": "2025-03-08T02:06:00+00:00"})
    recorded_by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})
    late_reason = fields.String(allow_none=True, metadata=_LATE)
    seen_person_ids = fields.List(Id(), metadata=_SEEN)
    items = fields.List(fields.Nested(ServiceItemSchema), metadata=_ITEMS)
    greeting_only = fields.Boolean(metadata=_GREETING)
    known_absence = fields.Nested(KnownAbsenceSchema, allow_none=True, metadata=_ABSENCE)
    incident_id = Id(allow_none=True, metadata=_INCIDENT)
    flags = fields.List(fields.Enum(Flag, by_value=True), metadata={"description": "What a supervisor should look at.", "example": []})


class VisitNoteSchema(Output):
    """What was told in confidence, for those who look after the person."""

    note = fields.String(allow_none=True, metadata=_NOTE)
    third_party = fields.Nested(ThirdPartySchema, allow_none=True, metadata=_THIRD)
