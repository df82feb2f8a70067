"""Whom the register forgets: nobody who lives here, and nobody about whom something is open."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.common.errors import Erased
from services.common.events.registry import PersonErased
from services.common.process import Process
from services.common.retention import EVERYTHING, Forgotten
from services.common.settings import load
from services.common.store import Cause
from services.registry.people.domain.person import Life, Person, Residency
from services.registry.people.storage import People
from services.registry.retention import JOBS
from services.registry.service import SERVICE
from services.registry.tasks.domain import TaskKind, TaskState
from services.registry.tasks.storage import Tasks

LONG_AGO, TODAY = datetime(2025, 3, 1, tzinfo=UTC), datetime(2035, 3, 2, 20, tzinfo=UTC)


@pytest.fixture
def process(platform):
    process = Process(SERVICE, load("registry", platform.env))
    process.prepare()
    yield process
    process.client.close()


def night(process, now=TODAY):
    """Run the night's jobs, and forget that they ran, as another day would."""
    process.db["retention"].drop()
    for job in JOBS:
        job(process, now)


def cause(name, at=LONG_AGO):
    return Cause(name, name, at)


@pytest.mark.rule("X-4")
@pytest.mark.rule("X-19")
def test_who_died_or_moved_away_ten_years_ago_is_erased_with_their_key_and_nobody_else(process):
    people, tasks = process.storage(People), process.storage(Tasks)
    everybody = {
        "died": {"life": Life.DECEASED},
        "moved": {"residency": Residency.MOVED_OUT},
        "lives here": {},
        "has a task": {"life": Life.DECEASED},
        "merged": {"merged_into": "lives here"},
        "merged with the dead": {"merged_into": "died"},
    }
    for id, more in everybody.items():
        people.add(Person(id, "G1", f"王{id}", **more), [], cause(f"add {id}"))
    people.add(Person("died lately", "G1", "王近", life=Life.DECEASED), [], cause("add lately", datetime(2025, 3, 4, tzinfo=UTC)))
    tasks.open(TaskKind.APOLOGY, cause=cause("task"), due_on=date(2025, 4, 1), grid_id="G1", person_id="has a task")

    night(process)
    erased = {"died", "moved", "merged with the dead"}
    assert {one.id for one in people.find({}, EVERYTHING)} == {"lives here", "has a task", "merged", "died lately"}
    for id in erased:
        with pytest.raises(Erased):
            people.get(id, EVERYTHING)
        assert set(process.db["people"].find_one({"_id": id})) == {"_id", "grid_id", "erased", "version", "facts", "changed_at", "handled", "outbox", "pending"}
    assert process.db["people"].find_one({"_id": "moved"})["erased"]["reason"] == "PERSON_MOVED_OUT"
    assert people.known(everybody, EVERYTHING) == set(everybody) - erased
    with pytest.raises(Erased):
        people.add(Person("died", "G1", "王新"), [], cause("again"))

    before = list(process.db["people"].find())
    night(process)
    assert list(process.db["people"].find()) == before, "a second night finds nothing more"
    tasks.end(TaskKind.APOLOGY, TaskState.MOOT, cause=cause("end"), person_id="has a task")
    for document in list(process.db["people"].find()):
        process.db["people"].update_one({"_id": document["_id"]}, {"$set": {"outbox": []}, "$unset": {"pending": ""}})
    night(process)
    with pytest.raises(Erased):
        people.get("has a task", EVERYTHING)


@pytest.mark.rule("X-4")
def test_the_key_of_a_person_is_destroyed_once_however_often_it_is_asked_for(process):
    process.storage(People).add(Person("P1", "G1", "王"), [], cause("add"))
    fact = PersonErased(person_id="P1", reason="PERSON_DECEASED")
    for _ in range(2):
        process.storage(Forgotten).ask(fact.person_id, fact.reason, LONG_AGO)
        night(process)

    assert process.db["data_keys"].count_documents({"keyAltNames": "P1"}) == 0
    row = process.db["forgotten"].find_one({"_id": "P1"})
    assert (row["reason"], row["erased_at"]) == ("PERSON_DECEASED", LONG_AGO)
    assert process.storage(People).find({}, EVERYTHING) == []


@pytest.mark.rule("X-4")
def test_a_fact_that_nobody_has_heard_yet_is_not_erased_with_its_record(process):
    people = process.storage(People)
    people.add(Person("P1", "G1", "王", life=Life.DECEASED), [PersonErased(person_id="P1", reason="ANY")], cause("add"))

    night(process)
    assert people.get("P1", EVERYTHING).state.name == "王"
