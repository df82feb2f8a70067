"""Relay and clock jobs of volunteering: `python -m services.volunteering.worker`."""

from __future__ import annotations

from services.common.worker import run_worker
from services.volunteering.activities.jobs import JOBS as ACTIVITY_JOBS
from services.volunteering.greetings.jobs import JOBS as GREETING_JOBS
from services.volunteering.incidents.jobs import JOBS as INCIDENT_JOBS
from services.volunteering.retention import JOBS as RETENTION_JOBS
from services.volunteering.rota.jobs import JOBS as ROTA_JOBS
from services.volunteering.rota.jobs import make_rotas
from services.volunteering.safeguarding.jobs import JOBS as SAFEGUARDING_JOBS
from services.volunteering.series.jobs import JOBS as CLASS_JOBS
from services.volunteering.service import SERVICE
from services.volunteering.sessions.jobs import JOBS as SESSION_JOBS
from services.volunteering.swaps.jobs import JOBS as SWAP_JOBS
from services.volunteering.volunteers.jobs import JOBS as VOLUNTEER_JOBS

JOBS = (
    *VOLUNTEER_JOBS,
    *ACTIVITY_JOBS,
    *GREETING_JOBS,
    *RETENTION_JOBS,
    *SESSION_JOBS,
    *SAFEGUARDING_JOBS,
    *INCIDENT_JOBS,
    *ROTA_JOBS,
    *SWAP_JOBS,
    *CLASS_JOBS,
)


def main() -> None:
    """Run until SIGTERM."""
    run_worker("volunteering", SERVICE, jobs=JOBS, more=(make_rotas,))


if __name__ == "__main__":
    main()
