"""What clock jobs do about birthdays: announced 14 and 3 days ahead, and asked for where nobody knows the day (X-7, X-9)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.common.calendar import business_date
from services.common.process import Process
from services.common.store import Cause, Stored
from services.registry.people.domain import greetings
from services.registry.people.domain.birthdays import BirthdayPolicy
from services.registry.people.domain.person import Person
from services.registry.people.storage import People
from services.registry.tasks.domain import TaskKind
from services.registry.tasks.storage import EVERYBODY, Tasks

_announced_on: dict[str, date] = {}


def announce_birthdays(process: Process, now: datetime) -> None:
    """Announce the birthdays that come, each notice once; once a day, as facts do the rest at once."""
    today = business_date(now)
    if _announced_on.get(process.db.name) == today:
        return
    people, policy = process.storage(People), process.policy(BirthdayPolicy)
    until = today + timedelta(days=max(policy.notice_days))
    for stored in people.each(people.celebrating(today, until), EVERYBODY):
        state, facts = greetings.review(stored.state, today=today, policy=policy)
        if facts:
            people.save(stored, state, facts, Cause.of_job("birthdays.announce", f"{stored.id}:{stored.version}", now))
    _announced_on[process.db.name] = today


def ask_birthdays(process: Process, some: Sequence[Stored[Person]], now: datetime) -> None:
    """Have the days of elders asked that nobody knows, each once (X-7)."""
    tasks, policy, today = process.storage(Tasks), process.policy(BirthdayPolicy), business_date(now)
    unknown = {stored.id: stored.state.grid_id for stored in some if greetings.is_to_ask(stored.state, today, policy)}
    for person_id in tasks.never_opened(TaskKind.ASK_BIRTHDAY, unknown, once="day"):
        about = {"grid_id": unknown[person_id], "person_id": person_id, "due_on": today + timedelta(days=policy.ask_within_days)}
        tasks.open(TaskKind.ASK_BIRTHDAY, cause=Cause.of_job("birthdays.ask", person_id, now), once="day", **about)
