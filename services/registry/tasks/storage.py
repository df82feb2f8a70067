"""Where tasks are kept, and how the rules of other parts of registry open and end them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from services.common.calendar import business_date
from services.common.errors import Conflict
from services.common.ids import id_from
from services.common.store import Aggregates, Cause, Index, Scope, Stored
from services.registry.tasks import domain
from services.registry.tasks.domain import Task, TaskKind, TaskState

EVERYBODY = Scope.everything("rules and clocks know no areas")


class Tasks(Aggregates[Task]):
    """Tasks about people and households; one of a kind is open about a subject (what people note is sealed)."""

    collection, aggregate, state = "tasks", "task", Task
    area = "grid_id"
    sealed = ("note",)
    indexes = (
        Index("kind", "subject", unique=True, where={"state": TaskState.OPEN.value}, code="TASK_OPEN_ALREADY"),
        Index("state", "due_on", "_id"),
        Index("grid_id", "state", "due_on", "_id"),
        Index("person_id", "state"),
        Index("household_id", "state"),
    )

    def key_of(self, state: Task) -> str:
        return state.person_id or state.id

    def open(
        self,
        kind: TaskKind,
        *,
        cause: Cause,
        due_on: date,
        grid_id: str | None,
        person_id: str | None = None,
        household_id: str | None = None,
        dwelling_id: str | None = None,
        topic: str = "",
        suggested_person_id: str | None = None,
        once: str = "",
    ) -> Stored[Task] | None:
        """Open a task about a person or a household, or return the one of this kind that is open already.

        The same cause opens it once. `once` names what it is opened for, where several causes may find that out, such as
        the day of a return: then it is opened once for that, also after it was done, and None is returned.
        """
        subject = domain.subject_of(person_id, household_id, topic, dwelling_id)
        task, facts = domain.open_task(
            id=_id(kind, subject, once or cause.key),
            kind=kind,
            grid_id=grid_id,
            due_on=due_on,
            person_id=person_id,
            household_id=household_id,
            dwelling_id=dwelling_id,
            topic=topic,
            suggested_person_id=suggested_person_id,
            today=business_date(cause.at),
            at=cause.at,
        )
        # One that stands already is found before the database has to refuse a second.
        known = self.find_one({"_id": task.id}, EVERYBODY) or self.open_about(kind, subject)
        if known is None:
            try:
                return self.add(task, facts, cause.part(f"task:{kind.value}:{subject}"))
            except Conflict:
                known = self.find_one({"_id": task.id}, EVERYBODY) or self.open_about(kind, subject)
        return known if known and known.state.state is TaskState.OPEN else None

    def never_opened(self, kind: TaskKind, person_ids: Iterable[str], once: str) -> list[str]:
        """Return about which of a hundred people no task of this kind was ever opened for this."""
        ids = {_id(kind, domain.subject_of(person_id, None), once): person_id for person_id in person_ids}
        known = {row["_id"] for row in self._documents.find({"_id": {"$in": sorted(ids)}}, {"_id": 1})} if ids else set()
        return [person_id for id, person_id in ids.items() if id not in known]

    def end(
        self,
        kind: TaskKind,
        state: TaskState = TaskState.DONE,
        *,
        cause: Cause,
        person_id: str | None = None,
        household_id: str | None = None,
        topic: str = "",
        by: str | None = None,
    ) -> Stored[Task] | None:
        """End the open task of this kind, DONE by a fact or MOOT; None where there is none."""
        known = self.open_about(kind, domain.subject_of(person_id, household_id, topic))
        return self._end(known, state, cause, by) if known else None

    def end_all_of(self, person_id: str, *, cause: Cause) -> list[str]:
        """Let every open task about a person be moot, and return their ids."""
        return [self._end(task, TaskState.MOOT, cause, None).id for task in self.open_of(person_id)]

    def open_of(self, person_id: str) -> list[Stored[Task]]:
        """Return every open task about a person."""
        return self.find({"person_id": person_id, "state": TaskState.OPEN.value}, EVERYBODY)

    def open_about(self, kind: TaskKind, subject: str) -> Stored[Task] | None:
        """Return the open task of this kind about a subject."""
        return self.find_one({"kind": kind.value, "subject": subject, "state": TaskState.OPEN.value}, EVERYBODY)

    def _end(self, task: Stored[Task], state: TaskState, cause: Cause, by: str | None) -> Stored[Task]:
        return self.save(task, *domain.end(task.state, state, today=business_date(cause.at), by=by), cause.part(f"end:{task.id}"))


def _id(kind: TaskKind, subject: str, once: str) -> str:
    return id_from("task", kind.value, subject, once)
