"""Relay and clock jobs of volunteering: `python -m services.volunteering.worker`."""

from __future__ import annotations

from services.common.worker import run_worker
from services.volunteering.service import SERVICE

JOBS = (
)
"""No fact of volunteering follows from the mere passing of time yet: clearances are compared with the day when they matter."""


def main() -> None:
    """Run until SIGTERM."""
    run_worker("volunteering", SERVICE, jobs=JOBS)


if __name__ == "__main__":
    main()
