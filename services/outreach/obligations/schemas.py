"""What is said about obligations over HTTP."""

from __future__ import annotations

from marshmallow import fields

from services.common.http.schemas import Id, ListQuery, Output
from services.outreach.care.domain import Tier
from services.outreach.obligations.domain import ObligationKind, ObligationState

_PERSON = {"description": "To whom the visit is owed.", "example": "01JD0000000000000000000000"}
_STATE = {"description": "Where it stands; nothing but a visit or the register closes it.", "example": "OVERDUE"}
_KIND = {"description": "Why it is owed.", "example": "ROUTINE"}
_TIER = {"description": "The tier by which its dates were taken.", "example": "HIGH"}
_LEAD = {"description": "The lead on whose list it stands.", "example": "01JD0000000000000000000000"}


class ListObligationsSchema(ListQuery):
    """Which obligations."""

    person_id = Id(metadata=_PERSON)
    staff_id = Id(
        metadata={"description": "Those owed to the people whose primary this member of staff is.", "example": "01JD0000000000000000000000"}
    )
    escalated_to = Id(metadata=_LEAD)
    state = fields.Enum(ObligationState, by_value=True, metadata=_STATE)
    kind = fields.Enum(ObligationKind, by_value=True, metadata=_KIND)
    open = fields.Boolean(metadata={"description": "Those still owed, or those closed.", "example": True})


class ObligationSchema(Output):
    """A visit owed to a person."""

    person_id = Id(metadata=_PERSON)
    grid_id = Id(allow_none=True, metadata={"description": "Where the person lives.", "example": "01JD0000000000000000000000"})
    kind = fields.Enum(ObligationKind, by_value=True, metadata=_KIND)
    tier = fields.Enum(Tier, by_value=True, metadata=_TIER)
    state = fields.Enum(ObligationState, by_value=True, metadata=_STATE)
    open = fields.Boolean(metadata={"description": "Whether it is still owed.", "example": True})
    opened_on = fields.Date(metadata={"description": "Since when it is owed.", "example": "2025-03-01"})
    last_contact_on = fields.Date(
        allow_none=True, metadata={"description": "The contact from which it is counted, if there was one.", "example": "2025-03-01"}
    )
    due_on = fields.Date(metadata={"description": "The day on which the visit is due.", "example": "2025-03-08"})
    overdue_on = fields.Date(metadata={"description": "The first day out of grace.", "example": "2025-03-10"})
    hard_on = fields.Date(metadata={"description": "The last day before the lead gets it.", "example": "2025-03-11"})
    missed_periods = fields.Integer(metadata={"description": "How many intervals ended without a visit (OUT-1).", "example": 1})
    escalated_to = Id(allow_none=True, metadata=_LEAD)
    met_by = Id(allow_none=True, metadata={"description": "The visit that met it.", "example": "01JD0000000000000000000000"})
    met_on = fields.Date(allow_none=True, metadata={"description": "The day of that visit.", "example": "2025-03-07"})
    void_reason = fields.String(allow_none=True, metadata={"description": "Why nothing is owed any more.", "example": "DECEASED"})
