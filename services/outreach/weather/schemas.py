"""What is said about weather warnings over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.outreach.weather.domain import Level, WeatherKind

_KIND = {"description": "What is coming.", "example": "COLD"}
_LEVEL = {"description": "The colour of the warning.", "example": "ORANGE"}
_GRIDS = {"description": "Where it holds; a lead's own grids, or for an administrator the whole community, if left out.", "example": []}


class WarnSchema(Input):
    """A warning of the weather service that concerns the people here."""

    id = Id()
    kind = fields.Enum(WeatherKind, by_value=True, required=True, metadata=_KIND)
    level = fields.Enum(Level, by_value=True, load_default=Level.ORANGE, metadata=_LEVEL)
    grid_ids = fields.List(Id(), load_default=list, validate=validate.Length(max=200), metadata=_GRIDS)


class ListWarningsSchema(ListQuery):
    """The warnings, the latest first."""


class WarningSchema(Output):
    """A weather warning."""

    kind = fields.Enum(WeatherKind, by_value=True, metadata=_KIND)
    level = fields.Enum(Level, by_value=True, metadata=_LEVEL)
    grid_ids = fields.List(Id(), metadata=_GRIDS)
    issued_at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-12-01T02:00:00+00:00"})
    issued_by = fields.String(metadata={"description": "By whom.", "example": "01JD0000000000000000000000"})
