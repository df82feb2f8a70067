"""The same handlers on plain threads, without nameko and eventlet: leaving eventlet is a change of configuration."""

from __future__ import annotations

import threading

import pytest

from services.common.plain import plain_inbox
from tests.support.running import eventually
from tests.support.small import Counts
from tests.support.small_fixture import Small


@pytest.fixture
def small(platform):
    """The publisher as ever, and the follower on plain threads in this process."""
    small = Small(platform)
    small.registry.start(wait=False)
    small.registry_worker.start(wait=False)
    process = small.process_of("outreach")
    process.prepare()
    small.registry.wait()
    small.registry_worker.wait()
    inbox = plain_inbox(process)
    thread = threading.Thread(target=inbox.run)
    thread.start()
    yield small
    inbox.stop()
    thread.join(10)
    for opened in small.opened.values():
        opened.client.close()


def test_handlers_run_on_plain_threads_as_they_do_under_nameko(small):
    good, failing = small.define("A"), small.define("fails-2-")
    for number in range(5):
        small.rename(good, f"A{number}")

    rows = small.process_of("outreach").storage(Counts)._documents
    eventually(lambda: (row := rows.find_one({"_id": good})) and row["codes"] == ["A", *(f"A{number}" for number in range(5))])
    eventually(lambda: (row := rows.find_one({"_id": failing})) and row["codes"] == ["fails-2-"])
