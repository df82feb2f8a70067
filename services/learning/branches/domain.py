"""Branches: the groups that study together, each with its secretary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from services.common.errors import Conflict
from services.common.events import Event
from services.common.events.learning import BranchFounded, BranchSecretaryChanged


@dataclass(frozen=True)
class Branch:
    """A branch; its members and sessions are aggregates of their own."""

    id: str
    name: str
    founded_on: date
    secretary_staff_id: str | None
    groups: tuple[str, ...]
    recorded_at: datetime
    recorded_by: str


def found(
    *, id: str, name: str, founded_on: date, at: datetime, by: str, secretary_staff_id: str | None = None, groups: tuple[str, ...] = ()
) -> tuple[Branch, list[Event]]:
    """Enter a branch, with or without a secretary yet."""
    branch = Branch(id, name, founded_on, secretary_staff_id, tuple(dict.fromkeys(groups)), at, by)
    return branch, [BranchFounded(branch_id=id, secretary_staff_id=secretary_staff_id)]


def change_secretary(branch: Branch, *, secretary_staff_id: str) -> tuple[Branch, list[Event]]:
    """Give the branch another secretary; whose decision is owed is always a named person."""
    if secretary_staff_id == branch.secretary_staff_id:
        raise Conflict("SECRETARY_ALREADY")
    changed = replace(branch, secretary_staff_id=secretary_staff_id)
    return changed, [BranchSecretaryChanged(branch_id=branch.id, secretary_staff_id=secretary_staff_id)]
