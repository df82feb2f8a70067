"""Outreach as it runs: service and worker in simulated time, and a register that tells it what it needs to know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import msgspec
import pytest
from pymongo import MongoClient

from services.common.access import Role
from services.common.broker import Publisher
from services.common.events.base import Event
from services.common.events.registry import CaseFileOpened, ClassificationChanged, GridDefined, PersonRegistered
from services.common.ids import new_id
from tests.conftest import an_environment
from tests.support.facts import tell
from tests.support.running import Client, Platform, eventually

START = datetime.fromisoformat("2025-03-01T09:00:00+08:00")


@dataclass
class Outreach:
    """The running service and what a test needs to talk to it."""

    platform: Platform
    client: Client
    publisher: Publisher
    db: object
    now: datetime = START
    sequences: Counter = field(default_factory=Counter)

    def set_clock(self, now: datetime) -> None:
        """Make it this moment and wait until every job due up to then has run, with all that follows."""
        self.now = now
        self.client.post("/internal/simulation/clock", {"now": now.isoformat()}, roles=(Role.SYSTEM,)).raise_for_status()
        self.settle()

    def pass_days(self, days: float) -> None:
        self.set_clock(self.now + timedelta(days=days))

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self.client.settle()

    def tell(self, event: Event, subject: str, grid: str | None = None) -> None:
        """Publish a fact as the register's relay would."""
        self.sequences[subject] += 1
        tell(self.publisher, event, subject, self.now, self.sequences[subject], grid)

    def a_grid(self, lead: str | None = None) -> str:
        grid = new_id()
        self.tell(GridDefined(grid_id=grid, code=grid[-6:], lead_staff_id=lead), grid)
        return grid

    def a_person(self, grid: str, tier: str = "GENERAL") -> str:
        """Register an elder who lives alone, with a case file where the tier asks for one; return when outreach knows."""
        person = new_id()
        if tier != "GENERAL":
            file = new_id()
            self.tell(CaseFileOpened(case_file_id=file, person_id=person, risk_tier=tier, opened_by="ROUND"), file, grid)
        self.tell(PersonRegistered(person_id=person), person, grid)
        # Facts about different subjects may be handled in any order, and a tier that comes last would move the first day.
        eventually(lambda: self.get(f"/v1/care-recipients/{person}")["tier"] == tier, why="the tier")
        alone = ClassificationChanged(person_id=person, code="LIVING_ALONE", holds=True, since=date(2020, 1, 1), basis="DERIVED")
        self.tell(alone, person, grid)
        eventually(lambda: self.owed(person), why="the first obligation")
        return person

    def get(self, path: str, **who):
        answer = self.client.get(path, **who)
        assert answer.ok, answer.text
        return answer.json()

    def post(self, path: str, body=None, status: int | None = None, **who):
        answer = self.client.post(path, body, **who)
        assert answer.status_code == status if status else answer.ok, answer.text
        return answer.json()

    def owed(self, person: str) -> list[dict]:
        """Return what is owed to a person now."""
        return self.get("/v1/obligations", person_id=person, open=True)["items"]

    def pair(self, person: str, staff: str, grid: str, role: str = "PRIMARY") -> str:
        """Propose a pairing and let the member of staff accept it."""
        pairing = self.post("/v1/pairings", {"person_id": person, "staff_id": staff, "role": role}, 201)["id"]
        self.post(f"/v1/pairings/{pairing}/acceptance", **worker(staff, grid))
        self.settle()
        return pairing

    def visit(self, persons: list[str], staff: str, grid: str, status: int = 201, **report):
        """Record a visit; by default one in which the first person was seen well."""
        usual = {
            "person_ids": persons,
            "method": "IN_PERSON",
            "outcome": "SEEN_WELL",
            "happened_at": self.now.isoformat(),
            "seen_person_ids": persons[:1],
            "items": [{"kind": "DAILY_LIFE"}, {"kind": "EMOTIONAL"}],
        }
        body = {name: value for name, value in {**usual, **report}.items() if value is not None}
        return self.post("/v1/visits", body, status, **worker(staff, grid))

    def facts(self, subject: str) -> list[tuple[str, int, dict]]:
        """Return what was published about a subject, in order."""
        rows = self.db["events"].find({"subject": subject}).sort("sequence", 1)
        return [(row["name"], row["sequence"], msgspec.json.decode(row["body"])) for row in rows]


def worker(staff: str, *grids: str) -> dict:
    return {"roles": (Role.WORKER,), "areas": grids, "staff": staff, "actor": staff}


def lead(staff: str, *grids: str) -> dict:
    return {"roles": (Role.GRID_LEAD,), "areas": grids, "staff": staff, "actor": staff}


def auditor() -> dict:
    return {"roles": (Role.AUDITOR,), "actor": "auditor"}


@pytest.fixture(scope="module")
def outreach(tmp_path_factory, keys, broker, mongodb_uri):
    """Outreach and its worker on 1 March 2025, once for the tests of a module, whose clock only goes on."""
    with (
        MongoClient(mongodb_uri, tz_aware=True) as mongo,
        an_environment(tmp_path_factory.mktemp("outreach"), keys, broker, mongodb_uri, NUANXIN_SIMULATION="1") as platform,
    ):
        service, worker = platform.service("outreach"), platform.worker("outreach")
        service.start(wait=False), worker.start(wait=False)
        service.wait(), worker.wait()
        publisher = Publisher(platform.env["AMQP_URI"], (50, 100, 200))
        running = Outreach(platform, platform.client(service), publisher, mongo[f"{platform.prefix}outreach"])
        publisher.channel()
        running.set_clock(START)
        yield running
        publisher.drop()
        assert not platform.failures()
