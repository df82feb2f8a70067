"""Where branches are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.learning.branches.domain import Branch


class Branches(Aggregates[Branch]):
    """Branches, one document each; a branch is its own area."""

    collection, aggregate, state = "branches", "branch", Branch
    area = "_id"
    indexes = (Index("name", unique=True, code="BRANCH_NAME_TAKEN"),)
