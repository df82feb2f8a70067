"""What the operations on categories take and answer."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input
from services.registry.people.domain.classifications import Basis, Category
from services.registry.people.schemas import ClassificationSchema, EvidenceSchema

_CODE = {"description": "The category.", "example": "CHILDLESS"}
_OVERRIDDEN = {"description": "The category.", "example": "LIVING_ALONE"}
_EVIDENCE = {"description": "What it rests on.", "example": {"kind": "SELF_STATEMENT", "on": "2025-06-01"}}
_UNTIL = {"description": "The last day; afterwards it is asked again.", "example": "2025-08-30"}


class AssertClassificationSchema(Input):
    code = fields.Enum(Category, by_value=True, required=True, metadata=_CODE)
    holds = fields.Boolean(load_default=True, metadata={"description": "Whether it holds, or holds no more.", "example": True})
    since = fields.Date(required=True, metadata={"description": "Since when.", "example": "2025-06-01"})
    evidence = fields.Nested(EvidenceSchema, required=True, metadata=_EVIDENCE)
    valid_to = fields.Date(
        metadata={"description": "The last day of the list or assessment; a list needs it, an assessment counts a year.", "example": "2026-05-31"}
    )


class DecideStatementSchema(Input):
    """Nothing to say: the act is the decision."""


class OverrideSchema(Input):
    holds = fields.Boolean(required=True, metadata={"description": "Whether it holds, whatever the rule finds.", "example": False})
    note = fields.String(
        required=True, validate=validate.Length(1, 200), metadata={"description": "Why, stored sealed.", "example": "侄女一家已搬来同住"}
    )
    co_resident_id = Id(metadata={"description": "Who lives with them, where registered.", "example": "01JD0000000000000000000004"})
    co_resident_name = fields.String(
        validate=validate.Length(1, 80), metadata={"description": "Who lives with them, where not registered.", "example": "王建国"}
    )


class WithdrawOverrideSchema(Input):
    """Nothing to say: the rule decides again."""


class StatementSchema(Input):
    code = fields.Enum(Category, by_value=True, metadata=_CODE)
    since = fields.Date(metadata={"description": "Since when.", "example": "2025-06-01"})
    evidence = fields.Nested(EvidenceSchema, metadata=_EVIDENCE)
    by = fields.String(metadata={"description": "Who stated it.", "example": "01JD0000000000000000000007"})


class OverrideShownSchema(OverrideSchema):
    code = fields.Enum(Category, by_value=True, metadata=_OVERRIDDEN)
    since = fields.Date(metadata={"description": "Since when.", "example": "2025-06-01"})
    until = fields.Date(metadata=_UNTIL)
    by = fields.String(metadata={"description": "Who said so.", "example": "01JD0000000000000000000007"})
    lapsed = fields.Boolean(metadata={"description": "Whether its time is over.", "example": False})
    co_resident_id = Id(allow_none=True, metadata={"description": "Who lives with them.", "example": None})
    co_resident_name = fields.String(allow_none=True, metadata={"description": "Who lives with them.", "example": "王建国"})


class RestrictedClassificationSchema(ClassificationSchema):
    basis = fields.Enum(Basis, by_value=True, metadata={"description": "ASSERTED.", "example": "ASSERTED"})
    valid_to = fields.Date(allow_none=True, metadata={"description": "The last day on which the paper behind it counts.", "example": "2026-05-31"})


class CategoriesSchema(Input):
    """Everything about a person's categories that is in no list: sensitive ones, open statements, overrides."""

    person_id = Id(metadata={"description": "The person.", "example": "01JD0000000000000000000003"})
    restricted = fields.List(
        fields.Nested(RestrictedClassificationSchema), metadata={"description": "Categories of loss, income and health.", "example": []}
    )
    stated = fields.List(
        fields.Nested(StatementSchema), metadata={"description": "What waits for a second person's confirmation.", "example": []}
    )
    overrides = fields.List(
        fields.Nested(OverrideShownSchema), metadata={"description": "What staff said against the rules.", "example": []}
    )


