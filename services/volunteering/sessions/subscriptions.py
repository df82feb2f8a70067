"""Looks at meetings again when a fact may have changed whether they are safe (VOL-56)."""

from __future__ import annotations

from services.common.events.volunteering import (
    ActivityCancelled,
    ClearanceExpired,
    ClearanceGranted,
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
from services.common.hands import Hands
from services.common.inbox import subscribe
from services.common.nameko import Storage
from services.common.store import Cause
from services.volunteering.sessions.life import look_again
from services.volunteering.sessions.readiness import Gate
from services.volunteering.sessions.storage import ClassSessions


class ClassSessionSubscriptions:
    """Readiness is computed on every fact about an adult, a place of an adult, or a place of a child."""

    sessions, gate, hands = Storage(ClassSessions), Storage(Gate), Storage(Hands)

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
