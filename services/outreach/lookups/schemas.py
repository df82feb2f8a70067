"""What somebody without a name asks, and is told."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Input


def _says(description: str, example) -> dict:
    return {"metadata": {"description": description, "example": example}}


class LookUpSchema(Input):
    code = fields.String(required=True, validate=validate.Length(12, 40), **_says("The code that was handed out.", "7K3M-P9QW-2RTX"))


class LookedUpSchema(Schema):
    """What became of a wish or an opinion, for who has its code."""

    about = fields.String(**_says("WISH or OPINION.", "OPINION"))
    state = fields.String(**_says("What became of it.", "ADOPTED"))
    received_on = fields.Date(**_says("When it was said.", "2025-03-01"))
    answer = fields.String(allow_none=True, **_says("What was answered.", "下月起周六供午餐"))
    answer_by_on = fields.Date(allow_none=True, **_says("Until when a wish is answered.", None))
    promise_on = fields.Date(allow_none=True, **_says("For when a wish is promised.", None))
    public_reason = fields.String(allow_none=True, **_says("Why an adopted opinion was dropped.", None))
