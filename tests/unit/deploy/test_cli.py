"""The command line explains itself and says what is missing."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from deploy.cli import nuanxin
from deploy.environment import MEMORY, environment, recall, remember


@pytest.fixture
def run(monkeypatch, tmp_path):
    monkeypatch.setenv("NUANXIN_VAR", str(tmp_path))
    for name in ("AMQP_URI", "MONGODB_URI"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*arguments):
        # What the command line puts into the environment ends with the test.
        with monkeypatch.context() as inner:
            inner.setattr("os.environ", dict(__import__("os").environ))
            return CliRunner().invoke(nuanxin, arguments)

    return invoke


def commands(group, path=()):
    for name, command in group.commands.items():
        yield (*path, name)
        if hasattr(command, "commands"):
            yield from commands(command, (*path, name))


@pytest.mark.parametrize("path", [(), *commands(nuanxin)], ids=" ".join)
def test_that_every_command_explains_itself(run, path):
    shown = run(*path, "--help")
    assert shown.exit_code == 0 and "Usage: " in shown.output
    assert "..." not in shown.output.replace("]...", "").replace("ARGS...", "").replace("01JD....", "")


@pytest.mark.parametrize("arguments", [("parked", "list"), ("replay", "registry"), ("rebuild", "gateway")])
def test_that_what_needs_broker_and_database_says_so(run, arguments):
    refused = run(*arguments)
    assert refused.exit_code == 1 and "AMQP_URI and MONGODB_URI must be set" in refused.output


def test_that_messages_are_chosen_in_one_way_only(run, monkeypatch):
    monkeypatch.setattr("deploy.cli.parked_of", lambda service: pytest.fail("nothing may be taken"))
    for arguments in (("parked", "replay", "outreach"), ("parked", "replay", "outreach", "1", "--all")):
        assert "Name messages by their numbers, or say --all." in run(*arguments).output


def test_that_events_and_keys_need_nothing_that_runs(run, tmp_path):
    assert "VisitCompleted" in run("events").output
    assert run("keys").exit_code == 0 and (tmp_path / "keys" / "master.key").is_file()


def test_that_the_command_line_finds_how_the_platform_runs(tmp_path):
    remember(tmp_path, environment(tmp_path, given={"GATEWAY_PORT": "8000", "AMQP_URI": "amqp://here", "HOME": "/root"}))
    assert (tmp_path / MEMORY).stat().st_mode & 0o777 == 0o600
    found = recall(tmp_path, given={"NUANXIN_LOG_LEVEL": "DEBUG"})
    assert (found["GATEWAY_URL"], found["AMQP_URI"], found["NUANXIN_LOG_LEVEL"]) == ("http://127.0.0.1:8000", "amqp://here", "DEBUG")
    assert "HOME" not in found
