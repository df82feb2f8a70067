"""What is said about volunteering's own part of a suspicion over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id
from services.common.safeguarding import schemas as common
from services.volunteering.safeguarding.domain import Harm

_CHILD = {"description": "The child who may be in danger.", "example": common.ID}
_SIGNS = {"description": "What was seen or told.", "example": ["NEGLECT"]}
_SESSION = {"description": "The meeting at which it was seen.", "example": common.ID}


class RaiseChildCaseSchema(common.RaiseCaseSchema):
    """What somebody saw or was told about a child."""

    child_id = Id(required=True, metadata=_CHILD)
    signs = fields.List(fields.Enum(Harm, by_value=True), required=True, validate=validate.Length(1, 6), metadata=_SIGNS)
    session_id = Id(metadata=_SESSION)
    suspect_volunteer_ids = fields.List(
        Id(), validate=validate.Length(max=10), metadata={"description": "Volunteers who are suspected: they see nothing of it.", "example": []}
    )


class ChildCaseSchema(common.CaseSchema):
    """A case, as the officers see it."""

    child_id = Id(metadata=_CHILD)
    signs = fields.List(fields.Enum(Harm, by_value=True), metadata=_SIGNS)
    session_id = Id(allow_none=True, metadata=_SESSION)
