"""What is said about care recipients over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.care.domain import Life, Tier
from services.outreach.pairings.domain import Role
from services.outreach.staff.domain import Sex


class ListCareRecipientsSchema(ListQuery):
    """Whom to list."""

    in_care = fields.Boolean(load_default=True, metadata={"description": "Those in care, or those who are not.", "example": True})
    tier = fields.Enum(Tier, by_value=True, metadata={"description": "Only this tier.", "example": "HIGH"})
    orphaned = fields.Boolean(
        metadata={"description": "Only those who have had no active primary pairing for more than a day (OUT-10).", "example": True}
    )
    needs_backup = fields.Boolean(
        metadata={"description": "Only those of the highest tier who have no backup, or only the others (OUT-10).", "example": True}
    )


class PreferencesSchema(Input):
    """By whom the person would like to be visited."""

    sex = fields.Enum(Sex, by_value=True, load_default=None, allow_none=True, metadata={"description": "A woman or a man.", "example": "FEMALE"})
    dialects = fields.List(
        fields.String(validate=validate.Regexp(r"^[A-Z][A-Z0-9_]{1,19}$")),
        load_default=list,
        validate=validate.Length(max=10),
        metadata={"description": "In which of these dialects; one is enough.", "example": ["DONGBEI"]},
    )


class PairedSchema(Input):
    """One active pairing."""

    pairing_id = Id(metadata={"description": "The pairing.", "example": "01JD0000000000000000000000"})
    staff_id = Id(metadata={"description": "The member of staff.", "example": "01JD0000000000000000000000"})
    role = fields.Enum(Role, by_value=True, metadata={"description": "Primary or backup.", "example": "PRIMARY"})
    covered_by = Id(allow_none=True, metadata={"description": "Who covers during leave (OUT-13).", "example": "01JD0000000000000000000000"})
    absent = fields.Boolean(metadata={"description": "On leave, and nobody covers.", "example": False})


class CareRecipientSchema(Output):
    """A person as outreach knows them; the id is the person's."""

    person_id = Id(metadata={"description": "The person of the register.", "example": "01JD0000000000000000000000"})
    grid_id = Id(allow_none=True, metadata={"description": "Where they live.", "example": "01JD0000000000000000000000"})
    in_care = fields.Boolean(metadata={"description": "Whether the visit policy covers them.", "example": True})
    tier = fields.Enum(Tier, by_value=True, metadata={"description": "How closely they are watched over.", "example": "HIGH"})
    life = fields.Enum(Life, by_value=True, metadata={"description": "What the register says of their life.", "example": "ALIVE"})
    in_care_since = fields.AwareDateTime(
        allow_none=True, metadata={"description": "Since when outreach has known that they are.", "example": "2025-03-01T02:00:00+00:00"}
    )
    pairings = fields.List(fields.Nested(PairedSchema), metadata={"description": "The active pairings.", "example": []})
    lacks = fields.List(
        fields.Enum(Role, by_value=True), metadata={"description": "The roles that nobody fills (OUT-10).", "example": ["BACKUP"]}
    )
    unpaired_since = fields.AwareDateTime(
        allow_none=True, metadata={"description": "Since when there has been no primary.", "example": "2025-03-01T02:00:00+00:00"}
    )
    preferences = fields.Nested(PreferencesSchema, metadata={"description": "By whom they would like to be visited.", "example": {"sex": "FEMALE", "dialects": []}})
    last_contact_on = fields.Date(allow_none=True, metadata={"description": "The latest contact that counted.", "example": "2025-03-01"})
