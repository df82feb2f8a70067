"""What the operations on absences and moves take and answer."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.registry.households.domain import Relation
from services.registry.people.domain.person import Residency
from services.registry.people.domain.records import AbsenceKind
from services.registry.people.schemas import PhoneSchema

_KIND = {"description": "TEMP_AWAY, HOSPITAL or CARE_HOME.", "example": "TEMP_AWAY"}
_SINCE = {"description": "The first day; today where it is not said.", "example": "2025-06-01"}
_BACK = {"description": "The day of return; at most six months away for TEMP_AWAY.", "example": "2025-09-01"}
_WHERE = {"description": "Where they can be reached, stored sealed.", "example": "苏州女儿家，电话同前"}
_DESTINATION = {"description": "Where they moved, stored sealed; left out where nobody knows.", "example": "苏州市姑苏区平江街道"}
_PLACE = {"description": "Where the other home is, stored sealed.", "example": "苏州市姑苏区"}
_HOME = {"description": "The household here.", "example": "01JD0000000000000000000004"}
_REF = {"description": "Where the confirmation is: a letter, a call.", "example": "回函 2025-31"}
_MOVED = {"description": "The day of the move.", "example": "2025-06-01"}
_UNTIL = {"description": "Called until this day unless the other community confirms before.", "example": "2025-07-01"}
_CONFIRMED = {"description": "When the other community confirmed.", "example": None}


class StartAbsenceSchema(Input):
    kind = fields.Enum(AbsenceKind, by_value=True, required=True, metadata=_KIND)
    since = fields.Date(metadata=_SINCE)
    expected_return_on = fields.Date(metadata=_BACK)
    return_unknown = fields.Boolean(load_default=False, metadata={"description": "Whether nobody knows the day.", "example": False})
    whereabouts = fields.String(validate=validate.Length(1, 200), metadata=_WHERE)


class EndAbsenceSchema(Input):
    ended_on = fields.Date(metadata={"description": "The day of return; today where it is not said.", "example": "2025-09-01"})


class MoveOutSchema(Input):
    moved_on = fields.Date(metadata=_MOVED)
    destination = fields.String(validate=validate.Length(1, 200), metadata=_DESTINATION)


class ConfirmTransferSchema(Input):
    confirmed_on = fields.Date(metadata={"description": "When it confirmed; today where it is not said.", "example": "2025-06-20"})
    ref = fields.String(required=True, validate=validate.Length(1, 80), metadata=_REF)


class MoveInSchema(Input):
    household_id = Id(required=True, metadata=_HOME)
    relation_to_head = fields.Enum(
        Relation, by_value=True, required=True, metadata={"description": "Relation to the head of the household.", "example": "CHILD"}
    )
    since = fields.Date(metadata=_SINCE)


class OtherResidenceInputSchema(Input):
    place = fields.String(required=True, validate=validate.Length(1, 200), metadata=_PLACE)
    since = fields.Date(metadata=_SINCE)


class SwitchPrimarySchema(Input):
    here = fields.Boolean(required=True, metadata={"description": "Whether the home here is the primary one from now on.", "example": True})


class AbsenceSchema(Schema):
    kind = fields.Enum(AbsenceKind, by_value=True, metadata=_KIND)
    since = fields.Date(metadata=_SINCE)
    expected_return_on = fields.Date(allow_none=True, metadata=_BACK)
    unconfirmed = fields.Boolean(metadata={"description": "Whether the day of return passed without news.", "example": False})
    ended_on = fields.Date(allow_none=True, metadata={"description": "When it ended.", "example": None})


class TransferSchema(Schema):
    moved_on = fields.Date(metadata=_MOVED)
    phone_until = fields.Date(metadata=_UNTIL)
    destination_known = fields.Boolean(metadata={"description": "Whether it is known where they moved.", "example": True})
    listed = fields.Boolean(metadata={"description": "Whether they are on the phone list still.", "example": True})
    confirmed_on = fields.Date(allow_none=True, metadata=_CONFIRMED)
    confirmed_ref = fields.String(allow_none=True, metadata=_REF)


class OtherResidenceSchema(Schema):
    since = fields.Date(metadata=_SINCE)
    primary = fields.Boolean(metadata={"description": "Whether the other home is the primary one.", "example": False})
    home_household_id = Id(allow_none=True, metadata=_HOME)


class WhereaboutsSchema(Output):
    residency = fields.Enum(Residency, by_value=True, metadata={"description": "Whether the person stays here.", "example": "TEMP_AWAY"})
    absence = fields.Nested(AbsenceSchema, allow_none=True, metadata={"description": "The absence of now.", "example": None})
    absences = fields.List(fields.Nested(AbsenceSchema), metadata={"description": "Those that ended.", "example": []})
    whereabouts = fields.String(allow_none=True, metadata=_WHERE)
    transfer = fields.Nested(TransferSchema, allow_none=True, metadata={"description": "The move to another community.", "example": None})
    destination = fields.String(allow_none=True, metadata=_DESTINATION)
    other_residence = fields.Nested(
        OtherResidenceSchema, allow_none=True, metadata={"description": "A second home in another community.", "example": None}
    )
    other_place = fields.String(allow_none=True, metadata=_PLACE)


class PhoneListSchema(ListQuery):
    grid_id = Id(metadata={"description": "Only those of this grid.", "example": "01JD0000000000000000000001"})


class PhoneListRowSchema(Output):
    name = fields.String(metadata={"description": "Whom to call.", "example": "王秀英"})
    grid_id = Id(metadata={"description": "The grid that calls.", "example": "01JD0000000000000000000001"})
    phones = fields.List(fields.Nested(PhoneSchema), metadata={"description": "Phones.", "example": [{"number": "+8613812345678"}]})
    destination = fields.String(allow_none=True, metadata=_DESTINATION)
    transfer = fields.Nested(TransferSchema, metadata={"description": "The move.", "example": None})
