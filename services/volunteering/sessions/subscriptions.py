"""Looks at meetings again when a fact may have changed whether they are safe (VOL-56)."""

from __future__ import annotations

from services.common.events.volunteering import (
    ActivityCancelled,
    ClearanceExpired,
    ClearanceGranted,
    EnrolmentConfirmed,
    EnrolmentWithdrawn,
    SessionCancelled,
    SessionClosed,
    VolunteerExited,
    VolunteerReinstated,
    VolunteerRested,
    VolunteerReturned,
    VolunteerSignedUp,
    VolunteerSuspended,
    VolunteerWithdrew,
)
from services.common.hands import Hands
from services.common.inbox import subscribe
from services.common.nameko import Policy, Storage
from services.common.store import Cause
from services.volunteering.activities.domain import attendance
from services.volunteering.activities.domain.attendance import AttendancePolicy
from services.volunteering.activities.storage import Activities
from services.volunteering.sessions.domain.session import ClassSession
from services.volunteering.sessions.life import look_again
from services.volunteering.sessions.readiness import Gate
from services.volunteering.sessions.storage import EVERYBODY, ClassSessions


class ClassSessionSubscriptions:
    """Readiness is computed on every fact about an adult, a place of an adult, or a place of a child."""

    sessions, gate, hands = Storage(ClassSessions), Storage(Gate), Storage(Hands)
    class_activities, roll_calls = Storage(Activities), Policy(AttendancePolicy)

    @subscribe(ClearanceGranted)
    @subscribe(ClearanceExpired)
    @subscribe(VolunteerSuspended)
    @subscribe(VolunteerReinstated)
    @subscribe(VolunteerRested)
    @subscribe(VolunteerReturned)
    @subscribe(VolunteerExited)
    def on_adult_changed(self, event):
        """Look at the meetings where somebody is, is to be, or signed up to be."""
        look_again(self.hands, event)

    @subscribe(VolunteerSignedUp)
    @subscribe(VolunteerWithdrew)
    @subscribe(ActivityCancelled)
    def on_places_changed(self, event):
        """Look at the meetings for which volunteers sign up by this activity."""
        self.gate.look_again(self.sessions.of_activity(event.data.activity_id), Cause.of_event(event, "readiness"))

    @subscribe(EnrolmentConfirmed)
    @subscribe(EnrolmentWithdrawn)
    def on_enrolment_changed(self, event):
        """Look at the meetings of a series: more children need more adults."""
        self.gate.look_again(self.sessions.of_series(event.data.series_id), Cause.of_event(event, "readiness"))

    @subscribe(SessionCancelled)
    @subscribe(SessionClosed)
    def on_session_over(self, event):
        """Take who was in the room for the roll call of the activity by which they had signed up, so that it is written down once (U12, VOL-31).

        Who had come to a meeting that was called off is on it too, and has the credit for that with the activity (VOL-34).
        """
        session = self.sessions.get(event.data.session_id, EVERYBODY).state
        activity = self.class_activities.find_one({"_id": session.activity_id}, EVERYBODY) if session.activity_id else None
        if activity is None:
            return
        after, facts = attendance.seen(activity.state, _seen(session), at=event.time, policy=self.roll_calls)
        if after != activity.state:
            self.class_activities.save(activity, after, facts, Cause.of_event(event, "roll call"))


def _seen(session: ClassSession) -> dict[str, attendance.Seen]:
    """Return from when to when each adult was there; who moved on with the children into another room stayed to the end.

    Who was there when a meeting was called off stayed until then.
    """
    found: dict[str, attendance.Seen] = {}
    for one in session.adults:
        first = found.get(one.volunteer_id)
        out_at = None if session.merged_into and one.out_at == session.closed_at else one.out_at or session.cancelled_at
        found[one.volunteer_id] = attendance.Seen(first.in_at if first else one.in_at, out_at, one.in_by)
    return found
