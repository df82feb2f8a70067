"""The whole platform, once for all end-to-end tests: ten processes on free ports, and the story told to them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.story.logins import FILE, Logins
from deploy.story.teller import Journal, Teller, Voice
from services.common.settings import SERVICES
from tests.conftest import an_environment
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


@pytest.fixture(scope="module")
def empty_town(tmp_path_factory, keys, broker, mongodb_uri):
    """Ten processes in simulated time, and nobody in the community yet."""
    folder = tmp_path_factory.mktemp("town")
    var = folder / "var"
    var.mkdir()
    with an_environment(folder, keys, broker, mongodb_uri, NUANXIN_SIMULATION="1", NUANXIN_VAR=str(var)) as platform:
        processes = [platform.service(name) for name in SERVICES] + [platform.worker(name) for name in SERVICES]
        processes += [platform.service("gateway", "gateway.service"), platform.worker("gateway", "gateway.worker")]
        for process in processes:
            process.start(wait=False)
        for process in processes:
            process.wait()
        yield Town(platform, var)


@pytest.fixture(scope="module")
def practice(tmp_path_factory, keys, broker, mongodb_uri):
    """Another platform in simulated time, for what practitioners ask to see; one for a module, whose clock only goes on."""
    with an_environment(tmp_path_factory.mktemp("practice"), keys, broker, mongodb_uri, NUANXIN_SIMULATION="1") as platform:
        processes = [platform.service(name) for name in SERVICES] + [platform.worker(name) for name in SERVICES]
        gateway = RunningGateway(platform, attempts_per_address="1000 per minute")
        processes += [gateway.process, platform.worker("gateway", "gateway.worker")]
        for process in processes:
            process.start(wait=False)
        for process in processes:
            process.wait()
        practice = Practice(gateway)
        practice.at("2025-03-03T09:00:00+08:00")
        yield practice
        assert not platform.failures()


@pytest.fixture(scope="module")
def town(empty_town):
    """The platform after the story's year."""
    told = empty_town.story()
    assert told.returncode == 0, told.stdout[-3000:] + told.stderr[-3000:]
    return empty_town


@pytest.fixture
def administrator(town) -> Voice:
    """The demo administrator, who only looks."""
    return Teller(town.url, town.logins, Journal(town.var / "tests.journal")).as_("admin")
