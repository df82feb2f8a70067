"""What the grid operations take and answer."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, Output
from services.registry.grids.domain import GridKind

_LEAD = {"description": "The staff member responsible for the grid.", "example": "01JD0000000000000000000007"}


class DefineGridSchema(Input):
    id = Id()
    code = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9A-Za-z]{1,8}(-[0-9A-Za-z]{1,8}){0,3}$"),
        metadata={"description": "Short code, unique in the community.", "example": "JY-01"},
    )
    name = fields.String(
        required=True, validate=validate.Length(1, 80), metadata={"description": "What people call the grid.", "example": "景园第一网格"}
    )
    kind = fields.Enum(
        GridKind,
        by_value=True,
        load_default=GridKind.BASE,
        metadata={"description": "BASE covers dwellings, SPECIAL a market, a school or the like.", "example": "BASE"},
    )
    lead_staff_id = Id(metadata=_LEAD)


class ChangeGridSchema(Input):
    name = fields.String(validate=validate.Length(1, 80), metadata={"description": "The new name.", "example": "景园第一网格"})
    lead_staff_id = Id(metadata=_LEAD)


class GridSchema(Output):
    code = fields.String(metadata={"description": "Short code, unique in the community.", "example": "JY-01"})
    name = fields.String(metadata={"description": "What people call the grid.", "example": "景园第一网格"})
    kind = fields.Enum(GridKind, by_value=True, metadata={"description": "BASE or SPECIAL.", "example": "BASE"})
    lead_staff_id = Id(allow_none=True, metadata=_LEAD)
