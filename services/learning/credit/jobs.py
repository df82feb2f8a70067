"""The clock of credit: from June on, each branch has a list a month of those who will be short (LRN-32)."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

from services.common.calendar import business_date
from services.common.errors import Conflict
from services.common.hands import done_today, is_first_today
from services.common.process import Process
from services.common.store import Cause, Stored
from services.learning.branches.storage import Branches
from services.learning.coverage.domain.rows import Coverage
from services.learning.coverage.ledger import ALL
from services.learning.coverage.storage import CoverageRows
from services.learning.credit.domain import credit, lists
from services.learning.credit.domain.credit import CreditPolicy, Standing
from services.learning.credit.storage import ShortfallLists, list_id
from services.learning.members.domain import Member
from services.learning.members.storage import Members


def learnt(hands, member: Stored[Member], year: int) -> tuple[list[Member], list[Coverage]]:
    """Return every membership of a person, and what they learnt in it in a year."""
    rows, memberships = hands.storage(CoverageRows), hands.storage(Members).of_person(member.state.person_id)
    return [one.state for one in memberships], [row.state for one in memberships for row in rows.credited_in(one.id, year)]


def standing_of(hands, member: Stored[Member], year: int, today: date) -> Standing:
    """Return how a person stands, with what they learnt in every branch that they belonged to."""
    return credit.standing(*learnt(hands, member, year), year=year, today=today, policy=hands.policy(CreditPolicy))


def list_shortfalls(process: Process, now: datetime) -> None:
    """Draw up the list of this month for every branch that has none; months that the clock slept through have none."""
    today, drawn_up = business_date(now), process.storage(ShortfallLists)
    if not lists.is_month_for_it(today, process.policy(CreditPolicy)) or not is_first_today(process, "credit.list", now):
        return
    for branch in process.storage(Branches).each({}, ALL):
        id = list_id(branch.id, today.year, today.month)
        if drawn_up.find_one({"_id": id}, ALL):
            continue
        members = process.storage(Members).each({"branch_id": branch.id, "active": True}, ALL)
        standings = {member.id: standing_of(process, member, today.year, today) for member in members}
        # Another worker may have been faster.
        with suppress(Conflict):
            drawn_up.add(*lists.draw_up(id=id, branch_id=branch.id, standings=standings, today=today), Cause.of_job("credit.list", id, now))
    done_today(process, "credit.list", now)


JOBS = (list_shortfalls,)
