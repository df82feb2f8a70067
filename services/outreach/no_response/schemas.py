"""What is said about no-response plans over HTTP."""

from __future__ import annotations

from marshmallow import fields, post_load, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.no_response.domain import Capacity, KeyHolder, ReviewReason

_ID = "01JD0000000000000000000000"
_AGREED_ON = {"description": "When it was agreed.", "example": "2025-03-01"}
_AGREED_WITH = {"description": "With whom: the elder, and who was present; kept encrypted.", "example": "本人，女儿在场"}
_WANTS = {"description": "Whether somebody shall come when they do not answer; if not, kin are still called (OUT-23).", "example": True}
_STEPS = {"description": "What to do, in order; kept encrypted.", "example": ["先打女儿电话", "再问对门"]}
_HOLDERS = {"description": "Who has a key; kept encrypted.", "example": [{"name": "某某", "phone": "13800000000", "relation": "邻居"}]}
_HABITS = {"description": "Where they usually are; kept encrypted.", "example": "上午在公园下棋"}
_HOSPITAL = {"description": "To which hospital they go; kept encrypted.", "example": "区人民医院"}
_ENTRY = {"description": "Without what no door is forced; kept encrypted.", "example": "除非听到呼救"}
_REVIEW = {"description": "When it is asked again.", "example": "2026-03-01"}


class KeyHolderSchema(Input):
    """Somebody who has a key."""

    name = fields.String(required=True, validate=validate.Length(1, 60), metadata={"description": "Their name.", "example": "某某"})
    phone = fields.String(
        allow_none=True, validate=validate.Regexp(r"^[0-9+ -]{3,20}$"), metadata={"description": "Their number.", "example": "13800000000"}
    )
    relation = fields.String(
        allow_none=True, validate=validate.Length(1, 40), metadata={"description": "What they are to the elder.", "example": "邻居"}
    )

    @post_load
    def _holder(self, data, **_):
        return KeyHolder(**data)


class AgreePlanSchema(Input):
    """What was agreed with the elder."""

    agreed_on = fields.Date(required=True, metadata=_AGREED_ON)
    agreed_with = fields.String(required=True, validate=validate.Length(1, 120), metadata=_AGREED_WITH)
    wants_response = fields.Boolean(required=True, metadata=_WANTS)
    steps = fields.List(fields.String(validate=validate.Length(1, 200)), validate=validate.Length(max=10), metadata=_STEPS)
    key_holders = fields.List(fields.Nested(KeyHolderSchema), validate=validate.Length(max=5), metadata=_HOLDERS)
    known_habits = fields.String(validate=validate.Length(1, 1000), metadata=_HABITS)
    hospital = fields.String(validate=validate.Length(1, 120), metadata=_HOSPITAL)
    do_not_force_entry_unless = fields.String(validate=validate.Length(1, 300), metadata=_ENTRY)
    capacity_asked = fields.Boolean(
        load_default=False,
        metadata={"description": "Whether somebody asked if the elder can decide so, where that is not known.", "example": False},
    )


class CapacitySchema(Input):
    """What somebody found who asked."""

    impaired = fields.Boolean(
        required=True, metadata={"description": "Whether a cognitive impairment keeps the elder from deciding so.", "example": False}
    )


class ListPlansSchema(ListQuery):
    """Which plans."""

    to_review = fields.Boolean(metadata={"description": "Only those that somebody must ask about again.", "example": True})


class WishesSchema(Input):
    """What was agreed."""

    agreed_on = fields.Date(metadata=_AGREED_ON)
    agreed_with = fields.String(metadata=_AGREED_WITH)
    wants_response = fields.Boolean(metadata=_WANTS)
    steps = fields.List(fields.String(), metadata=_STEPS)
    key_holders = fields.List(fields.Nested(KeyHolderSchema), metadata=_HOLDERS)
    known_habits = fields.String(allow_none=True, metadata=_HABITS)
    hospital = fields.String(allow_none=True, metadata=_HOSPITAL)
    do_not_force_entry_unless = fields.String(allow_none=True, metadata=_ENTRY)


class NoResponsePlanSchema(Output):
    """An elder's plan; the id is the person's."""

    grid_id = Id(allow_none=True, metadata={"description": "Where the elder lives.", "example": _ID})
    wishes = fields.Nested(WishesSchema, metadata={"description": "What was agreed.", "example": {}})
    wants_response = fields.Boolean(metadata=_WANTS)
    capacity = fields.Enum(
        Capacity, by_value=True, metadata={"description": "Whether the elder can decide so; UNKNOWN asks to be asked.", "example": "CLEAR"}
    )
    review_on = fields.Date(metadata=_REVIEW)
    to_review = fields.Enum(
        ReviewReason, by_value=True, allow_none=True, metadata={"description": "Why it must be asked again.", "example": "YEARLY"}
    )
    recorded_at = fields.AwareDateTime(metadata={"description": "When it was written down.", "example": "2025-03-01T02:00:00+00:00"})
    recorded_by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})
