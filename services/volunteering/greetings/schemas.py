"""What is said about greetings over HTTP."""

from __future__ import annotations

from marshmallow import fields

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.greetings.domain import Errand, Form, GreetingState

_FORM = {"description": "How the person is greeted.", "example": "VISIT"}
_STATE = {"description": "What became of it.", "example": "DUE"}
_VOLUNTEER = {"description": "The volunteer who greets.", "example": "01JD0000000000000000V0VNTE"}
_PERSON = {"description": "Who has the birthday, of the register.", "example": "01JD0000000000000000PERS0N"}
_ERRAND = {"description": "What is left to do for a greeting that must not happen.", "example": "CANCEL_ORDER"}


class AssignGreetingSchema(Input):
    """Who greets, and how."""

    volunteer_id = Id(required=True, metadata=_VOLUNTEER)
    form = fields.Enum(Form, by_value=True, metadata=_FORM)


class CompleteGreetingSchema(Input):
    """When a call, a card or a cake reached the person."""

    on = fields.Date(required=True, metadata={"description": "The day.", "example": "2025-06-10"})


class SettleErrandSchema(Input):
    """What was done for a greeting that must not happen."""

    errand = fields.Enum(Errand, by_value=True, required=True, metadata=_ERRAND)


class ListGreetingsSchema(ListQuery):
    """Which greetings to list, the earliest first."""

    state = fields.Enum(GreetingState, by_value=True, metadata=_STATE)
    errand = fields.Enum(Errand, by_value=True, metadata=_ERRAND)
    volunteer_id = Id(metadata=_VOLUNTEER)
    person_id = Id(metadata=_PERSON)


class GreetingSchema(Output):
    """A greeting; why one must not happen has no field."""

    person_id = Id(metadata=_PERSON)
    cycle_key = fields.String(metadata={"description": "One greeting for each of these.", "example": "LUNAR-2025"})
    due_on = fields.Date(metadata={"description": "The birthday.", "example": "2025-06-10"})
    form = fields.Enum(Form, by_value=True, metadata=_FORM)
    state = fields.Enum(GreetingState, by_value=True, metadata=_STATE)
    milestone = fields.Boolean(metadata={"description": "Whether it is a milestone.", "example": False})
    volunteer_id = fields.String(allow_none=True, metadata=_VOLUNTEER)
    ordered_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When a cake or a card was ordered.", "example": None})
    errands = fields.List(fields.Enum(Errand, by_value=True), metadata={**_ERRAND, "example": []})
    done_on = fields.Date(allow_none=True, metadata={"description": "When the person was greeted.", "example": None})
    done_by_ref = fields.String(allow_none=True, metadata={"description": "The visit, party or person by which.", "example": None})
