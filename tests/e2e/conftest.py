"""The whole platform, once for all end-to-end tests: ten processes on free ports, and the story told to them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.story.logins import FILE, Logins
from deploy.story.teller import Journal, Teller, Voice
from services.common.ids import new_id
from services.common.settings import SERVICES
from tests.conftest import an_environment, drop_databases
from tests.e2e.practice import Practice
from tests.support.gateway import RunningGateway
from tests.support.running import ROOT, Platform


@dataclass
class Town:
    """A running platform with its folder of run data."""

    platform: Platform
    var: Path

    @property
    def url(self) -> str:
        return self.platform.env["GATEWAY_URL"]

    @property
    def logins(self) -> Logins:
        return Logins(self.var / FILE)

    def story(self) -> subprocess.CompletedProcess:
        """Tell the story, or what is left of it."""
        return self._run("-m", "deploy.story")

    def nuanxin(self, *arguments: str) -> subprocess.CompletedProcess:
        """Run the command line as an operator beside it would."""
        return self._run("-m", "deploy.cli", *arguments)

    def _run(self, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run([sys.executable, *command], env=self.platform.env, cwd=ROOT, capture_output=True, text=True, timeout=1000)


@pytest.fixture(scope="session")
def empty_town(tmp_path_factory, keys, broker, mongodb_uri):
    """Ten processes in simulated time, and nobody in the community yet."""
    folder = tmp_path_factory.mktemp("town")
    mark = new_id().lower()
    uri = broker.make_vhost(f"t{mark}")
    platform = Platform(folder, keys, uri, mongodb_uri, f"t{mark[-8:]}_", NUANXIN_SIMULATION="1", NUANXIN_VAR=str(folder / "var"))
    (folder / "var").mkdir()
    processes = [platform.service(name) for name in SERVICES] + [platform.worker(name) for name in SERVICES]
    processes += [platform.service("gateway", "gateway.service"), platform.worker("gateway", "gateway.worker")]
    try:
        for process in processes:
            process.start(wait=False)
        for process in processes:
            process.wait(within=90)
        yield Town(platform, folder / "var")
    finally:
        platform.close()
        broker.drop_vhost(f"t{mark}")
        drop_databases(mongodb_uri, platform.prefix)


@pytest.fixture(scope="module")
def practice(tmp_path_factory, keys, broker, mongodb_uri):
    """Another platform in simulated time, for what practitioners ask to see; one for a module, whose clock only goes on."""
    with an_environment(tmp_path_factory.mktemp("practice"), keys, broker, mongodb_uri) as platform:
        platform.env["NUANXIN_SIMULATION"] = "1"
        processes = [platform.service(name) for name in SERVICES] + [platform.worker(name) for name in SERVICES]
        gateway = RunningGateway(platform, attempts_per_address="1000 per minute")
        processes += [gateway.process, platform.worker("gateway", "gateway.worker")]
        for process in processes:
            process.start(wait=False)
        for process in processes:
            process.wait(within=90)
        practice = Practice(gateway)
        practice.at("2025-03-03T09:00:00+08:00")
        yield practice
        logs = platform.logs()
        assert "internal_error" not in logs and "handler_failed" not in logs and "job.failed" not in logs, logs[-6000:]


@pytest.fixture(scope="session")
def town(empty_town):
    """The platform after the story's year."""
    told = empty_town.story()
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]
    return empty_town


@pytest.fixture
def administrator(town) -> Voice:
    """The demo administrator, who only looks."""
    return Teller(town.url, town.logins, Journal(town.var / "tests.journal")).as_("admin")
