"""The supervisor of `make run`, over programs as small as can be."""

from __future__ import annotations

import os
import signal
import sys
import time

import pytest

from deploy.parts import PortTaken
from deploy.supervisor import Failed, Program, Supervisor
from tests.support.running import a_port

SERVE = """
import http.server, os, signal, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"{}")
def end(*_):
    time.sleep(float(sys.argv[2])); os.write(2, b"ended %d\\n" % time.monotonic_ns()); os._exit(0)
signal.signal(signal.SIGTERM, end)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


class Stage:
    """A supervisor with what it said and a switch to stop it."""

    def __init__(self, folder):
        self.folder, self.said, self.stopping = folder, [], False

    def program(self, name: str, script: str = SERVE, ends_after: float = 0.0, port: int | None = None) -> Program:
        port = port or a_port()
        return Program(name, [sys.executable, "-c", script, str(port), str(ends_after)], dict(os.environ), self.folder / f"{name}.log", port, f"{name.upper()}_PORT")

    def supervise(self, *stages) -> Supervisor:
        return Supervisor(stages, self.said.append, lambda: self.stopping)


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path)


def test_that_the_last_stage_ends_before_the_one_it_needs(stage):
    first, last = stage.program("service"), stage.program("gateway", ends_after=0.3)
    supervisor = stage.supervise([first], [last])
    supervisor.start()
    assert supervisor.wait(20)
    supervisor.stop(8)
    ended = {program.name: int(program.log.read_text().split()[-1]) for program in (first, last)}
    assert ended["gateway"] < ended["service"]
    assert not first.is_running and not last.is_running


def test_that_a_program_that_does_not_end_is_killed_in_time_and_named(stage):
    stubborn, other = stage.program("stubborn", ends_after=60), stage.program("other")
    supervisor = stage.supervise([other], [stubborn])
    supervisor.start()
    assert supervisor.wait(20)
    began = time.monotonic()
    supervisor.stop(2)
    assert time.monotonic() - began < 20, "it did not wait for the minute that the program wanted"
    assert not stubborn.is_running and not other.is_running
    assert [line for line in stage.said if "stubborn did not end in time" in line]


def test_that_a_program_that_dies_is_started_again(stage):
    program = stage.program("service")
    supervisor = stage.supervise([program])
    supervisor.start()
    assert supervisor.wait(20)
    first = program._child.pid
    os.kill(first, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and (not program.is_running or program._child.pid == first):
        supervisor.look()
        time.sleep(0.05)
    assert supervisor.wait(10)
    assert program._child.pid != first
    supervisor.stop(3)
    assert [line for line in stage.said if "service ended by itself" in line]


def test_that_a_program_that_cannot_start_is_given_up_with_its_last_words(stage):
    broken = stage.program("broken", script="raise SystemExit('MONGODB_URI must start with mongodb://')")
    supervisor = stage.supervise([broken])
    supervisor.start()
    with pytest.raises(Failed, match="broken ended 3 times while starting(.|\n)*MONGODB_URI must start"):
        supervisor.wait(30)
    supervisor.stop(1)


def test_that_nothing_starts_when_a_port_is_taken(stage):
    there = stage.program("there")
    supervisor = stage.supervise([there])
    supervisor.start()
    assert supervisor.wait(20)
    one, two = stage.program("one"), stage.program("two", port=there._port)
    with pytest.raises(PortTaken, match="wanted for two, .* TWO_PORT"):
        stage.supervise([one, two]).start()
    assert not one.is_running
    supervisor.stop(3)
