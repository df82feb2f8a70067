"""Stopping in good order: what was begun is finished, and nothing is delivered or answered twice."""

from __future__ import annotations

import threading

import pytest

from services.common.broker import connect, inbox_queue
from services.common.events.base import decode
from tests.support.running import eventually


@pytest.mark.promise("P3")
def test_a_stopped_follower_leaves_nothing_half_done(small):
    grid_ids = [small.define(f"G{number}") for number in range(5)]
    stop = threading.Event()

    def rename() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            small.rename(grid_ids[number % 5], f"N{number}")

    load = threading.Thread(target=rename)
    load.start()
    eventually(lambda: len(small.codes(grid_ids[0])) > 2)
    exit_code = small.outreach.stop()
    stop.set()
    load.join()

    assert exit_code == 0
    # The broker may send one more just when it is told to stop, which is given back untouched; what was begun is finished.
    given_back = [decode(message.body) for message in peek(small, "outreach") if message.delivery_info["redelivered"]]
    rows = {row["_id"]: row for row in small.process_of("outreach").db["inbox"].find()}
    assert [fact.sequence for fact in given_back if fact.sequence <= rows[fact.subject]["applied"] or str(fact.sequence) in rows[fact.subject].get("held", {})] == []
    small.outreach.start()
    for grid_id in grid_ids:
        grid = small.publisher.get(f"/v1/grids/{grid_id}").json()
        eventually(lambda grid=grid: len(small.codes(grid["id"])) == grid["version"])


@pytest.mark.promise("P7")
def test_a_stopped_service_answers_what_it_had_taken(small):
    grid_id = small.define("A")
    answers: list[int] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            try:
                answers.append(small.publisher.get(f"/v1/grids/{grid_id}").status_code)
            except Exception as error:
                answers.append(0 if "Connection refused" in str(error) else -1)

    load = threading.Thread(target=ask)
    load.start()
    eventually(lambda: len(answers) > 20)
    assert small.registry.stop() == 0
    stop.set()
    load.join()

    assert set(answers) <= {200, 0, -1}
    assert answers.count(-1) <= 1


def peek(small, service: str) -> list:
    """Return the messages that wait in an inbox, and leave them there."""
    with connect(small.process_of(service).settings.amqp_uri) as connection:
        channel = connection.channel()
        channel.auto_decode = False
        messages = []
        while (message := channel.basic_get(inbox_queue(service), no_ack=False)) is not None:
            messages.append(message)
        return messages
