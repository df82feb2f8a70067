"""What a member, or somebody for them, said of a lesson: the same in the room and at home (LRN-33)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from services.learning.coverage.domain.proofs import GivenBy

VOICES = (GivenBy.MEMBER, GivenBy.RELATIVE, GivenBy.STAFF)
"""Whose words count; a carrier or a machine has no opinion of a lesson."""


@dataclass(frozen=True)
class Feedback:
    """Somebody's words; sealed with the member's key, and in no event."""

    id: str
    given_by: GivenBy
    text: str
    at: datetime
    recorded_by: str
