"""What is said about obligations over HTTP."""

from __future__ import annotations

from enum import StrEnum

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.care.domain import Tier
from services.outreach.obligations.domain import ExcuseCode, MajorChange, ObligationKind, ObligationState

_PERSON = {"description": "To whom the visit is owed.", "example": "01JD0000000000000000000000"}
_STATE = {"description": "Where it stands; nothing but a visit or the register closes it.", "example": "OVERDUE"}
_KIND = {"description": "Why it is owed.", "example": "ROUTINE"}
_TIER = {"description": "The tier by which its dates were taken.", "example": "HIGH"}
_LEAD = {"description": "The lead on whose list it stands.", "example": "01JD0000000000000000000000"}


_RAISED = {"description": "Who above the lead has heard of it.", "example": "01JD0000000000000000000000"}
_UNTIL = {"description": "Until when; it comes back by itself on the day after.", "example": "2025-04-01"}
_EXCUSE = {"description": "Why it may rest.", "example": "TEMP_AWAY"}
ASKED_FOR = (
    ObligationKind.RECHECK,
    ObligationKind.NEW_CASE,
    ObligationKind.CENSUS_PARTIAL,
    ObligationKind.DISCHARGE,
    ObligationKind.BEREAVEMENT,
)
"""What people may open; the others follow from a tier, a festival, a warning or an absence."""


class Needless(StrEnum):
    """Why two persons may say that nothing is owed."""

    ENTERED_IN_ERROR = "ENTERED_IN_ERROR"
    NOT_IN_SCOPE = "NOT_IN_SCOPE"


class OpenObligationSchema(Input):
    """To whom a visit is owed, and why."""

    id = Id()
    person_id = Id(required=True, metadata=_PERSON)
    kind = fields.Enum(
        ObligationKind,
        by_value=True,
        load_default=ObligationKind.RECHECK,
        validate=validate.OneOf(ASKED_FOR, error="NOT_A_CHOICE"),
        metadata={"description": "Why it is owed.", "example": "RECHECK"},
    )
    reason = fields.Enum(MajorChange, by_value=True, metadata={"description": "A major change: somebody comes within 24 hours.", "example": "FALL"})


class ExcuseSchema(Input):
    """Why, and until when, a visit need not be made."""

    code = fields.Enum(
        ExcuseCode,
        by_value=True,
        required=True,
        validate=validate.NoneOf([ExcuseCode.DEATH_REPORTED], error="NOT_A_CHOICE"),
        metadata=_EXCUSE,
    )
    until = fields.Date(required=True, metadata=_UNTIL)


class VoidObligationSchema(Input):
    """Why nothing is owed; two persons have to say so."""

    reason = fields.Enum(Needless, by_value=True, required=True, metadata={"description": "Why.", "example": "ENTERED_IN_ERROR"})


class ExcusedSchema(Input):
    """An excuse, by whose word, and until when."""

    code = fields.Enum(ExcuseCode, by_value=True, metadata=_EXCUSE)
    by = fields.String(allow_none=True, metadata={"description": "Who excused it; nobody where the register did.", "example": "01JD0000000000000000000000"})
    until = fields.Date(allow_none=True, metadata=_UNTIL)


class ListObligationsSchema(ListQuery):
    """Which obligations."""

    person_id = Id(metadata=_PERSON)
    staff_id = Id(
        metadata={"description": "Those owed to the people whose primary this member of staff is.", "example": "01JD0000000000000000000000"}
    )
    escalated_to = Id(metadata=_LEAD)
    raised_to = Id(metadata=_RAISED)
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
    raised_to = Id(allow_none=True, metadata=_RAISED)
    weeks_escalated = fields.Integer(metadata={"description": "How many weeks a supervisor has had it.", "example": 0})
    months_missed = fields.Integer(metadata={"description": "Calendar months that ended without a contact (OUT-9).", "example": 0})
    due_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "The moment by which, after a major change.", "example": "2025-03-08T02:00:00+00:00"}
    )
    assigned_to = Id(allow_none=True, metadata={"description": "Whose it is, where no pairing says so.", "example": "01JD0000000000000000000000"})
    ref = fields.String(allow_none=True, metadata={"description": "What it is owed for.", "example": "MID_AUTUMN:2025-10-06"})
    excused = fields.Nested(
        ExcusedSchema,
        allow_none=True,
        metadata={"description": "Why it rests.", "example": {"code": "TEMP_AWAY", "by": None, "until": "2025-04-01"}},
    )
    met_by = Id(allow_none=True, metadata={"description": "The visit that met it.", "example": "01JD0000000000000000000000"})
    met_on = fields.Date(allow_none=True, metadata={"description": "The day of that visit.", "example": "2025-03-07"})
    void_reason = fields.String(allow_none=True, metadata={"description": "Why nothing is owed any more.", "example": "DECEASED"})
