"""A lesson as text, with its recall questions; a new edition takes the place of the one before (LRN-24)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.common.errors import Conflict, Invalid
from services.common.events.base import Event
from services.common.events.learning import LessonWritten
from services.learning.sessions.domain import SessionState, StudySession

LONGEST = 20_000
MOST_QUESTIONS = 3
_NOT_SAID = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class RecallQuestion:
    """One question that only somebody who heard the lesson can answer, and the answers that are taken for right."""

    question: str
    accepted: tuple[str, ...]

    def accepts(self, answer: str) -> bool:
        """Say whether an answer is right; marks, blanks, width and case make no difference."""
        return bool(said(answer)) and said(answer) in {said(one) for one in self.accepted}


def said(text: str) -> str:
    """Return what somebody said, without how they typed it."""
    return _NOT_SAID.sub("", unicodedata.normalize("NFKC", text)).casefold()


@dataclass(frozen=True)
class Lesson:
    """The text of one study session in one edition; it is never changed, only superseded."""

    id: str
    session_id: str
    branch_id: str
    edition: int
    title: str
    text: str
    questions: tuple[RecallQuestion, ...]
    checksum: str
    written_at: datetime
    written_by: str
    superseded_by: str | None = None
    must_restudy: bool = False
    """Whether who had an earlier edition must study this one."""
    restricted: bool = False
    """Whether the text must not leave the room or the teacher's hands (LRN-23)."""


def write(
    *,
    id: str,
    session: StudySession,
    latest: Lesson | None,
    title: str,
    text: str,
    questions: Sequence[RecallQuestion] = (),
    at: datetime,
    by: str,
    must_restudy: bool = False,
    restricted: bool | None = None,
) -> tuple[Lesson, list[Event]]:
    """Write a lesson down, as the next edition where there is one; its forms are produced from it.

    A restricted text stays so in its next edition until somebody says otherwise, and in a restricted session always (LRN-23).
    """
    if session.state is SessionState.CANCELLED:
        raise Conflict("SESSION_STATE", state=session.state)
    if not said(text):
        raise Invalid.field("text", "LESSON_WITHOUT_WORDS")
    for place, question in enumerate(questions):
        if not any(said(answer) for answer in question.accepted):
            raise Invalid.field(f"questions.{place}.accepted", "REQUIRED")
    checksum = hashlib.sha256(f"{title}\0{text}".encode()).hexdigest()
    kept = bool(latest and latest.restricted) if restricted is None else restricted
    closed = kept or session.restricted
    if latest is not None and (latest.checksum, latest.questions, latest.restricted or session.restricted) == (checksum, tuple(questions), closed):
        raise Conflict("LESSON_UNCHANGED")
    edition = latest.edition + 1 if latest else 1
    again = must_restudy and edition > 1
    lesson = Lesson(id, session.id, session.branch_id, edition, title, text, tuple(questions), checksum, at, by, must_restudy=again, restricted=closed)
    return lesson, [LessonWritten(lesson_id=id, session_id=session.id, branch_id=session.branch_id, edition=edition, must_restudy=again)]


def supersede(lesson: Lesson, by_id: str) -> tuple[Lesson, list[Event]]:
    """Say which edition takes the place of this one."""
    return replace(lesson, superseded_by=by_id), []
