"""One learning service with its worker, in simulated time, as a test runs it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import pytest
from pymongo import MongoClient

from services.common.access import Role
from services.common.broker import Publisher
from services.common.events.outreach import ServiceItemDone, VisitCompleted
from services.common.ids import new_id
from tests.conftest import an_environment
from tests.support.facts import tell
from tests.support.running import Client, Platform, eventually

START = "2025-03-01T09:00:00+08:00"
SECRETARY, STAFF = Role.BRANCH_SECRETARY, "01JD00000000000000000STAFF"


@dataclass
class Learning:
    """The running service and what a test needs to talk to it."""

    platform: Platform
    client: Client
    db: object
    branch: str = ""

    def set_clock(self, now: str) -> None:
        """Make it this moment and wait until every job due up to then has run."""
        self.client.post("/internal/simulation/clock", {"now": now}, roles=(Role.SYSTEM,)).raise_for_status()
        eventually(lambda: self.client.get("/internal/simulation/state", roles=(Role.SYSTEM,)).json()["jobs_done"], why="the clock jobs")

    def post(self, path: str, body=None, status: int | None = None, **who):
        """Post as the secretary of the branch."""
        answer = self.client.post(path, body, **{"roles": (SECRETARY,), "areas": (self.branch,), "staff": STAFF, **who})
        assert answer.status_code == status if status else answer.ok, answer.text
        return answer.json()

    def get(self, path: str, **who):
        """Read as the secretary of the branch."""
        answer = self.client.get(path, **{"roles": (SECRETARY,), "areas": (self.branch,), "staff": STAFF, **who})
        assert answer.ok, answer.text
        return answer.json()

    def found(self) -> str:
        self.branch = self.client.post("/v1/branches", {"name": f"支部 {new_id()}", "founded_on": "2020-07-01"}).json()["id"]
        return self.branch

    def join(self, code: str | None = None, **can) -> str:
        """Enter a member with this circumstance in 2025."""
        member = self.post("/v1/members", {"branch_id": self.branch, "person_id": new_id(), "since": "2021-01-01"}, 201)["id"]
        if code:
            circumstance = {"code": code, "since": "2025-01-01", "until": "2025-12-31", "told_by": "SELF"}
            self.post(f"/v1/members/{member}/circumstances", circumstance, 201)
        self.post(f"/v1/members/{member}/capabilities", {"smartphone": True, "delivery_address": "某路 1 号", **can})
        return member

    def schedule(self, held_at: str = "2025-04-10T14:00:00+08:00", forms=("AUDIO", "VIDEO", "TEXT", "PAPER")) -> str:
        """Draft and schedule a session."""
        draft = {
            "branch_id": self.branch,
            "kind": "TOPIC_STUDY",
            "title": "专题领学",
            "materials": [{"form": form, "title": "课"} for form in forms],
        }
        session = self.post("/v1/study-sessions", draft, 201)["id"]
        self.post(f"/v1/study-sessions/{session}/scheduling", {"held_at": held_at})
        return session

    def rows(self, session: str, **who) -> dict[str, dict]:
        """Return the rows of a session by member."""
        return {row["member_id"]: row for row in self.get(f"/v1/study-sessions/{session}/coverage", limit=200, **who)["items"]}

    def publish(self, fact, subject: str, at: datetime | None = None, id: str | None = None, sequence: int = 1) -> None:
        """Let another service tell a fact."""
        publisher = Publisher(self.platform.env["AMQP_URI"], (50, 100, 200))
        tell(publisher, fact, subject.partition("/")[2], at or datetime.fromisoformat(START), sequence, id=id)
        publisher.drop()

    def teach(self, row: dict, at: str) -> None:
        """Let the member of staff teach the lesson of a row at home."""
        visit, person = new_id(), [row["person_id"]]
        item = ServiceItemDone(no=1, kind="LEARNING_DELIVERY", ref=row["id"], result="DONE")
        how = {"method": "IN_PERSON", "purposes": [], "outcome": "SEEN_WELL", "happened_at": moment(at), "items": [item]}
        made = VisitCompleted(visit_id=visit, person_ids=person, seen_person_ids=person, staff_ids=[STAFF], **how)
        self.publish(made, f"visit/{visit}", at=moment(at))
        eventually(lambda: self.get(f"/v1/coverage/{row['id']}")["state"] == "VERIFIED", why="the visit that taught it")

    def facts(self, session: str) -> list[dict]:
        """Return the facts about a session and its rows, published or not, in the order of their subjects."""
        # The relay moves facts from the outbox to the log, so whoever reads the log last misses none.
        kept = []
        for name in ("study_sessions", "coverage"):
            kept += [(fact["id"], fact) for document in self.db[name].find() for fact in document.get("outbox", ())]
        kept += [(fact["_id"], fact) for fact in self.db["events"].find()]
        facts = [{"name": fact["name"], **json.loads(fact["body"])} for fact in dict(kept).values()]
        return sorted(
            (fact for fact in facts if fact["data"].get("session_id") == session), key=lambda fact: (fact["subject"], fact["sequence"])
        )


@pytest.fixture(scope="module")
def running_learning(tmp_path_factory, keys, broker, mongodb_uri):
    """A learning service and its worker, shared by the tests of a module: each has a branch of its own."""
    with (
        MongoClient(mongodb_uri, tz_aware=True) as mongo,
        an_environment(tmp_path_factory.mktemp("learning"), keys, broker, mongodb_uri, NUANXIN_SIMULATION="1") as platform,
    ):
        service, worker = platform.service("learning"), platform.worker("learning")
        service.start(wait=False), worker.start(wait=False)
        service.wait(), worker.wait()
        yield Learning(platform, platform.client(service), mongo[f"{platform.prefix}learning"])
        assert not platform.failures()


@pytest.fixture
def learning(running_learning):
    """The learning service on 1 March 2025, with a new branch."""
    running_learning.set_clock(START)
    running_learning.found()
    return running_learning


def moment(text: str) -> datetime:
    """Return an aware moment."""
    return datetime.fromisoformat(text)
