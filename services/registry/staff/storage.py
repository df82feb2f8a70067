"""Where the staff are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.registry.staff.domain import StaffMember


class Staff(Aggregates[StaffMember]):
    """The people who work for the community, their names sealed."""

    collection, aggregate, state = "staff", "staff", StaffMember
    sealed = ("name", "phone")
    indexes = (Index("grid_ids"), Index("changes_on"))
