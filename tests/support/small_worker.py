"""The worker of one of the small services: `python -m tests.support.small_worker registry`."""

import sys

from services.common.worker import run_worker
from tests.support import small

if __name__ == "__main__":
    run_worker(sys.argv[1], {"registry": small.REGISTRY, "outreach": small.OUTREACH}[sys.argv[1]])
