"""What is said about care plans over HTTP."""

from __future__ import annotations

from marshmallow import fields, post_load, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.care_plans.domain import Area, CloseReason, Goal, PlanState

_ID = "01JD0000000000000000000000"
_PERSON = {"description": "Whose plan it is.", "example": _ID}
_GOALS = {
    "description": "What is to get better; kept encrypted, in no event.",
    "example": [{"area": "SAFETY", "aim": "夜间起身安全", "measure": "一个月未跌倒", "by": "2025-04-30"}],
}
_REVIEW = {"description": "When somebody looks at it again.", "example": "2025-06-01"}
_STATE = {"description": "Draft, in force, or closed.", "example": "APPROVED"}
_WHY = {"description": "Why it was closed.", "example": "REACHED"}


class GoalSchema(Input):
    """What is to get better."""

    area = fields.Enum(Area, by_value=True, required=True, metadata={"description": "Of which part of life.", "example": "SAFETY"})
    aim = fields.String(required=True, validate=validate.Length(1, 300), metadata={"description": "What shall be.", "example": "夜间起身安全"})
    measure = fields.String(
        required=True, validate=validate.Length(1, 300), metadata={"description": "How one will see it.", "example": "一个月未跌倒"}
    )
    by = fields.Date(required=True, metadata={"description": "By when.", "example": "2025-04-30"})

    @post_load
    def _goal(self, data, **_):
        return Goal(**data)


class RevisePlanSchema(Input):
    """What the plan shall be."""

    goals = fields.List(fields.Nested(GoalSchema), required=True, validate=validate.Length(1, 12), metadata=_GOALS)
    review_on = fields.Date(required=True, metadata=_REVIEW)


class DraftPlanSchema(RevisePlanSchema):
    """A plan for a person."""

    id = Id(metadata={"description": "The plan's id, if the client made one.", "example": _ID})
    person_id = Id(required=True, metadata=_PERSON)


class ClosePlanSchema(Input):
    """Why it is closed."""

    reason = fields.Enum(CloseReason, by_value=True, required=True, metadata=_WHY)


class ListCarePlansSchema(ListQuery):
    """Which plans."""

    person_id = Id(metadata=_PERSON)
    state = fields.Enum(PlanState, by_value=True, metadata=_STATE)
    review_due = fields.Boolean(metadata={"description": "Only those in force that should have been looked at by today.", "example": True})


class CarePlanSchema(Output):
    """A care plan."""

    person_id = Id(metadata=_PERSON)
    grid_id = Id(allow_none=True, metadata={"description": "Where the person lives.", "example": _ID})
    goals = fields.List(fields.Nested(GoalSchema), metadata=_GOALS)
    review_on = fields.Date(metadata=_REVIEW)
    state = fields.Enum(PlanState, by_value=True, metadata=_STATE)
    drafted_at = fields.AwareDateTime(metadata={"description": "When it was drafted.", "example": "2025-03-01T02:00:00+00:00"})
    drafted_by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})
    approved_by = fields.String(allow_none=True, metadata={"description": "Who else approved it.", "example": _ID})
    approved_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When.", "example": "2025-03-02T02:00:00+00:00"})
    closed_because = fields.Enum(CloseReason, by_value=True, allow_none=True, metadata=_WHY)
    closed_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was closed.", "example": "2025-06-02T02:00:00+00:00"})
