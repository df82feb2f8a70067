"""What is said about incidents of class meetings over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.volunteering.incidents.domain import Done, IncidentKind, IncidentState, Way

_KIND = {"description": "What happened.", "example": "INJURY"}
_HAPPENED = {"description": "When it happened.", "example": "2025-07-08T10:05:00+08:00"}
_CHILDREN = {"description": "The children concerned.", "example": ["01JD0000000000000000CH1D01"]}
_CHILD = {"description": "The child.", "example": "01JD0000000000000000CH1D01"}
_GUARDIAN = {"description": "The guardian who was told.", "example": "01JD000000000000000GVARD1A"}
_VOLUNTEERS = {"description": "The adults concerned.", "example": ["01JD0000000000000000V0VNTE"]}
_VOLUNTEER = {"description": "The adult who did it.", "example": "01JD0000000000000000V0VNTE"}
_GRAVE = {"description": "Whether a guardian must hear of it at once.", "example": False}
_WORDS = {"description": "In words; stored sealed, in no event.", "example": "跑动时摔倒，右膝擦伤"}
_DONE = {"description": "What was done.", "example": "FIRST_AID"}
_DONE_AT = {"description": "When.", "example": "2025-07-08T10:07:00+08:00"}
_STEPS = {"description": "What was done.", "example": [{"done": "FIRST_AID", "at": "2025-07-08T10:07:00+08:00"}]}
_WAY = {"description": "How.", "example": "CALL"}
_SAID = {"description": "What the guardian said; stored sealed.", "example": "知道了，下课来接"}
_LATE = {"description": "Why it is recorded more than a week later; stored sealed.", "example": "家长今天才说起"}
_OUTCOME = {"description": "What came of it; stored sealed.", "example": "已痊愈，家长无异议"}
_SESSION = {"description": "The meeting.", "example": "01JD00000000000000SESS1N01"}
_STATE = {"description": "How far it has come.", "example": "OPEN"}
_BY = {"description": "By whom.", "example": "01JD00000000000000C00RD001"}
_AT = {"description": "When.", "example": "2025-07-08T02:10:00+00:00"}
_UNTOLD = {"description": "Children of whom no guardian was told yet.", "example": []}


class StepSchema(Input):
    """One thing that was done."""

    done = fields.Enum(Done, by_value=True, required=True, metadata=_DONE)
    at = Time(required=True, metadata=_DONE_AT)
    words = fields.String(validate=validate.Length(1, 2000), metadata=_WORDS)
    by_volunteer_id = Id(metadata=_VOLUNTEER)


class RecordIncidentSchema(Input):
    """What happened, to whom, and what was done."""

    id = Id(metadata={"description": "The incident's id, if the client made one offline.", "example": "01JD0000000000000000000000"})
    kind = fields.Enum(IncidentKind, by_value=True, required=True, metadata=_KIND)
    happened_at = Time(required=True, metadata=_HAPPENED)
    child_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=60), metadata=_CHILDREN)
    volunteer_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=30), metadata=_VOLUNTEERS)
    grave = fields.Boolean(load_default=False, metadata=_GRAVE)
    words = fields.String(required=True, validate=validate.Length(1, 4000), metadata=_WORDS)
    steps = fields.List(fields.Nested(StepSchema), load_default=list, validate=validate.Length(max=20), metadata=_STEPS)
    late_reason = fields.String(validate=validate.Length(1, 500), metadata=_LATE)


class TellGuardianSchema(Input):
    """That a guardian was told."""

    child_id = Id(required=True, metadata=_CHILD)
    guardian_id = Id(required=True, metadata=_GUARDIAN)
    way = fields.Enum(Way, by_value=True, required=True, metadata=_WAY)
    at = Time(required=True, metadata=_DONE_AT)
    words = fields.String(validate=validate.Length(1, 2000), metadata=_SAID)


class CloseIncidentSchema(Input):
    """What came of it."""

    outcome = fields.String(validate=validate.Length(1, 2000), metadata=_OUTCOME)


class ListIncidentsSchema(ListQuery):
    """Which incidents."""

    session_id = Id(metadata=_SESSION)
    child_id = Id(metadata=_CHILD)
    state = fields.Enum(IncidentState, by_value=True, metadata=_STATE)


class StepTakenSchema(Schema):
    """One thing that was done, and who recorded it."""

    done = fields.Enum(Done, by_value=True, metadata=_DONE)
    at = fields.AwareDateTime(metadata=_AT)
    words = fields.String(allow_none=True, metadata=_WORDS)
    by_volunteer_id = fields.String(allow_none=True, metadata=_VOLUNTEER)
    recorded_by = fields.String(allow_none=True, metadata=_BY)


class ToldSchema(Schema):
    """Which guardian was told, when and how."""

    child_id = Id(metadata=_CHILD)
    guardian_id = Id(metadata=_GUARDIAN)
    way = fields.Enum(Way, by_value=True, metadata=_WAY)
    at = fields.AwareDateTime(metadata=_AT)
    words = fields.String(allow_none=True, metadata=_SAID)
    recorded_by = fields.String(allow_none=True, metadata=_BY)


class ClassIncidentSchema(Output):
    """An incident as it stands."""

    session_id = Id(metadata=_SESSION)
    series_id = Id(metadata={"description": "The course.", "example": "01JD00000000000000SER1ES01"})
    kind = fields.Enum(IncidentKind, by_value=True, metadata=_KIND)
    happened_at = fields.AwareDateTime(metadata=_AT)
    recorded_at = fields.AwareDateTime(metadata=_AT)
    recorded_by = fields.String(allow_none=True, metadata=_BY)
    child_ids = fields.List(Id(), metadata=_CHILDREN)
    volunteer_ids = fields.List(Id(), metadata=_VOLUNTEERS)
    grave = fields.Boolean(metadata=_GRAVE)
    state = fields.Enum(IncidentState, by_value=True, metadata=_STATE)
    words = fields.String(allow_none=True, metadata=_WORDS)
    late_reason = fields.String(allow_none=True, metadata=_LATE)
    steps = fields.List(fields.Nested(StepTakenSchema), metadata=_STEPS)
    told = fields.List(fields.Nested(ToldSchema), metadata={"description": "Who was told.", "example": []})
    tell_by = fields.AwareDateTime(allow_none=True, metadata={"description": "By when a guardian of each child is told.", "example": None})
    untold_ids = fields.List(Id(), metadata=_UNTOLD)
    untold_times = fields.Integer(metadata={"description": "How often it was told that a guardian was not.", "example": 0})
    closed_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was closed.", "example": None})
    closed_by = fields.String(allow_none=True, metadata=_BY)
    outcome = fields.String(allow_none=True, metadata=_OUTCOME)
