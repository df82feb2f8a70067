"""What becomes of messages that come twice, out of order, too often, broken, or to a handler with a defect (P3, P5, P6)."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from services.common.broker import Publisher, inbox_queue
from services.common.events.base import CATALOGUE, CONTENT_TYPE, CloudEvent, encode
from services.common.events.registry import GridDefined
from services.common.ids import new_id
from services.common.parked import ParkedMessages
from tests.support.running import eventually


class Hands:
    """Puts messages into the follower's inbox by hand."""

    def __init__(self, small):
        settings = small.process_of("outreach").settings
        self._publisher = Publisher(settings.amqp_uri, settings.ladder)

    def send(self, body: bytes, content_type: str = CONTENT_TYPE, headers: dict | None = None) -> None:
        self._publisher.publish(body, "", inbox_queue("outreach"), headers=headers, content_type=content_type)

    def close(self) -> None:
        self._publisher.drop()


@pytest.fixture
def hands(small):
    hands = Hands(small)
    yield hands
    hands.close()


def a_fact(grid_id: str, sequence: int, code: str) -> bytes:
    now = datetime.now(UTC)
    return encode(
        CloudEvent(
            id=new_id(),
            type=CATALOGUE["GridDefined"],
            subject=f"grid/{grid_id}",
            time=now,
            sequence=sequence,
            effective_on=now.date(),
            community="test",
            grid=None,
            actor_kind="staff",
            correlation_id="test",
            causation_id=None,
            data=GridDefined(grid_id=grid_id, code=code),
        )
    )


@pytest.mark.promise("P3")
@pytest.mark.promise("P5")
@pytest.mark.parametrize("seed", [1, 2])
def test_a_shuffled_history_delivered_three_times_has_the_effect_of_the_history(small, hands, seed):
    grids = [new_id() for _ in range(6)]
    history = [a_fact(grid, sequence, f"{grid}-{sequence}") for grid in grids for sequence in range(1, 9)] * 3
    random.Random(seed).shuffle(history)

    for body in history:
        hands.send(body)

    for grid in grids:
        eventually(lambda grid=grid: small.codes(grid) == [f"{grid}-{n}" for n in range(1, 9)], within=40)
    kept, subjects = small.process_of("outreach").db["inbox"], [f"grid/{grid}" for grid in grids]
    eventually(lambda: [(row["applied"], row.get("held") or None) for row in kept.find({"_id": {"$in": subjects}})] == [(8, None)] * 6, why="the ledger")


@pytest.mark.promise("P5")
def test_a_missing_fact_is_asked_for_from_its_publishers_log(small, hands):
    grid_id = small.define("one")
    eventually(lambda: small.codes(grid_id) == ["one"])
    small.outreach.stop()
    small.rename(grid_id, "two")
    purge(small, "outreach")
    small.outreach.start()

    small.rename(grid_id, "three")

    eventually(lambda: small.codes(grid_id) == ["one", "two", "three"], within=30)


@pytest.mark.promise("P6")
def test_a_handler_that_fails_twice_then_works_has_one_effect(small):
    grid_id = small.define("fails-2-")

    eventually(lambda: small.codes(grid_id) == ["fails-2-"])
    assert ParkedMessages(small.process_of("outreach")).list() == []


@pytest.mark.promise("P6")
def test_a_handler_that_always_fails_is_parked_with_its_reason_and_replayed_after_the_fix(small, tmp_path):
    mended = tmp_path / "mended"
    small.outreach.stop()
    small.outreach.start(NUANXIN_TEST_MENDED=str(mended))
    bad = small.define("fails-99-")
    small.rename(bad, "behind it")
    good = small.define("good")
    parked = ParkedMessages(small.process_of("outreach"))

    eventually(lambda: small.codes(good) == ["good"])
    found = eventually(lambda: parked.list())

    assert [(message.event, message.subject, message.sequence) for message in found] == [("GridDefined", f"grid/{bad}", 1)]
    assert found[0].reason.startswith("RuntimeError at") and "13812345678" not in found[0].reason
    assert found[0].attempts == 4
    assert small.codes(bad) == []

    mended.touch()
    assert parked.replay(lambda message: message.subject == f"grid/{bad}") == 1

    eventually(lambda: small.codes(bad) == ["fails-99-", "behind it"], within=30)
    assert parked.list() == []


@pytest.mark.promise("P6")
def test_a_parked_fact_that_is_discarded_lets_those_behind_it_go_on(small):
    bad = small.define("fails-99-")
    parked = ParkedMessages(small.process_of("outreach"))
    eventually(lambda: parked.list())

    assert parked.discard(lambda message: True) == 1
    small.rename(bad, "behind it")

    eventually(lambda: small.codes(bad) == ["behind it"], within=30)


@pytest.mark.promise("P6")
def test_a_fact_that_cannot_be_read_waits_parked_and_can_be_discarded(small, hands):
    grid_id = new_id()
    parked = ParkedMessages(small.process_of("outreach"))
    hands.send(a_fact(grid_id, 2, "behind it"))
    eventually(lambda: small.process_of("outreach").db["inbox"].find_one({"_id": f"grid/{grid_id}", "held.2": {"$exists": True}}))
    hands.send(a_fact(grid_id, 1, "x").replace(b'"code":"x"', b'"kode":"x"'))

    found = eventually(lambda: parked.list())
    assert [(message.subject, message.sequence) for message in found] == [(f"grid/{grid_id}", 1)]
    kept = small.process_of("outreach").db["inbox"]
    eventually(lambda: kept.find_one({"_id": f"grid/{grid_id}"})["parked"]["sequence"] == 1, why="the ledger")
    assert parked.discard(lambda message: True) == 1
    hands.send(a_fact(grid_id, 3, "and one more"))

    eventually(lambda: small.codes(grid_id) == ["behind it", "and one more"], within=30)


GARBAGE = {
    "not JSON": (b"{", CONTENT_TYPE, {}),
    "bad UTF-8": (b'{"id": "\xff\xfe"}', CONTENT_TYPE, {}),
    "NaN": (b'{"sequence": NaN}', CONTENT_TYPE, {}),
    "a list": (b"[]", CONTENT_TYPE, {}),
    "nothing": (b"", CONTENT_TYPE, {}),
    "deep": (b"[" * 50_000, CONTENT_TYPE, {}),
    "pickle": (b"\x80\x04\x95\x10.", "application/x-python-serialize", {}),
    "text": (b"hello", "text/plain", {}),
    "large": (b'"' + b"x" * 400_000 + b'"', CONTENT_TYPE, {}),
    "unknown event": (a_fact(new_id(), 1, "x").replace(b"GridDefined", b"GridExploded"), CONTENT_TYPE, {}),
    "missing field": (a_fact(new_id(), 1, "x").replace(b'"code":"x"', b'"kode":"x"'), CONTENT_TYPE, {}),
    "another's name": (a_fact(new_id(), 1, "x").replace(b"nuanxin.registry.", b"nuanxin.learning."), CONTENT_TYPE, {}),
    "sequence zero": (a_fact(new_id(), 0, "x"), CONTENT_TYPE, {}),
    "hostile attempt": (a_fact(new_id(), 1, "x"), CONTENT_TYPE, {"x-attempt": "very many"}),
    "call stack": (b"{}", "application/json", {"nameko.call_id_stack": 5}),
    "compressed": (b"\x1f\x8b" + b"0" * 100, CONTENT_TYPE, {"compression": "application/x-gzip"}),
    "an ID number": (b'{"id_no": "110105194912310021"', CONTENT_TYPE, {}),
}


@pytest.mark.promise("P6")
@pytest.mark.promise("P10")
def test_garbage_is_parked_with_its_reason_and_the_consumer_lives(small, hands):
    parked = ParkedMessages(small.process_of("outreach"))

    for body, content_type, headers in GARBAGE.values():
        hands.send(body, content_type, headers)

    found = eventually(lambda: len(messages := parked.list()) == len(GARBAGE) and messages, within=30)
    assert all(message.reason for message in found)
    assert sorted(message.body for message in found) == sorted(body for body, _, _ in GARBAGE.values())
    grid_id = small.define("alive")
    eventually(lambda: small.codes(grid_id) == ["alive"])
    assert "110105194912310021" not in small.platform.logs()


@pytest.mark.promise("P6")
def test_what_was_published_is_applied_duplicate_or_parked_to_the_unit(small, hands):
    grids = [small.define(f"G{number}") for number in range(10)]
    for grid_id in grids:
        eventually(lambda grid_id=grid_id: small.codes(grid_id))
    log = small.process_of("registry").db["events"]
    entries = eventually(lambda: len(found := list(log.find())) == 10 and found, why="all ten in the log")
    for entry in entries:
        hands.send(bytes(entry["body"]))
    hands.send(b"broken")
    small.define("fails-99-")

    eventually(lambda: outcomes(small) == {"applied": 10, "duplicate": 10, "parked": 2, "retried": 3}, within=30)


def outcomes(small) -> dict[str, int]:
    """Return the follower's counts of what became of its messages."""
    lines = small.follower.session.get(small.follower.url + "/metrics", timeout=5).text.splitlines()
    found = [line.rsplit(" ", 1) for line in lines if line.startswith("nuanxin_inbox_total{")]
    return {name.split('outcome="')[1].split('"')[0]: int(float(value)) for name, value in found}


def purge(small, service: str) -> None:
    """Lose what lies in an inbox, as a broken disk would, once it has arrived there."""
    publisher = Publisher(small.process_of(service).settings.amqp_uri, small.process_of(service).settings.ladder)
    eventually(lambda: publisher.channel().queue_purge(inbox_queue(service)))
    publisher.drop()
