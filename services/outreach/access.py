"""Who may do what in outreach: each route names one of these."""

from __future__ import annotations

from services.common.http import Access, Role

CARERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR)
LEADS = Access(Role.GRID_LEAD, Role.ADMINISTRATOR)
READERS = Access(Role.WORKER, Role.GRID_LEAD, Role.ADMINISTRATOR, Role.AUDITOR)
MOBILISERS = Access(Role.WORKER, Role.GRID_LEAD, Role.VOLUNTEER_COORDINATOR, Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
"""Whoever wins people and organisations for something."""
MOBILISER_READERS = Access(*MOBILISERS.roles, Role.AUDITOR)
MOBILISATION_LEADS = Access(Role.GRID_LEAD, Role.BRANCH_SECRETARY, Role.ADMINISTRATOR)
SEARCHERS = Access(*CARERS.roles, Role.DUTY_OFFICER)
"""Whoever looks for an elder who did not answer."""
SEARCH_READERS = Access(*SEARCHERS.roles, Role.AUDITOR)


def in_confidence(request) -> bool:
    """Say whether the reader looks after people, or only after the books: an auditor sees no names and no free words."""
    return request.actor.has(*SEARCHERS.roles)


def acting(request) -> str:
    """Return by whom a command is given: the member of staff, or the account of somebody who is none."""
    return request.by
