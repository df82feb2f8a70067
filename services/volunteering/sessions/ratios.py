"""What is said about ratios over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from marshmallow import fields, validate

from services.common.http.schemas import Input
from services.volunteering.sessions.domain.ratio import PRESETS, Band, ClassRole, RatioRule, RoleRequired, RolesPreset

_BANDS = {"description": "Ages and how many children one adult minds.", "example": [{"age_from": 6, "age_to": 8, "children_per_adult": 6}]}
_ROLE = {"description": "The role.", "example": "TEACHER"}


class BandSchema(Input):
    """Ages and how many children of them one adult minds."""

    age_from = fields.Integer(required=True, validate=validate.Range(0, 17), metadata={"description": "From this age.", "example": 6})
    age_to = fields.Integer(required=True, validate=validate.Range(0, 17), metadata={"description": "To this age.", "example": 8})
    children_per_adult = fields.Integer(
        required=True, validate=validate.Range(1, 30), metadata={"description": "Children per adult.", "example": 6}
    )


class ExtraAdultsSchema(Input):
    """How many adults more than the ages ask for."""

    outdoor = fields.Integer(validate=validate.Range(0, 20), metadata={"description": "Outdoors.", "example": 1})
    water = fields.Integer(validate=validate.Range(0, 20), metadata={"description": "At the water.", "example": 2})
    special_need = fields.Integer(validate=validate.Range(0, 5), metadata={"description": "For each special need.", "example": 1})


class RoleRequiredSchema(Input):
    """A role that must be filled."""

    role = fields.Enum(ClassRole, by_value=True, required=True, metadata=_ROLE)
    adults = fields.Integer(load_default=1, validate=validate.Range(1, 20), metadata={"description": "By how many.", "example": 1})


class RatioSchema(Input):
    """How many adults the children need; what is left out is as the community has it."""

    bands = fields.List(fields.Nested(BandSchema), validate=validate.Length(1, 10), metadata=_BANDS)
    min_adults = fields.Integer(validate=validate.Range(2, 20), metadata={"description": "The adults below which no meeting opens.", "example": 2})
    extra_adults_for = fields.Nested(ExtraAdultsSchema, metadata={"description": "What asks for more.", "example": {"outdoor": 1}})
    roles_preset = fields.Enum(
        RolesPreset,
        by_value=True,
        load_only=True,
        metadata={"description": "A known set of roles: WUHAN is a lead, a teacher, two volunteers and a guard.", "example": "WUHAN"},
    )
    roles_required = fields.List(
        fields.Nested(RoleRequiredSchema),
        validate=validate.Length(max=10),
        metadata={"description": "Which roles must be filled.", "example": [{"role": "TEACHER", "adults": 1}]},
    )
    first_aiders = fields.Integer(validate=validate.Range(0, 5), metadata={"description": "How many know first aid.", "example": 1})


def ratio_of(said: dict[str, Any], usual: RatioRule) -> RatioRule:
    """Return the rule that a series asks for, on top of the community's."""
    changes = dict(said)
    preset = changes.pop("roles_preset", None)
    if preset is not None:
        changes.setdefault("roles_required", [{"role": one.role, "adults": one.adults} for one in PRESETS[preset]])
    if "bands" in changes:
        changes["bands"] = tuple(Band(**band) for band in changes["bands"])
    if "extra_adults_for" in changes:
        changes["extra_adults_for"] = replace(usual.extra_adults_for, **changes["extra_adults_for"])
    if "roles_required" in changes:
        changes["roles_required"] = tuple(RoleRequired(**role) for role in changes["roles_required"])
    return replace(usual, **changes)
