"""What facts about volunteers, places and the weather do to activities."""

from __future__ import annotations

from services.common.events.outreach import WeatherWarningIssued
from services.common.events.volunteering import (
    AssignmentDeclined,
    AssignmentExpired,
    AssignmentReplaced,
    ChildSignUpPaused,
    ChildSignUpResumed,
    ClearanceExpired,
    ClearanceGranted,
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
from services.common.store import Cause, Scope
from services.volunteering.activities.desk import Desk
from services.volunteering.activities.domain import outdoors
from services.volunteering.activities.domain.activity import ActivityState
from services.volunteering.activities.domain.outdoors import Warned, WeatherPolicy
from services.volunteering.activities.storage import COMMUNITY, WeatherWarnings

JUDGED_ANEW = (
    ClearanceExpired,
    ClearanceGranted,
    VolunteerSuspended,
    VolunteerReinstated,
    VolunteerRested,
    VolunteerReturned,
    ChildSignUpPaused,
    ChildSignUpResumed,
)


class ActivitySubscriptions:
    """Keeps places safe to rely on."""

    hands = Storage(Hands)
    weather_policy = Policy(WeatherPolicy)

    def on_volunteer_changed(self, event):
        """Judge a volunteer's places in what is to come anew: a check ended or was renewed, they are suspended, rest or are back, or stayed away too often (VOL-2, VOL-33)."""
        Desk(self.hands).review_all(event.data.volunteer_id, event.time, Cause.of_event(event, "places"))

    @subscribe(VolunteerExited)
    def on_volunteer_exited(self, event):
        """Give back the places of somebody who is a volunteer no longer."""
        Desk(self.hands).give_back(event.data.volunteer_id, event.time, Cause.of_event(event, "places"))

    @subscribe(VolunteerWithdrew)
    def on_volunteer_withdrew(self, event):
        """Look for a substitute where the start is near (VOL-12)."""
        if event.data.late:
            Desk(self.hands).find_substitutes(event.data.activity_id, event.data.assignment_id, event.time, Cause.of_event(event, "substitutes"))

    @subscribe(AssignmentReplaced)
    @subscribe(VolunteerSignedUp)
    @subscribe(VolunteerWithdrew)
    def on_company_changed(self, event):
        """Judge anew who serves only beside their guardian, when that guardian leaves an activity or comes to it (VOL-4)."""
        Desk(self.hands).review_wards(event.data.activity_id, event.data.person_id, event.time, Cause.of_event(event, "wards"))

    @subscribe(AssignmentDeclined)
    @subscribe(AssignmentExpired)
    def on_offer_lost(self, event):
        """Go on looking for a substitute when nobody is left of those who were asked (VOL-12)."""
        Desk(self.hands).go_on_searching(event.data.activity_id, event.data.assignment_id, event.time, Cause.of_event(event, "substitutes"))

    @subscribe(WeatherWarningIssued)
    def on_weather_warning(self, event):
        """Put outdoor work that begins soon at risk, until its coordinator decides; what is opened later hears of it by the clock (VOL-43)."""
        desk, warning = Desk(self.hands), Warned(event.data.warning_id, event.data.kind, event.time)
        self.hands.storage(WeatherWarnings).heard(warning, Cause.of_event(event, "weather"))
        soon = {"$gt": event.time, "$lte": event.time + self.weather_policy.warned_ahead}
        filter = {"starts_at": soon, "outdoor": True, "state": ActivityState.PUBLISHED.value}
        for stored in desk.activities.each(filter, Scope.everything(COMMUNITY)):
            cause = Cause.of_event(event, f"weather:{stored.id}")
            desk.change(stored, lambda one: outdoors.warned(one, kind=event.data.kind, at=event.time), cause)


for _fact in JUDGED_ANEW:
    subscribe(_fact)(ActivitySubscriptions.on_volunteer_changed)
