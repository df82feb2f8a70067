"""Relay and clock jobs of outreach: `python -m services.outreach.worker`."""

from __future__ import annotations

from services.common.worker import run_worker
from services.outreach.care.jobs import JOBS as CARE_JOBS
from services.outreach.incidents.jobs import climb_ladders
from services.outreach.joint_activities.jobs import list_unreported
from services.outreach.no_response.jobs import free_ladders, review_plans
from services.outreach.obligations.jobs import JOBS as OBLIGATION_JOBS
from services.outreach.pairings.jobs import JOBS as PAIRING_JOBS
from services.outreach.partners.jobs import mind_agreements
from services.outreach.pledges.jobs import advance_pledges
from services.outreach.referrals.jobs import mind_referrals
from services.outreach.retention import JOBS as RETENTION_JOBS
from services.outreach.safeguarding.jobs import mind_safeguarding
from services.outreach.service import SERVICE
from services.outreach.wishes.jobs import advance_wishes

JOBS = (
    free_ladders,
    climb_ladders,
    review_plans,
    mind_referrals,
    mind_safeguarding,
    *PAIRING_JOBS,
    *OBLIGATION_JOBS,
    *CARE_JOBS,
    advance_wishes,
    advance_pledges,
    mind_agreements,
    list_unreported,
    *RETENTION_JOBS,
)


def main() -> None:
    """Run until SIGTERM."""
    run_worker("outreach", SERVICE, jobs=JOBS)


if __name__ == "__main__":
    main()
