"""What the operations on guardianships take and answer."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.registry.guardianships.domain import EndReason, GuardianshipKind, GuardianshipState, Right

_WARD = {"description": "For whom the guardian acts.", "example": "01JD0000000000000000000003"}
_GUARDIAN = {"description": "Who acts.", "example": "01JD0000000000000000000004"}
_KIND = {"description": "PARENT, APPOINTED, AGREED (意定), KINSHIP or TEMP.", "example": "PARENT"}
_MAY = {"description": "In what the guardian acts.", "example": ["CONSENT_ACTIVITY", "PICK_UP"]}
_SINCE = {"description": "Since when.", "example": "2018-03-01"}
_UNTIL = {"description": "The last day, where there is one; TEMP needs it.", "example": "2034-03-03"}
_EVIDENCE = {"description": "Where the paper is, not what it says.", "example": "出生医学证明 附卷3"}
_SOLE = {"description": "Whether nobody else may act for the ward.", "example": False}


def _may(**kwargs):
    return fields.List(fields.Enum(Right, by_value=True), validate=validate.Length(1, 4), metadata=_MAY, **kwargs)


def _evidence(**kwargs):
    return fields.String(required=True, validate=validate.Length(1, 120), metadata=_EVIDENCE, **kwargs)


class AppointGuardianSchema(Input):
    id = Id()
    ward_id = Id(required=True, metadata=_WARD)
    guardian_id = Id(required=True, metadata=_GUARDIAN)
    kind = fields.Enum(GuardianshipKind, by_value=True, required=True, metadata=_KIND)
    may = _may(required=True)
    since = fields.Date(required=True, metadata=_SINCE)
    until = fields.Date(metadata=_UNTIL)
    evidence_ref = _evidence()
    sole = fields.Boolean(load_default=False, metadata=_SOLE)


class GrantRightsSchema(Input):
    may = _may(required=True)
    evidence_ref = _evidence()


class BlockGuardianSchema(Input):
    on = fields.Date(required=True, metadata={"description": "The day of the order.", "example": "2025-05-20"})
    evidence_ref = _evidence()


class UnblockGuardianSchema(Input):
    evidence_ref = _evidence()


class EndGuardianshipSchema(Input):
    until = fields.Date(required=True, metadata={"description": "The last day.", "example": "2025-06-01"})
    reason = fields.Enum(
        EndReason,
        by_value=True,
        required=True,
        # Only a merge makes two into one, and then the one that stands carries what binds.
        validate=validate.NoneOf([EndReason.MERGED], error=f"NOT_A_CHOICE {', '.join(one for one in EndReason if one is not EndReason.MERGED)}"),
        metadata={"description": "Why it ends; MERGED is said by merges alone.", "example": "COURT"},
    )


class ListGuardianshipsSchema(ListQuery):
    ward_id = Id(metadata=_WARD)
    guardian_id = Id(metadata=_GUARDIAN)
    standing = fields.Boolean(metadata={"description": "Only those that have not ended, or only those that have.", "example": True})


class GuardianshipRowSchema(Output):
    grid_id = Id(metadata={"description": "The ward's grid.", "example": "01JD0000000000000000000001"})
    ward_id = Id(metadata=_WARD)
    guardian_id = Id(metadata=_GUARDIAN)
    kind = fields.Enum(GuardianshipKind, by_value=True, metadata=_KIND)
    may = fields.List(fields.Enum(Right, by_value=True), metadata=_MAY)
    since = fields.Date(metadata=_SINCE)
    until = fields.Date(allow_none=True, metadata=_UNTIL)
    sole = fields.Boolean(metadata=_SOLE)
    state = fields.Enum(GuardianshipState, by_value=True, metadata={"description": "ACTIVE, BLOCKED or ENDED.", "example": "ACTIVE"})
    blocked = fields.Boolean(metadata={"description": "Whether a court forbids it: no pick-up, no messages.", "example": False})


class BlockSchema(Input):
    on = fields.Date(metadata={"description": "The day of the order.", "example": "2025-05-20"})
    evidence_ref = fields.String(metadata=_EVIDENCE)
    by = fields.String(metadata={"description": "Who entered it.", "example": "01JD0000000000000000000007"})


class GuardianshipSchema(GuardianshipRowSchema):
    evidence_ref = fields.String(metadata=_EVIDENCE)
    block = fields.Nested(BlockSchema, allow_none=True, metadata={"description": "The order that blocks the guardian.", "example": None})
    end_reason = fields.Enum(EndReason, by_value=True, allow_none=True, metadata={"description": "Why it ended.", "example": None})
