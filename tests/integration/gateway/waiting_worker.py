"""A worker of any service: `python -m tests.integration.gateway.waiting_worker learning tests.support.small_learning`."""

import importlib
import os
import sys
import time
from pathlib import Path

from services.common.worker import run_worker

FILE = os.environ.get("NUANXIN_TEST_JOB_SECONDS", "")


def take_a_while(process, now):
    """Run as long as the test says, in registry."""
    if process.service.name == "registry" and FILE and os.path.exists(FILE):
        time.sleep(float(Path(FILE).read_text()))
        process.db["jobs_ran_for"].insert_one({"at": now})


if __name__ == "__main__":
    run_worker(sys.argv[1], importlib.import_module(sys.argv[2]).SERVICE, jobs=(take_a_while,))
