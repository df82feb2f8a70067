"""What is said about pictures of the classes over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.volunteering.photos.domain import PhotoState

_SESSION = {"description": "The meeting.", "example": "01JD00000000000000SESS1N01"}
_FILE = {"description": "Where the file lies.", "example": "相册 2025-07 第 3 张"}
_CHILDREN = {"description": "Every child in it.", "example": ["01JD0000000000000000CH1D01"]}
_AT = {"description": "When.", "example": "2025-07-08T01:30:00+00:00"}


class EnterPhotoSchema(Input):
    """A picture, and every child in it."""

    id = Id(metadata={"description": "The picture; made if left out.", "example": "01JD000000000000000PH0T001"})
    file_ref = fields.String(required=True, validate=validate.Length(1, 200), metadata=_FILE)
    child_ids = fields.List(Id(), required=True, validate=validate.Length(max=60), metadata=_CHILDREN)


class ListPhotosSchema(ListQuery):
    """Which pictures to list."""

    session_id = Id(metadata=_SESSION)


class ClassPhotoSchema(Output):
    """A picture."""

    session_id = Id(metadata=_SESSION)
    file_ref = fields.String(metadata=_FILE)
    child_ids = fields.List(Id(), metadata=_CHILDREN)
    state = fields.Enum(PhotoState, by_value=True, metadata={"description": "Whether it is shown.", "example": "KEPT"})
    taken_at = fields.AwareDateTime(metadata=_AT)
    published_at = fields.AwareDateTime(metadata=_AT)
    unpublished_at = fields.AwareDateTime(metadata=_AT)
