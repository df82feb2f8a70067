"""What is said about children of the classes over HTTP, to coordinators only (X-15)."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, Output

_CHILD = {"description": "The child, by the id of the person.", "example": "01JD0000000000000000CH1D01"}
_GUARDIANS = {"description": "The guardians, by the ids of the people.", "example": ["01JD000000000000000GVARD1A"]}
_BORN = {"description": "Birth date, stored sealed.", "example": "2017-04-02"}
_HEALTH_ON = {"description": "When a guardian declared the child's health, stored sealed.", "example": "2025-06-20"}
_ALLERGIES = {"description": "Allergies, stored sealed.", "example": "花生"}
_MEDICINES = {"description": "Medicines, stored sealed.", "example": ""}
_NEEDS = {"description": "Special needs, stored sealed.", "example": ""}
_EXTRA = {"description": "Whether the child needs one more adult, stored sealed.", "example": False}
_ALONE = {"description": "Whether a guardian lets the child leave alone; counts from the age of ten.", "example": False}
_PHOTO = {"description": "Whether the child may be in pictures.", "example": False}
_PICKUPS = {"description": "Who may fetch the child, stored sealed.", "example": [{"name": "王某", "relation": "母亲", "id_last4": "002X"}]}


class PickupSchema(Input):
    """An adult to whom a child may be handed over."""

    id = Id(metadata={"description": "The entry; made if left out.", "example": "01JD00000000000000P1CKVP01"})
    name = fields.String(required=True, validate=validate.Length(1, 80), metadata={"description": "Name.", "example": "王某"})
    relation = fields.String(required=True, validate=validate.Length(1, 20), metadata={"description": "Relation.", "example": "母亲"})
    phone = fields.String(allow_none=True, validate=validate.Length(max=40), metadata={"description": "Phone.", "example": "13800000000"})
    id_last4 = fields.String(
        allow_none=True,
        validate=validate.Regexp(r"^\d{3}[\dXx]$"),
        metadata={"description": "Last four of the identity number.", "example": "002X"},
    )
    valid_to = fields.Date(allow_none=True, metadata={"description": "The last day on which it holds.", "example": "2025-08-31"})
    blocked = fields.Boolean(load_default=False, metadata={"description": "Never hand the child over to this person.", "example": False})


class _ChildFields(Input):
    health_declared_on = fields.Date(allow_none=True, metadata=_HEALTH_ON)
    allergies = fields.String(allow_none=True, validate=validate.Length(max=200), metadata=_ALLERGIES)
    medicines = fields.String(allow_none=True, validate=validate.Length(max=200), metadata=_MEDICINES)
    needs = fields.String(allow_none=True, validate=validate.Length(max=200), metadata=_NEEDS)
    needs_extra_adult = fields.Boolean(metadata=_EXTRA)
    pickups = fields.List(fields.Nested(PickupSchema), validate=validate.Length(max=20), metadata=_PICKUPS)
    leaves_alone_ok = fields.Boolean(metadata=_ALONE)
    photo_ok = fields.Boolean(metadata=_PHOTO)


class RegisterChildSchema(_ChildFields):
    """A child, its guardians, and who may fetch it."""

    id = Id(required=True, metadata=_CHILD)
    guardian_ids = fields.List(Id(), required=True, validate=validate.Length(1, 4), metadata=_GUARDIANS)
    born_on = fields.Date(required=True, metadata=_BORN)


class AmendChildSchema(_ChildFields):
    """What changed about a child."""

    guardian_ids = fields.List(Id(), validate=validate.Length(1, 4), metadata=_GUARDIANS)


class ChildSchema(Output):
    """A child, for coordinators."""

    guardian_ids = fields.List(Id(), metadata=_GUARDIANS)
    born_on = fields.Date(metadata=_BORN)
    health_declared_on = fields.Date(metadata=_HEALTH_ON)
    allergies = fields.String(metadata=_ALLERGIES)
    medicines = fields.String(metadata=_MEDICINES)
    needs = fields.String(metadata=_NEEDS)
    needs_extra_adult = fields.Boolean(metadata=_EXTRA)
    pickups = fields.List(fields.Nested(PickupSchema), metadata=_PICKUPS)
    leaves_alone_ok = fields.Boolean(metadata=_ALONE)
    photo_ok = fields.Boolean(metadata=_PHOTO)
    missing = fields.List(fields.String(), metadata={"description": "Documents without which no meeting admits the child.", "example": []})
