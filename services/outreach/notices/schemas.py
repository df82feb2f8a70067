"""What is said about notices over HTTP."""

from __future__ import annotations

from marshmallow import fields

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.outreach.notices.domain import About, How, NoticeState

_ID = "01JD0000000000000000000000"
_STATE = {"description": "Whether they are still to be told.", "example": "TO_DELIVER"}
_ABOUT = {"description": "About what kind of thing.", "example": "WISH"}
_ABOUT_ID = {"description": "The wish, opinion or activity.", "example": _ID}
_PERSON = {"description": "Who is to be told.", "example": _ID}
_CHANNEL = {"description": "How they want to be told.", "example": "VISIT"}
_GRID = {"description": "In which grid.", "example": _ID}


class DeliverNoticeSchema(Input):
    """How the words reached them."""

    how = fields.Enum(How, by_value=True, required=True, metadata={"description": "By which way.", "example": "PHONE"})
    at = Time(required=True, metadata={"description": "When.", "example": "2025-03-08T10:00:00+08:00"})


class ListNoticesSchema(ListQuery):
    """Which notices."""

    state = fields.Enum(NoticeState, by_value=True, metadata=_STATE)
    grid_id = Id(metadata=_GRID)
    person_id = Id(metadata=_PERSON)
    about_id = Id(metadata=_ABOUT_ID)
    channel = fields.String(metadata=_CHANNEL)


class NoticeSchema(Output):
    """One change that one person is to be told of."""

    grid_id = Id(allow_none=True, metadata=_GRID)
    about = fields.Enum(About, by_value=True, metadata=_ABOUT)
    about_id = Id(metadata=_ABOUT_ID)
    change = fields.String(metadata={"description": "What changed.", "example": "PROMISED"})
    channel = fields.String(metadata=_CHANNEL)
    person_id = Id(allow_none=True, metadata=_PERSON)
    state = fields.Enum(NoticeState, by_value=True, metadata=_STATE)
    opened_at = fields.AwareDateTime(metadata={"description": "Since when it is owed.", "example": "2025-03-08T02:00:00+00:00"})
    delivered_how = fields.String(allow_none=True, metadata={"description": "By which way they were told.", "example": "PHONE"})
    delivered_by = fields.String(allow_none=True, metadata={"description": "By whom.", "example": _ID})
    delivered_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When.", "example": "2025-03-08T02:00:00+00:00"})
    visit_id = Id(allow_none=True, metadata={"description": "At which visit.", "example": _ID})
