"""The two smallest services, running."""

from __future__ import annotations

import pytest


@pytest.fixture
def small(platform):
    """The two small services with their workers, started."""
    parts = Small(platform)
    parts.start()
    return parts


class Small:
    """A publisher (registry) and a follower (outreach), as small as services can be."""

    def __init__(self, platform):
        self.platform = platform
        self.registry = platform.service("registry", "tests.support.small_registry")
        self.registry_worker = platform.worker("registry", "tests.support.small_worker", "registry")
        self.outreach = platform.service("outreach", "tests.support.small_outreach")

    def start(self) -> None:
        for process in (self.registry, self.registry_worker, self.outreach):
            process.start(wait=False)
        for process in (self.registry, self.registry_worker, self.outreach):
            process.wait()

    @property
    def publisher(self):
        return self.platform.client(self.registry)

    @property
    def follower(self):
        return self.platform.client(self.outreach)
