"""What the operations on tasks take and answer."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.registry.tasks.domain import TaskKind, TaskState

_KIND = {"description": "What has to be done.", "example": "APOLOGY"}
_STATE = {"description": "OPEN; DONE by somebody or by a fact; MOOT where there is nothing to do any more.", "example": "OPEN"}
_PERSON = {"description": "The person whom it is about.", "example": "01JD0000000000000000000003"}
_HOUSEHOLD = {"description": "The household that it is about.", "example": "01JD0000000000000000000004"}
_GRID = {"description": "The grid whose people do it.", "example": "01JD0000000000000000000001"}
_NOTE = {"description": "How it went, stored sealed.", "example": "已当面道歉，家属谅解。"}


class ListTasksSchema(ListQuery):
    state = fields.Enum(TaskState, by_value=True, load_default=TaskState.OPEN, metadata=_STATE)
    kind = fields.Enum(TaskKind, by_value=True, metadata=_KIND)
    grid_id = Id(metadata=_GRID)
    person_id = Id(metadata=_PERSON)
    household_id = Id(metadata=_HOUSEHOLD)
    due_by = fields.Date(metadata={"description": "Only what is due by this day.", "example": "2025-07-01"})


class CompleteTaskSchema(Input):
    note = fields.String(validate=validate.Length(1, 500), metadata=_NOTE)


class TaskSchema(Output):
    kind = fields.Enum(TaskKind, by_value=True, metadata=_KIND)
    state = fields.Enum(TaskState, by_value=True, metadata=_STATE)
    grid_id = Id(allow_none=True, metadata=_GRID)
    person_id = Id(allow_none=True, metadata=_PERSON)
    household_id = Id(allow_none=True, metadata=_HOUSEHOLD)
    dwelling_id = Id(allow_none=True, metadata={"description": "The door that it is about.", "example": "01JD0000000000000000000002"})
    suggested_person_id = Id(
        allow_none=True, metadata={"description": "Whom the rule suggests, for instance as head.", "example": "01JD0000000000000000000005"}
    )
    due_on = fields.Date(metadata={"description": "By when; it stays open afterwards.", "example": "2025-07-01"})
    opened_on = fields.Date(metadata={"description": "Since when it is open.", "example": "2025-06-01"})
    ended_on = fields.Date(allow_none=True, metadata={"description": "When it ended.", "example": None})
    done_by = fields.String(allow_none=True, metadata={"description": "Who did it.", "example": None})
    note = fields.String(allow_none=True, metadata=_NOTE)


class TaskRowSchema(TaskSchema):
    class Meta:
        exclude = ("note",)
