"""Rebuilds the read models from the publishers' logs: `python -m gateway.views.rebuild`.

The gateway may be running: its inbox waits while the rows are dropped, then takes every fact anew, each in the order
of its subject. What the views say until then says how far they are.
"""

from __future__ import annotations

import sys
import time

import msgspec

from gateway.views.freshness import Freshness
from gateway.views.projection import Projector
from gateway.views.read_models import ReadModel
from services.common.broker import Publisher, connect, declare_topology, inbox_queue, replay_queue
from services.common.events import CATALOGUE
from services.common.process import Process
from services.common.relay import ReplayRequested

SETTLE_SECONDS = 6.0
"""Longer than a process may believe that the read models are open, and than a write under way may take."""


def rebuild(process: Process, settle_seconds: float = SETTLE_SECONDS) -> dict[str, int]:
    """Drop the read models and ask every publisher for all its facts; return how far each subject was before."""
    projector = process.storage(Projector)
    projector.close()
    try:
        time.sleep(settle_seconds)
        inbox = process.db["inbox"]
        before = {row["_id"]: row["applied"] for row in inbox.find({"applied": {"$gt": 0}}, {"applied": 1})}
        # The inbox's memory goes first: should this end half-way, whatever comes next is held and asked for again.
        inbox.delete_many({})
        for model in read_models(process):
            model.drop()
        process.prepare()
    finally:
        projector.open()
    ask_for_everything(process)
    return before


def read_models(process: Process) -> list:
    """Return every read model of the process; nothing else in its database is touched."""
    return [process.storage(cls) for cls in process.service.storages if issubclass(cls, ReadModel | Freshness)]


def ask_for_everything(process: Process) -> None:
    """Ask every publisher for all facts of its log."""
    publisher = Publisher(process.settings.amqp_uri, process.settings.ladder)
    request = msgspec.json.encode(ReplayRequested(to=inbox_queue(process.service.name)))
    try:
        for name in sorted({kind.publisher for kind in CATALOGUE.values()}):
            publisher.publish(request, "", replay_queue(name), content_type="application/json")
    finally:
        publisher.drop()


def wait_until_caught_up(process: Process, before: dict[str, int], within: float = 600.0) -> bool:
    """Wait until every subject is at least as far as it was and nothing is queued; say whether that came true."""
    deadline, quiet = time.monotonic() + within, 0
    while time.monotonic() < deadline:
        quiet = quiet + 1 if _is_caught_up(process, before) else 0
        if quiet == 3:
            return True
        time.sleep(0.3)
    return False


def _is_caught_up(process: Process, before: dict[str, int]) -> bool:
    rows = {row["_id"]: row for row in process.db["inbox"].find({}, {"applied": 1, "held_since": 1})}
    if any(rows.get(subject, {"applied": 0})["applied"] < applied for subject, applied in before.items()):
        return False
    if any("held_since" in row for row in rows.values()):
        return False
    with connect(process.settings.amqp_uri) as connection:
        channel = connection.channel()
        declare_topology(channel, process.settings.ladder)
        names = [inbox_queue(process.service.name), *(replay_queue(name) for name in {kind.publisher for kind in CATALOGUE.values()})]
        return all(channel.queue_declare(name, passive=True).message_count == 0 for name in names)


def main() -> None:
    """Rebuild, wait, and say what came of it."""
    from gateway.views import VIEWS
    from services.common.settings import load

    process = Process(VIEWS, load("gateway"))
    before = rebuild(process)
    print(f"The read models were dropped; {len(before)} subjects are read anew from the logs ...", flush=True)
    if not wait_until_caught_up(process, before):
        sys.exit("Not all facts have come again; is every service with its worker running, and the gateway?")
    print("The read models are rebuilt.")


if __name__ == "__main__":
    main()
