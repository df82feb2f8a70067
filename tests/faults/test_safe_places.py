"""A fact is always in a safe place: whatever fails between two steps of the inbox, its next delivery finds it (P3, P5, P6, P8)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import msgspec
import pytest

from services.common.broker import Publisher, inbox_queue, parked_queue, replay_queue
from services.common.events.base import CONTENT_TYPE, ContractViolation, decode
from services.common.ids import new_id
from services.common.inbox import Delivery, Inbox
from services.common.parked import ParkedMessages
from services.common.process import Process
from services.common.relay import Relay, ReplayRequested
from services.common.settings import load
from tests.faults.test_delivery import a_fact
from tests.support.small import OUTREACH, REGISTRY


class Follower:
    """The follower's inbox without its process: messages are handed to it one by one."""

    def __init__(self, platform):
        self.process = Process(OUTREACH, load("outreach", platform.env))
        self.applied: list[int] = []
        self.refusal: Exception | None = None
        self.meanwhile = None
        self.inbox = self.another()
        self.rows = self.process.db["inbox"]
        self.publisher = Publisher(self.process.settings.amqp_uri, self.process.settings.ladder)
        self.publisher.channel()
        self.parked = ParkedMessages(self.process)

    def another(self) -> Inbox:
        """Return the inbox of one more process of the same service."""
        return Inbox(self.process, {"GridDefined": [self._handle]})

    def _handle(self, event) -> None:
        if self.refusal:
            raise self.refusal
        self.applied.append(event.sequence)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()

    def take(self, body: bytes, headers: dict | None = None, by: Inbox | None = None) -> bool:
        return (by or self.inbox)._settle(Delivery(1, 0, body, CONTENT_TYPE, headers or {}, decode(body)))

    def close(self) -> None:
        self.publisher.drop()
        self.inbox._publisher.drop()
        self.process.client.close()


@pytest.fixture
def follower(platform):
    follower = Follower(platform)
    yield follower
    follower.close()


@pytest.fixture
def grid_id() -> str:
    return new_id()


@pytest.mark.promise("P6")
def test_a_fact_that_could_not_be_parked_is_parked_at_its_next_delivery(follower, grid_id, monkeypatch):
    body, follower.refusal = a_fact(grid_id, 1, "one"), ContractViolation("bad")
    with monkeypatch.context() as broken:
        broken.setattr(follower.inbox._publisher, "publish", partial(_fail, ConnectionError()))
        with pytest.raises(ConnectionError):
            follower.take(body)

    assert follower.take(body)

    assert [message.sequence for message in follower.parked.list()] == [1]


@pytest.mark.promise("P8")
def test_a_parked_fact_comes_again_from_the_log_when_the_broker_lost_it(follower, grid_id, platform):
    body, follower.refusal = a_fact(grid_id, 1, "one"), ContractViolation("bad")
    follower.take(body)
    follower.publisher.channel().queue_purge(parked_queue("outreach"))
    follower.refusal = None
    owner = Process(REGISTRY, load("registry", platform.env))
    owner.db["events"].insert_one({"_id": new_id(), "subject": f"grid/{grid_id}", "sequence": 1, "published_at": datetime.now(UTC), "body": body})
    relay = Relay(owner)

    assert relay.replay(ReplayRequested(to=inbox_queue("outreach"))) == 1

    relay._publisher.drop()
    owner.client.close()
    message = follower.publisher.channel().basic_get(inbox_queue("outreach"), no_ack=True)
    follower.take(message.body, message.headers)
    assert follower.applied == [1]


@pytest.mark.promise("P5")
def test_a_request_for_facts_that_nobody_can_serve_stands_before_no_other(follower, platform):
    owner = Process(REGISTRY, load("registry", platform.env))
    relay = Relay(owner)
    request = msgspec.json.encode(ReplayRequested(to="no.such.queue"))
    for body in (request, b"nonsense"):
        follower.publisher.publish(body, "", replay_queue("registry"), content_type="application/json")

    assert [relay._serve_replays() for _ in range(3)] == [1, 1, 0]

    relay._publisher.drop()
    owner.client.close()


@pytest.mark.promise("P5")
def test_a_fact_that_was_lost_on_the_ladder_is_asked_for(follower, grid_id):
    follower.refusal = RuntimeError()
    follower.take(a_fact(grid_id, 1, "one"))
    follower.take(a_fact(grid_id, 2, "two"))
    subject, long_ago = f"grid/{grid_id}", datetime.now(UTC) - timedelta(minutes=5)
    follower.rows.update_one({"_id": subject}, {"$set": {"held_since": long_ago}})
    assert follower.inbox.ledger.waiting() == []

    follower.rows.update_one({"_id": subject}, {"$set": {"failing": long_ago}})

    assert [row["_id"] for row in follower.inbox.ledger.waiting()] == [subject]


@pytest.mark.promise("P5")
def test_who_died_after_the_last_held_fact_keeps_nobody_from_working(follower, grid_id):
    long_ago = datetime.now(UTC) - timedelta(minutes=5)
    follower.rows.insert_one({"_id": f"grid/{grid_id}", "applied": 2, "held": {}, "held_since": long_ago})

    follower.inbox._ask_for_missing()

    assert follower.rows.find_one({"_id": f"grid/{grid_id}"}) == {"_id": f"grid/{grid_id}", "applied": 2}


@pytest.mark.promise("P5")
def test_a_fact_held_by_another_process_meanwhile_is_released(follower, grid_id):
    another = follower.another()
    follower.meanwhile = partial(follower.take, a_fact(grid_id, 2, "two"), by=another)

    follower.take(a_fact(grid_id, 1, "one"))

    assert follower.applied == [1, 2]
    assert follower.rows.find_one({"_id": f"grid/{grid_id}"}) == {"_id": f"grid/{grid_id}", "applied": 2}


@pytest.mark.promise("P5")
def test_a_mark_set_by_another_process_meanwhile_does_not_outlive_its_fact(follower, grid_id):
    subject = f"grid/{grid_id}"
    follower.meanwhile = lambda: follower.inbox.ledger.park(subject, 1, "failed elsewhere")

    follower.take(a_fact(grid_id, 1, "one"))

    assert follower.rows.find_one({"_id": subject}) == {"_id": subject, "applied": 1}


@pytest.mark.promise("P6")
def test_a_held_fact_that_was_parked_and_discarded_is_held_no_more(follower, grid_id):
    follower.take(a_fact(grid_id, 2, "two"))

    def refuse_from_now_on():
        follower.refusal = ContractViolation("bad")

    follower.meanwhile = refuse_from_now_on
    follower.take(a_fact(grid_id, 1, "one"))
    assert [message.sequence for message in follower.parked.list()] == [2]

    assert follower.parked.discard(lambda message: True) == 1

    assert follower.rows.find_one({"_id": f"grid/{grid_id}"})["held"] == {}


def _fail(error: Exception, *args, **kwargs):
    raise error
