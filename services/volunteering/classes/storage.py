"""Where children, series and meetings are kept."""

from __future__ import annotations

from collections.abc import Iterable

from services.common.errors import Invalid, NotFound
from services.common.store import Aggregates, Index, Scope, Stored
from services.volunteering.classes.domain.children import Child
from services.volunteering.classes.domain.series import ClassSeries
from services.volunteering.classes.domain.sessions import ClassSession, SessionState

COMMUNITY = "classes belong to the whole community"


class Children(Aggregates[Child]):
    """Children, one document each under the id of the person; all that is sensitive sealed with the child's own key (X-15)."""

    collection, aggregate, state = "children", "child", Child
    sealed = (
        "born_on",
        "health_declared_on",
        "allergies",
        "medicines",
        "needs",
        "needs_extra_adult",
        "pickups",
        "leaves_alone_ok",
        "photo_ok",
    )

    def referred(self, child_id: str) -> Stored[Child]:
        """Return the child that the input names."""
        try:
            return self.get(child_id, Scope.everything(COMMUNITY))
        except NotFound:
            raise Invalid.field("child_id", "NOT_FOUND") from None

    def of(self, child_ids: Iterable[str]) -> list[Child]:
        """Return these children."""
        ids = list(dict.fromkeys(child_ids))
        return [one.state for one in self.find({"_id": {"$in": ids}}, Scope.everything(COMMUNITY), limit=len(ids) or 1)]


class SeriesOfClasses(Aggregates[ClassSeries]):
    """Class series, one document each with the places of its children, so that one guarded write gives the last of them."""

    collection, aggregate, state = "class_series", "class_series", ClassSeries
    indexes = (Index("state", "_id"), Index("enrolments.child_id"))

    def referred(self, series_id: str) -> Stored[ClassSeries]:
        """Return the series that the input names."""
        try:
            return self.get(series_id, Scope.everything(COMMUNITY))
        except NotFound:
            raise Invalid.field("series_id", "NOT_FOUND") from None


class ClassSessions(Aggregates[ClassSession]):
    """Class meetings, one document each."""

    collection, aggregate, state = "class_sessions", "class_session", ClassSession
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
