"""Where class meetings are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.common.errors import Invalid, NotFound
from services.common.store import Aggregates, Index, Scope, Stored
from services.volunteering.sessions.domain.session import BEFORE, DURING, ClassSession, SessionState

COMMUNITY = "classes belong to the whole community"
EVERYBODY = Scope.everything(COMMUNITY)
UNDER_WAY = sorted(state.value for state in DURING)
TO_COME = sorted(state.value for state in BEFORE)
WATCHED = sorted(state.value for state in (BEFORE | DURING) - {SessionState.PLANNED})


class ClassSessions(Aggregates[ClassSession]):
    """Class meetings, one document each."""

    collection, aggregate, state = "class_sessions", "class_session", ClassSession
    erasable = True
    indexes = (
        Index("series_id", "starts_at"),
        Index("starts_at", "_id"),
        Index("state", "starts_at"),
        Index("adults.volunteer_id", "state"),
        Index("roster.volunteer_id", "state"),
        Index("lead_volunteer_id", "state"),
        Index("activity_id"),
        Index("children.child_id", "state"),
    )

    def referred(self, session_id: str, field: str = "session_id") -> Stored[ClassSession]:
        """Return the meeting that a field of the input names."""
        try:
            return self.get(session_id, EVERYBODY)
        except NotFound:
            raise Invalid.field(field, "NOT_FOUND") from None

    def elsewhere(self, volunteer_ids: Iterable[str], than: ClassSession, besides: str | None = None) -> set[str]:
        """Return which of these volunteers another meeting has in its room, or counts on at an overlapping time (VOL-53)."""
        ids = list(dict.fromkeys(volunteer_ids))
        others = [one.state for one in self.of_volunteers(ids) if one.id not in (than.id, besides)]
        return {id for id in ids if any(self._claims(other, id, than) for other in others)}

    def of_volunteers(self, volunteer_ids: Sequence[str]) -> list[Stored[ClassSession]]:
        """Return the meetings that are not over and in which one of these volunteers is, or is to be."""
        found: dict[str, Stored[ClassSession]] = {}
        for field in ("adults.volunteer_id", "roster.volunteer_id", "lead_volunteer_id") if volunteer_ids else ():
            one_of = volunteer_ids[0] if len(volunteer_ids) == 1 else {"$in": list(volunteer_ids)}
            found |= {one.id: one for one in self.find({field: one_of, "state": {"$in": [*TO_COME, *UNDER_WAY]}}, EVERYBODY)}
        return list(found.values())

    def of_activity(self, activity_id: str) -> list[Stored[ClassSession]]:
        """Return the meetings for which volunteers sign up by an activity."""
        return self.find({"activity_id": activity_id, "state": {"$in": [*TO_COME, *UNDER_WAY]}}, EVERYBODY)

    def of_series(self, series_id: str) -> list[Stored[ClassSession]]:
        """Return the meetings of a series that are not over."""
        return self.find({"series_id": series_id, "state": {"$in": [*TO_COME, *UNDER_WAY]}}, EVERYBODY, sort="starts_at")

    def with_child_in(self, child_id: str) -> list[Stored[ClassSession]]:
        """Return the meetings in which a child is at this moment."""
        inside = {"children": {"$elemMatch": {"child_id": child_id, "state": "IN"}}, "state": {"$in": UNDER_WAY}}
        return self.find(inside, EVERYBODY)

    def watched(self, now: datetime, ahead: timedelta) -> Iterator[Stored[ClassSession]]:
        """Give every meeting on which a clock runs: planned ones that come near, and all that are neither planned nor over."""
        near: dict[str, Any] = {"state": SessionState.PLANNED.value, "starts_at": {"$lte": now + ahead}}
        yield from self.each(near, EVERYBODY, batch=50)
        yield from self.each({"state": {"$in": WATCHED}}, EVERYBODY, batch=50)

    @staticmethod
    def _claims(other: ClassSession, volunteer_id: str, than: ClassSession) -> bool:
        if volunteer_id in other.present_ids:
            return True
        overlaps = other.starts_at < than.ends_at and than.starts_at < other.ends_at
        return overlaps and other.state in BEFORE and volunteer_id in other.rostered_ids

    def first_start(self, series_id: str, since: datetime | None = None) -> datetime | None:
        """Return when the first meeting of a series starts, or the first one after a moment."""
        after = {"starts_at": {"$gt": since}} if since else {}
        found = self.find({"series_id": series_id, **after}, Scope.everything(COMMUNITY), sort="starts_at", limit=20)
        return next((one.state.starts_at for one in found if one.state.state is not SessionState.CANCELLED), None)
