"""What clock jobs do about categories: what time brings about, and what was said for a time, asked again when its time is over (REG-2, REG-3)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.common.calendar import business_date
from services.common.process import Process
from services.common.store import Cause, Stored
from services.registry.households.storage import Households
from services.registry.people import derivation
from services.registry.people.domain import overrides, statements
from services.registry.people.domain.classifications import HEALTH, CategoryPolicy
from services.registry.people.domain.person import Life, Person
from services.registry.people.storage import People
from services.registry.tasks.domain import TaskKind
from services.registry.tasks.storage import EVERYBODY, Tasks


def derive_categories(process: Process, some: Sequence[Stored[Person]], now: datetime) -> None:
    """Derive the categories of those whom time has brought into one, and of whoever lives with them (REG-2)."""
    people, households, today = process.storage(People), process.storage(Households), business_date(now)
    grown = [stored.id for stored in some if derivation.grows_into(stored.state, people.elder_policy, today)]
    together = derivation.housemates_of_many(households, grown)
    cause = Cause.of_job("categories.derive", "everybody", now)
    derivation.reclassify_many(people, households, together, on=today, today=today, cause=cause)


def review_categories(process: Process, now: datetime) -> None:
    """End what rests on too old a paper and let overrides lapse; have both asked again, each once."""
    people, today = process.storage(People), business_date(now)
    for stored in people.each({"lookups.review_on": {"$lt": today.isoformat()}}, EVERYBODY):
        _review(process, people, stored, now)


def _review(process: Process, people: People, stored: Stored[Person], now: datetime) -> None:
    today, policy = business_date(now), process.policy(CategoryPolicy)
    cause = Cause.of_job("categories.review", f"{stored.id}:{stored.version}", now)
    state, ended, codes = statements.expire(stored.state, today=today)
    state, lapsed = overrides.lapse(state, today=today)
    state, facts = derivation.rederived(people, process.storage(Households), state, on=today, today=today)
    if stored.state.life is not Life.DECEASED:
        # Asked before it is ended: a process that dies in between asks no second time, and ends it then.
        about = {"due_on": today + timedelta(days=policy.review_days), "grid_id": stored.state.grid_id, "person_id": stored.id}
        tasks = process.storage(Tasks)
        for one in lapsed:
            tasks.open(TaskKind.REASK_OVERRIDE, cause=cause, topic=one.code.value, once=f"{one.code}:{one.until}", **about)
        if HEALTH & set(codes):
            tasks.open(TaskKind.REVIEW_ASSESSMENT, cause=cause, once=f"{stored.id}:{stored.state.review_on}", **about)
    people.save(stored, state, [*ended, *facts], cause)
