"""Registry's worker: `python -m services.registry.worker`."""

from __future__ import annotations

from datetime import date, datetime

from services.common.calendar import business_date
from services.common.process import Process
from services.common.store import Cause, Scope
from services.common.worker import run_worker
from services.registry.background import work_off
from services.registry.birthdays.jobs import announce_birthdays
from services.registry.categories.jobs import review_categories
from services.registry.census.jobs import grow_lists, release_reservations
from services.registry.consents.jobs import expire_consents
from services.registry.duplicates.jobs import wake_duplicates
from services.registry.guardianships.jobs import lapse_guardianships
from services.registry.households.storage import Households
from services.registry.imports.jobs import delete_import_files
from services.registry.merges.jobs import finish_merges
from services.registry.moves.jobs import ask_for_news, end_phone_lists
from services.registry.people import derivation
from services.registry.people.domain.person import Life
from services.registry.people.storage import People
from services.registry.retention import JOBS as RETENTION_JOBS
from services.registry.service import SERVICE
from services.registry.staff.jobs import advance_staff

_derived_on: dict[str, date] = {}


def derive_categories(process: Process, now: datetime) -> None:
    """Derive the categories of everybody whom time has brought into one, and of whoever lives with them, once a day."""
    today = business_date(now)
    if _derived_on.get(process.db.name) == today:
        return
    people, households = process.storage(People), process.storage(Households)
    for stored in people.each({"life": {"$ne": Life.DECEASED}}, Scope.everything("birthdays come to everybody")):
        if derivation.grows_into(stored.state, people.elder_policy, today):
            together = derivation.housemates(households, stored.id)
            cause = Cause.of_job("categories.derive", stored.id, now)
            derivation.reclassify(people, households, together, on=today, today=today, cause=cause)
    _derived_on[process.db.name] = today


JOBS = (
    derive_categories,
    review_categories,
    announce_birthdays,
    release_reservations,
    ask_for_news,
    end_phone_lists,
    advance_staff,
    grow_lists,
    delete_import_files,
    lapse_guardianships,
    expire_consents,
    wake_duplicates,
    finish_merges,
    *RETENTION_JOBS,
)


def main() -> None:
    """Relay registry's facts and run its clock jobs."""
    run_worker("registry", SERVICE, jobs=JOBS, more=(work_off,))


if __name__ == "__main__":
    main()
