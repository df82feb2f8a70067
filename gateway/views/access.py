"""Who sees what of a view, beyond which routes a role may call."""

from __future__ import annotations

from services.common.access import Actor, Role
from services.common.store import Scope

INDIVIDUAL_STUDY = "INDIVIDUAL_STUDY"
OPEN_MODES = frozenset({"IN_PERSON", "LIVE_REMOTE", "MAKE_UP_CLASS", "PARCEL"})
"""Modes that tell nothing about health or family. Those that could are shown together under one word, so that none stands out (LRN-2)."""


def masked(actor: Actor) -> bool:
    """Say whether names are masked for this reader: an auditor checks the work, not the people."""
    return not actor.has(Role.ADMINISTRATOR, Role.WORKER, Role.GRID_LEAD, Role.BRANCH_SECRETARY, Role.DUTY_OFFICER)


def sees_modes(actor: Actor, branch_id: str | None) -> bool:
    """Say whether a reader may know by which way a member of this branch gets a lesson."""
    return actor.has(Role.ADMINISTRATOR) or (actor.has(Role.BRANCH_SECRETARY) and branch_id in actor.areas)


def shown_mode(mode: str | None, open: bool) -> str | None:
    """Return a mode as a reader may see it, never so that it tells the circumstance (LRN-2)."""
    return mode if mode is None or open or mode in OPEN_MODES else INDIVIDUAL_STUDY


def shown_state(state: str, open: bool) -> str:
    """Return how far a lesson has come as a reader may see it: what stands in its way is told to the secretary only (LRN-2)."""
    return state if open or state not in ("BLOCKED", "NEEDS_SECRETARY") else "PLANNED"


def counted_within(actor: Actor) -> Scope:
    """Return over which areas a dashboard counts: their grids for who works in grids, the community for the others."""
    if actor.has(Role.ADMINISTRATOR, Role.AUDITOR, Role.VOLUNTEER_COORDINATOR, Role.BRANCH_SECRETARY):
        return Scope.everything("numbers without ids for who serves the whole community")
    return Scope.of(actor.areas)
