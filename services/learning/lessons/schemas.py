"""What is said about lessons over HTTP."""

from __future__ import annotations

from marshmallow import fields, validate

from services.common.http.schemas import Id, Input, ListQuery, Output
from services.learning.lessons.domain import LONGEST, MOST_QUESTIONS

_TITLE = {"description": "The title that is shown and read out.", "example": "邻里守望"}
_TEXT = {"description": "The whole text, as it is to be read out; paragraphs by line breaks.", "example": "远亲不如近邻。今天我们一起学习邻里守望。"}
_MUST_RESTUDY = {"description": "Whether who had an earlier edition must study this one; otherwise they are only told of it.", "example": False}
_RESTRICTED = {
    "description": "Whether the text is sealed or controlled: no recording, video or link is made of it. Left out, it is as in the edition before.",
    "example": False,
}
_SESSION = {"description": "The study session.", "example": "01JD000000000000000SESSION"}


class QuestionSchema(Input):
    """A recall question."""

    question = fields.String(required=True, validate=validate.Length(1, 200), metadata={"description": "The question.", "example": "远亲不如什么？"})
    accepted = fields.List(
        fields.String(validate=validate.Length(1, 100)),
        required=True,
        validate=validate.Length(1, 20),
        metadata={"description": "Answers that are right; marks and blanks make no difference.", "example": ["近邻", "邻居"]},
    )


class WriteLessonSchema(Input):
    """The lesson as text."""

    id = Id(metadata={"description": "Its id, if the client made one offline.", "example": "01JD0000000000000000LESSON"})
    title = fields.String(required=True, validate=validate.Length(1, 120), metadata=_TITLE)
    text = fields.String(required=True, validate=validate.Length(1, LONGEST), metadata=_TEXT)
    questions = fields.List(
        fields.Nested(QuestionSchema),
        validate=validate.Length(max=MOST_QUESTIONS),
        metadata={"description": "Up to three recall questions.", "example": [{"question": "远亲不如什么？", "accepted": ["近邻"]}]},
    )
    must_restudy = fields.Boolean(metadata=_MUST_RESTUDY)
    restricted = fields.Boolean(metadata=_RESTRICTED)


class ListLessonsSchema(ListQuery):
    """Which lessons."""

    session_id = Id(metadata=_SESSION)


class LessonSchema(Output):
    """One edition of a lesson."""

    session_id = Id(metadata=_SESSION)
    edition = fields.Integer(metadata={"description": "1, 2, 3.", "example": 1})
    title = fields.String(metadata=_TITLE)
    text = fields.String(metadata=_TEXT)
    questions = fields.List(fields.Nested(QuestionSchema), metadata={"description": "The recall questions.", "example": []})
    checksum = fields.String(metadata={"description": "SHA-256 of title and text.", "example": "9f86d081884c7d65"})
    written_at = fields.AwareDateTime(metadata={"description": "When.", "example": "2025-02-20T09:00:00+08:00"})
    must_restudy = fields.Boolean(metadata=_MUST_RESTUDY)
    restricted = fields.Boolean(metadata=_RESTRICTED)
    superseded_by = Id(allow_none=True, metadata={"description": "The edition that took its place.", "example": None})
