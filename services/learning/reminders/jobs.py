"""The clock of reminders."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import Conflict, StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.learning.coverage.domain.policy import StudyPolicy
from services.learning.coverage.domain.rows import CoverageState
from services.learning.coverage.ledger import ALL
from services.learning.coverage.storage import CoverageRows
from services.learning.links.storage import PersonalLinks
from services.learning.members.storage import Members
from services.learning.reminders import domain
from services.learning.reminders.domain import ReminderKind, ReminderPolicy, ReminderState
from services.learning.reminders.storage import Reminders, reminder_id


def remind(process: Process, now: datetime) -> None:
    """Let reminders be due, each once, and drop those of lessons that wait no more (LRN-35)."""
    rows, reminders, links = process.storage(CoverageRows), process.storage(Reminders), process.storage(PersonalLinks)
    study, policy = process.policy(StudyPolicy), process.policy(ReminderPolicy)
    for reminder in reminders.each({"state": ReminderState.DUE.value, "kind": {"$ne": ReminderKind.CALLED_OFF.value}}, ALL):
        due = domain.due_for(rows.get(reminder.state.coverage_id, ALL).state, study)
        if due is None or reminder_id(reminder.state.coverage_id, due) != reminder.id or _opened(due, reminder.state.coverage_id, links):
            # Somebody may note at this moment that the member was told.
            with suppress(StaleVersion):
                reminders.save(reminder, *domain.drop(reminder.state), Cause.of_job("reminders.drop", reminder.id, now))
    for row in rows.each({"state": CoverageState.DISPATCHED.value}, ALL):
        due = domain.due_for(row.state, study)
        if due is None or due.on > business_date(now) or reminders.find_one({"_id": reminder_id(row.id, due)}, ALL) or _opened(due, row.id, links):
            continue
        id = reminder_id(row.id, due)
        member = process.storage(Members).get(row.state.member_id, ALL).state
        # Another worker may have been faster.
        with suppress(Conflict):
            reminders.add(*domain.fall_due(row.state, due, member, id=id, policy=policy, now=now), Cause.of_job("reminders.remind", id, now))


def _opened(due: domain.Due, coverage_id: str, links: PersonalLinks) -> bool:
    return due.kind is ReminderKind.OPEN_LESSON and links.opened_by_member(coverage_id)


JOBS = (remind,)
