"""Clock jobs run each minute, so none may look through everything that a collection holds to find the few that are due."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest

from services.common.process import Process
from services.common.settings import SERVICES, load
from tests.conftest import an_environment

FEW = ("grids", "branches", "staff_members")
"""There are few of these in a community, and some jobs go through all of them."""


def is_found_by(filter: dict[str, Any], indexes: list[str]) -> bool:
    """Say whether an index begins with something that the filter asks for; what a row has not, no index finds."""
    if "$or" in filter:
        return all(is_found_by(one, indexes) for one in filter["$or"])
    return any(_narrows(filter[first]) for first in ("_id", *indexes) if first in filter)


def _narrows(wanted: Any) -> bool:
    return not isinstance(wanted, dict) or any(way in wanted and wanted[way] is not False for way in ("$in", "$lt", "$lte", "$gt", "$gte", "$exists"))


@pytest.fixture(params=SERVICES)
def process(request, tmp_path, keys, broker, mongodb_uri):
    with an_environment(tmp_path, keys, broker, mongodb_uri) as platform:
        process = Process(import_module(f"services.{request.param}.service").SERVICE, load(request.param, platform.env))
        process.prepare()
        yield process
        process.client.close()


def test_every_job_finds_what_is_due_by_an_index(process):
    process.db.command("profile", 2)
    for job in import_module(f"services.{process.service.name}.worker").JOBS:
        job(process, datetime.now(UTC))
    process.db.command("profile", 0)

    asked = [row["command"] for row in process.db["system.profile"].find({"op": "query"})]
    scanned = [
        (one["find"], one.get("filter"))
        for one in asked
        if one["find"] not in FEW and not is_found_by(one.get("filter", {}), [next(iter(index["key"])) for index in process.db[one["find"]].list_indexes() if not index.get("partialFilterExpression")])
    ]
    assert len({one["find"] for one in asked}) > 3, "the jobs looked for something"
    assert not scanned, "\n".join(map(str, scanned))


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ({"open": True, "due_on": {"$lte": "2025-03-01"}}, True),
        ({"due_on": {"$lte": "2025-03-01"}}, True),
        ({"due_on": None, "state": "OPEN"}, True),
        ({"_id": {"$in": ["a"]}}, True),
        ({"due_on": {"$exists": False}}, False),
        ({"due_on": {"$ne": None}}, False),
        ({"state": "OPEN"}, False),
        ({"$or": [{"due_on": "2025-03-01"}, {"_id": "a"}]}, True),
        ({"$or": [{"due_on": "2025-03-01"}, {"state": "OPEN"}]}, False),
        ({}, False),
    ],
)
def test_that_a_look_through_everything_is_known_as_one(filter, found):
    assert is_found_by(filter, ["due_on"]) is found
