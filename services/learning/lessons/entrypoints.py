"""Lessons over HTTP; writing one asks for its recording, its video and its large print."""

from __future__ import annotations

from services.common.events.learning import LessonWritten
from services.common.http import Access, Role, get, post
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.learning.lessons import domain
from services.learning.lessons.domain import RecallQuestion
from services.learning.lessons.schemas import LessonSchema, ListLessonsSchema, WriteLessonSchema
from services.learning.lessons.storage import ALL, Lessons
from services.learning.sessions.storage import StudySessions

SECRETARIES = Access(Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)


class LessonRoutes:
    """The text from which every other form is made."""

    lessons, sessions = Storage(Lessons), Storage(StudySessions)

    @post(
        "/v1/study-sessions/{session_id}/lesson",
        access=SECRETARIES,
        body=WriteLessonSchema,
        answer=LessonSchema,
        writes="lessons",
        status=201,
    )
    def write_lesson(self, request):
        """Write the lesson of a session down, or its next edition; recording, video and large print are made in the background."""
        session = self.sessions.get(request.params["session_id"], request.scope)
        latest = self.lessons.latest_of(session.id)
        questions = tuple(RecallQuestion(one["question"], tuple(one["accepted"])) for one in request.body.pop("questions", ()))
        decision = domain.write(
            id=request.new_id(),
            session=session.state,
            latest=latest.state if latest else None,
            **request.body,
            questions=questions,
            at=request.now,
            by=request.by,
        )
        return self.lessons.add(*decision, request.cause)

    @get("/v1/lessons/{lesson_id}", access=SECRETARIES, answer=LessonSchema)
    def get_lesson(self, request):
        """Show one edition of a lesson."""
        return self.lessons.get(request.params["lesson_id"], request.scope)

    @get("/v1/lessons", access=SECRETARIES, query=ListLessonsSchema, answer=LessonSchema, many=True)
    def list_lessons(self, request):
        """List lessons with all their editions."""
        query = request.query
        filter = {"session_id": query["session_id"]} if "session_id" in query else {}
        return self.lessons.page(filter, request.scope, query.get("cursor"), query["limit"])


class LessonSubscriptions:
    """Lets an edition take the place of the one before."""

    lessons = Storage(Lessons)

    @subscribe(LessonWritten)
    def on_lesson_written(self, event):
        """Say of the edition before which one took its place (LRN-24)."""
        written = event.data
        before = self.lessons.find_one({"session_id": written.session_id, "edition": written.edition - 1}, ALL)
        if before is not None and before.state.superseded_by is None:
            self.lessons.save(before, *domain.supersede(before.state, written.lesson_id), Cause.of_event(event, "supersede"))
