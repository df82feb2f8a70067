"""What is said about productions over HTTP."""

from __future__ import annotations

from marshmallow import fields

from services.common.http.schemas import Id, ListQuery, Output
from services.learning.productions.domain import Fault, ProducedForm, ProductionState

_SESSION = {"description": "The study session.", "example": "01JD000000000000000SESSION"}
_LESSON = {"description": "The edition of the lesson.", "example": "01JD0000000000000000LESSON"}
_STATE = {"description": "How far it is; FAILED waits for somebody.", "example": "RUNNING"}
_FORM = {"description": "The form.", "example": "AUDIO"}


class ListProductionsSchema(ListQuery):
    """Which productions."""

    session_id = Id(metadata=_SESSION)
    lesson_id = Id(metadata=_LESSON)
    state = fields.Enum(ProductionState, by_value=True, metadata=_STATE)


class ProductionSchema(Output):
    """One form of a lesson that is made, or was."""

    session_id = Id(metadata=_SESSION)
    lesson_id = Id(metadata=_LESSON)
    edition = fields.Integer(metadata={"description": "Which edition of the lesson.", "example": 1})
    form = fields.Enum(ProducedForm, by_value=True, metadata=_FORM)
    state = fields.Enum(ProductionState, by_value=True, metadata=_STATE)
    percent = fields.Integer(metadata={"description": "How far it is, in percent.", "example": 40})
    attempts = fields.Integer(metadata={"description": "How often it was begun.", "example": 1})
    due_at = fields.AwareDateTime(metadata={"description": "When it may be tried next.", "example": "2025-02-20T09:00:20+08:00"})
    fault = fields.Enum(Fault, by_value=True, allow_none=True, metadata={"description": "Why it failed.", "example": None})
    fault_text = fields.String(allow_none=True, metadata={"description": "The same in words, and what to do.", "example": None})
    provider = fields.String(metadata={"description": "Whose voice or whose recording it is.", "example": "espeak-ng/cmn"})
    media = fields.String(allow_none=True, metadata={"description": "The kind of file.", "example": "audio/mpeg"})
    bytes = fields.Integer(allow_none=True, metadata={"description": "Its size.", "example": 720000})
    seconds = fields.Float(allow_none=True, metadata={"description": "How long it takes.", "example": 121.2})
    checksum = fields.String(allow_none=True, metadata={"description": "SHA-256 of the file.", "example": "9f86d081884c7d65"})
    done_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it was done.", "example": None})
