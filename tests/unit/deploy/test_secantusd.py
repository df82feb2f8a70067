"""The embedded database reads a collection's index definitions once for a batch of writes, and those of now."""

from __future__ import annotations

import pytest
from secantus.storage import Storage

from deploy.parts import secantusd


@pytest.fixture
def storage(monkeypatch):
    for name in ("_batch_transaction", "_index_options_map"):
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
    read = Storage._iter_indexes
    monkeypatch.setattr(Storage, "_iter_indexes", lambda self, *collection: seen.append(collection) or read(self, *collection))
    return seen


def people(first, count):
    return [{"_id": number, "street": number % 3, "phone": number, "name": "x"} for number in range(first, first + count)]


def test_a_large_batch_reads_the_definitions_no_more_often_than_a_small_one(storage, readings):
    storage.insert("town", "people", people(0, 2))
    small = len(readings)
    storage.insert("town", "people", people(2, 200))
    inserted = len(readings) - small
    storage.update_matching("town", "people", {"name": "x"}, {"$set": {"street": 7}}, multi=True)

    assert 0 < inserted <= small
    assert len(readings) - small - inserted < 20


def test_an_index_that_came_between_two_batches_is_written_and_enforced(storage):
    storage.insert("town", "people", people(0, 2))
    storage.create_index("town", "people", "badge", {"badge": 1}, {"unique": True, "sparse": True})

    _, faults = storage.insert("town", "people", [{"_id": 8, "badge": "B"}, {"_id": 9, "badge": "B"}], ordered=False)

    assert [fault["code"] for fault in faults] == [11000]
    assert [one["_id"] for one in storage.find_matching("town", "people", {"badge": "B"})] == [8]


def test_a_batch_that_fails_leaves_no_definitions_behind(storage):
    with pytest.raises(RuntimeError), storage._batch_transaction(sync=False):
        storage._index_options_map("town", "people")
        raise RuntimeError
    storage.create_index("town", "people", "badge", {"badge": 1}, {"unique": True, "sparse": True})

    assert "badge" in storage._index_options_map("town", "people")
