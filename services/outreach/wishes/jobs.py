"""The clocks of wishes."""

from __future__ import annotations

from datetime import datetime

from services.common.calendar import business_date
from services.common.errors import StaleVersion
from services.common.process import Process
from services.common.store import Cause
from services.outreach.care.domain import Life
from services.outreach.care.storage import CareRecipients
from services.outreach.grids.storage import Grids
from services.outreach.wishes.domain.clocks import advance
from services.outreach.wishes.domain.wishes import Wish, WishScope
from services.outreach.wishes.storage import EVERYBODY, Wishes


def advance_wishes(process: Process, now: datetime) -> None:
    """Tell which terms of wishes have ended, each once, and put them on the lead's list; close nothing (OUT-30, OUT-32)."""
    wishes, leads, today = process.storage(Wishes), process.storage(Grids).leads(), business_date(now)
    people = process.storage(CareRecipients)
    for wish in wishes.each({"open": True, "clock_on": {"$lte": today.isoformat()}}, EVERYBODY):
        if in_doubt(wish.state, people):
            continue
        after, facts = advance(wish.state, today=today, lead_staff_id=leads.get(wish.state.grid_id))
        if after == wish.state:
            continue
        try:
            wishes.save(wish, after, facts, Cause.of_job("wishes.advance", f"{wish.id}:{wish.version}", now))
        except StaleVersion:
            # Somebody changed it just now; the next round looks at what it has become.
            continue


def in_doubt(wish: Wish, people: CareRecipients) -> bool:
    """Say whether a wish is one person's own whose death was reported: its clock waits until one knows (REG-30)."""
    if wish.scope is not WishScope.PERSONAL or wish.person_id is None or wish.stakeholders:
        return False
    wisher = people.known(people.present_id(wish.person_id))
    return wisher is not None and wisher.state.life is Life.DEATH_REPORTED


JOBS = (advance_wishes,)
