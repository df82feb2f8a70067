"""The embedded database reads a collection's index definitions once for a batch of writes, and those of now."""

from __future__ import annotations

import pytest
from secantus.storage import Storage

from deploy.parts import secantusd


@pytest.fixture
def storage(monkeypatch):
    for name in ("_batch_transaction", "_iter_indexes"):
        monkeypatch.setattr(Storage, name, getattr(Storage, name))
    secantusd.mend()
    storage = Storage(ttl_sweep_seconds=0)
    for name in ("street", "phone", "name"):
        storage.create_index("town", "people", name, {name: 1})
    yield storage
    storage.close()


@pytest.fixture
def readings(storage, monkeypatch):
    seen = []
    read = secantusd._read_definitions
    monkeypatch.setattr(secantusd, "_read_definitions", lambda self, *collection: seen.append(collection) or read(self, *collection))
    return seen


def people(first, count):
    return [{"_id": number, "street": number % 3, "phone": number, "name": "x"} for number in range(first, first + count)]


def test_a_large_batch_reads_the_definitions_no_more_often_than_a_small_one(storage, readings):
    storage.insert("town", "people", people(0, 2))
    assert len(readings) == 1
    storage.insert("town", "people", people(2, 200))
    assert len(readings) == 2
    storage.update_matching("town", "people", {"_id": 7}, {"$set": {"street": 7}})
    assert len(readings) == 3


def test_an_index_that_came_between_two_batches_is_written_and_enforced(storage):
    storage.insert("town", "people", people(0, 2))
    storage.create_index("town", "people", "badge", {"badge": 1}, {"unique": True, "sparse": True})

    _, faults = storage.insert("town", "people", [{"_id": 8, "badge": "B"}, {"_id": 9, "badge": "B"}], ordered=False)

    assert [fault["code"] for fault in faults] == [11000]
    assert [one["_id"] for one in storage.find_matching("town", "people", {"badge": "B"})] == [8]


def test_a_batch_that_fails_leaves_no_definitions_behind(storage):
    with pytest.raises(RuntimeError), storage._batch_transaction(sync=False):
        storage._iter_indexes("town", "people")
        raise RuntimeError
    storage.create_index("town", "people", "badge", {"badge": 1}, {"unique": True, "sparse": True})

    assert "badge" in [name for name, _, _ in storage._iter_indexes("town", "people")]


def test_an_index_over_lists_is_known_as_one_after_the_batch_that_made_it_so(storage):
    storage.insert("town", "people", [{"_id": 1, "phone": [2, 3]}, {"_id": 2, "phone": 4}])

    assert storage.index_is_multikey("town", "people", "phone")
    assert [one["_id"] for one in storage.find_matching("town", "people", {"phone": 3})] == [1]
