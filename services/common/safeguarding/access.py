"""Who raises a safeguarding case, and who reads one (CLS3)."""

from __future__ import annotations

from services.common.access import Access, Role

SAFEGUARDERS = Access(Role.SAFEGUARDING_OFFICER)
"""The named officers, and nobody else, not even who administers everything."""
STAFF = Access(
    Role.WORKER,
    Role.GRID_LEAD,
    Role.BRANCH_SECRETARY,
    Role.VOLUNTEER_COORDINATOR,
    Role.ADMINISTRATOR,
    Role.DUTY_OFFICER,
    Role.SAFEGUARDING_OFFICER,
)
"""Everybody who works here."""
