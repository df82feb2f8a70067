"""Many aggregates in few statements keep what single writes promise: each once, each guarded, each with its facts (P1, P2, P4)."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.common.doorbell import unpublished
from services.common.errors import Conflict
from services.common.events.registry import GridDefined
from services.common.ids import id_from
from services.common.process import Process
from services.common.relay import Relay
from services.common.settings import load
from services.common.store import BATCH, Cause, Scope
from tests.support.small import REGISTRY, Grid, Grids

HOUR = 60 * 60 * 1000
DAY = 24 * HOUR
NOW = int(datetime.now(UTC).timestamp() * 1000)
ALL = Scope.everything("test")
CAUSE = Cause("job:test", "test", datetime(2025, 6, 1, tzinfo=UTC))


@pytest.fixture
def process(platform):
    process = Process(REGISTRY, load("registry", platform.env))
    process.prepare()
    yield process
    process.client.close()


@pytest.fixture
def grids(process):
    return process.storage(Grids)


class PlainGrids(Grids):
    """Of which nothing is sealed."""

    collection, sealed, lookups = "plain_grids", (), {}


def _grids(count: int, secret: bool = True) -> list:
    grids = [Grid(id_from("bulk", str(number)), f"c{number}", 0, f"secret {number}" if secret else None) for number in range(count)]
    return [(grid, [GridDefined(grid_id=grid.id, code=grid.code)]) for grid in grids]


def _renamed(stored):
    grid = replace(stored.state, renamed=stored.state.renamed + 1)
    return grid, [GridDefined(grid_id=grid.id, code=grid.code)]


@pytest.mark.promise("P4")
def test_many_are_added_once_each_however_often_the_cause_comes_again(grids, process):
    many = _grids(BATCH + 20)

    assert grids.add_many(iter(many[:30]), CAUSE) == 30
    assert grids.add_many(iter(many), CAUSE) == BATCH - 10
    assert grids.add_many(iter(many), CAUSE) == 0

    found = {stored.id: stored for stored in grids.each({}, ALL)}
    assert {id: stored.state for id, stored in found.items()} == {grid.id: grid for grid, _ in many}
    assert {(stored.version, stored.facts) for stored in found.values()} == {(1, 1)}
    assert process.db["grids"].count_documents({"pending": {"$gt": 0}}) == BATCH + 20
    assert process.db["data_keys"].count_documents({}) == BATCH + 20


@pytest.mark.promise("P4")
def test_what_is_not_sealed_is_added_once_too_and_left_as_it_became(process):
    grids, many = PlainGrids(process), _grids(12)
    grids.prepare()
    assert grids.add_many(many[:5], CAUSE) == 5
    first = grids.get(many[0][0].id, ALL)
    grids.save(first, *_renamed(first), replace(CAUSE, key="renamed"))

    assert grids.add_many(many, CAUSE) == 7
    assert grids.add_many(many, replace(CAUSE, key="another")) == 0
    assert [stored.state.renamed for stored in sorted(grids.each({}, ALL), key=lambda stored: stored.state.code)].count(1) == 1
    with pytest.raises(Conflict):
        grids.add_many([(replace(many[0][0], id=id_from("bulk", "other")), [])], CAUSE)


def test_one_that_another_index_refuses_is_told_and_the_others_are_kept(grids):
    many = _grids(5)
    grids.add(replace(many[2][0], id=id_from("bulk", "other")), [], CAUSE)

    with pytest.raises(Conflict) as refused:
        grids.add_many(many, CAUSE)

    assert refused.value.code == "CODE_TAKEN"
    assert grids.count({}, ALL) == 5


@pytest.mark.promise("P4")
def test_many_are_saved_once_each_for_the_same_cause(grids, process):
    grids.add_many(_grids(40), CAUSE)
    loaded = list(grids.each({}, ALL))

    assert grids.save_many([(stored, *_renamed(stored)) for stored in loaded], CAUSE) == []
    assert grids.save_many([(stored, *_renamed(stored)) for stored in loaded], CAUSE) == []
    assert grids.save_many([(stored, *_renamed(stored)) for stored in grids.each({}, ALL)][:0], CAUSE) == []

    assert {(stored.version, stored.facts, stored.state.renamed) for stored in grids.each({}, ALL)} == {(2, 2, 1)}
    assert {len(document["outbox"]) for document in process.db["grids"].find()} == {2}


@pytest.mark.promise("P2")
def test_those_that_somebody_else_changed_meanwhile_are_given_back_unsaved(grids):
    grids.add_many(_grids(10), CAUSE)
    loaded = list(grids.each({}, ALL))
    grids.save(loaded[3], *_renamed(loaded[3]), replace(CAUSE, key="another"))

    unsaved = grids.save_many([(stored, replace(stored.state, code=f"late-{stored.id}"), []) for stored in loaded], CAUSE)

    assert [stored.id for stored in unsaved] == [loaded[3].id]
    assert sum(stored.state.code.startswith("late-") for stored in grids.each({}, ALL)) == 9


def test_one_that_an_index_refuses_is_given_back_unsaved(grids):
    grids.add_many(_grids(4), CAUSE)
    loaded = sorted(grids.each({}, ALL), key=lambda stored: stored.state.code)

    unsaved = grids.save_many([(stored, replace(stored.state, code="c0" if number == 2 else f"new{number}"), []) for number, stored in enumerate(loaded) if number], CAUSE)

    assert [stored.id for stored in unsaved] == [loaded[2].id]


@pytest.mark.promise("P2")
def test_what_changed_under_a_bulk_change_is_decided_anew(grids):
    grids.add_many(_grids(6), CAUSE)
    meddled = []

    def decide(stored):
        if stored.state.code == "c5":
            return None
        if not meddled:
            # Somebody else is quicker with this one.
            meddled.append(stored.id)
            grids.save(stored, replace(stored.state, renamed=10), [], replace(CAUSE, key="quicker"))
        return _renamed(stored)

    assert grids.change_each({}, ALL, decide, CAUSE) == 5
    found = {stored.id: stored.state for stored in grids.each({}, ALL)}
    assert found[meddled[0]].renamed == 11
    assert sorted(grid.renamed for grid in found.values()) == [0, 1, 1, 1, 1, 11]


def test_a_job_may_change_what_it_is_given_as_it_goes(grids):
    grids.add_many(_grids(25, secret=False), CAUSE)
    seen = []

    for stored in grids.each({"renamed": 0}, ALL, batch=10):
        seen.append(stored.id)
        if len(seen) == 1:
            last = max(stored.id for stored in grids.find({}, ALL))
            changed = grids.get(last, ALL)
            grids.save(changed, replace(changed.state, renamed=1), [], replace(CAUSE, key="meanwhile"))

    assert seen == sorted(set(seen))
    assert len(seen) == 24
    assert last not in seen


@pytest.mark.promise("P10")
def test_who_keeps_no_secret_any_more_has_nothing_sealed(grids, process):
    grids.add_many(_grids(1), CAUSE)
    stored = next(grids.each({}, ALL))
    assert process.db["grids"].find_one({"_id": stored.id})["sealed"]

    grids.save(stored, replace(stored.state, secret=None), [], replace(CAUSE, key="told"))

    assert "sealed" not in process.db["grids"].find_one({"_id": stored.id})
    assert grids.get(stored.id, ALL).state.secret is None


@pytest.mark.parametrize("sort", ["_id", "-_id", "code", "-code", "renamed", "-renamed"])
def test_pages_give_each_thing_once_in_order(grids, sort):
    many = [(replace(grid, renamed=number % 3), facts) for number, (grid, facts) in enumerate(_grids(23, secret=False))]
    grids.add_many(many, CAUSE)
    field, backwards = sort.removeprefix("-"), sort.startswith("-")
    expected = sorted((grid for grid, _ in many), key=lambda grid: (grid.id if field == "_id" else getattr(grid, field), grid.id), reverse=backwards)

    found, cursor = [], None
    while True:
        page = grids.page({}, ALL, cursor, 5, sort)
        found += [stored.state for stored in page.items]
        if (cursor := page.next_cursor) is None:
            break

    assert found == expected


class Rests(threading.Event):
    """Notes how long somebody would have rested."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def wait(self, timeout=None):
        self.seen.append(timeout)
        return super().wait(0)


@pytest.mark.promise("P2")
def test_what_waits_for_the_relay_is_looked_for_a_stretch_at_a_time_and_all_of_it_published(grids, process, monkeypatch):
    monkeypatch.setattr("services.common.relay.ROUND", 10)
    grids.add_many(_grids(60), CAUSE)
    for number, row in enumerate(list(process.db["grids"].find({}, {"_id": 1}))):
        # A day ago some at once, then an hour nothing, then some each second; and a few just now.
        pending = NOW - DAY + (0 if number < 25 else HOUR + 1000 * number if number < 50 else DAY - number)
        process.db["grids"].update_one({"_id": row["_id"]}, {"$set": {"pending": pending}})
    relay = Relay(process)
    # As after a search that took too long.
    stretch = relay._stretches["grids"]
    stretch.failed()

    looks = []
    while stretch.filter != {"$gt": 0}:
        looks.append(relay.publish_pending())
        assert len(looks) < 200
    assert (max(looks), sum(looks)) == (10, 60)
    assert process.db["grids"].count_documents({"pending": {"$gt": 0}}) == 0
    assert process.db["events"].count_documents({}) == 60
    relay._publisher.drop()


@pytest.mark.promise("P1")
def test_the_relay_clears_many_outboxes_at_once_and_rests_only_while_large_work_waits(grids, process):
    grids.add_many(_grids(12), CAUSE)
    twice = list(grids.each({}, ALL))[:5]
    grids.save_many([(stored, *_renamed(stored)) for stored in twice], CAUSE)
    relay, rests = Relay(process), Rests()
    relay._stopped = rests

    process.at_work.set()
    assert relay.publish_pending() == 17
    assert len(rests.seen) == 1 and rests.seen[0] > 0
    assert process.db["grids"].count_documents({"pending": {"$gt": 0}}) == 0
    assert {len(row["outbox"]) for row in process.db["grids"].find()} == {0}
    assert process.db["events"].count_documents({}) == 17

    process.at_work.clear()
    grids.save_many([(stored, *_renamed(stored)) for stored in grids.each({}, ALL)], replace(CAUSE, key="again"))
    assert relay.publish_pending() == 12
    assert len(rests.seen) == 1
    relay._publisher.drop()


def test_whoever_kept_facts_knows_where_they_wait_and_who_starts_anew_looks_everywhere(grids, process, platform):
    assert unpublished(process) == 0
    grids.add_many(_grids(2), CAUSE)
    another = Process(REGISTRY, load("registry", platform.env))
    assert (unpublished(process), unpublished(process), unpublished(another)) == (1, 1, 1)

    relay = Relay(process)
    relay.publish_pending()
    relay._publisher.drop()
    assert (unpublished(process), unpublished(another)) == (0, 0)
    # What somebody else keeps is not looked for any more by who has looked everywhere once.
    another.storage(Grids).add_many(_grids(3)[2:], CAUSE)
    assert (unpublished(process), unpublished(another)) == (0, 1)
    another.client.close()
