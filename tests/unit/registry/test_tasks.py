"""What has to be done about people and households."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from services.common.errors import Conflict
from services.common.events.registry import TaskDone, TaskOpened
from services.common.states import UndeclaredTransition
from services.registry.tasks import domain
from services.registry.tasks.domain import TaskKind, TaskState

TODAY, NOW, DUE = date(2025, 6, 1), datetime(2025, 6, 1, 2, tzinfo=UTC), date(2025, 7, 1)


def a_task(kind=TaskKind.APOLOGY, **more):
    return domain.open_task(id="T1", kind=kind, grid_id="G1", due_on=DUE, **{"person_id": "P1", **more}, today=TODAY, at=NOW)


def test_a_task_names_what_it_is_about_and_until_when():
    task, facts = a_task()

    assert (task.subject, task.state, task.due_on) == ("person/P1", TaskState.OPEN, DUE)
    assert facts == [TaskOpened(task_id="T1", kind="APOLOGY", due_on=DUE, person_id="P1")]


def test_a_task_about_a_household_is_one_whoever_it_concerns():
    assert a_task(TaskKind.HEAD_NEEDED, household_id="H1")[0].subject == "household/H1"
    assert a_task(TaskKind.REVIEW_ASSESSMENT, topic="IMPAIRED")[0].subject == "person/P1/IMPAIRED"


def test_whoever_does_it_ticks_it_off_once():
    done, facts = domain.complete(a_task()[0], note="已道歉", today=DUE, by="S1")

    assert (done.state, done.done_by, done.ended_on, done.note) == (TaskState.DONE, "S1", DUE, "已道歉")
    assert facts == [TaskDone(task_id="T1", kind="APOLOGY", outcome="DONE", person_id="P1")]
    with pytest.raises(Conflict, match="TASK_NOT_OPEN"):
        domain.complete(done, today=DUE, by="S2")


@pytest.mark.parametrize("kind", sorted(domain.ENDED_BY_FACT))
def test_what_waits_for_a_fact_cannot_be_ticked_off(kind):
    with pytest.raises(Conflict, match="TASK_ENDED_BY_FACT"):
        domain.complete(a_task(kind)[0], today=DUE, by="S1")

    assert domain.end(a_task(kind)[0], TaskState.DONE, today=DUE, by=None)[0].state is TaskState.DONE


def test_a_task_that_ended_is_never_opened_again():
    moot, _ = domain.end(a_task()[0], TaskState.MOOT, today=DUE, by=None)

    with pytest.raises(UndeclaredTransition):
        domain.end(moot, TaskState.DONE, today=DUE, by=None)


def test_a_task_is_kept_whole_and_told_with_whom_it_is_about():
    task, facts = a_task(TaskKind.HEAD_NEEDED, household_id="H1", dwelling_id="D1", suggested_person_id="P2")

    assert task == domain.Task(
        id="T1",
        kind=TaskKind.HEAD_NEEDED,
        grid_id="G1",
        subject="household/H1",
        due_on=DUE,
        opened_on=TODAY,
        opened_at=NOW,
        person_id="P1",
        household_id="H1",
        dwelling_id="D1",
        suggested_person_id="P2",
        state=TaskState.OPEN,
    )
    assert facts == [TaskOpened(task_id="T1", kind="HEAD_NEEDED", due_on=DUE, person_id="P1", household_id="H1", dwelling_id="D1")]
    ended, facts = domain.end(task, TaskState.MOOT, today=DUE, by=None)
    assert facts == [TaskDone(task_id="T1", kind="HEAD_NEEDED", outcome="MOOT", person_id="P1", household_id="H1", dwelling_id="D1")]
    assert ended == replace(task, state=TaskState.MOOT, ended_on=DUE)


def test_a_task_about_a_door_is_one_for_the_door():
    assert a_task(TaskKind.SOFT_CONTACT, person_id=None, dwelling_id="D1")[0].subject == "dwelling/D1"
    assert a_task(TaskKind.SOFT_CONTACT, dwelling_id="D1")[0].subject == "person/P1"
