"""Broker and database of one's own: what starts also ends, and the faults that tests make are real ones."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import amqp
import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.parts import Broker, Database, NotReady, PortTaken, processes
from tests.support.running import eventually

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """One broker and one database that the tests of this module break and mend."""
    folder = tmp_path_factory.mktemp("parts")
    with Database(folder / "database") as database, Broker(folder / "broker") as broker:
        yield broker, database


def channel(broker: Broker, vhost: str = "nuanxin") -> amqp.Channel:
    connection = amqp.Connection(
        f"127.0.0.1:{broker.ports.amqp}", userid="nuanxin", password=broker.password, virtual_host=vhost, confirm_publish=True, read_timeout=10
    )
    connection.connect()
    return connection.channel()


def using(folder: Path) -> list[str]:
    """Return the command lines of running processes that work in a folder."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and processes.identify(int(entry.name)):
            try:
                if os.readlink(entry / "cwd").startswith(str(folder)):
                    found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
            except OSError:
                continue
    return found


def test_that_a_stopped_broker_leaves_no_process_and_no_listener(tmp_path):
    broker = Broker(tmp_path).start()
    family = [each for child in broker._children for each in processes.tree(child.pid)]
    assert len(family) >= 3 and using(tmp_path)
    broker.stop()
    assert not [each for each in family if processes.is_running(each)]
    assert not using(tmp_path)
    for port in broker.ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_that_the_broker_has_one_user_with_a_password_of_its_own(parts):
    broker, _ = parts
    assert [user["name"] for user in broker.api("GET", "/users")] == ["nuanxin"]
    assert (broker.directory / "rabbitmq.conf").stat().st_mode & 0o077 == 0
    assert (broker.directory / "password").stat().st_mode & 0o077 == 0


def test_that_a_confirmed_message_survives_a_kill_and_not_a_wipe(parts):
    broker, _ = parts
    broker.make_vhost("kept")
    out = channel(broker, "kept")
    out.queue_declare("q", durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
    # A quorum queue that is killed within its first second does not come back: its registration is not yet on the disk.
    time.sleep(2)
    out.basic_publish_confirm(amqp.Message(b"x", delivery_mode=2), routing_key="q")
    out.connection.collect()
    broker.kill()
    broker.start()
    again = channel(broker, "kept")
    eventually(lambda: again.queue_declare("q", passive=True).message_count == 1, why="the message there again")
    again.connection.close()
    broker.kill()
    broker.wipe()
    broker.start()
    empty = channel(broker, "kept")
    connection = empty.connection
    with pytest.raises(amqp.NotFound):
        empty.queue_declare("q", passive=True)
    connection.close()
    broker.drop_vhost("kept")
    broker.drop_vhost("kept")


def test_that_a_frozen_broker_is_mute_and_goes_on_when_thawed(parts):
    broker, _ = parts
    broker.freeze()
    try:
        with pytest.raises(OSError):
            broker.probe()
    finally:
        broker.thaw()
    broker.wait(20)


def test_that_an_acknowledged_write_survives_killing_the_database(parts):
    _, database = parts
    with MongoClient(database.uri("kill"), w="majority", journal=True, timeoutMS=3000) as client:
        rows = client.get_default_database()["rows"]
        for number in range(50):
            rows.insert_one({"_id": number})
        database.kill()
        with pytest.raises(PyMongoError):
            rows.insert_one({"_id": 50})
        database.start()
        assert rows.count_documents({"_id": {"$lt": 50}}) == 50


def test_that_a_taken_port_is_named_with_the_variable_to_change(parts, tmp_path):
    broker, database = parts
    with pytest.raises(PortTaken, match=rf"Port {database.port}, .* DATABASE_PORT"):
        Database(tmp_path, database.port).start()
    with pytest.raises(PortTaken, match=rf"Port {broker.ports.amqp}, .* BROKER_PORT"):
        Broker(tmp_path, broker.ports).start()


def test_that_two_cannot_run_on_the_same_data(parts):
    _, database = parts
    with pytest.raises(NotReady, match="already run"):
        Database(database.directory).start()


def test_that_data_are_not_deleted_under_a_running_program(parts):
    _, database = parts
    with pytest.raises(RuntimeError, match="runs"):
        database.wipe()


def test_that_the_parts_end_with_a_starter_that_is_killed(tmp_path):
    script = "import sys, time; from deploy.parts import Database; Database(sys.argv[1]).start(); print('up', flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE) as starter:
        assert starter.stdout.readline() == b"up\n"
        assert using(tmp_path)
        starter.send_signal(signal.SIGKILL)
    eventually(lambda: not using(tmp_path), why="the database ended")
    with Database(tmp_path) as database:
        database.probe()
