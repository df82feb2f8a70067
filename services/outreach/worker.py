"""Relay and clock jobs of outreach: `python -m services.outreach.worker`."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause, Scope, Stored
from services.common.worker import run_worker
from services.outreach.care import domain as care
from services.outreach.care.entrypoints import POLICY as CARE_POLICY
from services.outreach.care.storage import CareRecipients
from services.outreach.incidents.jobs import climb_ladders
from services.outreach.no_response.jobs import free_ladders, review_plans
from services.outreach.obligations.jobs import JOBS as OBLIGATION_JOBS
from services.outreach.pairings import domain as pairings
from services.outreach.pairings.storage import Pairings
from services.outreach.referrals.jobs import mind_referrals
from services.outreach.safeguarding.jobs import mind_safeguarding
from services.outreach.service import SERVICE
from services.outreach.wishes.jobs import advance_wishes

ALL = Scope.everything("clock jobs know no areas")


def find_orphans(process: Process, now: datetime) -> None:
    """Raise the alarm for whoever in care has had nobody for more than a day (OUT-10)."""
    people = process.storage(CareRecipients)
    left_alone = {"in_care": True, "alarmed": False, "unpaired_since": {"$lt": care.orphaned_before(now, CARE_POLICY)}}
    for person in people.each(left_alone, ALL):
        since = person.state.unpaired_since
        on = business_date(since + CARE_POLICY.orphan_after)
        decision = care.alarm(person.state, since=business_date(since), on=on, now=now, policy=CARE_POLICY)
        _save(people, person, decision, "care.orphans", now)


def lapse_offers(process: Process, now: datetime) -> None:
    """Take back the offers of pairings that nobody answered in time."""
    offers = process.storage(Pairings)
    for offer in offers.each({"state": "PROPOSED", "answer_by": {"$lt": now}}, ALL):
        _save(offers, offer, pairings.lapse(offer.state, now=now), "pairings.lapse", now)


def _save(storage, stored: Stored, decision: tuple, job: str, now: datetime) -> None:
    state, facts = decision
    if state == stored.state:
        return
    try:
        storage.save(stored, state, facts, Cause.of_job(job, f"{stored.id}:{stored.version}", now))
    except StaleVersion:
        # Somebody changed it just now; the next round looks at what it has become.
        return


JOBS = (
    free_ladders,
    climb_ladders,
    review_plans,
    mind_referrals,
    mind_safeguarding,
    lapse_offers,
    *OBLIGATION_JOBS,
    find_orphans,
    advance_wishes,
)


def main() -> None:
    """Run until SIGTERM."""
    run_worker("outreach", SERVICE, jobs=JOBS)


if __name__ == "__main__":
    main()
