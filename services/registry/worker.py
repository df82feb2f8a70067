"""Registry's worker: `python -m services.registry.worker`."""

from __future__ import annotations

from services.common.worker import run_worker
from services.registry.background import work_off
from services.registry.birthdays.jobs import announce_birthdays
from services.registry.categories.jobs import review_categories
from services.registry.census.jobs import grow_lists, release_reservations
from services.registry.consents.jobs import expire_consents
from services.registry.duplicates.jobs import wake_duplicates
from services.registry.guardianships.jobs import lapse_guardianships
from services.registry.imports.jobs import delete_import_files
from services.registry.merges.jobs import finish_merges
from services.registry.moves.jobs import ask_for_news, end_phone_lists
from services.registry.people.jobs import look_at_everybody
from services.registry.retention import JOBS as RETENTION_JOBS
from services.registry.service import SERVICE
from services.registry.staff.jobs import advance_staff

JOBS = (
    look_at_everybody,
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
