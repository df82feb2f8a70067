"""A community's sizes: 100,000 residents behind 40,000 doors, 5,000 visits owed; what each thing takes, and how many raw inserts that is.

The data are made in the run and entered by what is measured: two spreadsheets bring the residents and their doors, a sweep
lists every door, clock jobs owe the visits. One durable insert at a time, in the same run, is the floor.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import requests
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from services.common.access import Actor, Role
from services.common.calendar import business_date
from services.common.ids import id_from, new_id
from services.common.process import Process
from services.common.service import Service
from services.common.settings import load
from services.common.store import Cause
from services.learning.service import SERVICE as LEARNING
from services.outreach.care.domain import CareRecipient, Ground
from services.outreach.care.storage import CareRecipients
from services.outreach.obligations.storage import Obligations
from services.outreach.service import SERVICE as OUTREACH
from services.outreach.worker import JOBS
from services.registry.census.jobs import open_large_rounds
from services.registry.imports import sheets
from services.registry.imports.rows import COLUMNS
from services.registry.service import SERVICE as REGISTRY
from services.volunteering.service import SERVICE as VOLUNTEERING
from tests.bench.lists import fill, walk
from tests.support.running import Client, Platform, Running, eventually

GRIDS = 40
DOORS_OF_A_PERSON = 0.4
PATIENCE = 1200


@dataclass(frozen=True)
class Sizes:
    """How large the community is."""

    residents: int = 100_000
    owed: int = 5_000
    others: int = 5_000
    """Rows of every kind that has no size of its own."""

    @property
    def doors(self) -> int:
        return round(self.residents * DOORS_OF_A_PERSON)

    @property
    def sheet(self) -> int:
        """How many residents one spreadsheet has: half of them, because that is as many as one may have."""
        return self.residents // 2


QUICK = Sizes(residents=1_000, owed=100, others=100)


@dataclass(frozen=True)
class Measured:
    """What something took, and what it may take at most at full size."""

    what: str
    seconds: float
    count: int = 1
    target: float | None = None
    unit: str = "s"
    note: str = ""

    def inserts(self, floor: float) -> float:
        """Return how many durable inserts, one after the other, the same time would have held for each of them."""
        return self.seconds * floor / self.count


@dataclass
class Town:
    """Registry and outreach in an environment of their own."""

    platform: Platform
    sizes: Sizes
    say: Callable[[str], None]
    measured: list[Measured] = field(default_factory=list)

    def __post_init__(self):
        self.registry, self.worker = self.platform.service("registry"), self.platform.worker("registry")
        self.grids = [id_from("bench-grid", str(number)) for number in range(GRIDS)]
        with MongoClient(self.platform.env["MONGODB_URI"]) as client:
            self.database_pid = client.admin.command("serverStatus")["pid"]

    def run(self) -> list[Measured]:
        """Measure everything, one thing after the other."""
        self.registry.start()
        client = self.platform.client(self.registry)
        codes = self._define_grids(client)
        for half in (0, 1):
            self._import(half, codes)
        self.registry.start()
        self._open_round(client)
        self._lists(REGISTRY)
        self._nights()
        for service in (OUTREACH, VOLUNTEERING, LEARNING):
            self._lists(service)
        return self.measured

    def note(self, *measured: Measured) -> None:
        for one in measured:
            self.measured.append(one)
            self.say(f"{one.what}: {one.seconds:.2f} {one.unit} {one.note}")

    def _spent(self, pid: int) -> tuple[float, float]:
        """Return the processor time that the database and a process have taken so far."""
        return cpu_seconds(self.database_pid), cpu_seconds(pid)

    def _since(self, before: tuple[float, float], pid: int) -> str:
        """Say how much processor time the database and a process have taken since: what others do beside does not change it."""
        database, ours = (now - then for now, then in zip(self._spent(pid), before, strict=True))
        return f"CPU {database:.1f} + {ours:.1f} s"

    def _define_grids(self, client: Client) -> list[str]:
        lead = client.post("/v1/staff", {"name": "网格长", "post": "GRID_LEAD", "grid_ids": []})
        staff_id = lead.json()["id"]
        codes = [f"B-{number}" for number in range(GRIDS)]
        for code, id in zip(codes, self.grids, strict=True):
            client.post("/v1/grids", {"id": id, "code": code, "name": "网格", "lead_staff_id": staff_id}).raise_for_status()
        return codes

    def _import(self, half: int, codes: list[str]) -> None:
        """Enter one spreadsheet by registry's worker alone, while it publishes the facts of it; look at its progress and its memory."""
        first = half * self.sizes.sheet
        sheet = sheets.write(COLUMNS, a_sheet(codes, first, self.sizes.sheet))
        if not self.registry.child or self.registry.child.poll() is not None:
            self.registry.start()
        token = self.platform.tokens.sign(Actor("bench", frozenset({Role.ADMINISTRATOR})), "registry")
        headers = {"Authorization": f"Bearer {token}", "Content-Type": sheets.MEDIA, "Idempotency-Key": new_id()}
        self.worker.start()
        started, spent, steps = time.perf_counter(), self._spent(self.worker.child.pid), set()
        answer = requests.post(f"http://127.0.0.1:{self.registry.port}/v1/imports", data=sheet, headers=headers, timeout=60)
        answer.raise_for_status()
        # What follows from the facts is not measured here.
        self.registry.stop()
        process = Process(REGISTRY, load("registry", self.platform.env))
        imports = process.db["imports"]

        def done() -> bool:
            with suppress(PyMongoError):
                row = imports.find_one({"_id": answer.json()["id"]}, {"state": 1, "counts": 1})
                steps.add(row["counts"]["rows"])
                return row["state"] == "DONE"
            # The database is too busy to say.
            return False

        eventually(done, within=PATIENCE, every=0.5)
        took, memory = time.perf_counter() - started, peak_memory(self.worker)
        cpu = self._since(spent, self.worker.child.pid)
        self.worker.stop()
        process.client.close()
        whole = self.sizes.sheet
        note = f"{len(steps - {0})} steps seen, {cpu}"
        self.note(Measured(f"import of {whole:,} residents" + (" beside as many" if half else ""), took, whole, 120, note=note))
        self.note(Measured("its memory", memory / (1 << 20), 1, 200, "MB"))

    def _open_round(self, client: Client) -> None:
        """Open a round over every door by what the worker does for it, without the facts of the imports that are still on their way."""
        today = business_date(datetime.now(UTC))
        body = {"name": "大走访", "scope_grid_ids": self.grids, "opens_on": today.isoformat(), "due_on": (today + timedelta(days=30)).isoformat()}
        round_id = client.post("/v1/census-rounds", body).json()["id"]
        started, spent, steps = time.perf_counter(), self._spent(os.getpid()), set()
        client.post(f"/v1/census-rounds/{round_id}/opening").raise_for_status()
        asked = time.perf_counter() - started
        # What follows from the facts of the imports is not measured here.
        self.registry.stop()
        process = Process(REGISTRY, load("registry", self.platform.env))

        def going_on() -> bool:
            steps.add(process.db["census_rounds"].find_one({"_id": round_id})["opening"]["done"])
            return True

        open_large_rounds(process, datetime.now(UTC), going_on)
        took, cpu = time.perf_counter() - started, self._since(spent, os.getpid())
        listed = process.db["census_targets"].count_documents({"round_id": round_id})
        assert listed == self.sizes.doors, listed
        process.client.close()
        self.note(Measured(f"sweep over {self.sizes.doors:,} doors opened", took, self.sizes.doors, 30, note=f"{len(steps - {0})} steps seen, answered in {asked:.2f} s, {cpu}"))

    def _nights(self) -> None:
        """Owe visits to everybody in care in one night, and find all of them overdue in another."""
        process = Process(OUTREACH, load("outreach", self.platform.env))
        process.prepare()
        began = datetime.now(UTC) - timedelta(days=400)
        process.storage(CareRecipients).add_many(people_in_care(self.grids, self.sizes.owed, began), Cause("bench", "bench", began))
        for label, now in (("owes them", began + timedelta(days=1)), ("finds them late", began + timedelta(days=60)), ("finds nothing new", began + timedelta(days=60, minutes=1))):
            each, spent = [], self._spent(os.getpid())
            for job in JOBS:
                started = time.perf_counter()
                job(process, now)
                each.append((time.perf_counter() - started, job.__name__))
            cpu = self._since(spent, os.getpid())
            owed = process.db["obligations"].count_documents({"open": True})
            slowest = max(each)
            note = f"{owed:,} open, slowest {slowest[1]} {slowest[0]:.1f} s, {cpu}"
            self.note(Measured(f"night that {label}: all clock jobs", sum(took for took, _ in each), self.sizes.owed, 60, note=note))
        obligations = process.storage(Obligations)
        assert obligations._documents.count_documents({"open": True}) >= self.sizes.owed
        process.client.close()

    def _lists(self, service: Service) -> None:
        """Look through every list of a service: its first page and one in its middle."""
        process = Process(service, load(service.name, self.platform.env))
        process.prepare()
        fill(process, self.sizes.others, self.grids)
        running = self.registry if service is REGISTRY else self.platform.service(service.name)
        running.start()
        for one in walk(self.platform.client(running), process, service.name, self.grids):
            name = f"{service.name} {one.path} ({one.who})"
            self.note(Measured(f"{name}: first page", one.first, 1, 0.5, note=one.found), Measured(f"{name}: middle page", one.middle, 1, 0.5, note=f"{one.rows:,} rows seen"))
        running.stop()
        process.client.close()


def a_sheet(codes: list[str], first: int, count: int) -> Iterator[list]:
    """Give rows of residents, two or three behind each door."""
    for number in range(first, first + count):
        door = int(number * DOORS_OF_A_PERSON)
        row = {
            "网格编码": codes[door % len(codes)],
            "小区": "春江",
            "楼号": str(door // 200),
            "房号": str(door % 200),
            "姓名": f"王{chr(0x4E00 + number % 2000)}{chr(0x5000 + number // 2000)}",
            "性别": "女" if number % 2 else "男",
            "出生日期": f"{1930 + number % 80}-{1 + number % 12:02d}-{1 + number % 28:02d}",
            "电话": f"138{number:08d}",
        }
        yield [row.get(column, "") for column in COLUMNS]


def people_in_care(grids: list[str], count: int, since: datetime) -> Iterator[tuple]:
    for number in range(count):
        id = id_from("bench-care", str(number))
        yield CareRecipient(id, grids[number % len(grids)], grounds=(Ground("LIVING_ALONE", since),), categories=("LIVING_ALONE",), in_care=True, unpaired_since=since), ()


def peak_memory(running: Running) -> int:
    """Return the most bytes that a process ever had in memory."""
    assert running.child is not None
    with suppress(OSError):
        for line in Path(f"/proc/{running.child.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) << 10
    return 0


def cpu_seconds(pid: int) -> float:
    """Return the processor time that a process of this machine has taken so far."""
    with suppress(OSError):
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0
