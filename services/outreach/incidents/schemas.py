"""What is said about incidents over HTTP."""

from __future__ import annotations

from marshmallow import fields, post_load, validate

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.outreach.care.domain import Tier
from services.outreach.incidents.domain import Confirmation, How, IncidentState, Resolution

_ID = "01JD0000000000000000000000"
_PERSON = {"description": "The elder who did not answer.", "example": _ID}
_STATE = {"description": "Whether somebody still has to find out.", "example": "OPEN"}
_RESOLUTION = {"description": "What became of the elder.", "example": "SAFE_AWAY"}
_CONFIRMED_BY = {
    "description": "Who saw or spoke to the elder; kept encrypted (OUT-21).",
    "example": {"name": "某某", "how": "SPOKE", "relation": "女儿"},
}
_CONFIRMED_AT = {"description": "When they saw or spoke to the elder.", "example": "2025-03-08T10:40:00+08:00"}


class ConfirmationSchema(Input):
    """Somebody who saw or spoke to the elder."""

    name = fields.String(required=True, validate=validate.Length(1, 60), metadata={"description": "Their name.", "example": "某某"})
    how = fields.Enum(How, by_value=True, required=True, metadata={"description": "Hearsay is not enough.", "example": "SPOKE"})
    relation = fields.String(
        allow_none=True, validate=validate.Length(1, 40), metadata={"description": "What they are to the elder.", "example": "女儿"}
    )

    @post_load
    def _confirmation(self, data, **_):
        return Confirmation(**data)


class ResolveIncidentSchema(Input):
    """Whose word ends the incident."""

    resolution = fields.Enum(Resolution, by_value=True, required=True, metadata=_RESOLUTION)
    safety_confirmed_by = fields.Nested(ConfirmationSchema, required=True, metadata=_CONFIRMED_BY)
    safety_confirmed_at = Time(required=True, metadata=_CONFIRMED_AT)


class ListIncidentsSchema(ListQuery):
    """Which incidents."""

    person_id = Id(metadata=_PERSON)
    state = fields.Enum(IncidentState, by_value=True, metadata=_STATE)


class IncidentSchema(Output):
    """An incident, from the unanswered door to the word that the elder is safe."""

    person_id = Id(metadata=_PERSON)
    grid_id = Id(allow_none=True, metadata={"description": "Where the elder lives.", "example": _ID})
    tier = fields.Enum(Tier, by_value=True, metadata={"description": "How closely the elder is watched over.", "example": "HIGH"})
    visit_id = Id(metadata={"description": "The visit at which nobody answered.", "example": _ID})
    state = fields.Enum(IncidentState, by_value=True, metadata=_STATE)
    level = fields.Integer(metadata={"description": "The step of the ladder that was reached.", "example": 0})
    opened_at = fields.AwareDateTime(metadata={"description": "When nobody answered.", "example": "2025-03-08T02:00:00+00:00"})
    opened_by = fields.String(allow_none=True, metadata={"description": "Who stood at the door.", "example": _ID})
    resolution = fields.Enum(Resolution, by_value=True, allow_none=True, metadata=_RESOLUTION)
    safety_confirmed_by = fields.Nested(ConfirmationSchema, allow_none=True, metadata=_CONFIRMED_BY)
    safety_confirmed_at = fields.AwareDateTime(allow_none=True, metadata=_CONFIRMED_AT)
    resolved_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When that was recorded.", "example": "2025-03-08T02:45:00+00:00"}
    )
    resolved_by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})
