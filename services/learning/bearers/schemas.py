"""What is said about who brings a lesson over HTTP."""

from __future__ import annotations

from marshmallow import fields

from services.common.http.schemas import Id, Input
from services.learning.coverage.domain.bearing import BearerKind


class NameBearerSchema(Input):
    """Who goes to the member with the lesson, as tutor or as courier."""

    bearer_kind = fields.Enum(BearerKind, by_value=True, required=True, metadata={"description": "A member of staff or a volunteer.", "example": "VOLUNTEER"})
    bearer_id = Id(required=True, metadata={"description": "Which one.", "example": "01JD0000000000000000V0VNTE"})
