"""Where lessons are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index, Scope, Stored
from services.learning.lessons.domain import Lesson

ALL = Scope.everything("a lesson is known to whoever may see its session")


class Lessons(Aggregates[Lesson]):
    """One document for each edition; two written at once cannot both be the next one."""

    collection, aggregate, state = "lessons", "lesson", Lesson
    area = "branch_id"
    indexes = (Index("session_id", "edition", unique=True, code="LESSON_WRITTEN_MEANWHILE"), Index("branch_id", "_id"))

    def latest_of(self, session_id: str) -> Stored[Lesson] | None:
        """Return the newest edition of a session's lesson."""
        newest = self.find({"session_id": session_id}, ALL, sort="-edition", limit=1)
        return newest[0] if newest else None
