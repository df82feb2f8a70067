"""What breaking the glass takes and answers."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, Output
from services.registry.break_glass.domain import BreakGlassPurpose

_PURPOSE = {"description": "For what: EMERGENCY, STANDING_IN for a colleague, ASKED_BY_PERSON, COMPLAINT.", "example": "EMERGENCY"}
_REASON = {"description": "Why, in one's own words, stored sealed; whoever looks after the person reads it.", "example": "邻居报称老人摔倒，本网格同事联系不上。"}


class BreakGlassInput(Input):
    purpose = fields.Enum(BreakGlassPurpose, by_value=True, required=True, metadata=_PURPOSE)
    reason = fields.String(required=True, validate=validate.Length(4, 500), metadata=_REASON)


class BreakGlassSchema(Output):
    person_id = Id(metadata={"description": "Whose record was opened.", "example": "01JD0000000000000000000003"})
    actor_id = Id(metadata={"description": "The account to which it was opened.", "example": "01JD0000000000000000000008"})
    staff_id = Id(allow_none=True, metadata={"description": "The member of staff behind it.", "example": "01JD0000000000000000000009"})
    purpose = fields.String(metadata=_PURPOSE)
    reason = fields.String(allow_none=True, metadata=_REASON)
    used_at = fields.AwareDateTime(metadata={"description": "Since when.", "example": "2025-06-01T09:00:00+08:00"})
    until = fields.AwareDateTime(metadata={"description": "Until when it is open.", "example": "2025-06-01T10:00:00+08:00"})
