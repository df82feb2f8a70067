"""What holds for every refusal that a rule makes in a unit test: people can read it."""

from __future__ import annotations

import pytest

from services.common.errors import Refusal
from tests.support.refusals import faults_of


@pytest.fixture(autouse=True)
def readable_refusals(monkeypatch):
    """Look at every refusal that is made while a test runs."""
    made: list[Refusal] = []
    plain = Refusal.__init__

    def noted(self, *args, **kwargs):
        plain(self, *args, **kwargs)
        made.append(self)

    monkeypatch.setattr(Refusal, "__init__", noted)
    yield
    assert [fault for refusal in made for fault in faults_of(refusal)] == []
