"""What the README shows to others is run as it stands there."""

from __future__ import annotations

import re
import subprocess
import sys

from amqp.exceptions import NotFound
from kombu import Connection

from services.common.broker import Publisher, declare_topology
from services.common.events.base import CONTENT_TYPE, decode
from tests.contract.keep_examples import EXAMPLES
from tests.support.running import ROOT, eventually


def test_another_system_hears_of_a_visit_by_the_readmes_lines(platform):
    uri = platform.env["AMQP_URI"]
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    example = sorted((EXAMPLES / "VisitCompleted").glob("*.json"))[0]
    with Connection(uri) as connection:
        declare_topology(connection.channel(), (500,))
    district = subprocess.Popen([sys.executable, "-c", lines], env=platform.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    eventually(lambda: _there(uri, "district.visits"), why="the district's queue")
    publisher = Publisher(uri, (500,))

    def has_heard() -> bool:
        # The queue may be there a moment before it is bound.
        publisher.publish(example.read_bytes(), "outreach.events", "VisitCompleted", content_type=CONTENT_TYPE)
        return district.poll() is not None

    eventually(has_heard, within=60, every=1, why="the district hears of a visit")
    publisher.drop()
    heard, _ = district.communicate(timeout=10)
    fact = decode(example.read_bytes())
    assert heard.split() == [fact.id, fact.subject, str(fact.sequence), fact.data.outcome]


def _there(uri: str, queue: str) -> bool:
    with Connection(uri) as connection:
        try:
            return connection.channel().queue_declare(queue, passive=True).queue == queue
        except NotFound:
            return False
