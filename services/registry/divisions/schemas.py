"""What the operations on splitting, moving and merging households take."""

from __future__ import annotations

from marshmallow import ValidationError, fields, validate, validates_schema

from services.common.http.schemas import Id, Input
from services.registry.divisions.domain import Choice, MergeChoice
from services.registry.households.domain import Relation

_PERSON = {"description": "The member.", "example": "01JD0000000000000000000003"}
_RELATION = {"description": "Relation to the head of the household they move into.", "example": "HEAD"}
_DWELLING = {"description": "The dwelling at which they found a household.", "example": "01JD0000000000000000000002"}
_HOUSEHOLD = {"description": "The household that they join.", "example": "01JD0000000000000000000004"}
_MOVED = {"description": "The day of the move; today where it is not said.", "example": "2025-06-01"}
_MEMBERS = {
    "description": "Every member of today, each with what becomes of them.",
    "example": [{"person_id": "01JD0000000000000000000003", "choice": "MOVES", "relation_to_head": "HEAD"}],
}


_OUT = {
    "description": "Every member of today, each with what becomes of them.",
    "example": [{"person_id": "01JD0000000000000000000003", "choice": "MOVES"}],
}
_OF_BOTH = {
    "description": "Every member of both households, each with what becomes of them.",
    "example": [{"person_id": "01JD0000000000000000000003", "choice": "MOVED", "relation_to_head": "SPOUSE"}],
}


class ListedSchema(Input):
    person_id = Id(required=True, metadata=_PERSON)
    choice = fields.Enum(Choice, by_value=True, required=True, metadata={"description": "MOVES or STAYS.", "example": "MOVES"})
    relation_to_head = fields.Enum(Relation, by_value=True, metadata=_RELATION)


class SplitHouseholdSchema(Input):
    id = Id()
    moved_on = fields.Date(metadata=_MOVED)
    members = fields.List(fields.Nested(ListedSchema), required=True, validate=validate.Length(1, 50), metadata=_MEMBERS)


class _TargetSchema(Input):
    dwelling_id = Id(metadata=_DWELLING)
    household_id = Id(metadata=_HOUSEHOLD)

    @validates_schema
    def one_target(self, data, **kwargs):
        """Ask for exactly one target."""
        if ("dwelling_id" in data) == ("household_id" in data):
            raise ValidationError("DWELLING_OR_HOUSEHOLD", "dwelling_id")


class MoveHouseholdSchema(_TargetSchema, SplitHouseholdSchema):
    pass


class MovePersonSchema(_TargetSchema):
    id = Id()
    moved_on = fields.Date(metadata=_MOVED)
    relation_to_head = fields.Enum(
        Relation,
        by_value=True,
        load_default=Relation.HEAD,
        metadata={"description": "Relation to the head of the household they join; HEAD of one that they found.", "example": "HEAD"},
    )


class ChooseOutSchema(Input):
    person_id = Id(required=True, metadata=_PERSON)
    choice = fields.Enum(Choice, by_value=True, required=True, metadata={"description": "MOVES or STAYS.", "example": "MOVES"})


class MoveHouseholdOutSchema(Input):
    moved_on = fields.Date(metadata=_MOVED)
    destination = fields.String(
        validate=validate.Length(1, 200),
        metadata={"description": "Where they moved, stored sealed; left out where nobody knows.", "example": "苏州市姑苏区平江街道"},
    )
    members = fields.List(fields.Nested(ChooseOutSchema), required=True, validate=validate.Length(1, 50), metadata=_OUT)


class MergeListedSchema(Input):
    person_id = Id(required=True, metadata=_PERSON)
    choice = fields.Enum(MergeChoice, by_value=True, required=True, metadata={"description": "KEPT, MOVED or ENDED.", "example": "MOVED"})
    relation_to_head = fields.Enum(Relation, by_value=True, metadata=_RELATION)


class MergeHouseholdSchema(Input):
    into_id = Id(required=True, metadata={"description": "The household that stays.", "example": "01JD0000000000000000000004"})
    merged_on = fields.Date(metadata={"description": "Since when they are one; today where it is not said.", "example": "2025-06-01"})
    members = fields.List(fields.Nested(MergeListedSchema), required=True, validate=validate.Length(1, 100), metadata=_OF_BOTH)


class RelationSchema(Input):
    person_id = Id(required=True, metadata=_PERSON)
    relation_to_head = fields.Enum(
        Relation, by_value=True, required=True, metadata={"description": "Relation to the new head.", "example": "CHILD"}
    )


class NameHeadSchema(Input):
    person_id = Id(required=True, metadata={"description": "The new head.", "example": "01JD0000000000000000000003"})
    relations = fields.List(
        fields.Nested(RelationSchema),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={"description": "Relations that do not follow from the old ones.", "example": []},
    )
