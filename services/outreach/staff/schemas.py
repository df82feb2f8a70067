"""What is said over HTTP about whom members of staff suit."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Input, Output
from services.outreach.staff.domain import Sex

_SEX = {"description": "Of the member of staff, for elders who wish for a woman or a man.", "example": "FEMALE"}
_DIALECTS = {"description": "Which dialects and languages they speak; codes of one's own.", "example": ["DONGBEI", "SHANDONG"]}
DIALECT = fields.String(validate=validate.Regexp(r"^[A-Z][A-Z0-9_]{1,19}$"))


class StaffProfileInputSchema(Input):
    """What elders may have a wish about (OUT-12)."""

    sex = fields.Enum(Sex, by_value=True, load_default=None, allow_none=True, metadata=_SEX)
    dialects = fields.List(DIALECT, load_default=list, validate=validate.Length(max=10), metadata=_DIALECTS)


class StaffProfileSchema(Output):
    """A member of staff as outreach knows them; the id is the register's."""

    post = fields.String(metadata={"description": "Their post.", "example": "WORKER"})
    sex = fields.Enum(Sex, by_value=True, allow_none=True, metadata=_SEX)
    dialects = fields.List(fields.String(), metadata=_DIALECTS)
    at_work = fields.Boolean(metadata={"description": "Neither on leave nor suspended nor gone.", "example": True})
    left_on = fields.Date(allow_none=True, metadata={"description": "When they left.", "example": "2025-06-01"})
