"""Where study sessions are kept."""

from __future__ import annotations

from services.common.store import Aggregates, Index
from services.learning.sessions.domain import StudySession


class StudySessions(Aggregates[StudySession]):
    """Study sessions, one document each."""

    collection, aggregate, state = "study_sessions", "study_session", StudySession
    area = "branch_id"
    indexes = (Index("branch_id", "-held_at"), Index("state"), Index("branch_id", "state", "held_on"))
