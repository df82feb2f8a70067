"""What is said about merges over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.registry.merges.domain.merge import MergeState
from services.registry.merges.domain.records import Choice

_ID = "01JD0000000000000000000001"
_WINNER = {"description": "The record that stays.", "example": _ID}
_LOSER = {"description": "The record that will lead to it for ever.", "example": "01JD0000000000000000000002"}
_CHOICES = {"description": "For each field in which they differ: WINNER, LOSER, or BOTH for phones, former names and dialects.", "example": {"name": "WINNER"}}
_PROVEN = {"description": "Whether both were shown to be of one identity document; only then clearances follow.", "example": False}
_STATE = {"description": "Where the merge stands.", "example": "APPLIED"}
_TIME = {"description": "When, in UTC.", "example": "2025-06-01T02:00:00+00:00"}


class ProposeMergeSchema(Input):
    """That two records are of one person."""

    id = Id()
    winner_id = Id(required=True, metadata=_WINNER)
    loser_id = Id(required=True, metadata=_LOSER)
    field_choices = fields.Dict(
        keys=fields.String(validate=validate.Length(1, 40)), values=fields.Enum(Choice, by_value=True), load_default=dict, metadata=_CHOICES
    )
    same_id_proven = fields.Boolean(load_default=False, metadata=_PROVEN)


class UndoMergeSchema(Input):
    """What goes to the loser although it came after the merge."""

    give_back = fields.List(
        fields.String(validate=validate.Regexp(r"^(case_file|guardianship|consent)/[0-9A-Z]{26}$", error="NOT_AN_ID")),
        load_default=list,
        validate=validate.Length(max=100),
        metadata={"description": "Things added to the winner since that are the other's, each as aggregate/id.", "example": []},
    )


class ListMergesSchema(ListQuery):
    """Which merges."""

    state = fields.Enum(MergeState, by_value=True, metadata=_STATE)
    person_id = Id(metadata={"description": "Only those of this person, as winner or loser.", "example": _ID})


class ServiceAnswerSchema(Schema):
    service = fields.String(metadata={"description": "Who answered.", "example": "outreach"})
    trigger = fields.String(metadata={"description": "To what.", "example": "PersonMerged"})
    at = fields.AwareDateTime(metadata=_TIME)
    moved = fields.List(fields.String(), metadata={"description": "What it moved, each as aggregate/id.", "example": []})
    conflicts = fields.List(fields.String(), metadata={"description": "What a person must look at.", "example": []})


class MergeSchema(Output):
    """One merge, with everything that it moved."""

    winner_id = Id(metadata=_WINNER)
    loser_id = Id(metadata=_LOSER)
    field_choices = fields.Dict(keys=fields.String(), values=fields.Enum(Choice, by_value=True), metadata=_CHOICES)
    same_id_proven = fields.Boolean(metadata=_PROVEN)
    state = fields.Enum(MergeState, by_value=True, metadata=_STATE)
    proposed_by = fields.String(metadata={"description": "Who proposed it.", "example": _ID})
    proposed_at = fields.AwareDateTime(metadata=_TIME)
    approved_by = fields.String(allow_none=True, metadata={"description": "Who approved it, somebody else.", "example": _ID})
    approved_at = fields.AwareDateTime(allow_none=True, metadata=_TIME)
    rejected_by = fields.String(allow_none=True, metadata={"description": "Who declined it.", "example": None})
    undone_by = fields.String(allow_none=True, metadata={"description": "Who had it undone.", "example": None})
    undone_at = fields.AwareDateTime(allow_none=True, metadata=_TIME)
    undo_until = fields.Date(allow_none=True, metadata={"description": "The last day on which it can be undone.", "example": "2025-07-01"})
    moved = fields.List(fields.String(), metadata={"description": "What registry moved, each as aggregate/id.", "example": ["person/" + _ID]})
    conflicts = fields.List(fields.String(), metadata={"description": "What somebody must look at.", "example": []})
    answers = fields.List(fields.Nested(ServiceAnswerSchema), metadata={"description": "What each service did (REG-57).", "example": []})
    waiting_for = fields.List(fields.String(), metadata={"description": "Who has not answered yet.", "example": ["learning"]})
    complete = fields.Boolean(metadata={"description": "Whether every service has answered.", "example": True})
