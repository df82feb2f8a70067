"""Every list of a service, full: its first page and one in its middle, and by which index a database finds them.

What a page asks for is taken from the database's own record of it; whether an index gives it in its order follows from the
indexes that the service has created. The embedded database reads more than that: all that the index leaves.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from services.common.access import EVERYWHERE, Role
from services.common.errors import Conflict
from services.common.ids import new_id
from services.common.process import Process
from services.common.store import Aggregates, Cause, batches
from tests.bench.filling import BEGAN, states_of
from tests.support.running import Client

PAGE, STEP, FAR = 50, 200, 10
"""Rows of a measured page, rows of a step to the middle, and how many steps at most."""
TOGETHER = 250
PARENTS = {"round_id": "census_rounds", "branch_id": "branches", "person_id": "people", "volunteer_id": "volunteers", "session_id": "study_sessions"}
ASKED = {"from": "2025-03-01", "to": "2025-03-31", "year": "2025"}
EMPTY = ("parcels", "reminders")
"""What cannot be shown without rows of other kinds that fit: of these lists only the way to the rows is looked at."""
IN_ORDER, SORTED, SCANNED = "in order", "sorted", "SCANNED"


@dataclass(frozen=True)
class Listed:
    """How long two pages of one list took, and how they are found."""

    path: str
    who: str
    rows: int
    first: float
    middle: float
    found: str


def fill(process: Process, count: int, grids: list[str]) -> None:
    """Enter rows of every kind that has none yet."""
    cause = Cause("bench.fill", "bench.fill", BEGAN)
    for kind in process.service.storages:
        if not issubclass(kind, Aggregates) or kind.collection in EMPTY or process.db[kind.collection].estimated_document_count():
            continue
        storage = process.storage(kind)
        for some in batches(((state, ()) for state in states_of(kind.state, count, grids, kind.area)), TOGETHER):
            # Where only one may be at a time, those beside it are refused.
            with suppress(Conflict):
                storage.add_many(some, cause)


def routes_of(service: str) -> Iterator[tuple[str, list[str]]]:
    """Give the paths of a service's lists, and what each has to be asked with."""
    folder = Path(import_module(f"services.{service}").__path__[0])
    for path, operations in msgspec.json.decode((folder / "openapi.json").read_bytes())["paths"].items():
        named = [one for one in operations.get("get", {}).get("parameters", ()) if "name" in one]
        if any(one["name"] == "cursor" for one in named):
            yield path, [one["name"] for one in named if one.get("required")]


def walk(client: Client, process: Process, service: str, grids: list[str]) -> Iterator[Listed]:
    """Look through every list of a service, as somebody who sees everything and as who works in one grid."""
    whole = {"roles": tuple(EVERYWHERE), "staff": new_id()}
    part = {"roles": tuple(set(Role) - EVERYWHERE), "areas": (grids[0],), "staff": new_id()}
    for path, needed in routes_of(service):
        at, query = path, {}
        for name in needed:
            value = ASKED.get(name) or _some_id(process, name, grids[0])
            place = "{" + name + "}"
            at, query = (at.replace(place, value), query) if place in at else (at, {**query, name: value})
        for who, reach in (("all", whole), ("one grid", part)):
            listed = _listed(client, process, path, who, at, {**query, **reach})
            if listed:
                yield listed


def judge(filter: dict[str, Any], order: list[tuple[str, int]], indexes: list[list[tuple[str, int]]]) -> str:
    """Say whether an index gives what is asked for in its order, or at least leaves the rest out, or all is scanned."""
    equal = {name for name, value in filter.items() if value is not None and not isinstance(value, dict)}
    wanted = [(name, way) for name, way in order if name not in equal]
    found = SCANNED
    for keys in [[("_id", 1)], *indexes]:
        rest = keys
        while rest and rest[0][0] in equal:
            rest = rest[1:]
        ordered = rest[: len(wanted)] in (wanted, [(name, -way) for name, way in wanted])
        if ordered and (len(rest) < len(keys) or not equal):
            return f"{IN_ORDER} by {_named(keys)}"
        # Those few that have one value, or lie between two, are put in order afterwards.
        if keys[0][0] in filter and keys[0][0] != order[0][0]:
            found = f"{SORTED} after {_named(keys)}"
    return found


def _listed(client: Client, process: Process, path: str, who: str, at: str, asked: dict[str, Any]) -> Listed | None:
    process.db.command("profile", 2)
    first, answer = _page(client, at, asked, PAGE)
    process.db.command("profile", 0)
    if answer.status_code in (403, 404):
        # Nobody but others may see it, or it is a part of something that is not there.
        return None
    found = _found(process)
    if answer.status_code == 503:
        # The embedded database reads all rows for a page of all, and a busy machine gives it too little of its 5 s.
        return Listed(path, who, 0, first, first, f"no answer in time; {found}")
    assert answer.ok, f"{path}: {answer.text}"
    rows, cursor, middle = len(_rows(answer)), None, first
    for step in range(FAR if answer.json().get("next_cursor") else 0):
        _, answer = _page(client, at, asked, STEP, cursor)
        if not answer.ok:
            break
        rows = len(_rows(answer)) + (rows if step else 0)
        cursor = answer.json().get("next_cursor")
        if not cursor:
            break
        middle, _ = _page(client, at, asked, PAGE, cursor)
    return Listed(path, who, rows, first, middle, found)


def _page(client: Client, at: str, asked: dict[str, Any], limit: int, cursor: str | None = None):
    started = time.perf_counter()
    answer = client.get(at, limit=limit, **asked, **({"cursor": cursor} if cursor else {}))
    return time.perf_counter() - started, answer


def _rows(answer) -> list:
    return next(value for value in answer.json().values() if isinstance(value, list))


def _found(process: Process) -> str:
    """Return how the page that was asked for last is found."""
    kept = process.db["system.profile"]
    asked = [row["command"] for row in kept.find({"op": "query"}) if row["command"].get("limit") == PAGE + 1]
    process.db.drop_collection("system.profile")
    if not asked:
        return ""
    indexes = [[(name, int(way)) for name, way in index["key"].items()] for index in process.db[asked[0]["find"]].list_indexes() if not index.get("partialFilterExpression")]
    return judge(asked[0].get("filter", {}), [(name, int(way)) for name, way in asked[0]["sort"].items()], indexes)


def _named(keys: list[tuple[str, int]]) -> str:
    return ", ".join(f"-{name}" if way < 0 else name for name, way in keys)


def _some_id(process: Process, name: str, grid: str) -> str:
    # Of people only those of one grid are asked for: to show one document the embedded database reads all that match.
    some = {"grid_id": grid} if name == "person_id" else {}
    row = process.db[PARENTS[name]].find_one(some, {"_id": 1}) if name in PARENTS else None
    return row["_id"] if row else new_id()
