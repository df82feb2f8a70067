"""The monthly list of members who will not reach what the year asks of them (LRN-32)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from services.common.events import Dated, Event
from services.common.events.learning import CreditShortfallsListed
from services.learning.credit.domain.credit import CreditPolicy, Standing, projected_from


@dataclass(frozen=True)
class ShortfallList:
    """Who of a branch was projected to be short, in one month; what was asked of them and why stands elsewhere (LRN-2)."""

    id: str
    branch_id: str
    year: int
    month: int
    as_of: date
    member_ids: tuple[str, ...]


def is_month_for_it(today: date, policy: CreditPolicy) -> bool:
    """Say whether the year has gone far enough for its end to be projected."""
    return today >= projected_from(today.year, policy)


def draw_up(*, id: str, branch_id: str, standings: Mapping[str, Standing], today: date) -> tuple[ShortfallList, list[Event | Dated]]:
    """List whoever is short; a month in which nobody is has a list as well, so that nobody has to guess whether one was drawn up."""
    short = tuple(sorted(member_id for member_id, standing in standings.items() if standing.shortfall_minutes))
    drawn = ShortfallList(id, branch_id, today.year, today.month, today, short)
    fact = CreditShortfallsListed(list_id=id, branch_id=branch_id, year=drawn.year, month=drawn.month, member_ids=list(short))
    return drawn, [Dated(fact, today)]
