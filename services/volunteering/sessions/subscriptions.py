"""Looks at meetings again when a fact may have changed whether they are safe (VOL-56)."""

from __future__ import annotations

from services.common.events.volunteering import (
    ActivityCancelled,
    ClearanceExpired,
    ClearanceGranted,
    ClearanceRevoked,
    EnrolmentConfirmed,
    EnrolmentWithdrawn,
    VolunteerExited,
    VolunteerReinstated,
    VolunteerRested,
    VolunteerReturned,
    VolunteerSignedUp,
    VolunteerSuspended,
    VolunteerWithdrew,
)
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.volunteering.activities.storage import Activities
from services.volunteering.sessions.readiness import Gate
from services.volunteering.sessions.storage import ClassSessions


class ClassSessionSubscriptions:
    """Readiness is computed on every fact about an adult, a place of an adult, or a place of a child."""

    sessions, session_activities, gate = Storage(ClassSessions), Storage(Activities), Storage(Gate)

    @subscribe(ClearanceGranted)
    @subscribe(ClearanceRevoked)
    @subscribe(ClearanceExpired)
    @subscribe(VolunteerSuspended)
    @subscribe(VolunteerReinstated)
    @subscribe(VolunteerRested)
    @subscribe(VolunteerReturned)
    @subscribe(VolunteerExited)
    def on_adult_changed(self, event):
        """Look at the meetings where somebody is, is to be, or signed up to be."""
        volunteer_id = event.data.volunteer_id
        found = {one.id: one for one in self.sessions.of_volunteers([volunteer_id])}
        for activity_id in self.session_activities.to_come_of(volunteer_id, event.time):
            found |= {one.id: one for one in self.sessions.of_activity(activity_id)}
        self.gate.look_again(found.values(), Cause.of_event(event, "readiness"))

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
