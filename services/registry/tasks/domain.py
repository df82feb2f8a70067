"""Tasks: what has to be done about a person or a household, by whoever works in the grid, until a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from services.common.errors import Conflict
from services.common.events.base import Event
from services.common.events.registry import TaskDone, TaskOpened
from services.common.states import NEW, StateMachine, Transition


class TaskKind(StrEnum):
    """Each kind is opened by one rule and never by hand."""

    HEAD_NEEDED = "HEAD_NEEDED"
    RETURN_UNCONFIRMED = "RETURN_UNCONFIRMED"
    RECEIVING_CONFIRMATION = "RECEIVING_CONFIRMATION"
    APOLOGY = "APOLOGY"
    REVIEW_TIER = "REVIEW_TIER"
    REVIEW_ASSESSMENT = "REVIEW_ASSESSMENT"
    REASK_OVERRIDE = "REASK_OVERRIDE"
    ASK_BIRTHDAY = "ASK_BIRTHDAY"
    SOFT_CONTACT = "SOFT_CONTACT"
    REVIEW_BREAK_GLASS = "REVIEW_BREAK_GLASS"
    REOPEN_CASE_FILE = "REOPEN_CASE_FILE"
    RENEW_GUARDIANSHIP = "RENEW_GUARDIANSHIP"
    REVIEW_EMERGENCY_LIST = "REVIEW_EMERGENCY_LIST"
    RECORD_GONE = "RECORD_GONE"
    """Somebody heard that a person is gone: it has to be recorded whether they moved, are away or died, or where they live now; nobody knows, while they are missing."""


ENDED_BY_FACT = frozenset({TaskKind.HEAD_NEEDED, TaskKind.RETURN_UNCONFIRMED, TaskKind.RECEIVING_CONFIRMATION})
"""The kinds that nobody ticks off: the fact that they ask for ends them."""


class TaskState(StrEnum):
    OPEN = "OPEN"
    DONE = "DONE"
    MOOT = "MOOT"


LIFECYCLE = StateMachine(
    "Task",
    TaskState,
    Transition((NEW,), TaskState.OPEN, "a rule asks for it"),
    Transition((TaskState.OPEN,), TaskState.DONE, "somebody did it, or the fact came that it asked for"),
    Transition((TaskState.OPEN,), TaskState.MOOT, "there is nothing to do any more"),
)


@dataclass(frozen=True)
class Task:
    """One thing to do; at most one of a kind is open about the same subject."""

    id: str
    kind: TaskKind
    grid_id: str | None
    subject: str
    """What it is about: `person/<id>`, `household/<id>` or `dwelling/<id>`, and where a subject can have several of a kind, `/<topic>`."""
    due_on: date
    opened_on: date
    opened_at: datetime
    person_id: str | None = None
    household_id: str | None = None
    dwelling_id: str | None = None
    suggested_person_id: str | None = None
    state: TaskState = TaskState.OPEN
    ended_on: date | None = None
    done_by: str | None = None
    note: str | None = None


def subject_of(person_id: str | None, household_id: str | None, topic: str = "", dwelling_id: str | None = None) -> str:
    """Return what a task is about, as one key: the household where one is named, else the person, else the door."""
    whom = f"household/{household_id}" if household_id else f"person/{person_id}" if person_id else f"dwelling/{dwelling_id}"
    return f"{whom}/{topic}" if topic else whom


def open_task(
    *,
    id: str,
    kind: TaskKind,
    grid_id: str | None,
    due_on: date,
    person_id: str | None = None,
    household_id: str | None = None,
    dwelling_id: str | None = None,
    topic: str = "",
    suggested_person_id: str | None = None,
    today: date,
    at: datetime,
) -> tuple[Task, list[Event]]:
    """Open a task; the store keeps a second one of the kind about the same subject from being open beside it."""
    task = Task(
        id=id,
        kind=kind,
        grid_id=grid_id,
        subject=subject_of(person_id, household_id, topic, dwelling_id),
        due_on=due_on,
        opened_on=today,
        opened_at=at,
        person_id=person_id,
        household_id=household_id,
        dwelling_id=dwelling_id,
        suggested_person_id=suggested_person_id,
        state=LIFECYCLE.step(NEW, TaskState.OPEN),
    )
    return task, [opened(task)]


def complete(task: Task, *, note: str | None = None, today: date, by: str) -> tuple[Task, list[Event]]:
    """Tick a task off; one that waits for a fact is ended by that fact alone."""
    if task.state is not TaskState.OPEN:
        raise Conflict("TASK_NOT_OPEN")
    if task.kind in ENDED_BY_FACT:
        raise Conflict("TASK_ENDED_BY_FACT")
    return end(replace(task, note=note), TaskState.DONE, today=today, by=by)


def end(task: Task, state: TaskState, *, today: date, by: str | None) -> tuple[Task, list[Event]]:
    """End a task because the fact came that it asked for, or because there is nothing to do any more."""
    ended = replace(task, state=LIFECYCLE.step(task.state, state), ended_on=today, done_by=by)
    return ended, [done(ended)]


def opened(task: Task) -> TaskOpened:
    """Return that there is something to do."""
    return TaskOpened(task_id=task.id, kind=task.kind.value, due_on=task.due_on, **_about(task))


def done(task: Task) -> TaskDone:
    """Return that it was done, or that there is nothing to do any more."""
    return TaskDone(task_id=task.id, kind=task.kind.value, outcome=task.state.value, **_about(task))


def _about(task: Task) -> dict[str, str | None]:
    return {"person_id": task.person_id, "household_id": task.household_id, "dwelling_id": task.dwelling_id}
