"""Whether a meeting is safe at this minute: brings together the adults, the children, and the rule."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from services.common.calendar import business_date
from services.common.store import Cause, Stored
from services.volunteering.activities.storage import TAKEN, Activities
from services.volunteering.children.storage import Children
from services.volunteering.guardians.storage import Guardians
from services.volunteering.series.domain.enrolments import Enrolment
from services.volunteering.series.domain.series import ClassSeries
from services.volunteering.series.storage import SeriesOfClasses
from services.volunteering.sessions.domain import arrivals, departures, readiness, running
from services.volunteering.sessions.domain.readiness import Adult
from services.volunteering.sessions.domain.records import ChildState, Readiness
from services.volunteering.sessions.domain.session import BEFORE, DURING, Change, ClassSession, SessionPolicy, SessionState
from services.volunteering.sessions.storage import EVERYBODY, ClassSessions
from services.volunteering.volunteers.storage import Volunteers

HERE = (ChildState.EXPECTED, ChildState.IN, ChildState.OUT)


class Gate:
    """The ratio gate over what is on record now (VOL-53)."""

    def __init__(self, process):
        self._sessions: ClassSessions = process.storage(ClassSessions)
        self._series: SeriesOfClasses = process.storage(SeriesOfClasses)
        self._children: Children = process.storage(Children)
        self._guardians: Guardians = process.storage(Guardians)
        self._volunteers: Volunteers = process.storage(Volunteers)
        self._activities: Activities = process.storage(Activities)
        self._policy: SessionPolicy = process.policy(SessionPolicy)
        self._clock = process.clock

    def series_of(self, session: ClassSession) -> ClassSeries:
        """Return the series of a meeting."""
        return self._series.get(session.series_id, EVERYBODY).state

    def present(self, session: ClassSession, child_ids: Iterable[str], leaving: str | None = None) -> Readiness:
        """Say whether the adults in the room suffice for these children."""
        return self._compare(session, list(child_ids), [id for id in session.present_ids if id != leaving], present=True)

    def together(self, into: ClassSession, other: ClassSession) -> Readiness:
        """Say whether all who are in two rooms would be safe in the first one."""
        children = [*into.ids(ChildState.IN), *other.ids(ChildState.IN)]
        return self._compare(into, children, [*into.present_ids, *other.present_ids], present=True, besides=other.id)

    def planned(self, session: ClassSession) -> Readiness:
        """Say whether those who are to be there would suffice for the children who may come."""
        ids = [*session.rostered_ids, *self._signed_up(session), *session.present_ids]
        return self._compare(session, self.expected(session), ids, present=False)

    def enrolment(self, session: ClassSession, child_id: str) -> Enrolment | None:
        """Return the place by which a child comes: in this series, or in that of the room which moved in here."""
        attendance = session.attendance(child_id)
        home = self._sessions.get(attendance.came_from, EVERYBODY).state if attendance and attendance.came_from else session
        return self.series_of(home).enrolment_of(child_id)

    def expected(self, session: ClassSession) -> list[str]:
        """Return the children who may come."""
        return readiness.expected_children(session, self.series_of(session))

    def advance(self, session: ClassSession, now: datetime) -> Change:
        """Return what the clock makes of a meeting: its end, its readiness, who has not come, who was not fetched."""
        session, facts = running.end_of_time(session, at=now)
        session, looked = self.look(session, now)
        awaited = self._children.of(session.ids(ChildState.EXPECTED)) if session.state is SessionState.OPEN else ()
        guardians = {one.id: self._guardians.heeded(one).callable_ids for one in awaited}
        session, missed = arrivals.miss(session, guardians, at=now, policy=self._policy)
        session, late = departures.climb(session, at=now, policy=self._policy)
        return session, [*facts, *looked, *missed, *late]

    def look(self, session: ClassSession, now: datetime) -> Change:
        """Return what a meeting is at this moment, with what there is to tell (VOL-56).

        Until its start those count who are to be there; from its start on only who is in the room.
        """
        if session.state in DURING:
            return running.watch(session, self.present(session, session.ids(ChildState.IN)), at=now, policy=self._policy)
        if session.state not in BEFORE or now >= session.ends_at:
            return readiness.assess(session, Readiness(0, 0, 0), at=now, policy=self._policy)
        begun = now >= session.starts_at
        ready = self.present(session, self.expected(session)) if begun else self.planned(session)
        return readiness.assess(session, ready, at=now, policy=self._policy)

    def look_again(self, found: Iterable[Stored[ClassSession]], cause: Cause) -> None:
        """Write down what meetings are at this moment, because of a fact that may have changed it (VOL-56)."""
        now = self._clock.now()
        for stored in found:
            after, facts = self.look(stored.state, now)
            if after != stored.state:
                # Who was faster has looked at the fact as well, or the next delivery does.
                self._sessions.save(stored, after, facts, cause.part(stored.id))

    def _compare(
        self, session: ClassSession, child_ids: list[str], volunteer_ids: list[str], *, present: bool, besides: str | None = None
    ) -> Readiness:
        ids = list(dict.fromkeys(volunteer_ids))
        engaged = self._activities.engaged(ids, session.starts_at, session.ends_at, without=session.activity_id)
        elsewhere = self._sessions.elsewhere(ids, session, besides) | engaged
        adults = [Adult(one, session.role_of(one.id), one.id in elsewhere) for one in self._volunteers.of(ids)]
        children = {one.id: one for one in self._children.of([*child_ids, *session.ids(*HERE)])}
        return readiness.readiness(
            self.series_of(session).ratio,
            session,
            [children[id] for id in dict.fromkeys(child_ids) if id in children],
            adults,
            business_date(session.starts_at),
            group=[children[id] for id in session.ids(*HERE) if id in children],
            present=present,
        )

    def _signed_up(self, session: ClassSession) -> list[str]:
        if session.activity_id is None:
            return []
        activity = self._activities.find_one({"_id": session.activity_id}, EVERYBODY)
        return [one.volunteer_id for one in activity.state.assignments if one.state in TAKEN] if activity else []
