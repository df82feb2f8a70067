"""What is said about reminders over HTTP, to the secretary."""

from __future__ import annotations

from marshmallow import fields

from services.common.http.schemas import Id, Input, ListQuery, Output, Time
from services.learning.reminders.domain import ReminderKind, ReminderState

_BRANCH = {"description": "The branch.", "example": "01JD0000000000000000BRANCH"}
_MEMBER = {"description": "Whom to remind.", "example": "01JD0000000000000000MEMBER"}
_STATE = {"description": "Whether somebody still has to remind the member.", "example": "DUE"}


class ListRemindersSchema(ListQuery):
    """Which reminders; those to be given, if nothing else is asked for."""

    branch_id = Id(metadata=_BRANCH)
    member_id = Id(metadata=_MEMBER)
    state = fields.Enum(ReminderState, by_value=True, load_default=ReminderState.DUE, metadata=_STATE)


class ToldSchema(Input):
    """When the member was reminded."""

    at = Time(metadata={"description": "When, outside the member's quiet hours; now if left out.", "example": "2025-04-13T09:30:00+08:00"})


class ReminderSchema(Output):
    """A reminder that somebody gives a member."""

    branch_id = Id(metadata=_BRANCH)
    coverage_id = Id(metadata={"description": "The member's row of the ledger.", "example": "01JD00000000000000COVERAGE"})
    session_id = Id(metadata={"description": "The study session.", "example": "01JD000000000000000SESSION"})
    member_id = Id(metadata=_MEMBER)
    kind = fields.Enum(ReminderKind, by_value=True, metadata={"description": "To open the lesson, or to fetch its parcel from a locker; or that it was called off.", "example": "OPEN_LESSON"})
    state = fields.Enum(ReminderState, by_value=True, metadata=_STATE)
    at = fields.AwareDateTime(metadata={"description": "From when on it may be given.", "example": "2025-04-13T07:30:00+08:00"})
    give_from = fields.AwareDateTime(
        metadata={"description": "In lists: when it may be given next, outside the member's quiet hours.", "example": "2025-04-13T16:00:00+08:00"}
    )
    told_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When the member was reminded.", "example": None})
