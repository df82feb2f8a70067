"""Who goes to a member's door with a lesson."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.learning.members.domain import Mode

AT_THE_DOOR = frozenset({Mode.HOME_TEACHING, Mode.PAPER_BY_HAND})
"""The ways for which somebody goes to the member: as tutor, or as courier."""


class BearerKind(StrEnum):
    """Whose rules hold for who goes."""

    STAFF = "STAFF"
    VOLUNTEER = "VOLUNTEER"


class LossReason(StrEnum):
    """Why somebody does not go any more; what a check found is known to nobody here."""

    CLEARANCE = "CLEARANCE"
    LEFT = "LEFT"
    SUSPENDED = "SUSPENDED"


@dataclass(frozen=True)
class Bearer:
    """Somebody who goes to the member with this lesson."""

    kind: BearerKind
    id: str
    named_on: date
    named_by: str
