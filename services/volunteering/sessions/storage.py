"""Where class meetings are kept."""

from __future__ import annotations

from collections.abc import Iterable

from services.common.store import Aggregates, Index, Scope
from services.volunteering.sessions.domain.sessions import ClassSession, SessionState

COMMUNITY = "classes belong to the whole community"


class ClassSessions(Aggregates[ClassSession]):
    """Class meetings, one document each."""

    collection, aggregate, state = "class_sessions", "class_session", ClassSession
    erasable = True
    indexes = (Index("series_id", "starts_at"), Index("starts_at"), Index("adults.volunteer_id", "state"))

    def present_elsewhere(self, volunteer_ids: Iterable[str], without: str) -> set[str]:
        """Return which of these volunteers another meeting that is not over has in its room."""
        ids = set(volunteer_ids)
        filter = {
            "_id": {"$ne": without},
            "state": {"$ne": SessionState.CLOSED.value},
            "adults": {"$elemMatch": {"volunteer_id": {"$in": sorted(ids)}, "out_at": None}},
        }
        others = self.find(filter, Scope.everything(COMMUNITY)) if ids else []
        return {id for other in others for id in other.state.present_ids if id in ids}
