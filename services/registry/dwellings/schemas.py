"""What the dwelling operations take and answer."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.registry.dwellings.domain import DwellingKind, Occupancy

_GRID = {"description": "The grid in which the door lies.", "example": "01JD0000000000000000000001"}
_ESTATE = {"description": "Residential estate.", "example": "景园"}
_BUILDING = {"description": "Building, in any spelling.", "example": "3号楼"}
_UNIT = {"description": "Unit of the building, if it has units.", "example": "2单元"}
_ROOM = {"description": "Room, in any spelling.", "example": "501室"}
_FLOOR = {"description": "Floor.", "example": 5}
_KIND = {"description": "What kind of door it is.", "example": "RESIDENTIAL"}
_OCCUPANCY = {"description": "Whether somebody lives there, as last known.", "example": "OCCUPIED"}
_NOTE = {"description": "What a visitor must know: stairs, a dog, the gate; kept encrypted.", "example": "无电梯"}
_HOUSEHOLDS = {"description": "How many households share the dwelling (REG-20).", "example": 12}


class RegisterDwellingSchema(Input):
    id = Id()
    grid_id = Id(required=True, metadata=_GRID)
    estate = fields.String(required=True, validate=validate.Length(1, 80), metadata=_ESTATE)
    building_no = fields.String(required=True, validate=validate.Length(1, 20), metadata=_BUILDING)
    unit_no = fields.String(validate=validate.Length(1, 20), metadata=_UNIT)
    room_no = fields.String(validate=validate.Length(max=20), metadata=_ROOM)
    room_unknown = fields.Boolean(load_default=False, metadata={"description": "The number of the room is not known yet.", "example": False})
    floor = fields.Integer(validate=validate.Range(-5, 200), metadata=_FLOOR)
    kind = fields.Enum(DwellingKind, by_value=True, load_default=DwellingKind.RESIDENTIAL, metadata=_KIND)
    occupancy = fields.Enum(Occupancy, by_value=True, load_default=Occupancy.UNKNOWN, metadata=_OCCUPANCY)
    access_note = fields.String(validate=validate.Length(max=200), metadata=_NOTE)
    households = fields.Integer(validate=validate.Range(0, 2000), metadata=_HOUSEHOLDS)


class ChangeDwellingSchema(Input):
    building_no = fields.String(validate=validate.Length(1, 20), metadata=_BUILDING)
    unit_no = fields.String(allow_none=True, validate=validate.Length(1, 20), metadata=_UNIT)
    room_no = fields.String(validate=validate.Length(1, 20), metadata=_ROOM)
    floor = fields.Integer(allow_none=True, validate=validate.Range(-5, 200), metadata=_FLOOR)
    kind = fields.Enum(DwellingKind, by_value=True, metadata=_KIND)
    occupancy = fields.Enum(Occupancy, by_value=True, metadata=_OCCUPANCY)
    occupancy_as_of = fields.Date(metadata={"description": "The day on which that was seen; today where it is not said.", "example": "2025-06-01"})
    access_note = fields.String(allow_none=True, validate=validate.Length(max=200), metadata=_NOTE)
    households = fields.Integer(allow_none=True, validate=validate.Range(0, 2000), metadata=_HOUSEHOLDS)


class ListDwellingsSchema(ListQuery):
    grid_id = Id(metadata={"description": "Only doors of this grid.", "example": "01JD0000000000000000000001"})
    kind = fields.Enum(DwellingKind, by_value=True, metadata={"description": "Only doors of this kind.", "example": "GROUP_RENTAL"})
    occupancy = fields.Enum(Occupancy, by_value=True, metadata={"description": "Only doors known to be so.", "example": "UNKNOWN"})


class DwellingSchema(Output):
    grid_id = Id(metadata=_GRID)
    address = fields.String(metadata={"description": "The address as people write it.", "example": "景园3号楼2单元501室"})
    estate = fields.String(metadata=_ESTATE)
    building_no = fields.String(metadata={"description": "Building, in its one form.", "example": "3"})
    unit_no = fields.String(allow_none=True, metadata={"description": "Unit, in its one form.", "example": "2"})
    room_no = fields.String(metadata={"description": "Room, in its one form.", "example": "501"})
    floor = fields.Integer(allow_none=True, metadata=_FLOOR)
    kind = fields.Enum(DwellingKind, by_value=True, metadata=_KIND)
    occupancy = fields.Enum(Occupancy, by_value=True, metadata=_OCCUPANCY)
    occupancy_as_of = fields.Date(allow_none=True, metadata={"description": "The day of that knowledge.", "example": "2025-06-01"})
    access_note = fields.String(allow_none=True, metadata=_NOTE)
    households = fields.Integer(allow_none=True, metadata=_HOUSEHOLDS)
