"""What is said about branches over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, Output

_NAME = {"description": "The branch's name.", "example": "景园社区第一党支部"}
_SECRETARY = {"description": "The staff id of its secretary.", "example": "01JD00000000000000000STAFF"}
_GROUPS = {"description": "Names of its groups.", "example": ["第一小组"]}
_FOUNDED = {"description": "The day on which it was founded.", "example": "2021-07-01"}


class FoundBranchSchema(Input):
    """A branch to be entered."""

    id = Id(metadata={"description": "Its id, if the client made one offline.", "example": "01JD0000000000000000000000"})
    name = fields.String(required=True, validate=validate.Length(1, 80), metadata=_NAME)
    founded_on = fields.Date(required=True, metadata=_FOUNDED)
    secretary_staff_id = Id(metadata=_SECRETARY)
    groups = fields.List(fields.String(validate=validate.Length(1, 40)), validate=validate.Length(max=50), metadata=_GROUPS)


class ChangeSecretarySchema(Input):
    """Who is the secretary from now on."""

    secretary_staff_id = Id(required=True, metadata=_SECRETARY)


class BranchSchema(Output):
    """A branch."""

    name = fields.String(metadata=_NAME)
    founded_on = fields.Date(metadata=_FOUNDED)
    secretary_staff_id = fields.String(allow_none=True, metadata=_SECRETARY)
    groups = fields.List(fields.String(), metadata=_GROUPS)
