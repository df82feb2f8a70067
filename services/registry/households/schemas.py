"""What the household operations take and answer."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.registry.households.domain import HouseholdKind, HouseholdState, JoinReason, LeaveReason, Relation

_PERSON = {"description": "The person.", "example": "01JD0000000000000000000003"}
_DWELLING = {"description": "The dwelling at which they live.", "example": "01JD0000000000000000000002"}
_RELATION = {"description": "Relation to the head of the household.", "example": "SPOUSE"}
_PRIMARY = {"description": "Whether the person mainly lives here.", "example": True}
_SINCE = {"description": "The first day; today where it is not said.", "example": "2025-06-01"}
_KIND = {"description": "FAMILY, SHARED or COLLECTIVE.", "example": "FAMILY"}
_IN = {"description": "Why the person joined.", "example": "MOVED_IN"}
_OUT = {"description": "Why the person left.", "example": "MOVED_OUT"}


class JoinHouseholdSchema(Input):
    person_id = Id(required=True, metadata=_PERSON)
    relation_to_head = fields.Enum(Relation, by_value=True, required=True, metadata=_RELATION)
    primary_residence = fields.Boolean(load_default=True, metadata=_PRIMARY)
    since = fields.Date(metadata=_SINCE)
    in_reason = fields.Enum(JoinReason, by_value=True, load_default=JoinReason.MOVED_IN, metadata=_IN)


class FoundingMemberSchema(Input):
    person_id = Id(required=True, metadata=_PERSON)
    relation_to_head = fields.Enum(Relation, by_value=True, required=True, metadata=_RELATION)
    primary_residence = fields.Boolean(load_default=True, metadata=_PRIMARY)
    since = fields.Date(metadata={"description": "The first day; that of the household where it is not said.", "example": "2020-01-01"})


class OpenHouseholdSchema(Input):
    id = Id()
    dwelling_id = Id(required=True, metadata=_DWELLING)
    no = fields.String(validate=validate.Length(1, 40), metadata={"description": "Household number (户号).", "example": "3-2-501"})
    kind = fields.Enum(HouseholdKind, by_value=True, load_default=HouseholdKind.FAMILY, metadata=_KIND)
    opened_on = fields.Date(metadata={"description": "Since when the household lives here.", "example": "2020-01-01"})
    members = fields.List(
        fields.Nested(FoundingMemberSchema),
        load_default=list,
        validate=validate.Length(max=50),
        metadata={
            "description": "Who founds it, the head first.",
            "example": [{"person_id": "01JD0000000000000000000003", "relation_to_head": "HEAD"}],
        },
    )


class LeaveHouseholdSchema(Input):
    until = fields.Date(metadata={"description": "The last day; today where it is not said.", "example": "2025-06-01"})
    out_reason = fields.Enum(
        LeaveReason,
        by_value=True,
        required=True,
        metadata={
            "description": "Why the person left. DECEASED, MOVED_OUT and CARE_HOME are recorded of the person, and refused here.",
            "example": "MARRIED",
        },
    )


class ChoosePrimarySchema(Input):
    pass


class ListHouseholdsSchema(ListQuery):
    grid_id = Id(metadata={"description": "Only households of this grid.", "example": "01JD0000000000000000000001"})
    dwelling_id = Id(metadata={"description": "Only households at this dwelling.", "example": "01JD0000000000000000000002"})
    person_id = Id(
        metadata={"description": "Only households to which this person belongs or belonged.", "example": "01JD0000000000000000000003"}
    )


class MembershipSchema(Input):
    person_id = Id(metadata=_PERSON)
    relation_to_head = fields.Enum(Relation, by_value=True, metadata=_RELATION)
    primary_residence = fields.Boolean(metadata=_PRIMARY)
    since = fields.Date(metadata=_SINCE)
    until = fields.Date(allow_none=True, metadata={"description": "The last day, if it ended.", "example": None})
    in_reason = fields.Enum(JoinReason, by_value=True, metadata=_IN)
    out_reason = fields.Enum(LeaveReason, by_value=True, allow_none=True, metadata=_OUT)


class MoveSchema(Input):
    into_id = Id(metadata={"description": "The household into which they moved.", "example": "01JD0000000000000000000004"})
    moved_on = fields.Date(metadata={"description": "The day of the move.", "example": "2025-06-01"})
    person_ids = fields.List(Id(), metadata={"description": "Who moved.", "example": ["01JD0000000000000000000003"]})


class HouseholdSchema(Output):
    grid_id = Id(metadata={"description": "The grid of the dwelling.", "example": "01JD0000000000000000000001"})
    dwelling_id = Id(metadata=_DWELLING)
    no = fields.String(allow_none=True, metadata={"description": "Household number (户号).", "example": "3-2-501"})
    kind = fields.Enum(HouseholdKind, by_value=True, metadata=_KIND)
    state = fields.Enum(HouseholdState, by_value=True, metadata={"description": "Whether it exists still.", "example": "ACTIVE"})
    head_person_id = Id(allow_none=True, metadata={"description": "The head (户主).", "example": "01JD0000000000000000000003"})
    opened_on = fields.Date(metadata={"description": "Since when it lives here.", "example": "2020-01-01"})
    closed_on = fields.Date(allow_none=True, metadata={"description": "The last day, if it ended.", "example": None})
    members = fields.List(
        fields.Nested(MembershipSchema), metadata={"description": "Every membership, those that ended included.", "example": []}
    )
    split_from = Id(allow_none=True, metadata={"description": "The household that its founders left.", "example": None})
    merged_into = Id(allow_none=True, metadata={"description": "The household into which it was merged.", "example": None})
    moves = fields.List(fields.Nested(MoveSchema), metadata={"description": "Into which households members moved.", "example": []})
