"""What volunteering does about each fact of life, in order: the volunteering column of the table of cascades (U10).

A part does one thing in one feature and returns what it stopped and started. It may be called again with the same
event after a crash, so it works through `Cause.of_event(event, ...)` and then tells the same again (`is_done`). A
feature that has something to stop or to start puts its part into the row of the fact. Merges have handlers of their own.
"""

from __future__ import annotations

from services.common.answering import Part
from services.common.consent_copies import keep as keep_consent
from services.common.events.base import Event
from services.common.events.registry import (
    ConsentChanged,
    GuardianshipChanged,
    PersonAwayEnded,
    PersonAwayStarted,
    PersonDeathConfirmed,
    PersonDeathReported,
    PersonDeathRetracted,
    PersonMovedIn,
    PersonMovedOut,
    StaffLeft,
    StaffSuspended,
)
from services.common.events.volunteering import ClearanceRevoked
from services.volunteering.activities import life as activities
from services.volunteering.children import life as children
from services.volunteering.greetings import life as greetings
from services.volunteering.guardians import life as guardians
from services.volunteering.photos import life as photos
from services.volunteering.series import life as series
from services.volunteering.sessions import life as sessions
from services.volunteering.volunteers import life as volunteers

TABLE: dict[type[Event], tuple[Part, ...]] = {
    PersonDeathReported: (volunteers.death_reported, activities.hold_shifts, greetings.suppress, greetings.hand_back, series.death_reported),
    PersonDeathConfirmed: (volunteers.death_confirmed, activities.give_back, greetings.suppress, children.guardian_died, series.death_confirmed),
    PersonDeathRetracted: (volunteers.death_retracted, activities.resume_shifts, children.guardian_lives, series.death_retracted),
    PersonMovedOut: (activities.ask_who_moved, series.moved_out),
    PersonMovedIn: (activities.ask_no_more,),
    PersonAwayStarted: (volunteers.away_started, activities.hold_shifts, greetings.hand_back),
    PersonAwayEnded: (volunteers.away_ended, activities.resume_shifts),
    StaffLeft: (activities.coordinator_gone,),
    StaffSuspended: (activities.coordinator_gone,),
    ClearanceRevoked: (activities.hold_shifts, greetings.hand_back, sessions.look_again),
    GuardianshipChanged: (guardians.keep, children.guardianship_changed, series.guardianship_changed, sessions.guardianship_changed),
    ConsentChanged: (keep_consent, photos.consent_changed, series.consent_changed, activities.consent_changed, greetings.consent_changed),
}
