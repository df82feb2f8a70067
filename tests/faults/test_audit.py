"""Every read and write of data leaves a record, and no change of the records goes unnoticed (P11)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.common.audit import AuditTrail, Entry, verify
from services.common.errors import Unavailable
from services.common.privacy import derived_key
from services.common.process import Process
from services.common.settings import load
from tests.support.small import REGISTRY


@pytest.fixture
def trail(small):
    """The audit records of the publisher, and their check."""
    process = small.process_of("registry")
    return process.db["audit"], lambda heads=None: verify(process.db, derived_key(process.service_key.raw, "audit"), heads)


@pytest.mark.rule("X-17")
@pytest.mark.promise("P11")
def test_reads_writes_and_refusals_leave_a_record_without_values(small, trail):
    records, check = trail
    grid_id = small.define("A-secret-code", actor="worker-1")
    small.publisher.get(f"/v1/grids/{grid_id}", actor="worker-2")
    small.publisher.get("/v1/grids", actor="worker-3")
    small.publisher.get(f"/v1/grids/{grid_id}", actor="auditor-1", roles=("auditor",))
    small.publisher.session.get(small.publisher.url + f"/v1/grids/{grid_id}", timeout=5)

    kept = list(records.find().sort("_id", 1))

    assert [(row["actor"], row["action"], row["status"]) for row in kept] == [
        ("worker-1", "POST /v1/grids", 201),
        ("worker-2", "GET /v1/grids/{grid_id}", 200),
        ("worker-3", "GET /v1/grids", 200),
        ("auditor-1", "GET /v1/grids/{grid_id}", 403),
        ("nobody", "GET /v1/grids/{grid_id}", 401),
    ]
    assert all(grid_id in row["objects"] for row in kept)
    assert "A-secret-code" not in repr(kept)
    assert check() == (5, [])


@pytest.mark.promise("P11")
@pytest.mark.parametrize("tampering", ["change", "drop", "swap", "cut off"])
def test_a_changed_dropped_swapped_or_missing_record_is_found_and_named(small, trail, tampering):
    records, check = trail
    for number in range(6):
        small.define(f"G{number}")
    ids = [row["_id"] for row in records.find().sort("_id", 1)]
    chain = ids[0].split("/")[0]
    assert check({chain: 6}) == (6, [])

    if tampering == "change":
        records.update_one({"_id": ids[2]}, {"$set": {"actor": "somebody else"}})
    elif tampering == "drop":
        records.delete_one({"_id": ids[2]})
    elif tampering == "swap":
        second, third = records.find_one({"_id": ids[1]}), records.find_one({"_id": ids[2]})
        records.replace_one({"_id": ids[1]}, {**third, "_id": ids[1]})
        records.replace_one({"_id": ids[2]}, {**second, "_id": ids[2]})
    else:
        records.delete_one({"_id": ids[5]})

    _, findings = check({chain: 6})
    expected = {"change": ids[2], "drop": ids[3], "swap": ids[1], "cut off": ids[5]}[tampering]
    assert findings[0].record == expected


@pytest.fixture
def database(platform):
    """A database of the test's own, without any service."""
    process = Process(REGISTRY, load("registry", platform.env))
    yield process.db
    process.client.close()


def an_access(purpose: str = "") -> Entry:
    return Entry("worker-1", ("worker",), purpose, "GET /v1/grids", (), 200, "test", datetime.now(UTC))


@pytest.mark.promise("P11")
def test_a_process_that_started_first_may_write_after_another(database):
    first, second = AuditTrail(database, b"key"), AuditTrail(database, b"key")

    second.record(an_access())
    first.record(an_access())

    assert verify(database, b"key") == (2, [])


@pytest.mark.promise("P11")
def test_a_record_that_cannot_be_written_keeps_no_later_one_from_it(database):
    trail = AuditTrail(database, b"key")
    with pytest.raises(Unavailable):
        trail.record(an_access("\ud800"))

    trail.record(an_access())

    assert verify(database, b"key") == (1, [])
