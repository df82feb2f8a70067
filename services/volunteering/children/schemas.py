"""What is said about children of the classes over HTTP, to coordinators only (X-15)."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, Output, Time
from services.volunteering.children.domain import Priority

_CHILD = {"description": "The child, by the id of the person.", "example": "01JD0000000000000000CH1D01"}
_GUARDIANS = {"description": "The guardians, by the ids of the people.", "example": ["01JD000000000000000GVARD1A"]}
_BORN = {"description": "Birth date, stored sealed.", "example": "2017-04-02"}
_HEALTH_ON = {"description": "When a guardian declared the child's health, stored sealed.", "example": "2025-06-20"}
_ALLERGIES = {"description": "Allergies, stored sealed.", "example": "花生"}
_MEDICINES = {"description": "Medicines, stored sealed.", "example": ""}
_NEEDS = {"description": "Special needs, stored sealed.", "example": ""}
_EXTRA = {"description": "Whether the child needs one more adult, stored sealed.", "example": False}
_ALONE = {"description": "Whether a guardian lets the child leave alone; counts from the age of ten.", "example": False}
_PHOTO = {"description": "Whether the child may be in pictures by its own record; what guardians say with an enrolment counts beside it.", "example": False}
_PRIORITIES = {
    "description": "What counts for the child in the draw for places, with evidence, stored sealed.",
    "example": [{"code": "BOTH_PARENTS_WORK", "evidence_ref": "在职证明 2025-06"}],
}
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
    person_id = Id(allow_none=True, metadata={"description": "The person, if a resident or a guardian.", "example": "01JD000000000000000GVARD1A"})
    photo_ref = fields.String(
        allow_none=True, validate=validate.Length(max=80), metadata={"description": "Where the photo lies.", "example": "接送照 12"}
    )
    on_hold = fields.Boolean(
        dump_only=True,
        metadata={"description": "A guardian was blocked: enter the list anew, with who is who, before it holds again.", "example": False},
    )


class GroundSchema(Input):
    """A circumstance that counts in the draw for places, with the paper that shows it."""

    code = fields.Enum(
        Priority, by_value=True, required=True, metadata={"description": "The circumstance.", "example": "BOTH_PARENTS_WORK"}
    )
    evidence_ref = fields.String(
        required=True, validate=validate.Length(1, 120), metadata={"description": "The paper that shows it.", "example": "在职证明 2025-06"}
    )
    until = fields.Date(allow_none=True, metadata={"description": "The last day on which it counts.", "example": "2025-12-31"})


class _ChildFields(Input):
    health_declared_on = fields.Date(allow_none=True, metadata=_HEALTH_ON)
    allergies = fields.String(allow_none=True, validate=validate.Length(max=200), metadata=_ALLERGIES)
    medicines = fields.String(allow_none=True, validate=validate.Length(max=200), metadata=_MEDICINES)
    needs = fields.String(allow_none=True, validate=validate.Length(max=200), metadata=_NEEDS)
    needs_extra_adult = fields.Boolean(metadata=_EXTRA)
    pickups = fields.List(fields.Nested(PickupSchema), validate=validate.Length(max=20), metadata=_PICKUPS)
    leaves_alone_ok = fields.Boolean(metadata=_ALONE)
    photo_ok = fields.Boolean(metadata=_PHOTO)
    priorities = fields.List(fields.Nested(GroundSchema), validate=validate.Length(max=10), metadata=_PRIORITIES)


class RegisterChildSchema(_ChildFields):
    """A child, its guardians, and who may fetch it."""

    id = Id(required=True, metadata=_CHILD)
    guardian_ids = fields.List(Id(), required=True, validate=validate.Length(1, 4), metadata=_GUARDIANS)
    born_on = fields.Date(required=True, metadata=_BORN)


class AmendChildSchema(_ChildFields):
    """What changed about a child."""

    guardian_ids = fields.List(Id(), validate=validate.Length(1, 4), metadata=_GUARDIANS)


class AgreePickupSchema(Input):
    """Somebody who is not on the list, by the primary guardian's word on the phone."""

    id = Id(metadata={"description": "The entry; made if left out.", "example": "01JD00000000000000P1CKVP02"})
    session_id = Id(required=True, metadata={"description": "The meeting.", "example": "01JD00000000000000SESS1N01"})
    name = fields.String(required=True, validate=validate.Length(1, 80), metadata={"description": "Name.", "example": "李某"})
    relation = fields.String(required=True, validate=validate.Length(1, 20), metadata={"description": "Relation.", "example": "舅舅"})
    phone = fields.String(validate=validate.Length(max=40), metadata={"description": "Phone.", "example": "13800000000"})
    id_last4 = fields.String(
        required=True,
        validate=validate.Regexp(r"^\d{3}[\dXx]$"),
        metadata={"description": "Last four of the identity number, as the guardian says them.", "example": "1234"},
    )
    person_id = Id(metadata={"description": "The person, if known.", "example": "01JD0000000000000000PERS0N"})
    guardian_id = Id(required=True, metadata={"description": "The primary guardian, who agreed.", "example": "01JD000000000000000GVARD1A"})
    called_by = Id(required=True, metadata={"description": "The volunteer in the room who called.", "example": "01JD0000000000000000V0VNTE"})
    called_at = Time(required=True, metadata={"description": "When.", "example": "2025-07-08T10:40:00+08:00"})


class ConsentToMedicineSchema(Input):
    """A guardian's written consent to one medicine."""

    id = Id(metadata={"description": "The consent; made if left out.", "example": "01JD0000000000000000MED1C1"})
    medicine = fields.String(required=True, validate=validate.Length(1, 80), metadata={"description": "Which, stored sealed.", "example": "布洛芬混悬液"})
    dose = fields.String(required=True, validate=validate.Length(1, 80), metadata={"description": "How much and when, stored sealed.", "example": "发热时 5 毫升"})
    guardian_id = Id(required=True, metadata={"description": "Who signed.", "example": "01JD000000000000000GVARD1A"})
    signed_on = fields.Date(required=True, metadata={"description": "When.", "example": "2025-07-01"})
    valid_to = fields.Date(metadata={"description": "The last day on which it holds.", "example": "2025-07-31"})


class MedicineConsentSchema(ConsentToMedicineSchema):
    """A consent to a medicine as it stands."""

    withdrawn_on = fields.Date(metadata={"description": "Since when it holds no more.", "example": None})


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
    blocked_ids = fields.List(Id(), metadata={"description": "Guardians to whom it is never handed over.", "example": []})
    medicine_consents = fields.List(
        fields.Nested(MedicineConsentSchema), metadata={"description": "Consents to medicines.", "example": []}
    )
    priorities = fields.List(fields.Nested(GroundSchema), attribute="grounds", metadata=_PRIORITIES)
    missing = fields.List(fields.String(), metadata={"description": "Documents without which no meeting admits the child.", "example": []})
