"""What the operations on consents take and answer."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.consents import Assent, ConsentState, Purpose
from services.common.http.schemas import Id, Input, ListQuery, Output
from services.registry.consents.domain import Capacity, Channel, Decision, EndReason

_SUBJECT = {"description": "For whom.", "example": "01JD0000000000000000000003"}
_GIVER = {"description": "Who says so: the person, a guardian, or kin by their id or their entry's.", "example": "01JD0000000000000000000003"}
_CAPACITY = {"description": "As what: SELF, GUARDIAN or KIN_ASSIST.", "example": "SELF"}
_PURPOSE = {"description": "For which purpose.", "example": "PHOTO_INTERNAL"}
_CHANNEL = {"description": "How it was said; VERBAL_WITNESSED needs a witness.", "example": "PAPER"}
_FROM = {"description": "The first day; today where it is not said.", "example": "2025-06-01"}
_TO = {"description": "The last day, where there is one.", "example": "2026-05-31"}
_SCOPE = {"description": "Ids or codes to which it is limited; empty for the whole purpose.", "example": []}
_ASSENT = {"description": "What the child of 8 to 17 says; a NO holds.", "example": "YES"}
_WITNESS = {"description": "Who heard it: neither who said it nor who enters it.", "example": "01JD0000000000000000000008"}
_EVIDENCE = {"description": "Where the paper or recording is, not what it says.", "example": "同意书 2025-031"}
_CODE = validate.Regexp(r"^[A-Z0-9_]{1,40}$")


class GiveConsentSchema(Input):
    id = Id()
    given_by_id = Id(required=True, metadata=_GIVER)
    capacity = fields.Enum(Capacity, by_value=True, required=True, metadata=_CAPACITY)
    purpose = fields.Enum(Purpose, by_value=True, required=True, metadata=_PURPOSE)
    decision = fields.Enum(
        Decision, by_value=True, load_default=Decision.YES, metadata={"description": "YES, or a NO that holds against it.", "example": "YES"}
    )
    channel = fields.Enum(Channel, by_value=True, required=True, metadata=_CHANNEL)
    valid_from = fields.Date(metadata=_FROM)
    valid_to = fields.Date(metadata=_TO)
    scope = fields.List(fields.String(validate=_CODE), load_default=list, validate=validate.Length(max=20), metadata=_SCOPE)
    assent = fields.Enum(Assent, by_value=True, allow_none=True, metadata=_ASSENT)
    witness_id = Id(allow_none=True, metadata=_WITNESS)
    evidence_ref = fields.String(allow_none=True, validate=validate.Length(1, 120), metadata=_EVIDENCE)


class WithdrawConsentSchema(Input):
    """Nothing to say: no reason is asked."""


class AssentSchema(Input):
    assent = fields.Enum(Assent, by_value=True, required=True, metadata={"description": "What the child says now.", "example": "NO"})


class ListConsentsSchema(ListQuery):
    purpose = fields.Enum(Purpose, by_value=True, metadata=_PURPOSE)
    standing = fields.Boolean(metadata={"description": "Only what stands, or only what does not.", "example": True})


class PermissionQuerySchema(Input):
    purpose = fields.Enum(Purpose, by_value=True, required=True, metadata=_PURPOSE)
    about = fields.String(validate=_CODE, metadata={"description": "The id or code for which it is asked.", "example": "01JD0000000000000000000009"})


class PermissionSchema(Input):
    person_id = Id(metadata=_SUBJECT)
    purpose = fields.Enum(Purpose, by_value=True, metadata=_PURPOSE)
    permitted = fields.Boolean(metadata={"description": "Whether what was said permits it today.", "example": True})


class ConsentSchema(Output):
    grid_id = Id(metadata={"description": "The subject's grid.", "example": "01JD0000000000000000000001"})
    subject_id = Id(metadata=_SUBJECT)
    given_by_id = Id(metadata=_GIVER)
    capacity = fields.Enum(Capacity, by_value=True, metadata=_CAPACITY)
    purpose = fields.Enum(Purpose, by_value=True, metadata=_PURPOSE)
    channel = fields.Enum(Channel, by_value=True, metadata=_CHANNEL)
    state = fields.Enum(
        ConsentState, by_value=True, metadata={"description": "GIVEN or REFUSED while it stands; WITHDRAWN, EXPIRED, ENDED.", "example": "GIVEN"}
    )
    valid_from = fields.Date(metadata=_FROM)
    valid_to = fields.Date(allow_none=True, metadata=_TO)
    scope = fields.List(fields.String(), metadata=_SCOPE)
    assent = fields.Enum(Assent, by_value=True, allow_none=True, metadata=_ASSENT)
    witness_id = Id(allow_none=True, metadata=_WITNESS)
    evidence_ref = fields.String(allow_none=True, metadata=_EVIDENCE)
    withdrawn_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was taken back.", "example": None})
    end_reason = fields.Enum(EndReason, by_value=True, allow_none=True, metadata={"description": "Why it ended by itself.", "example": None})
