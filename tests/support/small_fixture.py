"""The two smallest services as a fixture; folders that use it import `small` into their conftest."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from services.common.process import Process
from services.common.settings import load
from tests.conftest import an_environment
from tests.support.small import OUTREACH, REGISTRY


@pytest.fixture
def small(platform):
    """The two small services with their workers, started."""
    with running(platform) as small:
        yield small


@pytest.fixture(scope="module", name="small")
def shared_small(tmp_path_factory, keys, broker, mongodb_uri):
    """The two small services once for all tests of a module that imports this: none of them harms what the others see."""
    with an_environment(tmp_path_factory.mktemp("small"), keys, broker, mongodb_uri) as platform, running(platform) as small:
        yield small


@contextmanager
def running(platform):
    """Start the two small services in an environment, and close what a test opened on them."""
    small = Small(platform)
    small.start()
    try:
        yield small
    finally:
        for process in small.opened.values():
            process.client.close()


class Small:
    """A publisher (registry) and a follower (outreach), as small as services can be."""

    def __init__(self, platform):
        self.platform = platform
        self.opened: dict[str, Process] = {}
        self.registry = platform.service("registry", "tests.support.small_registry")
        self.registry_worker = platform.worker("registry", "tests.support.small_worker", "registry")
        self.outreach = platform.service("outreach", "tests.support.small_outreach")

    @property
    def all(self):
        return (self.registry, self.registry_worker, self.outreach)

    def start(self, **more: str) -> None:
        for process in self.all:
            process.start(wait=False, **more)
        for process in self.all:
            process.wait()

    def define(self, code: str, **more) -> str:
        """Define a grid and return its id."""
        answer = self.publisher.post("/v1/grids", {"code": code}, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def rename(self, grid_id: str, code: str, **more):
        """Rename a grid."""
        return self.publisher.post(f"/v1/grids/{grid_id}/name", {"code": code}, **more)

    def codes(self, grid_id: str) -> list[str]:
        """Return the codes of a grid as the follower counted them, in order."""
        answer = self.follower.get(f"/v1/counts/{grid_id}")
        return answer.json()["codes"] if answer.status_code == 200 else []

    def process_of(self, service: str) -> Process:
        """Return what an operator's tool has in hand for one of the two."""
        if service not in self.opened:
            self.opened[service] = Process({"registry": REGISTRY, "outreach": OUTREACH}[service], load(service, self.platform.env))
        return self.opened[service]

    @property
    def publisher(self):
        return self.platform.client(self.registry)

    @property
    def follower(self):
        return self.platform.client(self.outreach)
