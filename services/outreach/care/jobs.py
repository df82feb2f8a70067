"""The clock of care: whoever has nobody for more than a day is told of, every day until it is mended, and whoever lacks a backup once (OUT-10)."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.hands import done_today, is_first_today
from services.common.process import Process
from services.common.store import Cause, Stored
from services.outreach.care import domain
from services.outreach.care.domain import CarePolicy, CareRecipient, Tier
from services.outreach.care.storage import EVERYBODY, CareRecipients


def find_orphans(process: Process, now: datetime) -> None:
    """Raise the alarm for whoever in care has had nobody for more than a day, and again each day (OUT-10)."""
    people, policy, today = process.storage(CareRecipients), process.policy(CarePolicy), business_date(now)

    def alarm(person: Stored[CareRecipient]) -> domain.Change:
        since = person.state.unpaired_since
        on = business_date(since + policy.orphan_after)
        return domain.alarm(person.state, since=business_date(since), on=on, today=today, now=now, policy=policy)

    # Of whom it has told today it says nothing more; without them a minute of this job costs a look at an index.
    orphans = {"in_care": True, "unpaired_since": {"$lt": domain.orphaned_before(now, policy)}, "alarmed_on": {"$ne": today.isoformat()}}
    people.change_each(orphans, EVERYBODY, alarm, Cause.of_job("care.orphans", "all", now))


def find_who_needs_a_backup(process: Process, now: datetime) -> None:
    """Tell once of each person of the highest tier who lacks a backup and was entered before that was told (OUT-10)."""
    people, today = process.storage(CareRecipients), business_date(now)
    unknown = {"in_care": True, "tier": Tier.HIGH.value, "needs_backup": {"$exists": False}}
    people.change_each(unknown, EVERYBODY, lambda person: domain.look_again(person.state, on=today), Cause.of_job("care.backups", "all", now))


def follow_the_policy(process: Process, now: datetime) -> None:
    """Take into care, once a day, whom a category brings there that the policy has named since they were last heard of (OUT-9)."""
    if not is_first_today(process, "care.policy", now):
        return
    people, policy, today = process.storage(CareRecipients), process.policy(CarePolicy), business_date(now)
    for code in sorted(policy.categories):
        without = {"categories": code, "grounds.code": {"$ne": code}}
        cause = Cause.of_job("care.policy", code, now)
        people.change_each(without, EVERYBODY, lambda person: domain.apply_policy(person.state, at=now, on=today, policy=policy), cause)
    done_today(process, "care.policy", now)


JOBS = (find_orphans, find_who_needs_a_backup, follow_the_policy)
