"""Whether a meeting is safe at this minute: brings together the adults in the room, the children, and the rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.common.calendar import business_date
from services.volunteering.children.storage import Children
from services.volunteering.series.domain.series import ClassSeries
from services.volunteering.sessions.domain import sessions
from services.volunteering.sessions.domain.sessions import Adult, ClassSession, Readiness
from services.volunteering.sessions.storage import ClassSessions
from services.volunteering.volunteers.storage import Volunteers


class Gate:
    """The ratio gate over what is on record now (VOL-53)."""

    def __init__(self, class_sessions: ClassSessions, children: Children, volunteers: Volunteers):
        self._sessions, self._children, self._volunteers = class_sessions, children, volunteers

    def readiness(
        self, session: ClassSession, series: ClassSeries, child_ids: Iterable[str], now: datetime, leaving: str | None = None
    ) -> Readiness:
        """Say whether the adults in the room suffice for these children at this moment."""
        present = [id for id in session.present_ids if id != leaving]
        elsewhere = self._sessions.present_elsewhere(present, without=session.id)
        adults = [Adult(volunteer, volunteer.id in elsewhere) for volunteer in self._volunteers.of(present)]
        return sessions.readiness(series, self._children.of(child_ids), adults, business_date(now))
