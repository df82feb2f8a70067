"""The clock job that looks at everybody once a day, for whatever time brings about."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.process import Process
from services.common.store import READ, batches
from services.common.walk import Walk
from services.registry.birthdays.jobs import ask_birthdays
from services.registry.categories.jobs import derive_categories
from services.registry.grids.storage import Grids
from services.registry.people.domain.birthdays import BirthdayPolicy
from services.registry.people.domain.person import Life
from services.registry.people.storage import People
from services.registry.tasks.storage import EVERYBODY


def look_at_everybody(process: Process, now: datetime) -> None:
    """Derive the categories of everybody, and have unknown birthdays asked, once a day (REG-2, X-7).

    It goes from grid to grid, notes how far it has come after each hundred, and gives way to what somebody waits for.
    """
    people = process.storage(People)
    # A community that changes its ages has everybody looked at again.
    walk = Walk(process.db, "people.look", f"{business_date(now)} {people.elder_policy} {process.policy(BirthdayPolicy)}")
    for grid_id in [] if walk.ended else sorted(grid.id for grid in process.storage(Grids).each({}, EVERYBODY)):
        if walk.has_passed(grid_id):
            continue
        living = people.each({"grid_id": grid_id, "life": {"$ne": Life.DECEASED}}, EVERYBODY, after=walk.after(grid_id))
        for some in batches(living, READ):
            if process.has_other_work:
                return
            derive_categories(process, some, now)
            ask_birthdays(process, some, now)
            walk.note(grid_id, some[-1].id)
    walk.end()
