"""The clock jobs of a worker: one that fails keeps no other from running, and none is begun once the worker is to end."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from services.common.worker import Jobs

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PROCESS = SimpleNamespace(db={"leases": None}, service=SimpleNamespace(name="registry"))


def test_a_job_that_fails_keeps_no_other_from_running_and_is_told_of():
    done = []

    def fails(process, now):
        raise LookupError

    with pytest.raises(LookupError):
        Jobs(PROCESS, (fails, lambda process, now: done.append(now))).run_all(NOW)
    assert done == [NOW]


def test_no_job_is_begun_once_the_worker_is_to_end():
    done = []
    jobs = Jobs(PROCESS, (lambda process, now: jobs.stop(), lambda process, now: done.append(now)))

    jobs.run_all(NOW)
    assert done == []
