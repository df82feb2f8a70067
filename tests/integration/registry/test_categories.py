"""What time alone brings about: everybody is looked at once a day, in hundreds, and a restart goes on where it stopped."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.common.process import Process
from services.common.settings import load
from services.common.store import READ, Cause
from services.common.walk import Walk
from services.registry.grids.domain import Grid
from services.registry.grids.storage import Grids
from services.registry.households.domain import Household, Membership, Relation
from services.registry.households.storage import Households
from services.registry.people.domain.person import Life, Person
from services.registry.people.jobs import look_at_everybody
from services.registry.people.storage import People
from services.registry.service import SERVICE
from services.registry.tasks.storage import EVERYBODY

NIGHT = datetime(2026, 3, 1, 20, tzinfo=UTC)
AT = Cause("entered", "entered", NIGHT - timedelta(days=1))


@pytest.fixture
def start(platform):
    """Return what starts a process of registry, as a restart would."""
    running = []

    def started() -> Process:
        running.append(Process(SERVICE, load("registry", platform.env)))
        running[-1].prepare()
        return running[-1]

    yield started
    for process in running:
        process.client.close()


@pytest.fixture
def process(start):
    process = start()
    process.storage(Grids).add_many(((Grid(id, id, id, "网格"), []) for id in ("G1", "G2")), AT)
    return process


def enter(process, *people):
    process.storage(People).add_many(((person, []) for person in people), AT)


def elders(grid_id, count):
    return [Person(f"{grid_id}-{number:03d}", grid_id, f"王{number}", born_on=date(1950, 1, 1)) for number in range(count)]


def categories(process):
    return {one.id: {entry.code.value for entry in one.state.classifications if entry.until is None} for one in process.storage(People).find({}, EVERYBODY)}


def held(process):
    return sum(bool(codes) for codes in categories(process).values())


@pytest.mark.rule("REG-2")
def test_a_walk_that_is_stopped_ends_within_a_hundred_and_goes_on_there_after_a_restart(start, process, monkeypatch):
    enter(process, *elders("G1", 2 * READ + 10), *elders("G2", 5))
    looked_at = []
    note = Walk.note

    def stop_after(self, group, last):
        note(self, group, last)
        looked_at.append((group, last))
        process.stopping.set()

    monkeypatch.setattr(Walk, "note", stop_after)
    look_at_everybody(process, NIGHT)
    assert held(process) == READ
    look_at_everybody(process, NIGHT)
    assert len(looked_at) == 1, "it does nothing more while it is to end"

    look_at_everybody(start(), NIGHT)
    assert held(process) == 2 * READ + 15
    assert looked_at == [("G1", f"G1-{READ - 1:03d}"), ("G1", f"G1-{2 * READ - 1:03d}"), ("G1", f"G1-{2 * READ + 9:03d}"), ("G2", "G2-004")]
    look_at_everybody(start(), NIGHT)
    assert len(looked_at) == 4, "the day's walk is over, also for who starts anew"


@pytest.mark.rule("REG-2")
def test_a_birthday_changes_who_has_it_and_who_lives_with_them_and_nobody_else(process):
    husband, wife = Person("H", "G1", "王", born_on=date(1950, 1, 1), living_children=1), Person("W", "G1", "李", born_on=date(1966, 3, 2))
    others = [Person("young", "G1", "张", born_on=date(1990, 1, 1)), Person("dead", "G1", "赵", born_on=date(1950, 1, 1), life=Life.DECEASED)]
    enter(process, husband, wife, *others, Person("merged", "G1", "钱", born_on=date(1950, 1, 1), merged_into="H"))
    members = (Membership("H", Relation.HEAD, date(2020, 1, 1)), Membership("W", Relation.SPOUSE, date(2020, 1, 1)))
    process.storage(Households).add(Household("home", "G1", "door", date(2020, 1, 1), members=members, head_person_id="H"), [], AT)

    look_at_everybody(process, NIGHT - timedelta(days=1))
    assert categories(process) == {"H": {"ELDER"}, "W": set(), "young": set(), "dead": set(), "merged": set()}
    before = process.storage(People).get("H", EVERYBODY).version
    look_at_everybody(process, NIGHT)

    assert categories(process) == {"H": {"ELDER", "EMPTY_NEST"}, "W": {"ELDER", "EMPTY_NEST"}, "young": set(), "dead": set(), "merged": set()}
    stored = process.storage(People).get("H", EVERYBODY)
    assert (stored.version, stored.state.home.household_id) == (before + 1, "home")
    told = process.db["people"].find_one({"_id": "W"})["outbox"]
    assert [entry["name"] for entry in told] == ["ClassificationChanged", "ClassificationChanged"]


@pytest.mark.rule("REG-2")
def test_whom_somebody_changes_at_the_same_moment_is_derived_from_what_they_became(process, monkeypatch):
    enter(process, *elders("G1", 3))
    people = process.storage(People)
    save_many = people.save_many

    def overtaken(changes, cause):
        stored = people.get("G1-001", EVERYBODY)
        people.save(stored, replace(stored.state, living_children=2), [], Cause("other", "other", NIGHT))
        return save_many(changes, cause)

    monkeypatch.setattr(people, "save_many", overtaken)
    look_at_everybody(process, NIGHT)

    assert categories(process) == {f"G1-00{number}": {"ELDER"} for number in range(3)}
    assert people.get("G1-001", EVERYBODY).state.living_children == 2


@pytest.mark.rule("REG-2")
def test_it_gives_way_to_what_somebody_waits_for(process):
    enter(process, *elders("G1", 3))
    process.at_work.set()
    look_at_everybody(process, NIGHT)
    assert held(process) == 0

    process.at_work.clear()
    look_at_everybody(process, NIGHT)
    assert held(process) == 3
